#include "embed/text/vocabulary.h"

#include "tests/fuzz/embeddings.h"

namespace wordkin::fuzz {
namespace {

constexpr VocabularyOptions kFrequentWords{.min_count = 2, .max_words = 3};

void check_ordered(const Vocabulary& frequent, const Vocabulary& all) {
  check(!frequent.empty() && frequent.size() <= kFrequentWords.max_words, "limits are kept");
  for (WordId id = 0; id < frequent.size(); ++id) {
    const auto found = all.find(frequent.word(id));
    check(found && all.count(*found) == frequent.count(id), "counts are kept");
    check(frequent.count(id) >= kFrequentWords.min_count, "limits are kept");
    check(id == 0 || frequent.count(id) <= frequent.count(id - 1), "counts descend");
  }
}

void run_vocabulary(std::string_view bytes) {
  const MemoryFile file(bytes);
  const auto all = accepted(bytes.size(), [&] { return read_vocabulary_in_order(file.path()); });
  const auto frequent =
      accepted(bytes.size(), [&] { return read_vocabulary(file.path(), kFrequentWords); });
  check(all || !frequent, "both readers refuse the same files");
  if (!all) return;
  check_vocabulary(*all);
  check_unique(*all);
  if (frequent) check_ordered(*frequent, *all);
  if (!gets_long_checks(bytes)) return;
  const MemoryFile again(written([&](const std::filesystem::path& path) {
    OutputFile to(path);
    write_vocabulary(to, *all);
    to.commit();
  }));
  check_same_words(read_vocabulary_in_order(again.path()), *all);
}

std::vector<std::string> vocabulary_seeds() {
  return {"the 500\ncat 7\nn\xc3\xa4ive 7\n7 1", "new york\t12\r\na  3\r\n", "a 281474976710656\n"};
}

const Registration kVocabulary{{"vocabulary", run_vocabulary, vocabulary_seeds}};

}  // namespace
}  // namespace wordkin::fuzz
