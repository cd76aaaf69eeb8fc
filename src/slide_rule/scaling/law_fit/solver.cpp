#include "slide_rule/scaling/law_fit/solver.hpp"

#include <algorithm>
#include <cmath>

#include "slide_rule/scaling/law_fit/bounds.hpp"
#include "slide_rule/scaling/law_fit/least_absolute.hpp"
#include "slide_rule/scaling/law_fit/linear.hpp"

namespace slide_rule::law_fit {
namespace {

constexpr int kMaxRejections = 40;
constexpr double kFirstDamping = 1e-3;
constexpr double kExactResidual = 1e-13;

/// A Newton step of (H + damping * scale) step = -g, and what it should gain.
struct Step {
  Constants by{};
  double decrement = 0;  ///< g^T (H + damping scale)^-1 g
  double gain = 0;       ///< by the quadratic model
};

bool newton_step(const Slope& slope, const Constants& scale, double damping, std::size_t free, Step& step) {
  Matrix damped = slope.hessian;
  Constants down{};
  for (std::size_t i = 0; i < free; ++i) {
    damped[i][i] += damping * scale[i];
    down[i] = -slope.gradient[i];
  }
  if (!solve_positive(damped, down, free, step.by)) return false;
  step.decrement = dot(down, step.by, free);
  double by_damping = 0;
  for (std::size_t i = 0; i < free; ++i) by_damping += damping * scale[i] * step.by[i] * step.by[i];
  step.gain = 0.5 * (step.decrement + by_damping);
  return true;
}

Solution minimise_huber(const Columns& data, const Form& form, const SolverOptions& options,
                        const Constants& start, Residuals& work) {
  const Bounds bounds = bounds_of(form);
  Solution at;
  at.x = start;
  double delta = options.first_delta;
  work.compute(data, form, at.x, 1);
  ++at.evaluations;
  if (delta <= 0) delta = work.mean_abs(data);
  delta = std::max(delta, options.delta);

  Constants scale{};
  double damping = kFirstDamping, growth = 2;
  while (at.steps < kMaxSteps) {
    Slope slope = work.slope(data, form, at.x, delta);
    hold_at_limits(form, bounds, at.x, slope);
    at.objective = slope.value;
    for (std::size_t i = 0; i < form.free; ++i)
      scale[i] = std::max({scale[i], std::fabs(slope.hessian[i][i]), 1e-300});
    const bool narrowed = delta <= options.delta;
    const bool exact = slope.value <= exact_objective(data, options);

    bool lowered = false;
    for (int tries = 0; tries < kMaxRejections && !lowered; ++tries) {
      Step step;
      if (!newton_step(slope, scale, damping, form.free, step)) {
        damping = std::max(damping * growth, 1e-6);
        growth *= 2;
        continue;
      }
      at.decrement = step.decrement;
      if (exact || (narrowed && step.decrement <= options.tolerance * slope.value)) {
        at.stop = exact ? FitStop::exact : FitStop::optimum;
        return at;
      }
      const Constants trial = moved(form, bounds, at.x, step.by);
      const double reached = work.compute(data, form, trial, delta);
      ++at.evaluations;
      const double ratio = (slope.value - reached) / step.gain;
      if (!(reached < slope.value && ratio > 1e-4)) {
        damping *= growth;
        growth *= 2;
        continue;
      }
      lowered = true;
      at.x = trial;
      const double t = 2 * ratio - 1;
      damping *= std::max(0.1, 1 - t * t * t);
      growth = 2;
      if (!narrowed) {
        const bool falling = slope.value - reached > 0.3 * slope.value;
        delta = std::max(options.delta, std::min(3 * work.mean_abs(data), falling ? delta : 0.5 * delta));
      }
    }
    ++at.steps;
    if (lowered) continue;
    at.objective = work.compute(data, form, at.x, delta);
    if (narrowed) {
      at.stop = FitStop::no_descent;
      return at;
    }
    delta = std::max(options.delta, 0.1 * delta);
    work.compute(data, form, at.x, delta);
    damping = kFirstDamping, growth = 2;
  }
  at.objective = work.compute(data, form, at.x, options.delta);
  return at;
}

}  // namespace

double exact_objective(const Columns& data, const SolverOptions& options) {
  const double rows = static_cast<double>(data.rows);
  return options.least_absolute ? rows * kExactResidual : 0.5 * rows * kExactResidual * kExactResidual;
}

Solution minimise(const Columns& data, const Form& form, const SolverOptions& options, const Constants& x,
                  Residuals& work) {
  return options.least_absolute ? minimise_absolute(data, form, options, x, work)
                                : minimise_huber(data, form, options, x, work);
}

}  // namespace slide_rule::law_fit
