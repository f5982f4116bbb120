"""The page of wordkin map in a browser: it is looked at, searched, clicked and used by keys, and asks nothing of
the network."""
import sys
import time
import unittest

import browser

if browser.PROGRAM is None:
    print(f"skipped: {browser.MISSING}")
    sys.exit(77)

import support

WORDS = ["</script><b>", "שלום", "\U0001f600", "king", "queen", "man", "woman", "Kingdom", "boat", "ship"]
ROWS = [[1, 0, 0, 0], [-1, 0, 0, 1], [0, -1, 0, 1], [0, 1, 0.5, 0], [0, 1, 0.4, 0.3], [0, 0.5, 1, 0],
        [0, 0.5, 0.9, 0.4], [0, 1, -0.3, -0.2], [0.2, 0, -1, 0], [0.3, 0, -1, 0.1]]


class PageTest(support.CommandTest):
    OPTIONS = []  # of the browser

    @classmethod
    def setUpClass(cls):
        cls.page = browser.Browser(*cls.OPTIONS)
        cls.addClassCleanup(cls.page.close)

    def setUp(self):
        super().setUp()
        support.write_safetensors(self.folder / "v", [word.encode() for word in WORDS], ROWS)
        self.write("people.txt", "king\nqueen\nman\nwoman\n")
        self.succeed("map", "v", "-o", "map.html", "--words", "people.txt", "--top", "10", "--axis", "man,woman",
                     "--neighbors", "3")
        self.page.prefer("light")
        self.page.open(self.folder / "map.html")

    def tearDown(self):
        self.assertEqual(self.page.complaints, [])
        self.assertEqual([url for url in self.page.requests if not url.startswith("file:")], [])
        self.assertEqual(len(self.page.requests), 1)

    def text(self, selector):
        return self.page.evaluate(f"[...document.querySelectorAll('{selector}')].map(e => e.textContent)")

    def selected(self):
        return self.page.evaluate("wordMap.selected")

    def place(self, word):
        place = self.page.evaluate(f"wordMap.place({word!r})")
        return place["x"], place["y"]

    def check_shown(self, word, neighbors):
        self.assertEqual(self.selected(), word)
        self.assertEqual(self.text("#word h2"), [word])
        self.assertEqual(self.text("#word li bdi"), neighbors)

    def key(self, key, **options):
        self.page.evaluate("document.getElementById('labels').focus()")
        self.page.key(key, **options)

    def test_a_click_shows_the_nearest_words(self):
        self.page.click(*self.place("king"))
        self.check_shown("king", ["queen", "man", "woman"])
        self.assertEqual(self.text("#word .cosine"), ["0.960", "0.800", "0.769"])
        self.page.evaluate("document.querySelector('#word li button').click()")
        self.check_shown("queen", ["king", "woman", "man"])
        self.page.key("Escape")
        self.assertIsNone(self.selected())

    def test_the_pointer_over_a_word_shows_its_nearest_words(self):
        x, y = self.place("boat")
        self.page.mouse("Moved", x + 3, y - 2)
        self.page.settle()
        self.assertEqual(self.text("#tip strong"), ["boat"])
        self.assertEqual(self.text("#tip td bdi")[0], "ship")
        self.assertIsNone(self.selected())
        self.page.mouse("Moved", 5, 5)
        self.page.settle()
        self.assertTrue(self.page.evaluate("document.getElementById('tip').hidden"))

    def test_search(self):
        self.page.evaluate("document.body.focus()")
        self.page.call("Input.dispatchKeyEvent", type="keyDown", key="/", text="/")
        self.page.type("kin")
        self.assertEqual(self.page.evaluate("document.activeElement.id"), "search")
        self.assertEqual(self.text("#matches li"), ["king", "Kingdom"])
        self.page.key("ArrowDown")
        self.page.key("Enter")
        self.assertEqual(self.selected(), "Kingdom")
        self.page.evaluate("document.getElementById('search').select()")
        self.page.type("KING")
        self.page.key("Enter")
        self.check_shown("king", ["queen", "man", "woman"])
        self.page.evaluate("document.getElementById('search').select()")
        self.page.type("zzz")
        self.assertEqual(self.text("#matches li"), ["No such word on this map"])
        self.page.key("Enter")
        self.assertEqual(self.selected(), "king")

    def test_words_of_any_kind(self):
        for word in WORDS[:3]:
            self.page.evaluate("document.getElementById('search').select()")
            self.page.evaluate("document.getElementById('search').focus()")
            self.page.type(word)
            self.page.key("Enter")
            self.assertEqual(self.selected(), word)
            self.assertEqual(self.text("#word h2"), [word])
        self.assertEqual(self.page.evaluate("document.querySelectorAll('b').length"), 0)

    def test_zoom_and_pan(self):
        king, boat = self.place("king"), self.place("boat")
        apart = abs(king[0] - boat[0]) + abs(king[1] - boat[1])
        self.page.mouse("Wheel", *king, deltaX=0, deltaY=-200)
        self.page.settle()
        for before, after in zip(king, self.place("king")):  # what is under the pointer stays there
            self.assertAlmostEqual(before, after, delta=1)
        closer = self.place("boat")
        self.assertGreater(abs(king[0] - closer[0]) + abs(king[1] - closer[1]), 1.3 * apart)
        self.page.mouse("Pressed", 300, 300, button="left", buttons=1, clickCount=1)
        self.page.mouse("Moved", 340, 270, button="left", buttons=1)
        self.page.mouse("Released", 340, 270, button="left", clickCount=1)
        self.page.settle()
        moved = self.place("boat")
        self.assertAlmostEqual(moved[0], closer[0] + 40, delta=0.01)
        self.assertAlmostEqual(moved[1], closer[1] - 30, delta=0.01)
        self.assertIsNone(self.selected())  # a drag is no click
        self.page.evaluate("document.getElementById('fit').click()")
        self.page.settle()
        self.assertAlmostEqual(self.place("king")[0], king[0], delta=0.01)

    def test_keys(self):
        start = self.place("king")
        self.key("ArrowLeft")
        self.assertAlmostEqual(self.place("king")[0], start[0] + 80, delta=0.01)
        self.key("0")
        self.page.settle()
        self.assertAlmostEqual(self.place("king")[0], start[0], delta=0.01)
        self.key("+")
        self.page.settle()
        self.assertGreater(abs(self.place("king")[0] - self.place("boat")[0]), abs(start[0] - self.place("boat")[0]))
        self.key("Enter")
        first = self.selected()
        self.assertIn(first, WORDS)
        visited = {first}
        for arrow in ["ArrowRight"] * 4 + ["ArrowLeft"] * 4 + ["ArrowUp"] * 4 + ["ArrowDown"] * 4:
            self.key(arrow, modifiers=8)
            visited.add(self.selected())
        self.assertGreater(len(visited), 4)
        self.key("Escape")
        self.assertIsNone(self.selected())

    def test_colours(self):
        self.assertEqual(self.text("#colour-by option"), ["man – woman", "group"])
        self.assertEqual(self.text("#ends bdi"), ["← man", "woman →"])
        colours = "Array.from(points.colours)"
        by_axis = self.page.evaluate(colours)
        self.page.evaluate("{const s = document.getElementById('colour-by'); s.value = 'groups';"
                           "s.dispatchEvent(new Event('change'))}")
        self.page.settle()
        by_group = self.page.evaluate(colours)
        self.assertNotEqual(by_axis, by_group)
        self.assertEqual(self.text("#legend button"), ["people", "most frequent"])
        self.assertEqual(by_group[-4:-1], [0x42, 0x69, 0xd0])  # the first word's, of the first group
        self.page.evaluate("document.querySelector('#legend button').click()")
        self.assertLess(self.page.evaluate(colours)[-1], by_group[-1])
        self.page.prefer("dark")
        for _ in range(100):  # the browser tells the page of the change when it has time
            self.page.settle()
            if self.page.evaluate(colours)[:3] != by_group[:3]:
                break
            time.sleep(0.1)
        self.assertNotEqual(self.page.evaluate(colours)[:3], by_group[:3])  # words for orientation

    def test_light_and_dark(self):
        background = "getComputedStyle(document.body).backgroundColor"
        light = self.page.evaluate(background)
        self.page.prefer("dark")
        dark = self.page.evaluate(background)
        self.assertNotEqual(light, dark)
        self.page.evaluate("document.getElementById('theme').click()")
        self.assertEqual(self.page.evaluate(background), light)

    def test_points_are_drawn(self):
        """Where a word's point is, the picture has the colour of its group."""
        self.page.evaluate("{const s = document.getElementById('colour-by'); s.value = 'groups';"
                           "s.dispatchEvent(new Event('change'))}")
        self.page.settle()
        x, y = self.place("king")
        colour = self.page.evaluate(f"""new Promise(done => requestAnimationFrame(() => {{
            points.draw(1);
            const copy = document.createElement('canvas');
            [copy.width, copy.height] = [points.canvas.width, points.canvas.height];
            const context = copy.getContext('2d');
            context.drawImage(points.canvas, 0, 0);
            done(Array.from(context.getImageData(Math.floor({x}), Math.floor({y}), 1, 1).data));
        }}))""")
        for found, expected in zip(colour, [0x42, 0x69, 0xd0]):
            self.assertAlmostEqual(found, expected, delta=12)
        self.assertGreater(colour[3], 180)


class PageWithoutWebGlTest(PageTest):
    OPTIONS = ["--disable-gpu", "--disable-3d-apis"]

    def test_there_is_none(self):
        self.assertFalse(self.page.evaluate("!!points.gl"))


if __name__ == "__main__":
    unittest.main()
