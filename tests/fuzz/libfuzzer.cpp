// What libFuzzer calls; it is linked with one target.
#include <cstdint>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/safetensors_mutator.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wordkin::fuzz;
  run(targets().front(), {reinterpret_cast<const char*>(data), size});
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned seed) {
  using namespace wordkin::fuzz;
  if (targets().front().mutation == Mutation::kSafetensors) {
    const std::string_view file(reinterpret_cast<const char*>(data), size);
    const auto mutated = mutate_safetensors(file, seed, [](std::string bytes, std::size_t longest) {
      const auto before = bytes.size();
      bytes.resize(longest);
      bytes.resize(
          LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(bytes.data()), before, longest));
      return bytes;
    });
    if (mutated && mutated->size() <= most) {
      mutated->copy(reinterpret_cast<char*>(data), mutated->size());
      return mutated->size();
    }
  }
  return LLVMFuzzerMutate(data, size, most);
}
