#pragma once
// What engines make of a device's rates: measured, with the spread of the measurements.

#include <algorithm>

#include "slide_rule/gpu.hpp"
#include "slide_rule/memory/serving_plan.hpp"

namespace slide_rule {

/// Kinds of memory that engines use to different effect.
enum class MemoryKind {
  graphics,  ///< GDDR
  stacked,   ///< HBM
  unified,   ///< Apple's, whose GPUs run other kernels, without matrix units
  shared,    ///< with the processor, of others: not measured, the kernels are those of graphics memory
};
MemoryKind memory_kind(const Gpu& gpu);

/// The dense peak of products that sum in fp32, FLOP/s: in 16 bits, or in fp32 where that is faster.
inline double peak_flop_per_second(const Gpu& gpu) {
  return std::max(gpu.bf16_tflops, gpu.fp32_tflops) * 1e12;
}

/// Runs whose rates were measured over predicted, for intervals.
enum class SpeedGroup {
  decode_graphs_llamacpp,
  decode_llamacpp_graphics,
  decode_llamacpp_stacked,
  decode_llamacpp_unified,
  decode_transformers,
  decode_vllm,
  prompts_llamacpp_graphics,
  prompts_llamacpp_stacked,
  prompts_llamacpp_unified,
  training_ampere,
  training_experts,
  training_hopper,
};

/// Measured over predicted tokens per second: the middle 90 %, cross-validated by source (where there is one,
/// by device). Written by scripts/accuracy; tests/accuracy/REPORT.md has the coverage.
struct SpeedFactors {
  double low = 1, high = 1;
};
SpeedFactors speed_factors(SpeedGroup group);

/// What an engine makes of a device (@see [qwen-speed] and [decode-measurements] in
/// src/catalog/references.json; [llama-cpp-community] of today's llama.cpp), fitted to published measurements
/// of single sequences. CUDA graphs and compiled engines leave the device a wait between layers; an
/// interpreted one runs ahead of it, and a step takes the longer of the two:
///
///   compiled     seconds a step = device + layers * layer_seconds
///   interpreted  seconds a step = max(device, layers * layer_seconds * (1 + experts / 8))
///   device       = bytes read / (bandwidth * bandwidth_share) + bytes copied / copy_rate
struct DecodeEfficiency {
  double bandwidth_share = 1, layer_seconds = 0;
  double parallel_layer_seconds = 0;  ///< more a layer where tensor-parallel devices exchange
  bool runs_ahead = false;            ///< interpreted
  bool measured = true;  ///< else taken from the nearest that was, with the widest of all intervals
  SpeedFactors spread = {};
};
/// Of one step of `plan`. Measured were NVIDIA's and Apple's devices, with one sequence.
DecodeEfficiency decode_efficiency(const Gpu& gpu, const InferencePlan& plan);

/// Share of the peak arithmetic rate that a prompt's products reach: a median. Of llama.cpp, dense models on
/// NVIDIA's graphics and stacked and Apple's unified memory were measured; the others' interval is the widest
/// of these three.
struct PrefillEfficiency {
  double share = 0;
  bool measured = true;
  SpeedFactors spread = {};
};
PrefillEfficiency prefill_efficiency(const Gpu& gpu, Engine engine, bool experts);

/// Whether the engine has a backend for the device: llama.cpp, MLC and exllamav2 have none for Google's,
/// AWS's and Intel's Gaudi accelerators, exllamav2 is CUDA and ROCm.
/// @see [llama-cpp-backends], [exllamav2-install] in src/catalog/references.json
bool runs_on(const Gpu& gpu, Engine engine);

/// Model FLOP of training as a share of the dense 16-bit peak, exchange between the devices of the measured
/// runs, optimizer step and recomputation where they had it included: a median by generation of device, and
/// of models with experts.
struct TrainingEfficiency {
  double utilisation = 0;
  bool measured = true;  ///< else of the nearest that was, within the widest of the groups' spreads
  SpeedFactors spread = {};
};
TrainingEfficiency training_efficiency(const Gpu& gpu, bool experts);

}  // namespace slide_rule
