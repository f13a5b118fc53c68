"""Votes on whole groups of completions, by `selftrain vote serve`.

The service is the one at SELFTRAIN_VOTE_URL. Without that it is started beside this process: the command is SELFTRAIN, or `selftrain`; it reads
vote.yaml of the job folder, and ends with this process. Standard library alone.
"""

import atexit
import json
import os
import shlex
import subprocess
import threading
import time
import urllib.error
import urllib.request

ATTEMPTS = 6
SECONDS = float(os.environ.get("SELFTRAIN_VOTE_TIMEOUT", "600"))


def read_job(folder: str) -> dict:
    with open(os.path.join(folder, "job.json"), encoding="utf-8") as file:
        return json.load(file)


class Votes:
    """Rewards of groups. A group is {"id", "samples": [{"text", "finish": "stop" or "length"}, …]} and, held out, {"truth"}."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.threshold = read_job(folder)["agreementThreshold"]
        self._url = os.environ.get("SELFTRAIN_VOTE_URL")
        self._lock = threading.Lock()

    def rewards(self, groups: list[dict]) -> list[dict]:
        """For each group {"rewards": one a sample, "agreement", "label"}; no rewards where the vote agrees less than asked."""
        votes = self._vote([{"id": group["id"], "samples": group["samples"]} for group in groups])
        return [
            {
                "rewards": vote["rewards"] if vote["agreement"] >= self.threshold else [0.0] * vote["samples"],
                "agreement": vote["agreement"],
                "label": vote["label"],
            }
            for vote in votes
        ]

    def correct(self, groups: list[dict]) -> list[dict]:
        """For each held-out group {"correct": 1 or 0 a sample, "majority": 1 or 0}; both None where its truth is not known."""
        known = [group for group in groups if group.get("truth") is not None]
        # The truth is one more answer of the group: whoever is in its cluster gives the same answer. It has no weight in the label, which is
        # read from the vote without it.
        with_truth = [
            {"id": group["id"], "samples": [*group["samples"], {"answer": group["truth"]}]} for group in known
        ]
        found = {}
        # Nothing is told of the truth by which it could be weighed.
        plain = {"weights": "uniform", "ties": "none"}
        for group, vote, own in zip(known, self._vote(with_truth, plain), self.rewards(known)):
            last = len(group["samples"])
            cluster = next((c for c in vote["clusters"] if last in c["members"]), {"members": [], "answer": None})
            right = [float(i in cluster["members"]) for i in range(last)]
            found[id(group)] = {
                "correct": right,
                "majority": float(own["label"] is not None and own["label"] == cluster["answer"]),
            }
        unknown = {"correct": None, "majority": None}
        return [found.get(id(group), unknown) for group in groups]

    def _vote(self, groups: list[dict], options: dict | None = None) -> list[dict]:
        if not groups:
            return []
        body = json.dumps({"groups": groups, "options": options or {}}).encode()
        for attempt in range(ATTEMPTS):
            try:
                return self._post(body)
            except urllib.error.HTTPError as error:
                said = error.read().decode(errors="replace")
                if error.code != 503 or attempt == ATTEMPTS - 1:
                    raise RuntimeError(f"the vote service refused: {error.code} {said}") from error
            except (urllib.error.URLError, ConnectionError, TimeoutError) as error:
                if attempt == ATTEMPTS - 1:
                    raise RuntimeError(f"the vote service at {self._url} cannot be reached: {error}") from error
            time.sleep(2**attempt)
        raise AssertionError("every attempt returns or raises")

    def _post(self, body: bytes) -> list[dict]:
        request = urllib.request.Request(
            f"{self._address()}/vote", data=body, headers={"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=SECONDS) as response:
            return json.load(response)["results"]

    def _address(self) -> str:
        with self._lock:
            if self._url is None:
                self._url = start_service(self.folder)
            return self._url


def start_service(folder: str) -> str:
    """Starts the service on a free port of this machine, and returns its address."""
    command = [
        *shlex.split(os.environ.get("SELFTRAIN", "selftrain")),
        *["vote", "serve", "--config", os.path.join(folder, "vote.yaml"), "--port", "0", "--json"],
    ]
    try:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    except OSError as error:
        raise RuntimeError(
            f"cannot start `{shlex.join(command)}`: {error}. Install selftrain here (npm install -g selftrain), name the command "
            "in SELFTRAIN, or start the service elsewhere and give its address in SELFTRAIN_VOTE_URL."
        ) from error
    atexit.register(process.terminate)
    said = ""
    for line in process.stdout:
        said += line
        try:
            return json.loads(said)["url"]
        except ValueError:
            continue
    raise RuntimeError(f"`{shlex.join(command)}` ended with {process.wait()} before it listened: {said}")
