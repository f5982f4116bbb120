#include <cstdint>
#include <iterator>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/sample.h"
#include "datasets/sentences.h"

#include "common/random.h"

namespace wordkin::datasets {
namespace {

enum class Opinion { kNegative, kPositive };

constexpr Opinion opposite(Opinion opinion) {
  return opinion == Opinion::kPositive ? Opinion::kNegative : Opinion::kPositive;
}

// What is reviewed: a lead-in without an opinion, who judges it, what they did, and its aspects.
struct Setting {
  std::string_view visit;
  std::string_view judge;
  std::string_view deed;
  std::string_view aspects;
};

constexpr Setting kSettings[] = {
    {"i watched this film", "viewer", "saw the film",
     "plot acting music dialogue camerawork lighting editing soundtrack casting pacing "
     "scenery script direction ending costume humour"},
    {"i read this book", "reader", "read the book",
     "plot prose dialogue opening ending style pacing translation cover narrator "
     "hero villain language humour preface vocabulary"},
    {"i ate at this restaurant", "guest", "ate there",
     "food service soup dessert menu wine music salad bread coffee "
     "decor waiter chef pasta steak lighting"},
};

constexpr std::string_view kWhen =
    "on a rainy friday|last week|in the holidays|on my birthday|in the autumn|yesterday|"
    "one evening in june|for the second time";
constexpr std::string_view kCompany =
    "alone|with my brother|with two colleagues|with an old friend|with my parents|with the "
    "children";

constexpr std::string_view kPraise =
    "superb brilliant wonderful excellent splendid marvellous delightful outstanding magnificent "
    "charming impressive fabulous terrific lovely admirable glorious fantastic enchanting "
    "exquisite amazing";
constexpr std::string_view kBlame =
    "dreadful dull awful tedious terrible horrible dismal mediocre disappointing clumsy lousy "
    "shoddy poor weak bland abysmal atrocious pathetic dreary forgettable";

// A template that holds with what its adjective says, and one that holds with the opposite: "@" is
// the aspect, "*" the adjective, "%" the judge, "$" the deed. All are equally likely for either
// label, and those of a pair put the same words next to the adjective (the first two pairs
// together), so that neither a word nor two neighbours tell the label.
struct Pair {
  std::string_view affirming;
  std::string_view denying;
};

constexpr Pair kClauses[] = {
    {"the @ was *", "the @ was not *"},
    {"there was never a moment when the @ was not *", "there was never a moment when the @ was *"},
    {"the @ was nothing but *", "the @ was anything but *"},
    {"the @ was not far from *", "the @ was far from *"},
    {"the @ can only be called *", "the @ can hardly be called *"},
    {"even the most experienced % would call the @ *",
     "not even the most experienced % would call the @ *"},
    {"everybody who $ will say that the @ was *", "nobody who $ will say that the @ was *"},
    {"nobody can deny that the @ was *", "nobody can claim that the @ was *"},
    {"it would be wrong to deny that the @ was *", "it would be wrong to claim that the @ was *"},
    {"it is no exaggeration to call the @ *", "there is no reason to call the @ *"},
};

// These cannot be part of a longer sentence.
constexpr Pair kVerdicts[] = {
    {"i expected the @ to be * ; it was just that",
     "i expected the @ to be * ; it was the opposite"},
    {"critics call the @ * ; i agree with them", "critics call the @ * ; i do not agree with them"},
    {"friends told me that the @ was * ; they were right",
     "friends told me that the @ was * ; they were wrong"},
};

// ">" is the clause that decides, "<" one of the opposite opinion. Each comes in both orders.
constexpr std::string_view kContrasts[] = {
    "< , but >",
    "> , even though <",
    "although < , >",
    "> , although <",
    "despite the fact that < , >",
    "> , despite the fact that <",
    "it matters little that < ; what counts is that >",
    "what counts is that > ; it matters little that <",
};

// The sentences of a review; all that have an opinion have the same. One review in seven is plain,
// its adjective the opinion itself: too few to make counting words worthwhile, but without them a
// network is slow to find out that adjectives matter.
constexpr std::string_view kPlain = "the @ was *";
constexpr std::string_view kOutlines[] = {
    "visit plain",   "visit remark",    "visit contrast",  "visit contrast",
    "remark remark", "remark contrast", "contrast remark",
};

// Deals words in random order.
class Deck {
 public:
  Deck(std::string_view words, RandomStream& random)
      : words_(split(words)),
        order_(shuffled(static_cast<std::uint32_t>(words_.size()), RandomStream(random()))) {}

