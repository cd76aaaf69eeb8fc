// The answer to a question about inference memory: terms with their formulas, phases, what vLLM takes.

#include <cmath>
#include <string_view>

#include "slide_rule/memory/inference_detail.hpp"
#include "slide_rule/memory/intervals.hpp"
#include "slide_rule/memory/served_model.hpp"
#include "slide_rule/scaling/solvers.hpp"

namespace slide_rule {
namespace {

using namespace detail;

bool is_low_bit(NumberFormat f) {
  return f != NumberFormat::fp32 && f != NumberFormat::fp16 && f != NumberFormat::bf16;
}

class Terms {
 public:
  explicit Terms(std::vector<Term>& list) : list_(list) {}

  void add(std::string_view id, double bytes, std::string_view formula, std::initializer_list<Factor> factors,
           std::string_view source) {
    if (bytes <= 0) return;
    list_.push_back({id, bytes, formula, {}, source});
    for (const Factor& f : factors) {
      if (!f.symbol.empty()) list_.back().factors.add(f.symbol, f.value);
    }
  }

  /// Quantised and other weights with their average bits: the mix itself stands in `storage`.
  void weights(std::string_view id, double bytes, const Storage& s, double scale, std::string_view source) {
    if (bytes <= 0) return;
    double low = 0, low_bytes = 0, rest = 0, rest_bytes = 0;
    for (std::size_t f = 0; f < Storage::kFormats; ++f) {
      const bool quantised = is_low_bit(static_cast<NumberFormat>(f));
      (quantised ? low : rest) += s.weights[f];
      (quantised ? low_bytes : rest_bytes) += s.bytes[f];
    }
    low_bytes *= scale;
    rest_bytes *= scale;
    if (low == 0) {
      add(id, bytes, "weights * bytesPerWeight", {{"weights", rest}, {"bytesPerWeight", rest_bytes / rest}},
          source);
    } else if (rest == 0) {
      add(id, bytes, "quantisedWeights * bitsPerWeight / 8",
          {{"quantisedWeights", low}, {"bitsPerWeight", low_bytes * 8 / low}}, source);
    } else {
      add(id, bytes, "quantisedWeights * bitsPerWeight / 8 + otherWeights * bytesPerOtherWeight",
          {{"quantisedWeights", low},
           {"bitsPerWeight", low_bytes * 8 / low},
           {"otherWeights", rest},
           {"bytesPerOtherWeight", rest_bytes / rest}},
          source);
    }
  }

  void state(std::string_view id, double bytes, const CacheWidths& w, const InferencePlan& p) {
    const bool llama_cpp = p.engine == Engine::llama_cpp;
    add(id, bytes, "sequences * (stateElements * 4 + convolutionElements * convolutionBytes)",
        {{"sequences", llama_cpp ? sequences_kept(p) : p.batch},
         {"stateElements", w.state},
         {"convolutionElements", w.convolution},
         {"convolutionBytes", llama_cpp ? 4.0 : 2.0}},
        llama_cpp ? "llama-cpp-recurrent" : "transformers-modeling");
  }

  /// The bytes that the file's header tells.
  void file(std::string_view id, const FileParts& p, std::string_view source) {
    add(id, p.total(), "embeddingBytes + headBytes + layerBytes + expertBytes + otherBytes + towerBytes",
        {{"embeddingBytes", p.embedding},
         {"headBytes", p.head},
         {"layerBytes", p.layers},
         {"expertBytes", p.experts},
         {"otherBytes", p.other},
         {"towerBytes", p.towers}},
        source);
  }

 private:
  std::vector<Term>& list_;
};

/// Writes the parts of one stage as terms.
class TermWriter {
 public:
  TermWriter(const LayerTable& table, const InferencePlan& plan, const ServingDevice& device,
             const Stage& stage, const InferenceParts& parts, std::vector<Term>& list)
      : table_(table), m_(table.model()), p_(plan), d_(device), s_(stage), parts_(parts), terms_(list) {}

