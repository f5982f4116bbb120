#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace wordkin::fuzz {

// Mutates bytes to at most `longest` others.
using MutateBytes = std::function<std::string(std::string bytes, std::size_t longest)>;

// A safetensors file with one of its parts changed: a tensor's type, shape, bytes or name, a value
// of the metadata, or the text of the header. As a rule the result is a well-formed file, so that
// what checks the content of the tensors is reached. Nothing where `file` is too damaged for that,
// and at times, so that the bytes are mutated as they are.
std::optional<std::string> mutate_safetensors(std::string_view file, unsigned seed,
                                              const MutateBytes& mutate_bytes);

}  // namespace wordkin::fuzz
