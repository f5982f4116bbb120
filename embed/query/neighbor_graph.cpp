#include "embed/query/neighbor_graph.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <numeric>
#include <queue>
#include <string>
#include <tuple>
#include <utility>

#include <fmt/format.h>
// Prefetching for its own distances reads past its lists; ours has no use for it.
#define NO_MANUAL_VECTORIZATION
#include <hnswlib/hnswlib.h>

#include "common/error.h"
#include "common/input.h"
#include "common/output.h"
#include "common/parallel.h"
#include "common/random.h"
#include "common/safetensors.h"
#include "embed/query/search_kernels.h"

namespace wordkin {
namespace {

constexpr std::string_view kFormat = "wordkin neighbor graph";
constexpr std::string_view kFormatVersion = "1";
constexpr std::uint32_t kMaxConnections = 1024;
// The most frequent words, which every search looks at: they have few words as near as these have
// to each other, so hardly any list of the graph leads to them, and they are asked for the most.
constexpr std::size_t kFrequent = 1024;

// hnswlib's view of the vectors: its points are word ids, so that it need not copy the vectors.
class WordSpace : public hnswlib::SpaceInterface<float> {
 public:
  explicit WordSpace(const UnitVectors& vectors) : vectors_(vectors) {}

  std::size_t get_data_size() override { return sizeof(WordId); }
  hnswlib::DISTFUNC<float> get_dist_func() override { return distance; }
  void* get_dist_func_param() override { return const_cast<UnitVectors*>(&vectors_); }

 private:
  static float distance(const void* a, const void* b, const void* parameter) {
    const auto& vectors = *static_cast<const UnitVectors*>(parameter);
    const auto first = *static_cast<const WordId*>(a);
    const auto second = *static_cast<const WordId*>(b);
    float product = 0;
    multiply_chosen(vectors.rows(), {&second, 1}, vectors.rows().row(first), {&product, 1});
    return 1 - product * vectors.scales()[first] * vectors.scales()[second];
  }

  const UnitVectors& vectors_;
};

// Layer l is reached by a share of connections^-l of all words (section 4.1).
int draw_layer(const GraphOptions& options, WordId word) {
  auto random = stream(options.seed, "graph layers", word);
  const auto uniform = 1 - static_cast<double>(random.uniform());  // in (0, 1]
  return static_cast<int>(-std::log(uniform) / std::log(options.connections));
}

std::uint64_t fingerprint_of(const UnitVectors& vectors) {
  std::uint64_t hash = RandomStream::split_mix(vectors.dim());
  for (const float scale : vectors.scales()) {
    hash = RandomStream::split_mix(hash ^ std::bit_cast<std::uint32_t>(scale));
  }
  return hash;
}

struct Links {
  std::vector<std::uint32_t> lowest, upper, upper_begins;
};

// One list of hnswlib's, its points numbered as words.
void append_links(const hnswlib::HierarchicalNSW<float>& graph, hnswlib::tableint point, int layer,
                  std::size_t most, std::vector<std::uint32_t>& to) {
  auto* list = graph.get_linklist_at_level(point, layer);
  const auto count = graph.getListCount(list);
  to.push_back(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    to.push_back(static_cast<std::uint32_t>(graph.getExternalLabel(list[1 + i])));
  }
  to.resize(to.size() + most - count);
}

Links links_of(const hnswlib::HierarchicalNSW<float>& graph) {
  const auto words = static_cast<WordId>(graph.cur_element_count);
  std::vector<hnswlib::tableint> points(words);
  for (hnswlib::tableint point = 0; point < words; ++point) {
    points[graph.getExternalLabel(point)] = point;
  }
  Links links;
  for (const auto point : points) {
    append_links(graph, point, 0, graph.maxM0_, links.lowest);
    links.upper_begins.push_back(
        static_cast<std::uint32_t>(links.upper.size() / (1 + graph.maxM_)));
    for (int layer = 1; layer <= graph.element_levels_[point]; ++layer) {
      append_links(graph, point, layer, graph.maxM_, links.upper);
    }
  }
  links.upper_begins.push_back(static_cast<std::uint32_t>(links.upper.size() / (1 + graph.maxM_)));
  return links;
}

struct Candidate {
  float similarity;
  WordId word;
  bool operator<(const Candidate& other) const { return similarity < other.similarity; }
  bool operator>(const Candidate& other) const { return similarity > other.similarity; }
};

// The words of links to look at, and how similar they are to the query.
class Scorer {
 public:
  Scorer(const UnitVectors& vectors, std::span<const float> direction)
      : vectors_(vectors), direction_(direction) {}

