#include "tools/train_options.h"

#include <limits>

#include "common/output.h"
#include "tools/answers.h"
#include "tools/cooccurrence_options.h"

namespace wordkin {
namespace {

// Options of the command line that mean one of several fields, by model.
struct SharedOptions {
  std::optional<int> dim;
  std::optional<int> window;
  std::optional<int> epochs;
  std::uint64_t seed = 1;
  bool fixed_window = false;
  bool deterministic = false;
};

void add_model_options(CommandLine& line, TrainOptions& options, SharedOptions& shared) {
  line.group("Model");
  line.option("model", options.model, "MODEL", "skipgram or cbow, of word2vec, or glove");
  line.option("dim", shared.dim, "N",
              "dimensions of the vectors [100, or those of --continue-from]");
  line.option("window", shared.window, "N",
              "the widest context to either side; with word2vec each word draws its own from 1 to "
              "N [5; glove 15]");
  line.option("epochs", shared.epochs, "N", "passes over the text [5; glove 15]");
  line.option("seed", shared.seed, "N", "another seed draws other samples");
  line.flag(
      "deterministic", shared.deterministic,
      "the same vectors bit for bit for any number of threads; takes half as long again, more "
      "with wide windows or few words; glove always is");
}

void add_word2vec_options(CommandLine& line, TrainOptions& options, SharedOptions& shared) {
  auto& word2vec = options.word2vec;
  line.group("word2vec");
  line.option("loss", word2vec.loss, "LOSS", "ns (negative sampling) or hs (hierarchical softmax)");
  line.flag("fixed-window", shared.fixed_window, "always use the widest context");
  line.option("negative", word2vec.negative, "N", "noise words for each pair");
  line.option(
      "sharing", word2vec.sharing, "HOW",
      "block: neighbouring words share noise words and work, many times faster; none: every "
      "pair on its own");
  line.option("block", word2vec.block, "N",
              "words in a block [16, fewer where training would become unstable]");
  line.option("shared-negatives", word2vec.shared_negatives, "N",
              "noise words that a block shares [24; cbow 16; more where training would become "
              "unstable]");
  line.option("noise-exponent", word2vec.noise_exponent, "X",
              "draw noise words in proportion to their count to this power");
  line.option("sample", word2vec.sample, "X",
              "subsampling threshold for frequent words; 0 keeps all");
  line.option("alpha", word2vec.alpha, "X",
              "learning rate at the start, falling linearly [0.025; cbow 0.05]");
  line.option("init", options.init, "VECTORS", "start from these vectors for the words they have");
  line.option("continue-from", options.continue_from, "VECTORS",
              "keep all words of these vectors, which have contexts (--save-context), and go on "
              "training with --add-corpus");
  line.option("add-corpus", options.added_text, "TEXT",
              "text to go on with; may be given several times. Its new words get vectors too");
}

void add_glove_options(CommandLine& line, TrainOptions& options) {
  auto& glove = options.glove;
  line.group("GloVe");
  line.option("eta", glove.eta, "X", "learning rate of AdaGrad");
  line.option("x-max", glove.x_max, "X", "counts from here on have the full weight");
  line.option("weight-exponent", glove.weight_exponent, "X",
              "rarer ones weigh (count / x-max) to this power");
  line.option("clip", glove.clip, "X", "the largest gradient of a parameter");
  line.option("vectors", options.vectors, "WHICH",
              "sum of a word's vectors as word and as context, or word, or context");
  add_cooccurrence_options(line, options.counting);
  line.option("cooccurrences", options.cooccurrences, "FILE",
              "counts of wordkin cooccur, or of GloVe's programs, with their --vocab, instead of a "
              "text");
}

void parse(const Arguments& arguments, CommandLine& line, TrainOptions& options,
           SharedOptions& shared) {
  line.option(
      "output,o", options.output, "VECTORS",
      "where the vectors go; the name chooses the format: .bin word2vec binary, .vec or .txt "
      "word2vec text, .glove GloVe text, all others safetensors");
  line.option("format", options.format, "FORMAT",
              "safetensors, word2vec-text, word2vec-binary or glove, whatever the name");
  line.flag("save-context", options.save_context,
            "save the context vectors too (safetensors; not with --loss hs)");
  line.option("report", options.report, "FILE",
              "write the curve of the loss and the figures as an HTML page");
  add_model_options(line, options, shared);
  add_word2vec_options(line, options, shared);
  add_glove_options(line, options);
  options.text.add_to(line);
  line.arguments(options.text.inputs, 0, std::numeric_limits<std::size_t>::max());
  line.option("vocab", options.vocabulary, "FILE",
              "take words and counts from this file, as wordkin vocab writes it, and "
              "leave out the rare ones");
  options.text.add_memory_to(line);
  options.text.add_temporary_folder_to(line);
  options.checkpoint.add_to(line);
  line.common(options.common);
  line.parse(arguments);
  if (options.model == TrainedModel::kGlove) {
    line.refuse({"alpha"}, "--model glove",
                "its learning rate is --eta, its exponent of weights --weight-exponent");
    if (!options.cooccurrences.empty()) {
      line.refuse({"min-count", "max-vocab"},
                  "--cooccurrences, whose numbers stand for all words of --vocab");
      line.refuse({"invalid-utf8", "window", "context", "distance-weight"},
                  "--cooccurrences, which are counted already");
    }
    line.refuse({"loss", "fixed-window", "negative", "sharing", "block", "shared-negatives",
                 "noise-exponent", "sample", "init", "continue-from", "add-corpus"},
                "--model glove");
  } else {
    line.refuse({"eta", "x-max", "weight-exponent", "clip", "vectors", "context", "distance-weight",
                 "cooccurrences"},
                fmt::format("--model {}", enum_name(options.model)),
                "leave it off, or choose --model glove");
    if (options.word2vec.loss == Loss::kHierarchicalSoftmax) {
      line.refuse({"negative", "shared-negatives", "noise-exponent", "block"},
                  "--loss hs, which draws no noise words for words or blocks",
                  "leave it off, or choose --loss ns");
    }
    if (options.word2vec.sharing == Sharing::kNone) {
      line.refuse({"block", "shared-negatives"}, "--sharing none, which has no blocks",
                  "leave it off, or choose --sharing block");
    }
  }
  if (!options.continue_from.empty()) {
    line.refuse({"init", "vocab", "max-vocab"}, "--continue-from, which keeps all its words");
    if (options.word2vec.loss == Loss::kHierarchicalSoftmax) {
      line.refuse({"loss"}, "--continue-from", "a tree of more words is another; choose --loss ns");
    }
  }
}

// Copies the options that several fields share to where they belong.
void distribute(TrainOptions& options, const SharedOptions& shared) {
  const auto threads = options.common.threads;
  options.text.corpus.threads = threads;
  if (options.model == TrainedModel::kGlove) {
    options.glove.dim = shared.dim.value_or(options.glove.dim);
    options.glove.epochs = shared.epochs.value_or(options.glove.epochs);
    options.glove.seed = shared.seed;
    options.glove.threads = threads;
    options.counting.window = shared.window.value_or(options.counting.window);
    options.counting.threads = threads;
    options.counting.temporary_folder = options.text.corpus.temporary_folder;
    return;
  }
  auto& word2vec = options.word2vec;
  word2vec.model =
      options.model == TrainedModel::kCbow ? Word2VecModel::kCbow : Word2VecModel::kSkipGram;
  word2vec.dim = shared.dim.value_or(word2vec.dim);
  word2vec.window = shared.window.value_or(word2vec.window);
  word2vec.epochs = shared.epochs.value_or(word2vec.epochs);
  word2vec.seed = shared.seed;
  word2vec.threads = threads;
  if (shared.fixed_window) word2vec.window_size = WindowSize::kFixed;
  if (shared.deterministic) word2vec.updates = Updates::kLockstep;
}

// Finds out whether vectors can grow, and takes over their dimensions where none are asked for.
void prepare_growth(TrainOptions& options, SharedOptions& shared) {
  const auto& path = options.continue_from;
  if (path.empty() != options.added_text.empty()) {
    throw UsageError("--continue-from and --add-corpus: give both, the vectors and what to add");
  }
  if (path.empty()) return;
  if (!options.text.inputs.empty()) {
    throw UsageError(fmt::format("--continue-from learns from --add-corpus; leave off {}",
                                 options.text.inputs.front()));
  }
  const auto vectors = open_embeddings(path);
  if (!vectors.has_context() || !vectors.vocabulary().has_counts()) {
    throw UsageError(
        fmt::format("{}: has no {}, which training goes on from; save vectors with --save-context, "
                    "or start anew with --init",
                    path.string(), vectors.has_context() ? "counts" : "context vectors"));
  }
  const auto& metadata = vectors.metadata();
  if (const auto model = metadata.find("model");
      model != metadata.end() && model->second != enum_name(options.model)) {
    throw UsageError(
        fmt::format("{}: was trained as {}, and training would go on as {}; choose "
                    "the --model that it has",
                    path.string(), model->second, enum_name(options.model)));
  }
  if (!shared.dim) shared.dim = static_cast<int>(vectors.dim());
  // So that they can grow again.
  if (*options.format == VectorFormat::kSafetensors) options.save_context = true;
  for (const auto& text : options.added_text) options.text.inputs.push_back(text.string());
}

void check_inputs(const TrainOptions& options) {
  const bool has_text = !options.text.inputs.empty();
  if (options.cooccurrences.empty() && !has_text) {
    throw UsageError("train: expected CORPUS..., a text to learn from; see: wordkin train --help");
  }
  if (options.cooccurrences.empty()) return;
  if (has_text) {
    throw UsageError(fmt::format("--cooccurrences stands in for a text; leave off {}",
                                 options.text.inputs.front()));
  }
  if (options.vocabulary.empty()) {
    throw UsageError("--cooccurrences: its words are numbers; give their --vocab too");
  }
}

std::vector<std::filesystem::path> inputs_of(const TrainOptions& options) {
  auto inputs = options.text.paths();
  inputs.insert(inputs.end(), {options.vocabulary, options.cooccurrences});
  return inputs;
}

void check_states(const TrainOptions& options) {
  auto inputs = inputs_of(options);
  inputs.push_back(options.start());
  options.checkpoint.check(options.output, inputs, options.common);
}

void check_outputs(const TrainOptions& options) {
  if (options.save_context && *options.format != VectorFormat::kSafetensors) {
    throw UsageError(
        "--save-context: only safetensors holds context vectors; choose --format safetensors");
  }
  if (options.save_context && options.word2vec.loss == Loss::kHierarchicalSoftmax) {
    throw UsageError("--save-context: --loss hs has no context vectors; choose --loss ns");
  }
  auto inputs = inputs_of(options);
  inputs.insert(inputs.end(), {options.checkpoint.resume, options.checkpoint.path(options.output)});
  check_output(options.output, inputs, options.common);
  inputs.insert(inputs.end(), {options.start(), options.output});
  check_report(options.report, inputs, options.common);
}

}  // namespace

TrainOptions parse_train_options(const Arguments& arguments) {
  CommandLine line("train CORPUS... -o VECTORS [OPTIONS]",
                   "Learns word vectors from text by word2vec or GloVe. CORPUS is a text file, "
                   "compressed or not,\n"
                   "or - for standard input. White space separates words, a newline ends a "
                   "sentence.\n",
                   "  wordkin train text.txt -o vectors.safetensors\n"
                   "  wordkin train a.txt b.txt.gz -o vectors.vec --model cbow --min-count 10\n"
                   "  wordkin train text.txt -o vectors.glove --model glove --x-max 10\n"
                   "  cat *.txt | wordkin train - -o vectors.bin --dim 300 --epochs 3\n");
  return parse_train_options(arguments, line, ForWhat::kTraining);
}

TrainOptions parse_train_options(const Arguments& arguments, CommandLine& line, ForWhat purpose) {
  TrainOptions options;
  SharedOptions shared;
  parse(arguments, line, options, shared);
  if (purpose == ForWhat::kTraining && options.output.empty())
    throw UsageError("train: expected -o VECTORS; see: wordkin train --help");
  if (!options.format) options.format = format_for(options.output);
  prepare_growth(options, shared);
  if (purpose == ForWhat::kTraining) check_inputs(options);
  distribute(options, shared);
  if (options.model == TrainedModel::kGlove) {
    options.glove.validate();
    options.counting.validate();
  } else {
    options.word2vec.validate();
  }
  options.text.corpus.validate();
  check_temporary_folder(options.text);
  if (!options.output.empty() || !options.checkpoint.save_state.empty()) check_states(options);
  options.checkpoint.check_resume();
  if (!options.output.empty()) check_outputs(options);
  return options;
}

}  // namespace wordkin
