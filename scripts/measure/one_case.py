#!/usr/bin/env python3
"""Runs one case of the grid and prints what it took as a line of JSON. Called by measure.py, one process a case."""

import contextlib
import importlib.metadata
import json
import subprocess
import sys
import time
import os

import torch

from cpu_peak import CpuPeak
from models import make_model

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "int8": torch.bfloat16, "nf4": torch.bfloat16}
PACKAGES = ["torch", "transformers", "peft", "bitsandbytes", "liger-kernel", "accelerate"]


def optimizer_of(name, parameters):
    parameters = [p for p in parameters if p.requires_grad]
    if name == "adamw":
        return torch.optim.AdamW(parameters)
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=1e-3)
    if name == "sgd-momentum":
        return torch.optim.SGD(parameters, lr=1e-3, momentum=0.9)
    if name == "adamw-8bit":
        import bitsandbytes

        return bitsandbytes.optim.AdamW8bit(parameters)
    if name == "adafactor":
        from transformers.optimization import Adafactor

        return Adafactor(parameters, scale_parameter=False, relative_step=False, lr=1e-4)
    raise SystemExit("no optimizer called {}".format(name))


def adapted(model, method):
    if method == "full":
        return model
    from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training

    if method == "qlora":
        model = prepare_model_for_kbit_training(model, use_gradient_checkpointing=False)
    return get_peft_model(model, LoraConfig(r=16, target_modules="all-linear", task_type="CAUSAL_LM"))


def quantised(model, weight_format, device):
    """The linear layers of the blocks in int8 or NF4, as bitsandbytes' loading makes them; the head stays."""
    if weight_format not in ("int8", "nf4"):
        return model.to(device)
    import bitsandbytes as bnb

    for name, module in list(model.named_modules()):
        if not isinstance(module, torch.nn.Linear) or "lm_head" in name or "embed_out" in name:
            continue
        bias = module.bias is not None
        if weight_format == "int8":
            new = bnb.nn.Linear8bitLt(module.in_features, module.out_features, bias=bias, has_fp16_weights=False)
            new.weight = bnb.nn.Int8Params(module.weight.data, requires_grad=False, has_fp16_weights=False)
        else:
            new = bnb.nn.Linear4bit(
                module.in_features,
                module.out_features,
                bias=bias,
                compute_dtype=torch.bfloat16,
                compress_statistics=True,
                quant_type="nf4",
            )
            new.weight = bnb.nn.Params4bit(
                module.weight.data, requires_grad=False, quant_type="nf4", compress_statistics=True
            )
        if bias:
            new.bias = module.bias
        parent, _, leaf = name.rpartition(".")
        setattr(model.get_submodule(parent) if parent else model, leaf, new)
    return model.to(device)


def train(case, model, device, vocabulary):
    """Three optimizer steps: moments are made in the first, the peak of a running job is in the later ones."""
    if case["recompute"] == "full":
        model.gradient_checkpointing_enable()
    model = adapted(model, case["method"])
    model.train()
    if hasattr(model, "config"):
        model.config.use_cache = False
    optimizer = optimizer_of(case["optimizer"], model.parameters())
    shape = (case["microBatch"], case["sequenceTokens"])
    mixed = case["precision"].endswith("-mixed")
    autocast = torch.autocast(device, torch.bfloat16) if mixed else contextlib.nullcontext()
    seconds = 0.0
    for _ in range(3):
        start = time.perf_counter()
        for _ in range(case["gradientAccumulation"]):
            ids = torch.randint(0, vocabulary, shape, device=device)
            with autocast:
                loss = model(input_ids=ids, labels=ids)["loss"]
            loss.backward()
            del loss
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        synchronise(device)
        seconds = time.perf_counter() - start
    return seconds


@torch.no_grad()
def serve(case, model, device, vocabulary):
    model.eval()
    ids = torch.randint(0, vocabulary, (case["batch"], case["promptTokens"]), device=device)
    start = time.perf_counter()
    model.generate(input_ids=ids, max_new_tokens=case["newTokens"], min_new_tokens=case["newTokens"], do_sample=False)
    synchronise(device)
    return time.perf_counter() - start


def synchronise(device):
    if device == "cuda":
        torch.cuda.synchronize()


def driver_bytes():
    """What the driver's tool counts for this process, or nothing where it does not say (containers)."""
    query = ["nvidia-smi", "--query-compute-apps=pid,used_memory", "--format=csv,noheader,nounits"]
    try:
        lines = subprocess.run(query, capture_output=True, text=True, check=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        return None
    mib = [int(m) for p, m in (line.split(", ") for line in lines) if int(p) == os.getpid() and m.isdigit()]
    return mib[0] * 2**20 if mib else None


def versions():
    found = []
    for package in PACKAGES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found.append("{} {}".format(package, importlib.metadata.version(package)))
    if torch.cuda.is_available():
        found.append("CUDA {}".format(torch.version.cuda))
    return "; ".join(found)


TINY_TOKENS = 64


def run(case, device, tiny):
    if tiny:
        case = {k: min(v, TINY_TOKENS) if k in ("sequenceTokens", "promptTokens") else v for k, v in case.items()}
    if case["task"] == "training":
        half = case["precision"] == "bf16" or case["method"] != "full"
        dtype, stored = torch.bfloat16 if half else torch.float32, "nf4" if case["method"] == "qlora" else "bf16"
        fused = case["crossEntropy"] == "fused"
    else:
        dtype, stored, fused = DTYPES[case["weightFormat"]], case["weightFormat"], False
    watch = CpuPeak() if device == "cpu" else contextlib.nullcontext()
    with watch:
        model, vocabulary = make_model(case["model"], dtype, case["attention"], tiny=tiny, fused_cross_entropy=fused)
        parameters = sum(p.numel() for p in model.parameters())
        model = quantised(model, stored, device)
        if device == "cuda":
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats()
        seconds = (train if case["task"] == "training" else serve)(case, model, device, vocabulary)
    if device == "cpu":
        peaks = {"allocated": watch.peak_bytes}
        name, gigabytes = "CPU", ""
    else:
        peaks = {
            "allocated": torch.cuda.max_memory_allocated(),
            "reserved": torch.cuda.max_memory_reserved(),
            "device": driver_bytes(),
        }
        properties = torch.cuda.get_device_properties(0)
        name, gigabytes = properties.name, round(properties.total_memory / 1e9, 1)
    return {
        "parameters": parameters,
        "seconds": seconds,
        "bytes": peaks,
        "gpu": name,
        "vramGb": gigabytes,
        "notes": versions() + ("; tiny shapes" if tiny else ""),
    }


if __name__ == "__main__":
    print(json.dumps(run(json.loads(sys.argv[1]), sys.argv[2], "--tiny" in sys.argv[3:])))
