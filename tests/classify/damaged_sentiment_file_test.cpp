#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "classify/sentiment_file.h"
#include "common/error.h"
#include "common/random.h"
#include "common/safetensors.h"
#include "embed/vectors/vector_file.h"
#include "tests/support/embeddings.h"
#include "tests/support/sentiment_files.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(damaged_sentiment_files)

namespace data = boost::unit_test::data;
using test::Shape;
using test::Strings;

SentimentModel load(std::string_view bytes) {
  const test::TemporaryFolder folder;
  return load_sentiment_model(folder.write("model", bytes));
}

// The file is refused with exactly this message after its path.
void check_refused(std::string_view bytes, const std::string& message) {
  const test::TemporaryFolder folder;
  const auto path = folder.write("model", bytes);
  BOOST_CHECK_EXCEPTION(load_sentiment_model(path), FormatError, [&](const FormatError& error) {
    BOOST_TEST(error.what() == path.string() + ": " + message);
    return true;
  });
}

BOOST_AUTO_TEST_CASE(cut_short_anywhere_are_refused) {
  const auto bytes = test::ModelParts(test::small_sentiment_model()).bytes();
  const test::TemporaryFolder folder;
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const auto path = folder.write("model", bytes.substr(0, length));
    BOOST_CHECK_EXCEPTION(load_sentiment_model(path), FormatError,
                          test::says(path.string() + ": "));
  }
  const auto size = bytes.size() - 8 - test::ModelParts::header_size(bytes);
  check_refused(bytes.substr(0, bytes.size() - 1),
                fmt::format("tensor 'output.bias' ends at byte {} of the data, but the data is {} "
                            "bytes long; the file was cut short, get it again",
                            size, size - 1));
  check_refused(bytes + "x", "1 bytes follow the last tensor; the file is damaged");
}

BOOST_AUTO_TEST_CASE(with_changed_bytes_are_read_or_refused) {
  const auto bytes = test::ModelParts(test::small_sentiment_model()).bytes();
  auto random = stream(3, "changed bytes", 0);
  std::size_t read = 0;
  for (int i = 0; i < 3000; ++i) {
    auto changed = bytes;
    for (auto changes = 1 + random.below(3); changes > 0; --changes) {
      const auto at = random.below(static_cast<std::uint32_t>(bytes.size()));
      changed[at] = static_cast<char>(random.below(256));
    }
    try {
      const auto model = load(changed);
      predict(model, test::texts_of_hard_words());
      ++read;
    } catch (const FormatError&) {
    }
  }
  BOOST_TEST(read > 0);
}

BOOST_AUTO_TEST_CASE(of_other_kinds_are_refused) {
  const std::string message =
      "is no sentiment model; train one: wordkin sentiment train --data FILE -o MODEL";
  test::ModelParts parts(test::small_sentiment_model());
  for (const auto* format :
       {"wordkin vectors", "wordkin sentiment state", "", "wordkin sentiment model "}) {
    parts.metadata["format"] = format;
    check_refused(parts.bytes(), message);
  }
  parts.metadata.erase("format");
  check_refused(parts.bytes(), message);
  parts.metadata = {};
  check_refused(parts.bytes(), message);

  const test::TemporaryFolder folder;
  save_embeddings(folder / "vectors", test::embeddings_of({{"a", {1, 2}}}),
                  VectorFormat::kSafetensors);
  check_refused(test::read_bytes(folder / "vectors"), message);
  for (const auto* text : {"", "hello", "2 1\na 1\nb 2\n"}) {
    check_refused(text, message);
  }
}

BOOST_AUTO_TEST_CASE(of_another_version_are_refused) {
  test::ModelParts parts(test::small_sentiment_model());
  for (const std::string version : {"2", "0", "1.0", "", "one"}) {
    parts.metadata["format_version"] = version;
    check_refused(parts.bytes(),
                  "has format version " + version + ", expected 1; use a newer wordkin");
  }
}

BOOST_AUTO_TEST_CASE(without_a_part_of_the_metadata_are_refused) {
  const test::ModelParts whole(test::small_sentiment_model());
  for (const std::string key :
       {"format_version", "cell", "units", "layers", "directions", "peepholes", "readout", "labels",
        "preparation", "max_words", "temperature"}) {
    auto parts = whole;
    BOOST_TEST_REQUIRE(parts.metadata.erase(key) == 1);
    check_refused(parts.bytes(), "says nothing of '" + key + "'; the file is damaged");
  }
}

