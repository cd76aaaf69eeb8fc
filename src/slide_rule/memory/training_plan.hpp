#pragma once
// How a model is trained: everything that a question about training memory says beside the model.

#include <optional>

#include "slide_rule/fields.hpp"
#include "slide_rule/memory/lora_targets.hpp"
#include "slide_rule/names.hpp"
#include "slide_rule/number_format.hpp"
#include "slide_rule/problem.hpp"

namespace slide_rule {

enum class Method { full, lora, qlora };
SLIDE_RULE_NAMES(Method, "full", "lora", "qlora")

/// What the numbers are kept in. Which copies exist besides is the framework's habit; see ParameterScheme.
enum class Precision {
  fp32,
  bf16_mixed,  ///< fp32 parameters under autocast, or 16-bit ones with an fp32 master copy
  fp16_mixed,
  bf16,       ///< parameters, gradients and moments all 16-bit
  fp8_mixed,  ///< as bf16-mixed; matrix products in fp8
};
SLIDE_RULE_NAMES(Precision, "fp32", "bf16-mixed", "fp16-mixed", "bf16", "fp8-mixed")

enum class Optimizer {
  adamw,
  adamw_8bit,
  paged_adamw_8bit,
  paged_adamw,
  adafactor,
  sgd,
  sgd_momentum,
  lion,
  lion_8bit,
  muon,
  galore,
};
SLIDE_RULE_NAMES(Optimizer, "adamw", "adamw-8bit", "paged-adamw-8bit", "paged-adamw", "adafactor", "sgd",
                 "sgd-momentum", "lion", "lion-8bit", "muon", "galore")

enum class Recompute {
  none,
  selective,  ///< Megatron: the attention scores; PyTorch: everything but chosen operators' outputs
  full,       ///< everything but each layer's input
};
SLIDE_RULE_NAMES(Recompute, "none", "selective", "full")

enum class AttentionKernel {
  flash,  ///< the FlashAttention package: no scores, K and V at their own heads
  sdpa,   ///< PyTorch's: no scores; modules repeat K and V to the queries' heads
  eager,  ///< scores of every head and pair of tokens
};
SLIDE_RULE_NAMES(AttentionKernel, "flash", "sdpa", "eager")

enum class CrossEntropy {
  standard,  ///< all logits at once
  chunked,   ///< all 16-bit logits, their softmax a chunk at a time
  fused,     ///< a chunk of logits at a time, gradients at once (Liger, cut cross-entropy)
};
SLIDE_RULE_NAMES(CrossEntropy, "standard", "chunked", "fused")

enum class Sharding {
  none,
  zero1,  ///< moments and master copy
  zero2,  ///< and gradients
  zero3,  ///< and parameters (FSDP)
};
SLIDE_RULE_NAMES(Sharding, "none", "zero1", "zero2", "zero3")

enum class Offload {
  none,
  optimizer,  ///< moments and master copy in host memory
  optimizer_parameters,
  activations,  ///< what backward needs, or the checkpoints of it
  everything,
};
SLIDE_RULE_NAMES(Offload, "none", "optimizer", "optimizer+parameters", "activations",
                 "optimizer+parameters+activations")

enum class Framework {
  pytorch,  ///< Hugging Face modules and Trainer, or anything written like them
  transformers,
  accelerate,
  trl,
  peft,
  ms_swift,
  llama_factory,
  axolotl,
  unsloth,
  deepspeed,
  fsdp_qlora,
  lightning,
  litgpt,
  torchtune,
  torchtitan,
  llm_foundry,
  xtuner,
  megatron,
  nemo,
};
SLIDE_RULE_NAMES(Framework, "pytorch", "transformers", "accelerate", "trl", "peft", "ms-swift",
                 "llama-factory", "axolotl", "unsloth", "deepspeed", "fsdp-qlora", "lightning", "litgpt",
                 "torchtune", "torchtitan", "llm-foundry", "xtuner", "megatron", "nemo")

/// How the modules are written.
enum class Kernels {
  plain,  ///< as in transformers: norms in fp32 step by step, activation and product as operators of their
          ///< own
  fused,  ///< one kernel a norm, one for the gated activation (Megatron, Transformer Engine, Liger)
};
SLIDE_RULE_NAMES(Kernels, "plain", "fused")

enum class MemoryStatistic {
  allocated,  ///< bytes in tensors
  reserved,   ///< bytes that the caching allocator holds
};
SLIDE_RULE_NAMES(MemoryStatistic, "allocated", "reserved")

/// A training job. Optional fields left empty take what the framework does by itself; see framework.hpp.
struct TrainingPlan {
  Method method = Method::full;
  Precision precision = Precision::bf16_mixed;
  std::optional<NumberFormat> weight_format;  ///< of frozen weights
  Optimizer optimizer = Optimizer::adamw;
  bool optimizer_in_backward = false;
  double sequence_tokens = 2048;
  double micro_batch = 1;  ///< sequences a rank processes at once
  double gradient_accumulation = 1;
  Recompute recompute = Recompute::none;
  AttentionKernel attention = AttentionKernel::flash;
  CrossEntropy cross_entropy = CrossEntropy::standard;
  std::optional<Kernels> kernels;
  bool compile = false;
  double lora_rank = 16;
  std::optional<LoraTargets> lora_targets;  ///< all linear modules
  std::optional<double> lora_dropout;
  bool train_embeddings = false;  ///< beside adapters: embedding and head in full
  double galore_rank = 128;
  double recompute_every = 1;  ///< one layer of so many is recomputed
  double gpus = 1, tensor_parallel = 1, pipeline_parallel = 1, context_parallel = 1, expert_parallel = 1;
  bool sequence_parallel = false;
  double virtual_pipeline = 1;          ///< chunks of layers a rank of an interleaved pipeline holds
  std::optional<double> micro_batches;  ///< that pass through a pipeline in one step
  Sharding sharding = Sharding::none;
  Offload offload = Offload::none;
  Framework framework = Framework::pytorch;
  double software_year = 2026.9;  ///< of the libraries: what is installed when this is written
  MemoryStatistic statistic = MemoryStatistic::allocated;

