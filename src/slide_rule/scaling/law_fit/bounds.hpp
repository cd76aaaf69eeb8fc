#pragma once
// How far the constants of a fit may go.

#include <algorithm>

#include "slide_rule/scaling/law_fit/objective.hpp"

namespace slide_rule::law_fit {

// No finite data decide values beyond these; within them every constant is a number that a double holds.
inline constexpr double kExponentLimit = 10, kLogLimit = 300, kLeastSharpness = 1e-3;

/// The least and the greatest value of each free variable.
struct Bounds {
  Constants low{}, high{};
};

inline Bounds bounds_of(const Form& form) {
  Bounds bounds;
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    const int v = form.owner[slot];
    if (v == Form::kFixed) continue;
    const bool exponent = slot == kAlpha || slot == kBeta || slot == kS;
    bounds.high[v] = exponent ? kExponentLimit : kLogLimit;
    bounds.low[v] = form.frees(kS) && v == form.owner[kS] ? kLeastSharpness : -bounds.high[v];
  }
  return bounds;
}

/// Where a variable stands at its limit and the objective falls further beyond, it is held.
inline void hold_at_limits(const Form& form, const Bounds& bounds, const Constants& x, Slope& slope) {
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    const int v = form.owner[slot];
    if (v == Form::kFixed) continue;
    if (!(x[slot] >= bounds.high[v] && slope.gradient[v] < 0) &&
        !(x[slot] <= bounds.low[v] && slope.gradient[v] > 0)) {
      continue;
    }
    for (std::size_t j = 0; j < form.free; ++j) slope.hessian[v][j] = slope.hessian[j][v] = 0;
    slope.hessian[v][v] = 1;
    slope.gradient[v] = 0;
  }
}

/// x with `step` added to the free variables, kept within their bounds.
inline Constants moved(const Form& form, const Bounds& bounds, const Constants& x, const Constants& step) {
  Constants y = x;
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    const int v = form.owner[slot];
    if (v != Form::kFixed) y[slot] = std::clamp(x[slot] + step[v], bounds.low[v], bounds.high[v]);
  }
  return y;
}

}  // namespace slide_rule::law_fit
