#include "common/safetensors.h"

#include <nlohmann/json.hpp>

#include "tests/fuzz/fuzz.h"

namespace wordkin::fuzz {
namespace {

// A tensor as the file has it, to be written again.
struct FoundTensor {
  std::string name;
  const Tensor* tensor;
};

// The tensors in the order of their bytes, all of which they take up.
std::vector<FoundTensor> tensors_of(const Safetensors& file, std::string_view bytes) {
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), sizeof length);
  const auto data = bytes.substr(sizeof length + length);
  std::vector<FoundTensor> found;
  std::size_t size = 0;
  const auto header = nlohmann::json::parse(bytes.substr(sizeof length, length));
  for (const auto& [name, value] : header.items()) {
    if (name == "__metadata__") continue;
    check(file.contains(name), "each tensor of the header is there");
    const auto& tensor =
        file.require(name, value["dtype"].get<std::string>(), value["shape"].size());
    check(tensor.shape == value["shape"].get<std::vector<std::uint64_t>>(), "shapes are kept");
    check(tensor.bytes.data() >= data.data() &&
              tensor.bytes.data() + tensor.bytes.size() <= data.data() + data.size(),
          "tensors lie within the data");
    check(tensor.items<std::uint16_t>().size() == tensor.bytes.size() / 2, "items are copied");
    size += tensor.bytes.size();
    found.push_back({name, &tensor});
  }
  check(size == data.size(), "tensors fill the data");
  std::ranges::sort(found, {}, [](const FoundTensor& f) {
    return std::pair(f.tensor->bytes.data(), f.tensor->bytes.size());
  });
  return found;
}

std::string rewritten(const Safetensors& file, const std::vector<FoundTensor>& tensors) {
  std::vector<TensorToWrite> to_write;
  for (const auto& [name, tensor] : tensors) {
    to_write.push_back({name, tensor->type, tensor->shape, [bytes = tensor->bytes](OutputFile& to) {
                          to.write({bytes.data(), bytes.size()});
                        }});
  }
  return written([&](const std::filesystem::path& path) {
    OutputFile to(path);
    write_safetensors(to, to_write, file.metadata());
    to.commit();
  });
}

void run_safetensors(std::string_view bytes) {
  const auto file = accepted(bytes.size(), [&] { return Safetensors(bytes, "file"); });
  if (!file) return;
  if (!gets_long_checks(bytes)) return;
  const auto tensors = tensors_of(*file, bytes);
  const auto again_bytes = rewritten(*file, tensors);
  const Safetensors again(again_bytes, "again");
  check(again.metadata() == file->metadata(), "metadata are kept");
  for (const auto& [name, tensor] : tensors) {
    const auto& other = again.require(name, tensor->type, tensor->shape.size());
    check(other.shape == tensor->shape, "shapes are kept");
    check(std::ranges::equal(other.bytes, tensor->bytes), "bytes are kept");
  }
}

std::vector<std::string> safetensors_seeds() {
  const std::string header = R"({"__metadata__":{"format":"pt"},
"b":{"dtype":"BF16","shape":[2,1],"data_offsets":[8,12]},
"a":{"dtype":"F64","shape":[],"data_offsets":[0,8]},
"c":{"dtype":"I8","shape":[3,0],"data_offsets":[12,12]}})";
  const std::uint64_t length = header.size();
  return {std::string(reinterpret_cast<const char*>(&length), sizeof length) + header +
          std::string(12, 'x')};
}

const Registration kSafetensors{{"safetensors", run_safetensors, safetensors_seeds}};

}  // namespace
}  // namespace wordkin::fuzz
