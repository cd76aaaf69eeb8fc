#include <cmath>
#include <cstddef>

#include "catch.hpp"
#include "slide_rule/catalogue.hpp"
#include "slide_rule/fit/fit.hpp"
#include "slide_rule/fit/table.hpp"

using namespace slide_rule;

namespace {

FitTableAnswer answer_to(const FitTableQuestion& q) {
  Problems problems;
  FitTableAnswer a = answer(q, problems);
  REQUIRE(problems.empty());
  return a;
}

constexpr int kNotPossible = 3;

/// One cell, read as table.hpp says.
struct Cell {
  int outcome = 0;
  double fewest = 0, required = 0, upper = 0, available = 0;
};
Cell cell(const FitTableAnswer& t, std::size_t model, std::size_t method, std::size_t card) {
  const double number = t.cells[(model * t.methods.size() + method) * t.gpus.size() + card];
  const auto classes = static_cast<std::size_t>(t.classes);
  const std::size_t i =
      (model * t.methods.size() + method) * classes + static_cast<std::size_t>(t.class_of[card]);
  const double context = t.adds_context[method] > 0 ? t.context_bytes[card] : 0;
  const double share = t.share[method] * t.total_bytes[card] + t.outside_bytes[i] + t.context_bytes[card];
  Cell c;
  c.outcome = static_cast<int>(std::fmod(number, 4));
  c.fewest = std::floor(number / 4);
  c.required = t.required_bytes[i] + context;
  c.upper = t.upper_bytes[i] + context;
  c.available = t.share[method] > 0 ? std::min(t.available_bytes[card], share) : t.available_bytes[card];
  return c;
}

/// Asks about every cell alone, too. The cells must be of every outcome.
void check_every_cell(const FitTableQuestion& q) {
  const FitTableAnswer t = answer_to(q);
  REQUIRE(t.cells.size() == q.models.size() * t.methods.size() * (q.gpus.size() + q.memory_bytes.size()));
  int outcomes[3] = {};
  for (std::size_t m = 0; m < q.models.size(); ++m) {
    for (std::size_t k = 0; k < t.methods.size(); ++k) {
      for (std::size_t g = 0; g < t.gpus.size(); ++g) {
        Job job{q.models[m], t.methods[k].plan, {}, {}, {}, {}, {}};
        if (g < q.gpus.size())
          job.gpu = q.gpus[g];
        else
          job.memory_bytes = q.memory_bytes[g - q.gpus.size()];
        Problems problems;
        const FitAnswer alone = answer(FitQuestion{job}, problems);
        const Cell c = cell(t, m, k, g);
        CAPTURE(t.models[m], k, t.methods[k].id, t.gpus[g]);
        if (!problems.empty()) {
          CHECK(c.outcome == kNotPossible);
          continue;
        }
        CHECK(c.outcome == static_cast<int>(alone.outcome));
        CHECK(c.fewest == alone.min_gpus);
        CHECK_THAT(c.required, WithinRel(alone.required_bytes, 1e-12));
        CHECK_THAT(c.upper, WithinRel(alone.interval.high, 1e-12));
        CHECK_THAT(c.available, WithinRel(alone.available_bytes, 1e-12));
        ++outcomes[c.outcome];
      }
    }
  }
  for (const int n : outcomes) CHECK(n > 0);
}

ModelChoice model(const char* id) { return {find_model(id)->model}; }
GpuChoice gpu(const char* id) { return {find_gpu(id).value()}; }
JobFormat format_named(const char* word) { return value_of<JobFormat>(word).value(); }

}  // namespace

TEST_CASE("a cell says what the question about it alone says", "[fits][table][property]") {
  FitTableQuestion q;
  for (const char* id : {"llama-3.1-8b", "llama-3.1-70b", "qwen3-30b-a3b", "gemma-3-27b", "deepseek-v3",
                         "qwen2.5-0.5b", "gpt2", "qwen3.5-9b"}) {
    q.models.push_back(model(id));
  }
  for (const char* id : {"rtx-3060-12gb", "rtx-4090", "rtx-5090", "a100-sxm-80gb", "h100-sxm", "mi300x",
                         "apple-m4-max", "t4"}) {
    q.gpus.push_back(gpu(id));
  }
  q.memory_bytes = {13e9};
  REQUIRE(default_methods().size() == 12);
  check_every_cell(q);
}

TEST_CASE("so do those of every model of the catalogue", "[fits][table][property]") {
  FitTableQuestion q;
  for (const CatalogueModel& m : catalogue_models()) q.models.push_back({m.model});
  q.gpus = {gpu("rtx-3060-12gb"), gpu("h100-sxm")};
  check_every_cell(q);
}

TEST_CASE("so do those of every engine on every kind of card", "[fits][table][property]") {
  FitTableQuestion q;
  q.models = {model("gpt-oss-20b"), model("llama-3.1-70b")};
  for (const char* id :
       {"rtx-2060", "rtx-5090", "a100-sxm-80gb", "h100-sxm", "h200-sxm", "b200-sxm", "mi300x"}) {
    q.gpus.push_back(gpu(id));
  }
  for (double gb = 12; gb < 48; gb += 2) q.memory_bytes.push_back(gb * 1e9);
  for (std::size_t engine = 0; engine < Names<Engine>::words.size(); ++engine) {
    for (const JobFormat format : {format_named("bf16"), format_named("MXFP4"), format_named("nf4")}) {
      TableMethod m;
      m.plan.task = Task::inference;
      m.plan.serving.engine = static_cast<Engine>(engine);
      m.plan.weight_format = format;
      q.methods.push_back(m);
    }
  }
  check_every_cell(q);
}

