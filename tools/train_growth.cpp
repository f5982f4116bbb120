#include "tools/train_growth.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/matrix.h"
#include "tools/answers.h"
#include "tools/display.h"
#include "tools/output.h"

namespace wordkin {

std::uint64_t growth_memory(const Embeddings& before) {
  constexpr std::uint64_t kSearch = std::uint64_t{8} << 20;
  return before.size() * padded(before.dim()) * sizeof(float) + kSearch;
}

Growth measure_growth(const Embeddings& before, const Embeddings& after, const Monitor& monitor) {
  const auto shared = share_words(before, after);
  return {before.size(), after.size() - before.size(),
          compare_neighbors(UnitVectors(shared.a), UnitVectors(shared.b), {}, {}, monitor)};
}

void print_growth(const Growth& growth) {
  std::string kept;
  for (const auto& band : growth.neighbors) {
    if (!band.overlap) continue;
    kept += fmt::format("{} {:.0f} % ({})", kept.empty() ? "" : ",", 100 * *band.overlap,
                        enum_name(band.band));
  }
  print_error(
      "grown     {} on from where they were; {} are new: their vectors start at "
      "random, their contexts at zero\n",
      counted(growth.known, "word goes", "words go"), format_count(growth.added));
  if (!kept.empty()) {
    print_error("moved     of the {} nearest of a known word are still so:{}\n",
                OverlapOptions{}.neighbors, kept);
  }
}

nlohmann::ordered_json growth_json(const Growth& growth) {
  auto kept = nlohmann::ordered_json::object();
  for (const auto& band : growth.neighbors) kept[enum_name(band.band)] = or_null(band.overlap);
  return {{"known_words", growth.known}, {"new_words", growth.added}, {"kept_neighbors", kept}};
}

}  // namespace wordkin
