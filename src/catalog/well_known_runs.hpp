#pragma once
// Trainings that everybody knows, as points for the plots: parameters, tokens, compute, and what the source
// prints.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "slide_rule/estimate.hpp"
#include "slide_rule/fields.hpp"
#include "slide_rule/problem.hpp"

namespace slide_rule {

/// A shape as a table prints it.
struct PrintedShape {
  double layers = 0, model_width = 0, heads = 0, head_dimension = 0, batch_tokens = 0, learning_rate = 0;
};

/// A printed figure that does not go with the others of its row, and the one that does.
struct Misprint {
  std::string_view field;
  double printed = 0, consistent = 0;

  static constexpr void describe(auto& v, auto& m) {
    v.field("field", m.field);
    v.field("printed", m.printed);
    v.field("consistent", m.consistent);
  }
};

struct WellKnownRun {
  std::string_view id, name, family, source, place;
  double parameters = 0;
  double active_parameters = 0;  ///< 0: all of them
  double tokens = 0;
  double flop_per_parameter_token = 6;  ///< 3 where half of the parameters see a token
  double printed_flop = 0;              ///< 0: not printed
  double printed_pf_days = 0;
  double measured_loss = 0;  ///< nats per token on the family's test set; 0: none
  const PrintedShape* shape = nullptr;
  Misprint misprint = {};
};

std::span<const WellKnownRun> well_known_runs();

struct RunsQuestion {
  std::string family;  ///< one family only; all where empty

  static constexpr void describe(auto& v, auto& q) { v.field("family", q.family); }
};

struct RunRow {
  std::string_view id, name, family, source, place;
  double parameters = 0;
  std::optional<double> active_parameters;
  double tokens = 0;
  double compute_flop = 0;  ///< k N D, N active: 6, or 3 for encoder-decoders
  std::optional<double> printed_flop, printed_pf_days;
  std::optional<double> measured_loss, fitted_loss;  ///< fitted: gpt3-2020-compute at the printed PF-days
  std::optional<double> layers, model_width, heads, head_dimension, batch_tokens, learning_rate;
  std::vector<Misprint> misprints;

  static constexpr void describe(auto& v, auto& r) {
    v.field("id", r.id);
    v.field("name", r.name);
    v.field("family", r.family);
    v.field("source", r.source);
    v.field("place", r.place);
    v.field("parameters", r.parameters);
    v.field("activeParameters", r.active_parameters);
    v.field("tokens", r.tokens);
    v.field("computeFlop", r.compute_flop);
    v.field("printedFlop", r.printed_flop);
    v.field("printedPfDays", r.printed_pf_days);
    v.field("measuredLoss", r.measured_loss);
    v.field("fittedLoss", r.fitted_loss);
    v.field("layers", r.layers);
    v.field("modelWidth", r.model_width);
    v.field("heads", r.heads);
    v.field("headDimension", r.head_dimension);
    v.field("batchTokens", r.batch_tokens);
    v.field("learningRate", r.learning_rate);
    v.field("misprints", r.misprints);
  }
};

struct RunsAnswer {
  std::vector<RunRow> runs;

  static constexpr void describe(auto& v, auto& a) { v.field("runs", a.runs); }
};

RunsAnswer answer(const RunsQuestion& q, Problems& problems);

}  // namespace slide_rule
