#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <set>
#include <span>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "common/error.h"
#include "common/input.h"
#include "common/lines.h"
#include "embed/query/evaluation_sets.h"
#include "embed/text/tokenizer.h"
#include "embed/text/unicode.h"

namespace wordkin {
namespace {

using Sections = std::vector<AnalogySection>;
using Words = std::vector<std::string_view>;

FormatError line_error(const std::string& name, std::size_t line, std::string_view found,
                       std::string_view expected) {
  return FormatError(
      fmt::format("{}: line {}: found '{}', expected {}", name, line, excerpt(found), expected));
}

// A line that is not empty.
struct Line {
  std::size_t number;
  std::string_view text;
  Words words;
};

std::vector<Line> lines_of(const FileContents& file) {
  std::vector<Line> lines;
  std::size_t number = 0;
  for (const auto text : split_lines(text_of(file))) {
    ++number;
    if (auto words = split_tokens(text); !words.empty()) {
      lines.push_back({number, without_outer_space(text), std::move(words)});
    }
  }
  return lines;
}

AnalogyQuestion question(std::string_view a, std::string_view b, std::string_view c,
                         std::string_view answer) {
  return {std::string(a), std::string(b), std::string(c), {std::string(answer)}};
}

// A pair of parts of speech, as MSR's set has them: JJ_JJR, NN_NNPOS, VB_VBD.
bool is_tag(std::string_view word) {
  return word.find('_') != word.npos &&
         std::ranges::all_of(word, [](char c) { return c == '_' || (c >= 'A' && c <= 'Z'); });
}

// Sections by their tags, in the order in which these first occur.
class TaggedSections {
 public:
  explicit TaggedSections(Sections& sections) : sections_(sections) {}

  void add(std::string_view tag, AnalogyQuestion question) {
    const auto [place, is_new] = places_.emplace(tag, sections_.size());
    if (is_new) sections_.push_back({std::string(tag), Relation::kSyntactic, {}});
    sections_[place->second].questions.push_back(std::move(question));
  }