  std::string_view deal() {
    const auto word = words_[order_.back()];
    order_.pop_back();
    return word;
  }

 private:
  Words words_;
  std::vector<std::uint32_t> order_;
};

class Reviewer {
 public:
  explicit Reviewer(RandomStream random)
      : random_(random),
        setting_(kSettings[below(random_, std::size(kSettings))]),
        aspects_(setting_.aspects, random_),
        praise_(kPraise, random_),
        blame_(kBlame, random_) {}

  std::string write(Opinion opinion) {
    std::string text;
    for (const auto part : split(kOutlines[below(random_, std::size(kOutlines))])) {
      if (!text.empty()) text += ' ';
      text.append(sentence(part, opinion)).append(" .");
    }
    return text;
  }

 private:
  std::string sentence(std::string_view part, Opinion opinion) {
    if (part == "visit") return visit();
    if (part == "plain") return fill(kPlain, opinion);
    if (part == "contrast") return contrast(opinion);
    return remark(opinion);
  }

  std::string visit() {
    const auto times = split(kWhen, '|');
    const auto companies = split(kCompany, '|');
    std::string text(setting_.visit);
    text.append(" ").append(companies[below(random_, companies.size())]);
    return text.append(" ").append(times[below(random_, times.size())]);
  }

  std::string contrast(Opinion opinion) {
    std::string text;
    for (const auto token : split(kContrasts[below(random_, std::size(kContrasts))])) {
      if (!text.empty()) text += ' ';
      if (token == ">") {
        text += clause(opinion);
      } else if (token == "<") {
        text += clause(opposite(opinion));
      } else {
        text += token;
      }
    }
    return text;
  }

  std::string remark(Opinion opinion) {
    const auto which = below(random_, std::size(kClauses) + std::size(kVerdicts));
    if (which < std::size(kClauses)) return express(opinion, kClauses[which]);
    return express(opinion, kVerdicts[which - std::size(kClauses)]);
  }

  std::string clause(Opinion opinion) {
    return express(opinion, kClauses[below(random_, std::size(kClauses))]);
  }

  std::string express(Opinion opinion, const Pair& pair) {
    if (below(random_, 2) == 0) return fill(pair.affirming, opinion);
    return fill(pair.denying, opposite(opinion));
  }

  std::string fill(std::string_view pattern, Opinion adjective) {
    std::string text;
    for (const auto token : split(pattern)) {
      if (!text.empty()) text += ' ';
      text += resolve(token, adjective);
    }
    return text;
  }

  std::string_view resolve(std::string_view token, Opinion adjective) {
    if (token == "@") return aspects_.deal();
    if (token == "*") return (adjective == Opinion::kPositive ? praise_ : blame_).deal();
    if (token == "%") return setting_.judge;
    if (token == "$") return setting_.deed;
    return token;
  }

  RandomStream random_;
  const Setting& setting_;
  Deck aspects_;
  Deck praise_;
  Deck blame_;
};

}  // namespace

void write_reviews(std::ostream& out, std::uint64_t seed, std::uint64_t reviews) {
  out << "label\ttext\n";
  for (std::uint64_t index = 0; index < reviews; ++index) {
    const auto opinion = index % 2 == 0 ? Opinion::kPositive : Opinion::kNegative;
    Reviewer reviewer(stream(seed, "reviews", index));
    out << (opinion == Opinion::kPositive ? "positive" : "negative") << '\t'
        << reviewer.write(opinion) << '\n';
  }
}

}  // namespace wordkin::datasets
