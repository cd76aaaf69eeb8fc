// The way back from a loss, and optima: forward after inverse is the identity, and nothing near an optimum is
// better.

#include <cmath>
#include <limits>

#include "catalog/laws.hpp"
#include "catch.hpp"
#include "slide_rule/scaling/allocation.hpp"
#include "slide_rule/scaling/target_loss.hpp"
#include "tools/formula.hpp"
#include "tools/laws.hpp"

using namespace slide_rule;
using enum LawInput;

namespace {

/// 12 decades around what laws are asked about.
struct Decades {
  double from, to;
};
Decades decades_of(LawInput input) {
  if (input == compute_flop) return {1e14, 1e26};
  if (input == steps) return {1, 1e12};
  return {1e3, 1e15};
}

bool solvable(LawInput input) {
  return input == parameters || input == tokens || input == compute_flop || input == steps;
}

}  // namespace

TEST_CASE("forward after inverse is the identity for every law and input, over 12 decades",
          "[laws][property]") {
  std::vector<Law> laws(all_laws().begin(), all_laws().end());
  // Forms that only one's own fits have.
  laws.push_back({.id = "own-n", .form = LawForm::floor_parameters, .constants = {1.7, 400, 0.34}});
  laws.push_back({.id = "own-d", .form = LawForm::floor_tokens, .constants = {1.7, 400, 0.28}});
  laws.push_back({.id = "own-c", .form = LawForm::floor_compute, .constants = {1.7, 2000, 0.15}});
  for (const Law& law : laws) {
    if (!gives_loss(law.form)) continue;
    for (LawInput input : inputs_of(law.form)) {
      if (!solvable(input)) continue;
      const auto [from, to] = decades_of(input);
      for (double x = from; x <= to * 1.001; x *= 10) {
        INFO(law.id << " " << name_of(input) << " = " << x);
        LawPoint at = typical_point(law, 1e10);
        at[input] = x;
        const double loss = loss_at(law, at);
        const Figure back = solve_for(law, input, loss, at);
        if (!back.formula.empty()) CHECK(formula_gives(back, back.value, 1e-9));
        at[input] = back.value;
        CHECK_THAT(loss_at(law, at), WithinRel(loss, 1e-12));
        // Where the input still moves the loss it comes back itself, as exactly as a double can hold the
        // loss: dx/x = (loss/slope) dloss/loss.
        LawPoint more = at;
        more[input] = x * 1.01;
        const double slope = std::abs(loss_at(law, more) / loss - 1) / 0.01;
        if (slope > 1e-6) CHECK_THAT(back.value, WithinRel(x, 1e-14 / slope + 1e-12));
      }
    }
  }
}

TEST_CASE("the question target-loss gives back what the question loss was asked", "[laws][property]") {
  for (const Law& law : all_laws()) {
    if (!gives_loss(law.form)) continue;
    for (LawInput input : inputs_of(law.form)) {
      if (!solvable(input)) continue;
      INFO(law.id << " " << name_of(input));
      const LawPoint at = typical_point(law, 2e9);
      TargetLossQuestion q;
      q.law.id = law.id;
      q.loss = loss_at(law, at);
      for (LawInput held : inputs_of(law.form)) {
        if (held != input) q.held.values[static_cast<std::size_t>(held)] = at[held];
      }
      Problems problems;
      const TargetLossAnswer a = answer(q, problems);
      REQUIRE(problems.empty());
      const std::optional<double> found[] = {a.parameters, a.tokens, a.compute_flop, {}, a.steps};
      CHECK_THAT(found[static_cast<std::size_t>(input)].value(), WithinRel(at[input], 1e-9));
      for (const Figure& f : a.workings) {
        INFO(f.id << " = " << f.formula);
        CHECK(formula_gives(f, f.value, 1e-9));
      }
    }
  }
}

