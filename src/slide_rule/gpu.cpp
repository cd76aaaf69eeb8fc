#include "slide_rule/gpu.hpp"

namespace slide_rule {

UsableMemory usable_memory(const Gpu& g, double memory_gb) {
  const bool other_size = memory_gb > 0 && memory_gb != g.memory_gb;
  const double label = memory_gb > 0 ? memory_gb : g.memory_gb;
  if (g.unified_share > 0) {
    const bool apple = g.vendor == "Apple";
    const double share = apple ? (label <= 36 ? 2.0 / 3.0 : 0.75) : g.unified_share;
    return {label * kGiB * share, MemoryBasis::unified};
  }
  if (other_size) return {label * kGiB, MemoryBasis::nominal};
  if (g.driver_mib > 0) return {g.driver_mib * kMiB, MemoryBasis::driver};
  if (g.inferred_mib > 0) return {g.inferred_mib * kMiB, MemoryBasis::sibling};
  return {label * kGiB, MemoryBasis::nominal};
}

}  // namespace slide_rule
