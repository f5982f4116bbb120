#include "embed/train/private_rows.h"

#include <algorithm>

#include "embed/train/hogwild_kernels.h"

namespace wordkin {

PrivateRows::PrivateRows(Matrix& shared, std::size_t count, std::uint32_t uses)
    : shared_(shared),
      copies_(std::min(count, shared.rows()), shared.cols()),
      uses_until_exchange_(uses),
      uses_(copies_.rows()) {
  for (WordId row = 0; row < uses_.size(); ++row) {
    copy_row(shared_.padded_row(row), copies_.padded_row(row).data());
  }
  origins_ = copies_;  // not read again: others may have changed the rows meanwhile
}

PrivateRows::~PrivateRows() {
  for (WordId row = 0; row < uses_.size(); ++row) exchange(row);
}

float* PrivateRows::use(WordId row) {
  if (++uses_[row] == uses_until_exchange_) due_.push_back(row);
  return copies_.padded_row(row).data();
}

void PrivateRows::exchange_due() {
  for (const auto row : due_) exchange(row);
  due_.clear();
}

void PrivateRows::exchange(WordId row) {
  exchange_row(copies_.padded_row(row), origins_.padded_row(row).data(),
               shared_.padded_row(row).data());
  uses_[row] = 0;
}

}  // namespace wordkin
