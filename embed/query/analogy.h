#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "common/enum_names.h"
#include "embed/query/nearest.h"

namespace wordkin {

// How the answer d to "a is to b as c is to d" is chosen, over unit vectors:
//   3CosAdd  the highest cos(d, b - a + c)     Mikolov, Yih and Zweig, NAACL 2013
//   3CosMul  the highest cos'(d, b) cos'(d, c) / (cos'(d, a) + 0.001), cos' = (cos + 1) / 2
//            Levy and Goldberg, "Linguistic regularities in sparse and explicit word
//            representations", CoNLL 2014, equation (4)
//   PairDirection  the highest cos(d - c, b - a)    as compared there
enum class AnalogyMethod { k3CosAdd, k3CosMul, kPairDirection };
template <>
inline constexpr std::array<std::string_view, 3> kEnumNames<AnalogyMethod>{"3cosadd", "3cosmul",
                                                                           "pairdirection"};

// a is to b as c is to ?
struct Analogy {
  WordId a, b, c;
};

// The direction b - a + c, of length 1, with the three words excluded.
Query analogy_query(const UnitVectors& vectors, const Analogy& analogy);

// Of each analogy the `top` best answers, best first, never one of its three words. The similarity
// of a result is the score of the method, 0 where it has none: of PairDirection where a and b, or c
// and d, have the same vector. Uses the threads of the arena that it is called in; the result is
// the same for any number of them.
std::vector<std::vector<Neighbor>> solve_analogies(const UnitVectors& vectors,
                                                   std::span<const Analogy> analogies,
                                                   AnalogyMethod method, std::size_t top);

}  // namespace wordkin
