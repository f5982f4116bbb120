#include "common/enum_names.h"

#include <array>

#include <boost/test/unit_test.hpp>

namespace wordkin {
namespace {

enum class Fruit { kApple, kPear };
}
template <>
inline constexpr std::array<std::string_view, 2> kEnumNames<Fruit>{"apple", "pear"};
namespace {

BOOST_AUTO_TEST_SUITE(enum_names)

BOOST_AUTO_TEST_CASE(lead_from_value_to_name_and_back) {
  static_assert(enum_name(Fruit::kPear) == "pear");
  static_assert(enum_from_name<Fruit>("apple") == Fruit::kApple);
  for (const auto fruit : {Fruit::kApple, Fruit::kPear}) {
    BOOST_TEST((enum_from_name<Fruit>(enum_name(fruit)) == fruit));
  }
}

BOOST_AUTO_TEST_CASE(know_no_other_spelling) {
  for (const auto* name : {"", "Apple", "apples", "pea"}) {
    BOOST_TEST(!enum_from_name<Fruit>(name).has_value(), name);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
