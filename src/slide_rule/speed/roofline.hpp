#pragma once
// How fast a served model answers: decoding by the bytes it reads, prompts by the arithmetic they take, each
// with an efficiency that was measured and the spread of the measurements.

#include <optional>
#include <vector>

#include "slide_rule/choices.hpp"
#include "slide_rule/estimate.hpp"
#include "slide_rule/gpu.hpp"
#include "slide_rule/memory/serving_plan.hpp"
#include "slide_rule/memory/weights.hpp"

namespace slide_rule {

/// Kinds of memory that engines use to different effect.
enum class MemoryKind {
  graphics,  ///< GDDR
  stacked,   ///< HBM
  unified,
};
SLIDE_RULE_NAMES(MemoryKind, "graphics", "stacked", "unified")
MemoryKind memory_kind(const Gpu& gpu);

/// What an engine makes of a device, fitted to published measurements of single sequences:
///
///   seconds a step = bytes read / (bandwidth * bandwidth_share) + layers * layer_seconds
///
/// layer_seconds is what starting a layer's kernels takes, whatever they read. `slow` and `fast` are the 5th
/// and 95th percentile of measured over predicted time.
struct DecodeEfficiency {
  double bandwidth_share = 1, layer_seconds = 0;
  double parallel_layer_seconds = 0;  ///< more a layer where tensor-parallel devices exchange
  double fast = 1, slow = 1;
  int rows = 0;  ///< measurements behind it; 0: taken from the nearest engine that was measured
};
DecodeEfficiency decode_efficiency(Engine engine, WeightFormat format, MemoryKind memory);

/// Share of the peak arithmetic rate that prompts reach: median, 5th and 95th percentile.
struct PrefillEfficiency {
  double share = 0, low = 0, high = 0;
  int rows = 0;
};
PrefillEfficiency prefill_efficiency(Engine engine, MemoryKind memory);

/// Bytes that one decoding step reads: every active weight once, for `batch` sequences the experts that any
/// of them chose, and each sequence's cache.
///
///   weights: bytes per weight * (parameters - embedding table - expert parameters * (1 - (1 - active /
///   experts)^batch)) cache:   batch * sum over layers of elements * min(tokens, window) * bytes, recurrent
///   state twice (read, written)
struct StepBytes {
  double weights = 0, host_weights = 0, cache = 0;
};
StepBytes step_bytes(const LayerTable& table, const InferencePlan& plan, double tokens);

/// How much faster a prompt runs for llama.cpp's devices working on different micro-batches at a time, each
/// on its own layers: m micro-batches of a batch take m + stages - 1 turns.
///
///   m * stages / (m + stages - 1),   m = min(ceil(prompt / ubatch), 2048 / ubatch)
///
/// 1 for other engines, one device, or layers left on the host.
/// @see [llama-cpp-pipeline] in src/catalog/references.json
double pipeline_speedup(const InferencePlan& plan, int layers, double prompt_tokens);

/// The peak rate that a prompt's products run at, FLOP/s: fp8 where engine and device have it, else 16-bit,
/// or fp32 where that is faster.
double prompt_flop_per_second(const Gpu& gpu, const InferencePlan& plan);

struct DecodeSpeedQuestion {
  ModelChoice model;
  InferencePlan plan;
  std::optional<GpuChoice> gpu;
  double prompt_tokens = 512, output_tokens = 128;
  std::optional<double> context_tokens;      ///< of one sequence when it ends; empty: prompt and output
  double host_bandwidth_gb_per_second = 60;  ///< of the host's memory, for layers that stay there

  static constexpr void describe(auto& v, auto& q) {
    v.field("model", q.model, required_text);
    v.field("gpu", q.gpu, required_text);
    v.field("promptTokens", q.prompt_tokens, count(1, 1e9));
    v.field("outputTokens", q.output_tokens, count(1, 1e9));
    v.field("contextTokens", q.context_tokens, count(1, 1e9));
    v.field("hostBandwidthGbPerSecond", q.host_bandwidth_gb_per_second, between(1, 1e5));
    InferencePlan::describe_engine(v, q.plan);
  }
};

enum class SpeedBound { bandwidth, compute };
SLIDE_RULE_NAMES(SpeedBound, "bandwidth", "compute")

struct DecodeSpeedAnswer {
  double decode_tokens_per_second = 0;  ///< all sequences together, in the middle of the answer
  double prefill_tokens_per_second = 0;
  double time_to_first_token_seconds = 0;
  double total_seconds = 0;  ///< prompt and answer
  SpeedBound bound = SpeedBound::bandwidth;
  double bytes_per_step = 0;
  Interval decode_interval, prefill_interval;  ///< tokens per second
  Workings decode, prefill;
  std::vector<Assumption> assumptions;

  static constexpr void describe(auto& v, auto& a) {
    v.field("decodeTokensPerSecond", a.decode_tokens_per_second);
    v.field("prefillTokensPerSecond", a.prefill_tokens_per_second);
    v.field("timeToFirstTokenSeconds", a.time_to_first_token_seconds);
    v.field("totalSeconds", a.total_seconds);
    v.field("bound", a.bound);
    v.field("bytesPerStep", a.bytes_per_step);
    v.field("decodeInterval", a.decode_interval);
    v.field("prefillInterval", a.prefill_interval);
    v.field("decodeWorkings", a.decode);
    v.field("prefillWorkings", a.prefill);
    v.field("assumptions", a.assumptions);
  }
};

DecodeSpeedAnswer answer(const DecodeSpeedQuestion& q, Problems& problems);

}  // namespace slide_rule
