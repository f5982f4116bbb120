#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "common/mapping.h"
#include "embed/text/vocabulary.h"

namespace wordkin {

// Stands after the last word of each sentence in a sequence of word ids.
inline constexpr WordId kSentenceEnd = 0xffffffff;

// A text as word ids, in memory or in a memory-mapped temporary file. Immutable; reading is
// thread-safe.
class EncodedCorpus {
 public:
  // A chunk is the unit of work of training: about this many ids, cut at a sentence's end where one
  // is near. Chunks do not depend on the number of threads.
  static constexpr std::size_t kChunkSize = 10'000;

  EncodedCorpus() = default;
  // The first `size` ids in `memory`: sentences that are not empty, each ended by kSentenceEnd.
  EncodedCorpus(Mapping memory, std::size_t size);

  // All ids, kSentenceEnd among them.
  std::span<const WordId> ids() const { return ids_; }
  std::uint64_t words() const { return ids_.size() - sentences_; }
  std::uint64_t sentences() const { return sentences_; }

  bool in_memory() const { return !memory_.is_file(); }
  // Moves the ids from memory to a temporary file in `folder`, by default TMPDIR. Throws IoError.
  void move_to_file(const std::filesystem::path& folder);
  // Takes ids of a corpus that is not in memory out of it again, until they are read.
  void drop_pages(std::size_t begin, std::size_t size) const {
    memory_.drop_pages(begin * sizeof(WordId), size * sizeof(WordId));
  }

  std::size_t chunks() const { return (ids_.size() + kChunkSize - 1) / kChunkSize; }
  std::span<const WordId> chunk(std::size_t i) const {
    return ids_.subspan(chunk_begin(i), chunk_begin(i + 1) - chunk_begin(i));
  }
  // drop_pages() for what reading chunk i brings into memory.
  void drop_chunk(std::size_t i) const;
  // Where chunk i begins in ids(); for i = chunks(), where the last one ends.
  std::size_t chunk_begin(std::size_t i) const;

 private:
  Mapping memory_;
  std::span<const WordId> ids_;
  std::uint64_t sentences_ = 0;
};

// Calls on_sentence(words) for the sentences in `ids`, which may begin and end within one.
template <class F>
void for_each_sentence(std::span<const WordId> ids, F&& on_sentence) {
  while (!ids.empty()) {
    std::size_t length = 0;
    while (length < ids.size() && ids[length] != kSentenceEnd) ++length;
    if (length > 0) on_sentence(ids.first(length));
    ids = ids.subspan(length < ids.size() ? length + 1 : length);
  }
}

}  // namespace wordkin
