#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "classify/labelled_texts_check.h"
#include "common/enum_names.h"
#include "embed/text/text_check.h"
#include "tools/train_options.h"

namespace wordkin {

// Whether something would stop training, would make its result worse, or is only worth knowing.
enum class Severity { kError, kWarning, kNote };
template <>
inline constexpr std::array<std::string_view, 3> kEnumNames<Severity>{"error", "warning", "note"};

// Something about a text that its owner should know.
struct Finding {
  Severity severity = Severity::kNote;
  std::string check;  // its name, for programs: "invalid_utf8"
  std::string found;
  std::string where;  // "text.txt: line 3, byte 120", or empty
  std::string meaning;
  std::string advice;
};
using Findings = std::vector<Finding>;

// Encoding, lines, tokens, repeated lines.
Findings check_text_facts(const TextFacts& facts, InvalidUtf8 policy);
// The vocabulary that the options leave, and whether it fits the text and the dimension.
Findings check_vocabulary(const Corpus& corpus, const TrainOptions& options);
// Labelled texts, of the file `data`, and those of `validation` unless that is empty.
Findings check_labels(const LabelledTexts& texts, const LabelledTextFacts& facts,
                      std::string_view data, std::string_view validation);

}  // namespace wordkin
