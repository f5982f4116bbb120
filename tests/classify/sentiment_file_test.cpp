#include "classify/sentiment_file.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <map>
#include <ostream>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/safetensors.h"
#include "embed/vectors/vector_file.h"
#include "tests/support/embeddings.h"
#include "tests/support/network.h"
#include "tests/support/rows.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(sentiment_files)

namespace data = boost::unit_test::data;
using boost::test_tools::per_element;
using Strings = std::vector<std::string>;
using Shape = std::vector<std::uint64_t>;

const Strings kLabels{"so \"good\"", "naïve, 好", "a\\b\n"};
const Strings kWords{"the", "film", "naïve", "it's", "\""};

StringTable table_of(const Strings& words) {
  StringTable table;
  for (const auto& word : words) table.insert(word);
  return table;
}

// Five words with random vectors, one for unknown words, and a random network.
SentimentModel random_model(const test::NetworkCase& c) {
  auto random = stream(c.seed, "model", 0);
  Network network(c.options, c.inputs, c.classes);
  FloatVector parameters(network.parameters());
  test::fill(parameters, 1, random);
  parameters.front() = 1e-45f;
  return {.labels = {kLabels.begin(), kLabels.begin() + static_cast<std::ptrdiff_t>(c.classes)},
          .encoding = {.preparation = {Letters::kKeep, Numbers::kSpell}, .max_words = 17},
          .vocabulary = {table_of(kWords), {}},
          .vectors = test::random_matrix(kWords.size() + 1, c.inputs, 2, random),
          .network = std::move(network),
          .parameters = std::move(parameters),
          .temperature = 1 / 3.0,
          .metadata = {{"note", "ünï\n\"x\""}, {"seed", "7"}}};
}

SentimentModel small_model() {
  return random_model({.options = {.cell = Cell::kRnn, .units = 3, .readouts = {Readout::kMax}}});
}

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

EncodedTexts some_texts() {
  EncodedTexts texts;
  for (const std::vector<WordId>& text : {std::vector<WordId>{0}, {5, 5}, {1, 2, 3, 4, 0, 5}}) {
    texts.add(text, 0);
  }
  return texts;
}

// A safetensors file as its parts, to be tampered with.
struct Parts {
  struct Part {
    std::string name;
    std::string type;
    Shape shape;
    std::string bytes;
  };

  explicit Parts(const SentimentModel& model) {
    const test::TemporaryFolder folder;
    save_sentiment_model(folder / "model", model);
    const auto bytes = test::read_bytes(folder / "model");
    const Safetensors file(bytes, "model");
    metadata = file.metadata();
    Strings names{"vectors", "unknown_vector", "word_offsets", "words"};
    for (const auto& tensor : model.network.tensors()) names.push_back(tensor.name);
    for (const auto& name : names) {
      const std::string type = name == "words" ? "U8" : name == "word_offsets" ? "I64" : "F32";
      const auto dimensions = header_of(bytes).at(name).at("shape").size();
      const auto& tensor = file.require(name, type, dimensions);
      parts.push_back({name, type, tensor.shape, {tensor.bytes.begin(), tensor.bytes.end()}});
    }
  }

  static std::uint64_t header_size(const std::string& bytes) {
    std::uint64_t size = 0;
    std::memcpy(&size, bytes.data(), sizeof size);
    return size;
  }
  static nlohmann::json header_of(const std::string& bytes) {
    return nlohmann::json::parse(bytes.substr(8, header_size(bytes)));
  }

  Part& part(std::string_view name) { return *std::ranges::find(parts, name, &Part::name); }
  void remove(std::string_view name) {
    std::erase_if(parts, [&](const Part& part) { return part.name == name; });
  }

  std::string bytes() const {
    nlohmann::json header{{"__metadata__", metadata}};
    std::string all;
    for (const auto& [name, type, shape, bytes] : parts) {
      header[name] = {{"dtype", type},
                      {"shape", shape},
                      {"data_offsets", {all.size(), all.size() + bytes.size()}}};
      all += bytes;
    }
    const auto text = header.dump();
    const std::uint64_t size = text.size();
    return std::string(reinterpret_cast<const char*>(&size), sizeof size) + text + all;
  }

