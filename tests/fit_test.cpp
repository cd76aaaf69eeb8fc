#include "slide_rule/fit/fit.hpp"

#include <cmath>
#include <set>

#include "catch.hpp"
#include "slide_rule/catalogue.hpp"
#include "slide_rule/fit/advice.hpp"
#include "slide_rule/fit/served_speed.hpp"
#include "slide_rule/kinds.hpp"
#include "slide_rule/memory/intervals.hpp"
#include "slide_rule/units.hpp"
#include "tools/value_node.hpp"

using namespace slide_rule;

namespace {

Job job(const char* model, const char* gpu) {
  Job j;
  j.model.model = find_model(model)->model;
  j.gpu = GpuChoice{*find_gpu(gpu)};
  return j;
}

Job trained(const char* model, const char* gpu, Method method = Method::full) {
  Job j = job(model, gpu);
  j.plan.sequence_tokens = 2048;
  j.plan.training.method = method;
  j.plan.training.recompute = Recompute::full;
  return j;
}

Job served(const char* model, const char* gpu, Engine engine, JobFormat format = {}) {
  Job j = job(model, gpu);
  j.plan.task = Task::inference;
  j.plan.context_tokens = 8192;
  j.plan.serving.engine = engine;
  j.plan.weight_format = format;
  return j;
}

JobFormat format(std::string_view word) { return *value_of<JobFormat>(word); }

FitAnswer answer_to(const Job& j) {
  Problems problems;
  const FitAnswer a = answer(FitQuestion{j}, problems);
  for (const Problem& p : problems) INFO(p.field);
  REQUIRE(problems.empty());
  return a;
}

Problems problems_of(const Job& j) {
  Problems problems;
  answer(FitQuestion{j}, problems);
  return problems;
}

std::vector<Job> many_jobs() {
  std::vector<Job> list;
  for (const char* model : {"llama-3.1-8b", "qwen3-30b-a3b", "gemma-3-27b", "deepseek-v3", "qwen2.5-0.5b"}) {
    for (const char* gpu : {"rtx-4090", "h100-sxm", "rtx-3060-12gb", "apple-m4-max"}) {
      list.push_back(served(model, gpu, Engine::transformers));
      list.push_back(served(model, gpu, Engine::vllm, format("fp8")));
      list.push_back(served(model, gpu, Engine::llama_cpp, format("Q4_K_M")));
      for (const Method method : {Method::full, Method::lora, Method::qlora}) {
        list.push_back(trained(model, gpu, method));
      }
    }
  }
  return list;
}

}  // namespace

TEST_CASE("the outcome follows from estimate, interval and what the card has", "[fits][property]") {
  for (const Job& j : many_jobs()) {
    const FitAnswer a = answer_to(j);
    CAPTURE(j.model.model.id, j.gpu->gpu.id, name_of(j.plan.task));
    CHECK(a.headroom_bytes == a.available_bytes - a.required_bytes);
    CHECK((a.outcome == Outcome::does_not_fit) == (a.required_bytes > a.available_bytes));
    CHECK((a.outcome == Outcome::fits) ==
          (a.required_bytes <= a.available_bytes && a.interval.high <= a.available_bytes));
    CHECK(a.interval.low <= a.interval.high);
  }
}

TEST_CASE("what is required is the estimate of the memory kinds, as the driver counts", "[fits]") {
  Problems problems;
  const Job training = trained("llama-3.1-8b", "a100-sxm-80gb", Method::lora);
  TrainingMemoryQuestion t{training.model, training.plan.training, training.gpu};
  const TrainingMemoryAnswer memory = answer(t, problems);
  const FitAnswer fit = answer_to(training);
  const double context = device_overhead(training.gpu->gpu).context_bytes;
  CHECK(fit.required_bytes == memory.peak_bytes + context);
  CHECK(fit.interval.high == memory.interval.high + context);
  CHECK(fit.available_bytes == available_bytes(training.hardware()));

  for (const Engine engine : {Engine::transformers, Engine::llama_cpp, Engine::vllm}) {
    const Job serving = served("llama-3.1-8b", "a100-sxm-80gb", engine);
    InferenceQuestion q{serving.model, serving.plan.serving, serving.gpu, {}, {}, {}};
    q.plan.engine = engine;
    q.plan.context_tokens = 8192;
    CHECK(answer_to(serving).required_bytes == answer(q, problems).device_bytes);
  }
  REQUIRE(problems.empty());
}

