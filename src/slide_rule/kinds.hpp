#pragma once
// Every kind of question, once: its word in "ask", its struct. `answer(question, problems)` is found beside
// the struct.

#include "catalog/well_known_runs.hpp"
#include "slide_rule/ask.hpp"
#include "slide_rule/fit/advice.hpp"
#include "slide_rule/fit/fit.hpp"
#include "slide_rule/fit/inverses.hpp"
#include "slide_rule/fit/peer_rules.hpp"
#include "slide_rule/fit/rule_table.hpp"
#include "slide_rule/fit/served_speed.hpp"
#include "slide_rule/fit/slide_rule_question.hpp"
#include "slide_rule/fit/solve.hpp"
#include "slide_rule/fit/table.hpp"
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

// Each of these calls visit(Kind<Question>{word}) for every kind in it, until one returns true.

/// What every answerer but that of the page of models answers alike.
template <class Visit>
constexpr bool any_common_kind(Visit&& visit) {
  // clang-format off
  return false
      || visit(Kind<RuleOfThumbQuestion>{"rule-of-thumb"})
      || visit(Kind<SlideRuleQuestion>{"slide-rule"})
      || visit(Kind<RuleTableQuestion>{"rule-table"})
      || visit(Kind<LossQuestion>{"loss"})
      || visit(Kind<TargetLossQuestion>{"target-loss"})
      || visit(Kind<LawsQuestion>{"laws"})
      || visit(Kind<GpusQuestion>{"gpus"})
      || visit(Kind<RunsQuestion>{"runs"})
      ;
  // clang-format on
}

/// What the hosted page asks. The WebAssembly inside page and widget holds no other kinds, so that it stays
/// small: of max-parameters only the rules of thumb, of training-time no models.
template <class Visit>
constexpr bool any_page_kind(Visit&& visit) {
  return any_common_kind(visit) || visit(Kind<MaxParametersQuestion>{"max-parameters"}) ||
         visit(Kind<TrainingTimeQuestion>{"training-time"});
}

/// What fits: questions about real models on real cards.
template <class Visit>
constexpr bool any_fit_kind(Visit&& visit) {
  // clang-format off
  return false
      || visit(Kind<FitQuestion>{"fit"})
      || visit(Kind<MaxContextQuestion>{"max-context"})
      || visit(Kind<MaxBatchQuestion>{"max-batch"})
      || visit(Kind<MaxRankQuestion>{"max-rank"})
      || visit(Kind<LargestModelQuestion>{"max-parameters"})
      || visit(Kind<FitTableQuestion>{"fit-table"})
      || visit(Kind<AdviceQuestion>{"advice"})
      || visit(Kind<PeerRulesQuestion>{"peer-rules"})
      ;
  // clang-format on
}

/// What the page of models asks: which real model fits which GPU, and where its bytes go.
template <class Visit>
constexpr bool any_models_kind(Visit&& visit) {
  if (any_fit_kind(visit)) return true;
  // clang-format off
  return false
      || visit(Kind<RuleOfThumbQuestion>{"rule-of-thumb"})
      || visit(Kind<GpusQuestion>{"gpus"})
      || visit(Kind<ModelQuestion>{"model"})
      || visit(Kind<ModelsQuestion>{"models"})
      || visit(Kind<TrainingMemoryQuestion>{"training-memory"})
      || visit(Kind<InferenceQuestion>{"inference-memory"})
      || visit(Kind<DecodeSpeedQuestion>{"decode-speed"})
      ;
  // clang-format on
}

/// The page of accuracy shows what scripts/accuracy wrote; only the inputs that all pages share are asked.
template <class Visit>
constexpr bool any_accuracy_kind(Visit&& visit) {
  return visit(Kind<GpusQuestion>{"gpus"});
}

/// What is asked about laws besides what every page asks.
template <class Visit>
constexpr bool any_law_kind(Visit&& visit) {
  // clang-format off
  return false
      || visit(Kind<OptimalQuestion>{"optimal"})
      || visit(Kind<HyperparametersQuestion>{"hyperparameters"})
      || visit(Kind<OverfittingQuestion>{"overfitting"})
      || visit(Kind<CompareQuestion>{"compare"})
      || visit(Kind<CurveQuestion>{"curve"})
      || visit(Kind<ContoursQuestion>{"contours"})
      || visit(Kind<IsoflopQuestion>{"isoflop"})
      ;
  // clang-format on
}

/// What the page of all laws asks.
template <class Visit>
constexpr bool any_laws_kind(Visit&& visit) {
  return any_page_kind(visit) || any_law_kind(visit);
}

/// What the page that fits one's own runs asks: the fit, and the fitted law's curves beside the runs.
template <class Visit>
constexpr bool any_law_fit_kind(Visit&& visit) {
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
  if (any_common_kind(visit) || any_law_kind(visit) || any_fit_kind(visit)) return true;
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
      || visit(Kind<ServedSpeedQuestion>{"decode-speed"})
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
