#include "slide_rule/scaling/law_fit/objective.hpp"

#include <cmath>
#include <utility>

#include "slide_rule/scaling/law_fit/lanes.hpp"

namespace slide_rule::law_fit {

double huber(double residual, double delta) {
  // With m = min(|r|, delta), both branches are m (|r| - m / 2).
  const double absolute = std::fabs(residual), m = absolute < delta ? absolute : delta;
  return m * (absolute - 0.5 * m);
}

void Columns::resize(std::size_t row_count) {
  rows = row_count;
  padded = (rows + kLanes - 1) / kLanes * kLanes;
  for (auto* column : {&n, &d, &log_loss, &inverse_loss, &weight}) column->assign(padded, 0.0);
}

void Residuals::resize(std::size_t padded) {
  for (auto* column : {&residual_, &share_n_, &share_d_, &log_sum_}) column->assign(padded, 0.0);
}

double Residuals::compute(const Columns& data, const Form& form, const Constants& x, double delta) {
  const double per_s = 1 / x[kS];
  const Lanes floor = form.floor ? exp_of(all(x[kE] * per_s)) : Lanes{};
  const double in_n = form.in_n ? 1 : 0, in_d = form.in_d ? 1 : 0;
  Lanes total{};
  for (std::size_t i = 0; i < data.padded; i += kLanes) {
    const Lanes term_n = exp_of((x[kA] - x[kAlpha] * load(&data.n[i])) * per_s) * in_n;
    const Lanes term_d = exp_of((x[kB] - x[kBeta] * load(&data.d[i])) * per_s) * in_d;
    const Lanes whole = floor + term_n + term_d;
    const Lanes share = 1.0 / whole;
    const Lanes log_sum = log_of(whole);
    const Lanes r = x[kS] * log_sum - load(&data.log_loss[i]);
    store(&share_n_[i], term_n * share);
    store(&share_d_[i], term_d * share);
    store(&log_sum_[i], log_sum);
    store(&residual_[i], r);
    const Lanes absolute = abs_of(r), m = select(absolute < delta, absolute, all(delta));
    total += load(&data.weight[i]) * (m * (absolute - 0.5 * m));
  }
  return sum(total);
}

Slope Residuals::slope(const Columns& data, const Form& form, const Constants& x, double delta) const {
  return form.frees(kS) ? slope_as<true>(data, form, x, delta) : slope_as<false>(data, form, x, delta);
}

// With p = (p_e, p_n, p_d) the shares of the three terms in their sum, log L has the derivatives
//   d/de = p_e    d/da = p_n   d/dalpha = -n p_n   d/db = p_d   d/dbeta = -d p_d   d/ds = h,  h = -sum p log
//   p
// and second derivatives, for the exponents u and s, of
//   d2/du2 = (diag(p) - p p^T) / s    d2/du ds = -p (log p + h) / s    d2/ds2 = (sum p (log p)^2 - h^2) / s
// The Hessian is  sum w (k J J^T + psi * second derivatives),  psi = clamp(r, -delta, delta), k = 1 within
// delta and 0 beyond; in the basis of the three exponents that is  M = (k - psi / s) p p^T + (psi / s)
// diag(p).
template <bool kFreeS>
Slope Residuals::slope_as(const Columns& data, const Form& form, const Constants& x, double delta) const {
  Lanes value{}, ge{}, ga{}, ga_n{}, gb{}, gb_d{}, gs{};
  Lanes ee{}, ea{}, ea_n{}, eb{}, eb_d{}, aa{}, aa_n{}, aa_nn{}, ab{}, ab_n{}, ab_d{}, ab_nd{}, bb{}, bb_d{},
      bb_dd{};
  Lanes se{}, sa{}, sa_n{}, sb{}, sb_d{}, ss{};
  const double per_s = 1 / x[kS], has_floor = form.floor ? 1 : 0;
  for (std::size_t i = 0; i < data.padded; i += kLanes) {
    const Lanes w = load(&data.weight[i]), r = load(&residual_[i]), n = load(&data.n[i]),
                d = load(&data.d[i]);
    const Lanes absolute = abs_of(r);
    const auto inside = absolute < delta;
    const Lanes m = select(inside, absolute, all(delta)), w_m = w * m;
    const Lanes flat = w * one_where(inside), psi = with_sign(w_m, r);
    value += w_m * (absolute - 0.5 * m);

    const Lanes pa = load(&share_n_[i]), pb = load(&share_d_[i]), pe = (1.0 - pa - pb) * has_floor;
    Lanes qa = psi * pa, qb = psi * pb, qe = psi * pe, psi_s = psi;
    ge += qe, ga += qa, ga_n += qa * n, gb += qb, gb_d += qb * d;
    if constexpr (kFreeS) qa *= per_s, qb *= per_s, qe *= per_s, psi_s *= per_s;

    const Lanes k = flat - psi_s;
    const Lanes ka = k * pa, kb = k * pb, ke = k * pe;
    const Lanes m_aa = ka * pa + qa, m_ab = ka * pb, m_bb = kb * pb + qb, m_ea = ke * pa, m_eb = ke * pb;
    const Lanes m_aa_n = m_aa * n, m_ab_n = m_ab * n, m_bb_d = m_bb * d;
    ee += ke * pe + qe, ea += m_ea, ea_n += m_ea * n, eb += m_eb, eb_d += m_eb * d;
    aa += m_aa, aa_n += m_aa_n, aa_nn += m_aa_n * n;
    ab += m_ab, ab_n += m_ab_n, ab_d += m_ab * d, ab_nd += m_ab_n * d;
    bb += m_bb, bb_d += m_bb_d, bb_dd += m_bb_d * d;
    if constexpr (kFreeS) {
      const Lanes log_sum = load(&log_sum_[i]);
      const Lanes le = x[kE] * per_s - log_sum;
      const Lanes la = (x[kA] - x[kAlpha] * n) * per_s - log_sum,
                  lb = (x[kB] - x[kBeta] * d) * per_s - log_sum;
      const Lanes h = -(pe * le + pa * la + pb * lb), flat_h = flat * h;
      const Lanes me = pe * (flat_h - psi_s * (le + h)), ma = pa * (flat_h - psi_s * (la + h)),
                  mb = pb * (flat_h - psi_s * (lb + h));
      gs += psi * h;
      se += me, sa += ma, sa_n += ma * n, sb += mb, sb_d += mb * d;
      ss += flat_h * h + psi_s * (pe * le * le + pa * la * la + pb * lb * lb - h * h);
    }
  }
  const Constants gradient{sum(ge), sum(ga), -sum(ga_n), sum(gb), -sum(gb_d), sum(gs)};
  Matrix upper{};
  upper[kE] = {sum(ee), sum(ea), -sum(ea_n), sum(eb), -sum(eb_d), sum(se)};
  upper[kA] = {0, sum(aa), -sum(aa_n), sum(ab), -sum(ab_d), sum(sa)};
  upper[kAlpha] = {0, 0, sum(aa_nn), -sum(ab_n), sum(ab_nd), -sum(sa_n)};
  upper[kB] = {0, 0, 0, sum(bb), -sum(bb_d), sum(sb)};
  upper[kBeta] = {0, 0, 0, 0, sum(bb_dd), -sum(sb_d)};
  upper[kS][kS] = sum(ss);

  Slope result;
  result.value = sum(value);
  for (std::size_t i = 0; i < kSlots; ++i) {
    const int row = form.owner[i];
    if (row == Form::kFixed) continue;
    result.gradient[row] += gradient[i];
    for (std::size_t j = 0; j < kSlots; ++j) {
      const int column = form.owner[j];
      if (column != Form::kFixed) result.hessian[row][column] += i <= j ? upper[i][j] : upper[j][i];
    }
  }
  return result;
}

Constants Residuals::jacobian_row(const Columns& data, const Form& form, const Constants& x,
                                  std::size_t i) const {
  const double pa = share_n_[i], pb = share_d_[i], pe = form.floor ? 1 - pa - pb : 0, s = x[kS];
  double entropy = 0;
  for (const auto& [share, exponent] : {std::pair(pe, x[kE]), std::pair(pa, x[kA] - x[kAlpha] * data.n[i]),
                                        std::pair(pb, x[kB] - x[kBeta] * data.d[i])}) {
    entropy -= share * (exponent / s - log_sum_[i]);
  }
  const Constants full{pe, pa, -data.n[i] * pa, pb, -data.d[i] * pb, entropy};
  Constants row{};
  for (std::size_t j = 0; j < kSlots; ++j) {
    if (form.owner[j] != Form::kFixed) row[form.owner[j]] += full[j];
  }
  return row;
}

double Residuals::mean_abs(const Columns& data) const {
  Lanes total{}, weight{};
  for (std::size_t i = 0; i < data.padded; i += kLanes) {
    const Lanes w = load(&data.weight[i]);
    total += w * abs_of(load(&residual_[i]));
    weight += w;
  }
  return sum(total) / sum(weight);
}

}  // namespace slide_rule::law_fit