TEST_CASE("so do those of layers that are unlike, however many stand together", "[fits][table][property]") {
  FitTableQuestion q;
  q.models = {model("gemma-2-9b"), model("gemma-4-e2b"), model("deepseek-v2"), model("gpt-oss-20b")};
  for (double gb = 2; gb < 48; gb *= 1.05) q.memory_bytes.push_back(gb * 1e9);
  q.contexts = {8192, 131072};
  for (const Engine engine : {Engine::vllm, Engine::transformers, Engine::llama_cpp}) {
    for (const double tensor_parallel : {1.0, 2.0}) {
      TableMethod m;
      m.plan.task = Task::inference;
      m.plan.serving.engine = engine;
      m.plan.serving.batch = 4;
      m.plan.tensor_parallel = m.plan.gpus = tensor_parallel;
      m.plan.weight_format = format_named(engine == Engine::llama_cpp ? "Q4_K_M" : "bf16");
      q.methods.push_back(m);
    }
  }
  check_every_cell(q);
}

TEST_CASE("the whole catalogue is more than half a million cells", "[fits][table]") {
  const FitTableAnswer t = answer_to(FitTableQuestion{});
  CHECK(t.models.size() == catalogue_models().size());
  CHECK(t.gpus.size() == catalogue_gpus().size());
  CHECK(t.cells.size() == t.models.size() * t.methods.size() * t.gpus.size());
  CHECK(t.cells.size() > 500000);
  CHECK(t.best.size() == t.models.size() * t.gpus.size());
  for (const double bytes : t.required_bytes) REQUIRE(std::isfinite(bytes));
}

TEST_CASE("the best format is the heaviest that fits", "[fits][table]") {
  FitTableQuestion q;
  q.models = {model("llama-3.1-8b")};
  q.gpus = {gpu("h100-sxm"), gpu("rtx-4080"), gpu("rtx-3060-12gb"), gpu("rtx-2060")};
  q.context_tokens = 4096;
  const FitTableAnswer t = answer_to(q);
  std::vector<std::string> best;
  for (const double column : t.best) {
    best.push_back(column < 0 ? "" : t.methods[static_cast<std::size_t>(column)].id);
  }
  CHECK(best[0] == "vllm-bf16");
  CHECK(best[1] == "vllm-fp8");
  CHECK(best[2] == "vllm-fp8");
  CHECK(best[3] == "llama.cpp-q4_k_m");
}

TEST_CASE("contexts are columns of their own, and never need less", "[fits][table][property]") {
  FitTableQuestion q;
  q.models = {model("llama-3.1-8b"), model("gemma-3-27b")};
  q.gpus = {gpu("rtx-4090")};
  q.contexts = {1024, 8192, 65536};
  const FitTableAnswer t = answer_to(q);
  REQUIRE(t.methods.size() == 36);
  for (std::size_t m = 0; m < 2; ++m) {
    for (std::size_t k = 0; k < 36; k += 3) {
      CHECK(cell(t, m, k, 0).required <= cell(t, m, k + 1, 0).required);
      CHECK(cell(t, m, k + 1, 0).required < cell(t, m, k + 2, 0).required);
    }
  }
}

TEST_CASE("several cards a cell: as spread over them, or not possible", "[fits][table]") {
  FitTableQuestion q;
  q.models = {model("llama-3.1-70b"), model("qwen2.5-0.5b")};  // 64 and 14 heads
  q.gpus = {gpu("h100-sxm")};
  q.cards = 4;
  const FitTableAnswer t = answer_to(q);
  CHECK(t.methods[0].id == "vllm-bf16");
  CHECK(cell(t, 0, 0, 0).outcome == 0);
  CHECK(cell(t, 0, 0, 0).fewest == 3);   // layers split: three do not divide the heads
  CHECK(cell(t, 1, 0, 0).outcome == 0);  // two groups of two
  q.cards = 30;
  CHECK(cell(answer_to(q), 1, 0, 0).outcome == 0);  // 15 groups of two
  q.cards = 25;
  CHECK(cell(answer_to(q), 1, 0, 0).outcome == 3);  // more groups than its 24 layers
}

TEST_CASE("a method's plan is checked; a prompt ends with the context of a column", "[fits][table]") {
  FitTableQuestion q;
  q.models = {model("llama-3.1-8b")};
  q.gpus = {gpu("rtx-4090")};
  TableMethod method;
  method.plan.task = Task::inference;
  method.plan.gpus = 3;
  method.plan.tensor_parallel = 2;
  q.methods = {method};
  Problems problems;
  (void)answer(q, problems);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].field == "methods[0].tensorParallel");
  CHECK(problems[0].code == Code::must_divide);

  q.methods[0].plan.tensor_parallel = q.methods[0].plan.gpus = 1;
  q.methods[0].plan.serving.prompt_tokens = 5000;
  q.contexts = {2048, 8192};
  problems.clear();
  const FitTableAnswer t = answer_to(q);
  for (std::size_t k = 0; k < 2; ++k) {
    Job job;
    job.model = q.models[0];
    job.gpu = q.gpus[0];
    job.plan = q.methods[0].plan;
    job.plan.context_tokens = q.contexts[k];
    job.plan.serving.prompt_tokens = std::min(5000.0, q.contexts[k]);
    const double required = answer(FitQuestion{job}, problems).required_bytes;
    REQUIRE(problems.empty());
    CHECK_THAT(cell(t, 0, k, 0).required, WithinRel(required, 1e-12));
  }
}

TEST_CASE("a method's problem names the method", "[fits][table]") {
  FitTableQuestion q;
  q.methods.resize(2);
  q.methods[1].plan.task = Task::inference;
  q.methods[1].plan.training.optimizer = Optimizer::lion;
  Problems problems;
  answer(q, problems);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].field == "methods[1].optimizer");
}
