#include "common/progress.h"

#include <cmath>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(stage_reporter)

// A monitor that keeps every report.
struct Recorder {
  std::vector<Progress> reports;
  Monitor monitor{.on_progress = [this](const Progress& p) { reports.push_back(p); }, .stop = {}};
};

BOOST_AUTO_TEST_CASE(reports_the_start_and_the_end_however_short_the_stage) {
  Recorder recorder;
  StageReporter reporter(recorder.monitor, "counting", "words", 90);
  reporter.finish({.done = 80});
  BOOST_REQUIRE(recorder.reports.size() == 2u);
  for (const auto& report : recorder.reports) {
    BOOST_TEST(report.stage == "counting");
    BOOST_TEST(report.unit == "words");
    BOOST_TEST(report.total == 90u);
  }
  BOOST_TEST(recorder.reports[0].done == 0u);
  BOOST_TEST(recorder.reports[0].rate == 0);
  BOOST_TEST(recorder.reports[1].done == 80u);
  BOOST_TEST(recorder.reports[1].rate > 0);
  BOOST_TEST(std::isfinite(recorder.reports[1].rate));
}

BOOST_AUTO_TEST_CASE(holds_back_reports_that_follow_too_fast) {
  Recorder recorder;
  StageReporter reporter(recorder.monitor, "counting", "words", 0);
  constexpr int kReports = 100'000;
  for (int i = 1; i <= kReports; ++i) reporter.report(static_cast<std::uint64_t>(i));
  BOOST_TEST(recorder.reports.size() < kReports / 10);
  for (std::size_t i = 1; i < recorder.reports.size(); ++i) {
    BOOST_TEST(recorder.reports[i - 1].done < recorder.reports[i].done);
  }
}

BOOST_AUTO_TEST_CASE(passes_loss_and_learning_rate_through_and_leaves_absent_ones_nan) {
  Recorder recorder;
  StageReporter reporter(recorder.monitor, "training", "words", 10);
  reporter.finish({.done = 10, .loss = 0.5, .learning_rate = 0.25});
  BOOST_TEST(std::isnan(recorder.reports.front().loss));
  BOOST_TEST(std::isnan(recorder.reports.front().learning_rate));
  BOOST_TEST(recorder.reports.back().loss == 0.5);
  BOOST_TEST(recorder.reports.back().learning_rate == 0.25);
}

BOOST_AUTO_TEST_CASE(needs_nobody_to_listen) {
  const Monitor monitor;
  StageReporter reporter(monitor, "counting", "words", 10);
  reporter.report(1);
  BOOST_CHECK_NO_THROW(reporter.finish({.done = 10}));
}

BOOST_AUTO_TEST_CASE(a_monitor_throws_once_a_stop_is_requested) {
  std::stop_source source;
  const Monitor monitor{.on_progress = {}, .stop = source.get_token()};
  BOOST_CHECK_NO_THROW(monitor.throw_if_stopped());
  source.request_stop();
  BOOST_CHECK_THROW(monitor.throw_if_stopped(), Interrupted);
  BOOST_CHECK_NO_THROW(Monitor().throw_if_stopped());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
