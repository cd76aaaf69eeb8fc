#pragma once
// Does it fit? One job on one kind of card.

#include "slide_rule/fit/need.hpp"

namespace slide_rule {

struct FitQuestion {
  Job job;

  static constexpr void describe(auto& v, auto& q) { Job::describe(v, q.job); }
};

struct FitAnswer {
  Outcome outcome = Outcome::fits;
  double required_bytes = 0;   ///< of the busiest card, as the driver counts
  double available_bytes = 0;  ///< of one card
  double headroom_bytes = 0;   ///< available - required; negative where it does not fit
  double min_gpus = 0;         ///< fewest of these cards with which it fits; 0: no number of them is enough
  Interval interval;           ///< of required_bytes
  std::vector<Assumption> assumptions;

  static constexpr void describe(auto& v, auto& a) {
    v.field("outcome", a.outcome);
    v.field("requiredBytes", a.required_bytes);
    v.field("availableBytes", a.available_bytes);
    v.field("headroomBytes", a.headroom_bytes);
    v.field("minGpus", a.min_gpus);
    v.field("interval", a.interval);
    v.field("assumptions", a.assumptions);
  }
};

/// "fits" where the interval's upper end fits, too; "tight" where only the estimate does.
///
/// minGpus spreads the job as spread() does. Assumptions: those of the estimate, and `min-gpus-zero3`,
/// `min-gpus-tensor-parallel`, `min-gpus-layer-split` where the number of cards follows from a way to spread
/// that was not named.
FitAnswer answer(const FitQuestion& q, Problems& problems);

}  // namespace slide_rule
