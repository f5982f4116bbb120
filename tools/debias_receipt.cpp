#include "tools/debias_receipt.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "classify/metrics.h"
#include "classify/sentiment_file.h"
#include "common/error.h"
#include "embed/query/nearest.h"

namespace wordkin {
namespace {

double length(std::span<const float> vector) {
  double square = 0;
  for (const double x : vector) square += x * x;
  return std::sqrt(square);
}

SentimentModel with_vectors(SentimentModel model, const Embeddings& embeddings) {
  if (model.vectors.cols() != embeddings.dim()) {
    throw UsageError(
        fmt::format("--sentiment: the model's word vectors have {} dimensions, and "
                    "these have {}; give a model that was trained from them",
                    model.vectors.cols(), embeddings.dim()));
  }
  auto vectors = copy_of(model.vectors);
  for (WordId word = 0; word < model.vocabulary.size(); ++word) {
    const auto found = embeddings.vocabulary().find(model.vocabulary.word(word));
    if (!found) continue;
    const auto vector = embeddings.vector(*found);
    const auto own = vectors.row(word);
    const auto present = length(vector);
    const auto factor = present == 0 ? 0 : length(own) / present;
    std::ranges::transform(vector, own.begin(),
                           [&](float x) { return static_cast<float>(x * factor); });
  }
  model.vectors = std::move(vectors);
  return model;
}

class ReceiptRows {
 public:
  void add(std::string group, std::string figure, std::optional<double> before,
           std::optional<double> after) {
    rows_.push_back({std::move(group), std::move(figure), before, after});
  }
  std::vector<ReceiptRow> take() { return std::move(rows_); }