TEST_CASE("a card of two devices holds what one of them does", "[fits]") {
  Job j = served("llama-3.1-70b", "mi250x", Engine::vllm, format("int8"));  // 70 GB of weights on 64 GiB
  CHECK(answer_to(j).outcome == Outcome::does_not_fit);
  CHECK(answer_to(j).min_gpus == 2);
}

TEST_CASE("a rate of what has no room says so", "[fits][speed]") {
  const auto without_room = [](const char* model, const char* gpu, Engine engine, WeightFormat weights,
                               double batch) {
    ServedSpeedQuestion q;
    q.speed.model.model = find_model(model)->model;
    q.speed.gpu = GpuChoice{*find_gpu(gpu)};
    q.speed.plan.engine = engine;
    q.speed.plan.weight_format = weights;
    q.speed.plan.batch = batch;
    Problems problems;
    const DecodeSpeedAnswer a = answer(q, problems);
    REQUIRE(problems.empty());
    CHECK(a.decode_tokens_per_second == answer(q.speed, problems).decode_tokens_per_second);
    Job j = served(model, gpu, engine);
    j.plan.weight_format = value_of<JobFormat>(name_of(weights));
    j.plan.context_tokens = q.speed.prompt_tokens + q.speed.output_tokens;
    j.plan.serving.prompt_tokens = q.speed.prompt_tokens;
    j.plan.serving.batch = batch;
    const bool said = !a.assumptions.empty() && a.assumptions.back().id == "rate-without-room";
    CHECK(said == (answer_to(j).outcome == Outcome::does_not_fit));
    if (said) CHECK(a.assumptions.back().value == answer_to(j).required_bytes);
    return said;
  };
  CHECK(without_room("llama-3.1-70b", "rtx-4090", Engine::llama_cpp, WeightFormat::gguf_f16, 1));
  CHECK(without_room("llama-3.1-8b", "h100-sxm", Engine::vllm, WeightFormat::bf16, 1024));
  CHECK_FALSE(without_room("llama-3.1-8b", "h100-sxm", Engine::vllm, WeightFormat::bf16, 16));
  CHECK_FALSE(without_room("llama-3.1-8b", "rtx-4090", Engine::llama_cpp, WeightFormat::q4_k_m, 1));
}

TEST_CASE("llama.cpp's context of 150 to 250 MiB is part of the interval", "[fits]") {
  const FitAnswer a = answer_to(served("gpt-oss-20b", "rtx-5090", Engine::llama_cpp, format("Q4_K_M")));
  CHECK(a.interval.high >= a.required_bytes + 50 * kMiB);
  CHECK(a.interval.low <= a.required_bytes - 50 * kMiB);
}

TEST_CASE("with the fewest cards it fits, with fewer it does not", "[fits][property]") {
  int above_one = 0;
  for (Job j : many_jobs()) {
    CAPTURE(j.model.model.id, j.gpu->gpu.id, name_of(j.plan.task), name_of(j.plan.serving.engine),
            name_of(j.plan.training.method));
    const double n = answer_to(j).min_gpus;
    Problems problems;
    settle(j, problems);
    const LayerTable table(j.model.model);
    const Needs needs(table, card_of(j.hardware()));
    const auto fits_on = [&](double gpus) {
      const auto plan = spread(j.plan, j.model.model, gpus);
      return plan && needs.of(*plan).fits();
    };
    if (n > 0) CHECK(fits_on(n));
    for (double fewer = 1; fewer < std::min(n, 64.0); ++fewer) CHECK_FALSE(fits_on(fewer));
    if (n == 0) {
      for (const double many : {1.0, 8.0, 64.0}) CHECK_FALSE(fits_on(many));
    }
    above_one += n > 1;
  }
  CHECK(above_one > 20);
}

