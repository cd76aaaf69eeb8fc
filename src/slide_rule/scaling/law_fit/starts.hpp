#pragma once
// Where a law fit starts: the literature's grid, and the variable projection that turns a point of it into a
// start from which the solver finds the optimum.

#include <cstddef>
#include <vector>

#include "slide_rule/scaling/law_fit/objective.hpp"

namespace slide_rule::law_fit {

/// Starts of the grid that have the same exponents.
struct StartGroup {
  double alpha = 0, beta = 0, s = 1;
  std::size_t starts = 0;  ///< how many points of the grid share them
};

/// The grid of [hoffmann-2022], section D.2 (in the form's free constants): alpha, beta in {0, 0.5, 1, 1.5,
/// 2}, e in {-1, -0.5, 0, 0.5, 1}, a, b in {0, 5, 10, 15, 20, 25}: 4,500 starts of the five-constant form, in
/// 25 groups. Given the exponents, the law is linear in E, A and B, so projection replaces the start's own e,
/// a, b by the best ones: starts of one group continue as one. For kaplan-joint the literature names no grid:
/// alphaD and alphaN in {0.05, 0.1, 0.2, 0.4, 0.8}, 25 starts, with (Nc, Dc) projected in the same way.
std::vector<StartGroup> start_grid(const Form& form);

/// The start from given exponents, by variable projection [golub-pereyra-1973]: E, A, B >= 0 that minimise
/// sum weight (predicted / loss - 1)^2, then at most 12 damped Gauss-Newton steps on the exponents with E, A,
/// B always at their best. This only chooses the start; what is minimised afterwards is the exact objective.
/// Terms that come out as 0 are given 1 % of the loss, since a term with no share has no slope either.
Constants projected_start(const Columns& data, const Form& form, const StartGroup& group);

}  // namespace slide_rule::law_fit
