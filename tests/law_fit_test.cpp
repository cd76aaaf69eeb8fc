#include "slide_rule/scaling/law_fit.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>

#include "catch.hpp"
#include "fit_runs.hpp"

using namespace slide_rule;
using namespace fit_runs;

namespace {

/// The loss by the answer's constants, written out once more and independently of the fit.
double predicted(FitForm form, const PerConstant<double>& c, const Run& run) {
  switch (form) {
    case FitForm::power_law_n:
      return *c.E + *c.A * std::pow(run.parameters, -*c.alpha);
    case FitForm::power_law_d:
      return *c.E + *c.B * std::pow(run.tokens, -*c.beta);
    case FitForm::power_law_c:
      return *c.E + *c.K * std::pow(6 * run.parameters * run.tokens, -*c.gamma);
    case FitForm::kaplan_joint:
      return std::pow(std::pow(*c.Nc / run.parameters, *c.alphaN / *c.alphaD) + *c.Dc / run.tokens,
                      *c.alphaD);
    default:
      return *c.E + *c.A * std::pow(run.parameters, -*c.alpha) + *c.B * std::pow(run.tokens, -*c.beta);
  }
}

double objective_of(const LawFitQuestion& q, const PerConstant<double>& c) {
  double total = 0;
  for (const Run& run : q.runs) {
    const double r = std::log(predicted(q.form, c, run)) - std::log(run.loss);
    total += q.criterion == FitCriterion::least_absolute ? std::fabs(r) : law_fit::huber(r, q.huber_delta);
  }
  return total;
}

std::vector<std::optional<double>*> constants_in(PerConstant<double>& c) {
  std::vector<std::optional<double>*> found;
  for (auto* x : {&c.E, &c.A, &c.alpha, &c.B, &c.beta, &c.K, &c.gamma, &c.Nc, &c.Dc, &c.alphaN, &c.alphaD}) {
    if (*x) found.push_back(x);
  }
  return found;
}

constexpr FitForm kForms[] = {FitForm::chinchilla,   FitForm::chinchilla_tied, FitForm::chinchilla_fixed_e,
                              FitForm::kaplan_joint, FitForm::power_law_n,     FitForm::power_law_d,
                              FitForm::power_law_c};

LawFitQuestion question_for(FitForm form, std::vector<Run> runs) {
  LawFitQuestion q;
  q.runs = std::move(runs);
  q.form = form;
  if (form == FitForm::chinchilla_fixed_e) q.floor = 1.5;
  return q;
}

}  // namespace

TEST_CASE("runs that lie on a law give its constants back, in every form", "[fit]") {
  const auto check = [](FitForm form, auto loss_of, PerConstant<double> truth,
                        std::optional<double> floor = {}) {
    LawFitQuestion q = question_for(form, on_grid(loss_of));
    q.floor = floor;
    for (FitCriterion criterion : {FitCriterion::huber, FitCriterion::least_absolute}) {
      q.criterion = criterion;
      LawFitAnswer a = fitted(q);
      INFO(name_of(form) << " " << name_of(criterion));
      CHECK(a.stop == FitStop::exact);
      CHECK(a.converged >= (form == FitForm::kaplan_joint ? 0.8 : 1) * a.starts);
      const auto found = constants_in(a.constants), wanted = constants_in(truth);
      REQUIRE(found.size() == wanted.size());
      for (std::size_t i = 0; i < found.size(); ++i) CHECK_THAT(**found[i], WithinRel(**wanted[i], 1e-6));
    }
  };
  PerConstant<double> truth;
  truth.E = 1.8172, truth.A = 477.83, truth.alpha = 0.34731, truth.B = 2143.4, truth.beta = 0.36717;
  check(FitForm::chinchilla, chinchilla_loss, truth);
  check(FitForm::chinchilla_fixed_e, chinchilla_loss, truth, 1.8172);
  truth.alpha = truth.beta = 0.3526596, truth.E = 1.86914, truth.A = 520.82,
  truth.B = 1487.72;  // Muennighoff 2023
  check(
      FitForm::chinchilla_tied,
      [](double n, double d) {
        return 1.86914 + 520.82 * std::pow(n, -0.3526596) + 1487.72 * std::pow(d, -0.3526596);
      },
      truth);
  truth = {};
  truth.Nc = 6.4e13, truth.Dc = 1.8e13, truth.alphaN = 0.076, truth.alphaD = 0.103;  // Kaplan 2020, Table 2
  check(
      FitForm::kaplan_joint,
      [](double n, double d) { return std::pow(std::pow(6.4e13 / n, 0.076 / 0.103) + 1.8e13 / d, 0.103); },
      truth);
  truth = {};
  truth.E = 1.7, truth.A = 300, truth.alpha = 0.3;
  check(
      FitForm::power_law_n, [](double n, double) { return 1.7 + 300 * std::pow(n, -0.3); }, truth);
  truth = {};
  truth.E = 1.7, truth.B = 900, truth.beta = 0.3;
  check(
      FitForm::power_law_d, [](double, double d) { return 1.7 + 900 * std::pow(d, -0.3); }, truth);
  truth = {};
  truth.E = 1.7, truth.K = 2000, truth.gamma = 0.16;
  check(
      FitForm::power_law_c, [](double n, double d) { return 1.7 + 2000 * std::pow(6 * n * d, -0.16); },
      truth);
  truth.E = 0;
  check(
      FitForm::power_law_c, [](double n, double d) { return 2000 * std::pow(6 * n * d, -0.16); }, truth, 0.0);
}

