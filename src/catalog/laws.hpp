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

}  // namespace slide_rule
