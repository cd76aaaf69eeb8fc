#include "slide_rule/memory/activations.hpp"

#include <algorithm>
#include <bit>

namespace slide_rule {
namespace {

using T = LoraTargets;

/// Tokens of a chunk in flash-linear-attention's delta rules.
constexpr double kDeltaChunk = 64;

/// One layer's count in the making.
struct Counter {
  const Model& m;
  const LayerSpec& s;
  const ActivationSetting& c;
  LayerActivations a;
  double h = m.hidden_size;
  bool step_by_step = c.modules == ModuleStyle::plain || c.modules == ModuleStyle::litgpt;
  // PyTorch's kernel cannot cap scores: modules that need it (Gemma 2) fall back to eager attention.
  bool eager =
      c.attention == AttentionKernel::eager ||
      (c.attention == AttentionKernel::sdpa && m.logit_softcap && c.modules != ModuleStyle::compiled);

  bool keeps_base_inputs() const { return c.trains_base || c.keeps_frozen_inputs; }

  /// How many of these matrices carry an adapter.
  double adapted(std::uint32_t matrices) const { return std::popcount(c.adapters.matrices & matrices); }

  /// The input of modules that share it: `modules` of them, beside which lie `pairs` of adapter matrices.
  /// `already_kept`: some other operator keeps the very same tensor. `blocks`: how often there are such
  /// modules, `width` being that of all.
  void input(Bytes& base, double width, double modules, double pairs, bool is_inner, bool already_kept,
             double blocks = 1) {
    const double count = std::min(modules, pairs);  // pairs beside one module share what it is given
    double plain = 0, adapter = 0;
    if (!c.trains_base && c.keeps_frozen_inputs) {
      (is_inner ? a.frozen_inputs.inner : a.frozen_inputs.wide) += c.input_bytes * width;
    }
    if (keeps_base_inputs()) {
      plain = already_kept ? 0 : c.recasts_inputs ? modules * c.input_bytes : c.input_bytes;
    }
    if (count > 0) {
      if (c.adapter_dropout > 0) {
        adapter = count * (1 + c.adapter_input_bytes);  // a mask and what it lets through
      } else if (c.adapter_recasts || c.recasts_inputs) {
        adapter = count * c.adapter_input_bytes;
      } else if (plain == 0 && !already_kept) {
        adapter = c.adapter_input_bytes;
      }
    }
    (is_inner ? base.inner : base.wide) += plain * width;
    (is_inner ? a.adapters.inner : a.adapters.wide) += adapter * width;
    a.adapters.wide += pairs * blocks * c.adapter_rank * c.adapter_input_bytes;
  }

  /// A norm over `width` channels. Step by step: an fp32 copy of its input (the stream itself where that is
  /// fp32), and, for the scale's gradient, the normalised values.
  double norm(double width, double bytes) const {
    const bool rms = m.norm == NormKind::rmsnorm || m.norm == NormKind::gemma_rmsnorm;
    if (!step_by_step || !rms) {
      const double upcast = c.recasts_inputs ? 4 : bytes;  // autocast runs layer_norm in fp32
      return (step_by_step ? upcast : bytes) * width;
    }
    const double copy = c.upcasts_norms ? 4 : bytes;
    const bool scales_copy = m.norm == NormKind::gemma_rmsnorm || c.modules == ModuleStyle::litgpt;
    return (copy + (c.keeps_squares ? copy : 0) + (c.trains_base ? scales_copy ? copy : bytes : 0)) * width;
  }

