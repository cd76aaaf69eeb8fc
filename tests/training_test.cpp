#include "slide_rule/memory/training.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "catch.hpp"
#include "csv.hpp"
#include "slide_rule/catalogue.hpp"
#include "slide_rule/memory/training_stage.hpp"
#include "slide_rule/units.hpp"
#include "tools/formula.hpp"

using namespace slide_rule;

namespace {

Model model_of(const char* id) {
  const auto found = find_model(id);
  REQUIRE(found);
  return found->model;
}

TrainingPlan plan_of(Framework framework, double tokens) {
  TrainingPlan p;
  p.framework = framework;
  p.sequence_tokens = tokens;
  return p;
}

double term(const std::vector<Term>& terms, std::string_view id) {
  double bytes = 0;
  for (const Term& t : terms) bytes += t.id == id ? t.bytes : 0;
  return bytes;
}

const PhaseMemory& phase(const TrainingMemoryAnswer& a, TrainingPhase id) {
  for (const PhaseMemory& p : a.phases)
    if (p.id == id) return p;
  FAIL("no such phase");
  return a.phases.front();
}

struct Case {
  const char* model;
  TrainingPlan plan;
};

/// Plans that between them reach every term.
std::vector<Case> many_cases() {
  std::vector<Case> list;
  for (const char* model : {"llama-3.1-8b", "llama-3.2-3b", "qwen3-30b-a3b", "gemma-2-9b"}) {
    for (std::size_t f = 0; f < Names<Framework>::words.size(); ++f) {
      for (const Method method : {Method::full, Method::lora, Method::qlora}) {
        TrainingPlan p = plan_of(static_cast<Framework>(f), 4096);
        p.method = method;
        list.push_back({model, p});
        p.recompute = Recompute::full;
        p.cross_entropy = CrossEntropy::fused;
        p.gradient_accumulation = 4;
        p.precision = Precision::bf16;
        p.statistic = MemoryStatistic::reserved;
        list.push_back({model, p});
        p.gpus = 8;
        p.sharding = Sharding::zero3;
        p.cross_entropy = CrossEntropy::chunked;
        p.gradient_accumulation = 1;
        list.push_back({model, p});
        p.precision = Precision::bf16_mixed;
        p.recompute = Recompute::selective;
        p.tensor_parallel = 2;
        p.pipeline_parallel = 2;
        p.cross_entropy = CrossEntropy::standard;
        p.train_embeddings = method != Method::full;
        list.push_back({model, p});
        p.offload = Offload::optimizer;
        p.sharding = Sharding::zero2;
        list.push_back({model, p});
      }
    }
    for (std::size_t o = 0; o < Names<Optimizer>::words.size(); ++o) {
      TrainingPlan p = plan_of(Framework::pytorch, 2048);
      p.optimizer = static_cast<Optimizer>(o);
      list.push_back({model, p});
      p.optimizer_in_backward = true;
      list.push_back({model, p});
    }
  }
  return list;
}

}  // namespace

TEST_CASE("phases are sums of terms that open to formulas with a source", "[training][formula][property]") {
  std::ifstream file(std::string(SLIDE_RULE_REFERENCE_DIR) + "/../../src/catalog/references.json");
  const std::string references{std::istreambuf_iterator<char>(file), {}};
  for (const Case& c : many_cases()) {
    const Model model = model_of(c.model);
    const TrainingMemoryAnswer a = training_memory(model, c.plan);
    CAPTURE(c.model, name_of(c.plan.framework), name_of(c.plan.method), name_of(c.plan.optimizer),
            c.plan.gpus);
    double most = 0;
    for (const PhaseMemory& p : a.phases) {
      double bytes = 0;
      for (const Term& t : p.terms) {
        CAPTURE(name_of(p.id), t.id, t.formula, t.bytes);
        CHECK(formula_gives(t, t.bytes, 1e-9));
        CHECK(references.find("\"key\": \"" + std::string(t.source) + "\"") != std::string::npos);
        bytes += t.bytes;
      }
      CHECK_THAT(bytes, WithinRel(p.bytes, 1e-12) || WithinAbs(0, 1));
      most = std::max(most, p.bytes);
    }
    CHECK(most == a.peak_bytes);
    CHECK(phase(a, a.peak_phase).bytes == a.peak_bytes);
    CHECK(training_bytes(model, c.plan) == a.peak_bytes);
    CHECK(a.interval.low <= a.peak_bytes);
    CHECK(a.interval.high >= a.peak_bytes);
  }
}

