#pragma once

#include <string_view>

// The files of pages/, as they are built into the program.
namespace wordkin::assets {

extern const std::string_view kPageStyle;
extern const std::string_view kPageScript;
extern const std::string_view kReportStyle;
extern const std::string_view kMapBody;
extern const std::string_view kMapStyle;
extern const std::string_view kMapScript;  // its files, one after another

}  // namespace wordkin::assets
