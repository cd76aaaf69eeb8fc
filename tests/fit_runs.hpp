#pragma once
// Runs for the tests of the law fit: planted on known constants, and read from tests/reference/fit-runs.

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "csv.hpp"
#include "slide_rule/scaling/law_fit.hpp"

namespace fit_runs {

using slide_rule::Run;

/// Between 0 and 1, the same with every standard library.
inline double uniform(std::mt19937& random) { return static_cast<double>(random()) / 4294967296.0; }

inline double chinchilla_loss(double n, double d) {
  return 1.8172 + 477.83 * std::pow(n, -0.34731) + 2143.4 * std::pow(d, -0.36717);
}

/// loss_of on a grid of 7 sizes (1e7 to 1e10) by 7 token counts (1e9 to 1e12), with normal noise on
/// log(loss).
template <class LossOf>
std::vector<Run> on_grid(LossOf loss_of, double noise = 0, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::vector<Run> runs;
  for (int i = 0; i < 7; ++i) {
    for (int j = 0; j < 7; ++j) {
      const double n = std::pow(10, 7 + 0.5 * i), d = std::pow(10, 9 + 0.5 * j);
      // Box and Muller by hand: std::normal_distribution differs between libraries.
      const double u = 1 - uniform(random), v = uniform(random);
      const double normal = std::sqrt(-2 * std::log(u)) * std::cos(6.283185307179586 * v);
      runs.push_back({n, d, loss_of(n, d) * std::exp(noise * normal)});
    }
  }
  return runs;
}

/// The runs of one file; of one value of `column` where that is given.
inline std::vector<Run> from_file(const std::string& name, const std::string& column = "",
                                  const std::string& value = "") {
  std::vector<Run> runs;
  for (const CsvRow& row : read_csv("fit-runs/" + name)) {
    if (!column.empty() && row.at(column) != value) continue;
    runs.push_back({number(row, "parameters"), number(row, "tokens"), number(row, "c4_val_loss")});
  }
  return runs;
}

inline slide_rule::LawFitAnswer fitted(const slide_rule::LawFitQuestion& question) {
  slide_rule::Problems problems;
  return slide_rule::answer(question, problems);
}

}  // namespace fit_runs
