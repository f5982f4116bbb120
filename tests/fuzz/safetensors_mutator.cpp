#include "tests/fuzz/safetensors_mutator.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "common/random.h"

namespace wordkin::fuzz {
namespace {

using Json = nlohmann::json;

struct Part {
  std::string name;
  std::string type;
  std::vector<std::uint64_t> shape;
  std::string bytes;
};

struct Parts {
  std::map<std::string, std::string> metadata;
  std::vector<Part> tensors;
};

std::string with_length(std::string_view header) {
  const std::uint64_t length = header.size();
  std::string bytes(sizeof length, '\0');
  std::memcpy(bytes.data(), &length, sizeof length);
  return bytes.append(header);
}

// The header's text and the data after it.
std::optional<std::pair<std::string_view, std::string_view>> split(std::string_view file) {
  std::uint64_t length = 0;
  if (file.size() < sizeof length) return std::nullopt;
  std::memcpy(&length, file.data(), sizeof length);
  file.remove_prefix(sizeof length);
  if (length > file.size()) return std::nullopt;
  return std::pair(file.substr(0, length), file.substr(length));
}

// Throws where it is none.
std::uint64_t natural(const Json& json) { return json.get_ref<const Json::number_unsigned_t&>(); }

std::optional<Parts> parse(std::string_view header, std::string_view data) {
  Parts parts;
  try {
    const auto json = Json::parse(header);
    for (const auto& [name, value] : json.items()) {
      if (name == "__metadata__") {
        parts.metadata = value.get<std::map<std::string, std::string>>();
        continue;
      }
      const auto begin = natural(value.at("data_offsets").at(0));
      const auto end = natural(value.at("data_offsets").at(1));
      if (begin > end || end > data.size()) return std::nullopt;
      std::vector<std::uint64_t> shape;
      for (const auto& extent : value.at("shape")) shape.push_back(natural(extent));
      parts.tensors.push_back({name, value.at("dtype").get<std::string>(), std::move(shape),
                               std::string(data.substr(begin, end - begin))});
    }
  } catch (const Json::exception&) {
    return std::nullopt;
  }
  return parts;
}

std::string joined(const Parts& parts) {
  Json header{{"__metadata__", parts.metadata}};
  std::string data;
  for (const auto& [name, type, shape, bytes] : parts.tensors) {
    header[name] = {{"dtype", type},
                    {"shape", shape},
                    {"data_offsets", {data.size(), data.size() + bytes.size()}}};
    data += bytes;
  }
  auto text = header.dump(-1, ' ', false, Json::error_handler_t::replace);
  text.resize((text.size() + 7) / 8 * 8, ' ');
  return with_length(text) + data;
}

// What the type and the shape promise, if that is not too much.
std::optional<std::size_t> promised_size(const Part& part) {
  constexpr std::uint64_t kMost = 1 << 16;
  const bool is_wide = part.type == "F64" || part.type == "I64" || part.type == "U64";
  std::uint64_t size = is_wide ? 8 : part.type == "U8" ? 1 : 4;
  for (const auto extent : part.shape) {
    if (extent > kMost || (size *= extent) > kMost) return std::nullopt;
  }
  return size;
}

class Mutator {
 public:
  Mutator(Parts& parts, unsigned seed, const MutateBytes& mutate_bytes)
      : parts_(parts), random_(seed), mutate_bytes_(mutate_bytes) {}

  void mutate() {
    if (parts_.tensors.empty() || random_.below(4) == 0) return mutate_metadata();
    auto& part = any_of(parts_.tensors);
    switch (random_.below(6)) {
      case 0:
        return change_type(part);
      case 1:
        return change_shape(part);
      case 2:
        return change_name(part);
      default:
        const auto size = part.bytes.size();
        if (size > 0) part.bytes = mutate_bytes_(part.bytes, size);
        part.bytes.resize(size);
    }
  }

 private:
  template <class T>
  T& any_of(std::vector<T>& items) {
    return items[random_.below(static_cast<std::uint32_t>(items.size()))];
  }

  void mutate_metadata() {
    if (parts_.metadata.empty()) return;
    auto entry = parts_.metadata.begin();
    std::advance(entry, random_.below(static_cast<std::uint32_t>(parts_.metadata.size())));
    if (random_.below(8) == 0) {
      parts_.metadata.erase(entry);
    } else {
      entry->second = mutate_bytes_(entry->second, entry->second.size() + 8);
    }
  }

  void change_type(Part& part) {
    constexpr std::array kTypes{"F64", "F32", "I64", "U32", "U8"};
    part.type = kTypes[random_.below(kTypes.size())];
    fit(part);
  }

  void change_shape(Part& part) {
    if (part.shape.empty() || random_.below(8) == 0) {
      part.shape.push_back(1);
    } else if (random_.below(8) == 0) {
      part.shape.pop_back();
    } else {
      auto& extent = any_of(part.shape);
      const std::array others{std::uint64_t{0},
                              extent + 1,
                              extent - 1,
                              2 * extent,
                              std::uint64_t{random_.below(1 << 10)},
                              ~std::uint64_t{0}};
      extent = others[random_.below(others.size())];
    }
    fit(part);
  }

  // Changes the bytes to as many as are promised.
  static void fit(Part& part) {
    if (const auto size = promised_size(part)) part.bytes.resize(*size);
  }

  void change_name(Part& part) {
    if (random_.below(2) == 0) {
      std::swap(part.name, any_of(parts_.tensors).name);
    } else {
      std::erase_if(parts_.tensors, [name = part.name](const Part& p) { return p.name == name; });
    }
  }

  Parts& parts_;
  RandomStream random_;
  const MutateBytes& mutate_bytes_;
};

}  // namespace

std::optional<std::string> mutate_safetensors(std::string_view file, unsigned seed,
                                              const MutateBytes& mutate_bytes) {
  const auto halves = split(file);
  if (!halves || seed % 16 == 0) return std::nullopt;
  const auto [header, data] = *halves;
  if (seed % 16 == 1) {
    return with_length(mutate_bytes(std::string(header), header.size() + 16)).append(data);
  }
  // What this made is as a rule what is mutated next.
  static Parts parts;
  static std::string made;
  if (file != made) {
    auto parsed = parse(header, data);
    if (!parsed) return std::nullopt;
    parts = std::move(*parsed);
  }
  Mutator(parts, seed, mutate_bytes).mutate();
  return made = joined(parts);
}

}  // namespace wordkin::fuzz