// An entry of the metadata as it must not be, and what it should be.
struct BadEntry {
  std::string key;
  Strings values;
  std::string expected;

  friend std::ostream& operator<<(std::ostream& out, const BadEntry& bad) { return out << bad.key; }
};

const auto kBadEntries = data::make(std::vector<BadEntry>{
    {"units",
     {"0", "-1", "65537", "1000000000", "99999999999999999999999", "abc", "", "3 ", " 3", "+3",
      "3.0", "1e9", "0x3", "nan"},
     "a number from 1 to 65536"},
    {"layers", {"0", "-1", "65", "1000000000", "abc", ""}, "a number from 1 to 64"},
    {"directions", {"0", "3", "-1", "both", ""}, "a number from 1 to 2"},
    {"peepholes", {"2", "-1", "yes", ""}, "a number from 0 to 1"},
    {"max_words",
     {"-1", "18446744073709551616", "all", "", "1e3"},
     "a number from 0 to 18446744073709551615"},
    {"temperature",
     {"0", "-1", "1e-7", "1e7", "nan", "-nan", "inf", "1e999", "warm", "", "0,5"},
     "a number from 1e-06 to 1000000"},
    {"cell", {"", "LSTM", "gru2", "gru ", "lstm gru"}, "rnn or gru or lstm"},
    {"labels",
     {"", "[", "positive", "{\"0\": \"a\", \"1\": \"b\"}", "[1, 2]", "[\"a\", null]", "null",
      "\"ab\"", "[[\"a\"], [\"b\"]]"},
     "a JSON array of strings"},
    {"labels",
     {"[]", "[\"a\"]", "[\"a\", \"a\"]", "[\"a\", \"b\", \"a\"]"},
     "two or more different labels"},
});

BOOST_DATA_TEST_CASE(with_bad_metadata_are_refused, kBadEntries, bad) {
  test::ModelParts parts(test::small_sentiment_model());
  for (const auto& value : bad.values) {
    parts.metadata[bad.key] = value;
    check_refused(parts.bytes(), fmt::format("'{}' is '{}', expected {}; the file is damaged",
                                             bad.key, value, bad.expected));
  }
}

BOOST_AUTO_TEST_CASE(with_unknown_readouts_are_refused) {
  test::ModelParts parts(test::small_sentiment_model());
  for (const auto* readout :
       {"", "median", "max ", " max", "max  mean", "max,mean", "last MAX", "0"}) {
    parts.metadata["readout"] = readout;
    check_refused(parts.bytes(),
                  fmt::format("'readout' is '{}', expected last or mean or max or attention; the "
                              "file is damaged",
                              readout));
  }
}

// Options that exclude each other are no usage error of whoever reads the file.
BOOST_AUTO_TEST_CASE(with_options_that_exclude_each_other_are_refused) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"readout", "max max"}, {"readout", "last mean last"}, {"peepholes", "1"}};
  for (const auto& [key, value] : cases) {
    test::ModelParts parts(test::small_sentiment_model());
    parts.metadata[key] = value;
    const test::TemporaryFolder folder;
    const auto path = folder.write("model", parts.bytes());
    BOOST_CHECK_EXCEPTION(load_sentiment_model(path), FormatError,
                          test::says(path.string() + ": "));
  }
}

BOOST_AUTO_TEST_CASE(with_an_unknown_preparation_are_refused) {
  for (const std::string name :
       {"", "words-2 lower keep", "words-1 upper keep", "words-1 lower", "words-1 lower keep "}) {
    test::ModelParts parts(test::small_sentiment_model());
    parts.metadata["preparation"] = name;
    const test::TemporaryFolder folder;
    const auto path = folder.write("model", parts.bytes());
    BOOST_CHECK_EXCEPTION(
        load_sentiment_model(path), FormatError,
        test::says(fmt::format("found the text preparation '{}', expected one of: words-1 keep "
                               "keep, words-1 keep spell, words-1 lower keep, words-1 lower "
                               "spell; a later version of wordkin may know it",
                               name)));
    BOOST_CHECK_EXCEPTION(load_sentiment_model(path), FormatError,
                          test::says(path.string() + ": "));
  }
}

BOOST_AUTO_TEST_CASE(with_endless_labels_are_refused) {
  test::ModelParts parts(test::small_sentiment_model());
  parts.metadata["labels"] = std::string(1'000'000, '[');
  BOOST_CHECK_EXCEPTION(load(parts.bytes()), FormatError,
                        test::says(", expected a JSON array of strings; the file is damaged"));
}

