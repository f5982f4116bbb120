#include "common/packed_factor.h"

#include <algorithm>

namespace wordkin {

template <class T>
void PackedFactor<T>::pack(std::size_t depth, std::size_t cols, Factor<T> b) {
  depth_ = depth;
  cols_ = cols;
  const auto panels = (cols + kPanel - 1) / kPanel;
  panels_.assign((panels * depth + 1) * kPanel, T{0});  // never empty
  const auto row_step = b.form == Form::kPlain ? b.stride : 1;
  const auto col_step = b.form == Form::kPlain ? 1 : b.stride;
  for (std::size_t panel = 0; panel < panels; ++panel) {
    const auto first = panel * kPanel;
    const auto width = std::min(kPanel, cols - first);
    T* to = panels_.data() + first * depth;
    for (std::size_t row = 0; row < depth; ++row, to += kPanel) {
      const T* from = b.data + row * row_step + first * col_step;
      for (std::size_t col = 0; col < width; ++col) to[col] = from[col * col_step];
    }
  }
}

template class PackedFactor<float>;
template class PackedFactor<double>;

}  // namespace wordkin
