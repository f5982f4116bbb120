#include "tools/command_line.h"

#include <algorithm>
#include <array>
#include <sstream>

#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>

#include "tools/output.h"

namespace wordkin {
namespace {

namespace po = boost::program_options;

constexpr const char* kArguments = "the arguments";  // no option has such a name
constexpr unsigned kHelpWidth = 100;
constexpr int kMaxThreads = 4096;

}  // namespace

void parse_value(std::string_view option, const std::string& text, ByteSize& value) {
  constexpr std::string_view kUnits = "KMGT";
  std::uint64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  std::uint64_t factor = 1;
  bool valid = error == std::errc();
  if (valid && stop != end) {
    const auto unit = kUnits.find(*stop);
    valid = stop + 1 == end && unit != kUnits.npos;
    if (valid) factor = std::uint64_t{1} << (10 * (unit + 1));
  }
  if (!valid || __builtin_mul_overflow(number, factor, &value.bytes)) {
    throw UsageError(
        fmt::format("--{}: expected a size such as 512M or 4G, found '{}'", option, text));
  }
}

void parse_value(std::string_view option, const std::string& text, Duration& value) {
  constexpr std::string_view kUnits = "smh";
  constexpr std::array kSeconds{1.0, 60.0, 3600.0};
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value.seconds);
  const auto unit = stop + 1 == end ? kUnits.find(*stop) : kUnits.npos;
  if (error != std::errc() || unit == kUnits.npos || !(value.seconds > 0) ||
      !std::isfinite(value.seconds)) {
    throw UsageError(
        fmt::format("--{}: expected a time such as 90s, 10m or 2h, found '{}'", option, text));
  }
  value.seconds *= kSeconds[unit];
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

CommandLine::CommandLine(std::string_view usage, std::string_view description,
                         std::string_view examples)
    : usage_(usage), description_(description), examples_(examples) {
  group("Options");
}

void CommandLine::group(std::string_view title) {
  groups_.emplace_back(std::string(title), kHelpWidth, kHelpWidth / 2);
}

void CommandLine::add(const std::string& spelling, const std::string& placeholder,
                      const std::string& help) {
  auto* value = po::value<std::string>()->value_name(placeholder);
  groups_.back().add_options()(spelling.c_str(), value, help.c_str());
}

void CommandLine::flag(const std::string& spelling, bool& target, const std::string& help) {
  groups_.back().add_options()(spelling.c_str(), help.c_str());
  flags_[spelling.substr(0, spelling.find(','))] = &target;
}

void CommandLine::common(CommonOptions& options) {
  common_ = &options;
  group("Everywhere");
  option("threads", options.threads, "N", "threads to use; 0: as many as there are processors");
  flag("json", options.json, "results as JSON on standard output");
  flag("quiet,q", options.quiet, "no progress and no summary");
  flag("help,h", help_, "this text");
}

void CommandLine::arguments(std::vector<std::string>& target, std::size_t least, std::size_t most) {
  arguments_ = &target;
  least_arguments_ = least;
  most_arguments_ = most;
}

bool CommandLine::parse(const std::vector<std::string>& arguments) {
  po::options_description all;
  for (const auto& part : groups_) all.add(part);
  all.add_options()(kArguments, po::value<std::string>());
  po::positional_options_description positional;
  positional.add(kArguments, -1);
  try {
    const auto style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    const auto parsed =
        po::command_line_parser(arguments).options(all).positional(positional).style(style).run();
    for (const auto& [name, position, values, original, unregistered, case_insensitive] :
         parsed.options) {
      if (name == kArguments) {
        arguments_->push_back(values.front());
        continue;
      }
      if (const auto flag = flags_.find(name); flag != flags_.end()) {
        *flag->second = true;
        given_.insert(name);
        continue;
      }
      if (!given_.insert(name).second && !repeatable_.contains(name)) {
        throw UsageError(fmt::format("--{} is given twice; give it once", name));
      }
      readers_.at(name)(values.front());
    }
  } catch (const po::error& error) {
    throw UsageError(fmt::format("{}; see: wordkin {} --help", error.what(), command()));
  }
  if (help_) {
    print_help();
    return false;
  }
  if (common_->threads < 0 || common_->threads > kMaxThreads) {
    throw UsageError(
        fmt::format("--threads: expected 0 to {}, found {}", kMaxThreads, common_->threads));
  }
  const auto count = arguments_->size();
  if (count < least_arguments_ || count > most_arguments_) throw wrong_number_of_arguments();
  return true;
}

UsageError CommandLine::wrong_number_of_arguments() const {
  const auto count = arguments_->size();
  return UsageError(fmt::format("expected: wordkin {}; found {} argument{}; see: wordkin {} --help",
                                usage_, count, count == 1 ? "" : "s", command()));
}

void CommandLine::refuse(const std::vector<std::string>& options, std::string_view what,
                         std::string_view advice) const {
  for (const auto& option : options) {
    if (given_.contains(option)) {
      throw UsageError(fmt::format("--{} is not for {}; {}", option, what, advice));
    }
  }
}

// The first words of the usage, which are in lower case.
std::string CommandLine::command() const {
  const auto end =
      std::ranges::find_if_not(usage_, [](char c) { return c == ' ' || (c >= 'a' && c <= 'z'); });
  return usage_.substr(0, usage_.rfind(' ', static_cast<std::size_t>(end - usage_.begin())));
}

void CommandLine::print_help() const {
  std::ostringstream options;
  for (const auto& part : groups_) {
    if (!part.options().empty()) options << '\n' << part;
  }
  print_out("usage: wordkin {}\n\n{}{}\nExamples:\n{}", usage_, description_, options.str(),
            examples_);
}

}  // namespace wordkin
