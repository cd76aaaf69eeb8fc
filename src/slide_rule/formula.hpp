#pragma once
// The arithmetic that answers show: numbers, the factors' symbols, + - * / ^ ( ), min max ceil floor log exp
// sqrt. ^ binds tighter than a minus before it and groups from the right, as on paper: -2^2 = -4, 2^3^2 =
// 512.

#include <cstddef>
#include <string_view>

#include "slide_rule/estimate.hpp"

namespace slide_rule {

/// NaN where the formula does not parse or names a symbol that is not among the factors.
double evaluate_formula(std::string_view formula, const Factors& factors);

/// The symbol that starts at or after `at`, which then lies behind it; empty at the end. Numbers (1e9) and
/// names of functions are passed over.
std::string_view next_symbol(std::string_view formula, std::size_t& at);

}  // namespace slide_rule
