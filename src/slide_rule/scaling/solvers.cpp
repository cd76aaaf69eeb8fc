#include "slide_rule/scaling/solvers.hpp"

#include <cmath>

namespace slide_rule {

double bisect(RealFunction f, double low, double high) {
  double a = std::log(low), b = std::log(high);
  const bool low_is_positive = f(low) > 0;
  for (int i = 0; i < 200 && b - a > kRootTolerance; ++i) {
    const double middle = 0.5 * (a + b);
    if (middle <= a || middle >= b) break;
    if ((f(std::exp(middle)) > 0) == low_is_positive)
      a = middle;
    else
      b = middle;
  }
  return std::exp(0.5 * (a + b));
}

double minimise(RealFunction f, double low, double high) {
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
