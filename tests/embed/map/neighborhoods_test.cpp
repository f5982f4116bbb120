#include "embed/map/neighborhoods.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/random_embeddings.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(neighborhoods_of_words)

BOOST_AUTO_TEST_CASE(are_what_nearest_finds_for_each) {
  const auto embeddings = test::random_embeddings(9000, 6);  // more than are asked for at once
  const UnitVectors vectors(embeddings);
  const auto found = neighborhoods(vectors, 7);
  BOOST_REQUIRE_EQUAL(found.size(), 9000);
  for (const WordId id : {0U, 1U, 8191U, 8192U, 8999U}) {
    const auto row = vectors.unit(id);
    const Query query{{row.begin(), row.end()}, {id}};
    const auto expected = nearest(vectors, {&query, 1}, 7).front();
    for (std::size_t i = 0; i < 7; ++i) {
      BOOST_CHECK_EQUAL(found[id][i].word, expected[i].word);
      BOOST_CHECK_SMALL(found[id][i].similarity - expected[i].similarity, 1e-6f);
    }
  }
}

BOOST_AUTO_TEST_CASE(are_all_others_where_there_are_fewer) {
  const auto embeddings = test::random_embeddings(4, 3);
  for (const auto& neighbors : neighborhoods(UnitVectors(embeddings), 10)) {
    BOOST_CHECK_EQUAL(neighbors.size(), 3);
  }
  const auto single = test::random_embeddings(1, 3);
  BOOST_CHECK(neighborhoods(UnitVectors(single), 10).front().empty());
}

BOOST_AUTO_TEST_CASE(are_reported_and_stopped) {
  const auto embeddings = test::random_embeddings(10, 3);
  const UnitVectors vectors(embeddings);
  std::uint64_t done = 0;
  neighborhoods(vectors, 3, {.on_progress = [&](const Progress& p) { done = p.done; }, .stop = {}});
  BOOST_CHECK_EQUAL(done, 10);
  std::stop_source source;
  source.request_stop();
  BOOST_CHECK_THROW(neighborhoods(vectors, 3, {.on_progress = {}, .stop = source.get_token()}),
                    Interrupted);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
