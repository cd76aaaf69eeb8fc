#pragma once
// Memory of training: the peak of the busiest GPU as a maximum over the phases of a step, each phase a sum of
// terms.
//
//   load            weights
//   forward         what is always there, and what layers left for backward
//   loss            the same with logits and the loss's temporaries
//   backward        activations fall while gradients rise: the larger of its beginning and its end
//   optimizer-step  weights, gradients, moments, temporaries of the step
// Gradients of earlier micro-batches are alive in forward and loss where gradients accumulate.

#include <optional>
#include <string>
#include <vector>

#include "slide_rule/choices.hpp"
#include "slide_rule/estimate.hpp"
#include "slide_rule/memory/activations.hpp"
#include "slide_rule/memory/parameter_states.hpp"
#include "slide_rule/memory/training_plan.hpp"
#include "slide_rule/memory/weights.hpp"

namespace slide_rule {

enum class TrainingPhase { load, forward, loss, backward_start, backward_end, optimizer_step };
SLIDE_RULE_NAMES(TrainingPhase, "load", "forward", "loss", "backward-start", "backward-end", "optimizer-step")

/// One phase of the timeline. `terms` sum to `bytes`.
struct PhaseMemory {
  TrainingPhase id = TrainingPhase::load;
  double bytes = 0;
  std::vector<Term> terms;

  static constexpr void describe(auto& v, auto& p) {
    v.field("id", p.id);
    v.field("bytes", p.bytes);
    v.field("terms", p.terms);
  }
};

struct TrainingMemoryQuestion {
  ModelChoice model;
  TrainingPlan plan;
  std::optional<GpuChoice> gpu;

  static constexpr void describe(auto& v, auto& q) {
    v.field("model", q.model, required_text);
    TrainingPlan::describe(v, q.plan);
    v.field("gpu", q.gpu);
  }
};

struct TrainingMemoryAnswer {
  double peak_bytes = 0;    ///< of the busiest GPU, as the framework's allocator counts it
  double device_bytes = 0;  ///< as nvidia-smi would: what the allocator holds, and the context
  TrainingPhase peak_phase = TrainingPhase::load;
  double pipeline_stage = 0;  ///< the busiest, from 0
  std::vector<Term> terms;    ///< of the peak phase; they sum to peak_bytes
  std::vector<PhaseMemory> phases;
  Interval interval;
  std::vector<Assumption> assumptions;

  static constexpr void describe(auto& v, auto& a) {
    v.field("peakBytes", a.peak_bytes);
    v.field("deviceBytes", a.device_bytes);
    v.field("peakPhase", a.peak_phase);
    v.field("pipelineStage", a.pipeline_stage);
    v.field("terms", a.terms);
    v.field("phases", a.phases);
    v.field("interval", a.interval);
    v.field("assumptions", a.assumptions);
  }
};

/// What the division of the work among the ranks contradicts in itself: degrees that do not divide, chunks
/// without a pipeline. False where no ranks can be told.
bool check_split(const TrainingPlan& plan, Problems& problems);

/// That, and what a plan contradicts with the model: degrees that do not divide or are too many, expert
/// parallelism without experts. What has nothing to act on, as sharding on one
/// rank, is no contradiction.
void check(const Model& model, const TrainingPlan& plan, Problems& problems);

/// The peak alone, equal to the full answer's to the last bit: for tables and solvers.
/// @pre check(model) and check(model, plan) found no problem
double training_bytes(const Model& model, const TrainingPlan& plan);
double training_bytes(const LayerTable& table, const TrainingPlan& plan);

/// Bytes of every phase, in the order of TrainingPhase (0: no such phase), stage after stage of a pipeline.
/// Their maximum is training_bytes. Sharded over n data-parallel ranks (n > 1), each is a + b / n. @pre as
/// above
std::vector<double> training_phase_bytes(const LayerTable& table, const TrainingPlan& plan);

/// The full account. @pre as above
TrainingMemoryAnswer training_memory(const Model& model, const TrainingPlan& plan);

/// The interval of the peak, from measured runs of the plan's kind.
Interval training_interval(const TrainingPlan& plan, double peak_bytes);

/// What the driver counts on the busiest GPU: what the allocator holds (statistic reserved) and one context.
double training_device_bytes(const Model& model, const TrainingPlan& plan, double context_bytes);

TrainingMemoryAnswer answer(const TrainingMemoryQuestion& q, Problems& problems);

}  // namespace slide_rule
