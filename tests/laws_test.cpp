// What a law gives: the article's figures, what each question refuses, and that every figure opens to its
// formula.

#include "slide_rule/scaling/laws.hpp"

#include <cmath>
#include <set>

#include "catalog/laws.hpp"
#include "catch.hpp"
#include "slide_rule/kinds.hpp"
#include "tools/formula.hpp"
#include "tools/laws.hpp"

using namespace slide_rule;
using enum LawInput;

TEST_CASE("the article's three laws", "[laws][reference]") {
  CHECK_THAT(loss_of("kaplan-2020-parameters", {{parameters, 1e9}}), WithinAbs(2.376, 5e-4));
  CHECK_THAT(loss_of("kaplan-2020-compute", {{compute_flop, kFlopPerPfDay}}), WithinAbs(2.619, 5e-4));
  CHECK_THAT(loss_of("kaplan-2020-data", {{tokens, 2.3e10}}),
             WithinRel(std::pow(5.4e13 / 2.3e10, 0.095), 1e-15));
  SECTION("the article prints 8.8e3 parameters, which gives 0.413 where 8.8e13 gives 2.376") {
    Law misprint = *find_law("kaplan-2020-parameters");
    misprint.constants[0] = 8.8e3;
    CHECK_THAT(loss_at(misprint, point({{parameters, 1e9}})), WithinAbs(0.413, 5e-4));
  }
  SECTION("Eq. 1.3 gives 1.5 % more loss than Figure 1 at every compute") {
    for (double c = 1e10; c < 1e25; c *= 1e3) {
      const double eq13 = loss_of("kaplan-2020-compute-eq13", {{compute_flop, c}});
      CHECK_THAT(eq13 / loss_of("kaplan-2020-compute", {{compute_flop, c}}), WithinAbs(1.015, 5e-5));
    }
  }
  SECTION("a wanted loss gives C, D and N") {
    CHECK_THAT(target("kaplan-2020-compute", 2.4).compute_flop.value(),
               WithinRel(2.3e8 * std::pow(2.4, -20) * kFlopPerPfDay, 1e-12));
    CHECK_THAT(target("kaplan-2020-data", 2.4).tokens.value(),
               WithinRel(5.4e13 * std::pow(2.4, -1 / 0.095), 1e-12));
    CHECK_THAT(target("kaplan-2020-parameters", 2.4).parameters.value(),
               WithinRel(8.8e13 * std::pow(2.4, -1 / 0.076), 1e-12));
  }
}

TEST_CASE("ids are kebab-case, unique, and every row says where it stands", "[laws]") {
  std::set<std::string_view> ids;
  for (const Law& law : all_laws()) {
    INFO(law.id);
    CHECK(ids.insert(law.id).second);
    CHECK(law.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos);
    CHECK(!law.source.empty());
    CHECK(!law.place.empty());
    for (const FittedRange& r : law.ranges) CHECK(r.low <= r.high);
    if (!law.allocation.empty()) {
      REQUIRE(find_law(law.allocation));
      CHECK(allocates_only(find_law(law.allocation)->form));
    }
  }
}

TEST_CASE("every id of the contract is there", "[laws]") {
  for (const char* id : {"kaplan-2020-parameters",
                         "kaplan-2020-data",
                         "kaplan-2020-compute",
                         "kaplan-2020-compute-eq13",
                         "kaplan-2020-joint",
                         "kaplan-2020-steps",
                         "gpt3-2020-compute",
                         "henighan-2020-compute",
                         "hoffmann-2022",
                         "hoffmann-2022-unrounded",
                         "hoffmann-2022-approach-1",
                         "hoffmann-2022-approach-2",
                         "besiroglu-2024",
                         "muennighoff-2023",
                         "gadre-2024-c4",
                         "gadre-2024-redpajama",
                         "gadre-2024-refinedweb",
                         "cerebras-2023",
                         "deepseek-2024",
                         "llama3-2024",
                         "minicpm-2024",
                         "porian-2024",
                         "clark-2022-sbase",
                         "krajewski-2024",
                         "ludziejewski-2025",
                         "kumar-2024",
                         "step-law-2025"}) {
    INFO(id);
    CHECK(find_law(id));
  }
}

