#pragma once
// Holds the formula that an answer shows to the figure beside it.

#include <algorithm>
#include <cmath>

#include "slide_rule/formula.hpp"

/// True where a Term, Workings or Figure evaluates to `value` within `tolerance` (relative).
template <class Figure>
bool formula_gives(const Figure& figure, double value, double tolerance = 1e-12) {
  const double x = slide_rule::evaluate_formula(figure.formula, figure.factors);
  return std::abs(x - value) <= tolerance * std::max(std::abs(value), 1e-300);
}
