#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace wordkin {

// A page in one HTML file that needs no other file and no network, and is allowed none. All pages
// share their type and colours, light and dark (pages/page.css), and `page` (pages/page.js).
struct Page {
  std::string title;             // plain text
  std::string body;              // HTML
  std::string_view style = {};   // CSS, after that of all pages
  std::string_view script = {};  // JavaScript, which finds `data` in page.data
  nlohmann::ordered_json data = nullptr;
};

// The bytes of the file. Whatever strings are in `data` and `title`, they stay strings: nothing in
// them ends the block that they are in, and bytes that are not UTF-8 become U+FFFD.
std::string html_page(const Page& page);

// Text for HTML and XML, between tags or in quotes. What XML has no place for (bytes that are not
// UTF-8, most control characters) becomes U+FFFD.
std::string escape_markup(std::string_view text);

}  // namespace wordkin
