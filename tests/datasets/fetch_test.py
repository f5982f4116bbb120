#!/usr/bin/env python3
"""Tests datasets/fetch against a small local server. Usage: fetch_test.py PATH_TO_FETCH_SCRIPT"""
import hashlib
import http.server
import io
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import unittest
import zipfile

FETCH = None  # path of the script under test, set from argv


def hexdigest(algorithm, data):
    return hashlib.new(algorithm, data).hexdigest()


def zip_of(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def tar_of(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves server.files[path] with Range support; server.log holds (path, Range header)."""

    timeout = 10  # a client that goes silent cannot keep the server alive

    def do_GET(self):
        server, name = self.server, self.path.lstrip("/")
        wanted = self.headers.get("Range")
        server.log.append((name, wanted))
        if server.statuses.get(name):
            self.send_error(server.statuses[name].pop(0))
            return
        if name not in server.files:
            self.send_error(404)
            return
        data, start = server.files[name], 0
        match = re.fullmatch(r"bytes=(\d+)-", wanted or "")
        if match and name not in server.no_ranges:
            start = int(match.group(1))
            if start >= len(data):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(data)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        else:
            self.send_response(200)
        body = data[start:]
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if name in server.cut_once:
            server.cut_once.discard(name)
            body = body[: len(body) // 2]
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class FetchTest(unittest.TestCase):
    def setUp(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.files = {}  # name -> bytes
        self.server.statuses = {}  # name -> statuses to answer before the file
        self.server.cut_once = set()  # names whose next answer stops after half the bytes
        self.server.no_ranges = set()  # names served without Range support
        self.server.log = []
        thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        self.addCleanup(thread.join, 5)
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        temp = tempfile.TemporaryDirectory()
        self.addCleanup(temp.cleanup)
        self.root = pathlib.Path(temp.name)
        self.out = self.root / "sets of data"  # the space is meant: paths must be quoted
        self.table = self.root / "sets.tsv"
        self.table.write_text("# name url bytes checks licence what\n")

    def add(self, name, base, data, checks="-", size=None):
        """Puts a set into the table and its file, unless data is None, on the server."""
        if data is not None:
            self.server.files[base] = data
        url = f"http://127.0.0.1:{self.server.server_address[1]}/{base}"
        with self.table.open("a") as table:
            table.write("\t".join([name, url, str(size or "-"), checks, f"licence of {name}", f"what {name} is"]) + "\n")

    def run_fetch(self, *names, **env):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("WORDKIN_")}
        environment.update({"WORDKIN_RETRIES": "0", "WORDKIN_RETRY_DELAY": "0", "no_proxy": "127.0.0.1"}, **env)
        command = [FETCH, "--table", str(self.table), "-o", str(self.out), *names]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30)

    def expect(self, result, code, *messages):
        self.assertEqual(result.returncode, code, result.stderr)
        for message in messages:
            self.assertIn(message, result.stderr)

    def requests(self, base):
        return [wanted for name, wanted in self.server.log if name == base]

    def left(self):
        return sorted(str(path.relative_to(self.out)) for path in self.out.rglob("*") if path.is_file())

    def test_good_file_with_each_algorithm(self):
        for algorithm in ("md5", "sha1", "sha256"):
            data = algorithm.encode() * 1000
            self.add(algorithm, f"{algorithm}.txt", data, f"{algorithm}:{hexdigest(algorithm, data)}", len(data))
        result = self.run_fetch("md5", "sha1", "sha256")
        self.expect(result, 0, "licence of md5", "sha256: verified and ready")
        self.assertEqual(result.stdout.splitlines(), [str(self.out / f"{a}.txt") for a in ("md5", "sha1", "sha256")])
        self.assertEqual((self.out / "sha1.txt").read_bytes(), b"sha1" * 1000)
        self.assertEqual(self.left(), ["md5.txt", "sha1.txt", "sha256.txt"])

        again = self.run_fetch("sha1")
        self.expect(again, 0, "sha1: already present and verified")
        self.assertEqual(again.stdout, f"{self.out / 'sha1.txt'}\n")
        self.assertEqual(len(self.requests("sha1.txt")), 1)

    def test_wrong_checksum_is_refused_and_the_next_set_still_fetched(self):
        right, data = b"the published bytes", b"some other bytes!!!"
        self.add("bad", "bad.txt", data, f"sha256:{hexdigest('sha256', right)}", len(right))
        self.add("good", "good.txt", right, f"md5:{hexdigest('md5', right)}")
        result = self.run_fetch("bad", "good")
        self.expect(result, 1, "bad.txt", "wrong sha256", f"expected {hexdigest('sha256', right)}",
                    f"found {hexdigest('sha256', data)}", "removed", "not ready: bad")
        self.assertEqual(result.stdout, f"{self.out / 'good.txt'}\n")
        self.assertEqual(self.left(), ["good.txt"])

    def test_wrong_size_is_refused(self):
        self.add("short", "short.txt", b"12345", "-", 6)
        self.expect(self.run_fetch("short"), 1, "wrong size: expected 6 bytes, found 5 bytes")
        self.assertEqual(self.left(), [])

    def test_a_damaged_present_file_is_refused(self):
        data = b"right"
        self.add("set", "set.txt", data, f"sha256:{hexdigest('sha256', data)}")
        self.out.mkdir()
        (self.out / "set.txt").write_bytes(b"wrong")
        self.expect(self.run_fetch("set"), 1, "wrong sha256")
        self.assertEqual(self.left(), [])
        self.expect(self.run_fetch("set"), 0)

    def test_cut_connection_is_continued_by_the_next_run(self):
        data = os.urandom(40000)
        self.add("cut", "cut.bin", data, f"sha256:{hexdigest('sha256', data)}", len(data))
        self.server.cut_once.add("cut.bin")
        self.expect(self.run_fetch("cut"), 1, "20000 bytes are kept", "run the same command again")
        self.assertEqual(self.left(), ["cut.bin.part"])
        self.expect(self.run_fetch("cut"), 0)
        self.assertEqual(self.requests("cut.bin"), [None, "bytes=20000-"])
        self.assertEqual((self.out / "cut.bin").read_bytes(), data)
        self.assertEqual(self.left(), ["cut.bin"])

    def test_cut_connection_is_continued_by_a_retry(self):
        data = os.urandom(40000)
        self.add("cut", "cut.bin", data, f"sha256:{hexdigest('sha256', data)}")
        self.server.cut_once.add("cut.bin")
        self.expect(self.run_fetch("cut", WORDKIN_RETRIES="1"), 0, "attempt 2 of 2")
        self.assertEqual(self.requests("cut.bin"), [None, "bytes=20000-"])

    def test_server_error_is_retried(self):
        self.add("busy", "busy.txt", b"data", f"md5:{hexdigest('md5', b'data')}")
        self.server.statuses["busy.txt"] = [503, 429]
        self.expect(self.run_fetch("busy", WORDKIN_RETRIES="2"), 0, "answered 503", "answered 429")

    def test_server_without_ranges_starts_again(self):
        data = os.urandom(1000)
        self.add("plain", "plain.bin", data, f"sha256:{hexdigest('sha256', data)}")
        self.server.no_ranges.add("plain.bin")
        self.out.mkdir()
        (self.out / "plain.bin.part").write_bytes(data[:300])
        self.expect(self.run_fetch("plain"), 0, "starting again")
        self.assertEqual((self.out / "plain.bin").read_bytes(), data)

    def test_complete_part(self):
        data = b"all of it"
        self.out.mkdir()
        # With a stated size nothing is asked of the server; without one it answers 416.
        self.add("sized", "sized.txt", data, f"md5:{hexdigest('md5', data)}", len(data))
        self.add("unsized", "unsized.txt", data, f"md5:{hexdigest('md5', data)}")
        for base in ("sized.txt", "unsized.txt"):
            (self.out / f"{base}.part").write_bytes(data)
        self.expect(self.run_fetch("sized", "unsized"), 0)
        self.assertEqual(self.requests("sized.txt"), [])
        self.assertEqual(self.requests("unsized.txt"), [f"bytes={len(data)}-"])
        self.assertEqual(self.left(), ["sized.txt", "unsized.txt"])

    def test_missing_file(self):
        self.add("gone", "gone.txt", None, "md5:00")
        self.expect(self.run_fetch("gone", WORDKIN_RETRIES="3"), 1, "gone.txt", "answered 404", "whether the file has moved")
        self.assertEqual(len(self.requests("gone.txt")), 1)  # a 404 is not retried
        self.assertEqual(self.left(), [])

    def test_archives_are_unpacked(self):
        members = {"inner/a.txt": b"a\n", "inner/b.txt": b"b\n"}
        for name, base, data in (("zipped", "z.zip", zip_of(members)), ("tarred", "t.tar.gz", tar_of(members))):
            checks = f"sha256:{hexdigest('sha256', data)},sha1:{hexdigest('sha1', b'a' + bytes([10]))}@inner/a.txt"
            self.add(name, base, data, checks, len(data))
        result = self.run_fetch("zipped", "tarred")
        self.expect(result, 0)
        self.assertEqual(result.stdout.splitlines(), [str(self.out / "zipped"), str(self.out / "tarred")])
        self.assertEqual(self.left(), ["t.tar.gz", "tarred/inner/a.txt", "tarred/inner/b.txt",
                                       "z.zip", "zipped/inner/a.txt", "zipped/inner/b.txt"])
        self.expect(self.run_fetch("zipped"), 0, "already present and verified")
        self.assertEqual(len(self.requests("z.zip")), 1)

    def test_wrong_member_is_refused(self):
        data = zip_of({"a.txt": b"changed"})
        self.add("member", "m.zip", data, f"sha1:{hexdigest('sha1', b'published')}@a.txt")
        self.add("absent", "n.zip", data, f"sha1:{hexdigest('sha1', b'published')}@b.txt")
        self.expect(self.run_fetch("member", "absent"), 1, "wrong sha1 of its a.txt", "found no such file")
        self.assertEqual(list(self.out.iterdir()), [])

    def test_broken_archive_is_refused(self):
        self.add("broken", "broken.zip", b"<html>not an archive</html>")
        self.expect(self.run_fetch("broken"), 1, "unzip cannot unpack it")
        self.assertEqual(list(self.out.iterdir()), [])

    def test_trust_on_first_use(self):
        self.add("first", "first.txt", b"one\n")
        self.expect(self.run_fetch("first"), 0, "trusted at first use")
        sums = self.out / "SHA256SUMS"
        self.assertEqual(sums.read_text(), f"{hexdigest('sha256', b'one' + bytes([10]))}  first.txt\n")

        again = self.run_fetch("first")
        self.expect(again, 0, "already present and verified")
        self.assertNotIn("trusted", again.stderr)

        (self.out / "first.txt").unlink()
        self.server.files["first.txt"] = b"two\n"
        self.expect(self.run_fetch("first"), 1, "wrong sha256 (recorded in", "delete its line in SHA256SUMS")
        self.assertEqual(self.left(), ["SHA256SUMS"])

        self.server.files["first.txt"] = b"one\n"
        self.expect(self.run_fetch("first"), 0)
        self.assertEqual(len(sums.read_text().splitlines()), 1)

    def test_mirror(self):
        data = b"mirrored"
        self.server.files["mirror/deep.txt"] = data
        with self.table.open("a") as table:
            # Port 9 is never asked: the mirror replaces everything before the file name.
            table.write(f"deep\thttp://127.0.0.1:9/some/deep.txt\t-\tmd5:{hexdigest('md5', data)}\tfree\ta file\n")
        mirror = f"http://127.0.0.1:{self.server.server_address[1]}/mirror/"
        self.expect(self.run_fetch("deep", WORDKIN_MIRROR=mirror), 0)
        self.server.files["mirror/deep.txt"] = b"tampered"
        (self.out / "deep.txt").unlink()
        self.expect(self.run_fetch("deep", WORDKIN_MIRROR=mirror), 1, "wrong md5")
        self.assertEqual(self.left(), [])

    def test_wrong_usage(self):
        self.add("known", "known.txt", b"x")
        self.expect(self.run_fetch("known", "unknown"), 2, "unknown set 'unknown'", "known: known")
        self.expect(self.run_fetch("--nonsense"), 2, "unknown option --nonsense")
        self.expect(self.run_fetch("known", "-o"), 2, "-o needs a value")
        self.expect(self.run_fetch("known", WORDKIN_RETRIES="many"), 2, "expected whole numbers, found 'many'")
        self.expect(self.run_fetch(), 2, "usage: datasets/fetch")
        self.assertEqual(self.server.log, [])
        self.assertFalse(self.out.exists())

    def test_tools_missing(self):
        self.add("known", "known.zip", zip_of({"a": b"a"}))
        bare = self.root / "bin"  # everything the script needs but curl and unzip
        bare.mkdir()
        for tool in ("bash", "awk", "cut", "dirname", "mkdir", "mv", "paste", "rm", "sha256sum", "sleep", "tr", "wc"):
            (bare / tool).symlink_to(shutil.which(tool))
        self.expect(self.run_fetch("known", PATH=str(bare)), 1, "curl is missing", "apt install curl")
        (bare / "curl").symlink_to(shutil.which("curl"))
        self.expect(self.run_fetch("known", PATH=str(bare)), 1, "unzip is missing", "apt install unzip")
        self.assertFalse((self.out / "known").exists())

    def test_help_and_the_real_table(self):
        names = "text8 enwik9 imdb sst2 google-analogies wordsim353 simlex999 men".split()
        shown = subprocess.run([FETCH, "--help"], capture_output=True, text=True, timeout=30)
        self.assertEqual((shown.returncode, shown.stderr), (0, ""))
        listed = subprocess.run([FETCH, "--list"], capture_output=True, text=True, timeout=30)
        self.assertEqual(re.findall(r"^  (\S+)", listed.stdout, re.M), names)
        self.assertIn("example: datasets/fetch", shown.stdout)
        self.assertTrue(shown.stdout.endswith(listed.stdout))
        # Every line of the real table is well formed; its addresses are not asked here.
        lengths = {"md5": 32, "sha1": 40, "sha256": 64}
        table = pathlib.Path(FETCH).with_name("sets.tsv").read_text().splitlines()
        for line in (line for line in table if line and not line.startswith("#")):
            name, url, size, checks, licence, what = line.split("\t")
            self.assertRegex(url, r"^https://")
            self.assertRegex(size, r"^(-|\d+)$")
            self.assertTrue(licence and what, name)
            for check in checks.split(",") if checks != "-" else []:
                algorithm, value = check.split("@")[0].split(":")
                self.assertRegex(value, f"^[0-9a-f]{{{lengths[algorithm]}}}$", name)


if __name__ == "__main__":
    if len(sys.argv) < 2 or not os.access(sys.argv[1], os.X_OK):
        sys.exit("usage: fetch_test.py PATH_TO_FETCH_SCRIPT [UNITTEST_OPTION...]\nexpected an executable script first")
    FETCH = os.path.abspath(sys.argv.pop(1))
    unittest.main()
