"""Verdicts and times of a grader in Python on pairs of LaTeX answers: JSON lines {gold, pred} in, {equal, microseconds of the processor} out.

The first line out says which grader it is: Math-Verify where it can be imported (pip install math-verify), else sympy alone
(pip install sympy lark), which is what Math-Verify compares with.
"""

import json
import sys
import time

try:
    from math_verify import parse, verify

    GRADER = "Math-Verify"

    def equal(gold: str, pred: str) -> bool:
        return verify(parse(f"${gold}$"), parse(f"${pred}$"))

except ImportError:
    import sympy
    from sympy.parsing.latex import parse_latex

    GRADER = f"sympy {sympy.__version__}: math-verify cannot be imported here"

    def equal(gold: str, pred: str) -> bool:
        difference = parse_latex(gold, backend="lark") - parse_latex(pred, backend="lark")
        return sympy.simplify(difference) == 0


equal("x + 1", "1 + x")
print(json.dumps({"grader": GRADER}))
for line in sys.stdin:
    pair = json.loads(line)
    start = time.process_time()
    try:
        verdict = bool(equal(pair["gold"], pair["pred"]))
    except Exception:  # What the grader cannot read, it does not accept.
        verdict = False
    print(json.dumps({"equal": verdict, "microseconds": 1e6 * (time.process_time() - start)}))
