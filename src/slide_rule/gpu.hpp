#pragma once
// An accelerator as the catalogue knows it: what its memory is called, what the driver reports, how fast it
// is.

#include <string_view>
#include <vector>

#include "slide_rule/fields.hpp"
#include "slide_rule/names.hpp"
#include "slide_rule/units.hpp"

namespace slide_rule {

/// One row of src/catalog/gpus.csv. Zero means "not known" or "has no such rate". Rates are dense.
struct Gpu {
  std::string_view id, name, vendor, family;
  double year = 0;
  std::string_view
      segment;           ///< consumer, laptop, workstation, datacenter, cloud, edge, apple-soc, desktop-soc
  double memory_gb = 0;  ///< the number on the box
  std::vector<double> memory_options_gb;  ///< sizes it is sold with, where it is sold with several
  double driver_mib = 0;                  ///< total that the driver reports, observed
  double inferred_mib = 0;                ///< the same of a sibling with the same memory layout
  double unified_share = 0;  ///< share of unified memory that the GPU gets by default; 0: memory of its own
  double bandwidth_gb_per_second = 0;
  double fp32_tflops = 0;
  double bf16_tflops = 0;  ///< fp16 and bf16 with fp32 accumulation
  double fp8_tflops = 0, fp4_tflops = 0, int8_tops = 0;
  bool bf16_native = false;
  double link_gb_per_second = 0;  ///< to other GPUs or the host, both directions together
  double tdp_watts = 0;
  std::string_view status;      ///< available, announced, announced/limited
  std::string_view confidence;  ///< high: vendor figure; medium: derived; low: announced or doubtful
  bool stacked_memory = false;  ///< HBM; of src/catalog/stacked_memory.csv

  static constexpr void describe(auto& v, auto& g) {
    v.field("id", g.id);
    v.field("name", g.name);
    v.field("vendor", g.vendor);
    v.field("family", g.family);
    v.field("year", g.year);
    v.field("segment", g.segment);
    v.field("memoryGb", g.memory_gb);
    v.field("memoryOptionsGb", g.memory_options_gb);
    v.field("driverMib", g.driver_mib);
    v.field("inferredMib", g.inferred_mib);
    v.field("unifiedShare", g.unified_share);
    v.field("bandwidthGbPerSecond", g.bandwidth_gb_per_second);
    v.field("fp32Tflops", g.fp32_tflops);
    v.field("bf16Tflops", g.bf16_tflops);
    v.field("fp8Tflops", g.fp8_tflops);
    v.field("fp4Tflops", g.fp4_tflops);
    v.field("int8Tops", g.int8_tops);
    v.field("bf16Native", g.bf16_native);
    v.field("linkGbPerSecond", g.link_gb_per_second);
    v.field("tdpWatts", g.tdp_watts);
    v.field("status", g.status);
    v.field("confidence", g.confidence);
    v.field("stackedMemory", g.stacked_memory);
  }
};

/// Where the figure of usable_bytes comes from.
enum class MemoryBasis {
  driver,   ///< the driver's total, observed
  sibling,  ///< the driver's total of a card with the same memory layout
  nominal,  ///< the number on the box, read as GiB
  unified,  ///< the GPU's default share of unified memory
};
SLIDE_RULE_NAMES(MemoryBasis, "driver-total", "sibling-total", "nominal-gib", "unified-share")

struct UsableMemory {
  double bytes = 0;
  MemoryBasis basis = MemoryBasis::nominal;
};

/// Bytes of one device that its driver reports as the total; what the driver reserves, a context and other
/// processes take comes off that (see memory/device.hpp).
///
///   driver total observed            driver_mib * 2^20
///   of a sibling                     inferred_mib * 2^20
///   unified memory                   memory_gb * 2^30 * unified_share
///   otherwise                        memory_gb * 2^30
///
/// Vendors print "80 GB" for 80 GiB: where nothing is observed the label is read as GiB. Observed totals lie
/// between 0.94 (ECC on GDDR memory costs 1/16) and 1.0 of that.
///
/// @param memory_gb  one of memory_options_gb, for machines sold with several sizes; 0: gpu.memory_gb. Apple
/// gives
///                   the GPU 2/3 of up to 36 GB and 3/4 of more.
/// @see [gpu-catalogue] in src/catalog/references.json
UsableMemory usable_memory(const Gpu& gpu, double memory_gb = 0);
inline double usable_bytes(const Gpu& gpu) { return usable_memory(gpu).bytes; }

}  // namespace slide_rule