  void attention() {
    const double q = s.heads * s.head_dim, o = s.heads * s.value_dim;
    const double k = s.kv_heads * s.head_dim, v = s.kv_heads * s.value_dim;
    const double e = c.matmul_bytes;
    Bytes b;
    // An elementwise gate comes with the queries, out of one module.
    const double gates = s.gate == AttentionGate::per_head ? 1 : 0;
    const bool fused_projection = m.fused_qkv || c.modules == ModuleStyle::litgpt;
    // Adapters of all of q, k and v beside one matrix are one pair; litgpt's are three.
    const bool one_pair = m.fused_qkv && c.modules != ModuleStyle::litgpt && adapted(T::qkv) == 3;
    input(b, h, (fused_projection ? 1 : 3) + gates, (one_pair ? 1 : adapted(T::qkv)) + gates * adapted(T::q),
          false, false);
    if (s.qk_norm != QkNorm::none) b.inner += step_by_step ? norm(q + k, e) : e * (q + k);

    const bool repeats = c.attention != AttentionKernel::flash && c.modules != ModuleStyle::fused;
    double kernel = e * (repeats ? q + q + o : q + k + v);
    if (c.modules == ModuleStyle::litgpt) {
      // Values are a view of the fused projection, which stays alive; grouped heads are repeated instead.
      kernel = s.heads == s.kv_heads ? e * (q + k + v + q + k) : e * (q + q + o);
      const std::uint32_t adapted = c.adapters.matrices & T::qkv;
      if (adapted && adapted != T::qkv) {
        // An update of some of q, k, v is copied into zeros as wide as all: index_copy keeps what it copies.
        a.adapters.inner += c.adapter_input_bytes *
                            ((adapted & T::q ? q : 0) + (adapted & T::k ? k : 0) + (adapted & T::v ? v : 0));
      }
    }
    b.inner += kernel;
    if (eager) {
      scores();
    } else {
      b.inner += e * o + 4 * s.heads;  // the output and, in fp32, the softmax's denominators
    }
    // The output projection's input is the kernel's output; PyTorch's kernel gives it in another order, so
    // that putting the heads back together copies it.
    const bool same =
        c.attention == AttentionKernel::flash || (c.attention == AttentionKernel::sdpa && !step_by_step);
    output(b, o, same);
    if (m.dropout > 0) b.wide += h;  // a mask
    attention_blocks(b);
  }

  /// What the output projection takes. A gate's product keeps both factors: what the sigmoid gave, in 16
  /// bits, and attention's output in the projection's order.
  void output(Bytes& b, double o, bool same_as_kernels) {
    const bool gated = s.gate != AttentionGate::none;
    if (gated) {
      const double channels = s.gate == AttentionGate::elementwise ? o : s.heads;
      b.inner += c.matmul_bytes * (channels + (same_as_kernels ? 0 : o));
    }
    input(b, o, 1, adapted(T::o), true, same_as_kernels && !gated);
  }

  /// Adds attention's count, of as many blocks as the layer has. @pre nothing else counted adapters yet
  void attention_blocks(const Bytes& b) {
    a.attention += b;
    for (Bytes* of : {&a.attention, &a.adapters, &a.frozen_inputs}) {
      of->wide *= s.attention_blocks;
      of->inner *= s.attention_blocks;
    }
  }

  void scores() {
    // Softmax in fp32 and its 16-bit copy for the product with V; Megatron keeps 16 bits throughout.
    const double e = c.matmul_bytes;
    double bytes = c.modules == ModuleStyle::fused ? e : e == 4 ? 4 : 4 + e;
    if (m.dropout > 0) bytes += 1 + (c.modules == ModuleStyle::fused || e == 4 ? e : 0);
    if (m.logit_softcap) bytes += e;  // tanh keeps its output
    a.scores.inner += bytes * s.heads * c.sequence_tokens * s.attention_blocks;
  }

  void latent_attention() {
    const double q = s.heads * s.head_dim, o = s.heads * s.value_dim, e = c.matmul_bytes;
    Bytes b;
    const double gates = s.gate == AttentionGate::none ? 0 : 1;
    const auto any = [&](std::uint32_t matrices) { return c.adapters.has(matrices) ? 1.0 : 0.0; };
    const std::uint32_t first = T::q | (m.mla.q_rank > 0 ? T::q_down : T::q_up);
    input(b, h, 2 + gates, any(first) + any(T::k | T::kv_down) + gates * adapted(T::q), false, false);
    if (m.mla.q_rank > 0) {
      b.wide += norm(m.mla.q_rank, e);
      input(b, m.mla.q_rank, 1, any(T::q | T::q_up), false, false);
    }
    b.wide += norm(m.mla.kv_rank, e);
    input(b, m.mla.kv_rank, 1, any(T::v | T::kv_up), false, false);
    // Queries and keys are put together anew; values are a view of the up-projection, which stays alive.
    const double values = s.heads * ((step_by_step ? m.mla.nope_dim : 0) + s.value_dim);
    b.inner += e * (q + q + values);
    if (eager) {
      scores();
    } else {
      b.inner += e * o + 4 * s.heads;
    }
    output(b, o, c.attention == AttentionKernel::flash);
    attention_blocks(b);
  }

