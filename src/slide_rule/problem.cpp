#include "slide_rule/problem.hpp"

#include <charconv>
#include <iterator>
#include <limits>

namespace slide_rule {

void add(Problems& problems, std::string_view field, Code code, double limit, std::string_view nearest) {
  problems.push_back({std::string(field), code, limit, std::string(nearest)});
}

// std::to_string would bring printf along.
std::string element_of(std::string_view list, std::size_t index) {
  char digits[std::numeric_limits<std::size_t>::digits10 + 1];
  const char* end = std::to_chars(std::begin(digits), std::end(digits), index).ptr;
  return std::string(list).append("[").append(digits, static_cast<std::size_t>(end - digits)).append("]");
}

}  // namespace slide_rule
