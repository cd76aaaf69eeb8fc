#include "slide_rule/memory/kv_cache.hpp"

#include <algorithm>
#include <cmath>

namespace slide_rule {

double bytes_per_element(KvFormat format) {
  switch (format) {
    case KvFormat::bf16:
    case KvFormat::fp16:
      return 2;
    case KvFormat::fp32:
      return 4;
    case KvFormat::fp8:
      return 1;
    case KvFormat::int8:
      return 1 + 4.0 / 128;
    case KvFormat::q8_0:
      return 34.0 / 32;
    case KvFormat::q5_1:
      return 24.0 / 32;
    case KvFormat::q5_0:
      return 22.0 / 32;
    case KvFormat::q4_1:
      return 20.0 / 32;
    case KvFormat::q4_0:
    case KvFormat::iq4_nl:
      return 18.0 / 32;
    case KvFormat::q8:
      return 1 + 2.0 / 32;
    case KvFormat::q6:
      return 0.75 + 2.0 / 32;
    case KvFormat::q4:
      return 0.5 + 2.0 / 32;
  }
  return 2;
}

bool keeps_window_pages(const InferencePlan& plan) {
  constexpr double kHybridManagerYear = 2025;
  return plan.engine == Engine::vllm && plan.software_year.value_or(kHybridManagerYear) >= kHybridManagerYear;
}

CacheCells cache_cells(const InferencePlan& plan, double window, double tokens, double step_tokens) {
  const auto padded = [](double x, double to) { return to * std::ceil(x / to); };
  const double b = plan.batch, capped = window > 0 ? std::min(tokens, window) : tokens;
  switch (plan.engine) {
    case Engine::transformers:
      return {b * tokens, b * capped};
    case Engine::vllm: {
      const double full = b * padded(tokens, 16);
      if (window == 0 || !keeps_window_pages(plan)) return {full, full};
      return {full, std::min(full, padded(b * (window - 1) + step_tokens, 16)) + b * 16};
    }
    case Engine::llama_cpp: {
      const double full = padded(b * tokens, 256);
      const double sequences = std::max(b, plan.max_num_seqs.value_or(b));
      return {full, std::min(full, padded(sequences * window + plan.ubatch_tokens, 256))};
    }
    case Engine::exllamav2:
      return {b * padded(tokens, 256), b * padded(tokens, 256)};
    case Engine::mlc:
      return {b * padded(tokens, 16), b * padded(capped, 16)};
    case Engine::litgpt:
      return {b * tokens, b * tokens};
  }
  return {b * tokens, b * capped};
}

CacheWidths cache_widths(const LayerTable& table, int first, int last, double tensor_parallel) {
  CacheWidths w;
  for (std::size_t g = 0; g < table.groups().size(); ++g) {
    const double alike = table.count(g, first, last);
    if (alike == 0) continue;
    const LayerSpec& s = table.groups()[g].spec;
    if (s.mixer == Mixer::recurrent) {
      w.state += alike * (s.state_elements - s.conv_state_elements) / tensor_parallel;
      w.convolution += alike * s.conv_state_elements / tensor_parallel;
      continue;
    }
    if (s.kv_elements == 0) continue;
    const bool latent = s.mixer == Mixer::mla;
    const double part = latent ? 1 : 1 / std::min(tensor_parallel, std::max(1.0, s.kv_heads));
    const double values = latent ? 0 : s.kv_heads * s.value_dim * s.attention_blocks;
    const double keys = s.kv_elements - values;
    (s.window > 0 ? w.window_layers : w.full_layers) += alike;
    (s.window > 0 ? w.window_keys : w.full_keys) += alike * keys * part;
    (s.window > 0 ? w.window_values : w.full_values) += alike * values * part;
    w.largest_keys = std::max(w.largest_keys, keys * part);
  }
  return w;
}

double cache_bytes(const CacheWidths& w, const CacheCells& cells, const InferencePlan& plan) {
  const double k = bytes_per_element(plan.kv_format);
  const double v = bytes_per_element(plan.kv_value_format.value_or(plan.kv_format));
  return (w.full_keys * k + w.full_values * v) * cells.full +
         (w.window_keys * k + w.window_values * v) * cells.window;
}

double state_bytes(const CacheWidths& w, Engine engine, double sequences) {
  return sequences * (4 * w.state + (engine == Engine::llama_cpp ? 4 : 2) * w.convolution);
}

}  // namespace slide_rule