 private:
  std::vector<ReceiptRow> rows_;
};

double widest(const ListAudit& list) {
  double most = 0;
  for (const auto& word : list.words) most = std::max(most, std::abs(word.projection));
  return most;
}

std::optional<double> first_share(const FoundAxis& found) {
  const auto& shares = found.axis.variance_shares;
  return shares.empty() ? std::nullopt : std::optional(shares.front());
}

void add_list(ReceiptRows& rows, const std::string& axis, const ListAudit& before,
              const ListAudit& after) {
  const auto add = [&](std::string_view figure, std::optional<double> old,
                       std::optional<double> now) {
    rows.add(axis, fmt::format("{}, {}", before.name, figure), old, now);
  };
  add("direct bias", before.direct_bias, after.direct_bias);
  add("widest projection", widest(before), widest(after));
  add("indirect bias", before.indirect_bias, after.indirect_bias);
  add("mean |RIPA| at length 1", before.mean_ripa, after.mean_ripa);
  if (before.spearman) add("spearman with scores", before.spearman, after.spearman);
}

void add_axis(ReceiptRows& rows, const AxisAudit& before, const AxisAudit& after,
              const AnewAudit& anew) {
  const auto& name = before.found.name;
  for (std::size_t i = 0; i < before.lists.size(); ++i) {
    add_list(rows, name, before.lists[i], after.lists[i]);
  }
  if (const auto share = first_share(before.found)) {
    rows.add(name, "variance of the axis, found anew", share,
             anew.found ? first_share(*anew.found) : std::nullopt);
  }
  for (std::size_t i = 0; i < anew.lists.size(); ++i) {
    rows.add(name, fmt::format("{}, direct bias, found anew", before.lists[i].name),
             before.lists[i].direct_bias, anew.lists[i].direct_bias);
  }
  if (!before.hidden || !after.hidden) return;
  rows.add(name, fmt::format("cluster accuracy, {} words", before.hidden->clustered),
           before.hidden->cluster_accuracy, after.hidden->cluster_accuracy);
  if (!before.hidden->classifier_accuracy) return;
  rows.add(name, fmt::format("classifier accuracy, {} words", before.hidden->tested),
           before.hidden->classifier_accuracy, after.hidden->classifier_accuracy);
}

void add_weat(ReceiptRows& rows, const WeatAudit& before, const WeatAudit& after) {
  const auto group = fmt::format("{}: {}, {}; {}, {}", before.name, before.categories[0],
                                 before.categories[1], before.categories[2], before.categories[3]);
  const auto figure = [&](auto value) {
    const auto of = [&](const WeatAudit& test) {
      return test.result ? std::optional<double>(value(*test.result)) : std::nullopt;
    };
    return std::pair(of(before), of(after));
  };
  const auto [size, size_after] =
      figure([](const WeatResult& result) { return result.effect_size; });
  const auto [p, p_after] = figure([](const WeatResult& result) { return result.test.p_value; });
  rows.add(group, "effect size", size, size_after);
  rows.add(group, "p value", p, p_after);
}

}  // namespace

std::vector<AnewAudit> audit_anew(const WordFinder& finder, const AuditWords& words,
                                  const AuditOptions& options) {
  std::vector<AnewAudit> audits;
  for (const auto& axis : words.axes) {
    auto& audit = audits.emplace_back();
    try {
      audit.found = find_axis(finder, axis, options);
    } catch (const NumericError&) {
      continue;
    }
    for (const auto& list : words.lists) {
      audit.lists.push_back(audit_list(finder, *audit.found, list, options));
    }
  }
  return audits;
}

UsefulnessSets read_usefulness_sets(const UsefulnessFiles& files) {
  UsefulnessSets sets;
  for (const auto& path : files.analogies) sets.analogies.push_back(read_analogies(path));
  for (const auto& path : files.similarities) sets.similarities.push_back(read_similarities(path));
  if (!files.sentiment.empty()) {
    sets.model = load_sentiment_model(files.sentiment);
    sets.texts = read_labelled_texts(files.data, files.columns, sets.model->labels);
  }
  return sets;
}

double sentiment_accuracy(const SentimentModel& model, const LabelledTexts& texts,
                          const Monitor& monitor) {
  const auto encoded = encode_texts(texts, model.encoding, model.vocabulary);
  return measure({.classes = model.labels.size(),
                  .probabilities = predict(model, encoded.texts, monitor),
                  .truth = texts.classes})
      .accuracy;
}

Usefulness measure_usefulness(const Embeddings& embeddings, const UsefulnessSets& sets,
                              std::size_t restrict_to, Case letter_case, const Monitor& monitor) {
  Usefulness use;
  if (!sets.analogies.empty() || !sets.similarities.empty()) {
    const UnitVectors vectors(embeddings, restrict_to);
    const WordLookup lookup(embeddings.vocabulary(), vectors.size(), letter_case);
    for (const auto& set : sets.analogies) {
      use.analogies.push_back(
          evaluate_analogies(vectors, set, lookup, AnalogyMethod::k3CosAdd, monitor));
    }
    for (const auto& set : sets.similarities) {
      const auto scored = score_pairs(vectors, set, lookup);
      use.spearman.push_back(spearman(scored.human, scored.cosines));
    }
  }
  if (sets.model) {
    use.sentiment_accuracy =
        sentiment_accuracy(with_vectors(*sets.model, embeddings), sets.texts, monitor);
  }
  return use;
}

std::vector<ReceiptRow> receipt_rows(const BeforeAndAfter& measured, const UsefulnessFiles& files) {
  const auto& [bias_before, bias_after, anew, use_before, use_after] = measured;
  ReceiptRows rows;
  for (std::size_t i = 0; i < bias_before.axes.size(); ++i) {
    add_axis(rows, bias_before.axes[i], bias_after.axes[i], anew[i]);
  }
  for (std::size_t i = 0; i < bias_before.weat.size(); ++i) {
    add_weat(rows, bias_before.weat[i], bias_after.weat[i]);
  }
  for (std::size_t i = 0; i < files.analogies.size(); ++i) {
    const auto name = files.analogies[i].filename().string();
    const auto& before = use_before.analogies[i];
    const auto& after = use_after.analogies[i];
    const auto& total = before.total;
    rows.add(name, fmt::format("accuracy, {} of {} questions", total.answered, total.questions),
             total.accuracy(), after.total.accuracy());
    for (std::size_t s = 0; s < before.sections.size(); ++s) {
      rows.add(name, fmt::format("accuracy, {}", before.sections[s].name),
               before.sections[s].accuracy.accuracy(), after.sections[s].accuracy.accuracy());
    }
  }
  for (std::size_t i = 0; i < files.similarities.size(); ++i) {
    rows.add(files.similarities[i].filename().string(), "spearman", use_before.spearman[i],
             use_after.spearman[i]);
  }
  if (use_before.sentiment_accuracy) {
    rows.add(files.sentiment.filename().string(), "accuracy", use_before.sentiment_accuracy,
             use_after.sentiment_accuracy);
  }
  return rows.take();
}

}  // namespace wordkin
