#include "slide_rule/fit/need.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

#include "slide_rule/fit/largest.hpp"

namespace slide_rule {
namespace {

constexpr double kMostRanks = 65536;

/// What vLLM may fill of the card: its share, and beside it what it does not count into that.
double vllm_available(const InferencePlan& plan, const InferenceParts& parts, const Card& card) {
  const double total = card.serving.total_bytes > 0 ? card.serving.total_bytes : card.available_bytes;
  const double share = plan.gpu_memory_utilization * total;
  return std::min(card.available_bytes, share + parts.graphs + parts.process_context);
}

bool splits_tensors(const InferencePlan& plan) {
  const bool engine = plan.engine == Engine::vllm || plan.engine == Engine::mlc;
  return engine && plan.gpus == 1 && plan.tensor_parallel == 1;
}

/// Cards come in multiples of this.
double ranks_of_one(const JobPlan& plan) {
  if (plan.task == Task::inference) return plan.serving.tensor_parallel;
  const TrainingPlan& t = plan.training;
  const auto stage_ranks = static_cast<std::int64_t>(t.tensor_parallel * t.context_parallel);
  return t.pipeline_parallel *
         static_cast<double>(std::lcm(stage_ranks, static_cast<std::int64_t>(t.expert_parallel)));
}

double most_ranks(const JobPlan& plan, const Model& model) {
  if (plan.task == Task::training) return kMostRanks;
  return splits_tensors(plan.serving) ? model.heads : model.layers;
}

}  // namespace

Card card_of(const Hardware& h) {
  Card card;
  card.available_bytes = available_bytes(h);
  card.context_bytes = context_bytes(h);
  card.serving = h.gpu ? serving_device(h.gpu->gpu, total_bytes(h)) : serving_device();
  card.serving.total_bytes = total_bytes(h);
  return card;
}

Need Needs::of(const TrainingPlan& plan) const {
  const double peak = training_bytes(model_, plan);
  Interval interval = training_interval(plan, peak);
  interval.low += card_.context_bytes;
  interval.high += card_.context_bytes;
  return {peak + card_.context_bytes, card_.available_bytes, interval};
}

Need Needs::of(const InferencePlan& plan) const {
  InferenceParts parts;
  busiest_stage(table_, plan, card_.serving, parts);
  Interval interval = inference_interval(plan, parts);
  const double outside = parts.device_bytes() - parts.peak_bytes();
  interval.low += outside;
  interval.high += outside;
  const double available =
      plan.engine == Engine::vllm ? vllm_available(plan, parts, card_) : card_.available_bytes;
  return {parts.device_bytes(), available, interval};
}

Need need_of(const Job& job) {
  Need need = Needs(job.model.model, card_of(job.hardware())).of(job.plan);
  if (!job.draft_model) return need;
  InferenceQuestion q{job.model, job.plan.serving, job.gpu, job.memory_bytes, {}, job.draft_weight_format};
  Problems none;
  const double alone = answer(q, none).device_bytes;
  q.draft_model = job.draft_model;
  const double draft = answer(q, none).device_bytes - alone;
  need.bytes += draft;
  need.interval.low += draft;
  need.interval.high += draft;
  return need;
}

std::optional<JobPlan> spread(const JobPlan& plan, const Model& model, double gpus) {
  JobPlan p = plan;
  Problems problems;
  if (plan.task == Task::training) {
    TrainingPlan& t = p.training;
    const bool more = gpus > std::max(1.0, ranks_of_one(plan));
    t.gpus = gpus;
    if (more && t.sharding == Sharding::none) t.sharding = Sharding::zero3;
    check(model, t, problems);
  } else {
    InferencePlan& s = p.serving;
    s.gpus = gpus;
    if (splits_tensors(plan.serving)) {
      s.tensor_parallel = gpus;
      if (std::fmod(model.heads, gpus) != 0) return {};
    }
    if (s.stages() > model.layers) return {};
    check(s, problems);
  }
  if (!problems.empty()) return {};
  return p;
}

double fewest_gpus(const Needs& needs, const JobPlan& plan) {
  const double step = ranks_of_one(plan), most = most_ranks(plan, needs.model());
  const auto fits_on = [&](double groups) {
    const std::optional<JobPlan> p = spread(plan, needs.model(), groups * step);
    return p && needs.of(*p).fits();
  };
  if (plan.task == Task::inference && splits_tensors(plan.serving)) {
    for (double n = 1; n <= most; ++n) {
      if (fits_on(n)) return n;
    }
    return 0;
  }
  // More ranks never need more: the first number that is enough.
  const double groups = first_true(1, std::floor(most / step), fits_on);
  return groups > 0 ? groups * step : 0;
}

}  // namespace slide_rule
