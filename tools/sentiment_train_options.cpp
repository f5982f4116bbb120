#include "tools/sentiment_train_options.h"

#include "common/input.h"
#include "tools/answers.h"

namespace wordkin {
namespace {

// Options of the command line that mean another field.
struct Spelled {
  bool frozen = false;
  bool forward_only = false;
  bool no_baseline = false;
  std::vector<Readout> readouts;
};

void add_data_options(CommandLine& line, SentimentTrainOptions& options) {
  line.option(
      "output,o", options.output, "MODEL",
      "where the model goes, a safetensors file; MODEL.interrupted when training is interrupted");
  line.option("report", options.report, "FILE",
              "write the curves of training and the figures as an HTML page");
  line.group("Labelled texts");
  line.option("data", options.data, "DATA",
              "TSV, CSV or JSON Lines, or a folder with a subfolder for each label");
  add_column_options(line, options.columns);
  line.option("validation", options.validation, "DATA",
              "labelled texts that are not trained on, to choose the best epoch by");
  line.option("validation-fraction", options.validation_fraction, "X",
              "without --validation: hold out this share of each label's texts");
  line.option("max-words", options.max_words, "N",
              "longer texts lose words from their middle; 0: none does");
}

void add_vector_options(CommandLine& line, SentimentTrainOptions& options, Spelled& spelled) {
  line.group("Word vectors (random unless one of the first two is given)");
  line.option("vectors", options.vectors, "VECTORS", "start from these");
  line.option("corpus", options.corpora, "TEXTS",
              "first train skip-gram vectors on the texts to train on and on these, one a line; "
              "may be given several times");
  line.option("dim", options.dim, "N", "dimensions of vectors that are not read");
  line.option("corpus-epochs", options.corpus_epochs, "N", "passes over the texts for --corpus");
  line.flag("frozen", spelled.frozen, "keep the vectors as they are");
  line.option("thaw-after", options.training.frozen_epochs, "N",
              "keep them as they are for N epochs, then train them too");
}

void add_network_options(CommandLine& line, NetworkOptions& network, Spelled& spelled) {
  line.group("Network");
  line.option("cell", network.cell, "CELL", "rnn (Elman), gru or lstm");
  line.option("units", network.units, "N", "hidden units of each direction");
  line.option("layers", network.layers, "N", "layers, one on the other");
  line.flag("forward-only", spelled.forward_only, "read texts from left to right only");
  line.flag("peepholes", network.peepholes, "let the gates of the LSTM see its cell");
  line.option("readout", spelled.readouts, "HOW",
              "what is made of all states: last, mean, max or attention; may be given several "
              "times [mean and max]");
}

void add_regularisation_options(CommandLine& line, SentimentOptions& training) {
  auto& dropout = training.dropout;
  line.group("Regularisation");
  line.option("word-dropout", dropout.words, "X", "share of words that become unknown");
  line.option("input-dropout", dropout.inputs, "X",
              "share of a layer's inputs that are left out, the same through a text");
  line.option("state-dropout", dropout.states, "X",
              "share of the states that the recurrent product leaves out, the same through a text");
  line.option("feature-dropout", dropout.features, "X",
              "share of what was read out that is left out");
  line.option("weight-decay", training.optimizer.weight_decay, "X", "of the network's matrices");
  line.option("label-smoothing", training.label_smoothing, "X",
              "share of the target that all classes get");
}

void add_training_options(CommandLine& line, SentimentTrainOptions& options, Spelled& spelled) {
  auto& training = options.training;
  auto& optimizer = training.optimizer;
  line.group("Training");
  line.option("epochs", training.epochs, "N", "passes over the texts");
  line.option("batch", training.batch, "N", "texts in a step");
  line.option("patience", training.patience, "N",
              "end after N epochs that were not the best so far; 0: never");
  line.option("optimizer", optimizer.kind, "NAME", "sgd, adam or adamw");
  line.option("rate", optimizer.rate, "X", "learning rate at its highest");
  line.option("momentum", optimizer.momentum, "X", "of sgd; beta 1 of adam and adamw");
  line.option("beta2", optimizer.beta2, "X", "of adam and adamw");
  line.option("schedule", optimizer.schedule, "NAME",
              "of the learning rate: constant, linear (to 0), cosine (to 0) or plateau (halved)");
  line.option("warmup", optimizer.warmup, "X", "share of all steps in which the rate rises");
  line.option("clip-norm", optimizer.clip_norm, "X",
              "scale longer gradients down to this length; 0: none");
  line.option("clip-value", optimizer.clip_value, "X",
              "cut the gradients' numbers to this size; 0: none");
  line.option("seed", training.seed, "N", "another seed draws other samples");
  line.flag("no-baseline", spelled.no_baseline, "leave out the NBSVM that is trained beside");
}

void check(const SentimentTrainOptions& options) {
  if (options.output.empty() || options.data.empty()) {
    throw UsageError(
        "sentiment train: expected --data DATA and -o MODEL; see: wordkin sentiment train --help");
  }
  if (!options.vectors.empty() && !options.corpora.empty()) {
    throw UsageError("--vectors and --corpus: give one of them");
  }
  if (options.dim < 1 || options.dim > 65536) {
    throw UsageError(
        fmt::format("--dim: expected a number from 1 to 65536, found {}", options.dim));
  }
  if (options.corpus_epochs < 1) {
    throw UsageError(
        fmt::format("--corpus-epochs: expected 1 or more, found {}", options.corpus_epochs));
  }
  if (!(options.validation_fraction > 0 && options.validation_fraction < 1)) {
    throw UsageError(
        fmt::format("--validation-fraction: expected a share above 0 and below 1, found {}",
                    options.validation_fraction));
  }
  options.training.validate();
  auto inputs = options.corpora;
  inputs.insert(inputs.end(), {options.data, options.validation, options.vectors});
  options.checkpoint.check(options.output, inputs, options.common);
  inputs.insert(inputs.end(), {options.checkpoint.path(options.output), options.checkpoint.resume});
  check_output(options.output, inputs, options.common);
  inputs.push_back(options.output);
  if (const auto output = options.interrupted_output(); !output.empty()) {
    check_output(output, inputs, options.common);
    inputs.push_back(output);
  }
  check_report(options.report, inputs, options.common);
  options.checkpoint.check_resume();
}

}  // namespace

void add_column_options(CommandLine& line, LabelledTextOptions& columns) {
  line.option("text-column", columns.text_column, "NAME",
              "the column of the texts, by name or number [found out]");
  line.option("label-column", columns.label_column, "NAME",
              "the column of the labels, by name or number [found out]");
}

SentimentTrainOptions parse_sentiment_train_options(const Arguments& arguments) {
  SentimentTrainOptions options;
  Spelled spelled;
  Arguments none;
  CommandLine line(
      "sentiment train --data DATA -o MODEL",
      "Learns to tell the classes of texts apart: a recurrent network over word vectors.\n"
      "The weights of the epoch with the best validation accuracy (among equals, loss) are kept.\n",
      "  wordkin sentiment train --data reviews.tsv -o model.safetensors\n"
      "  wordkin sentiment train --data reviews.tsv --corpus more.txt -o model.safetensors\n"
      "  wordkin sentiment train --data train.csv --validation dev.csv --vectors "
      "vectors.safetensors --cell gru -o model.safetensors\n");
  line.arguments(none, 0, 0);
  add_data_options(line, options);
  add_vector_options(line, options, spelled);
  add_network_options(line, options.training.network, spelled);
  add_regularisation_options(line, options.training);
  add_training_options(line, options, spelled);
  options.checkpoint.add_to(line);
  line.common(options.common);
  line.parse(arguments);
  if (spelled.frozen) line.refuse({"thaw-after"}, "--frozen vectors");
  if (spelled.frozen) options.training.frozen_epochs = -1;
  if (!options.vectors.empty()) line.refuse({"dim"}, "--vectors, which have their own");
  if (options.corpora.empty()) line.refuse({"corpus-epochs"}, "vectors without --corpus");
  if (!options.validation.empty()) line.refuse({"validation-fraction"}, "--validation");
  options.training.network.bidirectional = !spelled.forward_only;
  if (!spelled.readouts.empty()) options.training.network.readouts = spelled.readouts;
  options.baseline = !spelled.no_baseline;
  check(options);
  return options;
}

std::filesystem::path SentimentTrainOptions::interrupted_output() const {
  const auto status = std::filesystem::status(output);
  if (output == "-" || (exists(status) && !is_regular_file(status))) return {};
  return output.string() + ".interrupted";
}

}  // namespace wordkin
