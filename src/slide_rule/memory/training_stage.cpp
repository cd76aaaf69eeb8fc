#include "slide_rule/memory/training_stage.hpp"

#include <algorithm>
#include <cmath>

namespace slide_rule {
namespace {

/// DeepSpeed releases gathered parameters only beyond so many elements (stage3_max_live_parameters).
constexpr double kDeepspeedLiveParameters = 1e9;
/// litgpt's lm_head_chunk_size and chunk of the loss, tokens of each sequence.
constexpr double kLitgptChunkTokens = 128;

/// litgpt's RMSNorm worked in the parameters' type until February 2024.
constexpr double kLitgptUpcastsNormsSince = 2024;

/// Until late 2024 transformers' models returned their logits in fp32; since, the loss makes a copy of its own.
constexpr double kLossUpcastsSince = 2025;

/// torchtitan compiles its loss together with the model since 2025 (a switch of its own before).
constexpr double kLossCompiledSince = 2025;

/// torchtitan's units: the embedding and the head apart from the root since 2025.
constexpr double kUnitsApartSince = 2025;
/// PyTorch 2.2: FullyShardedDataParallel frees units without trained parameters in backward too.
constexpr double kFrozenUnitsFreedSince = 2024;

bool is_mixed(Precision p) {
  return p == Precision::bf16_mixed || p == Precision::fp16_mixed || p == Precision::fp8_mixed;
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
  a.keeps_frozen_inputs = quantised && s.traits.quantised_saves_input;
  // The stream is as wide as what the embedding gives: fp32 where the parameters are and nothing else casts them.
  const bool gathers_16_bit = s.weight_shards > 1 || s.traits.mixed == MixedScheme::sharded;
  const bool wide_parameters = s.full ? s.scheme.weight == 4 && !gathers_16_bit : s.scheme.frozen == 4;
  a.residual_bytes = s.scheme.compute == 4 || (s.mixed && wide_parameters) ? 4 : s.scheme.compute;
  a.recasts_inputs = s.mixed && a.residual_bytes == 4 && a.modules != ModuleStyle::compiled;
  // Transformer Engine keeps the fp8 inputs that its products saw.
  const bool fp8 = plan.precision == Precision::fp8_mixed && s.traits.mixed == MixedScheme::megatron;
  a.input_bytes = fp8 ? 1 : a.matmul_bytes;
  // bitsandbytes gives its product back in its input's type: fp32 under an fp32 stream.
  a.inner_bytes = quantised && a.residual_bytes == 4 ? 4 : s.scheme.compute;
  if (!s.full) {
    a.adapters = plan.lora_targets.value_or(LoraTargets{});
    a.adapter_rank = plan.lora_rank;
    a.adapter_dropout = plan.lora_dropout.value_or(s.traits.lora_dropout);
    a.adapter_input_bytes = s.mixed ? s.scheme.compute : s.scheme.weight;
    a.adapter_recasts = s.scheme.weight != a.residual_bytes;
  }
  a.sequence_tokens = plan.sequence_tokens;
  a.upcasts_norms = a.modules != ModuleStyle::litgpt || plan.software_year >= kLitgptUpcastsNormsSince;
  return a;
}

void count_layers(TrainingStage& s, std::span<const LayerGroup> groups) {
  const TrainingPlan& plan = s.plan;
  const ActivationSetting setting = activation_setting(s);
  const double t = plan.tensor_parallel;
  const double wide = plan.sequence_parallel || plan.framework == Framework::torchtitan ? t : 1;
  const bool offloaded = plan.offload == Offload::activations ||
                         (s.traits.offloads_checkpoints && plan.recompute == Recompute::full);
  s.layers.reserve(groups.size());
  double most = -1;
  for (const LayerGroup& g : groups) {
    const LayerActivations a = layer_activations(s.model, g.spec, setting);
    LayerBytes b;
    b.layers = g.count;
    b.norms = a.norms.on_rank(wide, t);
    b.attention = a.attention.on_rank(wide, t);
    b.scores = a.scores.on_rank(wide, t) / plan.context_parallel;
    b.mlp = a.mlp.on_rank(wide, t);
    b.adapters = a.adapters.on_rank(wide, t);
    b.kept = b.norms + b.attention + b.scores + b.mlp + b.adapters;
    switch (plan.recompute) {
      case Recompute::none: b.stored = b.kept; break;
      case Recompute::selective: b.stored = std::min(b.kept, a.selective.on_rank(wide, t)); break;
      case Recompute::full: b.stored = a.input.on_rank(wide, t); break;
    }
    if (offloaded) b.stored = 0;
    b.temporary = a.temporary.on_rank(wide, t);
    s.stored_per_token += b.layers * b.stored;
    const bool redone = plan.recompute != Recompute::none || offloaded;
    const double needs = b.temporary + (redone ? b.kept : 0);
    if (needs > most) {
      most = needs;
      s.widest_kept = redone ? b.kept : 0;
      s.widest_temporary = b.temporary;
    }
    if (plan.recompute != Recompute::none) {
      s.widest_forward = std::max(s.widest_forward, a.forward.on_rank(wide, t));
    }
    s.layers.push_back(b);
  }
  if (s.last) {
    const double h = s.model.hidden_size;
    const bool plain = setting.modules == ModuleStyle::plain || setting.modules == ModuleStyle::litgpt;
    s.head_input = h * ((plain ? 4 : setting.residual_bytes) + (s.full ? setting.matmul_bytes : 0)) / wide;
  }
}

void count_loss(TrainingStage& s) {
  if (!s.last) return;
  const TrainingPlan& plan = s.plan;
  const double e = s.scheme.compute, t = plan.tensor_parallel;
  LossBytes& l = s.loss;
  l.vocabulary = s.model.vocabulary / t;
  l.logits = s.tokens * l.vocabulary;
  const bool trains_head = s.full || plan.train_embeddings;
  CrossEntropy kind = plan.cross_entropy;
  if (kind == CrossEntropy::standard) kind = s.traits.cross_entropy;
  switch (kind) {
    case CrossEntropy::standard:
      if (s.traits.mixed == MixedScheme::megatron) {
        l.per_logit = e + 4 + 4;  // the head's output, its fp32 copy, the softmax
      } else if (t > 1) {
        l.per_logit = 5 * 4;  // loss parallel: softmax, its exponential, the gradient in three steps
      } else {
        const bool one_kernel = plan.compile && plan.software_year >= kLossCompiledSince;
        // Log-softmax, its gradient, the gradient of its input, logits are freed by then; compiled: logits and
        // their gradient.
        l.per_logit = one_kernel ? 2 * e : 3 * 4;
        l.unshared = one_kernel || e == 4 ? 0 : l.logits * e;
        if (s.traits.holds_logits) {
          l.held_per_logit = plan.software_year < kLossUpcastsSince ? 4 : e;
          if (l.held_per_logit == e) l.unshared = 0;
        }
      }
      if (s.model.logit_softcap) l.per_logit += e;  // tanh keeps its output
      break;
    case CrossEntropy::chunked: {
      const double wide = s.traits.upcasts_chunks ? 4 : e;
      const double chunks = s.traits.loss_chunks;
      const double chunk = chunks > 0 ? std::ceil(s.tokens / chunks)
                                      : std::min(s.tokens, kLitgptChunkTokens * plan.micro_batch);
      l.per_logit = e + (plan.compile ? 0 : wide);  // all logits; the softmax of each chunk stays for backward
      if (s.model.logit_softcap) l.per_logit += e;
      l.chunk_logits = chunk * l.vocabulary;
      l.per_chunk_logit = 2 * wide;
      if (trains_head) l.weight_gradient = s.parameters.head_matrix * s.scheme.gradient;
      break;
    }
    case CrossEntropy::fused: {
      // Liger: as many chunks as the vocabulary is wider than the hidden state, a power of two tokens each.
      const double ratio = std::ceil(s.model.vocabulary / s.model.hidden_size);
      const double chunk = std::exp2(std::ceil(std::log2(std::ceil(s.tokens / ratio))));
      l.chunk_logits = std::min(chunk, s.tokens) * l.vocabulary;
      l.per_chunk_logit = e + 4;
      l.input_gradient = s.tokens * s.model.hidden_size * e;
      if (trains_head) l.weight_gradient = s.parameters.head_matrix * e;
      break;
    }
  }
}

void count_sharding(TrainingStage& s) {
  const TrainingPlan& plan = s.plan;
  const StageParameters& p = s.parameters;
  const bool fsdp = s.traits.sharding == ShardingScheme::fsdp1 || s.traits.sharding == ShardingScheme::fsdp2;
  const bool deepspeed = s.traits.sharding == ShardingScheme::deepspeed;
  const double compute = s.scheme.compute;
  const double each = s.full ? compute : s.scheme.frozen;
  const bool apart = s.traits.shards_embedding_apart ||
                     (plan.framework == Framework::torchtitan && plan.software_year >= kUnitsApartSince);
  const double root_bytes = (p.embedding + p.head) * each;
  const double layer_bytes = s.full ? p.largest_layer * compute : p.quantised_of_largest_layer_bytes;
  const double all = s.full ? (p.dense + p.experts) * compute : s.frozen_bytes;
  const bool pipelined = plan.pipeline_parallel > 1;
  const bool on_host = plan.offload == Offload::optimizer_parameters;
  const bool gathers = plan.sharding == Sharding::zero3 && (s.shards > 1 || deepspeed || on_host);
  // Frozen units had no hook that freed them in backward: they stayed gathered.
  const bool never_freed = s.traits.sharding == ShardingScheme::fsdp1 && !s.full &&
                           plan.software_year < kFrozenUnitsFreedSince;
  if (gathers && deepspeed) {
    const double live = std::min(all, std::max(kDeepspeedLiveParameters * compute, root_bytes + 2 * layer_bytes));
    s.gathered_root = std::min(root_bytes, live);
    s.gathered_layers = live - s.gathered_root;
  } else if (gathers || (fsdp && plan.sharding == Sharding::zero2 && s.shards > 1)) {
    const bool keeps = plan.sharding == Sharding::zero2 || (pipelined && s.full) || never_freed;
    s.gathered_root = apart && !keeps ? std::max(p.embedding, p.head) * each : root_bytes;
    // This layer and the next; FSDP2 gathers into one buffer and copies out of it.
    const double layers = s.traits.sharding == ShardingScheme::fsdp2 ? 3 : 2;
    s.gathered_layers = keeps ? all - root_bytes : std::min(all - root_bytes, layers * layer_bytes);
  }
  if (!s.full) return;
  const bool shards_gradients = s.gradient_shards > 1 || s.expert_gradient_shards > 1;
  // Reduced in fp32 under mixed precision: a copy of what is being reduced.
  const double reduced = compute + (fsdp && (s.mixed && s.traits.reduces_in_fp32) ? 4 : fsdp ? compute : 0);
  if (shards_gradients && fsdp && pipelined) {
    s.unsharded_gradients_start = s.unsharded_gradients_end = s.unsharded_gradients_embedding =
        (p.dense + p.experts) * 4;
  } else if (shards_gradients && fsdp) {
    const double head = apart ? 0 : p.head_matrix * compute;  // waits in the root until the end
    s.unsharded_gradients_start = head + p.largest_layer * reduced;
    s.unsharded_gradients_end = head + p.largest_layer * reduced;
    s.unsharded_gradients_embedding = (apart ? p.embedding : p.embedding + p.head) * reduced;
  } else if (deepspeed && s.shards > 1) {
    // Two buckets of hidden_size^2 elements, as the Trainer sets `auto`.
    s.buckets = 2 * compute * s.model.hidden_size * s.model.hidden_size;
    s.unsharded_gradients_start = p.head_matrix * compute;
    s.unsharded_gradients_embedding = p.embedding * compute;
  }
}

}  // namespace

TrainingStage training_stage(const Model& model, const TrainingPlan& plan, int index) {
  TrainingStage s{model, plan, traits_of(plan.framework), {}, {}, {}, {}, {}};
  const int layers = static_cast<int>(model.layers), stages = static_cast<int>(plan.pipeline_parallel);
  const int each = layers / stages, odd = layers % stages;
  const int from = index * each + std::min(index, odd), to = from + each + (index < odd ? 1 : 0);
  const std::vector<LayerGroup> groups = layer_groups(model, from, to);

  s.first = index == 0;
  s.last = index == stages - 1;
  s.full = plan.method == Method::full;
  s.mixed = is_mixed(plan.precision);
  s.scheme = parameter_scheme(plan);
  s.parameters = stage_parameters(model, plan, groups, s.first, s.last);
  s.optimizer = optimizer_bytes(plan, s.scheme, s.parameters);

  s.shards = plan.data_parallel() * plan.context_parallel;
  s.expert_shards = std::max(1.0, s.shards / plan.expert_parallel);
  const bool fsdp = s.traits.sharding == ShardingScheme::fsdp1 || s.traits.sharding == ShardingScheme::fsdp2;
  const int stage = static_cast<int>(plan.sharding);
  if (stage >= 1) s.optimizer_shards = s.shards, s.expert_optimizer_shards = s.expert_shards;
  if (stage >= 2) s.gradient_shards = s.shards, s.expert_gradient_shards = s.expert_shards;
  if (stage >= 3 || (stage == 2 && fsdp)) s.weight_shards = s.shards, s.expert_weight_shards = s.expert_shards;

  const StageParameters& p = s.parameters;
  if (s.full) {
    s.trained = p.dense;
    s.trained_experts = p.experts;
  } else {
    s.trained = p.adapters - p.expert_adapters;
    s.trained_experts = p.expert_adapters;
    if (plan.train_embeddings) s.copied = p.embedding + p.head;
    s.frozen = p.dense + p.experts;
    s.frozen_bytes = p.quantised_bytes + (s.frozen - p.quantised) * s.scheme.frozen;
  }

  s.tokens = plan.sequence_tokens * plan.micro_batch / plan.context_parallel;
  if (stages > 1) {
    const double micro_batches = plan.micro_batches.value_or(
        plan.gradient_accumulation > 1 ? plan.gradient_accumulation : static_cast<double>(stages));
    s.in_flight = std::min(static_cast<double>(stages - index), micro_batches);
  }
  const bool offloads_states = plan.offload == Offload::optimizer || plan.offload == Offload::optimizer_parameters;
  s.gradients_persist = plan.gradient_accumulation > 1 || stages > 1 || s.traits.mixed == MixedScheme::megatron ||
                        (plan.sharding == Sharding::zero3 && s.traits.sharding == ShardingScheme::deepspeed);
  if (plan.optimizer_in_backward) s.gradients_persist = false;

  count_layers(s, groups);
  count_loss(s);
  count_sharding(s);

  // Autocast casts trained matrices once, frozen ones at each use; backward keeps what it was multiplied with.
  const bool wide = s.full || (plan.method == Method::lora && s.scheme.frozen == 4);
  if (wide && s.mixed && s.scheme.cast > 0 && s.weight_shards == 1 && s.traits.mixed == MixedScheme::autocast) {
    s.casts = s.scheme.cast * p.matrices;
    s.layer_casts = s.scheme.cast * p.largest_layer;
    if (!s.full && plan.cross_entropy == CrossEntropy::chunked && s.loss.chunk_logits > 0) {
      s.casts += s.scheme.cast * p.head_matrix * (std::ceil(s.loss.logits / s.loss.chunk_logits) - 1);
    }
  }
  if (plan.method == Method::qlora) {
    s.unpacked = s.traits.unpacked_copies * p.largest_frozen_matrix * s.scheme.compute;
  }
  if (s.full && plan.data_parallel() > 1 && stage == 0 && s.traits.mixed != MixedScheme::megatron &&
      !plan.optimizer_in_backward) {
    s.buckets += (s.trained + s.trained_experts) * s.scheme.gradient;  // DistributedDataParallel's buckets
  }
  const bool tied = s.first && s.last && p.head == 0 && p.head_matrix > 0;
  const bool adds = (plan.gradient_accumulation > 1 || tied) && s.traits.mixed != MixedScheme::megatron;
  if (s.full && adds && s.gradient_shards == 1 && !plan.optimizer_in_backward) {
    s.accumulation = p.embedding * s.scheme.gradient;
  }
  s.gradients_on_host = offloads_states && s.traits.sharding != ShardingScheme::megatron;
  if (offloads_states) {
    s.optimizer = {};
    s.scheme.master = 0;
    s.scheme.step_gradient = 0;
  }
  return s;
}

}  // namespace slide_rule
