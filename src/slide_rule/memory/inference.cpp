#include "slide_rule/memory/inference.hpp"

#include <algorithm>
#include <cmath>

#include "slide_rule/memory/device.hpp"
#include "slide_rule/memory/inference_detail.hpp"
#include "slide_rule/units.hpp"

namespace slide_rule {

using namespace detail;

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
  w.tensor_parallel = p.tensor_parallel;
  return w;
}

LoadedWeights loaded_weights(const LayerTable& table, const InferencePlan& p, const Stage& stage,
                             const PlacedWeights& placed) {
  LoadedWeights w{placed.device.total_bytes(), placed.host.total_bytes(), 1, {}};
  if (p.bits_per_weight) {
    const Storage file = stored_file(table, p);
    w.scale = *p.bits_per_weight / 8 * file.total_weights() / file.total_bytes();
    w.device *= w.scale;
    w.host *= w.scale;
    return w;
  }
  const WeightPlan plan = weight_plan(table, p, stage);
  if (!is_own_file(table.model(), plan)) return w;
  w.file = place_file(table, plan);
  const double recipe = w.device + w.host;
  w.device = w.file->device.total();
  w.host = w.file->host.total();
  w.scale = (w.device + w.host) / recipe;
  return w;
}

Storage stored_file(const LayerTable& table, const InferencePlan& p) {
  const WeightPlan w = weight_plan(table, p, {0, table.layers(), true, true});
  return stored_weights(table, w.format, w.gguf, w.importance_matrix);
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

double adapter_channels(const LayerTable& table, const Stage& stage, double tensor_parallel) {
  double channels = 0;
  for (int i = stage.first; i < stage.last; ++i) {
    for (const Tensor& t : table.groups()[static_cast<std::size_t>(table.group_of(i))].tensors) {
      switch (t.role) {
        case Role::attn_q:
        case Role::attn_k:
        case Role::attn_v:
        case Role::attn_qkv:
        case Role::attn_o:
        case Role::mla_q_down:
        case Role::mla_q_up:
        case Role::mla_kv_down:
        case Role::mla_kv_up:
        case Role::ffn_gate:
        case Role::ffn_up:
        case Role::ffn_gate_up:
        case Role::ffn_down:
        case Role::shared_gate:
        case Role::shared_up:
        case Role::shared_down:
          channels += (t.in + t.out) * t.copies;
          break;
        default:
          break;
      }
    }
  }
  // Only the wide side of an adapter is split, which is one of two.
  return channels * (1 + 1 / tensor_parallel) / 2;
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
  CacheWidths w =
      slide_rule::cache_widths(table, first, last, p.engine == Engine::llama_cpp ? 1 : p.tensor_parallel);
  const Model& m = table.model();
  // Until 2025 LitGPT kept keys and values once a query head, unless all of them shared one.
  if (p.engine == Engine::litgpt && recent_year(p) < 2025 && m.kv_heads > 1) {
    const double repeats = m.heads / m.kv_heads;
    for (double* width : {&w.full_keys, &w.full_values, &w.window_keys, &w.window_values, &w.largest_keys})
      *width *= repeats;
  }
  return w;
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
  g.first_layer = stage.first;
  g.last_layer = stage.last;
  g.head = stage.head && !(p.gpu_layers && *p.gpu_layers < 1);
  g.input_copies = p.stages() > 1 && streamed_bytes == 0 ? 4 : 1;
  g.streamed_bytes = streamed_bytes;
  return g;
}

}  // namespace detail

namespace {

class Estimator {
 public:
  Estimator(const LayerTable& table, const InferencePlan& plan, const ServingDevice& device,
            const Stage& stage, std::optional<ServingPhase> phase)
      : table_(table), m_(table.model()), p_(plan), d_(device), s_(stage), phase_(phase) {}

  InferenceParts run() {
    weights();
    widths_ = detail::cache_widths(table_, p_, s_.first, s_.last);
    switch (p_.engine) {
      case Engine::transformers:
        transformers();
        break;
      case Engine::vllm:
        vllm();
        break;
      case Engine::llama_cpp:
        llama_cpp();
        break;
      case Engine::exllamav2:
      case Engine::mlc:
        chunked();
        break;
      case Engine::litgpt:
        litgpt();
        break;
    }
    return parts_;
  }

 private:
  void weights() {
    placed_ = place_weights(table_, weight_plan(table_, p_, s_));
    const LoadedWeights loaded = loaded_weights(table_, p_, s_, placed_);
    parts_.weights = loaded.device;
    parts_.weights_host = loaded.host;
    scale_ = loaded.scale;
    if (p_.lora_rank > 0) {
      parts_.adapters =
          p_.lora_adapters * p_.lora_rank * adapter_channels(table_, s_, p_.tensor_parallel) * 2;
    }
  }

  double cache_at(double tokens) { return cache_bytes(widths_, cache_cells(p_, m_.window, tokens), p_); }

