#include "embed/text/vocabulary.h"

#include <algorithm>
#include <charconv>
#include <numeric>

#include <fmt/format.h>

#include "common/error.h"
#include "common/input.h"
#include "common/lines.h"

namespace wordkin {
namespace {

// More words than any text has.
constexpr std::uint64_t kMaxTotal = std::uint64_t{1} << 48;

}  // namespace

void VocabularyOptions::validate() const {
  if (min_count < 1) throw UsageError("--min-count: expected at least 1, found 0");
}

Vocabulary::Vocabulary(StringTable words, std::vector<std::uint64_t> counts)
    : table_(std::make_shared<const StringTable>(std::move(words))),
      bytes_(table_->bytes(), table_),
      offsets_(table_->offsets(), table_),
      counts_(std::move(counts)) {
  check_counts();
}

Vocabulary::Vocabulary(SharedArray<char> bytes, SharedArray<std::uint64_t> offsets,
                       SharedArray<std::uint64_t> counts)
    : bytes_(std::move(bytes)), offsets_(std::move(offsets)), counts_(std::move(counts)) {
  check_counts();
}

void Vocabulary::check_counts() {
  if (has_counts() && counts().size() != size()) {
    throw UsageError(fmt::format("a vocabulary of {} words needs {} counts, found {}", size(),
                                 size(), counts().size()));
  }
  total_ = std::accumulate(counts().begin(), counts().end(), std::uint64_t{0});
}

std::optional<WordId> Vocabulary::find(std::string_view wanted) const {
  if (table_) return table_->find(wanted);
  for (WordId id = 0; id < size(); ++id) {
    if (word(id) == wanted) return id;
  }
  return std::nullopt;
}

void Vocabulary::index() {
  if (table_) return;
  StringTable table;
  for (WordId id = 0; id < size(); ++id) {
    if (table.insert(word(id)) != id) {
      throw FormatError(fmt::format("word {}, '{}', is in the vocabulary twice; remove one", id + 1,
                                    excerpt(word(id))));
    }
  }
  table_ = std::make_shared<const StringTable>(std::move(table));
}

Vocabulary Vocabulary::by_count(const StringTable& words, std::span<const std::uint64_t> counts,
                                const VocabularyOptions& options) {
  options.validate();
  std::vector<WordId> order;
  for (WordId id = 0; id < words.size(); ++id) {
    if (counts[id] >= options.min_count) order.push_back(id);
  }
  std::sort(order.begin(), order.end(), [&](WordId a, WordId b) {
    return counts[a] != counts[b] ? counts[a] > counts[b] : words[a] < words[b];
  });
  if (options.max_words != 0 && order.size() > options.max_words) order.resize(options.max_words);

  StringTable kept;
  std::vector<std::uint64_t> kept_counts;
  for (const auto id : order) {
    kept.insert(words[id]);
    kept_counts.push_back(counts[id]);
  }
  return {std::move(kept), std::move(kept_counts)};
}

namespace {

struct CountedWords {
  StringTable words;
  std::vector<std::uint64_t> counts;
};

CountedWords read_counted_words(const std::filesystem::path& path) {
  const FileContents file(path);
  const auto lines = split_lines({file.bytes().data(), file.bytes().size()});
  StringTable words;
  std::vector<std::uint64_t> counts;
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto text = lines[i];
    const auto space = text.find_last_of(" \t");
    const auto word = text.substr(0, space == text.npos ? 0 : space);
    const auto digits = text.substr(space + 1);
    std::uint64_t count = 0;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
    if (word.empty() || error != std::errc() || count > kMaxTotal - total ||
        stop != digits.data() + digits.size()) {
      throw FormatError(
          fmt::format("{}: line {}: found '{}', expected a word, a space and its count",
                      file.name(), i + 1, excerpt(text)));
    }
    if (words.insert(word) != counts.size()) {
      throw FormatError(fmt::format("{}: line {}: the word '{}' occurs a second time; remove one",
                                    file.name(), i + 1, excerpt(word)));
    }
    counts.push_back(count);
    total += count;
  }
  return {std::move(words), std::move(counts)};
}

}  // namespace

Vocabulary read_vocabulary_in_order(const std::filesystem::path& path) {
  auto [words, counts] = read_counted_words(path);
  return {std::move(words), std::move(counts)};
}

Vocabulary read_vocabulary(const std::filesystem::path& path, const VocabularyOptions& options) {
  const auto all = read_counted_words(path);
  auto vocabulary = Vocabulary::by_count(all.words, all.counts, options);
  if (vocabulary.empty()) {
    throw FormatError(
        fmt::format("{}: none of its {} words occurs at least {} times; lower --min-count",
                    path.string(), all.words.size(), options.min_count));
  }
  return vocabulary;
}

void write_vocabulary(OutputFile& file, const Vocabulary& vocabulary) {
  for (WordId id = 0; id < vocabulary.size(); ++id) {
    file.write(fmt::format("{} {}\n", vocabulary.word(id), vocabulary.count(id)));
  }
}

}  // namespace wordkin
