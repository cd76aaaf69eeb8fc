#include "slide_rule/problem.hpp"

namespace slide_rule {

void add(Problems& problems, std::string_view field, Code code, double limit, std::string_view nearest) {
  problems.push_back({std::string(field), code, limit, std::string(nearest)});
}

}  // namespace slide_rule
