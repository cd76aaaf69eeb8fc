#pragma once
// How the structs that cross the boundary tell their fields: one static `describe(v, self)` a struct, calling
// v.field(jsonName, member[, limits]) once a field. The reader, the writer, the checks, the schema and the
// batch command's help are all visitors of that one description, so a name, a range or a default stands once.
//
//   struct TargetLossQuestion {
//     std::string law;
//     double loss = 0;
//     static constexpr void describe(auto& v, auto& q) {
//       v.field("law", q.law, required_text);
//       v.field("loss", q.loss, positive.required());
//     }
//   };
//
// Defaults are those of a default-constructed struct.

#include <limits>

#include "slide_rule/units.hpp"

namespace slide_rule {

/// The values a number field takes.
struct Number {
  double min = -std::numeric_limits<double>::max();
  double max = std::numeric_limits<double>::max();
  bool above_min = false;  ///< min itself is excluded
  bool whole = false;
  bool must_be_given = false;

  constexpr Number required() const {
    Number n = *this;
    n.must_be_given = true;
    return n;
  }
};

struct Text {
  bool must_be_given = false;
};

inline constexpr Number any_number{};
/// Parameters, tokens, steps, bytes or FLOP: nothing is less than one of them; an estimate need not be whole.
inline constexpr Number amount{1, 1e60, false, false, false};
/// A loss, a rate, what one's own law has in its own unit: within this a double holds every power of a law.
inline constexpr Number positive{1e-30, 1e60, true, false, false};
inline constexpr Number not_negative{0, 1e60, false, false, false};
inline constexpr Number fraction{0, 1, false, false, false};
/// A fraction by which something is divided.
inline constexpr Number positive_fraction{1e-30, 1, true, false, false};
inline constexpr Text required_text{true};

/// A whole number from min to max.
constexpr Number count(double min = 1, double max = kMaxExactInteger) {
  return {min, max, false, true, false};
}
constexpr Number between(double min, double max) { return {min, max, false, false, false}; }

}  // namespace slide_rule
