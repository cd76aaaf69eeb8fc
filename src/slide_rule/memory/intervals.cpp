#include "slide_rule/memory/intervals.hpp"

namespace slide_rule {
namespace {

constexpr IntervalFactors kIntervalFactors[] = {
#include "slide_rule/memory/generated/intervals.inc"
};

/// Of a group without measurements; no group is, which a test holds.
constexpr IntervalFactors kNotMeasured{MeasuredGroup::parallel, false, 0.5, 2, 0, 0};

}  // namespace

const IntervalFactors& interval_factors(MeasuredGroup group, bool reserved) {
  const IntervalFactors* found = &kNotMeasured;
  for (const IntervalFactors& f : kIntervalFactors) {
    if (f.group != group) continue;
    if (f.reserved == reserved) return f;
    if (!f.reserved) found = &f;
  }
  return *found;
}

Interval interval_around(MeasuredGroup group, double uncertain_bytes, double certain_bytes, bool reserved) {
  const IntervalFactors& f = interval_factors(group, reserved);
  return {certain_bytes + f.low * uncertain_bytes, certain_bytes + f.high * uncertain_bytes, 0.9};
}

}  // namespace slide_rule
