#include "embed/query/spelling.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "embed/text/unicode.h"

namespace wordkin {
namespace {

// The number of edits between two texts, or anything above `limit` when there are more.
std::size_t edits(const std::u32string& a, const std::u32string& b, std::size_t limit) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] =
          std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    if (*std::ranges::min_element(row) > limit) return limit + 1;
  }
  return row.back();
}

}  // namespace

std::vector<WordId> nearest_spellings(const Vocabulary& vocabulary, std::string_view word,
                                      std::size_t most) {
  const auto sought = code_points(fold_case(word));
  const auto limit = sought.size() / 3;
  std::vector<std::pair<std::size_t, WordId>> found;
  for (WordId id = 0; id < vocabulary.size(); ++id) {
    const auto candidate = vocabulary.word(id);
    // A code point has at most four bytes, so most words are told apart by their length alone.
    if (candidate.size() + limit < sought.size() ||
        candidate.size() > 4 * (sought.size() + limit)) {
      continue;
    }
    const auto spelt = code_points(fold_case(candidate));
    if (spelt.size() > sought.size() + limit || spelt.size() + limit < sought.size()) continue;
    if (const auto distance = edits(sought, spelt, limit); distance <= limit) {
      found.emplace_back(distance, id);
    }
  }
  std::ranges::sort(found);
  std::vector<WordId> words;
  for (std::size_t i = 0; i < std::min(most, found.size()); ++i) words.push_back(found[i].second);
  return words;
}

}  // namespace wordkin
