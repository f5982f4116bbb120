#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/error.h"
#include "common/output.h"
#include "common/shared_array.h"

namespace wordkin {

class FileContents;

// The safetensors format: uint64 length of the header, little-endian; the header, a JSON object
// from tensor names to {"dtype", "shape", "data_offsets"}, with an entry "__metadata__" of strings;
// then the tensors' bytes, little-endian, without gaps.

// The tensor that a state of training ends in: the checksum of all bytes before it.
inline constexpr std::string_view kChecksum = "checksum";

// A tensor in a parsed file.
struct Tensor {
  std::string type;  // "F32", "I64", "U8", ...
  std::vector<std::uint64_t> shape;
  std::span<const char> bytes;  // shape's product times the size of an item

  // The items, copied because a file need not align them.
  template <class T>
  std::vector<T> items() const {
    std::vector<T> items(bytes.size() / sizeof(T));
    if (!items.empty()) std::memcpy(items.data(), bytes.data(), items.size() * sizeof(T));
    return items;
  }

  // The items where they lie, kept by `owner`; copied where there is none or they are not aligned.
  template <class T>
  SharedArray<T> shared_items(std::shared_ptr<const void> owner) const {
    if (owner == nullptr || reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(T) != 0) {
      return items<T>();
    }
    return {{reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)}, std::move(owner)};
  }
};

// A parsed view of the bytes of a safetensors file, which must outlive it.
class Safetensors {
 public:
  // Throws FormatError, naming `name`, unless the tensors lie within `bytes` and fill them exactly.
  Safetensors(std::span<const char> bytes, std::string name);
  // Those of a file, which are dropped (FileContents::drop) where they are read once.
  explicit Safetensors(const FileContents& file);

  // Whether `bytes` start as a safetensors file does.
  static bool detect(std::span<const char> bytes);

  bool contains(std::string_view tensor) const { return tensors_.contains(tensor); }
  // Throws FormatError when the tensor is missing, or of another type or number of dimensions.
  const Tensor& require(std::string_view tensor, std::string_view type,
                        std::size_t dimensions) const;

  // Calls take(part) for the parts of some of the bytes, one after another, each a multiple of
  // `unit` long, and drops them.
  void read_once(std::span<const char> bytes, std::size_t unit,
                 const std::function<void(std::span<const char>)>& take) const;

  // Drops all bytes.
  void drop() const { drop(bytes_); }

  // Throw FormatError where there is no tensor "checksum"; where there is none, or it is not the
  // last one, or not that of all bytes before it; and where there is such a one.
  void require_checksum() const;
  void verify_checksum() const;
  void verify_any_checksum() const;

  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  const std::string& name() const { return name_; }

 private:
  void drop(std::span<const char> bytes) const;
  void parse_header(std::string_view header, std::span<const char> data);

  std::span<const char> bytes_;
  std::string name_;
  const FileContents* file_ = nullptr;
  std::map<std::string, Tensor, std::less<>> tensors_;
  std::map<std::string, std::string> metadata_;
};

// A tensor to be written: `write` appends exactly the bytes that type and shape promise.
struct TensorToWrite {
  std::string name;
  std::string type;
  std::vector<std::uint64_t> shape;
  std::function<void(OutputFile&)> write;
};

// Writes the tensors in the order given, after a header padded to a multiple of 8 bytes. Put
// tensors with large items first, and each will be aligned.
void write_safetensors(OutputFile& file, const std::vector<TensorToWrite>& tensors,
                       const std::map<std::string, std::string>& metadata);
// The same, the first that is written to `file`, with a last tensor "checksum", U64 [1], of all
// bytes before it.
void write_safetensors_with_checksum(OutputFile& file, std::vector<TensorToWrite> tensors,
                                     const std::map<std::string, std::string>& metadata);

}  // namespace wordkin
