#pragma once
// What a device has: the driver's total, less what the driver keeps back, less a process's context.

#include <optional>

#include "slide_rule/choices.hpp"
#include "slide_rule/fields.hpp"
#include "slide_rule/gpu.hpp"

namespace slide_rule {

/// How near to this very device an overhead was observed.
enum class OverheadBasis {
  observed,    ///< on this card
  generation,  ///< on other cards of its generation: their median
  vendor,      ///< on other cards of its vendor: their median
  unknown,     ///< on none: taken as 0
};
SLIDE_RULE_NAMES(OverheadBasis, "observed", "generation-median", "vendor-median", "not-known")

struct DeviceOverhead {
  double reserve_bytes = 0;  ///< driver's total less the total that a process can see (page tables, firmware)
  OverheadBasis reserve_basis = OverheadBasis::unknown;
  double context_bytes = 0;  ///< of one process: its context and kernels, outside the framework's allocator
  OverheadBasis context_basis = OverheadBasis::unknown;
};

/// From src/catalog/devices.csv, whose rows stand in published out-of-memory reports of PyTorch (driver's
/// total, total seen, in use by the process, of that allocated and reserved), 2023 to 2026:
///
///   reserve = driver's total - total seen          context = in use - allocated - reserved
///
/// Reserve 0.2 to 0.8 GiB on NVIDIA cards (ECC and larger memories more), 0 on AMD; context 0.1 (Turing) to
/// 0.8 GiB (Blackwell, datacenter), 0.2 to 0.5 between. The context grows with the libraries that a process
/// loads, and differs by their version. The reports print GiB with two decimals, so each row is good to about
/// 20 MiB.
DeviceOverhead device_overhead(const Gpu& gpu);

/// The context on a card that was not named: the median over all observations.
double default_context_bytes();

/// The fields by which a question names its hardware: a GPU of the catalogue, or the usable bytes of one
/// card.
struct Hardware {
  std::optional<GpuChoice> gpu;
  std::optional<double> gpu_memory_gb;  ///< of a machine sold with several sizes: one of memoryOptionsGb
  std::optional<double> memory_bytes;   ///< usable bytes of one card
  double gpus = 1;

  static constexpr void describe(auto& v, auto& h) {
    v.field("gpu", h.gpu);
    v.field("gpuMemoryGb", h.gpu_memory_gb, positive);
    v.field("memoryBytes", h.memory_bytes, amount);
    v.field("gpus", h.gpus, count(1, 1e6));
  }
};

/// Checks that exactly one of gpu and memoryBytes is there, and that gpuMemoryGb is a size the GPU is sold
/// with.
void check(const Hardware& hardware, Problems& problems);

/// The driver's total of one card, or memoryBytes as given. @pre check(hardware) found no problem
double total_bytes(const Hardware& hardware);

/// What one process can allocate on one card, its own context included: the driver's total less its reserve,
/// or memoryBytes as given. @pre check(hardware) found no problem
double available_bytes(const Hardware& hardware);

/// The context that one process takes of available_bytes.
double context_bytes(const Hardware& hardware);

}  // namespace slide_rule