TEST_CASE("more of anything needs no less", "[training][property]") {
  for (const Case& c : many_cases()) {
    const Model model = model_of(c.model);
    CAPTURE(c.model, name_of(c.plan.framework), name_of(c.plan.method), c.plan.gpus);
    const double bytes = training_bytes(model, c.plan);
    const auto grows = [&](auto change) {
      Case more = c;
      Model larger = model;
      change(larger, more.plan);
      return training_bytes(larger, more.plan) >= bytes;
    };
    CHECK(grows([](Model&, TrainingPlan& p) { p.sequence_tokens *= 2; }));
    CHECK(grows([](Model&, TrainingPlan& p) { p.micro_batch *= 2; }));
    CHECK(grows([](Model&, TrainingPlan& p) { p.lora_rank *= 2; }));
    CHECK(grows([](Model& m, TrainingPlan&) { m.vocabulary *= 2; }));
    CHECK(grows([](Model& m, TrainingPlan&) { m.mlp_width *= 2; }));
    if (c.plan.statistic == MemoryStatistic::allocated) {
      CHECK(grows([](Model&, TrainingPlan& p) { p.statistic = MemoryStatistic::reserved; }));
    }
  }
}

TEST_CASE("sharded states sum to the whole", "[training][property]") {
  const Model llama = model_of("llama-3.1-8b");
  TrainingPlan whole = plan_of(Framework::pytorch, 512);
  TrainingPlan shard = whole;
  shard.gpus = 8;
  shard.sharding = Sharding::zero3;
  const auto at = [&](const TrainingPlan& p, std::string_view id) {
    const TrainingMemoryAnswer a = training_memory(llama, p);
    return term(phase(a, TrainingPhase::optimizer_step).terms, id);
  };
  for (const char* id : {"weights", "gradients", "optimizer-states"}) {
    CAPTURE(id);
    CHECK_THAT(8 * at(shard, id), WithinRel(at(whole, id), 1e-12));
  }
}

TEST_CASE("model states, bytes a parameter", "[training][reference]") {
  // Each scheme's sum after backward, as its makers count: PyTorch 16, Megatron 18, DeepSpeed's ZeRO 20 with
  // its fp32 gradients, torchtune's bf16 8 [rajbhandari-2020] [megatron-lm].
  const Model llama = model_of("llama-3.1-8b");
  const auto per_parameter = [&](Framework framework, Precision precision) {
    TrainingPlan p = plan_of(framework, 16);
    p.precision = precision;
    const TrainingMemoryAnswer a = training_memory(llama, p);
    const PhaseMemory& step = phase(a, TrainingPhase::optimizer_step);
    double states = 0;
    for (const char* id : {"weights", "gradients", "master-weights", "optimizer-states", "step-gradients"})
      states += term(step.terms, id);
    return states / 8030261248;
  };
  CHECK_THAT(per_parameter(Framework::pytorch, Precision::fp32), WithinRel(16.0, 1e-9));
  CHECK_THAT(per_parameter(Framework::pytorch, Precision::bf16_mixed), WithinRel(16.0, 1e-9));
  CHECK_THAT(per_parameter(Framework::megatron, Precision::bf16_mixed), WithinRel(18.0, 1e-9));
  CHECK_THAT(per_parameter(Framework::deepspeed, Precision::bf16_mixed), WithinRel(20.0, 1e-9));
  CHECK_THAT(per_parameter(Framework::torchtune, Precision::bf16), WithinRel(8.0, 1e-9));
}

