#pragma once
// A job: a model that is trained or served, and how. Its fields are those of training-memory and
// inference-memory together, under one `task`.

#include <optional>
#include <string_view>

#include "slide_rule/choices.hpp"
#include "slide_rule/memory/device.hpp"
#include "slide_rule/memory/rules_of_thumb.hpp"
#include "slide_rule/memory/serving_plan.hpp"
#include "slide_rule/memory/training_plan.hpp"

namespace slide_rule {

/// A weight format by any of its words: those of served models, then those of frozen weights in training
/// that serving has no word for, then the rules of thumb's.
enum class JobFormat : unsigned {};

namespace detail {

constexpr auto kJobFormatsAtMost =
    Names<WeightFormat>::words.size() + Names<NumberFormat>::words.size() + Names<RuleFormat>::words.size();

struct JobFormatWords {
  std::array<std::string_view, kJobFormatsAtMost> words{};
  std::size_t count = 0;

  constexpr void add(const auto& others) {
    for (std::string_view word : others) {
      bool known = false;
      for (std::size_t i = 0; i < count; ++i) known = known || words[i] == word;
      if (!known) words[count++] = word;
    }
  }
};
inline constexpr JobFormatWords kJobFormatWords = [] {
  JobFormatWords all;
  all.add(Names<WeightFormat>::words);
  all.add(Names<NumberFormat>::words);
  all.add(Names<RuleFormat>::words);
  return all;
}();

}  // namespace detail

template <>
struct Names<JobFormat> {
  static constexpr std::span<const std::string_view> words{detail::kJobFormatWords.words.data(),
                                                           detail::kJobFormatWords.count};
};

/// The value of E that has this word.
template <Named E>
std::optional<E> value_of(std::string_view word) {
  std::size_t i = 0;
  for (std::string_view known : Names<E>::words) {
    if (known == word) return static_cast<E>(i);
    ++i;
  }
  return {};
}

/// How a job is done. Fields that both tasks have stand here; settle() moves them into the task's own plan.
struct JobPlan {
  Task task = Task::training;
  TrainingPlan training;
  InferencePlan serving;
  std::optional<JobFormat> weight_format;
  std::optional<double> sequence_tokens, context_tokens;
  std::optional<AttentionKernel> attention;
  std::optional<double> lora_rank;
  double gpus = 1;
  std::optional<double> tensor_parallel;
  std::optional<double> software_year;

  static constexpr std::string_view kShared[] = {"weightFormat",   "sequenceTokens", "contextTokens",
                                                 "attention",      "loraRank",       "gpus",
                                                 "tensorParallel", "softwareYear"};

  static constexpr void describe(auto& v, auto& p) {
    v.field("task", p.task, required_text);
    describe_plan(v, p);
  }

  /// Everything but the task.
  static constexpr void describe_plan(auto& v, auto& p) {
    v.field("sequenceTokens", p.sequence_tokens, count(1, 1e9));
    v.field("contextTokens", p.context_tokens, count(1, 1e9));
    v.field("weightFormat", p.weight_format);
    v.field("attention", p.attention);
    v.field("loraRank", p.lora_rank, count(0, 65536));
    v.field("gpus", p.gpus, count(1, 1e6));
    v.field("tensorParallel", p.tensor_parallel, count(1, 1e4));
    v.field("softwareYear", p.software_year, between(2018, 2100));
    Unshared own{v};
    TrainingPlan::describe(own, p.training);
    InferencePlan::describe(own, p.serving);
  }

 private:
  /// Passes on the fields of one task's plan that the other has not.
  template <class V>
  struct Unshared {
    V& v;
    constexpr void field(std::string_view name, auto& member, auto... limits) {
      for (std::string_view shared : kShared) {
        if (shared == name) return;
      }
      v.field(name, member, limits...);
    }
  };
  template <class V>
  Unshared(V&) -> Unshared<V>;
};

/// Puts the shared fields into the plan of the task and checks what only one task has: tokens that are
/// missing, fields of the other task. `path` begins the problems' fields.
void settle(JobPlan& plan, Problems& problems, const std::string& path = {});

/// A job on cards of one kind; how many stands in the plan.
struct Job {
  ModelChoice model;
  JobPlan plan;
  std::optional<GpuChoice> gpu;
  std::optional<double> gpu_memory_gb, memory_bytes;
  std::optional<ModelChoice> draft_model;  ///< of inference, see InferenceQuestion
  WeightFormat draft_weight_format = WeightFormat::bf16;

  static constexpr void describe(auto& v, auto& j) {
    v.field("model", j.model, required_text);
    JobPlan::describe(v, j.plan);
    describe_hardware(v, j);
    v.field("draftModel", j.draft_model);
    v.field("draftWeightFormat", j.draft_weight_format);
  }
  static constexpr void describe_hardware(auto& v, auto& j) {
    v.field("gpu", j.gpu);
    v.field("gpuMemoryGb", j.gpu_memory_gb, positive);
    v.field("memoryBytes", j.memory_bytes, amount);
  }

  Hardware hardware() const { return {gpu, gpu_memory_gb, memory_bytes, plan.gpus}; }
};

/// Settles the plan and checks it with model and hardware.
void settle(Job& job, Problems& problems);

}  // namespace slide_rule
