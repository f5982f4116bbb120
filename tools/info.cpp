#include <algorithm>
#include <memory>
#include <optional>

#include <nlohmann/json.hpp>

#include "common/parallel.h"
#include "embed/vectors/vector_file.h"
#include "tools/answers.h"
#include "tools/command.h"
#include "tools/output.h"
#include "tools/state_progress.h"

namespace wordkin {
namespace {

nlohmann::ordered_json progress_json(const StateProgress& progress) {
  return {{"command", progress.command},
          {"epochs_done", progress.epochs},
          {"epochs", progress.of},
          {"done", progress.is_over}};
}

nlohmann::ordered_json describe(const Embeddings& embeddings) {
  std::vector<double> norms(embeddings.norms().begin(), embeddings.norms().end());
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

// What a state of sentiment training holds, which are no vectors of words.
void print_sentiment_state(const Safetensors& file, const std::string& path,
                           const StateProgress& progress, const CommonOptions& common) {
  auto metadata = file.metadata();
  metadata.erase("state");  // figures for the program
  const auto& shape = file.require("vectors", "F32", 2).shape;
  const auto words = shape[0] - std::min<std::uint64_t>(shape[0], 1);  // and the unknown one
  if (common.json) {
    const nlohmann::ordered_json json = {
        {"file", path},    {"format", "sentiment-state"},      {"words", words},
        {"dim", shape[1]}, {"state", progress_json(progress)}, {"metadata", metadata}};
    return print_json(json, JsonLayout::kIndented);
  }
  print_out("{:<19} {}\n", "file", path);
  print_out("{:<19} {}\n", "state", describe(progress, path));
  print_out("{:<19} {}\n", "words", words);
  print_out("{:<19} {}\n", "dimensions", shape[1]);
  for (const auto& [key, value] : metadata) print_out("  {:<17} {}\n", key, value);
}

}  // namespace

void info_command(const Arguments& arguments, const std::stop_token&) {
  CommonOptions common;
  Arguments files;
  CommandLine line(
      "info VECTORS",
      "What a file of vectors, or a state of training, holds, and where it comes from.\n",
      "  wordkin info vectors.safetensors\n"
      "  wordkin info vectors.bin --json\n");
  line.arguments(files, 1, 1);
  line.common(common);
  line.parse(arguments);

  nlohmann::ordered_json json = {{"file", files[0]}};
  const auto file = std::make_shared<const FileContents>(files[0]);
  std::optional<StateProgress> progress;
  if (Safetensors::detect(file->bytes())) {
    const Safetensors tensors(file->bytes(), file->name());
    progress = progress_of(tensors);
    if (progress && progress->command != "train") {
      return print_sentiment_state(tensors, files[0], *progress, common);
    }
  }
  const auto embeddings = with_threads(common.threads, [&] { return load_embeddings(file); });
  json["format"] = enum_name(detect_format(file->bytes()));
  json.update(describe(embeddings));
  if (progress) json["state"] = progress_json(*progress);
  if (common.json) return print_json(json, JsonLayout::kIndented);
  print_out("{:<19} {}\n", "file", files[0]);
  print_out("{:<19} {}\n", "format", json["format"].get<std::string>());
  if (progress) print_out("{:<19} {}\n", "state", describe(*progress, files[0]));
  print_out("{:<19} {}\n", "words", embeddings.size());
  print_out("{:<19} {}\n", "dimensions", embeddings.dim());
  print_out("{:<19} {}\n", "context vectors", embeddings.has_context() ? "yes" : "no");
  print_out("{:<19} {}\n", "counts", embeddings.vocabulary().has_counts() ? "yes" : "no");
  const auto& norms = json["norms"];
  print_out("{:<19} {:.3g} to {:.3g}, median {:.3g}\n", "norms", norms["least"].get<double>(),
            norms["most"].get<double>(), norms["median"].get<double>());
  print_out("{:<19} {}\n", "first words",
            fmt::join(json["first_words"].get<std::vector<std::string>>(), " "));
  for (const auto& [key, value] : embeddings.metadata()) print_out("  {:<17} {}\n", key, value);
}

}  // namespace wordkin
