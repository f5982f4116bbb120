#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "embed/bias/audit.h"
#include "tools/report_page.h"

namespace wordkin {

// Principal components whose share of the variance is shown.
constexpr std::size_t kComponentsShown = 5;

// An audit on standard output, with `top` words of each end.
void print_audit(const BiasAudit& audit, const Vocabulary& vocabulary, std::size_t top);
nlohmann::ordered_json audit_json(const BiasAudit& audit, const Vocabulary& vocabulary);
// With all words of the lists.
std::vector<ReportTable> audit_tables(const BiasAudit& audit, const Vocabulary& vocabulary);

// "exact, 12,870 partitions", or "sampled, +- 0.0001".
std::string describe_test(const PermutationTest& test);

}  // namespace wordkin
