#include <nlohmann/json.hpp>

#include "common/parallel.h"
#include "embed/vectors/vector_file.h"
#include "tools/answers.h"
#include "tools/command.h"
#include "tools/output.h"

namespace wordkin {

void similarity_command(const Arguments& arguments, const std::stop_token&) {
  CommonOptions common;
  Arguments names;
  CommandLine line("similarity VECTORS A B",
                   "The cosine of the vectors of two words, from -1 to 1.\n",
                   "  wordkin similarity vectors.safetensors king queen\n");
  line.arguments(names, 3, 3);
  line.common(common);
  line.parse(arguments);

  const auto embeddings = with_threads(common.threads, [&] { return open_embeddings(names[0]); });
  const auto a = require_word(embeddings.vocabulary(), names[1]);
  const auto b = require_word(embeddings.vocabulary(), names[2]);
  const auto similarity = cosine(embeddings.vector(a), embeddings.vector(b));
  if (common.json) {
    print_json({{"a", names[1]}, {"b", names[2]}, {"similarity", similarity}});
  } else {
    print_out("{:.4f}\n", similarity);
  }
}

}  // namespace wordkin