TEST_CASE("the optimum of every form beats its neighbours, and its objective is the one that is reported",
          "[fit]") {
  const auto runs = on_grid(chinchilla_loss, 0.01);
  for (FitForm form : kForms) {
    for (FitCriterion criterion : {FitCriterion::huber, FitCriterion::least_absolute}) {
      LawFitQuestion q = question_for(form, runs);
      q.criterion = criterion;
      LawFitAnswer a = fitted(q);
      INFO(name_of(form) << " " << name_of(criterion));
      CHECK_THAT(a.objective, WithinRel(objective_of(q, a.constants), 1e-10));
      for (std::size_t i = 0; i < constants_in(a.constants).size(); ++i) {
        if (form == FitForm::chinchilla_fixed_e && i == 0) continue;
        if (form == FitForm::chinchilla_tied && (i == 2 || i == 4)) continue;
        for (double factor : {1 - 1e-3, 1 - 1e-5, 1 + 1e-5, 1 + 1e-3}) {
          PerConstant<double> near = a.constants;
          **constants_in(near)[i] *= factor;
          CHECK(objective_of(q, near) > a.objective * (1 - 1e-12));
        }
      }
    }
  }
}

TEST_CASE("fits of published runs reach the optimum that scipy finds", "[fit][reference]") {
  // scipy 1.10.1: the best of 4,500 L-BFGS-B starts (analytic gradient), polished in turn by Nelder-Mead and
  // BFGS.
  struct Expected {
    std::vector<Run> runs;
    double objective, A, B, E, alpha, beta;
  };
  const Expected sets[] = {
      {from_file("gadre-2024.csv", "training_data", "c4"), 0.0005299536268107, 122.55328, 242.61104,
       1.6200255, 0.25257409, 0.26222981},
      {from_file("gadre-2024.csv", "training_data", "redpajama"), 0.0004265108322251, 106.09111, 297.97582,
       1.7202458, 0.24308459, 0.27300547},
      {from_file("gadre-2024.csv", "training_data", "refinedweb"), 0.0004757258890887, 76.77447, 384.16241,
       1.7013406, 0.22258731, 0.28977322},
      {from_file("datablations-2023-single-epoch.csv"), 0.0009496429001451, 452.88745, 5405.0727, 1.9110663,
       0.33900627, 0.38730307},
  };
  for (const Expected& set : sets) {
    REQUIRE(set.runs.size() > 30);
    const LawFitAnswer a = fitted(question_for(FitForm::chinchilla, set.runs));
    CHECK(a.objective <= set.objective * (1 + 1e-9));
    CHECK_THAT(a.objective, WithinRel(set.objective, 2e-6));
    CHECK_THAT(*a.constants.alpha, WithinRel(set.alpha, 1e-3));
    CHECK_THAT(*a.constants.beta, WithinRel(set.beta, 1e-3));
    CHECK_THAT(*a.constants.E, WithinRel(set.E, 1e-3));
    CHECK_THAT(std::log(*a.constants.A), WithinRel(std::log(set.A), 1e-3));
    CHECK_THAT(std::log(*a.constants.B), WithinRel(std::log(set.B), 1e-3));
    CHECK(a.starts == 4500);
    CHECK(a.converged >= 0.95 * a.starts);
    CHECK(a.stop == FitStop::optimum);
  }
}

