// Adapters of low rank: where they lie, how they are split, what they are kept in.

#include "catch.hpp"
#include "memory_questions.hpp"

using namespace slide_rule;
using namespace memory_questions;

TEST_CASE("served adapters lie on every linear layer, and tensor parallelism splits one of each pair",
          "[inference]") {
  // In and out of q and o 8,192 each, of k and v 5,120, of the MLP's three 18,432; rank 16, 16 bits.
  const double channels = 2 * 8192 + 2 * 5120 + 3 * 18432, whole = 32 * channels * 16 * 2;
  InferenceQuestion q = question("llama-3.1-8b", Engine::transformers, 4096);
  q.plan.lora_rank = 16;
  CHECK(term(answer_to(q), "adapters") == whole);
  q.plan.lora_adapters = 3;
  CHECK(term(answer_to(q), "adapters") == 3 * whole);
  q.plan.lora_adapters = 1;
  q.plan.tensor_parallel = q.plan.gpus = 2;
  // Split are the outputs of q, k, v, gate and up, and the inputs of o and down: 4096 + 2 * 1024 + 2 * 14336
  // and 4096 + 14336 channels, in 32 layers.
  const double split = 4096.0 + 2 * 1024 + 2 * 14336 + 4096 + 14336;
  CHECK(term(answer_to(q), "adapters") == whole - 32 * 16 * 2 * split / 2);
}

TEST_CASE("served adapters lie on MLA's projections and shared experts, not on routed ones", "[inference]") {
  // DeepSeek-V2: q over 1,536 to 128 x 192, the latent of 512 + 64 from 5,120 and to 128 x 256, o; a dense
  // MLP of 12,288 in the first layer, shared experts of 3,072 in 59.
  const double attention =
      (5120 + 1536) + (1536 + 128 * 192) + (5120 + 576) + (512 + 128 * 256) + (128 * 128 + 5120);
  InferenceQuestion q = question("deepseek-v2", Engine::vllm, 4096);
  q.plan.lora_rank = 8;
  q.plan.software_year = 2025;
  CHECK(term(answer_to(q), "adapters") ==
        8 * 2 * (60 * attention + 3 * (5120 + 12288) + 59 * 3 * (5120 + 3072)));
}

TEST_CASE("served adapters lie on recurrent mixers and on gates", "[inference]") {
  // Qwen3.5 9B: in 24 layers the projections of q, k and v, of the gate, of steps and decays of 32 heads, and
  // out; in 8 q with its gate, k, v and o; MLPs of 12,288.
  const double recurrent = (4096 + 8192) + 2 * (4096 + 4096) + 2 * (4096 + 32);
  const double attention = (4096 + 2 * 4096) + 2 * (4096 + 1024) + (4096 + 4096);
  InferenceQuestion q = question("qwen3.5-9b", Engine::vllm, 4096);
  q.plan.lora_rank = 8;
  CHECK(term(answer_to(q), "adapters") ==
        8 * 2 * (24 * recurrent + 8 * attention + 32 * 3 * (4096 + 12288.0)));
  // Kimi Linear's gates are pairs of rank 128, of which tensor parallelism splits the second.
  q = question("kimi-linear-48b-a3b", Engine::vllm, 4096);
  q.plan.lora_rank = 8;
  q.plan.software_year = 2025;
  const double whole = term(answer_to(q), "adapters");
  q.plan.tensor_parallel = q.plan.gpus = 2;
  // Outputs of q, k, v, both gates' second and the step, inputs of o; of MLA q and the latent's projection;
  // a dense MLP of 9,216 and 26 shared experts of 1,024.
  const double split =
      20 * ((3 + 2 + 1) * 4096.0 + 32) + 7 * (32 * 192 + 32 * 256 + 32 * 128) + 3 * (9216 + 26 * 1024.0);
  CHECK_THAT(whole - term(answer_to(q), "adapters"), WithinRel(8 * 2 * split / 2, 1e-12));
}

TEST_CASE("devices beyond the key heads hold copies of them, adapters' outputs as matrices", "[inference]") {
  // Llama 3.1 70B has 8: of 16 devices two share one.
  InferenceQuestion q = question("llama-3.1-70b", Engine::vllm, 4096);
  q.plan.lora_rank = 16;
  q.plan.tensor_parallel = q.plan.gpus = 16;
  const double each = (8192 + 8192 / 16) + 2 * (8192 + 1024 / 8) + (8192 / 16 + 8192) +
                      2 * (8192 + 28672 / 16) + (28672 / 16 + 8192);
  CHECK(term(answer_to(q), "adapters") == 80 * each * 16 * 2);
  // Of a fused projection too: 12 query and 2 key heads on 4 devices are 3 and 1 + 1 heads' rows on each.
  LayerSpec spec;
  spec.heads = 12;
  spec.kv_heads = 2;
  spec.head_dim = spec.value_dim = 64;
  CHECK_THAT(tensor_share({Role::attn_qkv}, &spec, 4), WithinRel((3 + 1 + 1) / 16.0, 1e-12));
}

