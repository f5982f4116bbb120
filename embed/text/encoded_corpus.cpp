#include "embed/text/encoded_corpus.h"

#include <algorithm>
#include <utility>

#include "common/spill_store.h"

namespace wordkin {
namespace {

// How far after its nominal place a chunk's end is looked for.
constexpr std::size_t kChunkSlack = 1000;
// The system maps pages around the one that is read, within blocks of 64 kB, in which SpillStore
// writes them.
constexpr std::size_t kMappedAround = (std::size_t{1} << 16) / sizeof(WordId);

}  // namespace

EncodedCorpus::EncodedCorpus(Mapping memory, std::size_t size)
    : memory_(std::move(memory)), ids_(reinterpret_cast<const WordId*>(memory_.data()), size) {
  constexpr std::size_t kAtATime = std::size_t{1} << 20;
  for (std::size_t begin = 0; begin < size; begin += kAtATime) {
    const auto some = ids_.subspan(begin, std::min(kAtATime, size - begin));
    sentences_ += static_cast<std::uint64_t>(std::ranges::count(some, kSentenceEnd));
    drop_pages(begin, some.size());
  }
}

void EncodedCorpus::move_to_file(const std::filesystem::path& folder) {
  SpillStore file(0, "the encoded text", folder);
  file.append(ids_);
  memory_ = file.release();
  ids_ = {reinterpret_cast<const WordId*>(memory_.data()), ids_.size()};
}

void EncodedCorpus::drop_chunk(std::size_t i) const {
  const auto begin = chunk_begin(i);
  const auto end = std::max(begin, chunk_begin(i + 1)) + kMappedAround;
  const auto before = std::min(begin, kMappedAround);
  drop_pages(begin - before, end - begin + before);
}

std::size_t EncodedCorpus::chunk_begin(std::size_t i) const {
  const auto nominal = i * kChunkSize;
  if (nominal == 0 || nominal >= ids_.size()) return std::min(nominal, ids_.size());
  const auto from = ids_.begin() + static_cast<std::ptrdiff_t>(nominal) - 1;
  const auto to = from + static_cast<std::ptrdiff_t>(std::min(kChunkSlack, ids_.size() - nominal));
  const auto end = std::find(from, to, kSentenceEnd);
  return end == to ? nominal : static_cast<std::size_t>(end - ids_.begin()) + 1;
}

}  // namespace wordkin
