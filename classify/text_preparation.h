#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "common/enum_names.h"
#include "embed/text/vocabulary.h"

namespace wordkin {

// What becomes of upper-case letters.
enum class Letters { kKeep, kLower };
template <>
inline constexpr std::array<std::string_view, 2> kEnumNames<Letters>{"keep", "lower"};

// What becomes of ASCII digits: kSpell makes each a word, as in text8 ("12" is "one two").
enum class Numbers { kKeep, kSpell };
template <>
inline constexpr std::array<std::string_view, 2> kEnumNames<Numbers>{"keep", "spell"};

// How raw text becomes words. A model keeps the name, for prediction must do as training did.
struct TextPreparation {
  Letters letters = Letters::kLower;
  Numbers numbers = Numbers::kKeep;

  // "words-1 lower keep": the rules of prepare_text, by number, and what becomes of letters and
  // numbers.
  std::string name() const;

  bool operator==(const TextPreparation&) const = default;
};

// The preparation of this name; throws FormatError for any other.
TextPreparation preparation_named(std::string_view name);

// The preparation whose words are most likely in `vocabulary`: lower-case unless a word has an
// ASCII upper-case letter; numbers spelled where no word has an ASCII digit, and all of "zero" to
// "nine" are words.
TextPreparation preparation_for(const Vocabulary& vocabulary);

// The words of a text in UTF-8. Thread-safe; takes time linear in the size of `text`.
//
// - A word is a maximal run of letters, marks and numbers (Unicode's general categories). An
//   apostrophe (' or U+2019, which becomes '), a zero-width joiner and a zero-width non-joiner
//   belong to a word where they stand between two of its characters.
// - Letters of scripts that put no space between words (Han, Hiragana, Katakana, Thai, Lao, Khmer,
//   Myanmar) are words of their own, each with the marks that follow it.
// - A run of the same punctuation mark is a word, of which at most three are kept; any other
//   character, such as an emoji, is a word of its own.
// - White space, control and format characters, variation selectors, HTML's line breaks ("<br />"),
//   U+FFFD and what is not valid UTF-8 separate words.
//
// Words joined by blanks are prepared to the same words again.
std::vector<std::string> prepare_text(std::string_view text, const TextPreparation& preparation);

}  // namespace wordkin
