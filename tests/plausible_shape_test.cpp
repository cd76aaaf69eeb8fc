#include "slide_rule/plausible_shape.hpp"

#include <cmath>

#include "catch.hpp"

using namespace slide_rule;

TEST_CASE("a bare count gets a shape that counts to it", "[model][property]") {
  double worst_small = 0, worst = 0;
  for (double p = kMinPlausibleParameters; p <= kMaxPlausibleParameters; p *= 1.07) {
    const Model m = plausible_shape(p);
    Problems problems;
    check(m, problems);
    INFO(p);
    CHECK(problems.empty());
    const double error = std::abs(count_parameters(m).text / p - 1);
    (p < 1e8 ? worst_small : worst) = std::max(p < 1e8 ? worst_small : worst, error);
    if (p < 1e8) continue;
    CHECK(m.mlp_width > 2 * m.hidden_size);
    CHECK(m.mlp_width < 6 * m.hidden_size);
  }
  CHECK(worst_small < 0.01);
  CHECK(worst < 0.001);
}

TEST_CASE("the shapes are those of models of that size", "[model]") {
  const Model eight = plausible_shape(8e9);
  CHECK(eight.layers == 38);
  CHECK(eight.hidden_size == 3584);
  CHECK(eight.heads == 28);
  CHECK(eight.kv_heads == 4);
  const Model seventy = plausible_shape(70e9);
  CHECK(seventy.layers == 64);
  CHECK(seventy.hidden_size == 9216);
  CHECK(seventy.kv_heads == 8);
  CHECK(plausible_shape(5e8).tied_embeddings);
}