TEST_CASE("served adapters lie beside experts, too, where the engine serves them", "[inference]") {
  const auto adapters = [](const char* id, Engine engine, std::optional<double> year) {
    InferenceQuestion q = question(id, engine, 4096);
    q.plan.lora_rank = 16;
    q.plan.software_year = year;
    const InferenceAnswer a = answer_to(q);
    const bool told = std::any_of(a.assumptions.begin(), a.assumptions.end(), [](const Assumption& x) {
      return x.id == "experts-served-without-adapters";
    });
    return std::pair{term(a.terms, "adapters"), told};
  };
  // Qwen3 30B: q and o of 4,096 and k and v of 512 beside 2,048 channels; 128 experts of 768.
  const double attention = 2 * (2048.0 + 4096) + 2 * (2048 + 512), experts = 128 * 3 * (2048.0 + 768);
  const double all = 48 * (attention + experts) * 16 * 2;
  CHECK(adapters("qwen3-30b-a3b", Engine::vllm, {}) == std::pair{all, false});
  CHECK(adapters("qwen3-30b-a3b", Engine::vllm, 2025.5) == std::pair{48 * attention * 16 * 2, true});
  CHECK(adapters("qwen3-30b-a3b", Engine::transformers, {}) == std::pair{all, false});
  CHECK(adapters("qwen3-30b-a3b", Engine::exllamav2, {}).second);
  CHECK(adapters("llama-3.1-8b", Engine::exllamav2, {}).second == false);
  // gpt-oss: PEFT trains none there; vLLM keeps room, one pair for gate and up.
  CHECK(adapters("gpt-oss-20b", Engine::transformers, {}) == std::pair{3981312.0 * 2 * 2, true});
  CHECK(adapters("gpt-oss-20b", Engine::vllm, {}) == std::pair{(3981312.0 + 24 * 3686400) * 2 * 2, false});
}

TEST_CASE("PEFT keeps adapters in fp32 whatever the precision", "[training]") {
  // Rank 16 on q (4096 + 4096) and v (4096 + 1024) of 32 layers; AdamW's moments in the adapters' type.
  const double adapters = 32 * 16 * (8192.0 + 5120);
  for (const auto& [framework, bytes] :
       {std::pair{Framework::peft, 4.0}, std::pair{Framework::pytorch, 2.0}}) {
    TrainingPlan p = plan_of(framework, 16);
    p.method = Method::lora;
    p.precision = Precision::bf16;
    p.lora_targets = LoraTargets{LoraTargets::q | LoraTargets::v};
    const auto a = training_memory(model_of("llama-3.1-8b"), p);
    const auto& forward = phase(a, TrainingPhase::forward).terms;
    CAPTURE(name_of(framework));
    CHECK(term(forward, "adapters") == bytes * adapters);
    CHECK(term(forward, "optimizer-states") == 2 * bytes * adapters);
  }
}

TEST_CASE("all-linear does not reach experts that are one parameter", "[training][reference]") {
  const auto adapters = [](const char* model, double rank, double year, std::uint32_t matrices,
                           Framework framework = Framework::peft) {
    TrainingPlan p = plan_of(framework, 16);
    p.method = Method::lora;
    p.lora_rank = rank;
    p.lora_targets = LoraTargets{matrices};
    p.software_year = year;
    const Model m = model_of(model);
    return stage_parameters(m, p, layer_groups(m), true, true).adapters;
  };
  using T = LoraTargets;
  // gpt-oss 20B, rank 8: 24 layers of q and o (4,096) and k and v (512) beside 2,880 channels. PEFT's log
  // with target_parameters on three layers, 15,040,512, gives 3,686,400 a layer: one pair for gate and up.
  const double attention = 24 * 8 * (2 * (2880.0 + 4096) + 2 * (2880 + 512));
  CHECK(attention == 3981312);
  CHECK(adapters("gpt-oss-20b", 8, 2025.7, T::all_linear) == attention);
  CHECK(adapters("gpt-oss-20b", 8, 2026.9, T::all_linear) == attention);
  const std::uint32_t named = T::all_linear | T::module_matrices("experts.gate_up_proj") |
                              T::module_matrices("mlp.experts.down_proj");
  CHECK(adapters("gpt-oss-20b", 8, 2025.7, named) == attention + 24 * 3686400.0);
  CHECK(adapters("gpt-oss-20b", 8, 2025.7, T::module_matrices("experts")) == 24 * 3686400.0);
  // Qwen3 30B's 48 x 128 experts of 768: linear until transformers 5, reached again since PEFT 0.20, where
  // gate and up are one pair of twice the rank.
  const auto qwen = [&](double year) {
    return adapters("qwen3-30b-a3b", 16, year, T::mlp, Framework::transformers);
  };
  CHECK(qwen(2025.5) == 48 * 128 * 16 * 3 * (2048.0 + 768));
  CHECK(qwen(2026.3) == 0);
  CHECK(qwen(2026.9) == 48 * 128 * 16 * (2 * (2048.0 + 2 * 768) + (768 + 2048)));
  CHECK(adapters("qwen3-30b-a3b", 16, 2026.3, T::mlp, Framework::megatron) > 0);
  // It is told.
  TrainingPlan p = plan_of(Framework::peft, 16);
  p.method = Method::lora;
  const auto told = training_memory(model_of("gpt-oss-20b"), p).assumptions;
  CHECK(std::any_of(told.begin(), told.end(),
                    [](const Assumption& x) { return x.id == "experts-without-adapters"; }));
}