TEST_CASE("Muon's scratch is of a layer's matrix, AdamW's beside it of the embedding",
          "[training][reference]") {
  const auto scratch = [](const char* id) {
    TrainingPlan p = plan_of(Framework::pytorch, 16);
    p.optimizer = Optimizer::muon;
    const TrainingMemoryAnswer a = training_memory(model_of(id), p);
    return term(phase(a, TrainingPhase::optimizer_step).terms, "step-temporaries");
  };
  // Three bf16 matrices of Newton-Schulz, or one fp32 denominator: whichever is larger.
  CHECK(scratch("llama-3.1-8b") == 4.0 * 128256 * 4096);     // 6 * 4096 * 14336 is 0.35 GB
  CHECK(scratch("falcon-180b") == 6.0 * 14848 * 4 * 14848);  // 4 * 65024 * 14848 is 3.86 GB
}

TEST_CASE("the timeline of torchtune's worked example", "[training][reference]") {
  // Llama-3.2-3B, two packed sequences of 4096, all in bf16: 60.0 GiB measured [torchtune]. 6 bytes a
  // parameter (17.95 GiB) before there are gradients; the peak is the loss, and adding gradients would
  // give 66.
  TrainingPlan p = plan_of(Framework::torchtune, 4096);
  p.micro_batch = 2;
  p.precision = Precision::bf16;
  p.attention = AttentionKernel::sdpa;
  const TrainingMemoryAnswer a = training_memory(model_of("llama-3.2-3b"), p);
  CHECK(a.peak_phase == TrainingPhase::loss);
  CHECK_THAT(a.peak_bytes / kGiB, WithinRel(60.0, 0.02));
  CHECK_THAT((term(a.terms, "weights") + term(a.terms, "optimizer-states")) / kGiB, WithinAbs(17.95, 0.01));
  CHECK(term(a.terms, "gradients") == 0);
  CHECK_THAT(term(phase(a, TrainingPhase::backward_end).terms, "gradients") / kGiB, WithinAbs(5.98, 0.01));
}

TEST_CASE("bytes a logit through the loss", "[training][reference]") {
  // Liger's benchmark of cross-entropies [liger-2024]: peaks over the vocabulary.
  const auto standard = [](Framework framework, CrossEntropy kind) {
    TrainingPlan p = plan_of(framework, 16384);
    p.cross_entropy = kind;
    const Model llama = model_of("llama-3.1-8b");
    return training_stage(llama, p, 0, layer_groups(llama)).loss.per_logit;
  };
  const double upcast = standard(Framework::pytorch, CrossEntropy::standard);
  const double megatron = standard(Framework::megatron, CrossEntropy::standard);
  const double megatron_fused = standard(Framework::megatron, CrossEntropy::fused);
  std::size_t checked = 0;
  for (const CsvRow& row : read_csv("component-peaks.csv")) {
    const std::string& provider = row.at("provider");
    const double vocabulary = std::stod(row.at("swept_value")), bytes = std::stod(row.at("value")) * kMiB;
    CAPTURE(row.at("id"));
    if (row.at("kernel") == "cross_entropy") {
      // Its logits are fp32 leaves: they and the gradient of the run before stay beside the loss.
      CHECK_THAT(bytes / (16384 * vocabulary), WithinRel(upcast + 4 + 4, 1e-3));
      ++checked;
    } else if (row.at("kernel") == "megatron_cross_entropy") {
      CHECK_THAT(bytes / (8192 * vocabulary),
                 WithinRel(provider == "megatron-fused" ? megatron_fused : megatron, 1e-3));
      ++checked;
    }
  }
  CHECK(checked == 10);
}

