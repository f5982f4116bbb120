"""Pages of curves and tables: --report of train, bias, sentiment train and debias. Where there is a browser they are
opened in it too."""
import html.parser
import unittest

import browser
import support
from bias_support import BiasTest


class Page(html.parser.HTMLParser):
    """The texts of a page's elements, by tag, and the attributes of all elements."""

    def __init__(self, path):
        super().__init__()
        self.texts = {}
        self.elements = []
        self.open = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.texts.setdefault(tag, []).append("")
        self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data):
        if self.open:
            self.texts[self.open[-1]][-1] += data

    def rows(self):
        """The cells of each row of all tables but their heads."""
        rows, cells = [], {"th": iter(self.texts["th"]), "td": iter(self.texts.get("td", []))}
        for tag, _ in self.elements:
            if tag == "tr":
                rows.append([])
            elif tag in cells:
                rows[-1].append(next(cells[tag]))
        return rows

    def points(self):
        return [attributes["points"].split() for tag, attributes in self.elements if tag == "polyline"]


class PageTest(support.CommandTest):
    def page(self):
        path = self.folder / "report.html"
        page = Page(path)
        for tag, attributes in page.elements:
            self.assertNotIn("src", attributes)
            self.assertNotIn(tag, ("link", "img", "iframe"))
        if browser.PROGRAM:
            opened = browser.Browser()
            self.addCleanup(opened.close)
            opened.open(path)
            self.assertEqual(opened.complaints, [])
            self.assertEqual([url for url in opened.requests if not url.startswith("file:")], [])
            self.assertEqual(opened.evaluate("document.querySelectorAll('svg polyline').length"), len(page.points()))
        return page


class ReportTest(PageTest):
    def test_training(self):
        report = self.succeed("train", support.short_text(), "-o", "v&<b>.safetensors", "--epochs", "4", "--report",
                              "report.html", "--json").json
        page = self.page()
        self.assertEqual(page.texts["h1"], ["v&<b>.safetensors"])
        self.assertEqual(page.texts["h2"], ["Mean loss", "Figures", "In the file"])
        (curve,) = page.points()
        self.assertEqual(len(curve), 4)
        self.assertEqual([text.rsplit(" ", 1) for text in page.texts["title"][1:]],
                         [[f"training, epoch {i + 1}:", f"{loss:.6g}"] for i, loss in enumerate(report["mean_loss"])])
        heights = [float(point.split(",")[1]) for point in curve]
        losses = report["mean_loss"]
        for low, high in ((0, 1), (1, 2), (0, 3)):  # less loss is lower, in proportion
            self.assertAlmostEqual((heights[high] - heights[low]) / (heights[3] - heights[0]),
                                   (losses[high] - losses[low]) / (losses[3] - losses[0]), delta=0.01)
        self.assertIn(["words in the vocabulary", f"{report['vocabulary']:,}"], page.rows())
        self.assertIn(["dim", "100"], page.rows())

    def test_of_one_epoch_has_no_curve(self):
        self.succeed("train", support.short_text(), "-o", "v", "--epochs", "1", "--report", "report.html", "-q")
        self.assertEqual(self.page().points(), [])

    def test_a_classifier(self):
        self.write("texts.tsv", "label\ttext\n" + "good\ta fine film\nbad\ta dull film\n" * 20)
        report = self.succeed("sentiment", "train", "--data", "texts.tsv", "-o", "model", "--dim", "8", "--units", "4",
                              "--epochs", "3", "--patience", "0", "--report", "report.html", "--json").json
        page = self.page()
        self.assertEqual(page.texts["h2"], ["Loss", "Accuracy, %", "Steps whose gradient was clipped, %",
                                            "Norm of the gradients", "Learning rate",
                                            "Validation", "Labels", "Texts", "In the file"])
        self.assertEqual([len(curve) for curve in page.points()], [3] * 7)
        rows = page.rows()
        self.assertIn(["accuracy", f"{100 * report['metrics']['accuracy']:.2f} %"], rows)
        scores = report["metrics"]["labels"]["good"]
        index = report["labels"].index("good")
        self.assertIn(["good", *(f"{scores[name]:.4f}" for name in ("precision", "recall", "f1")), "4",
                       *map(str, report["metrics"]["confusion"][index])], rows)

    def test_must_be_a_file_of_its_own(self):
        text = self.write("text.txt", "a b c " * 100)
        for other in "text.txt", "v.safetensors":
            self.fail_with(2, "is given twice, and would be replaced", "train", text, "-o", "v.safetensors", "--report",
                           other)
        self.fail_with(1, "no/report.html", "train", text, "-o", "v.safetensors", "--report", "no/report.html")
        self.write("old.safetensors", b"")
        for other in "-", "old.safetensors":
            result = self.run_wordkin("train", text, "-o", "v.safetensors", "--init", "old.safetensors", "--report", other)
            self.assertEqual(result.code, 2)
        self.assertIn("--report: expected a file, found '-'",
                      self.run_wordkin("train", text, "-o", "v", "--report", "-").stderr)
        self.assert_files("old.safetensors", "text.txt")


class BiasReportTest(BiasTest, PageTest):
    def test_bias(self):
        arguments = ["--pairs", "pairs.json", "--words", "jobs.json", "--weat", "weat.json", "--indirect", "nurse",
                     "--indirect", "pilot"]
        before = self.succeed("bias", "made.safetensors", *arguments).text
        audit = self.bias(*arguments, "--report", "report.html")
        page = self.page()
        self.assertEqual(page.texts["h2"], ["Axis: pairs", "jobs, along pairs", "Word embedding association tests",
                                            "Indirect bias"])
        (jobs,) = audit["axes"][0]["words"]
        for row in jobs["words"]:
            self.assertIn([row["word"], f"{row['projection']:+.4f}", f"{row['ripa']:+.4f}"], page.rows())
        self.assertIn(["without a vector: plumber"], page.rows())
        self.assertIn(["most biased, +: " + ", ".join(audit["axes"][0]["most_biased"]["positive"])], page.rows())
        self.assertIn(["2, 2, 2, 2 words of 3, 2, 2, 2", f"{audit['weat'][0]['effect_size']:.4f}",
                       f"{audit['weat'][0]['p_value']:.2g}", "all 6"], page.rows())
        self.assertEqual(self.succeed("bias", "made.safetensors", *arguments, "--report", "report.html").text, before)
        for name in "pairs.json", "made.safetensors":
            self.fail_with(2, "is given twice, and would be replaced", "bias", "made.safetensors", *arguments,
                           "--report", name)

    def test_debiasing(self):
        report = self.succeed("debias", "made.safetensors", "-o", "out.vec", "--pairs", "pairs.json", "--words",
                              "jobs.json", "--report", "report.html", "--json", "-q").json
        rows = self.page().rows()
        for row in report["receipt"]:
            self.assertIn(row["figure"], [cells[0] for cells in rows])
        self.assertIn(["pairs"], rows)


if __name__ == "__main__":
    unittest.main()
