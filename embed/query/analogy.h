#pragma once

#include <array>
#include <cstddef>
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
enum class AnalogyMethod { k3CosAdd, k3CosMul };
template <>
inline constexpr std::array<std::string_view, 2> kEnumNames<AnalogyMethod>{"3cosadd", "3cosmul"};

// a is to b as c is to ?
struct Analogy {
  WordId a, b, c;
};

// The direction b - a + c, of length 1, with the three words excluded.
Query analogy_query(const UnitVectors& vectors, const Analogy& analogy);

// The `top` best answers, best first, never one of the three words themselves. The similarity of a
// result is the score of the method.
std::vector<Neighbor> solve_analogy(const UnitVectors& vectors, const Analogy& analogy,
                                    AnalogyMethod method, std::size_t top);

}  // namespace wordkin
