#include "classify/text_preparation.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include "common/error.h"
#include "embed/text/tokenizer.h"

namespace wordkin {
namespace {

constexpr std::array<std::string_view, 10> kDigits{"zero", "one", "two",   "three", "four",
                                                   "five", "six", "seven", "eight", "nine"};

constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr char to_lower(char c) { return is_upper(c) ? static_cast<char>(c + ('a' - 'A')) : c; }

enum class Kind : std::uint8_t {
  kSpace,
  kWord,         // letters and numbers that make words with those beside them
  kMark,         // the same, and belongs to a kAlone before it
  kAlone,        // a letter that is a word of its own
  kDigit,        // a digit to be spelled
  kApostrophe,   // belongs to a word within it, and is punctuation elsewhere
  kJoiner,       // belongs to a word within it, and is white space elsewhere
  kPunctuation,  // makes a word with others of the same
  kOther,
};

// By byte, of which only the ASCII half is used.
using AsciiKinds = std::array<Kind, 256>;

constexpr AsciiKinds ascii_kinds(Kind digit) {
  AsciiKinds kinds{};
  for (std::size_t i = 0; i < 128; ++i) {
    const auto c = static_cast<char>(i);
    if (c <= ' ' || c == 0x7f) {
      kinds[i] = Kind::kSpace;
    } else if (is_digit(c)) {
      kinds[i] = digit;
    } else {
      kinds[i] = is_upper(c) || is_lower(c) ? Kind::kWord : Kind::kPunctuation;
    }
  }
  kinds['\''] = Kind::kApostrophe;
  return kinds;
}

constexpr AsciiKinds kKeepingNumbers = ascii_kinds(Kind::kWord);
constexpr AsciiKinds kSpellingNumbers = ascii_kinds(Kind::kDigit);

bool is_unspaced_script(UChar32 c) {
  constexpr UChar32 kFirst = 0x0e00;  // the Thai block; the others come later
  constexpr std::array kScripts{USCRIPT_HAN, USCRIPT_HIRAGANA, USCRIPT_KATAKANA, USCRIPT_THAI,
                                USCRIPT_LAO, USCRIPT_KHMER,    USCRIPT_MYANMAR};
  return c >= kFirst &&
         std::ranges::any_of(kScripts, [&](UScriptCode s) { return uscript_hasScript(c, s) != 0; });
}

// The kind of a code point that is not ASCII.
Kind kind_of(UChar32 c) {
  constexpr UChar32 kZeroWidthNonJoiner = 0x200c;
  constexpr UChar32 kZeroWidthJoiner = 0x200d;
  constexpr UChar32 kReplacement = 0xfffd;
  const auto category = U_MASK(u_charType(c));
  if ((category & (U_GC_L_MASK | U_GC_NL_MASK)) != 0) {
    return is_unspaced_script(c) ? Kind::kAlone : Kind::kWord;
  }
  if ((category & U_GC_N_MASK) != 0) return Kind::kWord;
  if ((category & U_GC_M_MASK) != 0) {
    const bool invisible = u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0;
    return invisible ? Kind::kSpace : Kind::kMark;
  }
  if (c == kZeroWidthNonJoiner || c == kZeroWidthJoiner) return Kind::kJoiner;
  if ((category & (U_GC_Z_MASK | U_GC_CC_MASK | U_GC_CF_MASK)) != 0 || c == kReplacement) {
    return Kind::kSpace;
  }
  constexpr auto kPunctuationMask = U_GC_P_MASK | U_GC_SM_MASK | U_GC_SC_MASK | U_GC_SK_MASK;
  return (category & kPunctuationMask) != 0 ? Kind::kPunctuation : Kind::kOther;
}

// The length of the HTML line break at the start of `text`; 0 if there is none.
std::size_t break_length(std::string_view text) {
  if (text.size() < 4 || text[0] != '<' || to_lower(text[1]) != 'b' || to_lower(text[2]) != 'r') {
    return 0;
  }
  std::size_t i = 3;
  while (i < text.size() && is_space(text[i])) ++i;
  if (i < text.size() && text[i] == '/') ++i;
  return i < text.size() && text[i] == '>' ? i + 1 : 0;
}

// What stands somewhere in a text: a character, after lower-casing, or a line break.
struct Symbol {
  Kind kind;
  UChar32 code;
  std::size_t length;  // in bytes of the text
};

void append(std::string& word, UChar32 code) {
  std::array<char, U8_MAX_LENGTH> bytes;
  std::size_t length = 0;
  U8_APPEND_UNSAFE(bytes, length, code);
  word.append(bytes.data(), length);
}

class Scanner {
 public:
  Scanner(std::string_view text, const TextPreparation& preparation)
      : text_(text),
        letters_(preparation.letters),
        kinds_(preparation.numbers == Numbers::kSpell ? kSpellingNumbers : kKeepingNumbers) {}

  std::vector<std::string> words();

 private:
  // At the end of the text, a space of no length.
  Symbol symbol_at(std::size_t i) const;
  Symbol symbol_beyond_ascii(std::size_t i) const;

  std::string take_word();
  std::string take_ascii_word();
  std::string take_letter(const Symbol& letter);
  std::string take_punctuation(const Symbol& mark);

  Kind kind_at(std::size_t i) const { return kinds_[static_cast<unsigned char>(text_[i])]; }

