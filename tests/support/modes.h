#pragma once

#include <ostream>
#include <vector>

#include <boost/test/data/monomorphic.hpp>

#include "embed/train/word2vec.h"

namespace wordkin::test {

// The four ways of word2vec.
struct Mode {
  Word2VecModel model;
  Loss loss;

  friend std::ostream& operator<<(std::ostream& out, const Mode& mode) {
    return out << enum_name(mode.model) << ' ' << enum_name(mode.loss);
  }
};

inline const std::vector<Mode> kAllModes{
    {Word2VecModel::kSkipGram, Loss::kNegativeSampling},
    {Word2VecModel::kSkipGram, Loss::kHierarchicalSoftmax},
    {Word2VecModel::kCbow, Loss::kNegativeSampling},
    {Word2VecModel::kCbow, Loss::kHierarchicalSoftmax},
};
inline const auto kModes = boost::unit_test::data::make(kAllModes);

// Each with either way of sharing.
struct Way {
  Mode mode;
  Sharing sharing;

  friend std::ostream& operator<<(std::ostream& out, const Way& way) {
    return out << way.mode << " sharing " << enum_name(way.sharing);
  }
};

inline const auto kWays = boost::unit_test::data::make([] {
  std::vector<Way> ways;
  for (const auto& mode : kAllModes) {
    for (const auto sharing : {Sharing::kBlock, Sharing::kNone}) ways.push_back({mode, sharing});
  }
  return ways;
}());

}  // namespace wordkin::test
