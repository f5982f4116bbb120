#include "classify/sentiment_file.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/safetensors.h"
#include "embed/vectors/vector_file.h"
#include "tests/support/embeddings.h"
#include "tests/support/network.h"
#include "tests/support/sentiment_files.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(sentiment_files)

namespace data = boost::unit_test::data;
using boost::test_tools::per_element;

void check_same(const SentimentModel& found, const SentimentModel& expected) {
  BOOST_TEST(found.labels == expected.labels, per_element());
  BOOST_TEST((found.encoding.preparation == expected.encoding.preparation));
  BOOST_TEST(found.encoding.max_words == expected.encoding.max_words);
  BOOST_TEST(std::ranges::equal(found.vocabulary.bytes(), expected.vocabulary.bytes()));
  BOOST_TEST(std::ranges::equal(found.vocabulary.offsets(), expected.vocabulary.offsets()));
  BOOST_TEST(test::same_bits(found.vectors, expected.vectors));
  const auto& options = found.network.options();
  const auto& others = expected.network.options();
  BOOST_TEST((options.cell == others.cell));
  BOOST_TEST(options.units == others.units);
  BOOST_TEST(options.layers == others.layers);
  BOOST_TEST(options.bidirectional == others.bidirectional);
  BOOST_TEST(options.peepholes == others.peepholes);
  BOOST_TEST((options.readouts == others.readouts));
  BOOST_TEST_REQUIRE(found.parameters.size() == expected.parameters.size());
  BOOST_TEST(std::memcmp(found.parameters.data(), expected.parameters.data(),
                         found.parameters.size() * sizeof(float)) == 0);
  BOOST_TEST(found.temperature == expected.temperature);
}

auto all_cases() {
  auto cases = test::network_cases();
  std::erase_if(cases, [](const auto& c) { return c.dropout.features > 0; });
  cases.push_back({.options = {.units = 1, .layers = 3, .peepholes = true}, .inputs = 1});
  cases.push_back({.options = {.cell = Cell::kGru, .units = 2}, .inputs = 33, .classes = 2});
  return cases;
}

BOOST_DATA_TEST_CASE(keep_everything_bit_for_bit, data::make(all_cases()), c) {
  const test::TemporaryFolder folder;
  const auto model = test::random_sentiment_model(c);
  const auto size = save_sentiment_model(folder / "model", model);
  const auto bytes = test::read_bytes(folder / "model");
  BOOST_TEST(size == bytes.size());
  const auto loaded = load_sentiment_model(folder / "model");
  check_same(loaded, model);
  BOOST_TEST(loaded.metadata.at("note") == "ünï\n\"x\"");
  const auto texts = test::texts_of_hard_words();
  BOOST_TEST(predict(loaded, texts) == predict(model, texts), per_element());
  // Written again, it is the same file.
  save_sentiment_model(folder / "again", loaded);
  BOOST_TEST((test::read_bytes(folder / "again") == bytes));
  BOOST_TEST(test::files_in(folder.path()) == 2);
}

BOOST_AUTO_TEST_CASE(have_a_temperature_to_the_last_digit) {
  auto model = test::small_sentiment_model();
  for (const double temperature : {0.01, 0.1 + 0.2, 1.0, 100.0, 0.009999999999999995}) {
    const test::TemporaryFolder folder;
    model.temperature = temperature;
    save_sentiment_model(folder / "model", model);
    BOOST_TEST(load_sentiment_model(folder / "model").temperature == temperature);
  }
}

BOOST_AUTO_TEST_CASE(say_in_the_metadata_what_they_are) {
  auto model = test::random_sentiment_model(
      {.options = {.cell = Cell::kLstm,
                   .units = 4,
                   .layers = 2,
                   .bidirectional = false,
                   .peepholes = true,
                   .readouts = {Readout::kLast, Readout::kAttention}}});
  model.metadata["format"] = "something else";  // is said by the file itself
  const Metadata expected{{"cell", "lstm"},
                          {"directions", "1"},
                          {"format", "wordkin sentiment model"},
                          {"format_version", "1"},
                          {"labels", R"(["so \"good\"","naïve, 好","a\\b\n"])"},
                          {"layers", "2"},
                          {"max_words", "17"},
                          {"note", "ünï\n\"x\""},
                          {"peepholes", "1"},
                          {"preparation", "words-1 keep spell"},
                          {"readout", "last attention"},
                          {"seed", "7"},
                          {"temperature", "0.3333333333333333"},
                          {"units", "4"}};
  BOOST_TEST((test::ModelParts(model).metadata == expected));
  const auto plain = test::ModelParts(test::small_sentiment_model()).metadata;
  BOOST_TEST(plain.at("cell") == "rnn");
  BOOST_TEST(plain.at("directions") == "2");
  BOOST_TEST(plain.at("peepholes") == "0");
  BOOST_TEST(plain.at("readout") == "max");
}

