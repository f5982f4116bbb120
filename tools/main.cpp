#include <algorithm>
#include <cstdlib>
#include <exception>
#include <new>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "common/error.h"
#include "common/output.h"
#include "tools/command.h"
#include "tools/commands.h"
#include "tools/output.h"
#include "tools/signals.h"
#include "tools/version.h"

namespace wordkin {
namespace {

constexpr int kFailure = 1;
constexpr int kUsage = 2;

std::string overview() {
  std::string text =
      "wordkin learns word vectors from text and answers questions with them.\n\n"
      "usage: wordkin COMMAND [ARGUMENTS...]\n\nCommands:\n";
  for (const auto& command : commands()) {
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
  for (const auto& command : commands()) {
    if (!command.name.starts_with(fmt::format("{} ", name))) continue;
    text += fmt::format("  wordkin {:<20}{}\n", command.name, command.summary);
  }
  return text;
}

void run(const Command& command, const Arguments& arguments, const std::stop_token& stop) {
  try {
    command.run(arguments, stop);
  } catch (const HelpAsked& asked) {
    write_out(help_text(asked.help));
  }
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
  if (name == "--version") return print_version({arguments.begin() + 1, arguments.end()});
  for (const auto& command : commands()) {
    const auto words = std::ranges::count(command.name, ' ') + 1;
    if (std::ssize(arguments) < words) continue;
    const Arguments first(arguments.begin(), arguments.begin() + words);
    if (fmt::format("{}", fmt::join(first, " ")) == command.name) {
      return run(command, {arguments.begin() + words, arguments.end()}, stop);
    }
  }
  if (const auto group = commands_in(name); !group.empty()) {
    if (arguments.size() > 1 && (arguments[1] == "--help" || arguments[1] == "-h")) {
      return write_out(group);
    }
    throw UsageError(fmt::format("expected one of these commands\n\n{}", group));
  }
  throw UsageError(
      fmt::format("unknown command '{}'{}\n\n{}", name, similar_command(name), overview()));
}

int report(std::string_view message, int exit_code) {
  print_error("wordkin: {}\n", message);
  return exit_code;
}

// For libraries that need memory where no exception can pass, such as nlohmann's JSON in its
// destructor.
[[noreturn]] void end_where_no_exception_can_pass() {
  try {
    if (const auto exception = std::current_exception()) std::rethrow_exception(exception);
  } catch (const std::bad_alloc&) {
    ::_exit(report("out of memory", kFailure));
  } catch (const std::exception& error) {
    report(error.what(), kFailure);
  }
  std::abort();
}

int run_and_report(int argc, char** argv) {
  std::optional<SignalWatcher> signals;
  try {
    signals.emplace();
    run({argv + 1, argv + argc}, signals->stop());
    flush_out();
    return 0;
  } catch (const ClosedOutput&) {
    return 0;  // head has seen enough: nothing is wrong
  } catch (const Interrupted&) {
    return report("interrupted", 128 + signals->received());
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
  std::set_terminate(wordkin::end_where_no_exception_can_pass);
  return wordkin::run_and_report(argc, argv);
}
