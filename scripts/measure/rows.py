"""Rows in the schema of tests/accuracy/data/{train,infer}_memory.csv, appended one by one: an interrupted run
loses nothing, and a row that is there is not measured again."""

import csv
import os

TRAIN_COLUMNS = (
    "id,source,model,params,method,lora_rank,lora_targets,base_weight_format,precision,optimizer,optimizer_state_dtype,"
    "seq_len,micro_batch,grad_accum,recompute,attention,compile,gpus,tp,pp,cp,ep,dp,sharding,offload,ce_impl,gpu,vram_gb,"
    "value,unit,scope,statistic,speed,speed_unit,confidence,notes"
).split(",")
INFER_COLUMNS = (
    "id,source,model,params,engine,weight_format,bits_per_weight,kv_dtype,batch,prompt_tokens,generated_tokens,"
    "context_total,attention,gpus,parallelism,gpu,vram_gb,component,value,unit,statistic,speed_tok_s,confidence,notes"
).split(",")
SOURCE = "this project: scripts/measure"
BITS = {"fp32": 32, "bf16": 16, "int8": 8, "nf4": 4}

# What is read of a run, and what the measurements call it.
STATISTICS = {
    "allocated": "max_memory_allocated",
    "reserved": "max_memory_reserved",
    "device": "nvidia-smi, this process",
}


def rows_of(case, case_id, result):
    """One row a statistic. `result`: {parameters, seconds, notes, gpu, vramGb, bytes: {statistic: bytes}}."""
    for statistic, value in result["bytes"].items():
        if value is None:
            continue
        common = {
            "id": "{}-{}".format(case_id, statistic),
            "source": SOURCE,
            "model": case["model"],
            "params": result["parameters"],
            "attention": case["attention"],
            "gpus": 1,
            "gpu": result["gpu"],
            "vram_gb": result["vramGb"],
            "value": value,
            "unit": "bytes",
            "statistic": STATISTICS.get(statistic, statistic),
            "confidence": "high",
            "notes": result["notes"],
        }
        yield {**common, **(_training(case, result) if case["task"] == "training" else _inference(case, result))}


def _training(case, result):
    return {
        "method": case["method"],
        "lora_rank": 16 if case["method"] != "full" else "",
        "lora_targets": "all-linear" if case["method"] != "full" else "",
        "base_weight_format": "nf4 double-quantised" if case["method"] == "qlora" else "",
        "precision": case["precision"],
        "optimizer": case["optimizer"],
        "seq_len": case["sequenceTokens"],
        "micro_batch": case["microBatch"],
        "grad_accum": case["gradientAccumulation"],
        "recompute": case["recompute"],
        "compile": "no",
        "sharding": "none",
        "offload": "none",
        "ce_impl": case["crossEntropy"],
        "scope": "1 gpu",
        "speed": round(result["seconds"], 4),
        "speed_unit": "s/step",
    }


def _inference(case, result):
    return {
        "engine": "transformers",
        "weight_format": case["weightFormat"],
        "bits_per_weight": BITS[case["weightFormat"]],
        "kv_dtype": "fp32" if case["weightFormat"] == "fp32" else "bf16",
        "batch": case["batch"],
        "prompt_tokens": case["promptTokens"],
        "generated_tokens": case["newTokens"],
        "context_total": case["promptTokens"] + case["newTokens"],
        "component": "peak total",
        "speed_tok_s": round(case["batch"] * case["newTokens"] / result["seconds"], 2),
    }


def _drop_cut_line(path):
    """A line that a crash cut short is measured again."""
    with open(path, "rb+") as file:
        kept = file.read().rpartition(b"\n")[:2]
        file.truncate(len(kept[0]) + len(kept[1]))


class Table:
    """A CSV file that only grows."""

    def __init__(self, path, columns):
        self.path, self.columns = path, columns
        self.ids = set()
        if os.path.exists(path):
            _drop_cut_line(path)
            with open(path, newline="", encoding="utf-8") as file:
                reader = csv.DictReader(file)
                if reader.fieldnames != columns:
                    raise SystemExit("{} has other columns than these rows; move it away first".format(path))
                self.ids = {row["id"] for row in reader}

    def has(self, case_id):
        return any(i.rsplit("-", 1)[0] == case_id for i in self.ids)

    def append(self, rows):
        is_new = not os.path.exists(self.path)
        with open(self.path, "a", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, self.columns, lineterminator="\n")
            if is_new:
                writer.writeheader()
            for row in rows:
                writer.writerow(row)
                self.ids.add(row["id"])
