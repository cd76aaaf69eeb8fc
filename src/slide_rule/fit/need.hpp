#pragma once
// What a job needs of one card, and what the card has: the one comparison behind every fit, solve and table.

#include "slide_rule/fit/job.hpp"
#include "slide_rule/fit/outcome.hpp"
#include "slide_rule/memory/inference.hpp"
#include "slide_rule/memory/training.hpp"

namespace slide_rule {

/// On the busiest card, as its driver counts: what the allocators hold at the peak, and the context.
struct Need {
  double bytes = 0;
  double available_bytes = 0;
  Interval interval;  ///< of bytes

  Outcome outcome() const { return outcome_of(bytes, interval.high, available_bytes); }
  bool fits() const { return outcome() != Outcome::does_not_fit; }
};

/// The cards that a job runs on.
struct Card {
  double available_bytes = 0;  ///< what one process can have, its context included
  double context_bytes = 0;
  ServingDevice serving;  ///< what engines make of it
};
Card card_of(const Hardware& hardware);

/// One model on one kind of card: what any plan needs. Keep one where many plans are asked of it.
/// @pre the model outlives it
class Needs {
 public:
  Needs(const Model& model, const Card& card) : model_(model), table_(model), card_(card) {}

  /// @pre settle() found no problem
  Need of(const JobPlan& plan) const {
    return plan.task == Task::training ? of(plan.training) : of(plan.serving);
  }
  Need of(const TrainingPlan& plan) const;
  /// vLLM counts its context and all but its graphs into its share of the card (gpuMemoryUtilization).
  Need of(const InferencePlan& plan) const;

  const Model& model() const { return model_; }

 private:
  const Model& model_;
  LayerTable table_;
  Card card_;
};

/// The same for a job, its draft model included.
Need need_of(const Job& job);

/// The plan on `gpus` cards.
///
///   training    the sharding that the plan names, or zero3 where it names none, over more data-parallel
///   ranks; serving     groups of tensorParallel that split the layers; vLLM and MLC, where no split is
///   named, in tensor
///               parallel
///
/// Empty where the degrees do not divide, or there are more groups than layers.
std::optional<JobPlan> spread(const JobPlan& plan, const Model& model, double gpus);

/// The fewest cards on which the job does not run out of memory; 0 where no number of them is enough.
/// Ranks beyond 65,536 are not tried.
double fewest_gpus(const Needs& needs, const JobPlan& plan);

}  // namespace slide_rule
