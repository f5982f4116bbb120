#include "classify/text_encoding.h"

#include <algorithm>
#include <utility>

#include "common/parallel.h"

namespace wordkin {
namespace {

void count(const EncodedText& text, EncodingFigures& figures) {
  ++figures.texts;
  figures.words += text.empty ? 0 : text.ids.size() + text.cut;
  figures.unknown += text.unknown;
  figures.cut_texts += text.cut > 0 ? 1 : 0;
  figures.cut_words += text.cut;
  figures.empty_texts += text.empty ? 1 : 0;
}

}  // namespace

EncodedText encode_text(std::string_view text, const TextEncoding& encoding,
                        const Vocabulary& vocabulary) {
  EncodedText result;
  result.words = prepare_text(text, encoding.preparation);
  for (const auto& word : result.words) {
    result.ids.push_back(vocabulary.find(word).value_or(vocabulary.size()));
  }
  result.unknown = static_cast<std::size_t>(std::ranges::count(result.ids, vocabulary.size()));
  if (encoding.max_words > 0 && result.words.size() > encoding.max_words) {
    result.cut = result.words.size() - encoding.max_words;
    const auto cut_middle = [&](auto& items) {
      const auto middle = items.begin() + static_cast<std::ptrdiff_t>((encoding.max_words + 1) / 2);
      items.erase(middle, middle + static_cast<std::ptrdiff_t>(result.cut));
    };
    cut_middle(result.words);
    cut_middle(result.ids);
  }
  result.empty = result.words.empty();
  if (result.empty) {
    result.words.emplace_back();
    result.ids.push_back(vocabulary.find("").value_or(vocabulary.size()));
  }
  return result;
}

EncodedData encode_texts(const LabelledTexts& texts, const TextEncoding& encoding,
                         const Vocabulary& vocabulary) {
  std::vector<EncodedText> encoded(texts.size());
  parallel_for_ranges(texts.size(), 64, [&](std::size_t begin, std::size_t end) {
    for (auto i = begin; i < end; ++i) {
      encoded[i] = encode_text(texts.texts[i], encoding, vocabulary);
      encoded[i].words = {};  // only their ids are needed
    }
  });
  EncodedData result;
  result.report.classes.resize(texts.labels.size());
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    const auto& text = encoded[i];
    result.texts.add(text.ids, texts.classes[i]);
    count(text, result.report.all);
    count(text, result.report.classes[texts.classes[i]]);
    result.report.lengths.push_back(text.empty ? 0 : text.ids.size() + text.cut);
  }
  std::ranges::sort(result.report.lengths);
  return result;
}

}  // namespace wordkin