TEST_CASE("the fewest cards are the first that fit where more need more", "[fits]") {
  // Six of gemma-2's layers are three pairs of window and full attention; of five, vLLM pads its cache to
  // six, all of full attention.
  Job j = served("gemma-2-9b", "rtx-4090", Engine::vllm);
  j.plan.tensor_parallel = 1;
  j.plan.context_tokens = 32768;
  j.plan.serving.batch = 16;
  for (const auto& [gpus, fits] : {std::pair{6.0, false}, {7.0, true}, {8.0, false}, {9.0, true}}) {
    CAPTURE(gpus);
    j.plan.gpus = gpus;
    const FitAnswer a = answer_to(j);
    CHECK((a.outcome != Outcome::does_not_fit) == fits);
    CHECK(a.min_gpus == 7);
  }
}

TEST_CASE("no more stages than layers, for one job as for the fewest cards", "[fits]") {
  for (const Engine engine : {Engine::vllm, Engine::transformers, Engine::llama_cpp}) {
    CAPTURE(name_of(engine));
    Job j = served("qwen2.5-0.5b", "rtx-4090", engine);  // 24 layers
    j.plan.gpus = 48;
    j.plan.tensor_parallel = 2;
    CHECK(problems_of(j).empty());
    j.plan.gpus = 50;
    const Problems problems = problems_of(j);
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].field == "gpus");
    CHECK(problems[0].code == Code::above_maximum);
    CHECK(problems[0].limit == 48);
    CHECK(problems[0].nearest == "layers");
    CHECK_FALSE(spread(j.plan, j.model.model, 50));
  }
  Job j = served("qwen2.5-0.5b", "rtx-4090", Engine::vllm);
  j.plan.gpus = 30;  // 15 groups of two
  CHECK(problems_of(j).empty());
  j.plan.gpus = 25;
  CHECK(problems_of(j).size() == 1);
}

TEST_CASE("vLLM fills its share of the card and no more", "[fits]") {
  Job j = served("llama-3.1-8b", "rtx-4090", Engine::vllm);
  const double all = answer_to(j).available_bytes;
  j.plan.serving.gpu_memory_utilization = 0.5;
  const FitAnswer half = answer_to(j);
  CHECK(half.available_bytes < all);
  CHECK(half.outcome == Outcome::does_not_fit);
}

TEST_CASE("a draft model takes its place on the card", "[fits]") {
  Job j = served("llama-3.1-70b", "h200-sxm", Engine::vllm, format("fp8"));
  const FitAnswer alone = answer_to(j);
  j.draft_model = ModelChoice{find_model("llama-3.2-1b")->model};
  const FitAnswer both = answer_to(j);
  CHECK(both.required_bytes > alone.required_bytes + 2e9);
  CHECK(both.min_gpus >= alone.min_gpus);
}

TEST_CASE("with a draft the fewest cards hold both, in advice too", "[fits][property]") {
  for (const Engine engine : {Engine::transformers, Engine::vllm, Engine::llama_cpp, Engine::mlc}) {
    for (const char* gpu : {"rtx-4090", "rtx-3060-12gb", "a100-sxm-80gb"}) {
      Job j = served("qwen2.5-14b", gpu, engine);
      j.draft_model = ModelChoice{find_model("llama-3.2-1b")->model};
      CAPTURE(name_of(engine), gpu);
      const FitAnswer asked = answer_to(j);
      const double n = asked.min_gpus;
      const bool tensors = engine == Engine::vllm || engine == Engine::mlc;
      const auto on = [&](double gpus) {
        Job other = j;
        other.plan.gpus = gpus;
        if (tensors) other.plan.tensor_parallel = gpus;
        return answer_to(other).outcome != Outcome::does_not_fit;
      };
      if (n > 0) CHECK(on(n));
      for (double fewer = 1; fewer < n; ++fewer) {
        if (!tensors || std::fmod(j.model.model.heads, fewer) == 0) CHECK_FALSE(on(fewer));
      }
      Problems problems;
      CHECK(answer(AdviceQuestion{j}, problems).required_bytes == asked.required_bytes);
      REQUIRE(problems.empty());
    }
  }
}

