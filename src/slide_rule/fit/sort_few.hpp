#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace slide_rule {

/// Sorts a dozen; equals stay in their order. std::stable_sort is ten times the code.
template <class T, class Less>
void sort_few(std::vector<T>& all, Less less) {
  for (std::size_t i = 1; i < all.size(); ++i) {
    for (std::size_t j = i; j > 0 && less(all[j], all[j - 1]); --j) std::swap(all[j], all[j - 1]);
  }
}

}  // namespace slide_rule
