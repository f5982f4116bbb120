"""The whole program on a processor without AVX, emulated: the same answers as on this one."""
import platform
import shutil
import sys
import unittest

import support

EMULATOR = shutil.which("qemu-x86_64")
if EMULATOR is None or platform.machine() != "x86_64" or support.SANITIZER:
    print("skipped: needs an x86-64 build without sanitizers, and qemu-user")
    sys.exit(77)


class OldProcessorTest(support.CommandTest):
    def emulate(self, processor, *arguments):
        return self.succeed(*arguments, program=[EMULATOR, "-cpu", processor, support.WORDKIN])

    def test_processors_without_avx_use_what_they_have(self):
        for processor, instruction_set in ("qemu64", "(SCALAR|EMU128|SSE2)"), ("core2duo", "SSSE3"), ("Westmere", "SSE4"):
            result = self.emulate(processor, "--version")
            self.assertRegex(result.text, rf"\Awordkin \S+ \({instruction_set}\)\n")

    def test_it_trains_as_others_do(self):
        arguments = [support.short_text(), "--deterministic", "--epochs", "2", "--min-count", "1", "--quiet"]
        self.succeed("train", *arguments, "-o", "new.vec")
        for processor in "qemu64", "core2duo":
            self.emulate(processor, "train", *arguments, "-o", "old.vec")
            old, new = ((self.folder / name).read_text().splitlines() for name in ("old.vec", "new.vec"))
            for found, expected in zip(old, new, strict=True):
                (word, *values), (other, *others) = found.split(), expected.split()
                self.assertEqual(word, other)
                for value, number in zip(values, others, strict=True):
                    self.assertAlmostEqual(float(value), float(number), places=3, msg=word)

    def test_it_answers_as_others_do(self):
        question = ["similar", support.vectors(), "king", "--json"]
        found = self.emulate("core2duo", *question).json["neighbors"]
        expected = self.succeed(*question).json["neighbors"]
        for answer, other in zip(found, expected, strict=True):
            self.assertEqual(answer["word"], other["word"])
            self.assertAlmostEqual(answer["similarity"], other["similarity"], places=3)


if __name__ == "__main__":
    unittest.main()
