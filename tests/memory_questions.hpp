#pragma once
// Questions of memory as the tests ask them, and single terms of the answers.

#include <string_view>
#include <vector>

#include "catch.hpp"
#include "slide_rule/catalogue.hpp"
#include "slide_rule/memory/inference.hpp"
#include "slide_rule/memory/training.hpp"

namespace memory_questions {

using namespace slide_rule;

inline Model model_of(const char* id) {
  const auto found = find_model(id);
  REQUIRE(found);
  return found->model;
}

inline InferenceQuestion question(const char* id, Engine engine, double tokens) {
  const auto found = find_model(id);
  REQUIRE(found);
  InferenceQuestion q;
  q.model.model = found->model;
  q.plan.engine = engine;
  q.plan.context_tokens = tokens;
  return q;
}

inline InferenceAnswer answer_to(const InferenceQuestion& q) {
  Problems problems;
  const InferenceAnswer a = answer(q, problems);
  REQUIRE(problems.empty());
  return a;
}

inline TrainingPlan plan_of(Framework framework, double tokens) {
  TrainingPlan p;
  p.framework = framework;
  p.sequence_tokens = tokens;
  return p;
}

inline const PhaseMemory& phase(const TrainingMemoryAnswer& a, TrainingPhase id) {
  for (const PhaseMemory& p : a.phases)
    if (p.id == id) return p;
  FAIL("no such phase");
  return a.phases.front();
}

inline double term(const std::vector<Term>& terms, std::string_view id) {
  double bytes = 0;
  for (const Term& t : terms) bytes += t.id == id ? t.bytes : 0;
  return bytes;
}

inline double term(const InferenceAnswer& a, std::string_view id) { return term(a.terms, id); }

/// -1 where the term shows no such factor.
inline double factor_of(const InferenceAnswer& a, std::string_view id, std::string_view symbol) {
  for (const Term& t : a.terms) {
    if (t.id != id) continue;
    for (const Factor& f : t.factors) {
      if (f.symbol == symbol) return f.value;
    }
  }
  return -1;
}

}  // namespace memory_questions
