#pragma once
// One-dimensional solvers over a positive variable, in its logarithm.

#include <cmath>

namespace slide_rule {

/// Relative width of the bracket in which bisect stops.
inline constexpr double kRootTolerance = 1e-14;
/// Relative width of the bracket in which minimise stops. A minimum is flat: its place is known to about the square
/// root of a double's precision.
inline constexpr double kMinimumTolerance = 1e-8;

/// The x in [low, high] where f changes sign, f(low) and f(high) being of different signs.
template <class F>
double bisect(F f, double low, double high) {
  double a = std::log(low), b = std::log(high);
  const bool low_is_positive = f(low) > 0;
  for (int i = 0; i < 200 && b - a > kRootTolerance; ++i) {
    const double middle = 0.5 * (a + b);
    if (middle <= a || middle >= b) break;
    if ((f(std::exp(middle)) > 0) == low_is_positive) a = middle;
    else b = middle;
  }
  return std::exp(0.5 * (a + b));
}

/// The x in [low, high] where f is least, f having one minimum there. Golden section.
template <class F>
double minimise(F f, double low, double high) {
  constexpr double kGolden = 0.6180339887498949;
  double a = std::log(low), b = std::log(high);
  double x = b - kGolden * (b - a), y = a + kGolden * (b - a);
  double fx = f(std::exp(x)), fy = f(std::exp(y));
  while (b - a > kMinimumTolerance) {
    if (fx <= fy) {
      b = y;
      y = x;
      fy = fx;
      x = b - kGolden * (b - a);
      fx = f(std::exp(x));
    } else {
      a = x;
      x = y;
      fx = fy;
      y = a + kGolden * (b - a);
      fy = f(std::exp(y));
    }
  }
  return std::exp(0.5 * (a + b));
}

}  // namespace slide_rule
