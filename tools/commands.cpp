#include "tools/commands.h"

#include <array>
#include <stdexcept>

#include <fmt/format.h>

#include "tools/command.h"
#include "tools/did_you_mean.h"

namespace wordkin {
namespace {

constexpr std::array kCommands{
    Command{"train", "learn word vectors from text", train_command},
    Command{"doctor", "what training on a text would take, and what is wrong with the text",
            doctor_command},
    Command{"vocab", "count the words of a text", vocab_command},
    Command{"cooccur", "count which words occur near each other", cooccur_command},
    Command{"similar", "the nearest words of a word", similar_command},
    Command{"index", "make the search for nearest words fast", index_command},
    Command{"similarity", "the similarity of two words", similarity_command},
    Command{"analogy", "A is to B as C is to what?", analogy_command},
    Command{"evaluate", "accuracy on analogies, correlation with human similarity scores",
            evaluate_command},
    Command{"compare", "which of two files of vectors is better, and how alike they are",
            compare_command},
    Command{"bias", "which bias word vectors carry, and how much", bias_command},
    Command{"debias", "remove bias from word vectors, with a receipt", debias_command},
    Command{"convert", "vectors from one file format to another", convert_command},
    Command{"map", "a picture of words, to look at or to explore", map_command},
    Command{"info", "what a file of vectors holds", info_command},
    Command{"sentiment train", "learn to classify texts by their vectors", sentiment_train_command},
    Command{"sentiment evaluate", "accuracy of a classifier, and how sure it is",
            sentiment_evaluate_command},
    Command{"sentiment predict", "the classes of texts", sentiment_predict_command},
    Command{"sentiment explain", "which words make a text's class", sentiment_explain_command},
    Command{"manual", "the manual page of a command", manual_command},
    Command{"completion", "a script with which a shell completes commands", completion_command},
};

}  // namespace

std::span<const Command> commands() { return kCommands; }

std::vector<NextWord> first_words() {
  std::vector<NextWord> words;
  for (const auto& [name, summary, run] : kCommands) {
    const auto word = name.substr(0, name.find(' '));
    if (word == name) {
      words.push_back({std::string(name), std::string(summary)});
    } else if (words.back().word == word) {
      words.back().summary += fmt::format("; {}", summary);
    } else {
      words.push_back({std::string(word), std::string(summary)});
    }
  }
  return words;
}

std::vector<NextWord> words_after(std::string_view first) {
  std::vector<NextWord> words;
  for (const auto& [name, summary, run] : kCommands) {
    const auto space = name.find(' ');
    if (space != name.npos && name.substr(0, space) == first) {
      words.push_back({std::string(name.substr(space + 1)), std::string(summary)});
    }
  }
  return words;
}

std::string similar_command(std::string_view name) {
  std::vector<std::string> names;
  for (const auto& command : kCommands) names.emplace_back(command.name);
  for (const auto& [word, summary] : first_words()) names.push_back(word);
  return did_you_mean(name, names);
}

CommandHelp help_of(const Command& command) {
  try {
    command.run({"--help"}, {});
  } catch (const HelpAsked& asked) {
    return asked.help;
  }
  throw std::logic_error(fmt::format("{} has no --help", command.name));
}

}  // namespace wordkin
