#pragma once
// Memory to serve a model: weights, cache and recurrent state, intermediates, what the engine adds, on the
// busiest device and on the host.

#include <array>
#include <optional>
#include <vector>

#include "slide_rule/choices.hpp"
#include "slide_rule/estimate.hpp"
#include "slide_rule/gpu.hpp"
#include "slide_rule/memory/ggml_buffer.hpp"
#include "slide_rule/memory/kv_cache.hpp"
#include "slide_rule/memory/prompt_peak.hpp"
#include "slide_rule/memory/serving_plan.hpp"
#include "slide_rule/memory/weights.hpp"
#include "slide_rule/problem.hpp"

namespace slide_rule {

/// What of a device an estimate depends on.
struct ServingDevice {
  double total_bytes = 0;      ///< 0: not known
  double context_bytes = 0;    ///< of a PyTorch process
  double workspace_bytes = 0;  ///< cuBLAS: 8 MiB and 128 KiB, from Hopper on 32 MiB
  bool reorders_mxfp4 = true;  ///< Hopper, or not known: vLLM's MXFP4 kernels are Triton's
};
ServingDevice serving_device();
ServingDevice serving_device(const Gpu& gpu, double total_bytes);

enum class ServingPhase { prompt, decode };
SLIDE_RULE_NAMES(ServingPhase, "prompt", "decode")

/// Everything that one device (and the host) holds, in bytes; what an engine has no such thing of is 0.
struct InferenceParts {
  ServingPhase phase = ServingPhase::decode;
  double weights = 0, adapters = 0;
  double rounding = 0;  ///< the allocator's, over the weights
  double scales = 0;    ///< vLLM: MXFP4 scales as loaded, beside those in its kernels' order
  double cache = 0, state = 0;
  double cache_growth = 0;  ///< the copy while one layer's cache grows by a token
  double activations = 0, dequantised = 0, logits = 0;
  double rotary_tables = 0, workspace = 0, graphs = 0;
  PromptPeak peak;  ///< what `activations` were counted from, where they are a layer's
  GgmlBuffer buffer;
  /// Freed caches that the allocator cannot use again, beyond what it holds at the peak; see cache_fragments.
  double fragments = 0;
  double decode_peak = 0, copied_cache = 0;  ///< what `fragments` follow from
  double context = 0;                        ///< outside the allocator, counted by the engine
  double process_context = 0;  ///< vLLM: the CUDA context, which it counts among what others use
  double weights_host = 0, cache_host = 0, state_host = 0, buffer_host = 0, logits_host = 0;

  /// What the engine's allocators hold on the device.
  double peak_bytes() const {
    return weights + scales + adapters + rounding + cache + state + cache_growth + activations + dequantised +
           logits + rotary_tables + workspace + graphs + buffer.total();
  }
  /// As the driver's tools count it.
  double device_bytes() const { return peak_bytes() + fragments + context + process_context; }
  double host_bytes() const { return weights_host + cache_host + state_host + buffer_host + logits_host; }
};

/// Which device of a layer split: layers [first, last), and what stands before and after them.
struct Stage {
  int first = 0, last = 0;
  bool embedding = true, head = true;
};
Stage stage_of(const InferencePlan& plan, int layers, int stages, int index);

/// The parts of one stage, at the phase that peaks there, or at the one asked for. Only transformers' phases
/// differ: the other engines allocate everything before they answer. O(layers), a few microseconds.
InferenceParts inference_parts(const LayerTable& table, const InferencePlan& plan,
                               const ServingDevice& device, const Stage& stage,
                               std::optional<ServingPhase> phase = {});

/// The interval of the parts' peak_bytes, from measured runs of the engine. llama.cpp's and vLLM's weights
/// and cache are known to the byte, what stands beside them is not.
Interval inference_interval(const InferencePlan& plan, const InferenceParts& parts);

/// The stage whose peak is the highest, and its parts.
Stage busiest_stage(const LayerTable& table, const InferencePlan& plan, const ServingDevice& device,
                    InferenceParts& parts);

/// Bytes on the busiest device as the driver counts them: the fast path of tables and solves. Equal to the
/// sum of an answer's terms on the device. @pre check(plan) found no problem
double inference_bytes(const LayerTable& table, const InferencePlan& plan, const ServingDevice& device);
double inference_bytes(const Model& model, const InferencePlan& plan);

/// What is wrong with a plan: tensorParallel that does not divide gpus, a prompt longer than the context.
/// `prefix` stands before the fields.
void check(const InferencePlan& plan, Problems& problems, const std::string& prefix = {});
/// And a tensorParallel that the engine cannot split the model's heads among, or more stages than layers.
void check(const Model& model, const InferencePlan& plan, Problems& problems);

/// Whether an engine can split each tensor of the model among so many devices. vLLM divides the attention
/// heads, and divides the key-value heads or repeats all of them alike; MLC and LitGPT divide both; the
/// others split as they like. By their sources: vLLM's config (verify_with_parallel_config) and
/// models/llama.py, MLC's model/llama/llama_model.py, LitGPT's generate/tp.py.
bool splits_heads(Engine engine, const Model& model, double ranks);

/// Whether the engine splits tensors where the plan does not say among how many devices.
bool splits_by_itself(const InferencePlan& plan);

/// The plan with the tensorParallel that it has where it names none: of vLLM and MLC, the most that divide
/// the devices into groups and that splits_heads(); of the others, 1.
InferencePlan with_split(const InferencePlan& plan, const Model& model);

/// How many bytes of the weights are stored in which format.
struct StoredFormat {
  NumberFormat format = NumberFormat::bf16;
  double weights = 0, bytes = 0;

