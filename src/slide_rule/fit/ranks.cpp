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

namespace {

/// Fills in the classes for which the plan's estimate is that of `asked`; `parts` are its busiest stage's.
void add_needs(const InferencePlan& plan, InferenceParts& parts, std::size_t asked, ClassNeeds& needs) {
  for (std::size_t c = asked; c < kClasses; ++c) {
    if ((c & asked_bits(plan)) != asked) continue;
    const std::size_t likewise = asked + (c & kLargeWorkspace);
    if (likewise < c) {
      needs[c] = needs[likewise];
      continue;
    }
    const Card card{kInfinity, 0, device_of(c)};
    // The workspace is the same on every stage: it changes the sum, not what is busiest.
    if (parts.workspace > 0) parts.workspace = card.serving.workspace_bytes;
    needs[c] = need_of(plan, parts, card);
  }
}

}  // namespace

ClassNeeds class_needs(ServedModel& served) {
  ClassNeeds needs;
  InferenceParts parts;
  for (std::size_t c = 0; c < kClasses; ++c) {
    if ((c & asked_bits(served.plan())) != c) continue;
    served.busiest_stage(device_of(c), parts);
    add_needs(served.plan(), parts, c, needs);
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

SplitRanks::Split& SplitRanks::on(double gpus, std::size_t of_class) {
  const std::size_t asked = of_class & asked_bits(plan_);
  const std::size_t i = static_cast<std::size_t>(gpus) * kClasses + asked;
  if (i >= place_.size()) place_.resize(i + 1);
  if (place_[i] == 0) {
    splits_.push_back(split_over(gpus, asked));
    place_[i] = splits_.size();
  }
  return splits_[place_[i] - 1];
}

SplitRanks::Split SplitRanks::split_over(double gpus, std::size_t of_class) {
  Split split;
  const std::optional<InferencePlan> plan = spread(plan_, table_.model(), gpus);
  if (!plan) return split;
  split.end = served_on(*plan).busier_end(device_of(of_class), split.parts);
  split.end_bytes = split.parts.peak_bytes() + split.parts.context;
  // Graphs are a layer's, and stages differ by one layer at most.
  split.beside_share_bytes = split.parts.graphs * (1 + 1.0 / (split.end.last - split.end.first));
  return split;
}

double SplitRanks::bytes_between(double gpus, std::size_t of_class) {
  Split& split = on(gpus, of_class);
  if (split.between_bytes >= 0) return split.between_bytes;
  split.between_bytes = 0;
  const InferencePlan plan = *spread(plan_, table_.model(), gpus);
  const int stages = static_cast<int>(plan.stages()), longer = table_.layers() % stages;
  if (stages < 3) return 0;
  // The last of those that have a layer more: dense layers stand first, and experts are heavier.
  const Stage stage = stage_of(plan, table_.layers(), stages, longer > 1 ? longer - 1 : stages - 2);
  const InferenceParts parts = served_on(plan).parts(device_of(of_class & asked_bits(plan_)), stage);
  return split.between_bytes = parts.peak_bytes() + parts.context;
}

const ClassNeeds& SplitRanks::needs_of(double gpus, std::size_t of_class) {
  if (gpus == served_gpus_) return served_needs_;
  Split& split = on(gpus, of_class);
  if (split.asked == 0) {
    const std::size_t asked = of_class & asked_bits(plan_);
    ServedModel& served = served_on(*spread(plan_, table_.model(), gpus));
    served.busiest_stage(device_of(asked), split.end, split.parts);
    add_needs(served.plan(), split.parts, asked, asked_.emplace_back());
    split.asked = asked_.size();
  }
  return asked_[split.asked - 1];
}

ServedModel& SplitRanks::served_on(const InferencePlan& plan) {
  ServedModel* served = plan.ranks() == served_.plan().ranks() ? &served_ : nullptr;
  for (const auto& other : others_) {
    if (other->plan().ranks() == plan.ranks()) served = other.get();
  }
  if (!served) served = others_.emplace_back(std::make_unique<ServedModel>(table_, plan, buffers_)).get();
  served->split_over(plan.gpus);
  return *served;
}

}  // namespace slide_rule
