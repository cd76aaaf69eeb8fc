#include "slide_rule/fit/advice.hpp"

#include <fstream>
#include <iterator>
#include <set>

#include "catch.hpp"
#include "slide_rule/catalogue.hpp"
#include "slide_rule/fit/fit.hpp"
#include "slide_rule/kinds.hpp"
#include "tools/value_node.hpp"

using namespace slide_rule;

namespace {

Job job(const char* model, const char* gpu, Task task) {
  Job j;
  j.model.model = find_model(model)->model;
  j.gpu = GpuChoice{*find_gpu(gpu)};
  j.plan.task = task;
  (task == Task::training ? j.plan.sequence_tokens : j.plan.context_tokens) = 8192;
  return j;
}

AdviceAnswer answer_to(const Job& j) {
  Problems problems;
  AdviceAnswer a = answer(AdviceQuestion{j}, problems);
  REQUIRE(problems.empty());
  return a;
}

const Change* find(const AdviceAnswer& a, std::string_view id) {
  for (const Change& c : a.changes) {
    if (c.id == id) return &c;
  }
  return nullptr;
}

std::vector<Job> jobs() {
  std::vector<Job> list;
  for (const char* model : {"llama-3.1-8b", "llama-3.1-70b", "qwen3-30b-a3b", "gemma-3-4b"}) {
    for (const char* gpu : {"rtx-4090", "h100-sxm"}) {
      for (const Method method : {Method::full, Method::lora, Method::qlora}) {
        list.push_back(job(model, gpu, Task::training));
        list.back().plan.training.method = method;
        list.back().plan.training.micro_batch = 8;
      }
      for (const Engine engine : {Engine::transformers, Engine::vllm, Engine::llama_cpp}) {
        list.push_back(job(model, gpu, Task::inference));
        list.back().plan.serving.engine = engine;
        list.back().plan.serving.batch = 16;
      }
    }
  }
  // What goes before the field that a change is of.
  for (const Engine engine : {Engine::vllm, Engine::llama_cpp}) {
    list.push_back(job("llama-3.1-8b", "rtx-4090", Task::inference));
    list.back().plan.serving.engine = engine;
    list.back().plan.serving.batch = 16;
    list.back().plan.serving.bits_per_weight = 16;
    list.back().plan.serving.kv_value_format = KvFormat::fp16;
  }
  for (const double gpus : {2.0, 3.0}) {  // as many as divide the heads, and more
    list.push_back(job("llama-3.3-70b", "rtx-4090", Task::inference));
    list.back().plan.serving.engine = Engine::vllm;
    list.back().plan.weight_format = value_of<JobFormat>("awq-int4");
    list.back().plan.serving.batch = 20;
    list.back().plan.gpus = gpus;
  }
  return list;
}

/// The fields of a job in which advice puts a word or a number, as a question says them.
ValueNode question(const Job& j, const Change& c) {
  ValueNode q = ValueNode::object();
  const bool training = j.plan.task == Task::training;
  q.set("ask", ValueNode::of(std::string_view("fit")));
  q.set("task", ValueNode::of(name_of(j.plan.task)));
  q.set("model", ValueNode::of(std::string_view(j.model.model.id)));
  q.set("gpu", ValueNode::of(std::string_view(j.gpu->gpu.id)));
  const auto set = [&](std::string_view field, const ValueNode& value) {
    if (c.field != field) q.set(field, value);
  };
  if (training) {
    set("sequenceTokens", ValueNode::of(*j.plan.sequence_tokens));
    set("method", ValueNode::of(name_of(j.plan.training.method)));
    set("microBatch", ValueNode::of(j.plan.training.micro_batch));
  } else {
    set("contextTokens", ValueNode::of(*j.plan.context_tokens));
    set("engine", ValueNode::of(name_of(j.plan.serving.engine)));
    set("batch", ValueNode::of(j.plan.serving.batch));
    set("gpus", ValueNode::of(j.plan.gpus));
    if (j.plan.weight_format) set("weightFormat", ValueNode::of(name_of(*j.plan.weight_format)));
    const bool leaves_out = !c.also_field.empty() && c.also_word.empty();
    const auto set_or_leave = [&](std::string_view field, const ValueNode& value) {
      if (!leaves_out || c.also_field != field) set(field, value);
    };
    if (j.plan.serving.bits_per_weight)
      set_or_leave("bitsPerWeight", ValueNode::of(*j.plan.serving.bits_per_weight));
    if (j.plan.serving.kv_value_format)
      set_or_leave("kvValueFormat", ValueNode::of(name_of(*j.plan.serving.kv_value_format)));
  }
  if (c.word == "true")
    q.set(c.field, ValueNode::of(true));
  else if (!c.word.empty())
    q.set(c.field, ValueNode::of(c.word));
  else
    q.set(c.field, ValueNode::of(c.number));
  if (!c.also_word.empty()) q.set(c.also_field, ValueNode::of(c.also_word));
  return q;
}

}  // namespace

TEST_CASE("a change does what it says: the changed question is answered so", "[fits][advice][property]") {
  int checked = 0;
  for (const Job& j : jobs()) {
    const AdviceAnswer a = answer_to(j);
    for (const Change& c : a.changes) {
      CAPTURE(j.model.model.id, j.gpu->gpu.id, c.id, c.word, c.number);
      CHECK(c.saved_bytes == a.required_bytes - c.required_bytes);
      const ValueNode reply = answer_question(question(j, c));
      const ValueNode result = reply.get("result");
      REQUIRE(!result.is_missing());
      CHECK(result.get("requiredBytes").number() == c.required_bytes);
      CHECK(result.get("outcome").text() == name_of(c.outcome));
      ++checked;
    }
  }
  CHECK(checked > 200);
}

