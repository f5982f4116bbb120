#include "embed/train/huffman.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "common/random.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(huffman_tree)

using Counts = std::vector<std::uint64_t>;

std::string code_of(const HuffmanTree& tree, WordId word) {
  std::string code;
  for (const auto& branch : tree.path(word)) code += branch.label == 1 ? '1' : '0';
  return code;
}

std::vector<std::string> codes_of(const Counts& counts) {
  const HuffmanTree tree(counts);
  std::vector<std::string> codes;
  for (WordId word = 0; word < counts.size(); ++word) codes.push_back(code_of(tree, word));
  return codes;
}

// Inner nodes from the root to the word.
std::vector<WordId> nodes_of(const HuffmanTree& tree, WordId word) {
  std::vector<WordId> nodes;
  for (const auto& branch : tree.path(word)) nodes.push_back(branch.node);
  return nodes;
}

std::uint64_t weighted_length(const Counts& counts) {
  const auto codes = codes_of(counts);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) sum += counts[i] * codes[i].size();
  return sum;
}

// The least weighted length of any binary tree, by trying all ways to split each set of words.
std::uint64_t least_weighted_length(const Counts& counts) {
  std::vector<std::uint64_t> least(std::size_t{1} << counts.size());
  for (std::size_t set = 1; set < least.size(); ++set) {
    if (std::has_single_bit(set)) continue;
    std::uint64_t weight = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) weight += (set >> i & 1) * counts[i];
    auto best = std::numeric_limits<std::uint64_t>::max();
    for (auto part = (set - 1) & set; part != 0; part = (part - 1) & set) {
      best = std::min(best, least[part] + least[set ^ part]);
    }
    least[set] = best + weight;
  }
  return least.back();
}

// Counts that are descending, as those of a vocabulary.
Counts random_counts(std::size_t size, std::uint32_t most, std::uint64_t seed) {
  auto random = stream(seed, "huffman test", size);
  Counts counts(size);
  for (auto& count : counts) count = 1 + random.below(most);
  std::ranges::sort(counts, std::greater<>());
  return counts;
}

BOOST_AUTO_TEST_CASE(gives_the_codes_of_the_textbook) {
  // Cormen, Leiserson, Rivest and Stein, "Introduction to algorithms", figure 16.3 (third edition),
  // where the rarer child is the left one.
  const Counts counts{45, 13, 12, 16, 9, 5};
  const std::vector<std::string> expected{"1", "010", "011", "000", "0010", "0011"};
  BOOST_TEST(codes_of(counts) == expected, boost::test_tools::per_element());
  BOOST_CHECK_EQUAL(weighted_length(counts), 224);
}

