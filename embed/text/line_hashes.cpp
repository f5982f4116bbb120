#include "embed/text/line_hashes.h"

namespace wordkin {

bool LineHashes::add(std::uint64_t hash) {
  if (is_left_out(hash)) return false;
  ++lines_;
  if (counts_[hash]++ > 0) {
    ++repeated_;
    return true;
  }
  while (counts_.size() > most_) halve();
  return false;
}

void LineHashes::halve() {
  ++left_out_bits_;
  std::erase_if(counts_, [&](const auto& entry) {
    const auto [hash, count] = entry;
    if (!is_left_out(hash)) return false;
    lines_ -= count;
    repeated_ -= count - 1;
    return true;
  });
}

}  // namespace wordkin
