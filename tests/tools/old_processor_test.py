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
        for processor, instruction_set in ("core2duo", "SSSE3"), ("Westmere", "SSE4"):
            result = self.emulate(processor, "--version")
            self.assertRegex(result.text, rf"\Awordkin \S+ \({instruction_set}\)\n")

    def test_it_trains_and_answers(self):
        arguments = [support.short_text(), "--deterministic", "--epochs", "2", "--min-count", "1", "--quiet"]
        self.emulate("core2duo", "train", *arguments, "-o", "old.safetensors")
        self.succeed("train", *arguments, "-o", "new.safetensors")
        answers = [self.succeed("similar", name, "king", "--json").json for name in
                   ("old.safetensors", "new.safetensors")]
        answers.append(self.emulate("core2duo", "similar", "new.safetensors", "king", "--json").json)
        expected = answers[1]["neighbors"]
        for answer in answers:
            for found, other in zip(answer["neighbors"], expected, strict=True):
                self.assertEqual(found["word"], other["word"])
                self.assertAlmostEqual(found["similarity"], other["similarity"], places=3)


if __name__ == "__main__":
    unittest.main()
