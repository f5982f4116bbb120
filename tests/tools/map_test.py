"""wordkin map: which words are shown, where, and what the page and the picture hold."""
import html.parser
import json
import math
import random
import re
import unittest
import xml.etree.ElementTree

import support

HOSTILE = ["</script><script>alert(1)</script>", "<!--", "<b>&amp;</b>", "\"'`", "\\u003c\\", "]]>", "a&b", "%s{}{0}",
           "שלום", "مرحبا", "\u202egnirts", "\U0001f600\U0001f468\u200d\U0001f469", "中文", "\u2028line", "\x01\x1b[31m",
           "\ufffe", "x" * 5000, "é", "constructor", "__proto__"]
SVG = "{http://www.w3.org/2000/svg}"


class Scripts(html.parser.HTMLParser):
    """The script elements of a page, as a browser would find them, and its tags."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.scripts, self.inside = [], [], False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.inside = tag == "script"
        if self.inside:
            self.scripts.append("")

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.scripts[-1] += data


def page_data(path):
    return json.loads(Scripts(path.read_text(encoding="utf-8")).scripts[0])


class MapTest(support.CommandTest):
    def setUp(self):
        super().setUp()
        draw = random.Random(5)
        self.centres = [[draw.gauss(0, 1) for _ in range(10)] for _ in range(4)]
        self.words = [f"{'abcd'[i % 4]}{i // 4}" for i in range(120)]
        self.rows = [[x + draw.gauss(0, 0.2) for x in self.centres[i % 4]] for i in range(120)]
        self.write_vectors(self.words, self.rows)

    def write_vectors(self, words, rows, name="v"):
        encoded = [word if isinstance(word, bytes) else word.encode() for word in words]
        return support.write_safetensors(self.folder / name, encoded, rows)

    def map(self, *arguments, output="map.html", vectors="v"):
        result = self.succeed("map", vectors, "-o", output, "--json", "--quiet", *arguments)
        self.assertEqual(result.stdout.count(b"\n"), 1)
        return result.json

    def data(self, *arguments, **options):
        self.map(*arguments, **options)
        return page_data(self.folder / "map.html")

    def cosine(self, a, b):
        a, b = (self.rows[self.words.index(word)] for word in (a, b))
        return sum(x * y for x, y in zip(a, b)) / math.sqrt(sum(x * x for x in a) * sum(y * y for y in b))


class PageTest(MapTest):
    def test_neighbours_are_those_of_the_vectors(self):
        data = self.data("--neighbors", "5")
        self.assertEqual(data["words"], self.words)
        self.assertEqual(data["neighbors"]["count"], 5)
        for i, word in enumerate(self.words):
            found = [self.words[j] for j in data["neighbors"]["words"][5 * i:5 * i + 5]]
            others = sorted((other for other in self.words if other != word), key=lambda o: -self.cosine(word, o))
            self.assertEqual(found, others[:5])
            for other, value in zip(found, data["neighbors"]["cosines"][5 * i:5 * i + 5]):
                self.assertAlmostEqual(value / 1e4, self.cosine(word, other), delta=1e-4)

    def test_similar_words_are_near(self):
        for method in "tsne", "pca":
            data = self.data("--method", method)
            for i in range(120):
                distance = lambda j: math.hypot(data["x"][i] - data["x"][j], data["y"][i] - data["y"][j])
                nearest = min((j for j in range(120) if j != i), key=distance)
                self.assertEqual(nearest % 4, i % 4, (method, i))

    def test_places_fill_a_square(self):
        data = self.data()
        for values in data["x"], data["y"]:
            self.assertEqual(min(values), 0)
            self.assertLessEqual(max(values), 1000000)
        self.assertEqual(max(max(data["x"]), max(data["y"])), 1000000)

    def test_the_page_needs_nothing_else(self):
        self.map()
        text = (self.folder / "map.html").read_text(encoding="utf-8")
        page = Scripts(text)
        for tag, attributes in page.tags:
            self.assertNotIn(tag, ("link", "img", "iframe", "object", "embed", "base"))
            self.assertFalse({"src", "href", "srcset", "data", "action"} & set(attributes), tag)
        self.assertIn("default-src 'none'", text)
        for address in "http:", "https:", "@import", "url(", "fetch(", "XMLHttpRequest":
            self.assertNotIn(address, text)

    def test_the_number_of_threads_does_not_matter(self):
        pages = set()
        for threads in 1, 2, 3, 8:
            self.map("--threads", threads)
            pages.add((self.folder / "map.html").read_bytes())
        self.assertEqual(len(pages), 1)
        self.map("--seed", "2")
        self.assertNotIn((self.folder / "map.html").read_bytes(), pages)

    def test_an_axis(self):
        data = self.data("--axis", "a1,b1", "--axis", "c1,d1")
        self.assertEqual([(axis["low"], axis["high"]) for axis in data["axes"]], [("a1", "b1"), ("c1", "d1")])

        def unit(word):
            row = self.rows[self.words.index(word)]
            return [x / math.hypot(*row) for x in row]

        difference = [b - a for a, b in zip(unit("a1"), unit("b1"))]
        for word, value in zip(self.words, data["axes"][0]["values"]):
            expected = sum(x * y for x, y in zip(unit(word), difference)) / math.hypot(*difference)
            self.assertAlmostEqual(value / 1e4, expected, delta=1e-4)

    def test_counts_of_words(self):
        data = self.data(vectors=support.few_vectors())
        self.assertEqual(len(data["counts"]), len(data["words"]))
        self.assertEqual(data["counts"], sorted(data["counts"], reverse=True))
        self.assertNotIn("counts", self.data())


class WordsTest(MapTest):
    def test_the_most_frequent(self):
        self.assertEqual(self.data("--top", "30")["words"], self.words[:30])
        self.assertEqual(self.data("--top", "1000000")["words"], self.words)
        self.assertNotIn("groups", self.data("--top", "30"))

    def test_named_words(self):
        data = self.data("c3", "a1", "b2", "a1")
        self.assertEqual(data["words"], ["c3", "a1", "b2"])
        self.assertNotIn("groups", data)

    def test_groups(self):
        self.write("one.txt", "a1\na2\r\n\n: second\nb1\n  b2  \n")
        self.write("two.txt", b"\xef\xbb\xbfc1\nb1\n")
        data = self.data("--words", "one.txt", "--words", "two.txt", "d1", "--top", "3")
        self.assertEqual(data["words"], ["a1", "a2", "b1", "b2", "c1", "d1", "a0", "b0", "c0"])
        self.assertEqual(data["groups"], {"names": ["one", "second", "two", "words", "most frequent"],
                                          "of": [0, 0, 1, 1, 2, 3, 4, 4, 4], "background": 4})

    def test_unknown_words_are_reported(self):
        result = self.succeed("map", "v", "-o", "map.html", "--quiet", "a1", "zzz", "b1", "<b>", "zzz", "c1", "--json")
        self.assertEqual(result.stderr, "wordkin: not among the 120 words of these vectors: 'zzz', '<b>'\n")
        self.assertEqual(result.json["unknown"], ["zzz", "<b>"])
        self.assertEqual(result.json["words"], 3)
        many = [f"u{i}" for i in range(30)]
        self.assertIn("'u9' and 20 more\n", self.succeed("map", "v", "-o", "map.html", "a1", *many).stderr)

    def test_no_words(self):
        result = self.run_wordkin("map", "v", "-o", "map.html", "zzz")
        self.assertEqual(result.code, 1)
        self.assertIn("wordkin: there are no words to show\n", result.stderr)
        self.write("empty.txt", "\n: name\n\n")
        self.fail_with(1, "empty.txt: holds no words, one a line", "map", "v", "-o", "map.html", "--words", "empty.txt")
        self.fail_with(1, "there are no words to show", "map", "v", "-o", "map.html", "--top", "0")
        self.assert_files("v", "empty.txt")

    def test_few_words(self):
        for count in 1, 2, 3, 4, 5:
            data = self.data(*self.words[:count])
            self.assertEqual(data["neighbors"]["count"], count - 1)
            self.assertIn("; PCA, ", data["note"])
            self.map(*self.words[:count], output="map.svg")
        for count in 4, 5, 10:
            data = self.data("--method", "tsne", *self.words[:count])
            self.assertEqual(len(set(zip(data["x"], data["y"]))), count)
        self.fail_with(2, "t-SNE needs at least 4 words, found 3; choose --method pca", "map", "v", "-o", "map.html",
                       "--method", "tsne", "a1", "b1", "c1")

    def test_a_perplexity_that_is_too_high_is_lowered(self):
        result = self.succeed("map", "v", "-o", "map.html", "--perplexity", "50", "--json", "--quiet")
        self.assertEqual(result.stderr, "wordkin: the perplexity is lowered from 50 to 39.66, a third of the "
                                        "neighbours of 120 words\n")
        self.assertEqual(result.json["perplexity"], 39.66)

    def test_vectors_of_zeros_are_left_out(self):
        self.write_vectors([*self.words, "zero", "none"], [*self.rows, [0] * 10, [-0.0] * 10])
        result = self.succeed("map", "v", "-o", "map.html", "--json", "--quiet")
        self.assertEqual(result.stderr, "wordkin: left out, as their vectors are all zeros: 'zero', 'none'\n")
        self.assertEqual(result.json["zero_vectors"], ["zero", "none"])
        self.assertEqual(page_data(self.folder / "map.html")["words"], self.words)

    def test_equal_vectors(self):
        self.write_vectors(self.words, [self.rows[i % 3] for i in range(120)])
        for method in "tsne", "pca":
            self.assertEqual(self.data("--method", method)["words"], self.words)
        self.write_vectors(self.words, [self.rows[0]] * 120)
        for method in "tsne", "pca":
            self.map("--method", method)
            self.map("--method", method, output="map.svg")
            self.assertNotIn("nan", (self.folder / "map.svg").read_text())

    def test_vectors_of_one_dimension(self):
        self.write_vectors(["a", "b", "c", "d", "e"], [[1], [2], [-1], [5], [-3]])
        for method in "tsne", "pca":
            self.map("--method", method)

    def test_hostile_words(self):
        invalid = [b"\xff\xfe", b"caf\xe9", b"a\0b"]
        words = [*(word.encode() for word in HOSTILE), *invalid]
        self.write_vectors(words, self.rows[:len(words)])
        self.write("groups.txt", b": </script><i>\n" + words[0] + b"\n: \xff\n" + words[1] + b"\n")
        data = self.data("--words", "groups.txt", "--top", "100", "--axis", f"{HOSTILE[0]},{HOSTILE[8]}")
        page = Scripts((self.folder / "map.html").read_text(encoding="utf-8"))
        self.assertEqual([tag for tag, _ in page.tags].count("script"), 2)
        self.assertEqual(data["words"][:len(HOSTILE)], HOSTILE)
        self.assertEqual(data["words"][len(HOSTILE):], ["\ufffd\ufffd", "caf\ufffd", "a\0b"])
        self.assertEqual(data["groups"]["names"], ["</script><i>", "\ufffd", "most frequent"])
        for axis in [], ["--axis", f"{HOSTILE[0]},{HOSTILE[8]}"]:
            self.map("--words", "groups.txt", "--top", "100", *axis, output="map.svg")
            svg = xml.etree.ElementTree.parse(self.folder / "map.svg").getroot()
            texts = [text.text for text in svg.iter(SVG + "text")]
            for word in "</script><script>alert(1)</script>"[:32] + "…", "<!--", "\"'`", "שלום", "caf\ufffd":
                self.assertIn(word, texts)


class SvgTest(MapTest):
    def picture(self, *arguments):
        self.map(*arguments, output="map.svg")
        return xml.etree.ElementTree.parse(self.folder / "map.svg").getroot()

    @staticmethod
    def places(svg):
        return [tuple(map(float, place)) for path in svg.iter(SVG + "path")
                for place in re.findall(r"M(-?[\d.]+) (-?[\d.]+)h0", path.get("d"))]

    def test_points_and_labels(self):
        svg = self.picture()
        places = self.places(svg)
        self.assertEqual(len(places), 120)
        for x, y in places:
            self.assertTrue(0 < x < 1200 and 0 < y < 900)
        texts = [text.text for text in svg.iter(SVG + "text")]
        self.assertIn("120 words of v; t-SNE, perplexity 30, seed 1", texts)
        labels = set(texts) & set(self.words)
        self.assertGreater(len(labels), 20)
        self.assertIn("a0", labels)  # the first word has the first choice

    def test_labels_do_not_overlap(self):
        boxes = []
        for text in self.picture().iter(SVG + "text"):
            if text.text not in self.words:
                continue
            width = len(text.text) * 12 * 0.58
            left = float(text.get("x")) - {"start": 0, "middle": 0.5, "end": 1}[text.get("text-anchor")] * width
            bottom = float(text.get("y"))
            boxes.append((left, bottom - 12, left + width, bottom))
        for i, a in enumerate(boxes):
            for b in boxes[:i]:
                self.assertFalse(a[0] + 0.2 < b[2] and b[0] + 0.2 < a[2] and a[1] < b[3] and b[1] < a[3], (a, b))

    def test_colours_of_groups_and_of_an_axis(self):
        self.write("groups.txt", ": first\na1\na2\n: second\nb1\n")
        svg = self.picture("--words", "groups.txt", "--top", "9")
        self.assertEqual({path.get("stroke") for path in svg.iter(SVG + "path")}, {"#4269d0", "#e07b39", "#b4bac4"})
        texts = [text.text for text in svg.iter(SVG + "text")]
        for name in "first", "second", "most frequent":
            self.assertIn(name, texts)
        svg = self.picture("--axis", "a1,b1")
        self.assertGreater(len({path.get("stroke") for path in svg.iter(SVG + "path")}), 5)
        self.assertEqual(len(list(svg.iter(SVG + "stop"))), 3)

    def test_few_words_are_shown_by_pca(self):
        # A cross whose centre is 0, but for the scale and the side.
        self.write_vectors(["n", "s", "e", "w"], [[0, 3, 0], [0, -3, 0], [1, 0, 0], [-1, 0, 0]])
        report = self.map("n", "s", "e", "w", output="map.svg")
        self.assertEqual(report["method"], "pca")
        for share in report["explained_variance"]:
            self.assertAlmostEqual(share, 0.5, places=5)


class UsageTest(MapTest):
    def refuse(self, message, *arguments, code=2):
        self.fail_with(code, message, "map", *arguments)
        self.assert_files("v")

    def test_the_output(self):
        self.refuse("map: expected -o FILE.html or -o FILE.svg", "v")
        for name in "map.png", "map", "-", "map.HTML":
            self.refuse(f"{name}: expected a name that ends in .html or .svg", "v", "-o", name)
        self.refuse("none/map.html: cannot write: the folder none does not exist; create it first", "v", "-o",
                    "none/map.html", code=1)

    def test_an_output_that_is_there_stays_where_something_is_wrong(self):
        self.write("map.html", "before")
        for arguments in ["none"], ["v", "zzz"], ["v", "--axis", "a1,zzz"], ["v", "--axis", "a1,a1"]:
            self.assertEqual(self.run_wordkin("map", *arguments, "-o", "map.html").code, 1)
            self.assertEqual((self.folder / "map.html").read_text(), "before")

    def test_numbers_out_of_range(self):
        for option, value, message in (
                ("--perplexity", "0.5", "expected 1 to 10000, found 0.5"),
                ("--perplexity", "nan", "expected a finite number"),
                ("--iterations", "0", "expected 1 to 1000000, found 0"),
                ("--neighbors", "0", "expected 1 to 1000, found 0"),
                ("--neighbors", "1001", "expected 1 to 1000, found 1001"),
                ("--method", "umap", "expected tsne or pca, found 'umap'")):
            self.refuse(f"{option}: {message}", "v", "-o", "map.html", option, value)

    def test_axes(self):
        for axis in "he", "he,", ",she", "a,b,c", ",":
            self.refuse(f"--axis: expected two words with a comma between, found '{axis}'", "v", "-o", "map.html",
                        "--axis", axis)
        self.refuse("'zzz' is not among the 120 words of these vectors", "v", "-o", "map.html", "--axis", "a1,zzz",
                    code=1)
        self.refuse("--axis a1,a1: there is no direction", "v", "-o", "map.html", "--axis", "a1,a1", code=1)

    def test_options_of_tsne_are_not_for_pca(self):
        for option in "--perplexity", "--iterations", "--seed":
            self.refuse(f"{option} is not for PCA", "v", "-o", "map.html", "--method", "pca", option, "5")

    def test_the_summary(self):
        result = self.succeed("map", "v", "-o", "map.html")
        self.assertEqual(result.stdout, b"")
        self.assertRegex(result.stderr, r"\A120 words of v; t-SNE, perplexity 30, seed 1\nmap.html, [\d.]+ KiB; "
                                        r"[\d.]+ s\n\Z")


if __name__ == "__main__":
    unittest.main()
