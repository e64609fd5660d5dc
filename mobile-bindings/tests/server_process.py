"""The real server, as a process of its own with a folder of its own, and what an admin does over its JSON API."""

import base64
import json
import os
import pathlib
import re
import subprocess
import tempfile
import threading
import time
import urllib.request

STARTS_WITHIN_SECONDS = 30


def new_id():
    """A fresh id: 16 random bytes, base64url without padding."""
    return base64.urlsafe_b64encode(os.urandom(16)).decode().rstrip("=")


class ServerProcess:
    """A co-op's server, and its admin."""

    def __init__(self, co_op):
        binary = os.environ.get("TOURNEE_BINARY", "")
        if not os.access(binary, os.X_OK):
            raise RuntimeError(f"TOURNEE_BINARY must name the built binary 'tournee', not '{binary}'")
        self._home = tempfile.TemporaryDirectory()
        home = pathlib.Path(self._home.name)
        data, token = home / "data", home / "token"
        # The server refuses variables of its prefix that it does not know, such as TOURNEE_BINARY.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TOURNEE_")}
        init = [binary, "init", data, "--co-op", co_op, "--time-zone", "Europe/Paris", "--token-file", token]
        subprocess.run(init, check=True, stdout=subprocess.DEVNULL, env=environment, timeout=STARTS_WITHIN_SECONDS)
        self._token = token.read_text().strip()
        self._log = (home / "log").open("w+")
        self._process = subprocess.Popen(
            [binary, "serve", "--data-dir", data, "--listen", "127.0.0.1:0"],
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=environment,
            text=True,
        )
        self.address = self._said_address()

    def _said_address(self):
        late = threading.Timer(STARTS_WITHIN_SECONDS, self._process.kill)
        late.start()
        line = self._process.stdout.readline()
        late.cancel()
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        if not found:
            self._process.wait(STARTS_WITHIN_SECONDS)
            self._log.seek(0)
            raise RuntimeError(f"the server's first line names no address: '{line}'; it said: {self._log.read()}")
        threading.Thread(target=self._process.stdout.read, daemon=True).start()
        return found.group()

    def stop(self):
        self._process.terminate()
        self._process.wait(STARTS_WITHIN_SECONDS)
        self._process.stdout.close()
        self._log.close()
        self._home.cleanup()

    def post(self, path, body):
        return self._ask(path, json.dumps(body).encode())

    def get(self, path):
        return self._ask(path, None)

    def _ask(self, path, body):
        headers = {"authorization": f"Bearer {self._token}", "content-type": "application/json"}
        request = urllib.request.Request(self.address + path, body, headers)
        with urllib.request.urlopen(request, timeout=STARTS_WITHIN_SECONDS) as answer:
            return json.load(answer)

    def make_courier(self, name):
        """Makes a courier whose name nobody else has. Gives the member's id."""
        member = new_id()
        self.post("/v1/members", {"member": member, "name": f"{name} {member[:6]}", "role": "courier"})
        return member

    def enrolment_code(self, member):
        return self.post("/v1/enrolment-codes", {"member": member})["secret"]

    def command(self, round_id, plan_version, command):
        """Sends one act of a coordinator. Gives the act's id and the round as it is then."""
        act = new_id()
        body = {"act": act, "round": round_id, "plan_version": plan_version, "command": command}
        return act, self.post("/v1/commands", body)

    def make_round(self, courier, stops):
        """Makes a round of these stops (see `stop`), to be ridden so. Gives its id and the ids of the stops."""
        round_id = new_id()
        _, view = self.command(round_id, None, {"make_round": {"courier": courier}})
        ids = []
        for stop in stops:
            added, view = self.command(round_id, view["plan_version"], {"add_stop": stop})
            ids.append(added)
        self.command(round_id, view["plan_version"], {"sequence": {"stops": ids}})
        return round_id, ids

    def round(self, round_id):
        return self.get(f"/v1/rounds/{round_id}")

    def status_of(self, round_id, stop):
        return next(view["status"] for view in self.round(round_id)["stops"] if view["id"] == stop)


def stop(kind, name, address, **card):
    """A stop to add, to be served within the next two hours, with one parcel."""
    now = time.time_ns() // 1_000_000
    place = {"latitude": 48.8566, "longitude": 2.3522}
    return {
        "kind": kind,
        "window": {"from_ms": now, "until_ms": now + 7_200_000},
        "service_seconds": 120,
        "parcels": [new_id()],
        "card": {"name": name, "address": address, "coordinate": place} | card,
    }