TEST_CASE("fused linear cross-entropy works on a chunk of logits", "[training][reference]") {
  // The same benchmark, hidden size 4096 and 128,256 words: from 4096 to 16384 tokens the chunk grows from
  // 128 to 512 tokens, beside four hidden states (input, its gradient, that of the run before, the one made
  // in forward).
  std::vector<double> bytes;
  for (const CsvRow& row : read_csv("component-peaks.csv"))
    if (row.at("kernel") == "fused_linear_cross_entropy") bytes.push_back(std::stod(row.at("value")) * kMiB);
  REQUIRE(bytes.size() == 2);
  Model llama = model_of("llama-3.1-8b");
  const auto chunk = [&](double tokens) {
    TrainingPlan p = plan_of(Framework::pytorch, tokens);
    p.cross_entropy = CrossEntropy::fused;
    return training_stage(llama, p, 0, layer_groups(llama)).loss.chunk;
  };
  CHECK(chunk(4096).elements == 128.0 * 128256);
  CHECK(chunk(16384).elements == 512.0 * 128256);
  const double hidden = 4 * 2.0 * 4096 * (16384 - 4096);
  CHECK_THAT(chunk(16384).bytes() - chunk(4096).bytes() + hidden, WithinRel(bytes[1] - bytes[0], 0.005));
}

TEST_CASE("1F1B: a stage holds as many micro-batches as stages follow", "[training][reference]") {
  // [narayanan-2021]; interleaved: 2 (p - i - 1) + (v - 1) p + 1 chunks of 1 / v of a stage
  // [korthikanti-2022].
  const Model llama = model_of("llama-3.1-8b");
  TrainingPlan p = plan_of(Framework::megatron, 4096);
  p.gpus = p.pipeline_parallel = 4;
  p.micro_batches = 16;
  const auto in_flight = [&](int i) {
    const StageLayers l = stage_layers(llama, p, i);
    const auto groups = layer_groups(llama, l.from, l.to);
    return training_stage(llama, p, i, groups).in_flight;
  };
  for (int i = 0; i < 4; ++i) CHECK(in_flight(i) == 4 - i);
  p.virtual_pipeline = 2;
  for (int i = 0; i < 4; ++i) CHECK(in_flight(i) == (2 * (4 - i - 1) + 4 + 1) / 2.0);
}

TEST_CASE("inputs of frozen 4-bit products: until bitsandbytes 0.44, and a step longer in litgpt",
          "[training][reference]") {
  // bitsandbytes#1270 (July 2024) deletes "useless buffered activation"; litgpt asks for 0.42.0 and holds the
  // loss, and with it the nodes that hold those inputs, until the next forward is over.
  const Model llama = model_of("llama-2-7b");
  TrainingPlan p = plan_of(Framework::transformers, 1024);
  p.method = Method::qlora;
  const double inputs = 2.0 * (3 * llama.hidden_size + llama.mlp_width) * llama.layers;
  const auto at = [&](Framework framework, double year) {
    TrainingPlan q = p;
    q.framework = framework;
    q.software_year = year;
    q.precision = Precision::bf16;
    q.lora_targets = LoraTargets{LoraTargets::q | LoraTargets::v};
    return training_stage(llama, q, 0, layer_groups(llama));
  };
  CHECK(at(Framework::transformers, 2024).stored_per_token >
        at(Framework::transformers, 2025).stored_per_token);
  CHECK(at(Framework::transformers, 2024).held_inputs == 0);
  CHECK(at(Framework::litgpt, 2023).held_inputs == 0);
  CHECK_THAT(at(Framework::litgpt, 2024).held_inputs, WithinRel(inputs, 1e-12));
  CHECK(at(Framework::litgpt, 2025).stored_per_token == at(Framework::litgpt, 2024).stored_per_token);
}