  void write() {
    const PlacedWeights placed = place_weights(table_, weight_plan(table_, p_, s_));
    weights(placed);
    terms_.add("weights-scales", parts_.scales, "quantisedWeights / blockWeights",
               {{"quantisedWeights", parts_.scales * kMxfp4Block}, {"blockWeights", kMxfp4Block}},
               "vllm-mxfp4");
    adapters();
    terms_.add("allocator-rounding", parts_.rounding, "allocatedBytes - weightBytes",
               {{"allocatedBytes", placed.device.allocated}, {"weightBytes", placed.device.total_bytes()}},
               "pytorch-cuda-allocator");
    caches();
    activations(placed);
    logits();
    terms_.add("rotary-tables", parts_.rotary_tables, "layers * positions * rotaryDim * 2 * 2",
               {{"layers", double(s_.last - s_.first)},
                {"positions", rotary_positions(m_)},
                {"rotaryDim", rotary_dim(m_)}},
               "transformers-modeling");
    compute_buffer();
    terms_.add("workspace", parts_.workspace, "workspaceBytes", {{"workspaceBytes", parts_.workspace}},
               "cublas-workspace");
    terms_.add("cuda-graphs", parts_.graphs, "layers * batchSizes * bytesEach",
               {{"layers", double(s_.last - s_.first)},
                {"batchSizes", vllm_graph_sizes(vllm_sequences(p_, d_))},
                {"bytesEach", kGraphLayerBytes}},
               "vllm-graph-capture");
    contexts();
  }

 private:
  void weights(const PlacedWeights& placed) {
    const WeightPlan plan = weight_plan(table_, p_, s_);
    if (loads_own_file(table_, p_)) {
      const PlacedFile file = place_file(table_, plan);
      const std::string_view source = plan.gguf ? "gguf-format" : "safetensors-format";
      terms_.file("weights", file.device, source);
      terms_.file("weights-host", file.host, source);
      return;
    }
    const double scale = recipe_scale(table_, p_);
    const std::string_view source =
        plan.gguf ? "llama-cpp-quantize" : layout_of(plain_format(p_.weight_format).matrices).source;
    terms_.weights("weights", parts_.weights, placed.device, scale, source);
    terms_.weights("weights-host", parts_.weights_host, placed.host, scale, source);
  }

  void adapters() {
    if (parts_.adapters == 0) return;
    terms_.add("adapters", parts_.adapters, "adapters * rank * channels * 2",
               {{"adapters", p_.lora_adapters},
                {"rank", p_.lora_rank},
                {"channels", adapter_channels(table_, p_, s_)}},
               "hu-2021");
  }

  double cached_tokens() const {
    const bool prompt = p_.engine == Engine::transformers && parts_.phase == ServingPhase::prompt;
    return prompt ? prompt_cache_tokens(p_) : p_.context_tokens;
  }

  void cache(std::string_view id, double bytes, const CacheWidths& w) {
    const CacheCells cells = detail::cache_cells(p_, d_, m_.window, cached_tokens());
    const double k = bytes_per_element(p_.kv_format),
                 v = bytes_per_element(p_.kv_value_format.value_or(p_.kv_format));
    const std::string_view source = p_.engine == Engine::llama_cpp ? "llama-cpp-iswa-cache"
                                    : p_.engine == Engine::vllm    ? "vllm-hybrid-cache"
                                    : p_.engine == Engine::litgpt  ? "litgpt"
                                                                   : "transformers-modeling";
    if (w.window_keys == 0) {
      terms_.add(id, bytes, "(keys * keyBytes + values * valueBytes) * tokens",
                 {{"keys", w.full_keys},
                  {"keyBytes", k},
                  {"values", w.full_values},
                  {"valueBytes", v},
                  {"tokens", cells.full}},
                 source);
    } else {
      terms_.add(id, bytes,
                 "(keys * keyBytes + values * valueBytes) * tokens + "
                 "(windowKeys * keyBytes + windowValues * valueBytes) * windowTokens",
                 {{"keys", w.full_keys},
                  {"values", w.full_values},
                  {"tokens", cells.full},
                  {"windowKeys", w.window_keys},
                  {"windowValues", w.window_values},
                  {"windowTokens", cells.window},
                  {"keyBytes", k},
                  {"valueBytes", v}},
                 source);
    }
  }

