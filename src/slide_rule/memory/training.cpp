#include "slide_rule/memory/training.hpp"

#include <algorithm>
#include <cmath>

#include "slide_rule/memory/device.hpp"
#include "slide_rule/memory/intervals.hpp"
#include "slide_rule/memory/training_phases.hpp"

namespace slide_rule {
namespace {

/// Keeps the peak alone.
class PeakOnly {
 public:
  void begin(TrainingPhase) { bytes_ = 0; }
  template <class Explain>
  void term(std::string_view, double bytes, Explain&&) {
    bytes_ += bytes;
  }
  void end() { peak_ = std::max(peak_, bytes_); }
  double peak() const { return peak_; }

 private:
  double bytes_ = 0, peak_ = 0;
};

/// Keeps each phase's sum.
class PhaseSums {
 public:
  explicit PhaseSums(double* bytes) : bytes_(bytes) {}
  void begin(TrainingPhase id) { at_ = static_cast<std::size_t>(id); }
  template <class Explain>
  void term(std::string_view, double bytes, Explain&&) {
    bytes_[at_] += bytes;
  }
  void end() {}

 private:
  double* bytes_;
  std::size_t at_ = 0;
};

/// Keeps every phase with its terms.
class Account {
 public:
  void begin(TrainingPhase id) { phases_.push_back({id, 0, {}}); }
  template <class Explain>
  void term(std::string_view id, double bytes, Explain&& explain) {
    PhaseMemory& phase = phases_.back();
    phase.bytes += bytes;
    if (bytes == 0) return;
    const Explanation e = explain();
    phase.terms.push_back({id, bytes, e.formula, e.factors, e.source});
  }
  void end() {
    if (phases_.back().bytes > phases_[peak_].bytes) peak_ = phases_.size() - 1;
  }
  const PhaseMemory& peak() const { return phases_[peak_]; }
  std::vector<PhaseMemory> take() { return std::move(phases_); }

 private:
  std::vector<PhaseMemory> phases_;
  std::size_t peak_ = 0;
};

/// The model as the framework holds it: some give a tied head a tensor of its own.
class AsTrained {
 public:
  AsTrained(const Model& asked, const TrainingPlan& plan) : model_(&asked) {
    if (!asked.tied_embeddings || !traits_of(plan.framework).unties_embeddings) return;
    untied_ = asked;
    untied_->tied_embeddings = false;
    model_ = &*untied_;
  }
  AsTrained(const AsTrained&) = delete;
  AsTrained& operator=(const AsTrained&) = delete;
  const Model& model() const { return *model_; }

