#include <cstdio>

#include "slide_rule/memory/rules_of_thumb.hpp"

int main() {
  const double total = slide_rule::sum_of(slide_rule::terms_of_rule({}, 2e9));
  std::printf("%.0f\n", total);
  return total == 48e9 ? 0 : 1;
}
