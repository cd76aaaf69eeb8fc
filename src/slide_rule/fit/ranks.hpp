#pragma once
// The fewest cards for one model and method, asked for many kinds of cards: the ranks of the fit table.

#include <array>
#include <cmath>
#include <memory>
#include <vector>

#include "slide_rule/fit/largest.hpp"
#include "slide_rule/fit/need.hpp"

namespace slide_rule {

/// What of a card an engine's estimate depends on, its context left out: whether cuBLAS takes the large
/// workspace, whether vLLM takes the card for a large one, and whether it reorders MXFP4.
inline constexpr std::size_t kClasses = 8;
std::size_t class_of(const ServingDevice& device);

/// What a served model needs, by class of card; what the cards have is infinite.
using ClassNeeds = std::array<Need, kClasses>;
ClassNeeds class_needs(ServedModel& served);

/// The fewest cards for states that are sharded over data-parallel ranks: every phase is a + b / ranks.
class ShardedRanks {
 public:
  ShardedRanks(const LayerTable& table, const JobPlan& plan, const Spreading& spreading);

  /// At least two groups; 0 where no number is enough.
  double fewest(double room) const;

 private:
  struct Phase {
    double whole = 0, divided = 0;  ///< what every rank holds, and what is divided among them

    bool is_within(const Phase& other) const { return whole <= other.whole && divided <= other.divided; }
  };
  std::vector<Phase> phases_;  ///< none of them within another
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
    const auto ends_fit = [&](double gpus) {
      const Split& split = on(gpus, of_class);
      return split.end_bytes <= room_for(split.beside_share_bytes);
    };
    // Cards that have not even room for the weights together need not be asked; nor, where all are split
    // alike and no cache is padded, those of which the first or the last has not: its layers only become
    // fewer.
    double least = weights_bytes_ / room_for(0);
    const double step = spreading_.step;
    if (spreading_.unit == step && !keeps_window_pages(plan_)) {
      least = step * first_true(1, spreading_.most / step, [&](double n) { return ends_fit(n * step); });
      if (least == 0) return 0;
    }
    return fewest_of(spreading_, least, [&](double gpus) {
      if (!ends_fit(gpus) || bytes_between(gpus, of_class) > room_for(kInfinity)) return false;
      const Need& need = needs_of(gpus, of_class)[of_class];
      return need.bytes <= room_for(need.beside_share_bytes);
    });
  }

 private:
  /// A model over a number of cards: what it needs at least, quickly asked, and what it needs.
  struct Split {
    double end_bytes = kInfinity;   ///< at the first or the last stage, whichever has more
    double beside_share_bytes = 0;  ///< no stage has more
    Stage end;
    InferenceParts parts;       ///< of `end`
    double between_bytes = -1;  ///< at one of the others; negative: not asked yet
    std::size_t asked = 0;      ///< in asked_, from 1; 0: not asked yet
  };
  /// Valid until the next call.
  Split& on(double gpus, std::size_t of_class);
  Split split_over(double gpus, std::size_t of_class);
  double bytes_between(double gpus, std::size_t of_class);
  const ClassNeeds& needs_of(double gpus, std::size_t of_class);
  /// The model whose tensors are split as the plan has it.
  ServedModel& served_on(const InferencePlan& plan);

  const LayerTable& table_;
  GgmlBuffers buffers_;
  const InferencePlan& plan_;
  ServedModel& served_;
  double served_gpus_;
  const ClassNeeds& served_needs_;
  Spreading spreading_;
  double weights_bytes_;            ///< of all cards together, at least
  std::vector<std::size_t> place_;  ///< by number of cards and class, in splits_, from 1; 0: not asked yet
  std::vector<Split> splits_;
  std::vector<ClassNeeds> asked_;
  std::vector<std::unique_ptr<ServedModel>> others_;  ///< split among other numbers of ranks than served_
};

}  // namespace slide_rule
