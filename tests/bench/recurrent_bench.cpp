// Prints how fast recurrent networks are trained and applied, as one JSON object:
//   instruction_set, threads, sgemm_gflops (of matrix products, all threads), texts (where they are
//   from),
//   and for some networks and batches ("cases"), and for oneDNN's own LSTM ("onednn"), the words a
//   second; of training also the useful operations, in Gflop/s, and their share of sgemm_gflops.
//
// Ragged batches have the labelled texts of TRAIN.tsv; without it, words drawn in inverse
// proportion to their rank (Zipf's law), and lengths like those of film reviews. Dense batches have
// the same words in texts of 230 each. Word vectors are random and stay as they are, but training
// computes their gradients. Each figure is the best of three.
//
// usage: recurrent_bench [THREADS] [TRAIN.tsv]

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <numbers>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <dnnl.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "classify/cell_kernels.h"
#include "classify/encoded_texts.h"
#include "classify/labelled_texts.h"
#include "classify/sentiment_model.h"
#include "classify/text_encoding.h"
#include "classify/text_preparation.h"
#include "classify/train_sentiment.h"
#include "common/enum_names.h"
#include "common/flush_denormals.h"
#include "common/gemm.h"
#include "common/matrix.h"
#include "common/parallel.h"
#include "common/random.h"

// As in common/gemm.cpp: <omp.h> might belong to another OpenMP run-time library than oneDNN's.
extern "C" void omp_set_num_threads(int threads);

