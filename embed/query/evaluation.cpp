#include "embed/query/evaluation.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include <fmt/format.h>

#include "common/error.h"
#include "common/statistics.h"
#include "embed/query/analogy.h"

namespace wordkin {
namespace {

// Questions between two looks at whether to stop.
constexpr std::size_t kBatch = 2048;

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
    cosines.push_back(cosine(vectors.row(*a_id), vectors.row(*b_id)));
  }
  return {pairs.size(), human.size(), spearman(human, cosines), pearson(human, cosines)};
}

}  // namespace wordkin
