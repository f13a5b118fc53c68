"""JSON lines with the benchmark: a request in, a reply out."""

import json
import os
import resource
import sys
from collections.abc import Iterator


class Channel:
    def __init__(self) -> None:
        # Libraries print to stdout; the protocol keeps the real one and gives them stderr.
        self._out = os.fdopen(os.dup(1), "w", buffering=1)
        os.dup2(2, 1)

    def ready(self, **versions: str) -> None:
        """Warm-up is over; says which versions are measured."""
        self._send(dict(ready=True, versions=versions))

    def requests(self) -> Iterator[None]:
        """Yields once a request, until stdin closes."""
        for _ in iter(sys.stdin.readline, ""):
            yield

    def reply(self, **values: float) -> None:
        # ru_maxrss is in KiB on Linux and in bytes on macOS.
        unit = 2**20 if sys.platform == "darwin" else 2**10
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
        self._send(dict(**values, peakRssMiB=peak))

    def _send(self, message: dict) -> None:
        self._out.write(json.dumps(message) + "\n")
        self._out.flush()
