#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/safetensors.h"

namespace wordkin {

// What the readers of saved states of training share. A state is a safetensors file whose metadata
// holds the options that it was made with.

// How messages name an entry of that metadata, where it is neither the program nor the value of the
// option --KEY.
struct SavedEntry {
  enum class Kind {
    kFlag,    // of the option `name`, which is given where the value is `given`
    kCount,   // of `name`, a part of the input
    kContent  // a hash of the input: `name` says what differs, if no count does
  };
  std::string_view key;
  Kind kind;
  std::string_view name = {};
  std::string_view given = {};
};

// Throws UsageError, which names all that differ, or many, unless `file` was saved with the options
// of `now`; FormatError where its checksum is wrong, or where it does not say so of one of them,
// for then it is no such state.
void check_saved_options(const Safetensors& file, const std::map<std::string, std::string>& now,
                         std::span<const SavedEntry> entries);

// The whole number that an entry of the metadata is; nothing where it is none, or is missing.
std::optional<std::uint64_t> saved_number(const Safetensors& file, std::string_view key);

// Throws FormatError: a tensor of a file that is damaged.
[[noreturn]] void refuse_tensor(const Safetensors& file, std::string_view tensor,
                                std::string_view what);

// The items of a tensor of the given shape, which must lie from `least` on and be finite; throws
// FormatError otherwise.
template <class T>
std::vector<T> checked_items(const Safetensors& file, std::string_view name, std::string_view type,
                             const std::vector<std::uint64_t>& shape,
                             T least = std::numeric_limits<T>::lowest()) {
  const auto& tensor = file.require(name, type, shape.size());
  if (tensor.shape != shape) refuse_tensor(file, name, "has another shape than expected");
  auto items = tensor.items<T>();
  const auto is_good = [least](T x) { return x >= least && std::isfinite(static_cast<double>(x)); };
  if (!std::ranges::all_of(items, is_good)) {
    refuse_tensor(file, name, "holds a value that is not finite or too small");
  }
  return items;
}

}  // namespace wordkin
