#include "slide_rule/fit/ranks.hpp"

#include <algorithm>

#include "slide_rule/memory/inference_detail.hpp"

namespace slide_rule {
namespace {

using namespace detail;

constexpr std::size_t kLargeWorkspace = 1, kLargeDevice = 2, kReordersMxfp4 = 4;

/// A device of the class.
ServingDevice device_of(std::size_t of_class) {
  ServingDevice d;
  d.total_bytes = of_class & kLargeDevice ? kLargeDeviceBytes : 1;
  d.workspace_bytes = of_class & kLargeWorkspace ? kLargeWorkspaceBytes : kWorkspaceBytes;
  d.reorders_mxfp4 = of_class & kReordersMxfp4;
  return d;
}

/// The bits of a class that the plan's estimate is made anew for.
std::size_t asked_bits(const InferencePlan& plan) {
  if (plan.engine != Engine::vllm) return 0;
  return kLargeDevice + (plan.weight_format == WeightFormat::mxfp4 ? kReordersMxfp4 : 0);
}

}  // namespace

std::size_t class_of(const ServingDevice& d) {
  return (d.total_bytes >= kLargeDeviceBytes ? kLargeDevice : 0) +
         (d.workspace_bytes == kLargeWorkspaceBytes ? kLargeWorkspace : 0) +
         (d.reorders_mxfp4 ? kReordersMxfp4 : 0);
}

ClassNeeds class_needs(ServedModel& served, std::optional<std::size_t> like) {
  ClassNeeds needs;
  InferenceParts parts;
  for (std::size_t c = 0; c < kClasses; ++c) {
    const std::size_t asked = c & asked_bits(served.plan()), likewise = asked + (c & kLargeWorkspace);
    if (like && asked != (*like & asked_bits(served.plan()))) continue;
    if (likewise < c) {
      needs[c] = needs[likewise];
      continue;
    }
    const Card card{kInfinity, 0, device_of(c)};
    if (asked == c) served.busiest_stage(card.serving, parts);
    // The workspace is the same on every stage: it changes the sum, not what is busiest.
    if (parts.workspace > 0) parts.workspace = card.serving.workspace_bytes;
    needs[c] = need_of(served.plan(), parts, card);
  }
  return needs;
}

ShardedRanks::ShardedRanks(const LayerTable& table, const JobPlan& plan, const Spreading& spreading) {
  constexpr double kFew = 2, kMany = 32768;
  most_ = std::floor(spreading.most / spreading.step);
  const auto phases = [&](double groups) {
    const auto p = spread(plan, table.model(), groups * spreading.step);
    return p ? training_phase_bytes(table, p->training) : std::vector<double>();
  };
  const std::vector<double> few = phases(kFew), many = phases(kMany);
  for (std::size_t i = 0; i < many.size(); ++i) {
    Phase phase;
    phase.divided = (few[i] - many[i]) / (1 / kFew - 1 / kMany);
    phase.whole = few[i] - phase.divided / kFew;
    if (std::any_of(phases_.begin(), phases_.end(), [&](const Phase& p) { return phase.is_within(p); }))
      continue;
    std::erase_if(phases_, [&](const Phase& p) { return p.is_within(phase); });
    phases_.push_back(phase);
  }
}

double ShardedRanks::fewest(double room) const {
  if (phases_.empty()) return 0;
  double groups = 2;
  for (const Phase& p : phases_) {
    if (p.whole >= room) return 0;
    groups = std::max(groups, std::ceil(p.divided / (room - p.whole)));
  }
  return groups > most_ ? 0 : groups;
}

SplitRanks::SplitRanks(const LayerTable& table, const JobPlan& plan, ServedModel& served,
                       const ClassNeeds& needs)
    : table_(table),
      buffers_(table),
      plan_(plan.serving),
      served_(served),
      served_gpus_(served.plan().gpus),
      served_needs_(needs),
      spreading_(spreading_of(plan, table.model())),
      weights_bytes_(served.weights_bytes()) {}

const ClassNeeds& SplitRanks::on(double gpus, std::size_t of_class) {
  const std::size_t i = static_cast<std::size_t>(gpus) * kClasses + (of_class & asked_bits(plan_));
  if (i >= place_.size()) place_.resize(i + 1);
  if (place_[i] == 0) {
    asked_.push_back(ask(gpus, of_class));
    place_[i] = asked_.size();
  }
  return asked_[place_[i] - 1];
}

ClassNeeds SplitRanks::ask(double gpus, std::size_t of_class) {
  const std::optional<InferencePlan> p = spread(plan_, table_.model(), gpus);
  if (!p) {
    ClassNeeds never;
    for (Need& need : never) need.bytes = kInfinity;
    return never;
  }
  if (gpus == served_gpus_) return served_needs_;
  ServedModel& split = split_among(*p);
  split.split_over(gpus);
  return class_needs(split, of_class);
}

ServedModel& SplitRanks::split_among(const InferencePlan& plan) {
  if (plan.ranks() == served_.plan().ranks()) return served_;
  for (const auto& other : others_) {
    if (other->plan().ranks() == plan.ranks()) return *other;
  }
  return *others_.emplace_back(std::make_unique<ServedModel>(table_, plan, buffers_));
}

}  // namespace slide_rule
