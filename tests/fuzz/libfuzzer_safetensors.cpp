// What libFuzzer calls to mutate the inputs of targets that read safetensors files.
#include <cstdint>

#include "tests/fuzz/safetensors_mutator.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned seed) {
  const std::string_view file(reinterpret_cast<const char*>(data), size);
  const auto mutated =
      wordkin::fuzz::mutate_safetensors(file, seed, [](std::string bytes, std::size_t longest) {
        const auto before = bytes.size();
        bytes.resize(longest);
        bytes.resize(
            LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(bytes.data()), before, longest));
        return bytes;
      });
  if (!mutated || mutated->size() > most) return LLVMFuzzerMutate(data, size, most);
  mutated->copy(reinterpret_cast<char*>(data), mutated->size());
  return mutated->size();
}