TEST_CASE("least absolute deviations end on a vertex: as many residuals as constants are zero", "[fit]") {
  LawFitQuestion q = question_for(FitForm::chinchilla, on_grid(chinchilla_loss, 0.01));
  q.criterion = FitCriterion::least_absolute;
  const LawFitAnswer a = fitted(q);
  CHECK(a.stop == FitStop::vertex);
  int zeros = 0;
  for (double r : a.residuals) zeros += std::fabs(r) < 1e-12;
  CHECK(zeros == 5);
}

TEST_CASE("units and order of the runs change nothing but A and B", "[fit][property]") {
  const auto runs = on_grid(chinchilla_loss, 0.01);
  std::vector<Run> other(runs.rbegin(), runs.rend());
  for (Run& run : other) run.parameters /= 1e9, run.tokens /= 1e12;
  const LawFitAnswer a = fitted(question_for(FitForm::chinchilla, runs));
  const LawFitAnswer b = fitted(question_for(FitForm::chinchilla, other));
  CHECK_THAT(b.objective, WithinRel(a.objective, 1e-10));
  CHECK_THAT(*b.constants.alpha, WithinRel(*a.constants.alpha, 1e-6));
  CHECK_THAT(*b.constants.beta, WithinRel(*a.constants.beta, 1e-6));
  CHECK_THAT(*b.constants.A, WithinRel(*a.constants.A * std::pow(1e9, -*a.constants.alpha), 1e-5));
}

TEST_CASE("refits are the same whatever the slices, and follow the seed", "[fit][bootstrap]") {
  LawFitQuestion q = question_for(FitForm::chinchilla, on_grid(chinchilla_loss, 0.01));
  q.bootstraps = 200;
  const LawFitAnswer whole = fitted(q);
  Problems problems;
  LawFitJob job = begin_law_fit(q, problems);
  REQUIRE(problems.empty());
  std::size_t slices = 0;
  while (!step_law_fit(job, 7)) ++slices;
  const LawFitAnswer sliced = answer_of(job);
  CHECK(slices == (25 + 200) / 7);
  CHECK(sliced.objective == whole.objective);
  CHECK(sliced.interval.A->low == whole.interval.A->low);
  CHECK(sliced.interval.A->high == whole.interval.A->high);
  CHECK(sliced.covariance == whole.covariance);
  q.seed = 43;
  CHECK(fitted(q).interval.A->low != whole.interval.A->low);
}

TEST_CASE("the draws are numpy's: np.random.seed(42); np.random.choice(10, 10)",
          "[fit][bootstrap][reference]") {
  std::mt19937 random(42);
  std::vector<unsigned> times;
  law_fit::draw_rows(random, 10, times);  // 6 3 7 4 6 9 2 6 7 4
  CHECK(times == std::vector<unsigned>{0, 0, 1, 1, 2, 0, 3, 2, 0, 1});
  law_fit::draw_rows(random, 10, times);  // 3 7 7 2 5 4 1 7 5 1
  CHECK(times == std::vector<unsigned>{0, 2, 1, 1, 1, 2, 0, 3, 0, 0});
}

