#include "slide_rule/fit/ranks.hpp"

#include <algorithm>
#include <limits>

#include "slide_rule/memory/inference_detail.hpp"

namespace slide_rule {
namespace {

using namespace detail;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::size_t kLargeDevice = 1, kLargeWorkspace = 2;

/// A device of the class.
ServingDevice device_of(std::size_t of_class) {
  ServingDevice d;
  d.total_bytes = of_class & kLargeDevice ? kLargeDeviceBytes : 1;
  d.workspace_bytes = of_class & kLargeWorkspace ? kLargeWorkspaceBytes : kWorkspaceBytes;
  return d;
}

/// The class as far as an engine's estimate depends on it.
std::size_t relevant_class(Engine engine, std::size_t of_class) {
  if (engine == Engine::vllm) return of_class;
  return engine == Engine::transformers ? of_class & kLargeWorkspace : 0;
}

}  // namespace

std::size_t class_of(const ServingDevice& d) {
  return (d.total_bytes >= kLargeDeviceBytes ? kLargeDevice : 0) +
         (d.workspace_bytes == kLargeWorkspaceBytes ? kLargeWorkspace : 0);
}

ClassNeeds class_needs(ServedModel& served) {
  ClassNeeds needs;
  for (std::size_t c = 0; c < kClasses; ++c) {
    const std::size_t relevant = relevant_class(served.plan().engine, c);
    needs[c] = relevant == c ? need_of(served, {kInfinity, 0, device_of(c)}) : needs[relevant];
  }
  return needs;
}

ShardedRanks::ShardedRanks(const Model& model, const JobPlan& plan, const Spreading& spreading) {
  constexpr double kFew = 2, kMany = 32768;
  most_ = std::floor(spreading.most / spreading.step);
  const auto phases = [&](double groups) {
    const auto p = spread(plan, model, groups * spreading.step);
    return p ? training_phase_bytes(model, p->training) : std::vector<double>();
  };
  few_ = phases(kFew);
  const std::vector<double> many = phases(kMany);
  for (std::size_t i = 0; i < many.size(); ++i) {
    sharded_.push_back((few_[i] - many[i]) / (1 / kFew - 1 / kMany));
    few_[i] -= sharded_[i] / kFew;
  }
  if (many.empty()) few_.clear();
}

double ShardedRanks::fewest(double room) const {
  if (few_.empty()) return 0;
  double groups = 2;
  for (std::size_t i = 0; i < few_.size(); ++i) {
    if (few_[i] >= room) return 0;
    groups = std::max(groups, std::ceil(sharded_[i] / (room - few_[i])));
  }
  return groups > most_ ? 0 : groups;
}

SplitRanks::SplitRanks(const LayerTable& table, const JobPlan& plan, ServedModel& served,
                       const ClassNeeds& needs)
    : table_(table),
      plan_(plan.serving),
      served_(served),
      served_gpus_(served.plan().gpus),
      served_needs_(needs) {
  const Model& model = table.model();
  const Spreading s = spreading_of(plan, model);
  splits_tensors_ = s.tensors;
  for (double groups = 1; groups <= std::floor(s.most / s.step); ++groups) {
    if (s.tensors && std::fmod(model.heads, groups) != 0) continue;
    known_.push_back({groups * s.step});
  }
}

const ClassNeeds& SplitRanks::at(std::size_t i) {
  Known& known = known_[i];
  if (known.at > 0) return asked_[known.at - 1];
  asked_.push_back(ask(known.gpus));
  known.at = asked_.size();
  return asked_.back();
}

ClassNeeds SplitRanks::ask(double gpus) {
  const std::optional<InferencePlan> p = spread(plan_, table_.model(), gpus);
  if (!p) {
    ClassNeeds never;
    for (Need& need : never) need.bytes = kInfinity;
    return never;
  }
  if (gpus == served_gpus_) return served_needs_;
  if (splits_tensors_) {
    ServedModel split(table_, *p);
    return class_needs(split);
  }
  served_.split_over(gpus);
  return class_needs(served_);
}

}  // namespace slide_rule
