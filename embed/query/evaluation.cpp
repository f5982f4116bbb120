#include "embed/query/evaluation.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include <fmt/format.h>

#include "common/error.h"
#include "embed/query/analogy.h"

namespace wordkin {
namespace {

// Questions between two looks at whether to stop.
constexpr std::size_t kBatch = 2048;

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

// A question whose words are known.
struct KnownQuestion {
  Analogy analogy;
  const std::string* answer;
};

std::vector<KnownQuestion> known_questions(const AnalogySection& section,
                                           const WordLookup& lookup) {
  std::vector<KnownQuestion> known;
  for (const auto& [a, b, c, d] : section.questions) {
    const auto a_id = lookup.find(a);
    const auto b_id = lookup.find(b);
    const auto c_id = lookup.find(c);
    if (a_id && b_id && c_id && lookup.find(d)) known.push_back({{*a_id, *b_id, *c_id}, &d});
  }
  return known;
}

std::uint64_t count_correct(const UnitVectors& vectors, std::span<const KnownQuestion> questions,
                            const WordLookup& lookup) {
  std::vector<Query> queries;
  for (const auto& question : questions)
    queries.push_back(analogy_query(vectors, question.analogy));
  const auto answers = nearest(vectors, queries, 1);
  std::uint64_t correct = 0;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    if (!answers[i].empty() && lookup.matches(answers[i].front().word, *questions[i].answer))
      ++correct;
  }
  return correct;
}

std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
  std::vector<double> result(values.size());
  for (std::size_t begin = 0; begin < order.size();) {
    auto end = begin;
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    const auto mean_rank = static_cast<double>(begin + end - 1) / 2;
    for (; begin < end; ++begin) result[order[begin]] = mean_rank;
  }
  return result;
}

bool varies(const std::vector<double>& values) {
  return std::ranges::adjacent_find(values, std::not_equal_to<>()) != values.end();
}

}  // namespace

Accuracy& Accuracy::operator+=(const Accuracy& other) {
  questions += other.questions;
  answered += other.answered;
  correct += other.correct;
  return *this;
}

std::optional<double> Accuracy::accuracy() const {
  if (answered == 0) return std::nullopt;
  return share(correct, answered);
}

double Accuracy::coverage() const { return share(answered, questions); }
double SimilarityScores::coverage() const { return share(found, pairs); }

AnalogyScores evaluate_analogies(const UnitVectors& vectors,
                                 const std::vector<AnalogySection>& sections,
                                 const WordLookup& lookup, const Monitor& monitor) {
  AnalogyScores scores;
  const auto total = std::accumulate(sections.begin(), sections.end(), std::uint64_t{0},
                                     [](std::uint64_t sum, const AnalogySection& section) {
                                       return sum + section.questions.size();
                                     });
  StageReporter reporter(monitor, "analogies", "questions", total);
  for (const auto& section : sections) {
    const auto known = known_questions(section, lookup);
    Accuracy accuracy{
        .questions = section.questions.size(), .answered = known.size(), .correct = 0};
    for (std::size_t begin = 0; begin < known.size(); begin += kBatch) {
      monitor.throw_if_stopped();
      const auto batch = std::span(known).subspan(begin, std::min(kBatch, known.size() - begin));
      accuracy.correct += count_correct(vectors, batch, lookup);
      reporter.report(scores.total.questions + begin);
    }
    (section.is_syntactic() ? scores.syntactic : scores.semantic) += accuracy;
    scores.total += accuracy;
    scores.sections.push_back({section.name, accuracy});
  }
  reporter.finish({.done = total});
  return scores;
}

SimilarityScores evaluate_similarities(const UnitVectors& vectors,
                                       const std::vector<SimilarityPair>& pairs,
                                       const WordLookup& lookup) {
  std::vector<double> human;
  std::vector<double> cosines;
  for (const auto& [a, b, score] : pairs) {
    const auto a_id = lookup.find(a);
    const auto b_id = lookup.find(b);
    if (!a_id || !b_id) continue;
    human.push_back(score);
    cosines.push_back(cosine(vectors.unit(*a_id), vectors.unit(*b_id)));
  }
  return {pairs.size(), human.size(), spearman(human, cosines), pearson(human, cosines)};
}

std::optional<double> pearson(const std::vector<double>& x, const std::vector<double>& y) {
  if (!varies(x) || !varies(y)) return std::nullopt;
  const auto n = static_cast<double>(x.size());
  const auto mean_x = std::accumulate(x.begin(), x.end(), 0.0) / n;
  const auto mean_y = std::accumulate(y.begin(), y.end(), 0.0) / n;
  double xy = 0;
  double xx = 0;
  double yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto dx = x[i] - mean_x;
    const auto dy = y[i] - mean_y;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xy / (std::sqrt(xx) * std::sqrt(yy));
}

std::optional<double> spearman(const std::vector<double>& x, const std::vector<double>& y) {
  return pearson(ranks(x), ranks(y));
}

}  // namespace wordkin
