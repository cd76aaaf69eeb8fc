#pragma once
// The fit table: every model by every method on every card, in one call. Memory is computed once a model and
// method and compared with each card; the answer is columns of numbers, no objects a cell.

#include <string>
#include <vector>

#include "slide_rule/fit/need.hpp"

namespace slide_rule {

/// A way to run a model, by name.
struct TableMethod {
  std::string id;
  JobPlan plan;

  static constexpr void describe(auto& v, auto& m) {
    v.field("id", m.id);
    JobPlan::describe(v, m.plan);
  }
};

/// What people do with a model, from serving it whole to training it whole: see table.cpp.
const std::vector<TableMethod>& default_methods();

struct FitTableQuestion {
  std::vector<ModelChoice> models;   ///< empty: all of the catalogue, in its order
  std::vector<GpuChoice> gpus;       ///< empty: all of the catalogue
  std::vector<double> memory_bytes;  ///< usable bytes of more cards, after the named ones
  std::vector<TableMethod> methods;  ///< empty: default_methods()
  std::vector<double> contexts;      ///< each method once for each: contextTokens, or sequenceTokens
  double context_tokens = 8192;      ///< of methods that name none
  double sequence_tokens = 2048;     ///< of methods that name none
  double cards = 1;                  ///< over which methods that name no number are spread; see spread()
  bool fewest = true;                ///< also the fewest cards of each cell

  static constexpr void describe(auto& v, auto& q) {
    v.field("models", q.models);
    v.field("gpus", q.gpus);
    v.field("memoryBytes", q.memory_bytes, amount);
    v.field("methods", q.methods);
    v.field("contexts", q.contexts, count(1, 1e9));
    v.field("contextTokens", q.context_tokens, count(1, 1e9));
    v.field("sequenceTokens", q.sequence_tokens, count(1, 1e9));
    v.field("cards", q.cards, count(1, 1e6));
    v.field("fewest", q.fewest);
  }
};

/// Cells stand in the order model, method, card. A cell's number is outcome + 4 * fewest cards; outcome 3
/// says that the method cannot be spread over the cards. What a cell needs is
///
///   requiredBytes[i] + (addsContext of the method ? contextBytes[card] : 0),
///   i = (model * methods + method) * classes + classOf[card]
///
/// and likewise upperBytes, of which availableBytes[card] is there, in vLLM's share
/// min(availableBytes[card], share * totalBytes[card] + outsideBytes[i] + contextBytes[card]).
struct FitTableAnswer {
  std::vector<std::string> models, gpus;    ///< ids; empty for what has none
  std::vector<TableMethod> methods;         ///< one a column, with what was filled in
  std::vector<double> adds_context, share;  ///< by method; share 0: the whole card
  std::vector<double> total_bytes, available_bytes, context_bytes, class_of;  ///< by card
  double classes = 0;
  std::vector<double> required_bytes, upper_bytes, outside_bytes;
  std::vector<double> cells;
  std::vector<double> best;  ///< by model and card: the serving method of the most bytes of weights whose
                             ///< outcome is not does-not-fit; -1: none

  static constexpr void describe(auto& v, auto& a) {
    v.field("models", a.models);
    v.field("gpus", a.gpus);
    v.field("methods", a.methods);
    v.field("addsContext", a.adds_context);
    v.field("share", a.share);
    v.field("totalBytes", a.total_bytes);
    v.field("availableBytes", a.available_bytes);
    v.field("contextBytes", a.context_bytes);
    v.field("classOf", a.class_of);
    v.field("classes", a.classes);
    v.field("requiredBytes", a.required_bytes);
    v.field("upperBytes", a.upper_bytes);
    v.field("outsideBytes", a.outside_bytes);
    v.field("cells", a.cells);
    v.field("best", a.best);
  }
};

FitTableAnswer answer(const FitTableQuestion& q, Problems& problems);

}  // namespace slide_rule