namespace wordkin {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kRepetitions = 3;
constexpr double kSeconds = 1.5;  // of a repetition, about
constexpr std::size_t kInputs = 100;
constexpr std::size_t kClasses = 2;
constexpr std::size_t kBatch = 64;
constexpr std::size_t kDenseLength = 230;

double seconds_of(const auto& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Calls of work() a second, the best of repetitions of about so many seconds.
double best_rate(const auto& work, double about = kSeconds) {
  const auto calls = std::max(1.0, std::ceil(about / seconds_of(work)));
  double best = 0;
  for (int repetition = 0; repetition < kRepetitions; ++repetition) {
    const double seconds = seconds_of([&] {
      for (double call = 0; call < calls; ++call) work();
    });
    best = std::max(best, calls / seconds);
  }
  return best;
}

void fill(RandomStream& random, std::span<float> values, float scale) {
  for (float& value : values) value = (random.uniform() - 0.5f) * scale;
}

// Gflop/s of all threads together, each at products of its own.
double sgemm_gflops(std::size_t threads) {
  constexpr ProductShape kShape{.rows = 512, .cols = 1024, .depth = 256};
  constexpr int kProducts = 20;
  auto random = stream(1, "sgemm", 0);
  FloatVector a(kShape.rows * kShape.depth);
  FloatVector b(kShape.depth * kShape.cols);
  fill(random, a, 1);
  fill(random, b, 1);
  std::vector<FloatVector> products(threads, FloatVector(kShape.rows * kShape.cols));
  const auto work = [&] {
    parallel_for_ranges(threads, 1, [&](std::size_t i, std::size_t) {
      for (int repeat = 0; repeat < kProducts; ++repeat) {
        multiply(kShape, Factor<float>{a.data(), kShape.depth},
                 Factor<float>{b.data(), kShape.cols},
                 ProductTarget<float>{products[i].data(), kShape.cols});
      }
    });
  };
  const double rate = best_rate(work, 0.3);
  constexpr auto kFlops = 2.0 * kShape.rows * kShape.cols * kShape.depth;
  return rate * kProducts * static_cast<double>(threads) * kFlops * 1e-9;
}

// Operations of the matrix products for a word, forwards; backwards takes twice as many.
double forward_flops(Cell cell, std::size_t units) {
  return static_cast<double>(2 * gate_count(cell) * units * (kInputs + units));
}

// The words of texts, as ids.
using Words = std::vector<WordId>;

// Where the texts of batches are from.
class TextSource {
 public:
  explicit TextSource(const std::optional<std::filesystem::path>& path) {
    if (!path) return;
    std::unordered_map<std::string, WordId> ids;
    for (const auto& text : read_labelled_texts(*path, {}).texts) {
      auto prepared = prepare_text(text, {});
      prepared.resize(std::min(prepared.size(), TextEncoding{}.max_words));
      if (prepared.empty()) continue;
      auto& words = real_.emplace_back();
      for (const auto& word : prepared) {
        words.push_back(ids.try_emplace(word, static_cast<WordId>(ids.size())).first->second);
      }
    }
    vocabulary_ = static_cast<WordId>(ids.size());
  }

  std::string_view name() const { return real_.empty() ? "drawn by Zipf's law" : "real"; }
  WordId vocabulary() const { return vocabulary_; }

  Words draw(RandomStream& random) const {
    if (!real_.empty()) return real_[random.below(static_cast<std::uint32_t>(real_.size()))];
    // Box and Muller's method; films' reviews have about this median and spread.
    const double radius = std::sqrt(-2 * std::log(1 - static_cast<double>(random.uniform())));
    const double normal =
        radius * std::cos(2 * std::numbers::pi * static_cast<double>(random.uniform()));
    Words words(static_cast<std::size_t>(std::clamp(175 * std::exp(0.65 * normal), 1.0, 1000.0)));
    for (auto& word : words) {
      word = static_cast<WordId>(std::pow(vocabulary_, static_cast<double>(random.uniform()))) - 1;
    }
    return words;
  }

 private:
  std::vector<Words> real_;
  WordId vocabulary_ = 20'000;
};

enum class Batches { kDense, kRagged };

// Full batches with about so many words.
EncodedTexts make_texts(double words, const TextSource& source, Batches batches) {
  auto random = stream(1, "texts", 0);
  EncodedTexts texts;
  Words text;
  while (static_cast<double>(texts.words()) < words || texts.size() % kBatch != 0) {
    const auto drawn = source.draw(random);
    if (batches == Batches::kRagged) {
      texts.add(drawn, random.below(kClasses));
      continue;
    }
    text.insert(text.end(), drawn.begin(), drawn.end());
    if (text.size() < kDenseLength) continue;
    text.resize(kDenseLength);
    texts.add(text, random.below(kClasses));
    text.clear();
  }
  return texts;
}

SentimentModel make_model(const NetworkOptions& options, WordId vocabulary) {
  Matrix vectors(vocabulary + 1, kInputs);
  auto random = stream(1, "vectors", 0);
  for (std::size_t i = 0; i < vectors.rows(); ++i) fill(random, vectors.row(i), 1);
  Network network(options, kInputs, kClasses);
  auto parameters = network.initial_parameters(1);
  return {.labels = {"neg", "pos"},
          .encoding = {},
          .vocabulary = {},
          .vectors = std::move(vectors),
          .network = std::move(network),
          .parameters = std::move(parameters),
          .metadata = {}};
}

// Words a second of whole training steps, the best of some epochs.
double training_rate(const EncodedTexts& texts, SentimentModel& model) {
  SentimentOptions options;
  options.network = model.network.options();
  options.dropout = {.words = 0, .inputs = 0, .states = 0, .features = 0};
  options.optimizer.kind = OptimizerKind::kAdam;
  options.epochs = kRepetitions;
  options.batch = kBatch;
  options.frozen_epochs = -1;
  options.patience = 0;
  EncodedTexts validation;
  validation.add(texts.text(0), texts.text_class(0));
  double best = 0;
  for (const auto& epoch : train_sentiment(texts, validation, options, model).epochs) {
    best = std::max(best, epoch.words_per_second);
  }
  return best;
}

Json run_case(Cell cell, int units, const TextSource& source, Batches batches, double sgemm) {
  const auto flops = 3 * forward_flops(cell, static_cast<std::size_t>(units));
  // For epochs of about the right time: training gets about half of what products alone do.
  const auto texts = make_texts(kSeconds * 0.5 * sgemm * 1e9 / flops, source, batches);
  auto model = make_model({.cell = cell,
                           .units = units,
                           .layers = 1,
                           .bidirectional = false,
                           .readouts = {Readout::kLast}},
                          source.vocabulary());
  const double training = training_rate(texts, model);
  const double prediction = static_cast<double>(texts.words()) * best_rate([&] {
                              compute_logits(model.network, model.parameters, model.vectors, texts);
                            });
  return {{"cell", enum_name(cell)},
          {"units", units},
          {"batches", batches == Batches::kRagged ? "ragged" : "dense"},
          {"words_in_epoch", texts.words()},
          {"training_words_per_second", training},
          {"prediction_words_per_second", prediction},
          {"training_gflops", training * flops * 1e-9}};
}

using Arguments = std::unordered_map<int, dnnl::memory>;

// oneDNN's LSTM on dense batches, with weights in the layout that it likes best.
class OneDnnLstm {
 public:
  explicit OneDnnLstm(std::size_t units) : units_(static_cast<dnnl::memory::dim>(units)) {
    const auto inference = forward_description(dnnl::prop_kind::forward_inference);
    const auto forward = forward_description(dnnl::prop_kind::forward_training);
    const auto backward = backward_description(forward);
    inference_ = dnnl::lstm_forward(inference);
    forward_ = dnnl::lstm_forward(forward);
    backward_ = dnnl::lstm_backward(backward);
    add_forward_arguments(inference, inference_arguments_);
    add_forward_arguments(forward, forward_arguments_);
    forward_arguments_[DNNL_ARG_WORKSPACE] = dnnl::memory(forward.workspace_desc(), engine_);
    add_backward_arguments(backward);
  }

  void infer() {
    inference_.execute(stream_, inference_arguments_);
    stream_.wait();
  }

  void train() {
    forward_.execute(stream_, forward_arguments_);
    // It adds to these.
    for (const auto id :
         {DNNL_ARG_DIFF_WEIGHTS_LAYER, DNNL_ARG_DIFF_WEIGHTS_ITER, DNNL_ARG_DIFF_BIAS}) {
      std::ranges::fill(numbers(backward_arguments_.at(id)), 0.0f);
    }
    backward_.execute(stream_, backward_arguments_);
    for (auto& [from, to] : weight_gradients_) {
      dnnl::reorder(from, to).execute(stream_, from, to);
    }
    stream_.wait();
  }

 private:
  using Memory = dnnl::memory;
  using Desc = dnnl::memory::desc;
  using Tag = dnnl::memory::format_tag;

  static constexpr Memory::dim kSteps = kDenseLength;
  static constexpr Memory::dim kSequences = kBatch;
  static constexpr Memory::dim kGates = 4;

  static Desc describe(Memory::dims dims, Tag tag) {
    return Desc(std::move(dims), Memory::data_type::f32, tag);
  }
  static std::span<float> numbers(const Memory& memory) {
    return {static_cast<float*>(memory.get_data_handle()),
            memory.get_desc().get_size() / sizeof(float)};
  }

  Desc input(Tag tag) const { return describe({kSteps, kSequences, Memory::dim{kInputs}}, tag); }
  Desc output(Tag tag) const { return describe({kSteps, kSequences, units_}, tag); }
  Desc weight_ih(Tag tag) const {
    return describe({1, 1, Memory::dim{kInputs}, kGates, units_}, tag);
  }
  Desc weight_hh(Tag tag) const { return describe({1, 1, units_, kGates, units_}, tag); }
  Desc bias() const { return describe({1, 1, kGates, units_}, Tag::ldgo); }

  // Texts begin with states of zero, and what they end with is not used apart from the outputs.
  dnnl::lstm_forward::primitive_desc forward_description(dnnl::prop_kind kind) const {
    return {{kind, dnnl::rnn_direction::unidirectional_left2right, input(Tag::tnc), Desc(), Desc(),
             weight_ih(Tag::any), weight_hh(Tag::any), bias(), output(Tag::tnc), Desc(), Desc()},
            engine_};
  }

  dnnl::lstm_backward::primitive_desc backward_description(
      const dnnl::lstm_forward::primitive_desc& forward) const {
    const Desc none;
    const auto x = input(Tag::tnc), y = output(Tag::tnc);
    const auto w = weight_ih(Tag::any), u = weight_hh(Tag::any), b = bias();
    // The second half is the gradients of the first.
    const dnnl::lstm_backward::desc description(
        dnnl::prop_kind::backward, dnnl::rnn_direction::unidirectional_left2right, x, none, none, w,
        u, b, y, none, none, x, none, none, w, u, b, y, none, none);
    return {description, engine_, forward};
  }

  Memory random_memory(const Desc& desc, float scale) {
    Memory memory(desc, engine_);
    fill(random_, numbers(memory), scale);
    return memory;
  }

  Memory reordered(Memory from, const Desc& desc) {
    Memory to(desc, engine_);
    dnnl::reorder(from, to).execute(stream_, from, to);
    stream_.wait();
    return to;
  }

  void add_forward_arguments(const dnnl::lstm_forward::primitive_desc& description,
                             Arguments& arguments) {
    arguments = {{DNNL_ARG_SRC_LAYER, input_},
                 {DNNL_ARG_WEIGHTS_LAYER, reordered(weight_ih_, description.weights_layer_desc())},
                 {DNNL_ARG_WEIGHTS_ITER, reordered(weight_hh_, description.weights_iter_desc())},
                 {DNNL_ARG_BIAS, bias_},
                 {DNNL_ARG_DST_LAYER, output_}};
  }

  void add_backward_arguments(const dnnl::lstm_backward::primitive_desc& description) {
    auto& arguments = backward_arguments_;
    arguments = {
        {DNNL_ARG_SRC_LAYER, input_},
        {DNNL_ARG_WEIGHTS_LAYER, reordered(weight_ih_, description.weights_layer_desc())},
        {DNNL_ARG_WEIGHTS_ITER, reordered(weight_hh_, description.weights_iter_desc())},
        {DNNL_ARG_BIAS, bias_},
        {DNNL_ARG_DST_LAYER, output_},
        {DNNL_ARG_WORKSPACE, forward_arguments_.at(DNNL_ARG_WORKSPACE)},
        {DNNL_ARG_DIFF_DST_LAYER, random_memory(output(Tag::tnc), 1e-3f)},
        {DNNL_ARG_DIFF_SRC_LAYER, Memory(input(Tag::tnc), engine_)},
        {DNNL_ARG_DIFF_WEIGHTS_LAYER, Memory(description.diff_weights_layer_desc(), engine_)},
        {DNNL_ARG_DIFF_WEIGHTS_ITER, Memory(description.diff_weights_iter_desc(), engine_)},
        {DNNL_ARG_DIFF_BIAS, Memory(bias(), engine_)}};
    weight_gradients_ = {
        {arguments.at(DNNL_ARG_DIFF_WEIGHTS_LAYER), Memory(weight_ih(Tag::ldgoi), engine_)},
        {arguments.at(DNNL_ARG_DIFF_WEIGHTS_ITER), Memory(weight_hh(Tag::ldgoi), engine_)}};
  }

  Memory::dim units_;
  RandomStream random_ = wordkin::stream(1, "oneDNN", 0);
  dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream_{engine_};
  Memory input_ = random_memory(input(Tag::tnc), 1);
  Memory weight_ih_ = random_memory(weight_ih(Tag::ldgoi), 0.2f);
  Memory weight_hh_ = random_memory(weight_hh(Tag::ldgoi), 0.2f);
  Memory bias_ = random_memory(bias(), 0.2f);
  Memory output_{output(Tag::tnc), engine_};
  dnnl::lstm_forward inference_;
  dnnl::lstm_forward forward_;
  dnnl::lstm_backward backward_;
  Arguments inference_arguments_;
  Arguments forward_arguments_;
  Arguments backward_arguments_;
  std::vector<std::pair<Memory, Memory>> weight_gradients_;  // from oneDNN's layout to ours
};

Json run_onednn(std::size_t units) {
  // Its OpenMP threads inherit this from the thread that starts them.
  const FlushDenormals flush;
  OneDnnLstm lstm(units);
  constexpr double kWordsInBatch = kBatch * kDenseLength;
  const double training = kWordsInBatch * best_rate([&] { lstm.train(); });
  const double prediction = kWordsInBatch * best_rate([&] { lstm.infer(); });
  return {{"units", units},
          {"training_words_per_second", training},
          {"prediction_words_per_second", prediction}};
}

void run(int threads, const std::optional<std::filesystem::path>& train) {
  const TextSource source(train);
  Json result{{"instruction_set", cell_instruction_set()},
              {"threads", threads},
              {"sgemm_gflops", 0},
              {"texts", source.name()}};
  double sgemm = 0;
  for (const auto& [cell, units] : {std::pair{Cell::kLstm, 128}, std::pair{Cell::kLstm, 256},
                                    std::pair{Cell::kGru, 128}, std::pair{Cell::kRnn, 128}}) {
    for (const auto batches : {Batches::kDense, Batches::kRagged}) {
      // Time and again, so that other programs do not slow down this alone.
      sgemm = std::max(sgemm, sgemm_gflops(static_cast<std::size_t>(threads)));
      result["cases"].push_back(run_case(cell, units, source, batches, sgemm));
    }
  }
  result["sgemm_gflops"] = sgemm;
  for (auto& one : result["cases"]) {
    one["share_of_sgemm"] = one["training_gflops"].get<double>() / sgemm;
  }
  // Last, because OpenMP's threads keep waiting for work at full speed for a while.
  omp_set_num_threads(threads);
  for (const std::size_t units : {128, 256}) result["onednn"].push_back(run_onednn(units));
  fmt::print("{}\n", result.dump(2));
}

}  // namespace
}  // namespace wordkin

int main(int argc, char** argv) {
  try {
    const int threads = wordkin::thread_count(argc > 1 ? std::atoi(argv[1]) : 0);
    std::optional<std::filesystem::path> train;
    if (argc > 2) train = argv[2];
    wordkin::with_threads(threads, [&] { wordkin::run(threads, train); });
  } catch (const std::exception& error) {
    fmt::print(stderr, "recurrent_bench: {}\n", error.what());
    return 1;
  }
}
