"""Models with random weights from the configurations that are committed with the tests: nothing is downloaded."""

import json
import os

import torch

CONFIGS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tests", "reference", "model-configs")

# Tiny shapes keep what decides the kind of a model (how many heads share a key, tied heads, experts, windows).
TINY = {
    "num_hidden_layers": 2,
    "n_layer": 2,
    "hidden_size": 64,
    "n_embd": 64,
    "intermediate_size": 128,
    "moe_intermediate_size": 64,
    "num_attention_heads": 4,
    "n_head": 4,
    "num_key_value_heads": 2,
    "head_dim": 16,
    "vocab_size": 512,
    "num_experts": 4,
    "num_experts_per_tok": 2,
    "max_position_embeddings": 32768,
}


def configuration(model, tiny=False):
    with open(os.path.join(CONFIGS, model + ".json"), encoding="utf-8") as file:
        config = dict(json.load(file)["config"])
    if tiny:
        config.update({key: value for key, value in TINY.items() if key in config})
        for key in ("layer_types", "bos_token_id", "eos_token_id", "pad_token_id"):
            config.pop(key, None)
    return config


def make_model(model, dtype, attention, tiny=False, fused_cross_entropy=False):
    """-> (model on the CPU, its vocabulary size)"""
    config = configuration(model, tiny)
    try:
        from transformers import AutoConfig, AutoModelForCausalLM
    except ImportError:
        if not tiny:
            raise SystemExit("transformers is not installed")
        from plain import PlainModel  # to try the script where only PyTorch is

        return PlainModel(config).to(dtype), config["vocab_size"]
    if fused_cross_entropy:
        from liger_kernel.transformers import _apply_liger_kernel

        _apply_liger_kernel(config["model_type"])
    made = AutoConfig.for_model(**config)
    made._attn_implementation = attention
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        return AutoModelForCausalLM.from_config(made, attn_implementation=attention), made.get_text_config().vocab_size
    finally:
        torch.set_default_dtype(before)
