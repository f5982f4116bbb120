#include "common/safetensors.h"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/input.h"

static_assert(std::endian::native == std::endian::little, "safetensors data is little-endian");

namespace wordkin {
namespace {

using Json = nlohmann::json;

constexpr std::uint64_t kMaxHeader = 100'000'000;  // as in the reference implementation
constexpr std::size_t kPrefix = sizeof(std::uint64_t);

std::optional<std::uint64_t> item_size(std::string_view type) {
  struct Item {
    std::string_view type;
    std::uint64_t size;
  };
  constexpr std::array<Item, 13> kItems{{{"F64", 8},
                                         {"F32", 4},
                                         {"F16", 2},
                                         {"BF16", 2},
                                         {"I64", 8},
                                         {"I32", 4},
                                         {"I16", 2},
                                         {"I8", 1},
                                         {"U64", 8},
                                         {"U32", 4},
                                         {"U16", 2},
                                         {"U8", 1},
                                         {"BOOL", 1}}};
  const auto found = std::find_if(kItems.begin(), kItems.end(),
                                  [&](const Item& item) { return item.type == type; });
  if (found == kItems.end()) return std::nullopt;
  return found->size;
}

std::optional<std::uint64_t> byte_size(std::string_view type,
                                       const std::vector<std::uint64_t>& shape) {
  auto size = item_size(type);
  for (const auto extent : shape) {
    if (!size || __builtin_mul_overflow(*size, extent, &*size)) return std::nullopt;
  }
  return size;
}

// The numbers of a JSON array. Throws where one is negative or has a fraction, which get() would
// let through.
std::vector<std::uint64_t> naturals(const Json& json) {
  std::vector<std::uint64_t> numbers;
  for (const auto& number : json.get_ref<const Json::array_t&>()) {
    numbers.push_back(number.get_ref<const Json::number_unsigned_t&>());
  }
  return numbers;
}

Json parse_json(std::string_view header, const std::string& name) {
  try {
    return Json::parse(header);
  } catch (const Json::parse_error& error) {
    throw FormatError(
        fmt::format("{}: the safetensors header is not JSON at byte {}; the file is damaged", name,
                    kPrefix + std::max<std::size_t>(error.byte, 1) - 1));
  } catch (const Json::exception&) {
    throw FormatError(fmt::format(
        "{}: the safetensors header has a number that is too large; the file is damaged", name));
  }
}

std::uint64_t header_length(std::span<const char> bytes) {
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), kPrefix);
  return length;
}

}  // namespace

bool Safetensors::detect(std::span<const char> bytes) {
  return bytes.size() > kPrefix && bytes[kPrefix] == '{' && header_length(bytes) <= kMaxHeader;
}

Safetensors::Safetensors(const FileContents& file) : Safetensors(file.bytes(), file.name()) {
  file_ = &file;
}

Safetensors::Safetensors(std::span<const char> bytes, std::string name)
    : bytes_(bytes), name_(std::move(name)) {
  if (!detect(bytes)) {
    throw FormatError(
        fmt::format("{}: is not a safetensors file: expected a length of at most {} "
                    "and then '{{'",
                    name_, kMaxHeader));
  }
  const auto length = header_length(bytes);
  if (length > bytes.size() - kPrefix) {
    throw FormatError(
        fmt::format("{}: the header should be {} bytes long, but the file ends after {}; it was "
                    "cut short, get it again",
                    name_, length, bytes.size() - kPrefix));
  }
  parse_header({bytes.data() + kPrefix, length}, bytes.subspan(kPrefix + length));
}

void Safetensors::parse_header(std::string_view header, std::span<const char> data) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;  // of bytes: begin, end
  const auto json = parse_json(header, name_);
  std::string current;
  try {
    for (const auto& [key, value] : json.items()) {
      current = key;
      if (key == "__metadata__") {
        metadata_ = value.get<std::map<std::string, std::string>>();
        continue;
      }
      Tensor tensor{value.at("dtype").get<std::string>(), naturals(value.at("shape")), {}};
      const auto offsets = naturals(value.at("data_offsets"));
      const auto size = byte_size(tensor.type, tensor.shape);
      if (!size || offsets.size() != 2 || offsets[0] > offsets[1] ||
          offsets[1] - offsets[0] != *size) {
        throw FormatError(
            fmt::format("{}: tensor '{}' of type {} and shape [{}] cannot lie at bytes "
                        "{}; the file is damaged",
                        name_, excerpt(key), excerpt(tensor.type),
                        excerpt(fmt::format("{}", fmt::join(tensor.shape, ", "))),
                        excerpt(fmt::format("{}", fmt::join(offsets, " to ")))));
      }
      const auto begin = offsets[0];
      const auto end = offsets[1];
      if (end > data.size()) {
        throw FormatError(
            fmt::format("{}: tensor '{}' ends at byte {} of the data, but the data is "
                        "{} bytes long; the file was cut short, get it again",
                        name_, excerpt(key), end, data.size()));
      }
      tensor.bytes = data.subspan(begin, end - begin);
      ranges.emplace_back(begin, end);
      tensors_.emplace(key, std::move(tensor));
    }
  } catch (const Json::exception&) {
    throw FormatError(fmt::format(
        "{}: the safetensors header describes '{}' not as expected; the file is damaged", name_,
        excerpt(current)));
  }
  std::sort(ranges.begin(), ranges.end());
  std::uint64_t end = 0;
  for (const auto& [range_begin, range_end] : ranges) {
    if (range_begin != end) {
      throw FormatError(
          fmt::format("{}: tensors overlap or leave a gap at byte {} of the data; the "
                      "file is damaged",
                      name_, end));
    }
    end = range_end;
  }
  if (end != data.size()) {
    throw FormatError(fmt::format("{}: {} bytes follow the last tensor; the file is damaged", name_,
                                  data.size() - end));
  }
}

