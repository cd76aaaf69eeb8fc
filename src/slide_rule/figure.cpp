#include "slide_rule/figure.hpp"

namespace slide_rule {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The symbol that starts at or after `at`, which then lies behind it; empty at the end. Numbers (1e9) and
/// names of functions are passed over.
std::string_view next_symbol(std::string_view formula, std::size_t& at) {
  while (at < formula.size()) {
    const std::size_t start = at;
    const bool is_name = is_letter(formula[at]);
    if (is_name || is_digit(formula[at])) {
      while (at < formula.size() && (is_letter(formula[at]) || is_digit(formula[at]) || formula[at] == '_' ||
                                     (!is_name && formula[at] == '.'))) {
        ++at;
      }
      const bool is_function = at < formula.size() && formula[at] == '(';
      if (is_name && !is_function) return formula.substr(start, at - start);
    } else {
      ++at;
    }
  }
  return {};
}

}  // namespace

Figure figure(std::string_view source, std::string_view id, double value, std::string_view formula,
              std::initializer_list<double> values) {
  Figure f{id, value, formula, {}, source};
  const double* next = values.begin();
  std::size_t at = 0;
  for (std::string_view s = next_symbol(formula, at); !s.empty(); s = next_symbol(formula, at)) {
    bool known = false;
    for (const Factor& x : f.factors) known = known || x.symbol == s;
    if (known) continue;
    if (next == values.end()) break;
    f.factors.add(s, *next++);
  }
  if (next != values.end()) f.factors.add("surplus", *next);
  return f;
}

double add(Figures& figures, std::string_view source, std::string_view id, double value,
           std::string_view formula, std::initializer_list<double> values) {
  figures.push_back(figure(source, id, value, formula, values));
  return value;
}

void append(Figures& figures, const Figures& more) {
  for (const Figure& f : more) {
    bool known = false;
    for (const Figure& g : figures) known = known || g.id == f.id;
    if (!known) figures.push_back(f);
  }
}

}  // namespace slide_rule
