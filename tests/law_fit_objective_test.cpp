// The numerics under the law fit: exp and log, value, gradient and Hessian of the objective, the solver's
// linear algebra.
#include <cmath>
#include <random>

#include "catch.hpp"
#include "fit_runs.hpp"
#include "slide_rule/scaling/law_fit/lanes.hpp"
#include "slide_rule/scaling/law_fit/linear.hpp"
#include "slide_rule/scaling/law_fit/objective.hpp"
#include "slide_rule/scaling/law_fit/solver.hpp"
#include "slide_rule/scaling/law_fit/starts.hpp"

using namespace slide_rule::law_fit;

namespace {

/// 23 rows (an odd number, so that the last lane is padding) around a law, with weights of 1 to 3.
Columns rows_around_a_law() {
  std::mt19937 random(7);
  const auto uniform = [&](double low, double high) {
    return low + (high - low) * fit_runs::uniform(random);
  };
  Columns data;
  data.resize(23);
  for (std::size_t i = 0; i < data.rows; ++i) {
    data.n[i] = uniform(-3, 3);
    data.d[i] = uniform(-3, 3);
    data.log_loss[i] = std::log(1.8 + 0.5 * std::exp(-0.35 * data.n[i]) + 0.4 * std::exp(-0.37 * data.d[i]));
    data.log_loss[i] += uniform(-0.05, 0.05);
    data.inverse_loss[i] = std::exp(-data.log_loss[i]);
    data.weight[i] = std::floor(uniform(1, 4));
  }
  return data;
}

Form form_with(std::array<int, kSlots> owner, std::size_t free, bool floor, bool in_n, bool in_d) {
  Form form;
  form.owner = owner;
  form.free = free;
  form.floor = floor, form.in_n = in_n, form.in_d = in_d;
  return form;
}

struct NamedForm {
  const char* name;
  Form form;
};

const NamedForm kNamedForms[] = {
    {"chinchilla", {}},
    {"tied", form_with({0, 1, 2, 3, 2, -1}, 4, true, true, true)},
    {"fixed E", form_with({-1, 0, 1, 2, 3, -1}, 4, true, true, true)},
    {"no E", form_with({-1, 0, 1, 2, 3, -1}, 4, false, true, true)},
    {"kaplan joint", form_with({-1, 0, 1, 2, 3, 3}, 4, false, true, true)},
    {"all six", form_with({0, 1, 2, 3, 4, 5}, 6, true, true, true)},
    {"power law in N", form_with({0, 1, 2, -1, -1, -1}, 3, true, true, false)},
    {"power law in D", form_with({0, -1, -1, 1, 2, -1}, 3, true, false, true)},
};

Constants start_of(const Form& form) {
  Constants x{std::log(1.7), std::log(0.6), 0.3, std::log(0.5), 0.4, 1};
  if (form.frees(kS)) x[kS] = form.owner[kS] == form.owner[kBeta] ? x[kBeta] : 0.8;
  if (form.owner[kBeta] == form.owner[kAlpha]) x[kBeta] = x[kAlpha];
  return x;
}

Constants nudged(const Form& form, Constants x, std::size_t variable, double by) {
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    if (form.owner[slot] == static_cast<int>(variable)) x[slot] += by;
  }
  return x;
}

}  // namespace

TEST_CASE("exp and log of lanes are the C library's to 2 units in the last place", "[fit][numerics]") {
  std::mt19937 random(1);
  double worst_exp = 0, worst_log = 0;
  for (int i = 0; i < 200000; ++i) {
    const double unit = fit_runs::uniform(random), x = i % 2 == 0 ? 1400 * unit - 700 : 4 * unit - 2;
    const double e = std::exp(x);
    worst_exp = std::max(worst_exp, std::fabs(exp_of(all(x))[0] / e - 1));
    worst_log = std::max(worst_log,
                         std::fabs(log_of(all(e))[0] - std::log(e)) / std::max(1.0, std::fabs(std::log(e))));
  }
  CHECK(worst_exp < 5e-16);
  CHECK(worst_log < 3e-16);
  CHECK(exp_of(all(0.0))[0] == 1);
  CHECK(log_of(all(1.0))[0] == 0);
  CHECK(exp_of(all(-1e9))[0] > 0);
  CHECK(std::isfinite(exp_of(all(1e9))[0]));
}

