#pragma once
// Whole numbers on the edge of a condition, by doubling and halving.

#include <algorithm>
#include <cmath>

#include "slide_rule/function_ref.hpp"

namespace slide_rule {

/// The largest whole x in [low, high] for which `holds`, where it holds up to some x and not beyond; low - 1
/// where it holds nowhere. Where it changes more than once, an x that holds and whose successor does not.
inline double last_true(double low, double high, Condition holds) {
  if (!holds(low)) return low - 1;
  double good = low, step = std::max(1.0, low);
  double bad = high + 1;
  while (good < high) {
    const double next = std::min(high, good + step);
    if (!holds(next)) {
      bad = next;
      break;
    }
    good = next;
    step *= 2;
  }
  while (bad - good > 1) {
    const double middle = std::floor(good + (bad - good) / 2);
    (holds(middle) ? good : bad) = middle;
  }
  return good;
}

/// The smallest whole x in [low, high] for which `holds`, where it holds from some x on; 0 where it holds
/// nowhere.
inline double first_true(double low, double high, Condition holds) {
  const double before = last_true(low, high, [&](double x) { return !holds(x); });
  return before >= high ? 0 : before + 1;
}

}  // namespace slide_rule
