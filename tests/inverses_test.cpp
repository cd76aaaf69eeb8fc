#include "slide_rule/fit/inverses.hpp"

#include <cmath>

#include "catch.hpp"
#include "slide_rule/catalogue.hpp"
#include "slide_rule/fit/fit.hpp"
#include "slide_rule/fit/largest.hpp"
#include "slide_rule/plausible_shape.hpp"

using namespace slide_rule;

namespace {

Outcome outcome_at(const Job& j) {
  Problems problems;
  const FitAnswer a = answer(FitQuestion{j}, problems);
  REQUIRE(problems.empty());
  return a.outcome;
}

template <class Question>
auto solve(const Job& j) {
  Problems problems;
  const auto a = answer(Question{j}, problems);
  REQUIRE(problems.empty());
  return a;
}

/// The answers are on the edge: what they name fits, one more does not.
template <class Set>
void check_edge(Job j, const Edge& edge, Set set) {
  const auto at = [&](double x) {
    set(j, x);
    return outcome_at(j);
  };
  if (edge.largest > 0) CHECK(at(edge.largest) != Outcome::does_not_fit);
  CHECK(at(edge.largest + 1) == Outcome::does_not_fit);
  if (edge.certain > 0) CHECK(at(edge.certain) == Outcome::fits);
  if (edge.certain < edge.largest) CHECK(at(edge.certain + 1) != Outcome::fits);
}

std::vector<Job> training_jobs() {
  std::vector<Job> list;
  for (const char* model : {"llama-3.1-8b", "qwen3-30b-a3b", "gemma-3-4b", "qwen2.5-0.5b"}) {
    for (const Method method : {Method::full, Method::lora, Method::qlora}) {
      for (const CrossEntropy loss : {CrossEntropy::standard, CrossEntropy::fused}) {
        Job j;
        j.model.model = find_model(model)->model;
        j.gpu = GpuChoice{*find_gpu(method == Method::qlora ? "rtx-4090" : "h200-sxm")};
        j.plan.sequence_tokens = 1024;
        j.plan.training.method = method;
        j.plan.training.cross_entropy = loss;
        j.plan.training.recompute = Recompute::full;
        list.push_back(j);
      }
    }
  }
  return list;
}

std::vector<Job> serving_jobs() {
  std::vector<Job> list;
  for (const char* model : {"llama-3.1-8b", "qwen3.5-9b", "gemma-3-4b", "qwen2.5-0.5b", "deepseek-v3"}) {
    for (const Engine engine : {Engine::transformers, Engine::vllm, Engine::llama_cpp, Engine::exllamav2}) {
      Job j;
      j.model.model = find_model(model)->model;
      j.memory_bytes = model == std::string_view("deepseek-v3") ? 2e12 : 30e9;
      j.plan.task = Task::inference;
      j.plan.context_tokens = 2048;
      j.plan.serving.engine = engine;
      list.push_back(j);
    }
  }
  return list;
}

}  // namespace

TEST_CASE("whole numbers on an edge are found exactly", "[fits][solve][property]") {
  for (double edge = 0; edge <= 70; ++edge) {
    const auto below = [&](double x) { return x <= edge; };
    CHECK(last_true(1, 64, below) == std::min(edge, 64.0));
    const double first = first_true(1, 64, [&](double x) { return x > edge; });
    CHECK(first == (edge >= 64 ? 0 : edge + 1));
  }
  int calls = 0;
  CHECK(last_true(1, 1e9, [&](double x) { return ++calls, x <= 123456789; }) == 123456789);
  CHECK(calls < 70);
}

TEST_CASE("the longest context fits, one token more does not", "[fits][solve][property]") {
  for (const Job& j : training_jobs()) {
    CAPTURE(j.model.model.id, name_of(j.plan.training.method));
    check_edge(j, solve<MaxContextQuestion>(j).edge,
               [](Job& job, double tokens) { job.plan.sequence_tokens = tokens; });
  }
  for (const Job& j : serving_jobs()) {
    CAPTURE(j.model.model.id, name_of(j.plan.serving.engine));
    check_edge(j, solve<MaxContextQuestion>(j).edge,
               [](Job& job, double tokens) { job.plan.context_tokens = tokens; });
  }
}

TEST_CASE("the largest batch fits, one sequence more does not", "[fits][solve][property]") {
  for (const Job& j : training_jobs()) {
    CAPTURE(j.model.model.id, name_of(j.plan.training.method));
    check_edge(j, solve<MaxBatchQuestion>(j).edge,
               [](Job& job, double batch) { job.plan.training.micro_batch = batch; });
  }
  for (const Job& j : serving_jobs()) {
    CAPTURE(j.model.model.id, name_of(j.plan.serving.engine));
    check_edge(j, solve<MaxBatchQuestion>(j).edge,
               [](Job& job, double batch) { job.plan.serving.batch = batch; });
  }
}

TEST_CASE("the largest rank fits, one more does not", "[fits][solve][property]") {
  for (const Job& j : training_jobs()) {
    if (j.plan.training.method == Method::full) continue;
    CAPTURE(j.model.model.id, name_of(j.plan.training.method));
    check_edge(j, solve<MaxRankQuestion>(j).edge, [](Job& job, double rank) { job.plan.lora_rank = rank; });
  }
  Problems problems;
  answer(MaxRankQuestion{training_jobs()[0]}, problems);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].nearest == "method");
}

