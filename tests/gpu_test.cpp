#include "slide_rule/gpu.hpp"

#include <set>

#include "catch.hpp"
#include "slide_rule/catalogue.hpp"
#include "slide_rule/memory/device.hpp"
#include "slide_rule/memory/weight_format.hpp"
#include "slide_rule/speed/efficiency.hpp"

using namespace slide_rule;

TEST_CASE("every accelerator has a usable memory and stands once", "[gpu][property]") {
  const auto gpus = catalogue_gpus();
  REQUIRE(gpus.size() == 222);
  std::set<std::string_view> ids;
  for (const Gpu& g : gpus) {
    INFO(g.id);
    CHECK(ids.insert(g.id).second);
    const UsableMemory memory = usable_memory(g);
    const double label = g.memory_gb * kGiB;
    CHECK(memory.bytes <= label * 1.06);
    CHECK(memory.bytes >= label * (g.unified_share > 0 ? 0.66 : 0.85));
    const DeviceOverhead overhead = device_overhead(g);
    CHECK(overhead.reserve_bytes + overhead.context_bytes < memory.bytes);
  }
}

TEST_CASE("memory is what the driver reports, not the name on the box", "[gpu][reference]") {
  const auto mib = [](std::string_view id) { return usable_bytes(*find_gpu(id)) / kMiB; };
  CHECK(mib("rtx-4090") == 24564);
  CHECK(mib("rtx-5090") == 32607);
  CHECK(mib("h100-sxm") == 81559);
  CHECK(mib("h200-sxm") == 143771);
  CHECK(mib("b200-sxm") == 183359);
  CHECK(mib("t4") == 15360);
  CHECK(mib("l40s") == 46068);
  CHECK(usable_memory(*find_gpu("rtx-4070-ti")).basis == MemoryBasis::sibling);
  CHECK(usable_memory(*find_gpu("titan-xp")).basis == MemoryBasis::nominal);
  CHECK(mib("titan-xp") == 12 * 1024);
  CHECK_FALSE(find_gpu("rtx-9090"));
  CHECK(nearest_gpu_id("rtx-409") == "rtx-4090");
  CHECK(nearest_gpu_id("rtx-4900") == "rtx-4090");  // two digits swapped
  CHECK(nearest_gpu_id("h100") == "h100-sxm");
  CHECK(nearest_gpu_id("H100") == "h100-sxm");
  CHECK(nearest_gpu_id("h100-sxm-80gb") == "h100-sxm");  // two letters from a100-sxm-80gb, another card
  CHECK(nearest_model_id("llama-3.1-70b-instruct") == "llama-3.1-70b");
  CHECK(nearest_gpu_id("") == "");
}

TEST_CASE("unified memory gives its default share, by its size", "[gpu]") {
  const auto max = find_gpu("apple-m5-max");
  REQUIRE(max);
  CHECK(usable_memory(*max).bytes == 128 * kGiB * 0.75);
  CHECK_THAT(usable_memory(*max, 36).bytes, WithinRel(24 * kGiB, 1e-12));
  CHECK(usable_memory(*max, 48).bytes == 36 * kGiB);
  CHECK_THAT(usable_bytes(*find_gpu("dgx-spark-gb10")) / kGiB, WithinAbs(119.55, 0.05));
  // HIP allocates 96 of MI300A's 128 GiB by default, by AMD's guide to its settings. They are stacked memory.
  const Gpu mi300a = *find_gpu("mi300a");
  CHECK(usable_bytes(mi300a) == 96 * kGiB);
  CHECK(usable_memory(mi300a).basis == MemoryBasis::unified);
  CHECK(memory_kind(mi300a) == MemoryKind::stacked);
}

TEST_CASE("a row is one device of those that a program sees", "[gpu][reference]") {
  struct Half {
    const char* id;
    double mib, bandwidth, bf16_tflops;
  };
  // Half of what the vendor prints for the card, chip or package.
  for (const Half& h :
       {Half{"mi250", 65520, 3276.8 / 2, 362.1 / 2}, Half{"mi250x", 65520, 3276.8 / 2, 383.0 / 2},
        Half{"max-1550", 65536, 3276.8 / 2, 832.0 / 2}, Half{"ascend-910c", 65536, 1600, 390},
        Half{"tpu-v2", 8192, 350, 23}, Half{"tpu-v3", 16384, 450, 61.5},
        Half{"tpu-v7x", 98304, 7370.0 / 2, 2307.0 / 2}}) {
    CAPTURE(h.id);
    const Gpu g = *find_gpu(h.id);
    CHECK(usable_bytes(g) == h.mib * kMiB);
    CHECK(g.bandwidth_gb_per_second == h.bandwidth);
    CHECK(g.bf16_tflops == h.bf16_tflops);
    CHECK(g.name.find("1/2)") != g.name.npos);
  }
  CHECK(find_gpu("mi250x")->tdp_watts == 280);
}

