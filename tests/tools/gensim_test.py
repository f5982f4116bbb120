"""What we write, gensim reads, and the other way round; and both give the same answers."""
import sys
import unittest

try:
    from gensim.models import KeyedVectors
except ImportError as error:
    print(f"skipped: {sys.executable} has no gensim ({error}); on Debian, install python3-gensim")
    sys.exit(77)

import numpy

import support

WORDS = ["king", "the", "paris", "visited", "colder"]


class GensimTest(support.CommandTest):
    def setUp(self):
        super().setUp()
        tensors, _ = support.read_safetensors(support.vectors())
        offsets = numpy.frombuffer(tensors["word_offsets"], dtype="<i8")
        self.words = [tensors["words"][begin:end].decode()
                      for begin, end in zip(offsets[:-1], offsets[1:])]
        self.values = numpy.frombuffer(tensors["vectors"], dtype="<f4").reshape(len(self.words), -1)

    def convert(self, name):
        self.succeed("convert", support.vectors(), name)
        return str(self.folder / name)

    def load(self, name):
        return KeyedVectors.load_word2vec_format(self.convert(name), binary=name.endswith(".bin"))

    def save(self, name):
        """A file of vectors that gensim wrote."""
        vectors = KeyedVectors(self.values.shape[1])
        vectors.add_vectors(self.words, self.values)
        vectors.save_word2vec_format(str(self.folder / name), binary=name.endswith(".bin"))

    def assert_equal_vectors(self, vectors):
        self.assertEqual(vectors.index_to_key, self.words)
        self.assertEqual(vectors.vectors.dtype, numpy.float32)
        numpy.testing.assert_array_equal(vectors.vectors, self.values)

    def test_gensim_reads_our_binary(self):
        self.assert_equal_vectors(self.load("ours.bin"))

    def test_gensim_reads_our_text(self):
        self.assert_equal_vectors(self.load("ours.vec"))

    def test_gensim_reads_our_glove_text(self):
        self.assert_equal_vectors(KeyedVectors.load_word2vec_format(self.convert("ours.glove"),
                                                                    binary=False, no_header=True))

    def test_we_read_the_binary_of_gensim(self):
        self.save("theirs.bin")
        self.assertEqual(self.info("theirs.bin")["format"], "word2vec-binary")
        self.succeed("convert", "theirs.bin", "ours.bin")
        self.assert_equal_vectors(KeyedVectors.load_word2vec_format(str(self.folder / "ours.bin"),
                                                                    binary=True))

    def test_we_read_the_text_of_gensim(self):
        self.save("theirs.vec")
        self.assertEqual(self.info("theirs.vec")["format"], "word2vec-text")
        self.succeed("convert", "theirs.vec", "ours.bin")
        theirs = KeyedVectors.load_word2vec_format(str(self.folder / "theirs.vec"), binary=False)
        ours = KeyedVectors.load_word2vec_format(str(self.folder / "ours.bin"), binary=True)
        self.assertEqual(ours.index_to_key, theirs.index_to_key)
        numpy.testing.assert_array_equal(ours.vectors, theirs.vectors)

    def test_neighbors_agree(self):
        gensims = self.load("ours.bin")
        for word in WORDS:
            ours = self.succeed("similar", "ours.bin", word, "--json").json["neighbors"]
            theirs = gensims.most_similar(word, topn=10)
            for mine, (other, similarity) in zip(ours, theirs):
                self.assertAlmostEqual(mine["similarity"], similarity, delta=1e-4)
                self.assertAlmostEqual(gensims.similarity(word, mine["word"]), similarity,
                                       delta=1e-4)
            self.assertEqual(len(ours), len(theirs))

    def test_neighbors_among_the_most_frequent_agree(self):
        gensims = self.load("ours.bin")
        ours = self.succeed("similar", "ours.bin", "the", "--restrict", "50",
                            "--json").json["neighbors"]
        theirs = gensims.most_similar("the", topn=10, restrict_vocab=50)
        self.assertEqual([neighbor["word"] for neighbor in ours], [word for word, _ in theirs])

    def test_similarities_of_pairs_agree(self):
        gensims = self.load("ours.bin")
        for other in WORDS[1:]:
            ours = self.succeed("similarity", "ours.bin", "king", other,
                                "--json").json["similarity"]
            self.assertAlmostEqual(ours, gensims.similarity("king", other), delta=1e-4)

    def test_analogies_agree(self):
        gensims = self.load("ours.bin")
        # What keeps 3CosMul from dividing by zero is 0.001 in its paper and 0.000001 in gensim.
        for method, ask, delta in (("3cosadd", gensims.most_similar, 1e-4),
                                   ("3cosmul", gensims.most_similar_cosmul, 3e-3)):
            ours = self.succeed("analogy", "ours.bin", "man", "woman", "king", "--method", method,
                                "--json").json["answers"]
            theirs = ask(positive=["woman", "king"], negative=["man"], topn=10)
            for mine, (_, similarity) in zip(ours, theirs):
                self.assertAlmostEqual(mine["similarity"], similarity, delta=delta)

    def test_accuracy_agrees(self):
        gensims = self.load("ours.bin")
        lines = support.sample("sample-analogies.txt").read_text().splitlines(True)
        # One question in eight: gensim takes some milliseconds for each.
        questions = self.write("questions.txt", "".join(
            line for i, line in enumerate(lines) if line.startswith(":") or i % 8 == 0))
        total, sections = gensims.evaluate_word_analogies(
            str(questions), restrict_vocab=len(self.words), case_insensitive=False)
        ours = self.succeed("evaluate", "ours.bin", "--analogies", questions,
                            "--json").json["analogies"][0]
        self.assertAlmostEqual(ours["total"]["accuracy"], total, delta=0.002)
        theirs = {section["section"]: section for section in sections}
        for section in ours["sections"]:
            other = theirs[section["name"]]
            self.assertEqual(section["answered"], len(other["correct"]) + len(other["incorrect"]))
            self.assertAlmostEqual(section["correct"], len(other["correct"]), delta=1)

    def test_correlations_agree(self):
        gensims = self.load("ours.bin")
        pairs = support.sample("sample-similarities.txt")
        pearson, spearman, unknown = gensims.evaluate_word_pairs(str(pairs), case_insensitive=False)
        ours = self.succeed("evaluate", "ours.bin", "--similarities", pairs, "--json").json
        (scores,) = ours["similarities"]
        self.assertAlmostEqual(scores["spearman"], spearman[0], delta=1e-4)
        self.assertAlmostEqual(scores["pearson"], pearson[0], delta=1e-4)
        self.assertAlmostEqual(100 * (1 - scores["coverage"]), unknown, delta=0.01)


if __name__ == "__main__":
    unittest.main(warnings="ignore")  # gensim's own
