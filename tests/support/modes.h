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

inline const auto kModes = boost::unit_test::data::make(std::vector<Mode>{
    {Word2VecModel::kSkipGram, Loss::kNegativeSampling},
    {Word2VecModel::kSkipGram, Loss::kHierarchicalSoftmax},
    {Word2VecModel::kCbow, Loss::kNegativeSampling},
    {Word2VecModel::kCbow, Loss::kHierarchicalSoftmax},
});

}  // namespace wordkin::test
