#pragma once
// Fits a scaling law to one's own training runs: constants, intervals, how it stopped, what the data cannot
// tell.

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "slide_rule/ask.hpp"
#include "slide_rule/estimate.hpp"
#include "slide_rule/fields.hpp"
#include "slide_rule/problem.hpp"
#include "slide_rule/scaling/law_fit/job.hpp"
#include "slide_rule/scaling/law_fit/solver.hpp"

namespace slide_rule {

enum class FitForm {
  chinchilla,          ///< L = E + A/N^alpha + B/D^beta [hoffmann-2022]
  chinchilla_tied,     ///< alpha = beta, as in [muennighoff-2023]
  chinchilla_fixed_e,  ///< E held at `floor`
  kaplan_joint,        ///< L = ((Nc/N)^(alphaN/alphaD) + Dc/D)^alphaD [kaplan-2020]
  power_law_n,         ///< L = E + A/N^alpha
  power_law_d,         ///< L = E + B/D^beta
  power_law_c,         ///< L = E + K/C^gamma, C = 6 N D
};
SLIDE_RULE_NAMES(FitForm, "chinchilla", "chinchilla-tied", "chinchilla-fixed-e", "kaplan-joint",
                 "power-law-n", "power-law-d", "power-law-c")

/// What the fit minimises, with r = log(predicted) - log(loss).
enum class FitCriterion {
  huber,           ///< sum huber(r, huberDelta)
  least_absolute,  ///< sum |r|
};
SLIDE_RULE_NAMES(FitCriterion, "huber", "least-absolute")

/// One training run, written [parameters, tokens, loss].
struct Run {
  double parameters = 0, tokens = 0, loss = 0;

  using reads_itself = void;
  static constexpr std::string_view kTypeName = "[parameters, tokens, loss]";

  template <class Node>
  static void read_node(const Node& node, const std::string& path, Run& run, Problems& problems) {
    if (!node.is_array()) return problems.push_back({path, Code::wrong_type});
    if (node.size() < 3) return problems.push_back({path, Code::too_few, 3});
    if (node.size() > 3) return problems.push_back({path, Code::too_large, 3});
    const std::vector<double> x = node.numbers();
    for (std::size_t i = 0; i < 3; ++i) {
      if (!check_number(element_of(path, i), x[i], positive, problems)) return;
    }
    run = {x[0], x[1], x[2]};
  }
};

struct LawFitQuestion {
  std::vector<Run> runs;
  FitForm form = FitForm::chinchilla;
  FitCriterion criterion = FitCriterion::huber;
  double huber_delta = 1e-3;
  std::optional<double> floor;  ///< E held at this loss; chinchilla-fixed-e needs it, kaplan-joint has none
  double bootstraps = 0;
  double seed = 42;
  double level = 0.9;  ///< of the intervals

  static constexpr void describe(auto& v, auto& q) {
    v.field("runs", q.runs, required_text);
    v.field("form", q.form);
    v.field("criterion", q.criterion);
    v.field("huberDelta", q.huber_delta, Number{.min = 1e-6, .max = 1e3});
    v.field("floor", q.floor, not_negative);
    v.field("bootstraps", q.bootstraps, count(0, 100000));
    v.field("seed", q.seed, count(0, 4294967295.0));
    v.field("level", q.level, between(0.5, 0.999));
  }
};

inline constexpr std::size_t kMaxRuns = 100000;  ///< one refit of these takes 15 ms, a slice of a page's time

/// One value for each constant that the form has.
template <class T>
struct PerConstant {
  std::optional<T> E, A, alpha, B, beta, K, gamma, Nc, Dc, alphaN, alphaD;

  static constexpr void describe(auto& v, auto& c) {
    v.field("E", c.E);
    v.field("A", c.A);
    v.field("alpha", c.alpha);
    v.field("B", c.B);
    v.field("beta", c.beta);
    v.field("K", c.K);
    v.field("gamma", c.gamma);
    v.field("Nc", c.Nc);
    v.field("Dc", c.Dc);
    v.field("alphaN", c.alphaN);
    v.field("alphaD", c.alphaD);
  }
};

struct FitProgress {
  double starts = 0, starts_done = 0;
  double bootstraps = 0, bootstraps_done = 0;
  double objective = 0;  ///< the best so far
  PerConstant<double> constants;
  bool finished = false;

