#pragma once
// What training frameworks do by themselves, as data: how their modules are written, which copies of the
// parameters they keep, how they shard. A question may override some of it.

#include "slide_rule/memory/training_plan.hpp"

namespace slide_rule {

/// How decoder modules are written; what backward finds saved follows from it. See activations.hpp.
enum class ModuleStyle {
  plain,     ///< transformers, torchtune: one operator after the other
  litgpt,    ///< one projection of q, k and v, split by views; adapters padded to its width
  compiled,  ///< plain modules through torch.compile
  fused,     ///< Megatron, Transformer Engine, Liger
};

/// Which copies of the trained parameters exist under a mixed precision.
enum class MixedScheme {
  autocast,  ///< fp32 parameters and gradients, 16-bit casts of matrices while autocast is open (PyTorch AMP)
  as_loaded,  ///< bf16 parameters stay bf16, autocast finds nothing to cast; fp16: as autocast
  sharded,    ///< fp32 shards, gathered in 16 bits (FSDP's mixed precision)
  megatron,   ///< 16-bit parameters, fp32 gradients, fp32 master copy
  deepspeed,  ///< 16-bit parameters and gradients, fp32 master copy, fp32 gradients of the shard that is
              ///< stepped
};

/// Who shards: what is gathered at once and in which buckets.
enum class ShardingScheme {
  fsdp1,      ///< flat parameters; at most two units gathered
  fsdp2,      ///< a parameter at a time; the last layer stays gathered until its backward
  deepspeed,  ///< live parameters up to a limit, buckets
  megatron,   ///< contiguous buffers; parameters gathered into place
};

/// From when a habit holds: the first year whose releases have it for most of the year.
namespace since {
inline constexpr double foreach_optimizers = 2023;  ///< PyTorch 2.0: steps on lists of tensors by default
inline constexpr double frozen_units_freed =
    2024;  ///< PyTorch 2.2: FSDP frees units without trained parameters
inline constexpr double mean_keeps_nothing =
    2024;  ///< PyTorch 2.2: mean() keeps its input no longer (pytorch issue 109876)
inline constexpr double litgpt_upcasts_norms = 2024;  ///< RMSNorm on an fp32 copy (February)
inline constexpr double loss_upcasts = 2025;          ///< transformers 4.46: models return 16-bit logits
inline constexpr double quantised_input_dropped =
    2024.73;  ///< bitsandbytes 0.44 (#1270, September): its 4-bit product keeps no input
inline constexpr double loss_compiled =
    2025.25;  ///< torchtitan compiles its loss with the model (#1033, April)
inline constexpr double experts_targeted =
    2026.55;  ///< PEFT 0.20 (#3232, July): all-linear reaches experts that transformers 5 fused
inline constexpr double units_apart =
    2025.57;  ///< torchtitan: embedding and head are units of their own (#1094, July)
inline constexpr double litgpt_keeps_order =
    2024;  ///< litgpt no longer puts the longest sample first (March)
}  // namespace since

/// One row. The values here are those of Hugging Face's Trainer with transformers, PEFT and bitsandbytes, and
/// so of the frameworks built on them.
struct FrameworkTraits {
  std::string_view source = "transformers";  ///< key into src/catalog/references.json
  ModuleStyle modules = ModuleStyle::plain;
  MixedScheme mixed = MixedScheme::autocast;
  ShardingScheme sharding = ShardingScheme::fsdp1;
  // Sharding.
  bool shards_embedding_apart = false;  ///< embedding and head are units of their own, not part of the root
  bool reduces_in_fp32 = true;          ///< gradients are cast to fp32 before they are reduced
  // The step.
  bool fused_optimizer = false;  ///< one kernel, no temporaries (else lists of tensors, see optimizer_bytes)
  bool holds_logits = false;  ///< its loop keeps the model's output, logits included, until the step is over
  // Adapters.
  bool fp32_adapters = true;  ///< adapters in fp32 whatever the base, unless precision is bf16
  double lora_dropout = 0;    ///< default
  bool remakes_product =
      false;  ///< its gated MLP computes the product again in backward, and gradients in place
  // Quantised bases.
  bool double_quantised = true;  ///< qlora without a weightFormat: NF4 with quantised scales
  bool kbit_norms_fp32 = true;   ///< norms, embeddings and head cast to fp32 for autocast
  bool quantised_saves_input =
      true;  ///< the 4-bit matrix product keeps its input (bitsandbytes, until quantised_input_dropped)
  bool old_bitsandbytes = false;  ///< asks for a release from before quantised_input_dropped
  bool holds_graph = false;  ///< its loop drops a step's loss, and what operators hold beside saved tensors,
                             ///< after the next forward
  /// Experts as transformers has them (experts_are_parameters); else modules that are quantised and adapted.
  bool transformers_experts = true;
  bool quantised_head = false;  ///< the output head is quantised with the layers
  double unpacked_copies = 1;   ///< copies of a quantised matrix at compute width while it is multiplied
  // Model and loss.
  bool unties_embeddings = false;     ///< keeps a head of its own where the model shares the embedding
  bool offloads_checkpoints = false;  ///< full recomputation keeps its inputs in host memory
  CrossEntropy cross_entropy = CrossEntropy::standard;  ///< what `standard` means to it
  bool loss_in_one_kernel = false;  ///< flash-attn's loss: 16-bit logits, and their gradient beside them
  double loss_chunks = 8;           ///< of chunked cross-entropy; 0: chunks of 128 tokens
  bool upcasts_chunks = true;       ///< chunked cross-entropy in fp32
};

/// The row of a framework.
const FrameworkTraits& traits_of(Framework framework);

/// The row, with what the plan overrides: `kernels`, `compile`.
ModuleStyle module_style(const TrainingPlan& plan);

}  // namespace slide_rule
