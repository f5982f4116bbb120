#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "classify/explain.h"
#include "classify/sentiment_file.h"
#include "common/output.h"
#include "common/parallel.h"
#include "tools/answers.h"
#include "tools/command.h"
#include "tools/output.h"
#include "tools/page.h"

namespace wordkin {
namespace {

struct ExplainOptions {
  CommonOptions common;
  Arguments arguments;  // MODEL TEXT
  std::filesystem::path html;
};

void parse(const Arguments& arguments, ExplainOptions& options) {
  CommandLine line(
      "sentiment explain MODEL TEXT",
      "What each word of a text contributes to the class that the model gives it: integrated\n"
      "gradients, in log-odds. They add up to the log-odds of the text less those of a text of as\n"
      "many unknown words.\n",
      "  wordkin sentiment explain model.safetensors 'not as bad as they say'\n"
      "  wordkin sentiment explain model.safetensors 'not as bad as they say' --html why.html\n");
  line.arguments(options.arguments, 2, 2);
  line.option("html", options.html, "FILE", "write a page with the coloured words");
  line.common(options.common);
  line.parse(arguments);
  if (!options.html.empty()) check_output(options.html, {options.arguments[0]}, options.common);
}

double largest(const Explanation& explanation) {
  double most = 1e-12;
  for (const auto x : explanation.contributions) most = std::max(most, std::abs(x));
  return most;
}

// The words on one line, for the class on green, against it on red, in steps of 24-bit colour.
std::string coloured(const Explanation& explanation) {
  std::string text;
  const auto most = largest(explanation);
  for (std::size_t i = 0; i < explanation.words.size(); ++i) {
    const auto share = explanation.contributions[i] / most;
    const auto strength = static_cast<int>(std::lround(160 * std::abs(share)));
    text += fmt::format("\033[48;2;{};{};0m\033[97m{}\033[0m ", share < 0 ? strength : 0,
                        share < 0 ? 0 : strength, explanation.words[i]);
  }
  return text;
}

std::string page(const SentimentModel& model, const Explanation& explanation) {
  std::string words;
  const auto most = largest(explanation);
  for (std::size_t i = 0; i < explanation.words.size(); ++i) {
    const auto value = explanation.contributions[i];
    words += fmt::format("<span title=\"{:+.4f}\" style=\"background:rgba({},{:.3f})\">{}</span>\n",
                         value, value < 0 ? "220,50,47" : "0,150,80", std::abs(value) / most,
                         escape_markup(explanation.words[i]));
  }
  const auto& label = model.labels[explanation.predicted];
  return html_page(
      {.title = fmt::format("Why {}", label),
       .body = fmt::format(
           "<h1>{0}: {1:.1f} %</h1>\n<p>{2}</p>\n<p>Green words speak for {0}, red ones against "
           "it; "
           "hold the pointer over a word for its contribution in log-odds. Together they make "
           "{3:+.3f}.</p>\n",
           escape_markup(label), 100 * explanation.probabilities[explanation.predicted], words,
           explanation.log_odds - explanation.baseline_log_odds),
       .style = "main{font-size:18px;line-height:1.8;max-width:45em;margin:2em auto;padding:0 1em}"
                "span{border-radius:3px;padding:0 2px}"});
}

void print(const SentimentModel& model, const Explanation& explanation) {
  print_out("{}  {:.4f}\n", model.labels[explanation.predicted],
            explanation.probabilities[explanation.predicted]);
  if (::isatty(STDOUT_FILENO) == 1) print_out("{}\n", coloured(explanation));
  for (std::size_t i = 0; i < explanation.words.size(); ++i) {
    print_out("{:+8.4f}  {}\n", explanation.contributions[i], explanation.words[i]);
  }
}

void print_explanation_json(const SentimentModel& model, const Explanation& explanation) {
  nlohmann::ordered_json json = {{"label", model.labels[explanation.predicted]},
                                 {"probabilities", nlohmann::ordered_json::object()},
                                 {"log_odds", explanation.log_odds},
                                 {"baseline_log_odds", explanation.baseline_log_odds},
                                 {"gap", explanation.gap()},
                                 {"words", nlohmann::ordered_json::array()}};
  for (std::size_t c = 0; c < model.labels.size(); ++c) {
    json["probabilities"][model.labels[c]] = explanation.probabilities[c];
  }
  for (std::size_t i = 0; i < explanation.words.size(); ++i) {
    json["words"].push_back(
        {{"word", explanation.words[i]}, {"contribution", explanation.contributions[i]}});
  }
  print_json(json);
}

}  // namespace

void sentiment_explain_command(const Arguments& arguments, const std::stop_token&) {
  ExplainOptions options;
  parse(arguments, options);
  const auto model = load_sentiment_model(options.arguments[0]);
  const auto explanation =
      with_threads(options.common.threads, [&] { return explain(model, options.arguments[1]); });
  if (explanation.gap() >
      1e-3 + 0.05 * std::abs(explanation.log_odds - explanation.baseline_log_odds)) {
    print_error(
        "wordkin: after {} steps the contributions still add up to {:.3f} too much or too "
        "little: the model jumps on the way to this text\n",
        explanation.steps, explanation.gap());
  }
  if (!options.html.empty()) {
    OutputFile file(options.html);
    file.write(page(model, explanation));
    file.commit();
  }
  if (options.common.json) {
    print_explanation_json(model, explanation);
  } else if (options.html.empty()) {
    print(model, explanation);
  }
}

}  // namespace wordkin