  // The candidates stay valid until the next call.
  std::span<const Candidate> score(std::span<const WordId> words) {
    products_.resize(words.size());
    multiply_chosen(vectors_.rows(), words, direction_, products_);
    candidates_.clear();
    for (std::size_t i = 0; i < words.size(); ++i) {
      const auto similarity = products_[i] * vectors_.scales()[words[i]];
      if (!std::isfinite(similarity)) throw similarity_not_finite(words[i]);
      candidates_.push_back({similarity, words[i]});
    }
    return candidates_;
  }

 private:
  const UnitVectors& vectors_;
  std::span<const float> direction_;
  std::vector<float> products_;
  std::vector<Candidate> candidates_;
};

}  // namespace

void GraphOptions::validate() const {
  if (connections < 2 || connections > static_cast<int>(kMaxConnections)) {
    throw UsageError(fmt::format("--connections: expected a number from 2 to {}, found {}",
                                 kMaxConnections, connections));
  }
  if (build_width < 1) {
    throw UsageError(fmt::format("--build-width: expected at least 1, found {}", build_width));
  }
}

NeighborGraph NeighborGraph::build(const UnitVectors& vectors, const GraphOptions& options,
                                   const Monitor& monitor) {
  constexpr std::size_t kWordsBetweenReports = 4096;
  options.validate();
  const auto words = vectors.size();
  WordSpace space(vectors);
  hnswlib::HierarchicalNSW<float> graph(&space, words,
                                        static_cast<std::size_t>(options.connections),
                                        static_cast<std::size_t>(options.build_width));
  graph.mult_ = 0;  // hnswlib draws layers that depend on the order of words: only ours count
  const auto add = [&](std::size_t i) {
    const auto word = static_cast<WordId>(i);
    graph.addPoint(&word, word, draw_layer(options, word));
  };
  StageReporter reporter(monitor, "connecting", "words", words);
  add(0);
  for (std::size_t begin = 1; begin < words; begin += kWordsBetweenReports) {
    monitor.throw_if_stopped();
    const auto count = std::min(kWordsBetweenReports, words - begin);
    parallel_for_ranges(count, 16, [&](std::size_t first, std::size_t last) {
      for (auto i = first; i < last; ++i) add(begin + i);
    });
    reporter.report(begin + count);
  }
  reporter.finish({.done = words});

  auto links = links_of(graph);
  NeighborGraph result;
  result.words_ = static_cast<std::uint32_t>(words);
  result.connections_ = static_cast<std::uint32_t>(options.connections);
  result.entry_ = static_cast<std::uint32_t>(graph.getExternalLabel(graph.enterpoint_node_));
  result.fingerprint_ = fingerprint_of(vectors);
  result.lowest_ = std::move(links.lowest);
  result.upper_ = std::move(links.upper);
  result.upper_begins_ = std::move(links.upper_begins);
  return result;
}

std::span<const WordId> NeighborGraph::links(WordId word, std::uint32_t layer) const {
  const std::size_t most = layer == 0 ? 2 * connections_ : connections_;
  const auto list = layer == 0 ? word : upper_begins_.items()[word] + layer - 1;
  const auto all = (layer == 0 ? lowest_ : upper_).items().subspan(list * (1 + most), 1 + most);
  const auto found = all.subspan(1, std::min<std::size_t>(all[0], most));
  if (all[0] > most || std::ranges::any_of(found, [&](WordId to) { return to >= words_; })) {
    throw FormatError(fmt::format(
        "the links of word {} in the index lead nowhere; build it again: wordkin index", word + 1));
  }
  return found;
}

std::vector<Neighbor> NeighborGraph::search(const UnitVectors& vectors, const Query& query,
                                            std::size_t top, std::size_t width) const {
  width = std::max(width, top + query.excluded.size());
  Scorer scorer(vectors, query.direction);
  const auto begins = upper_begins_.items();
  const auto layers = [&](WordId word) { return begins[word + 1] - begins[word]; };
  auto here = scorer.score(std::array{entry_}).front();
  // The upper layers: from neighbour to neighbour while that leads nearer.
  for (auto layer = layers(entry_); layer > 0; --layer) {
    for (bool nearer = true; nearer;) {
      nearer = false;
      for (const auto& candidate : scorer.score(links(here.word, layer))) {
        if (!(candidate > here) || layers(candidate.word) < layer) continue;
        here = candidate;
        nearer = true;
      }
    }
  }
  // The lowest layer: the best `width` words met, of which the next best is always followed.
  std::vector<bool> seen(words_);
  std::vector<WordId> unseen;
  std::priority_queue<Candidate> to_follow;
  std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> best;  // the worst first
  const auto meet = [&](const Candidate& candidate) {
    if (best.size() == width && !(candidate > best.top())) return;
    to_follow.push(candidate);
    best.push(candidate);
    if (best.size() > width) best.pop();
  };
  std::vector<WordId> frequent(std::min<std::size_t>(words_, kFrequent));
  std::iota(frequent.begin(), frequent.end(), WordId{0});
  for (const auto& candidate : scorer.score(frequent)) meet(candidate);
  std::fill_n(seen.begin(), frequent.size(), true);
  if (!seen[here.word]) meet(here);
  seen[here.word] = true;
  while (!to_follow.empty()) {
    const auto next = to_follow.top();
    if (best.size() == width && next < best.top()) break;
    to_follow.pop();
    unseen.clear();
    for (const auto word : links(next.word, 0)) {
      if (!seen[word]) unseen.push_back(word);
      seen[word] = true;
    }
    for (const auto& candidate : scorer.score(unseen)) meet(candidate);
  }
  std::vector<Neighbor> found;
  for (; !best.empty(); best.pop()) {
    const auto [similarity, word] = best.top();
    if (std::ranges::find(query.excluded, word) == query.excluded.end()) {
      found.push_back({word, similarity});
    }
  }
  std::ranges::sort(found, is_nearer);
  if (found.size() > top) found.resize(top);
  vectors.check(found);
  return found;
}

std::uint64_t NeighborGraph::save(const std::filesystem::path& path) const {
  const auto tensor = [](std::string name, std::span<const std::uint32_t> items,
                         std::uint64_t width) {
    return TensorToWrite{
        std::move(name), "U32", {items.size() / width, width}, [items](OutputFile& file) {
          file.write_values(items);
        }};
  };
  OutputFile file(path);
  write_safetensors(file,
                    {tensor("lowest", lowest_.items(), 1 + 2 * connections_),
                     tensor("upper", upper_.items(), 1 + connections_),
                     tensor("upper_begins", upper_begins_.items(), 1)},
                    {{"format", std::string(kFormat)},
                     {"format_version", std::string(kFormatVersion)},
                     {"entry", fmt::to_string(entry_)},
                     {"vectors", fmt::format("{:016x}", fingerprint_)}});
  file.commit();
  return file.bytes_written();
}

NeighborGraph NeighborGraph::load(const std::filesystem::path& path, const UnitVectors& vectors) {
  const auto contents = std::make_shared<const FileContents>(path);
  const Safetensors file(contents->bytes(), contents->name());
  const auto text = [&](const std::string& key) {
    const auto found = file.metadata().find(key);
    return found == file.metadata().end() ? std::string() : found->second;
  };
  const auto fail = [&](std::string_view what) {
    return FormatError(fmt::format("{}: {}; build it again: wordkin index", file.name(), what));
  };
  if (text("format") != kFormat) throw fail("is no index of vectors");
  if (text("format_version") != kFormatVersion) {
    throw fail(fmt::format("has format version {}, expected {}", excerpt(text("format_version")),
                           kFormatVersion));
  }
  NeighborGraph graph;
  graph.fingerprint_ = fingerprint_of(vectors);
  if (text("vectors") != fmt::format("{:016x}", graph.fingerprint_)) {
    throw fail("belongs to other vectors");
  }
  graph.words_ = static_cast<std::uint32_t>(vectors.size());
  const auto items = [&](std::string_view name) {
    const auto& tensor = file.require(name, "U32", 2);
    return std::pair(tensor.shared_items<std::uint32_t>(contents), tensor.shape[1]);
  };
  std::uint64_t lowest_width = 0;
  std::uint64_t upper_width = 0;
  std::tie(graph.lowest_, lowest_width) = items("lowest");
  std::tie(graph.upper_, upper_width) = items("upper");
  graph.upper_begins_ = items("upper_begins").first;
  const auto begins = graph.upper_begins_.items();
  const auto entry = text("entry");
  const auto [stop, error] =
      std::from_chars(entry.data(), entry.data() + entry.size(), graph.entry_);
  graph.connections_ = static_cast<std::uint32_t>(upper_width) - 1;
  if (upper_width < 2 || upper_width > 1 + kMaxConnections ||
      lowest_width != 1 + 2 * (upper_width - 1) ||
      graph.lowest_.items().size() != vectors.size() * lowest_width ||
      begins.size() != vectors.size() + 1 || !std::ranges::is_sorted(begins) ||
      begins.back() * upper_width > graph.upper_.items().size() || error != std::errc() ||
      stop != entry.data() + entry.size() || graph.entry_ >= graph.words_) {
    throw fail("is damaged");
  }
  return graph;
}

}  // namespace wordkin
