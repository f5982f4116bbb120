#include "common/machine_limits.h"

#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "tests/support/support.h"

namespace wordkin {
namespace {

namespace fs = std::filesystem;

BOOST_AUTO_TEST_SUITE(machine_limits)

using Files = std::vector<std::pair<std::string, std::string>>;

// The limits of a process that is in these groups, where these files are in the groups' folders.
ControlGroupLimits limits_of(std::string_view groups, const Files& files) {
  const test::TemporaryFolder folder;
  for (const auto& [name, content] : files) {
    fs::create_directories((folder / ("groups/" + name)).parent_path());
    folder.write("groups/" + name, content);
  }
  return control_group_limits({folder / "groups", folder.write("process", groups)});
}

std::optional<std::uint64_t> memory_of(std::string_view groups, const Files& files) {
  return limits_of(groups, files).memory;
}

BOOST_AUTO_TEST_CASE(are_the_least_from_the_group_to_the_top_in_version_2) {
  const std::string_view group = "0::/user.slice/session.scope\n";
  BOOST_TEST((memory_of(group, {{"user.slice/session.scope/memory.max", "3000\n"}}) == 3000));
  BOOST_TEST((memory_of(group, {{"user.slice/session.scope/memory.max", "max\n"},
                                {"user.slice/memory.max", "2000\n"},
                                {"memory.max", "4000\n"}}) == 2000));
  BOOST_TEST((memory_of(group, {{"user.slice/session.scope/memory.max", "3000\n"},
                                {"user.slice/session.scope/memory.high", "1000\n"}}) == 1000));
  BOOST_TEST((memory_of(group, {{"user.slice/session.scope/memory.high", "max\n"},
                                {"user.slice/memory.high", "500\n"},
                                {"user.slice/memory.max", "700"}}) == 500));
  BOOST_TEST(!memory_of(group, {{"other.slice/memory.max", "10\n"}}));
}

BOOST_AUTO_TEST_CASE(are_the_least_from_the_group_to_the_top_in_version_1) {
  const std::string_view groups = "5:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n0::/\n";
  const std::string unlimited = "9223372036854771712\n";
  BOOST_TEST((memory_of(groups, {{"memory/docker/abc/memory.limit_in_bytes", "6000\n"},
                                 {"memory/docker/memory.limit_in_bytes", unlimited},
                                 {"memory/memory.limit_in_bytes", unlimited}}) == 6000));
  BOOST_TEST((memory_of(groups, {{"memory/docker/abc/memory.limit_in_bytes", unlimited},
                                 {"memory/docker/memory.limit_in_bytes", "5000\n"}}) == 5000));
  // Where only the container's own part of the tree is seen.
  BOOST_TEST((memory_of(groups, {{"memory/memory.limit_in_bytes", "7000\n"}}) == 7000));
}

BOOST_AUTO_TEST_CASE(are_those_of_both_versions_side_by_side) {
  const std::string_view groups = "1:memory:/a\n0::/b\n";
  const Files files{{"memory/a/memory.limit_in_bytes", "6000\n"},
                    {"unified/b/memory.max", "5000\n"}};
  BOOST_TEST((memory_of(groups, files) == 5000));
}

BOOST_AUTO_TEST_CASE(of_processors_are_quota_by_period) {
  const auto processors = [](std::string_view groups, const Files& files) {
    return limits_of(groups, files).processors;
  };
  BOOST_TEST((processors("0::/a\n", {{"a/cpu.max", "150000 100000\n"}}) == 1.5));
  BOOST_TEST((processors("0::/a/b\n", {{"a/b/cpu.max", "max 100000\n"},
                                       {"a/cpu.max", "200000 100000\n"}}) == 2.0));
  BOOST_TEST(!processors("0::/a\n", {{"a/cpu.max", "max 100000\n"}}));
  BOOST_TEST(
      (processors("4:cpu,cpuacct:/a\n", {{"cpu,cpuacct/a/cpu.cfs_quota_us", "50000\n"},
                                         {"cpu,cpuacct/a/cpu.cfs_period_us", "100000\n"}}) == 0.5));
  BOOST_TEST(!processors(
      "4:cpu:/a\n", {{"cpu/a/cpu.cfs_quota_us", "-1\n"}, {"cpu/a/cpu.cfs_period_us", "100000\n"}}));
}

BOOST_AUTO_TEST_CASE(are_none_where_there_is_nothing_to_read) {
  BOOST_TEST(!memory_of("0::/a\n", {}));
  BOOST_TEST(!memory_of("", {{"memory.max", "10\n"}}));
  const auto limits = control_group_limits({"/no/such/folder", "/no/such/file"});
  BOOST_TEST(!limits.memory);
  BOOST_TEST(!limits.processors);
}

BOOST_AUTO_TEST_CASE(are_none_where_there_is_garbage) {
  for (const auto* garbage : {"", "\n", "x\n", "12x\n", "-5\n", "1 2 3\n", "0\n",
                              "99999999999999999999999\n", "1e9\n", "\xff\xfe\n"}) {
    BOOST_TEST(!memory_of("0::/a\n", {{"a/memory.max", garbage}}));
    BOOST_TEST(!limits_of("0::/a\n", {{"a/cpu.max", garbage}}).processors);
  }
  for (const auto* garbage : {"0 0\n", "0 100000\n", "1 0\n", "1 2 3\n", "max max\n"}) {
    BOOST_TEST(!limits_of("0::/a\n", {{"a/cpu.max", garbage}}).processors);
  }
  for (const auto* groups : {"garbage", "0:\n", "::\n:", "\n\n"}) {
    BOOST_TEST(!memory_of(groups, {{"a/memory.max", "10\n"}}));
  }
  // A folder in a file's place.
  BOOST_TEST(!memory_of("0::/a\n", {{"a/memory.max/x", "10\n"}}));
}

BOOST_AUTO_TEST_CASE(of_this_process_are_not_more_than_the_machine_has) {
  BOOST_TEST(memory_limit() > std::uint64_t{1} << 20);
  BOOST_TEST(memory_limit() <= control_group_limits().memory.value_or(~std::uint64_t{0}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
