#include "slide_rule/model.hpp"

#include "catch.hpp"
#include "slide_rule/catalogue.hpp"
#include "slide_rule/units.hpp"

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

std::string first_problem(const Model& m) {
  Problems problems;
  check(m, problems);
  return problems.empty() ? std::string() : problems[0].field + " " + std::string(name_of(problems[0].code));
}

}  // namespace

TEST_CASE("Llama-3.1-8B has 8,030,261,248 parameters and caches 128 KiB a token", "[model][reference]") {
  const Model m = llama_3_1_8b();
  const ParameterCount count = count_parameters(m);
  CHECK(count.text == 8030261248.0);
  CHECK(count.active == 8030261248.0);
  CHECK(count.part(Part::embedding) == 128256.0 * 4096);
  CHECK(count.part(Part::head) == 128256.0 * 4096);
  CHECK(count.part(Part::attention) == 32.0 * 2 * 4096 * (4096 + 1024));
  CHECK(count.part(Part::mlp) == 32.0 * 3 * 4096 * 14336);
  CHECK(count.part(Part::norms) == 65.0 * 4096);
  CHECK(cache_elements(m).per_token == 65536);
  CHECK(layer_groups(m).size() == 1);
}

TEST_CASE("KV caches of 131,072 tokens in bf16", "[model][reference]") {
  const auto gib = [](std::string_view id) {
    return cache_elements(find_model(id)->model).at(131072) * 2 / kGiB;
  };
  // Llama-3.1-8B: 128 KiB a token.
  CHECK(gib("llama-3.1-8b") == 16);
  // DeepSeek-V3: 576 elements a token and layer, once.
  CHECK_THAT(gib("deepseek-v3"), WithinAbs(8.58, 0.005));
  // Gemma-3-27B: 62 GiB with every layer full, 10.4 with compact windows of 1,024 tokens.
  CHECK_THAT(gib("gemma-3-27b"), WithinAbs(10.4, 0.05));
  const CacheElements gemma = cache_elements(find_model("gemma-3-27b")->model);
  CHECK_THAT((gemma.per_token + gemma.per_token_windowed) * 131072 * 2 / kGiB, WithinAbs(62, 0.05));
}

TEST_CASE("all tensors, grouped tensors and parts sum to one count", "[model][property]") {
  for (const CatalogueModel& row : catalogue_models()) {
    INFO(row.model.id);
    double all = 0, grouped = 0, parts = 0, layers = 0;
    for_each_tensor(row.model, [&](const Tensor& t) {
      all += t.elements();
      CHECK(t.active <= t.copies);
      if (t.layer < 0) return;
      CHECK_FALSE(t.extra);
    });
    for_each_tensor_grouped(row.model, [&](const Tensor& t, int n) { grouped += t.elements() * n; });
    for_each_distinct_layer(row.model, [&](const LayerSpec&, int n, int) { layers += n; });
    const ParameterCount count = count_parameters(row.model);
    for (const double p : count.parts) parts += p;
    CHECK(all == count.text + count.extra);
    CHECK(grouped == all);
    CHECK(parts == all);
    CHECK(layers == row.model.layers);
    CHECK(count.active <= count.text);
    CHECK(count.compute_active <= count.active + count.part(Part::embedding));
    CHECK(first_problem(row.model) == "");
  }
}

TEST_CASE("every layer of a group is the layer it stands for", "[model][property]") {
  for (const CatalogueModel& row : catalogue_models()) {
    INFO(row.model.id);
    const auto groups = layer_groups(row.model);
    for (int i = 0; i < static_cast<int>(row.model.layers); ++i) {
      const LayerSpec spec = layer_spec(row.model, i);
      bool found = false;
      for (const LayerGroup& g : groups) found = found || g.spec == spec;
      CHECK(found);
    }
    for (const LayerGroup& g : groups) CHECK(layer_spec(row.model, g.first) == g.spec);
  }
}

TEST_CASE("a pipeline's stages hold the model's layers once each", "[model][property]") {
  const Model m = find_model("nemotron-super-49b")->model;
  int count = 0;
  for (int stage = 0; stage < 8; ++stage) {
    for (const LayerGroup& g : layer_groups(m, stage * 10, stage * 10 + 10)) count += g.count;
  }
  CHECK(count == 80);
}

TEST_CASE("counts grow with every width", "[model][property]") {
  const Model base = llama_3_1_8b();
  const double p = count_parameters(base).text, kv = cache_elements(base).per_token;
  for (double Model::*width : {&Model::layers, &Model::hidden_size, &Model::mlp_width, &Model::vocabulary}) {
    Model wider = base;
    wider.*width *= 2;
    CHECK(count_parameters(wider).text > p);
  }
  Model more_kv = base;
  more_kv.kv_heads = 16;
  CHECK(count_parameters(more_kv).text > p);
  CHECK(cache_elements(more_kv).per_token == 2 * kv);
  Model tied = base;
  tied.tied_embeddings = true;
  CHECK(count_parameters(tied).text == p - 128256.0 * 4096);
  CHECK(count_parameters(tied).compute_active == count_parameters(base).compute_active);
  Model fused = base;
  fused.fused_qkv = fused.fused_gate_up = true;
  CHECK(count_parameters(fused).text == p);
}

