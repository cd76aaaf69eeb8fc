#pragma once
// Whole numbers on the edge of a condition, by doubling and halving.

#include <algorithm>
#include <cmath>

namespace slide_rule {

/// A condition on a number, wherever it stands: one search serves all. @pre what it is made of outlives it
class Condition {
 public:
  template <class Holds>
  Condition(const Holds& holds)
      : of_(&holds),
        ask_([](const void* of, double x) -> bool { return (*static_cast<const Holds*>(of))(x); }) {}

  bool operator()(double x) const { return ask_(of_, x); }

 private:
  const void* of_;
  bool (*ask_)(const void*, double);
};

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
