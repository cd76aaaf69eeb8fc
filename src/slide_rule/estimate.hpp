#pragma once
// What every estimate is made of: named terms that sum to a total, each with the formula it came from and the
// numbers in it, the assumptions that were made, and an interval.

#include <array>
#include <cassert>
#include <cstddef>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace slide_rule {

/// One symbol of a formula with its value.
struct Factor {
  std::string_view symbol;
  double value = 0;

  static constexpr void describe(auto& v, auto& f) {
    v.field("symbol", f.symbol);
    v.field("value", f.value);
  }
};

/// Up to 12 factors without an allocation; the estimates make thousands of these.
class Factors {
 public:
  static constexpr std::size_t kCapacity = 12;
  Factors() = default;
  Factors(std::initializer_list<Factor> list) {
    for (const Factor& f : list) add(f.symbol, f.value);
  }
  void add(std::string_view symbol, double value) {
    assert(size_ < kCapacity);
    if (size_ == kCapacity) return;  // the formula then fails its test; never writes past the end
    items_[size_++] = {symbol, value};
  }
  const Factor* begin() const { return items_.data(); }
  const Factor* end() const { return items_.data() + size_; }
  std::size_t size() const { return size_; }

 private:
  std::array<Factor, kCapacity> items_{};
  std::size_t size_ = 0;
};

/// A part of a total. `formula` is arithmetic over the factors' symbols (+ - * / ^ ( ) min max ceil log exp
/// and numbers) and evaluates to `bytes`: the page shows it with the numbers put in, and a test evaluates it.
struct Term {
  std::string_view id;
  double bytes = 0;
  std::string_view formula = {};
  Factors factors = {};
  std::string_view source = {};  ///< key into src/catalog/references.json

  static constexpr void describe(auto& v, auto& t) {
    v.field("id", t.id);
    v.field("bytes", t.bytes);
    v.field("formula", t.formula);
    v.field("factors", t.factors);
    v.field("source", t.source);
  }
};

/// How one figure that is not a sum of bytes was computed; as in Term, the formula evaluates to the figure.
struct Workings {
  std::string_view formula = {};
  Factors factors = {};
  std::string_view source = {};

  static constexpr void describe(auto& v, auto& w) {
    v.field("formula", w.formula);
    v.field("factors", w.factors);
    v.field("source", w.source);
  }
};

struct Interval {
  double low = 0;
  double high = 0;
  double level = 0.9;

  static constexpr void describe(auto& v, auto& i) {
    v.field("low", i.low);
    v.field("high", i.high);
    v.field("level", i.level);
  }
};

/// Something taken for granted, by id; the sentence stands in web/src/i18n under "assumption.<id>".
struct Assumption {
  std::string_view id;
  double value = 0;  ///< the number the sentence mentions, if it has one

  static constexpr void describe(auto& v, auto& a) {
    v.field("id", a.id);
    v.field("value", a.value);
  }
};

inline double sum_of(const std::vector<Term>& terms) {
  double total = 0;
  for (const Term& t : terms) total += t.bytes;
  return total;
}

}  // namespace slide_rule
