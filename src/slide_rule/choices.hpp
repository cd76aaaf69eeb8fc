#pragma once
// Fields that name a model or a GPU. They read themselves: a model is a catalogue id, an object with the
// fields of Model, or {"parameters": n} alone; a GPU is a catalogue id.

#include <optional>
#include <string>
#include <vector>

#include "slide_rule/ask.hpp"
#include "slide_rule/catalogue.hpp"
#include "slide_rule/estimate.hpp"
#include "slide_rule/model.hpp"
#include "slide_rule/plausible_shape.hpp"

namespace slide_rule {

/// A model, however it was given. Declare it as `v.field("model", q.model, required_text)`.
struct ModelChoice {
  using reads_itself = void;
  static constexpr std::string_view kTypeName = "model";

  Model model;
  bool shape_estimated = false;  ///< from a bare parameter count

  /// Adds `shape-estimated`, with the parameters of the shape that was taken.
  void add_assumptions(std::vector<Assumption>& assumptions) const {
    if (shape_estimated) assumptions.push_back({"shape-estimated", count_parameters(model).text});
  }

  template <class Node>
  static void read_node(const Node& node, const std::string& path, ModelChoice& choice, Problems& problems) {
    if (node.is_string()) {
      const std::string id = node.text();
      if (auto found = find_model(id)) {
        choice.model = std::move(found->model);
      } else {
        problems.push_back({path, Code::unknown_id, 0, std::string(nearest_model_id(id))});
      }
    } else if (!node.is_object()) {
      problems.push_back({path, Code::wrong_type});
    } else if (!node.get("parameters").is_missing()) {
      read_parameters(node, path, choice, problems);
    } else {
      const std::size_t before = problems.size();
      read_object(node, path, choice.model, problems);
      if (problems.size() == before) check(choice.model, problems, path);
    }
  }

 private:
  struct Bare {
    double parameters = 0;
    static constexpr void describe(auto& v, auto& b) {
      v.field("parameters", b.parameters,
              between(kMinPlausibleParameters, kMaxPlausibleParameters).required());
    }
  };
  template <class Node>
  static void read_parameters(const Node& node, const std::string& path, ModelChoice& choice,
                              Problems& problems) {
    const std::size_t before = problems.size();
    Bare bare;
    read_object(node, path, bare, problems);
    if (problems.size() > before) return;
    choice.model = plausible_shape(bare.parameters);
    choice.shape_estimated = true;
  }
};

/// A GPU by its catalogue id.
struct GpuChoice {
  using reads_itself = void;
  static constexpr std::string_view kTypeName = "gpu";

  Gpu gpu;

  template <class Node>
  static void read_node(const Node& node, const std::string& path, GpuChoice& choice, Problems& problems) {
    if (!node.is_string()) {
      problems.push_back({path, Code::wrong_type});
      return;
    }
    const std::string id = node.text();
    if (auto found = find_gpu(id)) {
      choice.gpu = std::move(*found);
    } else {
      problems.push_back({path, Code::unknown_id, 0, std::string(nearest_gpu_id(id))});
    }
  }
};

}  // namespace slide_rule
