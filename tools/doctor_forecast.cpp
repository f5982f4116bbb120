#include "tools/doctor_forecast.h"

#include <algorithm>
#include <utility>

#include "common/input.h"
#include "common/parallel.h"
#include "common/random.h"
#include "embed/train/training_memory.h"
#include "tools/cooccurrence_options.h"
#include "tools/display.h"
#include "tools/state_progress.h"
#include "tools/train_growth.h"

namespace wordkin {
namespace {

constexpr double kProbeSeconds = 2;

std::uint64_t whole(double x) { return static_cast<std::uint64_t>(x); }

std::uint64_t id_bytes(double ids) { return whole(ids) * sizeof(WordId); }

class Forecaster {
 public:
  Forecaster(const TrainOptions& options, SampledText& sample, const Monitor& monitor)
      : options_(options),
        sample_(sample),
        monitor_(monitor),
        limit_(options.text.memory_limit()),
        text_(forecast_text(sample.corpus, sample.scale, options.text.corpus.vocabulary)),
        words_(static_cast<WordId>(text_.vocabulary)) {}

  Forecast run() {
    forecast_.text = text_;
    forecast_reading();
    if (options_.model == TrainedModel::kGlove) {
      forecast_glove();
    } else {
      forecast_word2vec();
    }
    forecast_.train_seconds *= share_to_do();
    if (!options_.checkpoint.path(options_.output).empty()) forecast_state();
    forecast_saving();
    forecast_.least_memory = std::max(forecast_.least_memory, least_reading_memory_);
    return forecast_;
  }

 private:
  // The program with its vocabulary.
  std::uint64_t fixed_memory() const {
    // A count, an offset, slots of the hash table; and the bytes, in a vector that grew.
    constexpr double kEachWord = 8 + 8 + 24;
    return sample_.program_memory +
           whole(text_.vocabulary * (kEachWord + 1.5 * mean_word_bytes())) +
           size_of(options_.start());
  }

  double mean_word_bytes() const {
    const auto& vocabulary = sample_.corpus.vocabulary;
    return static_cast<double>(vocabulary.bytes().size()) / vocabulary.size();
  }

  void forecast_state() {
    constexpr double kEachWord = 8 + 8 + 8;  // count, offset, length of the vector
    // Vectors and contexts; and with GloVe the squares of both, two biases and their squares.
    const bool is_glove = options_.model == TrainedModel::kGlove;
    const auto numbers = is_glove ? 4.0 * options_.dim() + 4 : 2.0 * options_.dim();
    forecast_.state_bytes =
        whole(text_.vocabulary * (kEachWord + mean_word_bytes() + numbers * sizeof(float)));
  }

  // What a state to resume from leaves to be done.
  double share_to_do() const {
    const auto& state = options_.checkpoint.resume;
    if (state.empty()) return 1;
    const auto progress = progress_of_state(state);
    if (!progress || progress->command != "train") {
      throw FormatError(fmt::format("{}: is no saved state of such training", state.string()));
    }
    if (progress->model != enum_name(options_.model)) {
      throw UsageError(fmt::format("{}: was saved with --model {}, found {}", state.string(),
                                   progress->model, enum_name(options_.model)));
    }
    return std::max(0.0, 1 - progress->epochs / options_.epochs());
  }

  std::uint64_t compared_memory() const {
    const auto& known = options_.continue_from;
    return known.empty() ? 0 : growth_memory(open_embeddings(known));
  }

  static std::uint64_t size_of(const std::filesystem::path& file) {
    return file.empty() ? 0 : input_size(file);
  }

  void forecast_reading() {
    constexpr double kEachByte = 2.5;  // of a short text: its ids too
    forecast_.read_seconds = sample_.scale * sample_.seconds;
    const auto blocks = std::min(
        reading_memory(options_.common.threads),
        whole(kEachByte * sample_.scale * static_cast<double>(sample_.corpus.statistics.bytes)));
    const auto program = sample_.program_memory + blocks;
    const auto ids = id_bytes(text_.raw_ids);
    const bool in_memory = program + whole(text_.word_memory) + ids <= limit_;
    if (!in_memory) forecast_.temporary_bytes = ids;
    least_reading_memory_ =
        sample_.program_memory + options_.text.least_reading_memory() + whole(text_.word_memory);
    // Half of that is set aside for joining the counts of threads.
    forecast_.reading_memory = program + whole(text_.word_memory * 0.75) + (in_memory ? ids : 0);
  }

  // Whether the encoded text stays in memory beside `bytes`.
  std::uint64_t ids_beside(std::uint64_t bytes) {
    const auto ids = id_bytes(text_.ids);
    if (forecast_.temporary_bytes == 0 && bytes + ids <= limit_) return ids;
    forecast_.temporary_bytes = std::max(forecast_.temporary_bytes, ids);
    return 0;
  }

  // As training would do it with the whole text.
  void move_ids_if_written() {
    auto& ids = sample_.corpus.ids;
    const bool written = forecast_.temporary_bytes > 0;
    if (written && ids.in_memory()) ids.move_to_file(options_.text.corpus.temporary_folder);
  }