  static constexpr void describe(auto& v, auto& p) {
    v.field("method", p.method);
    v.field("precision", p.precision);
    v.field("weightFormat", p.weight_format);
    v.field("optimizer", p.optimizer);
    v.field("optimizerInBackward", p.optimizer_in_backward);
    v.field("sequenceTokens", p.sequence_tokens, count(1, 1e9).required());
    v.field("microBatch", p.micro_batch, count(1, 1e6));
    v.field("gradientAccumulation", p.gradient_accumulation, count(1, 1e6));
    v.field("recompute", p.recompute);
    v.field("recomputeEvery", p.recompute_every, count(1, 1000));
    v.field("attention", p.attention);
    v.field("crossEntropy", p.cross_entropy);
    v.field("kernels", p.kernels);
    v.field("compile", p.compile);
    v.field("loraRank", p.lora_rank, count(1, 65536));
    v.field("loraTargets", p.lora_targets);
    v.field("loraDropout", p.lora_dropout, fraction);
    v.field("trainEmbeddings", p.train_embeddings);
    v.field("galoreRank", p.galore_rank, count(1, 65536));
    v.field("gpus", p.gpus, count(1, 1e6));
    describe_parallel(v, p);
    v.field("offload", p.offload);
    v.field("framework", p.framework);
    v.field("softwareYear", p.software_year, between(2018, 2100));
    v.field("statistic", p.statistic);
  }

  /// How the work is divided, gpus left out.
  static constexpr void describe_parallel(auto& v, auto& p) {
    v.field("tensorParallel", p.tensor_parallel, count(1, 1e4));
    v.field("pipelineParallel", p.pipeline_parallel, count(1, 1e3));
    v.field("contextParallel", p.context_parallel, count(1, 1e4));
    v.field("expertParallel", p.expert_parallel, count(1, 1e4));
    v.field("sequenceParallel", p.sequence_parallel);
    v.field("virtualPipeline", p.virtual_pipeline, count(1, 1e3));
    v.field("microBatches", p.micro_batches, count(1, 1e6));
    v.field("sharding", p.sharding);
  }

  /// Ranks that each see other data: gpus / (tensor * pipeline * context).
  double data_parallel() const { return gpus / (tensor_parallel * pipeline_parallel * context_parallel); }
  /// Ranks among which one expert's matrices are divided: as the others, where that many ranks are left for
  /// it.
  double expert_tensor_parallel() const {
    if (expert_parallel == 1) return tensor_parallel;
    const double stage_ranks = gpus / pipeline_parallel;
    return stage_ranks >= tensor_parallel * expert_parallel ? tensor_parallel : 1;
  }
  /// Ranks that hold the same experts: gpus / (pipeline * expert * expert tensor).
  double expert_data_parallel() const {
    const double ranks = gpus / (pipeline_parallel * expert_parallel * expert_tensor_parallel());
    return ranks < 1 ? 1 : ranks;
  }
};

}  // namespace slide_rule