  /// State-space and linear attention: projections, and what the kernels of flash-linear-attention and
  /// mamba_ssm keep. A fused gated norm keeps what it is given, the kernel's output and the gate, and in fp32
  /// what it divided by.
  void recurrent() {
    const Recurrent& r = m.recurrent;
    const double e = c.matmul_bytes, values = r.value_heads * r.value_dim, n = r.value_heads;
    const double all = adapted(T::recurrent);
    const double lora_in = c.adapters.has(T::recurrent | T::recurrent_input) ? 1 : 0;
    const double lora_out = c.adapters.has(T::recurrent | T::recurrent_out) ? 1 : 0;
    Bytes b;
    double modules = 1;         // that read the layer's input
    double mixed = 3 * values;  // channels of the convolution
    bool projects = false;      // the kernel does, and makes the projection's input again in backward
    switch (r.kind) {
      case RecurrentKind::none:
        return;
      case RecurrentKind::gated_delta_net:
        modules = 4;
        mixed = 2 * r.key_heads * r.key_dim + values;
        // Normalised queries and keys, of as many heads as the values by then, and values; each head's row of
        // its chunk's inverse, its step, and in fp32 the decay summed up, softplus' input and output, and
        // what query and key were divided by.
        b.inner += e * (2 * n * r.key_dim + values) + n * (e * (kDeltaChunk + 1) + 4 * (1 + 2 + 2));
        b.inner += 4 * n;  // the gated norm
        break;
      case RecurrentKind::kimi_delta:
        modules = 6;
        // The same with a decay for each channel, as it was projected and, in fp32, summed up; rows of two
        // matrices of the chunk; the step in fp32.
        b.inner += (e * (3 + 1) + 4) * values + n * (e * 2 * kDeltaChunk + 4 * (1 + 2));
        b.inner += 4 * n;
        for (int pairs = r.full_rank_gate ? 1 : 2; pairs > 0; --pairs) {
          input(b, r.value_dim, 1, all, false, false);
        }
        break;
      case RecurrentKind::mamba2:
        mixed = values + 2 * r.groups * r.state;
        b.inner += e * n + 4 * r.groups;  // the step, the gated norm
        projects = c.modules == ModuleStyle::plain;
        break;
      case RecurrentKind::mamba1:
        mixed = values;
        b.inner += e * (r.key_dim + 2 * r.state);
        projects = c.modules == ModuleStyle::plain;
        break;
      case RecurrentKind::lightning:
        modules = 2;
        b.inner += e * mixed + norm(values, e);  // PyTorch's operators: activation, norm
        break;
      case RecurrentKind::short_conv:
        input(a.attention, h, 1, lora_in, false, false);
        a.attention.inner += e * (3 * h + 2 * h);  // the projection and both gated products
        input(a.attention, h, 1, lora_out, true, false);
        return;
    }
    const double pairs = all > 0 ? modules : std::min(modules, adapted(T::recurrent_input));
    input(b, h, modules, pairs, false, false);
    b.inner += e * (mixed + values);  // the projection: what is mixed, and the gate
    b.inner += e * values;            // the kernel's output
    if (!projects) input(b, values, 1, lora_out, true, false);
    a.attention += b;
  }

