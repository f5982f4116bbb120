#include "embed/map/tsne.h"

#include <algorithm>
#include <cmath>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "common/parallel.h"
#include "embed/map/principal_axes.h"
#include "tests/support/layouts.h"
#include "tests/support/random_embeddings.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

namespace data = boost::unit_test::data;

// The divergence of the affinities in the plane from the given ones, in double, from all pairs.
double divergence_of(const Affinities& affinities, const std::vector<double>& x,
                     const std::vector<double>& y) {
  const auto near = [&](std::size_t i, std::size_t j) {
    return 1 / (1 + (x[i] - x[j]) * (x[i] - x[j]) + (y[i] - y[j]) * (y[i] - y[j]));
  };
  double total = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = 0; j < x.size(); ++j) total += i == j ? 0 : near(i, j);
  }
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (auto at = affinities.offsets[i]; at < affinities.offsets[i + 1]; ++at) {
      const double p = affinities.values[at];
      const auto j = static_cast<std::size_t>(affinities.columns[at]);
      if (p > 0) sum += p * std::log(p / (near(i, j) / total));
    }
  }
  return sum;
}

std::vector<double> to_double(const FloatVector& values) { return {values.begin(), values.end()}; }

Tsne tsne_of(const Embeddings& embeddings, const TsneOptions& options) {
  const UnitVectors vectors(embeddings);
  const auto start = project(vectors.rows(), principal_axes(vectors.rows(), 2));
  const auto count = static_cast<std::size_t>(3 * options.perplexity);
  return tsne(neighborhoods(vectors, count), start, options);
}

bool is_finite(const Layout& layout) {
  const auto finite = [](float value) { return std::isfinite(value); };
  return std::ranges::all_of(layout.x, finite) && std::ranges::all_of(layout.y, finite);
}

// `each` words around each of `centres` random directions.
Embeddings clusters(std::size_t centres, std::size_t each, float spread) {
  auto random = stream(7, "clusters", 0);
  const auto directions = test::random_embeddings(centres, 25);
  test::WordVectors rows;
  for (std::size_t i = 0; i < centres * each; ++i) {
    const auto centre = directions.vector(static_cast<WordId>(i % centres));
    std::vector<float> row(centre.begin(), centre.end());
    for (auto& value : row) value += spread * (2 * random.uniform() - 1);
    rows.emplace_back("w" + std::to_string(i), row);
  }
  return test::embeddings_of(rows);
}

// The share of words whose nearest word in the plane is of the same cluster.
double purity(const Layout& layout, std::size_t centres) {
  std::size_t pure = 0;
  for (std::size_t i = 0; i < layout.size(); ++i) {
    std::size_t best = i == 0 ? 1 : 0;
    const auto distance = [&](std::size_t j) {
      return std::hypot(layout.x[i] - layout.x[j], layout.y[i] - layout.y[j]);
    };
    for (std::size_t j = 0; j < layout.size(); ++j) {
      if (j != i && distance(j) < distance(best)) best = j;
    }
    pure += best % centres == i % centres ? 1 : 0;
  }
  return static_cast<double>(pure) / static_cast<double>(layout.size());
}

BOOST_AUTO_TEST_SUITE(tsne_gradients)

BOOST_AUTO_TEST_CASE(are_those_of_the_divergence) {
  const auto embeddings = test::random_embeddings(60, 10);
  const auto affinities = joint_affinities(neighborhoods(UnitVectors(embeddings), 18), 6);
  const auto points = test::random_layout(60, 6);
  const auto gradient = tsne_gradient(affinities, points, 0);
  constexpr double kStep = 1e-5;
  for (std::size_t i = 0; i < 60; ++i) {
    for (const bool along_x : {true, false}) {
      const auto moved = [&](double step) {
        auto x = to_double(points.x);
        auto y = to_double(points.y);
        (along_x ? x : y)[i] += step;
        return divergence_of(affinities, x, y);
      };
      const auto expected = (moved(kStep) - moved(-kStep)) / (2 * kStep);
      BOOST_CHECK_SMALL((along_x ? gradient.x : gradient.y)[i] - expected, 2e-7);
    }
  }
}

