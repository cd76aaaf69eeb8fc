#pragma once
// The words of an enumeration, written once: bindings, schema, URL and page all read them from here.

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace slide_rule {

/// Specialised for each enumeration that crosses the boundary; see SLIDE_RULE_NAMES.
template <class E>
struct Names;

template <class E>
concept Named = requires {
  Names<E>::words.size();
};

template <Named E>
constexpr std::string_view name_of(E value) {
  return Names<E>::words[static_cast<std::size_t>(value)];
}

/// Edit distance (insert, delete, replace, or swap two neighbours), for naming the nearest known word; upper
/// and lower case are the same.
inline std::size_t edit_distance(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  const auto same = [&](char x, char y) { return lower(x) == lower(y); };
  std::vector<std::size_t> before(b.size() + 1), row(b.size() + 1), next(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    next[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = row[j - 1] + (same(a[i - 1], b[j - 1]) ? 0 : 1);
      next[j] = std::min({row[j] + 1, next[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]);
      if (swapped) next[j] = std::min(next[j], before[j - 2] + 1);
    }
    before.swap(row);
    row.swap(next);
  }
  return row[b.size()];
}

/// The word closest to `given`, or empty when none shares at least half of its letters.
/// `word_at(i)` gives the i-th of `count` words. Input longer than 200 bytes gets no suggestion.
template <class WordAt>
std::string_view nearest_word(std::string_view given, std::size_t count, WordAt word_at) {
  std::string_view best;
  if (given.empty() || given.size() > 200) return best;
  std::size_t best_distance = given.size() / 2 + 1;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view word = word_at(i);
    const std::size_t distance = edit_distance(given, word);
    if (distance < best_distance) {
      best = word;
      best_distance = distance;
    }
  }
  return best;
}

inline std::string_view nearest_word(std::string_view given, std::span<const std::string_view> words) {
  return nearest_word(given, words.size(), [&](std::size_t i) { return words[i]; });
}

}  // namespace slide_rule

/// Gives enumeration E its words, in the order of its values. Use inside namespace slide_rule.
#define SLIDE_RULE_NAMES(E, ...)                                                  \
  template <>                                                                     \
  struct Names<E> {                                                               \
    static constexpr auto words = std::to_array<std::string_view>({__VA_ARGS__}); \
  };
