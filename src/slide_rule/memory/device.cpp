#include "slide_rule/memory/device.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace slide_rule {
namespace {

struct DeviceObservation {
  std::string_view gpu, family, vendor;
  double reserve_mib, context_mib;  // -1: the report does not tell
};

#include "catalog/generated/devices.inc"

/// The median of `value` over the observations that `belongs` takes; -1 where none tells it.
template <class Belongs>
double median_mib(double DeviceObservation::*value, Belongs belongs) {
  double values[std::size(kDeviceObservations)];
  std::size_t n = 0;
  for (const DeviceObservation& o : kDeviceObservations) {
    if (o.*value < 0 || !belongs(o)) continue;
    double* const at = std::upper_bound(values, values + n, o.*value);
    std::copy_backward(at, values + n, values + n + 1);
    *at = o.*value;
    ++n;
  }
  if (n == 0) return -1;
  return (values[n / 2] + values[(n - 1) / 2]) / 2;
}

void observe(double DeviceObservation::*value, const Gpu& gpu, double& bytes, OverheadBasis& basis) {
  const auto same_gpu = [&](const DeviceObservation& o) { return o.gpu == gpu.id; };
  const auto same_family = [&](const DeviceObservation& o) {
    return o.family == gpu.family && o.vendor == gpu.vendor;
  };
  const auto same_vendor = [&](const DeviceObservation& o) { return o.vendor == gpu.vendor; };
  double mib = median_mib(value, same_gpu);
  basis = OverheadBasis::observed;
  if (mib < 0) {
    mib = median_mib(value, same_family);
    basis = OverheadBasis::generation;
  }
  if (mib < 0) {
    mib = median_mib(value, same_vendor);
    basis = OverheadBasis::vendor;
  }
  if (mib < 0) {
    mib = 0;
    basis = OverheadBasis::unknown;
  }
  bytes = mib * kMiB;
}

}  // namespace

DeviceOverhead device_overhead(const Gpu& gpu) {
  DeviceOverhead o;
  // A share of unified memory is a limit set in software: nothing more is kept back from it.
  if (gpu.unified_share == 0) observe(&DeviceObservation::reserve_mib, gpu, o.reserve_bytes, o.reserve_basis);
  observe(&DeviceObservation::context_mib, gpu, o.context_bytes, o.context_basis);
  return o;
}

double default_context_bytes() {
  return median_mib(&DeviceObservation::context_mib, [](const DeviceObservation&) { return true; }) * kMiB;
}

void check(const Hardware& h, Problems& problems) {
  if (!h.gpu && !h.memory_bytes) problems.push_back({"gpu", Code::missing, 0, "memoryBytes"});
  if (h.gpu && h.memory_bytes) problems.push_back({"memoryBytes", Code::contradicts, 0, "gpu"});
  if (!h.gpu_memory_gb) return;
  if (!h.gpu) {
    problems.push_back({"gpuMemoryGb", Code::contradicts, 0, "memoryBytes"});
    return;
  }
  const Gpu& gpu = h.gpu->gpu;
  const auto& options = gpu.memory_options_gb;
  const bool sold = *h.gpu_memory_gb == gpu.memory_gb ||
                    std::find(options.begin(), options.end(), *h.gpu_memory_gb) != options.end();
  if (!sold) problems.push_back({"gpuMemoryGb", Code::unknown_choice, gpu.memory_gb});
}

double total_bytes(const Hardware& h) {
  return h.gpu ? usable_memory(h.gpu->gpu, h.gpu_memory_gb.value_or(0)).bytes : *h.memory_bytes;
}

double available_bytes(const Hardware& h) {
  return total_bytes(h) - (h.gpu ? device_overhead(h.gpu->gpu).reserve_bytes : 0);
}

double context_bytes(const Hardware& h) {
  return h.gpu ? device_overhead(h.gpu->gpu).context_bytes : default_context_bytes();
}

}  // namespace slide_rule
