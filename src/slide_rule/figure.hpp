#pragma once
// A figure with the formula that gives it.

#include <initializer_list>
#include <string_view>
#include <vector>

#include "slide_rule/estimate.hpp"

namespace slide_rule {

/// One figure that an answer opens to: the formula evaluates to the value.
struct Figure {
  std::string_view id;
  double value = 0;
  std::string_view formula = {};
  Factors factors = {};
  std::string_view source = {};

  static constexpr void describe(auto& v, auto& f) {
    v.field("id", f.id);
    v.field("value", f.value);
    v.field("formula", f.formula);
    v.field("factors", f.factors);
    v.field("source", f.source);
  }
};
using Figures = std::vector<Figure>;

/// A figure whose formula names its factors: `values` are those of the formula's symbols in the order in
/// which it first names them, so that a symbol stands once. Surplus values or symbols make the formula fail
/// its test.
Figure figure(std::string_view source, std::string_view id, double value, std::string_view formula,
              std::initializer_list<double> values);

/// Adds the above and returns the value.
double add(Figures& figures, std::string_view source, std::string_view id, double value,
           std::string_view formula, std::initializer_list<double> values);

/// Adds those of `more` that are not there yet under their id.
void append(Figures& figures, const Figures& more);

}  // namespace slide_rule