TEST_CASE("a layer that reads another's cache stores none", "[model]") {
  const Model m = find_model("gemma-4-e2b")->model;
  CHECK_FALSE(layer_spec(m, 14).shares_kv);
  CHECK(layer_spec(m, 15).shares_kv);
  CHECK(layer_spec(m, 15).kv_elements == 0);
  CHECK_FALSE(layer_spec(m, 15).has_kv_weights);
  CHECK(layer_spec(m, 15).mlp_width == 2 * layer_spec(m, 14).mlp_width);
}

TEST_CASE("FLOP of a token: twice what it is multiplied with, and the attention", "[model]") {
  const Model m = llama_3_1_8b();
  const FlopPerToken bare = flop_per_token(m, 0);
  CHECK(bare.forward == 2.0 * (8030261248.0 - 128256.0 * 4096));
  CHECK(bare.training == 3 * bare.forward);
  CHECK(flop_per_token(m, 8192).training - bare.training == 12.0 * 32 * 8192 * 32 * 128);
  const Model gemma = find_model("gemma-3-27b")->model;
  const double at_4k = flop_per_token(gemma, 4096).forward, at_8k = flop_per_token(gemma, 8192).forward;
  // Only the ten full layers go on growing.
  CHECK_THAT(at_8k - at_4k, WithinRel(10.0 * 4 * 32 * 128 * 4096, 1e-12));
}

TEST_CASE("a shape that cannot be is refused by the field that is wrong", "[model]") {
  const auto with = [](auto change) {
    Model m = llama_3_1_8b();
    change(m);
    return first_problem(m);
  };
  CHECK(with([](Model&) {}) == "");
  CHECK(with([](Model& m) { m.kv_heads = 7; }) == "model.kvHeads must-divide");
  CHECK(with([](Model& m) { m.kv_heads = 64; }) == "model.kvHeads must-divide");
  CHECK(with([](Model& m) { m.heads = 0; }) == "model.heads missing");
  CHECK(with([](Model& m) { m.head_dim = 0; }) == "model.headDim missing");
  CHECK(with([](Model& m) { m.mlp_width = 0; }) == "model.mlpWidth missing");
  CHECK(with([](Model& m) { m.layer_types = "fx"; }) == "model.layerTypes unknown-choice");
  CHECK(with([](Model& m) { m.layer_types = "fs"; }) == "model.window missing");
  CHECK(with([](Model& m) { m.layer_types = "fr"; }) == "model.recurrent.kind missing");
  CHECK(with([](Model& m) { m.kv_shared_layers = 32; }) == "model.kvSharedLayers above-maximum");
  CHECK(with([](Model& m) { m.layer_kv_heads = {8, 8}; }) == "model.layerKvHeads contradicts");
  CHECK(with([](Model& m) {
          m.experts.count = 8;
          m.experts.width = 64;
          m.experts.active = 9;
        }) == "model.experts.active above-maximum");
}

TEST_CASE("a file that contradicts the shape is refused by the field that is wrong", "[model]") {
  const auto with = [](auto change) {
    Model m = llama_3_1_8b();
    m.file.embedding = m.file.head = 1e9;
    m.file.layers.assign(32, 4e8);
    change(m.file);
    return first_problem(m);
  };
  CHECK(with([](FileWeights&) {}) == "");
  CHECK(with([](FileWeights& f) { f.layers.pop_back(); }) == "model.file.layers contradicts");
  CHECK(with([](FileWeights& f) { f.layers.clear(); }) == "model.file.layers missing");
  CHECK(with([](FileWeights& f) { f.embedding = 0; }) == "model.file.embedding missing");
  CHECK(with([](FileWeights& f) { f.head = 0; }) == "model.file.head missing");
  CHECK(with([](FileWeights& f) { f.experts = {1, 2}; }) == "model.file.experts contradicts");
  CHECK(with([](FileWeights& f) {
          f.experts.assign(32, 1e8);
          f.experts[3] = 5e8;
        }) == "model.file.experts[3] above-maximum");
}

TEST_CASE("the largest shape that the fields allow stays finite", "[model]") {
  Model m = llama_3_1_8b();
  m.layers = 1e4;
  m.hidden_size = m.mlp_width = 1e7;
  m.vocabulary = 1e8;
  m.experts = {1e6, 1e6, 1e7, 1e7, true, 0, 1e7, true, true, true, 1e6};
  const ParameterCount count = count_parameters(m);
  CHECK(count.text < 1e30);
  CHECK(count.text > 1e20);
  CHECK(flop_per_token(m, 1e12).training < 1e60);
}