TEST_CASE("groups that split tensors are as many as layers at most", "[fits]") {
  Job j = served("deepseek-v3", "rtx-4090", Engine::vllm);
  j.plan.gpus = 72;
  j.plan.tensor_parallel = 8;
  FitAnswer a = answer_to(j);
  CHECK(a.outcome == Outcome::fits);
  CHECK(a.min_gpus == 72);
  j = served("gpt2", "a100-sxm-80gb", Engine::vllm);
  j.plan.context_tokens = 512;
  j.plan.tensor_parallel = j.plan.gpus = 12;
  a = answer_to(j);
  CHECK(a.outcome == Outcome::fits);
  CHECK(a.min_gpus == 12);
}

TEST_CASE("the fewest cards are the same however many there are", "[fits][property]") {
  for (const char* model : {"llama-3.1-8b", "llama-3.3-70b", "qwen2.5-0.5b", "deepseek-v3"}) {
    for (const Engine engine : {Engine::vllm, Engine::mlc, Engine::llama_cpp, Engine::transformers}) {
      Job j = served(model, "rtx-4090", engine);
      j.plan.serving.batch = 20;
      const double fewest = answer_to(j).min_gpus;
      for (const double gpus : {2.0, 3.0, 5.0, 6.0, 7.0, 8.0}) {
        CAPTURE(model, name_of(engine), gpus);
        j.plan.gpus = gpus;
        const FitAnswer a = answer_to(j);
        CHECK(a.min_gpus == fewest);
        if (gpus < fewest || fewest == 0) CHECK(a.outcome == Outcome::does_not_fit);
        if (gpus == fewest) CHECK(a.outcome != Outcome::does_not_fit);
      }
    }
  }
}

TEST_CASE("a tensor is split as the engine can", "[fits]") {
  Job j = served("llama-3.3-70b", "rtx-4090", Engine::vllm, format("awq-int4"));  // 64 heads, 8 of keys
  j.plan.tensor_parallel = j.plan.gpus = 5;
  REQUIRE(problems_of(j).size() == 1);
  const Problem problem = problems_of(j)[0];
  CHECK(problem.field == "tensorParallel");
  CHECK(problem.code == Code::must_divide);
  CHECK(problem.limit == 64);
  CHECK(problem.nearest == "heads");
  for (const Engine free : {Engine::llama_cpp, Engine::transformers, Engine::exllamav2}) {
    CHECK(splits_heads(free, j.model.model, 5));
  }

  const Model& m = j.model.model;
  const auto ranks = [&](Engine engine, double gpus) {
    InferencePlan p;
    p.engine = engine;
    p.gpus = gpus;
    return with_split(p, m).ranks();
  };
  CHECK(ranks(Engine::vllm, 5) == 1);
  CHECK(ranks(Engine::vllm, 6) == 2);
  CHECK(ranks(Engine::vllm, 8) == 8);
  CHECK(ranks(Engine::vllm, 16) == 16);  // each key head on two cards
  CHECK(ranks(Engine::mlc, 16) == 8);
  CHECK(ranks(Engine::llama_cpp, 8) == 1);
  // 14 heads and two of keys: seven is neither a part nor a multiple of two.
  const Model small = find_model("qwen2.5-0.5b")->model;
  CHECK_FALSE(splits_heads(Engine::vllm, small, 7));
  CHECK_FALSE(splits_heads(Engine::vllm, small, 14));  // nor are 4,864 channels of its MLP fourteen parts
  const Model thirteen = find_model("llama-2-13b")->model;  // 40 heads, 13,824 channels
  CHECK(splits_heads(Engine::vllm, thirteen, 8));
  CHECK_FALSE(splits_heads(Engine::vllm, thirteen, 5));
  // A latent cache has no key heads.
  CHECK(splits_heads(Engine::vllm, find_model("deepseek-v3")->model, 16));
}

