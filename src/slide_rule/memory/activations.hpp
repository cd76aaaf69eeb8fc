#pragma once
// What a decoder layer leaves behind for backward, counted operator by operator: bytes a token.
//
// Every count says which operator keeps what. Sums agree with published ones: Korthikanti et al. 2022,
// equation 2 (34 h + 5 a s bytes for GPT with dropout), and per-layer measurements of six models (28, 28, 38,
// 48, 24 copies of the hidden state; stas-ml-engineering).

#include "slide_rule/memory/framework.hpp"
#include "slide_rule/memory/lora_targets.hpp"
#include "slide_rule/model.hpp"

namespace slide_rule {

/// What the count depends on beside the layer's shape.
struct ActivationSetting {
  ModuleStyle modules = ModuleStyle::plain;
  AttentionKernel attention = AttentionKernel::flash;
  bool megatron_selective =
      false;                   ///< what `selective` means: recompute the scores, or PyTorch's operator list
  double matmul_bytes = 2;     ///< of what matrix products and attention see
  double input_bytes = 2;      ///< of matrix products' inputs as they are kept
  double residual_bytes = 2;   ///< of the stream between layers
  double inner_bytes = 2;      ///< of the MLP's intermediate results
  bool upcasts_norms = true;   ///< RMSNorm works on an fp32 copy of its input
  bool keeps_squares = false;  ///< and its mean keeps their squares
  bool recasts_inputs =
      false;  ///< autocast over a wider stream: every linear module keeps its own cast of its input
  bool trains_base = true;
  bool keeps_frozen_inputs = false;  ///< frozen matrices keep their input too (bitsandbytes' 4-bit product)
  bool remakes_product = false;      ///< the gated MLP's product is computed again, its gradients in place
  LoraTargets adapters{0};
  LoraTargets expert_adapters{0};  ///< of each expert; one of gate and up where they share a pair
  double adapter_rank = 0, adapter_dropout = 0;
  double adapter_input_bytes = 2;
  bool adapter_recasts = false;  ///< adapters of another type than the stream: each keeps its own cast
  double sequence_tokens = 0;    ///< attended to by eager attention
};

/// Bytes a token, split by what tensor parallelism does to them: `wide` runs over the hidden channels
/// (replicated, or divided under sequence parallelism), `inner` over heads and MLP channels (divided).
struct Bytes {
  double wide = 0, inner = 0;

  double on_rank(double wide_divisor, double inner_divisor) const {
    return wide / wide_divisor + inner / inner_divisor;
  }
  Bytes& operator+=(const Bytes& b) {
    wide += b.wide;
    inner += b.inner;
    return *this;
  }
};

struct LayerActivations {
  Bytes input;      ///< the layer's input: all that full recomputation keeps
  Bytes norms;      ///< kept by norms, their outputs left out
  Bytes attention;  ///< kept by attention's (or a recurrent mixer's) projections and kernel, scores left out
  Bytes scores;     ///< kept of eager attention's scores: grows with the sequence
  Bytes mlp;        ///< kept by the MLP or the experts
  Bytes adapters;
  Bytes frozen_inputs;  ///< of these, inputs of frozen quantised matrices
  Bytes selective;      ///< what selective recomputation keeps instead of all of these
  Bytes temporary;      ///< the most that the layer's backward needs beside what was kept
  Bytes forward;        ///< the most that its forward needs at once where nothing is kept

  Bytes kept() const {
    Bytes b = norms;
    b += attention;
    b += scores;
    b += mlp;
    b += adapters;
    return b;
  }
};

/// Counts one layer.
LayerActivations layer_activations(const Model& model, const LayerSpec& spec,
                                   const ActivationSetting& setting);

}  // namespace slide_rule
