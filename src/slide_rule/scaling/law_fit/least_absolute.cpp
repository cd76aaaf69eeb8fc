#include "slide_rule/scaling/law_fit/least_absolute.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "slide_rule/scaling/law_fit/bounds.hpp"
#include "slide_rule/scaling/law_fit/linear.hpp"

namespace slide_rule::law_fit {
namespace {

double sum_of_absolute(const Columns& data, const Residuals& work) {
  double total = 0;
  for (std::size_t i = 0; i < data.rows; ++i) total += data.weight[i] * std::fabs(work[i]);
  return total;
}

/// The rows with the smallest residuals that fix all free constants between them: each must pull in a
/// direction of its own, by at least 1 % of its pull (runs of nearly the same size pull alike).
std::vector<std::size_t> smallest_residuals(const Columns& data, const Form& form, const Constants& x,
                                            const Residuals& work) {
  constexpr std::size_t kCandidates = 100;
  std::vector<std::size_t> order(data.rows);
  for (std::size_t i = 0; i < data.rows; ++i) order[i] = i;
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>(std::min(data.rows, kCandidates));
  std::partial_sort(order.begin(), middle, order.end(),
                    [&](std::size_t a, std::size_t b) { return std::fabs(work[a]) < std::fabs(work[b]); });
  std::vector<std::size_t> rows;
  Matrix directions{};  // orthonormal
  for (auto at = order.begin(); at != middle && rows.size() < form.free; ++at) {
    Constants pull = work.jacobian_row(data, form, x, *at);
    const double length = std::sqrt(dot(pull, pull, form.free));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double along = dot(pull, directions[i], form.free);
      for (std::size_t j = 0; j < form.free; ++j) pull[j] -= along * directions[i][j];
    }
    const double own = std::sqrt(dot(pull, pull, form.free));
    if (!(own > 0.01 * length)) continue;
    for (double& p : pull) p /= own;
    directions[rows.size()] = pull;
    rows.push_back(*at);
  }
  return rows;
}

/// Least absolute deviations as a walk over vertices: points at which as many residuals as free constants are
/// zero.
class VertexWalk {
 public:
  VertexWalk(const Columns& data, const Form& form, Residuals& work)
      : data_(data), form_(form), bounds_(bounds_of(form)), work_(work) {}

  /// From near the vertex of `rows` to one that no exchange improves: true. False where the way is lost (rows
  /// that have no common solution near, an exchange that gains only to first order); x is then the best
  /// vertex met.
  bool descend(std::vector<std::size_t>& rows, Constants& x, std::size_t& steps) {
    const Constants start = x;
    if (!solve(rows, x)) {
      x = start;
      return false;
    }
    for (double reached = sum_of_absolute(data_, work_);; ++steps) {
      Constants next = x;
      const Edge edge = steps < kMaxSteps ? exchange(rows, next) : Edge::lost;
      if (edge != Edge::moved) return edge == Edge::optimal;
      const double next_reached = sum_of_absolute(data_, work_);
      if (!(next_reached < reached)) return false;
      x = next, reached = next_reached;
    }
  }

 private:
  enum class Edge { optimal, moved, lost };

  /// Solves residual = 0 on `rows` by Newton's method, from x. False where they have no common solution near.
  bool solve(const std::vector<std::size_t>& rows, Constants& x) {
    for (int iteration = 0; iteration < 10; ++iteration) {
      work_.compute(data_, form_, x, 1);
      Matrix jacobian{};
      Constants down{}, step{};
      double largest = 0;
      for (std::size_t i = 0; i < rows.size(); ++i) {
        jacobian[i] = work_.jacobian_row(data_, form_, x, rows[i]);
        down[i] = -work_[rows[i]];
        largest = std::max(largest, std::fabs(down[i]));
      }
      if (largest <= 1e-14) return true;
      if (!solve_general(jacobian, down, rows.size(), step)) return false;
      x = moved(form_, bounds_, x, step);
    }
    return false;
  }

