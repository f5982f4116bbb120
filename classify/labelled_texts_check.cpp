#include "classify/labelled_texts_check.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "classify/text_preparation.h"
#include "common/parallel.h"
#include "embed/text/unicode.h"

namespace wordkin {

LabelledTextFacts check_labelled_texts(const LabelledTexts& texts, const LabelledTexts* others) {
  constexpr std::size_t kTextsPerTask = 64;
  std::vector<char> has_words(texts.size(), 0);
  std::vector<char> is_valid(texts.size(), 0);
  parallel_for_ranges(texts.size(), kTextsPerTask, [&](std::size_t begin, std::size_t end) {
    for (auto i = begin; i < end; ++i) {
      has_words[i] = !prepare_text(texts.texts[i], {}).empty();
      is_valid[i] = is_valid_utf8(texts.texts[i]);
    }
  });
  std::unordered_set<std::string_view> other_texts;
  if (others != nullptr) other_texts.insert(others->texts.begin(), others->texts.end());

  LabelledTextFacts facts;
  if (others != nullptr) {
    const std::unordered_set<std::string_view> own(texts.labels.begin(), texts.labels.end());
    std::ranges::copy_if(others->labels, std::back_inserter(facts.unseen_labels),
                         [&](const std::string& label) { return !own.contains(label); });
  }
  facts.texts.resize(texts.labels.size());
  std::unordered_map<std::string_view, std::uint32_t> first_class;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto number = i + 1;
    ++facts.texts[texts.classes[i]];
    if (is_valid[i] == 0) facts.invalid_utf8.add(number);
    if (has_words[i] == 0) facts.without_words.add(number);
    const auto [before, is_new] = first_class.try_emplace(texts.texts[i], texts.classes[i]);
    if (!is_new) facts.repeated.add(number);
    if (!is_new && before->second != texts.classes[i]) facts.contradicting.add(number);
    if (other_texts.contains(texts.texts[i])) facts.shared.add(number);
  }
  return facts;
}

}  // namespace wordkin
