#pragma once
// A shape for a bare parameter count.

#include "slide_rule/model.hpp"

namespace slide_rule {

inline constexpr double kMinPlausibleParameters = 1e6, kMaxPlausibleParameters = 1e15;

/// A dense model with grouped-query attention and a gated MLP, as open models of that size are made.
/// Deterministic.
///
///   layers       0.182 * parameters^0.2353, to the nearest even number: least squares in logarithms over the
///   95
///                dense gated models since July 2023 in the catalogue, which lie 20 % (rms) around it
///   vocabulary   128,256 from 1e9 parameters, 49,152 below, and never more than a quarter of the parameters
///   at the
///                least width; tied to the head below 4e9 parameters
///   heads        hidden_size / 128 (/ 64 below width 1,024); kv_heads the largest of 8, 4, 2, 1 that divides
///   heads hidden_size  the multiple of 1,024 (512 below 4,096, 256 below 2,048, 64 below 1,024) that leaves
///   an MLP width
///                nearest to 3.5 hidden_size, the catalogue's median
///   mlp_width    what is then left of the parameters, to a multiple of 8. Made models have multiples of 128
///                or 256: where a format stores whole blocks, its rows count as such
///
/// The count from the shape agrees with `parameters` to 0.1 % from 1e8 parameters on, to 1 % below.
/// @param parameters  kMinPlausibleParameters to kMaxPlausibleParameters
Model plausible_shape(double parameters);

}  // namespace slide_rule
