#include "slide_rule/scaling/law_fit/objective.hpp"

#include <cmath>

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
  const Lanes floor = form.floor ? exp_of(all(x[kE])) : Lanes{};
  const double in_n = form.in_n ? 1 : 0, in_d = form.in_d ? 1 : 0;
  Lanes total{};
  for (std::size_t i = 0; i < data.padded; i += kLanes) {
    const Lanes term_n = exp_of(x[kA] - x[kAlpha] * load(&data.n[i])) * in_n;
    const Lanes term_d = exp_of(x[kB] - x[kBeta] * load(&data.d[i])) * in_d;
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

// With p = (p_e, p_n, p_d) the shares of the three terms in their sum and l the log of the sum, log L = s l and
//   d/de = s p_e    d/da = s p_n   d/dalpha = -n s p_n   d/db = s p_d   d/dbeta = -d s p_d   d/ds = l
// The Hessian is  sum w (h J J^T + psi * second derivatives of s l),  psi = clamp(r, -delta, delta), h = 1 within
// delta and 0 beyond. In the basis of the three exponents that is  M = (h s^2 - psi s) p p^T + psi s diag(p).
template <bool kFreeS>
Slope Residuals::slope_as(const Columns& data, const Form& form, const Constants& x, double delta) const {
  Lanes value{}, ge{}, ga{}, ga_n{}, gb{}, gb_d{}, gs{};
  Lanes ee{}, ea{}, ea_n{}, eb{}, eb_d{}, aa{}, aa_n{}, aa_nn{}, ab{}, ab_n{}, ab_d{}, ab_nd{}, bb{}, bb_d{}, bb_dd{};
  Lanes se{}, sa{}, sa_n{}, sb{}, sb_d{}, ss{};
  const double s = x[kS], has_floor = form.floor ? 1 : 0;
  for (std::size_t i = 0; i < data.padded; i += kLanes) {
    const Lanes w = load(&data.weight[i]), r = load(&residual_[i]), n = load(&data.n[i]), d = load(&data.d[i]);
    const Lanes absolute = abs_of(r);
    const auto inside = absolute < delta;
    const Lanes m = select(inside, absolute, all(delta)), w_m = w * m;
    const Lanes h = w * one_where(inside), psi = with_sign(w_m, r);
    value += w_m * (absolute - 0.5 * m);

    const Lanes pa = load(&share_n_[i]), pb = load(&share_d_[i]), pe = (1.0 - pa - pb) * has_floor;
    const Lanes psi_s = kFreeS ? psi * s : psi;
    const Lanes qa = psi_s * pa, qb = psi_s * pb, qe = psi_s * pe;
    ge += qe, ga += qa, ga_n += qa * n, gb += qb, gb_d += qb * d;

    const Lanes k = (kFreeS ? h * (s * s) : h) - psi_s;
    const Lanes ka = k * pa, kb = k * pb, ke = k * pe;
    const Lanes m_aa = ka * pa + qa, m_ab = ka * pb, m_bb = kb * pb + qb, m_ea = ke * pa, m_eb = ke * pb;
    const Lanes m_aa_n = m_aa * n, m_ab_n = m_ab * n, m_bb_d = m_bb * d;
    ee += ke * pe + qe, ea += m_ea, ea_n += m_ea * n, eb += m_eb, eb_d += m_eb * d;
    aa += m_aa, aa_n += m_aa_n, aa_nn += m_aa_n * n;
    ab += m_ab, ab_n += m_ab_n, ab_d += m_ab * d, ab_nd += m_ab_n * d;
    bb += m_bb, bb_d += m_bb_d, bb_dd += m_bb_d * d;
    if constexpr (kFreeS) {
      const Lanes l = load(&log_sum_[i]), c = h * s * l + psi, ca = c * pa, cb = c * pb;
      gs += psi * l;
      se += c * pe, sa += ca, sa_n += ca * n, sb += cb, sb_d += cb * d, ss += h * l * l;
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

Constants Residuals::jacobian_row(const Columns& data, const Form& form, const Constants& x, std::size_t i) const {
  const double s = x[kS], pa = share_n_[i], pb = share_d_[i], pe = form.floor ? 1 - pa - pb : 0;
  const Constants full{s * pe, s * pa, -data.n[i] * s * pa, s * pb, -data.d[i] * s * pb, log_sum_[i]};
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