TEST_CASE("standard errors, covariance and intervals belong together", "[fit][bootstrap]") {
  LawFitQuestion q = question_for(FitForm::chinchilla, on_grid(chinchilla_loss, 0.01));
  q.bootstraps = 500;
  const LawFitAnswer a = fitted(q);
  REQUIRE(a.covariance_of == std::vector<std::string_view>{"E", "A", "alpha", "B", "beta"});
  CHECK_THAT(std::sqrt(a.covariance[0][0]), WithinRel(*a.standard_error.E, 1e-9));
  CHECK_THAT(std::sqrt(a.covariance[4][4]), WithinRel(*a.standard_error.beta, 1e-9));
  CHECK(a.covariance[1][2] > 0);  // a larger A goes with a larger alpha
  CHECK(a.covariance[1][2] == a.covariance[2][1]);
  CHECK(a.interval.alpha->low < *a.constants.alpha);
  CHECK(a.interval.alpha->high > *a.constants.alpha);
  CHECK(a.interval.alpha->level == 0.9);
  // A 90 % interval of a nearly normal estimate is 3.29 standard errors wide.
  CHECK_THAT((a.interval.alpha->high - a.interval.alpha->low) / *a.standard_error.alpha,
             WithinAbs(3.29, 0.4));
  CHECK_THAT(*a.allocation_exponent,
             WithinRel(*a.constants.beta / (*a.constants.alpha + *a.constants.beta), 1e-12));
  REQUIRE(a.allocation_interval);
  CHECK(a.allocation_interval->low < *a.allocation_exponent);
}

TEST_CASE("a fit tells its progress, and answers half-way with what it has", "[fit][job]") {
  LawFitQuestion q = question_for(FitForm::chinchilla, on_grid(chinchilla_loss, 0.01));
  q.bootstraps = 100;
  Problems problems;
  LawFitJob job = begin_law_fit(q, problems);
  CHECK(progress_of(job).starts == 4500);
  CHECK(progress_of(job).starts_done == 0);
  CHECK(answer_of(job).starts == 0);
  CHECK_FALSE(step_law_fit(job, 10));
  CHECK(progress_of(job).starts_done == 1800);
  CHECK(progress_of(job).constants.E);
  CHECK(answer_of(job).residuals.empty());
  CHECK_FALSE(step_law_fit(job, 15 + 40));
  CHECK(progress_of(job).bootstraps_done == 40);
  CHECK(answer_of(job).bootstraps == 40);
  CHECK(answer_of(job).interval.E);
  LawFitJob moved = std::move(job);  // a job may be handed on
  CHECK(step_law_fit(moved, 60));
  CHECK(progress_of(moved).finished);
  CHECK(answer_of(moved).bootstraps == 100);
  CHECK(step_law_fit(moved, 1));  // nothing left to do
}

TEST_CASE("runs that do not belong are named, and do not move a Huber fit far", "[fit]") {
  auto runs = on_grid(chinchilla_loss, 0.003);
  runs[10].loss *= 1.5;
  runs[30].loss *= 0.8;
  const LawFitAnswer a = fitted(question_for(FitForm::chinchilla, runs));
  CHECK(a.outliers == std::vector<double>{10, 30});
  CHECK_THAT(*a.constants.alpha, WithinAbs(0.347, 0.02));
  CHECK(a.residuals.size() == 49);
  CHECK_THAT(a.residuals[10], WithinAbs(std::log(1.5), 0.02));  // positive: the run's loss is above the law
}

