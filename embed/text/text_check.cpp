#include "embed/text/text_check.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "common/error.h"
#include "common/input.h"
#include "common/parallel.h"
#include "embed/text/block_reader.h"
#include "embed/text/line_hashes.h"
#include "embed/text/tokenizer.h"
#include "embed/text/unicode.h"

namespace wordkin {
namespace {

// What is longer is no token, and is not kept in memory.
constexpr std::uint64_t kLongestToken = std::uint64_t{1} << 26;

// What was found in a block. Lines are counted from its beginning, as 0; files have no name yet.
struct BlockFacts {
  TextFacts facts;
  std::vector<std::pair<std::uint64_t, TextPlace>> line_hashes;
  std::uint64_t newlines = 0;
  LongestPart first_line;  // up to the first newline
  LongestPart last_line;   // after the last one
  bool first_has_tokens = false;
  bool last_has_tokens = false;
};

bool is_ascii_punctuation(char c) {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
         (c >= '{' && c <= '~');
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }

UChar32 first_code_point(std::string_view token) {
  UChar32 c = 0;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(token.data());
  std::int64_t at = 0;
  U8_NEXT(bytes, at, static_cast<std::int64_t>(token.size()), c);
  return c;
}

UChar32 last_code_point(std::string_view token) {
  token.remove_prefix(token.size() - std::min<std::size_t>(token.size(), U8_MAX_LENGTH));
  UChar32 c = 0;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(token.data());
  auto at = static_cast<std::int32_t>(token.size());
  U8_PREV(bytes, 0, at, c);
  return c;
}

// Punctuation that does not belong to a word, as apostrophes and hyphens may.
bool separates(UChar32 c) {
  return c >= 0 && c != '\'' && c != 0x2019 && c != '-' && u_ispunct(c) != 0;
}

// Looks at one block.
class BlockCheck {
 public:
  explicit BlockCheck(const TextBlock& block) : block_(block) {}

  BlockFacts run() {
    const auto& text = block_.text;
    constexpr std::uint64_t kByteOrderMark = 3;  // bytes, which the reader skips
    if (block_.offset == kByteOrderMark) facts().byte_order_marks.add({});
    for (std::size_t begin = 0; begin < text.size();) {
      const auto newline = text.find('\n', begin);
      const auto end = std::min(newline, text.size());
      check_line(begin, end, newline != text.npos);
      begin = end + 1;
    }
    facts().bytes = text.size();
    return std::move(result_);
  }

 private:
  TextFacts& facts() { return result_.facts; }

  TextPlace place(std::size_t at) const { return {{}, result_.newlines, block_.offset + at}; }

  void check_line(std::size_t begin, std::size_t end, bool ended) {
    auto line = std::string_view(block_.text).substr(begin, end - begin);
    const LongestPart part{line.size(), place(begin)};
    if (ended && line.ends_with('\r')) {
      facts().windows_line_ends.add(place(end - 1));
      line.remove_suffix(1);
    }
    check_bytes(line, begin);
    const auto before = facts().tokens;
    tokenize(
        line, [&](std::string_view token, std::size_t at) { check_token(token, begin + at); },
        [] {});
    const bool has_tokens = facts().tokens > before;
    // Of a line that is longer than a block there are only pieces.
    const bool is_whole = (begin > 0 || !block_.continues_line) && (ended || block_.ends_input);
    if (is_whole && line.size() >= TextFacts::kLongEnough) {
      result_.line_hashes.emplace_back(LineHashes::hash(line), place(begin));
    }
    if (result_.newlines == 0) {
      result_.first_line = part;
      result_.first_has_tokens = has_tokens;
    } else if (has_tokens) {
      ++facts().lines;
    }
    if (!ended) {
      result_.last_line = part;
      result_.last_has_tokens = has_tokens;
      return;
    }
    if (part.bytes > facts().longest_line.bytes) facts().longest_line = part;
    ++result_.newlines;
  }

  void check_bytes(std::string_view line, std::size_t begin) {
    for (auto at = line.find('\0'); at != line.npos; at = line.find('\0', at + 1)) {
      facts().nul_bytes.add(place(begin + at));
    }
    if (is_valid_utf8(line)) return;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(line.data());
    const auto length = static_cast<std::int64_t>(line.size());
    for (std::int64_t i = 0; i < length;) {
      const auto at = static_cast<std::size_t>(i);
      UChar32 c = 0;
      U8_NEXT(bytes, i, length, c);
      if (c < 0) facts().invalid_utf8.add(place(begin + at));
    }
  }

  void check_token(std::string_view token, std::size_t at) {
    ++facts().tokens;
    if (token.size() > facts().longest_token.bytes) {
      facts().longest_token = {token.size(), place(at)};
    }
    if (token.size() > TextFacts::kLongToken) facts().long_tokens.add(place(at));
    const auto plain = [](char c) { return is_digit(c) || is_ascii_punctuation(c); };
    if (std::ranges::all_of(token, plain)) {
      if (std::ranges::any_of(token, is_digit)) ++facts().numbers;
      return;
    }
    const auto first = first_code_point(token);
    if (separates(first) || separates(last_code_point(token))) ++facts().glued;
    if (u_isupper(first) != 0) ++facts().capitalised;
    if (u_islower(first) != 0) ++facts().lower_case;
  }

