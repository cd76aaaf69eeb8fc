#pragma once
// What a job needs of one card, and what the card has: the one comparison behind every fit, solve and table.

#include <limits>

#include "slide_rule/fit/job.hpp"
#include "slide_rule/fit/largest.hpp"
#include "slide_rule/fit/outcome.hpp"
#include "slide_rule/memory/served_model.hpp"
#include "slide_rule/memory/training.hpp"

namespace slide_rule {

/// What a plan needs that suits no card, or a card has that holds any.
inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// On the busiest card: what tensors take at the peak, and the context. What a caching allocator holds beyond
/// that it gives back before it runs out of memory; deviceBytes of training-memory counts it, too.
struct Need {
  double bytes = 0;
  double available_bytes = 0;
  Interval interval;              ///< of bytes
  double beside_share_bytes = 0;  ///< vLLM: of these, what it does not count into its share of the card

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

/// What a served model needs of the card. vLLM counts its context and all but its graphs into its share of it
/// (gpuMemoryUtilization).
Need need_of(ServedModel& served, const Card& card);
Need need_of(const InferencePlan& plan, const InferenceParts& parts, const Card& card);

/// One model on one kind of card: what any plan needs, a job's draft model included. @pre table and job
/// outlive it
class Needs {
 public:
  Needs(const LayerTable& table, const Card& card) : table_(table), card_(card) {}
  Needs(const LayerTable& table, const Job& job)
      : table_(table), card_(card_of(job.hardware())), job_(&job) {}

  /// @pre settle() found no problem
  Need of(const JobPlan& plan) const {
    return plan.task == Task::training ? of(plan.training) : of(plan.serving);
  }
  Need of(const TrainingPlan& plan) const;
  Need of(const InferencePlan& plan) const;

  const Model& model() const { return table_.model(); }
  const LayerTable& table() const { return table_; }

 private:
  const LayerTable& table_;
  Card card_;
  const Job* job_ = nullptr;
};

/// The same for a job.
Need need_of(const Job& job);

/// The plan on `gpus` cards.
///
///   training    the sharding that the plan names, or zero3 where it names none, over more data-parallel
///   ranks; serving     groups of tensorParallel that split the layers; where it is not named, as
///               with_split() has it
///
/// Empty where check() finds a problem with it.
std::optional<JobPlan> spread(const JobPlan& plan, const Model& model, double gpus);
std::optional<InferencePlan> spread(const InferencePlan& plan, const Model& model, double gpus);

/// In what multiples spread() takes cards, each of them split alike, and how many are tried at most. Of a
/// served model those before the first that fit are looked at one by one, in multiples of `unit`: more may
/// need more, as other layers stand together and vLLM pads its cache otherwise, and as an engine chooses the
/// split.
struct Spreading {
  double step = 1, most = 1, unit = 0;
};
Spreading spreading_of(const JobPlan& plan, const Model& model);

/// The fewest cards from `least` for which `fits_on`; 0 where it is none.
double fewest_of(const Spreading& spreading, double least, Condition fits_on);

/// The fewest cards on which the job does not run out of memory; 0 where no number of them is enough.
/// More than 65,536 are not tried.
double fewest_gpus(const Needs& needs, const JobPlan& plan);

}  // namespace slide_rule
