#include "embed/text/block_reader.h"

#include <array>
#include <utility>

#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "common/random.h"
#include "embed/text/tokenizer.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(block_reader)

namespace fs = std::filesystem;

constexpr std::size_t kMegabyte = std::size_t{1} << 20;

std::vector<TextBlock> blocks_of(const std::vector<fs::path>& inputs) {
  BlockReader reader(inputs);
  std::vector<TextBlock> blocks;
  while (auto block = reader.next()) blocks.push_back(std::move(*block));
  BOOST_TEST(!reader.next().has_value());
  return blocks;
}

std::vector<std::string> tokens_of(const std::vector<TextBlock>& blocks) {
  std::vector<std::string> tokens;
  for (const auto& block : blocks) {
    tokenize(
        block.text, [&](std::string_view token, std::size_t) { tokens.emplace_back(token); },
        [] {});
  }
  return tokens;
}

BOOST_AUTO_TEST_CASE(never_cuts_a_token_at_the_border_of_two_blocks) {
  std::vector<std::string> expected;
  std::string text;
  auto random = stream(1, "block reader test", 0);
  while (text.size() < 5 * kMegabyte) {
    expected.push_back("token" + std::to_string(random.below(1'000'000'000)));
    text += expected.back();
    text += " \t\n\v\f\r"[random.below(6)];
  }
  const test::TemporaryFolder folder;
  const auto path = folder.write("text", text);
  const auto blocks = blocks_of({path});
  BOOST_TEST(blocks.size() == 6u);
  BOOST_TEST((tokens_of(blocks) == expected));

  std::string joined;
  for (const auto& block : blocks) {
    BOOST_TEST(block.offset == joined.size());
    BOOST_TEST(block.input == path.string());
    joined += block.text;
    BOOST_TEST(block.ends_input == (&block == &blocks.back()));
  }
  BOOST_TEST((joined == text));
}

BOOST_AUTO_TEST_CASE(keeps_a_token_whole_that_is_longer_than_a_block) {
  const std::string giant(3 * kMegabyte + 17, 'g');
  const test::TemporaryFolder folder;
  for (const auto& [before, after] : std::vector<std::pair<std::string, std::string>>{
           {"", ""}, {"a ", ""}, {"a ", " b"}, {"", "\nb"}}) {
    const auto blocks = blocks_of({folder.write("text", before + giant + after)});
    std::string joined;
    for (const auto& block : blocks) joined += block.text;
    BOOST_TEST((joined == before + giant + after));
    const auto tokens = tokens_of(blocks);
    BOOST_TEST(tokens.size() == 1u + !before.empty() + !after.empty());
    BOOST_TEST((tokens[before.empty() ? 0 : 1] == giant));
  }
}

BOOST_AUTO_TEST_CASE(reads_files_whose_size_is_near_that_of_a_block_or_of_its_first_piece) {
  const test::TemporaryFolder folder;
  constexpr std::size_t kPiece = std::size_t{1} << 14;
  for (const auto size :
       {kPiece - 1, kPiece, kPiece + 1, kMegabyte - 1, kMegabyte, kMegabyte + 1, 2 * kMegabyte}) {
    for (const char last : {'x', ' ', '\n'}) {
      std::string text(size, 'x');
      text[size / 2] = ' ';
      text.back() = last;
      const auto blocks = blocks_of({folder.write("text", text)});
      std::string joined;
      for (const auto& block : blocks) joined += block.text;
      BOOST_TEST((joined == text), size);
      BOOST_TEST(tokens_of(blocks).size() == 2u);
      BOOST_TEST(blocks.back().ends_input);
    }
  }
}

BOOST_AUTO_TEST_CASE(skips_a_byte_order_mark_and_counts_it_in_the_offsets) {
  const test::TemporaryFolder folder;
  const std::string mark = "\xef\xbb\xbf";
  auto blocks = blocks_of({folder.write("text", mark + "a b")});
  BOOST_TEST(blocks[0].text == "a b");
  BOOST_TEST(blocks[0].offset == 3u);

  std::string words;
  while (words.size() < 2 * kMegabyte) words += "word ";
  blocks = blocks_of({folder.write("text", mark + words)});
  BOOST_TEST(blocks[1].offset == 3 + blocks[0].text.size());

  BOOST_TEST(blocks_of({folder.write("text", mark)})[0].text.empty());
  // Elsewhere it is part of a token.
  BOOST_TEST(blocks_of({folder.write("text", "a " + mark + "b")})[0].text == "a " + mark + "b");
  BOOST_TEST(blocks_of({folder.write("text", mark + mark)})[0].text == mark);
}

BOOST_AUTO_TEST_CASE(refuses_utf_16) {
  const test::TemporaryFolder folder;
  using namespace std::string_view_literals;
  for (const auto text : {"\xff\xfe"
                          "a\0"sv,
                          "\xfe\xff\0a"sv}) {
    BOOST_CHECK_EXCEPTION(blocks_of({folder.write("text", text)}), FormatError,
                          test::says("text: is UTF-16 text, expected UTF-8"));
  }
}

BOOST_AUTO_TEST_CASE(refuses_utf_16_without_a_byte_order_mark) {
  const test::TemporaryFolder folder;
  const auto as_utf16 = [](std::string_view text, std::size_t first_zero) {
    std::string result;
    for (const char c : text)
      result += first_zero == 0 ? std::string{'\0', c} : std::string{c, '\0'};
    return result;
  };
  const std::string text = "some words that are long enough to tell";
  for (const std::size_t first_zero : {0, 1}) {
    BOOST_CHECK_EXCEPTION(blocks_of({folder.write("text", as_utf16(text, first_zero))}),
                          FormatError, test::says("text: is UTF-16 text, expected UTF-8"));
  }
  BOOST_CHECK_EXCEPTION(blocks_of({folder.write("text", std::string(100, '\0'))}), FormatError,
                        test::says("text: is no text: 100 % of its first bytes are NUL"));
  // A NUL byte here and there is part of a token.
  const auto some = std::string(20, '\0') + text + text;
  BOOST_TEST((blocks_of({folder.write("text", some)})[0].text == some));
}

BOOST_AUTO_TEST_CASE(reads_files_one_after_another_and_never_across_their_border) {
  const test::TemporaryFolder folder;
  const auto first = folder.write("first", "one two");
  const auto empty = folder.write("empty", "");
  const auto second = folder.write("second", "\xef\xbb\xbfthree\n");
  const auto blocks = blocks_of({first, empty, second});
  BOOST_REQUIRE(blocks.size() == 3u);
  const std::array<std::string, 3> names{first.string(), empty.string(), second.string()};
  const std::array<std::string, 3> texts{"one two", "", "three\n"};
  const std::array<std::uint64_t, 3> offsets{0, 0, 3};
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    BOOST_TEST(blocks[i].input == names[i]);
    BOOST_TEST(blocks[i].text == texts[i]);
    BOOST_TEST(blocks[i].offset == offsets[i]);
    BOOST_TEST(blocks[i].ends_input);
  }
}

BOOST_AUTO_TEST_CASE(counts_bytes_before_and_after_decompression) {
  const test::TemporaryFolder folder;
  const std::string text(3 * kMegabyte, ' ');
  if (!test::append_compressed(folder / "text.gz", "gzip", text)) return;
  const std::vector<fs::path> inputs{folder.write("plain", "some text"), folder / "text.gz"};
  BlockReader reader(inputs);
  while (reader.next()) continue;
  BOOST_TEST(reader.bytes() == 9 + text.size());
  BOOST_TEST(reader.consumed() == 9 + fs::file_size(folder / "text.gz"));
}

BOOST_AUTO_TEST_CASE(of_no_inputs_gives_nothing) { BOOST_TEST(blocks_of({}).empty()); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
