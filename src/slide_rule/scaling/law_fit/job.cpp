#include "slide_rule/scaling/law_fit/job.hpp"

#include <algorithm>
#include <cmath>

namespace slide_rule::law_fit {
namespace {

/// Draws as many runs as there are, and keeps those drawn at least once with their counts as weights.
void resample(Job& job) {
  const std::size_t rows = job.data.rows;
  std::size_t distinct = 0;
  constexpr int kMaxDraws =
      1000;  // of 6 runs, one draw in four has five: 1,000 in a row without do not happen
  for (int tries = 0; tries < kMaxDraws && distinct < job.form.free; ++tries) {
    draw_rows(job.random, rows, job.times_drawn);
    distinct = static_cast<std::size_t>(std::count_if(job.times_drawn.begin(), job.times_drawn.end(),
                                                      [](unsigned times) { return times > 0; }));
  }
  Columns& to = job.resampled;
  const Columns& from = job.data;
  to.resize(distinct);
  std::size_t at = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    if (job.times_drawn[i] == 0) continue;
    to.n[at] = from.n[i];
    to.d[at] = from.d[i];
    to.log_loss[at] = from.log_loss[i];
    to.inverse_loss[at] = from.inverse_loss[i];
    to.weight[at++] = job.times_drawn[i];
  }
}

void solve_group(Job& job) {
  const Constants start = projected_start(job.data, job.form, job.groups[job.groups_done]);
  const Solution found = minimise(job.data, job.form, job.options, start, job.work);
  job.objectives.push_back(found.objective);
  if (job.groups_done == 0 || found.objective < job.best.objective) job.best = found;
  if (++job.groups_done < job.groups.size()) return;

  if (!job.options.least_absolute) {
    // The best of them to the last digit that the objective can tell; rounding then ends it, which is no
    // failure.
    SolverOptions polish = job.options;
    polish.tolerance = 1e-14;
    polish.first_delta = job.options.delta;
    Solution polished = minimise(job.data, job.form, polish, job.best.x, job.work);
    if (polished.stop == FitStop::no_descent) polished.stop = job.best.stop;
    if (polished.objective <= job.best.objective) job.best = polished;
  }
  job.residuals.resize(job.data.padded);
  job.residuals.compute(job.data, job.form, job.best.x, job.options.delta);
}

void solve_refit(Job& job) {
  resample(job);
  SolverOptions options = job.options;
  options.first_delta = std::max(options.delta, 0.4 * job.residuals.mean_abs(job.data));
  const Solution found = minimise(job.resampled, job.form, options, job.best.x, job.work);
  if (found.stop == FitStop::iteration_limit) ++job.unconverged;
  job.refits.push_back(found.x);
}

}  // namespace

void draw_rows(std::mt19937& random, std::size_t rows, std::vector<unsigned>& times_drawn) {
  std::uint32_t mask = 0;
  while (mask < rows - 1) mask = mask << 1 | 1;
  times_drawn.assign(rows, 0);
  for (std::size_t i = 0; i < rows; ++i) {
    std::uint32_t row = 0;
    do row = static_cast<std::uint32_t>(random()) & mask;
    while (row >= rows);
    ++times_drawn[row];
  }
}

void solve_next(Job& job) {
  if (!job.starts_done()) {
    solve_group(job);
  } else if (!job.finished()) {
    solve_refit(job);
  }
}

std::size_t starts_at_optimum(const Job& job) {
  const double enough = job.best.objective * (1 + 1e-6) + exact_objective(job.data, job.options);
  std::size_t starts = 0;
  for (std::size_t i = 0; i < job.objectives.size(); ++i) {
    if (job.objectives[i] <= enough) starts += job.groups[i].starts;
  }
  return starts;
}

}  // namespace slide_rule::law_fit
