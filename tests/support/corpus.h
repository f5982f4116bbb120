#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

#include "common/random.h"
#include "embed/text/read_corpus.h"
#include "tests/support/support.h"

namespace wordkin::test {

// The words of a vocabulary, to make another one of.
inline StringTable table_of(const Vocabulary& vocabulary) {
  StringTable table;
  for (WordId id = 0; id < vocabulary.size(); ++id) table.insert(vocabulary.word(id));
  return table;
}

// `text` read from a file.
inline Corpus corpus_of(std::string_view text, std::uint64_t min_count = 1) {
  const TemporaryFolder folder;
  const std::array inputs{folder.write("text", text)};
  CorpusOptions options;
  options.vocabulary.min_count = min_count;
  options.threads = 1;
  return read_corpus(inputs, options);
}

// Sentences of `length` words out of w0, w1, ..., of which the first ones are the most frequent.
inline std::string random_text(std::size_t sentences, std::size_t length, std::uint32_t types) {
  auto random = stream(1, "random text", types);
  std::string text;
  for (std::size_t sentence = 0; sentence < sentences; ++sentence) {
    for (std::size_t i = 0; i < length; ++i) {
      const auto word = random.below(1 + random.below(types));
      text.append(i == 0 ? "w" : " w").append(std::to_string(word));
    }
    text += '\n';
  }
  return text;
}

// One sentence of `length` words out of a, b, c.
inline std::string one_sentence(std::size_t length) {
  std::string text;
  for (std::size_t i = 0; i < length; ++i) text.append({"abc"[i % 3], ' '});
  return text;
}

}  // namespace wordkin::test