TEST_CASE("with compute held, both models reach the loss and the optimum lies between them",
          "[laws][property]") {
  for (const Law& law : all_laws()) {
    if (!on_budget(law.form)) continue;
    INFO(law.id);
    const LawPoint settings = typical_settings_point(law);
    const double flop = 1e21;
    const Split best = optimal_split(law, settings, flop, 0);
    LawPoint at = settings;
    at[parameters] = best.parameters;
    at[tokens] = best.tokens;
    const double floor = loss_at(law, at);
    TargetLossQuestion q;
    q.law.id = law.id;
    q.loss = floor * 1.05;
    q.held.values = typical_settings(law);
    q.held.values[static_cast<std::size_t>(compute_flop)] = flop;
    Problems problems;
    const TargetLossAnswer a = answer(q, problems);
    REQUIRE(problems.empty());
    for (double n : {a.parameters.value(), a.alternative.value().parameters}) {
      at[parameters] = n;
      at[tokens] = flop / (6 * n);
      CHECK_THAT(loss_at(law, at), WithinRel(q.loss, 1e-9));
    }
    CHECK(a.parameters.value() < best.parameters);
    CHECK(a.alternative.value().parameters > best.parameters);

    q.loss = floor * 0.999;
    answer(q, problems);
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].code == Code::below_floor);
    CHECK_THAT(problems[0].limit, WithinRel(floor, 1e-9));
  }
}

TEST_CASE("no neighbour on the budget beats the optimum: plain, served and with capped data",
          "[laws][property]") {
  for (const Law& law : all_laws()) {
    if (!on_budget(law.form)) continue;
    for (double flop : {1e17, 1e21, 1e25}) {
      for (double served : {0.0, 1e9, 1e13}) {
        for (bool capped : {false, true}) {
          LawPoint settings = typical_settings_point(law);
          if (!capped)
            settings[unique_tokens] = std::numeric_limits<double>::quiet_NaN();
          else if (!settings.has(unique_tokens))
            continue;
          INFO(law.id << " C " << flop << " served " << served << " capped " << capped);
          const Split s = optimal_split(law, settings, flop, served);
          CHECK_THAT(6 * s.parameters * s.tokens + 2 * s.parameters * served, WithinRel(flop, 1e-9));
          const auto loss = [&](double n) {
            LawPoint at = settings;
            at[parameters] = n;
            at[tokens] = flop / (6 * n) - served / 3;
            return loss_at(law, at);
          };
          for (double factor : {0.5, 0.9, 0.999, 1.001, 1.1, 2.0}) {
            const double n = s.parameters * factor;
            if (flop / (6 * n) <= served / 3) continue;
            CHECK(loss(n) >= loss(s.parameters) * (1 - 1e-13));
          }
        }
      }
    }
  }
}

TEST_CASE("of less than one token served the optimum is that of none", "[laws]") {
  OptimalQuestion q;
  q.law.id = "hoffmann-2022";
  q.compute_flop = 1e21;
  Problems problems;
  const OptimalAnswer none = answer(q, problems);
  for (const double served : {0.0, 1e-20, 1e-6, 0.5}) {
    q.inference_tokens = served;
    const OptimalAnswer a = answer(q, problems);
    REQUIRE(problems.empty());
    CHECK(a.parameters == none.parameters);
    CHECK(a.tokens == none.tokens);
  }
  q.inference_tokens = 1;
  CHECK_THAT(answer(q, problems).parameters, WithinRel(none.parameters, 1e-6));
}

TEST_CASE("more tokens than the whole budget serves with one parameter are refused", "[laws]") {
  OptimalQuestion q;
  q.law.id = "hoffmann-2022";
  q.compute_flop = 1e21;
  q.inference_tokens = 6e20;
  Problems problems;
  answer(q, problems);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].field == "inferenceTokens");
  CHECK(problems[0].code == Code::above_maximum);
  CHECK(problems[0].limit == 5e20);
}