  /// At the vertex x of `rows`: the pull of all other rows is balanced by a multiplier on each of these.
  /// Where one exceeds its row's weight, the objective falls along the edge that lets that residual go; the
  /// row at which it stops falling (to first order) takes the place.
  Edge exchange(std::vector<std::size_t>& rows, Constants& x) {
    const std::size_t size = rows.size();
    Matrix jacobian{}, transposed{};
    Constants pull{}, multiplier{}, along{}, direction{};
    for (std::size_t i = 0; i < size; ++i) {
      jacobian[i] = work_.jacobian_row(data_, form_, x, rows[i]);
      for (std::size_t j = 0; j < size; ++j) transposed[j][i] = jacobian[i][j];
    }
    const auto in_vertex = [&](std::size_t row) {
      return std::find(rows.begin(), rows.end(), row) != rows.end();
    };
    for (std::size_t i = 0; i < data_.rows; ++i) {
      if (in_vertex(i)) continue;
      const Constants row = work_.jacobian_row(data_, form_, x, i);
      for (std::size_t j = 0; j < size; ++j)
        pull[j] -= data_.weight[i] * std::copysign(1.0, work_[i]) * row[j];
    }
    if (!solve_general(transposed, pull, size, multiplier)) return Edge::lost;
    std::size_t leaving = size;
    double slope = -1e-9;
    for (std::size_t i = 0; i < size; ++i) {
      const double rate = data_.weight[rows[i]] - std::fabs(multiplier[i]);
      if (rate < slope) leaving = i, slope = rate;
    }
    if (leaving == size) return Edge::optimal;
    along[leaving] = std::copysign(1.0, multiplier[leaving]);
    if (!solve_general(jacobian, along, size, direction)) return Edge::lost;

    std::vector<std::pair<double, std::size_t>> crossings;
    for (std::size_t i = 0; i < data_.rows; ++i) {
      if (in_vertex(i)) continue;
      const double rate = dot(work_.jacobian_row(data_, form_, x, i), direction, size);
      if (work_[i] * rate < 0) crossings.push_back({-work_[i] / rate, i});
    }
    std::sort(crossings.begin(), crossings.end());
    for (const auto& [distance, row] : crossings) {
      slope +=
          2 * data_.weight[row] * std::fabs(dot(work_.jacobian_row(data_, form_, x, row), direction, size));
      if (slope < 0) continue;
      for (double& step : direction) step *= distance;
      x = moved(form_, bounds_, x, direction);
      rows[leaving] = row;
      return solve(rows, x) ? Edge::moved : Edge::lost;
    }
    return Edge::lost;
  }

  const Columns& data_;
  const Form& form_;
  Bounds bounds_;
  Residuals& work_;
};

}  // namespace

Solution minimise_absolute(const Columns& data, const Form& form, const SolverOptions& options,
                           const Constants& start, Residuals& work) {
  SolverOptions smooth = options;
  smooth.least_absolute = false;
  smooth.tolerance = 1e-7;
  work.compute(data, form, start, 1);
  smooth.delta =
      std::max(0.01 * (options.first_delta > 0 ? options.first_delta : work.mean_abs(data)), 1e-15);
  Solution at;
  for (int narrowing = 0; narrowing < 3; ++narrowing) {
    at = minimise(data, form, smooth, narrowing == 0 ? start : at.x, work);
    work.compute(data, form, at.x, 1);
    smooth.first_delta = smooth.delta;
    const double delta = 0.01 * work.mean_abs(data);
    if (delta >= 0.5 * smooth.delta)
      break;  // the start was far off: its residuals said little about the optimum's
    smooth.delta = std::max(delta, 1e-15);
  }
  at.objective = sum_of_absolute(data, work);
  if (at.objective <= exact_objective(data, options)) {
    at.stop = FitStop::exact;
    return at;
  }
  // The sum has several local minima a few millionths apart: the best of what three widths lead to, and of
  // more where none led to a vertex.
  VertexWalk walk(data, form, work);
  for (int narrowing = 0; narrowing < 3 || (narrowing < 6 && at.stop != FitStop::vertex); ++narrowing) {
    if (narrowing > 0) {
      smooth.first_delta = smooth.delta;
      smooth.delta = std::max(0.1 * smooth.delta, 1e-15);
      const Solution narrower = minimise(data, form, smooth, at.x, work);
      at.steps += narrower.steps, at.evaluations += narrower.evaluations;
      const double reached = sum_of_absolute(data, work);
      if (reached < at.objective) at.x = narrower.x, at.objective = reached, at.stop = narrower.stop;
      work.compute(data, form, at.x, 1);
    }
    Constants x = at.x;
    std::vector<std::size_t> rows = smallest_residuals(data, form, x, work);
    const bool optimal = rows.size() == form.free && walk.descend(rows, x, at.steps);
    work.compute(data, form, x, 1);
    const double reached = sum_of_absolute(data, work);
    if (reached < at.objective || (optimal && reached <= at.objective * (1 + 1e-12))) {
      at.x = x, at.objective = reached, at.stop = optimal ? FitStop::vertex : FitStop::no_descent;
      if (optimal) at.decrement = 0;
    }
  }
  work.compute(data, form, at.x, 1);
  return at;
}

}  // namespace slide_rule::law_fit
