#include "slide_rule/memory/served_model.hpp"

#include <algorithm>
#include <vector>

#include "slide_rule/memory/inference_detail.hpp"
#include "slide_rule/units.hpp"

namespace slide_rule {

using namespace detail;

namespace {

class Estimator {
 public:
  Estimator(const LayerTable& table, const InferencePlan& plan, const ServingDevice& device,
            const Stage& stage, std::optional<ServingPhase> phase, LayerWeights& stored, double scale)
      : table_(table),
        m_(table.model()),
        p_(plan),
        d_(device),
        s_(stage),
        phase_(phase),
        placed_(stored.of(stage.first, stage.last, stage.embedding, stage.head)),
        scale_(scale) {}

  InferenceParts run(GgmlBuffers& buffers) {
    weights();
    if (p_.engine != Engine::llama_cpp) widths_ = detail::cache_widths(table_, p_, s_.first, s_.last);
    switch (p_.engine) {
      case Engine::transformers:
        transformers();
        break;
      case Engine::vllm:
        vllm();
        break;
      case Engine::llama_cpp:
        llama_cpp(buffers);
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
    if (loads_own_file(table_, p_)) {
      const PlacedFile file = place_file(table_, weight_plan(table_, p_, s_));
      parts_.weights = file.device.total();
      parts_.weights_host = file.host.total();
    } else {
      parts_.weights = placed_.device.bytes * scale_;
      parts_.weights_host = placed_.host.bytes * scale_;
    }
    if (p_.lora_rank > 0) {
      parts_.adapters = p_.lora_adapters * p_.lora_rank * adapter_channels(table_, p_, s_) * 2;
    }
  }

  double cache_at(double tokens) {
    return cache_bytes(widths_, detail::cache_cells(p_, d_, m_.window, tokens), p_);
  }

  void find_peak(double tokens, double held) {
    parts_.peak = prompt_peak(table_, s_.first, s_.last, p_, tokens, held);
  }
  double prompt_bytes(double tokens, double batch) {
    return parts_.peak.bytes(m_.hidden_size, tokens, batch, p_.ranks(), element_bytes(p_));
  }

  void transformers() {
    const double largest = placed_.device.largest * 2;
    parts_.rounding = recent_year(p_) < 2025 ? placed_.device.allocated - placed_.device.bytes : 0;
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
    if (p_.weight_format == WeightFormat::mxfp4 && d_.reorders_mxfp4 && m_.experts.count > 0) {
      parts_.scales = placed_.device.mxfp4_weights / kMxfp4Block;
    }
    parts_.cache = cache_at(p_.context_tokens);
    parts_.state = state_bytes(widths_, p_.engine, p_.batch);
    const double tokens = vllm_batched_tokens(p_, d_);
    find_peak(tokens, 1);
    const double prefill = prompt_bytes(tokens, 1);
    const double sampler = s_.head ? vllm_sequences(p_, d_) * m_.vocabulary * kSamplerBytes : 0;
    const double hidden = tokens * m_.hidden_size * element_bytes(p_);
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

  void llama_cpp(GgmlBuffers& buffers) {
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
      parts_.buffer = buffers.of(graph);
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
  OnDeviceAndHost<WeightBytes> placed_;
  double scale_;
  CacheWidths widths_;
  InferenceParts parts_;
};

}  // namespace

ServedModel::ServedModel(const LayerTable& table, const InferencePlan& plan, GgmlBuffers& buffers)
    : table_(table),
      plan_(with_split(plan, table.model())),
      weights_(table, weight_plan(table, plan_, {0, table.layers(), true, true})),
      scale_(recipe_scale(table, plan_)),
      buffers_(buffers) {}

InferenceParts ServedModel::parts(const ServingDevice& device, const Stage& stage,
                                  std::optional<ServingPhase> phase) {
  return Estimator(table_, plan_, device, stage, phase, weights_, scale_).run(buffers_);
}

Stage ServedModel::busiest_stage(const ServingDevice& device, InferenceParts& parts) {
  const Stage end = busier_end(device, parts);
  return busiest_stage(device, end, parts);
}

Stage ServedModel::busier_end(const ServingDevice& device, InferenceParts& parts) {
  const Stage first = stage_of(plan_, table_.layers(), stages(), 0);
  parts = this->parts(device, first);
  if (stages() == 1) return first;
  const Stage last = stage_of(plan_, table_.layers(), stages(), stages() - 1);
  const InferenceParts of_last = this->parts(device, last);
  if (of_last.peak_bytes() <= parts.peak_bytes()) return first;
  parts = of_last;
  return last;
}

Stage ServedModel::busiest_stage(const ServingDevice& device, const Stage& end, InferenceParts& parts) {
  const int stages = this->stages();
  Stage best = end;
  // The first has the embedding, the last the head; of those between, whose layers may be larger, each that
  // has more of some kind of layer or heavier weights than those looked at. Where all layers are alike, the
  // second has as many as any.
  const bool are_alike = table_.groups().size() == 1 && !stored_as_gguf(plan_);
  const int to = are_alike ? std::min(2, stages - 1) : stages - 1;
  std::vector<Stage> between;
  for (int i = 1; i < to; ++i) {
    const Stage stage = stage_of(plan_, table_.layers(), stages, i);
    const auto has_all = [&](const Stage& other) { return is_within(stage, other); };
    if (std::any_of(between.begin(), between.end(), has_all)) continue;
    between.push_back(stage);
    const InferenceParts other = this->parts(device, stage);
    if (other.peak_bytes() <= parts.peak_bytes()) continue;
    parts = other;
    best = stage;
  }
  return best;
}

bool ServedModel::is_within(const Stage& stage, const Stage& other) {
  // The order of unlike layers counts in a graph's buffer.
  if (plan_.engine == Engine::llama_cpp && table_.groups().size() > 1) return false;
  for (std::size_t g = 0; g < table_.groups().size(); ++g) {
    if (table_.count(g, stage.first, stage.last) > table_.count(g, other.first, other.last)) return false;
  }
  const auto weights = [&](const Stage& s) {
    return weights_.of(s.first, s.last, s.embedding, s.head).device.bytes;
  };
  return weights(stage) <= weights(other);
}

double ServedModel::weights_bytes() {
  const auto placed = weights_.of(0, table_.layers(), true, true);
  return (placed.device.bytes + placed.host.bytes) * scale_;
}

}  // namespace slide_rule
