#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "classify/sentiment_file.h"
#include "common/input.h"
#include "common/lines.h"
#include "common/parallel.h"
#include "tools/answers.h"
#include "tools/command.h"
#include "tools/input_lines.h"
#include "tools/output.h"

namespace wordkin {
namespace {

struct PredictOptions {
  CommonOptions common;
  Arguments arguments;  // MODEL TEXT...
  std::vector<std::filesystem::path> files;
  bool tsv = false;
};

void parse(const Arguments& arguments, PredictOptions& options) {
  CommandLine line(
      "sentiment predict MODEL [TEXT...]",
      "The class of each text, its probability, and the text. Texts are arguments, or lines of\n"
      "files or of standard input (also \"-\").\n",
      "  wordkin sentiment predict model.safetensors 'a film to remember'\n"
      "  wordkin sentiment predict model.safetensors --file reviews.txt --tsv\n"
      "  wordkin sentiment predict model.safetensors --json < reviews.txt\n");
  line.arguments(options.arguments, 1, std::numeric_limits<std::size_t>::max());
  line.option("file", options.files, "TEXTS", "texts, one a line; may be given several times");
  line.flag("tsv", options.tsv, "label and all probabilities, separated by tabs, under a header");
  line.common(options.common);
  line.parse(arguments);
  if (options.tsv && options.common.json) throw UsageError("--tsv and --json: give one of them");
  if (!options.files.empty() && options.arguments.size() > 1) {
    throw UsageError("sentiment predict: give TEXT or --file, not both");
  }
}

// Classifies texts and prints a line for each.
class Predictor {
 public:
  Predictor(const PredictOptions& options, const SentimentModel& model, const Monitor& monitor)
      : options_(options), model_(model), monitor_(monitor) {
    for (auto label : model.labels) {
      std::ranges::replace_if(
          label, [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
      cells_.push_back(std::move(label));
    }
    if (options.tsv) print_out("label\t{}\n", fmt::join(cells_, "\t"));
  }

  void predict_all(const std::vector<std::string>& texts) const {
    constexpr std::size_t kTogether = 1024;
    for (std::size_t begin = 0; begin < texts.size(); begin += kTogether) {
      print(std::span(texts).subspan(begin, std::min(kTogether, texts.size() - begin)));
    }
  }

  // Whole lines as they come.
  void predict_lines(Input& input) const {
    for_each_arrival(input, [&](std::string_view lines) {
      predict_all(lines_of(lines));
      flush_out();
    });
  }

 private:
  static std::vector<std::string> lines_of(std::string_view text) {
    const auto lines = split_lines(text);
    return {lines.begin(), lines.end()};
  }

  void print(std::span<const std::string> texts) const {
    monitor_.throw_if_stopped();
    EncodedTexts encoded;
    for (const auto& text : texts) {
      encoded.add(encode_text(text, model_.encoding, model_.vocabulary).ids, 0);
    }
    const auto classes = model_.labels.size();
    const auto probabilities = predict(model_, encoded, monitor_);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      print(texts[i], std::span(probabilities).subspan(i * classes, classes));
    }
  }

  void print(const std::string& text, std::span<const double> probabilities) const {
    const auto best =
        static_cast<std::size_t>(std::ranges::max_element(probabilities) - probabilities.begin());
    const auto& label = model_.labels[best];
    if (options_.common.json) {
      nlohmann::ordered_json json = {{"label", label},
                                     {"probabilities", nlohmann::ordered_json::object()}};
      for (std::size_t c = 0; c < model_.labels.size(); ++c) {
        json["probabilities"][model_.labels[c]] = probabilities[c];
      }
      json["text"] = text;
      print_json(json);
    } else if (options_.tsv) {
      print_out("{}\t{:.6f}\n", cells_[best], fmt::join(probabilities, "\t"));
    } else {
      print_out("{}  {:.4f}  {}\n", label, *std::ranges::max_element(probabilities), text);
    }
  }

  const PredictOptions& options_;
  const SentimentModel& model_;
  const Monitor& monitor_;
  std::vector<std::string> cells_;  // the labels, fit for a table
};

void run(const PredictOptions& options, const Monitor& monitor) {
  const auto model = load_sentiment_model(options.arguments.front());
  const Predictor predictor(options, model, monitor);
  const bool from_input = options.arguments.size() == 2 && options.arguments[1] == "-";
  if (options.arguments.size() > 1 && !from_input) {
    return predictor.predict_all({options.arguments.begin() + 1, options.arguments.end()});
  }
  auto files = options.files;
  if (files.empty()) {
    if (!options.common.quiet && ::isatty(STDIN_FILENO) == 1) {
      print_error("reading texts, one a line, until Ctrl-D\n");
    }
    files.emplace_back("-");
  }
  for (const auto& file : files) {
    Input input(file);
    predictor.predict_lines(input);
  }
}

}  // namespace

void sentiment_predict_command(const Arguments& arguments, const std::stop_token& stop) {
  PredictOptions options;
  parse(arguments, options);
  const CommandMonitor monitor(options.common, stop);
  with_threads(options.common.threads, [&] { run(options, monitor.monitor()); });
}

}  // namespace wordkin
