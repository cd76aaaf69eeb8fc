#include "slide_rule/fit/need.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

#include "slide_rule/fit/largest.hpp"
#include "slide_rule/memory/inference_detail.hpp"

namespace slide_rule {
namespace {

constexpr double kMostRanks = 65536;

/// Cards come in multiples of this.
double ranks_of_one(const JobPlan& plan) {
  if (plan.task == Task::inference) return plan.serving.ranks();
  const TrainingPlan& t = plan.training;
  const auto stage_ranks = static_cast<std::int64_t>(t.tensor_parallel * t.context_parallel);
  return t.pipeline_parallel *
         static_cast<double>(std::lcm(stage_ranks, static_cast<std::int64_t>(t.expert_parallel)));
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
  const double peak = training_bytes(table_, plan);
  Interval interval = training_interval(plan, peak);
  interval.low += card_.context_bytes;
  interval.high += card_.context_bytes;
  return {peak + card_.context_bytes, card_.available_bytes, interval};
}

Need Needs::of(const InferencePlan& plan) const {
  GgmlBuffers buffers(table_);
  ServedModel served(table_, plan, buffers);
  Need need = need_of(served, card_);
  if (job_ == nullptr || !job_->draft_model) return need;
  InferenceQuestion q{job_->model, plan, job_->gpu, job_->memory_bytes, {}, job_->draft_weight_format};
  Problems none;
  const double alone = answer(q, none).device_bytes;
  q.draft_model = job_->draft_model;
  const double draft = answer(q, none).device_bytes - alone;
  need.bytes += draft;
  need.interval.low += draft;
  need.interval.high += draft;
  return need;
}

Need need_of(ServedModel& served, const Card& card) {
  InferenceParts parts;
  served.busiest_stage(card.serving, parts);
  return need_of(served.plan(), parts, card);
}

Need need_of(const InferencePlan& plan, const InferenceParts& parts, const Card& card) {
  Interval interval = inference_interval(plan, parts);
  const double outside = parts.device_bytes() - parts.peak_bytes();
  const bool by_llama_cpp = plan.engine == Engine::llama_cpp && parts.context > 0;
  const double spread = by_llama_cpp ? detail::kLlamaCppContextSpread : 0;
  interval.low += outside - spread;
  interval.high += outside + spread;
  Need need{parts.device_bytes(), card.available_bytes, interval};
  if (plan.engine == Engine::vllm) {
    need.beside_share_bytes = parts.graphs + parts.process_context;
    const double share = plan.gpu_memory_utilization * card.serving.total_bytes;
    need.available_bytes = std::min(need.available_bytes, share + need.beside_share_bytes);
  }
  return need;
}

Need need_of(const Job& job) { return Needs(LayerTable(job.model.model), job).of(job.plan); }

std::optional<InferencePlan> spread(const InferencePlan& plan, const Model& model, double gpus) {
  InferencePlan p = plan;
  p.gpus = gpus;
  p = with_split(p, model);
  Problems problems;
  check(model, p, problems);
  if (!problems.empty()) return {};
  return p;
}

std::optional<JobPlan> spread(const JobPlan& plan, const Model& model, double gpus) {
  JobPlan p = plan;
  p.gpus = gpus;
  if (plan.task == Task::inference) {
    const auto serving = spread(plan.serving, model, gpus);
    if (!serving) return {};
    p.serving = *serving;
    return p;
  }
  TrainingPlan& t = p.training;
  const bool more = gpus > std::max(1.0, ranks_of_one(plan));
  t.gpus = gpus;
  if (more && t.sharding == Sharding::none) t.sharding = Sharding::zero3;
  Problems problems;
  check(model, t, problems);
  if (!problems.empty()) return {};
  return p;
}

Spreading spreading_of(const JobPlan& plan, const Model& model) {
  Spreading s;
  s.step = ranks_of_one(plan);
  if (plan.task == Task::training) {
    s.most = kMostRanks;
    return s;
  }
  s.unit = s.step;
  if (splits_by_itself(plan.serving)) {
    s.unit = 1;
    InferencePlan widest = plan.serving;
    widest.gpus = std::max(1.0, model.heads);
    s.step = with_split(widest, model).ranks();
  }
  s.most = model.layers * s.step;
  return s;
}

double fewest_of(const Spreading& s, double least, Condition fits_on) {
  const auto from = [&](double unit) { return std::max(1.0, std::ceil(least / unit)); };
  const double end = s.step * first_true(from(s.step), std::floor(s.most / s.step),
                                         [&](double n) { return fits_on(n * s.step); });
  if (s.unit == 0) return end;
  for (double n = s.unit * from(s.unit); n < end; n += s.unit) {
    if (fits_on(n)) return n;
  }
  return end;
}

double fewest_gpus(const Needs& needs, const JobPlan& plan) {
  return fewest_of(spreading_of(plan, needs.model()), 1, [&](double gpus) {
    const std::optional<JobPlan> p = spread(plan, needs.model(), gpus);
    return p && needs.of(*p).fits();
  });
}

}  // namespace slide_rule
