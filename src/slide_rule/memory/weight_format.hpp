#pragma once
// How a served model's weights are stored: one format for the matrices and another for the rest, or a GGUF
// file type, which mixes formats by what a tensor does and where it stands.

#include <array>
#include <string_view>

#include "slide_rule/names.hpp"
#include "slide_rule/number_format.hpp"

namespace slide_rule {

struct Tensor;

/// The words of `weightFormat`. From gguf_f32 on they are GGUF file types. `mxfp4` is GGUF's MXFP4 (experts;
/// the rest in Q8_0) to llama.cpp, and the published MXFP4 checkpoints (experts; the rest 16-bit; of a model
/// without experts the linear layers) to the other engines.
enum class WeightFormat {
  bf16,
  fp32,
  fp16,
  fp8,
  int8,
  gptq_int8,
  gptq_int4,
  awq_int4,
  nf4,
  nf4_dq,
  nvfp4,
  gptq_int3,
  aqlm_1x16,
  aqlm_2x8,
  mxfp8,
  gguf_f32,
  gguf_f16,
  gguf_bf16,
  q4_0,
  q4_1,
  q5_0,
  q5_1,
  q8_0,
  q2_k,
  q2_k_s,
  q3_k_s,
  q3_k_m,
  q3_k_l,
  q4_k_s,
  q4_k_m,
  q5_k_s,
  q5_k_m,
  q6_k,
  iq1_s,
  iq1_m,
  iq2_xxs,
  iq2_xs,
  iq2_s,
  iq2_m,
  iq3_xxs,
  iq3_xs,
  iq3_s,
  iq3_m,
  iq4_nl,
  iq4_xs,
  tq1_0,
  tq2_0,
  mxfp4,
};
SLIDE_RULE_NAMES(WeightFormat, "bf16", "fp32", "fp16", "fp8", "int8", "gptq-int8", "gptq-int4", "awq-int4",
                 "nf4", "nf4-dq", "nvfp4", "gptq-int3", "aqlm-1x16", "aqlm-2x8", "mxfp8", "F32", "F16",
                 "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q2_K_S", "Q3_K_S", "Q3_K_M",
                 "Q3_K_L", "Q4_K_S", "Q4_K_M", "Q5_K_S", "Q5_K_M", "Q6_K", "IQ1_S", "IQ1_M", "IQ2_XXS",
                 "IQ2_XS", "IQ2_S", "IQ2_M", "IQ3_XXS", "IQ3_XS", "IQ3_S", "IQ3_M", "IQ4_NL", "IQ4_XS",
                 "TQ1_0", "TQ2_0", "MXFP4")

/// MXFP4 is a GGUF type only to llama.cpp.
constexpr bool is_gguf(WeightFormat format) {
  return format >= WeightFormat::gguf_f32 && format <= WeightFormat::tq2_0;
}

/// The format of the matrices of a model stored as `format`; the others are in `kept`, fp32 or 16-bit.
/// For a GGUF file type: the type that most of its matrices have before any rule applies.
struct PlainFormat {
  NumberFormat matrices;
  NumberFormat kept;
};
PlainFormat plain_format(WeightFormat format);

/// Whether a quantised checkpoint (not GGUF) stores the tensor in its low-bit format: the linear layers
/// inside the decoder layers. Embeddings, head, norms, biases, convolutions, the router and what decides
/// decay stay 16-bit; MXFP4 checkpoints of models with experts quantise these alone.
/// @see [vllm-mxfp4] in src/catalog/references.json
bool is_quantised(WeightFormat format, const Tensor& tensor, bool experts);

}  // namespace slide_rule
