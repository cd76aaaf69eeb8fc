#include "slide_rule/memory/weight_format.hpp"

#include "slide_rule/model.hpp"

namespace slide_rule {

PlainFormat plain_format(WeightFormat format) {
  using W = WeightFormat;
  using F = NumberFormat;
  switch (format) {
    case W::bf16:
      return {F::bf16, F::bf16};
    case W::fp32:
      return {F::fp32, F::fp32};
    case W::fp16:
      return {F::fp16, F::fp16};
    case W::fp8:
      return {F::fp8_block, F::bf16};
    case W::int8:
      return {F::bnb_int8, F::bf16};
    case W::gptq_int8:
      return {F::gptq_int8, F::bf16};
    case W::gptq_int4:
      return {F::gptq_int4, F::bf16};
    case W::awq_int4:
      return {F::awq_int4, F::bf16};
    case W::nf4:
      return {F::nf4, F::bf16};
    case W::nf4_dq:
      return {F::nf4_double, F::bf16};
    case W::nvfp4:
      return {F::nvfp4, F::bf16};
    case W::gptq_int3:
      return {F::gptq_int3, F::bf16};
    case W::aqlm_1x16:
      return {F::aqlm_1x16, F::bf16};
    case W::aqlm_2x8:
      return {F::aqlm_2x8, F::bf16};
    case W::mxfp8:
      return {F::mxfp8, F::bf16};
    case W::gguf_f32:
      return {F::fp32, F::fp32};
    case W::gguf_f16:
      return {F::fp16, F::fp32};
    case W::gguf_bf16:
      return {F::bf16, F::fp32};
    case W::q4_0:
      return {F::q4_0, F::fp32};
    case W::q4_1:
      return {F::q4_1, F::fp32};
    case W::q5_0:
      return {F::q5_0, F::fp32};
    case W::q5_1:
      return {F::q5_1, F::fp32};
    case W::q8_0:
      return {F::q8_0, F::fp32};
    case W::q2_k:
    case W::q2_k_s:
      return {F::q2_k, F::fp32};
    case W::q3_k_s:
    case W::q3_k_m:
    case W::q3_k_l:
      return {F::q3_k, F::fp32};
    case W::q4_k_s:
    case W::q4_k_m:
      return {F::q4_k, F::fp32};
    case W::q5_k_s:
    case W::q5_k_m:
      return {F::q5_k, F::fp32};
    case W::q6_k:
      return {F::q6_k, F::fp32};
    case W::iq1_s:
      return {F::iq1_s, F::fp32};
    case W::iq1_m:
      return {F::iq1_m, F::fp32};
    case W::iq2_xxs:
      return {F::iq2_xxs, F::fp32};
    case W::iq2_xs:
    case W::iq2_s:
      return {F::iq2_xs, F::fp32};
    case W::iq2_m:
      return {F::iq2_s, F::fp32};
    case W::iq3_xxs:
      return {F::iq3_xxs, F::fp32};
    case W::iq3_xs:
    case W::iq3_s:
    case W::iq3_m:
      return {F::iq3_s, F::fp32};
    case W::iq4_nl:
      return {F::iq4_nl, F::fp32};
    case W::iq4_xs:
      return {F::iq4_xs, F::fp32};
    case W::tq1_0:
      return {F::tq1_0, F::fp32};
    case W::tq2_0:
      return {F::tq2_0, F::fp32};
    case W::mxfp4:
      return {F::mxfp4, F::bf16};
  }
  return {F::bf16, F::bf16};
}

bool is_quantised(WeightFormat format, const Tensor& t, bool experts) {
  if (!t.matrix || t.layer < 0) return false;
  if (format == WeightFormat::mxfp4 && experts) {
    return t.role == Role::expert_gate || t.role == Role::expert_up || t.role == Role::expert_down;
  }
  switch (t.role) {
    case Role::router:
    case Role::shared_expert_gate:
    case Role::recurrent_decay:
    case Role::per_layer_embedding_part:
    case Role::other:
    case Role::tower:
      return false;
    default:
      return true;
  }
}

}  // namespace slide_rule
