#include "tools/command_line.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <sstream>

#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>

#include "tools/did_you_mean.h"

namespace wordkin {
namespace {

namespace po = boost::program_options;

constexpr const char* kArguments = "the arguments";  // no option has such a name
constexpr unsigned kHelpWidth = 100;
constexpr int kMaxThreads = 4096;

// "--dim" of "--dim=5".
std::string_view without_value(std::string_view option) {
  return option.substr(0, option.find('='));
}

po::options_description described(const OptionGroup& group) {
  po::options_description result(group.title, kHelpWidth, kHelpWidth / 2);
  for (const auto& option : group.options) {
    const auto spelling =
        option.letter.empty() ? option.name : fmt::format("{},{}", option.name, option.letter);
    if (option.placeholder.empty()) {
      result.add_options()(spelling.c_str(), option.help.c_str());
    } else {
      auto* value = po::value<std::string>()->value_name(option.placeholder);
      result.add_options()(spelling.c_str(), value, option.help.c_str());
    }
  }
  return result;
}

}  // namespace

void parse_value(std::string_view option, const std::string& text, ByteSize& value) {
  constexpr std::string_view kUnits = "BKMGT";
  double number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  double factor = 1;
  bool valid = error == std::errc() && number >= 0;
  if (valid && stop != end) {
    std::string unit(*stop == ' ' ? stop + 1 : stop, end);
    if (unit.size() == 3 && unit.ends_with("iB")) unit.resize(1);
    const auto power =
        unit.size() == 1
            ? kUnits.find(static_cast<char>(std::toupper(static_cast<unsigned char>(unit[0]))))
            : kUnits.npos;
    valid = power != kUnits.npos;
    if (valid) factor = std::pow(1024.0, static_cast<double>(power));
  }
  constexpr double kTooMany = 0x1p64;
  if (!valid || !(number * factor < kTooMany)) {
    throw UsageError(
        fmt::format("--{}: expected a size such as 512M or 1.5G, found '{}'", option, text));
  }
  value.bytes = static_cast<std::uint64_t>(number * factor);
}

// A sum of parts, the longest first: "90s", "1m30s", "1d".
void parse_value(std::string_view option, const std::string& text, Duration& value) {
  constexpr std::string_view kUnits = "smhd";
  constexpr std::array kSeconds{1.0, 60.0, 3600.0, 86'400.0};
  const auto* end = text.data() + text.size();
  value.seconds = 0;
  auto longer = kUnits.size();
  for (const auto* at = text.data(); at != end;) {
    double number = 0;
    const auto [stop, error] = std::from_chars(at, end, number);
    const auto unit = stop == end ? kUnits.npos : kUnits.find(*stop);
    if (error != std::errc() || unit >= longer || !(number >= 0)) {
      value.seconds = 0;
      break;
    }
    value.seconds += number * kSeconds[unit];
    longer = unit;
    at = stop + 1;
  }
  if (value.seconds > 0 && std::isfinite(value.seconds)) return;
  throw UsageError(
      fmt::format("--{}: expected a time such as 90s, 1m30s, 2h or 1d, found '{}'", option, text));
}

void parse_value(std::string_view option, const std::string& text, double& value) {
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || !std::isfinite(value)) {
    throw UsageError(fmt::format("--{}: expected a finite number, found '{}'", option, text));
  }
}

std::string default_text(const ByteSize& value) {
  constexpr std::uint64_t kGiga = std::uint64_t{1} << 30;
  return value.bytes % kGiga == 0 ? fmt::format(" [{}G]", value.bytes / kGiga)
                                  : fmt::format(" [{}]", value.bytes);
}

std::string help_text(const CommandHelp& help) {
  std::ostringstream options;
  for (const auto& group : help.groups) {
    if (!group.options.empty()) options << '\n' << described(group);
  }
  return fmt::format("usage: wordkin {}\n\n{}{}\nExamples:\n{}", help.usage, help.description,
                     options.str(), help.examples);
}

CommandLine::CommandLine(std::string_view usage, std::string_view description,
                         std::string_view examples)
    : help_{.usage = std::string(usage),
            .description = std::string(description),
            .examples = std::string(examples)} {
  group("Options");
}

void CommandLine::group(std::string_view title) { help_.groups.push_back({std::string(title)}); }

OptionHelp& CommandLine::add(const std::string& spelling, const std::string& placeholder,
                             const std::string& help) {
  const auto comma = std::min(spelling.find(','), spelling.size());
  const auto letter = std::min(comma + 1, spelling.size());
  auto& options = help_.groups.back().options;
  options.push_back({.name = spelling.substr(0, comma),
                     .letter = spelling.substr(letter),
                     .placeholder = placeholder,
                     .help = help});
  return options.back();
}

void CommandLine::flag(const std::string& spelling, bool& target, const std::string& help) {
  flags_[add(spelling, "", help).name] = &target;
}

void CommandLine::common(CommonOptions& options) {
  common_ = &options;
  group("Everywhere");
  option("threads", options.threads, "N", "threads to use; 0: as many as there are processors");
  flag("json", options.json, "results as JSON on standard output");
  flag("quiet,q", options.quiet, "no progress and no summary");
  flag("help,h", help_asked_, "this text");
}

void CommandLine::arguments(std::vector<std::string>& target, std::size_t least, std::size_t most,
                            std::vector<std::string> choices) {
  arguments_ = &target;
  least_arguments_ = least;
  most_arguments_ = most;
  help_.choices = std::move(choices);
}

void CommandLine::read(const std::string& name, const std::vector<std::string>& values) {
  if (name == kArguments) {
    arguments_->push_back(values.front());
    return;
  }
  const bool again = !given_.insert(name).second;
  if (const auto flag = flags_.find(name); flag != flags_.end()) {
    *flag->second = true;
    return;
  }
  if (again && !repeatable(name)) {
    throw UsageError(fmt::format("--{} is given twice; give it once", name));
  }
  readers_.at(name)(values.front());
}

void CommandLine::parse(const std::vector<std::string>& arguments) {
  po::options_description all;
  for (const auto& group : help_.groups) all.add(described(group));
  all.add_options()(kArguments, po::value<std::string>());
  po::positional_options_description positional;
  positional.add(kArguments, -1);
  try {
    const auto style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    const auto parsed =
        po::command_line_parser(arguments).options(all).positional(positional).style(style).run();
    for (const auto& option : parsed.options) read(option.string_key, option.value);
  } catch (const po::unknown_option& error) {
    throw UsageError(fmt::format(
        "{}{}; see: wordkin {} --help", error.what(),
        did_you_mean(without_value(error.get_option_name()), option_spellings()), command()));
  } catch (const po::error& error) {
    throw UsageError(fmt::format("{}; see: wordkin {} --help", error.what(), command()));
  }
  if (help_asked_) throw HelpAsked{help_};
  if (common_->threads < 0 || common_->threads > kMaxThreads) {
    throw UsageError(
        fmt::format("--threads: expected 0 to {}, found {}", kMaxThreads, common_->threads));
  }
  const auto count = arguments_->size();
  if (count < least_arguments_ || count > most_arguments_) throw wrong_number_of_arguments();
}

std::vector<std::string> CommandLine::option_spellings() const {
  std::vector<std::string> spellings;
  for (const auto& group : help_.groups) {
    for (const auto& option : group.options) spellings.push_back("--" + option.name);
  }
  return spellings;
}

UsageError CommandLine::wrong_number_of_arguments() const {
  const auto count = arguments_->size();
  return UsageError(fmt::format("expected: wordkin {}; found {} argument{}; see: wordkin {} --help",
                                help_.usage, count, count == 1 ? "" : "s", command()));
}

void CommandLine::refuse(const std::vector<std::string>& options, std::string_view what,
                         std::string_view advice) const {
  for (const auto& option : options) {
    if (given_.contains(option)) {
      throw UsageError(fmt::format("--{} is not for {}; {}", option, what, advice));
    }
  }
}

bool CommandLine::repeatable(const std::string& name) const {
  for (const auto& group : help_.groups) {
    for (const auto& option : group.options) {
      if (option.name == name) return option.repeatable;
    }
  }
  return false;
}

// The first words of the usage, which are in lower case.
std::string CommandLine::command() const {
  const auto end = std::ranges::find_if_not(
      help_.usage, [](char c) { return c == ' ' || (c >= 'a' && c <= 'z'); });
  return help_.usage.substr(
      0, help_.usage.rfind(' ', static_cast<std::size_t>(end - help_.usage.begin())));
}

}  // namespace wordkin
