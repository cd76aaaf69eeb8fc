#include "slide_rule/memory/weights.hpp"

#include <cmath>
#include <string>

#include "catch.hpp"
#include "csv.hpp"
#include "memory_questions.hpp"
#include "slide_rule/catalogue.hpp"
#include "slide_rule/memory/gguf_mix.hpp"
#include "slide_rule/units.hpp"

using namespace slide_rule;

namespace {

WeightFormat format_named(const std::string& word) {
  for (std::size_t i = 0; i < Names<WeightFormat>::words.size(); ++i) {
    if (Names<WeightFormat>::words[i] == word) return static_cast<WeightFormat>(i);
  }
  FAIL("no format " << word);
  return {};
}

double file_bytes(const Model& model, WeightFormat format, std::optional<bool> importance_matrix = {}) {
  return stored_weights(LayerTable(model), format, is_gguf(format), importance_matrix).total_bytes();
}

}  // namespace

TEST_CASE("bitsandbytes leaves experts that are one parameter in 16 bits",
          "[inference][training][reference]") {
  const auto bytes = [](const char* id, Engine engine, WeightFormat format, std::optional<double> year = {}) {
    InferenceQuestion q = memory_questions::question(id, engine, 16);
    q.plan.weight_format = format;
    q.plan.software_year = year;
    const InferenceAnswer a = memory_questions::answer_to(q);
    const bool told = std::any_of(a.assumptions.begin(), a.assumptions.end(),
                                  [](const Assumption& x) { return x.id == "experts-not-quantised"; });
    return std::pair{memory_questions::term(a.terms, "weights"), told};
  };
  // Llama 4 Scout: 48 layers of 16 experts of three 5,120 x 8,192 matrices, 96.6e9 of its weights.
  const double experts = 48.0 * 16 * 3 * 5120 * 8192;
  for (const WeightFormat format : {WeightFormat::nf4, WeightFormat::nf4_dq, WeightFormat::int8}) {
    const auto [scout, told] = bytes("llama-4-scout", Engine::transformers, format, 2025.5);
    CHECK(scout > experts * 2);
    CHECK(scout < experts * 2 + 12e9 * 2);
    CHECK(told);
  }
  // Qwen3's were linear modules until transformers 5. vLLM has a method of its own, GPTQ its own modules.
  const double qwen = 48.0 * 128 * 3 * 2048 * 768;
  const auto [linear, linear_told] = bytes("qwen3-30b-a3b", Engine::transformers, WeightFormat::nf4, 2025.5);
  const auto [fused, fused_told] = bytes("qwen3-30b-a3b", Engine::transformers, WeightFormat::nf4);
  CHECK_THAT(fused - linear, WithinRel(qwen * (2 - 0.5625), 1e-9));
  CHECK_FALSE(linear_told);
  CHECK(fused_told);
  CHECK(bytes("qwen3-30b-a3b", Engine::vllm, WeightFormat::nf4).first == linear);
  CHECK_FALSE(bytes("llama-4-scout", Engine::transformers, WeightFormat::gptq_int4).second);
  // QLoRA: PEFT then casts what is not quantised to fp32; Unsloth makes linear modules of them, or
  // Params4bit.
  const auto trained = [](Framework framework, double year) {
    TrainingPlan p = memory_questions::plan_of(framework, 16);
    p.method = Method::qlora;
    p.software_year = year;
    const Model m = memory_questions::model_of("gpt-oss-20b");
    const StageParameters s = stage_parameters(m, p, layer_groups(m), true, true);
    return std::pair{s.quantised, s.kept_experts};
  };
  const double gpt_oss = 24.0 * 32 * 3 * 2880 * 2880;
  CHECK(trained(Framework::peft, 2025.7).second == gpt_oss);
  CHECK(trained(Framework::unsloth, 2025.7).second == 0);
  CHECK(trained(Framework::unsloth, 2025.7).first == trained(Framework::peft, 2025.7).first + gpt_oss);
}

