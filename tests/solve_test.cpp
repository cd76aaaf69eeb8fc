#include "slide_rule/fit/solve.hpp"

#include "catch.hpp"
#include "tools/formula.hpp"

using namespace slide_rule;

namespace {

MaxParametersAnswer ask(MaxParametersQuestion q) {
  Problems problems;
  const auto a = answer(q, problems);
  REQUIRE(problems.empty());
  return a;
}

}  // namespace

TEST_CASE("the largest model is memory over bytes a parameter, and needs exactly that memory",
          "[solve][property]") {
  for (const Rule rule : {Rule::article_2024, Rule::eleutherai}) {
    for (const Task task : {Task::training, Task::inference}) {
      const RuleChoice choice{rule, task, {}, {}};
      const auto a = ask({{{}, {}, 8e10, 4}, choice});
      CHECK_THAT(sum_of(terms_of_rule(choice, a.parameters)), WithinRel(4 * 8e10, 1e-12));
      CHECK(a.available_bytes == 4 * 8e10);
      CHECK(formula_gives(a.workings, a.parameters));
    }
  }
  CHECK(ask({{{}, {}, 48e9, 1}, {}}).parameters == 2e9);
}

TEST_CASE("a GPU is what its driver reports", "[solve]") {
  const auto a = ask({{GpuChoice{*find_gpu("rtx-4090")}, {}, {}, 1}, {}});
  CHECK(a.available_bytes == 24564 * kMiB);
  CHECK(a.parameters == 24564 * kMiB / 24);
}

TEST_CASE("no hardware, or a rule's contradiction, is a problem", "[solve]") {
  Problems problems;
  answer(MaxParametersQuestion{}, problems);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].field == "gpu");
  problems.clear();
  answer(MaxParametersQuestion{{{}, {}, 8e10, 1}, {Rule::article_2024, Task::training, RuleFormat::bf16, {}}},
         problems);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].field == "weightFormat");
}