  void caches() {
    const int from = std::clamp(first_device_layer(p_, table_.layers()), s_.first, s_.last);
    const CacheWidths device = detail::cache_widths(table_, p_, from, s_.last);
    const CacheWidths host = detail::cache_widths(table_, p_, s_.first, from);
    cache("kv-cache", parts_.cache, device);
    cache("kv-cache-host", parts_.cache_host, host);
    terms_.state("recurrent-state", parts_.state, device, p_);
    terms_.state("recurrent-state-host", parts_.state_host, host, p_);
    const CacheCells cells = cache_cells(p_, m_.window, p_.context_tokens);
    terms_.add("cache-growth", parts_.cache_growth, "tokens * keys * keyBytes",
               {{"tokens", device.full_keys > 0 ? cells.full : cells.window},
                {"keys", device.largest_keys},
                {"keyBytes", bytes_per_element(p_.kv_format)}},
               "transformers-modeling");
  }

  void activations(const PlacedWeights& placed) {
    const double bytes = parts_.activations;
    const bool transformers = p_.engine == Engine::transformers;
    const double tokens = transformers ? (parts_.phase == ServingPhase::prompt ? p_.prompt() : 1)
                          : p_.engine == Engine::litgpt ? p_.prompt()
                          : p_.engine == Engine::vllm   ? vllm_batched_tokens(p_, d_)
                                                        : std::min(p_.prompt(), kChunkTokens);
    const double batch = p_.engine == Engine::vllm ? 1 : p_.batch;
    const bool head_only = parts_.logits > 0 && ((transformers && parts_.phase == ServingPhase::prompt) ||
                                                 p_.engine == Engine::vllm);
    const std::string_view source = p_.engine == Engine::vllm ? "vllm-profiling" : "transformers-modeling";
    if (head_only) {
      terms_.add("activations", bytes, "batch * tokens * hiddenSize * elementBytes",
                 {{"batch", batch},
                  {"tokens", tokens},
                  {"hiddenSize", m_.hidden_size},
                  {"elementBytes", element_bytes(p_)}},
                 source);
    } else {
      const PromptPeak& peak = parts_.peak;
      const bool scores = peak.score_bytes > 0;
      terms_.add("activations", bytes,
                 scores ? "batch * tokens * ((hiddenCopies * hiddenSize + wideCopies * width / "
                          "tensorParallel + other) * "
                          "elementBytes + scoreBytes * heads / tensorParallel * tokens)"
                        : "batch * tokens * (hiddenCopies * hiddenSize + wideCopies * width / tensorParallel "
                          "+ other) * "
                          "elementBytes",
                 {{"batch", batch},
                  {"tokens", tokens},
                  {"hiddenCopies", peak.hidden_copies},
                  {"hiddenSize", m_.hidden_size},
                  {"wideCopies", peak.wide_copies},
                  {"width", peak.width},
                  {"tensorParallel", p_.ranks()},
                  {"other", peak.other},
                  {"elementBytes", element_bytes(p_)},
                  {scores ? "scoreBytes" : "", peak.score_bytes},
                  {scores ? "heads" : "", peak.heads}},
                 source);
    }
    if (p_.engine == Engine::litgpt) {
      terms_.add("activations-dequantised", parts_.dequantised, "largestMatrix * copies * 2",
                 {{"largestMatrix", placed.device.largest}, {"copies", litgpt_unpacked_copies(p_)}},
                 "litgpt");
    } else {
      terms_.add("activations-dequantised", parts_.dequantised, "largestMatrix * 2",
                 {{"largestMatrix", placed.device.largest}},
                 keeps_dequantised(p_) ? "exllama-kernels" : "dettmers-2023");
    }
  }

  void logits() {
    if (parts_.logits <= 0) return;
    const bool sampler = p_.engine == Engine::vllm ||
                         (p_.engine == Engine::transformers && parts_.phase == ServingPhase::decode);
    const bool all = p_.engine == Engine::litgpt ||
                     (p_.engine == Engine::transformers && parts_.phase == ServingPhase::prompt &&
                      p_.prompt_logits == PromptLogits::all);
    const double rows =
        p_.engine == Engine::vllm ? vllm_sequences(p_, d_) : p_.batch * (all ? p_.prompt() : 1);
    terms_.add("logits", parts_.logits, "rows * vocabulary * bytesPerLogit",
               {{"rows", rows},
                {"vocabulary", m_.vocabulary},
                {"bytesPerLogit", parts_.logits / (rows * m_.vocabulary)}},
               sampler                       ? "vllm-profiling"
               : p_.engine == Engine::litgpt ? "litgpt"
                                             : "transformers-modeling");
  }