TEST_CASE("the objective is the sum of Huber losses of log-sum-exp residuals, as written in the literature",
          "[fit]") {
  const Columns data = rows_around_a_law();
  const Constants x = start_of({});
  Residuals work;
  work.resize(data.padded);
  for (double delta : {1e-3, 0.02, 10.0}) {
    double expected = 0;
    for (std::size_t i = 0; i < data.rows; ++i) {
      const double u = x[kA] - x[kAlpha] * data.n[i], v = x[kB] - x[kBeta] * data.d[i],
                   top = std::max({u, v, x[kE]});
      const double predicted = top + std::log(std::exp(u - top) + std::exp(v - top) + std::exp(x[kE] - top));
      expected += data.weight[i] * huber(predicted - data.log_loss[i], delta);
    }
    CHECK_THAT(work.compute(data, {}, x, delta), WithinRel(expected, 1e-12));
    CHECK_THAT(work.slope(data, {}, x, delta).value, WithinRel(expected, 1e-12));
  }
  CHECK(huber(0.5, 1) == 0.125);
  CHECK(huber(-3, 1) == 2.5);
}

TEST_CASE("gradients and Hessians agree with finite differences for every form", "[fit][gradient]") {
  const Columns data = rows_around_a_law();
  Residuals work;
  work.resize(data.padded);
  for (const auto& [name, form] : kNamedForms) {
    for (double delta : {0.02, 10.0}) {  // with residuals on both sides of delta, and all of them within
      INFO(name << ", delta " << delta);
      const Constants x = start_of(form);
      work.compute(data, form, x, delta);
      const Slope slope = work.slope(data, form, x, delta);
      for (std::size_t i = 0; i < form.free; ++i) {
        const double h = 1e-6;
        const Constants up = nudged(form, x, i, h), down = nudged(form, x, i, -h);
        const double high = work.compute(data, form, up, delta);
        const Slope above = work.slope(data, form, up, delta);
        const double low = work.compute(data, form, down, delta);
        const Slope below = work.slope(data, form, down, delta);
        CHECK_THAT(slope.gradient[i],
                   WithinAbs((high - low) / (2 * h), 1e-7 * (1 + std::fabs(slope.gradient[i]))));
        for (std::size_t j = 0; j < form.free; ++j) {
          const double difference = (above.gradient[j] - below.gradient[j]) / (2 * h);
          CHECK_THAT(slope.hessian[i][j], WithinAbs(difference, 2e-6 * (1 + std::fabs(difference))));
          CHECK(slope.hessian[i][j] == slope.hessian[j][i]);
        }
      }
    }
  }
}

TEST_CASE("a row of the Jacobian agrees with finite differences", "[fit][gradient]") {
  const Columns data = rows_around_a_law();
  Residuals work, moved;
  work.resize(data.padded);
  moved.resize(data.padded);
  for (const auto& [name, form] : kNamedForms) {
    INFO(name);
    const Constants x = start_of(form);
    work.compute(data, form, x, 1);
    for (std::size_t j = 0; j < form.free; ++j) {
      moved.compute(data, form, nudged(form, x, j, 1e-6), 1);
      for (std::size_t i = 0; i < data.rows; ++i) {
        CHECK_THAT(work.jacobian_row(data, form, x, i)[j], WithinAbs((moved[i] - work[i]) / 1e-6, 1e-5));
      }
    }
  }
}

TEST_CASE("the literature's grid has 4,500 starts in 25 groups", "[fit]") {
  const auto starts = [](const Form& form) {
    std::size_t total = 0;
    for (const StartGroup& group : start_grid(form)) total += group.starts;
    return total;
  };
  CHECK(starts({}) == 4500);
  CHECK(start_grid({}).size() == 25);
  CHECK(starts(kNamedForms[1].form) == 900);  // alpha = beta
  CHECK(starts(kNamedForms[2].form) == 900);  // no e
  CHECK(starts(kNamedForms[4].form) == 25);   // kaplan-joint
  CHECK(starts(kNamedForms[6].form) == 150);
}

TEST_CASE("the small linear solvers solve, and say where they cannot", "[fit][numerics]") {
  const Matrix a{{{4, 1, 0.5}, {1, 3, -1}, {0.5, -1, 5}}};
  const Constants b{1, 2, 3};
  Constants x{}, y{};
  REQUIRE(solve_positive(a, b, 3, x));
  REQUIRE(solve_general(a, b, 3, y));
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK_THAT(dot(a[i], x, 3), WithinAbs(b[i], 1e-14));
    CHECK_THAT(y[i], WithinAbs(x[i], 1e-14));
  }
  CHECK_FALSE(solve_positive({{{1, 2}, {2, 1}}}, b, 2, x));
  CHECK_FALSE(solve_general({{{1, 2}, {2, 4}}}, b, 2, x));
  CHECK_THAT(condition_number({{{2, 0}, {0, 8}}}, 2), WithinRel(4.0, 1e-12));
  CHECK_THAT(condition_number({{{1, 0.5}, {0.5, 1}}}, 2), WithinRel(3.0, 1e-12));
  CHECK(condition_number({{{1, 1}, {1, 1}}}, 2) == 1e16);
}
