#pragma once
// Units and exact conversions. A name carries its unit; GB and GiB are never mixed.

namespace slide_rule {

inline constexpr double kKB = 1e3, kMB = 1e6, kGB = 1e9, kTB = 1e12;
inline constexpr double kKiB = 1024.0, kMiB = 1048576.0, kGiB = 1073741824.0;

/// 1 PF-day = 1e15 FLOP/s for 86,400 s. Kaplan et al. 2020, section 1.3.
inline constexpr double kFlopPerPfDay = 8.64e19;
inline constexpr double kSecondsPerDay = 86400.0, kSecondsPerHour = 3600.0;

/// The largest count a double holds exactly (2^53): the limit of every integer at the boundary.
inline constexpr double kMaxExactInteger = 9007199254740992.0;

}  // namespace slide_rule
