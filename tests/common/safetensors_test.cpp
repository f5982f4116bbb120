#include "common/safetensors.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <numeric>

#include <boost/test/unit_test.hpp>

#include "common/hash.h"
#include "common/input.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(safetensors)

using namespace std::string_literals;
using namespace std::string_view_literals;

std::string_view as_text(std::span<const char> bytes) { return {bytes.data(), bytes.size()}; }

// A file of this header and these bytes of data.
std::string file_of(std::string_view header, std::string_view data = "") {
  const std::uint64_t length = header.size();
  std::string file(sizeof(length), '\0');
  std::memcpy(file.data(), &length, sizeof(length));
  return file.append(header).append(data);
}

Safetensors parse(const std::string& bytes) { return {bytes, "test.safetensors"}; }

const std::map<std::string, std::string> kMetadata{
    {"dim", "3"}, {"note", "tab\t quote\" ünïcode \x01"}, {"", ""}};

constexpr std::array<std::int64_t, 2> kCounts{-1, 1L << 40};
constexpr std::array<float, 6> kVectors{1, -0.0f, 3, 1e-45f, 5, 6};

// Tensors of each of three types.
std::vector<TensorToWrite> small_tensors() {
  return {{"counts",
           "I64",
           {2},
           [](OutputFile& to) { to.write_values(std::span<const std::int64_t>(kCounts)); }},
          {"none", "F32", {0, 7}, [](OutputFile&) {}},
          {"vectors",
           "F32",
           {2, 3},
           [](OutputFile& to) { to.write_values(std::span<const float>(kVectors)); }},
          {"words", "U8", {5}, [](OutputFile& to) { to.write("a\0b c"s); }}};
}

std::string small_file() {
  return test::written(
      [](OutputFile& file) { write_safetensors(file, small_tensors(), kMetadata); });
}

template <class T>
bool holds(const Tensor& tensor, std::span<const T> values) {
  return tensor.bytes.size() == values.size_bytes() &&
         std::memcmp(tensor.bytes.data(), values.data(), values.size_bytes()) == 0;
}

BOOST_AUTO_TEST_CASE(come_back_as_they_were_written) {
  const auto bytes = small_file();
  BOOST_TEST(Safetensors::detect(bytes));
  const auto file = parse(bytes);
  BOOST_TEST(file.name() == "test.safetensors");
  BOOST_TEST((file.metadata() == kMetadata));
  BOOST_TEST(file.contains("vectors"));
  BOOST_TEST(!file.contains("__metadata__"));

  BOOST_TEST(holds<std::int64_t>(file.require("counts", "I64", 1), kCounts));
  const auto& vectors = file.require("vectors", "F32", 2);
  BOOST_TEST((vectors.shape == std::vector<std::uint64_t>{2, 3}));
  BOOST_TEST(holds<float>(vectors, kVectors));
  BOOST_TEST(as_text(file.require("words", "U8", 1).bytes) == "a\0b c"s);
  BOOST_TEST(file.require("none", "F32", 2).bytes.empty());
}

BOOST_AUTO_TEST_CASE(start_their_data_on_a_multiple_of_eight_bytes) {
  const auto bytes = small_file();
  const auto file = parse(bytes);
  BOOST_TEST((file.require("counts", "I64", 1).bytes.data() - bytes.data()) % 8 == 0);
  BOOST_TEST((file.require("vectors", "F32", 2).bytes.data() - bytes.data()) % 4 == 0);
}

BOOST_AUTO_TEST_CASE(of_no_tensors_are_a_file_too) {
  BOOST_CHECK_NO_THROW(parse(file_of("{}")));
  BOOST_CHECK_NO_THROW(parse(file_of(R"({"__metadata__":{}}  )")));
}

BOOST_AUTO_TEST_CASE(may_stand_in_any_order_in_the_header) {
  const auto bytes = file_of(R"({"b":{"dtype":"U8","shape":[2],"data_offsets":[3,5]},)"
                             R"("a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}})",
                             "aaabb");
  const auto file = parse(bytes);
  BOOST_TEST(as_text(file.require("a", "U8", 1).bytes) == "aaa");
  BOOST_TEST(as_text(file.require("b", "U8", 1).bytes) == "bb");
}

BOOST_AUTO_TEST_CASE(are_required_with_their_type_and_dimensions) {
  const auto bytes = small_file();
  const auto file = parse(bytes);
  BOOST_CHECK_EXCEPTION(file.require("context", "F32", 2), FormatError,
                        test::says("test.safetensors: has no tensor 'context'"));
  BOOST_CHECK_EXCEPTION(file.require("vectors", "F16", 2), FormatError,
                        test::says("'vectors' is F32 with 2 dimensions, expected F16 with 2"));
  BOOST_CHECK_EXCEPTION(file.require("vectors", "F32", 1), FormatError,
                        test::says("'vectors' is F32 with 2 dimensions, expected F32 with 1"));
}