TEST_CASE("the list tells what a law can do, and it does that", "[laws]") {
  Problems none;
  const LawsAnswer list = answer(LawsQuestion{}, none);
  CHECK(list.laws.size() == all_laws().size());
  for (const LawRow& row : list.laws) {
    INFO(row.id);
    Problems problems;
    OptimalQuestion q;
    q.law.id = row.id;
    q.compute_flop = 1e21;
    q.settings = typical_settings(*find_law(row.id));
    answer(q, problems);
    CHECK(row.allocates == problems.empty());
    CHECK(row.gives_loss == gives_loss(row.form));
    CHECK(row.constants.size() == symbols_of(row.form).size());
    HyperparametersQuestion h;
    h.law = row.id;
    h.parameters = h.tokens = h.compute_flop = h.loss = 1e9;
    problems.clear();
    answer(h, problems);
    CHECK(row.gives_hyperparameters == problems.empty());
  }
}

TEST_CASE("every loss opens to a formula that gives it", "[laws][formula]") {
  for (const Law& law : all_laws()) {
    if (!gives_loss(law.form)) continue;
    INFO(law.id);
    for (double n : {1e7, 3e9, 1e12}) {
      const LawPoint at = typical_point(law, n);
      const Figures figures = figures_of_loss(law, at);
      for (const Figure& f : figures) {
        INFO(f.id << " = " << f.formula);
        CHECK(formula_gives(f, f.value));
        CHECK(f.source == law.source);
      }
      CHECK(figures.back().id == "loss");
      CHECK(figures.back().value == loss_at(law, at));
      CHECK(loss_at(law, at) > floor_of(law));
    }
  }
}

TEST_CASE("the figures of every reduction give E, A, alpha, B and beta", "[laws][formula]") {
  for (const Law& law : all_laws()) {
    const LawPoint at = typical_point(law, 1e9);
    const auto r = reduce(law, at);
    if (!r) continue;
    INFO(law.id);
    for (const Figure& f : figures_of_reduction(law, at)) {
      INFO(f.id << " = " << f.formula);
      CHECK(formula_gives(f, f.value));
      if (f.id == "A") CHECK(f.value == r->A);
      if (f.id == "alpha") CHECK(f.value == r->alpha);
      if (f.id == "B") CHECK(f.value == r->B);
      if (f.id == "beta") CHECK(f.value == r->beta);
    }
    // The law's own formula and its reduction are two ways to one loss (N small: no excess parameters).
    LawPoint small = at;
    small[parameters] = 1e7;
    const double reduced = r->E + r->A / std::pow(1e7, r->alpha) + r->B / std::pow(small[tokens], r->beta);
    CHECK_THAT(reduced, WithinRel(loss_at(law, small), 1e-12));
  }
}

TEST_CASE("any two of N, D and C give the third, C alone splits optimally", "[laws]") {
  const auto loss = [](std::optional<double> n, std::optional<double> d, std::optional<double> c) {
    LossQuestion q;
    q.law.id = "besiroglu-2024";
    q.given.values = {n, d, c};
    Problems problems;
    return answer(q, problems);
  };
  const LossAnswer both = loss(7e10, 1.4e12, {});
  CHECK(both.compute_flop.value() == 6 * 7e10 * 1.4e12);
  CHECK_THAT(loss(7e10, {}, both.compute_flop).loss, WithinRel(both.loss, 1e-15));
  CHECK_THAT(loss({}, 1.4e12, both.compute_flop).loss, WithinRel(both.loss, 1e-15));
  CHECK_THAT(loss(7e10, 1.4e12, both.compute_flop).loss, WithinRel(both.loss, 1e-15));
  const LossAnswer best = loss({}, {}, both.compute_flop);
  CHECK(best.loss <= both.loss);
  CHECK(best.assumptions.back().id == "compute-optimal");
}

