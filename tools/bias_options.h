#pragma once

#include <filesystem>
#include <vector>

#include "embed/bias/audit.h"
#include "embed/query/word_lookup.h"
#include "tools/command_line.h"

namespace wordkin {

// Which bias to measure, and how: the options that bias and debias share.
struct BiasOptions {
  std::vector<std::filesystem::path> pairs;
  std::vector<std::filesystem::path> weat;
  std::vector<std::filesystem::path> words;
  std::filesystem::path specific;
  bool ignore_case = false;
  AuditOptions audit;

  void add_to(CommandLine& line);
  Case letter_case() const { return ignore_case ? Case::kIgnored : Case::kSensitive; }
  // All files.
  std::vector<std::filesystem::path> paths() const;
  AuditWords read() const;
};

// Names words of the files that the vectors do not have, with spellings that they do have, on
// standard error.
void warn_of_missing(const BiasAudit& audit, const Vocabulary& vocabulary);
void warn_of_missing(std::string_view list, const std::vector<std::string>& missing,
                     const std::vector<std::string>& zero, const Vocabulary& vocabulary);

}  // namespace wordkin
