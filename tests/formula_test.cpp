#include "slide_rule/formula.hpp"

#include "catch.hpp"
#include "slide_rule/estimate.hpp"
#include "slide_rule/memory/rules_of_thumb.hpp"
#include "tools/formula.hpp"

using slide_rule::Factors;

TEST_CASE("a formula evaluates as written on paper", "[formula]") {
  const auto value = [](const char* text) {
    return slide_rule::evaluate_formula(text, Factors{{"N", 8}, {"alpha_1", 0.5}});
  };
  CHECK(value("1 + 2 * 3") == 7);
  CHECK(value("2^3^2") == 512);
  CHECK(value("-2^2") == -4);
  CHECK(value("N^-1") == 0.125);
  CHECK(value("N^(1 / 3)") == 2);
  CHECK(value("10 - 2 - 3") == 5);
  CHECK(value("2e3 * alpha_1") == 1000);
  CHECK(value("min(3, N, 5) + max(1, 2) + ceil(0.2) + floor(1.7)") == 7);
  CHECK_THAT(value("exp(log(N)) - sqrt(N * N)"), WithinAbs(0, 1e-14));
}

TEST_CASE("a formula that does not parse or names an unknown symbol gives NaN", "[formula]") {
  for (const char* text : {"", "1 +", "(1", "1)", "M", "log(1, 2)", "sin(1)", "1e", "1.2.3", "1 2", "N N"}) {
    CAPTURE(text);
    CHECK(std::isnan(slide_rule::evaluate_formula(text, Factors{{"N", 8}})));
  }
}

TEST_CASE("the rules of thumb open to formulas that give their bytes", "[rules][formula]") {
  for (const auto& term : slide_rule::terms_of_rule({}, 2e9)) CHECK(formula_gives(term, term.bytes));
}
