#include "slide_rule/fit/peer_rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <string>

#include "slide_rule/columns.hpp"
#include "slide_rule/fit/need.hpp"
#include "slide_rule/fit/sort_few.hpp"
#include "slide_rule/formula.hpp"

namespace slide_rule {
namespace {

/// One case of a rule. `when`: conditions on a job's facets, "method=full precision=bf16,bf16-mixed"; of the
/// variants of a rule that tell the same figure, the first whose conditions hold is meant.
struct PeerVariant {
  std::string_view id, tool;
  Task task;
  PeerFigure of;
  std::string_view when, formula;
};

#include "catalog/generated/peers.inc"

/// Whether `name`, in any case, stands in the text.
bool names(const std::string& text, std::string_view name) {
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  return std::search(text.begin(), text.end(), name.begin(), name.end(), same) != text.end();
}

/// Bytes of a format by the first digit in its name, read as bits: "Q4_K_M" 0.5, "nf4" 0.5. Names of two
/// digits are those of 16 and 32 bits.
double nominal_bytes(std::string_view format) {
  const std::size_t at = format.find_first_of("0123456789");
  if (at == std::string_view::npos) return 0;
  if (format.substr(at, 2) == "16") return 2;
  if (format.substr(at, 2) == "32") return 4;
  return (format[at] - '0') / 8.0;
}

class Asker {
 public:
  explicit Asker(const Job& job) : job_(job), plan_(job.plan), table_(job.model.model) {}

  PeerRulesAnswer run() {
    own_figures();
    PeerRulesAnswer a;
    for (const PeerVariant& v : kPeerVariants) {
      const bool told = !a.rules.empty() && a.rules.back().id == v.id && a.rules.back().of == v.of;
      if (!told && v.task == plan_.task && holds(v.when)) add(v, a.rules);
    }
    sort_few(a.rules, [](const PeerAnswer& x, const PeerAnswer& y) { return x.of < y.of; });
    return a;
  }

 private:
  const Model& model() const { return table_.model(); }
  bool training() const { return plan_.task == Task::training; }

  // ---- what the estimate says ----

  void own_figures() {
    if (training()) {
      own(PeerFigure::total) = training_bytes(model(), plan_.training);
      return;
    }
    Problems none;
    const InferenceQuestion q{job_.model, plan_.serving, job_.gpu, job_.memory_bytes, {}, {}};
    own(PeerFigure::total) = answer(q, none).all_gpus_bytes;
    InferencePlan whole = plan_.serving;
    whole.tensor_parallel = whole.gpus = 1;
    const InferenceParts parts =
        inference_parts(table_, whole, card_of(job_.hardware()).serving, {0, table_.layers(), true, true});
    own(PeerFigure::weights) = parts.weights + parts.weights_host;
    own(PeerFigure::kv_cache) = parts.cache + parts.cache_host;
    if (whole.engine == Engine::vllm) own(PeerFigure::activations) = parts.activations + parts.logits;
  }
  double& own(PeerFigure of) { return own_[static_cast<std::size_t>(of)]; }

  // ---- which variant is meant ----

  std::string_view facet(std::string_view name) const {
    const TrainingPlan& t = plan_.training;
    if (name == "method") return name_of(t.method);
    if (name == "precision") return name_of(t.precision);
    if (name == "optimizer") return name_of(t.optimizer);
    if (name == "recompute") return name_of(t.recompute);
    if (name == "sharding") return name_of(t.sharding);
    if (name == "offload") return name_of(t.offload);
    if (name == "framework") return name_of(t.framework);
    if (name == "pipeline") return t.pipeline_parallel == 1 ? "1" : "more";
    if (name == "weightFormat") return name_of(plan_.serving.weight_format);
    if (name == "engine") return name_of(plan_.serving.engine);
    if (name == "experts") return model().experts.count > 0 ? "yes" : "no";
    if (name == "attentionKind") {
      return model().mla.kv_rank > 0 ? "mla" : model().layer_types.empty() ? "full" : "mixed";
    }
    // family
    const std::string known = model().id + " " + model().name;
    return names(known, "llama") ? "Llama" : names(known, "deepseek") ? "DeepSeek" : std::string_view();
  }

  bool holds(std::string_view when) const {
    while (!when.empty()) {
      std::string_view values = take_until(when, ' ');
      const std::string_view actual = facet(take_until(values, '='));
      bool found = false;
      while (!values.empty()) found |= take_until(values, ',') == actual;
      if (!found) return false;
    }
    return true;
  }

