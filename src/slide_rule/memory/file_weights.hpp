#pragma once
// Bytes of a model's own file, on the device and on the host, where the file and not its format's recipe says
// what the weights take.

#include "slide_rule/memory/weights.hpp"

namespace slide_rule {

/// Bytes of a file by what they are for.
struct FileParts {
  double embedding = 0;  ///< what is looked up
  double head = 0;       ///< of a tied one, its copy
  double layers = 0;     ///< without their experts
  double experts = 0;
  double other = 0;
  double towers = 0;

  double total() const { return embedding + head + layers + experts + other + towers; }
};

struct PlacedFile {
  FileParts device, host;
};

/// Whether what the plan loads is the model's own file.
bool is_own_file(const Model& model, const WeightPlan& plan);

/// Places the file's bytes as place_weights places the tensors of the shape. Split over tensor-parallel
/// devices, each part by the elements that a device holds of it.
/// @pre is_own_file
PlacedFile place_file(const LayerTable& table, const WeightPlan& plan);

/// All tensors of the file.
double all_bytes(const FileWeights& file);

}  // namespace slide_rule
