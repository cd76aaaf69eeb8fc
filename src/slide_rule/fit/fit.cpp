#include "slide_rule/fit/fit.hpp"

namespace slide_rule {
namespace {

std::string_view way_to_spread(const JobPlan& plan) {
  if (plan.task == Task::training) {
    return plan.training.sharding == Sharding::none ? "min-gpus-zero3" : std::string_view();
  }
  if (splits_by_itself(plan.serving)) return "min-gpus-tensor-parallel";
  return plan.gpus > 1 ? std::string_view() : "min-gpus-layer-split";
}

std::vector<Assumption> assumptions_of(const Job& job) {
  if (job.plan.task == Task::training) {
    std::vector<Assumption> list = training_memory(job.model.model, job.plan.training).assumptions;
    job.model.add_assumptions(list);
    return list;
  }
  Problems none;
  return answer(InferenceQuestion{job.model, job.plan.serving, job.gpu, job.memory_bytes, {}, {}}, none)
      .assumptions;
}

}  // namespace

FitAnswer answer(const FitQuestion& q, Problems& problems) {
  Job job = q.job;
  settle(job, problems);
  if (!problems.empty()) return {};
  const Need need = need_of(job);
  FitAnswer a;
  a.outcome = need.outcome();
  a.required_bytes = need.bytes;
  a.available_bytes = need.available_bytes;
  a.headroom_bytes = need.available_bytes - need.bytes;
  a.interval = need.interval;
  const LayerTable table(job.model.model);
  a.min_gpus = fewest_gpus(Needs(table, job), job.plan);
  a.assumptions = assumptions_of(job);
  const std::string_view way = way_to_spread(job.plan);
  if (a.min_gpus > 1 && !way.empty()) a.assumptions.push_back({way, a.min_gpus});
  return a;
}

}  // namespace slide_rule
