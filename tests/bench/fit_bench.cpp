// Times and checks the law fit (the best of several repeats: other work on the machine only ever adds time);
// scripts/bench-fit builds this natively and to WebAssembly and runs both.
//   fit_bench speed <runs.csv>     4,500 starts and 4,000 refits: one JSON object with seconds and figures
//   fit_bench runs > runs.csv      a planted set of 240 runs, for when there is no better one
//   fit_bench recovery             500 planted sets: how often the 90 % intervals cover the truth

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <vector>

#include "slide_rule/scaling/law_fit.hpp"

namespace {

using namespace slide_rule;

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Lines of "parameters,tokens,loss" after a header.
std::vector<Run> read_runs(const char* path) {
  std::vector<Run> runs;
  std::FILE* file = std::fopen(path, "r");
  if (file == nullptr) return runs;
  char line[256];
  while (std::fgets(line, sizeof line, file) != nullptr) {
    Run run;
    if (std::sscanf(line, "%lf,%lf,%lf", &run.parameters, &run.tokens, &run.loss) == 3) runs.push_back(run);
  }
  std::fclose(file);
  return runs;
}

struct Truth {
  double E = 1.8172, A = 477.83, alpha = 0.34731, B = 2143.4, beta = 0.36717;
};

/// Runs on the planted law with normal noise on log(loss), at sizes and tokens spread evenly in the
/// logarithm.
std::vector<Run> planted(const Truth& truth, std::size_t count, double noise, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> log_n(std::log(5e7), std::log(1.6e10)),
      log_d(std::log(5e8), std::log(5e11));
  std::normal_distribution<double> error(0, noise);
  std::vector<Run> runs;
  for (std::size_t i = 0; i < count; ++i) {
    const double n = std::exp(log_n(random)), d = std::exp(log_d(random));
    const double loss = truth.E + truth.A * std::pow(n, -truth.alpha) + truth.B * std::pow(d, -truth.beta);
    runs.push_back({n, d, loss * std::exp(error(random))});
  }
  return runs;
}

int speed(const char* path) {
  LawFitQuestion question;
  question.runs = read_runs(path);
  question.bootstraps = 4000;
  double best = 1e300, best_starts = 0, each_alone = 1e300;
  LawFitAnswer a;
  for (int repeat = 0; repeat < 15; ++repeat) {
    Problems problems;
    const double start = seconds_now();
    LawFitJob job = begin_law_fit(question, problems);
    if (!problems.empty()) {
      std::printf("{\"problem\": \"%s\"}\n", problems[0].field.c_str());
      return 1;
    }
    while (!job.job.starts_done()) step_law_fit(job, 1);
    const double starts = seconds_now();
    while (!step_law_fit(job, 100)) {
    }
    a = answer_of(job);
    const double end = seconds_now();
    if (end - start < best) best = end - start, best_starts = starts - start;
  }
  // The same grid with every start solved on its own, though starts of one group take the same way.
  for (int repeat = 0; repeat < 9; ++repeat) {
    Problems problems;
    LawFitJob job = begin_law_fit(question, problems);
    std::vector<law_fit::StartGroup> alone;
    for (law_fit::StartGroup group : job.job.groups) {
      const std::size_t starts = group.starts;
      group.starts = 1;
      alone.insert(alone.end(), starts, group);
    }
    job.job.groups = alone;
    const double start = seconds_now();
    while (!job.job.starts_done()) step_law_fit(job, 100);
    each_alone = std::min(each_alone, seconds_now() - start);
  }
  std::printf(
      "{\"rows\": %.0f, \"seconds\": %.6f, \"startSeconds\": %.6f, \"refitSeconds\": %.6f, "
      "\"ungroupedStartSeconds\": "
      "%.6f, \"starts\": %.0f, \"converged\": %.0f, \"objective\": %.15g, \"E\": %.10g, \"A\": %.10g, \"B\": "
      "%.10g, "
      "\"alpha\": %.10g, \"beta\": %.10g, \"a\": %.10g, \"standardErrors\": [%.8g, %.8g, %.8g, %.8g, %.8g, "
      "%.8g]}\n",
      a.rows, best, best_starts, best - best_starts, each_alone, a.starts, a.converged, a.objective,
      *a.constants.E, *a.constants.A, *a.constants.B, *a.constants.alpha, *a.constants.beta,
      *a.allocation_exponent, *a.standard_error.E, *a.standard_error.A, *a.standard_error.B,
      *a.standard_error.alpha, *a.standard_error.beta, *a.allocation_standard_error);
  return 0;
}

int recovery(double noise, std::size_t count, double delta) {
  constexpr int kReplications = 500;
  const Truth truth;
  const double truths[6] = {truth.E, truth.A,    truth.alpha,
                            truth.B, truth.beta, truth.beta / (truth.alpha + truth.beta)};
  const char* names[6] = {"E", "A", "alpha", "B", "beta", "a"};
  int covered[6] = {};
  double ratio[6] = {};
  for (int i = 0; i < kReplications; ++i) {
    LawFitQuestion question;
    question.runs = planted(truth, count, noise, static_cast<std::uint32_t>(i));
    question.bootstraps = 1000;
    question.huber_delta = delta;
    question.seed = i;
    Problems problems;
    const LawFitAnswer a = answer(question, problems);
    const Interval intervals[6] = {*a.interval.E, *a.interval.A,    *a.interval.alpha,
                                   *a.interval.B, *a.interval.beta, *a.allocation_interval};
    for (int k = 0; k < 6; ++k) {
      covered[k] += intervals[k].low <= truths[k] && truths[k] <= intervals[k].high;
      ratio[k] += (intervals[k].high - intervals[k].low) / truths[k] / kReplications;
    }
  }
  bool good = true;
  for (int k = 0; k < 6; ++k) {
    const double share = covered[k] / double{kReplications};
    good = good && share >= 0.85 && share <= 0.95;
    std::printf("%-6s covered %5.1f %%   mean width %.3g of the truth\n", names[k], 100 * share, ratio[k]);
  }
  return good ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const char* mode = argc > 1 ? argv[1] : "";
  if (std::strcmp(mode, "speed") == 0 && argc > 2) return speed(argv[2]);
  if (std::strcmp(mode, "recovery") == 0) {
    return recovery(argc > 2 ? std::atof(argv[2]) : 0.01, argc > 3 ? std::size_t(std::atoi(argv[3])) : 240,
                    argc > 4 ? std::atof(argv[4]) : 1e-3);
  }
  if (std::strcmp(mode, "runs") == 0) {
    std::printf("parameters,tokens,loss\n");
    for (const Run& r : planted({}, 240, 0.0075, 1))
      std::printf("%.17g,%.17g,%.17g\n", r.parameters, r.tokens, r.loss);
    return 0;
  }
  std::fprintf(stderr, "fit_bench speed <runs.csv> | runs | recovery [noise] [runs] [delta]\n");
  return 2;
}
