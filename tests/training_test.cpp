#include "slide_rule/memory/training.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "catch.hpp"
#include "csv.hpp"
#include "memory_questions.hpp"
#include "slide_rule/memory/training_stage.hpp"
#include "slide_rule/units.hpp"
#include "tools/formula.hpp"

using namespace slide_rule;
using namespace memory_questions;

namespace {

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

TEST_CASE("the optimizer in backward needs no more, and of sharded gradients one shard",
          "[training][property]") {
  for (const Case& c : many_cases()) {
    if (c.plan.gradient_accumulation > 1 || c.plan.optimizer_in_backward) continue;
    const Model model = model_of(c.model);
    CAPTURE(c.model, name_of(c.plan.framework), name_of(c.plan.method), name_of(c.plan.optimizer),
            c.plan.gpus, name_of(c.plan.sharding), name_of(c.plan.offload));
    TrainingPlan p = c.plan;
    p.optimizer_in_backward = true;
    CHECK(training_bytes(model, p) <= training_bytes(model, c.plan));
  }
  // Llama 3.1 8B on eight ranks: the embedding's gradient, 128,256 x 4,096 in bf16.
  TrainingPlan p = plan_of(Framework::torchtune, 2048);
  p.precision = Precision::bf16;
  p.gpus = 8;
  p.sharding = Sharding::zero3;
  p.optimizer_in_backward = true;
  const TrainingMemoryAnswer a = training_memory(model_of("llama-3.1-8b"), p);
  CHECK(term(phase(a, TrainingPhase::backward_end).terms, "gradients") == 128256 * 4096 * 2.0 / 8);
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

TEST_CASE("the final norm keeps its copy and scaled values, the head its input", "[training]") {
  TrainingPlan p = plan_of(Framework::torchtune, 16);
  p.precision = Precision::bf16;
  const TrainingMemoryAnswer a = training_memory(model_of("llama-3.1-8b"), p);
  // An fp32 copy, the normalised values for the scale's gradient, the product's input.
  CHECK(term(phase(a, TrainingPhase::loss).terms, "head-input") == 16 * 4096 * (4.0 + 2 + 2));
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
      // 16-bit leaves here: the gradient of the run before.
      CHECK_THAT(bytes / (8192 * vocabulary),
                 WithinRel((provider == "megatron-fused" ? megatron_fused : megatron) + 2, 1e-3));
      ++checked;
    }
  }
  CHECK(checked == 10);
  // Of logits that a head made: GiB at 131,072 and at 262,144 tokens, 62,080 words and a hidden state of
  // 2,048 with its gradient (github:NovaSky-AI/SkyRL pull 1841).
  const auto measured = [](double from, double to) {
    return ((to - from) * kGiB / 131072 - 2 * 2 * 2048) / 62080;
  };
  CHECK_THAT(measured(46.2, 92.2), WithinRel(megatron, 0.02));
  CHECK_THAT(measured(76.5, 152.8), WithinRel(megatron_fused, 0.02));
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
  p.software_year = 2024.98;
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
  CHECK(none[2] == 4096 * 32 * 2 * 4096.0);  // each layer's input in 16 bits
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

TEST_CASE("what each optimizer keeps of Llama 3.1 8B", "[training][reference]") {
  const Model llama = model_of("llama-3.1-8b");
  const double all = 8030261248, matrices = 32 * (2 * 4096.0 * 4096 + 2 * 4096.0 * 1024 + 3 * 4096.0 * 14336);
  // Adafactor: rows and columns of each matrix, embedding and head among them, and 65 norms [shazeer-2018].
  const double factors = 32.0 * (2 * 8192 + 2 * 5120 + 3 * 18432) + 2 * (4096 + 128256) + 65 * 4096;
  // GaLore of rank r: m x r of a projection and 2 r n of moments of each m x n matrix, m <= n [zhao-2024].
  const double low_rank =
      32.0 * 128 * (2 * (4096 + 2 * 4096) + 2 * (1024 + 2 * 4096) + 3 * (4096 + 2 * 14336));
  struct Row {
    Optimizer optimizer;
    double states, of_matrices, host;
  };
  // 8-bit moments have an fp32 scale for 256 [dettmers-2021]; Muon one moment of the layers' matrices
  // [jordan-2024].
  for (const Row& row :
       {Row{Optimizer::adamw, 8 * all, 0, 0}, Row{Optimizer::sgd, 0, 0, 0},
        Row{Optimizer::sgd_momentum, 4 * all, 0, 0}, Row{Optimizer::lion, 4 * all, 0, 0},
        Row{Optimizer::adamw_8bit, 2 * (1 + 4 / 256.0) * all, 0, 0},
        Row{Optimizer::lion_8bit, (1 + 4 / 256.0) * all, 0, 0}, Row{Optimizer::paged_adamw, 0, 0, 8 * all},
        Row{Optimizer::paged_adamw_8bit, 0, 0, 2 * (1 + 4 / 256.0) * all},
        Row{Optimizer::adafactor, 0, 4 * factors, 0},
        Row{Optimizer::muon, 8 * (all - matrices), 4 * matrices, 0},
        Row{Optimizer::galore, 8 * (all - matrices), 4 * low_rank, 0}}) {
    CAPTURE(name_of(row.optimizer));
    TrainingPlan p = plan_of(Framework::pytorch, 16);
    p.optimizer = row.optimizer;
    const TrainingMemoryAnswer a = training_memory(llama, p);
    const auto& step = phase(a, TrainingPhase::optimizer_step).terms;
    CHECK_THAT(term(step, "optimizer-states"), WithinRel(row.states, 1e-12));
    CHECK_THAT(term(step, "optimizer-states-matrices"), WithinRel(row.of_matrices, 1e-12));
    double host = 0;
    for (const Assumption& x : a.assumptions) host += x.id == "paged-states-outside-allocator" ? x.value : 0;
    CHECK_THAT(host, WithinRel(row.host, 1e-12));
  }
}

TEST_CASE("quantised bases keep their routers whole", "[training]") {
  // Qwen3 30B-A3B, 48 layers: q and o 2048 x 4096, k and v 2048 x 512, 128 experts of three 2048 x 768; not
  // the router of 2048 x 128.
  const Model m = model_of("qwen3-30b-a3b");
  TrainingPlan p = plan_of(Framework::pytorch, 16);
  p.method = Method::qlora;
  p.software_year = 2025;
  StageParameters s = stage_parameters(m, p, layer_groups(m), true, true);
  CHECK(s.quantised == 48 * (2 * 2048.0 * 4096 + 2 * 2048.0 * 512 + 128 * 3 * 2048.0 * 768));
  // 4 bits, an 8-bit scale for 64 and an fp32 one for 256 of these.
  CHECK(s.quantised_bytes == s.quantised * (4 / 8.0 + 1 / 64.0 + 4 / (64 * 256.0)));
  // What is installed where nothing is said, transformers 5, makes the experts one parameter, which stays
  // whole.
  p.software_year = TrainingPlan{}.software_year;
  s = stage_parameters(m, p, layer_groups(m), true, true);
  CHECK(s.quantised == 48 * (2 * 2048.0 * 4096 + 2 * 2048.0 * 512));
}

TEST_CASE("a tied head's gradient is there when the embedding's is made", "[training]") {
  // Llama 3.2 1B, 128,256 x 2,048 in fp32, larger than all that its layers' backward needs at 16 tokens.
  TrainingPlan p = plan_of(Framework::pytorch, 16);
  p.recompute = Recompute::full;
  const TrainingMemoryAnswer a = training_memory(model_of("llama-3.2-1b"), p);
  const auto& end = phase(a, TrainingPhase::backward_end).terms;
  CHECK(term(end, "newest-gradient") == 128256.0 * 2048 * 4);
  CHECK(term(end, "recomputed-layer") == 0);
  // With a sequence that needs more the layers' backward is the higher moment.
  p.sequence_tokens = 8192;
  const TrainingMemoryAnswer longer = training_memory(model_of("llama-3.2-1b"), p);
  CHECK(term(phase(longer, TrainingPhase::backward_end).terms, "newest-gradient") == 0);
  CHECK(term(phase(longer, TrainingPhase::backward_end).terms, "recomputed-layer") > 0);
  CHECK(term(phase(longer, TrainingPhase::backward_end).terms, "activations") == 0);
}

TEST_CASE("the device holds what the allocator reserves, and a context", "[training]") {
  TrainingMemoryQuestion q{{model_of("llama-3.1-8b")}, plan_of(Framework::torchtitan, 8192), {}};
  q.plan.gpus = 8;
  q.plan.sharding = Sharding::zero3;
  q.gpu = GpuChoice{*find_gpu("t4")};
  Problems problems;
  const TrainingMemoryAnswer a = answer(q, problems);
  REQUIRE(problems.empty());
  TrainingPlan reserved = q.plan;
  reserved.statistic = MemoryStatistic::reserved;
  // A T4's context was observed: 132.5 MiB.
  CHECK(a.device_bytes == training_bytes(q.model.model, reserved) + 132.5 * kMiB);
  CHECK(a.device_bytes > a.peak_bytes + 132.5 * kMiB + 1e9);
}

TEST_CASE("frozen weights are in 16 bits, in litgpt's mixed precision in 32 with casts of all matrices",
          "[training]") {
  const double all = 8030261248, matrices = 6979321856 + 128256.0 * 4096;
  for (const auto& [framework, each, cast] :
       {std::tuple{Framework::pytorch, 2, 0}, std::tuple{Framework::peft, 2, 0},
        std::tuple{Framework::deepspeed, 2, 0}, std::tuple{Framework::megatron, 2, 0},
        std::tuple{Framework::torchtune, 2, 0}, std::tuple{Framework::litgpt, 4, 2}}) {
    CAPTURE(name_of(framework));
    TrainingPlan p = plan_of(framework, 16);
    p.method = Method::lora;
    const TrainingMemoryAnswer a = training_memory(model_of("llama-3.1-8b"), p);
    const auto& forward = phase(a, TrainingPhase::forward).terms;
    CHECK(term(forward, "weights") == each * all);
    CHECK(term(forward, "cast-copies") == cast * matrices);
  }
}

TEST_CASE("an fp32 stream under autocast: each product of the MLP keeps its own cast of its input",
          "[training]") {
  const Model llama = model_of("llama-3.1-8b");
  const auto mlp = [&](Precision precision) {
    TrainingPlan p = plan_of(Framework::pytorch, 16);
    p.precision = precision;
    return training_stage(llama, p, 0, layer_groups(llama)).layers.at(0).mlp;
  };
  // The activation's input, both factors and their product in 16 bits; the input of gate and up once, or
  // twice.
  CHECK(mlp(Precision::bf16) == 4 * 2 * 14336 + 2 * 4096);
  CHECK(mlp(Precision::bf16_mixed) == 4 * 2 * 14336 + 2 * 2 * 4096);
}

TEST_CASE("capped logits: tanh keeps its output", "[training]") {
  Model gemma = model_of("gemma-2-9b");
  const auto per_logit = [&] {
    return training_stage(gemma, plan_of(Framework::pytorch, 16), 0, layer_groups(gemma)).loss.per_logit;
  };
  const double capped = per_logit();
  gemma.logit_softcap = false;
  CHECK(capped - per_logit() == 2);
}

TEST_CASE("the last stage of a tied model has a head of its own", "[training]") {
  // Llama 3.2 1B: 8 of 16 layers of q and o 2048 x 2048, k and v 2048 x 512, three 2048 x 8192 and two norms;
  // the last norm.
  const Model m = model_of("llama-3.2-1b");
  TrainingPlan p = plan_of(Framework::pytorch, 16);
  p.gpus = p.pipeline_parallel = 2;
  const double half = 8 * (2 * 2048.0 * 2048 + 2 * 2048.0 * 512 + 3 * 2048.0 * 8192 + 2 * 2048);
  const double table = 128256.0 * 2048;
  CHECK(stage_parameters(m, p, layer_groups(m, 0, 8), true, false).dense == half + table);
  const StageParameters last = stage_parameters(m, p, layer_groups(m, 8, 16), false, true);
  CHECK(last.dense == half + table + 2048);
  CHECK(last.head == table);
}

TEST_CASE("Muon's and GaLore's matrices are sharded with the other states", "[training]") {
  for (const Optimizer optimizer : {Optimizer::muon, Optimizer::galore}) {
    TrainingPlan p = plan_of(Framework::pytorch, 16);
    p.optimizer = optimizer;
    const auto states = [&] {
      const TrainingMemoryAnswer a = training_memory(model_of("llama-3.1-8b"), p);
      return term(phase(a, TrainingPhase::optimizer_step).terms, "optimizer-states-matrices");
    };
    const double whole = states();
    p.gpus = 8;
    p.sharding = Sharding::zero1;
    CHECK(states() == whole / 8);
  }
}

TEST_CASE("expert parallelism divides the experts alone", "[training]") {
  // Mixtral: 32 layers of 8 experts of three 4096 x 14336, in all 46,702,792,704 parameters.
  const Model m = model_of("mixtral-8x7b");
  TrainingPlan p = plan_of(Framework::pytorch, 16);
  p.gpus = p.expert_parallel = 4;
  const double experts = 32 * 8 * 3 * 4096.0 * 14336;
  const StageParameters s = stage_parameters(m, p, layer_groups(m), true, true);
  CHECK(s.experts == experts / 4);
  CHECK(s.dense == 46702792704 - experts);
}

TEST_CASE("DeepSpeed keeps 1e9 gathered parameters, or what two layers need beside the outer ones",
          "[training]") {
  // stage3_max_live_parameters [deepspeed].
  const auto gathered = [](const char* model) {
    const Model m = model_of(model);
    TrainingPlan p = plan_of(Framework::deepspeed, 16);
    p.gpus = 8;
    p.sharding = Sharding::zero3;
    const TwoAmounts g = training_stage(m, p, 0, layer_groups(m)).gathered;
    return std::pair{g.outer.elements, g.layers.elements};
  };
  CHECK(gathered("llama-3.2-1b") == std::pair{128256.0 * 2048, 1e9 - 128256.0 * 2048});
  CHECK(gathered("llama-3.1-8b") == std::pair{2 * 128256.0 * 4096, 2 * (6979321856.0 / 32 + 2 * 4096)});
}

TEST_CASE("buckets of data parallelism hold experts too", "[training]") {
  TrainingPlan p = plan_of(Framework::pytorch, 16);
  p.gpus = 2;
  const TrainingMemoryAnswer a = training_memory(model_of("mixtral-8x7b"), p);
  CHECK(term(phase(a, TrainingPhase::forward).terms, "communication-buckets") == 4 * 46702792704.0);
}

TEST_CASE("a step's temporaries: of all parameters in lists, else of the largest tensor", "[training]") {
  // The largest of Llama 3.1 8B are embedding and head. AdamW's denominators in lists, one by one before
  // 2023, and of Muon's embedding, where they are more than three 16-bit matrices of 4096 x 14336;
  // Adafactor's squared gradient and update in fp32; Lion's update.
  const double all = 8030261248, largest = 128256.0 * 4096;
  for (const auto& [optimizer, year, bytes] :
       {std::tuple{Optimizer::adamw, 2024, 4 * all}, std::tuple{Optimizer::adamw, 2022, 4 * largest},
        std::tuple{Optimizer::adamw_8bit, 2024, 0.0}, std::tuple{Optimizer::sgd, 2024, 0.0},
        std::tuple{Optimizer::adafactor, 2024, (4 + 4) * largest},
        std::tuple{Optimizer::lion, 2024, 4 * largest}, std::tuple{Optimizer::muon, 2024, 4 * largest}}) {
    CAPTURE(name_of(optimizer), year);
    TrainingPlan p = plan_of(Framework::pytorch, 16);
    p.optimizer = optimizer;
    p.software_year = year;
    const TrainingMemoryAnswer a = training_memory(model_of("llama-3.1-8b"), p);
    CHECK(term(phase(a, TrainingPhase::optimizer_step).terms, "step-temporaries") == bytes);
  }
}

TEST_CASE("32 layers on three stages are 11, 11 and 10", "[training]") {
  const Model llama = model_of("llama-3.1-8b");
  TrainingPlan p = plan_of(Framework::pytorch, 16);
  p.gpus = p.pipeline_parallel = 3;
  int from = 0;
  for (const int i : {0, 1, 2}) {
    const StageLayers l = stage_layers(llama, p, i);
    CHECK(l.from == from);
    CHECK(l.to == from + (i < 2 ? 11 : 10));
    from = l.to;
  }
}

TEST_CASE("tensor parallelism divides matrices and the vocabulary, sequence parallelism the norms' inputs",
          "[training]") {
  const Model llama = model_of("llama-3.1-8b");
  const auto norms = [&](Framework framework, bool sequence_parallel) {
    TrainingPlan p = plan_of(framework, 16);
    p.precision = Precision::bf16;
    p.gpus = p.tensor_parallel = 2;
    p.sequence_parallel = sequence_parallel;
    return training_stage(llama, p, 0, layer_groups(llama)).layers.at(0).norms;
  };
  // Step by step: an fp32 copy and the normalised values of two norms; torchtitan's plan has sequence
  // parallelism.
  CHECK(norms(Framework::pytorch, false) == 2 * (4 + 2) * 4096);
  CHECK(norms(Framework::pytorch, true) == (4 + 2) * 4096);
  CHECK(norms(Framework::torchtitan, false) == (4 + 2) * 4096);
  TrainingPlan p = plan_of(Framework::pytorch, 16);
  p.gpus = p.tensor_parallel = 2;
  const StageParameters s = stage_parameters(llama, p, layer_groups(llama), true, true);
  CHECK(s.matrices == (6979321856 + 128256.0 * 4096) / 2);
  CHECK(s.dense == (6979321856 + 2 * 128256.0 * 4096) / 2 + 65 * 4096);
  CHECK(s.largest_tensor == 128256.0 * 4096 / 2);
}

TEST_CASE("litgpt's norms work on an fp32 copy since 2024", "[training]") {
  const Model llama = model_of("llama-3.1-8b");
  const auto norms = [&](Framework framework, double year) {
    TrainingPlan p = plan_of(framework, 16);
    p.precision = Precision::bf16;
    p.software_year = year;
    return training_stage(llama, p, 0, layer_groups(llama)).layers.at(0).norms;
  };
  // Its scale multiplies before the cast back, so that both are as wide as the copy.
  CHECK(norms(Framework::litgpt, 2023) == 2 * (2 + 2 + 2) * 4096);  // and the squares
  CHECK(norms(Framework::litgpt, 2024) == 2 * (4 + 4) * 4096);
  CHECK(norms(Framework::pytorch, 2023) == 2 * (4 + 4 + 2) * 4096);
}

TEST_CASE("DeepSpeed has two buckets of the hidden size's square where ranks reduce", "[training]") {
  for (const double gpus : {1, 2, 8}) {
    TrainingPlan p = plan_of(Framework::deepspeed, 16);
    p.gpus = gpus;
    p.sharding = Sharding::zero2;
    const TrainingMemoryAnswer a = training_memory(model_of("llama-3.1-8b"), p);
    CHECK(term(phase(a, TrainingPhase::forward).terms, "communication-buckets") ==
          (gpus > 1 ? 2 * 4096.0 * 4096 * 2 : 0));
  }
}
