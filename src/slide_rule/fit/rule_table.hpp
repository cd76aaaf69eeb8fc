#pragma once
// The article's fit table: every rule of thumb against every chosen device, both ways round. What is the
// largest model that fits, and does a model of this size fit?

#include <string_view>
#include <vector>

#include "slide_rule/fit/outcome.hpp"
#include "slide_rule/memory/rules_of_thumb.hpp"

namespace slide_rule {

/// Several equal cards. Their memory counts as one: the rule takes for granted that everything is sharded
/// evenly.
struct DeviceGroup {
  double memory_bytes = 0;  ///< usable, of one card
  double gpus = 1;

  static constexpr void describe(auto& v, auto& d) {
    v.field("memoryBytes", d.memory_bytes, amount.required());
    v.field("gpus", d.gpus, count(1, 1e6));
  }
};

struct RuleTableQuestion {
  double parameters = 2e9;
  std::vector<DeviceGroup> devices;

  static constexpr void describe(auto& v, auto& q) {
    v.field("parameters", q.parameters, amount);
    v.field("devices", q.devices);
  }
};

struct RuleCell {
  double parameters = 0;       ///< the largest count that fits: available / bytes a parameter
  double available_bytes = 0;  ///< memory_bytes x gpus
  double headroom_bytes = 0;   ///< available - required; negative where it does not fit
  double min_gpus = 0;         ///< the fewest of these cards that hold it
  Outcome outcome = Outcome::fits;
  Workings workings;  ///< of `parameters`

  static constexpr void describe(auto& v, auto& c) {
    v.field("parameters", c.parameters);
    v.field("availableBytes", c.available_bytes);
    v.field("headroomBytes", c.headroom_bytes);
    v.field("minGpus", c.min_gpus);
    v.field("outcome", c.outcome);
    v.field("workings", c.workings);
  }
};

struct RuleRow {
  std::string_view id;
  RuleChoice choice;
  double bytes_per_parameter = 0;
  double required_bytes = 0;
  std::vector<Term> terms;
  std::vector<RuleCell> cells;  ///< one a device, in the order of the question

  static constexpr void describe(auto& v, auto& r) {
    v.field("id", r.id);
    v.field("task", r.choice.task);
    v.field("rule", r.choice.rule);
    v.field("weightFormat", r.choice.format);
    v.field("optimizer", r.choice.optimizer);
    v.field("bytesPerParameter", r.bytes_per_parameter);
    v.field("requiredBytes", r.required_bytes);
    v.field("terms", r.terms);
    v.field("cells", r.cells);
  }
};

/// What a rule's total means on a device.
RuleCell cell_of(const RuleRow& row, const DeviceGroup& device);

struct RuleTableAnswer {
  std::vector<RuleRow> rows;

  static constexpr void describe(auto& v, auto& a) { v.field("rows", a.rows); }
};

RuleTableAnswer answer(const RuleTableQuestion& q, Problems& problems);

}  // namespace slide_rule