TEST_CASE("data that cannot identify the constants are said to", "[fit][warnings]") {
  const auto warned = [](const LawFitAnswer& a, std::string_view id) {
    for (const Assumption& w : a.warnings) {
      if (w.id == id) return true;
    }
    return false;
  };
  const auto on = [](auto point, double noise) {
    std::vector<Run> runs = on_grid(chinchilla_loss, noise);
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const double relative = runs[i].loss / chinchilla_loss(runs[i].parameters, runs[i].tokens);
      const auto [n, d] = point(static_cast<double>(i));
      runs[i] = {n, d, relative * chinchilla_loss(n, d)};
    }
    return runs;
  };
  const LawFitAnswer good = fitted(question_for(FitForm::chinchilla, on_grid(chinchilla_loss, 0.003)));
  CHECK(good.warnings.empty());
  CHECK(good.condition_number < 1000);

  // Only on the line D = 20 N, as compute-optimal runs are.
  const auto line =
      on([](double i) { return std::pair(std::pow(10, 7 + i / 16), 20 * std::pow(10, 7 + i / 16)); }, 0.001);
  const LawFitAnswer ridge = fitted(question_for(FitForm::chinchilla, line));
  CHECK(warned(ridge, "fit-runs-on-a-line"));
  CHECK(warned(ridge, "fit-exponents-uncertain"));
  CHECK(fitted(question_for(FitForm::power_law_c, line)).warnings.empty());

  // Sizes within a factor of two.
  const auto narrow =
      on([](double i) { return std::pair(1e9 * std::pow(2, std::fmod(i, 7) / 6), std::pow(10, 9 + i / 16)); },
         0.003);
  const LawFitAnswer flat = fitted(question_for(FitForm::chinchilla, narrow));
  CHECK(warned(flat, "fit-flat-ridge"));
  CHECK(warned(flat, "fit-exponents-uncertain"));
  CHECK_FALSE(warned(flat, "fit-runs-on-a-line"));

  LawFitQuestion few = question_for(FitForm::chinchilla, {});
  for (double n : {1e8, 1e9, 1e10}) {
    for (double d : {1e10, 1e11, 1e12})
      few.runs.push_back({n, d, chinchilla_loss(n, d) * (1 + 1e-12 * n / d)});
  }
  CHECK(warned(fitted(few), "fit-few-runs"));

  auto falling = on_grid([](double n, double d) { return 8 - chinchilla_loss(n, d); });
  CHECK(warned(fitted(question_for(FitForm::chinchilla, falling)), "fit-exponent-not-positive"));
  auto only_n = on_grid([](double n, double) { return 1.8 + 400 * std::pow(n, -0.35); }, 0.001);
  CHECK(warned(fitted(question_for(FitForm::chinchilla, only_n)), "fit-exponents-uncertain"));
}

TEST_CASE("no figure is ever NaN or infinite, whatever the runs", "[fit][property]") {
  std::mt19937 random(11);
  const auto unit = [&] { return uniform(random); };
  for (int set = 0; set < 24; ++set) {
    std::vector<Run> runs;
    const double spread = set % 3 == 0 ? 0.01 : set % 3 == 1 ? 5 : 50;  // decades
    for (int i = 0; i < 8 + set % 20; ++i) {
      runs.push_back({std::pow(10, spread * (unit() - 0.5)), std::pow(10, spread * (unit() - 0.5)),
                      std::pow(10, (set % 4) * 3 * (unit() - 0.5)) * (1 + unit())});
    }
    for (FitForm form : kForms) {
      LawFitQuestion q = question_for(form, runs);
      q.bootstraps = 10;
      if (form == FitForm::chinchilla_fixed_e) q.floor = 0;
      q.criterion = set % 2 == 0 ? FitCriterion::huber : FitCriterion::least_absolute;
      INFO("set " << set << " " << name_of(form));
      Problems problems;
      LawFitAnswer a = answer(q, problems);
      REQUIRE(problems.empty());
      std::vector<double> figures{a.objective, a.decrement, a.root_mean_square, a.condition_number};
      for (const auto* c : constants_in(a.constants)) figures.push_back(**c);
      for (const auto* c : constants_in(a.standard_error)) figures.push_back(**c);
      for (const auto& row : a.covariance) figures.insert(figures.end(), row.begin(), row.end());
      for (const Assumption& w : a.warnings) figures.push_back(w.value);
      if (a.allocation_exponent) figures.push_back(*a.allocation_exponent);
      figures.insert(figures.end(), a.residuals.begin(), a.residuals.end());
      for (double figure : figures) CHECK(std::isfinite(figure));
    }
  }
}

