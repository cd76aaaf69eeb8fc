#pragma once
// How fast a served model answers, and whether it does: rates alone tell nothing of room.

#include "slide_rule/speed/roofline.hpp"

namespace slide_rule {

struct ServedSpeedQuestion {
  DecodeSpeedQuestion speed;

  static constexpr void describe(auto& v, auto& q) { DecodeSpeedQuestion::describe(v, q.speed); }
};

/// As of the speed alone. Assumptions: those, and `rate-without-room` with the bytes that the busiest card
/// would need where the job does not fit the cards, as kind `fit` tells.
DecodeSpeedAnswer answer(const ServedSpeedQuestion& q, Problems& problems);

}  // namespace slide_rule
