#pragma once

#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace wordkin {

// Items that do not change any more, in memory or in a mapped file. Copies share them.
template <class T>
class SharedArray {
 public:
  SharedArray() = default;
  SharedArray(std::vector<T> items)  // NOLINT(google-explicit-constructor): they become shared ones
      : SharedArray(std::make_shared<const std::vector<T>>(std::move(items))) {}
  // `owner` keeps the memory of `items`.
  SharedArray(std::span<const T> items, std::shared_ptr<const void> owner)
      : items_(items), owner_(std::move(owner)) {}

  std::span<const T> items() const { return items_; }
  const std::shared_ptr<const void>& owner() const { return owner_; }

 private:
  explicit SharedArray(std::shared_ptr<const std::vector<T>> items)
      : items_(*items), owner_(std::move(items)) {}

  std::span<const T> items_;
  std::shared_ptr<const void> owner_;
};

}  // namespace wordkin
