#!/usr/bin/env python3
"""Measures the memory of real PyTorch runs with random weights and writes rows in the schema of tests/accuracy/data.

  python3 scripts/measure/measure.py --out measured            every case of the grid on the GPU; run again to resume
  python3 scripts/measure/measure.py --list                    what would be measured
  python3 scripts/measure/measure.py --models llama-3.2-1b     some models only
  python3 scripts/measure/measure.py --device cpu --tiny       the same code on tiny shapes without a GPU

Needs PyTorch and transformers; peft (LoRA), bitsandbytes (8-bit optimizers, QLoRA, int8 and NF4) and liger-kernel (fused
cross-entropy) where a case asks for them. Nothing is downloaded: models are made from tests/reference/model-configs with random weights.
Each case runs in a process of its own, so that no allocator remembers the one before; one that fails (out of memory, a
package that is missing) is written to failures.jsonl with its reason and not tried again unless --retry is given.
"""

import argparse
import json
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from grid import case_id, cases  # noqa: E402
from rows import INFER_COLUMNS, TRAIN_COLUMNS, Table, rows_of  # noqa: E402

CASE_SECONDS = 600


def failures_in(path):
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        return {entry["id"]: entry for entry in map(json.loads, file)}


def run_case(case, device, tiny):
    """One case in a process of its own: its result, or why there is none."""
    command = [sys.executable, os.path.join(HERE, "one_case.py"), json.dumps(case), device] + (["--tiny"] if tiny else [])
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=CASE_SECONDS)
    except subprocess.TimeoutExpired:
        return None, "longer than {} s".format(CASE_SECONDS)
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines:
        errors = done.stderr.strip().splitlines()
        return None, errors[-1] if errors else "exit status {}".format(done.returncode)
    return json.loads(lines[-1]), None


def measure(wanted, out, run=run_case, device="cuda", tiny=False, retry=False, say=print, seconds=float("inf")):
    """Measures what is not there yet; `seconds` ends it in time on a machine that is lent."""
    os.makedirs(out, exist_ok=True)
    tables = {
        "training": Table(os.path.join(out, "train_memory.csv"), TRAIN_COLUMNS),
        "inference": Table(os.path.join(out, "infer_memory.csv"), INFER_COLUMNS),
    }
    failures = os.path.join(out, "failures.jsonl")
    failed = {} if retry else failures_in(failures)
    end = time.monotonic() + seconds
    counts = {"measured": 0, "there": 0, "failed": 0}
    for case in wanted:
        identity, table = case_id(case), tables[case["task"]]
        if table.has(identity) or identity in failed:
            counts["there"] += 1
            continue
        if time.monotonic() > end:
            break
        result, reason = run(case, device, tiny)
        if reason is None:
            table.append(rows_of(case, identity, result))
            counts["measured"] += 1
        else:
            with open(failures, "a", encoding="utf-8") as file:
                file.write(json.dumps({"id": identity, "case": case, "reason": reason}) + "\n")
            counts["failed"] += 1
        say("{}: {}".format(identity, reason or result["bytes"]))
    say("{measured} measured, {there} there before, {failed} failed".format(**counts))
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", default="measured")
    parser.add_argument("--models", help="catalogue ids, separated by commas")
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    parser.add_argument("--tiny", action="store_true", help="shrinks every shape, to try the script")
    parser.add_argument("--retry", action="store_true", help="tries again what failed")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begins no case after so long")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    wanted = cases(options.models.split(",") if options.models else None)
    if options.list:
        for case in wanted:
            print(case_id(case), json.dumps(case))
        return
    measure(wanted, options.out, device=options.device, tiny=options.tiny, retry=options.retry, seconds=options.seconds)


if __name__ == "__main__":
    main()