  void compute_buffer() {
    const GgmlBuffer& b = parts_.buffer;
    terms_.add("compute-buffer", b.total(), "inputs + hidden + inner + logits + gaps",
               {{"inputs", b.inputs},
                {"hidden", b.hidden},
                {"inner", b.inner},
                {"logits", b.logits},
                {"gaps", b.gaps}},
               "ggml-allocator");
    if (parts_.buffer_host > 0) {
      const GgmlPlan graph = ggml_plan(table_, p_, s_, 0);
      terms_.add("inputs-host", parts_.buffer_host, "(hiddenSize + cells + windowCells) * ubatchTokens * 4",
                 {{"hiddenSize", m_.hidden_size},
                  {"cells", graph.cells},
                  {"windowCells", graph.window_cells},
                  {"ubatchTokens", graph.ubatch}},
                 "llama-cpp-graph");
    }
    terms_.add("outputs-host", parts_.logits_host, "vocabulary * sequences * 4",
               {{"vocabulary", m_.vocabulary}, {"sequences", sequences_kept(p_)}}, "llama-cpp-graph");
  }

  void contexts() {
    terms_.add("cache-fragments", parts_.fragments, "max(0, decodeBytes + generatedCache - peakBytes)",
               {{"decodeBytes", parts_.decode_peak},
                {"generatedCache", parts_.copied_cache},
                {"peakBytes", parts_.peak_bytes()}},
               "pytorch-cuda-allocator");
    const bool vllm = p_.engine == Engine::vllm;
    if (vllm) {
      terms_.add(
          "context", parts_.context, "outsideBytes + collectiveBytes",
          {{"outsideBytes", kVllmContextBytes}, {"collectiveBytes", parts_.context - kVllmContextBytes}},
          "vllm-profiling");
    } else {
      terms_.add("context", parts_.context, "contextBytes", {{"contextBytes", parts_.context}},
                 p_.engine == Engine::llama_cpp ? "llama-cpp-context" : "pytorch-out-of-memory-reports");
    }
    terms_.add("process-context", parts_.process_context, "contextBytes",
               {{"contextBytes", parts_.process_context}}, "pytorch-out-of-memory-reports");
  }

