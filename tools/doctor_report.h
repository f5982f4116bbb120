#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "tools/doctor_findings.h"
#include "tools/doctor_forecast.h"

namespace wordkin {

// What wordkin doctor found.
struct DoctorReport {
  std::optional<TextFacts> facts;
  std::optional<Forecast> forecast;
  std::optional<LabelledTextFacts> labels;
  std::vector<std::string> label_names;
  Findings findings;

  std::size_t errors() const;
};

void print_doctor_report(const TrainOptions& options, const DoctorReport& report);
void print_doctor_json(const TrainOptions& options, const DoctorReport& report);

}  // namespace wordkin