// Such a network would take more memory than there is.
BOOST_AUTO_TEST_CASE(of_a_network_that_they_do_not_hold_are_refused) {
  const auto refuse = [](const Metadata& changes, const std::string& message) {
    test::ModelParts parts(test::small_sentiment_model());
    for (const auto& [key, value] : changes) parts.metadata[key] = value;
    check_refused(parts.bytes(), message);
  };
  refuse({{"units", "65536"}},
         "tensor 'weight_ih_l0' is [3, 5], expected [65536, 5]; the file is damaged");
  refuse({{"units", "65536"}, {"layers", "64"}, {"cell", "lstm"}},
         "tensor 'weight_ih_l0' is [3, 5], expected [262144, 5]; the file is damaged");
  refuse({{"cell", "gru"}},
         "tensor 'weight_ih_l0' is [3, 5], expected [9, 5]; the file is damaged");
  refuse({{"cell", "lstm"}, {"peepholes", "1"}},
         "tensor 'weight_ih_l0' is [3, 5], expected [12, 5]; the file is damaged");
  refuse({{"layers", "64"}}, "has no tensor 'weight_ih_l1', so it is no file of this kind");
  refuse({{"directions", "1"}},
         "tensor 'output.weight' is [3, 6], expected [3, 3]; the file is damaged");
  refuse({{"readout", "max last"}},
         "tensor 'output.weight' is [3, 6], expected [3, 12]; the file is damaged");
  refuse({{"readout", "attention"}},
         "has no tensor 'attention.weight', so it is no file of this kind");
  refuse({{"labels", R"(["a", "b"])"}},
         "tensor 'output.weight' is [3, 6], expected [2, 6]; the file is damaged");
}

BOOST_AUTO_TEST_CASE(without_a_tensor_or_with_another_are_refused) {
  const test::ModelParts whole(test::random_sentiment_model(
      {.options = {
           .units = 3, .layers = 2, .peepholes = true, .readouts = {Readout::kAttention}}}));
  for (const auto& [name, type, shape, bytes] : whole.parts) {
    auto parts = whole;
    parts.remove(name);
    check_refused(parts.bytes(), "has no tensor '" + name + "', so it is no file of this kind");
    parts = whole;
    parts.part(name).type = type == "F32" ? "I32" : type == "I64" ? "U64" : "I8";
    check_refused(parts.bytes(),
                  fmt::format("tensor '{}' is {} with {} dimensions, expected {} with {}", name,
                              parts.part(name).type, shape.size(), type, shape.size()));
    parts = whole;
    parts.part(name).shape.push_back(1);
    check_refused(parts.bytes(),
                  fmt::format("tensor '{}' is {} with {} dimensions, expected {} with {}", name,
                              type, shape.size() + 1, type, shape.size()));
  }
}

BOOST_AUTO_TEST_CASE(with_a_tensor_of_another_shape_are_refused) {
  const test::ModelParts whole(
      test::random_sentiment_model({.options = {.units = 3, .readouts = {Readout::kAttention}}}));
  for (const auto& [name, type, shape, bytes] : whole.parts) {
    if (type != "F32" || name == "vectors" || name == "unknown_vector") continue;
    for (const std::size_t axis : {std::size_t{0}, shape.size() - 1}) {
      for (const bool longer : {false, true}) {
        auto parts = whole;
        auto& part = parts.part(name);
        const auto other = longer ? part.shape[axis] + 1 : part.shape[axis] - 1;
        part.bytes.resize(part.bytes.size() / part.shape[axis] * other);
        part.shape[axis] = other;
        check_refused(parts.bytes(),
                      fmt::format("tensor '{}' is [{}], expected [{}]; the file is damaged", name,
                                  fmt::join(part.shape, ", "), fmt::join(shape, ", ")));
      }
    }
  }
  auto turned = whole;  // as many numbers
  std::ranges::reverse(turned.part("weight_ih_l0").shape);
  check_refused(turned.bytes(),
                "tensor 'weight_ih_l0' is [5, 12], expected [12, 5]; the file is damaged");
}