  const LayerTable& table_;
  const Model& m_;
  const InferencePlan& p_;
  const ServingDevice& d_;
  const Stage& s_;
  const InferenceParts& parts_;
  Terms terms_;
};

/// A draft model lies beside the model on the same device and keeps a cache of the same context.
InferencePlan draft_plan(const InferenceQuestion& q) {
  InferencePlan p = with_split(q.plan, q.model.model);
  p.weight_format = q.draft_weight_format;
  p.bits_per_weight.reset();
  p.lora_rank = 0;
  return p;
}

void add_draft(const InferenceQuestion& q, const LayerTable& table, const ServingDevice& device,
               InferenceAnswer& a) {
  const InferencePlan plan = draft_plan(q);
  const Stage all{0, table.layers(), true, true};
  const PlacedWeights placed = place_weights(table, weight_plan(table, plan, all));
  Terms terms(a.terms);
  const std::size_t before = a.terms.size();
  terms.weights("weights-draft", placed.device.total_bytes(), placed.device, 1,
                layout_of(plain_format(plan.weight_format).matrices).source);
  terms.weights("weights-draft-host", placed.host.total_bytes(), placed.host, 1, "llama-cpp-quantize");
  const CacheWidths w = detail::cache_widths(table, plan, 0, table.layers());
  const CacheCells cells = detail::cache_cells(plan, device, table.model().window, plan.context_tokens);
  terms.add(
      "kv-cache-draft", cache_bytes(w, cells, plan),
      "elements * bytesPerElement * tokens + windowElements * bytesPerElement * windowTokens",
      {{"elements", w.full_keys + w.full_values},
       {"bytesPerElement", cache_bytes(w, cells, plan) / ((w.full_keys + w.full_values) * cells.full +
                                                          (w.window_keys + w.window_values) * cells.window)},
       {"tokens", cells.full},
       {"windowElements", w.window_keys + w.window_values},
       {"windowTokens", cells.window}},
      "leviathan-2023");
  const double sequences = plan.engine == Engine::llama_cpp ? sequences_kept(plan) : plan.batch;
  terms.state("recurrent-state-draft", state_bytes(w, plan.engine, sequences), w, plan);
  for (std::size_t i = before; i < a.terms.size(); ++i) {
    const bool host = a.terms[i].id.size() > 5 && a.terms[i].id.substr(a.terms[i].id.size() - 5) == "-host";
    (host ? a.host_bytes : a.peak_bytes) += a.terms[i].bytes;
    if (!host) {
      a.device_bytes += a.terms[i].bytes;
      a.all_gpus_bytes += a.terms[i].bytes * plan.ranks();
    }
  }
}

MeasuredGroup group_of(Engine engine) {
  return engine == Engine::vllm        ? MeasuredGroup::inference_vllm
         : engine == Engine::llama_cpp ? MeasuredGroup::inference_llamacpp
                                       : MeasuredGroup::inference_transformers;
}

Interval interval_of(const InferencePlan& p, const InferenceParts& parts, double peak) {
  const bool apart = p.engine == Engine::vllm || p.engine == Engine::llama_cpp;
  const double certain = apart ? parts.weights + parts.scales + parts.cache + parts.state : 0;
  return interval_around(group_of(p.engine), peak - certain, certain);
}

void assume(const InferenceQuestion& q, const LayerTable& table, const ServingDevice& d,
            const InferenceParts& parts, InferenceAnswer& a) {
  const Model& m = q.model.model;
  const InferencePlan p = with_split(q.plan, m);
  const auto add = [&](std::string_view id, double value = 0) { a.assumptions.push_back({id, value}); };
  q.model.add_assumptions(a.assumptions);
  if (p.engine == Engine::transformers && m.mla.kv_rank > 0) {
    const double expanded =
        m.heads * (m.mla.nope_dim + m.mla.rope_dim + (m.value_dim > 0 ? m.value_dim : m.mla.nope_dim));
    add("mla-latent-cache", expanded / (m.mla.kv_rank + m.mla.rope_dim));
  }
  if (m.tower_parameters > 0 && (p.engine == Engine::transformers || p.engine == Engine::vllm)) {
    add("towers-loaded", m.tower_parameters);
  }
  if (p.engine == Engine::transformers && !p.prompt_tokens) add("whole-context-as-prompt", p.prompt());
  if (parts.rounding > 0) add("allocator-rounds-weights");
  if (p.engine == Engine::vllm && !p.max_num_seqs) add("vllm-sequences", vllm_sequences(p, d));
  if (p.engine == Engine::vllm && !p.max_batched_tokens)
    add("vllm-batched-tokens", vllm_batched_tokens(p, d));
  if (p.engine == Engine::vllm && m.window > 0)
    add(keeps_window_pages(p) ? "pages-of-window" : "windows-as-full-pages");
  if (p.engine == Engine::llama_cpp) {
    add("token-embedding-on-host");
    if (!p.prompt_logits) add("logits-of-micro-batch");
    if (p.cpu_moe_layers > 0 || (p.gpu_layers && *p.gpu_layers <= m.layers)) add("host-weights-streamed");
    if (p.gpus > 1) add("pipelined-inputs");
  }
  if (p.lora_rank > 0 && m.experts.count > 0 && !adapts_experts(p, m)) add("experts-served-without-adapters");
  const bool own = loads_own_file(table, p);
  if (!own && weight_plan(table, p, {0, table.layers()}).experts_kept) add("experts-not-quantised");
  if (own) add("file-weights", all_bytes(m.file));
  if (own && m.file.prediction_layers > 0) add("prediction-layers-not-loaded", m.file.prediction_layers);
  if (stored_as_gguf(p) && !p.importance_matrix && !p.bits_per_weight && !own) add("published-recipe");
  if (p.engine == Engine::exllamav2 || p.engine == Engine::mlc) add("engine-not-measured");
  if (p.gpus > 1 && splits_by_itself(q.plan)) add("tensor-parallel-of-engine", p.ranks());
  if (p.stages() > 1) add("layers-split-evenly", p.stages());
  if (!q.gpu) add("context-of-unnamed-device", d.context_bytes);
}

}  // namespace

Interval inference_interval(const InferencePlan& plan, const InferenceParts& parts) {
  return interval_of(plan, parts, parts.peak_bytes());
}

InferenceAnswer answer(const InferenceQuestion& q, Problems& problems) {
  check(q.model.model, q.plan, problems);
  if (q.gpu && q.memory_bytes) problems.push_back({"memoryBytes", Code::contradicts, 0, "gpu"});
  if (!problems.empty()) return {};
  const InferencePlan p = with_split(q.plan, q.model.model);
  const LayerTable table(q.model.model);
  ServingDevice device = serving_device();
  if (q.gpu) device = serving_device(q.gpu->gpu, usable_bytes(q.gpu->gpu));
  if (q.memory_bytes) device.total_bytes = *q.memory_bytes;

  InferenceAnswer a;
  InferenceParts parts;
  const Stage stage = busiest_stage(table, p, device, parts);
  TermWriter(table, p, device, stage, parts, a.terms).write();
  a.peak_bytes = parts.peak_bytes();
  a.device_bytes = parts.device_bytes();
  a.host_bytes = parts.host_bytes();
  a.peak_phase = parts.phase;

  const int stages = std::max(1, std::min(static_cast<int>(p.stages()), table.layers()));
  GgmlBuffers buffers(table);
  ServedModel served(table, p, buffers);
  for (int i = 0; i < stages; ++i) {
    const Stage each = stage_of(p, table.layers(), stages, i);
    a.all_gpus_bytes += served.parts(device, each).peak_bytes() * p.ranks();
  }
  const Storage file = stored_file(table, p);
  const double scale = recipe_scale(table, p);
  for (std::size_t f = 0; f < Storage::kFormats; ++f) {
    if (file.weights[f] > 0)
      a.storage.push_back({static_cast<NumberFormat>(f), file.weights[f], file.bytes[f] * scale});
  }
  const bool own = loads_own_file(table, p);
  a.file_bytes = (own ? all_bytes(q.model.model.file) : file.total_bytes() * scale) +
                 (weight_plan(table, p, stage).gguf ? gguf_header_bytes(table) : 0);

  a.interval = interval_of(p, parts, a.peak_bytes);
  double draft_bytes = 0;
  if (q.draft_model) {
    add_draft(q, LayerTable(q.draft_model->model), device, a);
    draft_bytes = a.peak_bytes - parts.peak_bytes();
    a.interval.low += draft_bytes;
    a.interval.high += draft_bytes;
  }

  // Nothing is generated where the prompt is all the context.
  const bool generates = p.context_tokens > p.prompt();
  for (const ServingPhase phase : {ServingPhase::prompt, ServingPhase::decode}) {
    const bool differs = p.engine == Engine::transformers && (generates || phase == ServingPhase::prompt);
    if (!differs && phase != parts.phase) continue;
    a.phases.push_back({phase, served.parts(device, stage, phase).peak_bytes() + draft_bytes});
  }

  const CacheWidths whole = cache_widths(table, 0, table.layers(), 1);
  const double k = bytes_per_element(p.kv_format),
               v = bytes_per_element(p.kv_value_format.value_or(p.kv_format));
  a.kv_bytes_per_token =
      (whole.full_keys + whole.window_keys) * k + (whole.full_values + whole.window_values) * v;
  if (p.engine == Engine::vllm && device.total_bytes > 0) {
    TakenShare t;
    t.bytes = p.gpu_memory_utilization * device.total_bytes;
    double draft_cache = 0;
    for (const Term& term : a.terms) {
      if (term.id == "kv-cache-draft" || term.id == "recurrent-state-draft") draft_cache += term.bytes;
    }
    const double of_sequences = parts.cache + parts.state + draft_cache;
    const double others = parts.peak_bytes() + draft_bytes - of_sequences - parts.graphs + parts.context;
    t.cache_bytes = std::max(0.0, t.bytes - others);
    const CacheWidths w = detail::cache_widths(table, p, stage.first, stage.last);
    const auto room_left = [&](double sequences) {
      InferencePlan filled = p;
      filled.batch = sequences;
      const CacheCells cells = detail::cache_cells(filled, device, table.model().window, p.context_tokens);
      return t.cache_bytes - cache_bytes(w, cells, filled) - state_bytes(w, p.engine, sequences) -
             draft_cache / p.batch * sequences;
    };
    constexpr double kMostSequences = 1e9;
    const double sequences =
        of_sequences > 0 && t.cache_bytes > 0 ? bisect(room_left, 1e-9, kMostSequences) : 0;
    t.cache_tokens = std::floor(sequences * p.context_tokens);
    t.sequences = t.cache_tokens / p.context_tokens;
    a.taken = t;
  }
  assume(q, table, device, parts, a);
  return a;
}

}  // namespace slide_rule