BOOST_AUTO_TEST_CASE(have_tensors_of_the_names_and_shapes_of_pytorch) {
  const test::TemporaryFolder folder;
  save_sentiment_model(
      folder / "model",
      test::random_sentiment_model({.options = {.cell = Cell::kGru,
                                                .units = 2,
                                                .layers = 2,
                                                .readouts = {Readout::kMean, Readout::kAttention}},
                                    .inputs = 5}));
  auto header = test::ModelParts::header_of(test::read_bytes(folder / "model"));
  header.erase("__metadata__");
  std::map<std::string, std::string> found;
  for (const auto& [name, tensor] : header.items()) {
    found[name] =
        fmt::format("{} {}", tensor.at("dtype").get<std::string>(), tensor.at("shape").dump());
  }
  std::map<std::string, std::string> expected{
      {"word_offsets", "I64 [6]"},       {"words", "U8 [18]"},
      {"vectors", "F32 [5,5]"},          {"unknown_vector", "F32 [1,5]"},
      {"attention.weight", "F32 [2,4]"}, {"attention.bias", "F32 [2]"},
      {"attention.context", "F32 [2]"},  {"output.weight", "F32 [3,8]"},
      {"output.bias", "F32 [3]"},
  };
  for (const auto* direction : {"", "_reverse"}) {
    for (const int layer : {0, 1}) {
      const auto suffix = fmt::format("l{}{}", layer, direction);
      expected["weight_ih_" + suffix] = layer == 0 ? "F32 [6,5]" : "F32 [6,4]";
      expected["weight_hh_" + suffix] = "F32 [6,2]";
      expected["bias_ih_" + suffix] = expected["bias_hh_" + suffix] = "F32 [6]";
    }
  }
  BOOST_TEST((found == expected), nlohmann::json(found).dump());
}

BOOST_AUTO_TEST_CASE(are_files_of_vectors_too) {
  const test::TemporaryFolder folder;
  const auto model = test::small_sentiment_model();
  save_sentiment_model(folder / "model", model);
  const auto embeddings = load_embeddings(folder / "model");
  BOOST_TEST(embeddings.size() == test::kHardWords.size());
  BOOST_TEST(embeddings.dim() == 5);
  BOOST_TEST(!embeddings.has_context());
  for (WordId id = 0; id < embeddings.size(); ++id) {
    BOOST_TEST(embeddings.vocabulary().word(id) == test::kHardWords[id]);
    BOOST_TEST(embeddings.vector(id) == model.vectors.row(id), per_element());
  }
  BOOST_TEST(embeddings.metadata().at("format") == "wordkin sentiment model");
  BOOST_TEST(embeddings.metadata().at("note") == "ünï\n\"x\"");
}

BOOST_AUTO_TEST_CASE(replace_a_file_only_when_they_are_whole) {
  const test::TemporaryFolder folder;
  folder.write("model", "precious");
  std::stop_source stop;
  stop.request_stop();
  BOOST_CHECK_THROW(
      save_sentiment_model(folder / "model", test::small_sentiment_model(), {{}, stop.get_token()}),
      Interrupted);
  BOOST_TEST(test::read_bytes(folder / "model") == "precious");
  BOOST_TEST(test::files_in(folder.path()) == 1);
  BOOST_CHECK_THROW(save_sentiment_model(folder / "none/model", test::small_sentiment_model()),
                    IoError);
}

BOOST_AUTO_TEST_CASE(that_are_absent_are_an_input_error) {
  BOOST_CHECK_THROW(load_sentiment_model("/nowhere/model"), IoError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin