#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "common/output.h"
#include "common/parallel.h"
#include "embed/train/cooccurrence_records.h"
#include "embed/train/glove_state.h"
#include "embed/train/word2vec_state.h"
#include "tools/answers.h"
#include "tools/cooccurrence_options.h"
#include "tools/memory_budget.h"
#include "tools/output.h"
#include "tools/report_page.h"
#include "tools/train_options.h"
#include "tools/train_report.h"

namespace wordkin {
namespace {

WordId count_common(const Vocabulary& vocabulary, const Vocabulary& other) {
  WordId common = 0;
  for (WordId id = 0; id < vocabulary.size(); ++id) {
    if (other.find(vocabulary.word(id))) ++common;
  }
  return common;
}

// With all words of `known`, if given.
Corpus read_text(const TrainOptions& options, const Embeddings* known, const Monitor& monitor,
                 TrainReport& report) {
  const Stopwatch reading;
  auto corpus = known != nullptr ? read_more_corpus(options.text.paths(), known->vocabulary(),
                                                    options.text.for_reading(), monitor)
                                 : read_corpus_for(options.text, options.vocabulary, monitor);
  report.vocabulary = corpus.vocabulary.size();
  report.corpus_words = corpus.ids.words();
  report.text = corpus.statistics;
  report.read_seconds = reading.seconds();
  return corpus;
}

// What training cannot know of how the vectors were made.
Metadata describe_text_options(const TrainOptions& options) {
  const auto& text = options.text.corpus;
  if (!options.cooccurrences.empty()) return {{"vocab", options.vocabulary.string()}};
  Metadata metadata{{"min_count", fmt::to_string(text.vocabulary.min_count)},
                    {"max_vocab", fmt::to_string(text.vocabulary.max_words)},
                    {"invalid_utf8", std::string(enum_name(text.invalid_utf8))}};
  if (!options.vocabulary.empty()) metadata["vocab"] = options.vocabulary.string();
  if (!options.init.empty()) metadata["init"] = options.init.string();
  if (!options.continue_from.empty()) metadata["continued_from"] = options.continue_from.string();
  return metadata;
}

void save(const TrainOptions& options, Embeddings embeddings, const Monitor& monitor,
          TrainReport& report) {
  const Stopwatch saving;
  if (!options.save_context) embeddings = std::move(embeddings).without_context();
  embeddings = std::move(embeddings).with_metadata(describe_text_options(options));
  report.metadata = embeddings.metadata();
  report.output_bytes = save_embeddings(options.output, embeddings, *options.format, monitor);
  report.save_seconds = saving.seconds();
}

// What training takes up besides the text and what is there already; `known` vectors are those to
// go on from.
MemoryNeeds memory_needs(const TrainOptions& options, const Vocabulary& vocabulary,
                         const Embeddings* known) {
  auto needs = word2vec_memory(vocabulary, options.word2vec);
  if (known != nullptr) {
    needs.push_back({"what is compared with the vectors before", growth_memory(*known)});
  }
  return needs;
}

void run_word2vec(const TrainOptions& options, const Monitor& monitor, TrainReport& report) {
  std::optional<Embeddings> start;
  const bool grows = !options.continue_from.empty();
  // A state to resume from has gone on from there.
  if (grows || (!options.init.empty() && options.checkpoint.resume.empty())) {
    start = load_embeddings(options.start());
    check_start(*start, options.word2vec);
  }
  const auto* known = grows ? &*start : nullptr;
  auto corpus = read_text(options, known, monitor, report);
  if (start && !grows) report.start_words = count_common(corpus.vocabulary, start->vocabulary());
  fit_training(options.text, memory_needs(options, corpus.vocabulary, known),
               options.smaller_vectors(), corpus.ids);
  const auto& vocabulary = corpus.vocabulary;
  const auto& ids = corpus.ids;
  Metadata identity;
  if (options.checkpoint.is_used()) {
    identity = word2vec_identity(ids, options.word2vec);
    identity["start"] = options.init.empty() ? "random" : "vectors";
  }
  const auto save_state = [&](const std::filesystem::path& path, const Word2VecState& state) {
    save_word2vec_state(path, state, identity, vocabulary);
  };
  StateFile states(options.checkpoint, options.output);
  auto first = options.checkpoint.resume.empty()
                   ? Word2VecState::initial(vocabulary, options.word2vec, start ? &*start : nullptr)
                   : load_word2vec_state(options.checkpoint.resume, identity, ids, vocabulary,
                                         options.word2vec);
  const auto words_before = first.done().words;
  if (!options.checkpoint.resume.empty())
    report.resumed_epochs = static_cast<double>(words_before) / static_cast<double>(ids.words());
  const Stopwatch training;
  const auto state = states.run([&] {
    return std::make_shared<const Word2VecState>(
        train_word2vec(ids, vocabulary, options.word2vec, std::move(first), monitor,
                       states.checkpoint<Word2VecState>(save_state)));
  });
  report.train_seconds = training.seconds();
  report.rate = static_cast<double>(state->done().words - words_before) / report.train_seconds;
  for (const auto& epoch : state->epochs) report.losses.push_back(epoch.mean_loss());
  report.untrained_loss = untrained_loss(vocabulary, options.word2vec);
  const auto vectors = word2vec_embeddings(state, ids, vocabulary, options.word2vec);
  save(options, vectors, states.for_result(monitor), report);
  report.state_saved =
      states.finish([&](const std::filesystem::path& path) { save_state(path, *state); });
  if (grows) report.growth = measure_growth(*start, vectors, monitor);
}

// What GloVe learns from.
struct GloveInput {
  Vocabulary vocabulary;
  CooccurrenceTiles tiles;
};

// Empty tiles, with the memory that the vectors leave, and before them the text and counting. The
// bytes of the `corpus` are free again when the vectors are made.
CooccurrenceTiles make_tiles(const TrainOptions& options, WordId words, std::uint64_t corpus) {
  const auto dim = static_cast<std::size_t>(options.glove.dim);
  const auto parts = GloveModel::parts_for(words, dim);
  const auto overhead = CooccurrenceTiles::overhead(parts);
  const auto used = resident_memory();
  const auto vectors = GloveModel::bytes_for(words, dim) + used - std::min(used, corpus);
  const auto memory = options.text.memory_limit();
  const auto least = std::max(vectors, 2 * overhead);
  if (least > memory) {
    throw too_little_memory(fmt::format("the vectors of {} need", counted(words, "word")), least,
                            memory, options.smaller_vectors());
  }
  const auto taken = std::max(vectors, memory / 2) + overhead;
  return {parts, memory - std::min(memory, taken), options.counting.temporary_folder};
}

GloveInput read_counts(const TrainOptions& options, const Monitor& monitor, TrainReport& report) {
  const Stopwatch reading;
  auto vocabulary = read_vocabulary_in_order(options.vocabulary);
  report.vocabulary = vocabulary.size();
  auto tiles = make_tiles(options, vocabulary.size(), 0);
  report.cooccurrences = read_cooccurrence_records(
      options.cooccurrences, vocabulary.size(), [&](const CooccurrenceRow& row) { tiles.add(row); },
      monitor);
  tiles.finish();
  report.read_seconds = reading.seconds();
  return {std::move(vocabulary), std::move(tiles)};
}

GloveInput count_text(const TrainOptions& options, const Monitor& monitor, TrainReport& report) {
  auto corpus = read_text(options, nullptr, monitor, report);
  const Stopwatch counting;
  const auto words = corpus.vocabulary.size();
  // The rest is for the co-occurrences.
  const auto counting_options =
      fit_counting(options.text, options.counting, 0.5, words, corpus.ids);
  auto tiles =
      make_tiles(options, words, corpus.ids.in_memory() ? corpus.ids.ids().size_bytes() : 0);
  report.cooccurrences = count_cooccurrences(
      corpus.ids, words, counting_options, [&](const CooccurrenceRow& row) { tiles.add(row); },
      monitor);
  tiles.finish();
  report.count_seconds = counting.seconds();
  return {std::move(corpus.vocabulary), std::move(tiles)};
}

Metadata describe_counting(const TrainOptions& options) {
  if (!options.cooccurrences.empty()) return {{"cooccurrences", options.cooccurrences.string()}};
  const auto& counting = options.counting;
  return {{"window", fmt::to_string(counting.window)},
          {"context", std::string(enum_name(counting.side))},
          {"distance_weight", std::string(enum_name(counting.distance_weight))}};
}

void run_glove(const TrainOptions& options, const Monitor& monitor, TrainReport& report) {
  const auto input = options.cooccurrences.empty() ? count_text(options, monitor, report)
                                                   : read_counts(options, monitor, report);
  give_back_freed_memory();
  const auto& vocabulary = input.vocabulary;
  const auto& tiles = input.tiles;
  if (!tiles.in_memory()) {
    report.cooccurrences->temporary_bytes += tiles.entries() * sizeof(TileEntry);
  }
  const auto save_state = [&](const std::filesystem::path& path, const GloveModel& model) {
    save_glove_state(path, model, tiles, vocabulary, options.glove);
  };
  StateFile states(options.checkpoint, options.output);
  const auto& resume = options.checkpoint.resume;
  auto model = resume.empty()
                   ? GloveModel::initial(tiles.parts(), static_cast<std::size_t>(options.glove.dim),
                                         options.glove.seed)
                   : load_glove_state(resume, tiles, vocabulary, options.glove);
  const auto epochs_before = model.epochs_done();
  if (!resume.empty()) report.resumed_epochs = epochs_before;
  const Stopwatch training;
  model = states.run([&] {
    return train_glove(tiles, vocabulary, options.glove, std::move(model), monitor,
                       states.checkpoint<GloveModel>(save_state));
  });
  report.train_seconds = training.seconds();
  report.rate = static_cast<double>(tiles.entries()) * (model.epochs_done() - epochs_before) /
                report.train_seconds;
  report.losses = model.losses;
  auto metadata = describe_counting(options);
  metadata["nonzeros"] = fmt::to_string(tiles.entries());
  save(options,
       glove_embeddings(model, vocabulary, options.glove, options.vectors)
           .with_metadata(std::move(metadata)),
       states.for_result(monitor), report);
  report.state_saved =
      states.finish([&](const std::filesystem::path& path) { save_state(path, model); });
}

TrainReport run(const TrainOptions& options, const Monitor& monitor) {
  TrainReport report;
  if (options.model == TrainedModel::kGlove) {
    run_glove(options, monitor, report);
  } else {
    run_word2vec(options, monitor, report);
  }
  return report;
}

}  // namespace

void train_command(const Arguments& arguments, const std::stop_token& stop) {
  const auto options = parse_train_options(arguments);
  const auto report = [&] {
    const CommandMonitor monitor(options.common, stop);
    return with_threads(options.common.threads, [&] { return run(options, monitor.monitor()); });
  }();
  try {
    if (options.common.json) print_train_json(options, report);
    if (!options.common.quiet) {
      warn_of_invalid_text(report.text, options.text.corpus.invalid_utf8);
      print_train_summary(options, report);
    }
    flush_out();
  } catch (const ClosedOutput&) {  // which is no failure, but there may be another to tell
    if (report.state_saved) throw;
  }
  if (!options.report.empty()) write_report(options.report, train_page(options, report));
  if (!report.state_saved) throw state_not_saved();
}

}  // namespace wordkin