  static constexpr void describe(auto& v, auto& f) {
    v.field("format", f.format);
    v.field("weights", f.weights);
    v.field("bytes", f.bytes);
  }
};

struct PhaseBytes {
  ServingPhase id = ServingPhase::decode;
  double bytes = 0;

  static constexpr void describe(auto& v, auto& p) {
    v.field("id", p.id);
    v.field("bytes", p.bytes);
  }
};

struct InferenceQuestion {
  ModelChoice model;
  InferencePlan plan;
  std::optional<GpuChoice> gpu;
  std::optional<double> memory_bytes;  ///< of one device, where no gpu is named
  std::optional<ModelChoice>
      draft_model;  ///< proposes tokens that the model checks: its weights and cache are added
  WeightFormat draft_weight_format = WeightFormat::bf16;

  static constexpr void describe(auto& v, auto& q) {
    v.field("model", q.model, required_text);
    InferencePlan::describe(v, q.plan);
    v.field("gpu", q.gpu);
    v.field("memoryBytes", q.memory_bytes, amount);
    v.field("draftModel", q.draft_model);
    v.field("draftWeightFormat", q.draft_weight_format);
  }
};

/// What vLLM takes, whatever the model needs: its share of the device.
struct TakenShare {
  double bytes = 0;         ///< gpuMemoryUtilization * the device's total
  double cache_bytes = 0;   ///< of these, left for the cache
  double cache_tokens = 0;  ///< tokens of cache that these hold
  double sequences = 0;     ///< sequences of contextTokens

  static constexpr void describe(auto& v, auto& t) {
    v.field("bytes", t.bytes);
    v.field("cacheBytes", t.cache_bytes);
    v.field("cacheTokens", t.cache_tokens);
    v.field("sequences", t.sequences);
  }
};

struct InferenceAnswer {
  double peak_bytes = 0;          ///< on the busiest device, as the engine's allocators count
  double device_bytes = 0;        ///< the same as the driver's tools count: with the context
  double host_bytes = 0;          ///< terms whose id ends in "-host"
  double all_gpus_bytes = 0;      ///< peaks of all devices together
  double file_bytes = 0;          ///< of the GGUF file or the checkpoint's tensors
  double kv_bytes_per_token = 0;  ///< of one sequence, all devices, windows and padding left out
  ServingPhase peak_phase = ServingPhase::decode;
  /// Terms without a suffix "-host" sum to device_bytes; without `context`, `process-context` and
  /// `cache-fragments`, to peak_bytes.
  std::vector<Term> terms;
  std::vector<PhaseBytes> phases;
  std::vector<StoredFormat> storage;  ///< of the whole model
  std::optional<TakenShare> taken;
  Interval interval;  ///< of peak_bytes
  std::vector<Assumption> assumptions;

  static constexpr void describe(auto& v, auto& a) {
    v.field("peakBytes", a.peak_bytes);
    v.field("deviceBytes", a.device_bytes);
    v.field("hostBytes", a.host_bytes);
    v.field("allGpusBytes", a.all_gpus_bytes);
    v.field("fileBytes", a.file_bytes);
    v.field("kvBytesPerToken", a.kv_bytes_per_token);
    v.field("peakPhase", a.peak_phase);
    v.field("terms", a.terms);
    v.field("phases", a.phases);
    v.field("storage", a.storage);
    v.field("taken", a.taken);
    v.field("interval", a.interval);
    v.field("assumptions", a.assumptions);
  }
};

InferenceAnswer answer(const InferenceQuestion& q, Problems& problems);

}  // namespace slide_rule
