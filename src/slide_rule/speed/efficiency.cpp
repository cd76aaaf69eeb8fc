#include "slide_rule/speed/efficiency.hpp"

namespace slide_rule {
namespace {

constexpr double kMicrosecond = 1e-6;

struct MeasuredSpread {
  SpeedGroup group;
  SpeedFactors factors;
};
/// A row each, in the order of SpeedGroup.
constexpr MeasuredSpread kMeasuredSpreads[] = {
#include "slide_rule/speed/generated/speed_factors.inc"
};
consteval bool stand_in_order() {
  int i = 0;
  for (const MeasuredSpread& s : kMeasuredSpreads) {
    if (static_cast<int>(s.group) != i++) return false;
  }
  return i == static_cast<int>(SpeedGroup::training_hopper) + 1;
}
static_assert(stand_in_order());

/// transformers, of Qwen2 and 2.5 on A100 (4.38) and Qwen3 on H20 (4.51), 0.5B to 72B. Short prompts of small
/// models tell the launches of a layer, which hold at any length and width: 0.87 and 0.60 ms in 16 bits, 1.11
/// and 1.31 of 8-bit GPTQ, 0.83 of 4-bit GPTQ, 1.09 and 0.54 of AWQ, 1.5 to 2.1 of FP8. Models of 72B tell
/// the share of the bandwidth: unpacking takes as long whatever the format.
DecodeEfficiency transformers(WeightFormat format) {
  switch (format) {
    case WeightFormat::bf16:
    case WeightFormat::fp16:
    case WeightFormat::fp32:
      return {0.58, 720 * kMicrosecond, 0, true};
    case WeightFormat::gptq_int8:
      return {0.31, 1200 * kMicrosecond, 0, true};
    case WeightFormat::gptq_int4:
    case WeightFormat::awq_int4:
      return {0.17, 800 * kMicrosecond, 0, true};
    case WeightFormat::fp8:
      return {0.06, 1800 * kMicrosecond, 0, true};
    default:
      return {0.17, 800 * kMicrosecond, 0, true, false};
  }
}

/// llama-bench on 17 NVIDIA and Apple devices (Llama 3, 8B and 70B, Q4_K_M and F16).
DecodeEfficiency llama_cpp(MemoryKind memory) {
  if (memory == MemoryKind::graphics) return {0.88, 100 * kMicrosecond};
  if (memory == MemoryKind::stacked) return {0.58, 147 * kMicrosecond};
  return {0.84, 261 * kMicrosecond};
}

/// Medians of published runs in 16 bits (llm-foundry, torchtitan, torchtune, NeMo AutoModel); see the groups
/// of tests/accuracy/REPORT.md.
constexpr double kAmpereUtilisation = 0.52, kHopperUtilisation = 0.40, kExpertsUtilisation = 0.24;

/// The group of `memory`, of three that stand in the order of MemoryKind.
SpeedGroup of_memory(SpeedGroup first, MemoryKind memory) {
  return static_cast<SpeedGroup>(static_cast<int>(first) + static_cast<int>(memory));
}

}  // namespace

MemoryKind memory_kind(const Gpu& gpu) {
  if (gpu.unified_share > 0) return MemoryKind::unified;
  return gpu.segment == "datacenter" && gpu.bandwidth_gb_per_second >= 880 ? MemoryKind::stacked
                                                                           : MemoryKind::graphics;
}

const SpeedFactors& speed_factors(SpeedGroup group) {
  return kMeasuredSpreads[static_cast<int>(group)].factors;
}

DecodeEfficiency decode_efficiency(Engine engine, WeightFormat format, MemoryKind memory) {
  DecodeEfficiency e;
  SpeedGroup group = of_memory(SpeedGroup::decode_llamacpp_graphics, memory);
  switch (engine) {
    case Engine::vllm:  // Qwen2 and 2.5 on A100, 0.5B to 72B
      e = {0.96, 145 * kMicrosecond, 15 * kMicrosecond};
      e.measured = memory == MemoryKind::stacked;
      group = SpeedGroup::decode_vllm;
      break;
    case Engine::exllamav2:  // its README's rates on RTX 4090
      e = {0.88, 60 * kMicrosecond};
      e.measured = memory == MemoryKind::graphics;
      break;
    case Engine::llama_cpp:
    case Engine::mlc:
      e = llama_cpp(memory);
      e.measured = engine == Engine::llama_cpp;
      break;
    case Engine::transformers:
    case Engine::litgpt:
      e = transformers(format);
      e.measured = e.measured && engine == Engine::transformers && memory == MemoryKind::stacked;
      group = SpeedGroup::decode_transformers;
      break;
  }
  e.spread = speed_factors(group);
  return e;
}

PrefillEfficiency prefill_efficiency(Engine engine, MemoryKind memory) {
  // The share of peak that training reaches with the same kernels, 135 published runs: no prompt was measured
  // alone. 0.34 and 0.59 are the 5th and 95th percentile.
  if (engine != Engine::llama_cpp && engine != Engine::mlc) return {0.47, false, {0.34 / 0.47, 0.59 / 0.47}};
  // llama-bench, medians over devices of the kind.
  const double share = memory == MemoryKind::graphics ? 0.35 : memory == MemoryKind::stacked ? 0.285 : 0.665;
  return {share, engine == Engine::llama_cpp,
          speed_factors(of_memory(SpeedGroup::prompts_llamacpp_graphics, memory))};
}

TrainingEfficiency training_efficiency(const Gpu& gpu, bool experts) {
  const bool ampere = gpu.family == "Ampere", hopper = gpu.family == "Hopper";
  // A100 and A800, H100 and H200; cards with GDDR were not measured.
  const bool stacked = memory_kind(gpu) == MemoryKind::stacked;
  if (experts) return {kExpertsUtilisation, hopper && stacked, speed_factors(SpeedGroup::training_experts)};
  if (ampere) return {kAmpereUtilisation, stacked, speed_factors(SpeedGroup::training_ampere)};
  return {kHopperUtilisation, hopper && stacked, speed_factors(SpeedGroup::training_hopper)};
}

}  // namespace slide_rule
