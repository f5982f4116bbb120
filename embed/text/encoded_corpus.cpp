#include "embed/text/encoded_corpus.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "common/output.h"

namespace wordkin {
namespace {

// How far after its nominal place a chunk's end is looked for.
constexpr std::size_t kChunkSlack = 1000;

std::string_view as_bytes(std::span<const WordId> ids) {
  return {reinterpret_cast<const char*>(ids.data()), ids.size_bytes()};
}

}  // namespace

EncodedCorpus::EncodedCorpus(Mapping memory, std::size_t size)
    : memory_(std::move(memory)),
      ids_(reinterpret_cast<const WordId*>(memory_.data()), size),
      sentences_(static_cast<std::uint64_t>(std::count(ids_.begin(), ids_.end(), kSentenceEnd))) {}

std::size_t EncodedCorpus::chunk_begin(std::size_t i) const {
  const auto nominal = i * kChunkSize;
  if (nominal == 0 || nominal >= ids_.size()) return std::min(nominal, ids_.size());
  const auto from = ids_.begin() + static_cast<std::ptrdiff_t>(nominal) - 1;
  const auto to = from + static_cast<std::ptrdiff_t>(std::min(kChunkSlack, ids_.size() - nominal));
  const auto end = std::find(from, to, kSentenceEnd);
  return end == to ? nominal : static_cast<std::size_t>(end - ids_.begin()) + 1;
}

IdStore::IdStore(std::uint64_t memory) : memory_(Mapping::reserve(memory)) {}

void IdStore::append(std::span<const WordId> ids) {
  if (ids.empty()) return;
  if (in_memory() && (size_ + ids.size()) * sizeof(WordId) > memory_.size()) spill();
  if (in_memory()) {
    std::memcpy(memory_.data() + size_ * sizeof(WordId), ids.data(), ids.size_bytes());
  } else {
    write_all(file_.get(), as_bytes(ids), "temporary file for the encoded text (set TMPDIR)");
  }
  size_ += ids.size();
}

void IdStore::spill() {
  file_ = open_temporary_file();
  const std::span ids(reinterpret_cast<const WordId*>(memory_.data()), size_);
  write_all(file_.get(), as_bytes(ids), "temporary file for the encoded text (set TMPDIR)");
  memory_ = {};
}

Mapping IdStore::release() {
  if (file_) {
    memory_ = Mapping::of_writable_file(file_.get(), size_ * sizeof(WordId), "temporary file");
    file_ = {};
  }
  size_ = 0;
  return std::move(memory_);
}

}  // namespace wordkin
