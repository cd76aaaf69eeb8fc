#include "slide_rule/memory/activations.hpp"

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "catch.hpp"
#include "csv.hpp"
#include "memory_questions.hpp"
#include "slide_rule/units.hpp"

using namespace slide_rule;
using namespace memory_questions;

namespace {

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

// The sums below go by what PyTorch keeps of each operator: a product its 16-bit input, RMSNorm an fp32 copy
// and the normalised values (6 bytes a channel), a gated activation its input and both factors of the
// product.

TEST_CASE("MLA, routed and shared experts keep what their operators need", "[training][activations]") {
  const Model m = model_of("deepseek-v2");
  ActivationSetting setting;
  setting.attention = AttentionKernel::sdpa;
  const LayerActivations a = layer_activations(m, layer_spec(m, 1), setting);
  const double h = 5120, heads = 128, q = heads * (128 + 64), o = heads * 128;
  CHECK(sum(a.norms) == 2 * 6 * h);
  // Inputs of the two down-projections, both latents with their norms, queries and keys put together anew,
  // the up-projection of which the values are a view, the output with its softmax's denominators, and its
  // copy in the heads' order.
  CHECK(sum(a.attention) ==
        2 * h + (6 + 2) * (1536 + 512) + 2 * (q + q + heads * (128 + 128)) + 2 * o + 4 * heads + 2 * o);
  // Six experts of 1,536: three of each width and the last product's input, tokens as they are gathered and
  // as they are weighted; the router's logits and softmax; the input; shared experts of 3,072.
  CHECK(sum(a.mlp) == 6 * 1536 * (3 + 1) * 2 + 6 * 2 * 2 * h + 160 * (4 + 4) + 2 * h + 3072 * (3 + 1) * 2);
}

TEST_CASE("recurrent layers keep what their kernels keep", "[training][activations]") {
  const auto attention = [](const char* model, const ActivationSetting& setting) {
    return sum(first_layer(model_of(model), setting).attention);
  };
  // Qwen3.5 9B: the input; what the convolution takes, q and k of 16 heads of 128 and v of 32; the gate; of
  // 32 heads each the queries and keys, normalised, and the values; the kernel's output, which the gated norm
  // keeps too; the last product's input. A head: a row of 64 and its step in 16 bits; in fp32 the decay, a
  // softplus' input and output, and what query, key and output were divided by.
  const double wide = 32 * 128;
  const double qwen = 2 * 4096 + 2 * (2 * 2048 + wide) + 2 * wide + 3 * 2 * wide + 2 * wide + 2 * wide +
                      32 * (2 * 65 + 4 * 6);
  CHECK(attention("qwen3.5-9b", {}) == qwen);
  // Kimi Linear: q, k and v, all of 32 heads; the decay is of channels, projected and in fp32; two rows of 64
  // a head, the step in fp32, three divisors; inputs of rank 128 of decay's and gate's second matrix.
  CHECK(attention("kimi-linear-48b-a3b", {}) == 2 * 2304 + 2 * 128 * 2 + 2 * 3 * wide + 2 * wide +
                                                    2 * 3 * wide + (2 + 4) * wide + 2 * wide + 2 * wide +
                                                    32 * (2 * 2 * 64 + 4 * 4));
  // Nemotron-H: Mamba-2's kernel keeps its whole projection (128 x 64 channels twice, B and C of 8 groups x
  // 128, 128 steps), its output and a divisor a group; it makes what out_proj takes again, but for
  // Megatron's, which is a module of its own.
  const double mamba = 2 * 4096 + 2 * (2 * 8192 + 2 * 8 * 128 + 128) + 2 * 8192 + 4 * 8;
  CHECK(attention("nemotron-h-8b", {}) == mamba);
  ActivationSetting fused;
  fused.modules = ModuleStyle::fused;
  CHECK(attention("nemotron-h-8b", fused) == mamba + 2 * 8192);
  // A squared ReLU keeps its input, the second matrix the square.
  const Model nemotron = model_of("nemotron-h-8b");
  CHECK(sum(layer_activations(nemotron, layer_spec(nemotron, 1), {}).mlp) == 2 * 4096 + 21504 * (1 + 1) * 2);
}

TEST_CASE("a gate on attention's output keeps the sigmoid's and the product", "[training][activations]") {
  const Model gated = model_of("qwen3.5-9b");
  Model plain = gated;
  plain.attention_gate = AttentionGate::none;
  const auto more = [&](const ActivationSetting& setting) {
    return sum(layer_activations(gated, layer_spec(gated, 3), setting).attention) -
           sum(layer_activations(plain, layer_spec(plain, 3), setting).attention);
  };
  // 16 heads of 256 channels, 16 bits: flash attention's output is a factor as it stands. That of PyTorch's
  // kernel is copied into the heads' order either way.
  CHECK(more({}) == (2 + 2) * 16 * 256);
  ActivationSetting setting;
  setting.attention = AttentionKernel::sdpa;
  CHECK(more(setting) == (2 + 2) * 16 * 256);
  // MLA's is a module of its own.
  const Model kimi = model_of("kimi-k3");
  Model ungated = kimi;
  ungated.attention_gate = AttentionGate::none;
  CHECK(sum(layer_activations(kimi, layer_spec(kimi, 3), {}).attention) -
            sum(layer_activations(ungated, layer_spec(ungated, 3), {}).attention) ==
        (2 + 2) * 96 * 128);
}

TEST_CASE("adapters keep what their first matrix gives, of every module", "[training][activations]") {
  ActivationSetting setting;
  setting.trains_base = false;
  setting.adapter_rank = 8;
  setting.adapters = setting.expert_adapters = {};
  // DeepSeek-V2's layer with experts: q twice, the latent twice, o; gate, up and down of six experts and of
  // the shared ones. Inputs: of the layer, of both latents, of o's product (flash keeps it) and of each down.
  const Model deepseek = model_of("deepseek-v2");
  CHECK(sum(layer_activations(deepseek, layer_spec(deepseek, 1), setting).adapters) ==
        8 * 2 * (5 + 3 * 6 + 3) + 2 * (5120 + 1536 + 512) + 2 * (6 * (5120 + 1536) + 5120 + 3072));
  // Qwen3.5 9B's recurrent layer: four projections of the input and one out; the MLP's three.
  const Model qwen = model_of("qwen3.5-9b");
  CHECK(sum(first_layer(qwen, setting).adapters) == 8 * 2 * (5 + 3) + 2 * (4096 + 4096) + 2 * (4096 + 12288));
  // Falcon's MLP shares attention's input; its fused projection has one pair.
  CHECK(sum(first_layer(model_of("falcon-7b"), setting).adapters) == 8 * 2 * 4 + 2 * (4544 + 18176));
}

TEST_CASE("a gate on shared experts keeps what it is multiplied with", "[training][activations]") {
  const Model gated = model_of("qwen3.5-35b-a3b");
  Model plain = gated;
  plain.experts.shared_gate = false;
  CHECK(sum(first_layer(gated, {}).mlp) - sum(first_layer(plain, {}).mlp) == 2 * 2048);
}

TEST_CASE("selective by operators counts MLA's five products", "[training][activations]") {
  // Every second one is kept: the queries' latent, the keys' and values' with the rotary key, o, and of the
  // dense MLP up; with them the input, and attention's output with its denominators.
  const Model m = model_of("deepseek-v2");
  ActivationSetting setting;
  setting.attention = AttentionKernel::sdpa;
  CHECK(sum(layer_activations(m, layer_spec(m, 0), setting).selective) ==
        2 * (1536.0 + 576 + 5120 + 12288 + 5120 + 128 * 128) + 4 * 128);
}

TEST_CASE("eager scores with dropout: fp32 softmax, a mask, and what it lets through in 16 bits",
          "[training][activations]") {
  Model gpt = model_of("gpt2-xl");
  gpt.dropout = 0.1;
  ActivationSetting setting;
  setting.attention = AttentionKernel::eager;
  setting.sequence_tokens = 1000;
  CHECK(sum(first_layer(gpt, setting).scores) == (4 + 1 + 2) * 25 * 1000);
  gpt.dropout = 0;
  CHECK(sum(first_layer(gpt, setting).scores) == (4 + 2) * 25 * 1000);
}

TEST_CASE("before PyTorch 2.2 an RMSNorm's mean keeps the squares", "[training][activations]") {
  // Two norms over 4,096 channels: fp32 copies and their squares, 16-bit normalised values; nothing of a
  // fused kernel's.
  const Model llama = model_of("llama-2-7b");
  ActivationSetting setting;
  setting.keeps_squares = true;
  CHECK(sum(first_layer(llama, setting).norms) == 2 * (4 + 4 + 2) * 4096);
  setting.modules = ModuleStyle::fused;
  CHECK(sum(first_layer(llama, setting).norms) == 2 * 2 * 4096);
}

TEST_CASE("fused norms of queries and keys keep their input", "[training][activations]") {
  const Model normed = model_of("qwen3-8b");
  Model plain = normed;
  plain.qk_norm = QkNorm::none;
  for (const auto& [modules, bytes] :
       {std::pair{ModuleStyle::fused, 2}, std::pair{ModuleStyle::plain, 4 + 2}}) {
    ActivationSetting setting;
    setting.modules = modules;
    CHECK(sum(first_layer(normed, setting).attention) - sum(first_layer(plain, setting).attention) ==
          bytes * (32 + 8) * 128);
  }
}

TEST_CASE("dropout before an adapter keeps a mask and what it lets through", "[training][activations]") {
  // Adapters of rank 8 on q and v: one input without dropout, two of 1 + 2 bytes with it; what each matrix A
  // gives.
  const Model llama = model_of("llama-3.1-8b");
  ActivationSetting setting;
  setting.trains_base = false;
  setting.adapters = LoraTargets{LoraTargets::q | LoraTargets::v};
  setting.adapter_rank = 8;
  CHECK(sum(first_layer(llama, setting).adapters) == 2 * 4096 + 2 * 8 * 2);
  // Adapters in fp32 on a 16-bit stream: each has a copy of its own.
  setting.adapter_recasts = true;
  setting.adapter_input_bytes = 4;
  CHECK(sum(first_layer(llama, setting).adapters) == 2 * 4 * 4096 + 2 * 8 * 4);
  setting.adapter_recasts = false;
  setting.adapter_input_bytes = 2;
  setting.adapter_dropout = 0.1;
  CHECK(sum(first_layer(llama, setting).adapters) == 2 * (1 + 2) * 4096 + 2 * 8 * 2);
  // litgpt's three pairs beside its fused projection share one.
  setting.modules = ModuleStyle::litgpt;
  setting.adapters.matrices = LoraTargets::qkv;
  CHECK(sum(first_layer(llama, setting).adapters) == (1 + 2) * 4096 + 3 * 8 * 2);
}

TEST_CASE("litgpt's fused projection stays alive beside rotated queries and keys",
          "[training][activations]") {
  // Llama 2 7B: as many keys and values as queries. Input, q, k and v, q and k anew, output and denominators.
  ActivationSetting setting;
  setting.modules = ModuleStyle::litgpt;
  CHECK(sum(first_layer(model_of("llama-2-7b"), setting).attention) ==
        2 * 4096 + 2 * (3 + 2) * 4096 + 2 * 4096 + 4 * 32);
}

TEST_CASE("selective by operators: fused projections are one product each", "[training][activations]") {
  // Phi-3 mini: q, k and v, not o; gate and up, not down.
  ActivationSetting setting;
  setting.attention = AttentionKernel::sdpa;
  CHECK(sum(first_layer(model_of("phi-3-mini"), setting).selective) ==
        2 * (3072.0 + 3 * 3072 + 2 * 8192 + 3072) + 4 * 32);
}

TEST_CASE("autocast does not cast what the kernel gives in 16 bits", "[training][activations]") {
  ActivationSetting setting;
  setting.residual_bytes = 4;
  setting.recasts_inputs = true;
  // Three casts of the fp32 input for q, k and v, these three, the kernel's output and its fp32 denominators;
  // the output projection keeps the kernel's output itself.
  CHECK(sum(first_layer(model_of("llama-3.1-8b"), setting).attention) ==
        3 * 2 * 4096 + 2 * (4096 + 2 * 1024) + 2 * 4096 + 4 * 32);
}