  std::vector<Part> parts;
  Metadata metadata;
};

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

auto all_cases() {
  auto cases = test::network_cases();
  std::erase_if(cases, [](const auto& c) { return c.dropout.features > 0; });
  cases.push_back({.options = {.units = 1, .layers = 3, .peepholes = true}, .inputs = 1});
  cases.push_back({.options = {.cell = Cell::kGru, .units = 2}, .inputs = 33, .classes = 2});
  return cases;
}

BOOST_DATA_TEST_CASE(keep_everything_bit_for_bit, data::make(all_cases()), c) {
  const test::TemporaryFolder folder;
  const auto model = random_model(c);
  const auto size = save_sentiment_model(folder / "model", model);
  const auto bytes = test::read_bytes(folder / "model");
  BOOST_TEST(size == bytes.size());
  const auto loaded = load_sentiment_model(folder / "model");
  check_same(loaded, model);
  BOOST_TEST(loaded.metadata.at("note") == "ünï\n\"x\"");
  const auto texts = some_texts();
  BOOST_TEST(predict(loaded, texts) == predict(model, texts), per_element());
  // Written again, it is the same file.
  save_sentiment_model(folder / "again", loaded);
  BOOST_TEST((test::read_bytes(folder / "again") == bytes));
  BOOST_TEST(test::files_in(folder.path()) == 2);
}

BOOST_AUTO_TEST_CASE(have_a_temperature_to_the_last_digit) {
  auto model = small_model();
  for (const double temperature : {0.01, 0.1 + 0.2, 1.0, 100.0, 0.009999999999999995}) {
    const test::TemporaryFolder folder;
    model.temperature = temperature;
    save_sentiment_model(folder / "model", model);
    BOOST_TEST(load_sentiment_model(folder / "model").temperature == temperature);
  }
}

