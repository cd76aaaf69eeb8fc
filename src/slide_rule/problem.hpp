#pragma once
// What is wrong with a question: the field, a code and the limit that was broken. No prose: the wording
// of every code, in every language, stands in web/src/i18n.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "slide_rule/names.hpp"

namespace slide_rule {

enum class Code {
  missing,         ///< a required field is absent or empty
  not_a_number,    ///< text or another type where a number belongs
  not_finite,      ///< NaN or infinite
  not_positive,    ///< must be > 0
  below_minimum,   ///< must be >= limit
  above_maximum,   ///< must be <= limit
  not_whole,       ///< must be an integer
  wrong_type,      ///< not the JSON type that the field has
  unknown_field,   ///< no such field in this kind of question; `nearest` may name one
  unknown_choice,  ///< not one of the field's words; `nearest` may name one, or all of a few
  unknown_id,      ///< no such row in the catalogue; `nearest` may name one
  below_floor,     ///< a loss that the law never reaches; limit = the law's floor
  above_ceiling,   ///< a loss above everything the law can answer; limit = the ceiling
  must_divide,     ///< must divide `limit` without remainder
  contradicts,     ///< cannot stand together with the field named in `nearest`
  no_loss,         ///< an allocation-only law gives no loss
  no_answer,       ///< this law or method does not answer this kind of question
  too_few,         ///< fewer than `limit` entries
  too_large,       ///< too much data: more than `limit` entries
};
SLIDE_RULE_NAMES(Code, "missing", "not-a-number", "not-finite", "not-positive", "below-minimum",
                 "above-maximum", "not-whole", "wrong-type", "unknown-field", "unknown-choice", "unknown-id",
                 "below-floor", "above-ceiling", "must-divide", "contradicts", "no-loss", "no-answer",
                 "too-few", "too-large")

struct Problem {
  std::string field;
  Code code = Code::missing;
  double limit = 0;          ///< meaning depends on the code; 0 where it has none
  std::string nearest = {};  ///< a known name close to what was given, or the other field

  static constexpr void describe(auto& v, auto& p) {
    v.field("field", p.field);
    v.field("code", p.code);
    v.field("limit", p.limit);
    v.field("nearest", p.nearest);
  }
};

using Problems = std::vector<Problem>;

/// Adds a problem. One function for all, so that a call is small.
void add(Problems& problems, std::string_view field, Code code, double limit = 0,
         std::string_view nearest = {});

/// An element as a field's name: element_of("runs", 2) is "runs[2]".
std::string element_of(std::string_view list, std::size_t index);

}  // namespace slide_rule
