#include <array>
#include <memory>

#include "embed/query/nearest.h"
#include "embed/vectors/native_format.h"
#include "tests/fuzz/embeddings.h"

namespace wordkin::fuzz {
namespace {

void check_round_trip(const Embeddings& embeddings) {
  const auto bytes = saved(embeddings, VectorFormat::kSafetensors);
  check(bytes.has_value(), "what was read can be written");
  const auto again = read_native(*bytes, "again");
  check_same(again, embeddings);
  check(again.context() == embeddings.context(), "context vectors are kept");
}

// Everything that is asked of vectors whose values are checked when they are used.
void use_unverified(const Embeddings& opened) {
  check_sizes(opened);
  for (WordId id = 0; id < opened.size(); ++id) {
    const auto found = opened.vocabulary().find(opened.vocabulary().word(id));
    check(found && *found <= id, "words are found");
    accepted(0, [&] {
      const auto vector = opened.vector(id);
      check(std::ranges::all_of(vector, [](float x) { return std::isfinite(x); }),
            "a vector that is given out is finite");
      return true;
    });
  }
  accepted(0, [&] {
    const UnitVectors vectors(opened);
    const std::array queries{Query{vectors.unit(0), {0}}, Query{vectors.unit(0), {}}};
    for (const auto& neighbors : nearest(vectors, queries, 3)) {
      for (const auto& [word, similarity] : neighbors) {
        check(word < opened.size() && std::isfinite(similarity), "neighbours are words");
      }
    }
    return true;
  });
}

void run_native_vectors(std::string_view bytes) {
  const auto now = accepted(bytes.size(), [&] { return read_native(bytes, "file"); });
  if (now) {
    check_whole(*now);
    if (gets_long_checks(bytes)) check_round_trip(*now);
  }
  const auto owner = std::make_shared<const std::string>(bytes);
  auto opened =
      accepted(bytes.size(), [&] { return read_native(*owner, "file", owner, Verify::kOnUse); });
  if (!opened) return;
  use_unverified(*opened);
  if (gets_long_checks(bytes)) saved(*opened, VectorFormat::kGlove);
  if (now) check_same(*opened, *now);
  const auto indexed = accepted(bytes.size(), [&] {
    opened->index_words();
    return true;
  });
  if (indexed) check_unique(opened->vocabulary());
}

std::vector<std::string> native_vectors_seeds() {
  return {*saved(some_embeddings(), VectorFormat::kSafetensors),
          *saved(some_embeddings({4, 3, 2, 1}), VectorFormat::kSafetensors)};
}

const Registration kNativeVectors{{"native_vectors", run_native_vectors, native_vectors_seeds}};

}  // namespace
}  // namespace wordkin::fuzz