 private:
  std::optional<Model> untied_;
  const Model* model_;
};

/// @param table  the model's, where one is at hand
template <class Sink>
void tell_stage(const Model& model, const LayerTable* table, const TrainingPlan& plan, int index,
                Sink& sink) {
  const StageLayers l = stage_layers(model, plan, index);
  const std::vector<LayerGroup> groups =
      table ? layer_groups(*table, l.from, l.to) : layer_groups(model, l.from, l.to);
  const TrainingStage stage = training_stage(model, plan, index, groups);
  PhaseTeller<Sink>(stage, sink).tell();
}

double peak_of_stages(const Model& asked, const LayerTable* table, const TrainingPlan& plan) {
  const AsTrained as_trained(asked, plan);
  double peak = 0;
  for (int i = 0; i < static_cast<int>(plan.pipeline_parallel); ++i) {
    PeakOnly sink;
    tell_stage(as_trained.model(), table, plan, i, sink);
    peak = std::max(peak, sink.peak());
  }
  return peak;
}

std::vector<Assumption> assumptions_of(const Model& model, const TrainingPlan& plan, int stage) {
  std::vector<Assumption> list;
  const FrameworkTraits& traits = traits_of(plan.framework);
  list.push_back({"software-year", plan.software_year});
  const bool sixteen = plan.precision == Precision::bf16;
  if (sixteen && parameter_scheme(plan).master > 0) list.push_back({"keeps-master-copy"});
  if (plan.method != Method::full) {
    if (!plan.lora_targets) list.push_back({"lora-targets-all-linear"});
    if (!plan.lora_dropout && traits.lora_dropout > 0)
      list.push_back({"lora-dropout-default", traits.lora_dropout});
    if (!plan.weight_format && plan.method == Method::qlora) {
      list.push_back({traits.double_quantised ? "nf4-double-quantised" : "nf4-fp32-scales"});
    }
    if (!plan.weight_format && plan.method == Method::lora) {
      list.push_back({parameter_scheme(plan).frozen == 4 ? "frozen-weights-fp32" : "frozen-weights-16-bit"});
    }
  }
  if (plan.method != Method::full && model.experts.count > 0 && expert_adapters(model, plan).matrices == 0 &&
      plan.lora_targets.value_or(LoraTargets{}).has(LoraTargets::mlp)) {
    list.push_back({"experts-without-adapters"});
  }
  if (keeps_experts(model, plan)) list.push_back({"experts-not-quantised"});
  const TrainingStage s = [&] {
    const StageLayers l = stage_layers(model, plan, stage);
    return training_stage(model, plan, stage, layer_groups(model, l.from, l.to));
  }();
  if (s.optimizer.host > 0) {
    list.push_back({"paged-states-outside-allocator",
                    (s.trained + s.trained_experts) * s.optimizer.host / s.shards.optimizer});
  }
  if (plan.pipeline_parallel > 1) {
    list.push_back({"layers-dealt-evenly"});
    if (!plan.micro_batches && plan.gradient_accumulation == 1) {
      list.push_back({"micro-batches-fill-pipeline", plan.pipeline_parallel});
    }
  }
  if (model.experts.count > 0) list.push_back({"experts-evenly-loaded"});
  if (model.recurrent.kind != RecurrentKind::none) list.push_back({"recurrent-activations-derived"});
  if (plan.recompute == Recompute::selective && traits.mixed != MixedScheme::megatron) {
    list.push_back({"selective-by-operators"});
  }
  if (plan.statistic == MemoryStatistic::reserved) list.push_back({"equal-lengths"});
  return list;
}

MeasuredGroup measured_group(const TrainingPlan& plan) {
  if (plan.gpus > 1) return MeasuredGroup::parallel;
  switch (plan.method) {
    case Method::lora:
      return MeasuredGroup::lora;
    case Method::qlora:
      return MeasuredGroup::qlora;
    case Method::full:
      break;
  }
  return MeasuredGroup::full_one_gpu;
}

}  // namespace

namespace {

bool divides(double whole, double part, std::string_view field, std::string_view of, Problems& problems) {
  if (std::fmod(whole, part) == 0) return true;
  problems.push_back({std::string(field), Code::must_divide, whole, std::string(of)});
  return false;
}

}  // namespace

bool check_split(const TrainingPlan& plan, Problems& problems) {
  const double stages = plan.gpus / plan.tensor_parallel, ranks = stages / plan.pipeline_parallel;
  if (!divides(plan.gpus, plan.tensor_parallel, "tensorParallel", "gpus", problems) ||
      !divides(stages, plan.pipeline_parallel, "pipelineParallel", "gpus", problems) ||
      !divides(ranks, plan.context_parallel, "contextParallel", "gpus", problems)) {
    return false;
  }
  divides(plan.gpus / plan.pipeline_parallel, plan.expert_parallel, "expertParallel", "gpus", problems);
  if (plan.virtual_pipeline > 1 && plan.pipeline_parallel == 1) {
    problems.push_back({"virtualPipeline", Code::contradicts, 0, "pipelineParallel"});
  }
  return true;
}

void check(const Model& model, const TrainingPlan& plan, Problems& problems) {
  if (!check_split(plan, problems)) return;
  if (plan.pipeline_parallel > model.layers) {
    problems.push_back({"pipelineParallel", Code::above_maximum, model.layers, "layers"});
  }
  if (plan.method != Method::full && plan.lora_targets) {
    const StageParameters all = stage_parameters(model, plan, layer_groups(model), true, true);
    if (all.adapters == 0) problems.push_back({"loraTargets", Code::contradicts, 0, "model"});
  }
  if (model.heads > 0) divides(model.heads, plan.tensor_parallel, "tensorParallel", "heads", problems);
  if (plan.expert_parallel > 1) {
    if (model.experts.count == 0) {
      problems.push_back({"expertParallel", Code::contradicts, 0, "model"});
    } else {
      divides(model.experts.count, plan.expert_parallel, "expertParallel", "experts", problems);
    }
  }
}

double training_bytes(const Model& model, const TrainingPlan& plan) {
  return peak_of_stages(model, nullptr, plan);
}

double training_bytes(const LayerTable& table, const TrainingPlan& plan) {
  return peak_of_stages(table.model(), &table, plan);
}

std::vector<double> training_phase_bytes(const LayerTable& table, const TrainingPlan& plan) {
  constexpr std::size_t kPhases = Names<TrainingPhase>::words.size();
  const AsTrained as_trained(table.model(), plan);
  const auto stages = static_cast<std::size_t>(plan.pipeline_parallel);
  std::vector<double> bytes(stages * kPhases);
  for (std::size_t i = 0; i < stages; ++i) {
    PhaseSums sink(&bytes[i * kPhases]);
    tell_stage(as_trained.model(), &table, plan, static_cast<int>(i), sink);
  }
  return bytes;
}

TrainingMemoryAnswer training_memory(const Model& asked, const TrainingPlan& plan) {
  const AsTrained as_trained(asked, plan);
  TrainingMemoryAnswer a;
  for (int i = 0; i < static_cast<int>(plan.pipeline_parallel); ++i) {
    Account account;
    tell_stage(as_trained.model(), nullptr, plan, i, account);
    const PhaseMemory& peak = account.peak();
    if (i > 0 && peak.bytes <= a.peak_bytes) continue;
    a.peak_bytes = peak.bytes;
    a.peak_phase = peak.id;
    a.pipeline_stage = i;
    a.terms = peak.terms;
    a.phases = account.take();
  }
  a.interval = training_interval(plan, a.peak_bytes);
  a.assumptions = assumptions_of(as_trained.model(), plan, static_cast<int>(a.pipeline_stage));
  return a;
}

Interval training_interval(const TrainingPlan& plan, double peak_bytes) {
  return interval_around(measured_group(plan), peak_bytes, 0, plan.statistic == MemoryStatistic::reserved);
}

double training_device_bytes(const Model& model, const TrainingPlan& plan, double context_bytes) {
  TrainingPlan reserved = plan;
  reserved.statistic = MemoryStatistic::reserved;
  return training_bytes(model, reserved) + context_bytes;
}

TrainingMemoryAnswer answer(const TrainingMemoryQuestion& q, Problems& problems) {
  check(q.model.model, q.plan, problems);
  if (!problems.empty()) return {};
  TrainingMemoryAnswer a = training_memory(q.model.model, q.plan);
  const double context = q.gpu ? device_overhead(q.gpu->gpu).context_bytes : default_context_bytes();
  a.device_bytes = training_device_bytes(q.model.model, q.plan, context);
  q.model.add_assumptions(a.assumptions);
  return a;
}

}  // namespace slide_rule