BOOST_AUTO_TEST_CASE(attract_more_with_exaggeration) {
  const auto embeddings = test::random_embeddings(40, 10);
  const auto affinities = joint_affinities(neighborhoods(UnitVectors(embeddings), 15), 5);
  const auto points = test::random_layout(40, 6);
  const auto plain = tsne_gradient(affinities, points, 0, 1);
  const auto none = tsne_gradient(affinities, points, 0, 0);
  const auto twelve = tsne_gradient(affinities, points, 0, 12);
  for (std::size_t i = 0; i < 40; ++i) {
    BOOST_CHECK_SMALL(twelve.x[i] - none.x[i] - 12 * (plain.x[i] - none.x[i]), 1e-5f);
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(tsne_layouts)

BOOST_DATA_TEST_CASE(keep_clusters_apart, data::make({3, 10}) * data::make({12, 60}), centres,
                     each) {
  const auto count = static_cast<std::size_t>(centres);
  const auto embeddings = clusters(count, static_cast<std::size_t>(each), 0.15f);
  const auto result = tsne_of(embeddings, {.perplexity = 8, .iterations = 600});
  BOOST_CHECK_EQUAL(purity(result.layout, count), 1);
}

BOOST_AUTO_TEST_CASE(come_with_their_divergence) {
  const auto embeddings = clusters(5, 60, 0.5f);
  const auto result = tsne_of(embeddings, {.perplexity = 20, .iterations = 400, .theta = 0});
  const auto affinities = joint_affinities(neighborhoods(UnitVectors(embeddings), 60), 20);
  BOOST_CHECK_CLOSE(
      result.divergence,
      divergence_of(affinities, to_double(result.layout.x), to_double(result.layout.y)), 1e-3);
  // Far less than what the start has.
  const Layout together = test::random_layout(300, 1e-4f);
  BOOST_CHECK_LT(result.divergence,
                 0.5 * divergence_of(affinities, to_double(together.x), to_double(together.y)));
}

BOOST_AUTO_TEST_CASE(are_the_same_for_any_number_of_threads) {
  const auto embeddings = clusters(8, 150, 0.6f);
  const TsneOptions options{.perplexity = 15, .iterations = 120};
  const auto with = [&](int threads) {
    return with_threads(threads, [&] { return tsne_of(embeddings, options); });
  };
  const auto expected = with(1);
  for (const int threads : {2, 3, 8}) {
    const auto found = with(threads);
    BOOST_CHECK(found.layout == expected.layout);
    BOOST_CHECK_EQUAL(found.divergence, expected.divergence);
  }
}

BOOST_AUTO_TEST_CASE(differ_by_their_seeds) {
  const auto embeddings = clusters(4, 20, 0.5f);
  const auto with = [&](std::uint64_t seed) {
    return tsne_of(embeddings, {.perplexity = 5, .iterations = 50, .seed = seed}).layout;
  };
  BOOST_CHECK(with(1) == with(1));
  BOOST_CHECK(with(1) != with(2));
}

// Words that are all neighbours of each other's neighbours, which exaggeration would draw into one.
BOOST_AUTO_TEST_CASE(do_not_collapse) {
  const auto embeddings = test::random_embeddings(400, 100);
  const auto layout = tsne_of(embeddings, {.perplexity = 40}).layout;
  const auto width = [](const FloatVector& values) {
    const auto [least, most] = std::ranges::minmax(values);
    return most - least;
  };
  BOOST_CHECK_GT(width(layout.x), 5);
  BOOST_CHECK_GT(width(layout.y), 5);
  BOOST_CHECK_LT(width(layout.x), 200);
}

BOOST_AUTO_TEST_CASE(of_equal_vectors_are_finite) {
  test::WordVectors rows;
  for (std::size_t i = 0; i < 120; ++i) {
    const auto of = static_cast<float>(i < 60 ? 0 : i % 7);
    rows.emplace_back("w" + std::to_string(i), std::vector<float>{1, of, of * of});
  }
  BOOST_CHECK(is_finite(tsne_of(test::embeddings_of(rows), {.perplexity = 10}).layout));
  for (auto& row : rows) row.second = {1, 2, 3};
  const auto result = tsne_of(test::embeddings_of(rows), {.perplexity = 10});
  BOOST_CHECK(is_finite(result.layout));
  BOOST_CHECK(std::isfinite(result.divergence));
}

BOOST_DATA_TEST_CASE(of_few_words_are_finite, data::make({4, 5, 10, 40}), size) {
  const auto count = static_cast<std::size_t>(size);
  const auto result = tsne_of(test::random_embeddings(count, 5),
                              {.perplexity = std::min(5.0, highest_perplexity(count))});
  BOOST_CHECK(is_finite(result.layout));
  for (const auto value : result.layout.x) BOOST_CHECK_LT(std::abs(value), 1000);
}

BOOST_AUTO_TEST_CASE(need_enough_points) {
  const auto embeddings = test::random_embeddings(20, 5);
  BOOST_CHECK_EXCEPTION(tsne_of(embeddings, {.perplexity = 7}), UsageError,
                        test::says("perplexity 7 needs at least 22 points, found 20; lower it to "
                                   "at most 6.33"));
}

BOOST_AUTO_TEST_CASE(have_options_in_range) {
  const auto refuse = [](const TsneOptions& options, const std::string& message) {
    BOOST_CHECK_EXCEPTION(options.validate(), UsageError, test::says(message));
  };
  refuse({.perplexity = 0.5}, "--perplexity: expected 1 to 10000, found 0.5");
  refuse({.perplexity = std::nan("")}, "--perplexity: expected 1 to 10000, found nan");
  refuse({.iterations = 0}, "--iterations: expected 1 to 1000000, found 0");
  refuse({.theta = 0.8}, "theta: expected 0 to 0.7, found 0.8");
  TsneOptions{}.validate();
}

BOOST_AUTO_TEST_CASE(are_reported_and_stopped) {
  const auto embeddings = test::random_embeddings(40, 5);
  const UnitVectors vectors(embeddings);
  const auto neighbors = neighborhoods(vectors, 30);
  const auto start = test::random_layout(40, 1);
  std::uint64_t done = 0;
  tsne(neighbors, start, {.perplexity = 10, .iterations = 30},
       {.on_progress = [&](const Progress& progress) { done = progress.done; }, .stop = {}});
  BOOST_CHECK_EQUAL(done, 30);
  std::stop_source source;
  source.request_stop();
  BOOST_CHECK_THROW(
      tsne(neighbors, start, {.perplexity = 10}, {.on_progress = {}, .stop = source.get_token()}),
      Interrupted);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
