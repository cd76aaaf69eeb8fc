#include "slide_rule/memory/inference.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "slide_rule/memory/device.hpp"
#include "slide_rule/memory/inference_detail.hpp"
#include "slide_rule/memory/lora_targets.hpp"
#include "slide_rule/memory/served_model.hpp"
#include "slide_rule/units.hpp"

namespace slide_rule {

using namespace detail;

/// ggml's operation for up times the activation of gate (llama.cpp #14158, June).
constexpr double kGatedProductYear = 2025.48;

/// vLLM serves adapters beside experts (0.11.2, #21229, November).
constexpr double kExpertAdapters = 2025.88;

ServingDevice serving_device() { return {0, default_context_bytes(), kWorkspaceBytes}; }

ServingDevice serving_device(const Gpu& gpu, double total_bytes) {
  const bool large_workspace = gpu.family == "Hopper" || gpu.family == "Blackwell";
  return {total_bytes, device_overhead(gpu).context_bytes,
          large_workspace ? kLargeWorkspaceBytes : kWorkspaceBytes, gpu.family == "Hopper"};
}

Stage stage_of(const InferencePlan& plan, int layers, int stages, int index) {
  const int each = layers / stages, more = layers % stages;
  Stage s;
  s.first = index * each + std::min(index, more);
  s.last = s.first + each + (index < more ? 1 : 0);
  s.embedding = index == 0;
  // LitGPT moves blocks alone: embedding, last norm and head stay on the first device.
  s.head = index == (plan.engine == Engine::litgpt ? 0 : stages - 1);
  return s;
}

namespace detail {

bool stored_as_gguf(const InferencePlan& p) {
  return is_gguf(p.weight_format) ||
         (p.engine == Engine::llama_cpp && p.weight_format == WeightFormat::mxfp4);
}

WeightFormat stored_format(const InferencePlan& p) {
  if (p.engine != Engine::llama_cpp) return p.weight_format;
  switch (p.weight_format) {
    case WeightFormat::bf16:
      return WeightFormat::gguf_bf16;
    case WeightFormat::fp16:
      return WeightFormat::gguf_f16;
    case WeightFormat::fp32:
      return WeightFormat::gguf_f32;
    default:
      return p.weight_format;
  }
}

int first_device_layer(const InferencePlan& p, int layers) {
  if (p.engine != Engine::llama_cpp || !p.gpu_layers) return 0;
  return std::max(0, layers + 1 - static_cast<int>(*p.gpu_layers));
}

WeightPlan weight_plan(const LayerTable& table, const InferencePlan& p, const Stage& stage) {
  const bool llama_cpp = p.engine == Engine::llama_cpp;
  WeightPlan w;
  w.format = stored_format(p);
  w.gguf = stored_as_gguf(p) || (llama_cpp && is_gguf(w.format));
  w.importance_matrix = p.importance_matrix;
  w.group_size = p.group_size;
  w.first_layer = stage.first;
  w.last_layer = stage.last;
  w.embedding = stage.embedding;
  w.head = stage.head;
  w.embedding_on_host = llama_cpp;
  w.one_buffer = llama_cpp;
  w.head_on_host = llama_cpp && p.gpu_layers && *p.gpu_layers < 1;
  w.device_layers_from = first_device_layer(p, table.layers());
  w.host_expert_layers = llama_cpp ? static_cast<int>(p.cpu_moe_layers) : 0;
  w.towers = p.engine == Engine::transformers || p.engine == Engine::vllm;
  const bool litgpt = p.engine == Engine::litgpt;
  w.head_stored_apart = litgpt || (p.engine == Engine::transformers && p.weight_format == WeightFormat::fp8);
  w.quantised_head = litgpt && litgpt_unpacked_copies(p) > 0;
  w.outer_repeated = litgpt;
  w.experts_kept = p.engine == Engine::transformers &&
                   is_bitsandbytes(plain_format(p.weight_format).matrices) &&
                   experts_are_parameters(table.model(), p.software_year.value_or(kTransformers5));
  w.tensor_parallel = p.ranks();
  return w;
}

double recipe_scale(const LayerTable& table, const InferencePlan& p) {
  const bool own = loads_own_file(table, p);
  if (!p.bits_per_weight && !own) return 1;
  const Storage recipe = stored_file(table, p);
  const FileWeights& file = table.model().file;
  const double bytes = own ? all_bytes(file) - file.towers - file.prediction_layers
                           : *p.bits_per_weight / 8 * recipe.total_weights();
  return bytes / recipe.total_bytes();
}

bool loads_own_file(const LayerTable& table, const InferencePlan& p) {
  const bool has_file = !table.model().file.layers.empty();
  return has_file && !p.bits_per_weight &&
         is_own_file(table.model(), weight_plan(table, p, {0, table.layers()}));
}

Storage stored_file(const LayerTable& table, const InferencePlan& p) {
  const WeightPlan w = weight_plan(table, p, {0, table.layers(), true, true});
  return stored_weights(table, w.format, w.gguf, w.importance_matrix, w.group_size, w.experts_kept);
}

double sequences_kept(const InferencePlan& p) { return std::max(p.batch, p.max_num_seqs.value_or(p.batch)); }

bool large_device(const ServingDevice& d) { return d.total_bytes == 0 || d.total_bytes >= kLargeDeviceBytes; }

double vllm_sequences(const InferencePlan& p, const ServingDevice& d) {
  return p.max_num_seqs.value_or(large_device(d) ? 1024 : 256);
}

double vllm_batched_tokens(const InferencePlan& p, const ServingDevice& d) {
  return p.max_batched_tokens.value_or(large_device(d) ? 8192 : 2048);
}

double element_bytes(const InferencePlan& p) {
  return p.weight_format == WeightFormat::fp32 || p.weight_format == WeightFormat::gguf_f32 ? 4 : 2;
}

double recent_year(const InferencePlan& p) { return p.software_year.value_or(0); }

bool keeps_rotary_tables(const InferencePlan& p, const Model& m) {
  return p.engine == Engine::transformers && p.prompt_logits == PromptLogits::all && recent_year(p) < 2025 &&
         m.rotary;
}

bool keeps_dequantised(const InferencePlan& p) {
  return (p.engine == Engine::transformers && p.weight_format == WeightFormat::gptq_int4 &&
          recent_year(p) < 2025) ||
         p.engine == Engine::exllamav2;
}

bool adapts_experts(const InferencePlan& p, const Model& m) {
  if (m.experts.count == 0) return false;
  if (p.engine == Engine::vllm) return p.software_year.value_or(kExpertAdapters) >= kExpertAdapters;
  return (p.engine == Engine::transformers || p.engine == Engine::llama_cpp) && !m.experts.fused;
}

double adapter_channels(const LayerTable& table, const InferencePlan& plan, const Stage& stage) {
  const Recurrent& r = table.model().recurrent;
  const bool experts = adapts_experts(plan, table.model());
  const double tensor_parallel = plan.ranks();
  double channels = 0;
  for (std::size_t g = 0; g < table.groups().size(); ++g) {
    const LayerTable::Group& group = table.groups()[g];
    const double layers = table.count(g, stage.first, stage.last);
    for (const Tensor& t : group.tensors) {
      if (LoraTargets::of(t.role) == 0 || (is_expert(t.role) && !experts)) continue;
      // Of an adapter that side is split which its matrix is split along: outputs, or inputs where a sum
      // follows. Kimi Linear's gates of low rank have their first matrix whole on every device.
      const bool whole =
          r.kind == RecurrentKind::kimi_delta && t.part == Part::recurrent && t.out == r.value_dim;
      const double share = whole ? 1 : tensor_share(t, &group.spec, tensor_parallel);
      // Gate and up of experts that are one parameter share their first matrix.
      const double in = t.role == Role::expert_gate && table.model().experts.fused ? 0 : t.in;
      channels += layers * (in * (is_summed(t.role) ? share : 1) + t.out * (is_summed(t.role) ? 1 : share)) *
                  t.copies;
    }
  }
  return channels;
}

double hidden_states_held(const Stage& stage) { return stage.embedding ? 2 : 1; }

double litgpt_unpacked_copies(const InferencePlan& p) {
  switch (p.weight_format) {
    case WeightFormat::nf4:
    case WeightFormat::nf4_dq:
    case WeightFormat::int8:
      return 2;
    default:
      return 0;
  }
}

CacheWidths cache_widths(const LayerTable& table, const InferencePlan& p, int first, int last) {
  CacheWidths w = slide_rule::cache_widths(table, first, last, p.engine == Engine::llama_cpp ? 1 : p.ranks());
  const Model& m = table.model();
  // Until 2025 LitGPT kept keys and values once a query head, unless all of them shared one.
  if (p.engine == Engine::litgpt && recent_year(p) < 2025 && m.kv_heads > 1) {
    const double repeats = m.heads / m.kv_heads;
    for (double* width : {&w.full_keys, &w.full_values, &w.window_keys, &w.window_values, &w.largest_keys})
      *width *= repeats;
  }
  if (keeps_window_pages(p) && w.full_layers > 0 && w.window_layers > 0) {
    const auto [fewer, more] = std::minmax(w.full_layers, w.window_layers);
    const double group = more < 1.5 * fewer ? more : fewer;
    const auto padding = [&](double layers) { return std::ceil(layers / group) * group / layers; };
    for (double* width : {&w.full_keys, &w.full_values}) *width *= padding(w.full_layers);
    for (double* width : {&w.window_keys, &w.window_values}) *width *= padding(w.window_layers);
  }
  return w;
}

CacheCells cache_cells(const InferencePlan& p, const ServingDevice& d, double window, double tokens) {
  return slide_rule::cache_cells(p, window, tokens, vllm_batched_tokens(p, d));
}

GgmlPlan ggml_plan(const LayerTable& table, const InferencePlan& p, const Stage& stage,
                   double streamed_bytes) {
  const Model& m = table.model();
  GgmlPlan g;
  const CacheCells cells = cache_cells(p, m.window, p.context_tokens);
  g.ubatch = std::min(p.ubatch_tokens, cells.full);
  g.cells = cells.full;
  bool windows = false;
  for (const LayerTable::Group& group : table.groups()) windows |= group.spec.window > 0;
  g.window_cells = windows ? cells.window : 0;
  g.output_rows = p.prompt_logits == PromptLogits::last ? sequences_kept(p) : g.ubatch;
  g.flash = p.attention != ServingAttention::eager;
  // Layers on the host are computed on the device, too, their weights streamed in, once a batch has 32
  // tokens.
  g.layers = ggml_layers(table, stage.first, stage.last);
  g.head = stage.head && !(p.gpu_layers && *p.gpu_layers < 1);
  g.input_copies = p.stages() > 1 && streamed_bytes == 0 ? 4 : 1;
  g.streamed_bytes = streamed_bytes;
  g.gated_product = p.software_year.value_or(kGatedProductYear) >= kGatedProductYear;
  g.fork = p.engine_fork;
  return g;
}

}  // namespace detail

InferenceParts inference_parts(const LayerTable& table, const InferencePlan& plan,
                               const ServingDevice& device, const Stage& stage,
                               std::optional<ServingPhase> phase) {
  GgmlBuffers buffers(table);
  return ServedModel(table, plan, buffers).parts(device, stage, phase);
}

Stage busiest_stage(const LayerTable& table, const InferencePlan& plan, const ServingDevice& device,
                    InferenceParts& parts) {
  GgmlBuffers buffers(table);
  return ServedModel(table, plan, buffers).busiest_stage(device, parts);
}

double inference_bytes(const LayerTable& table, const InferencePlan& plan, const ServingDevice& device) {
  InferenceParts parts;
  busiest_stage(table, plan, device, parts);
  return parts.device_bytes();
}

double inference_bytes(const Model& model, const InferencePlan& plan) {
  return inference_bytes(LayerTable(model), plan, serving_device());
}

void check(const InferencePlan& p, Problems& problems, const std::string& prefix) {
  if (std::fmod(p.gpus, p.ranks()) != 0) {
    problems.push_back({prefix + "tensorParallel", Code::must_divide, p.gpus, "gpus"});
  }
  if (p.prompt_tokens && *p.prompt_tokens > p.context_tokens) {
    problems.push_back({prefix + "promptTokens", Code::above_maximum, p.context_tokens, "contextTokens"});
  }
}

void check(const Model& model, const InferencePlan& p, Problems& problems) {
  check(p, problems);
  if (!problems.empty()) return;
  const double ranks = splits_by_itself(p) ? with_split(p, model).ranks() : p.ranks();
  if (p.gpus / ranks > model.layers) {
    add(problems, "gpus", Code::above_maximum, model.layers * ranks, "layers");
  }
  if (splits_heads(p.engine, model, ranks)) return;
  const bool heads = std::fmod(model.heads, p.ranks()) != 0;
  add(problems, "tensorParallel", Code::must_divide, heads ? model.heads : model.kv_heads,
      heads ? "heads" : "kvHeads");
}

bool splits_heads(Engine engine, const Model& m, double ranks) {
  const bool vllm = engine == Engine::vllm;
  if (!vllm && engine != Engine::mlc && engine != Engine::litgpt) return true;
  const double kv_heads = m.mla.kv_rank > 0 ? 0 : m.kv_heads;  // a latent cache has none
  const bool repeats = vllm && ranks > kv_heads && kv_heads > 0;
  if (vllm && (std::fmod(m.mlp_width, ranks) != 0 || std::fmod(m.experts.width, ranks) != 0)) return false;
  return std::fmod(m.heads, ranks) == 0 &&
         (repeats ? std::fmod(ranks, kv_heads) : std::fmod(kv_heads, ranks)) == 0;
}

bool splits_by_itself(const InferencePlan& p) {
  return !p.tensor_parallel && (p.engine == Engine::vllm || p.engine == Engine::mlc);
}

InferencePlan with_split(const InferencePlan& plan, const Model& model) {
  InferencePlan p = plan;
  if (!splits_by_itself(plan)) return p;
  const int heads = std::max(1, static_cast<int>(model.heads));
  const int both = std::gcd(static_cast<int>(p.gpus), heads);
  int ranks = both;
  while (both % ranks != 0 || !splits_heads(p.engine, model, ranks)) --ranks;
  p.tensor_parallel = ranks;
  return p;
}

}  // namespace slide_rule
