#include "slide_rule/figure.hpp"

#include "slide_rule/formula.hpp"

namespace slide_rule {

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
