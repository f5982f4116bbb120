#pragma once

#include <iterator>
#include <list>

namespace wordkin {

// Steps of training that were collected and wait for their turn. Their memory is used again for
// later ones.
template <class Step>
class StepQueue {
 public:
  bool empty() const { return waiting_.empty(); }
  // The last one from now on, with what some earlier step left in it.
  Step& push() {
    if (spare_.empty()) spare_.emplace_back();
    waiting_.splice(waiting_.end(), spare_, spare_.begin());
    return waiting_.back();
  }
  Step& front() { return waiting_.front(); }
  // The one after it, or null.
  Step* second() { return waiting_.size() < 2 ? nullptr : &*std::next(waiting_.begin()); }
  void pop() { spare_.splice(spare_.begin(), waiting_, waiting_.begin()); }

  auto begin() { return waiting_.begin(); }
  auto end() { return waiting_.end(); }

 private:
  std::list<Step> waiting_;
  std::list<Step> spare_;
};

}  // namespace wordkin
