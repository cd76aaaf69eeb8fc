#pragma once
// How weights are stored: bytes per weight of every format of one tensor. A GGUF *file* type such as Q4_K_M
// is a mix of these by tensor role, and stands with the engine that makes it.

#include <array>
#include <cmath>
#include <optional>
#include <string_view>

#include "slide_rule/names.hpp"

namespace slide_rule {

enum class NumberFormat {
  fp32,
  fp16,
  bf16,
  fp8,
  fp8_block,
  int8,
  bnb_int8,
  nf4,
  nf4_double,
  gptq_int4,
  gptq_int8,
  awq_int4,
  gptq_int3,
  aqlm_1x16,
  aqlm_2x8,
  mxfp8,
  mxfp4,
  nvfp4,
  q4_0,
  q4_1,
  q5_0,
  q5_1,
  q8_0,
  iq4_nl,
  q2_k,
  q3_k,
  q4_k,
  q5_k,
  q6_k,
  iq1_s,
  iq1_m,
  iq2_xxs,
  iq2_xs,
  iq2_s,
  iq3_xxs,
  iq3_s,
  iq4_xs,
  tq1_0,
  tq2_0,
};
SLIDE_RULE_NAMES(NumberFormat, "fp32", "fp16", "bf16", "fp8", "fp8-block", "int8", "bnb-int8", "nf4",
                 "nf4-double", "gptq-int4", "gptq-int8", "awq-int4", "gptq-int3", "aqlm-1x16", "aqlm-2x8",
                 "mxfp8", "mxfp4", "nvfp4", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "IQ4_NL", "Q2_K", "Q3_K",
                 "Q4_K", "Q5_K", "Q6_K", "IQ1_S", "IQ1_M", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ3_XXS", "IQ3_S",
                 "IQ4_XS", "TQ1_0", "TQ2_0")

/// Formats of bitsandbytes, which replaces linear modules and nothing else.
constexpr bool is_bitsandbytes(NumberFormat format) {
  return format == NumberFormat::bnb_int8 || format == NumberFormat::nf4 ||
         format == NumberFormat::nf4_double;
}

/// A format's layout. Weights come in blocks along the input channels; scales may come per block, per output
/// row, per input column, per 2-D tile, per matrix, or per larger run of weights.
struct FormatLayout {
  short block = 1;         ///< weights in a block
  short block_bits = 0;    ///< of a block, its scales included
  short group_bits = 0;    ///< of these, what a block of any size has once: such formats have a group size
  short codebook = 0;      ///< for each matrix: so many times 512 entries of a block of 16-bit numbers
  short tile_bytes = 0;    ///< for each 128 x 128 tile
  short row_bytes = 0;     ///< for each output channel
  short column_bytes = 0;  ///< for each input channel
  short run = 0, run_bytes = 0;  ///< run_bytes for each `run` weights
  std::string_view source;       ///< key into src/catalog/references.json
};

/// The table, in the order of NumberFormat.
///   fp8-block   one fp32 scale for each 128 x 128 tile
///   bnb-int8    one fp32 scale a row (LLM.int8)
///   nf4         4 bits and one fp32 absmax per 64 weights
///   nf4-double  4 bits, an 8-bit absmax per 64 weights, an fp32 one per 256 of those
///   gptq-intN   group 128: fp16 scale and N-bit zero; an int32 group index per input channel
///   awq-int4    group 128: fp16 scale and 4-bit zero
///   aqlm-CxB    a sum of C codes of B bits per 8 weights, C codebooks of 2^B entries, an fp16 scale a row
///   mxfp8       8 bits and an 8-bit exponent per 32, mxfp4 4 bits and the same
///   nvfp4       4 bits and an fp8 scale per 16
///   GGUF types  sizes of ggml's block structs
inline constexpr std::array<FormatLayout, Names<NumberFormat>::words.size()> kFormatLayouts{{
    {1, 32, 0, 0, 0, 0, 0, 0, 0, "ieee-754"},
    {1, 16, 0, 0, 0, 0, 0, 0, 0, "ieee-754"},
    {1, 16, 0, 0, 0, 0, 0, 0, 0, "ieee-754"},
    {1, 8, 0, 0, 0, 0, 0, 0, 0, "micikevicius-2022"},
    {1, 8, 0, 0, 4, 0, 0, 0, 0, "deepseek-v3-2024"},
    {1, 8, 0, 0, 0, 0, 0, 0, 0, "dettmers-2022"},
    {1, 8, 0, 0, 0, 4, 0, 0, 0, "dettmers-2022"},
    {64, 288, 0, 0, 0, 0, 0, 0, 0, "dettmers-2023"},
    {64, 264, 0, 0, 0, 0, 0, 16384, 4, "dettmers-2023"},
    {128, 532, 20, 0, 0, 0, 4, 0, 0, "frantar-2022"},
    {128, 1048, 24, 0, 0, 0, 4, 0, 0, "frantar-2022"},
    {128, 532, 20, 0, 0, 0, 0, 0, 0, "lin-2023"},
    {128, 403, 19, 0, 0, 0, 4, 0, 0, "frantar-2022"},
    {8, 16, 16, 128, 0, 2, 0, 0, 0, "egiazarian-2024"},
    {8, 16, 16, 1, 0, 2, 0, 0, 0, "egiazarian-2024"},
    {32, 264, 0, 0, 0, 0, 0, 0, 0, "ocp-mx-2023"},
    {32, 136, 0, 0, 0, 0, 0, 0, 0, "ocp-mx-2023"},
    {16, 72, 0, 0, 0, 0, 0, 0, 0, "nvidia-nvfp4-2025"},
    {32, 144, 0, 0, 0, 0, 0, 0, 0, "ggml"},
    {32, 160, 0, 0, 0, 0, 0, 0, 0, "ggml"},
    {32, 176, 0, 0, 0, 0, 0, 0, 0, "ggml"},
    {32, 192, 0, 0, 0, 0, 0, 0, 0, "ggml"},
    {32, 272, 0, 0, 0, 0, 0, 0, 0, "ggml"},
    {32, 144, 0, 0, 0, 0, 0, 0, 0, "ggml"},
    {256, 672, 0, 0, 0, 0, 0, 0, 0, "ggml"},
    {256, 880, 0, 0, 0, 0, 0, 0, 0, "ggml"},
    {256, 1152, 0, 0, 0, 0, 0, 0, 0, "ggml"},
    {256, 1408, 0, 0, 0, 0, 0, 0, 0, "ggml"},
    {256, 1680, 0, 0, 0, 0, 0, 0, 0, "ggml"},
    {256, 400, 0, 0, 0, 0, 0, 0, 0, "ggml"},
    {256, 448, 0, 0, 0, 0, 0, 0, 0, "ggml"},
    {256, 528, 0, 0, 0, 0, 0, 0, 0, "ggml"},
    {256, 592, 0, 0, 0, 0, 0, 0, 0, "ggml"},
    {256, 656, 0, 0, 0, 0, 0, 0, 0, "ggml"},
    {256, 784, 0, 0, 0, 0, 0, 0, 0, "ggml"},
    {256, 880, 0, 0, 0, 0, 0, 0, 0, "ggml"},
    {256, 1088, 0, 0, 0, 0, 0, 0, 0, "ggml"},
    {256, 432, 0, 0, 0, 0, 0, 0, 0, "ggml"},
    {256, 528, 0, 0, 0, 0, 0, 0, 0, "ggml"},
}};

constexpr const FormatLayout& layout_of(NumberFormat format) {
  return kFormatLayouts[static_cast<std::size_t>(format)];
}

/// Bytes per weight of a large matrix: what is stored per row, column and matrix is left out (it vanishes),
/// tiles and runs are counted.
constexpr double bytes_per_weight(NumberFormat format) {
  const FormatLayout& f = layout_of(format);
  return f.block_bits / 8.0 / f.block + f.tile_bytes / (128.0 * 128) +
         (f.run > 0 ? 1.0 * f.run_bytes / f.run : 0);
}

/// Bytes of one matrix of `out` rows and `in` columns.
///
///   out * ceil(in / block) * block_bits / 8 + ceil(in / 128) * ceil(out / 128) * tile_bytes
///     + out * row_bytes + in * column_bytes + ceil(in * out / run) * run_bytes + codebook * 512 * block * 2
///
/// Exact for GGUF, whose rows are whole blocks (a GGUF tensor that is not takes another format).
///
/// @param group_size  of formats that have one, in place of the table's block; 0: a row is one group
inline double bytes_of(NumberFormat format, double in, double out, std::optional<double> group_size = {}) {
  const FormatLayout& f = layout_of(format);
  double block = f.block, bits = f.block_bits;
  if (group_size && f.group_bits > 0) {
    const double group = *group_size > 0 ? *group_size : in;
    bits = (bits - f.group_bits) / block * group + f.group_bits;
    block = group;
  }
  double bytes = out * std::ceil(in / block) * bits / 8 + out * f.row_bytes + in * f.column_bytes +
                 f.codebook * 512.0 * block * 2;
  if (f.tile_bytes > 0) bytes += std::ceil(in / 128) * std::ceil(out / 128) * f.tile_bytes;
  if (f.run > 0) bytes += std::ceil(in * out / f.run) * f.run_bytes;
  return bytes;
}

}  // namespace slide_rule