  const TextBlock& block_;
  BlockFacts result_;
};

// Puts the facts of blocks together, in their order.
class FactsSum {
 public:
  void begin_input(const std::filesystem::path& path) {
    file_ = path.string();
    line_ = 1;
    open_line_ = {};
    open_line_has_tokens_ = false;
  }

  void add(const BlockFacts& block) {
    const auto& facts = block.facts;
    const auto longest = [&](LongestPart& all, const LongestPart& part) {
      if (part.bytes > all.bytes) all = {part.bytes, moved(part.place)};
    };
    sum_.bytes += facts.bytes;
    sum_.lines += facts.lines;
    sum_.tokens += facts.tokens;
    sum_.numbers += facts.numbers;
    sum_.glued += facts.glued;
    sum_.capitalised += facts.capitalised;
    sum_.lower_case += facts.lower_case;
    for (const auto fault :
         {&TextFacts::byte_order_marks, &TextFacts::invalid_utf8, &TextFacts::nul_bytes,
          &TextFacts::windows_line_ends, &TextFacts::long_tokens}) {
      merge(sum_.*fault, facts.*fault);
    }
    longest(sum_.longest_token, facts.longest_token);
    longest(sum_.longest_line, facts.longest_line);
    // A line may run through several blocks.
    if (block.first_has_tokens && !open_line_has_tokens_) ++sum_.lines;
    open_line_has_tokens_ = block.newlines > 0 ? block.last_has_tokens
                                               : open_line_has_tokens_ || block.first_has_tokens;
    if (open_line_.bytes == 0) open_line_.place = moved(block.first_line.place);
    open_line_.bytes += block.first_line.bytes;
    keep_longest(open_line_);
    if (block.newlines > 0) open_line_ = {block.last_line.bytes, moved(block.last_line.place)};
    keep_longest(open_line_);
    for (const auto& [hash, place] : block.line_hashes) {
      if (lines_.add(hash)) sum_.repeated.add(moved(place));
    }
    line_ += block.newlines;
  }

  void add_error(const Error& error) { sum_.errors.emplace_back(error.what()); }

  TextFacts take(bool is_part) {
    sum_.repeated_lines = lines_.repeated_share();
    sum_.repeated_is_estimate = lines_.is_estimate();
    sum_.is_part = is_part;
    return std::move(sum_);
  }

 private:
  void keep_longest(const LongestPart& line) {
    if (line.bytes > sum_.longest_line.bytes) sum_.longest_line = line;
  }
  TextPlace moved(TextPlace place) const {
    place.file = file_;
    place.line += line_;
    return place;
  }
  void merge(TextFault& all, const TextFault& part) const {
    for (const auto& place : part.places) {
      if (all.places.size() < TextFault::kPlaces) all.places.push_back(moved(place));
    }
    all.count += part.count;
  }

  TextFacts sum_;
  LineHashes lines_;
  std::string file_;
  std::uint64_t line_ = 1;  // in which the next block begins
  LongestPart open_line_;
  bool open_line_has_tokens_ = false;
};

}  // namespace

TextFacts check_text(std::span<const std::filesystem::path> inputs, std::uint64_t most_bytes,
                     int threads, const Monitor& monitor) {
  std::uint64_t total = 0;
  for (const auto& input : inputs) total += input_size(input);
  StageReporter reporter(monitor, "checking text", "bytes", total);
  FactsSum sum;
  std::uint64_t consumed = 0;
  const auto is_enough = [&] { return most_bytes > 0 && consumed >= most_bytes; };
  for (std::size_t i = 0; i < inputs.size() && !is_enough(); ++i) {
    const auto before = consumed;
    sum.begin_input(inputs[i]);
    BlockReader reader(inputs.subspan(i, 1), kLongestToken, BlockEnd::kLine);
    const auto read = [&]() -> std::optional<TextBlock> {
      monitor.throw_if_stopped();
      consumed = before + reader.consumed();
      reporter.report(consumed);
      if (is_enough()) return std::nullopt;
      return reader.next();
    };
    const auto check = [](const TextBlock& block) { return BlockCheck(block).run(); };
    const auto add = [&](const BlockFacts& facts) { sum.add(facts); };
    try {
      with_threads(threads, [&] {
        parallel_pipeline(2 * static_cast<std::size_t>(thread_count(threads)), read, check, add);
      });
    } catch (const FormatError& error) {
      sum.add_error(error);
    }
    consumed = before + reader.consumed();
  }
  reporter.finish({.done = consumed});
  return sum.take(total > consumed);
}

CaseVariants count_case_variants(const Vocabulary& vocabulary) {
  CaseVariants variants;
  for (WordId id = 0; id < vocabulary.size(); ++id) {
    const auto word = vocabulary.word(id);
    const auto lower = to_lower(word);
    if (lower == word || !vocabulary.find(lower)) continue;
    ++variants.words;
    variants.occurrences += vocabulary.count(id);
  }
  return variants;
}

}  // namespace wordkin
