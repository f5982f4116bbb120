#pragma once

#include <string>
#include <string_view>

namespace wordkin {

// Text for HTML, between tags or in quotes.
std::string escape_markup(std::string_view text);

}  // namespace wordkin
