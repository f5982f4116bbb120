#include "embed/query/evaluation.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

namespace wordkin {
namespace {

// Questions between two looks at whether to stop.
constexpr std::size_t kQuestionsAtOnce = 2048;

// Of a section, the questions whose words are known.
struct KnownQuestions {
  std::vector<Analogy> analogies;
  std::vector<const std::vector<std::string>*> answers;
};

// Adds the words that are not known to `unknown`.
KnownQuestions known_questions(const AnalogySection& section, const WordLookup& lookup,
                               std::vector<std::string>& unknown) {
  KnownQuestions known;
  const auto find = [&](const std::string& word) {
    const auto id = lookup.find(word);
    if (!id) unknown.push_back(word);
    return id;
  };
  for (const auto& [a, b, c, answers] : section.questions) {
    const auto a_id = find(a);
    const auto b_id = find(b);
    const auto c_id = find(c);
    const bool has_answer = std::ranges::any_of(
        answers, [&](const std::string& answer) { return lookup.find(answer).has_value(); });
    if (!has_answer) unknown.push_back(answers.front());
    if (!a_id || !b_id || !c_id || !has_answer) continue;
    known.analogies.push_back({*a_id, *b_id, *c_id});
    known.answers.push_back(&answers);
  }
  return known;
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

std::optional<Interval> Accuracy::interval() const {
  if (answered == 0) return std::nullopt;
  return wilson_interval(correct, answered);
}

double Accuracy::coverage() const { return share(answered, questions); }
double SimilarityScores::coverage() const { return share(found, pairs); }

AnalogyScores evaluate_analogies(const UnitVectors& vectors,
                                 const std::vector<AnalogySection>& sections,
                                 const WordLookup& lookup, AnalogyMethod method,
                                 const Monitor& monitor) {
  AnalogyScores scores;
  const auto total = std::accumulate(sections.begin(), sections.end(), std::uint64_t{0},
                                     [](std::uint64_t sum, const AnalogySection& section) {
                                       return sum + section.questions.size();
                                     });
  StageReporter reporter(monitor, "analogies", "questions", total);
  std::vector<std::string> unknown;
  for (const auto& section : sections) {
    const auto known = known_questions(section, lookup, unknown);
    std::vector<std::uint32_t> right;
    for (std::size_t begin = 0; begin < known.analogies.size(); begin += kQuestionsAtOnce) {
      monitor.throw_if_stopped();
      const auto batch =
          std::span(known.analogies)
              .subspan(begin, std::min(kQuestionsAtOnce, known.analogies.size() - begin));
      for (const auto& found : solve_analogies(vectors, batch, method, 1)) {
        const auto& answers = *known.answers[right.size()];
        right.push_back(std::ranges::any_of(answers, [&](const std::string& answer) {
          return !found.empty() && lookup.matches(found.front().word, answer);
        }));
      }
      reporter.report(scores.total.questions + begin);
    }
    const Accuracy accuracy{
        .questions = section.questions.size(),
        .answered = right.size(),
        .correct = std::accumulate(right.begin(), right.end(), std::uint64_t{})};
    (section.relation == Relation::kSyntactic ? scores.syntactic : scores.semantic) += accuracy;
    scores.total += accuracy;
    scores.sections.push_back({section.name, section.relation, accuracy, std::move(right)});
  }
  scores.unknown = describe_unknown(lookup, unknown);
  reporter.finish({.done = total});
  return scores;
}

ScoredPairs score_pairs(const UnitVectors& vectors, const std::vector<SimilarityPair>& pairs,
                        const WordLookup& lookup) {
  ScoredPairs scored;
  std::vector<std::string> unknown;
  for (const auto& [a, b, score] : pairs) {
    const auto a_id = lookup.find(a);
    const auto b_id = lookup.find(b);
    if (!a_id) unknown.push_back(a);
    if (!b_id) unknown.push_back(b);
    if (!a_id || !b_id) continue;
    scored.human.push_back(score);
    scored.cosines.push_back(cosine(vectors.unit(*a_id), vectors.unit(*b_id)));
  }
  scored.unknown = describe_unknown(lookup, unknown);
  return scored;
}

SimilarityScores evaluate_similarities(const UnitVectors& vectors,
                                       const std::vector<SimilarityPair>& pairs,
                                       const WordLookup& lookup, const BootstrapOptions& bootstrap,
                                       const Monitor& monitor) {
  auto scored = score_pairs(vectors, pairs, lookup);
  const PairedSample sample(scored.human, scored.cosines);
  const auto interval = [&](auto correlation) {
    return bootstrap_interval(
        static_cast<std::uint32_t>(scored.human.size()),
        [&](Resample items) { return std::invoke(correlation, sample, items); }, bootstrap,
        monitor);
  };
  return {.pairs = pairs.size(),
          .found = scored.human.size(),
          .spearman = {spearman(scored.human, scored.cosines), interval(&PairedSample::spearman)},
          .pearson = {pearson(scored.human, scored.cosines), interval(&PairedSample::pearson)},
          .unknown = std::move(scored.unknown)};
}

}  // namespace wordkin
