"""Verdicts and times of sympy on pairs of LaTeX answers: JSON lines {gold, pred} in, {equal, microseconds} out.

Needs: pip install sympy lark
"""

import json
import sys
import time

import sympy
from sympy.parsing.latex import parse_latex


def equal(gold: str, pred: str) -> bool:
    difference = parse_latex(gold, backend="lark") - parse_latex(pred, backend="lark")
    return sympy.simplify(difference) == 0


equal("x + 1", "1 + x")
for line in sys.stdin:
    pair = json.loads(line)
    start = time.perf_counter()
    try:
        verdict = bool(equal(pair["gold"], pair["pred"]))
    except Exception:  # What sympy cannot read, it does not accept.
        verdict = False
    print(json.dumps({"equal": verdict, "microseconds": 1e6 * (time.perf_counter() - start)}))
