#include "embed/train/cooccurrence_runs.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace wordkin {
namespace {

constexpr std::size_t kBufferSize = std::size_t{1} << 18;

}  // namespace

// In the file a row is its word, its length, its contexts and its units.
std::uint64_t CooccurrenceRun::bytes_of(const UnitRow& row) {
  return 2 * sizeof(WordId) + row.contexts.size_bytes() + row.units.size_bytes();
}

std::uint64_t CooccurrenceRun::reading_memory(WordId words) {
  return kBufferSize + words * (sizeof(WordId) + sizeof(std::uint64_t));
}

CooccurrenceRun::CooccurrenceRun(const std::filesystem::path& folder)
    : store_(0, "co-occurrences", folder) {
  buffer_.reserve(kBufferSize);
}

void CooccurrenceRun::append(const UnitRow& row) {
  const std::array header{row.word, static_cast<WordId>(row.contexts.size())};
  put(std::span<const WordId>(header));
  put(row.contexts);
  put(row.units);
}

template <class T>
void CooccurrenceRun::put(std::span<const T> values) {
  const auto* bytes = reinterpret_cast<const char*>(values.data());
  buffer_.insert(buffer_.end(), bytes, bytes + values.size_bytes());
  if (buffer_.size() < kBufferSize) return;
  store_.append(std::span<const char>(buffer_));
  buffer_.clear();
}

void CooccurrenceRun::finish() {
  store_.append(std::span<const char>(buffer_));
  buffer_ = std::vector<char>();  // gives its memory back
}

void CooccurrenceRun::start_reading() { pop(); }

void CooccurrenceRun::pop() {
  has_row_ = consumed_ < store_.size();
  if (!has_row_) return;
  std::array<WordId, 2> header{};
  get(std::span<WordId>(header));
  word_ = header[0];
  contexts_.resize(header[1]);
  units_.resize(header[1]);
  get(std::span(contexts_));
  get(std::span(units_));
}

template <class T>
void CooccurrenceRun::get(std::span<T> values) {
  auto to = std::as_writable_bytes(values);
  consumed_ += to.size();
  while (!to.empty()) {
    if (buffer_at_ == buffer_.size()) refill();
    const auto size = std::min(to.size(), buffer_.size() - buffer_at_);
    std::memcpy(to.data(), buffer_.data() + buffer_at_, size);
    buffer_at_ += size;
    to = to.subspan(size);
  }
}

void CooccurrenceRun::refill() {
  buffer_.resize(std::min<std::uint64_t>(kBufferSize, store_.size() - read_));
  store_.read(read_, std::span(buffer_));
  buffer_at_ = 0;
  read_ += buffer_.size();
}

}  // namespace wordkin
