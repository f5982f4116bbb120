#include <algorithm>
#include <array>
#include <map>

#include "common/lines.h"
#include "embed/text/read_corpus.h"
#include "embed/text/tokenizer.h"
#include "tests/fuzz/embeddings.h"

namespace wordkin::fuzz {
namespace {

using Sentences = std::vector<std::vector<std::string>>;

// The tokens of each line, as the readers promise them.
Sentences sentences_of(std::string_view text, InvalidUtf8 invalid) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  Sentences sentences;
  for (const auto line : split_lines(text)) {
    std::vector<std::string> sentence;
    for (const auto token : split_tokens(line)) {
      sentence.push_back(invalid == InvalidUtf8::kReplace ? replace_invalid_utf8(token)
                                                          : std::string(token));
    }
    if (!sentence.empty()) sentences.push_back(std::move(sentence));
  }
  return sentences;
}

void check_counts(const CountedText& counted, const Sentences& sentences) {
  std::map<std::string_view, std::uint64_t> counts;
  for (const auto& sentence : sentences) {
    for (const auto& token : sentence) ++counts[token];
  }
  const auto& vocabulary = counted.vocabulary;
  check(counted.statistics.types == counts.size() && vocabulary.size() == counts.size(),
        "all words are counted");
  check(counted.statistics.tokens == vocabulary.total(), "all tokens are counted");
  for (WordId id = 0; id < vocabulary.size(); ++id) {
    check(counts[vocabulary.word(id)] == vocabulary.count(id), "words are counted");
    check(is_valid_utf8(vocabulary.word(id)) || counted.statistics.invalid_tokens > 0,
          "invalid tokens are counted");
  }
}

void check_sentences(const Corpus& corpus, const Sentences& sentences) {
  Sentences found;
  check(corpus.ids.ids().back() == kSentenceEnd, "the last sentence has an end");
  for_each_sentence(corpus.ids.ids(), [&](std::span<const WordId> ids) {
    found.emplace_back();
    for (const auto id : ids) {
      check(id < corpus.vocabulary.size(), "ids are those of words");
      found.back().emplace_back(corpus.vocabulary.word(id));
    }
  });
  check(found == sentences, "sentences are encoded");
  check(corpus.ids.sentences() == sentences.size(), "sentences are counted");
}

// The first byte chooses what happens to invalid UTF-8.
void run_corpus(std::string_view bytes) {
  if (bytes.empty()) return;
  const auto invalid = static_cast<InvalidUtf8>(static_cast<unsigned char>(bytes.front()) % 3);
  bytes.remove_prefix(1);
  const MemoryFile file(bytes);
  const std::array inputs{file.path()};
  const CorpusOptions options{
      .vocabulary = {.min_count = 1}, .invalid_utf8 = invalid, .memory = 1 << 12, .threads = 1};
  const auto counted = accepted(bytes.size(), [&] { return count_words(inputs, options); });
  const auto corpus = accepted(bytes.size(), [&] { return read_corpus(inputs, options); });
  check(counted.has_value() == corpus.has_value(), "both readers refuse the same texts");
  if (!corpus) return;
  const auto sentences = sentences_of(bytes, invalid);
  check_counts(*counted, sentences);
  check_vocabulary(corpus->vocabulary);
  check_same_words(corpus->vocabulary, counted->vocabulary);
  check_sentences(*corpus, sentences);
}

std::vector<std::string> corpus_seeds() {
  return {"0the cat sat\r\non the\n\nmat the end",
          "1\xef\xbb\xbf"
          "caf\xc3\xa9 \xff\xfe x\n",
          "2\xe4\xb8\xad \xe4\xb8 \xf0\x9f\x98\x80\n\t\v\f"};
}

const Registration kCorpus{{"corpus", run_corpus, corpus_seeds}};

}  // namespace
}  // namespace wordkin::fuzz
