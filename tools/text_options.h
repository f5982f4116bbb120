#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "embed/text/read_corpus.h"
#include "tools/command_line.h"

namespace wordkin {

// The text that a command reads, and how.
struct TextOptions {
  std::vector<std::string> inputs;
  CorpusOptions corpus;
  std::optional<ByteSize> memory;

  // Binds CORPUS..., --min-count, --max-vocab and --invalid-utf8.
  void add_to(CommandLine& line);
  // Binds --memory.
  void add_memory_to(CommandLine& line);
  // Binds --tmp.
  void add_temporary_folder_to(CommandLine& line);

  // Bytes that the process may take up: --memory, or most of what the machine or its container has.
  std::uint64_t memory_limit() const;
  // Bytes that reading text takes up at least, besides the program.
  std::uint64_t least_reading_memory() const;
  // `corpus` with what --memory leaves for reading. Throws UsageError when that is too little.
  CorpusOptions for_reading() const;

  // Throws UsageError for an empty one, and for standard input twice.
  std::vector<std::filesystem::path> paths() const;
};

// Reads and encodes the text, with the words of the file `vocabulary` where that is not empty.
Corpus read_corpus_for(const TextOptions& options, const std::filesystem::path& vocabulary,
                       const Monitor& monitor);

// Throws IoError unless temporary files can be made in --tmp, where that is given.
void check_temporary_folder(const TextOptions& options);

// Says on standard error how many tokens were not valid UTF-8, if any.
void warn_of_invalid_text(const TextStatistics& text, InvalidUtf8 policy);

}  // namespace wordkin
