#include "slide_rule/scaling/laws.hpp"

#include <cmath>

#include "catalog/laws.hpp"
#include "catch.hpp"
#include "tools/formula.hpp"

using namespace slide_rule;
using enum LawInput;

namespace {

LawPoint point(std::initializer_list<std::pair<LawInput, double>> values) {
  LawPoint at;
  for (const auto& [input, x] : values) at[input] = x;
  return at;
}

double loss(const char* law, std::initializer_list<std::pair<LawInput, double>> values) {
  const Law* found = find_law(law);
  REQUIRE(found);
  return loss_at(*found, point(values));
}

}  // namespace

TEST_CASE("the article's three laws", "[laws][reference]") {
  CHECK_THAT(loss("kaplan-2020-parameters", {{parameters, 1e9}}), WithinAbs(2.376, 5e-4));
  CHECK_THAT(loss("kaplan-2020-compute", {{compute_flop, kFlopPerPfDay}}), WithinAbs(2.619, 5e-4));
  CHECK_THAT(loss("kaplan-2020-data", {{tokens, 2.3e10}}), WithinRel(std::pow(5.4e13 / 2.3e10, 0.095), 1e-15));
  SECTION("the article prints 8.8e3 parameters, which gives 0.413 where 8.8e13 gives 2.376") {
    Law misprint = *find_law("kaplan-2020-parameters");
    misprint.constants[0] = 8.8e3;
    CHECK_THAT(loss_at(misprint, point({{parameters, 1e9}})), WithinAbs(0.413, 5e-4));
  }
  SECTION("Eq. 1.3 gives 1.5 % more loss than Figure 1 at every compute") {
    for (double c = 1e10; c < 1e25; c *= 1e3) {
      CHECK_THAT(loss("kaplan-2020-compute-eq13", {{compute_flop, c}}) / loss("kaplan-2020-compute", {{compute_flop, c}}),
                 WithinAbs(1.015, 5e-5));
    }
  }
}
