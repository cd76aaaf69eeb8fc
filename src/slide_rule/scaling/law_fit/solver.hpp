#pragma once
// The minimiser of a law fit: Newton's method with Levenberg's damping, on a Huber loss whose width is
// narrowed from the size of the residuals to the width that was asked for.

#include <cstddef>

#include "slide_rule/names.hpp"
#include "slide_rule/scaling/law_fit/objective.hpp"

namespace slide_rule {

/// How a fit stopped. g and H are gradient and (damped) Hessian of the objective in the free constants.
enum class FitStop {
  optimum,  ///< g^T H^-1 g <= tolerance * objective: one more Newton step would gain half of that
  exact,    ///< the mean |residual| <= 1e-13: the runs lie on the law to rounding error
  vertex,   ///< least absolute deviations: as many residuals as constants are 0, and moving off any raises it
  no_descent,       ///< 40 steps in a row, each shorter, did not lower the objective in double precision
  iteration_limit,  ///< kMaxSteps
};
SLIDE_RULE_NAMES(FitStop, "optimum", "exact", "vertex", "no-descent", "iteration-limit")

namespace law_fit {

struct SolverOptions {
  double delta = 1e-3;          ///< the width of the Huber loss that is minimised
  bool least_absolute = false;  ///< minimise sum |r| instead; delta is then not used
  double first_delta = 0;       ///< where the narrowing starts; 0: at the mean |residual| of the start
  double tolerance = 1e-9;      ///< see FitStop::optimum
};

inline constexpr std::size_t kMaxSteps = 200;

struct Solution {
  Constants x{};
  double objective = 0;  ///< sum weight * huber(residual, delta), or sum weight * |residual|
  double decrement = 0;  ///< g^T H^-1 g where it stopped
  std::size_t steps = 0, evaluations = 0;
  FitStop stop = FitStop::iteration_limit;
};

/// Minimises  sum weight * huber(log predicted - log loss, delta)  from x.
///
/// A Huber loss much narrower than the residuals is nearly sum |r|, of which Newton's method sees few curved
/// pieces. So delta starts at the mean |residual|, is kept while the objective falls by more than 30 % a
/// step, and is halved at each other step until it is the delta that was asked for. From there it is Newton's
/// method on the exact objective, which ends in finitely many steps once the right residuals lie within delta
/// [madsen-nielsen-1990]; the damping follows the ratio of actual to predicted gain [nielsen-1999].
///
/// For least absolute deviations see least_absolute.hpp.
///
/// Constants stay within the bounds of bounds.hpp.
/// `work` has room for the data's padded rows. It never fails: a hopeless start ends with `no_descent`.
Solution minimise(const Columns& data, const Form& form, const SolverOptions& options, const Constants& x,
                  Residuals& work);

/// An objective at or below this is rounding error: a mean |residual| of 1e-13.
double exact_objective(const Columns& data, const SolverOptions& options);

}  // namespace law_fit
}  // namespace slide_rule
