#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "common/progress.h"
#include "embed/text/vocabulary.h"

namespace wordkin {

// Where something is in a text.
struct TextPlace {
  std::string file;
  std::uint64_t line = 0;    // from 1
  std::uint64_t offset = 0;  // in bytes, after decompression
};

// How often something occurs, and where first.
struct TextFault {
  static constexpr std::size_t kPlaces = 3;

  std::uint64_t count = 0;
  std::vector<TextPlace> places;  // the first kPlaces

  void add(const TextPlace& place) {
    if (places.size() < kPlaces) places.push_back(place);
    ++count;
  }
};

// Something long, and where it begins.
struct LongestPart {
  std::uint64_t bytes = 0;
  TextPlace place;
};

// What a text is like, before anything is learned from it.
struct TextFacts {
  std::uint64_t bytes = 0;
  std::uint64_t lines = 0;  // that have a token
  std::uint64_t tokens = 0;
  TextFault byte_order_marks;
  TextFault invalid_utf8;  // ill-formed parts
  TextFault nul_bytes;
  TextFault windows_line_ends;
  TextFault long_tokens;  // of more than kLongToken bytes
  LongestPart longest_token;
  LongestPart longest_line;
  std::uint64_t numbers = 0;      // tokens of digits and ASCII punctuation
  std::uint64_t glued = 0;        // words that punctuation begins or ends
  std::uint64_t capitalised = 0;  // tokens that begin with an upper-case letter
  std::uint64_t lower_case = 0;   // tokens that begin with a lower-case letter
  // Lines of kLongEnough bytes and more that repeat an earlier one.
  double repeated_lines = 0;  // their share
  bool repeated_is_estimate = false;
  TextFault repeated;
  // Why files cannot be read to their end: UTF-16, damaged compressed data.
  std::vector<std::string> errors;
  bool is_part = false;  // there is more text than was looked at

  static constexpr std::size_t kLongToken = 200;
  static constexpr std::size_t kLongEnough = 20;
};

// Reads about the first `most_bytes` (before decompression; 0: all) of the inputs on `threads`
// threads (0: all). The facts are the same for any number of threads. Throws IoError for a file
// that is not there, and Interrupted.
TextFacts check_text(std::span<const std::filesystem::path> inputs, std::uint64_t most_bytes,
                     int threads, const Monitor& monitor = {});

// Words that the vocabulary has in lower case and in other spellings too.
struct CaseVariants {
  std::uint64_t words = 0;        // in another case
  std::uint64_t occurrences = 0;  // of these
};
CaseVariants count_case_variants(const Vocabulary& vocabulary);

}  // namespace wordkin
