#pragma once
// One model stored and served in one way: what depends on neither the card nor the number of them is counted
// once.

#include <algorithm>
#include <optional>

#include "slide_rule/memory/inference.hpp"

namespace slide_rule {

/// @pre table and buffers, which are of one model, outlive it
class ServedModel {
 public:
  ServedModel(const LayerTable& table, const InferencePlan& plan, GgmlBuffers& buffers);

  const InferencePlan& plan() const { return plan_; }
  /// The same in groups of tensorParallel that split the layers over so many cards.
  void split_over(double gpus) { plan_.gpus = gpus; }

  /// @see inference_parts, busiest_stage in inference.hpp
  InferenceParts parts(const ServingDevice& device, const Stage& stage,
                       std::optional<ServingPhase> phase = {});
  Stage busiest_stage(const ServingDevice& device, InferenceParts& parts);
  /// Of the first and the last stage, the one whose peak is the higher; and where that is known, of all.
  Stage busier_end(const ServingDevice& device, InferenceParts& parts);
  Stage busiest_stage(const ServingDevice& device, const Stage& end, InferenceParts& parts);

  /// Of the whole model, on device and host.
  double weights_bytes();

 private:
  int stages() const { return std::max(1, std::min(static_cast<int>(plan_.stages()), table_.layers())); }
  /// Whether the other stage, both between the first and the last, has all that this one has.
  bool is_within(const Stage& stage, const Stage& other);

  const LayerTable& table_;
  InferencePlan plan_;
  LayerWeights weights_;
  double scale_;
  GgmlBuffers& buffers_;
};

}  // namespace slide_rule
