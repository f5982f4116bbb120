#pragma once

#include <algorithm>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "common/progress.h"
#include "embed/query/nearest.h"
#include "tools/answers.h"
#include "tools/command.h"
#include "tools/output.h"

namespace wordkin {

// Whether a command's arguments, VECTORS and then questions, leave the questions to standard input:
// there are none, or one that is "-". Throws UsageError when the vectors come from there, too.
bool questions_from_input(std::string_view command, const Arguments& arguments);

struct InputLine {
  std::string text;  // without its end
  std::size_t number;
};

// Calls on_lines(lines) for the lines of standard input that arrive together, but for empty ones:
// one after another from a terminal, many from a file. On a terminal it says first that it reads
// `what`. Throws IoError and Interrupted.
void for_each_input_lines(const CommonOptions& options, const Monitor& monitor,
                          std::string_view what,
                          const std::function<void(std::span<const InputLine>)>& on_lines);

// A question as it is printed: for JSON and for text.
struct Question {
  nlohmann::ordered_json json;
  std::string title;
};

// Prints the words that answer questions, one question after another. Of several, one that has no
// answer is reported, and the next one answered.
class Answerer {
 public:
  enum class Questions { kOne, kSeveral };
  // In JSON the answers, up to `top` for each question, are under `key`.
  Answerer(const CommonOptions& options, const Vocabulary& vocabulary, Questions questions,
           std::string_view key, std::size_t top);

  // Answers questions, many at once. read(i) gives what question i asks, or throws NoAnswer;
  // solve() has the answers to all that ask something. The NoAnswer of the only question comes out
  // of here.
  template <class T>
  void answer(std::span<const Question> questions, const std::function<T(std::size_t)>& read,
              const std::function<std::vector<std::vector<Neighbor>>(std::span<const T>)>& solve) {
    for (std::size_t begin = 0; begin < questions.size(); begin += at_once_) {
      const auto some = questions.subspan(begin, std::min(at_once_, questions.size() - begin));
      std::vector<T> asked;
      std::vector<std::string> errors(some.size());
      for (std::size_t i = 0; i < some.size(); ++i) {
        try {
          asked.push_back(read(begin + i));
        } catch (const NoAnswer& error) {
          errors[i] = error.what();
        }
      }
      const auto answers = solve(asked);
      auto next = answers.begin();
      for (std::size_t i = 0; i < some.size(); ++i) {
        errors[i].empty() ? print(some[i], *next++) : refuse(some[i], errors[i]);
      }
      flush_out();
    }
  }

  // Throws Error when questions had no answer; `what` are they.
  void finish(std::string_view what) const;

 private:
  void print(const Question& question, const std::vector<Neighbor>& answers);
  void refuse(const Question& question, const std::string& error);

  const CommonOptions& options_;
  const Vocabulary& vocabulary_;
  Questions questions_;
  std::string key_;
  std::size_t at_once_;
  std::size_t answered_ = 0;
  std::size_t unanswered_ = 0;
};

}  // namespace wordkin
