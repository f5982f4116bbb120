#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include <classify/nbsvm.h>

int main() {
  const std::vector<std::vector<std::string>> texts{{"a", "good", "film"}, {"a", "bad", "film"}};
  const std::vector<std::uint32_t> classes{1, 0};
  const auto classifier = wordkin::Nbsvm::train(texts, classes, 2);
  const std::vector<std::string> text{"good"};
  std::printf("class %u\n", classifier.predict(text));
}
