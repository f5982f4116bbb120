#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "common/progress.h"
#include "embed/query/nearest.h"
#include "tools/answers.h"
#include "tools/command.h"

namespace wordkin {

// Whether a command's arguments, VECTORS and then questions, leave the questions to standard input:
// there are none, or one that is "-". Throws UsageError when the vectors come from there, too.
bool questions_from_input(std::string_view command, const Arguments& arguments);

// Calls on_line(line, number) for each line of standard input that is not empty, without its end.
// On a terminal it says first that it reads `what`. Throws IoError and Interrupted.
void for_each_input_line(const CommonOptions& options, const Monitor& monitor,
                         std::string_view what,
                         const std::function<void(const std::string&, std::size_t)>& on_line);

// Prints the words that answer questions, one question after another. Of several, one that has no
// answer is reported, and the next one answered.
class Answerer {
 public:
  enum class Questions { kOne, kSeveral };
  // In JSON the answers are under `key`.
  Answerer(const CommonOptions& options, const Vocabulary& vocabulary, Questions questions,
           std::string_view key);

  // solve() returns the answers or throws NoAnswer. The question stands for itself in JSON, the
  // title in text. The NoAnswer of the only question comes out of here.
  void answer(const nlohmann::ordered_json& question, std::string_view title,
              const std::function<std::vector<Neighbor>()>& solve);

  // Throws Error when questions had no answer; `what` are they.
  void finish(std::string_view what) const;

 private:
  void print(nlohmann::ordered_json question, std::string_view title,
             const std::vector<Neighbor>& answers);

  const CommonOptions& options_;
  const Vocabulary& vocabulary_;
  Questions questions_;
  std::string key_;
  std::size_t asked_ = 0;
  std::size_t unanswered_ = 0;
};

}  // namespace wordkin
