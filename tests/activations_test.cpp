#include "slide_rule/memory/activations.hpp"

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "catch.hpp"
#include "csv.hpp"
#include "slide_rule/catalogue.hpp"
#include "slide_rule/units.hpp"

using namespace slide_rule;

namespace {

Model model_of(const char* id) {
  const auto found = find_model(id);
  REQUIRE(found);
  return found->model;
}

/// Bytes a token that the first layer keeps.
LayerActivations first_layer(const Model& model, const ActivationSetting& setting) {
  return layer_activations(model, layer_spec(model, 0), setting);
}

double sum(const Bytes& b) { return b.wide + b.inner; }

/// The number after `"key": ` in a JSON object of one level.
double number(const std::string& json, const std::string& key) {
  const auto at = json.find("\"" + key + "\": ");
  REQUIRE(at != std::string::npos);
  return std::stod(json.substr(at + key.size() + 4));
}

}  // namespace

TEST_CASE("what a layer keeps, measured on six models", "[training][activations][reference]") {
  // Copies of the hidden state in 16 bits that appear while one layer of transformers runs under SDPA, its
  // output among them [stas-ml-engineering], printed to a tenth; in a chain of layers the next one keeps the
  // output's fp32 copy instead.
  struct Measured {
    const char* model;
    double copies, tolerance;
  };
  for (const Measured& m : {Measured{"llama-3.1-8b", 28, 0.001}, Measured{"mistral-7b-v0.1", 28, 0.001},
                            Measured{"qwen3-8b", 29.8, 0.002}, Measured{"qwen3-4b", 38, 0.006},
                            Measured{"gemma-2b", 48, 0.001}, Measured{"smollm2-360m", 24, 0.03}}) {
    const Model model = model_of(m.model);
    ActivationSetting setting;
    setting.attention = AttentionKernel::sdpa;
    const double copies = sum(first_layer(model, setting).kept()) / (2 * model.hidden_size);
    CAPTURE(m.model, copies);
    CHECK_THAT(copies + 1, WithinRel(m.copies, m.tolerance));
  }
}

TEST_CASE("a GPT layer with dropout keeps s b h (34 + 5 a s / h) bytes",
          "[training][activations][reference]") {
  // Korthikanti et al. 2022, equations 1, 2, 4 and section 5 [korthikanti-2022].
  Model gpt = model_of("gpt2-xl");
  gpt.dropout = gpt.attention_dropout = 0.1;
  ActivationSetting setting;
  setting.modules = ModuleStyle::fused;
  setting.attention = AttentionKernel::eager;
  setting.megatron_selective = true;
  setting.upcasts_norms = false;
  setting.sequence_tokens = 2048;
  const double h = gpt.hidden_size, scores = 5 * gpt.heads * 2048;
  const LayerActivations a = first_layer(gpt, setting);
  CHECK_THAT(sum(a.kept()), WithinRel(34 * h + scores, 1e-12));
  CHECK_THAT(sum(a.selective), WithinRel(34 * h, 1e-12));
  CHECK_THAT(sum(a.input), WithinRel(2 * h, 1e-12));
  for (const double t : {1, 2, 4, 8}) {
    CAPTURE(t);
    CHECK_THAT(a.kept().on_rank(1, t), WithinRel(10 * h + (24 * h + scores) / t, 1e-12));  // equation 2
    CHECK_THAT(a.kept().on_rank(t, t), WithinRel((34 * h + scores) / t, 1e-12));           // equation 4
  }
}

TEST_CASE("fused kernels keep 16 h + 6 f bytes a token under flash attention", "[training][activations]") {
  // Llama-2-7B at 4096 tokens: 16.1 GiB in 32 layers.
  const Model llama = model_of("llama-2-7b");
  ActivationSetting setting;
  setting.modules = ModuleStyle::fused;
  const double kept = sum(first_layer(llama, setting).kept()) - 4 * llama.heads;
  CHECK_THAT(kept, WithinRel(16 * llama.hidden_size + 6 * llama.mlp_width, 1e-12));
  CHECK_THAT(kept * 4096 * 32 / kGiB, WithinAbs(16.1, 0.05));
}

TEST_CASE("selective by operators keeps each second product", "[training][activations][reference]") {
  // torchtitan's list of an 8B Llama: input, q, v, attention's output, w1, w2; about 7.75 hidden states. A
  // compiled layer's backward reads no w2.
  const Model llama = model_of("llama-3.1-8b");
  ActivationSetting setting;
  setting.attention = AttentionKernel::sdpa;
  const double h = llama.hidden_size, kv = llama.kv_heads * llama.head_dim;
  const double eager = sum(first_layer(llama, setting).selective) - 4 * llama.heads;
  CHECK_THAT(eager, WithinRel(2 * (h + h + kv + h + llama.mlp_width + h), 1e-12));
  CHECK_THAT(eager / (2 * h), WithinAbs(7.75, 1e-9));
  setting.modules = ModuleStyle::compiled;
  CHECK_THAT(eager - (sum(first_layer(llama, setting).selective) - 4 * llama.heads), WithinRel(2 * h, 1e-12));
}

TEST_CASE("frozen products: bitsandbytes keeps their inputs, others nothing", "[training][activations]") {
  const Model llama = model_of("llama-2-7b");
  ActivationSetting frozen;
  frozen.trains_base = false;
  ActivationSetting quantised = frozen;
  quantised.keeps_frozen_inputs = true;
  const LayerActivations a = first_layer(llama, frozen), b = first_layer(llama, quantised);
  CHECK(sum(a.frozen_inputs) == 0);
  // Inputs of q, k and v; o; gate and up; down.
  const double inputs = 2 * (3 * llama.hidden_size + llama.mlp_width);
  CHECK_THAT(sum(b.frozen_inputs), WithinRel(inputs, 1e-12));
  CHECK(sum(b.kept()) > sum(a.kept()));
}

TEST_CASE("a gated MLP's forward, measured", "[training][activations][reference]") {
  // Liger's benchmark: peak of the forward of one MLP, weights and input included, over the tokens. The slope
  // is what the MLP keeps and its output [liger-2024].
  std::map<std::string, std::vector<std::pair<double, double>>> points;
  for (const CsvRow& row : read_csv("component-peaks.csv")) {
    if (row.at("kernel") != "tiled_swiglu") continue;
    const double tokens = std::stod(row.at("swept_value")) * number(row.at("config"), "bsz");
    points[row.at("provider")].push_back({tokens, std::stod(row.at("value")) * kMiB});
  }
  REQUIRE(points.size() == 2);
  Model model = model_of("llama-3.1-8b");
  model.hidden_size = 2048;
  model.mlp_width = 4096;
  for (const auto& [provider, list] : points) {
    REQUIRE(list.size() >= 3);
    ActivationSetting setting;
    setting.modules = provider == "liger" ? ModuleStyle::fused : ModuleStyle::plain;
    const LayerActivations a = first_layer(model, setting);
    const double slope = sum(a.mlp) + 2 * model.hidden_size;
    for (std::size_t i = 1; i < list.size(); ++i) {
      CAPTURE(provider, list[i].first);
      CHECK_THAT((list[i].second - list[0].second) / (list[i].first - list[0].first), WithinRel(slope, 1e-9));
    }
  }
}