  /// `blocks` of them; `already_kept`: what they take is.
  void mlp_of(Bytes& b, double width, double blocks, double in, bool already_kept, LoraTargets adapters) {
    const auto adapted = [&](std::uint32_t matrices) -> double {
      return std::popcount(adapters.matrices & matrices);
    };
    const double f = width * blocks, i = c.inner_bytes;
    const bool one_module = !s.gated || (m.fused_gate_up && c.modules != ModuleStyle::litgpt);
    const double lora = adapted(s.gated ? T::gate | T::up : T::up);
    input(b, in * blocks, one_module ? 1 : 2, one_module ? std::min(lora, 1.0) : lora, false, already_kept,
          blocks);
    if (s.gated) {
      // The activation keeps its input; the product keeps both factors, of which one kernel recomputes one.
      b.inner += i * f * (step_by_step ? 3 : 2);
    } else if (m.activation == Activation::gelu_new && c.modules == ModuleStyle::plain) {
      b.inner += i * f * 4;  // x, tanh, 1 + tanh and x / 2, each an operator of its own
    } else if (m.activation == Activation::relu) {
      b.inner += 0;  // keeps its output, which is the next matrix's input
    } else {
      b.inner += i * f;
    }
    if (!c.remakes_product) input(b, f, 1, adapted(T::down), true, false, blocks);
    if (m.activation == Activation::relu && !s.gated && !keeps_base_inputs()) b.inner += i * f;
  }

  void mlp(bool shares_input) {
    shares_input = shares_input && (keeps_base_inputs() || c.adapters.has(T::qkv | T::q_down | T::kv_down |
                                                                          T::recurrent | T::recurrent_input));
    if (s.dense_blocks > 0) {
      mlp_of(a.mlp, s.mlp_width, s.dense_blocks, h, shares_input, c.adapters);
      if (m.dropout > 0) a.mlp.wide += h;
    }
    if (s.experts <= 0) return;
    const double e = c.matmul_bytes, k = s.active_experts;
    // Each token goes to k experts: gathered, computed, weighted and added up again.
    const double inner = m.experts.latent > 0 ? m.experts.latent : h;
    Bytes routed;
    mlp_of(routed, s.expert_width, k, inner, false, c.expert_adapters);
    if (step_by_step) routed.wide += e * inner * k;  // the weights' gradient needs what is weighted
    a.mlp += routed;
    a.mlp.wide += 4 * 2 * s.experts;  // router: logits and their softmax in fp32
    if (!shares_input && keeps_base_inputs()) a.mlp.wide += e * h;
    if (s.shared_width <= 0) return;
    // The router keeps what they take.
    mlp_of(a.mlp, s.shared_width, 1, h, (keeps_base_inputs() && !c.recasts_inputs) || shares_input,
           c.adapters);
    if (m.experts.shared_gate) a.mlp.wide += e * h;  // what the gate is multiplied with
  }

  /// PyTorch's selective checkpointing as torchtitan configures it: each second matrix product's output, the
  /// attention kernel's, and the layer's input. A compiled layer keeps of these what its backward reads: not
  /// the product that is added to the stream last.
  void selective() {
    const double e = c.matmul_bytes;
    const bool reads_last = c.modules != ModuleStyle::compiled;
    a.selective = a.input;
    int products = 0;
    const auto product = [&](double wide, double inner, bool read = true) {
      if (products++ % 2 == 0 && read) a.selective += {e * wide, e * inner};
    };
    if (s.mixer == Mixer::full || s.mixer == Mixer::sliding) {
      const double q = s.heads * s.head_dim, k = s.kv_heads * s.head_dim, v = s.kv_heads * s.value_dim;
      if (m.fused_qkv) {
        product(0, q + k + v);
      } else {
        product(0, q);
        product(0, k);
        product(0, v);
      }
      product(h, 0);
    } else if (s.mixer == Mixer::mla) {
      if (m.mla.q_rank > 0) product(m.mla.q_rank, 0);
      product(0, s.heads * s.head_dim);
      product(m.mla.kv_rank + m.mla.rope_dim, 0);
      product(0, s.heads * (m.mla.nope_dim + s.value_dim));
      product(h, 0);
    }
    if (s.mixer != Mixer::recurrent && !eager) {
      a.selective.inner += e * s.heads * s.value_dim + 4 * s.heads;
    }
    if (s.dense_blocks > 0) {
      const double f = s.mlp_width * s.dense_blocks;
      if (s.gated && m.fused_gate_up) {
        product(0, 2 * f);
      } else {
        if (s.gated) product(0, f);
        product(0, f);
      }
      product(h, 0, reads_last);
    }
  }