TEST_CASE("GGUF files have the published sizes and bits per weight", "[weights][reference]") {
  for (const CsvRow& row : read_csv("gguf-sizes.csv")) {
    CAPTURE(row.at("id"), row.at("model"), row.at("type"));
    const auto model = find_model(row.at("model"));
    REQUIRE(model);
    std::optional<bool> importance_matrix;
    if (!row.at("importanceMatrix").empty()) importance_matrix = row.at("importanceMatrix") == "1";
    const Storage s =
        stored_weights(LayerTable(model->model), format_named(row.at("type")), true, importance_matrix);
    const double tolerance = std::stod(row.at("tolerance"));
    if (!row.at("gib").empty()) {
      CHECK_THAT(s.total_bytes() / kGiB, WithinRel(std::stod(row.at("gib")), tolerance));
    } else {
      CHECK_THAT(s.total_bytes() * 8 / s.total_weights(),
                 WithinRel(std::stod(row.at("bitsPerWeight")), tolerance));
    }
  }
}

TEST_CASE("a 16-bit checkpoint is two bytes a parameter, to the byte", "[weights][reference]") {
  // metadata.total_size of the published safetensors indexes.
  const auto bytes = [](const char* id) { return file_bytes(find_model(id)->model, WeightFormat::bf16); };
  CHECK(bytes("llama-3.1-8b") == 16060522496);
  CHECK(bytes("llama-3.1-70b") == 141107412992);
  CHECK(bytes("qwen2.5-7b") == 15231233024);
  CHECK(bytes("llama-2-7b") == 13476831232);
}

TEST_CASE("quantised checkpoints keep embeddings, head and norms in 16 bits", "[weights]") {
  const Model m = find_model("llama-2-7b")->model;
  const double matrices = 32.0 * (4 * 4096 * 4096 + 3 * 4096 * 11008), rest = 6738415616 - matrices;
  CHECK(file_bytes(m, WeightFormat::nf4) == matrices * 0.5625 + rest * 2);
  CHECK_THAT(file_bytes(m, WeightFormat::nf4_dq),
             WithinRel(matrices * (0.5 + 1 / 64.0 + 4 / 16384.0) + rest * 2, 1e-9));
  CHECK(file_bytes(m, WeightFormat::awq_int4) == matrices * 66.5 / 128 + rest * 2);
  CHECK(file_bytes(m, WeightFormat::fp8) == matrices * (1 + 4.0 / (128 * 128)) + rest * 2);
}

TEST_CASE("MXFP4 is a mix in llama.cpp's files and the experts alone elsewhere", "[weights]") {
  const Model m = find_model("gpt-oss-20b")->model;
  const double experts = 24.0 * 32 * 3 * 2880 * 2880;
  const Storage checkpoint = stored_weights(LayerTable(m), WeightFormat::mxfp4, false);
  CHECK(checkpoint.weights[static_cast<std::size_t>(NumberFormat::mxfp4)] == experts);
  CHECK(checkpoint.weights[static_cast<std::size_t>(NumberFormat::q8_0)] == 0);
  const Storage file = stored_weights(LayerTable(m), WeightFormat::mxfp4, true);
  CHECK(file.weights[static_cast<std::size_t>(NumberFormat::mxfp4)] == experts);
  CHECK(file.weights[static_cast<std::size_t>(NumberFormat::bf16)] == 0);
  // Of a model without experts the linear layers: 4 bits and a scale of 8 for 32.
  const Model dense = find_model("llama-2-7b")->model;
  const double matrices = 32.0 * (4 * 4096 * 4096 + 3 * 4096 * 11008);
  CHECK(stored_weights(LayerTable(dense), WeightFormat::mxfp4, false).total_bytes() ==
        matrices * 4.25 / 8 + (6738415616 - matrices) * 2);
}

TEST_CASE("a matrix whose columns are not whole blocks falls back", "[weights]") {
  Tensor t{Role::ffn_up, Part::mlp, true, false, 3, 320, 64};
  GgufMix mix;
  mix.layers = 32;
  CHECK(gguf_format(mix, t, gguf_place(mix, 10, 10)) == NumberFormat::q5_0);
  mix.type = WeightFormat::q5_k_m;
  CHECK(gguf_format(mix, t, gguf_place(mix, 10, 10)) == NumberFormat::q5_1);
  mix.type = WeightFormat::iq3_s;
  CHECK(gguf_format(mix, t, gguf_place(mix, 10, 10)) == NumberFormat::iq4_nl);
  mix.type = WeightFormat::q2_k;
  CHECK(gguf_format(mix, t, gguf_place(mix, 10, 10)) == NumberFormat::q4_0);
  mix.type = WeightFormat::q6_k;
  CHECK(gguf_format(mix, t, gguf_place(mix, 10, 10)) == NumberFormat::q8_0);
  t.in = 300;
  CHECK(gguf_format(mix, t, gguf_place(mix, 10, 10)) == NumberFormat::fp16);
}

