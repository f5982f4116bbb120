#include <array>
#include <exception>
#include <new>
#include <string_view>

#include <fmt/format.h>

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
    Command{"vocab", "count the words of a text", vocab_command},
    Command{"cooccur", "count which words occur near each other", cooccur_command},
    Command{"similar", "the nearest words of a word", similar_command},
    Command{"similarity", "the similarity of two words", similarity_command},
    Command{"analogy", "A is to B as C is to what?", analogy_command},
    Command{"evaluate", "accuracy on analogies, correlation with human similarity scores",
            evaluate_command},
    Command{"convert", "vectors from one file format to another", convert_command},
    Command{"info", "what a file of vectors holds", info_command},
};

std::string overview() {
  std::string text =
      "wordkin learns word vectors from text and answers questions with them.\n\n"
      "usage: wordkin COMMAND [ARGUMENTS...]\n\nCommands:\n";
  for (const auto& command : kCommands) {
    text += fmt::format("  {:<12}{}\n", command.name, command.summary);
  }
  return text +
         "\nwordkin COMMAND --help explains a command, wordkin --version names this program.\n\n"
         "Example:\n"
         "  wordkin train text.txt -o vectors.safetensors\n"
         "  wordkin similar vectors.safetensors king\n";
}

void run(const Arguments& arguments, const std::stop_token& stop) {
  if (arguments.empty()) throw UsageError("expected a command\n\n" + overview());
  const auto& name = arguments.front();
  if (name == "help" && arguments.size() > 1) return run({arguments[1], "--help"}, stop);
  if (name == "--help" || name == "-h" || name == "help") return write_out(overview());
  if (name == "--version") {
    return print_out("wordkin {} ({})\n", kVersion, hogwild_instruction_set());
  }
  for (const auto& command : kCommands) {
    if (command.name == name) {
      return command.run({arguments.begin() + 1, arguments.end()}, stop);
    }
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