  void find_peak(double tokens, double held) {
    parts_.peak = prompt_peak(table_, s_.first, s_.last, p_, tokens, held);
  }
  double prompt_bytes(double tokens, double batch) {
    return parts_.peak.bytes(m_.hidden_size, tokens, batch, p_.tensor_parallel, element_bytes(p_));
  }

  void transformers() {
    const double largest = placed_.device.largest * 2;
    parts_.rounding = recent_year(p_) < 2025 ? placed_.device.allocated - placed_.device.total_bytes() : 0;
    parts_.workspace = d_.workspace_bytes;
    parts_.context = d_.context_bytes;
    parts_.state = state_bytes(widths_, p_.engine, p_.batch);
    if (keeps_rotary_tables(p_, m_)) {
      parts_.rotary_tables = (s_.last - s_.first) * 2 * rotary_positions(m_) * rotary_dim(m_) * 2;
    }
    const double kept = keeps_dequantised(p_) ? largest : 0;
    const bool nf4 = p_.weight_format == WeightFormat::nf4 || p_.weight_format == WeightFormat::nf4_dq;
    const double tokens = p_.prompt();
    find_peak(tokens, hidden_states_held(s_));

    InferenceParts prompt = parts_;
    prompt.phase = ServingPhase::prompt;
    prompt.cache = cache_at(prompt_cache_tokens(p_));
    const bool all = p_.prompt_logits == PromptLogits::all;
    const double intermediates = prompt_bytes(tokens, p_.batch);
    const double head_inputs = all && s_.head ? p_.batch * tokens * m_.hidden_size * element_bytes(p_) : 0;
    const double rows = p_.batch * (all ? tokens : 1);
    // A split model returns the fp32 logits to the device that the prompt came from.
    const double per_logit = s_.head ? kPromptLogitBytes : s_.embedding ? kReturnedLogitBytes : 0;
    const double head = rows * m_.vocabulary * per_logit;
    prompt.dequantised = std::max(kept, nf4 && tokens > 1 ? largest : 0);
    // Whichever is the higher: a layer's intermediates, or the head's input and logits after the last layer.
    if (head + head_inputs > intermediates) {
      prompt.logits = head;
      prompt.activations = head_inputs;
    } else {
      prompt.activations = intermediates;
    }

    InferenceParts decode = parts_;
    decode.phase = ServingPhase::decode;
    decode.cache = cache_at(p_.context_tokens);
    decode.cache_growth = cache_growth();
    decode.logits = s_.head ? p_.batch * m_.vocabulary * kSamplerBytes : 0;
    decode.activations = prompt_bytes(1, p_.batch);
    decode.dequantised = kept;
    const bool generates = p_.context_tokens > tokens;
    const bool decodes = generates && decode.peak_bytes() >= prompt.peak_bytes();
    parts_ = phase_.value_or(decodes ? ServingPhase::decode : ServingPhase::prompt) == ServingPhase::decode
                 ? decode
                 : prompt;
    if (p_.context_tokens > tokens + 1) {
      // Each step's cache is a token longer than the one it frees, so the freed blocks fit none: at the
      // driver the part that was generated is there twice. What the prompt's intermediates freed is used
      // first.
      parts_.decode_peak = decode.peak_bytes();
      parts_.copied_cache = decode.cache - prompt.cache;
      parts_.fragments = std::max(0.0, parts_.decode_peak + parts_.copied_cache - parts_.peak_bytes());
    }
  }

  /// The new keys of one layer, beside the old ones they are copied from.
  double cache_growth() {
    const CacheCells cells = cache_cells(p_, m_.window, p_.context_tokens);
    return widths_.largest_keys * bytes_per_element(p_.kv_format) *
           (widths_.full_keys > 0 ? cells.full : cells.window);
  }

  void vllm() {
    parts_.phase = ServingPhase::prompt;
    if (p_.weight_format == WeightFormat::mxfp4 && d_.reorders_mxfp4) {
      parts_.scales = placed_.device.weights[static_cast<std::size_t>(NumberFormat::mxfp4)] / kMxfp4Block;
    }
    parts_.cache = cache_at(p_.context_tokens);
    parts_.state = state_bytes(widths_, p_.engine, p_.batch);
    const double tokens = vllm_batched_tokens(p_, d_);
    find_peak(tokens, 1);
    const double prefill = prompt_bytes(tokens, 1);
    const double sampler = s_.head ? vllm_sequences(p_, d_) * m_.vocabulary * kSamplerBytes : 0;
    const double hidden = tokens * m_.hidden_size * 2;
    if (sampler + hidden > prefill) {
      parts_.logits = sampler;
      parts_.activations = hidden;
    } else {
      parts_.activations = prefill;
    }
    parts_.workspace = d_.total_bytes > 0 ? d_.workspace_bytes : kLargeWorkspaceBytes;
    parts_.graphs = (s_.last - s_.first) * vllm_graph_sizes(vllm_sequences(p_, d_)) * kGraphLayerBytes;
    parts_.context = kVllmContextBytes + (p_.gpus > 1 ? kNcclBytes : 0);
    parts_.process_context = d_.context_bytes;
  }