  void temporary() {
    // The MLP's backward, when all the layer kept is still there: gradients of the product and of both
    // factors (or of the activation's output and input), less the product itself, which is freed first; and
    // the gradients of the stream and of the module's output.
    const double f = s.mlp_width * s.dense_blocks + s.expert_width * s.active_experts + s.shared_width;
    const bool frees_product = !c.remakes_product && (keeps_base_inputs() || c.adapters.has(T::down));
    const double gradients = c.remakes_product ? 1 : s.gated ? 3 : 2;
    a.temporary.inner += f * (gradients * c.inner_bytes - (frees_product ? c.matmul_bytes : 0));
    a.temporary.wide += h * (c.residual_bytes + c.matmul_bytes);
    // Experts: gradients of the tokens they gave and of those they took.
    a.temporary.wide += 2 * c.matmul_bytes * s.active_experts * (m.experts.latent > 0 ? m.experts.latent : h);
    if (s.mixer == Mixer::recurrent) return;
    // Attention's backward: gradients of q, k, v and of the output; eager: of the scores, twice.
    const double q = s.heads * s.head_dim, o = s.heads * s.value_dim;
    Bytes attention{a.temporary.wide, c.matmul_bytes * (2 * q + 2 * o)};
    if (eager) {
      attention.inner += s.heads * c.sequence_tokens * (c.matmul_bytes == 4 ? 8 : 4 + 4);
    }
    const double freed_by_then = a.mlp.wide + a.mlp.inner;
    if (attention.inner - freed_by_then > a.temporary.inner) {
      a.temporary.inner = attention.inner - freed_by_then;
    }
  }

  void forward() {
    // At the product of the gated MLP: the activation's output, the other factor, the product, and an
    // adapter's update of the factor before it is added; the stream and the module's input beside. A norm:
    // two fp32 copies.
    const double f = s.mlp_width * s.dense_blocks + s.expert_width * s.active_experts + s.shared_width;
    const double adapter = c.adapters.has(T::gate | T::up) ? 1 : 0;
    a.forward.inner = f * c.inner_bytes * ((s.gated ? 3 : 2) + adapter);
    a.forward.wide = h * (c.residual_bytes + c.matmul_bytes);
    if (!step_by_step && s.gated) a.forward.inner = f * c.inner_bytes * (2 + 1);
    // Experts: tokens as they are gathered, sent, computed and brought back.
    a.forward.wide += 4 * c.matmul_bytes * s.active_experts * (m.experts.latent > 0 ? m.experts.latent : h);
  }

  static void scale(Bytes& b, double by) {
    b.wide *= by;
    b.inner *= by;
  }
};

}  // namespace

LayerActivations layer_activations(const Model& m, const LayerSpec& s, const ActivationSetting& c) {
  Counter n{m, s, c, {}};
  n.a.input.wide = c.residual_bytes * m.hidden_size;
  n.a.norms.wide = s.norms * n.norm(m.hidden_size, c.residual_bytes);
  switch (s.mixer) {
    case Mixer::none:
      break;
    case Mixer::full:
    case Mixer::sliding:
      n.attention();
      break;
    case Mixer::mla:
      n.latent_attention();
      break;
    case Mixer::recurrent:
      n.recurrent();
      break;
  }
  // One norm for both branches of a parallel layer: they share their input too.
  const bool shares_input = s.norms == 1 && s.mixer != Mixer::none && !c.recasts_inputs;
  n.mlp(shares_input);
  if (c.megatron_selective) {
    Bytes kept = n.a.kept();
    kept.inner -= n.a.scores.inner;
    n.a.selective = kept;
  } else {
    n.selective();
  }
  n.temporary();
  n.forward();
  return n.a;
}

}  // namespace slide_rule
