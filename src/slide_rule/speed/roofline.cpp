#include "slide_rule/speed/roofline.hpp"

#include <algorithm>
#include <cmath>

#include "slide_rule/memory/inference_detail.hpp"
#include "slide_rule/memory/kv_cache.hpp"

namespace slide_rule {
namespace {

constexpr double kMicrosecond = 1e-6;

/// Fitted to generation rates of single sequences: llama-bench on 17 NVIDIA and Apple devices (Llama 3, 8B
/// and 70B, Q4_K_M and F16), vLLM and transformers on A100 and H20 (Qwen2 to Qwen3, 0.5B to 72B), exllama on
/// RTX 4090.
DecodeEfficiency measured(Engine engine, bool quantised, MemoryKind memory) {
  switch (engine) {
    case Engine::llama_cpp:
      if (memory == MemoryKind::graphics) return {0.88, 100 * kMicrosecond, 0, 0.85, 1.17, 182};
      if (memory == MemoryKind::stacked) return {0.58, 147 * kMicrosecond, 0, 0.80, 1.26, 58};
      return {0.84, 261 * kMicrosecond, 0, 0.85, 1.44, 31};
    case Engine::vllm:
      return {
          0.96, 145 * kMicrosecond, 15 * kMicrosecond, 0.89, 1.15, memory == MemoryKind::stacked ? 31 : 0};
    case Engine::transformers:
      if (quantised) return {1, 1000 * kMicrosecond, 0, 0.53, 1.87, memory == MemoryKind::stacked ? 28 : 0};
      return {1, 681 * kMicrosecond, 0, 0.84, 1.22, memory == MemoryKind::stacked ? 12 : 0};
    case Engine::exllamav2:
      return {0.88, 60 * kMicrosecond, 0, 0.85, 1.17, memory == MemoryKind::graphics ? 4 : 0};
    case Engine::mlc:
    case Engine::litgpt:
      break;
  }
  DecodeEfficiency e =
      measured(engine == Engine::mlc ? Engine::llama_cpp : Engine::transformers, quantised, memory);
  e.rows = 0;
  return e;
}

/// Weights of the experts, and of the embedding table where the head is another matrix.
double expert_weights(const LayerTable& table) {
  double sum = 0;
  for (int i = 0; i < table.layers(); ++i) {
    for (const Tensor& t : table.group(i).tensors) {
      if (t.part == Part::experts && t.active < t.copies) sum += t.elements();
    }
  }
  return sum;
}

double table_weights(const Model& m) {
  const double width = m.embedding_width > 0 ? m.embedding_width : m.hidden_size;
  return (m.tied_embeddings ? 0 : m.vocabulary * width) +
         m.per_layer_embedding.vocabulary * m.per_layer_embedding.dim * m.layers;
}

}  // namespace

MemoryKind memory_kind(const Gpu& gpu) {
  if (gpu.unified_share > 0) return MemoryKind::unified;
  return gpu.segment == "datacenter" && gpu.bandwidth_gb_per_second >= 880 ? MemoryKind::stacked
                                                                           : MemoryKind::graphics;
}

DecodeEfficiency decode_efficiency(Engine engine, WeightFormat format, MemoryKind memory) {
  const bool plain = format == WeightFormat::bf16 || format == WeightFormat::fp16 ||
                     format == WeightFormat::fp32 || format == WeightFormat::gguf_bf16 ||
                     format == WeightFormat::gguf_f16;
  return measured(engine, !plain, memory);
}

PrefillEfficiency prefill_efficiency(Engine engine, MemoryKind memory) {
  if (engine == Engine::llama_cpp || engine == Engine::mlc) {
    const int measured = engine == Engine::llama_cpp ? 1 : 0;
    if (memory == MemoryKind::graphics) return {0.33, 0.14, 0.85, 61 * measured};
    if (memory == MemoryKind::stacked) return {0.23, 0.03, 0.33, 21 * measured};
    return {0.61, 0.44, 0.75, 27 * measured};
  }
  // The share of peak that training reaches with the same kernels, 135 published runs: no prompt was measured
  // alone.
  return {0.47, 0.34, 0.59, 0};
}

StepBytes step_bytes(const LayerTable& table, const InferencePlan& plan, double tokens) {
  const Model& m = table.model();
  const Stage whole{0, table.layers(), true, true};
  const PlacedWeights placed = place_weights(table, detail::weight_plan(table, plan, whole));
  const double scale = detail::recipe_scale(table, plan);
  const double stored = placed.device.total_weights() + placed.host.total_weights();
  const double chosen =
      m.experts.count > 0 ? 1 - std::pow(1 - m.experts.active / m.experts.count, plan.batch) : 1;
  // What is looked up is not read; nor are idle experts, wherever they lie.
  const double looked_up =
      m.tied_embeddings && detail::stored_as_gguf(plan) ? m.vocabulary * m.hidden_size : table_weights(m);
  const double idle = expert_weights(table) * (1 - chosen);
  StepBytes s;
  const double all_bytes = (placed.device.total_bytes() + placed.host.total_bytes()) * scale;
  const double read = std::max(0.0, stored - looked_up - idle) / stored * all_bytes;
  const bool offloaded = detail::first_device_layer(plan, table.layers()) > 0 || plan.cpu_moe_layers > 0;
  if (detail::loads_own_file(table, plan)) {
    const auto [device, host] = place_file(table, detail::weight_plan(table, plan, whole));
    const auto matrices = [&](const FileParts& p) {
      return p.layers + p.experts * chosen + p.other + p.head;
    };
    const bool embedding_is_head = m.tied_embeddings && device.head + host.head == 0;
    s.host_weights = matrices(host);
    s.weights = matrices(device) + (embedding_is_head ? m.file.embedding / plan.tensor_parallel : 0);
  } else if (offloaded) {
    const double host_share = placed.host.total_weights() / stored;
    s.host_weights = read * host_share;
    s.weights = read - s.host_weights;
  } else {
    s.weights = read;
  }
  const CacheWidths w = cache_widths(table, 0, table.layers(), 1);
  InferencePlan one = plan;
  one.engine = Engine::transformers;  // without what engines pad
  s.cache =
      cache_bytes(w, cache_cells(one, m.window, tokens), one) + 2 * state_bytes(w, plan.engine, plan.batch);
  return s;
}

double prompt_flop_per_second(const Gpu& gpu, const InferencePlan& plan) {
  const bool fp8 =
      plan.weight_format == WeightFormat::fp8 && plan.engine == Engine::vllm && gpu.fp8_tflops > 0;
  return (fp8 ? gpu.fp8_tflops : std::max(gpu.bf16_tflops, gpu.fp32_tflops)) * 1e12;
}

double pipeline_speedup(const InferencePlan& plan, int layers, double prompt_tokens) {
  const bool offloaded = detail::first_device_layer(plan, layers) > 0 || plan.cpu_moe_layers > 0;
  if (plan.engine != Engine::llama_cpp || offloaded) return 1;
  constexpr double kBatchTokens = 2048;  // llama.cpp's default
  const double ubatch = std::min(plan.ubatch_tokens, kBatchTokens);
  const double count = std::min(std::ceil(prompt_tokens / ubatch), std::floor(kBatchTokens / ubatch));
  return count * plan.stages() / (count + plan.stages() - 1);
}

DecodeSpeedAnswer answer(const DecodeSpeedQuestion& q, Problems& problems) {
  InferencePlan plan = q.plan;
  plan.context_tokens = q.context_tokens.value_or(q.prompt_tokens + q.output_tokens);
  plan.prompt_tokens = q.prompt_tokens;
  check(plan, problems);
  const Gpu& gpu = q.gpu->gpu;
  if (gpu.bandwidth_gb_per_second <= 0)
    problems.push_back({"gpu", Code::no_answer, 0, "bandwidthGbPerSecond"});
  if (!problems.empty()) return {};

  const Model& m = q.model.model;
  const LayerTable table(m);
  const MemoryKind memory = memory_kind(gpu);
  const DecodeEfficiency e = decode_efficiency(plan.engine, plan.weight_format, memory);
  const PrefillEfficiency p = prefill_efficiency(plan.engine, memory);

  // Layers split among devices are read one after another; tensor-parallel devices read at once.
  const double tokens = std::min(plan.context_tokens, q.prompt_tokens + q.output_tokens / 2);
  const StepBytes bytes = step_bytes(table, plan, tokens);
  const double bandwidth = gpu.bandwidth_gb_per_second * 1e9 * plan.tensor_parallel;
  const double layer_seconds = e.layer_seconds + (plan.tensor_parallel > 1 ? e.parallel_layer_seconds : 0);
  const double host_seconds = bytes.host_weights / (q.host_bandwidth_gb_per_second * 1e9);
  const double flop_per_second = prompt_flop_per_second(gpu, plan) * plan.tensor_parallel;
  const double step_flop = plan.batch * flop_per_token(m, tokens).forward;
  const double read_seconds = (bytes.weights + bytes.cache) / (bandwidth * e.bandwidth_share);
  const double compute_seconds = flop_per_second > 0 ? step_flop / (flop_per_second * p.share) : 0;
  const double step = std::max(read_seconds, compute_seconds) + host_seconds + table.layers() * layer_seconds;

  DecodeSpeedAnswer a;
  a.bound = compute_seconds > read_seconds ? SpeedBound::compute : SpeedBound::bandwidth;
  a.bytes_per_step = bytes.weights + bytes.host_weights + bytes.cache;
  a.decode_tokens_per_second = plan.batch / step;
  a.decode_interval = {a.decode_tokens_per_second / e.slow, a.decode_tokens_per_second / e.fast, 0.9};
  a.decode = {
      "batch / (max(bytesRead / (bandwidth * bandwidthShare), flop / (flopPerSecond * flopShare)) + "
      "hostBytes / "
      "hostBandwidth + layers * secondsPerLayer)",
      {{"batch", plan.batch},
       {"bytesRead", bytes.weights + bytes.cache},
       {"bandwidth", bandwidth},
       {"bandwidthShare", e.bandwidth_share},
       {"flop", step_flop},
       {"flopPerSecond", std::max(flop_per_second, 1.0)},
       {"flopShare", flop_per_second > 0 ? p.share : 1e60},
       {"hostBytes", bytes.host_weights},
       {"hostBandwidth", q.host_bandwidth_gb_per_second * 1e9},
       {"layers", m.layers},
       {"secondsPerLayer", layer_seconds}},
      "decode-measurements"};

  // A prompt's tokens see half of it on average; the head is applied to the last one.
  const double width = m.embedding_width > 0 ? m.embedding_width : m.hidden_size;
  const bool all = plan.prompt_logits == PromptLogits::all;
  const double head_flop = all ? 0 : 2 * m.vocabulary * width * (q.prompt_tokens - 1);
  const double prompt_flop = flop_per_token(m, q.prompt_tokens / 2).forward * q.prompt_tokens - head_flop;
  if (flop_per_second > 0) {
    // Of the devices that are at work at a time.
    const double prompt_rate = flop_per_second * pipeline_speedup(plan, table.layers(), q.prompt_tokens);
    const double weights_seconds = bytes.weights / (bandwidth * e.bandwidth_share);
    const double prompt_seconds =
        std::max(plan.batch * prompt_flop / (prompt_rate * p.share), weights_seconds) + host_seconds +
        table.layers() * layer_seconds;
    a.prefill_tokens_per_second = plan.batch * q.prompt_tokens / prompt_seconds;
    a.prefill_interval = {a.prefill_tokens_per_second * p.low / p.share,
                          a.prefill_tokens_per_second * p.high / p.share, 0.9};
    a.prefill = {
        "batch * promptTokens / (max(batch * promptFlop / (flopPerSecond * flopShare), weightBytes / "
        "(bandwidth * "
        "bandwidthShare)) + hostBytes / hostBandwidth + layers * secondsPerLayer)",
        {{"batch", plan.batch},
         {"promptTokens", q.prompt_tokens},
         {"promptFlop", prompt_flop},
         {"flopPerSecond", prompt_rate},
         {"flopShare", p.share},
         {"weightBytes", bytes.weights},
         {"bandwidth", bandwidth},
         {"bandwidthShare", e.bandwidth_share},
         {"hostBytes", bytes.host_weights},
         {"hostBandwidth", q.host_bandwidth_gb_per_second * 1e9},
         {"layers", m.layers},
         {"secondsPerLayer", layer_seconds}},
        "decode-measurements"};
    a.time_to_first_token_seconds = prompt_seconds + step;
    a.total_seconds = prompt_seconds + q.output_tokens * step;
  } else {
    a.assumptions.push_back({"prompt-rate-unknown"});
    a.time_to_first_token_seconds = step;
    a.total_seconds = q.output_tokens * step;
  }
  q.model.add_assumptions(a.assumptions);
  if (e.rows == 0) a.assumptions.push_back({"decode-not-measured"});
  if (p.rows == 0) a.assumptions.push_back({"prefill-not-measured"});
  if (bytes.host_weights > 0) a.assumptions.push_back({"host-bandwidth", q.host_bandwidth_gb_per_second});
  if (plan.stages() > 1) a.assumptions.push_back({"stages-in-turn", plan.stages()});
  return a;
}

}  // namespace slide_rule
