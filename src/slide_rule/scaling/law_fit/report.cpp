#include "slide_rule/scaling/law_fit/report.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "slide_rule/scaling/law_fit/bounds.hpp"
#include "slide_rule/scaling/law_fit/linear.hpp"

namespace slide_rule {
namespace law_fit {
namespace {

/// A figure that can be written: constants of a degenerate fit may be beyond what a double holds.
double finite(double x) { return std::clamp(x, -1e300, 1e300); }

template <class T>
using Member = std::optional<T> PerConstant<T>::*;

template <class T>
constexpr std::array<Member<T>, 11> members{
    &PerConstant<T>::E,    &PerConstant<T>::A,      &PerConstant<T>::alpha, &PerConstant<T>::B,
    &PerConstant<T>::beta, &PerConstant<T>::K,      &PerConstant<T>::gamma, &PerConstant<T>::Nc,
    &PerConstant<T>::Dc,   &PerConstant<T>::alphaN, &PerConstant<T>::alphaD};
constexpr std::array<std::string_view, 11> member_names{"E",     "A",  "alpha", "B",      "beta",  "K",
                                                        "gamma", "Nc", "Dc",    "alphaN", "alphaD"};

std::string_view formula_of(FitForm form) {
  switch (form) {
    case FitForm::chinchilla:
    case FitForm::chinchilla_tied:
    case FitForm::chinchilla_fixed_e:
      return "E + A / N ^ alpha + B / D ^ beta";
    case FitForm::kaplan_joint:
      return "((Nc / N) ^ (alphaN / alphaD) + Dc / D) ^ alphaD";
    case FitForm::power_law_n:
      return "E + A / N ^ alpha";
    case FitForm::power_law_d:
      return "E + B / D ^ beta";
    case FitForm::power_law_c:
      return "E + K / C ^ gamma";
  }
  return "";
}

/// a in N_opt ~ C^a for C = 6 N D: the point where moving compute from N to D gains nothing. Hoffmann et al.
/// 2022, equation 4; for kaplan-joint the inner sum has exponents alphaN/alphaD and 1, and the outer power
/// changes nothing.
std::optional<double> allocation_of(const PerConstant<double>& c) {
  if (c.alpha && c.beta && *c.alpha + *c.beta > 0) return *c.beta / (*c.alpha + *c.beta);
  if (c.alphaN && c.alphaD && *c.alphaN + *c.alphaD > 0) return *c.alphaD / (*c.alphaN + *c.alphaD);
  return {};
}

double median(std::vector<double> x) {
  const auto middle = x.begin() + static_cast<std::ptrdiff_t>(x.size() / 2);
  std::nth_element(x.begin(), middle, x.end());
  if (x.size() % 2 == 1) return *middle;
  return 0.5 * (*middle + *std::max_element(x.begin(), middle));
}

/// Rows whose modified z-score, 0.6745 |r - median| / median |r - median|, is above 3.5
/// [iglewicz-hoaglin-1993].
std::vector<double> outliers_of(const std::vector<double>& residuals) {
  const double centre = median(residuals);
  std::vector<double> deviation;
  deviation.reserve(residuals.size());
  for (double r : residuals) deviation.push_back(std::fabs(r - centre));
  const double spread = median(deviation);
  std::vector<double> rows;
  if (spread < 1e-12) return rows;
  for (std::size_t i = 0; i < residuals.size(); ++i) {
    if (0.6745 * deviation[i] > 3.5 * spread) rows.push_back(static_cast<double>(i));
  }
  return rows;
}

/// How well the runs determine the constants, by the linear theory at the optimum: J^T J, scaled to a unit
/// diagonal.
struct Determination {
  double condition =
      1;  ///< its condition number: the squared ratio of the flattest direction to the steepest
  double worst_exponent_error = 0;  ///< the largest standard error of an exponent, relative to the exponent
};

Determination determination_of(const Job& job, const std::vector<double>& residuals) {
  const std::size_t free = job.form.free;
  Matrix normal{}, scaled{};
  for (std::size_t r = 0; r < job.data.rows; ++r) {
    const Constants row = job.residuals.jacobian_row(job.data, job.form, job.best.x, r);
    for (std::size_t i = 0; i < free; ++i) {
      for (std::size_t j = 0; j < free; ++j) normal[i][j] += row[i] * row[j];
    }
  }
  for (std::size_t i = 0; i < free; ++i) {
    for (std::size_t j = 0; j < free; ++j) {
      const double scale = std::sqrt(normal[i][i] * normal[j][j]);
      scaled[i][j] = scale > 0 ? normal[i][j] / scale : 0;
    }
  }
  Determination d;
  d.condition = condition_number(scaled, free);
  std::vector<double> absolute;
  absolute.reserve(residuals.size());
  for (double r : residuals) absolute.push_back(std::fabs(r));
  const double noise = 1.4826 * median(absolute);  // the standard deviation of normal noise
  for (Slot slot : {kAlpha, kBeta}) {
    const int v = job.form.owner[slot];
    if (v == Form::kFixed) continue;
    Constants unit{}, column{};
    unit[v] = 1;
    const bool solved = normal[v][v] > 0 && solve_positive(scaled, unit, free, column, 1e-15);
    const double error = solved ? noise * std::sqrt(column[v] / normal[v][v]) : 1e300;
    d.worst_exponent_error =
        std::max(d.worst_exponent_error, std::min(1e300, error / std::fabs(job.best.x[slot])));
  }
  return d;
}

/// Linear interpolation between order statistics, as numpy's percentile.
double quantile(const std::vector<double>& sorted, double q) {
  const double at = q * static_cast<double>(sorted.size() - 1);
  const std::size_t below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

struct Spread {
  double mean = 0, deviation = 0;
  Interval interval;
};

Spread spread_of(std::vector<double> x, double level) {
  Spread s;
  const double count = static_cast<double>(x.size());
  double largest = 1e-300;
  for (double v : x) largest = std::max(largest, std::fabs(v));
  for (double v : x) s.mean += v / count;
  double squares = 0;  // scaled by the largest: the square of 1e200 is not a number
  for (double v : x) squares += (v - s.mean) / largest * ((v - s.mean) / largest) / count;
  s.deviation = largest * std::sqrt(squares);
  std::sort(x.begin(), x.end());
  s.interval = {quantile(x, 0.5 - level / 2), quantile(x, 0.5 + level / 2), level};
  return s;
}

/// Of member_names: those that multiply, whose logarithm is closer to normal.
constexpr std::array<bool, 11> is_coefficient{false, true, false, true,  false, true,
                                              false, true, true,  false, false};

/// Standard errors, percentile intervals [efron-1979] and covariance from the refits.
void describe_refits(const LawFitJob& fit, LawFitAnswer& a) {
  constexpr std::size_t kLeastRefits = 20;
  const Job& job = fit.job;
  a.bootstraps = static_cast<double>(job.refits.size());
  if (job.refits.size() < kLeastRefits) return;
  const double level = fit.question.level, count = static_cast<double>(job.refits.size());

  std::vector<std::vector<double>> values(member_names.size());
  std::vector<double> allocations;
  for (const Constants& x : job.refits) {
    const PerConstant<double> c = constants_of(fit.question.form, job, x);
    for (std::size_t k = 0; k < values.size(); ++k) {
      if (const auto& v = c.*members<double>[k]) values[k].push_back(*v);
    }
    if (const auto allocation = allocation_of(c)) allocations.push_back(*allocation);
  }
  std::vector<std::size_t> used;
  std::vector<double> means;
  for (std::size_t k = 0; k < values.size(); ++k) {
    if (values[k].empty() || (k == 0 && fit.question.floor)) continue;
    const Spread s = spread_of(values[k], level);
    a.standard_error.*members<double>[k] = s.deviation;
    a.interval.*members<Interval>[k] = s.interval;
    a.covariance_of.push_back(member_names[k]);
    used.push_back(k);
    means.push_back(s.mean);
  }
  const auto covariance_into = [&](std::vector<std::vector<double>>& rows) {
    for (std::size_t i = 0; i < used.size(); ++i) {
      rows.emplace_back();
      for (std::size_t j = 0; j < used.size(); ++j) {
        double total = 0;
        for (std::size_t b = 0; b < job.refits.size(); ++b) {
          total += finite((values[used[i]][b] - means[i]) * (values[used[j]][b] - means[j])) / count;
        }
        rows.back().push_back(finite(total));
      }
    }
  };
  covariance_into(a.covariance);
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (!is_coefficient[used[i]]) continue;
    means[i] = 0;
    for (double& x : values[used[i]]) {
      x = std::log(std::max(x, 1e-300));
      means[i] += x / count;
    }
  }
  covariance_into(a.log_covariance);
  const bool tied = fit.question.form == FitForm::chinchilla_tied;  // then a is 1/2 by construction
  if (allocations.size() == job.refits.size() && !tied) {
    const Spread s = spread_of(allocations, level);
    a.allocation_interval = s.interval;
    a.allocation_standard_error = s.deviation;
  }
}

/// Mean shares of the three terms in the predicted losses.
Constants shares_of(const Job& job) {
  Constants mean{};
  Form each = job.form;  // every constant free: the Jacobian's entries for e, a, b are then the shares
  each.owner = {0, 1, 2, 3, 4, Form::kFixed};
  for (std::size_t r = 0; r < job.data.rows; ++r) {
    const Constants row = job.residuals.jacobian_row(job.data, each, job.best.x, r);
    for (Slot slot : {kE, kA, kB}) mean[slot] += row[slot] / static_cast<double>(job.data.rows);
  }
  return mean;
}

/// Correlation of log N with log D over the runs.
double correlation_of(const Columns& data) {
  double nn = 0, nd = 0, dd = 0;  // n and d are centred
  for (std::size_t i = 0; i < data.rows; ++i) {
    nn += data.n[i] * data.n[i], nd += data.n[i] * data.d[i], dd += data.d[i] * data.d[i];
  }
  return nn > 0 && dd > 0 ? nd / std::sqrt(nn * dd) : 0;
}

void describe_warnings(const LawFitJob& fit, double exponent_error, LawFitAnswer& a) {
  constexpr double kFlat = 1e4;  // usual sets of runs: 300 to 6000; all on the line D = 20 N: 9e3 to 1e12
  constexpr double kUncertain = 0.3;  // a 90 % interval of +- half the exponent
  constexpr double kNegligible = 1e-3;
  constexpr double kLine = 0.98;  // runs at one number of tokens a parameter: 1
  const Job& job = fit.job;
  const auto warn = [&](std::string_view id, double value) { a.warnings.push_back({id, value}); };
  const double correlation = correlation_of(job.data);
  if (job.form.in_n && job.form.in_d && std::fabs(correlation) > kLine)
    warn("fit-runs-on-a-line", correlation);
  if (a.condition_number > kFlat) warn("fit-flat-ridge", a.condition_number);
  if (exponent_error > kUncertain) warn("fit-exponents-uncertain", exponent_error);
  for (Slot slot : {kAlpha, kBeta}) {
    if (!job.form.frees(slot)) continue;
    if (job.best.x[slot] <= 0) warn("fit-exponent-not-positive", job.best.x[slot]);
    if (std::fabs(job.best.x[slot]) >= kExponentLimit) warn("fit-exponent-at-limit", job.best.x[slot]);
  }
  const Constants share = shares_of(job);
  if (job.form.frees(kE) && share[kE] < kNegligible) warn("fit-floor-vanishes", share[kE]);
  const bool by_compute = fit.question.form == FitForm::power_law_c;
  if (job.form.in_n && share[kA] < kNegligible) {
    warn(by_compute ? "fit-compute-does-not-matter" : "fit-parameters-do-not-matter", share[kA]);
  }
  if (job.form.in_d && share[kB] < kNegligible) warn("fit-tokens-do-not-matter", share[kB]);
  if (a.converged < 0.95 * a.starts) warn("fit-starts-disagree", a.converged / a.starts);
  if (a.rows < 5 * static_cast<double>(job.form.free)) warn("fit-few-runs", a.rows);
  if (100 * job.unconverged > job.refits.size())
    warn("fit-refits-unconverged", static_cast<double>(job.unconverged));
}

}  // namespace

PerConstant<double> constants_of(FitForm form, const Job& job, const Constants& x) {
  PerConstant<double> c;
  const auto exp_finite = [](double y) { return std::exp(std::min(y, 690.0)); };
  const double in_n = exp_finite(x[kA] + x[kAlpha] * job.data.mean_n);
  const double in_d = exp_finite(x[kB] + x[kBeta] * job.data.mean_d);
  if (form == FitForm::kaplan_joint) {
    c.Nc = exp_finite(x[kA] / x[kAlpha] + job.data.mean_n);
    c.Dc = exp_finite(x[kB] / x[kS] + job.data.mean_d);
    c.alphaN = x[kAlpha];
    c.alphaD = x[kS];
    return c;
  }
  c.E = job.form.floor ? std::exp(x[kE]) : 0;
  if (form == FitForm::power_law_c) {
    c.K = in_n, c.gamma = x[kAlpha];
    return c;
  }
  if (job.form.in_n) c.A = in_n, c.alpha = x[kAlpha];
  if (job.form.in_d) c.B = in_d, c.beta = x[kBeta];
  return c;
}

}  // namespace law_fit

LawFitAnswer answer_of(const LawFitJob& fit) {
  using namespace law_fit;
  const Job& job = fit.job;
  LawFitAnswer a;
  a.formula = formula_of(fit.question.form);
  if (job.groups_done == 0) return a;
  a.constants = constants_of(fit.question.form, job, job.best.x);
  a.objective = job.best.objective;
  a.stop = job.best.stop;
  a.decrement = job.best.decrement;
  for (std::size_t i = 0; i < job.groups_done; ++i) a.starts += static_cast<double>(job.groups[i].starts);
  a.distinct_starts = static_cast<double>(job.groups_done);
  a.converged = static_cast<double>(starts_at_optimum(job));
  a.rows = static_cast<double>(job.data.rows);
  a.allocation_exponent = allocation_of(a.constants);
  if (!job.starts_done()) return a;

  double squares = 0;
  for (std::size_t i = 0; i < job.data.rows; ++i) {
    a.residuals.push_back(-job.residuals[i]);
    squares += job.residuals[i] * job.residuals[i];
  }
  a.root_mean_square = std::sqrt(squares / a.rows);
  a.outliers = outliers_of(a.residuals);
  const Determination determined = determination_of(job, a.residuals);
  a.condition_number = determined.condition;
  describe_refits(fit, a);
  describe_warnings(fit, determined.worst_exponent_error, a);
  return a;
}

}  // namespace slide_rule
