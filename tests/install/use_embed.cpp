#include <cstdio>

#include <embed/query/nearest.h>
#include <embed/vectors/vector_file.h>

int main(int, char** argv) {
  const auto embeddings = wordkin::load_embeddings(argv[1]);
  const auto cosine = wordkin::cosine(embeddings.vector(0), embeddings.vector(1));
  std::printf("%u words, the first two are %.3f alike\n", embeddings.size(), cosine);
}
