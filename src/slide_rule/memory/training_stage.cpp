#include "slide_rule/memory/training_stage.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace slide_rule {
namespace {

/// DeepSpeed releases gathered parameters only beyond so many elements (stage3_max_live_parameters).
constexpr double kDeepspeedLiveParameters = 1e9;
/// litgpt's lm_head_chunk_size and chunk of the loss: tokens of each sequence.
constexpr double kLitgptChunkTokens = 128;

bool is_mixed(Precision p) {
  return p == Precision::bf16_mixed || p == Precision::fp16_mixed || p == Precision::fp8_mixed;
}

bool is_fsdp(const TrainingStage& s) {
  return s.traits.sharding == ShardingScheme::fsdp1 || s.traits.sharding == ShardingScheme::fsdp2;
}

/// What the rank's wide activations are divided by.
double sequence_divisor(const TrainingPlan& plan) {
  // torchtitan's plan for tensor parallelism includes sequence parallelism.
  return plan.sequence_parallel || plan.framework == Framework::torchtitan ? plan.tensor_parallel : 1;
}

ActivationSetting activation_setting(const TrainingStage& s) {
  const TrainingPlan& plan = s.plan;
  ActivationSetting a;
  a.modules = module_style(plan);
  a.attention = plan.attention;
  a.megatron_selective = s.traits.mixed == MixedScheme::megatron;
  a.matmul_bytes = s.scheme.compute;
  a.trains_base = s.full;
  const bool quantised = plan.method == Method::qlora;
  a.keeps_frozen_inputs = quantised && s.traits.quantised_saves_input &&
                          (plan.software_year < since::quantised_input_dropped || s.traits.old_bitsandbytes);
  // The stream is as wide as what the embedding gives: fp32 where its parameters are and nothing casts them.
  const bool gathers_16_bit = s.shards.weights > 1 || s.traits.mixed == MixedScheme::sharded;
  const bool wide_parameters = s.full ? s.scheme.weight == 4 && !gathers_16_bit : s.scheme.frozen == 4;
  a.residual_bytes = s.mixed && wide_parameters ? 4 : s.scheme.compute;
  a.recasts_inputs = s.mixed && a.residual_bytes == 4 && a.modules != ModuleStyle::compiled;
  // Transformer Engine keeps the fp8 inputs that its products saw.
  const bool fp8_inputs = plan.precision == Precision::fp8_mixed && s.traits.mixed == MixedScheme::megatron;
  a.input_bytes = fp8_inputs ? 1 : a.matmul_bytes;
  // bitsandbytes gives its product back in its input's type: fp32 under an fp32 stream.
  a.inner_bytes = quantised && a.residual_bytes == 4 ? 4 : s.scheme.compute;
  if (!s.full) {
    a.adapters = lora_targets(s.model, plan);
    const ExpertAdapters experts = expert_adapters(s.model, plan);
    const bool one_pair = experts.gate_up_is_one && experts.gate_up_rank == experts.rank;
    a.expert_adapters = {experts.matrices & ~(one_pair ? LoraTargets::gate : 0u)};
    a.adapter_rank = plan.lora_rank;
    a.adapter_dropout = plan.lora_dropout.value_or(s.traits.lora_dropout);
    a.adapter_input_bytes = s.mixed ? s.scheme.compute : s.scheme.weight;
    a.adapter_recasts = s.scheme.weight != a.residual_bytes;
    a.remakes_product = s.traits.remakes_product;
  }
  a.sequence_tokens = plan.sequence_tokens;
  a.keeps_squares = plan.software_year < since::mean_keeps_nothing;
  a.upcasts_norms = a.modules != ModuleStyle::litgpt || plan.software_year >= since::litgpt_upcasts_norms;
  return a;
}

void count_layers(TrainingStage& s, std::span<const LayerGroup> groups) {
  const TrainingPlan& plan = s.plan;
  const ActivationSetting setting = activation_setting(s);
  const double t = plan.tensor_parallel, wide = sequence_divisor(plan);
  const bool offloaded = plan.offload == Offload::activations || plan.offload == Offload::everything ||
                         (s.traits.offloads_checkpoints && plan.recompute == Recompute::full);
  const bool redone = plan.recompute != Recompute::none || offloaded;
  s.layers.reserve(groups.size());
  double most = -1;
  for (const LayerGroup& g : groups) {
    const LayerActivations a = layer_activations(s.model, g.spec, setting);
    LayerBytes b;
    b.layers = g.count;
    b.norms = a.norms.on_rank(wide, t);
    b.attention = a.attention.on_rank(wide, t);
    b.scores = a.scores.on_rank(wide, t);
    b.mlp = a.mlp.on_rank(wide, t);
    b.adapters = a.adapters.on_rank(wide, t);
    b.kept = b.norms + b.attention + b.scores + b.mlp + b.adapters;
    b.temporary = a.temporary.on_rank(wide, t);
    b.stored = b.kept;
    if (plan.recompute == Recompute::selective) b.stored = std::min(b.kept, a.selective.on_rank(wide, t));
    if (plan.recompute == Recompute::full) b.stored = std::min(b.kept, a.input.on_rank(wide, t));
    b.stored = (b.stored + (plan.recompute_every - 1) * b.kept) / plan.recompute_every;
    if (offloaded) b.stored = 0;
    s.stored_per_token += b.layers * b.stored;
    // bitsandbytes holds inputs as attributes of its node, which live as long as the graph does.
    if (s.traits.holds_graph && plan.software_year >= since::litgpt_keeps_order && !redone) {
      s.held_inputs += b.layers * a.frozen_inputs.on_rank(wide, t);
    }
    const double needs = b.temporary + (redone ? b.kept : 0);
    if (needs > most) {
      most = needs;
      s.widest_kept = redone ? b.kept : 0;
      s.widest_temporary = b.temporary;
    }
    if (redone) s.widest_forward = std::max(s.widest_forward, a.forward.on_rank(wide, t));
    s.layers.push_back(b);
  }
  // torch.distributed.pipelining keeps outputs until their backward and has a buffer for each one's gradient;
  // Megatron frees outputs once they are sent.
  if (!s.last && s.traits.mixed != MixedScheme::megatron) {
    s.stage_output = s.model.hidden_size * setting.residual_bytes / wide;
  }
  if (!s.last) return;
  const bool plain = setting.modules == ModuleStyle::plain || setting.modules == ModuleStyle::litgpt;
  // The norm keeps its input, and for its scale's gradient the normalised values; the head's product its
  // input.
  s.head_input = s.model.hidden_size *
                 ((plain ? 4 : setting.residual_bytes) + (s.full ? 2 * setting.matmul_bytes : 0)) / wide;
}

/// Bytes a logit through the loss on all logits at once.
void count_standard_loss(TrainingStage& s, bool fused_kernel) {
  const double e = s.scheme.compute;
  LossBytes& l = s.loss;
  if (s.traits.mixed == MixedScheme::megatron) {
    // Logits and their fp32 copy, which becomes softmax and gradient in place; the gradient in 16 bits comes
    // when the logits are gone. Its fused kernel keeps logits and softmax apart.
    l.per_logit = e + 4 + (fused_kernel ? 4 : 0);
  } else if (s.plan.tensor_parallel > 1) {
    // Loss parallel: log-softmax, its exponential, the one-hot gradient, their sum, its product with the
    // scale.
    l.per_logit = 5 * 4;
  } else if (s.traits.loss_in_one_kernel ||
             (s.plan.compile && s.plan.software_year >= since::loss_compiled)) {
    l.per_logit = 2 * e;  // logits and their gradient
  } else {
    // Log-softmax, its gradient, the gradient of its input; logits are freed by then.
    l.per_logit = 3 * 4;
    if (s.traits.holds_logits) l.held_per_logit = s.plan.software_year < since::loss_upcasts ? 4 : e;
    if (e < 4 && l.held_per_logit != e) l.cached_per_logit = e;
  }
  if (s.model.logit_softcap) l.per_logit += e;  // tanh keeps its output
}

void count_loss(TrainingStage& s) {
  if (!s.last) return;
  const TrainingPlan& plan = s.plan;
  const double e = s.scheme.compute;
  LossBytes& l = s.loss;
  l.vocabulary = s.model.vocabulary / plan.tensor_parallel;
  const bool trains_head = s.full || plan.train_embeddings;
  CrossEntropy kind =
      plan.cross_entropy == CrossEntropy::standard ? s.traits.cross_entropy : plan.cross_entropy;
  if (s.traits.mixed == MixedScheme::megatron) {
    return count_standard_loss(s, plan.cross_entropy == CrossEntropy::fused);
  }
  switch (kind) {
    case CrossEntropy::standard:
      count_standard_loss(s, false);
      break;
    case CrossEntropy::chunked: {
      const double wide = s.traits.upcasts_chunks ? 4 : e;
      const double tokens = s.traits.loss_chunks > 0
                                ? std::ceil(s.tokens / s.traits.loss_chunks)
                                : std::min(s.tokens, kLitgptChunkTokens * plan.micro_batch);
      l.per_logit = e + (plan.compile ? 0 : wide);  // all logits; each chunk's softmax stays for backward
      if (s.model.logit_softcap) l.per_logit += e;
      l.chunk = {tokens * l.vocabulary, 2 * wide};  // its gradient and that of its input
      if (trains_head) l.weight_gradient = {s.parameters.head_matrix, s.scheme.gradient};
      break;
    }
    case CrossEntropy::fused: {
      // Liger: as many chunks as the vocabulary is wider than the hidden state, of a power of two tokens.
      const double ratio = std::ceil(s.model.vocabulary / s.model.hidden_size);
      const auto tokens = std::bit_ceil(static_cast<std::uint64_t>(std::ceil(s.tokens / ratio)));
      l.chunk = {std::min(static_cast<double>(tokens), s.tokens) * l.vocabulary, e + 4};
      l.input_gradient = {s.tokens * s.model.hidden_size, e};
      if (trains_head) l.weight_gradient = {s.parameters.head_matrix, e};
      break;
    }
  }
}

/// What is whole for a while although it is sharded: gathered parameters.
void count_gathered(TrainingStage& s) {
  const TrainingPlan& plan = s.plan;
  const StageParameters& p = s.parameters;
  const double each = s.full ? s.scheme.compute : s.scheme.frozen;
  const double outer = p.embedding + p.head;
  const double all_layers = p.dense + p.experts - outer;
  const double layer_each = s.full            ? s.scheme.compute
                            : p.quantised > 0 ? (p.quantised_bytes + p.kept_experts * s.scheme.frozen) /
                                                    (p.quantised + p.kept_experts)
                                              : s.scheme.frozen;
  const double ranks = plan.data_parallel() * plan.context_parallel;
  const bool deepspeed = s.traits.sharding == ShardingScheme::deepspeed;
  const bool zero3 = plan.sharding == Sharding::zero3 && (ranks > 1 || deepspeed || s.parameters_on_host);
  if (zero3 && deepspeed) {
    const double live = std::max(kDeepspeedLiveParameters, outer + 2 * p.largest_layer);
    s.gathered = {{outer, each}, {std::min(all_layers, live - std::min(live, outer)), layer_each}};
    s.gathered_at_loss = s.gathered.layers;
    return;
  }
  const bool zero2 = plan.sharding == Sharding::zero2 && ranks > 1;
  if (!is_fsdp(s) || !(zero3 || zero2)) return;
  // SHARD_GRAD_OP, and a pipeline of full training, gather once a step. FSDP of 2023 had no hook that freed
  // units without trained parameters in backward.
  const bool never_freed =
      s.traits.sharding == ShardingScheme::fsdp1 && !s.full && plan.software_year < since::frozen_units_freed;
  const bool all = zero2 || (plan.pipeline_parallel > 1 && s.full) || never_freed;
  const bool apart = s.traits.shards_embedding_apart ||
                     (plan.framework == Framework::torchtitan && plan.software_year >= since::units_apart);
  const double unit = apart ? std::max(p.embedding, p.head) : outer;
  const double two = std::min(all_layers, 2 * p.largest_layer);
  s.gathered.outer = {apart && !all ? unit : outer, each};
  if (s.traits.sharding == ShardingScheme::fsdp2) {
    // One layer is whole; its buffer and the next one's are of another stream. The last layer stays whole
    // through the loss where it is the one that backward starts with.
    const double whole = std::min(all_layers, p.largest_layer);
    s.gathered.layers = {all ? all_layers : whole, layer_each};
    s.gathered_at_loss = apart && !all ? Amount{} : s.gathered.layers;
    s.gather_buffer = {two, layer_each};
    s.gather_pool = unit * each > two * layer_each ? Amount{unit, each} : s.gather_buffer;
  } else {
    s.gathered.layers = {all ? all_layers : two, layer_each};
    if (all || s.plan.statistic == MemoryStatistic::reserved) s.gathered_at_loss = s.gathered.layers;
  }
}

/// Gradients that are whole before they are reduced to their shard, and buffers of their communication.
void count_unsharded_gradients(TrainingStage& s) {
  const TrainingPlan& plan = s.plan;
  const StageParameters& p = s.parameters;
  const double compute = s.scheme.compute;
  const bool fsdp = is_fsdp(s), deepspeed = s.traits.sharding == ShardingScheme::deepspeed;
  if (!s.full) return;
  if (fsdp && plan.data_parallel() > 1 && plan.sharding <= Sharding::zero1 && !plan.optimizer_in_backward) {
    // DistributedDataParallel's buckets hold a second copy of all gradients.
    s.buckets = {s.trained + s.trained_experts, s.scheme.gradient};
  }
  if (deepspeed && plan.data_parallel() > 1) {
    // Two buckets of hidden_size^2 elements: what the Trainer makes of `auto`.
    s.buckets = {2 * s.model.hidden_size * s.model.hidden_size, compute};
  }
  if (s.shards.gradients == 1 && s.expert_shards.gradients == 1) return;
  s.reduces_apart = fsdp && !s.gradients_on_host;
  if (fsdp && plan.pipeline_parallel > 1) {
    // Accumulated in fp32; beside them a layer's new ones and the buffer they are reduced from.
    const double layers = p.dense + p.experts - p.embedding - p.head;
    s.unsharded_start =
        s.unsharded_end = {{p.embedding + p.head, 4}, {layers + p.largest_layer * (compute + 4) / 4, 4}};
    return;
  }
  if (fsdp) {
    // A gradient, and the buffer it is reduced from, in fp32 under mixed precision.
    const double reduced = compute + (s.mixed && s.traits.reduces_in_fp32 ? 4 : compute);
    const bool apart = s.traits.shards_embedding_apart ||
                       (plan.framework == Framework::torchtitan && plan.software_year >= since::units_apart);
    const Amount head{apart ? 0 : p.head_matrix, compute};  // waits in the root until the end
    s.unsharded_start = s.unsharded_end = {head, {p.largest_layer, reduced}};
    s.unsharded_embedding = {apart ? p.embedding : p.embedding + p.head, reduced};
  } else if (deepspeed) {
    s.unsharded_start.outer = {p.head_matrix, compute};
    s.unsharded_embedding = {p.embedding, compute};
  }
}

/// 16-bit copies under autocast, unpacked matrices, the newest gradient.
void count_copies(TrainingStage& s) {
  const TrainingPlan& plan = s.plan;
  const StageParameters& p = s.parameters;
  // Autocast casts a trained matrix once, a frozen one at each use; backward keeps what was multiplied with.
  const bool wide = s.full ? s.scheme.weight == 4 : plan.method == Method::lora && s.scheme.frozen == 4;
  const bool autocast = s.traits.mixed == MixedScheme::autocast || s.traits.mixed == MixedScheme::as_loaded;
  if (wide && s.mixed && autocast && s.shards.weights == 1) {
    s.casts = {p.matrices, s.scheme.cast};
    s.layer_casts = {p.largest_layer, s.scheme.cast};
    if (!s.full && s.loss.chunk.elements > 0 && s.loss.per_logit > 0) {
      s.casts.elements +=
          p.head_matrix * (std::ceil(s.tokens * s.loss.vocabulary / s.loss.chunk.elements) - 1);
    }
  }
  if (plan.method == Method::qlora) {
    s.unpacked = {p.largest_frozen_matrix, s.traits.unpacked_copies * s.scheme.compute};
  }
  // Where a gradient is there already - accumulated, or of a head that shares the embedding - a new one is
  // made beside it and added. Megatron's kernels add in place.
  const bool tied = s.first && s.last && p.head == 0 && p.head_matrix > 0;
  const bool adds = (plan.gradient_accumulation > 1 || tied) && s.traits.mixed != MixedScheme::megatron;
  if (s.full && adds && s.shards.gradients == 1 && !plan.optimizer_in_backward) {
    s.newest_gradient = {p.embedding, s.scheme.gradient};
  }
}

}  // namespace