  static constexpr void describe(auto& v, auto& p) {
    v.field("starts", p.starts);
    v.field("startsDone", p.starts_done);
    v.field("bootstraps", p.bootstraps);
    v.field("bootstrapsDone", p.bootstraps_done);
    v.field("objective", p.objective);
    v.field("constants", p.constants);
    v.field("finished", p.finished);
  }
};

struct LawFitAnswer {
  std::string_view formula;  ///< of the loss, over the constants and N, D or C
  PerConstant<double> constants;
  double objective = 0;             ///< sum over the runs, not the mean
  FitStop stop = FitStop::optimum;  ///< how the best start stopped
  double decrement = 0;             ///< g^T H^-1 g there
  double starts = 0;                ///< points of the start grid
  double distinct_starts = 0;       ///< of these after projection
  double converged = 0;             ///< starts that reached the objective to 1e-6 of it
  double rows = 0;
  double root_mean_square = 0;    ///< of the residuals
  double condition_number = 0;    ///< of the constants' correlation at the optimum; see warnings
  std::vector<double> residuals;  ///< log(loss) - log(predicted), run by run
  std::vector<double> outliers;   ///< rows (from 0) whose residual lies beyond 3.5 robust standard deviations
  std::optional<double> allocation_exponent;  ///< a in N_opt ~ C^a: beta / (alpha + beta)
  // From the bootstrap refits, where there are at least 20:
  double bootstraps = 0;
  PerConstant<double> standard_error;
  PerConstant<Interval> interval;
  std::optional<Interval> allocation_interval;
  std::optional<double> allocation_standard_error;
  std::vector<std::string_view> covariance_of;  ///< names of the rows and columns of `covariance`
  std::vector<std::vector<double>> covariance;
  /// The same with A, B, K, Nc and Dc by their logarithms. A and alpha move together almost exactly, A as an
  /// exponential of alpha, so that only this one gives the spread of a prediction to first order.
  std::vector<std::vector<double>> log_covariance;
  std::vector<Assumption> warnings;  ///< what the data cannot tell

  static constexpr void describe(auto& v, auto& a) {
    v.field("formula", a.formula);
    v.field("constants", a.constants);
    v.field("objective", a.objective);
    v.field("stop", a.stop);
    v.field("decrement", a.decrement);
    v.field("starts", a.starts);
    v.field("distinctStarts", a.distinct_starts);
    v.field("converged", a.converged);
    v.field("rows", a.rows);
    v.field("rootMeanSquare", a.root_mean_square);
    v.field("conditionNumber", a.condition_number);
    v.field("residuals", a.residuals);
    v.field("outliers", a.outliers);
    v.field("allocationExponent", a.allocation_exponent);
    v.field("bootstraps", a.bootstraps);
    v.field("standardError", a.standard_error);
    v.field("interval", a.interval);
    v.field("allocationInterval", a.allocation_interval);
    v.field("allocationStandardError", a.allocation_standard_error);
    v.field("covarianceOf", a.covariance_of);
    v.field("covariance", a.covariance);
    v.field("logCovariance", a.log_covariance);
    v.field("warnings", a.warnings);
  }
};

/// A fit under way, to be advanced a slice at a time: by a worker that reports progress, or between two
/// frames. Dropping it cancels it. It holds everything; there is no state elsewhere.
///
///   Problems problems;
///   LawFitJob job = begin_law_fit(question, problems);
///   while (problems.empty() && !step_law_fit(job, 50)) show(progress_of(job));
///   LawFitAnswer answer = answer_of(job);            // at any time: intervals of the refits done so far
struct LawFitJob {
  LawFitQuestion question;  ///< without the runs
  law_fit::Job job;
};

/// Checks the runs and prepares the fit. Problems, by field:
///   runs             too-few (fewer than constants + 1), too-large (more than kMaxRuns)
///   runs.parameters, runs.tokens, runs.compute, runs.loss   too-few: fewer distinct values than the form
///   needs to
///                    be determined at all (chinchilla: 3 sizes, 3 token counts, 3 losses)
///   runs[i][2]       below-floor: the loss is not above the E that is held
///   floor            missing (chinchilla-fixed-e), contradicts (kaplan-joint)
LawFitJob begin_law_fit(const LawFitQuestion& question, Problems& problems);

/// Does up to `units` solves (a start group, or a bootstrap refit: 30 us each for 240 runs). Returns true
/// when all are done.
bool step_law_fit(LawFitJob& job, std::size_t units);

FitProgress progress_of(const LawFitJob& job);

LawFitAnswer answer_of(const LawFitJob& job);

LawFitAnswer answer(const LawFitQuestion& question, Problems& problems);

}  // namespace slide_rule
