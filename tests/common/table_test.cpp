#include "common/table.h"

#include <string>

#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(tables)

// The rows as they are, each "line:cell|cell".
std::string rows_of(std::string_view text, TableForm form) {
  std::string result;
  for (const auto& [line, cells] : parse_table(text, form, "table")) {
    result += std::to_string(line);
    for (const auto& cell : cells) result += (&cell == cells.data() ? ':' : '|') + cell;
    result += ';';
  }
  return result;
}

BOOST_AUTO_TEST_CASE(of_commas_may_quote_cells) {
  const auto csv = [](std::string_view text) { return rows_of(text, TableForm::kCsv); };
  BOOST_CHECK_EQUAL(csv("a,b\nc,d"), "1:a|b;2:c|d;");
  BOOST_CHECK_EQUAL(csv("a,b\r\n\r\nc,\r\n"), "1:a|b;3:c|;");
  BOOST_CHECK_EQUAL(csv("\"a,b\",\"c\"\"d\"\n"), "1:a,b|c\"d;");
  BOOST_CHECK_EQUAL(csv("\"a\nb\",c\nd,e\n"), "1:a\nb|c;3:d|e;");
  BOOST_CHECK_EQUAL(csv("5\" disk,\"\"\n"), "1:5\" disk|;");
  BOOST_CHECK_EQUAL(csv(""), "");
}

BOOST_AUTO_TEST_CASE(of_tabs_quote_nothing) {
  BOOST_CHECK_EQUAL(rows_of("\"a\tb,c\"\n\nd\te\n", TableForm::kTsv), "1:\"a|b,c\";3:d|e;");
}

BOOST_AUTO_TEST_CASE(with_broken_quotes_are_refused_with_the_line) {
  BOOST_CHECK_EXCEPTION(rows_of("a,b\n\nc,\"d\n", TableForm::kCsv), FormatError,
                        test::says("table: line 3: found a quote without end"));
  BOOST_CHECK_EXCEPTION(rows_of("a,b\n\"c\" d,e\n", TableForm::kCsv), FormatError,
                        test::says("table: line 2: found ' d,e' after a quoted cell"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