BOOST_AUTO_TEST_CASE(with_values_that_are_not_finite_are_refused) {
  const test::ModelParts whole(
      test::random_sentiment_model({.options = {.units = 3, .readouts = {Readout::kAttention}}}));
  using Limits = std::numeric_limits<float>;
  for (const auto& [name, type, shape, bytes] : whole.parts) {
    if (type != "F32") continue;
    for (const float value : {Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity()}) {
      for (const auto at : {std::size_t{0}, bytes.size() - sizeof value}) {
        auto parts = whole;
        std::memcpy(parts.part(name).bytes.data() + at, &value, sizeof value);
        const auto row = at == 0 || name == "unknown_vector" ? 1U : test::kHardWords.size();
        const auto message =
            name == "vectors" || name == "unknown_vector"
                ? fmt::format("row {} of tensor '{}' holds a value that is not finite", row, name)
                : fmt::format("tensor '{}' holds a value that is not finite", name);
        check_refused(parts.bytes(), message);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(with_vectors_of_other_sizes_are_refused) {
  const test::ModelParts whole(test::small_sentiment_model());
  const auto refuse = [&](const std::string& name, const Shape& shape, const std::string& message) {
    auto parts = whole;
    parts.part(name).shape = shape;
    parts.part(name).bytes.assign(shape[0] * shape[1] * sizeof(float), '\0');
    check_refused(parts.bytes(), message);
  };
  for (const std::uint64_t dim : {4, 6, 16}) {
    refuse("unknown_vector", {1, dim},
           fmt::format("the vector of unknown words has {} dimensions, expected 5", dim));
    refuse("vectors", {5, dim},
           fmt::format("the vector of unknown words has 5 dimensions, expected {}", dim));
  }
  for (const std::uint64_t rows : {0, 2}) {
    refuse(
        "unknown_vector", {rows, 5},
        fmt::format("tensor 'unknown_vector' is {} x 5, expected a row for each of 1 words", rows));
  }
  for (const std::uint64_t rows : {0, 4, 6}) {
    refuse("vectors", {rows, 5},
           fmt::format("tensor 'vectors' is {} x 5, expected a row for each of 5 words", rows));
  }
  refuse("vectors", {5, 0}, "tensor 'vectors' is 5 x 0, expected a row for each of 5 words");
}

BOOST_AUTO_TEST_CASE(with_bad_words_are_refused) {
  const test::ModelParts whole(test::small_sentiment_model());
  const auto refuse = [&](const std::vector<std::int64_t>& offsets, const std::string& message) {
    auto parts = whole;
    auto& part = parts.part("word_offsets");
    part.shape = {offsets.size()};
    part.bytes.resize(offsets.size() * 8);
    if (!offsets.empty()) std::memcpy(part.bytes.data(), offsets.data(), part.bytes.size());
    check_refused(parts.bytes(), message);
  };
  refuse({0, 3, 7, 13, 17, 1000},
         "word 5 should lie at bytes 17 to 1000 of 18; the file is damaged");
  refuse({0, 3, 2, 13, 17, 18}, "word 2 should lie at bytes 3 to 2 of 18; the file is damaged");
  refuse({-1, 3, 7, 13, 17, 18}, "word 1 should lie at bytes -1 to 3 of 18; the file is damaged");
  refuse({0, 3, 3, 13, 17, 18}, "word 2 is empty, expected a word before its vector");
  for (const auto& few : {std::vector<std::int64_t>{}, {0}}) {
    refuse(few, "tensor 'vectors' is 5 x 5, expected a row for each of 0 words");
  }
  auto twice = whole;
  twice.part("words").bytes.replace(3, 4, "thet");
  refuse({0, 3, 7, 13, 17}, "tensor 'vectors' is 5 x 5, expected a row for each of 4 words");
  auto parts = twice;
  const std::vector<std::int64_t> offsets{0, 3, 6, 13, 17, 18};
  std::memcpy(parts.part("word_offsets").bytes.data(), offsets.data(), 48);
  check_refused(parts.bytes(), "word 2, 'the', is also word 1; remove one of the two");
}

BOOST_AUTO_TEST_CASE(of_the_largest_numbers_are_read) {
  test::ModelParts parts(test::small_sentiment_model());
  for (auto& part : parts.parts) {
    if (part.type != "F32") continue;
    const auto largest = std::numeric_limits<float>::max();
    for (std::size_t i = 0; i < part.bytes.size(); i += sizeof largest) {
      std::memcpy(part.bytes.data() + i, &largest, sizeof largest);
    }
  }
  const auto model = load(parts.bytes());
  BOOST_CHECK_EXCEPTION(predict(model, test::texts_of_hard_words()), NumericError,
                        test::says("the model gives a logit that is not finite"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin