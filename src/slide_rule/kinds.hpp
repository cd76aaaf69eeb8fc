#pragma once
// Every kind of question, once: its word in "ask", its struct. `answer(question, problems)` is found beside the struct.

#include "slide_rule/ask.hpp"
#include "slide_rule/fit/rule_table.hpp"
#include "slide_rule/memory/rules_of_thumb.hpp"
#include "slide_rule/memory/training.hpp"
#include "slide_rule/model_questions.hpp"
#include "slide_rule/scaling/allocation.hpp"
#include "slide_rule/scaling/hyperparameters.hpp"
#include "slide_rule/scaling/laws.hpp"
#include "slide_rule/scaling/target_loss.hpp"

namespace slide_rule {

template <class Q>
struct Kind {
  using Question = Q;
  std::string_view word;
};

/// Calls visit(Kind<Question>{word}) for each kind, until one returns true.
template <class Visit>
bool any_kind(Visit&& visit) {
  // clang-format off
  return visit(Kind<RuleOfThumbQuestion>{"rule-of-thumb"})
      || visit(Kind<RuleTableQuestion>{"rule-table"})
      || visit(Kind<LossQuestion>{"loss"})
      || visit(Kind<TargetLossQuestion>{"target-loss"})
      || visit(Kind<LawsQuestion>{"laws"})
      || visit(Kind<ModelQuestion>{"model"})
      || visit(Kind<ModelsQuestion>{"models"})
      || visit(Kind<GpusQuestion>{"gpus"})
      || visit(Kind<TrainingMemoryQuestion>{"training-memory"})
      || visit(Kind<OptimalQuestion>{"optimal"})
      || visit(Kind<HyperparametersQuestion>{"hyperparameters"})
      || visit(Kind<CriticalBatchQuestion>{"critical-batch"})
      || visit(Kind<OverfittingQuestion>{"overfitting"});
  // clang-format on
}

/// Answers a question object {"ask": kind, ...fields}. The reply is {"result": {...}} or {"problems": [...]}.
template <class Node>
Node answer_question(const Node& question) {
  Node reply = Node::object();
  const auto refuse = [&](Problem problem) {
    reply.set("problems", Writer<Node>::to_node(Problems{std::move(problem)}));
    return reply;
  };
  if (!question.is_object()) return refuse({"line", Code::wrong_type});
  const Node ask = question.get("ask");
  if (ask.is_missing()) return refuse({"ask", Code::missing});
  if (!ask.is_string()) return refuse({"ask", Code::wrong_type});

  const std::string word = ask.text();
  std::vector<std::string_view> words;
  const bool known = any_kind([&]<class Q>(Kind<Q> kind) {
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
template <class Node>
Node schema_of_questions() {
  Node kinds = Node::array();
  any_kind([&]<class Q>(Kind<Q> kind) {
    SchemaWriter<Node> fields;
    const Q defaults{};
    Q::describe(fields, defaults);
    Node k = Node::object();
    k.set("kind", Node::of(kind.word));
    k.set("fields", fields.take());
    kinds.push(k);
    return false;
  });
  return kinds;
}

}  // namespace slide_rule