  // ---- what it says ----

  /// 0 where the model or the job has no such thing.
  double value_of_symbol(std::string_view symbol) const {
    const Model& m = model();
    const TrainingPlan& t = plan_.training;
    const InferencePlan& s = plan_.serving;
    if (symbol == "parameters") return table_.parameters().text;
    if (symbol == "headParameters") return m.tied_embeddings ? 0 : m.hidden_size * m.vocabulary;
    if (symbol == "adapterParameters") return adapter_parameters();
    if (symbol == "linearParameters") return linear_parameters();
    if (symbol == "layers") return m.layers;
    if (symbol == "hiddenSize") return m.hidden_size;
    if (symbol == "heads") return m.heads;
    if (symbol == "kvHeads") return m.kv_heads;
    if (symbol == "headDim")
      return m.head_dim > 0 ? m.head_dim : m.value_dim > 0 ? m.value_dim : m.mla.nope_dim;
    if (symbol == "namedHeadDim")
      return m.mla.kv_rank > 0 && m.heads > 0 ? m.hidden_size / m.heads : m.head_dim;
    if (symbol == "mlpWidth") return m.mlp_width;
    if (symbol == "vocabulary") return m.vocabulary;
    if (symbol == "kvRank") return m.mla.kv_rank;
    if (symbol == "ropeDim") return m.mla.rope_dim;
    if (symbol == "tokens") return training() ? t.sequence_tokens : s.context_tokens;
    if (symbol == "batch") return training() ? t.micro_batch : s.batch;
    if (symbol == "bytesPerWeight") {
      if (training()) return t.precision == Precision::fp32 ? 4 : 2;
      return nominal_bytes(name_of(s.weight_format));
    }
    if (symbol == "nominalElementBytes") return nominal_bytes(name_of(s.kv_format));
    if (symbol == "bytesPerElement") return bytes_per_element(s.kv_format);
    if (symbol == "shards") return t.data_parallel();
    if (symbol == "tensorParallel") return t.tensor_parallel;
    return 0;
  }

  double adapter_parameters() const {
    const TrainingPlan& t = plan_.training;
    const std::vector<LayerGroup> groups = layer_groups(model());
    return stage_parameters(model(), t, groups, true, true).adapters;
  }
  double linear_parameters() const {
    double sum = 0;
    for (int i = 0; i < table_.layers(); ++i) {
      for (const Tensor& t : table_.group(i).tensors) sum += t.matrix ? t.elements() : 0;
    }
    return sum;
  }

  void add(const PeerVariant& v, std::vector<PeerAnswer>& rules) {
    const TrainingPlan& t = plan_.training;
    const double split = t.tensor_parallel * t.pipeline_parallel * t.context_parallel;
    const bool knows_split = v.formula.find("tensorParallel") != v.formula.npos && split == t.tensor_parallel;
    if (training() && split > 1 && !knows_split) return;
    PeerAnswer a;
    a.workings = {v.formula, {}, v.id};
    std::size_t at = 0;
    for (std::string_view s = next_symbol(v.formula, at); !s.empty(); s = next_symbol(v.formula, at)) {
      const auto& known = a.workings.factors;
      if (std::any_of(known.begin(), known.end(), [&](const Factor& f) { return f.symbol == s; })) continue;
      const double value = value_of_symbol(s);
      if (value == 0 && s != "headParameters") return;
      a.workings.factors.add(s, value);
    }
    a.bytes = evaluate_formula(v.formula, a.workings.factors);
    a.own_bytes = own(v.of);
    if (!(a.own_bytes > 0) || !std::isfinite(a.bytes)) return;
    a.id = a.reason = v.id;
    a.tool = v.tool;
    a.of = v.of;
    a.difference_bytes = a.bytes - a.own_bytes;
    a.ratio = a.bytes / a.own_bytes;
    rules.push_back(a);
  }

  const Job& job_;
  const JobPlan& plan_;
  const LayerTable table_;
  std::array<double, Names<PeerFigure>::words.size()> own_{};
};

}  // namespace

PeerRulesAnswer answer(const PeerRulesQuestion& q, Problems& problems) {
  Job job = q.job;
  settle(job, problems);
  if (!problems.empty()) return {};
  return Asker(job).run();
}

}  // namespace slide_rule