TEST_CASE("inputs outside the fitted range are named", "[laws]") {
  const auto outside = [](double n, double d) {
    LossQuestion q;
    q.law.id = "hoffmann-2022";
    q.given.values = {n, d};
    Problems problems;
    return answer(q, problems).extrapolates;
  };
  CHECK(outside(1e9, 2e10).empty());
  CHECK(outside(7e10, 1.4e12) == std::vector<std::string_view>{"parameters", "tokens", "computeFlop"});
  CHECK(outside(1e9, 1e12) == std::vector<std::string_view>{"tokens", "computeFlop"});
  CHECK(outside(5e7, 2e11) == std::vector<std::string_view>{"parameters"});  // fewer than 70M
  CHECK(outside(1e9, 4e9) == std::vector<std::string_view>{"tokens"});       // fewer than 5e9
}

TEST_CASE("where no range was published, the answer says so", "[laws]") {
  const auto says = [](std::string_view law) {
    Problems problems;
    LossQuestion q;
    q.law.id = law;
    q.given.values = {1e9, 2e10};
    const LossAnswer a = answer(q, problems);
    REQUIRE(problems.empty());
    return std::any_of(a.assumptions.begin(), a.assumptions.end(),
                       [](const Assumption& x) { return x.id == "range-unpublished"; });
  };
  CHECK(says("sardana-2024"));
  CHECK_FALSE(says("hoffmann-2022"));
  CHECK_FALSE(says("gadre-2024-c4"));
  CHECK_FALSE(says("kumar-2024"));
}

TEST_CASE("what a law does not take, lacks or cannot give is a problem that names its field", "[laws]") {
  const auto problem = [](const char* law, std::initializer_list<std::pair<LawInput, double>> given) {
    LossQuestion q;
    q.law.id = law;
    for (const auto& [input, x] : given) q.given.values[static_cast<std::size_t>(input)] = x;
    Problems problems;
    answer(q, problems);
    std::string all;
    for (const Problem& p : problems)
      all += p.field + " " + std::string(name_of(p.code)) + " " + p.nearest + ";";
    return all;
  };
  CHECK(problem("", {}) == "law missing ;");
  CHECK(problem("kaplan-2020-paramters", {}) == "law unknown-id kaplan-2020-parameters;");
  CHECK(problem("kaplan-2020-parameters", {}) == "parameters missing ;");
  CHECK(problem("kaplan-2020-data", {{parameters, 1e9}}) == "parameters contradicts law;tokens missing ;");
  CHECK(problem("besiroglu-2024", {{parameters, 1e9}}) == "tokens missing ;");
  CHECK(problem("besiroglu-2024", {}) == "parameters missing ;tokens missing ;");
  CHECK(problem("besiroglu-2024", {{parameters, 1e9}, {tokens, 1e9}, {compute_flop, 1e9}}) ==
        "computeFlop contradicts tokens;");
  CHECK(problem("besiroglu-2024", {{compute_flop, 1e21}, {unique_tokens, 1e9}}) ==
        "uniqueTokens contradicts law;");
  CHECK(problem("ludziejewski-2025", {{parameters, 1e9}, {tokens, 1e9}}) == "experts missing ;");
  CHECK(problem("deepseek-2024", {{compute_flop, 1e21}}) == "law no-loss ;");
  CHECK(problem("step-law-2025", {}) == "law no-loss ;");
}

