#pragma once

#include <cstdint>

#include "embed/train/training_forecast.h"
#include "tools/train_options.h"

namespace wordkin {

// What wordkin train would take. Memory is that of the whole process at its highest, while reading
// the text, counting (with GloVe) and training.
struct Forecast {
  TextForecast text;
  double nonzeros = 0;  // with GloVe

  std::uint64_t reading_memory = 0;
  std::uint64_t counting_memory = 0;
  std::uint64_t training_memory = 0;
  std::uint64_t least_memory = 0;  // with all that can be in temporary files

  std::uint64_t temporary_bytes = 0;
  std::uint64_t output_bytes = 0;
  std::uint64_t state_bytes = 0;  // with --save-state and the like; two while one is replaced

  double read_seconds = 0;
  double count_seconds = 0;
  double train_seconds = 0;  // of what --resume leaves to be done
  double save_seconds = 0;

  std::uint64_t peak_memory() const;
  double seconds() const { return read_seconds + count_seconds + train_seconds + save_seconds; }
};

// A text, or the beginning of one, as wordkin train would read it.
struct SampledText {
  Corpus corpus;
  double scale = 1;  // the whole by the sample
  double seconds = 0;
  std::uint64_t program_memory = 0;  // before it was read
};

// Trains for a short time. `sample` may end up in a temporary file. Throws what training throws
// before it begins.
Forecast forecast_training(const TrainOptions& options, SampledText& sample,
                           const Monitor& monitor);

}  // namespace wordkin
