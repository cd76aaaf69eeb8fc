#pragma once
// Bytes of a served model's weights, tensor by tensor, on the device and on the host.

#include <array>
#include <optional>
#include <vector>

#include "slide_rule/memory/weight_format.hpp"
#include "slide_rule/model.hpp"

namespace slide_rule {

/// How many layers of each kind lie in a range.
class KindCounts {
 public:
  KindCounts() = default;
  /// @param kind_of  by layer, below `kinds`
  KindCounts(const std::vector<int>& kind_of, std::size_t kinds);
  int of(std::size_t kind, int first, int last) const;

 private:
  std::size_t kinds_ = 1;
  std::vector<int>
      before_;  ///< layer after layer, and behind the last: of each kind, how many come before it
};

/// A model's layers resolved once: its distinct layers with their tensors, and which layer is which. Keep one
/// where many estimates of a model are made. @pre the model outlives it, check(model) found no problem
class LayerTable {
 public:
  struct Group {
    LayerSpec spec;
    TensorList tensors;
    int first = 0;          ///< index of the first such layer
    int value_tensors = 0;  ///< attn_v and attn_qkv matrices of one
    double gguf_tensors = 0;
  };

  explicit LayerTable(const Model& model);

  const Model& model() const { return *model_; }
  int layers() const { return static_cast<int>(group_of_.size()); }
  const std::vector<Group>& groups() const { return groups_; }
  int group_of(int layer) const { return group_of_[static_cast<std::size_t>(layer)]; }
  const Group& group(int layer) const { return groups_[static_cast<std::size_t>(group_of(layer))]; }
  const LayerSpec& spec(int layer) const { return group(layer).spec; }
  /// How many of the layers [first, last) are of groups()[group].
  double count(std::size_t group, int first, int last) const { return counts_.of(group, first, last); }
  const KindCounts& counts() const { return counts_; }
  const TensorList& outer() const { return outer_; }
  const ParameterCount& parameters() const { return parameters_; }
  /// Of a GGUF file, in all layers and outside, without MTP and towers.
  double gguf_tensors() const { return gguf_tensors_; }
  int value_tensors() const { return value_tensors_; }

 private:
  const Model* model_;
  std::vector<Group> groups_;
  std::vector<int> group_of_;
  KindCounts counts_;
  TensorList outer_;
  ParameterCount parameters_;
  double gguf_tensors_ = 0;
  int value_tensors_ = 0;
};

/// As layer_groups of its model, but for the order: that of the table.
std::vector<LayerGroup> layer_groups(const LayerTable& table, int first, int last);

struct WeightPlan;

/// Weights and bytes by storage format.
struct Storage {
  static constexpr std::size_t kFormats = Names<NumberFormat>::words.size();
  std::array<double, kFormats> weights{}, bytes{};
  double allocated = 0;  ///< bytes as PyTorch's caching allocator hands them out; see allocated_bytes
  double largest = 0;    ///< weights of the largest quantised matrix

  /// Adds `count` tensors of `copies` equal matrices, each an allocation of its own but in one buffer.
  void add(NumberFormat format, double in, double out, double copies, double count, const WeightPlan& plan);
  double total_weights() const;
  double total_bytes() const;
};

/// Of a Storage, what estimates are made from: without the account by format.
struct WeightBytes {
  double bytes = 0, allocated = 0, mxfp4_weights = 0, largest = 0;
  double largest_bytes = 0;  ///< of the largest tensor of a layer; GGUF keeps a layer's experts in one

