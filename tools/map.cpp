#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/output.h"
#include "common/parallel.h"
#include "embed/map/principal_axes.h"
#include "embed/map/tsne.h"
#include "embed/map/word_axis.h"
#include "embed/vectors/vector_file.h"
#include "tools/answers.h"
#include "tools/command.h"
#include "tools/map_words.h"
#include "tools/output.h"
#include "tools/word_map.h"

namespace wordkin {

enum class Projection { kTsne, kPca };
template <>
inline constexpr std::array<std::string_view, 2> kEnumNames<Projection>{"tsne", "pca"};

namespace {

using Json = nlohmann::ordered_json;

struct MapOptions {
  CommonOptions common;
  Arguments arguments;  // VECTORS [WORD...]
  std::filesystem::path output;
  std::vector<std::filesystem::path> files;
  std::optional<std::size_t> top;
  std::optional<Projection> method;
  std::optional<double> perplexity;  // instead of that of `tsne`
  TsneOptions tsne;
  std::vector<std::string> axes;
  std::size_t neighbors = 10;
};

constexpr std::size_t kDefaultTop = 2000;
constexpr std::size_t kFewWords = 50;  // for which PCA shows more than t-SNE

std::string extension_of(const MapOptions& options) { return options.output.extension().string(); }

void validate(const MapOptions& options) {
  if (options.output.empty()) throw UsageError("map: expected -o FILE.html or -o FILE.svg");
  if (extension_of(options) != ".svg" && extension_of(options) != ".html") {
    throw UsageError(
        fmt::format("{}: expected a name that ends in .html or .svg", options.output.string()));
  }
  auto tsne_options = options.tsne;
  if (options.perplexity) tsne_options.perplexity = *options.perplexity;
  tsne_options.validate();
  if (options.neighbors < 1 || options.neighbors > 1000) {
    throw UsageError(fmt::format("--neighbors: expected 1 to 1000, found {}", options.neighbors));
  }
  for (const auto& axis : options.axes) {
    if (std::ranges::count(axis, ',') != 1 || axis.starts_with(',') || axis.ends_with(',')) {
      throw UsageError(
          fmt::format("--axis: expected two words with a comma between, found '{}'", axis));
    }
  }
}

void parse(const Arguments& arguments, MapOptions& options) {
  CommandLine line(
      "map VECTORS [WORD...] -o FILE.html|FILE.svg",
      "A picture of words in which those with similar vectors lie near each other: a page to "
      "explore\n"
      "(search, zoom, the nearest words of each word), which works without a network, or an SVG "
      "file.\n"
      "Vectors are compared by their cosines. Without words, the most frequent ones are shown.\n",
      "  wordkin map vectors.safetensors -o map.html --top 10000\n"
      "  wordkin map vectors.safetensors -o map.html --words animals.txt --words tools.txt\n"
      "  wordkin map vectors.safetensors -o map.svg king queen man woman --axis man,woman\n");
  line.option("output,o", options.output, "FILE", "the page or picture to write");
  line.option("words", options.files, "FILE",
              "words to show, one a line; a line \": name\" begins a group; may be given several "
              "times");
  line.option("top", options.top, "N",
              fmt::format("show the first N words too, the most frequent [{} where no words are "
                          "named]",
                          kDefaultTop));
  line.option("axis", options.axes, "A,B",
              "colour words by where they lie between A and B; may be given several times");
  line.option("neighbors", options.neighbors, "N", "nearest words that the page shows of each");
  line.group("Projection");
  line.option("method", options.method, "NAME",
              fmt::format("tsne or pca [tsne; pca for fewer than {} words]", kFewWords));
  line.option("perplexity", options.perplexity, "P",
              fmt::format("about how many neighbours a word is to stay near to [{}]",
                          options.tsne.perplexity));
  line.option("iterations", options.tsne.iterations, "N", "steps of t-SNE");
  line.option("seed", options.tsne.seed, "N", "of what is random in t-SNE");
  line.arguments(options.arguments, 1, std::numeric_limits<std::size_t>::max());
  line.common(options.common);
  line.parse(arguments);
  validate(options);
  if (options.method == Projection::kPca) {
    line.refuse({"perplexity", "iterations", "seed"}, "PCA");
  }
  auto inputs = options.files;
  inputs.emplace_back(options.arguments.front());
  check_output(options.output, inputs, options.common);
}

// Says something on standard error, also where --quiet is given.
template <class... Args>
void warn(fmt::format_string<Args...> format, Args&&... args) {
  print_error("wordkin: {}\n", fmt::format(format, std::forward<Args>(args)...));
}

// "'a', 'b', 'c' and 7 more".
std::string listed(const std::vector<std::string>& words) {
  constexpr std::size_t kMost = 10;
  std::vector<std::string> some;
  for (const auto& word : words) {
    if (some.size() == kMost) break;
    some.push_back(fmt::format("'{}'", excerpt(word)));
  }
  const auto more = words.size() > kMost ? fmt::format(" and {} more", words.size() - kMost) : "";
  return fmt::format("{}{}", fmt::join(some, ", "), more);
}

// The words to show, without those that have no direction, which are named in `zero_vectors`.
struct Selection {
  ChosenWords words;
  std::vector<std::string> zero_vectors;
};

Selection select(const MapOptions& options, const Embeddings& embeddings) {
  WordSources sources{.files = options.files,
                      .words = {options.arguments.begin() + 1, options.arguments.end()}};
  const bool named = !sources.files.empty() || !sources.words.empty();
  sources.top = options.top.value_or(named ? 0 : kDefaultTop);
  const auto all = choose_words(embeddings.vocabulary(), sources);
  Selection selection;
  selection.words.names = all.names;
  selection.words.background = all.background;
  selection.words.unknown = all.unknown;
  for (std::size_t i = 0; i < all.ids.size(); ++i) {
    const auto id = all.ids[i];
    if (embeddings.norms()[id] == 0) {
      selection.zero_vectors.emplace_back(embeddings.vocabulary().word(id));
      continue;
    }
    selection.words.ids.push_back(id);
    selection.words.groups.push_back(all.groups[i]);
  }
  return selection;
}

void report_missing(const Selection& selection, const Vocabulary& vocabulary) {
  const auto& [words, zero_vectors] = selection;
  if (!words.unknown.empty()) {
    warn("not among the {} words of these vectors: {}", vocabulary.size(), listed(words.unknown));
  }
  if (!zero_vectors.empty()) {
    warn("left out, as their vectors are all zeros: {}", listed(zero_vectors));
  }
  if (words.ids.empty()) throw Error("there are no words to show");
}

// Of length 1, as the plane shows directions.
Embeddings subset(const Embeddings& embeddings, const std::vector<WordId>& ids) {
  const UnitVectors units(embeddings);
  const auto& vocabulary = embeddings.vocabulary();
  StringTable words;
  std::vector<std::uint64_t> counts;
  Matrix vectors(ids.size(), embeddings.dim());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    words.insert(vocabulary.word(ids[i]));
    if (vocabulary.has_counts()) counts.push_back(vocabulary.count(ids[i]));
    std::ranges::copy(units.unit(ids[i]), vectors.row(i).begin());
  }
  return {Vocabulary(std::move(words), std::move(counts)), std::move(vectors)};
}

// Words in the plane, their neighbours, and how they came there, for people and for programs.
struct Projected {
  Layout layout;
  Neighborhoods neighbors;
  std::string how;
  Json json;
};

Projected by_pca(const MapOptions& options, const UnitVectors& vectors, const Monitor& monitor) {
  const auto axes = principal_axes(vectors.rows(), 2);
  Json explained = Json::array();
  std::vector<std::string> shares;
  for (std::size_t k = 0; k < axes.variances.size(); ++k) {
    explained.push_back(axes.explained(k));
    shares.push_back(fmt::format("{:.1f} %", 100 * axes.explained(k)));
  }
  return {.layout = project(vectors.rows(), axes),
          .neighbors = neighborhoods(vectors, options.neighbors, monitor),
          .how = fmt::format("PCA, {} of the variance", fmt::join(shares, " and ")),
          .json = {{"method", "pca"}, {"explained_variance", explained}}};
}

// A perplexity that so few words can have.
double fitting_perplexity(double wanted, std::size_t words) {
  const auto most = std::floor(100 * highest_perplexity(words)) / 100;
  if (most < 1) {
    throw UsageError(
        fmt::format("t-SNE needs at least 4 words, found {}; choose --method pca", words));
  }
  if (wanted > most) {
    warn("the perplexity is lowered from {:g} to {:g}, a third of the neighbours of {} words",
         wanted, most, words);
  }
  return std::min(wanted, most);
}

Projected by_tsne(const MapOptions& options, const UnitVectors& vectors, const Monitor& monitor) {
  auto tsne_options = options.tsne;
  tsne_options.perplexity =
      fitting_perplexity(options.perplexity.value_or(tsne_options.perplexity), vectors.size());
  const auto start = project(vectors.rows(), principal_axes(vectors.rows(), 2));
  const auto needed = static_cast<std::size_t>(3 * tsne_options.perplexity);
  auto neighbors = neighborhoods(vectors, std::max(options.neighbors, needed), monitor);
  auto result = tsne(neighbors, start, tsne_options, monitor);
  for (auto& list : neighbors) list.resize(std::min(options.neighbors, list.size()));
  return {.layout = std::move(result.layout),
          .neighbors = std::move(neighbors),
          .how = fmt::format("t-SNE, perplexity {:g}, seed {}", tsne_options.perplexity,
                             tsne_options.seed),
          .json = {{"method", "tsne"},
                   {"perplexity", tsne_options.perplexity},
                   {"iterations", tsne_options.iterations},
                   {"seed", tsne_options.seed},
                   {"divergence", result.divergence}}};
}

Projected projected(const MapOptions& options, const UnitVectors& vectors, const Monitor& monitor) {
  const bool few = vectors.size() < kFewWords && !options.perplexity;
  const auto method = options.method.value_or(few ? Projection::kPca : Projection::kTsne);
  return method == Projection::kPca ? by_pca(options, vectors, monitor)
                                    : by_tsne(options, vectors, monitor);
}

MapAxis axis_of(const std::string& words, const Embeddings& embeddings,
                const UnitVectors& vectors) {
  const auto comma = words.find(',');
  MapAxis axis{.low = words.substr(0, comma), .high = words.substr(comma + 1), .values = {}};
  const auto vector = [&](const std::string& word) {
    return embeddings.vector(require_word(embeddings.vocabulary(), word));
  };
  try {
    axis.values = along_axis(vectors, vector(axis.low), vector(axis.high));
  } catch (const NumericError& error) {
    throw NumericError(fmt::format("--axis {}: {}", words, error.what()));
  }
  return axis;
}

struct Made {
  WordMap map;
  Json json;
};

Made make_map(const MapOptions& options, const Monitor& monitor) {
  const auto embeddings = load_embeddings(options.arguments.front());
  const auto selection = select(options, embeddings);
  report_missing(selection, embeddings.vocabulary());
  const auto& [words, zero_vectors] = selection;
  const auto shown = subset(embeddings, words.ids);
  const UnitVectors vectors(shown);
  WordMap map;
  for (const auto& axis : options.axes) map.axes.push_back(axis_of(axis, embeddings, vectors));
  auto [layout, neighbors, how, json] = projected(options, vectors, monitor);
  map.note = fmt::format("{} words of {}; {}", format_count(shown.size()),
                         std::filesystem::path(options.arguments.front()).filename().string(), how);
  map.layout = std::move(layout);
  map.neighbors = std::move(neighbors);
  for (WordId id = 0; id < shown.size(); ++id) map.words.emplace_back(shown.vocabulary().word(id));
  const auto counts = shown.vocabulary().counts();
  map.counts.assign(counts.begin(), counts.end());
  if (words.names.size() > 1) {
    map.group_names = words.names;
    map.groups = words.groups;
    map.background = words.background;
  }
  json.update({{"words", shown.size()},
               {"dim", shown.dim()},
               {"unknown", words.unknown},
               {"zero_vectors", zero_vectors}});
  return {std::move(map), std::move(json)};
}

}  // namespace

void map_command(const Arguments& arguments, const std::stop_token& stop) {
  MapOptions options;
  parse(arguments, options);
  const Stopwatch stopwatch;
  auto [map, json] = [&] {
    const CommandMonitor monitor(options.common, stop);
    return with_threads(options.common.threads,
                        [&] { return make_map(options, monitor.monitor()); });
  }();
  OutputFile file(options.output);
  file.write(extension_of(options) == ".svg" ? map_svg(map) : map_page(map));
  file.commit();
  if (options.common.json) {
    json.update({{"output", options.output.string()},
                 {"bytes", file.bytes_written()},
                 {"seconds", stopwatch.seconds()}});
    print_json(json);
  }
  if (!options.common.quiet) {
    print_error("{}\n{}, {}; {}\n", map.note, options.output.string(),
                format_bytes(file.bytes_written()), format_duration(stopwatch.seconds()));
  }
}

}  // namespace wordkin
