#include "embed/vectors/embeddings.h"

#include <limits>
#include <utility>

#include "common/error.h"
#include "tests/support/embeddings.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(embeddings)

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

const test::WordVectors kRows{{"cat", {1, 2, 3}}, {"dog", {4, 5, 6}}};

Vocabulary two_words() { return {test::words_of(kRows), {7, 5}}; }

BOOST_AUTO_TEST_CASE(hold_words_vectors_contexts_and_metadata) {
  const Embeddings embeddings(two_words(), test::matrix_of(kRows), Matrix(2, 3), {{"seed", "1"}});
  BOOST_TEST(embeddings.size() == 2u);
  BOOST_TEST(embeddings.dim() == 3u);
  BOOST_TEST(embeddings.vocabulary().count(1) == 5u);
  BOOST_TEST(embeddings.vector(1)[2] == 6);
  BOOST_TEST(embeddings.has_context());
  BOOST_TEST(embeddings.metadata().at("seed") == "1");
}

BOOST_AUTO_TEST_CASE(need_a_vector_for_each_word) {
  const auto make = [](Vocabulary vocabulary, Matrix vectors, Matrix context) {
    return Embeddings(std::move(vocabulary), std::move(vectors), std::move(context));
  };
  BOOST_CHECK_NO_THROW(make(two_words(), Matrix(2, 1), {}));
  BOOST_CHECK_EXCEPTION(make(two_words(), Matrix(3, 4), {}), UsageError,
                        test::says("2 words need as many vectors, found 3 x 4, and 0 x 0"));
  BOOST_CHECK_THROW(make(two_words(), Matrix(), {}), UsageError);
  BOOST_CHECK_THROW(make(two_words(), Matrix(2, 0), {}), UsageError);
  BOOST_CHECK_THROW(make({}, Matrix(), {}), UsageError);
  BOOST_CHECK_THROW(make({}, Matrix(0, 3), {}), UsageError);
  BOOST_CHECK_EXCEPTION(make(two_words(), Matrix(2, 3), Matrix(2, 4)), UsageError,
                        test::says("found 2 x 3, and 2 x 4 for contexts"));
  BOOST_CHECK_THROW(make(two_words(), Matrix(2, 3), Matrix(1, 3)), UsageError);
}

BOOST_AUTO_TEST_CASE(refuse_values_that_are_not_finite_and_name_the_word) {
  for (const auto value : {kNan, -kNan, kInfinity, -kInfinity}) {
    for (const std::size_t column : {0, 1, 2}) {
      auto damaged = test::matrix_of(kRows);
      damaged.row(1)[column] = value;
      BOOST_CHECK_EXCEPTION(
          Embeddings(two_words(), damaged), NumericError,
          test::says("the vector of 'dog' (row 2) holds a value that is not finite"));
      BOOST_CHECK_THROW(Embeddings(two_words(), Matrix(2, 3), damaged), NumericError);
    }
  }
}

BOOST_AUTO_TEST_CASE(take_every_finite_value) {
  auto extreme = test::matrix_of(kRows);
  constexpr float kMax = std::numeric_limits<float>::max();
  extreme.row(0)[0] = kMax;
  extreme.row(0)[1] = kMax;
  extreme.row(1)[0] = -kMax;
  extreme.row(1)[1] = std::numeric_limits<float>::denorm_min();
  BOOST_CHECK_NO_THROW(Embeddings(two_words(), extreme));
}

BOOST_AUTO_TEST_CASE(the_first_row_that_is_not_finite_is_found) {
  Matrix matrix(5, 17);
  BOOST_TEST(!first_non_finite_row(matrix).has_value());
  BOOST_TEST(!first_non_finite_row(Matrix()).has_value());
  matrix.row(4)[16] = kInfinity;
  BOOST_TEST(first_non_finite_row(matrix).value() == 4u);
  matrix.row(2)[0] = kNan;
  BOOST_TEST(first_non_finite_row(matrix).value() == 2u);
}

BOOST_AUTO_TEST_CASE(can_drop_their_contexts) {
  const auto smaller =
      Embeddings(two_words(), test::matrix_of(kRows), Matrix(2, 3), {{"seed", "1"}})
          .without_context();
  BOOST_TEST(!smaller.has_context());
  BOOST_TEST(smaller.metadata().at("seed") == "1");
  test::check_same(smaller, test::embeddings_of(kRows));
}

BOOST_AUTO_TEST_CASE(can_get_more_metadata_but_keep_what_they_have) {
  const auto embeddings = Embeddings(two_words(), test::matrix_of(kRows), {}, {{"seed", "1"}})
                              .with_metadata({{"seed", "2"}, {"file", "a.txt"}});
  BOOST_TEST((embeddings.metadata() == Metadata{{"seed", "1"}, {"file", "a.txt"}}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
