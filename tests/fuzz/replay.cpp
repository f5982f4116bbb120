// Runs all targets on their seeds and on the cases that were found once. With arguments:
//   fuzz_replay CASES            of each target, the files in CASES/TARGET
//   fuzz_replay --seeds FOLDER   writes the seeds of each target into FOLDER/TARGET
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "tests/fuzz/fuzz.h"

namespace wordkin::fuzz {
namespace {

namespace fs = std::filesystem;

void write_seeds(const fs::path& folder) {
  for (const auto& target : targets()) {
    fs::create_directories(folder / target.name);
    std::size_t number = 0;
    for (const auto& seed : target.seeds()) {
      std::ofstream(folder / target.name / fmt::format("seed-{}", ++number), std::ios::binary)
          << seed;
    }
  }
}

// Whether the reader keeps its promises.
bool passes(const Target& target, std::string_view what, std::string_view bytes) {
  try {
    run(target, bytes);
    return true;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: {}: {}\n", target.name, what, error.what());
    return false;
  }
}

// Whether all pass.
bool replay(const Target& target, const fs::path& folder) {
  bool all_pass = true;
  const auto seeds = target.seeds();
  for (const auto& seed : seeds) all_pass &= passes(target, "a seed", seed);
  std::size_t cases = 0;
  if (fs::is_directory(folder)) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(file), {}};
      all_pass &= passes(target, entry.path().filename().string(), bytes);
      ++cases;
    }
  }
  fmt::print("{}: {} seeds, {} cases\n", target.name, seeds.size(), cases);
  return all_pass;
}

int main_of(std::span<char*> arguments) {
  if (arguments.size() == 3 && std::string_view(arguments[1]) == "--seeds") {
    write_seeds(arguments[2]);
    return 0;
  }
  bool all_pass = arguments.size() == 2;
  for (const auto& target : targets()) {
    all_pass &= replay(target, fs::path(arguments.back()) / target.name);
  }
  return all_pass ? 0 : 1;
}

}  // namespace
}  // namespace wordkin::fuzz

int main(int argc, char** argv) {
  return wordkin::fuzz::main_of({argv, static_cast<std::size_t>(argc)});
}
