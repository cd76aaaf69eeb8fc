#pragma once
// The editions. A law's constants are those its source prints; two printings of one law are two rows.

#include <span>
#include <string_view>

#include "slide_rule/scaling/law.hpp"

namespace slide_rule {

std::span<const Law> all_laws();

/// The law with this id, or nullptr.
const Law* find_law(std::string_view id);

/// The id closest to `given`, or empty.
std::string_view nearest_law(std::string_view given);

/// What the source publishes about a constant's uncertainty; zeros where it publishes none.
struct ConstantUncertainty {
  std::string_view law, symbol;
  double standard_error = 0;
  double low = 0, high = 0, level = 0;
};
const ConstantUncertainty* uncertainty_of(std::string_view law, std::string_view symbol);

/// Average top-1 error over tasks from a loss: ceiling - scale exp(-rate L). [gadre-2024] Eq. 5
struct DownstreamError {
  std::string_view law;
  double ceiling = 0, scale = 0, rate = 0;
};
const DownstreamError* downstream_error_of(std::string_view law);

}  // namespace slide_rule
