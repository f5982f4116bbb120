#include "tools/page.h"

#include <fmt/format.h>

#include "embed/text/unicode.h"
#include "tools/page_assets.h"

namespace wordkin {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

// Only strings of JSON can hold a <, where \u003c is the same; without one, nothing in a script
// element ends it or begins a comment in it.
std::string script_data(const nlohmann::ordered_json& data) {
  const auto json = data.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  std::string text;
  text.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      text += "\\u003c";
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace

std::string escape_markup(std::string_view text) {
  const auto valid = replace_invalid_utf8(text);
  std::string result;
  for (std::size_t i = 0; i < valid.size(); ++i) {
    const char c = valid[i];
    if (c == '&') {
      result += "&amp;";
    } else if (c == '<') {
      result += "&lt;";
    } else if (c == '>') {
      result += "&gt;";
    } else if (c == '"') {
      result += "&quot;";
    } else if (c == '\'') {
      result += "&#39;";
    } else if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n') {
      result += kReplacement;
    } else if (const auto three = std::string_view(valid).substr(i, 3);
               three == "\xef\xbf\xbe" || three == "\xef\xbf\xbf") {  // U+FFFE, U+FFFF
      result += kReplacement;
      i += 2;
    } else {
      result += c;
    }
  }
  return result;
}

std::string html_page(const Page& page) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
      "<title>{}</title>\n<style>\n{}{}</style>\n</head>\n<body>\n"
      "<button type=\"button\" id=\"theme\" aria-label=\"Light or dark\" title=\"Light or dark\">"
      "\u25d0</button>\n<main>\n{}</main>\n"
      "<script id=\"data\" type=\"application/json\">{}</script>\n"
      "<script>\n{}{}</script>\n</body>\n</html>\n",
      escape_markup(page.title), assets::kPageStyle, page.style, page.body, script_data(page.data),
      assets::kPageScript, page.script);
}

}  // namespace wordkin