TEST_CASE("no neighbour on the iso-loss curve costs less than the cheapest split", "[laws][property]") {
  for (const Law& law : all_laws()) {
    if (!on_budget(law.form)) continue;
    const LawPoint settings = typical_settings_point(law);
    LawPoint at = settings;
    at[parameters] = 2e9;
    at[tokens] = 3e10;
    const double loss = loss_at(law, at);
    for (double served : {0.0, 1e12}) {
      INFO(law.id << " served " << served);
      const auto s = cheapest_split(law, settings, loss, served);
      REQUIRE(s);
      at[parameters] = s->parameters;
      at[tokens] = s->tokens;
      CHECK_THAT(loss_at(law, at), WithinRel(loss, 1e-9));
      const double cost = 6 * s->parameters * s->tokens + 2 * s->parameters * served;
      for (double factor : {0.7, 0.99, 1.01, 1.5}) {
        LawPoint near = settings;
        near[parameters] = s->parameters * factor;
        near[tokens] = 1e60;
        if (loss_at(law, near) >= loss) continue;  // too small to reach it at all
        const double d = solve_for(law, tokens, loss, near).value;
        CHECK(6 * near[parameters] * d + 2 * near[parameters] * served >= cost * (1 - 1e-9));
      }
      if (served == 0) {
        const Split again = optimal_split(law, settings, s->training_flop(), 0);
        CHECK_THAT(again.parameters, WithinRel(s->parameters, 1e-4));
      }
    }
  }
}

TEST_CASE("Kaplan's law in steps: the cheapest split beats its neighbours, and the two ways agree",
          "[laws][property]") {
  const Law& law = *find_law("kaplan-2020-steps");
  for (double loss : {2.0, 2.7, 4.0}) {
    const StepSplit s = cheapest_steps(law, loss);
    for (double factor : {0.8, 0.99, 1.01, 1.25}) {
      LawPoint at;
      at[parameters] = s.parameters * factor;
      const double steps_needed = solve_for(law, steps, loss, at).value;
      CHECK(6 * at[parameters] * steps_needed * s.critical_batch_tokens >= s.min_compute_flop);
    }
    OptimalQuestion q;
    q.law.id = "kaplan-2020-steps";
    q.compute_flop = s.min_compute_flop;
    Problems problems;
    const OptimalAnswer a = answer(q, problems);
    CHECK_THAT(a.loss.value(), WithinRel(loss, 1e-12));
    CHECK_THAT(a.parameters, WithinRel(s.parameters, 1e-9));
    CHECK_THAT(6 * a.parameters * a.tokens, WithinRel(a.training_flop.value(), 1e-9));
    CHECK_THAT(target("kaplan-2020-steps", loss).compute_flop.value(), WithinRel(s.min_compute_flop, 1e-12));
  }
}

TEST_CASE("compute means the same of a law whatever is asked of it", "[laws][property]") {
  int in_c_min = 0;
  for (const Law& law : all_laws()) {
    OptimalQuestion q;
    q.law.id = law.id;
    q.compute_flop = 4.943e20;
    Problems problems;
    const OptimalAnswer best = answer(q, problems);
    if (!problems.empty() || !best.loss) continue;
    INFO(law.id);
    if (law.compute_means == "c-min") {
      ++in_c_min;
      CHECK(best.training_flop.value() == 2 * *q.compute_flop);
      CHECK(best.min_compute_flop == q.compute_flop);
      OptimalQuestion spent = q;
      spent.compute_flop.reset();
      spent.training_flop = 2 * *q.compute_flop;
      CHECK(answer(spent, problems).parameters == best.parameters);
    }
    if (law.form == LawForm::power_compute) {
      CHECK(best.loss.value() == loss_of(law.id.data(), {{compute_flop, *q.compute_flop}}));
    }
    const auto back = target(law.id.data(), *best.loss).compute_flop;
    CHECK_THAT(back.value(), WithinRel(*q.compute_flop, 1e-6));
  }
  CHECK(in_c_min == 3);
  int said = 0;
  for (const Assumption& a : target("kaplan-2020-steps", 2.4).assumptions) said += a.id == "compute-is-c-min";
  CHECK(said == 1);
}

