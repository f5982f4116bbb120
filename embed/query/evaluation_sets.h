#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace wordkin {

// a is to b as c is to any of the answers.
struct AnalogyQuestion {
  std::string a, b, c;
  std::vector<std::string> answers;
  bool operator==(const AnalogyQuestion&) const = default;
};

// What the words of a question have to do with each other: forms of grammar, or meaning.
enum class Relation { kSemantic, kSyntactic };

struct AnalogySection {
  std::string name;
  Relation relation = Relation::kSemantic;
  std::vector<AnalogyQuestion> questions;
};

struct SimilarityPair {
  std::string a, b;
  double score;
};

// Analogy questions in any of these forms; white space separates words, lines of nothing are
// skipped.
//
// - Google's questions-words.txt (Mikolov et al. 2013): lines ": section", then lines of four
//   words. Sections whose names begin with "gram" are syntactic. The lines ": section" may be left
//   out.
// - MSR's set (Mikolov, Yih and Zweig, NAACL 2013): lines of four words with a tag such as JJ_JJR
//   as fourth or fifth column; or a file of three words a line, NAME.questions, with lines
//   "tag answer" in NAME.answers beside it. The tags are the sections, all syntactic.
// - BATS (Gladkova, Drozd and Matsuoka, NAACL 2016): a folder of folders of files, or such a
//   folder, or a file, of lines "word answer1/answer2/...". Each file is a section; its questions
//   are all ordered pairs of different lines, of which the first gives a and its first answer b,
//   the second c and the answers. Syntactic are those in folders of "morphology".
//
// Throws IoError, and FormatError with the line for anything else, and where there are no
// questions.
std::vector<AnalogySection> read_analogies(const std::filesystem::path& path);

// Pairs of words with a score that is higher the more alike they are: lines "word word score",
// separated by tabs, by commas (CSV as in RFC 4180) or by white space, as the first line is. A
// first line is a header if it names "Word 1" and "Word 2", which are then the words' columns, or
// if nothing after two words looks like a number. With more columns, the score is the first number
// after the words of the first pair. Lines of nothing and lines that begin with '#' are skipped.
// Throws IoError, and FormatError with the line for anything else, and where there are no pairs.
std::vector<SimilarityPair> read_similarities(const std::filesystem::path& path);

}  // namespace wordkin
