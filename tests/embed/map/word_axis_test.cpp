#include "embed/map/word_axis.h"

#include <cmath>

#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "tests/support/embeddings.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(word_axis)

BOOST_AUTO_TEST_CASE(is_the_cosine_with_the_difference) {
  // From the unit vector (1, 0, 0) to (0, 1, 0): (-1, 1, 0) / sqrt(2).
  const auto embeddings = test::embeddings_of(
      {{"he", {3, 0, 0}}, {"she", {0, 5, 0}}, {"nurse", {1, 2, 2}}, {"rock", {0, 0, 1}}});
  const auto values =
      along_axis(UnitVectors(embeddings), embeddings.vector(0), embeddings.vector(1));
  BOOST_CHECK_CLOSE(values[0], -std::sqrt(0.5), 1e-4);
  BOOST_CHECK_CLOSE(values[1], std::sqrt(0.5), 1e-4);
  BOOST_CHECK_CLOSE(values[2], 1 / (3 * std::sqrt(2.0)), 1e-4);
  BOOST_CHECK_SMALL(values[3], 1e-6f);
}

BOOST_AUTO_TEST_CASE(needs_a_difference) {
  const auto embeddings = test::embeddings_of({{"a", {1, 2}}, {"b", {2, 4}}});
  const UnitVectors vectors(embeddings);
  for (const WordId other : {0U, 1U}) {
    BOOST_CHECK_THROW(along_axis(vectors, embeddings.vector(0), embeddings.vector(other)),
                      NumericError);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
