#include "embed/bias/audit.h"

#include <vector>

#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "tests/support/embeddings.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(audits)

Embeddings made() {
  return test::embeddings_of({{"she", {0, 0, 4}},
                              {"he", {0, 0, -2}},
                              {"nurse", {3, 0, 4}},
                              {"smith", {0, 3, -4}},
                              {"clerk", {1, 1, 0}}});
}

WordList list(std::string name, std::vector<std::string> words, std::vector<double> scores = {}) {
  return {.name = std::move(name), .words = std::move(words), .scores = std::move(scores)};
}

AuditWords words() {
  return {.axes = {{.name = "gender", .sets = {{"she", "he"}, {"her", "his"}}, .ends = {}}},
          .lists = {list("jobs", {"smith", "nurse", "clerk", "cook"}, {-1, 1, 0.1, 7})},
          .weat = {},
          .specific = {}};
}

BOOST_AUTO_TEST_CASE(an_axis_and_a_list_worked_by_hand) {
  const auto embeddings = made();
  const auto audit = audit_bias(WordFinder(embeddings, Case::kSensitive), words(), {});
  BOOST_REQUIRE_EQUAL(audit.axes.size(), 1);
  const auto& found = audit.axes[0].found;
  BOOST_CHECK_EQUAL(found.ends[0], "she");
  BOOST_CHECK_EQUAL(found.ends[1], "he");
  BOOST_CHECK_EQUAL(found.sets, 2);
  BOOST_CHECK_EQUAL(found.used, 1);
  BOOST_CHECK_EQUAL(found.words.missing.size(), 2);
  BOOST_CHECK_CLOSE(found.axis.direction()[2], 1, 1e-9);
  const auto& jobs = audit.axes[0].lists.at(0);
  BOOST_REQUIRE_EQUAL(jobs.words.size(), 3);
  BOOST_CHECK_EQUAL(jobs.words[0].word, 2);
  BOOST_CHECK_CLOSE(jobs.words[0].projection, 0.8, 1e-6);
  BOOST_CHECK_CLOSE(jobs.words[0].ripa, 4, 1e-6);
  BOOST_CHECK_EQUAL(jobs.words[2].word, 3);
  BOOST_CHECK_CLOSE(jobs.direct_bias, 1.6 / 3, 1e-6);
  BOOST_CHECK_CLOSE(jobs.mean_ripa, 8.0 / 3, 1e-6);
  BOOST_CHECK_CLOSE(jobs.spearman.value(), 1, 1e-6);
  BOOST_TEST(jobs.missing == std::vector<std::string>{"cook"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(ripa_of_vectors_of_length_1) {
  const auto embeddings = made();
  AuditOptions options;
  options.ripa = RipaVectors::kUnit;
  const auto audit = audit_bias(WordFinder(embeddings, Case::kSensitive), words(), options);
  BOOST_CHECK_CLOSE(audit.axes.at(0).lists.at(0).words[0].ripa, 0.8, 1e-6);
}

BOOST_AUTO_TEST_CASE(an_axis_between_lists) {
  const auto embeddings = made();
  const AxisWords axis{.name = "gender",
                       .sets = {},
                       .ends = {{list("female", {"she"}), list("male", {"he", "xx"})}}};
  const auto found = find_axis(WordFinder(embeddings, Case::kSensitive), axis, {});
  BOOST_CHECK_EQUAL(found.ends[1], "male");
  BOOST_CHECK_CLOSE(found.axis.direction()[2], 1, 1e-9);
  BOOST_TEST(found.words.missing == std::vector<std::string>{"xx"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(nothing_known) {
  const auto embeddings = made();
  const WordFinder finder(embeddings, Case::kSensitive);
  auto unknown = words();
  unknown.lists = {list("jobs", {"x", "y"})};
  BOOST_CHECK_EXCEPTION(audit_bias(finder, unknown, {}), Error,
                        test::says("jobs: none of its words has a vector, for example 'x', 'y'"));
  unknown.axes[0].sets = {{"a", "she"}, {"b", "c"}};
  BOOST_CHECK_EXCEPTION(audit_bias(finder, unknown, {}), Error,
                        test::says("gender: no set has two words with vectors, for example 'a'"));
  unknown.axes[0].sets = {{"she", "she"}};
  BOOST_CHECK_EXCEPTION(audit_bias(finder, unknown, {}), Error, test::says("no set has two words"));
}

BOOST_AUTO_TEST_CASE(association_tests_say_why_they_have_no_result) {
  const auto embeddings = made();
  AuditWords tests;
  tests.weat = {
      {"good", list("X", {"she"}), list("Y", {"he", "xx"}), list("A", {"nurse"}),
       list("B", {"smith"})},
      {"bad", list("X", {"xx"}), list("Y", {"he"}), list("A", {"nurse"}), list("B", {"smith"})},
      {"flat", list("X", {"she"}), list("Y", {"she"}), list("A", {"nurse"}), list("B", {"smith"})}};
  const auto audit = audit_bias(WordFinder(embeddings, Case::kSensitive), tests, {});
  BOOST_REQUIRE_EQUAL(audit.weat.size(), 3);
  BOOST_CHECK(audit.weat[0].result);
  BOOST_CHECK_EQUAL(audit.weat[0].used[1], 1);
  BOOST_CHECK_EQUAL(audit.weat[0].listed[1], 2);
  BOOST_CHECK_EQUAL(audit.weat[1].failure, "none of the words of X has a vector");
  BOOST_CHECK_NE(audit.weat[2].failure.find("associated alike"), std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
