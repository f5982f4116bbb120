#pragma once

#include <charconv>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/enum_names.h"
#include "common/error.h"
#include "tools/command_help.h"

namespace wordkin {

// A number of bytes in an option: 512M, 1.5g or "4.0 GiB", in powers of 1024.
struct ByteSize {
  std::uint64_t bytes = 0;
};

// A length of time in an option: 90s, 1m30s, 2h or 1d.
struct Duration {
  double seconds = 0;
};

// Readers of option values: each throws UsageError naming the option.
void parse_value(std::string_view option, const std::string& text, ByteSize& value);
void parse_value(std::string_view option, const std::string& text, Duration& value);
void parse_value(std::string_view option, const std::string& text, double& value);
inline void parse_value(std::string_view option, const std::string& text,
                        std::filesystem::path& value) {
  if (text.empty()) throw UsageError(fmt::format("--{}: expected a path, found nothing", option));
  value = text;
}
inline void parse_value(std::string_view option, const std::string& text, std::string& value) {
  if (text.empty()) throw UsageError(fmt::format("--{}: expected a name, found nothing", option));
  value = text;
}
template <std::integral T>
void parse_value(std::string_view option, const std::string& text, T& value) {
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc() && stop == end) return;
  if (error == std::errc::result_out_of_range) {
    using Limits = std::numeric_limits<T>;
    throw UsageError(fmt::format("--{}: expected a whole number from {} to {}, found '{}'", option,
                                 Limits::min(), Limits::max(), text));
  }
  throw UsageError(fmt::format("--{}: expected a whole number{}, found '{}'", option,
                               std::is_unsigned_v<T> ? " not below 0" : "", text));
}
template <class T>
requires std::is_enum_v<T>
void parse_value(std::string_view option, const std::string& text, T& value) {
  const auto parsed = enum_from_name<T>(text);
  if (!parsed) {
    throw UsageError(fmt::format("--{}: expected {}, found '{}'", option,
                                 fmt::join(kEnumNames<T>, " or "), text));
  }
  value = *parsed;
}
template <class T>
void parse_value(std::string_view option, const std::string& text, std::optional<T>& value) {
  parse_value(option, text, value.emplace());
}
template <class T>
void parse_value(std::string_view option, const std::string& text, std::vector<T>& value) {
  parse_value(option, text, value.emplace_back());
}

// How the help shows a default: " [100]", or nothing for a value that has none.
std::string default_text(const ByteSize& value);
template <class T>
std::string default_text(const T& value) {
  if constexpr (std::is_enum_v<T>) {
    return fmt::format(" [{}]", enum_name(value));
  } else {
    return fmt::format(" [{}]", value);
  }
}
inline std::string default_text(const std::filesystem::path&) { return ""; }
inline std::string default_text(const std::string&) { return ""; }
template <class T>
std::string default_text(const std::optional<T>&) {
  return "";
}
template <class T>
std::string default_text(const std::vector<T>&) {
  return "";
}

// The spellings of an option's values, where there are a few, and whether they are paths. An
// optional value or several are like one.
template <class T>
struct ValueTraits {
  static std::vector<std::string> choices() {
    if constexpr (std::is_enum_v<T>) return {kEnumNames<T>.begin(), kEnumNames<T>.end()};
    return {};
  }
  static constexpr bool kPath = std::is_same_v<T, std::filesystem::path>;
  static constexpr bool kRepeatable = false;
};
template <class T>
struct ValueTraits<std::optional<T>> : ValueTraits<T> {};
template <class T>
struct ValueTraits<std::vector<T>> : ValueTraits<T> {
  static constexpr bool kRepeatable = true;
};

// What every command takes.
struct CommonOptions {
  bool json = false;
  bool quiet = false;
  int threads = 0;  // 0: all
};

// Thrown by CommandLine::parse() for --help.
struct HelpAsked {
  CommandHelp help;
};

// The options and arguments of one command, bound to variables whose values are the defaults.
// Options are Boost.ProgramOptions', spelt in full.
class CommandLine {
 public:
  // usage: "similar VECTORS [WORD...]"; examples: one a line, as typed.
  CommandLine(std::string_view usage, std::string_view description, std::string_view examples);

  // Starts a part of the help.
  void group(std::string_view title);

  // An option with a value; `spelling` is "dim", or "output,o" with a short form. A vector collects
  // the values of an option that is given several times.
  template <class T>
  void option(const std::string& spelling, T& target, const std::string& placeholder,
              const std::string& help) {
    using Traits = ValueTraits<T>;
    auto& added = add(spelling, placeholder, help + default_text(target));
    added.choices = Traits::choices();
    added.path = Traits::kPath;
    added.repeatable = Traits::kRepeatable;
    readers_[added.name] = [name = added.name, &target](const std::string& text) {
      parse_value(name, text, target);
    };
  }
  void flag(const std::string& spelling, bool& target, const std::string& help);
  // --json, --quiet, --threads and --help; every command has them.
  void common(CommonOptions& options);

  // The arguments that are no options, from `least` to `most` of them; `choices` are offered by
  // completion.
  void arguments(std::vector<std::string>& target, std::size_t least, std::size_t most,
                 std::vector<std::string> choices = {});

  // Reads the command line into the variables. Throws HelpAsked, and UsageError for unknown,
  // abbreviated, repeated or malformed options.
  void parse(const std::vector<std::string>& arguments);

  // What parse() throws for arguments that are too few or too many.
  UsageError wrong_number_of_arguments() const;

  // Throws UsageError for the first of the options that was given, which is not for `what`.
  void refuse(const std::vector<std::string>& options, std::string_view what,
              std::string_view advice = "leave it off") const;

 private:
  using Reader = std::function<void(const std::string&)>;

  OptionHelp& add(const std::string& spelling, const std::string& placeholder,
                  const std::string& help);
  void read(const std::string& name, const std::vector<std::string>& values);
  bool repeatable(const std::string& name) const;
  std::vector<std::string> option_spellings() const;
  std::string command() const;

  CommandHelp help_;
  std::map<std::string, Reader> readers_;
  std::map<std::string, bool*> flags_;
  CommonOptions* common_ = nullptr;
  std::vector<std::string>* arguments_ = nullptr;
  std::size_t least_arguments_ = 0;
  std::size_t most_arguments_ = 0;
  std::set<std::string> given_;
  bool help_asked_ = false;
};

}  // namespace wordkin