TEST_CASE("FSDP2 reserves the pools of the streams that gather and reduce", "[training][reference]") {
  // PyTorch's caching allocator keeps freed blocks to their stream; FSDP2 gathers and reduces on streams of
  // its own [pytorch]. torchtitan's published runs of Llama-3.1-8B at 8192 tokens, two sequences
  // [torchtitan].
  const Model llama = model_of("llama-3.1-8b");
  TrainingPlan p = plan_of(Framework::torchtitan, 8192);
  p.micro_batch = 2;
  p.attention = AttentionKernel::sdpa;
  p.recompute = Recompute::selective;
  p.gpus = 8;
  p.sharding = Sharding::zero3;
  p.statistic = MemoryStatistic::reserved;
  const TrainingMemoryAnswer a = training_memory(llama, p);
  CHECK(a.peak_phase == TrainingPhase::loss);
  CHECK_THAT(term(a.terms, "gradients"),
             WithinRel(4.0 * 8030261248 / 8, 1e-9));  // not made yet in that phase
  CHECK_THAT(a.peak_bytes / kGiB, WithinRel(82.4, 0.04));
  p.statistic = MemoryStatistic::allocated;
  CHECK(term(training_memory(llama, p).terms, "gradients") == 0);
  p.statistic = MemoryStatistic::reserved;
  p.compile = true;
  CHECK_THAT(training_bytes(llama, p) / kGiB, WithinRel(77.0, 0.04));
  p.gpus = 128;
  CHECK_THAT(training_bytes(llama, p) / kGiB, WithinRel(62.0, 0.04));
}

TEST_CASE("recomputing one layer of N keeps the others whole", "[training]") {
  const Model llama = model_of("llama-3.1-8b");
  TrainingPlan p = plan_of(Framework::torchtitan, 4096);
  const auto stored = [&](Recompute recompute, double every) {
    TrainingPlan q = p;
    q.recompute = recompute;
    q.recompute_every = every;
    return training_stage(llama, q, 0, layer_groups(llama)).stored_per_token;
  };
  const double all = stored(Recompute::none, 1), inputs = stored(Recompute::full, 1);
  CHECK(inputs == 32 * 2 * 4096);
  CHECK_THAT(stored(Recompute::full, 2), WithinRel((all + inputs) / 2, 1e-12));
  CHECK_THAT(stored(Recompute::full, 4), WithinRel(all - (all - inputs) / 4, 1e-12));
}

TEST_CASE("kinds of offload add up", "[training]") {
  const Model llama = model_of("llama-3.1-8b");
  TrainingPlan p = plan_of(Framework::torchtitan, 4096);
  p.gpus = 8;
  p.sharding = Sharding::zero3;
  p.recompute = Recompute::full;
  const auto terms = [&](Offload offload) {
    TrainingPlan q = p;
    q.offload = offload;
    const TrainingMemoryAnswer a = training_memory(llama, q);
    const auto& forward = phase(a, TrainingPhase::forward).terms;
    return std::array{term(forward, "weights"), term(forward, "optimizer-states"),
                      term(forward, "checkpoints")};
  };
  const auto none = terms(Offload::none);
  CHECK(terms(Offload::optimizer) == std::array{none[0], 0.0, none[2]});
  CHECK(terms(Offload::optimizer_parameters) == std::array{0.0, 0.0, none[2]});
  CHECK(terms(Offload::activations) == std::array{none[0], none[1], 0.0});
  CHECK(terms(Offload::everything) == std::array{0.0, 0.0, 0.0});
}

TEST_CASE("plans that contradict themselves are problems", "[training]") {
  const Model llama = model_of("llama-3.1-8b");
  const auto first_field = [&](const TrainingPlan& p) {
    Problems problems;
    check(llama, p, problems);
    return problems.empty() ? std::string() : problems.front().field;
  };
  TrainingPlan p = plan_of(Framework::pytorch, 2048);
  CHECK(first_field(p).empty());
  p.gpus = 8;
  p.tensor_parallel = 3;
  CHECK(first_field(p) == "tensorParallel");
  p.tensor_parallel = 1;
  p.expert_parallel = 2;
  CHECK(first_field(p) == "expertParallel");
  p.expert_parallel = 1;
  p.virtual_pipeline = 2;
  CHECK(first_field(p) == "virtualPipeline");
}