  std::string_view text_;
  Letters letters_;
  const AsciiKinds& kinds_;
  std::size_t at_ = 0;
};

std::vector<std::string> Scanner::words() {
  std::vector<std::string> words;
  while (at_ < text_.size()) {
    const auto symbol = symbol_at(at_);
    switch (symbol.kind) {
      case Kind::kSpace:
      case Kind::kJoiner:
        at_ += symbol.length;
        break;
      case Kind::kWord:
      case Kind::kMark:
        words.push_back(take_word());
        break;
      case Kind::kAlone:
        words.push_back(take_letter(symbol));
        break;
      case Kind::kDigit:
        words.emplace_back(kDigits[static_cast<std::size_t>(symbol.code - '0')]);
        at_ += symbol.length;
        break;
      case Kind::kApostrophe:
      case Kind::kPunctuation:
        words.push_back(take_punctuation(symbol));
        break;
      case Kind::kOther:
        append(words.emplace_back(), symbol.code);
        at_ += symbol.length;
        break;
    }
  }
  return words;
}

Symbol Scanner::symbol_at(std::size_t i) const {
  if (i == text_.size()) return {Kind::kSpace, 0, 0};
  const auto byte = text_[i];
  if (static_cast<unsigned char>(byte) >= 0x80) return symbol_beyond_ascii(i);
  if (byte == '<') {
    if (const auto length = break_length(text_.substr(i)); length > 0) {
      return {Kind::kSpace, ' ', length};
    }
  }
  return {kind_at(i), letters_ == Letters::kLower ? to_lower(byte) : byte, 1};
}

Symbol Scanner::symbol_beyond_ascii(std::size_t i) const {
  constexpr UChar32 kRightQuote = 0x2019;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text_.data());
  const auto begin = i;
  UChar32 code = 0;
  U8_NEXT(bytes, i, text_.size(), code);
  const auto length = i - begin;
  if (code < 0) return {Kind::kSpace, ' ', length};
  if (code == kRightQuote) code = '\'';
  if (letters_ == Letters::kLower) code = u_tolower(code);
  // The Kelvin sign, for one, becomes a k.
  return {code < 0x80 ? kinds_[static_cast<std::size_t>(code)] : kind_of(code), code, length};
}

std::string Scanner::take_word() {
  const auto continues_word = [](const Symbol& symbol) {
    return symbol.kind == Kind::kWord || symbol.kind == Kind::kMark;
  };
  auto word = take_ascii_word();
  for (;;) {
    const auto symbol = symbol_at(at_);
    const bool joins = symbol.kind == Kind::kApostrophe || symbol.kind == Kind::kJoiner;
    if (!continues_word(symbol) && !(joins && continues_word(symbol_at(at_ + symbol.length)))) {
      return word;
    }
    append(word, symbol.code);
    at_ += symbol.length;
  }
}

// Letters and digits up to the first other byte; the larger part of most texts.
std::string Scanner::take_ascii_word() {
  const auto begin = at_;
  while (at_ < text_.size() && kind_at(at_) == Kind::kWord) ++at_;
  std::string word(text_.substr(begin, at_ - begin));
  if (letters_ == Letters::kLower) {
    for (char& c : word) c = to_lower(c);
  }
  return word;
}

std::string Scanner::take_letter(const Symbol& letter) {
  std::string word;
  auto symbol = letter;
  do {
    append(word, symbol.code);
    at_ += symbol.length;
    symbol = symbol_at(at_);
  } while (symbol.kind == Kind::kMark);
  return word;
}

std::string Scanner::take_punctuation(const Symbol& mark) {
  constexpr std::size_t kMost = 3;
  std::string word;
  std::size_t count = 0;
  auto symbol = mark;
  do {
    if (count++ < kMost) append(word, symbol.code);
    at_ += symbol.length;
    symbol = symbol_at(at_);
  } while (symbol.kind == mark.kind && symbol.code == mark.code);
  return word;
}

}  // namespace

std::string TextPreparation::name() const {
  return fmt::format("words-1 {} {}", enum_name(letters), enum_name(numbers));
}

TextPreparation preparation_named(std::string_view name) {
  std::vector<std::string> known;
  for (const auto letters : {Letters::kKeep, Letters::kLower}) {
    for (const auto numbers : {Numbers::kKeep, Numbers::kSpell}) {
      const TextPreparation preparation{letters, numbers};
      if (preparation.name() == name) return preparation;
      known.push_back(preparation.name());
    }
  }
  throw FormatError(
      fmt::format("found the text preparation '{}', expected one of: {}; a later version of "
                  "wordkin may know it",
                  excerpt(name), fmt::join(known, ", ")));
}

TextPreparation preparation_for(const Vocabulary& vocabulary) {
  const auto bytes = vocabulary.bytes();
  const auto is_word = [&](std::string_view word) { return vocabulary.find(word).has_value(); };
  TextPreparation preparation;
  if (std::ranges::any_of(bytes, is_upper)) preparation.letters = Letters::kKeep;
  if (std::ranges::none_of(bytes, is_digit) && std::ranges::all_of(kDigits, is_word)) {
    preparation.numbers = Numbers::kSpell;
  }
  return preparation;
}

std::vector<std::string> prepare_text(std::string_view text, const TextPreparation& preparation) {
  return Scanner(text, preparation).words();
}

}  // namespace wordkin
