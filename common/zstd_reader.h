#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include <zstd.h>

namespace wordkin {

// Decompresses zstd data, frame after frame. Boost.Iostreams has a filter for it too, but that one
// takes any end for the proper one, and data that was cut short would pass unnoticed.
class ZstdReader {
 public:
  // Fills the buffer with compressed bytes as far as it likes; 0 at the end.
  using Read = std::function<std::size_t(std::span<char>)>;

  explicit ZstdReader(Read read);

  // Fills `to`; fewer bytes, or 0, only at the end. Throws std::ios_base::failure for data that is
  // damaged or ends within a frame.
  std::size_t read(std::span<char> to);

 private:
  Read read_;
  std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context_;
  std::vector<char> buffer_;
  ZSTD_inBuffer input_{};
  bool within_frame_ = false;
};

}  // namespace wordkin
