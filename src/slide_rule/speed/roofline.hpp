#pragma once
// How fast a served model answers: decoding by the bytes it reads, prompts by the arithmetic they take, each
// with an efficiency that was measured and the spread of the measurements.

#include <optional>
#include <vector>

#include "slide_rule/choices.hpp"
#include "slide_rule/estimate.hpp"
#include "slide_rule/memory/serving_plan.hpp"
#include "slide_rule/memory/weights.hpp"
#include "slide_rule/speed/efficiency.hpp"

namespace slide_rule {

/// Bytes that one decoding step of text reads: every active weight once, for `batch` sequences the experts
/// that any of them chose, and each sequence's cache. A pass over as many tokens of prompts reads the same
/// weights.
///
///   weights: of all matrices but the experts, the towers and the tables whose rows are looked up (of tokens,
///            positions and layers; a tied one is read as the head), and 1 - (1 - active / experts)^batch of
///            the experts
///   cache:   batch * sum over layers of elements * min(tokens, window) * bytes, recurrent state twice (read,
///            written)
///   copied:  transformers joins each token's keys and values to the cache, and before 2026 repeated both for
///            every query head of a group: 2 * cache, 2 * heads / kv_heads more
///
/// Of all tensor-parallel devices together.
struct StepBytes {
  double weights = 0, host_weights = 0, cache = 0, host_cache = 0, copied = 0;
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

/// Tokens of prompts that the engine passes through the model at a time: llama.cpp's micro-batch, vLLM's
/// maxBatchedTokens, chunks of 2048 of exllamav2 and MLC; all of them in the other engines.
double pass_tokens(const Gpu& gpu, const InferencePlan& plan, double prompt_tokens);

/// The peak rate that a prompt's products run at, FLOP/s: peak_flop_per_second, but
///
///   vLLM       fp8 in FP8; mxfp8 in FP8 and nvfp4 in FP4 on devices that take the scales of blocks (with FP4
///              units; nvfp4's are NVIDIA's alone). Elsewhere Marlin's kernels unpack them to 16 bits, as
///              they do mxfp4 everywhere.
///   llama.cpp  sums in fp16, which GeForce cards do at twice their rate of fp32 sums: NVIDIA's tensor cores
///              do half as many 16-bit operations as 8-bit ones.
///
/// @see [nvidia-ga102], [vllm-low-bit] in src/catalog/references.json
double prompt_flop_per_second(const Gpu& gpu, const InferencePlan& plan);

/// Bytes that llama.cpp's attention without FlashAttention moves for a prompt: each score is written in
/// 16 bits, read, written in 32, read and written by the softmax, read, written in 16 and read again.
///
///   24 * heads * sum over tokens of those they see
///
/// @see [llama-cpp-batched-attention] in src/catalog/references.json
double score_bytes(const LayerTable& table, const InferencePlan& plan, double prompt_tokens);

struct DecodeSpeedQuestion {
  ModelChoice model;
  InferencePlan plan;
  std::optional<GpuChoice> gpu;
  double prompt_tokens = 512, output_tokens = 128;
  std::optional<double> context_tokens;           ///< of one sequence when it ends; empty: prompt and output
  std::optional<double> bandwidth_gb_per_second;  ///< of the GPU's memory; empty: the catalogue's
  double host_bandwidth_gb_per_second = 60;       ///< of the host's memory, for layers that stay there

  static constexpr void describe(auto& v, auto& q) {
    v.field("model", q.model, required_text);
    v.field("gpu", q.gpu, required_text);
    v.field("promptTokens", q.prompt_tokens, count(1, 1e9));
    v.field("outputTokens", q.output_tokens, count(1, 1e9));
    v.field("contextTokens", q.context_tokens, count(1, 1e9));
    v.field("bandwidthGbPerSecond", q.bandwidth_gb_per_second, between(1, 1e5));
    v.field("hostBandwidthGbPerSecond", q.host_bandwidth_gb_per_second, between(1, 1e5));
    InferencePlan::describe_engine(v, q.plan);
  }
};

enum class SpeedBound { bandwidth, compute };
SLIDE_RULE_NAMES(SpeedBound, "bandwidth", "compute")

struct DecodeSpeedAnswer {
  double decode_tokens_per_second = 0;  ///< all sequences together, in the middle of the answer
  double prefill_tokens_per_second = 0;
  /// Of the prompt: its logits give the first token. Absent where its rate is not known.
  std::optional<double> time_to_first_token_seconds;
  std::optional<double> total_seconds;  ///< and of a step for every further token
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

/// Problems: bandwidthGbPerSecond missing where the catalogue does not know the GPU's.
DecodeSpeedAnswer answer(const DecodeSpeedQuestion& q, Problems& problems);

}  // namespace slide_rule
