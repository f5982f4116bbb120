#include <optional>
#include <utility>

#include <fmt/format.h>

#include "classify/metrics.h"
#include "classify/nbsvm.h"
#include "classify/sentiment_file.h"
#include "classify/sentiment_state.h"
#include "classify/text_split.h"
#include "common/hash.h"
#include "common/parallel.h"
#include "common/version.h"
#include "embed/text/unicode.h"
#include "tools/answers.h"
#include "tools/output.h"
#include "tools/sentiment_train_options.h"
#include "tools/sentiment_train_report.h"
#include "tools/sentiment_vectors.h"

namespace wordkin {
namespace {

TextSplit read_data(const SentimentTrainOptions& options) {
  auto texts = read_labelled_texts(options.data, options.columns);
  if (texts.labels.size() < 2) {
    throw FormatError(fmt::format(
        "{}: all texts have the label '{}', expected two labels at least; the first text is '{}'; "
        "--label-column and --text-column choose others",
        options.data.string(), excerpt(texts.labels.front()), excerpt(texts.texts.front())));
  }
  for (const auto& label : texts.labels) {
    if (is_valid_utf8(label)) continue;
    throw FormatError(
        fmt::format("{}: the label '{}' is not UTF-8", options.data.string(), excerpt(label)));
  }
  if (!options.validation.empty()) {
    auto validation = read_labelled_texts(options.validation, options.columns, texts.labels);
    return {std::move(texts), std::move(validation)};
  }
  auto split = split_texts(std::move(texts), options.validation_fraction, options.training.seed);
  if (split.validation.size() == 0) {
    throw FormatError(
        fmt::format("{}: no label has two texts, of which one could be held out; give "
                    "more texts, or --validation",
                    options.data.string()));
  }
  return split;
}

std::string hash_of_words(const Vocabulary& vocabulary) {
  Fnv1a hash;
  for (WordId id = 0; id < vocabulary.size(); ++id) {
    hash.add(vocabulary.word(id));
    hash.add("\n");
  }
  return fmt::format("{:016x}", hash.value());
}

Metadata describe(const SentimentTrainOptions& options, const SentimentTrainReport& report) {
  const auto& best = report.training.epochs[report.training.best_epoch];
  return {{"program", fmt::format("wordkin {}", kVersion)},
          {"trained_epochs", fmt::to_string(report.training.epochs.size())},
          {"best_epoch", fmt::to_string(report.training.best_epoch + 1)},
          {"start_vectors", options.vectors.empty()
                                ? (options.corpora.empty() ? "random" : "trained on the texts")
                                : options.vectors.string()},
          {"train_texts", fmt::to_string(report.train.all.texts)},
          {"validation_texts", fmt::to_string(report.validation.all.texts)},
          {"validation_accuracy", fmt::format("{:.6g}", best.validation_accuracy)},
          {"validation_loss", fmt::format("{:.6g}", best.validation_loss)}};
}

// The rest of training once the network has its weights: temperature and figures.
void finish(const EncodedTexts& validation, SentimentModel& model, SentimentTrainReport& report) {
  const auto logits = compute_logits(model.network, model.parameters, model.vectors, validation);
  const auto classes = model.labels.size();
  model.temperature = fit_temperature(logits, classes, validation.classes());
  report.temperature = model.temperature;
  auto probabilities = probabilities_of(logits, classes, model.temperature);
  report.predicted = predicted_classes(probabilities, classes);
  report.metrics = measure({.classes = classes,
                            .probabilities = std::move(probabilities),
                            .truth = validation.classes()});
}

// A line of the table of epochs, over the progress where that is shown.
void print_epoch(const SentimentState& state, bool with_head) {
  const auto clear = clear_line();
  const auto number = state.epochs.size();
  const auto& epoch = state.epochs.back();
  if (with_head) {
    print_error("{}epoch  train loss  accuracy  validation loss  accuracy  gradient  clipped\n",
                clear);
  }
  print_error("{}{:>5}  {:>10.4f}  {:>6.2f} %  {:>15.4f}  {:>6.2f} %  {:>8.3g}  {:>5.0f} %{}\n",
              clear, number, epoch.train_loss, 100 * epoch.train_accuracy, epoch.validation_loss,
              100 * epoch.validation_accuracy, epoch.gradient_norm, 100 * epoch.clipped_steps,
              state.best_epoch + 1 == number ? "  best so far" : "");
}

TrainedSentiment train_network(const SentimentTrainOptions& options, const EncodedTexts& texts,
                               const EncodedTexts& validation, SentimentModel& model,
                               const Metadata& identity, std::optional<SentimentState> resumed,
                               StateFile& states, const Monitor& monitor) {
  if (resumed) states.begin_saving();
  const auto save = [&](const std::filesystem::path& path, const SentimentState& state) {
    save_sentiment_state(path, state, identity);
  };
  bool heads = true;
  const EpochObserver on_epoch = [&](const SentimentState& state) {
    states.begin_saving();  // the first epoch is something to lose
    if (!options.common.quiet) print_epoch(state, std::exchange(heads, false));
  };
  return states.run([&] {
    return train_sentiment(texts, validation, options.training, model, monitor, std::move(resumed),
                           on_epoch, states.checkpoint<SentimentState>(save));
  });
}

// The model of the best epoch so far. That it cannot be saved must not hide that training was
// interrupted, and where its state is.
void save_interrupted(const SentimentTrainOptions& options, const SentimentModel& model,
                      SentimentTrainReport& report) {
  const auto output = options.interrupted_output();
  if (output.empty()) return;
  try {
    report.output_bytes = save_sentiment_model(output, model);
    report.output = output;
    print_error("{}wordkin: the model of the best epoch so far is {}\n", clear_line(),
                output.string());
  } catch (const IoError& error) {
    print_error("{}wordkin: {}; the model of the best epoch so far was not saved\n", clear_line(),
                error.what());
  }
}

SentimentTrainReport run(const SentimentTrainOptions& options, const Monitor& monitor) {
  const Stopwatch all;
  SentimentTrainReport report;
  const auto split = read_data(options);
  report.labels = split.train.labels;
  report.shared_texts = count_shared(split.train, split.validation);
  const Stopwatch vectors_made;
  auto [vocabulary, vectors, preparation] = make_sentiment_vectors(options, split.train, monitor);
  report.vector_seconds = vectors_made.seconds();
  report.words = vocabulary.size();
  const TextEncoding encoding{preparation, options.max_words};
  auto training = encode_texts(split.train, encoding, vocabulary);
  auto validation = encode_texts(split.validation, encoding, vocabulary);
  report.train = std::move(training.report);
  report.validation = std::move(validation.report);

  SentimentModel model{
      .labels = split.train.labels,
      .encoding = encoding,
      .vocabulary = std::move(vocabulary),
      .vectors = with_unknown_word(vectors),
      .network = Network(options.training.network, vectors.cols(), split.train.labels.size()),
      .parameters = {},
      .metadata = {}};
  model.parameters = model.network.initial_parameters(options.training.seed);
  auto identity = training_identity(training.texts, validation.texts, options.training);
  identity["program"] = fmt::format("wordkin {}", kVersion);
  identity["words"] = hash_of_words(model.vocabulary);
  std::optional<SentimentState> resumed;
  if (const auto& resume = options.checkpoint.resume; !resume.empty()) {
    resumed = load_sentiment_state(resume, model, options.training, identity);
  }
  if (!options.common.quiet)
    print_data_report(split.train, report.train, report.validation, report.shared_texts);
  const Stopwatch trained;
  StateFile states(options.checkpoint, options.output);
  report.training = train_network(options, training.texts, validation.texts, model, identity,
                                  std::move(resumed), states, monitor);
  report.train_seconds = trained.seconds();
  if (report.training.interrupted) states.tell_where_to_go_on();
  finish(validation.texts, model, report);
  model.metadata = describe(options, report);
  model.metadata.insert(identity.begin(), identity.end());
  report.metadata = model.metadata;
  if (report.training.interrupted) {
    save_interrupted(options, model, report);
  } else {
    report.output = options.output;
    report.output_bytes = save_sentiment_model(options.output, model);
    report.state_saved = states.finish();
  }
  if (options.baseline && !report.training.interrupted) {
    const Stopwatch baseline;
    report.baseline =
        evaluate_baseline(split.train, split.validation, preparation, report.predicted);
    report.baseline_seconds = baseline.seconds();
  }
  report.seconds = all.seconds();
  return report;
}

}  // namespace

void sentiment_train_command(const Arguments& arguments, const std::stop_token& stop) {
  const auto options = parse_sentiment_train_options(arguments);
  const auto report = [&] {
    const CommandMonitor monitor(options.common, stop);
    return with_threads(options.common.threads, [&] { return run(options, monitor.monitor()); });
  }();
  try {
    if (options.common.json) print_sentiment_train_json(report);
    if (!options.common.quiet) print_sentiment_train_summary(report);
    flush_out();
  } catch (const ClosedOutput&) {  // which is no failure, but there may be others to tell
    if (report.state_saved && !report.training.interrupted) throw;
  }
  if (!options.report.empty()) write_report(options.report, sentiment_page(options, report));
  if (report.training.interrupted) throw Interrupted();
  if (!report.state_saved) throw state_not_saved();
}

}  // namespace wordkin
