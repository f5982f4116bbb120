#include "common/zstd_reader.h"

#include <ios>
#include <new>

#include <zstd_errors.h>

namespace wordkin {
namespace {

constexpr int kLargestWindow = sizeof(void*) == 8 ? 31 : 30;  // as a power of two

}  // namespace

ZstdReader::ZstdReader(Read read)
    : read_(std::move(read)),
      context_(ZSTD_createDCtx(), ZSTD_freeDCtx),
      buffer_(ZSTD_DStreamInSize()) {
  if (context_ == nullptr) throw std::bad_alloc();
  // What zstd --long writes; without it libzstd refuses windows over 128 MB.
  ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kLargestWindow);
}

std::size_t ZstdReader::read(std::span<char> to) {
  ZSTD_outBuffer output{to.data(), to.size(), 0};
  while (output.pos < output.size) {
    const bool at_end =
        input_.pos == input_.size && (input_ = {buffer_.data(), read_(buffer_), 0}).size == 0;
    if (at_end && !within_frame_) break;
    const auto before = output.pos;
    // Without input this gives what is decompressed already and did not fit the last time.
    const auto missing = ZSTD_decompressStream(context_.get(), &output, &input_);
    if (ZSTD_getErrorCode(missing) == ZSTD_error_memory_allocation) throw std::bad_alloc();
    if (ZSTD_isError(missing) != 0) throw std::ios_base::failure(ZSTD_getErrorName(missing));
    within_frame_ = missing != 0;
    if (at_end && within_frame_ && output.pos == before) {
      throw std::ios_base::failure("zstd: a frame has no end");
    }
  }
  return output.pos;
}

}  // namespace wordkin