BOOST_AUTO_TEST_CASE(numbers_the_inner_nodes_from_the_root_which_was_made_last) {
  const HuffmanTree tree(Counts{45, 13, 12, 16, 9, 5});
  BOOST_CHECK_EQUAL(HuffmanTree::inner_nodes(6), 5);
  BOOST_TEST(nodes_of(tree, 0) == std::vector<WordId>({0}), boost::test_tools::per_element());
  BOOST_TEST(nodes_of(tree, 5) == std::vector<WordId>({0, 1, 2, 4}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(no_tree_has_a_smaller_weighted_length) {
  for (std::size_t size = 2; size <= 10; ++size) {
    for (const std::uint32_t most : {2, 20, 1'000'000}) {
      const auto counts = random_counts(size, most, most);
      BOOST_CHECK_EQUAL(weighted_length(counts), least_weighted_length(counts));
    }
  }
}

BOOST_AUTO_TEST_CASE(no_code_begins_another_and_all_branches_are_used) {
  auto codes = codes_of(random_counts(500, 10'000, 1));
  std::ranges::sort(codes);
  for (std::size_t i = 1; i < codes.size(); ++i) BOOST_CHECK(!codes[i].starts_with(codes[i - 1]));
  const double kraft =
      std::accumulate(codes.begin(), codes.end(), 0.0, [](double sum, const auto& code) {
        return sum + std::exp2(-static_cast<double>(code.size()));
      });
  BOOST_CHECK_EQUAL(kraft, 1);
}

BOOST_AUTO_TEST_CASE(a_node_stands_for_one_beginning_of_codes) {
  const auto counts = random_counts(300, 1000, 2);
  const HuffmanTree tree(counts);
  std::map<std::string, WordId> nodes;
  for (WordId word = 0; word < counts.size(); ++word) {
    std::string prefix;
    for (const auto& [node, label] : tree.path(word)) {
      BOOST_CHECK_EQUAL(nodes.emplace(prefix, node).first->second, node);
      prefix += label == 1 ? '1' : '0';
    }
  }
  std::vector<WordId> found;
  for (const auto& [prefix, node] : nodes) found.push_back(node);
  std::ranges::sort(found);
  std::vector<WordId> all(HuffmanTree::inner_nodes(counts.size()));
  std::iota(all.begin(), all.end(), WordId{0});
  BOOST_TEST(found == all, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_more_frequent_word_has_no_longer_path) {
  const auto codes = codes_of(random_counts(1000, 100'000, 3));
  for (std::size_t i = 1; i < codes.size(); ++i)
    BOOST_CHECK_LE(codes[i - 1].size(), codes[i].size());
}

BOOST_AUTO_TEST_CASE(no_path_is_longer_than_the_longest_may_be) {
  Counts deepest{1, 1};
  while (deepest.size() < 60) deepest.push_back(deepest.end()[-1] + deepest.end()[-2]);
  for (const auto& counts :
       {deepest, Counts{9}, Counts{9, 3}, Counts(64, 7), random_counts(1000, 100'000, 5)}) {
    std::size_t longest = 0;
    for (const auto& code : codes_of(counts)) longest = std::max(longest, code.size());
    BOOST_CHECK_LE(static_cast<double>(longest), longest_path(counts));
  }
  BOOST_CHECK_LT(longest_path(deepest), 61);
}

BOOST_AUTO_TEST_CASE(among_equal_counts_lower_ids_and_leaves_come_first) {
  const std::vector<std::string> of_four{"11", "10", "01", "00"};
  BOOST_TEST(codes_of(Counts(4, 7)) == of_four, boost::test_tools::per_element());
  // The words of count 2 come before the inner node of count 1 + 1.
  const std::vector<std::string> of_mixed{"01", "00", "11", "10"};
  BOOST_TEST(codes_of({2, 2, 1, 1}) == of_mixed, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(two_words_share_the_root) {
  const HuffmanTree tree(Counts{9, 3});
  BOOST_CHECK_EQUAL(HuffmanTree::inner_nodes(2), 1);
  BOOST_CHECK_EQUAL(code_of(tree, 0), "0");
  BOOST_CHECK_EQUAL(code_of(tree, 1), "1");
  for (const WordId word : {0, 1}) BOOST_CHECK_EQUAL(tree.path(word)[0].node, 0);
}

BOOST_AUTO_TEST_CASE(the_only_word_has_an_empty_path) {
  const HuffmanTree tree(Counts{9});
  BOOST_CHECK_EQUAL(HuffmanTree::inner_nodes(1), 0);
  BOOST_CHECK(tree.path(0).empty());
}

BOOST_AUTO_TEST_CASE(fibonacci_counts_make_the_deepest_tree) {
  Counts counts{1, 1};
  while (counts.size() < 80)
    counts.push_back(counts[counts.size() - 1] + counts[counts.size() - 2]);
  std::ranges::reverse(counts);
  const auto codes = codes_of(counts);
  for (std::size_t i = 0; i + 1 < codes.size(); ++i) BOOST_CHECK_EQUAL(codes[i].size(), i + 1);
  BOOST_CHECK_EQUAL(codes.back().size(), 79);
}

BOOST_AUTO_TEST_CASE(needs_a_word) {
  BOOST_CHECK_EXCEPTION(HuffmanTree(Counts{}), UsageError, test::says("at least one word"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
