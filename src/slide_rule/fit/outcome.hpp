#pragma once
// Fits, tight or does not fit: one definition for every table and solve.

#include "slide_rule/names.hpp"

namespace slide_rule {

enum class Outcome { fits, tight, does_not_fit };
SLIDE_RULE_NAMES(Outcome, "fits", "tight", "does-not-fit")

/// What an allocator reserves beyond what is allocated, at most, with static shapes: 3 to 10 % in published
/// runs. An estimate that leaves less than this is "tight".
/// @see [pytorch-cuda-allocator] in src/catalog/references.json
inline constexpr double kReservedShare = 0.10;

/// @param required_bytes the estimate; @param upper_bytes the most it may be: the interval's upper end, or
/// the estimate with kReservedShare added where there is no interval.
constexpr Outcome outcome_of(double required_bytes, double upper_bytes, double available_bytes) {
  if (required_bytes > available_bytes) return Outcome::does_not_fit;
  return upper_bytes > available_bytes ? Outcome::tight : Outcome::fits;
}

}  // namespace slide_rule
