#include "embed/query/spelling.h"

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "tests/support/embeddings.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(spellings)

std::vector<std::string> spelt_like(std::string_view word, std::size_t most = 3) {
  const auto embeddings = test::embeddings_of({{"king", {1}},
                                               {"kings", {1}},
                                               {"kin", {1}},
                                               {"receive", {1}},
                                               {"Paris", {1}},
                                               {"k\xc3\xb6nig", {1}},
                                               {"\xe5\x8c\xbb\xe7\x94\x9f", {1}},
                                               {"\xff\xfe", {1}}});
  std::vector<std::string> words;
  for (const auto id : nearest_spellings(embeddings.vocabulary(), word, most)) {
    words.emplace_back(embeddings.vocabulary().word(id));
  }
  return words;
}

void check(std::string_view word, const std::vector<std::string>& expected) {
  BOOST_TEST_CONTEXT(word) {
    BOOST_TEST(spelt_like(word) == expected, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(by_edits_then_by_frequency) {
  check("kingg", {"king", "kings"});
  check("kngs", {"kings"});
  check("recieve", {"receive"});  // two letters swapped are one edit
  check("KINGS", {"kings", "king"});
  check("paris", {"Paris"});
  check("konig", {"k\xc3\xb6nig"});  // a letter is one, whatever its bytes
  check("\xe5\x8c\xbb\xe7\x94\x9f\xe4\xbb\xac", {"\xe5\x8c\xbb\xe7\x94\x9f"});
  check("\xe5\x8c\xbb\xe5\xb8\x88", {});  // one letter of two is another word
  check("xylophone", {});
}

BOOST_AUTO_TEST_CASE(no_more_than_asked_for) {
  BOOST_CHECK_EQUAL(spelt_like("kings", 1).size(), 1);
  BOOST_CHECK(spelt_like("kings", 0).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
