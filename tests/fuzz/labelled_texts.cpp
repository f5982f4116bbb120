#include "classify/labelled_texts.h"

#include <algorithm>
#include <array>
#include <set>

#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/mman.h>

#include "common/output.h"
#include "embed/text/tokenizer.h"
#include "embed/text/unicode.h"
#include "tests/fuzz/fuzz.h"

namespace wordkin::fuzz {
namespace {

constexpr std::array<std::string_view, 4> kExtensions{".tsv", ".csv", ".jsonl", ""};
constexpr std::array<std::string_view, 4> kColumns{"", "1", "2", "review"};

// A file in memory under names with extensions, which tell the form of labelled texts.
class NamedFile {
 public:
  NamedFile()
      : fd_(::memfd_create("fuzz", MFD_CLOEXEC)),
        folder_(std::filesystem::temp_directory_path() /
                fmt::format("wordkin-fuzz-{}", ::getpid())) {
    std::filesystem::create_directory(folder_);
    for (const auto extension : kExtensions) {
      std::filesystem::create_symlink(fmt::format("/proc/self/fd/{}", fd_.get()), path(extension));
    }
  }
  NamedFile(const NamedFile&) = delete;
  NamedFile& operator=(const NamedFile&) = delete;
  ~NamedFile() { std::filesystem::remove_all(folder_); }

  // Replaces the content.
  void write(std::string_view bytes) {
    check(::ftruncate(fd_.get(), 0) == 0 && ::lseek(fd_.get(), 0, SEEK_SET) == 0,
          "a file in memory can be emptied");
    write_all(fd_.get(), bytes, folder_);
  }
  std::filesystem::path path(std::string_view extension) const {
    return folder_ / fmt::format("texts{}", extension);
  }

 private:
  FileDescriptor fd_;
  std::filesystem::path folder_;
};

NamedFile& named_file() {
  static NamedFile file;
  return file;
}

void check_texts(const LabelledTexts& texts) {
  check(texts.size() > 0 && texts.classes.size() == texts.size(), "each text has a class");
  const std::set<std::uint32_t> classes(texts.classes.begin(), texts.classes.end());
  check(classes.size() == texts.labels.size() && *classes.rbegin() + 1 == classes.size(),
        "classes are those that occur");
  check(std::set(texts.labels.begin(), texts.labels.end()).size() == texts.labels.size(),
        "labels are different");
  for (const auto& label : texts.labels) {
    check(!label.empty() && without_outer_space(label) == label, "labels are names");
  }
}

void check_same_texts(const LabelledTexts& a, const LabelledTexts& b) {
  check(a.labels == b.labels && a.texts == b.texts && a.classes == b.classes, "texts are kept");
}

// Written as JSON Lines and read again they are the same.
void check_as_json(const LabelledTexts& texts) {
  const auto is_text = [](const std::string& text) { return is_valid_utf8(text); };
  if (!std::ranges::all_of(texts.texts, is_text) || !std::ranges::all_of(texts.labels, is_text)) {
    return;
  }
  std::string lines;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const nlohmann::json line{{"text", texts.texts[i]}, {"label", texts.labels[texts.classes[i]]}};
    lines += line.dump() + '\n';
  }
  auto& file = named_file();
  file.write(lines);
  check_same_texts(read_labelled_texts(file.path(".jsonl"), {}), texts);
}

// The first byte chooses the form and the options.
void run_labelled_texts(std::string_view bytes) {
  if (bytes.empty()) return;
  const auto choice = static_cast<unsigned char>(bytes.front());
  bytes.remove_prefix(1);
  auto& file = named_file();
  file.write(bytes);
  const auto path = file.path(kExtensions[choice % 4]);
  const LabelledTextOptions options{.text_column = std::string(kColumns[choice / 4 % 4]),
                                    .label_column = std::string(kColumns[choice / 16 % 4])};
  const auto texts = accepted(bytes.size(), [&] { return read_labelled_texts(path, options); });
  const auto of_model = accepted(bytes.size(), [&] {
    return read_labelled_texts(path, options, std::array<std::string, 2>{"pos", "neg"});
  });
  check(texts || !of_model, "a model's labels make no file readable");
  if (of_model) check(of_model->texts == texts->texts, "texts do not depend on labels");
  const auto lines = accepted(bytes.size(), [&] { return read_texts(path); });
  check(!lines || !lines->empty(), "there are lines");
  if (!texts) return;
  check_texts(*texts);
  if (gets_long_checks(bytes)) check_as_json(*texts);
}

std::vector<std::string> labelled_texts_seeds() {
  return {
      "\x03label\ttext\npos\tgood film .\r\nneg\t\n",
      std::string(1, '\0') + "1\tit 's fine\n0\tnot at all\n-1\tdull\n",
      "\x01id,Sentiment,Review\n1,pos,\"a, \"\"b\"\"\nc\"\n2,neg,x\n",
      "\x02{\"text\": \"a\\u0000\\u00e9\", \"label\": 1}\n\n{\"label\": \"pos\", \"text\": \"\"}",
      "\x19"
      "1,2\n3,4\n"};
}

const Registration kLabelledTexts{{"labelled_texts", run_labelled_texts, labelled_texts_seeds}};

}  // namespace
}  // namespace wordkin::fuzz