TEST_CASE("one's own law is used like any edition", "[laws]") {
  const Law& published = *find_law("besiroglu-2024");
  LossQuestion q;
  q.law.id = "own";
  q.law.own = OwnLaw{};
  auto& c = q.law.own->constants;
  c.E = 1.8172, c.A = 482.01, c.alpha = 0.3478, c.B = 2085.43, c.beta = 0.3658;
  q.law.own->covariance_of = {"E", "A", "alpha", "B", "beta"};
  q.law.own->log_covariance.assign(5, std::vector<double>(5));
  for (std::size_t i = 0, k = 0; i < 5; ++i) {
    for (std::size_t j = 0; j <= i; ++j, ++k) {
      q.law.own->log_covariance[i][j] = q.law.own->log_covariance[j][i] = published.covariance[k];
    }
  }
  q.law.own->parameters_low = 1e8;
  q.law.own->parameters_high = 1e10;
  q.given.values = {7e10, 1.4e12};
  Problems problems;
  const LossAnswer a = answer(q, problems);
  REQUIRE(problems.empty());
  LossQuestion same;
  same.law.id = "besiroglu-2024";
  same.given = q.given;
  const LossAnswer b = answer(same, problems);
  CHECK(a.loss == b.loss);
  CHECK(a.interval.value().low == b.interval.value().low);
  CHECK(a.extrapolates == std::vector<std::string_view>{"parameters"});

  SECTION("a constant that was held does not vary") {
    q.law.own->covariance_of.erase(q.law.own->covariance_of.begin());
    q.law.own->log_covariance.erase(q.law.own->log_covariance.begin());
    for (auto& row : q.law.own->log_covariance) row.erase(row.begin());
    const Interval held = answer(q, problems).interval.value();
    REQUIRE(problems.empty());
    CHECK(held.high != a.interval->high);
  }
  SECTION("what is missing is named") {
    c.beta.reset();
    q.law.own->log_covariance.pop_back();
    answer(q, problems);
    REQUIRE(problems.size() == 2);
    CHECK(problems[0].field == "own.constants.beta");
    CHECK(problems[1].field == "own.logCovariance");
    CHECK(problems[1].code == Code::too_few);
  }
}

TEST_CASE("an answer to fit-law goes into the next question as it is", "[laws]") {
  LawFitQuestion fit;
  const Law& law = *find_law("hoffmann-2022-unrounded");
  unsigned noise = 1;
  for (double n : {1e7, 3e7, 1e8, 3e8, 1e9, 3e9}) {
    for (double d : {1e9, 4e9, 1.6e10, 6.4e10, 2.5e11}) {
      noise = noise * 1103515245u + 12345u;
      const double wobble = 1 + 2e-3 * (static_cast<double>(noise >> 16 & 0x7fff) / 16384 - 1);
      fit.runs.push_back({n, d, wobble * loss_at(law, point({{parameters, n}, {tokens, d}}))});
    }
  }
  fit.bootstraps = 100;
  Problems problems;
  const LawFitAnswer fitted = answer(fit, problems);
  REQUIRE(problems.empty());
  LossQuestion q;
  q.law.id = "own";
  q.law.own = OwnLaw{};
  q.law.own->constants = fitted.constants;
  q.law.own->log_covariance = fitted.log_covariance;
  for (std::string_view name : fitted.covariance_of) q.law.own->covariance_of.emplace_back(name);
  q.given.values = {1e9, 2e10};
  const LossAnswer a = answer(q, problems);
  REQUIRE(problems.empty());
  const double truth = loss_at(law, point({{parameters, 1e9}, {tokens, 2e10}}));
  CHECK_THAT(a.loss, WithinRel(truth, 2e-3));
  // Inside the data the curve is known to a fraction of the noise of one run, 0.2 %.
  CHECK(a.interval.value().high / a.interval->low - 1 < 4e-3);
}

TEST_CASE("standard errors of one's own law are its covariance's: of coefficients, relative ones", "[laws]") {
  LawsQuestion q;
  q.own = OwnLaw{};
  auto& c = q.own->constants;
  c.E = 1.8, c.A = 400, c.alpha = 0.34, c.B = 2000, c.beta = 0.36;
  q.own->covariance_of = {"E", "A", "alpha", "B", "beta"};
  q.own->log_covariance.assign(5, std::vector<double>(5));
  const double variances[] = {0.0004, 0.01, 0.0009, 0.04, 0.0016};
  const double errors[] = {0.02, 0.1 * 400, 0.03, 0.2 * 2000, 0.04};
  for (std::size_t i = 0; i < 5; ++i) q.own->log_covariance[i][i] = variances[i];
  Problems problems;
  const LawsAnswer a = answer(q, problems);
  REQUIRE(problems.empty());
  REQUIRE(a.laws.size() > 0);
  for (std::size_t i = 0; i < 5; ++i) {
    INFO(a.laws[0].constants[i].symbol);
    CHECK_THAT(a.laws[0].constants[i].standard_error.value(), WithinRel(errors[i], 1e-12));
  }
}
