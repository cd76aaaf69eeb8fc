"""Which runs are measured: every case is a plain dictionary of strings and numbers, and its id follows from it."""

import hashlib
import itertools
import json

# Small enough for a few seconds each, different in what they stress: tied and untied heads, GQA and MHA, a large
# vocabulary on a small model, experts.
TRAINED_MODELS = ["smollm2-135m", "smollm2-360m", "qwen3-0.6b", "llama-3.2-1b", "pythia-410m", "gpt2-medium", "gemma-3-1b"]
SERVED_MODELS = TRAINED_MODELS + ["llama-3.1-8b", "qwen3-8b", "mistral-7b-v0.3", "gemma-2-9b", "qwen3-30b-a3b"]

TRAINING_DEFAULTS = {
    "task": "training",
    "method": "full",
    "precision": "bf16-mixed",
    "optimizer": "adamw",
    "sequenceTokens": 1024,
    "microBatch": 1,
    "gradientAccumulation": 1,
    "recompute": "none",
    "attention": "sdpa",
    "crossEntropy": "standard",
}
# One thing is changed at a time, so that a difference has one cause; then the two that multiply are crossed.
TRAINING_CHANGES = {
    "precision": ["fp32", "bf16"],
    "optimizer": ["adamw-8bit", "adafactor", "sgd", "sgd-momentum"],
    "gradientAccumulation": [4],
    "recompute": ["full"],
    "attention": ["eager"],
    "crossEntropy": ["fused"],
    "method": ["lora", "qlora"],
}
TRAINING_LENGTHS = [512, 2048, 4096]
TRAINING_BATCHES = [1, 4]

INFERENCE_DEFAULTS = {
    "task": "inference",
    "weightFormat": "bf16",
    "promptTokens": 1024,
    "newTokens": 8,
    "batch": 1,
    "attention": "sdpa",
}
INFERENCE_CHANGES = {
    "weightFormat": ["fp32", "int8", "nf4"],
    "attention": ["eager"],
    "batch": [4],
    "promptTokens": [1, 4096, 16384],
}


def case_id(case):
    """The same case has the same id for ever: resuming and comparing rest on it."""
    canonical = json.dumps(case, sort_keys=True, separators=(",", ":"))
    return "{}-{}-{}".format(case["task"][:5], case["model"], hashlib.sha256(canonical.encode()).hexdigest()[:10])


def _one_change_at_a_time(defaults, changes):
    yield dict(defaults)
    for field, values in changes.items():
        for value in values:
            yield {**defaults, field: value}


def cases(models=None):
    """Every case once, those of small models first: an interrupted run has the most rows for its time."""
    seen = set()
    for model in models or TRAINED_MODELS:
        if models is None or model in TRAINED_MODELS:
            grid = list(_one_change_at_a_time(TRAINING_DEFAULTS, TRAINING_CHANGES))
            grid += [
                {**TRAINING_DEFAULTS, "sequenceTokens": s, "microBatch": b, "recompute": r}
                for s, b, r in itertools.product(TRAINING_LENGTHS, TRAINING_BATCHES, ["none", "full"])
            ]
            yield from _unseen(seen, model, grid)
    for model in models or SERVED_MODELS:
        yield from _unseen(seen, model, _one_change_at_a_time(INFERENCE_DEFAULTS, INFERENCE_CHANGES))


def _unseen(seen, model, grid):
    for fields in grid:
        case = {"model": model, **fields}
        if case_id(case) not in seen:
            seen.add(case_id(case))
            yield case
