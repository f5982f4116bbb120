#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/lines.h"
#include "common/output.h"
#include "common/version.h"
#include "tools/answers.h"
#include "tools/command.h"
#include "tools/commands.h"
#include "tools/output.h"

namespace wordkin {
namespace {

// Text as man(7) takes it: a backslash, a hyphen, and a dot or an apostrophe that begins a line
// mean something else there.
std::string roff(std::string_view text) {
  std::string result;
  char before = '\n';
  for (const char c : text) {
    if (before == '\n' && (c == '.' || c == '\'')) result += "\\&";
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else {
      result += c;
    }
    before = c;
  }
  return result;
}

std::string paragraphs(std::string_view text) {
  std::string result;
  for (const auto line : split_lines(text)) {
    result += line.empty() ? ".PP\n" : roff(line) + "\n";
  }
  return result;
}

// "train" -> "wordkin-train", "sentiment train" -> "wordkin-sentiment-train".
std::string page_name(std::string_view command) {
  auto name = fmt::format("wordkin-{}", command);
  std::ranges::replace(name, ' ', '-');
  return name;
}

std::string page_head(const std::string& name, std::string_view summary) {
  auto title = name;
  std::ranges::transform(title, title.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; });
  return fmt::format(
      ".TH {} 1 \"\" \"wordkin {}\" \"User Commands\"\n.SH NAME\n{} \\- {}\n.SH SYNOPSIS\n",
      roff(title), kVersion, roff(name), roff(summary));
}

constexpr std::string_view kExitStatus =
    ".SH EXIT STATUS\n"
    "0 for success, 1 for a failure, 2 for wrong usage, 130, 143 and 129 after SIGINT, SIGTERM "
    "and SIGHUP.\n";

std::string options_section(const CommandHelp& help) {
  std::string text = ".SH OPTIONS\n";
  for (const auto& [title, options] : help.groups) {
    if (options.empty()) continue;
    if (title != help.groups.front().title) text += fmt::format(".SS {}\n", roff(title));
    for (const auto& option : options) {
      text += ".TP\n";
      if (!option.letter.empty()) text += fmt::format("\\fB\\-{}\\fR, ", option.letter);
      text += fmt::format("\\fB\\-\\-{}\\fR", roff(option.name));
      if (!option.placeholder.empty()) text += fmt::format(" \\fI{}\\fR", roff(option.placeholder));
      text += "\n" + paragraphs(option.help);
    }
  }
  return text;
}

std::string command_page(const Command& command) {
  const auto help = help_of(command);
  const auto arguments = std::string_view(help.usage).substr(command.name.size());
  return fmt::format(
      "{}.B wordkin {}\n{}.SH DESCRIPTION\n{}{}{}.SH EXAMPLES\n.nf\n{}.fi\n.SH SEE ALSO\n"
      ".BR wordkin (1)\n",
      page_head(page_name(command.name), command.summary), command.name,
      arguments.empty() ? "" : roff(arguments.substr(1)) + "\n", paragraphs(help.description),
      options_section(help), kExitStatus, roff(help.examples));
}

// Of commands with a first word in common, such as "sentiment".
std::string group_page(const std::string& name) {
  auto text = page_head(page_name(name), fmt::format("the commands of wordkin {}", name));
  text += fmt::format(".B wordkin {}\n.I COMMAND\n[\\fIARGUMENTS\\fR...]\n.SH COMMANDS\n", name);
  for (const auto& [word, summary] : words_after(name)) {
    text += fmt::format(".TP\n.BR {} (1)\n{}\n", roff(page_name(fmt::format("{} {}", name, word))),
                        roff(summary));
  }
  return text + ".SH SEE ALSO\n.BR wordkin (1)\n";
}

std::string overview_page() {
  auto text = page_head("wordkin", "word embeddings, fast and reproducible");
  text +=
      ".B wordkin\n.I COMMAND\n[\\fIARGUMENTS\\fR...]\n"
      ".SH DESCRIPTION\n"
      "wordkin learns word vectors from text and answers questions with them. Each command has a\n"
      "manual page of its own.\n"
      ".SH COMMANDS\n";
  for (const auto& command : commands()) {
    text +=
        fmt::format(".TP\n.BR {} (1)\n{}\n", roff(page_name(command.name)), roff(command.summary));
  }
  return text +
         ".SH OPTIONS\n.TP\n\\fB\\-h\\fR, \\fB\\-\\-help\\fR\nlists the commands\n"
         ".TP\n\\fB\\-\\-version\\fR [\\fB\\-\\-json\\fR]\n"
         "names the version, how it was built and what it runs on\n" +
         std::string(kExitStatus) +
         ".SH ENVIRONMENT\n.TP\n.B TMPDIR\nwhere temporary files go, which have no name\n";
}

void write_page(const std::filesystem::path& path, std::string_view text) {
  OutputFile file(path);
  file.write(text);
  file.commit();
}

// All pages, each under the name by which man finds it.
void write_pages(const std::filesystem::path& folder) {
  write_page(folder / "wordkin.1", overview_page());
  for (const auto& [word, summary] : first_words()) {
    if (!words_after(word).empty()) {
      write_page(folder / (page_name(word) + ".1"), group_page(word));
    }
  }
  for (const auto& command : commands()) {
    write_page(folder / (page_name(command.name) + ".1"), command_page(command));
  }
}

std::string page_of(const std::string& name) {
  if (name.empty()) return overview_page();
  const auto found = std::ranges::find(commands(), name, &Command::name);
  if (found != commands().end()) return command_page(*found);
  if (!words_after(name).empty()) return group_page(name);
  throw UsageError(fmt::format("manual: unknown command '{}'{}; see: wordkin --help", name,
                               similar_command(name)));
}

}  // namespace

void manual_command(const Arguments& arguments, const std::stop_token&) {
  CommonOptions common;
  Arguments words;
  std::filesystem::path folder;
  CommandLine line("manual [COMMAND] [-o DIR]",
                   "The manual page of a command, or of wordkin as a whole, as man(1) reads it.\n",
                   "  wordkin manual sentiment train | man -l -\n"
                   "  wordkin manual -o ~/.local/share/man/man1\n");
  line.option("output,o", folder, "DIR",
              "write all pages into this folder, made where it is not there");
  std::vector<std::string> choices;
  for (const auto& [word, summary] : first_words()) choices.push_back(word);
  line.arguments(words, 0, 2, std::move(choices));
  line.common(common);
  line.parse(arguments);
  if (common.json) throw UsageError("--json: manual pages are text; leave it off");
  if (folder.empty()) return write_out(page_of(fmt::format("{}", fmt::join(words, " "))));
  if (!words.empty()) throw UsageError("manual: give COMMAND or -o DIR, not both");
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw io_error(folder, "create the folder", error.value());
  write_pages(folder);
}

}  // namespace wordkin
