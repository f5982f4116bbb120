#include "embed/query/analogy.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/parallel.h"
#include "embed/vectors/vector_file.h"
#include "tools/answers.h"
#include "tools/command.h"

namespace wordkin {

void analogy_command(const Arguments& arguments, const std::stop_token&) {
  CommonOptions common;
  Arguments names;
  auto method = AnalogyMethod::k3CosAdd;
  std::size_t top = 10;
  std::size_t restrict_to = 0;
  CommandLine line(
      "analogy VECTORS A B C [--method 3cosadd]", "A is to B as C is to what?\n",
      "  wordkin analogy vectors.safetensors man woman king\n"
      "  wordkin analogy vectors.safetensors paris france berlin --method 3cosmul --top 3\n");
  line.option("method", method, "METHOD", "3cosadd or 3cosmul");
  line.option("top", top, "N", "how many answers to show");
  line.option("restrict", restrict_to, "N",
              "use the first N words only, the most frequent; 0: all");
  line.arguments(names, 4, 4);
  line.common(common);
  if (!line.parse(arguments)) return;
  if (top == 0) throw UsageError("--top: expected at least 1, found 0");

  with_threads(common.threads, [&] {
    const auto embeddings = open_embeddings(names[0]);
    const auto& vocabulary = embeddings.vocabulary();
    const Analogy analogy{require_word(vocabulary, names[1], restrict_to),
                          require_word(vocabulary, names[2], restrict_to),
                          require_word(vocabulary, names[3], restrict_to)};
    const auto answers = solve_analogy(UnitVectors(embeddings, restrict_to), analogy, method, top);
    if (common.json) {
      print_json({{"a", names[1]},
                  {"b", names[2]},
                  {"c", names[3]},
                  {"method", enum_name(method)},
                  {"answers", neighbors_json(vocabulary, answers)}});
    } else {
      print_neighbors(vocabulary, answers);
    }
  });
}

}  // namespace wordkin
