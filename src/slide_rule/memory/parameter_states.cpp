#include "slide_rule/memory/parameter_states.hpp"

#include <algorithm>
#include <bit>

#include "slide_rule/memory/weights.hpp"

namespace slide_rule {
namespace {

/// Block of 8-bit moments (bitsandbytes, torchao): one fp32 scale.
constexpr double k8BitMoment = 1 + 4.0 / 256;

}  // namespace

ParameterScheme parameter_scheme(const TrainingPlan& plan) {
  const FrameworkTraits& traits = traits_of(plan.framework);
  const bool adapters = plan.method != Method::full;
  if (plan.precision == Precision::fp32) return {4, 4, 0, 4, 0, 4, 4, 0};
  // Megatron and DeepSpeed keep an fp32 master copy of whatever is 16-bit.
  if (traits.mixed == MixedScheme::megatron) return {2, 4, 4, 4, 0, 2, 2, 0};
  if (traits.mixed == MixedScheme::deepspeed) return {2, 2, 4, 4, 4, 2, 2, 0};
  ParameterScheme sixteen{2, 2, 0, 2, 0, 2, 2, 0};
  if (plan.precision == Precision::bf16) {
    const bool casts_adapters = adapters && plan.framework == Framework::peft;  // autocast_adapter_dtype
    if (casts_adapters) sixteen.weight = sixteen.gradient = sixteen.moment = 4;
    return sixteen;
  }
  ParameterScheme s{4, 4, 0, 4, 0, 2, 2, 2};
  if (adapters && !traits.fp32_adapters) {
    // litgpt's mixed precisions keep every parameter in fp32.
    s = plan.framework == Framework::litgpt ? ParameterScheme{4, 4, 0, 4, 0, 2, 4, 2} : sixteen;
  } else if (!adapters && traits.mixed == MixedScheme::as_loaded && plan.precision != Precision::fp16_mixed) {
    s = sixteen;
  }
  const bool fp32_base = plan.method == Method::lora && plan.weight_format == NumberFormat::fp32;
  if (fp32_base || (plan.method == Method::qlora && traits.kbit_norms_fp32)) s.frozen = 4;
  return s;
}

NumberFormat frozen_format(const TrainingPlan& plan) {
  if (plan.weight_format) return *plan.weight_format;
  if (plan.method == Method::qlora) {
    return traits_of(plan.framework).double_quantised ? NumberFormat::nf4_double : NumberFormat::nf4;
  }
  return parameter_scheme(plan).frozen == 4 ? NumberFormat::fp32 : NumberFormat::bf16;
}

bool keeps_experts(const Model& m, const TrainingPlan& plan) {
  return plan.method != Method::full && traits_of(plan.framework).transformers_experts &&
         is_bitsandbytes(frozen_format(plan)) && experts_are_parameters(m, plan.software_year);
}

LoraTargets lora_targets(const Model& m, const TrainingPlan& plan) {
  LoraTargets targets = plan.lora_targets.value_or(LoraTargets{});
  const RecurrentKind kind = m.recurrent.kind;
  const bool named_so = kind == RecurrentKind::none || kind == RecurrentKind::short_conv;
  if (named_so && targets.has(LoraTargets::out_proj)) targets.matrices |= LoraTargets::o;
  return targets;
}

ExpertAdapters expert_adapters(const Model& m, const TrainingPlan& plan) {
  using L = LoraTargets;
  ExpertAdapters a;
  if (plan.method == Method::full || m.experts.count == 0) return a;
  const L targets = plan.lora_targets.value_or(L{});
  std::uint32_t named = 0;
  if (targets.has(L::expert_gate_up)) named |= L::gate | L::up;
  if (targets.has(L::expert_down)) named |= L::down;
  const std::uint32_t modules = targets.matrices & L::mlp;
  a.rank = a.gate_up_rank = plan.lora_rank;
  if (!traits_of(plan.framework).transformers_experts || !experts_are_parameters(m, plan.software_year)) {
    a.matrices = named | modules;
    return a;
  }
  a.gate_up_is_one = true;
  a.matrices = named;
  if (m.experts.fused || plan.software_year < since::experts_targeted) return a;
  a.matrices |= modules;
  const std::uint32_t fused = m.gated_mlp ? L::gate | L::up : L::up;
  if (!(named & L::up)) a.gate_up_rank *= std::popcount(modules & fused);
  return a;
}

StageParameters stage_parameters(const Model& m, const TrainingPlan& plan, std::span<const LayerGroup> groups,
                                 bool first_stage, bool last_stage) {
  StageParameters p;
  const double t = plan.tensor_parallel, ep = plan.expert_parallel;
  const double expert_t = plan.expert_tensor_parallel();
  const bool frozen = plan.method != Method::full;
  const NumberFormat format = frozen_format(plan);
  const LoraTargets targets = frozen ? lora_targets(m, plan) : LoraTargets{0};
  const FrameworkTraits& traits = traits_of(plan.framework);
  const ExpertAdapters experts = expert_adapters(m, plan);
  const bool kept_experts = keeps_experts(m, plan);
  const bool split_qkv = traits.modules == ModuleStyle::litgpt;

  const auto quantise = [&](const Tensor& tensor, double layers, double split) {
    const double bytes = bytes_of(format, tensor.in, tensor.out) * tensor.copies / split;
    p.quantised += tensor.elements() / split * layers;
    p.quantised_bytes += bytes * layers;
    p.largest_frozen_matrix =
        std::max(p.largest_frozen_matrix, tensor.in * tensor.out / plan.tensor_parallel);
    return bytes;
  };

  const auto adapter = [&](const Tensor& tensor, const LayerSpec* spec, double n, double tensor_parallel,
                           double split) {
    const std::uint32_t of = LoraTargets::of(tensor.role);
    const bool expert = is_expert(tensor.role);
    if (!((expert ? experts.matrices : targets.matrices) & of)) return;
    double in = tensor.in, out = tensor.out, copies = tensor.copies, rank = plan.lora_rank;
    if (!targets.has(LoraTargets::recurrent)) {
      // Modules of a mixer by name: two matrices in one have one pair, and one of two equal ones is half of
      // them.
      if (tensor.role == Role::recurrent_gate && targets.has(LoraTargets::recurrent_in_and_gate)) in = 0;
      if (tensor.role == Role::recurrent_decay && m.recurrent.kind == RecurrentKind::gated_delta_net) {
        if (targets.has(LoraTargets::recurrent_step_and_decay))
          in /= copies;
        else
          copies = std::popcount(targets.matrices & LoraTargets::recurrent_decays);
      }
      if (tensor.role == Role::recurrent_decay && m.recurrent.kind == RecurrentKind::mamba1) {
        const bool gives_step = tensor.in == m.recurrent.key_dim;  // dt_proj; the other is x_proj
        if (!targets.has(gives_step ? LoraTargets::recurrent_decay : LoraTargets::recurrent_step)) return;
      }
    }
    if (expert && experts.gate_up_is_one && of != LoraTargets::down) {
      if (of == LoraTargets::gate) return;  // counted with up
      rank = experts.gate_up_rank;
      if (m.gated_mlp) out *= 2;
    }
    if (tensor.role == Role::attn_qkv &&
        ((targets.matrices & LoraTargets::qkv) != LoraTargets::qkv || split_qkv)) {
      // Adapters of some of q, k, v beside one fused matrix: one pair each.
      in *= std::popcount(targets.matrices & LoraTargets::qkv);
      const double q = m.heads * m.head_dim, kv = m.kv_heads * m.head_dim;
      out = (targets.has(LoraTargets::q) ? q : 0) + (targets.has(LoraTargets::k) ? kv : 0) +
            (targets.has(LoraTargets::v) ? kv : 0);
    }
    if (tensor.role == Role::ffn_gate_up && split_qkv) in *= 2;  // litgpt splits them
    // Megatron's modules project q, k and v, and gate and up: one matrix A each.
    const bool second =
        ((tensor.role == Role::attn_k || tensor.role == Role::attn_v) && targets.has(LoraTargets::q)) ||
        (of == LoraTargets::up && m.gated_mlp && targets.has(LoraTargets::gate));
    if (second && traits.mixed == MixedScheme::megatron) in = 0;
    (is_summed(tensor.role) ? in : out) *= tensor_share(tensor, spec, tensor_parallel);
    const double added = rank * (in + out) * copies * n / split;
    p.adapters += added;
    if (split > 1) p.expert_adapters += added;
    p.adapter_factors += (in + out + 2 * rank) * copies * n / split;
  };

  TensorList outer;
  outer_tensors(m, outer);
  for (const Tensor& tensor : outer) {
    if (tensor.extra) continue;
    const double n = tensor.elements();
    switch (tensor.part) {
      case Part::embedding:
      case Part::positions:
      case Part::per_layer_embedding:
        if (first_stage) {
          p.embedding += n / t;
          p.dense += n / t;
          p.factors += (tensor.in + tensor.out) / t;
          p.largest_tensor = std::max(p.largest_tensor, n / t);
          adapter(tensor, nullptr, 1, t, 1);
        }
        if (tensor.role == Role::token_embedding && m.tied_embeddings && last_stage) {
          p.head_matrix = n / t;
          if (!first_stage) {
            p.head += n / t;
            p.dense += n / t;
          }
        }
        break;
      case Part::head:
        if (last_stage) {
          p.head += n / t;
          p.dense += n / t;
          p.factors += (tensor.in + tensor.out) / t;
          p.largest_tensor = std::max(p.largest_tensor, n / t);
          if (tensor.matrix) p.head_matrix = n / t;
          if (tensor.matrix) p.matrices += n / t;
          if (tensor.matrix && frozen && traits.quantised_head) quantise(tensor, 1, t);
          adapter(tensor, nullptr, 1, t, 1);
        }
        break;
      default:
        if (last_stage) {
          p.dense += n;
          p.factors += n;
        }
    }
  }
  if (m.tied_embeddings && last_stage) p.matrices += p.head_matrix;

  for (const LayerGroup& g : groups) {
    TensorList list;
    layer_tensors(m, g.spec, g.first, list);
    double layer = 0, layer_quantised_bytes = 0;
    for (const Tensor& tensor : list) {
      const bool expert = tensor.part == Part::experts;
      const double matrix_t = !tensor.matrix ? 1 : expert ? expert_t : t;
      const double split = matrix_t * (expert ? ep : 1);
      const double one = tensor.in * tensor.out / matrix_t;
      const double n = tensor.elements() / split;
      layer += n;
      (expert ? p.experts : p.dense) += n * g.count;
      if (!expert) p.layers += n * g.count;
      if (tensor.matrix) {
        p.matrices += n * g.count;
        p.layer_matrices += n * g.count;
        p.largest_matrix = std::max(p.largest_matrix, one);
        p.factors += (tensor.in + tensor.out) * tensor.copies / split * g.count;
        const double low = std::min(tensor.in, tensor.out), high = std::max(tensor.in, tensor.out);
        const double rank = std::min(plan.galore_rank, low);
        p.low_rank_moments +=
            (rank < low ? low * rank + 2 * rank * high : 2 * low * high) * tensor.copies / split * g.count;
        if (kept_experts && is_expert(tensor.role)) {
          p.kept_experts += n * g.count;
        } else if (frozen && tensor.role != Role::router && tensor.role != Role::shared_expert_gate) {
          layer_quantised_bytes += quantise(tensor, g.count, split);
        }
        adapter(tensor, &g.spec, g.count, matrix_t, expert ? ep : 1);
      } else {
        p.factors += n * g.count;
      }
      p.largest_tensor = std::max(p.largest_tensor, one);
    }
    if (layer > p.largest_layer) {
      p.largest_layer = layer;
      p.quantised_of_largest_layer_bytes = layer_quantised_bytes;
    }
  }
  return p;
}

OptimizerBytes optimizer_bytes(const TrainingPlan& plan, const ParameterScheme& s, const StageParameters& p) {
  OptimizerBytes o;
  const double m = s.moment;
  const double trained = p.dense + p.experts;
  const bool full = plan.method == Method::full;
  const bool fused = traits_of(plan.framework).fused_optimizer;
  const bool lists = !fused && plan.software_year >= since::foreach_optimizers && !plan.optimizer_in_backward;
  /// Moments of the layers' matrices of their own; 2 m of everything else.
  const auto matrices = [&](double elements) {
    o.per_parameter = 2 * m;
    o.plain_share = full && trained > 0 ? 1 - p.layer_matrices / trained : 0;
    o.extra_elements = elements;
    o.extra = m * elements;
  };
  switch (plan.optimizer) {
    case Optimizer::adamw:
      o.per_parameter = 2 * m;
      if (lists)
        o.temporary = m;  // the denominator: square root of the second moment
      else if (!fused)
        o.temporary_tensor = m;
      break;
    case Optimizer::adamw_8bit:
      o.per_parameter = 2 * k8BitMoment;
      o.source = "dettmers-2021";
      break;
    case Optimizer::paged_adamw_8bit:
      o.host = 2 * k8BitMoment;
      break;
    case Optimizer::paged_adamw:
      o.host = 2 * 4;
      break;
    case Optimizer::adafactor:
      o.plain_share = 0;
      o.extra_elements = full ? p.factors : p.adapter_factors;
      o.extra = 4 * o.extra_elements;
      o.temporary_tensor = 2 * 4;  // the squared gradient and the update
      o.source = "shazeer-2018";
      break;
    case Optimizer::sgd:
      break;
    case Optimizer::sgd_momentum:
      o.per_parameter = m;
      break;
    case Optimizer::lion:
      o.per_parameter = m;
      o.temporary_tensor = m;
      o.source = "chen-2023";
      break;
    case Optimizer::lion_8bit:
      o.per_parameter = k8BitMoment;
      o.source = "chen-2023";
      break;
    case Optimizer::muon:
      matrices(full ? p.layer_matrices : p.adapters);
      o.temporary_matrix = 3 * 2;  // Newton-Schulz in bf16: X, X X^T and their product
      o.temporary_tensor = m;      // AdamW of everything else, tensor by tensor
      o.source = "jordan-2024";
      break;
    case Optimizer::galore:
      if (full)
        matrices(p.low_rank_moments);
      else
        o.per_parameter = 2 * m;
      o.temporary_tensor = m;
      o.source = "zhao-2024";
      break;
  }
  return o;
}

}  // namespace slide_rule
