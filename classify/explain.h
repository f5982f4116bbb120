#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "classify/sentiment_model.h"

namespace wordkin {

// Why a text is taken for its class.
struct Explanation {
  std::uint32_t predicted = 0;
  std::vector<double> probabilities;
  std::vector<std::string> words;
  std::vector<double> contributions;  // of each word, to the log-odds of the predicted class
  double log_odds = 0;                // log(p / (1 - p)) of the predicted class
  double baseline_log_odds = 0;       // the same of a text of as many unknown words
  std::size_t steps = 0;

  // How far the contributions are from adding up to the difference of the log-odds.
  double gap() const;
};

// Integrated gradients (Sundararajan, Taly and Yan 2017, equation 1) from a text of unknown words
// to the text, with as many steps as the sum needs to be right to 1 % (at most 1024). Thread-safe.
Explanation explain(const SentimentModel& model, std::string_view text);

}  // namespace wordkin