StageLayers stage_layers(const Model& model, const TrainingPlan& plan, int index) {
  const int layers = static_cast<int>(model.layers), stages = static_cast<int>(plan.pipeline_parallel);
  const int each = layers / stages, odd = layers % stages;
  const int from = index * each + std::min(index, odd);
  return {from, from + each + (index < odd ? 1 : 0)};
}

TrainingStage training_stage(const Model& model, const TrainingPlan& plan, int index,
                             std::span<const LayerGroup> groups) {
  TrainingStage s(model, plan);
  const double stages = plan.pipeline_parallel;
  s.first = index == 0;
  s.last = index + 1 == static_cast<int>(stages);
  s.full = plan.method == Method::full;
  s.mixed = is_mixed(plan.precision);
  s.scheme = parameter_scheme(plan);
  s.parameters = stage_parameters(model, plan, groups, s.first, s.last);
  s.optimizer = optimizer_bytes(plan, s.scheme, s.parameters);

  s.parameters_on_host = plan.offload == Offload::optimizer_parameters || plan.offload == Offload::everything;
  s.states_on_host = s.parameters_on_host || plan.offload == Offload::optimizer;
  s.gradients_on_host = s.states_on_host && s.traits.sharding != ShardingScheme::megatron;

  const double ranks = plan.data_parallel() * plan.context_parallel,
               expert_ranks = plan.expert_data_parallel();
  const bool weights_sharded =
      plan.sharding == Sharding::zero3 || (plan.sharding == Sharding::zero2 && is_fsdp(s));
  if (plan.sharding >= Sharding::zero1) s.shards.optimizer = ranks, s.expert_shards.optimizer = expert_ranks;
  if (plan.sharding >= Sharding::zero2) s.shards.gradients = ranks, s.expert_shards.gradients = expert_ranks;
  if (weights_sharded) s.shards.weights = ranks, s.expert_shards.weights = expert_ranks;

  const StageParameters& p = s.parameters;
  if (s.full) {
    s.trained = p.dense;
    s.trained_experts = p.experts;
  } else {
    s.trained = p.adapters - p.expert_adapters;
    s.trained_experts = p.expert_adapters;
    if (plan.train_embeddings) s.copied = p.embedding + p.head;
    s.frozen = p.dense + p.experts;
  }

  s.tokens = plan.sequence_tokens * plan.micro_batch / plan.context_parallel;
  if (stages > 1) {
    const double accumulated = plan.gradient_accumulation > 1 ? plan.gradient_accumulation : stages;
    const double v = plan.virtual_pipeline;
    // 1F1B: one for each stage from this one on; interleaved: 2 (p - i - 1) + (v - 1) p + 1 chunks of 1/v
    // stage.
    const double most = v > 1 ? (2 * (stages - index - 1) + (v - 1) * stages + 1) / v : stages - index;
    s.micro_batches = plan.micro_batches.value_or(accumulated);
    s.in_flight = std::min(most, s.micro_batches);
  }
  s.gradients_persist = plan.gradient_accumulation > 1 || stages > 1 ||
                        s.traits.mixed == MixedScheme::megatron ||
                        (plan.sharding == Sharding::zero3 && s.traits.sharding == ShardingScheme::deepspeed);
  if (plan.optimizer_in_backward) s.gradients_persist = false;

  count_layers(s, groups);
  count_loss(s);
  count_gathered(s);
  count_unsharded_gradients(s);
  count_copies(s);
  return s;
}

}  // namespace slide_rule