TEST_CASE("a module's name stands for its matrices, fused ones with all their rows", "[training]") {
  const auto adapters = [](const char* model, Framework framework,
                           std::initializer_list<const char*> modules) {
    TrainingPlan p = plan_of(framework, 16);
    p.method = Method::lora;
    p.lora_rank = 8;
    p.lora_targets = LoraTargets{0};
    for (const char* name : modules) p.lora_targets->matrices |= LoraTargets::module_matrices(name);
    const Model m = model_of(model);
    return stage_parameters(m, p, layer_groups(m), true, true).adapters;
  };
  // GPT-2 XL, 48 layers of 1,600: c_attn gives 4,800, both matrices called c_proj take 1,600 and 6,400.
  const auto gpt2 = [&](const char* name) { return adapters("gpt2-xl", Framework::transformers, {name}); };
  CHECK(gpt2("c_attn") == 48 * 8 * (1600 + 4800));
  CHECK(gpt2("c_proj") == 48 * 8 * (1600 + 1600 + 6400 + 1600));
  CHECK(gpt2("o") == 48 * 8 * (1600 + 1600));
  CHECK(gpt2("c_fc") == 48 * 8 * (1600 + 6400));
  // Llama 3.1 8B: k and v give 1,024.
  const auto llama = [&](const char* name) {
    return adapters("llama-3.1-8b", Framework::transformers, {name});
  };
  CHECK(llama("k_proj") == 32 * 8 * (4096 + 1024));
  CHECK(llama("down_proj") == 32 * 8 * (14336 + 4096));
  CHECK(llama("lm_head") == 8 * (4096 + 128256));
  // Pythia 2.8B's fused projection of 3 x 2,560 rows: one pair for all of it, but one each for a part, and in
  // litgpt.
  CHECK(adapters("pythia-2.8b", Framework::transformers, {"query_key_value"}) == 32 * 8 * (1 + 3) * 2560);
  CHECK(adapters("pythia-2.8b", Framework::transformers, {"q", "v"}) == 32 * 8 * (2 + 2) * 2560);
  CHECK(adapters("pythia-2.8b", Framework::transformers, {"v"}) == 32 * 8 * (1 + 1) * 2560);
  CHECK(adapters("pythia-2.8b", Framework::litgpt, {"q", "k", "v"}) == 32 * 8 * (3 + 3) * 2560);
  // Phi-3's fused gate and up: one pair, but two in litgpt, which splits them. Megatron's linear_qkv and
  // linear_fc1 have one pair whatever the model's own modules are.
  CHECK(adapters("phi-3-mini", Framework::transformers, {"gate_up_proj"}) == 32 * 8 * (3072 + 2 * 8192));
  CHECK(adapters("phi-3-mini", Framework::litgpt, {"fc_1", "fc_2"}) == 32 * 8 * 2 * (3072 + 8192));
  CHECK(adapters("llama-3.1-8b", Framework::megatron, {"linear_qkv"}) == 32 * 8 * (4096 + 4096 + 2 * 1024));
  CHECK(adapters("llama-3.1-8b", Framework::megatron, {"linear_fc1"}) == 32 * 8 * (4096 + 2 * 14336));
  // Single modules: DeepSeek-V3's q over 1,536; Qwen3-Next's 36 mixers, of 32 heads for values.
  CHECK(adapters("deepseek-v3", Framework::transformers, {"q_a_proj"}) == 61 * 8 * (7168 + 1536));
  CHECK(adapters("qwen3-next-80b-a3b", Framework::transformers, {"in_proj_ba"}) == 36 * 8 * (2048 + 64));
  CHECK(adapters("qwen3-next-80b-a3b", Framework::transformers, {"in_proj_qkvz"}) == 36 * 8 * (2048 + 12288));
  CHECK(adapters("qwen3-next-80b-a3b", Framework::transformers, {"out_proj"}) == 36 * 8 * (4096 + 2048));
  CHECK(adapters("qwen3.5-9b", Framework::transformers, {"in_proj_a"}) == 24 * 8 * (4096 + 32));
  CHECK(adapters("qwen3.5-9b", Framework::transformers, {"in_proj_qkv"}) == 24 * 8 * (4096 + 8192));
  CHECK(adapters("llama-3.1-8b", Framework::transformers, {"in_proj_ba"}) == 0);
  // Qwen3.5 9B: 24 layers with in_proj_qkv, in_proj_z, in_proj_b and in_proj_a of 32 heads, and out_proj.
  CHECK(adapters("qwen3.5-9b", Framework::transformers,
                 {"in_proj_qkv", "in_proj_z", "in_proj_b", "in_proj_a", "out_proj"}) ==
        24 * 8 * ((4096 + 8192) + 2 * (4096 + 4096) + 2 * (4096 + 32)));
  // Its eight others' q_proj gives queries and as wide a gate.
  CHECK(adapters("qwen3.5-9b", Framework::transformers, {"q_proj"}) == 8 * 8 * (4096 + 2 * 16 * 256));
  // Kimi Linear's 20: q, k and v, o, two gates of rank 128, a step for each of 32 heads.
  CHECK(adapters("kimi-linear-48b-a3b", Framework::transformers, {"recurrent"}) ==
        20 * 8 * (4 * (2304 + 4096) + 2 * (2304 + 2 * 128 + 4096) + (2304 + 32)));
  // The gate of Qwen3.5 35B-A3B's shared experts is a linear layer of one output.
  CHECK(adapters("qwen3.5-35b-a3b", Framework::transformers, {"shared_expert_gate"}) == 40 * 8 * (2048 + 1));
}