  void forecast_word2vec() {
    const auto needs = word2vec_memory(sample_.corpus.vocabulary, options_.word2vec);
    const auto growth = text_.vocabulary / sample_.corpus.vocabulary.size();
    forecast_.least_memory =
        fixed_memory() + whole(growth * static_cast<double>(total(needs))) + compared_memory();
    forecast_.training_memory = forecast_.least_memory + ids_beside(forecast_.least_memory);
    if (forecast_.least_memory > limit_) return;
    move_ids_if_written();
    const auto probe = probe_word2vec(sample_.corpus, options_.word2vec, kProbeSeconds, monitor_);
    forecast_.train_seconds = probe.setup_seconds + text_.words * options_.epochs() / probe.rate;
  }

  void forecast_glove() {
    const auto dim = static_cast<std::size_t>(options_.dim());
    const auto parts = GloveModel::parts_for(words_, dim);
    const auto overhead = CooccurrenceTiles::overhead(parts);
    const auto fixed = fixed_memory();
    const auto vectors = GloveModel::bytes_for(words_, dim);
    const auto least = least_counting_memory(words_, options_.counting);
    forecast_.least_memory = std::max(fixed + vectors, 2 * std::max(overhead, fixed + least));
    if (forecast_.least_memory > limit_) return;
    auto counting = options_.counting;
    counting.memory = std::max(least, limit_ / 2 - std::min(limit_ / 2, fixed));
    move_ids_if_written();
    const auto probe =
        probe_glove(sample_.corpus, text_, counting, options_.glove, kProbeSeconds, monitor_);
    forecast_.nonzeros = probe.nonzeros;
    forecast_.count_seconds = probe.counting_seconds;
    forecast_.train_seconds =
        probe.training.setup_seconds + probe.nonzeros * options_.epochs() / probe.training.rate;
    forecast_glove_memory(fixed, vectors, overhead);
  }

  // As wordkin train divides --memory up between the program, vectors, and what counting takes.
  void forecast_glove_memory(std::uint64_t fixed, std::uint64_t vectors, std::uint64_t overhead) {
    const auto least = least_counting_memory(words_, options_.counting);
    const auto ids = ids_beside(std::max(limit_ / 4 * 3, limit_ / 2 + fixed + least));
    // A file's ids are in memory while they are counted.
    const auto ids_read = ids == 0 ? id_bytes(text_.ids) : 0;
    const auto for_counting = limit_ / 2 - std::min(limit_ / 2, fixed + ids);
    const auto whole_text =
        usual_counting_memory(whole(text_.ids), words_, options_.counting) + ids_read;
    const auto counting = std::min(whole_text, for_counting);
    const auto entries = whole(forecast_.nonzeros) * sizeof(TileEntry);
    const auto taken = std::max(fixed + vectors, limit_ / 2) + overhead;
    const auto for_tiles = limit_ - std::min(limit_, taken);
    const bool in_memory = entries <= for_tiles;
    if (!in_memory) forecast_.temporary_bytes += entries;
    if (whole_text > for_counting) {
      constexpr double kRunEntry = sizeof(WordId) + sizeof(std::uint64_t);
      forecast_.temporary_bytes += whole(kRunEntry * forecast_.nonzeros);
    }
    // Tiles that turn out too large have filled their share before they go to a file.
    forecast_.counting_memory = fixed + ids + counting + overhead + std::min(entries, for_tiles);
    forecast_.training_memory = fixed + vectors + (in_memory ? entries : 0);
  }

  // Writes vectors of some words to nowhere.
  void forecast_saving() {
    constexpr std::size_t kMostNumbers = std::size_t{1} << 22;
    const auto& vocabulary = sample_.corpus.vocabulary;
    const auto dim = static_cast<std::size_t>(options_.dim());
    const auto some =
        std::min<std::size_t>(vocabulary.size(), std::max<std::size_t>(kMostNumbers / dim, 1));
    StringTable words;
    for (WordId id = 0; id < some; ++id) words.insert(vocabulary.word(id));
    Matrix vectors(some, dim);
    for (std::size_t i = 0; i < some; ++i) {
      auto random = stream(1, "vectors to save", i);
      for (float& x : vectors.row(i)) x = random.uniform() - 0.5f;
    }
    const auto counts = vocabulary.counts().first(some);
    const Embeddings embeddings(Vocabulary(std::move(words), {counts.begin(), counts.end()}),
                                std::move(vectors));
    const Stopwatch watch;
    const auto bytes = save_embeddings("/dev/null", embeddings, *options_.format, monitor_);
    const auto scale =
        text_.vocabulary / static_cast<double>(some) * (options_.save_context ? 2 : 1);
    forecast_.output_bytes = whole(scale * static_cast<double>(bytes));
    constexpr double kDiskBytesPerSecond = 500e6;
    forecast_.save_seconds =
        scale * watch.seconds() + static_cast<double>(forecast_.output_bytes) / kDiskBytesPerSecond;
  }

  const TrainOptions& options_;
  SampledText& sample_;
  const Monitor& monitor_;
  std::uint64_t limit_;
  TextForecast text_;
  WordId words_;
  std::uint64_t least_reading_memory_ = 0;
  Forecast forecast_;
};

}  // namespace

std::uint64_t Forecast::peak_memory() const {
  return std::max({reading_memory, counting_memory, training_memory});
}

Forecast forecast_training(const TrainOptions& options, SampledText& sample,
                           const Monitor& monitor) {
  return Forecaster(options, sample, monitor).run();
}

}  // namespace wordkin
