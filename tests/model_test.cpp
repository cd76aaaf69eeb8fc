#include "slide_rule/model.hpp"

#include "catch.hpp"

using namespace slide_rule;

namespace {

Model llama_3_1_8b() {
  Model m;
  m.layers = 32;
  m.hidden_size = 4096;
  m.heads = 32;
  m.kv_heads = 8;
  m.head_dim = 128;
  m.mlp_width = 14336;
  m.vocabulary = 128256;
  return m;
}

}  // namespace

TEST_CASE("Llama-3.1-8B has 8,030,261,248 parameters and caches 128 KiB a token", "[model][reference]") {
  const Model m = llama_3_1_8b();
  CHECK(count_parameters(m).text == 8030261248.0);
  CHECK(count_parameters(m).active == 8030261248.0);
  CHECK(cache_elements(m).per_token == 65536);
  CHECK(layer_groups(m).size() == 1);
  double sum = 0;
  for_each_tensor(m, [&](const Tensor& t) { sum += t.elements(); });
  CHECK(sum == 8030261248.0);
}
