#include "embed/train/step_queue.h"

#include <vector>

#include <boost/test/unit_test.hpp>

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(step_queue)

BOOST_AUTO_TEST_CASE(steps_come_out_in_order_and_their_memory_is_used_again) {
  StepQueue<std::vector<int>> steps;
  BOOST_CHECK(steps.empty());
  BOOST_CHECK(steps.second() == nullptr);
  auto& first = steps.push();
  first.assign(3, 1);
  BOOST_CHECK(steps.second() == nullptr);
  auto& second = steps.push();
  second.assign(2, 2);
  BOOST_CHECK_EQUAL(&steps.front(), &first);
  BOOST_CHECK_EQUAL(steps.second(), &second);
  steps.pop();
  BOOST_CHECK_EQUAL(&steps.front(), &second);
  auto& third = steps.push();
  BOOST_CHECK_EQUAL(&third, &first);  // with what it held
  BOOST_CHECK_EQUAL(third.size(), 3);
  std::vector<const std::vector<int>*> waiting;
  for (const auto& step : steps) waiting.push_back(&step);
  BOOST_CHECK(waiting == (std::vector<const std::vector<int>*>{&second, &third}));
  steps.pop();
  steps.pop();
  BOOST_CHECK(steps.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
