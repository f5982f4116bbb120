#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "embed/vectors/embeddings.h"

namespace wordkin {

// What --report writes: an HTML page (page.h) of curves and tables. All strings are plain text.

// A figure after each epoch, the first of them 1.
struct Curve {
  std::string name;
  std::vector<double> values;
};

// Curves that share a scale. Without two points, or with one that is not finite, it is left out.
struct Chart {
  std::string title;
  std::vector<Curve> curves;
};

struct ReportTable {
  std::string title;
  std::vector<std::string> columns;            // the first has names, the others figures
  std::vector<std::vector<std::string>> rows;  // a row of one cell heads those below it
};

struct Report {
  std::string title;
  std::string details;  // a sentence
  std::vector<Chart> charts;
  std::vector<ReportTable> tables;
};

// Throws IoError when it cannot be written; an old file stays until then.
void write_report(const std::filesystem::path& path, const Report& report);

// Four decimals, or `nothing`.
std::string figure_or(std::optional<double> value, std::string_view nothing);

// A column of names and one of figures.
ReportTable figures_table(std::string title, std::vector<std::vector<std::string>> rows);
// What a file says of itself.
ReportTable metadata_table(const Metadata& metadata);

}  // namespace wordkin
