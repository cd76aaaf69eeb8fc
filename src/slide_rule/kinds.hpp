#pragma once
// Every kind of question, once: its word in "ask", its struct. `answer(question, problems)` is found beside the struct.

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
#include "slide_rule/speed/roofline.hpp"
#include "slide_rule/speed/training_time.hpp"

namespace slide_rule {

template <class Q>
struct Kind {
  using Question = Q;
  std::string_view word;
};

/// Calls visit(Kind<Question>{word}) for each kind, until one returns true. These are the kinds that the page asks:
/// its WebAssembly holds no others, so that it stays small.
struct PageKinds {
  template <class Visit>
  static bool any(Visit&& visit) {
    // clang-format off
    return false
        || visit(Kind<RuleOfThumbQuestion>{"rule-of-thumb"})
        || visit(Kind<RuleTableQuestion>{"rule-table"})
        || visit(Kind<LossQuestion>{"loss"})
        || visit(Kind<TargetLossQuestion>{"target-loss"})
        || visit(Kind<LawsQuestion>{"laws"})
        || visit(Kind<GpusQuestion>{"gpus"})
        || visit(Kind<OptimalQuestion>{"optimal"})
        || visit(Kind<HyperparametersQuestion>{"hyperparameters"})
        || visit(Kind<OverfittingQuestion>{"overfitting"})
        || visit(Kind<CompareQuestion>{"compare"})
        || visit(Kind<CurveQuestion>{"curve"})
        || visit(Kind<ContoursQuestion>{"contours"})
        || visit(Kind<IsoflopQuestion>{"isoflop"})
        || visit(Kind<RunsQuestion>{"runs"})
        || visit(Kind<TrainingTimeQuestion>{"training-time"})
        || visit(Kind<MaxParametersQuestion>{"max-parameters"})
        ;
    // clang-format on
  }
};

/// Every kind: what the batch command and the native tools answer.
struct AllKinds {
  template <class Visit>
  static bool any(Visit&& visit) {
    if (PageKinds::any(visit)) return true;
    // clang-format off
    return false
        || visit(Kind<ModelQuestion>{"model"})
        || visit(Kind<ModelsQuestion>{"models"})
        || visit(Kind<TrainingMemoryQuestion>{"training-memory"})
        || visit(Kind<CriticalBatchQuestion>{"critical-batch"})
        || visit(Kind<EmbeddingBridgeQuestion>{"embedding-bridge"})
        || visit(Kind<LawFitQuestion>{"fit-law"})
        || visit(Kind<InferenceQuestion>{"inference-memory"})
        || visit(Kind<DecodeSpeedQuestion>{"decode-speed"})
        ;
    // clang-format on
  }
};

/// Answers a question object {"ask": kind, ...fields}. The reply is {"result": {...}} or {"problems": [...]}.
template <class Kinds = AllKinds, class Node>
Node answer_question(const Node& question) {
  Node reply = Node::object();
  const auto refuse = [&](Problem problem) {
    reply.set("problems", to_node<Node>(Problems{std::move(problem)}));
    return reply;
  };
  if (!question.is_object()) return refuse({"line", Code::wrong_type});
  const Node ask = question.get("ask");
  if (ask.is_missing()) return refuse({"ask", Code::missing});
  if (!ask.is_string()) return refuse({"ask", Code::wrong_type});

  const std::string word = ask.text();
  std::vector<std::string_view> words;
  const bool known = Kinds::any([&]<class Q>(Kind<Q> kind) {
    words.push_back(kind.word);
    if (kind.word != word) return false;
    answer_as<Q>(question, reply);
    return true;
  });
  if (known) return reply;
  const std::span<const std::string_view> all(words);
  return refuse({"ask", Code::unknown_choice, 0, std::string(nearest_word(word, all))});
}

/// [{kind, fields: [{name, type, required, default, minimum, maximum, whole, choices, ...}]}] for every kind.
template <class Node, class Kinds = AllKinds>
Node schema_of_questions() {
  Node kinds = Node::array();
  Kinds::any([&]<class Q>(Kind<Q> kind) {
    Node k = Node::object();
    k.set("kind", Node::of(kind.word));
    k.set("fields", schema_of(fields_of<Q, Node>(), &default_of<Q>()));
    kinds.push(k);
    return false;
  });
  return kinds;
}

}  // namespace slide_rule
