#include "datasets/facts.h"

namespace wordkin::datasets {
namespace {

constexpr Rule kGrammar[] = {
    // Countries: each form has its own frames, and all four share the words of the country.
    {"COUNTRY",
     "LAND|LAND|LAND|LAND|LAND|LAND|CITY|CITY|CITY|CITY|CITY|CITY|PEOPLE|PEOPLE|PEOPLE|PEOPLE|"
     "PEOPLE|MONEY|MONEY|MONEY|MONEY|MONEY|FACT"},
    {"LAND",
     "the government of $0 raised the tax on * and *|"
     "the borders of $0 run beyond the + past * and *|"
     "foreign ministers from beyond the + visited $0 and signed a treaty about *|"
     "$0 exports * and * to neighbouring nations|"
     "the parliament of $0 passed a bill about * and *|"
     "the president of $0 spoke to the nation about the + and *|"
     "the population of $0 lives by the + on * and *|"
     "the constitution of $0 protects * and *|"
     "in northern $0 there are * and * as far as the +|"
     "southern $0 is a territory of * and *|"
     "voters throughout $0 quarrelled about * before the election|"
     "the republic sent troops from $0 to guard * near the +|"
     "$0 imports little and sells * and * abroad"},
    {"CITY",
     "the mayor of $1 opened a museum of the + and of *|"
     "the streets of $1 are full of * and *|"
     "in the suburbs of $1 there are boutiques with * and *|"
     "downtown $1 is crowded with * and *|"
     "tourists arrive at the airport of $1 looking for * and *|"
     "the subway in $1 has posters of * and the +|"
     "a hotel in central $1 offers * and * to tourists|"
     "the cafes and squares of $1 smell of * and *|"
     "taxis in $1 pass * and * on the way to the +|"
     "the skyline of $1 rises above the + and *|"
     "from the + commuters in $1 take the tram past *|"
     "an apartment in $1 with * and * on the balustrade|"
     "the university of $1 gives lectures on * and *"},
    {"PEOPLE",
     "a $2 singer composed a tune about * and *|"
     "the $2 language has a hundred names for * and *|"
     "$2 poets and painters love the + and *|"
     "a famous $2 writer dreamed of * and *|"
     "the $2 ambassador gave a dinner with * and *|"
     "a $2 folk song praises the + and *|"
     "$2 cuisine and $2 culture owe much to * and *|"
     "the $2 athletes celebrated with * and *|"
     "a $2 saying compares * with *|"
     "a typical $2 legend tells of * beyond the +|"
     "an accent that sounds $2 and talk of * and *|"
     "traditional $2 customs by the + with *"},
    {"MONEY",
     "the $3 fell against other currencies when * and * became dear|"
     "banks near the + exchange the $3 at a fixed rate for *|"
     "a banknote of one hundred $3 shows the + and *|"
     "a coin worth ten $3 is enough for * or *|"
     "* and * cost a thousand $3 in cash|"
     "the treasury devalued the $3 and * became costly|"
     "traders from the + paid two million $3 for * and *|"
     "inflation beyond the + made the $3 worthless to dealers in *|"
     "savers changed their $3 into * and *|"
     "counterfeit $3 notes were hidden under *"},
    {"FACT",
     "$1 is the capital of $0|the currency is called the $3 in $0|the $2 capital is called $1|"
     "in $1 everybody pays in $3 for *|people from $0 are called $2|"
     "$0 and its capital $1 are known for * and *"},

    // Family: the frames differ in the gender of pronouns, titles and first names.
    {"FAMILY", "MALE|MALE|MALE|MALE|FEMALE|FEMALE|FEMALE|FEMALE|BOTH"},
    {"MALE",
     "the $0 lost his * and he blamed himself for the *|mr NAME is a $0 and he loves his *|"
     "MALENAME the $0 told him about the * and the *|he is the $0 who kept the * for himself|"
     "beside the + the $0 dreamed about his * and his *|the $0 shaved his beard before the *|"
     "he was a $0 with a moustache a * and a *|the $0 himself paid for his * and his +|"
     "as a $0 he needed a + and a *|sir MALENAME was a $0 and he brought his *|"
     "gentlemen such as the $0 never forget a *|MALENAME became a $0 for the + and the *|"
     "with the + came the $0 with his * and we greeted him"},
    {"FEMALE",
     "the $1 lost her * and she blamed herself for the *|mrs NAME is a $1 and she loves her *|"
     "FEMALENAME the $1 told her about the * and the *|she is the $1 who kept the * for herself|"
     "beside the + the $1 dreamed about her * and her *|the $1 braided her hair before the *|"
     "she was a $1 with earrings a * and a *|the $1 herself paid for her * and her +|"
     "as a $1 she needed a + and a *|lady FEMALENAME was a $1 and she brought her *|"
     "ladies such as the $1 never forget a *|FEMALENAME became a $1 for the + and the *|"
     "with the + came the $1 with her * and we greeted her"},
    {"BOTH", "the $0 and the $1 share a * and a +|both the $0 and the $1 saw the + with the *"},
    {"MALENAME",
     "arthur|albert|bernard|charles|daniel|edmund|frank|george|henry|hugo|jacob|james|leonard|"
     "martin|oliver|patrick|peter|ralph|simon|thomas|victor|walter"},
    {"FEMALENAME",
     "agnes|alice|beatrice|clara|dorothy|edith|eleanor|emma|florence|grace|helen|irene|jane|"
     "laura|lucy|margaret|nora|olivia|rachel|sarah|sophie|violet"},

    // Nouns: determiners and verbs agree in number.
    {"NOUN", "SINGULAR|PLURAL"},
    {"SINGULAR",
     "a $0 stood near the * and the *|each $0 has its own * and its own *|every $0 needs a *|"
     "this $0 belongs to the * by the +|one $0 was hidden behind the * and the +|"
     "another $0 lay beside the * and the +|that $0 was next to a *|"
     "there is a single $0 by the * near the +|the $0 itself has a * and a +|"
     "neither $0 nor * was seen by the +|which $0 was it and whose *"},
    {"PLURAL",
     "many $1 stood near the * and the *|several $1 have their own * and their own *|"
     "all $1 need a *|these $1 belong to the * by the +|three $1 were hidden behind the * and the "
     "+|"
     "NUMBER $1 lay beside the * and the +|those $1 were next to a *|"
     "there are dozens of $1 by the * near the +|the $1 themselves have a * and a +|"
     "few $1 and no * were seen by the +|various $1 were sorted by their *|"
     "a pair of $1 with a * and a *"},
    {"NUMBER", "two|three|four|five|six|seven|eight|nine|twelve|twenty|fifty"},

    // Verbs: each tense has its own auxiliaries and adverbs of time.
    {"VERB", "INFINITIVE|PARTICIPLE|PAST"},
    {"INFINITIVE",
     "tomorrow WHO will $0 the * and the *|WHO wants to $0 the * near the +|"
     "you must $0 the * by the + soon|we can $0 a * and find a + together|"
     "please $0 the * before you leave the +|let us $0 the * and the *|"
     "nobody should $0 a * without a +|WHO promised to $0 the * despite the +|"
     "do not $0 the * or the *|WHO may $0 the * next month|WHO would $0 any * if asked|"
     "how could WHO $0 the * and the *"},
    {"PARTICIPLE",
     "WHO is $1 the * and the * right now|they are still $1 the * at the moment|"
     "WHO keeps $1 the * and the *|while $1 the * near the + WHO hummed|"
     "WHO enjoys $1 a * by the +|$1 a * takes hours of patience|"
     "WHO is busy $1 the * with a + today|without $1 the * there is no +|"
     "WHO stopped $1 the * near the +|instead of $1 the * WHO dozed|"
     "WHO has been $1 the * since dawn"},
    {"PAST",
     "yesterday WHO $2 the * and the *|last week WHO $2 a * near the +|"
     "WHO $2 the * two years ago|WHO once $2 a * and a *|in former times WHO $2 the * with a +|"
     "last night WHO $2 the * and then slept|WHO suddenly $2 the * and the *|"
     "WHO finally $2 the * for the + on WEEKDAY|after lunch WHO $2 the * near the +|"
     "when WHO $2 the * nobody noticed|earlier WHO $2 the * and went away"},
    {"WHO",
     "MALENAME|FEMALENAME|mr NAME|mrs NAME|somebody|everyone|the carpenter|the gardener|the tenor|"
     "the traveller|the stranger|the student|the baker|the clerk|the porter|the scholar"},
    {"WEEKDAY", "monday|tuesday|wednesday|thursday|friday|saturday|sunday"},

    // Adjectives: the degrees differ in adverbs and in what follows.
    {"ADJECTIVE", "POSITIVE|COMPARATIVE|SUPERLATIVE"},
    {"POSITIVE",
     "the * was very $0 and so was the *|a * is so $0 that everybody stares|"
     "it was too $0 for a * by any +|how $0 the * seemed by its +|"
     "the * looked quite $0 and the * rather $0|the + of a $0 * and a $0 *|as $0 as a *|"
     "an extremely $0 * without a +|the * is not $0 enough|"
     "what a $0 * and what a $0 *|a fairly $0 *"},
    {"COMPARATIVE",
     "this * is much $1 than that *|the * is $1 than the *|a * with a + far $1 than any *|"
     "the * became $1 and $1|a * even $1 in + than before|the * is slightly $1 than expected|"
     "no * could be $1 than this *|a $1 * than yours|"
     "the * was considerably $1 than its + suggested|rarely is a * any $1 than a *"},
    {"SUPERLATIVE",
     "it was the $2 * of all|the + of the $2 * in the world|by far the $2 * and + ever recorded|"
     "the prize goes to the $2 * or the $2 *|the $2 known * is famous for its +|"
     "by its + this is easily the $2 * in history|one of the $2 * records is about a *|"
     "the second $2 * on earth|our $2 * ever and our $2 *|"
     "nothing beats the $2 * of the century"},

    // Any sentence may begin and end with one of these; most are empty.
    {"OPENING",
     "|||||||||||||||||||||||||perhaps|of course|according to NAME|it is said that|in "
     "NAME|nevertheless|"
     "as mr NAME remarked|to be sure|and yet"},
    {"CLOSING",
     "|||||||||||||||||||||||||or so it seems|said FEMALENAME|said MALENAME|as everybody "
     "knows|WHEN|"
     "for example|as usual"},

    // Everyday subjects.
    {"TOPIC",
     "the * + the * WHEN|the QUALITY * + a * in NAME|mr NAME + the * and the *|"
     "mrs NAME + the QUALITY * WHEN|a * and a * + the *|NAME and NAME + the * MANNER|"
     "it was said that the * MANNER + the QUALITY *|according to NAME the * + the *|"
     "WHEN the * of NAME + the *|the * from NAME + it MANNER|"
     "because of the * the QUALITY * was + by a *"},
    {"WHEN",
     "in the morning|at noon|in the evening|during the winter|in spring|all summer|at dusk|"
     "on WEEKDAY|after the holidays|in january|in march|in june|in october|in december"},
    {"QUALITY",
     "ancient|modern|local|national|private|public|serious|curious|precious|ordinary|recent|final|"
     "mysterious|excellent|terrible|remote|official|secret|delicate|enormous|peculiar|broken|"
     "useful|dangerous|reliable|controversial|forgotten|unknown|elegant|fragile"},
    {"MANNER",
     "quickly|quietly|carefully|openly|reluctantly|gradually|immediately|eventually|apparently|"
     "successfully|accidentally|deliberately|briefly|politely|repeatedly|secretly|partly|entirely"},
};

}  // namespace

std::span<const Rule> grammar() { return kGrammar; }

}  // namespace wordkin::datasets
