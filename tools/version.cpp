#include "tools/version.h"

#include <boost/version.hpp>
#include <dnnl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gnu/libc-version.h>
#include <nlohmann/json.hpp>
#include <oneapi/tbb/version.h>
#include <unicode/uversion.h>

#include "common/error.h"
#include "common/instruction_sets.h"
#include "common/parallel.h"
#include "common/version.h"
#include "embed/train/hogwild_kernels.h"
#include "tools/answers.h"
#include "tools/output.h"

namespace wordkin {
namespace {

// Of shared libraries those that were found at run time, of others those at build time.
nlohmann::ordered_json library_versions() {
  const auto& dnnl = *dnnl_version();
  UVersionInfo icu{};
  u_getVersion(icu);
  return {{"Boost", fmt::format("{}.{}.{}", BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000,
                                BOOST_VERSION % 100)},
          {"fmt", fmt::format("{}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100,
                              FMT_VERSION % 100)},
          {"glibc", gnu_get_libc_version()},
          {"ICU", fmt::format("{}.{}", icu[0], icu[1])},
          {"oneDNN", fmt::format("{}.{}.{}", dnnl.major, dnnl.minor, dnnl.patch)},
          {"oneTBB", TBB_runtime_version()}};
}

}  // namespace

void print_version(const std::vector<std::string>& arguments) {
  const bool json = arguments == std::vector<std::string>{"--json"};
  if (!json && !arguments.empty()) {
    throw UsageError(fmt::format("--version: expected nothing or --json after it, found '{}'",
                                 fmt::join(arguments, " ")));
  }
  const std::string_view compiler = WORDKIN_COMPILER;
  const std::string_view build = WORDKIN_BUILD_TYPE;
  // NOLINTNEXTLINE(readability-redundant-string-init): it is empty in most builds
  const std::string_view sanitizers = WORDKIN_SANITIZERS;
  const auto sets = instruction_sets();
  const auto libraries = library_versions();
  if (json) {
    return print_json({{"program", "wordkin"},
                       {"version", kVersion},
                       {"instruction_set", hogwild_instruction_set()},
                       {"instruction_sets", sets},
                       {"threads", thread_count(0)},
                       {"compiler", compiler},
                       {"build", build},
                       {"sanitizers", sanitizers},
                       {"libraries", libraries}},
                      JsonLayout::kIndented);
  }
  print_out("wordkin {} ({})\n", kVersion, hogwild_instruction_set());
  print_out("instruction sets  {}\n", fmt::join(sets, ", "));
  print_out("threads           {}\n", thread_count(0));
  print_out("compiler          {}, {}{}{}\n", compiler, build, sanitizers.empty() ? "" : ", ",
            sanitizers);
  std::vector<std::string> texts;
  for (const auto& [name, version] : libraries.items()) {
    texts.push_back(fmt::format("{} {}", name, version.get<std::string>()));
  }
  print_out("libraries         {}\n", fmt::join(texts, ", "));
}

}  // namespace wordkin
