// What libFuzzer calls; it is linked with one target.
#include <cstdint>

#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  wordkin::fuzz::one_in = 8;
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wordkin::fuzz;
  run(targets().front(), {reinterpret_cast<const char*>(data), size});
  return 0;
}
