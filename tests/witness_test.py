"""Tests of witness.py, run as its users run it. From this folder: python3 -m unittest witness_test"""

import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().with_name("witness.py")


def act_id(letter):
    return letter * 32


def content(raw):
    return hashlib.sha256(raw).hexdigest()


def witness(letter, raw, **extra):
    return {"act": act_id(letter), "content": content(raw), **extra}


def fetched(letter, raw, round_id="r1"):
    return {"act": act_id(letter), "round": round_id, "bytes": raw.hex()}


def lines(*members):
    return "".join(json.dumps(line) + "\n" for line in members)


class Witness(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.phones = pathlib.Path(folder.name) / "phones"
        self.phones.mkdir()
        self.found = pathlib.Path(folder.name) / "found.jsonl"

    def write(self, found, **phones):
        """Writes both sides; a text is written as it is, a list line by line."""
        def text(what):
            return what if isinstance(what, str) else lines(*what)
        for phone, said in phones.items():
            (self.phones / f"{phone}.jsonl").write_text(text(said), encoding="utf-8")
        self.found.write_text(text(found), encoding="utf-8")

    def run_script(self, *options):
        command = [sys.executable, str(SCRIPT), str(self.phones), str(self.found), *options]
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              encoding="utf-8", env={"PYTHONIOENCODING": "utf-8"}, check=False)

    def answer(self, exit_code):
        """Runs with --json and returns the counts, without the names of the lost."""
        ran = self.run_script("--json")
        self.assertEqual(ran.returncode, exit_code, ran.stderr)
        answer = json.loads(ran.stdout)
        self.lost_acts = answer.pop("lost_acts")
        self.assertEqual(answer.pop("python"), ".".join(map(str, sys.version_info[:3])))
        self.assertEqual(len(self.lost_acts), answer["lost"])
        return answer

    def counts(self, **other):
        none = dict.fromkeys(["acts", "found", "lost", "changed", "contradicted", "unwitnessed"], 0)
        return {**none, **other}

    def refused(self, *words):
        ran = self.run_script("--json")
        self.assertEqual((ran.returncode, ran.stdout), (2, ""), ran.stderr)
        for word in words:
            self.assertIn(word, ran.stderr)

    def test_nothing_lost(self):
        self.write([fetched("a", b"one"), fetched("b", b"two")],
                   ana=[witness("a", b"one")], chloe=[witness("b", b"two")])
        self.assertEqual(self.answer(0), self.counts(acts=2, found=2))
        ran = self.run_script()
        self.assertEqual((ran.returncode, ran.stdout), (0, "2 of 2 witnessed acts found, 0 lost.\n"))

    def test_lost_act_is_named_with_what_was_known_of_it(self):
        known = {"what": "livré", "clock": 7, "courier": "Chloé"}
        self.write([fetched("a", b"one")], ana=[witness("a", b"one"), witness("b", b"two", **known)])
        self.assertEqual(self.answer(1), self.counts(acts=2, found=1, lost=1))
        name = {"act": act_id("b"), "phone": "ana", "line": 2, "changed": False, **known}
        self.assertEqual(self.lost_acts, [name])
        ran = self.run_script()
        self.assertEqual(ran.returncode, 1)
        self.assertIn(f'lost: {act_id("b")}, ana line 2, clock: 7, courier: "Chloé", what: "livré"', ran.stdout)

    def test_found_empty_is_all_lost(self):
        self.write("", ana=[witness("a", b"one"), witness("b", b"two")])
        self.assertEqual(self.answer(1), self.counts(acts=2, lost=2))

    def test_changed_bytes_are_lost(self):
        self.write([fetched("a", b"onf")], ana=[witness("a", b"one")])
        self.assertEqual(self.answer(1), self.counts(acts=1, lost=1, changed=1))
        self.assertTrue(self.lost_acts[0]["changed"])
        self.assertIn("changed, only other bytes found", self.run_script().stdout)

    def test_members_of_a_line_do_not_hide_where_it_stood(self):
        self.write("", ana=[witness("a", b"one", phone="x", line=99, changed=True)])
        self.assertEqual(self.answer(1), self.counts(acts=1, lost=1))
        self.assertEqual((self.lost_acts[0]["phone"], self.lost_acts[0]["line"]), ("ana", 1))

    def test_same_bytes_in_several_rounds_are_normal(self):
        self.write([fetched("a", b"one", "r1"), fetched("a", b"one", "r2")], ana=[witness("a", b"one")])
        self.assertEqual(self.answer(0), self.counts(acts=1, found=1))

    def test_one_id_found_with_two_contents_is_contradicted(self):
        self.write([fetched("a", b"one", "r1"), fetched("a", b"two", "r2")], ana=[witness("a", b"one")])
        self.assertEqual(self.answer(1), self.counts(acts=1, found=1, contradicted=1))
        self.assertIn(f"contradicted, two contents under one id: {act_id('a')}", self.run_script().stdout)

    def test_contradicted_without_a_witness_is_told_too(self):
        self.write([fetched("a", b"one"), fetched("b", b"1"), fetched("b", b"2")], ana=[witness("a", b"one")])
        self.assertEqual(self.answer(1), self.counts(acts=1, found=1, contradicted=1, unwitnessed=1))

    def test_what_the_office_writes_into_two_rounds_under_one_id_is_no_fault(self):
        office = [fetched("b", b"withdrawn", "r1"), fetched("b", b"added", "r2")]
        self.write([fetched("a", b"one"), *office], ana=[witness("a", b"one")])
        self.assertEqual(self.answer(0), self.counts(acts=1, found=1, unwitnessed=1))

    def test_witnessed_twice_alike_is_one_act(self):
        self.write([fetched("a", b"one")], ana=[witness("a", b"one")], chloe=[witness("a", b"one")])
        self.assertEqual(self.answer(0), self.counts(acts=1, found=1))

    def test_witnessed_twice_with_different_contents_is_a_fault(self):
        said = {"ana": [witness("a", b"one")], "chloe": [witness("a", b"two")]}
        self.write([fetched("a", b"one")], **said)
        self.assertEqual(self.answer(1), self.counts(acts=1, lost=1, changed=1, contradicted=1))
        self.assertEqual(self.lost_acts[0]["phone"], "chloe")
        self.write([fetched("a", b"one"), fetched("a", b"two")], **said)
        self.assertEqual(self.answer(1), self.counts(acts=1, found=1, contradicted=1))

    def test_unwitnessed_is_counted_and_no_fault(self):
        self.write([fetched("a", b"one"), fetched("b", b"two")], ana=[witness("a", b"one")])
        self.assertEqual(self.answer(0), self.counts(acts=1, found=1, unwitnessed=1))

    def test_nothing_witnessed_is_no_proof(self):
        self.write([fetched("a", b"one")])
        self.refused("nothing to check is no proof")
        self.write([fetched("a", b"one")], ana="")
        self.refused("nothing to check is no proof")

    def test_torn_or_foreign_lines_are_named(self):
        whole = lines(witness("a", b"one"))
        for torn in ['{"act": "aaa', "\n", "[]\n", '{"act": 5}\n', "\ufeff" + whole,
                     lines({"act": act_id("b"), "content": "00"}), lines({"act": "b", "content": content(b"")}),
                     lines({"act": act_id("b") + "b", "content": content(b"")})]:
            self.write([fetched("a", b"one")], ana=whole, chloe=whole + torn)
            self.refused("chloe.jsonl, line 2")
        for torn in ['{"act"', lines({"act": act_id("b"), "round": "r", "bytes": "0"}),
                     lines({"act": act_id("b"), "bytes": "00"})]:
            self.write(lines(fetched("a", b"one")) + torn, ana=whole, chloe=whole)
            self.refused("found.jsonl, line 2")

    def test_not_utf8_is_named(self):
        self.write([fetched("a", b"one")], ana=[witness("a", b"one")])
        self.found.write_bytes(self.found.read_bytes() + b'{"act": "\xff"}\n')
        self.refused("found.jsonl, line 2")

    def test_missing_folder_or_file_is_no_proof(self):
        self.write([fetched("a", b"one")], ana=[witness("a", b"one")])
        self.found.unlink()
        self.refused("found.jsonl cannot be read")
        self.phones = self.phones / "none"
        self.refused("none cannot be listed")


if __name__ == "__main__":
    unittest.main()
