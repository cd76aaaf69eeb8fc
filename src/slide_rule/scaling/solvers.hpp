#pragma once
// One-dimensional solvers over a positive variable, in its logarithm.

#include "slide_rule/function_ref.hpp"

namespace slide_rule {

/// Relative width of the bracket in which bisect stops.
inline constexpr double kRootTolerance = 1e-14;
/// Relative width of the bracket in which minimise stops. A minimum is flat: its place is known to about the
/// square root of a double's precision.
inline constexpr double kMinimumTolerance = 1e-8;

/// The x in [low, high] where f changes sign, f(low) and f(high) being of different signs.
double bisect(RealFunction f, double low, double high);

/// The x in [low, high] where f is least, f having one minimum there. Golden section.
double minimise(RealFunction f, double low, double high);

}  // namespace slide_rule
