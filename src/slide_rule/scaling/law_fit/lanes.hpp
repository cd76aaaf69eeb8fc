#pragma once
// Several doubles at a time, with exp and log of their own: the fit spends nine tenths of its time there.
// Built from
// + - * / and integer operations alone, in one order, so that a fit is the same to the last bit natively and
// in WebAssembly, with or without SIMD (the C library's exp differs between the two by one unit in the last
// place).

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace slide_rule::law_fit {

inline constexpr std::size_t kLanes = 2;  ///< one 128-bit register: SSE2, NEON, WebAssembly SIMD

/// Compilers with vector types put a Lanes in a register; it is used like a double.
using Lanes = double __attribute__((vector_size(8 * kLanes)));
using LaneBits = std::int64_t __attribute__((vector_size(8 * kLanes)));
using LaneUnsigned = std::uint64_t __attribute__((vector_size(8 * kLanes)));

inline Lanes load(const double* from) {
  Lanes x;
  std::memcpy(&x, from, sizeof x);
  return x;
}
inline void store(double* to, Lanes x) { std::memcpy(to, &x, sizeof x); }
inline Lanes all(double x) { return Lanes{} + x; }
inline double sum(Lanes x) {
  double total = x[0];
  for (std::size_t i = 1; i < kLanes; ++i) total += x[i];
  return total;
}
inline LaneBits bits_of(Lanes x) {
  LaneBits b;
  std::memcpy(&b, &x, sizeof b);
  return b;
}
inline Lanes from_bits(LaneBits b) {
  Lanes x;
  std::memcpy(&x, &b, sizeof x);
  return x;
}
inline Lanes abs_of(Lanes x) { return from_bits(bits_of(x) & INT64_MAX); }
/// x with the sign of `sign` (x >= 0).
inline Lanes with_sign(Lanes x, Lanes sign) { return from_bits(bits_of(x) | (bits_of(sign) & INT64_MIN)); }
/// 1.0 where the mask is set, else 0.0.
inline Lanes one_where(LaneBits mask) { return from_bits(mask & INT64_C(0x3ff0000000000000)); }
inline Lanes select(LaneBits mask, Lanes yes, Lanes no) {
  return from_bits((bits_of(yes) & mask) | (bits_of(no) & ~mask));
}
inline Lanes clamp(Lanes x, double low, double high) {
  x = select(x > low, x, all(low));
  return select(x < high, x, all(high));
}

/// e^x for |x| <= 700; x beyond that is taken as +-700 (the result stays a normal number). Error below 2 ulp.
/// x = k ln 2 + r, |r| <= ln 2 / 2; the Taylor series of e^r to r^13 leaves 4e-18.
inline Lanes exp_of(Lanes x) {
  constexpr double kLog2E = 1.4426950408889634074;
  constexpr double kLn2High = 6.93147180369123816490e-01;  // 33 bits, so that k * kLn2High is exact
  constexpr double kLn2Low = 1.90821492927058770002e-10;
  constexpr double kMagic =
      6755399441055744.0;  // 1.5 * 2^52: adding it rounds to an integer, kept in the low bits
  x = clamp(x, -700, 700);
  const Lanes shifted = x * kLog2E + kMagic;
  const Lanes k = shifted - kMagic;
  const Lanes r = (x - k * kLn2High) - k * kLn2Low;
  const Lanes r2 = r * r, r4 = r2 * r2, r8 = r4 * r4;
  const Lanes low = (1.0 + r) + r2 * (1.0 / 2 + r * (1.0 / 6));
  const Lanes middle = (1.0 / 24 + r * (1.0 / 120)) + r2 * (1.0 / 720 + r * (1.0 / 5040));
  const Lanes high = (1.0 / 40320 + r * (1.0 / 362880)) + r2 * (1.0 / 3628800 + r * (1.0 / 39916800));
  const Lanes top = 1.0 / 479001600 + r * (1.0 / 6227020800);
  const Lanes series = low + r4 * middle + r8 * (high + r4 * top);
  return from_bits(bits_of(series) + (bits_of(shifted) << 52));
}

/// The natural logarithm of a positive normal number. Error below 2 ulp (absolute near 1: 1e-16).
/// x = 2^k m, sqrt(1/2) <= m < sqrt(2); log m = 2 atanh(s) with s = (m - 1) / (m + 1), |s| < 0.1716.
inline Lanes log_of(Lanes x) {
  constexpr double kLn2High = 6.93147180369123816490e-01, kLn2Low = 1.90821492927058770002e-10;
  constexpr std::int64_t kSqrtHalf = 0x3fe6a09e667f3bcd;
  constexpr std::int64_t kBias = 1023;  // keeps the exponent from going negative, so that >> brings in zeros
  const LaneBits offset = bits_of(x) + ((kBias << 52) - kSqrtHalf);
  const auto exponent = LaneBits(LaneUnsigned(offset) >> 52);
  const Lanes m = from_bits(bits_of(x) - ((exponent - kBias) << 52));
  // An integer below 2^52 put into the low bits of 2^52 is that integer as a double, plus 2^52.
  const Lanes k = from_bits(exponent | INT64_C(0x4330000000000000)) - (4503599627370496.0 + kBias);
  const Lanes f = m - 1.0;
  const Lanes s = f / (m + 1.0);
  const Lanes z = s * s, z2 = z * z, z4 = z2 * z2;
  const Lanes low = (1.0 / 3 + z * (1.0 / 5)) + z2 * (1.0 / 7 + z * (1.0 / 9));
  const Lanes high = (1.0 / 11 + z * (1.0 / 13)) + z2 * (1.0 / 15 + z * (1.0 / 17));
  const Lanes top = (1.0 / 19 + z * (1.0 / 21)) + z2 * (1.0 / 23);
  const Lanes series = z * (low + z4 * (high + z4 * top));
  // log m = 2 s + 2 s series, and 2 s = f - s f: written so that f, the large part, is added last.
  return k * kLn2High + (f - (s * (f - 2.0 * series) - k * kLn2Low));
}

}  // namespace slide_rule::law_fit