TEST_CASE("stages of a model hold it all between them", "[weights][property]") {
  for (const char* id : {"llama-3.1-8b", "gemma-3-27b", "deepseek-v3", "qwen3.5-9b"}) {
    CAPTURE(id);
    const Model m = find_model(id)->model;
    const LayerTable table(m);
    for (const WeightFormat format : {WeightFormat::bf16, WeightFormat::q4_k_m}) {
      WeightPlan plan;
      plan.format = format;
      plan.gguf = is_gguf(format);
      plan.last_layer = table.layers();
      const double whole = place_weights(table, plan).device.total_bytes();
      double parts = 0;
      for (int i = 0; i < 4; ++i) {
        plan.first_layer = table.layers() * i / 4;
        plan.last_layer = table.layers() * (i + 1) / 4;
        plan.embedding = i == 0;
        plan.head = i == 3;
        parts += place_weights(table, plan).device.total_bytes();
      }
      // A tied head is stored once more where it is far from the embedding.
      const double table_bytes = m.tied_embeddings ? parts - whole : 0;
      CHECK_THAT(parts - table_bytes, WithinRel(whole, 1e-12));
      if (!m.tied_embeddings) CHECK_THAT(parts, WithinRel(whole, 1e-12));
    }
  }
}

TEST_CASE("tensor-parallel shares sum to the whole where nothing is repeated", "[weights][property]") {
  const Model m = find_model("llama-3.1-8b")->model;
  const LayerTable table(m);
  WeightPlan plan;
  plan.last_layer = table.layers();
  const double whole = place_weights(table, plan).device.total_bytes();
  const double norms = 65.0 * 4096 * 2;
  for (const double t : {2.0, 4.0, 8.0}) {
    plan.tensor_parallel = t;
    CHECK_THAT(t * (place_weights(table, plan).device.total_bytes() - norms),
               WithinRel(whole - norms, 1e-12));
  }
  // 8 key-value heads on 16 devices are repeated.
  plan.tensor_parallel = 16;
  CHECK(16 * (place_weights(table, plan).device.total_bytes() - norms) > whole - norms);
}

TEST_CASE("what lies on the host and on the device is the file, the tied table twice",
          "[weights][property]") {
  for (const char* id : {"llama-3.1-8b", "qwen3-30b-a3b"}) {
    CAPTURE(id);
    const Model m = find_model(id)->model;
    const LayerTable table(m);
    WeightPlan plan;
    plan.format = WeightFormat::q4_k_m;
    plan.gguf = true;
    plan.last_layer = table.layers();
    const double whole = place_weights(table, plan).device.total_bytes();
    plan.embedding_on_host = true;
    for (const int from : {0, 7, table.layers()}) {
      plan.device_layers_from = from;
      plan.host_expert_layers = from + 3;
      const PlacedWeights placed = place_weights(table, plan);
      CHECK_THAT(placed.device.total_bytes() + placed.host.total_bytes(), WithinRel(whole, 1e-12));
    }
  }
}

TEST_CASE("PyTorch's allocator rounds large tensors up and splits off what is larger than 1 MiB",
          "[weights]") {
  CHECK(allocated_bytes(100) == 512);
  CHECK(allocated_bytes(5 * kMiB) == 5 * kMiB);
  CHECK(allocated_bytes(129.5 * kMiB) == 130 * kMiB);
  CHECK(allocated_bytes(24.5 * kMiB) == 24.5 * kMiB);
}

TEST_CASE("microscaling and 8-bit checkpoints store their scales", "[weights]") {
  // NVFP4 has an 8-bit scale for 16 weights, MXFP8 for 32, LLM.int8 an fp32 one for each of a matrix's rows.
  const Model m = find_model("llama-2-7b")->model;
  const double matrices = 32.0 * (4 * 4096 * 4096 + 3 * 4096 * 11008), rest = 6738415616 - matrices;
  CHECK(file_bytes(m, WeightFormat::nvfp4) == matrices * (4 + 8 / 16.0) / 8 + rest * 2);
  CHECK(file_bytes(m, WeightFormat::mxfp8) == matrices * (8 + 8 / 32.0) / 8 + rest * 2);
  const double rows = 32.0 * (5 * 4096 + 2 * 11008);
  CHECK(file_bytes(m, WeightFormat::int8) == matrices + 4 * rows + rest * 2);
}

