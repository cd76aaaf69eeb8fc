#include "slide_rule/speed/efficiency.hpp"

#include <algorithm>
#include <utility>

namespace slide_rule {
namespace {

struct MeasuredSpread {
  SpeedGroup group;
  short low, high;  ///< in thousandths
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

enum Row { llama_cpp, graphs = 3, vllm = 5, exllamav2, plain, eight_bit, four_bit, fp8 };

/// llama.cpp launches a step's kernels as one graph since May 2024. @see [llama-cpp-cuda-graphs]
constexpr double kCudaGraphs = 2024.36;

/// llama.cpp: llama-bench on 17 NVIDIA and Apple devices (Llama 3, 8B and 70B, Q4_K_M and F16). With CUDA
/// graphs, the median of 14 pairs of a model (0.4B to 35B) and a card (RTX 3060 to 5090) in 2025 and 2026, at
/// the same share of the bandwidth; on stacked memory, 27 microseconds a layer less, as H100 PCIe gained
/// (143.35 to 163.83 tokens/s of Llama 2 7B). vLLM: Qwen2 and 2.5 on A100, 0.5B to 72B. exllamav2: its
/// README's rates on RTX 4090.
///
/// transformers: Qwen2 and 2.5 on A100 (4.38) and Qwen3 on H20 (4.51), 0.5B to 72B. Short prompts of small
/// models tell the launches of a layer, which hold at any length and width: 0.87 and 0.60 ms in 16 bits, 1.11
/// and 1.31 of 8-bit GPTQ, 0.83 of 4-bit GPTQ, 1.09 and 0.54 of AWQ, 1.5 to 2.1 of FP8. Models of 72B tell
/// the share of the bandwidth: unpacking takes as long whatever the format.
constexpr struct {
  short bandwidth_percent, layer_microseconds, parallel_layer_microseconds;
  bool runs_ahead;
} kDecoding[] = {
    {88, 100, 0, false},  // llama.cpp on graphics memory
    {58, 147, 0, false},  // on stacked memory
    {84, 261, 0, false},  // on Apple's unified memory
    {88, 67, 0, false},   // with CUDA graphs on graphics memory
    {58, 120, 0, false},  // on stacked memory
    {96, 145, 15, false}, {88, 60, 0, false}, {58, 720, 0, true},
    {31, 1200, 0, true},  {17, 800, 0, true}, {6, 1800, 0, true},
};

/// Row of transformers' formats, and whether that format was measured.
std::pair<Row, bool> transformers(WeightFormat format) {
  switch (format) {
    case WeightFormat::bf16:
    case WeightFormat::fp16:
    case WeightFormat::fp32:
      return {plain, true};
    case WeightFormat::gptq_int8:
      return {eight_bit, true};
    case WeightFormat::fp8:
      return {fp8, true};
    default:
      return {four_bit, format == WeightFormat::gptq_int4 || format == WeightFormat::awq_int4};
  }
}

/// Medians of published runs in 16 bits (llm-foundry, torchtitan, torchtune, NeMo AutoModel); see the groups
/// of tests/accuracy/REPORT.md.
constexpr double kAmpereUtilisation = 0.52, kHopperUtilisation = 0.40, kExpertsUtilisation = 0.24;

/// The kind that `memory` is estimated as.
int measured_kind(MemoryKind memory) {
  return static_cast<int>(memory == MemoryKind::shared ? MemoryKind::graphics : memory);
}

/// The group of `memory`, of three that stand in the order of MemoryKind.
SpeedGroup of_memory(SpeedGroup first, MemoryKind memory) {
  return static_cast<SpeedGroup>(static_cast<int>(first) + measured_kind(memory));
}

/// From the lowest to the highest of `count` groups, for what was not measured.
consteval SpeedFactors widest_of(SpeedGroup first, int count) {
  const MeasuredSpread* of = &kMeasuredSpreads[static_cast<int>(first)];
  short low = of->low, high = of->high;
  for (int i = 1; i < count; ++i) low = std::min(low, of[i].low), high = std::max(high, of[i].high);
  return {low / 1e3, high / 1e3};
}
constexpr SpeedFactors kWidestDecode = widest_of(SpeedGroup::decode_graphs_llamacpp, 6);
/// Of other makers' cards: an RX 7900 XTX gave 0.54 of what its memory tells (85.6 tokens/s of Qwen3.6
/// 35B-A3B IQ4_XS). @see [llama-cpp-community]
constexpr SpeedFactors kOtherMakersDecode{0.53, kWidestDecode.high};
constexpr SpeedFactors kWidestPrompts = widest_of(SpeedGroup::prompts_llamacpp_graphics, 3);
constexpr SpeedFactors kWidestTraining = widest_of(SpeedGroup::training_ampere, 3);

/// Apple's M5 adds accelerators to its GPU's 5.7 TFLOPS, together over four times the M4's 4.6. @see
/// [apple-m5]
constexpr double kNeuralAccelerators = 4 * 4.6 / 5.7;

}  // namespace

MemoryKind memory_kind(const Gpu& gpu) {
  if (gpu.stacked_memory) return MemoryKind::stacked;
  if (gpu.unified_share > 0) return gpu.vendor == "Apple" ? MemoryKind::unified : MemoryKind::shared;
  return MemoryKind::graphics;
}

SpeedFactors speed_factors(SpeedGroup group) {
  const MeasuredSpread& s = kMeasuredSpreads[static_cast<int>(group)];
  return {s.low / 1e3, s.high / 1e3};
}

DecodeEfficiency decode_efficiency(const Gpu& gpu, const InferencePlan& plan) {
  const MemoryKind memory = memory_kind(gpu);
  const bool nvidia = gpu.vendor == "NVIDIA", stacked = memory == MemoryKind::stacked;
  const Engine engine = plan.engine;
  int row = llama_cpp + measured_kind(memory);
  bool measured = nvidia && plan.batch == 1;
  SpeedGroup group = of_memory(SpeedGroup::decode_llamacpp_graphics, memory);
  if (engine == Engine::vllm) {
    row = vllm;
    group = SpeedGroup::decode_vllm;
    measured &= stacked;
  } else if (engine == Engine::exllamav2) {
    row = exllamav2;
    measured &= memory == MemoryKind::graphics;
  } else if (engine == Engine::transformers || engine == Engine::litgpt) {
    const auto [own, known] = transformers(plan.weight_format);
    row = own;
    group = SpeedGroup::decode_transformers;
    measured &= known && engine == Engine::transformers && stacked;
  } else {
    measured = (nvidia || memory == MemoryKind::unified) && plan.batch == 1 && engine == Engine::llama_cpp &&
               memory != MemoryKind::shared;
    if (nvidia && plan.software_year.value_or(kCudaGraphs) >= kCudaGraphs) {
      row = graphs + stacked;
      group = SpeedGroup::decode_graphs_llamacpp;
      measured &= !stacked;
    }
  }
  const auto& d = kDecoding[row];
  return {d.bandwidth_percent / 1e2,
          d.layer_microseconds / 1e6,
          d.parallel_layer_microseconds / 1e6,
          d.runs_ahead,
          measured,
          measured                                  ? speed_factors(group)
          : nvidia || memory == MemoryKind::unified ? kWidestDecode
                                                    : kOtherMakersDecode};
}

PrefillEfficiency prefill_efficiency(const Gpu& gpu, Engine engine, bool experts) {
  // The share of peak that training reaches with the same kernels, 135 published runs: no prompt was measured
  // alone. 0.34 and 0.59 are the 5th and 95th percentile.
  if (engine != Engine::llama_cpp && engine != Engine::mlc) return {0.47, false, {0.34 / 0.47, 0.59 / 0.47}};
  const MemoryKind memory = memory_kind(gpu);
  // llama-bench, medians over devices of the kind.
  constexpr double kShares[] = {0.35, 0.285, 0.665};
  const bool accelerators = gpu.family == "M5";
  const bool known =
      (gpu.vendor == "NVIDIA" && memory != MemoryKind::shared) || memory == MemoryKind::unified;
  SpeedFactors spread = known && !experts
                            ? speed_factors(of_memory(SpeedGroup::prompts_llamacpp_graphics, memory))
                            : kWidestPrompts;
  if (accelerators) spread.high *= kNeuralAccelerators;
  return {kShares[measured_kind(memory)], known && !experts && !accelerators && engine == Engine::llama_cpp,
          spread};
}

bool runs_on(const Gpu& gpu, Engine engine) {
  if (engine == Engine::exllamav2) return gpu.vendor == "NVIDIA" || gpu.vendor == "AMD";
  const bool other = gpu.vendor == "Google" || gpu.vendor == "AWS" || gpu.family == "Gaudi";
  return !other || (engine != Engine::llama_cpp && engine != Engine::mlc);
}

TrainingEfficiency training_efficiency(const Gpu& gpu, bool experts) {
  const bool ampere = gpu.family == "Ampere", hopper = gpu.family == "Hopper";
  // A100, H100 and, with experts, Blackwell's: cards with GDDR were not measured.
  const bool stacked = memory_kind(gpu) == MemoryKind::stacked;
  const auto runs = [](double utilisation, bool measured, SpeedGroup group) -> TrainingEfficiency {
    return {utilisation, measured, measured ? speed_factors(group) : kWidestTraining};
  };
  if (experts) {
    const bool measured = stacked && (hopper || gpu.family.starts_with("Blackwell"));
    return runs(kExpertsUtilisation, measured, SpeedGroup::training_experts);
  }
  if (ampere) return runs(kAmpereUtilisation, stacked, SpeedGroup::training_ampere);
  return runs(kHopperUtilisation, hopper && stacked, SpeedGroup::training_hopper);
}

}  // namespace slide_rule
