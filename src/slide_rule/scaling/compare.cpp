#include "slide_rule/scaling/compare.hpp"

#include "catalog/laws.hpp"
#include "slide_rule/scaling/embedding_bridge.hpp"
#include "slide_rule/scaling/laws.hpp"

namespace slide_rule {
namespace {

using enum LawInput;

/// What the question gives, completed: both counts of parameters, and which of them was asked.
struct Given {
  std::optional<double> total, non_embedding, tokens, compute_flop;
  Figures to_total, to_non_embedding;
};

Given complete(const CompareQuestion& q) {
  Given g{q.parameters, q.non_embedding_parameters, q.tokens, q.compute_flop, {}, {}};
  if (g.total && !g.non_embedding) {
    g.to_non_embedding = non_embedding_figures(*g.total);
    g.non_embedding = g.to_non_embedding.back().value;
  } else if (g.non_embedding && !g.total) {
    g.to_total = {total_figure(*g.non_embedding)};
    g.total = g.to_total.back().value;
  }
  if (g.compute_flop && g.total && !g.tokens)
    g.tokens = *g.compute_flop / (6 * *g.total);
  else if (g.compute_flop && g.tokens && !g.total) {
    g.total = *g.compute_flop / (6 * *g.tokens);
    g.to_non_embedding = non_embedding_figures(*g.total);
    g.non_embedding = g.to_non_embedding.back().value;
  }
  return g;
}

/// The point of one law; adds `missing` to the row where something is not there.
LawPoint point_for(const Law& law, const Given& g, const CompareQuestion& q, CompareRow& row) {
  LawPoint at;
  const bool without_embeddings = law.parameters_mean == "non-embedding";
  const auto& n = without_embeddings ? g.non_embedding : g.total;
  const Figures& conversion = without_embeddings ? g.to_non_embedding : g.to_total;
  const auto convert = [&] {
    append(row.workings, conversion);
    if (!conversion.empty()) row.assumptions.push_back({"chinchilla-shapes", 32000});
  };
  for (LawInput input : inputs_of(law.form)) {
    const auto& setting = q.settings[static_cast<std::size_t>(input)];
    if (input == parameters && n) {
      at[parameters] = *n;
      convert();
    } else if (input == tokens && g.tokens) {
      at[tokens] = *g.tokens;
    } else if (input == compute_flop) {
      double flop = 0;
      if (q.compute_flop) {
        flop = *q.compute_flop;
      } else if (n && g.tokens) {
        flop = 6 * *n * *g.tokens;
        convert();
        add(row.workings, law.source, "computeFlop", flop, "6 * N * D", {*n, *g.tokens});
      }
      if (flop > 0 && law.compute_means == "c-min") {
        add(row.workings, law.source, "minComputeFlop", flop / 2, "C / 2", {flop});
        row.assumptions.push_back({"trained-at-critical-batch", 2});
        flop /= 2;
      }
      if (flop > 0) at[compute_flop] = flop;
    } else if (setting) {
      at[input] = *setting;
    }
  }
  if (on_budget(law.form)) {
    if (!at.has(parameters) && !at.has(tokens) && g.compute_flop) at[compute_flop] = *g.compute_flop;
    complete_budget(law, at, row.assumptions, row.problems);
    require_settings(law, at, row.problems);
  } else {
    for (LawInput input : inputs_of(law.form)) {
      if (!at.has(input) && !may_be_absent(input)) add(row.problems, name_of(input), Code::missing);
    }
  }
  return at;
}

CompareRow row_for(const Law& law, const Given& g, const CompareQuestion& q) {
  CompareRow row;
  row.law = law.id;
  if (!gives_loss(law.form)) {
    add(row.problems, "law", Code::no_loss);
    return row;
  }
  // Settings first: an optimal split inside point_for needs them.
  for (LawInput input : inputs_of(law.form)) {
    const bool setting = input > compute_flop;
    if (setting && !q.settings[static_cast<std::size_t>(input)] && !may_be_absent(input)) {
      add(row.problems, name_of(input), Code::missing);
    }
  }
  if (!row.problems.empty()) return row;
  const LawPoint at = point_for(law, g, q, row);
  if (!row.problems.empty()) return row;
  append(row.workings, figures_of_loss(law, at));
  row.loss = row.workings.back().value;
  row.unit = law.unit;
  if (at.has(parameters)) row.parameters = at[parameters];
  if (at.has(tokens)) row.tokens = at[tokens];
  if (at.has(compute_flop)) row.compute_flop = at[compute_flop];
  row.parameters_mean = law.parameters_mean;
  row.compute_means = law.compute_means;
  row.extrapolates = extrapolated(law, at);
  row.interval = interval_of_loss(law, at);
  for (const Assumption& x : assumptions_of(law, at)) row.assumptions.push_back(x);
  return row;
}

bool presumes_split(const Law& law, const CompareRow& row) {
  if (inputs_of(law.form)[0] == compute_flop) return true;
  for (const Assumption& x : row.assumptions) {
    if (x.id == "compute-optimal") return true;
  }
  return false;
}

void explain(const Law& law, CompareRow& row, const Law& first, const CompareRow& first_row) {
  const auto when = [&](bool holds, std::string_view id) {
    if (holds) row.differs.push_back(id);
  };
  // How one's own runs were counted and made is not known here.
  const bool own = law.id == "own" || first.id == "own";
  when(own, "own-runs");
  when(!own && law.parameters_mean != first.parameters_mean, "parameters-meaning");
  when(law.tokens_mean != first.tokens_mean && !law.tokens_mean.empty() && !first.tokens_mean.empty(),
       "tokens-meaning");
  when(presumes_split(law, row) != presumes_split(first, first_row), "compute-optimal-split");
  when(law.unit != first.unit, "loss-unit");
  when(!own && law.tokenizer != first.tokenizer, "tokenizer");
  when(!own && law.data != first.data, "loss-data");
  when(!own && law.schedule != first.schedule, "schedule");
  // The same runs, or nothing known that sets them apart: the fit itself.
  when(row.differs.empty(), "fitting");
  if (law.unit == first.unit) row.relative_difference = *row.loss / *first_row.loss - 1;
}

}  // namespace

CompareAnswer answer(const CompareQuestion& q, Problems& problems) {
  if (!q.parameters && !q.non_embedding_parameters && !q.tokens && !q.compute_flop) {
    add(problems, "parameters", Code::missing);
  }
  const double count = static_cast<double>(all_laws().size());
  if (q.laws.size() > all_laws().size() + 1) add(problems, "laws", Code::too_large, count + 1);
  if (!problems.empty()) return {};
  std::vector<ChosenLaw> chosen(q.laws.empty() ? all_laws().size() + (q.own ? 1 : 0) : q.laws.size());
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    LawChoice choice{
        q.laws.empty() ? (i < all_laws().size() ? std::string(all_laws()[i].id) : "own") : q.laws[i], {}};
    if (choice.id == "own") choice.own = q.own;
    Problems found;
    if (choose(choice, chosen[i], found)) continue;
    for (Problem& p : found) {
      if (p.field == "law") p.field = element_of("laws", i);
      problems.push_back(std::move(p));
    }
  }
  if (!problems.empty()) return {};

  const Given g = complete(q);
  if (g.total && g.tokens && !require_split(*g.total, *g.tokens, problems)) return {};
  CompareAnswer a;
  const Law* first = nullptr;
  std::size_t first_row = 0;
  for (const ChosenLaw& c : chosen) {
    CompareRow row = row_for(c.law, g, q);
    if (!row.loss && q.laws.empty()) continue;
    if (row.loss && first) {
      explain(c.law, row, *first, a.rows[first_row]);
    } else if (row.loss) {
      first = &c.law;
      first_row = a.rows.size();
    }
    a.rows.push_back(std::move(row));
  }
  return a;
}

}  // namespace slide_rule