TEST_CASE("what works on the whole hidden state is on every tensor-parallel device", "[weights]") {
  // DeepSeek-V3: MLA's down-projections to 1,536 and 512 + 64 and their norms, two norms a layer and the
  // last, and the router of 58 layers with its bias.
  const double whole =
      61 * (7168.0 * (1536 + 576) + 1536 + 512 + 2 * 7168) + 58 * (7168.0 * 256 + 256) + 7168;
  const Model m = find_model("deepseek-v3")->model;
  const LayerTable table(m);
  WeightPlan plan;
  plan.last_layer = table.layers();
  plan.tensor_parallel = 8;
  CHECK_THAT(place_weights(table, plan).device.total_bytes(),
             WithinRel(2 * (whole + (671026419200 - whole) / 8), 1e-12));
  for (const Role role :
       {Role::norm, Role::bias, Role::router, Role::shared_expert_gate, Role::position_embedding}) {
    CAPTURE(name_of(role));
    CHECK(tensor_share({role}, nullptr, 8) == 1);
  }
}

TEST_CASE("llama.cpp's quantiser: two-bit types, and models of eight experts", "[weights][gguf]") {
  // llama_tensor_get_type: what each rule is read from stands in [llama-cpp-quantize].
  using F = NumberFormat;
  using W = WeightFormat;
  struct Row {
    W type;
    Role role;
    int layer;
    double query_groups, experts;
    F format;
  };
  for (const Row& row :
       {// The first eighth of ffn_down gets more bits.
        Row{W::iq2_xs, Role::ffn_down, 3, 4, 0, F::q2_k}, Row{W::iq2_xs, Role::ffn_down, 4, 4, 0, F::iq2_xs},
        Row{W::iq2_m, Role::ffn_down, 3, 4, 0, F::iq3_s}, Row{W::iq2_m, Role::ffn_down, 4, 4, 0, F::iq2_s},
        Row{W::iq1_s, Role::ffn_down, 3, 1, 0, F::q2_k},
        // attn_v: four query heads a key-value head, or four experts, make it cheap.
        Row{W::iq2_xs, Role::attn_v, 9, 4, 0, F::q4_k}, Row{W::iq2_xs, Role::attn_v, 9, 1, 4, F::q4_k},
        Row{W::iq2_xs, Role::attn_v, 9, 1, 0, F::q2_k}, Row{W::iq2_m, Role::attn_v, 9, 1, 0, F::iq3_s},
        // attn_k and attn_output.
        Row{W::iq2_xs, Role::attn_k, 9, 4, 8, F::q4_k}, Row{W::iq2_xs, Role::attn_k, 9, 4, 0, F::iq2_xs},
        Row{W::iq2_xs, Role::attn_o, 9, 4, 8, F::q5_k}, Row{W::iq2_xs, Role::attn_o, 9, 4, 0, F::iq2_xs},
        Row{W::iq2_m, Role::attn_o, 9, 4, 0, F::iq3_s}, Row{W::iq1_s, Role::attn_o, 9, 4, 0, F::iq2_xxs},
        // Of eight experts, whatever the other types.
        Row{W::q4_k_m, Role::attn_v, 9, 4, 8, F::q8_0}, Row{W::q4_k_m, Role::attn_k, 9, 4, 8, F::q8_0},
        Row{W::q4_k_m, Role::attn_o, 9, 4, 8, F::q5_k}, Row{W::q6_k, Role::attn_o, 9, 4, 8, F::q6_k},
        // IQ3_M's ffn_down of eight experts: every third layer too.
        Row{W::iq3_m, Role::ffn_down, 6, 4, 8, F::q4_k}, Row{W::iq3_m, Role::ffn_down, 6, 4, 0, F::iq3_s},
        Row{W::iq3_m, Role::ffn_down, 3, 4, 0, F::q4_k}, Row{W::q4_k_m, Role::attn_k, 9, 4, 16, F::q4_k}}) {
    CAPTURE(name_of(row.type), name_of(row.role), row.layer, row.query_groups, row.experts);
    GgufMix mix;
    mix.type = row.type;
    mix.layers = mix.value_tensors = 32;
    mix.query_groups = row.query_groups;
    mix.experts = row.experts;
    const Tensor t{row.role, Part::attention, true, false, row.layer, 4096, 4096};
    CHECK(gguf_format(mix, t, gguf_place(mix, row.layer, row.layer)) == row.format);
  }
}
