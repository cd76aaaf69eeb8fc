#pragma once
// The fit turned round: the largest that fits.

#include "slide_rule/estimate.hpp"
#include "slide_rule/memory/device.hpp"
#include "slide_rule/memory/rules_of_thumb.hpp"

namespace slide_rule {

/// The largest parameter count by a rule of thumb, on one card or several whose memory counts as one.
struct MaxParametersQuestion {
  Hardware hardware;
  RuleChoice choice;

  static constexpr void describe(auto& v, auto& q) {
    v.field("gpu", q.hardware.gpu);
    v.field("gpuMemoryGb", q.hardware.gpu_memory_gb, positive);
    v.field("memoryBytes", q.hardware.memory_bytes, amount);
    v.field("gpus", q.hardware.gpus, count(1, 1e6));
    v.field("task", q.choice.task);
    v.field("rule", q.choice.rule, required_text);
    v.field("weightFormat", q.choice.format);
    v.field("optimizer", q.choice.optimizer);
  }
};

struct MaxParametersAnswer {
  double parameters = 0;
  double available_bytes = 0;  ///< of all cards
  double bytes_per_parameter = 0;
  Workings workings;

  static constexpr void describe(auto& v, auto& a) {
    v.field("parameters", a.parameters);
    v.field("availableBytes", a.available_bytes);
    v.field("bytesPerParameter", a.bytes_per_parameter);
    v.field("workings", a.workings);
  }
};

/// parameters = memoryBytes * gpus / bytesPerParameter, not rounded.
///
/// memoryBytes is what was typed, or the driver's total of the GPU (total_bytes): the rules count nothing
/// besides weights, gradients and optimizer, so neither the driver's reserve nor a context is taken off.
/// Problems: those of check(Hardware) and check(RuleChoice).
MaxParametersAnswer answer(const MaxParametersQuestion& q, Problems& problems);

}  // namespace slide_rule
