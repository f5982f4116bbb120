#include "embed/text/encoded_corpus.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "common/random.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(encoded_corpus)

using Ids = std::vector<WordId>;

constexpr auto kEnd = kSentenceEnd;
constexpr auto kChunk = EncodedCorpus::kChunkSize;

EncodedCorpus corpus_of(const Ids& ids) {
  auto memory = Mapping::reserve(ids.size() * sizeof(WordId));
  if (!ids.empty()) std::memcpy(memory.data(), ids.data(), ids.size() * sizeof(WordId));
  return {std::move(memory), ids.size()};
}

// Sentences of these lengths, of the words 0, 1, 2, ...
Ids sentences(const std::vector<std::size_t>& lengths) {
  Ids ids;
  WordId next = 0;
  for (const auto length : lengths) {
    for (std::size_t i = 0; i < length; ++i) ids.push_back(next++);
    ids.push_back(kEnd);
  }
  return ids;
}

Ids ids_of(std::span<const WordId> span) { return {span.begin(), span.end()}; }

BOOST_AUTO_TEST_CASE(counts_words_and_sentences) {
  const auto corpus = corpus_of({3, 1, kEnd, 4, kEnd});
  BOOST_TEST(corpus.words() == 3u);
  BOOST_TEST(corpus.sentences() == 2u);
  BOOST_TEST((ids_of(corpus.ids()) == Ids{3, 1, kEnd, 4, kEnd}));
  BOOST_TEST(corpus.chunks() == 1u);
  BOOST_TEST((ids_of(corpus.chunk(0)) == Ids{3, 1, kEnd, 4, kEnd}));
}

BOOST_AUTO_TEST_CASE(moves_to_a_file_and_stays_the_same) {
  const auto ids = sentences(std::vector<std::size_t>(3000, 40));
  auto corpus = corpus_of(ids);
  BOOST_TEST(corpus.in_memory());
  corpus.move_to_file({});
  BOOST_TEST(!corpus.in_memory());
  BOOST_TEST(corpus.sentences() == 3000u);
  for (int pass = 0; pass < 2; ++pass) {
    Ids all;
    for (std::size_t i = 0; i < corpus.chunks(); ++i) {
      all.insert(all.end(), corpus.chunk(i).begin(), corpus.chunk(i).end());
      corpus.drop_chunk(i);
    }
    BOOST_TEST((all == ids));
  }
}

BOOST_AUTO_TEST_CASE(may_be_empty) {
  for (const auto& corpus : {EncodedCorpus(), corpus_of({})}) {
    BOOST_TEST(corpus.words() == 0u);
    BOOST_TEST(corpus.chunks() == 0u);
  }
}

// Where chunk i begins: after the first sentence's end that lies within a thousand ids of its
// nominal place, else at that place.
std::size_t expected_begin(const Ids& ids, std::size_t i) {
  const auto nominal = i * kChunk;
  if (nominal == 0 || nominal >= ids.size()) return std::min(nominal, ids.size());
  for (auto at = nominal - 1; at < std::min(nominal + 999, ids.size() - 1); ++at) {
    if (ids[at] == kEnd) return at + 1;
  }
  return nominal;
}

void check_chunks(const Ids& ids) {
  const auto corpus = corpus_of(ids);
  Ids joined;
  for (std::size_t i = 0; i < corpus.chunks(); ++i) {
    const auto chunk = corpus.chunk(i);
    BOOST_TEST(corpus.chunk_begin(i) == expected_begin(ids, i));
    BOOST_TEST(!chunk.empty());
    BOOST_TEST(chunk.data() == corpus.ids().data() + corpus.chunk_begin(i));
    joined.insert(joined.end(), chunk.begin(), chunk.end());
  }
  BOOST_TEST(corpus.chunk_begin(corpus.chunks()) == ids.size());
  BOOST_TEST((joined == ids));
}

BOOST_AUTO_TEST_CASE(
    chunks_cover_all_ids_once_and_in_order_and_end_with_a_sentence_where_one_is_near) {
  auto random = stream(1, "chunks test", 0);
  for (const std::size_t longest : {1, 20, 900, 3000, 40'000}) {
    std::vector<std::size_t> lengths;
    for (std::size_t words = 0; words < 10 * kChunk; words += lengths.back()) {
      lengths.push_back(1 + random.below(static_cast<std::uint32_t>(longest)));
    }
    BOOST_TEST_CONTEXT("sentences of up to " << longest << " words") {
      check_chunks(sentences(lengths));
    }
  }
}

BOOST_AUTO_TEST_CASE(chunks_of_a_corpus_whose_size_is_near_a_multiple_of_theirs_are_not_empty) {
  for (const std::size_t size : {kChunk - 1, kChunk, kChunk + 1, kChunk + 2, kChunk + 999,
                                 kChunk + 1000, kChunk + 1001, 2 * kChunk, 2 * kChunk + 1}) {
    BOOST_TEST_CONTEXT(size << " ids") {
      check_chunks(sentences({size - 1}));
      check_chunks(sentences({1, size - 3}));
      check_chunks(sentences({size - 3, 1}));
      check_chunks(sentences({kChunk / 2, size - kChunk / 2 - 2}));
      check_chunks(sentences(std::vector<std::size_t>(size / 2, 1)));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_sentence_of_many_chunks_is_cut_at_their_nominal_places) {
  const auto corpus = corpus_of(sentences({5 * kChunk}));
  BOOST_REQUIRE(corpus.chunks() == 6u);
  for (std::size_t i = 0; i < 5; ++i) BOOST_TEST(corpus.chunk(i).size() == kChunk);
  BOOST_TEST((ids_of(corpus.chunk(5)) == Ids{kEnd}));
}

BOOST_AUTO_TEST_CASE(sentences_are_visited_in_order_without_their_ends) {
  struct Case {
    Ids ids;
    std::vector<Ids> sentences;
  };
  const Case cases[] = {
      {{}, {}},
      {{kEnd}, {}},
      {{1, 2, kEnd}, {{1, 2}}},
      {{1, 2}, {{1, 2}}},
      {{1, kEnd, 2, 3, kEnd}, {{1}, {2, 3}}},
      {{1, kEnd, 2, 3}, {{1}, {2, 3}}},
      {{kEnd, 1, kEnd, kEnd, 2, kEnd}, {{1}, {2}}},
  };
  for (const auto& [ids, expected] : cases) {
    std::vector<Ids> visited;
    for_each_sentence(ids,
                      [&](std::span<const WordId> words) { visited.push_back(ids_of(words)); });
    BOOST_TEST((visited == expected));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
