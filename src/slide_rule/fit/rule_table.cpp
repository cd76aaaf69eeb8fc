#include "slide_rule/fit/rule_table.hpp"

#include <array>
#include <cmath>

namespace slide_rule {
namespace {

struct NamedRule {
  std::string_view id;
  RuleChoice choice;
};

const std::array<NamedRule, 8> kRows{{
    {"infer-fp32", {Rule::article_2024, Task::inference, RuleFormat::fp32, {}}},
    {"infer-bf16", {Rule::article_2024, Task::inference, RuleFormat::bf16, {}}},
    {"infer-int8", {Rule::article_2024, Task::inference, RuleFormat::int8, {}}},
    {"infer-int4", {Rule::article_2024, Task::inference, RuleFormat::int4, {}}},
    {"article-fp32-adamw", {Rule::article_2024, Task::training, {}, {}}},
    {"eleutherai-adamw", {Rule::eleutherai, Task::training, RuleFormat::bf16, RuleOptimizer::adamw}},
    {"eleutherai-adamw-8bit",
     {Rule::eleutherai, Task::training, RuleFormat::bf16, RuleOptimizer::adamw_8bit}},
    {"eleutherai-sgd-momentum",
     {Rule::eleutherai, Task::training, RuleFormat::bf16, RuleOptimizer::sgd_momentum}},
}};

}  // namespace

RuleCell cell_of(const RuleRow& row, const DeviceGroup& device) {
  RuleCell cell;
  cell.available_bytes = device.memory_bytes * device.gpus;
  cell.parameters = cell.available_bytes / row.bytes_per_parameter;
  cell.headroom_bytes = cell.available_bytes - row.required_bytes;
  cell.min_gpus = std::ceil(row.required_bytes / device.memory_bytes);
  cell.outcome =
      outcome_of(row.required_bytes, row.required_bytes * (1 + kReservedShare), cell.available_bytes);
  cell.workings = {"memoryBytes * gpus / bytesPerParameter",
                   {{"memoryBytes", device.memory_bytes},
                    {"gpus", device.gpus},
                    {"bytesPerParameter", row.bytes_per_parameter}},
                   row.terms.front().source};
  return cell;
}

RuleTableAnswer answer(const RuleTableQuestion& q, Problems& problems) {
  // Each takes eight cells of some 340 bytes: 10,000 of them are an answer of 27 MB.
  constexpr std::size_t kMostDevices = 10000;
  if (q.devices.size() > kMostDevices) add(problems, "devices", Code::too_large, kMostDevices);
  RuleTableAnswer table;
  if (!problems.empty()) return table;
  for (const NamedRule& rule : kRows) {
    RuleRow row{
        rule.id, rule.choice, bytes_per_parameter(rule.choice), 0, terms_of_rule(rule.choice, q.parameters),
        {}};
    row.required_bytes = sum_of(row.terms);
    for (const DeviceGroup& device : q.devices) row.cells.push_back(cell_of(row, device));
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace slide_rule
