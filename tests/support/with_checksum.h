#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "common/hash.h"

namespace wordkin::test {

// The bytes with the checksum that a state of training ends in made right, so that what they hold
// is looked at.
inline std::string with_checksum(std::string_view bytes) {
  std::string result(bytes);
  if (bytes.size() < sizeof(std::uint64_t)) return result;
  const auto size = bytes.size() - sizeof(std::uint64_t);
  Checksum checksum;
  checksum.add(bytes.substr(0, size));
  const auto value = checksum.value();
  std::memcpy(result.data() + size, &value, sizeof(value));
  return result;
}

}  // namespace wordkin::test
