#pragma once
// "Why does another calculator say something else?" The rules that other tools publish, asked the same
// question: src/catalog/peer_rules.json, each held to that tool's own recorded answers by a test.

#include <string_view>
#include <vector>

#include "slide_rule/fit/job.hpp"

namespace slide_rule {

/// What of a job a rule tells.
enum class PeerFigure {
  total,        ///< training: of one GPU; inference: of all of them
  weights,      ///< of the whole model
  kv_cache,     ///< of the whole model
  activations,  ///< vLLM's, logits included
};
SLIDE_RULE_NAMES(PeerFigure, "total", "weights", "kv-cache", "activations")

struct PeerRulesQuestion {
  Job job;

  static constexpr void describe(auto& v, auto& q) { Job::describe(v, q.job); }
};

struct PeerAnswer {
  std::string_view id;    ///< of the rule
  std::string_view tool;  ///< its name
  PeerFigure of = PeerFigure::total;
  double bytes = 0;             ///< what the tool says
  double own_bytes = 0;         ///< what the estimate says of the same, as the framework's allocators count
  double difference_bytes = 0;  ///< bytes - own_bytes
  double ratio = 1;             ///< bytes / own_bytes
  std::string_view reason;      ///< why they differ; the sentence is "peer-reason.<reason>"
  Workings workings;            ///< of `bytes`

  static constexpr void describe(auto& v, auto& a) {
    v.field("id", a.id);
    v.field("tool", a.tool);
    v.field("of", a.of);
    v.field("bytes", a.bytes);
    v.field("ownBytes", a.own_bytes);
    v.field("differenceBytes", a.difference_bytes);
    v.field("ratio", a.ratio);
    v.field("reason", a.reason);
    v.field("workings", a.workings);
  }
};

struct PeerRulesAnswer {
  std::vector<PeerAnswer> rules;  ///< those that answer such a question: totals first, then by id

  static constexpr void describe(auto& v, auto& a) { v.field("rules", a.rules); }
};

/// Left out: rules that are stated for other jobs, that need a width which the model has not (a dense MLP),
/// and in training under tensor, pipeline or context parallelism those that know no such thing.
PeerRulesAnswer answer(const PeerRulesQuestion& q, Problems& problems);

}  // namespace slide_rule