  /// The cache is there from the start; a prompt's logits stay in the model's format.
  void litgpt() {
    parts_.phase = ServingPhase::prompt;
    parts_.cache = cache_at(p_.context_tokens);
    parts_.workspace = d_.workspace_bytes;
    parts_.context = d_.context_bytes;
    const double tokens = p_.prompt();
    find_peak(tokens, hidden_states_held(s_));
    parts_.activations = prompt_bytes(tokens, p_.batch);
    parts_.logits = s_.head ? p_.batch * tokens * m_.vocabulary * element_bytes(p_) : 0;
    parts_.dequantised = litgpt_unpacked_copies(p_) * placed_.device.largest * 2;
  }

  void llama_cpp() {
    const int from = std::clamp(first_device_layer(p_, table_.layers()), s_.first, s_.last);
    const CacheCells cells = cache_cells(p_, m_.window, p_.context_tokens);
    const CacheWidths on_device = detail::cache_widths(table_, p_, from, s_.last);
    const CacheWidths on_host = detail::cache_widths(table_, p_, s_.first, from);
    parts_.phase = ServingPhase::prompt;
    parts_.cache = cache_bytes(on_device, cells, p_);
    parts_.cache_host = cache_bytes(on_host, cells, p_);
    parts_.state = state_bytes(on_device, p_.engine, sequences_kept(p_));
    parts_.state_host = state_bytes(on_host, p_.engine, sequences_kept(p_));
    const bool any_on_device = !p_.gpu_layers || *p_.gpu_layers > 0;
    const bool streams = from > s_.first || p_.cpu_moe_layers > s_.first;
    const GgmlPlan graph = ggml_plan(table_, p_, s_, streams ? placed_.host.largest_bytes * scale_ : 0);
    if (any_on_device) {
      parts_.buffer = ggml_compute_buffer(table_, graph);
      parts_.context = kLlamaCppContextBytes;
    }
    if (s_.embedding) {
      parts_.buffer_host = (m_.hidden_size + graph.cells + graph.window_cells) * graph.ubatch * 4;
    }
    if (s_.head) parts_.logits_host = m_.vocabulary * sequences_kept(p_) * 4;
  }

  /// Prompts in chunks of 2048 tokens, a cache of the whole context from the start.
  void chunked() {
    parts_.phase = ServingPhase::prompt;
    parts_.cache = cache_at(p_.context_tokens);
    parts_.state = state_bytes(widths_, p_.engine, p_.batch);
    const double tokens = std::min(p_.prompt(), kChunkTokens);
    find_peak(tokens, 1);
    parts_.activations = prompt_bytes(tokens, p_.batch);
    parts_.logits = s_.head ? p_.batch * m_.vocabulary * kPromptLogitBytes : 0;
    parts_.dequantised = keeps_dequantised(p_) ? placed_.device.largest * 2 : 0;
    parts_.context = d_.context_bytes;
  }

  const LayerTable& table_;
  const Model& m_;
  const InferencePlan& p_;
  const ServingDevice& d_;
  const Stage& s_;
  std::optional<ServingPhase> phase_;
  PlacedWeights placed_;
  double scale_ = 1;
  CacheWidths widths_;
  InferenceParts parts_;
};

}  // namespace

InferenceParts inference_parts(const LayerTable& table, const InferencePlan& plan,
                               const ServingDevice& device, const Stage& stage,
                               std::optional<ServingPhase> phase) {
  return Estimator(table, plan, device, stage, phase).run();
}

Stage busiest_stage(const LayerTable& table, const InferencePlan& plan, const ServingDevice& device,
                    InferenceParts& parts) {
  const int stages = std::max(1, std::min(static_cast<int>(plan.stages()), table.layers()));
  Stage best = stage_of(plan, table.layers(), stages, 0);
  parts = inference_parts(table, plan, device, best);
  // The first has the embedding, the last the head; the second stands for those between, whose layers may be
  // larger.
  const int others[] = {stages - 1, 1};
  for (int k = 0; k < std::min(2, stages - 1); ++k) {
    const int i = others[k];
    const Stage stage = stage_of(plan, table.layers(), stages, i);
    const InferenceParts other = inference_parts(table, plan, device, stage);
    if (other.peak_bytes() <= parts.peak_bytes()) continue;
    parts = other;
    best = stage;
  }
  return best;
}

double inference_bytes(const LayerTable& table, const InferencePlan& plan, const ServingDevice& device) {
  InferenceParts parts;
  busiest_stage(table, plan, device, parts);
  return parts.device_bytes();
}

double inference_bytes(const Model& model, const InferencePlan& plan) {
  return inference_bytes(LayerTable(model), plan, serving_device());
}

void check(const InferencePlan& p, Problems& problems) {
  if (std::fmod(p.gpus, p.tensor_parallel) != 0) {
    problems.push_back({"tensorParallel", Code::must_divide, p.gpus, "gpus"});
  }
  if (p.prompt_tokens && *p.prompt_tokens > p.context_tokens) {
    problems.push_back({"promptTokens", Code::above_maximum, p.context_tokens, "contextTokens"});
  }
}

}  // namespace slide_rule
