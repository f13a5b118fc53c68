"""One peer of the benchmark, as a long-lived process.

    python worker.py train|sample|step|matmul '<settings and sizes as JSON>' <model folder>

It loads its model and warms up, then repeats the workload once per line on stdin and answers with the seconds it
took, so that imports and warm-up are not timed and the two sides alternate in one run. The workload is defined once,
in bench/workloads, and passed in; the model is the one our engine exported.
"""

import importlib
import json
import os
import sys

# Before torch is imported: idle OpenMP threads sleep instead of spinning on the cores that the other side measures.
os.environ["OMP_WAIT_POLICY"] = "passive"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["HF_HUB_OFFLINE"] = "1"

from channel import Channel


def main() -> None:
    name, workload, model_folder = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3]
    channel = Channel()
    import torch

    torch.set_num_threads(workload["threads"])
    torch.manual_seed(workload["seed"])
    importlib.import_module(f"peer_{name}").serve(channel, workload, model_folder)


if __name__ == "__main__":
    main()