TEST_CASE("fields of the other task, and missing tokens, are problems", "[fits]") {
  Job j = trained("llama-3.1-8b", "rtx-4090");
  j.plan.serving.batch = 4;
  j.plan.context_tokens = 4096;
  Problems problems = problems_of(j);
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].field == "contextTokens");
  CHECK(problems[1].field == "batch");
  for (const Problem& p : problems) CHECK(p.nearest == "task");

  j = served("llama-3.1-8b", "rtx-4090", Engine::transformers);
  j.plan.context_tokens.reset();
  j.plan.training.optimizer = Optimizer::lion;
  problems = problems_of(j);
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].field == "contextTokens");
  CHECK(problems[0].code == Code::missing);
  CHECK(problems[1].field == "optimizer");
}

TEST_CASE("a weight format is named by the task's own words", "[fits]") {
  Job j = trained("llama-3.1-8b", "rtx-4090", Method::qlora);
  for (const char* word : {"nf4", "nf4-dq", "nf4-double", "int8", "bnb-int8"}) {
    j.plan.weight_format = format(word);
    CHECK(problems_of(j).empty());
  }
  j.plan.weight_format = format("Q4_K_M");
  REQUIRE(problems_of(j).size() == 1);
  CHECK(problems_of(j)[0].code == Code::unknown_choice);
  // Every word stands once.
  const auto& words = Names<JobFormat>::words;
  CHECK(std::set<std::string_view>(words.begin(), words.end()).size() == words.size());
}

TEST_CASE("the fields of a job have names of their own", "[fits]") {
  std::set<std::string_view> names;
  for (const Field& f : *type_of<FitQuestion>().fields) CHECK(names.insert(f.name).second);
  for (const char* name : {"task", "model", "gpu", "memoryBytes", "gpus", "sequenceTokens", "contextTokens",
                           "optimizer", "engine", "weightFormat", "attention", "tensorParallel"}) {
    CHECK(names.count(name) == 1);
  }
}

TEST_CASE("training is spread in whole stages and expert groups, fully sharded where nothing is said",
          "[fits]") {
  Job j = trained("mixtral-8x7b", "h100-sxm");
  j.plan.training.expert_parallel = 4;
  CHECK(spreading_of(j.plan, j.model.model).step == 4);
  // Expert groups of 4 on stages of 2 tensor-parallel ranks x 3 of the context: 12 ranks; two stages.
  j.plan.training.tensor_parallel = 2;
  j.plan.training.context_parallel = 3;
  j.plan.training.pipeline_parallel = 2;
  CHECK(spreading_of(j.plan, j.model.model).step == 24);

  j = trained("llama-3.1-8b", "h100-sxm");
  Problems problems;
  settle(j, problems);
  REQUIRE(problems.empty());
  const auto sharding = [&](double gpus) { return spread(j.plan, j.model.model, gpus)->training.sharding; };
  CHECK(sharding(1) == Sharding::none);
  CHECK(sharding(8) == Sharding::zero3);
  j.plan.training.sharding = Sharding::zero1;
  CHECK(sharding(8) == Sharding::zero1);
}

TEST_CASE("served formats' words mean training's own formats", "[fits]") {
  for (const Method method : {Method::lora, Method::qlora}) {
    for (const auto& [word, meant] :
         {std::pair{"int8", NumberFormat::bnb_int8}, std::pair{"bnb-int8", NumberFormat::bnb_int8},
          std::pair{"nf4", NumberFormat::nf4}, std::pair{"nf4-dq", NumberFormat::nf4_double}}) {
      CAPTURE(name_of(method), word);
      Job j = trained("llama-3.1-8b", "h100-sxm", method);
      j.plan.weight_format = format(word);
      Problems problems;
      settle(j, problems);
      REQUIRE(problems.empty());
      CHECK(j.plan.training.weight_format == meant);
    }
  }
}

TEST_CASE("a draft adds its weights and its cache", "[fits]") {
  // Llama 3.2 1B in 16 bits: 1,235,814,400 parameters, and 8,192 tokens of 8 heads x 64, twice, in 16 layers.
  Job j = served("llama-3.1-70b", "h200-sxm", Engine::vllm, format("fp8"));
  const double alone = answer_to(j).required_bytes;
  j.draft_model = ModelChoice{find_model("llama-3.2-1b")->model};
  CHECK(answer_to(j).required_bytes - alone == 2 * 1235814400.0 + 8192 * 2 * 8 * 64 * 16 * 2);
}
