#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "common/progress.h"
#include "embed/text/encoded_corpus.h"
#include "embed/text/unicode.h"
#include "embed/text/vocabulary.h"

namespace wordkin {

struct CorpusOptions {
  VocabularyOptions vocabulary;
  InvalidUtf8 invalid_utf8 = InvalidUtf8::kReplace;
  // Bytes that words and ids may take up, besides reading_memory(): ids beyond it go to a
  // temporary file; words beyond it are an error.
  std::uint64_t memory = std::uint64_t{4} << 30;
  std::uint64_t most_bytes = 0;  // of the inputs, before decompression, for a sample; 0: all
  int threads = 0;               // 0: all
  std::filesystem::path temporary_folder = {};  // for that file; empty: TMPDIR

  void validate() const;  // throws UsageError
};

// Bytes that blocks of text take up while they are read.
std::uint64_t reading_memory(int threads);

// What the text was like.
struct TextStatistics {
  std::uint64_t bytes = 0;           // after decompression
  std::uint64_t input_bytes = 0;     // before it
  std::uint64_t tokens = 0;          // all of them, rare ones included
  std::uint64_t types = 0;           // different tokens
  std::uint64_t invalid_tokens = 0;  // tokens that were not valid UTF-8
  std::uint64_t word_memory = 0;     // bytes that counting the words took up, with any threads
};

struct CountedText {
  Vocabulary vocabulary;
  TextStatistics statistics;
};

struct Corpus {
  Vocabulary vocabulary;
  EncodedCorpus ids;  // words outside the vocabulary are left out
  TextStatistics statistics;
};

// Text: tokens separated by ASCII white space; a newline or the end of a file ends a sentence. A
// UTF-8 byte-order mark at the start of a file is skipped. Inputs are read once, from first to
// last, decompressed where compressed; "-" is standard input. All functions use options.threads
// threads and give the same result for any number of them. They throw IoError, FormatError (UTF-16
// text, invalid UTF-8 where that fails, damaged compressed data, no word in the vocabulary),
// UsageError when the words exceed options.memory, and Interrupted.

// Counts the words of the inputs.
CountedText count_words(std::span<const std::filesystem::path> inputs, const CorpusOptions& options,
                        const Monitor& monitor = {});

// Counts and encodes in one pass.
Corpus read_corpus(std::span<const std::filesystem::path> inputs, const CorpusOptions& options,
                   const Monitor& monitor = {});

// Encodes with a given vocabulary; options.vocabulary is not used.
Corpus read_corpus(std::span<const std::filesystem::path> inputs, Vocabulary vocabulary,
                   const CorpusOptions& options, const Monitor& monitor = {});

// Encodes with the words of `known`, which has counts, and with those that are new and that
// options.vocabulary keeps; a word's count is the sum of both. Throws UsageError without counts.
Corpus read_more_corpus(std::span<const std::filesystem::path> inputs, const Vocabulary& known,
                        const CorpusOptions& options, const Monitor& monitor = {});

}  // namespace wordkin
