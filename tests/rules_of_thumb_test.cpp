#include "slide_rule/memory/rules_of_thumb.hpp"

#include "catch.hpp"

using namespace slide_rule;

TEST_CASE("the article's example: 2e9 parameters are 8 + 32 + 8 = 48 GB", "[rules][reference]") {
  const auto terms = terms_of_rule({}, 2e9);
  REQUIRE(terms.size() == 3);
  CHECK(terms[0].bytes == 8e9);
  CHECK(terms[1].bytes == 32e9);
  CHECK(terms[2].bytes == 8e9);
  CHECK(sum_of(terms) == 48e9);
  CHECK(bytes_per_parameter({}) == 24);
}

TEST_CASE("inference is 1.2 x the weights in every format", "[rules]") {
  const auto bytes = [](RuleFormat f) {
    return bytes_per_parameter({Rule::article_2024, Task::inference, f, {}});
  };
  CHECK_THAT(bytes(RuleFormat::fp32), WithinRel(4.8, 1e-15));
  CHECK_THAT(bytes(RuleFormat::bf16), WithinRel(2.4, 1e-15));
  CHECK_THAT(bytes(RuleFormat::int8), WithinRel(1.2, 1e-15));
  CHECK_THAT(bytes(RuleFormat::int4), WithinRel(0.6, 1e-15));
}

TEST_CASE("EleutherAI's mixed precision: weights, gradients and 12, 6 or 8 bytes of optimizer",
          "[rules][reference]") {
  const auto bytes = [](RuleFormat f, RuleOptimizer o) {
    return bytes_per_parameter({Rule::eleutherai, Task::training, f, o});
  };
  CHECK(bytes(RuleFormat::bf16, RuleOptimizer::adamw) == 16);
  CHECK(bytes(RuleFormat::bf16, RuleOptimizer::adamw_8bit) == 10);
  CHECK(bytes(RuleFormat::bf16, RuleOptimizer::sgd_momentum) == 12);
  CHECK(bytes(RuleFormat::fp32, RuleOptimizer::adamw) == 20);
}

TEST_CASE("a rule refuses what it does not state", "[rules]") {
  const auto problem_of = [](RuleChoice c) {
    Problems problems;
    check(c, problems);
    return problems.empty() ? std::string() : problems[0].field;
  };
  CHECK(problem_of({}) == "");
  CHECK(problem_of({Rule::article_2024, Task::training, RuleFormat::bf16, {}}) == "weightFormat");
  CHECK(problem_of({Rule::article_2024, Task::training, {}, RuleOptimizer::adamw_8bit}) == "optimizer");
  CHECK(problem_of({Rule::eleutherai, Task::training, RuleFormat::int4, {}}) == "weightFormat");
  CHECK(problem_of({Rule::eleutherai, Task::inference, {}, RuleOptimizer::adamw}) == "optimizer");
}
