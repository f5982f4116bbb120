#include "tools/doctor_findings.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/display.h"

namespace wordkin {
namespace {

std::string percentage(double share) { return fmt::format("{:.1f} %", 100 * share); }

double fraction(std::uint64_t part, std::uint64_t all) {
  return all == 0 ? 0 : static_cast<double>(part) / static_cast<double>(all);
}

std::string place_text(const TextPlace& place) {
  return fmt::format("{}: line {}, byte {}", place.file, place.line, place.offset);
}

std::string place_text(const TextFault& fault) {
  std::vector<std::string> places;
  for (const auto& place : fault.places) places.push_back(place_text(place));
  const auto more = fault.count > places.size() ? ", ..." : "";
  return fmt::format("{}{}", fmt::join(places, "; "), more);
}

void check_encoding(const TextFacts& facts, InvalidUtf8 policy, Findings& findings) {
  for (const auto& error : facts.errors) {
    findings.push_back({Severity::kError, "unreadable", error, "", "training would stop there",
                        "mend or leave out the file"});
  }
  if (const auto& fault = facts.invalid_utf8; fault.count > 0) {
    findings.push_back(
        {policy == InvalidUtf8::kFail ? Severity::kError : Severity::kWarning, "invalid_utf8",
         fmt::format("{} not UTF-8", counted(fault.count, "piece that is", "pieces that are")),
         place_text(fault),
         policy == InvalidUtf8::kFail      ? "--invalid-utf8 fail stops there"
         : policy == InvalidUtf8::kReplace ? "U+FFFD takes their place, so words are misspelt"
                                           : "words keep bytes that other programs may not read",
         "if it is all in another encoding, convert it: iconv -f ISO-8859-1 -t UTF-8"});
  }
  if (const auto& fault = facts.nul_bytes; fault.count > 0) {
    findings.push_back({Severity::kWarning, "nul_bytes", counted(fault.count, "NUL byte"),
                        place_text(fault),
                        "they become part of words; the file may be damaged or no text",
                        "remove them: tr -d '\\000'"});
  }
  if (const auto& fault = facts.byte_order_marks; fault.count > 0) {
    findings.push_back(
        {Severity::kNote, "byte_order_mark",
         fmt::format("a byte-order mark at the start of {}", counted(fault.count, "file")),
         place_text(fault), "it is skipped", "nothing needs to be done"});
  }
}

void check_lines(const TextFacts& facts, Findings& findings) {
  if (const auto& fault = facts.windows_line_ends; fault.count > 0) {
    findings.push_back({Severity::kNote, "windows_line_ends",
                        fmt::format("{} in CR LF", counted(fault.count, "line ends", "lines end")),
                        place_text(fault), "CR is white space, so nothing changes",
                        "nothing needs to be done"});
  }
  constexpr std::uint64_t kLongLine = 100'000;
  if (const auto& [bytes, place] = facts.longest_line; bytes > kLongLine) {
    findings.push_back(
        {Severity::kWarning, "long_lines", fmt::format("a line of {}", format_bytes(bytes)),
         place_text(place),
         "a line is a sentence: contexts run on from one topic to the next, and the line is cut at "
         "any word after 10,000 words",
         "put each sentence or paragraph on a line of its own"});
  }
  if (const auto& fault = facts.long_tokens; fault.count > 0) {
    const auto often = fraction(fault.count, facts.tokens) > 1e-3;
    findings.push_back(
        {often ? Severity::kWarning : Severity::kNote, "long_tokens",
         fmt::format("{} of more than {} bytes, the longest of {}", counted(fault.count, "token"),
                     TextFacts::kLongToken, format_bytes(facts.longest_token.bytes)),
         place_text(fault),
         often ? "the text may be in a script without spaces between words, or no text"
               : "addresses, codes or markup, which hardly ever recur",
         often ? "separate the words first, by a word segmenter"
               : "nothing needs to be done: --min-count leaves them out"});
  }
  constexpr double kManyRepeated = 0.1;
  if (facts.repeated_lines > kManyRepeated) {
    findings.push_back(
        {Severity::kWarning, "repeated_lines",
         fmt::format("{}{} of the lines repeat an earlier one",
                     facts.repeated_is_estimate ? "about " : "", percentage(facts.repeated_lines)),
         place_text(facts.repeated),
         "their words count, and are trained, more often than the language has them",
         "keep the first of each: awk '!seen[$0]++'"});
  }
}

void check_tokens(const TextFacts& facts, Findings& findings) {
  constexpr double kMany = 0.05;
  if (const auto part = fraction(facts.numbers, facts.tokens); part > kMany) {
    findings.push_back({Severity::kWarning, "numbers",
                        fmt::format("{} of the tokens are numbers", percentage(part)), "",
                        "each is a word of its own, and takes the place of words in contexts",
                        "replace their digits: sed -E 's/[0-9]/0/g'"});
  }
  if (const auto part = fraction(facts.glued, facts.tokens); part > kMany) {
    findings.push_back(
        {Severity::kWarning, "punctuation",
         fmt::format("in {} of the tokens punctuation is glued to a word", percentage(part)), "",
         "'word' and 'word,' become two words, each with fewer examples",
         "split it off: sed -E 's/([[:punct:]])/ \\1 /g'"});
  }
  if (facts.tokens == 0 && facts.errors.empty()) {
    findings.push_back({Severity::kError, "empty", "the text has no token", "",
                        "there is nothing to learn from", "give more text"});
  }
}

void check_each_label(const LabelledTexts& texts, const LabelledTextFacts& facts,
                      std::string_view data, std::string_view validation, Findings& findings) {
  for (std::size_t i = 0; i < facts.texts.size(); ++i) {
    if (!is_valid_utf8(texts.labels[i])) {
      findings.push_back({Severity::kError, "label_encoding",
                          fmt::format("the label '{}' is not UTF-8", excerpt(texts.labels[i])),
                          std::string(data), "training would stop there",
                          "convert it: iconv -f ISO-8859-1 -t UTF-8"});
    }
    if (facts.texts[i] > 1) continue;
    findings.push_back({Severity::kWarning, "single_text",
                        fmt::format("'{}' has one text", excerpt(texts.labels[i])),
                        std::string(data),
                        validation.empty() ? "none is held out to measure with"
                                           : "one example teaches next to nothing",
                        "give more texts of it, or leave it out"});
  }
  for (const auto& label : facts.unseen_labels) {
    findings.push_back({Severity::kError, "unseen_label",
                        fmt::format("the label '{}' is not in {}", excerpt(label), data),
                        std::string(validation), "training would stop there",
                        "give texts of it in --data, or leave it out"});
  }
}

}  // namespace

Findings check_text_facts(const TextFacts& facts, InvalidUtf8 policy) {
  Findings findings;
  check_encoding(facts, policy, findings);
  check_lines(facts, findings);
  check_tokens(facts, findings);
  return findings;
}

Findings check_vocabulary(const Corpus& corpus, const TrainOptions& options) {
  Findings findings;
  const auto& text = corpus.statistics;
  const auto& vocabulary = corpus.vocabulary;
  constexpr double kManyCases = 0.02;
  const auto cases = count_case_variants(vocabulary);
  if (const auto part = fraction(cases.occurrences, vocabulary.total()); part > kManyCases) {
    findings.push_back(
        {Severity::kWarning, "letter_case",
         fmt::format("{}, {} of the text, only in case from another",
                     counted(cases.words, "word differs", "words differ"), percentage(part)),
         "", "'The' and 'the' become two words, each with fewer examples",
         "make all lower-case: LC_ALL=C.UTF-8 sed 's/.*/\\L&/'"});
  }
  constexpr double kMuchLeftOut = 0.1;
  if (const auto part = 1 - fraction(corpus.ids.words(), text.tokens); part > kMuchLeftOut) {
    findings.push_back(
        {Severity::kWarning, "left_out",
         fmt::format(
             "{} of the tokens are left out, with {} of {} different words", percentage(part),
             format_count(text.types - std::min<std::uint64_t>(text.types, vocabulary.size())),
             format_count(text.types)),
         "", "contexts close over the gaps, and rare words have no vectors",
         "lower --min-count, raise --max-vocab, or give more text"});
  }
  const auto dim = static_cast<std::uint64_t>(options.dim());
  // Found by experience: fewer words leave most directions of the vectors to chance.
  constexpr std::uint64_t kWordsForEachDimension = 5'000;
  if (const auto words = corpus.ids.words(); words < kWordsForEachDimension * dim) {
    findings.push_back(
        {Severity::kWarning, "little_text",
         fmt::format("{} of text for {}", counted(words, "word"), counted(dim, "dimension")), "",
         "vectors of so many dimensions learn the noise of so little text",
         fmt::format("give more text, or choose --dim {} or less",
                     std::max<std::uint64_t>(words / kWordsForEachDimension, 8))});
  }
  return findings;
}

Findings check_labels(const LabelledTexts& texts, const LabelledTextFacts& facts,
                      std::string_view data, std::string_view validation) {
  Findings findings;
  const auto where = [&](const TextsFound& found) {
    return fmt::format("{}: first text {}", data, format_count(found.first));
  };
  const auto [least, most] = std::ranges::minmax_element(facts.texts);
  const auto& rare = texts.labels[static_cast<std::size_t>(least - facts.texts.begin())];
  constexpr std::size_t kFewTexts = 10;
  constexpr std::size_t kUnbalanced = 10;
  if (facts.texts.size() < 2) {
    findings.push_back({Severity::kError, "one_label",
                        fmt::format("all texts have the label '{}'", rare), std::string(data),
                        "there is nothing to tell apart",
                        "choose --label-column and --text-column"});
  } else if (*least < kFewTexts || *most / kUnbalanced > *least) {
    findings.push_back({Severity::kWarning, "label_balance",
                        fmt::format("'{}' has {}, the most frequent label {}", rare,
                                    counted(*least, "text"), format_count(*most)),
                        std::string(data), "rare labels are hardly ever predicted",
                        "give more texts of it, or fewer of the others"});
  }
  check_each_label(texts, facts, data, validation, findings);
  const auto add = [&](Severity severity, const char* check, const TextsFound& found,
                       std::string_view one, std::string_view many, const std::string& what,
                       const char* meaning, const char* advice) {
    if (found.count == 0) return;
    findings.push_back({severity, check,
                        fmt::format("{} {}", counted(found.count, one, many), what), where(found),
                        meaning, advice});
  };
  add(Severity::kWarning, "texts_without_words", facts.without_words, "text has", "texts have",
      "no word", "their label cannot be learned", "leave them out");
  add(Severity::kWarning, "invalid_utf8_texts", facts.invalid_utf8, "text is", "texts are",
      "not UTF-8", "their letters that are no ASCII separate words",
      "convert the file: iconv -f ISO-8859-1 -t UTF-8");
  add(Severity::kNote, "repeated_texts", facts.repeated, "text was", "texts were", "there before",
      "held-out texts that are also trained on make the accuracy look better",
      "keep the first of each");
  add(Severity::kWarning, "contradicting_labels", facts.contradicting, "text was", "texts were",
      "there before with another label", "at most one of the labels can be right",
      "decide which, or leave them out");
  add(Severity::kWarning, "leakage", facts.shared, "text is", "texts are",
      fmt::format("also in {}", validation),
      "the accuracy there will be that of texts known by heart",
      "remove them from one of both files");
  return findings;
}

}  // namespace wordkin
