#include "slide_rule/speed/roofline.hpp"

#include <algorithm>
#include <cmath>

#include "slide_rule/memory/inference_detail.hpp"
#include "slide_rule/memory/kv_cache.hpp"

namespace slide_rule {
namespace {

/// Bytes of cache a second that transformers joins and repeats: the same on A100 and H20, whose bandwidths
/// differ twofold and whose multiprocessors do as much together. Fitted to prompts of 6144 to 30720 tokens.
constexpr double kCopyRate = 730e9;

/// Layers' launches that an expert's are worth, before 2026, when transformers ran all of them one after
/// another: 83 to 100 of some 750 microseconds, of Qwen2-57B-A14B on A100 and Qwen3-30B-A3B on H20.
/// @see [transformers-experts], [qwen-speed] in src/catalog/references.json
constexpr double kExpertLaunches = 1.0 / 8;

constexpr double kBatchTokens = 2048;  ///< llama.cpp's default, the most that a micro-batch may have

struct Machine {
  double bandwidth, bandwidth_share, flop_per_second, flop_share, copy_rate, host_bandwidth, layers,
      layer_seconds;
  bool runs_ahead;
};

/// What passes through it for `tokens`.
struct Work {
  double tokens, bytes, flop, copied, host_bytes;
};

double read_seconds(const Work& w, const Machine& m) { return w.bytes / (m.bandwidth * m.bandwidth_share); }
double compute_seconds(const Work& w, const Machine& m) {
  return w.flop / (m.flop_per_second * m.flop_share);
}

double seconds_of(const Work& w, const Machine& m) {
  const double device = std::max(read_seconds(w, m), compute_seconds(w, m)) + w.copied / m.copy_rate;
  const double launches = m.layers * m.layer_seconds;
  return w.host_bytes / m.host_bandwidth + (m.runs_ahead ? std::max(device, launches) : device + launches);
}

/// Of tokens / seconds_of. An engine that runs ahead keeps nothing on the host.
Workings workings_of(const Work& w, const Machine& m) {
  Workings x{m.runs_ahead
                 ? "tokens / max(max(bytesRead / (bandwidth * bandwidthShare), flop / (flopPerSecond * "
                   "flopShare)) + bytesCopied / copyRate, layers * secondsPerLayer)"
                 : "tokens / (max(bytesRead / (bandwidth * bandwidthShare), flop / (flopPerSecond * "
                   "flopShare)) + bytesCopied / (bandwidth * bandwidthShare) + layers * secondsPerLayer + "
                   "hostBytes / hostBandwidth)",
             {{"tokens", w.tokens},
              {"bytesRead", w.bytes},
              {"bandwidth", m.bandwidth},
              {"bandwidthShare", m.bandwidth_share},
              {"flop", w.flop},
              {"flopPerSecond", m.flop_per_second},
              {"flopShare", m.flop_share},
              {"bytesCopied", w.copied},
              {"layers", m.layers},
              {"secondsPerLayer", m.layer_seconds}},
             "decode-measurements"};
  if (m.runs_ahead) {
    x.factors.add("copyRate", m.copy_rate);
  } else {
    x.factors.add("hostBytes", w.host_bytes);
    x.factors.add("hostBandwidth", m.host_bandwidth);
  }
  return x;
}

Interval interval_around(double rate, const SpeedFactors& spread) {
  return {rate * spread.low, rate * spread.high, 0.9};
}

}  // namespace

StepBytes step_bytes(const LayerTable& table, const InferencePlan& plan, double tokens) {
  const Model& m = table.model();
  const Stage whole{0, table.layers(), true, true};
  const double ranks = plan.ranks();  // what is placed is one's
  const double chosen =
      m.experts.count > 0 ? 1 - std::pow(1 - m.experts.active / m.experts.count, plan.batch) : 1;
  WeightPlan streamed = detail::weight_plan(table, plan, whole);
  StepBytes s;
  if (detail::loads_own_file(table, plan)) {
    const auto [device, host] = place_file(table, streamed);
    const auto matrices = [&](const FileParts& p) {
      return p.layers + p.experts * chosen + p.other + p.head;
    };
    const bool embedding_is_head = m.tied_embeddings && device.head + host.head == 0;
    s.host_weights = matrices(host) * ranks;
    s.weights = matrices(device) * ranks + (embedding_is_head ? m.file.embedding : 0);
  } else {
    // Neither rows that are looked up nor idle experts, wherever they lie.
    streamed.step_experts = chosen;
    const PlacedWeights placed = place_weights(table, streamed);
    const double scale = detail::recipe_scale(table, plan) * ranks;
    s.host_weights = placed.host.total_bytes() * scale;
    s.weights = placed.device.total_bytes() * scale;
  }
  const int host_layers = std::min(table.layers(), detail::first_device_layer(plan, table.layers()));
  InferencePlan one = plan;
  one.engine = Engine::transformers;  // without what engines pad
  const CacheCells cells = cache_cells(one, m.window, tokens);
  // A latent, and heads that are fewer than the ranks, every rank reads for itself.
  const auto cache_of = [&](int first, int last) {
    const CacheWidths w = cache_widths(table, first, last, ranks);
    return ranks * (cache_bytes(w, cells, one) + 2 * state_bytes(w, plan.engine, plan.batch));
  };
  s.host_cache = cache_of(0, host_layers);
  s.cache = cache_of(host_layers, table.layers());
  if (plan.engine == Engine::transformers) {
    const bool repeated =
        m.heads > m.kv_heads && plan.software_year.value_or(kTransformers5) < kTransformers5;
    s.copied = s.cache * (2 + (repeated ? 2 * m.heads / m.kv_heads : 0));
  }
  return s;
}

double pass_tokens(const Gpu& gpu, const InferencePlan& plan, double prompt_tokens) {
  const double all = plan.batch * prompt_tokens;
  switch (plan.engine) {
    case Engine::llama_cpp:
      return std::min({all, plan.ubatch_tokens, kBatchTokens});
    case Engine::vllm:
      return std::min(all, detail::vllm_batched_tokens(plan, {usable_bytes(gpu)}));
    case Engine::exllamav2:
    case Engine::mlc:
      return std::min(all, detail::kChunkTokens);
    default:
      return all;
  }
}

double prompt_flop_per_second(const Gpu& gpu, const InferencePlan& plan) {
  const WeightFormat format = plan.weight_format;
  // PyTorch and ggml multiply fp32 in fp32.
  if (format == WeightFormat::fp32 || format == WeightFormat::gguf_f32) return gpu.fp32_tflops * 1e12;
  const double plain = peak_flop_per_second(gpu);
  if (plan.engine == Engine::llama_cpp) return std::max(plain, gpu.int8_tops / 2 * 1e12);
  if (plan.engine != Engine::vllm) return plain;
  const bool blocks = gpu.fp4_tflops > 0;
  double low = 0;
  if (format == WeightFormat::fp8 || (format == WeightFormat::mxfp8 && blocks)) low = gpu.fp8_tflops;
  if (format == WeightFormat::nvfp4 && gpu.vendor == "NVIDIA") low = gpu.fp4_tflops;
  return low > 0 ? low * 1e12 : plain;
}

double score_bytes(const LayerTable& table, const InferencePlan& plan, double prompt_tokens) {
  if (plan.engine != Engine::llama_cpp || plan.attention != ServingAttention::eager) return 0;
  double scores = 0;
  for (int i = 0; i < table.layers(); ++i) {
    const LayerSpec& s = table.group(i).spec;
    const double seen = prompt_tokens / 2;
    scores += s.attention_blocks * s.heads * (s.window > 0 ? std::min(s.window, seen) : seen);
  }
  return 24 * scores * prompt_tokens;
}

double pipeline_speedup(const InferencePlan& plan, int layers, double prompt_tokens) {
  const bool offloaded = detail::first_device_layer(plan, layers) > 0 || plan.cpu_moe_layers > 0;
  if (plan.engine != Engine::llama_cpp || offloaded) return 1;
  const double ubatch = std::min(plan.ubatch_tokens, kBatchTokens);
  const double count = std::min(std::ceil(prompt_tokens / ubatch), std::floor(kBatchTokens / ubatch));
  return count * plan.stages() / (count + plan.stages() - 1);
}

DecodeSpeedAnswer answer(const DecodeSpeedQuestion& q, Problems& problems) {
  InferencePlan plan = with_split(q.plan, q.model.model);
  plan.context_tokens = q.context_tokens.value_or(q.prompt_tokens + q.output_tokens);
  plan.prompt_tokens = q.prompt_tokens;
  check(q.model.model, plan, problems);
  const Gpu& gpu = q.gpu->gpu;
  const double device_bandwidth = q.bandwidth_gb_per_second.value_or(gpu.bandwidth_gb_per_second);
  if (device_bandwidth <= 0) add(problems, "bandwidthGbPerSecond", Code::missing);
  if (!problems.empty()) return {};

  const Model& m = q.model.model;
  const LayerTable table(m);
  const DecodeEfficiency e = decode_efficiency(gpu, plan);
  const PrefillEfficiency p = prefill_efficiency(gpu, plan.engine, m.experts.count > 0);

  // Layers split among devices are read one after another; tensor-parallel devices read at once.
  const double tokens = std::min(plan.context_tokens, q.prompt_tokens + q.output_tokens / 2);
  const StepBytes bytes = step_bytes(table, plan, tokens);
  const bool experts_in_turn =
      plan.engine == Engine::transformers && plan.software_year.value_or(kTransformers5) < kTransformers5;
  const double bandwidth = device_bandwidth * 1e9 * plan.ranks();
  Machine machine{bandwidth,
                  e.bandwidth_share,
                  prompt_flop_per_second(gpu, plan) * plan.ranks(),
                  p.share,
                  e.runs_ahead ? kCopyRate * plan.ranks() : bandwidth * e.bandwidth_share,
                  q.host_bandwidth_gb_per_second * 1e9,
                  m.layers,
                  e.layer_seconds * (1 + (experts_in_turn ? m.experts.count * kExpertLaunches : 0)) +
                      (plan.ranks() > 1 ? e.parallel_layer_seconds : 0),
                  e.runs_ahead};
  const bool computes = machine.flop_per_second > 0;
  if (!computes) machine.flop_per_second = 1, machine.flop_share = 1e60;
  const Work step_work{plan.batch, bytes.weights + bytes.cache,
                       plan.batch * flop_per_token(m, tokens).forward, bytes.copied,
                       bytes.host_weights + bytes.host_cache};
  const double step = seconds_of(step_work, machine);

  DecodeSpeedAnswer a;
  a.bound = compute_seconds(step_work, machine) > read_seconds(step_work, machine) ? SpeedBound::compute
                                                                                   : SpeedBound::bandwidth;
  a.bytes_per_step = step_work.bytes + step_work.host_bytes;
  a.decode_tokens_per_second = plan.batch / step;
  a.decode_interval = interval_around(a.decode_tokens_per_second, e.spread);
  a.decode = workings_of(step_work, machine);

  // A prompt's tokens see half of it on average; the head is applied to the last one.
  const double width = m.embedding_width > 0 ? m.embedding_width : m.hidden_size;
  const bool all = plan.prompt_logits == PromptLogits::all;
  const double head_flop = all ? 0 : 2 * m.vocabulary * width * (q.prompt_tokens - 1);
  const double prompt_flop = flop_per_token(m, q.prompt_tokens / 2).forward * q.prompt_tokens - head_flop;
  if (computes) {
    // Of the devices that are at work at a time.
    const double pace = pipeline_speedup(plan, table.layers(), q.prompt_tokens);
    machine.flop_per_second *= pace;
    machine.bandwidth *= pace;
    machine.copy_rate *= pace;
    const double prompt_tokens = plan.batch * q.prompt_tokens;
    const double passes = std::ceil(prompt_tokens / pass_tokens(gpu, plan, q.prompt_tokens));
    machine.layers *= passes;             // each launches them anew
    plan.batch = prompt_tokens / passes;  // they choose experts as the sequences of a step do
    const StepBytes read = step_bytes(table, plan, 1);
    const Work prompt{prompt_tokens, read.weights * passes, q.plan.batch * prompt_flop,
                      q.plan.batch * score_bytes(table, plan, q.prompt_tokens), read.host_weights * passes};
    const double prompt_seconds = seconds_of(prompt, machine);
    a.prefill_tokens_per_second = prompt.tokens / prompt_seconds;
    a.prefill_interval = interval_around(a.prefill_tokens_per_second, p.spread);
    a.prefill = workings_of(prompt, machine);
    a.time_to_first_token_seconds = prompt_seconds;
    a.total_seconds = prompt_seconds + (q.output_tokens - 1) * step;
  } else {
    a.assumptions.push_back({"prompt-rate-unknown"});
  }
  q.model.add_assumptions(a.assumptions);
  if (!runs_on(gpu, plan.engine)) a.assumptions.push_back({"engine-not-on-device"});
  if (!e.measured) a.assumptions.push_back({"decode-not-measured"});
  if (!p.measured) a.assumptions.push_back({"prefill-not-measured"});
  if (bytes.host_weights > 0) a.assumptions.push_back({"host-bandwidth", q.host_bandwidth_gb_per_second});
  if (plan.stages() > 1) a.assumptions.push_back({"stages-in-turn", plan.stages()});
  return a;
}

}  // namespace slide_rule