TEST_CASE("a budget is given once", "[laws]") {
  const auto first = [](std::optional<double> flop, std::optional<double> spent,
                        std::optional<double> served) {
    OptimalQuestion q;
    q.law.id = "hoffmann-2022";
    q.compute_flop = flop;
    q.training_flop = spent;
    q.inference_tokens = served;
    Problems problems;
    answer(q, problems);
    return problems.empty() ? std::string() : problems[0].field + " " + problems[0].nearest;
  };
  CHECK(first({}, {}, {}) == "computeFlop ");
  CHECK(first(1e21, 1e21, {}) == "trainingFlop computeFlop");
  CHECK(first({}, 1e21, 1e9) == "trainingFlop inferenceTokens");
  CHECK(first({}, 1e21, {}) == "");
}

TEST_CASE("every optimum opens to formulas that give its figures", "[laws][formula]") {
  for (const Law& law : all_laws()) {
    for (double served : {0.0, 1e12}) {
      OptimalQuestion q;
      q.law.id = law.id;
      q.compute_flop = 3e22;
      q.settings = typical_settings(law);
      if (served > 0) q.inference_tokens = served;
      Problems problems;
      const OptimalAnswer a = answer(q, problems);
      if (!problems.empty()) continue;
      INFO(law.id);
      CHECK(a.tokens_per_parameter == a.tokens / a.parameters);
      for (const Figure& f : a.workings) {
        INFO(f.id << " = " << f.formula);
        CHECK(formula_gives(f, f.value, 1e-9));
      }
      if (!gives_loss(law.form)) CHECK(!a.loss);
    }
  }
}

TEST_CASE("a loss under the floor is a problem with the floor as limit", "[laws]") {
  const auto problem = [](const char* law, double loss,
                          std::initializer_list<std::pair<LawInput, double>> held) {
    TargetLossQuestion q;
    q.law.id = law;
    q.loss = loss;
    for (const auto& [input, x] : held) q.held.values[static_cast<std::size_t>(input)] = x;
    Problems problems;
    answer(q, problems);
    REQUIRE(problems.size() == 1);
    return problems[0];
  };
  CHECK(problem("besiroglu-2024", 1.8172, {}).code == Code::below_floor);
  CHECK(problem("besiroglu-2024", 1.8, {}).limit == 1.8172);
  const Problem held = problem("besiroglu-2024", 2.0, {{parameters, 1e9}});
  CHECK(held.code == Code::below_floor);
  CHECK_THAT(held.limit, WithinRel(1.8172 + 482.01 / std::pow(1e9, 0.3478), 1e-9));
  CHECK_THAT(problem("kaplan-2020-joint", 2.0, {{parameters, 1e9}}).limit,
             WithinRel(std::pow(6.4e13 / 1e9, 0.076), 1e-9));
  CHECK(problem("cerebras-2023", 0.5, {}).code == Code::below_floor);
  CHECK(problem("kaplan-2020-compute", 1e-5, {}).code == Code::below_minimum);
  // Nothing is less than one FLOP, one parameter or one token.
  const Problem high = problem("kaplan-2020-compute", 26, {});
  CHECK(high.code == Code::above_ceiling);
  CHECK_THAT(high.limit, WithinRel(std::pow(2.3e8 * 8.64e19, 0.050), 1e-9));
  CHECK_THAT(problem("hoffmann-2022", 1e9, {}).limit, WithinRel(1.69 + 406.4 + 410.7, 1e-9));
  CHECK_THAT(problem("kaplan-2020-steps", 13, {}).limit,
             WithinRel((1 + 0.077 / 0.76) * std::pow(6.5e13, 0.077), 1e-9));
  CHECK(problem("kaplan-2020-steps", 1e-9, {}).code == Code::below_minimum);
  CHECK(problem("kaplan-2020-joint", 2.4, {}).code == Code::missing);
  CHECK(problem("muennighoff-2023", 1.9, {{unique_tokens, 1e9}}).code == Code::below_floor);
  CHECK(problem("hoffmann-2022", 2.4, {{parameters, 1e9}, {tokens, 1e9}}).code == Code::contradicts);
}

TEST_CASE("tokens that fill less than the distinct ones are one epoch", "[laws]") {
  const TargetLossAnswer a = target("muennighoff-2023", 3, {{unique_tokens, 1e12}});
  CHECK(a.tokens.value() < 1e12);
  CHECK(a.epochs.value() == 1);
}
