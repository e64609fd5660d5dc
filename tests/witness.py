#!/usr/bin/env python3
"""The outside witness of a demo day: is every act that a phone called "saved" on the server afterwards?

    python3 witness.py WITNESS_DIR FOUND_FILE [--json]

WITNESS_DIR holds <phone>.jsonl, one line for each "saved", written the moment the phone answered:
    {"act": "<32 characters of base64url>", "content": "<sha256 of the act's bytes, hex>", ...}
FOUND_FILE holds what an empty client fetched from the server when the day was over, one act a line:
    {"act": "...", "round": "...", "bytes": "<hex>"}

What it proves: every witnessed act was fetched, byte for byte; the sums of the fetched bytes are made here,
with nothing but Python's own library.
What it does not prove: that every "saved" was written down, that the lists are honest, that acts stand in the
right round or mean anything, or that nothing was added: acts nobody witnessed are counted and are no fault.

An act is lost if its id was not fetched, or only with other bytes (then it is also changed).
The same act in several rounds is normal. A witnessed id with two contents is contradicted, and so is any id with
two contents in one round; what the office writes may stand under one id in two rounds, each with its own bytes.

Exit 0: nothing lost, nothing contradicted. 1: something lost or contradicted. 2: cannot check.
With --json, stdout has one JSON object and the sentences go to stderr.
"""

import argparse
import hashlib
import json
import os
import platform
import re
import sys

ACT = re.compile(r"[A-Za-z0-9_-]{32}")
SHA256 = re.compile(r"[0-9a-fA-F]{64}")
BYTES = re.compile(r"(?:[0-9a-fA-F]{2})+")
ROUND = re.compile(r".+", re.DOTALL)


class CannotCheck(Exception):
    """Why there is no answer, in one sentence."""


def main():
    arguments = parse_arguments()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # a name the terminal cannot show is no reason to stop
    try:
        witnessed = read_witnessed(arguments.witness_dir)
        found = read_found(arguments.found_file)
    except CannotCheck as reason:
        print(f"Cannot check: {reason}", file=sys.stderr)
        return 2
    lost_acts = [name for act in witnessed for name in lost(act, witnessed[act], found)]
    contradicted = sorted(contradictions(witnessed, found))
    answer = {
        "acts": len(witnessed),
        "found": len(witnessed) - len(lost_acts),
        "lost": len(lost_acts),
        "changed": sum(act["changed"] for act in lost_acts),
        "contradicted": len(contradicted),
        "unwitnessed": len(found.keys() - witnessed.keys()),
        "lost_acts": lost_acts,
        "python": platform.python_version(),
    }
    tell(answer, contradicted, sys.stderr if arguments.json else sys.stdout)
    if arguments.json:
        print(json.dumps(answer))
    return 1 if lost_acts or contradicted else 0


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("witness_dir", metavar="WITNESS_DIR", help="folder of <phone>.jsonl")
    parser.add_argument("found_file", metavar="FOUND_FILE", help="what was fetched afterwards, jsonl")
    parser.add_argument("--json", action="store_true", help="answer with one JSON object")
    return parser.parse_args()


def read_witnessed(folder):
    """Returns, for each act, the first witness of each content: act -> sum -> {act, phone, line, ...}."""
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".jsonl"))
    except OSError as error:
        raise CannotCheck(f"{folder} cannot be listed ({error.strerror}).")
    witnessed = {}
    for name in names:
        rules = {"act": ACT, "content": SHA256}
        for number, line in read_lines(os.path.join(folder, name), rules):
            content = line.pop("content").lower()
            line.update(phone=name[: -len(".jsonl")], line=number)
            witnessed.setdefault(line["act"], {}).setdefault(content, line)
    if not witnessed:
        raise CannotCheck(f"no phone witnessed anything in {folder}, and nothing to check is no proof.")
    return witnessed


def read_found(path):
    """Returns the sums of the bytes under each act: act -> round -> set of sums."""
    found = {}
    for _, line in read_lines(path, {"act": ACT, "round": ROUND, "bytes": BYTES}):
        content = hashlib.sha256(bytes.fromhex(line["bytes"])).hexdigest()
        found.setdefault(line["act"], {}).setdefault(line["round"], set()).add(content)
    return found


def read_lines(path, rules):
    """Yields number and members of each line; a line that is not whole ends the check."""
    try:
        with open(path, "rb") as file:
            for number, raw in enumerate(file, start=1):
                yield number, read_line(f"{path}, line {number}", raw, rules)
    except OSError as error:
        raise CannotCheck(f"{path} cannot be read ({error.strerror}).")


def read_line(where, raw, rules):
    try:
        line = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        raise CannotCheck(f"{where} is torn or unreadable: not one whole JSON object in UTF-8.")
    if not isinstance(line, dict):
        raise CannotCheck(f"{where} is not a JSON object.")
    for member, rule in rules.items():
        if not isinstance(line.get(member), str) or not rule.fullmatch(line[member]):
            raise CannotCheck(f'{where} has no good "{member}".')
    return line


def anywhere(rounds):
    """Returns the sums of an act in whatever round."""
    return set().union(*rounds.values())


def contradictions(witnessed, found):
    """Returns the ids that stand for two different acts."""
    twice = {act for act, contents in witnessed.items() if len(contents) > 1}
    twice |= {act for act in witnessed if len(anywhere(found.get(act, {}))) > 1}
    return twice | {act for act, rounds in found.items() if any(len(sums) > 1 for sums in rounds.values())}


def lost(act, witnesses, found):
    """Returns the first witness whose bytes were not fetched, or none if all were."""
    sums = anywhere(found.get(act, {}))
    missing = [witness for content, witness in witnesses.items() if content not in sums]
    return [{**witness, "changed": bool(sums)} for witness in missing[:1]]


def tell(answer, contradicted, out):
    print("{found} of {acts} witnessed acts found, {lost} lost.".format(**answer), file=out)
    for act in answer["lost_acts"]:
        name = "{act}, {phone} line {line}".format(**act)
        extra = [f"{member}: {json.dumps(act[member], ensure_ascii=False)}" for member in sorted(act)
                 if member not in ("act", "phone", "line", "changed")]
        fate = "changed, only other bytes found" if act["changed"] else "lost"
        print(f"  {fate}: {', '.join([name] + extra)}", file=out)
    for act in contradicted:
        print(f"  contradicted, two contents under one id: {act}", file=out)
    if answer["unwitnessed"]:
        print("{unwitnessed} more found that nobody witnessed, no fault.".format(**answer), file=out)


if __name__ == "__main__":
    sys.exit(main())
