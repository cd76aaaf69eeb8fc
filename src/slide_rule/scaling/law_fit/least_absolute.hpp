#pragma once
// Least absolute deviations: the limit of a Huber fit as delta goes to 0.

#include "slide_rule/scaling/law_fit/solver.hpp"

namespace slide_rule::law_fit {

/// Minimises  sum weight * |log predicted - log loss|  from x: a Huber fit with delta at a hundredth of the
/// residuals, then a walk over vertices (as many zero residuals as free constants) until no exchange of one
/// row for another gains [barrodale-roberts-1973], each vertex solved by Newton's method. A vertex found so
/// is a local minimum exactly; where the runs have none near (runs that repeat, or lie on the law), narrower
/// Huber fits stand in for it.
Solution minimise_absolute(const Columns& data, const Form& form, const SolverOptions& options,
                           const Constants& start, Residuals& work);

}  // namespace slide_rule::law_fit
