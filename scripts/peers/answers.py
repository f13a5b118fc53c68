"""Math-Verify on completions: JSON lines {completion, gold, stated} in; out {stated, right, answered, microseconds}, in the same order.

The first line out names the version. Completions are read with the default targets, LaTeX and expressions; where the truth is a letter, yes or
no, or true or false, with these strings as well. Times are of the process: reading the completion and comparing it with the truth.
"""

import json
import logging
import sys
import time
from importlib.metadata import version

from math_verify import (
    ExprExtractionConfig,
    LatexExtractionConfig,
    StringExtractionConfig,
    parse,
    verify,
)

STRINGS = (tuple("ABCDEFGHIJ"), ("yes", "no"), ("true", "false"))
MATHEMATICAL = [LatexExtractionConfig(), ExprExtractionConfig()]


def targets(gold: str) -> list:
    """What answers of the truth's kind may be."""
    bare = gold.strip("() ").lower()
    kinds = [kind for kind in STRINGS if bare in [string.lower() for string in kind]]
    return [StringExtractionConfig(strings=kind) for kind in kinds] + MATHEMATICAL


def answer(text: str, config: list) -> list:
    """An answer alone, which is LaTeX without its delimiters unless it is one of the strings."""
    return parse(text, config) if len(config) > len(MATHEMATICAL) else parse(f"${text}$", config)


# Its reports of what it cannot read are not ours.
logging.disable(logging.CRITICAL)
out = sys.stdout
sys.stdout = sys.stderr
verify(parse("$x + 1$"), parse("$1 + x$"))
print(json.dumps({"version": version("math-verify")}), file=out, flush=True)
for line in sys.stdin:
    row = json.loads(line)
    config = targets(row["gold"])
    start = time.process_time()
    found = parse(row["completion"], config)
    right = bool(verify(answer(row["gold"], config), found))
    microseconds = 1e6 * (time.process_time() - start)
    stated = bool(verify(answer(row["stated"], config), found))
    reply = {"stated": stated, "right": right, "answered": len(found) > 0, "microseconds": microseconds}
    print(json.dumps(reply), file=out, flush=True)
