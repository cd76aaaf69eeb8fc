#include "slide_rule/scaling/law_fit/solver.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "slide_rule/scaling/law_fit/linear.hpp"

namespace slide_rule::law_fit {
namespace {

constexpr double kExponentLimit = 10, kLogLimit = 300;
constexpr std::size_t kMaxSteps = 200;
constexpr int kMaxRejections = 40;
constexpr double kFirstDamping = 1e-3;
constexpr double kExactResidual = 1e-13;

double limit_of(std::size_t slot) { return slot == kAlpha || slot == kBeta || slot == kS ? kExponentLimit : kLogLimit; }

/// Where a constant stands at its limit and the objective falls further beyond, its variable is held.
void hold_at_limits(const Form& form, const Constants& x, Slope& slope) {
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    const int v = form.owner[slot];
    if (v == Form::kFixed) continue;
    const double limit = limit_of(slot);
    if (!(x[slot] >= limit && slope.gradient[v] < 0) && !(x[slot] <= -limit && slope.gradient[v] > 0)) continue;
    for (std::size_t j = 0; j < form.free; ++j) slope.hessian[v][j] = slope.hessian[j][v] = 0;
    slope.hessian[v][v] = 1;
    slope.gradient[v] = 0;
  }
}

Constants moved(const Form& form, const Constants& x, const Constants& step) {
  Constants y = x;
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    if (form.owner[slot] == Form::kFixed) continue;
    y[slot] = std::clamp(x[slot] + step[form.owner[slot]], -limit_of(slot), limit_of(slot));
  }
  return y;
}

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

Solution minimise_huber(const Columns& data, const Form& form, const SolverOptions& options, const Constants& start,
                        Residuals& work) {
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
    hold_at_limits(form, at.x, slope);
    at.objective = slope.value;
    for (std::size_t i = 0; i < form.free; ++i) scale[i] = std::max({scale[i], slope.hessian[i][i], 1e-300});
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
      const Constants trial = moved(form, at.x, step.by);
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

/// The rows whose residuals are the smallest, as many as there are free constants.
std::vector<std::size_t> smallest_residuals(const Columns& data, const Residuals& work, std::size_t size) {
  std::vector<std::size_t> rows(data.rows);
  for (std::size_t i = 0; i < data.rows; ++i) rows[i] = i;
  const auto middle = rows.begin() + static_cast<std::ptrdiff_t>(size);
  std::partial_sort(rows.begin(), middle, rows.end(),
                    [&](std::size_t a, std::size_t b) { return std::fabs(work[a]) < std::fabs(work[b]); });
  rows.erase(middle, rows.end());
  return rows;
}

/// Solves residual = 0 on the given rows by Newton's method; true when that point is a minimum of sum w |r|: the pull
/// of every other row is balanced by multipliers within +-w on these rows.
bool solve_vertex(const Columns& data, const Form& form, const std::vector<std::size_t>& rows, Constants& x,
                  Residuals& work) {
  const std::size_t size = rows.size();
  for (int iteration = 0; iteration < 8; ++iteration) {
    Matrix jacobian{};
    Constants down{}, step{};
    double largest = 0;
    for (std::size_t i = 0; i < size; ++i) {
      jacobian[i] = work.jacobian_row(data, form, x, rows[i]);
      down[i] = -work[rows[i]];
      largest = std::max(largest, std::fabs(down[i]));
    }
    if (largest <= 4e-15) break;
    if (!solve_general(jacobian, down, size, step)) return false;
    x = moved(form, x, step);
    work.compute(data, form, x, 1);
  }
  Matrix transposed{};
  Constants pull{}, multiplier{};
  std::vector<bool> at_vertex(data.rows);
  for (std::size_t i = 0; i < size; ++i) {
    at_vertex[rows[i]] = true;
    const Constants row = work.jacobian_row(data, form, x, rows[i]);
    for (std::size_t j = 0; j < size; ++j) transposed[j][i] = row[j];
    if (!(std::fabs(work[rows[i]]) <= 1e-13)) return false;
  }
  for (std::size_t i = 0; i < data.rows; ++i) {
    if (at_vertex[i]) continue;
    const Constants row = work.jacobian_row(data, form, x, i);
    for (std::size_t j = 0; j < size; ++j) pull[j] -= data.weight[i] * std::copysign(1.0, work[i]) * row[j];
  }
  if (!solve_general(transposed, pull, size, multiplier)) return false;
  for (std::size_t i = 0; i < size; ++i) {
    if (!(std::fabs(multiplier[i]) <= data.weight[rows[i]] * (1 + 1e-9))) return false;
  }
  return true;
}

double sum_of_absolute(const Columns& data, const Residuals& work) {
  double total = 0;
  for (std::size_t i = 0; i < data.rows; ++i) total += data.weight[i] * std::fabs(work[i]);
  return total;
}

Solution minimise_absolute(const Columns& data, const Form& form, const SolverOptions& options, const Constants& start,
                           Residuals& work) {
  SolverOptions stage = options;
  work.compute(data, form, start, 1);
  Solution at;
  at.x = start;
  const double size = stage.first_delta > 0 ? stage.first_delta : work.mean_abs(data);
  for (double narrow : {0.1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7}) {
    stage.delta = std::max(narrow * size, 1e-15);
    stage.tolerance = std::max(1e-7, options.tolerance);
    const Solution found = minimise_huber(data, form, stage, at.x, work);
    at = {found.x, sum_of_absolute(data, work), found.decrement, at.steps + found.steps,
          at.evaluations + found.evaluations, found.stop};
    stage.first_delta = stage.delta;
    if (at.objective <= exact_objective(data, options)) {
      at.stop = FitStop::exact;
      return at;
    }
    if (narrow > 1e-2) continue;
    Constants vertex = at.x;
    if (solve_vertex(data, form, smallest_residuals(data, work, form.free), vertex, work)) {
      const double reached = sum_of_absolute(data, work);
      if (reached <= at.objective) {
        at.x = vertex, at.objective = reached, at.decrement = 0, at.stop = FitStop::vertex;
        return at;
      }
    }
    work.compute(data, form, at.x, 1);
  }
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