TEST_CASE("what memory a card has is a fact of it, not of its speed or its place", "[gpu][reference]") {
  for (const char* id : {"titan-v", "tesla-p100-pcie-16gb", "v100-sxm2-32gb", "a30", "b200-sxm", "mi100",
                         "tpu-v5e", "inferentia2", "trainium2", "ascend-910b4"}) {
    CAPTURE(id);
    CHECK(memory_kind(*find_gpu(id)) == MemoryKind::stacked);
  }
  // GDDR7 at 1597 GB/s, as on the workstation's card.
  for (const char* id : {"rtx-pro-6000-blackwell-server", "l40s", "rx-7900-xtx", "rtx-5090"}) {
    CAPTURE(id);
    CHECK(memory_kind(*find_gpu(id)) == MemoryKind::graphics);
  }
}

TEST_CASE("a Jetson's rates are its GPU's, dense, and its memory what Linux leaves", "[gpu][reference]") {
  struct Module {
    const char* id;
    double cores, ghz, total_mib;
  };
  // Cores and clocks of NVIDIA's sheets, totals of tegrastats; a tensor core of 32 CUDA cores does 1024
  // operations of 8 bits a clock.
  for (const Module& m :
       {Module{"jetson-orin-nano-8gb", 1024, 1.02, 7620}, Module{"jetson-orin-nx-16gb", 1024, 0.918, 15656},
        Module{"jetson-agx-orin-32gb", 1792, 0.93, 30536},
        Module{"jetson-agx-orin-64gb", 2048, 1.3, 62841}}) {
    CAPTURE(m.id);
    const Gpu g = *find_gpu(m.id);
    CHECK_THAT(g.fp32_tflops, WithinRel(m.cores * 2 * m.ghz / 1e3, 0.01));
    CHECK_THAT(g.int8_tops, WithinRel(m.cores / 32 * 1024 * m.ghz / 1e3, 0.02));
    CHECK_THAT(g.bf16_tflops, WithinRel(g.int8_tops / 2, 0.01));
    CHECK_THAT(usable_bytes(g) / kMiB, WithinAbs(m.total_mib - 1024, 0.001 * m.total_mib));
    CHECK(usable_memory(g).basis == MemoryBasis::unified);
  }
  CHECK_THAT(usable_bytes(*find_gpu("jetson-thor-t5000")) / kMiB, WithinAbs(125772 - 1024, 130));
}

TEST_CASE("the nearest word, in either case", "[gpu]") {
  CHECK(nearest_word("mxfp4", Names<WeightFormat>::words) == "MXFP4");
  CHECK(nearest_word("q4_k_m", Names<WeightFormat>::words) == "Q4_K_M");
}

TEST_CASE("reserve and context are observed, or the median of the nearest that are", "[gpu]") {
  const DeviceOverhead t4 = device_overhead(*find_gpu("t4"));
  CHECK(t4.reserve_basis == OverheadBasis::observed);
  CHECK(t4.reserve_bytes == 445.5 * kMiB);
  CHECK(t4.context_bytes == 132.5 * kMiB);
  const DeviceOverhead h200 = device_overhead(*find_gpu("h200-sxm"));
  CHECK(h200.reserve_basis == OverheadBasis::generation);
  CHECK(h200.reserve_bytes == 514.5 * kMiB);
  CHECK(h200.context_basis == OverheadBasis::vendor);
  CHECK(h200.context_bytes == default_context_bytes());
  CHECK(device_overhead(*find_gpu("tpu-v5p")).reserve_basis == OverheadBasis::unknown);
  // Other cards of its vendor and generation were observed to have one; unified memory has none.
  CHECK(device_overhead(*find_gpu("dgx-spark-gb10")).reserve_bytes == 0);
  CHECK(device_overhead(*find_gpu("dgx-spark-gb10")).context_bytes > 0);
}

TEST_CASE("hardware is a GPU or a memory size, not both and not neither", "[gpu]") {
  const auto first = [](const Hardware& h) {
    Problems problems;
    check(h, problems);
    return problems.empty() ? std::string() : problems[0].field;
  };
  const GpuChoice mac{*find_gpu("apple-m5-max")};
  CHECK(first({}) == "gpu");
  CHECK(first({mac, {}, 8e10}) == "memoryBytes");
  CHECK(first({mac, 64.0, {}}) == "");
  CHECK(first({mac, 65.0, {}}) == "gpuMemoryGb");
  CHECK(first({{}, {}, 8e10}) == "");
  CHECK(total_bytes({{}, {}, 8e10}) == 8e10);
  CHECK(available_bytes({{}, {}, 8e10}) == 8e10);
  const Hardware h100{GpuChoice{*find_gpu("h100-sxm")}, {}, {}};
  CHECK(available_bytes(h100) == total_bytes(h100) - 514.5 * kMiB);
}
