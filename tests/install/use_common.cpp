#include <cstdio>

#include <common/gemm.h>
#include <common/input.h>
#include <common/version.h>

int main(int, char** argv) {
  const float row[] = {3, 4};
  float square = 0;
  wordkin::multiply({.rows = 1, .cols = 1, .depth = 2}, {row, 2}, {row, 1}, {&square, 1});
  const wordkin::FileContents file(argv[1]);
  std::printf("%zu bytes, %g\n", file.bytes().size(), static_cast<double>(square));
}
