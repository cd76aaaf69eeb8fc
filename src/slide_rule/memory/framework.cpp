#include "slide_rule/memory/framework.hpp"

namespace slide_rule {
namespace {

// In the order of Framework. Each line is what the framework's documentation or code does where nothing is
// said.
constexpr std::array<FrameworkTraits, Names<Framework>::words.size()> kTraits = [] {
  using M = ModuleStyle;
  using X = MixedScheme;
  using S = ShardingScheme;
  const FrameworkTraits huggingface{};
  const auto from = [&](const FrameworkTraits& base, std::string_view source) {
    FrameworkTraits t = base;
    t.source = source;
    return t;
  };
  std::array<FrameworkTraits, Names<Framework>::words.size()> rows{};
  const auto at = [&](Framework f) -> FrameworkTraits& { return rows[static_cast<std::size_t>(f)]; };

  at(Framework::pytorch) = huggingface;
  at(Framework::transformers) = huggingface;
  at(Framework::accelerate) = from(huggingface, "accelerate");
  at(Framework::trl) = from(huggingface, "trl");
  at(Framework::peft) = from(huggingface, "peft");
  at(Framework::peft).holds_logits = true;
  at(Framework::ms_swift) = from(huggingface, "ms-swift");
  at(Framework::ms_swift).mixed = X::as_loaded;
  at(Framework::llama_factory) = from(huggingface, "llama-factory");

  FrameworkTraits& axolotl = at(Framework::axolotl) = from(huggingface, "axolotl");
  axolotl.mixed = X::as_loaded;
  axolotl.kbit_norms_fp32 = false;  // casts embeddings, head and norms back for flash attention
  axolotl.sharding = S::fsdp2;

  FrameworkTraits& unsloth = at(Framework::unsloth) = from(huggingface, "unsloth");
  unsloth.modules = M::fused;
  unsloth.transformers_experts = false;  // nn.Linear in its patches, or Params4bit (unsloth-zoo #227, #527)
  unsloth.mixed = X::as_loaded;
  unsloth.kbit_norms_fp32 = false;
  unsloth.quantised_saves_input = false;
  unsloth.remakes_product = true;
  unsloth.offloads_checkpoints = true;
  unsloth.cross_entropy = CrossEntropy::fused;

  FrameworkTraits& deepspeed = at(Framework::deepspeed) = from(huggingface, "deepspeed");
  deepspeed.mixed = X::deepspeed;
  deepspeed.sharding = S::deepspeed;
  deepspeed.fused_optimizer = true;

  FrameworkTraits& fsdp_qlora = at(Framework::fsdp_qlora) = from(huggingface, "fsdp-qlora");
  fsdp_qlora.mixed = X::sharded;
  fsdp_qlora.holds_logits = true;
  fsdp_qlora.lora_dropout = 0.1;
  fsdp_qlora.kbit_norms_fp32 = false;

  at(Framework::lightning) = from(huggingface, "lightning");

  FrameworkTraits& litgpt = at(Framework::litgpt) = from(huggingface, "litgpt");
  litgpt.modules = M::litgpt;
  litgpt.transformers_experts = false;
  litgpt.kbit_norms_fp32 = false;
  litgpt.fp32_adapters = false;
  litgpt.double_quantised = false;
  litgpt.quantised_head = true;
  litgpt.old_bitsandbytes = true;  // 0.42.0
  litgpt.holds_graph = true;
  litgpt.unties_embeddings = true;
  litgpt.unpacked_copies = 2;  // quantised from fp16: unpacked to it, then cast
  litgpt.lora_dropout = 0.05;
  litgpt.loss_chunks = 0;
  litgpt.upcasts_chunks = false;

  FrameworkTraits& torchtune = at(Framework::torchtune) = from(huggingface, "torchtune");
  torchtune.mixed = X::sharded;
  torchtune.transformers_experts = false;
  torchtune.sharding = S::fsdp2;
  torchtune.fused_optimizer = true;
  torchtune.kbit_norms_fp32 = false;
  torchtune.fp32_adapters = false;
  torchtune.quantised_saves_input = false;  // its NF4 product keeps the weight alone

  FrameworkTraits& torchtitan = at(Framework::torchtitan) = from(torchtune, "torchtitan");
  torchtitan.mixed = X::sharded;

  FrameworkTraits& llm_foundry = at(Framework::llm_foundry) = from(huggingface, "llm-foundry");
  llm_foundry.mixed = X::sharded;
  llm_foundry.transformers_experts = false;
  llm_foundry.loss_in_one_kernel = true;  // loss_fn: fused_crossentropy

  FrameworkTraits& xtuner = at(Framework::xtuner) = from(torchtune, "xtuner");
  xtuner.quantised_saves_input = true;
  xtuner.transformers_experts = true;
  xtuner.shards_embedding_apart = true;
  xtuner.cross_entropy = CrossEntropy::fused;  // its chunked loss makes gradients at once
  xtuner.reduces_in_fp32 = false;

  FrameworkTraits& megatron = at(Framework::megatron) = from(huggingface, "megatron-lm");
  megatron.modules = M::fused;
  megatron.transformers_experts = false;
  megatron.mixed = X::megatron;
  megatron.sharding = S::megatron;
  megatron.fused_optimizer = true;
  megatron.fp32_adapters = false;
  at(Framework::nemo) = from(megatron, "nemo");
  return rows;
}();

}  // namespace

const FrameworkTraits& traits_of(Framework framework) { return kTraits[static_cast<std::size_t>(framework)]; }

ModuleStyle module_style(const TrainingPlan& plan) {
  const ModuleStyle style = traits_of(plan.framework).modules;
  if (plan.kernels == Kernels::fused) return ModuleStyle::fused;
  if (plan.kernels == Kernels::plain && style == ModuleStyle::fused) return ModuleStyle::plain;
  if (plan.compile && style != ModuleStyle::fused) return ModuleStyle::compiled;
  return style;
}

}  // namespace slide_rule
