#pragma once
// The fewest cards for one model and method, asked for many kinds of cards: the ranks of the fit table.

#include <array>
#include <cmath>
#include <vector>

#include "slide_rule/fit/largest.hpp"
#include "slide_rule/fit/need.hpp"

namespace slide_rule {

/// What of a card an engine's estimate depends on, its context left out: whether cuBLAS takes the large
/// workspace, and whether vLLM takes the card for a large one.
inline constexpr std::size_t kClasses = 4;
std::size_t class_of(const ServingDevice& device);

/// What a served model needs, by class of card; what the cards have is infinite.
using ClassNeeds = std::array<Need, kClasses>;
ClassNeeds class_needs(ServedModel& served);

/// The fewest cards for states that are sharded over data-parallel ranks: every phase is a + b / ranks.
class ShardedRanks {
 public:
  ShardedRanks(const Model& model, const JobPlan& plan, const Spreading& spreading);

  /// At least two groups; 0 where no number is enough.
  double fewest(double room) const;

 private:
  std::vector<double> few_, sharded_;  ///< by phase: what every rank holds, and what is divided
  double most_ = 0;
};

/// The fewest cards for a model that is split: what each number of them needs, asked once.
class SplitRanks {
 public:
  /// `served`, on plan.gpus cards or on more, needs `needs`. @pre all outlive it; served is changed
  SplitRanks(const LayerTable& table, const JobPlan& plan, ServedModel& served, const ClassNeeds& needs);

  /// 0 where no number is enough. `room_for(beside_share)`: what a card of this class has.
  template <class RoomFor>
  double fewest(std::size_t of_class, RoomFor room_for) {
    const auto fits_on = [&](double i) {
      const Need& need = at(static_cast<std::size_t>(i) - 1)[of_class];
      return need.bytes <= room_for(need.beside_share_bytes);
    };
    const auto count = static_cast<double>(known_.size());
    double i = 0;
    if (splits_tensors_) {
      for (double n = 1; n <= count && i == 0; ++n) {
        if (fits_on(n)) i = n;
      }
    } else {
      i = first_true(1, count, fits_on);
    }
    return i > 0 ? known_[static_cast<std::size_t>(i) - 1].gpus : 0;
  }

 private:
  struct Known {
    double gpus;
    std::size_t at = 0;  ///< in asked_, from 1; 0: not asked yet
  };
  /// Valid until the next call.
  const ClassNeeds& at(std::size_t i);
  ClassNeeds ask(double gpus);

  const LayerTable& table_;
  const InferencePlan& plan_;
  ServedModel& served_;
  double served_gpus_;
  const ClassNeeds& served_needs_;
  bool splits_tensors_ = false;
  std::vector<Known> known_;
  std::vector<ClassNeeds> asked_;
};

}  // namespace slide_rule
