"""A Llama-like decoder of plain modules, for trying the measurement where transformers is not installed. Its rows
are never results."""

import torch
from torch.nn import functional as F
from torch.utils.checkpoint import checkpoint


class Norm(torch.nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(width))

    def forward(self, x):
        wide = x.float()
        return self.weight * (wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + 1e-6)).to(x.dtype)


class Block(torch.nn.Module):
    def __init__(self, width, heads, kv_heads, inner):
        super().__init__()
        self.heads, self.kv_heads, self.head_dim = heads, kv_heads, width // heads
        self.norm_attention, self.norm_mlp = Norm(width), Norm(width)
        self.q = torch.nn.Linear(width, width, bias=False)
        self.kv = torch.nn.Linear(width, 2 * kv_heads * self.head_dim, bias=False)
        self.o = torch.nn.Linear(width, width, bias=False)
        self.gate, self.up = (torch.nn.Linear(width, inner, bias=False) for _ in range(2))
        self.down = torch.nn.Linear(inner, width, bias=False)

    def attend(self, x):
        batch, length, width = x.shape
        q = self.q(x).view(batch, length, self.heads, self.head_dim).transpose(1, 2)
        k, v = self.kv(x).view(batch, length, 2, self.kv_heads, self.head_dim).permute(2, 0, 3, 1, 4)
        k, v = (t.repeat_interleave(self.heads // self.kv_heads, 1) for t in (k, v))
        scores = q @ k.transpose(-1, -2) / self.head_dim**0.5
        future = torch.ones(length, length, dtype=torch.bool, device=x.device).triu(1)
        weights = scores.masked_fill(future, float("-inf")).softmax(-1, dtype=torch.float32).to(v.dtype)
        return self.o((weights @ v).transpose(1, 2).reshape(batch, length, width))

    def forward(self, x):
        x = x + self.attend(self.norm_attention(x))
        y = self.norm_mlp(x)
        return x + self.down(F.silu(self.gate(y)) * self.up(y))


class PlainModel(torch.nn.Module):
    def __init__(self, config):
        super().__init__()
        width = config.get("hidden_size") or config["n_embd"]
        heads = config.get("num_attention_heads") or config["n_head"]
        layers = config.get("num_hidden_layers") or config["n_layer"]
        self.embed = torch.nn.Embedding(config["vocab_size"], width)
        self.blocks = torch.nn.ModuleList(
            Block(width, heads, config.get("num_key_value_heads") or heads, config.get("intermediate_size") or 4 * width)
            for _ in range(layers)
        )
        self.norm = Norm(width)
        self.lm_head = torch.nn.Linear(width, config["vocab_size"], bias=False)
        self._recompute = False

    def gradient_checkpointing_enable(self):
        self._recompute = True

    def forward(self, input_ids, labels=None):
        x = self.embed(input_ids)
        for block in self.blocks:
            x = checkpoint(block, x, use_reentrant=False) if self._recompute else block(x)
        logits = self.lm_head(self.norm(x))
        if labels is None:
            return {"logits": logits}
        kept, wanted = logits[:, :-1].float(), labels[:, 1:]
        return {"loss": F.cross_entropy(kept.reshape(-1, kept.shape[-1]), wanted.reshape(-1)), "logits": logits}

    def generate(self, input_ids, max_new_tokens, **_):
        for _ in range(max_new_tokens):
            input_ids = torch.cat([input_ids, self(input_ids)["logits"][:, -1:].argmax(-1)], 1)
        return input_ids
