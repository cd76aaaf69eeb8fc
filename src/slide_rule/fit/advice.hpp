#pragma once
// What to change so that a job fits: single changes, each with what it saves.

#include "slide_rule/fit/need.hpp"

namespace slide_rule {

struct AdviceQuestion {
  Job job;

  static constexpr void describe(auto& v, auto& q) { Job::describe(v, q.job); }
};

/// One field of the job, changed, and with some a second one. The words for `id` stand in web/src/i18n.
struct Change {
  std::string_view id;     ///< what is done: "optimizer-8bit", "fewer-tokens"
  std::string_view field;  ///< of the question
  std::string_view word;   ///< its new value where that is a word,
  double number = 0;       ///< and where it is a number
  /// A second field that changes with it: how more cards share a training's states; with no word, one that is
  /// left out, as it would go before the first.
  std::string_view also_field, also_word;
  Outcome outcome = Outcome::does_not_fit;
  double required_bytes = 0;
  double saved_bytes = 0;  ///< of the busiest card, against the job as asked

  static constexpr void describe(auto& v, auto& c) {
    v.field("id", c.id);
    v.field("field", c.field);
    v.field("word", c.word);
    v.field("number", c.number);
    v.field("alsoField", c.also_field);
    v.field("alsoWord", c.also_word);
    v.field("outcome", c.outcome);
    v.field("requiredBytes", c.required_bytes);
    v.field("savedBytes", c.saved_bytes);
  }
};

struct AdviceAnswer {
  Outcome outcome = Outcome::fits;  ///< of the job as asked
  double required_bytes = 0, available_bytes = 0;
  std::vector<Change> changes;

  static constexpr void describe(auto& v, auto& a) {
    v.field("outcome", a.outcome);
    v.field("requiredBytes", a.required_bytes);
    v.field("availableBytes", a.available_bytes);
    v.field("changes", a.changes);
  }
};

/// The changes that save memory: a hundredth of what the job needs or more; less only where the change
/// alone makes a job fit that does not. Those after which the job fits come first, in the order of what they
/// cost: changes of the arithmetic's bookkeeping before changes of its result, these before fewer tokens or
/// sequences, these before more cards. The others follow, by what they save. A number is the mildest that
/// fits, or the strongest where none does.
AdviceAnswer answer(const AdviceQuestion& q, Problems& problems);

}  // namespace slide_rule