 private:
  Sections& sections_;
  std::map<std::string, std::size_t, std::less<>> places_;
};

Sections read_questions(const std::string& name, std::span<const Line> lines) {
  Sections sections;
  TaggedSections tagged(sections);
  for (const auto& [number, text, words] : lines) {
    if (text.starts_with(':')) {
      const auto section = without_outer_space(text.substr(1));
      if (section.empty()) throw line_error(name, number, text, "a section's name after ':'");
      const auto relation =
          section.starts_with("gram") ? Relation::kSyntactic : Relation::kSemantic;
      sections.push_back({std::string(section), relation, {}});
    } else if (words.size() == 4) {
      if (sections.empty()) sections.push_back({"questions", Relation::kSemantic, {}});
      sections.back().questions.push_back(question(words[0], words[1], words[2], words[3]));
    } else if (words.size() == 5 && (is_tag(words[3]) || is_tag(words[4]))) {
      const std::size_t tag = is_tag(words[3]) ? 3 : 4;
      tagged.add(words[tag], question(words[0], words[1], words[2], words[7 - tag]));
    } else {
      throw line_error(name, number, text,
                       "': section', four words, or four words and a tag such as JJ_JJR");
    }
  }
  return sections;
}

// Of the MSR set's two files, whose lines belong together.
Sections read_questions_and_answers(const std::filesystem::path& path,
                                    std::span<const Line> questions) {
  const auto answers_path = std::filesystem::path(path).replace_extension(".answers");
  const auto name = path.string();
  if (path.extension() != ".questions" || !std::filesystem::exists(answers_path)) {
    throw line_error(name, questions.front().number, questions.front().text,
                     "four words; or for lines of three words a file NAME.questions, with the "
                     "answers in NAME.answers beside it");
  }
  const FileContents file(answers_path);
  const auto answers = lines_of(file);
  if (answers.size() != questions.size()) {
    throw FormatError(fmt::format("{}: found {} answers, expected {}, one for each question of {}",
                                  file.name(), answers.size(), questions.size(), name));
  }
  Sections sections;
  TaggedSections tagged(sections);
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const auto& words = questions[i].words;
    const auto& answer = answers[i].words;
    if (words.size() != 3) {
      throw line_error(name, questions[i].number, questions[i].text, "three words");
    }
    if (answer.size() != 2 || !is_tag(answer[0])) {
      throw line_error(file.name(), answers[i].number, answers[i].text,
                       "a tag such as JJ_JJR and a word");
    }
    tagged.add(answer[0], question(words[0], words[1], words[2], answer[1]));
  }
  return sections;
}

std::vector<std::string> split_answers(std::string_view text) {
  std::vector<std::string> answers;
  while (!text.empty()) {
    const auto end = std::min(text.find('/'), text.size());
    if (end > 0) answers.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return answers;
}

Sections read_relation(const std::filesystem::path& path, std::span<const Line> lines) {
  constexpr std::size_t kMostLines = 1000;
  if (lines.size() > kMostLines) {
    throw FormatError(fmt::format(
        "{}: found {} lines of two words, expected at most {}, as all pairs of lines are questions",
        path.string(), lines.size(), kMostLines));
  }
  constexpr std::size_t kMostBytes = std::size_t{1} << 25;  // of half of all questions
  const auto bytes =
      std::transform_reduce(lines.begin(), lines.end(), std::size_t{0}, std::plus<>(),
                            [](const Line& line) { return line.text.size(); });
  if (lines.size() * bytes > kMostBytes) {
    throw FormatError(fmt::format(
        "{}: found {} lines of two words of {} bytes in all, expected at most {} bytes, as all "
        "pairs of lines are questions",
        path.string(), lines.size(), bytes, kMostBytes / lines.size()));
  }
  std::vector<std::vector<std::string>> answers;
  for (const auto& [number, text, words] : lines) {
    if (words.size() == 2) answers.push_back(split_answers(words[1]));
    if (words.size() != 2 || answers.back().empty()) {
      throw line_error(path.string(), number, text, "a word and its answers, separated by '/'");
    }
  }
  const auto folder = fold_case(std::filesystem::absolute(path).parent_path().filename().string());
  const bool is_syntactic = folder.find("morphology") != folder.npos;
  AnalogySection section{
      path.stem().string(), is_syntactic ? Relation::kSyntactic : Relation::kSemantic, {}};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    for (std::size_t k = 0; k < lines.size(); ++k) {
      if (i == k) continue;
      section.questions.push_back({std::string(lines[i].words[0]), answers[i].front(),
                                   std::string(lines[k].words[0]), answers[k]});
    }
  }
  return {section};
}

Sections read_file(const std::filesystem::path& path) {
  const FileContents file(path);
  const auto lines = lines_of(file);
  if (lines.empty()) return {};
  const auto columns = lines.front().text.starts_with(':') ? 0 : lines.front().words.size();
  if (columns == 2) return read_relation(path, lines);
  if (columns == 3) return read_questions_and_answers(path, lines);
  return read_questions(file.name(), lines);
}

Sections read_folder(const std::filesystem::path& folder) {
  std::set<std::filesystem::path> files;
  std::error_code error;
  const std::filesystem::recursive_directory_iterator end;
  for (std::filesystem::recursive_directory_iterator entry(folder, error); !error && entry != end;
       entry.increment(error)) {
    const auto& path = entry->path();
    if (path.extension() == ".txt" && !std::filesystem::is_directory(path)) files.insert(path);
  }
  if (error) throw io_error(folder, "read", error.value());
  if (files.empty()) {
    throw FormatError(folder.string() +
                      ": holds no .txt files; expected a folder of analogy questions as BATS");
  }
  Sections sections;
  for (const auto& file : files) {
    for (auto& section : read_file(file)) sections.push_back(std::move(section));
  }
  return sections;
}

}  // namespace

std::vector<AnalogySection> read_analogies(const std::filesystem::path& path) {
  std::error_code absent;  // which reading the file will tell
  auto sections = std::filesystem::is_directory(path, absent) ? read_folder(path) : read_file(path);
  if (std::ranges::all_of(sections,
                          [](const auto& section) { return section.questions.empty(); })) {
    throw FormatError(path.string() + ": holds no analogy questions");
  }
  return sections;
}

}  // namespace wordkin
