#pragma once
// Which format a tensor has in a GGUF file of a given type, by the rules of llama.cpp's quantiser.

#include "slide_rule/memory/weight_format.hpp"
#include "slide_rule/model.hpp"

namespace slide_rule {

/// What the rules look at besides the tensor.
struct GgufMix {
  WeightFormat type = WeightFormat::q4_k_m;
  bool importance_matrix = false;  ///< the file was made with one
  int layers = 0;
  int value_tensors = 0;    ///< attn_v and attn_qkv matrices in the file
  double query_groups = 0;  ///< query heads a key-value head
  double experts = 0;
  bool tied = false;         ///< no output matrix: the token embedding takes its format
  double whole_columns = 0;  ///< so many columns count as whole blocks: an estimated width
  bool is_70b = false;       ///< 80 layers with grouped queries: attn_v gets more bits
};

/// The rules' inputs for a model. An importance matrix is assumed where the type cannot be made without one,
/// and for IQ4_NL and IQ4_XS, whose published files have one; it leaves the first ffn_down matrices of these
/// in 4 bits.
GgufMix gguf_mix(const Model& model, WeightFormat type);
bool needs_importance_matrix(WeightFormat type);

/// Where a layer stands, as far as the rules tell layers apart. Two layers with equal places and equal
/// tensors are stored alike, so callers count places instead of asking for every layer.
struct GgufPlace {
  bool first_eighth : 1 = false;     ///< i < n / 8
  bool first_sixteenth : 1 = false;  ///< i < n / 16
  bool middle : 1 = false;           ///< n / 8 <= i < 7 n / 8
  bool more_bits : 1 = false;        ///< i < n / 8, or i >= 7 n / 8, or every third between
  bool value_more_bits : 1 = false;  ///< the same by the count of value tensors
  bool value_first_two : 1 = false, value_first_four : 1 = false;

  friend bool operator==(const GgufPlace&, const GgufPlace&) = default;
};

/// @param layer index of the layer; @param value_tensor how many value tensors come before it
GgufPlace gguf_place(const GgufMix& mix, int layer, int value_tensor);

/// The format of one tensor: the type's own rule for its role and place, then a fallback where the columns
/// are not whole blocks (Q4_K to Q5_0, Q5_K to Q5_1, Q6_K to Q8_0, the smaller ones to Q4_0 or IQ4_NL, F16 at
/// last). Vectors, routers, convolutions and positions are fp32; small mixing matrices keep 16 bit.
/// @see [llama-cpp-quantize] in src/catalog/references.json
NumberFormat gguf_format(const GgufMix& mix, const Tensor& tensor, const GgufPlace& place);

}  // namespace slide_rule