  void add(NumberFormat format, double in, double out, double copies, double count, const WeightPlan& plan);
  void add(const WeightBytes& more, double times);
};

/// What PyTorch's caching allocator takes for one tensor: tensors of 10 MiB and more come from segments
/// rounded up to 2 MiB, whose rest is split off only where it is larger than 1 MiB; smaller ones are rounded
/// to 512 bytes.
///
///   r = 2 MiB * ceil(bytes / 2 MiB);  bytes >= 10 MiB and r - bytes <= 1 MiB ? r : 512 * ceil(bytes / 512)
///
/// @see [pytorch-cuda-allocator] in src/catalog/references.json
double allocated_bytes(double bytes);

/// What of a model one device holds.
struct WeightPlan {
  WeightFormat format = WeightFormat::bf16;
  bool gguf = false;                      ///< stored as a GGUF file: MXFP4 then means the file type
  std::optional<double> group_size;       ///< of formats with groups; empty: the published checkpoints'
  std::optional<bool> importance_matrix;  ///< empty: as published files of the type have it
  int first_layer = 0, last_layer = 0;    ///< layers [first, last) are this device's
  bool embedding = true, head = true;     ///< and so are these
  bool embedding_on_host = false;         ///< llama.cpp looks tokens up on the CPU
  bool head_on_host = false;
  int device_layers_from = 0;      ///< layers before it lie on the host
  int host_expert_layers = 0;      ///< the experts of the layers before it lie on the host
  bool one_buffer = false;         ///< llama.cpp puts all tensors into one buffer
  bool towers = false;             ///< vision and audio towers are loaded, too
  bool head_stored_apart = false;  ///< a tied head is stored once more
  bool quantised_head = false;     ///< in the low-bit format, as the layers' matrices are
  bool outer_repeated = false;     ///< tensor parallelism splits the layers alone
  bool experts_kept = false;       ///< the low-bit format does not reach the experts
  double tensor_parallel = 1;
  /// What a step of text streams, instead of what lies there: this share of the experts, and neither towers
  /// nor the tables whose rows are looked up.
  std::optional<double> step_experts;
};

template <class Sums>
struct OnDeviceAndHost {
  Sums device, host;
};
using PlacedWeights = OnDeviceAndHost<Storage>;

bool is_expert(Role role);

/// Whether tensor parallelism splits the matrix along its inputs, and sums what the devices give.
bool is_summed(Role role);

/// The share of a tensor that one of t tensor-parallel devices holds. Key and value heads are repeated where
/// there are fewer of them than devices; what works on the whole hidden state is on every device.
/// `spec`: its layer's, null outside the layers.
double tensor_share(const Tensor& tensor, const LayerSpec* spec, double tensor_parallel);

/// Places every tensor. The whole model is {0, layers}; adapters, MTP layers and (by default) towers are left
/// out.
PlacedWeights place_weights(const LayerTable& table, const WeightPlan& plan);

/// A model's weights placed once, for many stages of the same split: what place_weights places, summed kind
/// of layer by kind of layer. @pre the table outlives it
class LayerWeights {
 public:
  /// The plan's layers, embedding and head are not looked at: of() asks for them.
  LayerWeights(const LayerTable& table, const WeightPlan& plan);
  OnDeviceAndHost<WeightBytes> of(int first_layer, int last_layer, bool embedding, bool head);

 private:
  const LayerTable& table_;
  WeightPlan plan_;
  std::vector<OnDeviceAndHost<WeightBytes>> kinds_;  ///< of one layer
  KindCounts counts_;
  std::optional<OnDeviceAndHost<WeightBytes>> outer_[2][2];  ///< by embedding and head, once asked for
};

/// The weights of a GGUF file or a checkpoint: every tensor once.
Storage stored_weights(const LayerTable& table, WeightFormat format, bool gguf,
                       std::optional<bool> importance_matrix = {}, std::optional<double> group_size = {},
                       bool experts_kept = false);

/// What a GGUF file holds besides its weights, estimated: the tokeniser's texts, types and merges, 38 bytes a
/// token (byte-pair vocabularies of 50,257 to 151,936 tokens measure 35 to 61, the sentence-piece ones 21 to
/// 23), and a record of 80 bytes a tensor.
/// @see [llama-cpp-vocabularies] in src/catalog/references.json
double gguf_header_bytes(const LayerTable& table);

}  // namespace slide_rule
