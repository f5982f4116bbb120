#include "classify/labelled_texts_check.h"

#include <boost/test/unit_test.hpp>

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(labelled_texts_check)

const LabelledTexts kTexts{.labels = {"bad", "good"},
                           .texts = {"dull", "nice", " . ", "nice", "dull", "great", "nice"},
                           .classes = {0, 1, 0, 1, 1, 1, 1}};

BOOST_AUTO_TEST_CASE(counts_labels_and_finds_texts_that_teach_nothing) {
  const auto facts = check_labelled_texts(kTexts);
  BOOST_TEST((facts.texts == std::vector<std::size_t>{2, 5}));
  BOOST_TEST(facts.without_words.count == 0u);  // a full stop is a word
  BOOST_TEST(facts.repeated.count == 3u);
  BOOST_TEST(facts.repeated.first == 4u);
  BOOST_TEST(facts.contradicting.count == 1u);
  BOOST_TEST(facts.contradicting.first == 5u);
  BOOST_TEST(facts.shared.count == 0u);
}

BOOST_AUTO_TEST_CASE(finds_texts_without_words) {
  const LabelledTexts texts{
      .labels = {"a"}, .texts = {"word", "", " <br /> ", "\xff"}, .classes = {0, 0, 0, 0}};
  const auto facts = check_labelled_texts(texts);
  BOOST_TEST(facts.without_words.count == 3u);
  BOOST_TEST(facts.without_words.first == 2u);
  BOOST_TEST(facts.invalid_utf8.count == 1u);
  BOOST_TEST(facts.invalid_utf8.first == 4u);
}

BOOST_AUTO_TEST_CASE(finds_texts_that_are_among_others) {
  const LabelledTexts others{
      .labels = {"good"}, .texts = {"great", "nice", "new"}, .classes = {0, 0, 0}};
  const auto facts = check_labelled_texts(kTexts, &others);
  BOOST_TEST(facts.shared.count == 4u);
  BOOST_TEST(facts.shared.first == 2u);
  BOOST_TEST(facts.unseen_labels.empty());
}

BOOST_AUTO_TEST_CASE(finds_labels_that_only_others_have) {
  const LabelledTexts others{.labels = {"bad", "mixed"}, .texts = {"a", "b"}, .classes = {0, 1}};
  BOOST_TEST(
      check_labelled_texts(kTexts, &others).unseen_labels == std::vector<std::string>{"mixed"},
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
