#pragma once

#include <filesystem>
#include <vector>

#include "classify/labelled_texts.h"
#include "classify/sentiment_model.h"
#include "common/progress.h"
#include "embed/bias/audit.h"
#include "embed/query/evaluation.h"
#include "tools/receipt.h"

namespace wordkin {

// What vectors are good for, and what debiasing could cost.
struct UsefulnessFiles {
  std::vector<std::filesystem::path> analogies;
  std::vector<std::filesystem::path> similarities;
  std::filesystem::path sentiment;  // a model, or empty
  std::filesystem::path data;       // labelled texts for it
  LabelledTextOptions columns;
};

// The same, read.
struct UsefulnessSets {
  std::vector<std::vector<AnalogySection>> analogies;
  std::vector<std::vector<SimilarityPair>> similarities;
  std::optional<SentimentModel> model;
  LabelledTexts texts;
};
UsefulnessSets read_usefulness_sets(const UsefulnessFiles& files);

struct Usefulness {
  std::vector<AnalogyScores> analogies;
  std::vector<std::optional<double>> spearman;  // of each file of similarities
  std::optional<double> sentiment_accuracy;
};

// Measures the vectors: on analogies and similarities with the first `restrict_to` words, and the
// model on its texts, its own word vectors replaced by these, scaled to the lengths that it has for
// the words. Throws UsageError when the model has vectors of another dimension.
Usefulness measure_usefulness(const Embeddings& embeddings, const UsefulnessSets& sets,
                              std::size_t restrict_to, Case letter_case, const Monitor& monitor);

// The accuracy of the model as it is.
double sentiment_accuracy(const SentimentModel& model, const LabelledTexts& texts,
                          const Monitor& monitor);

// The bias of debiased vectors along an axis that is found anew in them: nothing where their sets
// have no direction any more.
struct AnewAudit {
  std::optional<FoundAxis> found;
  std::vector<ListAudit> lists;
};
std::vector<AnewAudit> audit_anew(const WordFinder& finder, const AuditWords& words,
                                  const AuditOptions& options);

struct BeforeAndAfter {
  BiasAudit bias_before, bias_after;  // along the axes before
  std::vector<AnewAudit> anew;        // of each axis
  Usefulness use_before, use_after;
};
std::vector<ReceiptRow> receipt_rows(const BeforeAndAfter& measured, const UsefulnessFiles& files);

}  // namespace wordkin