TEST_CASE("targets that the model has none of are a problem", "[training]") {
  TrainingPlan p = plan_of(Framework::peft, 16);
  p.method = Method::lora;
  const auto problems = [&](const char* model, const char* target) {
    p.lora_targets = LoraTargets{LoraTargets::module_matrices(target)};
    Problems found;
    check(model_of(model), p, found);
    return found;
  };
  CHECK(problems("qwen3-next-80b-a3b", "in_proj_ba").empty());
  const Problems of_llama = problems("llama-3.1-8b", "in_proj_ba");
  REQUIRE(of_llama.size() == 1);
  CHECK(of_llama[0].field == "loraTargets");
  CHECK(problems("llama-3.1-8b", "experts").size() == 1);
  CHECK(problems("gpt-oss-20b", "mlp").size() == 1);
}

TEST_CASE("trained adapters split as their matrices do", "[training]") {
  // Llama 3.1 8B on 8 devices of Megatron: a matrix A of q, k and v with an eighth of their outputs, an
  // eighth of o's inputs, the same of the MLP.
  TrainingPlan p = plan_of(Framework::megatron, 16);
  p.method = Method::lora;
  p.lora_rank = 8;
  p.gpus = p.tensor_parallel = 8;
  const Model m = model_of("llama-3.1-8b");
  CHECK(
      stage_parameters(m, p, layer_groups(m), true, true).adapters ==
      32 * 8 *
          ((4096 + (4096 + 2 * 1024) / 8) + (4096 / 8 + 4096) + (4096 + 2 * 14336 / 8) + (14336 / 8 + 4096)));
}

TEST_CASE("dropout of adapters is the framework's default", "[training]") {
  // litgpt's finetune/lora.py 0.05, fsdp_qlora's train.py 0.1, PEFT's LoraConfig none.
  CHECK(traits_of(Framework::litgpt).lora_dropout == 0.05);
  CHECK(traits_of(Framework::fsdp_qlora).lora_dropout == 0.1);
  CHECK(traits_of(Framework::peft).lora_dropout == 0);
}

TEST_CASE("Adafactor's moments of adapters are rows and columns of both matrices of a pair", "[training]") {
  TrainingPlan p = plan_of(Framework::pytorch, 16);
  p.method = Method::lora;
  p.optimizer = Optimizer::adafactor;
  p.lora_targets = LoraTargets{LoraTargets::q | LoraTargets::v};
  const TrainingMemoryAnswer a = training_memory(model_of("llama-3.1-8b"), p);
  CHECK(term(phase(a, TrainingPhase::optimizer_step).terms, "optimizer-states-matrices") ==
        4 * 32 * ((4096 + 16 + 16 + 4096) + (4096 + 16 + 16 + 1024)));
}
