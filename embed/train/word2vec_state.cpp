#include "embed/train/word2vec_state.h"

#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "common/error.h"
#include "common/hash.h"
#include "common/input.h"
#include "common/saved_state.h"
#include "embed/train/lockstep.h"
#include "embed/train/saved_words.h"
#include "embed/vectors/native_format.h"

namespace wordkin {
namespace {

using EntryKind = SavedEntry::Kind;
constexpr std::array kEntries{
    SavedEntry{"window_size", EntryKind::kFlag, "--fixed-window", "fixed"},
    SavedEntry{"start", EntryKind::kFlag, "--init", "vectors"},
    SavedEntry{"updates", EntryKind::kFlag, "--deterministic", "lockstep"},
    SavedEntry{"corpus_words", EntryKind::kCount, "words of text"},
    SavedEntry{"corpus_sentences", EntryKind::kCount, "sentences"},
    SavedEntry{"corpus_hash", EntryKind::kContent, "other words in the text, or in another order"}};

template <class T>
TensorToWrite epochs_tensor(std::string name, std::string type, const std::vector<Tally>& epochs,
                            T Tally::*number) {
  return {std::move(name), std::move(type), {epochs.size()}, [&epochs, number](OutputFile& file) {
            for (const auto& epoch : epochs) file.write_values(std::span(&(epoch.*number), 1));
          }};
}

template <class T>
void read_epochs(const Safetensors& file, std::string_view name, std::string_view type,
                 std::vector<Tally>& epochs, T Tally::*number) {
  const auto items = checked_items<T>(file, name, type, {epochs.size()});
  for (std::size_t i = 0; i < epochs.size(); ++i) epochs[i].*number = items[i];
}

// The first unit that is not done: a multiple of `step`, or the end.
std::size_t read_unit(const Safetensors& file, std::size_t units, std::size_t step) {
  const auto unit = saved_number(file, "unit");
  if (unit && *unit <= units && (*unit == units || *unit % step == 0)) return *unit;
  throw FormatError(fmt::format("{}: does not say which of {} units are done; the file is damaged",
                                file.name(), units));
}

// All units before state.unit are done, no others, and a word has no more pairs than its window.
void check_epochs(const Safetensors& file, const EncodedCorpus& corpus,
                  const Word2VecOptions& options, const Word2VecState& state) {
  const auto most_pairs = 2 * static_cast<std::uint64_t>(options.window);
  for (std::size_t i = 0; i < state.epochs.size(); ++i) {
    const auto& [words, pairs, loss] = state.epochs[i];
    const auto first = i * corpus.chunks();
    const auto least = first + corpus.chunks() <= state.unit ? corpus.words() : 0;
    const auto most = first < state.unit ? corpus.words() : 0;
    if (words < least || words > most) {
      refuse_tensor(
          file, "epoch_words",
          fmt::format("holds {} for epoch {}, expected {} to {}", words, i + 1, least, most));
    }
    if (pairs > most_pairs * words) {
      refuse_tensor(file, "epoch_pairs", "holds more pairs than the text has");
    }
  }
}

}  // namespace

Metadata word2vec_identity(const EncodedCorpus& corpus, const Word2VecOptions& options) {
  Fnv1a hash;
  for (std::size_t i = 0; i < corpus.chunks(); ++i) {
    for (const auto id : corpus.chunk(i)) hash.add(id);
    corpus.drop_chunk(i);
  }
  auto identity = word2vec_metadata(corpus, options);
  identity["block"] = options.block ? fmt::to_string(*options.block) : "as usual";
  identity["corpus_hash"] = fmt::format("{:016x}", hash.value());
  return identity;
}

void save_word2vec_state(const std::filesystem::path& path, const Word2VecState& state,
                         const Metadata& identity, const Vocabulary& vocabulary) {
  const bool has_contexts = identity.at("loss") == enum_name(Loss::kNegativeSampling);
  const Monitor none;  // a state is saved whole, above all when a stop is requested
  std::vector<TensorToWrite> tensors;
  tensors.push_back(epochs_tensor("epoch_words", "I64", state.epochs, &Tally::words));
  tensors.push_back(epochs_tensor("epoch_pairs", "I64", state.epochs, &Tally::pairs));
  tensors.push_back(epochs_tensor("epoch_losses", "F64", state.epochs, &Tally::loss));
  if (!has_contexts && !state.output.empty()) {
    tensors.push_back(rows_tensor("nodes", state.output, 0, state.output.rows(), none));
  }
  auto metadata = identity;
  metadata["unit"] = fmt::to_string(state.unit);
  OutputFile file(path);
  const auto view = [](const Matrix& matrix) { return SharedMatrix(matrix, nullptr); };
  write_native_state(file,
                     {vocabulary, view(state.input),
                      has_contexts ? view(state.output) : SharedMatrix(), std::move(metadata)},
                     std::move(tensors));
  file.commit();
}

Word2VecState load_word2vec_state(const std::filesystem::path& path, const Metadata& identity,
                                  const EncodedCorpus& corpus, const Vocabulary& vocabulary,
                                  const Word2VecOptions& options) {
  const FileContents contents(path);
  const Safetensors file(contents);
  check_saved_options(file, identity, kEntries);
  check_saved_words(file, vocabulary);
  auto state = Word2VecState::initial(vocabulary, options);
  const auto read = [&](const char* tensor, Matrix& matrix) {
    check_saved_vectors(file, tensor, matrix.rows(), matrix.cols());
    read_matrix(file, tensor, matrix);
  };
  read("vectors", state.input);
  if (!state.output.empty()) {
    read(options.loss == Loss::kNegativeSampling ? "context" : "nodes", state.output);
  }
  read_epochs(file, "epoch_words", "I64", state.epochs, &Tally::words);
  read_epochs(file, "epoch_pairs", "I64", state.epochs, &Tally::pairs);
  read_epochs(file, "epoch_losses", "F64", state.epochs, &Tally::loss);
  state.unit = read_unit(file, corpus.chunks() * static_cast<std::size_t>(options.epochs),
                         options.updates == Updates::kLockstep ? kUnitsBetweenPauses : 1);
  check_epochs(file, corpus, options, state);
  return state;
}

}  // namespace wordkin
