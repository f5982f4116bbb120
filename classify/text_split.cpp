#include "classify/text_split.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "common/error.h"
#include "common/random.h"

namespace wordkin {
namespace {

std::uint32_t validation_count(std::size_t count, double fraction) {
  if (count < 2) return 0;
  const auto share = std::llround(fraction * static_cast<double>(count));
  return static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(share, 1, static_cast<std::int64_t>(count) - 1));
}

}  // namespace

TextSplit split_texts(LabelledTexts texts, double fraction, std::uint64_t seed) {
  if (!(fraction > 0 && fraction < 1)) {
    throw UsageError(fmt::format(
        "the fraction of texts for validation is {}, expected more than 0 and less than 1",
        fraction));
  }
  std::vector<std::vector<std::size_t>> members(texts.labels.size());
  for (std::size_t i = 0; i < texts.size(); ++i) members[texts.classes[i]].push_back(i);

  std::vector<char> is_validation(texts.size(), 0);
  for (std::size_t c = 0; c < members.size(); ++c) {
    const auto order = shuffled(static_cast<std::uint32_t>(members[c].size()),
                                stream(seed, "validation split", c));
    const auto count = validation_count(members[c].size(), fraction);
    for (std::uint32_t i = 0; i < count; ++i) is_validation[members[c][order[i]]] = 1;
  }

  TextSplit split{{texts.labels, {}, {}}, {texts.labels, {}, {}}};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    auto& part = is_validation[i] != 0 ? split.validation : split.train;
    part.texts.push_back(std::move(texts.texts[i]));
    part.classes.push_back(texts.classes[i]);
  }
  return split;
}

std::size_t count_shared(const LabelledTexts& train, const LabelledTexts& validation) {
  const std::unordered_set<std::string_view> known(train.texts.begin(), train.texts.end());
  return static_cast<std::size_t>(std::ranges::count_if(
      validation.texts, [&](const auto& text) { return known.contains(text); }));
}

}  // namespace wordkin
