#pragma once
// Every kind of question, once: its word in "ask", its struct. `answer(question, problems)` is found beside
// the struct.

#include "catalog/well_known_runs.hpp"
#include "slide_rule/ask.hpp"
#include "slide_rule/fit/rule_table.hpp"
#include "slide_rule/fit/solve.hpp"
#include "slide_rule/memory/inference.hpp"
#include "slide_rule/memory/rules_of_thumb.hpp"
#include "slide_rule/memory/training.hpp"
#include "slide_rule/model_questions.hpp"
#include "slide_rule/scaling/allocation.hpp"
#include "slide_rule/scaling/compare.hpp"
#include "slide_rule/scaling/curves.hpp"
#include "slide_rule/scaling/embedding_bridge.hpp"
#include "slide_rule/scaling/hyperparameters.hpp"
#include "slide_rule/scaling/law_fit.hpp"
#include "slide_rule/scaling/laws.hpp"
#include "slide_rule/scaling/target_loss.hpp"
#include "slide_rule/speed/model_training_time.hpp"
#include "slide_rule/speed/roofline.hpp"
#include "slide_rule/speed/training_time.hpp"

namespace slide_rule {

template <class Q>
struct Kind {
  using Question = Q;
  std::string_view word;
};

/// Calls visit(Kind<Question>{word}) for each kind that both the calculator and the page of all laws ask,
/// until one returns true.
template <class Visit>
constexpr bool any_shared_kind(Visit&& visit) {
  // clang-format off
  return false
      || visit(Kind<RuleOfThumbQuestion>{"rule-of-thumb"})
      || visit(Kind<RuleTableQuestion>{"rule-table"})
      || visit(Kind<LossQuestion>{"loss"})
      || visit(Kind<TargetLossQuestion>{"target-loss"})
      || visit(Kind<LawsQuestion>{"laws"})
      || visit(Kind<GpusQuestion>{"gpus"})
      || visit(Kind<CurveQuestion>{"curve"})
      || visit(Kind<RunsQuestion>{"runs"})
      || visit(Kind<MaxParametersQuestion>{"max-parameters"})
      ;
  // clang-format on
}

/// What the hosted page asks. The WebAssembly inside page and widget holds no other kinds, so that it stays
/// small.
template <class Visit>
constexpr bool any_page_kind(Visit&& visit) {
  return any_shared_kind(visit) || visit(Kind<TrainingTimeQuestion>{"training-time"});
}

/// What the page of models asks: which real model fits which GPU, and where its bytes go.
template <class Visit>
constexpr bool any_models_kind(Visit&& visit) {
  // clang-format off
  return false
      || visit(Kind<RuleOfThumbQuestion>{"rule-of-thumb"})
      || visit(Kind<MaxParametersQuestion>{"max-parameters"})
      || visit(Kind<GpusQuestion>{"gpus"})
      || visit(Kind<ModelQuestion>{"model"})
      || visit(Kind<ModelsQuestion>{"models"})
      || visit(Kind<TrainingMemoryQuestion>{"training-memory"})
      || visit(Kind<InferenceQuestion>{"inference-memory"})
      || visit(Kind<DecodeSpeedQuestion>{"decode-speed"})
      ;
  // clang-format on
}

/// What the page of all laws asks besides what the calculator asks.
template <class Visit>
constexpr bool any_laws_kind(Visit&& visit) {
  if (any_shared_kind(visit)) return true;
  // clang-format off
  return false
      || visit(Kind<OptimalQuestion>{"optimal"})
      || visit(Kind<HyperparametersQuestion>{"hyperparameters"})
      || visit(Kind<OverfittingQuestion>{"overfitting"})
      || visit(Kind<CompareQuestion>{"compare"})
      || visit(Kind<ContoursQuestion>{"contours"})
      || visit(Kind<IsoflopQuestion>{"isoflop"})
      ;
  // clang-format on
}

/// What the page that fits one's own runs asks: the fit, and the fitted law's curves beside the runs.
template <class Visit>
constexpr bool any_fit_kind(Visit&& visit) {
  // clang-format off
  return false
      || visit(Kind<LawFitQuestion>{"fit-law"})
      || visit(Kind<LossQuestion>{"loss"})
      || visit(Kind<CurveQuestion>{"curve"})
      ;
  // clang-format on
}

/// Every kind: what the batch command, the npm package and the native library answer.
template <class Visit>
constexpr bool any_kind(Visit&& visit) {
  if (any_laws_kind(visit)) return true;
  // clang-format off
  return false
      || visit(Kind<ModelQuestion>{"model"})
      || visit(Kind<ModelsQuestion>{"models"})
      || visit(Kind<TrainingMemoryQuestion>{"training-memory"})
      || visit(Kind<ModelTrainingTimeQuestion>{"training-time"})
      || visit(Kind<CriticalBatchQuestion>{"critical-batch"})
      || visit(Kind<EmbeddingBridgeQuestion>{"embedding-bridge"})
      || visit(Kind<LawFitQuestion>{"fit-law"})
      || visit(Kind<InferenceQuestion>{"inference-memory"})
      || visit(Kind<DecodeSpeedQuestion>{"decode-speed"})
      ;
  // clang-format on
}

/// Answers a question object {"ask": kind, ...fields}. The reply is {"result": {...}} or {"problems": [...]}.
void answer_question(const Value& question, Writer& reply);

/// [{kind, fields: [{name, type, required, default, minimum, maximum, whole, choices, ...}]}] for every kind.
void write_schema_of_questions(Writer& out);

/// The same for trees of values of some other kind; see pack() and unpack().
template <class Node>
Node answer_question(const Node& question) {
  Writer asked, reply;
  pack(question, asked);
  answer_question(Value(asked.bytes(), asked.texts()), reply);
  return unpack<Node>(Value(reply.bytes(), reply.texts()));
}
template <class Node>
Node schema_of_questions() {
  Writer schema;
  write_schema_of_questions(schema);
  return unpack<Node>(Value(schema.bytes(), schema.texts()));
}

}  // namespace slide_rule