BOOST_AUTO_TEST_CASE(say_in_the_metadata_what_they_are) {
  auto model = random_model({.options = {.cell = Cell::kLstm,
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
  BOOST_TEST((Parts(model).metadata == expected));
  const auto plain = Parts(small_model()).metadata;
  BOOST_TEST(plain.at("cell") == "rnn");
  BOOST_TEST(plain.at("directions") == "2");
  BOOST_TEST(plain.at("peepholes") == "0");
  BOOST_TEST(plain.at("readout") == "max");
}

BOOST_AUTO_TEST_CASE(have_tensors_of_the_names_and_shapes_of_pytorch) {
  const test::TemporaryFolder folder;
  save_sentiment_model(folder / "model",
                       random_model({.options = {.cell = Cell::kGru,
                                                 .units = 2,
                                                 .layers = 2,
                                                 .readouts = {Readout::kMean, Readout::kAttention}},
                                     .inputs = 5}));
  auto header = Parts::header_of(test::read_bytes(folder / "model"));
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
  const auto model = small_model();
  save_sentiment_model(folder / "model", model);
  const auto embeddings = load_embeddings(folder / "model");
  BOOST_TEST(embeddings.size() == kWords.size());
  BOOST_TEST(embeddings.dim() == 5);
  BOOST_TEST(!embeddings.has_context());
  for (WordId id = 0; id < embeddings.size(); ++id) {
    BOOST_TEST(embeddings.vocabulary().word(id) == kWords[id]);
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
  BOOST_CHECK_THROW(save_sentiment_model(folder / "model", small_model(), {{}, stop.get_token()}),
                    Interrupted);
  BOOST_TEST(test::read_bytes(folder / "model") == "precious");
  BOOST_TEST(test::files_in(folder.path()) == 1);
  BOOST_CHECK_THROW(save_sentiment_model(folder / "none/model", small_model()), IoError);
}

BOOST_AUTO_TEST_CASE(that_are_absent_are_an_input_error) {
  BOOST_CHECK_THROW(load_sentiment_model("/nowhere/model"), IoError);
}

BOOST_AUTO_TEST_CASE(cut_short_anywhere_are_refused) {
  const auto bytes = Parts(small_model()).bytes();
  const test::TemporaryFolder folder;
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const auto path = folder.write("model", bytes.substr(0, length));
    BOOST_CHECK_EXCEPTION(load_sentiment_model(path), FormatError,
                          test::says(path.string() + ": "));
  }
  const auto size = bytes.size() - 8 - Parts::header_size(bytes);
  check_refused(bytes.substr(0, bytes.size() - 1),
                fmt::format("tensor 'output.bias' ends at byte {} of the data, but the data is {} "
                            "bytes long; the file was cut short, get it again",
                            size, size - 1));
  check_refused(bytes + "x", "1 bytes follow the last tensor; the file is damaged");
}

BOOST_AUTO_TEST_CASE(with_changed_bytes_are_read_or_refused) {
  const auto bytes = Parts(small_model()).bytes();
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
      predict(model, some_texts());
      ++read;
    } catch (const FormatError&) {
    }
  }
  BOOST_TEST(read > 0);
}

BOOST_AUTO_TEST_CASE(of_other_kinds_are_refused) {
  const std::string message =
      "is no sentiment model; train one: wordkin sentiment train --data FILE -o MODEL";
  Parts parts(small_model());
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
  Parts parts(small_model());
  for (const std::string version : {"2", "0", "1.0", "", "one"}) {
    parts.metadata["format_version"] = version;
    check_refused(parts.bytes(),
                  "has format version " + version + ", expected 1; use a newer wordkin");
  }
}

BOOST_AUTO_TEST_CASE(without_a_part_of_the_metadata_are_refused) {
  const Parts whole(small_model());
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
  Parts parts(small_model());
  for (const auto& value : bad.values) {
    parts.metadata[bad.key] = value;
    check_refused(parts.bytes(), fmt::format("'{}' is '{}', expected {}; the file is damaged",
                                             bad.key, value, bad.expected));
  }
}

BOOST_AUTO_TEST_CASE(with_unknown_readouts_are_refused) {
  Parts parts(small_model());
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
    Parts parts(small_model());
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
    Parts parts(small_model());
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
  Parts parts(small_model());
  parts.metadata["labels"] = std::string(1'000'000, '[');
  BOOST_CHECK_EXCEPTION(load(parts.bytes()), FormatError,
                        test::says(", expected a JSON array of strings; the file is damaged"));
}

// Such a network would take more memory than there is.
BOOST_AUTO_TEST_CASE(of_a_network_that_they_do_not_hold_are_refused) {
  const auto refuse = [](const Metadata& changes, const std::string& message) {
    Parts parts(small_model());
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
  const Parts whole(random_model(
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
  const Parts whole(random_model({.options = {.units = 3, .readouts = {Readout::kAttention}}}));
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
  const Parts whole(random_model({.options = {.units = 3, .readouts = {Readout::kAttention}}}));
  using Limits = std::numeric_limits<float>;
  for (const auto& [name, type, shape, bytes] : whole.parts) {
    if (type != "F32") continue;
    for (const float value : {Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity()}) {
      for (const auto at : {std::size_t{0}, bytes.size() - sizeof value}) {
        auto parts = whole;
        std::memcpy(parts.part(name).bytes.data() + at, &value, sizeof value);
        const auto row = at == 0 || name == "unknown_vector" ? 1U : kWords.size();
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
  const Parts whole(small_model());
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
  const Parts whole(small_model());
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
  Parts parts(small_model());
  for (auto& part : parts.parts) {
    if (part.type != "F32") continue;
    const auto largest = std::numeric_limits<float>::max();
    for (std::size_t i = 0; i < part.bytes.size(); i += sizeof largest) {
      std::memcpy(part.bytes.data() + i, &largest, sizeof largest);
    }
  }
  const auto model = load(parts.bytes());
  BOOST_CHECK_EXCEPTION(predict(model, some_texts()), NumericError,
                        test::says("the model gives a logit that is not finite"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
