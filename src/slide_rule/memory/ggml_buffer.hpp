#pragma once
// llama.cpp's compute buffer: the graph of one micro-batch laid out by ggml's allocator.
//
// ggml gives every intermediate an offset in one buffer per device before anything runs: in graph order, best
// fit among the gaps, results in place of a dead operand where the operation allows it, gaps merged as
// operands die. The buffer's size is the highest end of any tensor. So the size follows from the shapes, and
// is computed here by doing the same with the graph's large tensors.

#include <array>
#include <cstddef>
#include <vector>

#include "slide_rule/memory/weights.hpp"

namespace slide_rule {

/// Which layers a graph is laid out with, as indices of the table's groups, in order: the first two of each
/// kind and the last of all. More of them change nothing, since a layer starts from the last one's result.
struct GgmlLayers {
  static constexpr std::size_t kMost = 8;
  std::array<int, kMost> groups{};
  std::size_t count = 0;

  friend bool operator==(const GgmlLayers&, const GgmlLayers&) = default;
};
GgmlLayers ggml_layers(const LayerTable& table, int first, int last);

struct GgmlPlan {
  double ubatch = 512;
  double cells = 0;           ///< of the cache of full layers, all sequences
  double window_cells = 0;    ///< of the cache of sliding layers; 0: none
  double output_rows = 512;   ///< tokens of the micro-batch whose logits are kept
  bool flash = true;          ///< no scores are stored; masks have a 16-bit copy
  GgmlLayers layers;          ///< of those that run on this device
  bool head = true;           ///< and so does the output matrix
  double input_copies = 1;    ///< 4 under pipeline parallelism, which keeps copies of every input
  double streamed_bytes = 0;  ///< the largest weight matrix that is copied in from the host
  bool gated_product = true;  ///< an operation of its own, since July 2025; before, in the gate's place
  bool fork = false;          ///< ik_llama.cpp: one kernel a norm, one for up and gate, masks in 16 bits

  friend bool operator==(const GgmlPlan&, const GgmlPlan&) = default;
};

/// What lies in the buffer at its highest moment.
struct GgmlBuffer {
  double inputs = 0;  ///< masks, positions, the tokens' embeddings
  double hidden = 0;  ///< tensors as wide as the hidden state
  double inner = 0;   ///< attention, MLP and expert tensors, scores, streamed weights
  double logits = 0;
  double gaps = 0;  ///< between and below them, where nothing fitted

  double total() const { return inputs + hidden + inner + logits + gaps; }
};

/// @see [ggml-allocator], [llama-cpp-graph] in src/catalog/references.json
GgmlBuffer ggml_compute_buffer(const LayerTable& table, const GgmlPlan& plan);

/// Those of one model, laid out once a graph: most stages of a split have the same one, in every weight
/// format.
/// @pre the table outlives it
class GgmlBuffers {
 public:
  explicit GgmlBuffers(const LayerTable& table) : table_(table) {}
  GgmlBuffer of(const GgmlPlan& plan);

 private:
  struct Known {
    GgmlPlan plan;
    GgmlBuffer buffer;
  };
  const LayerTable& table_;
  std::vector<Known> known_;
};

}  // namespace slide_rule