const Tensor& Safetensors::require(std::string_view tensor, std::string_view type,
                                   std::size_t dimensions) const {
  const auto found = tensors_.find(tensor);
  if (found == tensors_.end()) {
    throw FormatError(
        fmt::format("{}: has no tensor '{}', so it is no file of this kind", name_, tensor));
  }
  if (found->second.type != type || found->second.shape.size() != dimensions) {
    throw FormatError(fmt::format("{}: tensor '{}' is {} with {} dimensions, expected {} with {}",
                                  name_, tensor, found->second.type, found->second.shape.size(),
                                  type, dimensions));
  }
  return found->second;
}

void Safetensors::read_once(std::span<const char> bytes, std::size_t unit,
                            const std::function<void(std::span<const char>)>& take) const {
  constexpr std::size_t kPart = std::size_t{1} << 20;
  const auto whole_units = std::max(kPart / unit, std::size_t{1}) * unit;
  for (std::size_t begin = 0; begin < bytes.size(); begin += whole_units) {
    const auto part = bytes.subspan(begin, std::min(whole_units, bytes.size() - begin));
    take(part);
    drop(part);
  }
}

void Safetensors::drop(std::span<const char> bytes) const {
  if (file_ != nullptr) file_->drop(bytes);
}

void Safetensors::require_checksum() const {
  if (contains(kChecksum)) return;
  throw FormatError(
      fmt::format("{}: has no checksum, which states of training end in; the file is damaged: take "
                  "another, or train anew",
                  name_));
}

void Safetensors::verify_checksum() const {
  require_checksum();
  const auto& tensor = require(kChecksum, "U64", 1);
  const auto size = static_cast<std::size_t>(tensor.bytes.data() - bytes_.data());
  Checksum found;
  read_once(bytes_.first(size), 1, [&](std::span<const char> part) {
    found.add({part.data(), part.size()});
  });
  const bool is_last = size + sizeof(std::uint64_t) == bytes_.size();
  if (is_last && tensor.items<std::uint64_t>() == std::vector{found.value()}) return;
  throw FormatError(
      fmt::format("{}: its bytes are not those that were written, by their checksum; the file is "
                  "damaged: take another, or train anew",
                  name_));
}

void Safetensors::verify_any_checksum() const {
  if (contains(kChecksum)) verify_checksum();
}

void write_safetensors(OutputFile& file, const std::vector<TensorToWrite>& tensors,
                       const std::map<std::string, std::string>& metadata) {
  // Not null: one that becomes an object later is damaged where there is no memory for that.
  auto json = nlohmann::ordered_json::object({{"__metadata__", metadata}});
  std::uint64_t offset = 0;
  for (const auto& tensor : tensors) {
    const auto end = offset + byte_size(tensor.type, tensor.shape).value();
    json[tensor.name] = {
        {"dtype", tensor.type}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  auto header = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  header.resize((header.size() + 7) / 8 * 8, ' ');
  const std::uint64_t length = header.size();
  file.write_values(std::span(&length, 1));
  file.write(header);
  for (const auto& tensor : tensors) tensor.write(file);
}

void write_safetensors_with_checksum(OutputFile& file, std::vector<TensorToWrite> tensors,
                                     const std::map<std::string, std::string>& metadata) {
  file.begin_checksum();
  tensors.push_back({std::string(kChecksum), "U64", {1}, [](OutputFile& to) {
                       const auto checksum = to.checksum();
                       to.write_values(std::span(&checksum, 1));
                     }});
  write_safetensors(file, tensors, metadata);
}

}  // namespace wordkin