TEST_CASE("the largest model fits as it is written, none of three digits beyond it does",
          "[fits][solve][property]") {
  std::vector<Job> jobs = training_jobs();
  for (const Job& j : serving_jobs()) jobs.push_back(j);
  Job chatbot;
  chatbot.plan.task = Task::inference;
  chatbot.plan.context_tokens = 4096;
  chatbot.plan.serving.batch = 50;
  for (const auto& [gpus, format] : {std::pair{1.0, "awq-int4"}, {2.0, "bf16"}}) {
    chatbot.gpu = GpuChoice{*find_gpu("rtx-4090")};
    chatbot.plan.tensor_parallel = chatbot.plan.gpus = gpus;
    chatbot.plan.weight_format = value_of<JobFormat>(format);
    jobs.push_back(chatbot);
  }
  for (Job j : jobs) {
    CAPTURE(name_of(j.plan.task), name_of(j.plan.serving.engine), name_of(j.plan.training.method));
    Problems problems;
    const LargestModelAnswer a = answer(LargestModelQuestion{SizeRule::exact, j}, problems);
    REQUIRE(problems.empty());
    CHECK(a.required_bytes <= a.available_bytes);
    const auto at = [&](double parameters) {
      j.model.model = plausible_shape(parameters);
      return outcome_at(j);
    };
    const double certain = *a.certain_parameters;
    if (a.parameters > 0) CHECK(at(a.parameters) != Outcome::does_not_fit);
    if (certain > 0) CHECK(at(certain) == Outcome::fits);
    // Beyond it widths change several times; 1,000 counts at least, of three digits each.
    double unit = std::pow(10, std::floor(std::log10(std::max(1e6, a.parameters))) - 2);
    double more = std::floor(std::max(1e6, a.parameters) / unit + 0.5);
    CHECK((a.parameters == 0 || more * unit == a.parameters));
    for (int i = 0; i < 1000; ++i) {
      if (++more == 1000) {
        more = 100;
        unit *= 10;
      }
      // The next ones, and every fourth.
      if (i > 20 && i % 4 != 0) continue;
      const Outcome outcome = at(more * unit);
      if (outcome != Outcome::does_not_fit)
        FAIL_CHECK(more * unit << " fits, too; told was " << a.parameters);
      if (certain == a.parameters) continue;
      if (outcome == Outcome::fits) FAIL_CHECK(more * unit << " fits surely, too");
    }
  }
}

TEST_CASE("the largest model is one that the plan can train", "[fits][solve]") {
  Job j;
  j.gpu = GpuChoice{*find_gpu("rtx-4090")};
  j.plan.sequence_tokens = 2048;
  const auto problem = [&](double gpus, double tensor, double pipeline, double expert, double chunks) {
    Job asked = j;
    asked.plan.gpus = gpus;
    asked.plan.tensor_parallel = tensor;
    asked.plan.training.pipeline_parallel = pipeline;
    asked.plan.training.expert_parallel = expert;
    asked.plan.training.virtual_pipeline = chunks;
    Problems problems;
    (void)answer(LargestModelQuestion{SizeRule::exact, asked}, problems);
    return problems.empty() ? std::string() : problems[0].field;
  };
  CHECK(problem(2, 1, 4, 1, 1) == "pipelineParallel");
  CHECK(problem(8, 3, 1, 1, 1) == "tensorParallel");
  CHECK(problem(4, 1, 1, 4, 1) == "expertParallel");
  CHECK(problem(4, 1, 1, 1, 4) == "virtualPipeline");
  CHECK(problem(8, 2, 2, 1, 2).empty());
  // Its heads are divided by the degree, also where larger shapes' are not.
  for (const double tensor : {2.0, 4.0, 8.0}) {
    for (const Method method : {Method::full, Method::lora}) {
      Job asked = j;
      asked.plan.tensor_parallel = asked.plan.gpus = tensor;
      asked.plan.training.method = method;
      CAPTURE(tensor, name_of(method));
      Problems problems;
      const auto a = answer(LargestModelQuestion{SizeRule::exact, asked}, problems);
      REQUIRE(problems.empty());
      for (const double count : {a.parameters, a.certain_parameters.value_or(0)}) {
        REQUIRE(count > 0);
        asked.model.model = plausible_shape(count);
        CHECK(outcome_at(asked) != Outcome::does_not_fit);
      }
    }
  }
}

TEST_CASE("the largest model by a rule is the rule's", "[fits][solve]") {
  LargestModelQuestion q{SizeRule::article_2024, {}};
  q.job.memory_bytes = 48e9;
  Problems problems;
  CHECK(answer(q, problems).parameters == 2e9);
  q.rule = SizeRule::eleutherai;
  q.job.plan.training.optimizer = Optimizer::adamw_8bit;
  CHECK(answer(q, problems).parameters == 4.8e9);
  REQUIRE(problems.empty());
  q.job.plan.training.optimizer = Optimizer::lion;
  answer(q, problems);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].field == "optimizer");
}

TEST_CASE("more memory never holds less", "[fits][solve][property]") {
  for (Job j : serving_jobs()) {
    double before = 0;
    for (const double gigabytes : {8.0, 16.0, 24.0, 48.0, 80.0}) {
      j.memory_bytes = gigabytes * 1e9;
      const double tokens = solve<MaxContextQuestion>(j).edge.largest;
      CHECK(tokens >= before);
      before = tokens;
    }
  }
}
