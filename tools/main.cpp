#include <algorithm>
#include <array>
#include <exception>
#include <new>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/error.h"
#include "common/output.h"
#include "common/version.h"
#include "embed/train/hogwild_kernels.h"
#include "tools/command.h"
#include "tools/output.h"
#include "tools/signals.h"

namespace wordkin {
namespace {

constexpr int kFailure = 1;
constexpr int kUsage = 2;

struct Command {
  std::string_view name;
  std::string_view summary;
  void (*run)(const Arguments&, const std::stop_token&);
};

constexpr std::array kCommands{
    Command{"train", "learn word vectors from text", train_command},
    Command{"doctor", "what training on a text would take, and what is wrong with the text",
            doctor_command},
    Command{"vocab", "count the words of a text", vocab_command},
    Command{"cooccur", "count which words occur near each other", cooccur_command},
    Command{"similar", "the nearest words of a word", similar_command},
    Command{"index", "make the search for nearest words fast", index_command},
    Command{"similarity", "the similarity of two words", similarity_command},
    Command{"analogy", "A is to B as C is to what?", analogy_command},
    Command{"evaluate", "accuracy on analogies, correlation with human similarity scores",
            evaluate_command},
    Command{"compare", "which of two files of vectors is better, and how alike they are",
            compare_command},
    Command{"bias", "which bias word vectors carry, and how much", bias_command},
    Command{"debias", "remove bias from word vectors, with a receipt", debias_command},
    Command{"convert", "vectors from one file format to another", convert_command},
    Command{"map", "a picture of words, to look at or to explore", map_command},
    Command{"info", "what a file of vectors holds", info_command},
    Command{"sentiment train", "learn to classify texts by their vectors", sentiment_train_command},
    Command{"sentiment evaluate", "accuracy of a classifier, and how sure it is",
            sentiment_evaluate_command},
    Command{"sentiment predict", "the classes of texts", sentiment_predict_command},
    Command{"sentiment explain", "which words make a text's class", sentiment_explain_command},
};

std::string overview() {
  std::string text =
      "wordkin learns word vectors from text and answers questions with them.\n\n"
      "usage: wordkin COMMAND [ARGUMENTS...]\n\nCommands:\n";
  for (const auto& command : kCommands) {
    text += fmt::format("  {:<20}{}\n", command.name, command.summary);
  }
  return text +
         "\nwordkin COMMAND --help explains a command, wordkin --version names this program.\n\n"
         "Example:\n"
         "  wordkin train text.txt -o vectors.safetensors\n"
         "  wordkin similar vectors.safetensors king\n";
}

// The commands whose first word is `name`, a line each.
std::string commands_in(std::string_view name) {
  std::string text;
  for (const auto& command : kCommands) {
    if (!command.name.starts_with(fmt::format("{} ", name))) continue;
    text += fmt::format("  wordkin {:<20}{}\n", command.name, command.summary);
  }
  return text;
}

void run(const Arguments& arguments, const std::stop_token& stop) {
  if (arguments.empty()) throw UsageError("expected a command\n\n" + overview());
  const auto& name = arguments.front();
  if (name == "help" && arguments.size() > 1) {
    Arguments asked(arguments.begin() + 1, arguments.end());
    asked.emplace_back("--help");
    return run(asked, stop);
  }
  if (name == "--help" || name == "-h" || name == "help") return write_out(overview());
  if (name == "--version") {
    return print_out("wordkin {} ({})\n", kVersion, hogwild_instruction_set());
  }
  for (const auto& command : kCommands) {
    const auto words = std::ranges::count(command.name, ' ') + 1;
    if (std::ssize(arguments) < words) continue;
    const Arguments first(arguments.begin(), arguments.begin() + words);
    if (fmt::format("{}", fmt::join(first, " ")) == command.name) {
      return command.run({arguments.begin() + words, arguments.end()}, stop);
    }
  }
  if (const auto group = commands_in(name); !group.empty()) {
    if (arguments.size() > 1 && (arguments[1] == "--help" || arguments[1] == "-h")) {
      return write_out(group);
    }
    throw UsageError(fmt::format("expected one of these commands\n\n{}", group));
  }
  throw UsageError(fmt::format("unknown command '{}'\n\n{}", name, overview()));
}

int report(std::string_view message, int exit_code) {
  print_error("wordkin: {}\n", message);
  return exit_code;
}

int run_and_report(const Arguments& arguments, const SignalWatcher& signals) {
  try {
    run(arguments, signals.stop());
    flush_out();
    return 0;
  } catch (const ClosedOutput&) {
    return 0;  // head has seen enough: nothing is wrong
  } catch (const Interrupted&) {
    return report("interrupted", 128 + signals.received());
  } catch (const UsageError& error) {
    return report(error.what(), kUsage);
  } catch (const std::bad_alloc&) {
    return report("out of memory", kFailure);
  } catch (const std::exception& error) {
    return report(error.what(), kFailure);
  }
}

}  // namespace
}  // namespace wordkin

int main(int argc, char** argv) {
  wordkin::occupy_standard_streams();
  const wordkin::SignalWatcher signals;
  return wordkin::run_and_report({argv + 1, argv + argc}, signals);
}
