#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "classify/encoded_texts.h"
#include "classify/labelled_texts.h"
#include "classify/text_preparation.h"
#include "embed/text/vocabulary.h"

namespace wordkin {

// How texts become word ids.
struct TextEncoding {
  TextPreparation preparation;
  // A longer text keeps the first and the last half of so many words; 0: all of them.
  std::size_t max_words = 1000;
};

// A text as words and as their ids. A text without words has one, the empty word.
struct EncodedText {
  std::vector<std::string> words;
  std::vector<WordId> ids;  // vocabulary.size() for words that it does not have
  std::size_t unknown = 0;  // such words, before any were cut
  std::size_t cut = 0;      // words that were left out
  bool empty = false;       // there was no word
};

// Thread-safe.
EncodedText encode_text(std::string_view text, const TextEncoding& encoding,
                        const Vocabulary& vocabulary);

// What the texts of a class, or of all, were like.
struct EncodingFigures {
  std::size_t texts = 0;
  std::size_t words = 0;    // before any were cut
  std::size_t unknown = 0;  // words that the vocabulary does not have
  std::size_t cut_texts = 0;
  std::size_t cut_words = 0;
  std::size_t empty_texts = 0;
};

struct EncodingReport {
  EncodingFigures all;
  std::vector<EncodingFigures> classes;
  std::vector<std::size_t> lengths;  // in words, ascending
};

struct EncodedData {
  EncodedTexts texts;
  EncodingReport report;
};

// Encodes all texts on all threads, in their order.
EncodedData encode_texts(const LabelledTexts& texts, const TextEncoding& encoding,
                         const Vocabulary& vocabulary);

}  // namespace wordkin
