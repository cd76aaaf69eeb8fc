#include <cmath>
#include <limits>

#include "catch.hpp"
#include "fit_runs.hpp"
#include "slide_rule/scaling/law_fit.hpp"

using namespace slide_rule;
using namespace fit_runs;

namespace {

struct Found {
  std::string field;
  Code code;
  double limit;
  bool operator==(const Found&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Found& f) {
  return out << f.field << " " << name_of(f.code) << " " << f.limit;
}

/// The first problem of a question; "" where there is none.
Found problem_of(const LawFitQuestion& q) {
  Problems problems;
  const LawFitAnswer a = answer(q, problems);
  if (problems.empty()) return {"", Code::missing, 0};
  CHECK(a.starts == 0);
  return {problems[0].field, problems[0].code, problems[0].limit};
}

LawFitQuestion with_runs(std::vector<Run> runs, FitForm form = FitForm::chinchilla) {
  LawFitQuestion q;
  q.runs = std::move(runs);
  q.form = form;
  return q;
}

std::vector<Run> crossed(std::initializer_list<double> sizes, std::initializer_list<double> tokens) {
  std::vector<Run> runs;
  for (double n : sizes) {
    for (double d : tokens) runs.push_back({n, d, chinchilla_loss(n, d)});
  }
  return runs;
}

const Found kNone{"", Code::missing, 0};

}  // namespace

TEST_CASE("too few runs for the constants", "[fit][bad-input]") {
  CHECK(problem_of(with_runs({})) == Found{"runs", Code::too_few, 6});
  CHECK(problem_of(with_runs({{1e9, 1e10, 3}})) == Found{"runs", Code::too_few, 6});
  CHECK(problem_of(with_runs({{1e9, 1e10, 3}}, FitForm::chinchilla_tied)) == Found{"runs", Code::too_few, 5});
  CHECK(problem_of(with_runs({{1e9, 1e10, 3}}, FitForm::power_law_n)) == Found{"runs", Code::too_few, 4});
}

TEST_CASE("two sizes only leave A and alpha open; so do two token counts for B and beta",
          "[fit][bad-input]") {
  const auto two_sizes = crossed({1e8, 1e9}, {1e9, 1e10, 1e11, 1e12});
  const auto two_counts = crossed({1e8, 1e9, 1e10, 1e11}, {1e9, 1e10});
  CHECK(problem_of(with_runs(two_sizes)) == Found{"runs.parameters", Code::too_few, 3});
  CHECK(problem_of(with_runs(two_counts)) == Found{"runs.tokens", Code::too_few, 3});
  CHECK(problem_of(with_runs(two_sizes, FitForm::power_law_n)) == Found{"runs.parameters", Code::too_few, 3});
  CHECK(problem_of(with_runs(two_sizes, FitForm::power_law_d)) == kNone);
  // One exponent for both, or a known floor, needs one difference less.
  CHECK(problem_of(with_runs(two_sizes, FitForm::chinchilla_tied)) == kNone);
  CHECK(problem_of(with_runs(crossed({1e8, 1e9}, {1e9, 1e10}), FitForm::chinchilla_tied)).code ==
        Code::too_few);
  CHECK(problem_of(with_runs(crossed({1e8}, {1e9, 1e10, 1e11, 1e12, 1e13, 1e14}),
                             FitForm::chinchilla_tied)) == Found{"runs.parameters", Code::too_few, 2});
  // The same size written with different rounding is one size.
  auto rounded = two_sizes;
  for (std::size_t i = 0; i < rounded.size(); ++i)
    rounded[i].parameters *= 1 + 1e-13 * static_cast<double>(i);
  CHECK(problem_of(with_runs(rounded)) == Found{"runs.parameters", Code::too_few, 3});
}

TEST_CASE("identical runs, and losses that are all the same", "[fit][bad-input]") {
  CHECK(problem_of(with_runs(std::vector<Run>(50, Run{1e9, 1e10, 3}))) ==
        Found{"runs.parameters", Code::too_few, 3});
  auto flat = crossed({1e8, 1e9, 1e10}, {1e9, 1e10, 1e11});
  for (Run& run : flat) run.loss = 2.5;
  CHECK(problem_of(with_runs(flat)) == Found{"runs.loss", Code::too_few, 3});
}

TEST_CASE("values that no run can have, each at its place", "[fit][bad-input]") {
  const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
  const auto with = [](double Run::*member, double value) {
    auto runs = crossed({1e8, 1e9, 1e10}, {1e9, 1e10, 1e11});
    runs[4].*member = value;
    return problem_of(with_runs(runs));
  };
  CHECK(with(&Run::loss, 0) == Found{"runs[4][2]", Code::not_positive, 0});
  CHECK(with(&Run::loss, -1) == Found{"runs[4][2]", Code::not_positive, 0});
  CHECK(with(&Run::loss, nan) == Found{"runs[4][2]", Code::not_finite, 0});
  CHECK(with(&Run::parameters, nan) == Found{"runs[4][0]", Code::not_finite, 0});
  CHECK(with(&Run::parameters, -7e9) == Found{"runs[4][0]", Code::not_positive, 0});
  CHECK(with(&Run::tokens, inf) == Found{"runs[4][1]", Code::not_finite, 0});
  CHECK(with(&Run::tokens, 1e61).code == Code::above_maximum);
}

TEST_CASE("a floor that cannot be", "[fit][bad-input]") {
  LawFitQuestion q = with_runs(crossed({1e8, 1e9, 1e10}, {1e9, 1e10, 1e11}), FitForm::chinchilla_fixed_e);
  CHECK(problem_of(q) == Found{"floor", Code::missing, 0});
  q.floor = 2.5;
  CHECK(problem_of(q).code == Code::below_floor);
  CHECK(problem_of(q).limit == 2.5);
  q.floor = 1.8172;
  CHECK(problem_of(q) == kNone);
  q.form = FitForm::kaplan_joint;
  CHECK(problem_of(q) == Found{"floor", Code::contradicts, 0});
}

TEST_CASE("too many runs, and not more than twenty problems", "[fit][bad-input]") {
  LawFitQuestion q = with_runs(std::vector<Run>(kMaxRuns + 1, Run{1e9, 1e10, 3}));
  CHECK(problem_of(q) == Found{"runs", Code::too_large, static_cast<double>(kMaxRuns)});
  q.runs.assign(1000, Run{1e9, 1e10, -3});
  Problems problems;
  answer(q, problems);
  CHECK(problems.size() == 20);
}

TEST_CASE("a hundred thousand runs are fitted in slices of a few milliseconds", "[fit][bad-input]") {
  LawFitQuestion q;
  const auto grid = on_grid(chinchilla_loss, 0.01);
  while (q.runs.size() + grid.size() <= kMaxRuns) {
    for (Run run : grid) {
      run.parameters *= 1 + 1e-6 * static_cast<double>(q.runs.size());
      q.runs.push_back(run);
    }
  }
  Problems problems;
  LawFitJob job = begin_law_fit(q, problems);
  REQUIRE(problems.empty());
  step_law_fit(job, 1);
  CHECK(progress_of(job).starts_done == 180);
}
