#define BOOST_TEST_MODULE wordkin
#include <boost/test/unit_test.hpp>