TEST_CASE("what makes it fit comes first, the rest by what it saves", "[fits][advice]") {
  for (const Job& j : jobs()) {
    const AdviceAnswer a = answer_to(j);
    for (std::size_t i = 1; i < a.changes.size(); ++i) {
      const Change &before = a.changes[i - 1], &after = a.changes[i];
      const bool fits_before = before.outcome != Outcome::does_not_fit;
      const bool fits_after = after.outcome != Outcome::does_not_fit;
      CHECK(fits_before >= fits_after);
      if (!fits_before && !fits_after) CHECK(before.saved_bytes >= after.saved_bytes);
    }
  }
}

TEST_CASE("numbers are the mildest that fit", "[fits][advice]") {
  Job j = job("llama-3.1-8b", "rtx-4090", Task::inference);
  j.plan.serving.batch = 64;
  const AdviceAnswer a = answer_to(j);
  REQUIRE(a.outcome == Outcome::does_not_fit);
  for (const char* id : {"smaller-batch", "fewer-tokens"}) {
    const Change* c = find(a, id);
    REQUIRE(c);
    Job more = j;
    (c->field == "batch" ? more.plan.serving.batch : *more.plan.context_tokens) = c->number + 1;
    Problems problems;
    CHECK(answer(FitQuestion{more}, problems).outcome == Outcome::does_not_fit);
  }
}

TEST_CASE("an 8-bit optimizer, LoRA and more cards are advice for full training", "[fits][advice]") {
  Job j = job("llama-3.1-8b", "a100-sxm-80gb", Task::training);
  const AdviceAnswer a = answer_to(j);
  for (const char* id : {"optimizer-8bit", "recompute-full", "fused-cross-entropy", "lora", "qlora",
                         "more-gpus", "offload-optimizer", "fewer-tokens"}) {
    CAPTURE(id);
    CHECK(find(a, id));
  }
  CHECK(find(a, "optimizer-8bit")->saved_bytes > 40e9);
  j.plan.sequence_tokens = 4096;
  CHECK(find(answer_to(j), "lora")->outcome != Outcome::does_not_fit);
}

TEST_CASE("what saves less than a hundredth is advised only where it alone makes the job fit",
          "[fits][advice]") {
  int fitting = 0;
  for (const Job& j : jobs()) {
    const AdviceAnswer a = answer_to(j);
    for (const Change& c : a.changes) {
      CAPTURE(j.model.model.id, j.gpu->gpu.id, c.id, c.number, c.saved_bytes, a.required_bytes);
      const bool makes_fit = a.outcome == Outcome::does_not_fit && c.outcome != Outcome::does_not_fit;
      CHECK((makes_fit || c.saved_bytes >= 0.01 * a.required_bytes));
      fitting += a.outcome != Outcome::does_not_fit;
    }
  }
  CHECK(fitting > 20);

  // One rank less saves some MB of 20 GB: nothing to tell where the job fits, the answer where only that is
  // missing.
  Job j = job("llama-3.1-8b", "h100-sxm", Task::training);
  j.plan.training.method = Method::lora;
  j.plan.sequence_tokens = 1024;
  const AdviceAnswer fits = answer_to(j);
  REQUIRE(fits.outcome == Outcome::fits);
  CHECK(!find(fits, "smaller-rank"));
  CHECK(!find(fits, "fewer-tokens"));
  CHECK(find(fits, "qlora"));
  j.gpu.reset();
  j.memory_bytes = 1.0;
  Problems problems;
  const double without_memory = answer(AdviceQuestion{j}, problems).required_bytes;
  j.memory_bytes = without_memory;
  while (answer_to(j).outcome == Outcome::does_not_fit) *j.memory_bytes *= 1.001;
  *j.memory_bytes /= 1.001;
  const AdviceAnswer misses = answer_to(j);
  REQUIRE(misses.outcome == Outcome::does_not_fit);
  for (const char* id : {"smaller-rank", "fewer-tokens"}) {
    const Change* c = find(misses, id);
    CAPTURE(id);
    REQUIRE(c);
    CHECK(c->outcome != Outcome::does_not_fit);
    CHECK(c->saved_bytes < 0.01 * misses.required_bytes);
  }
}

TEST_CASE("each optimizer's 8-bit kind is advised in its place", "[fits][advice]") {
  for (const auto& [now, advised] :
       {std::pair{Optimizer::lion, "lion-8bit"}, std::pair{Optimizer::adamw, "adamw-8bit"}}) {
    Job j = job("llama-3.1-8b", "a100-sxm-80gb", Task::training);
    j.plan.training.optimizer = now;
    const AdviceAnswer a = answer_to(j);
    const Change* c = find(a, "optimizer-8bit");
    REQUIRE(c);
    CHECK(c->word == advised);
  }
  Job j = job("llama-3.1-8b", "a100-sxm-80gb", Task::training);
  j.plan.training.optimizer = Optimizer::sgd;
  CHECK(!find(answer_to(j), "optimizer-8bit"));
}
