#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "embed/vectors/vector_file.h"
#include "tools/answers.h"
#include "tools/command.h"
#include "tools/output.h"

namespace wordkin {
namespace {

double norm(std::span<const float> vector) {
  double squares = 0;
  for (const float value : vector) squares += static_cast<double>(value) * value;
  return std::sqrt(squares);
}

nlohmann::ordered_json describe(const Embeddings& embeddings) {
  std::vector<double> norms;
  for (WordId id = 0; id < embeddings.size(); ++id) norms.push_back(norm(embeddings.vector(id)));
  std::ranges::sort(norms);
  const auto& vocabulary = embeddings.vocabulary();
  auto first_words = nlohmann::ordered_json::array();
  for (WordId id = 0; id < std::min<WordId>(5, vocabulary.size()); ++id) {
    first_words.push_back(vocabulary.word(id));
  }
  return {{"words", embeddings.size()},
          {"dim", embeddings.dim()},
          {"context", embeddings.has_context()},
          {"counts", vocabulary.has_counts()},
          {"norms",
           {{"least", norms.front()}, {"median", norms[norms.size() / 2]}, {"most", norms.back()}}},
          {"first_words", first_words},
          {"metadata", embeddings.metadata()}};
}

}  // namespace

void info_command(const Arguments& arguments, const std::stop_token&) {
  CommonOptions common;
  Arguments files;
  CommandLine line("info VECTORS", "What a file of vectors holds, and where it comes from.\n",
                   "  wordkin info vectors.safetensors\n"
                   "  wordkin info vectors.bin --json\n");
  line.arguments(files, 1, 1);
  line.common(common);
  if (!line.parse(arguments)) return;

  nlohmann::ordered_json json = {{"file", files[0]}};
  const FileContents file(files[0]);
  const auto embeddings = load_embeddings(file);
  json["format"] = enum_name(detect_format(file.bytes()));
  json.update(describe(embeddings));
  if (common.json) return print_json(json, JsonLayout::kIndented);
  const auto text = [](const nlohmann::ordered_json& value) {
    return value.is_string() ? value.get<std::string>()
                             : value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  };
  for (const auto& [key, value] : json.items()) {
    if (key == "metadata") continue;
    print_out("{:<19} {}\n", key, text(value));
  }
  for (const auto& [key, value] : json["metadata"].items()) {
    print_out("  {:<17} {}\n", key, text(value));
  }
}

}  // namespace wordkin
