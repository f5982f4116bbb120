#include "common/spill_store.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(spill_store)

using Numbers = std::vector<std::uint32_t>;

BOOST_AUTO_TEST_CASE(gives_back_what_it_took_from_memory_or_from_a_file) {
  Numbers all(10'000);
  std::iota(all.begin(), all.end(), 5u);
  for (const std::uint64_t memory : {0, 4, 4000, 39'999, 40'000, 1 << 20}) {
    BOOST_TEST_CONTEXT(memory << " bytes of memory") {
      SpillStore store(memory, "numbers");
      store.append(std::span<const std::uint32_t>());
      for (std::size_t begin = 0, size = 0; begin < all.size(); begin += size, ++size) {
        store.append(
            std::span<const std::uint32_t>(all).subspan(begin, std::min(size, all.size() - begin)));
        BOOST_TEST(store.size() == sizeof(std::uint32_t) * std::min(begin + size, all.size()));
      }
      BOOST_TEST(store.in_memory() == (memory >= 40'000));
      Numbers read(100);
      store.read(400, std::span(read));
      BOOST_TEST(std::ranges::equal(read, std::span(all).subspan(100, 100)));
      auto mapping = store.release();
      BOOST_TEST(store.size() == 0u);
      const std::span numbers(reinterpret_cast<std::uint32_t*>(mapping.data()), all.size());
      BOOST_TEST(std::ranges::equal(numbers, all));
      numbers[0] = 7;  // may be changed
    }
  }
}

BOOST_AUTO_TEST_CASE(of_nothing_gives_nothing) {
  for (const std::uint64_t memory : {0, 1000}) {
    SpillStore store(memory, "numbers");
    store.append(std::span<const std::uint32_t>());
    BOOST_TEST(store.size() == 0u);
    BOOST_CHECK_NO_THROW(store.release());
  }
}

BOOST_AUTO_TEST_CASE(uses_a_file_when_there_is_no_such_amount_of_memory) {
  SpillStore store(~std::uint64_t{0}, "numbers");
  const Numbers numbers{1, 2, 3};
  store.append(std::span(numbers));
  BOOST_TEST(!store.in_memory());
  BOOST_TEST(store.release().size() == 3 * sizeof(std::uint32_t));
}

BOOST_AUTO_TEST_CASE(says_where_it_cannot_make_its_file) {
  SpillStore store(0, "numbers", "/missing");
  const Numbers numbers{1};
  BOOST_CHECK_EXCEPTION(store.append(std::span(numbers)), IoError, test::says("/missing"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