// The digitised runs of Hoffmann et al. 2022, Figure 4, have no licence, so they are not here: name a copy
// (columns N, C, D, loss; epoch-research/analyzing-chinchilla) in SLIDE_RULE_CHINCHILLA_CSV to run this.
TEST_CASE("the replication of Chinchilla's fit [besiroglu-2024]", "[fit][reference][chinchilla]") {
  const char* path = std::getenv("SLIDE_RULE_CHINCHILLA_CSV");
  if (path == nullptr) {
    WARN("Skipped: SLIDE_RULE_CHINCHILLA_CSV is not set.");
    return;
  }
  std::vector<Run> all;
  std::ifstream file(path);
  REQUIRE(file);
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const auto cells = split_csv_line(line);
    const double n = std::stod(cells[0]), c = std::stod(cells[1]);
    all.push_back({n, c / (6 * n), std::stod(cells[3])});
  }
  REQUIRE(all.size() == 245);
  std::vector<Run> runs = all;
  for (int drop = 0; drop < 5; ++drop) {
    runs.erase(std::max_element(runs.begin(), runs.end(),
                                [](const Run& x, const Run& y) { return x.loss < y.loss; }));
  }

  LawFitQuestion q = question_for(FitForm::chinchilla, runs);
  q.bootstraps = 4000;
  const LawFitAnswer a = fitted(q);
  CHECK(a.objective <= 0.001018274021);
  CHECK_THAT(*a.constants.A, WithinRel(477.826, 1e-5));
  CHECK_THAT(*a.constants.B, WithinRel(2143.417, 1e-5));
  CHECK_THAT(*a.constants.E, WithinRel(1.817218, 1e-6));
  CHECK_THAT(*a.constants.alpha, WithinRel(0.347310, 1e-5));
  CHECK_THAT(*a.constants.beta, WithinRel(0.367172, 1e-5));
  CHECK(a.starts == 4500);
  CHECK(a.converged >= 0.95 * 4500);
  CHECK_THAT(*a.standard_error.A, WithinRel(124.5, 0.05));
  CHECK_THAT(*a.standard_error.B, WithinRel(1293.0, 0.05));
  CHECK_THAT(*a.standard_error.E, WithinRel(0.0257, 0.05));
  CHECK_THAT(*a.standard_error.alpha, WithinRel(0.0154, 0.05));
  CHECK_THAT(*a.standard_error.beta, WithinRel(0.0206, 0.05));
  CHECK_THAT(*a.allocation_exponent, WithinAbs(0.513, 0.0015));
  CHECK_THAT(*a.allocation_standard_error, WithinRel(0.020, 0.05));

  const LawFitAnswer with_all = fitted(question_for(FitForm::chinchilla, all));
  CHECK(with_all.objective <= 0.00182601055);
  CHECK_THAT(*with_all.constants.A, WithinRel(495.726, 1e-5));
  CHECK_THAT(*with_all.constants.B, WithinRel(12845.61, 1e-5));

  q.criterion = FitCriterion::least_absolute;
  q.bootstraps = 0;
  const LawFitAnswer absolute = fitted(q);
  CHECK(absolute.objective <= 1.129495);
  CHECK_THAT(*absolute.constants.A, WithinRel(481.999, 5e-5));
  CHECK_THAT(*absolute.constants.B, WithinRel(2085.39, 5e-5));
  CHECK_THAT(*absolute.constants.E, WithinRel(1.816862, 5e-6));
  CHECK_THAT(*absolute.constants.alpha, WithinRel(0.347812, 1e-5));
  CHECK_THAT(*absolute.constants.beta, WithinRel(0.365853, 1e-5));
}

TEST_CASE("Kaplan's joint law divides a budget by alphaD / (alphaN + alphaD)", "[fit]") {
  // The inner sum falls as N^-(alphaN/alphaD) and D^-1; Table 2 of the paper has 0.076 and 0.103.
  const auto loss = [](double n, double d) {
    return std::pow(std::pow(6.4e13 / n, 0.076 / 0.103) + 1.8e13 / d, 0.103);
  };
  Problems problems;
  const LawFitAnswer a = answer(question_for(FitForm::kaplan_joint, on_grid(loss)), problems);
  REQUIRE(problems.empty());
  CHECK_THAT(a.allocation_exponent.value(), WithinRel(0.103 / 0.179, 1e-4));
}
