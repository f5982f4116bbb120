#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include "common/input.h"
#include "common/output.h"
#include "common/parallel.h"
#include "tools/answers.h"
#include "tools/doctor_report.h"
#include "tools/memory_budget.h"
#include "tools/output.h"
#include "tools/sentiment_train_options.h"

namespace wordkin {
namespace {

// More of a text is not looked at.
constexpr std::uint64_t kSampleBytes = std::uint64_t{1} << 30;

struct DoctorOptions {
  TrainOptions train;
  std::filesystem::path data;
  std::filesystem::path validation;
  LabelledTextOptions columns;
};

void check(const DoctorOptions& options) {
  if (options.train.text.inputs.empty() && options.data.empty()) {
    throw UsageError("doctor: expected CORPUS... or --data DATA; see: wordkin doctor --help");
  }
  if (!options.train.cooccurrences.empty()) {
    throw UsageError("--cooccurrences is not for doctor, which looks at texts; leave it off");
  }
  for (const auto& input : options.train.text.inputs) {
    if (input == "-" || !std::filesystem::is_regular_file(input)) {
      input_size(input);  // throws for what is not there
      throw UsageError(fmt::format("{}: is no file; doctor reads a text several times",
                                   input == "-" ? "standard input" : input));
    }
  }
}

DoctorOptions parse(const Arguments& arguments) {
  DoctorOptions options;
  CommandLine line("doctor CORPUS... [OPTIONS]",
                   "Says how much memory, disk and time wordkin train would take with the same "
                   "options on this\n"
                   "machine, and what is wrong with a text or with labelled texts. Of more than 1 "
                   "GiB of text\n"
                   "the beginning is looked at. The exit code is 1 when something would stop "
                   "training.\n",
                   "  wordkin doctor text.txt\n"
                   "  wordkin doctor a.txt b.txt.gz --model glove --dim 300 --memory 2G\n"
                   "  wordkin doctor --data reviews.tsv --validation test.tsv --json\n");
  line.option("data", options.data, "DATA", "labelled texts to look at");
  line.option("validation", options.validation, "DATA",
              "labelled texts of which none should be in --data");
  add_column_options(line, options.columns);
  options.train = parse_train_options(arguments, line, ForWhat::kAdvice);
  check(options);
  if (options.data.empty()) {
    line.refuse({"validation", "text-column", "label-column"}, "a text",
                "leave it off, or give labelled texts with --data");
  }
  return options;
}

// The text as wordkin train would read it, or the beginning of it.
SampledText read_sample(const TrainOptions& options, std::uint64_t program_memory,
                        const Monitor& monitor) {
  SampledText sample;
  sample.program_memory = program_memory;
  auto text = options.text;
  text.memory.reset();  // what training would be refused for can be looked at
  text.corpus.most_bytes = kSampleBytes;
  std::uint64_t bytes = 0;
  for (const auto& input : text.paths()) bytes += input_size(input);
  const Stopwatch watch;
  sample.corpus =
      options.continue_from.empty()
          ? read_corpus_for(text, options.vocabulary, monitor)
          : read_more_corpus(text.paths(), load_embeddings(options.continue_from).vocabulary(),
                             text.for_reading(), monitor);
  sample.seconds = watch.seconds();
  sample.scale =
      static_cast<double>(bytes) / static_cast<double>(sample.corpus.statistics.input_bytes);
  return sample;
}

std::filesystem::path folder_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : ".";
}

// What is written, and to which folder.
struct Room {
  std::filesystem::path folder;
  std::uint64_t bytes;
  std::string_view what;
  std::string_view advice;
  bool is_needed = true;  // or training goes on without
};

// What is `written` to the same disk is there at the same time.
void check_disk(std::span<const Room> written, std::uint64_t free, Findings& findings) {
  std::uint64_t bytes = 0;
  std::uint64_t needed = 0;
  std::vector<std::string_view> names;
  std::vector<std::string_view> advice;
  for (const auto& room : written) {
    bytes += room.bytes;
    needed += room.is_needed ? room.bytes : 0;
    names.push_back(room.what);
    if (advice.empty() || advice.back() != room.advice) advice.push_back(room.advice);
  }
  if (bytes <= free) return;
  const bool stops = needed > free;
  findings.push_back(
      {stops ? Severity::kError : Severity::kWarning, "disk",
       fmt::format("{} are needed for {}, and {} are free", format_bytes(bytes),
                   fmt::join(names, " and "), format_bytes(free)),
       written.front().folder.string(),
       stops ? "training would stop when the disk is full" : "a state might not be saved",
       fmt::to_string(fmt::join(advice, ", or "))});
}

void check_rooms(std::span<const Room> rooms, Findings& findings) {
  std::map<std::uint64_t, std::vector<Room>> disks;
  for (const auto& room : rooms) {
    struct stat status {};
    if (room.bytes > 0 && ::stat(room.folder.c_str(), &status) == 0) {
      disks[status.st_dev].push_back(room);
    }
  }
  for (const auto& [disk, written] : disks) {
    std::error_code error;
    const auto space = std::filesystem::space(written.front().folder, error);
    if (!error) check_disk(written, space.available, findings);
  }
}

// For a state, unless one is there, and for a second one while it replaces the first. Where states
// are gone at the end, two do not lie beside the output.
std::vector<Room> rooms_for_states(const TrainOptions& options, const Forecast& forecast) {
  const auto state = options.checkpoint.path(options.output);
  if (state.empty()) return {};
  const auto bytes = forecast.state_bytes;
  const bool is_temporary = options.checkpoint.save_state.empty();
  const auto second = is_temporary ? bytes - std::min(bytes, forecast.output_bytes) : bytes;
  std::error_code missing;
  const std::uint64_t there = std::filesystem::file_size(state, missing);
  constexpr std::string_view kAdvice = "choose another folder for --save-state";
  return {{folder_of(state), missing ? bytes : bytes - std::min(bytes, there),
           "a state of training", kAdvice},
          {folder_of(state), second, "a state that replaces another", kAdvice,
           /*is_needed=*/false}};
}

void check_resources(const TrainOptions& options, const Forecast& forecast, Findings& findings) {
  if (const auto limit = options.text.memory_limit(); forecast.least_memory > limit) {
    findings.push_back(
        {Severity::kError, "memory",
         fmt::format("{}, and --memory is {}",
                     needed_memory("training needs", forecast.least_memory), format_bytes(limit)),
         "", "training would be refused",
         fmt::format("give more, or {}", options.smaller_vectors())});
  }
  const auto& tmp = options.text.corpus.temporary_folder;
  std::vector<Room> rooms{{tmp.empty() ? temporary_folder() : tmp, forecast.temporary_bytes,
                           "temporary files", "choose another --tmp, or more --memory"}};
  if (options.output != "-") {
    rooms.push_back({folder_of(options.output), forecast.output_bytes, "the output",
                     "choose another folder for -o"});
  }
  const auto for_states = rooms_for_states(options, forecast);
  rooms.insert(rooms.end(), for_states.begin(), for_states.end());
  check_rooms(rooms, findings);
}

void examine_text(const TrainOptions& options, std::uint64_t program_memory, const Monitor& monitor,
                  DoctorReport& report) {
  auto& findings = report.findings;
  auto sample = std::optional<SampledText>();
  try {
    sample = read_sample(options, program_memory, monitor);
    const auto of_vocabulary = check_vocabulary(sample->corpus, options);
    findings.insert(findings.end(), of_vocabulary.begin(), of_vocabulary.end());
    report.forecast = forecast_training(options, *sample, monitor);
    check_resources(options, *report.forecast, findings);
  } catch (const Interrupted&) {
    throw;
  } catch (const IoError&) {
    throw;
  } catch (const Error& error) {
    findings.push_back(
        {Severity::kError, "training", error.what(), "", "training would stop there", "see above"});
  }
}

void examine_labels(const DoctorOptions& options, DoctorReport& report) {
  const auto texts = read_labelled_texts(options.data, options.columns);
  std::optional<LabelledTexts> others;
  if (!options.validation.empty())
    others = read_labelled_texts(options.validation, options.columns);
  report.labels = check_labelled_texts(texts, others ? &*others : nullptr);
  report.label_names = texts.labels;
  const auto found =
      check_labels(texts, *report.labels, options.data.string(), options.validation.string());
  report.findings.insert(report.findings.end(), found.begin(), found.end());
}

DoctorReport run(const DoctorOptions& options, const Monitor& monitor) {
  DoctorReport report;
  const auto program_memory = resident_memory();
  const auto& train = options.train;
  if (!train.text.inputs.empty()) {
    report.facts = check_text(train.text.paths(), kSampleBytes, train.common.threads, monitor);
    report.findings = check_text_facts(*report.facts, train.text.corpus.invalid_utf8);
    if (report.errors() == 0) examine_text(train, program_memory, monitor, report);
  }
  if (!options.data.empty()) examine_labels(options, report);
  return report;
}

}  // namespace

void doctor_command(const Arguments& arguments, const std::stop_token& stop) {
  const auto options = parse(arguments);
  const auto report = [&] {
    const CommandMonitor monitor(options.train.common, stop);
    return with_threads(options.train.common.threads,
                        [&] { return run(options, monitor.monitor()); });
  }();
  if (options.train.common.json) {
    print_doctor_json(options.train, report);
  } else {
    print_doctor_report(options.train, report);
  }
  flush_out();
  if (const auto errors = report.errors(); errors > 0) {
    throw FormatError(fmt::format("{} of the findings would stop training", errors));
  }
}

}  // namespace wordkin
