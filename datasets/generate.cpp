#include <charconv>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/sample.h"
#include <fmt/format.h>

#include "common/error.h"
#include "common/output.h"

namespace wordkin::datasets {
namespace {

constexpr std::string_view kUsage =
    "usage: wordkin-sample FOLDER [TOKENS] [SEED]\n"
    "\n"
    "Writes an English-like text with planted facts, and questions that word vectors trained on\n"
    "it should answer, and reviews to classify, into FOLDER, which is made if need be:\n"
    "  sample.txt               a sentence a line, lower case, single spaces\n"
    "  sample-analogies.txt     \": section\" lines, each followed by \"a b c d\" lines\n"
    "  sample-similarities.txt  word, word and score (0 to 10), separated by tabs\n"
    "  sample-reviews.tsv       label and text, separated by a tab, under a line of headings\n"
    "TOKENS (3000000) is the length of the text, SEED (1) the seed of text and reviews. The same\n"
    "numbers give the same bytes on every machine.\n"
    "\n"
    "Example: wordkin-sample data 1000000 2\n";

constexpr std::uint64_t kReviews = 4'000;

struct Options {
  std::filesystem::path folder;
  std::uint64_t tokens = 3'000'000;
  std::uint64_t seed = 1;
};

std::uint64_t parse_number(std::string_view name, std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw UsageError(fmt::format("{}: expected a whole number, found '{}'", name, text));
  }
  return number;
}

Options parse(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.size() > 3 || arguments[0].empty() || arguments[0][0] == '-') {
    throw UsageError(std::string(kUsage));
  }
  Options options{.folder = arguments[0]};
  if (arguments.size() > 1) options.tokens = parse_number("TOKENS", arguments[1]);
  if (arguments.size() > 2) options.seed = parse_number("SEED", arguments[2]);
  return options;
}

template <class F>
void save(const std::filesystem::path& path, F&& write) {
  std::ostringstream text;
  write(text);
  OutputFile file(path);
  file.write(text.view());
  file.commit();
}

void generate(const Options& options) {
  std::filesystem::create_directories(options.folder);
  save(options.folder / "sample.txt",
       [&](std::ostream& out) { write_text(out, options.seed, options.tokens); });
  save(options.folder / "sample-analogies.txt", write_analogies);
  save(options.folder / "sample-similarities.txt", write_similarities);
  save(options.folder / "sample-reviews.tsv",
       [&](std::ostream& out) { write_reviews(out, options.seed, kReviews); });
}

}  // namespace
}  // namespace wordkin::datasets

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  try {
    if (arguments == std::vector<std::string>{"--help"}) {
      fmt::print("{}", wordkin::datasets::kUsage);
      return 0;
    }
    wordkin::datasets::generate(wordkin::datasets::parse(arguments));
    return 0;
  } catch (const wordkin::UsageError& error) {
    fmt::print(stderr, "wordkin-sample: {}\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "wordkin-sample: {}\n", error.what());
    return 1;
  }
}