// A header with one tensor, whose entry holds `fields`.
std::string tensor(std::string_view fields) { return "{\"t\":{" + std::string(fields) + "}}"; }

std::string u8_tensor(std::string_view shape, std::string_view offsets) {
  return tensor("\"dtype\":\"U8\",\"shape\":" + std::string(shape) +
                ",\"data_offsets\":" + std::string(offsets));
}

BOOST_AUTO_TEST_CASE(that_are_damaged_are_refused_with_the_reason) {
  const auto two = [](std::string_view a, std::string_view b) {
    const auto entry = [](std::string_view offsets) {
      return R"(:{"dtype":"U8","shape":[4],"data_offsets":)" + std::string(offsets) + "}";
    };
    return "{\"a\"" + entry(a) + ",\"b\"" + entry(b) + "}";
  };
  struct Case {
    std::string file;
    std::string message;
  };
  const Case cases[] = {
      {"", "is not a safetensors file"},
      {std::string(8, '\0'), "is not a safetensors file"},
      {file_of("[]"), "is not a safetensors file"},
      {"\xff\xff\xff\xff\xff\xff\xff\xff{}", "is not a safetensors file"},
      {"\x03\0\0\0\0\0\0\0{}"s, "the header should be 3 bytes long, but the file ends after 2"},
      {file_of("{"), "the safetensors header is not JSON at byte 9;"},
      {file_of("{} {}"), "the safetensors header is not JSON at byte 11;"},
      {file_of("{\"\xff\":1}"), "the safetensors header is not JSON at byte "},
      {file_of("{\"t\":" + std::string(200'000, '[')),
       "the safetensors header is not JSON at byte "},
      {file_of("{\"t\":" + std::string(200'000, '[') + std::string(200'000, ']') + "}"),
       "not as expected"},
      {file_of("{\"t\":1e999}"), "the safetensors header has a number that is too large"},
      {file_of("{\"t\":5}"), "not as expected"},
      {file_of(R"({"__metadata__":[]})"), "not as expected"},
      {file_of(R"({"__metadata__":{"dim":3}})"), "not as expected"},
      {file_of(tensor(R"("shape":[1],"data_offsets":[0,1])"), "x"), "not as expected"},
      {file_of(tensor(R"("dtype":"U8","data_offsets":[0,1])"), "x"), "not as expected"},
      {file_of(tensor(R"("dtype":"U8","shape":[1])"), "x"), "not as expected"},
      {file_of(tensor(R"("dtype":8,"shape":[1],"data_offsets":[0,1])"), "x"), "not as expected"},
      {file_of(tensor(R"("dtype":"X9","shape":[1],"data_offsets":[0,1])"), "x"), "of type X9"},
      {file_of(u8_tensor("1", "[0,1]"), "x"), "not as expected"},
      {file_of(u8_tensor("[-1]", "[0,1]"), "x"), "not as expected"},
      {file_of(u8_tensor("[1.5]", "[0,1]"), "x"), "not as expected"},
      {file_of(u8_tensor("[1e300]", "[0,1]"), "x"), "not as expected"},
      {file_of(u8_tensor("[true]", "[0,1]"), "x"), "not as expected"},
      {file_of(u8_tensor("[1]", "[0]"), "x"), "cannot lie at bytes 0;"},
      {file_of(u8_tensor("[1]", "[0,1,2]"), "x"), "cannot lie at bytes 0 to 1 to 2"},
      {file_of(u8_tensor("[1]", "[-1,0]"), "x"), "not as expected"},
      {file_of(u8_tensor("[1]", "[0.0,1.0]"), "x"), "not as expected"},
      {file_of(u8_tensor("[1]", "7"), "x"), "not as expected"},
      {file_of(u8_tensor("[2]", "[0,1]"), "x"), "shape [2] cannot lie at bytes 0 to 1"},
      {file_of(u8_tensor("[1]", "[1,0]"), "x"), "cannot lie at bytes 1 to 0"},
      {file_of(u8_tensor("[4294967296,4294967296]", "[0,0]")), "cannot lie at bytes 0 to 0"},
      {file_of(u8_tensor("[18446744073709551615,2]", "[0,1]"), "x"), "cannot lie at"},
      {file_of(u8_tensor("[3]", "[0,3]"), "xx"), "ends at byte 3 of the data, but the data is 2"},
      {file_of(u8_tensor("[1]", "[18446744073709551614,18446744073709551615]"), "x"),
       "ends at byte"},
      {file_of(u8_tensor("[1]", "[1,2]"), "xx"), "overlap or leave a gap at byte 0"},
      {file_of(u8_tensor("[1]", "[0,1]"), "xyz"), "2 bytes follow the last tensor"},
      {file_of("{}", "x"), "1 bytes follow the last tensor"},
      {file_of(two("[0,4]", "[0,4]"), "xxxx"), "overlap or leave a gap at byte 4"},
      {file_of(two("[0,4]", "[3,7]"), "xxxxxxx"), "overlap or leave a gap at byte 4"},
      {file_of(two("[0,4]", "[5,9]"), "xxxxxxxxx"), "overlap or leave a gap at byte 4"},
  };
  for (const auto& [file, message] : cases) {
    BOOST_TEST_CONTEXT(file.substr(0, 100)) {
      BOOST_CHECK_EXCEPTION(parse(file), FormatError, test::says(message));
    }
  }
}

BOOST_AUTO_TEST_CASE(cut_short_anywhere_are_refused) {
  const auto bytes = small_file();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    BOOST_TEST_CONTEXT(size << " bytes of " << bytes.size()) {
      BOOST_CHECK_THROW(parse(bytes.substr(0, size)), FormatError);
    }
  }
}

BOOST_AUTO_TEST_CASE(with_any_bit_flipped_are_parsed_or_refused) {
  auto bytes = small_file();
  std::size_t refused = 0;
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    auto& byte = bytes[bit / 8];
    const auto before = byte;
    byte = static_cast<char>(byte ^ (1 << bit % 8));
    try {
      parse(bytes);
    } catch (const FormatError&) {
      ++refused;
    }
    byte = before;
  }
  BOOST_TEST(refused > 100u);
}

BOOST_AUTO_TEST_CASE(are_read_once_in_whole_units) {
  const test::TemporaryFolder folder;
  std::string numbers(5 << 20, '\0');
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<char>(i % 251);
  const auto path =
      folder.write("file", test::written([&](OutputFile& to) {
                     const auto write = [&](OutputFile& file) { file.write(numbers); };
                     write_safetensors(to, {{"a", "U8", {numbers.size()}, write}}, {});
                   }));
  const FileContents contents(path);
  const Safetensors file(contents);
  const auto& bytes = file.require("a", "U8", 1).bytes;
  for (const std::size_t unit : {1, 1000, 3 << 20}) {
    std::string read;
    file.read_once(bytes, unit, [&](std::span<const char> part) {
      BOOST_CHECK_EQUAL(read.size() % unit, 0U);
      read.append(part.data(), part.size());
    });
    BOOST_CHECK(read == numbers);
  }
  file.drop();
  BOOST_CHECK(std::ranges::equal(bytes, numbers));  // it comes back
}

BOOST_AUTO_TEST_CASE(with_a_checksum_tell_every_flipped_bit) {
  auto bytes = test::written(
      [](OutputFile& file) { write_safetensors_with_checksum(file, small_tensors(), kMetadata); });
  BOOST_CHECK_NO_THROW(parse(bytes).verify_checksum());
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    auto& byte = bytes[bit / 8];
    const auto before = byte;
    byte = static_cast<char>(byte ^ (1 << bit % 8));
    BOOST_CHECK_THROW(parse(bytes).verify_checksum(), FormatError);
    byte = before;
  }
  BOOST_CHECK_EXCEPTION(parse(small_file()).verify_checksum(), FormatError,
                        test::says("has no checksum, which states of training end in"));
}

BOOST_AUTO_TEST_CASE(have_a_checksum_that_heeds_order_and_not_portions) {
  const auto sum = [](std::initializer_list<std::string_view> portions) {
    Checksum checksum;
    for (const auto portion : portions) checksum.add(portion);
    return checksum.value();
  };
  const auto whole = sum({"one two three four five"});
  BOOST_CHECK_EQUAL(whole, 6130813544201079528U);  // for ever: it is in files
  BOOST_CHECK_EQUAL(sum({"one", " two three", "", " four fi", "ve"}), whole);
  BOOST_CHECK_NE(sum({"one two three five four"}), whole);
  BOOST_CHECK_NE(sum({"one two three four five\0"sv}), whole);
  BOOST_CHECK_NE(sum({"\0"sv}), sum({}));
  // Signs of two numbers.
  BOOST_CHECK_NE(sum({"\0\0\0\0\0\0\0\x80\0\0\0\0\0\0\0\x80"sv}), sum({std::string(16, '\0')}));
}

BOOST_AUTO_TEST_CASE(of_a_type_that_nothing_here_uses_can_be_in_the_file) {
  for (const auto& [type, size] : std::map<std::string, int>{{"F64", 8},
                                                             {"F32", 4},
                                                             {"F16", 2},
                                                             {"BF16", 2},
                                                             {"I64", 8},
                                                             {"I32", 4},
                                                             {"I16", 2},
                                                             {"I8", 1},
                                                             {"U64", 8},
                                                             {"U32", 4},
                                                             {"U16", 2},
                                                             {"U8", 1},
                                                             {"BOOL", 1}}) {
    const auto bytes =
        file_of(tensor("\"dtype\":\"" + type + "\",\"shape\":[3],\"data_offsets\":[0," +
                       std::to_string(3 * size) + "]"),
                std::string(static_cast<std::size_t>(3 * size), 'x'));
    BOOST_TEST(parse(bytes).require("t", type, 1).bytes.size() ==
               static_cast<std::size_t>(3 * size));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
