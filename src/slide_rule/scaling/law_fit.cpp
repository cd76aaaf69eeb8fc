#include "slide_rule/scaling/law_fit.hpp"

#include <algorithm>
#include <cmath>

#include "slide_rule/scaling/law_fit/report.hpp"

namespace slide_rule {
namespace {

using namespace law_fit;

/// The law of objective.hpp that a form is.
Form form_of(const LawFitQuestion& q) {
  Form form;
  const auto free_slots = [&](std::initializer_list<Slot> slots) {
    form.owner.fill(Form::kFixed);
    form.free = 0;
    for (Slot slot : slots) form.owner[slot] = static_cast<int>(form.free++);
  };
  switch (q.form) {
    case FitForm::chinchilla:
    case FitForm::chinchilla_fixed_e:
    case FitForm::chinchilla_tied:
      free_slots({kE, kA, kAlpha, kB, kBeta});
      break;
    case FitForm::kaplan_joint:
      free_slots({kA, kAlpha, kB, kBeta});
      form.owner[kS] = form.owner[kBeta];
      form.floor = false;
      break;
    case FitForm::power_law_n:
    case FitForm::power_law_c:
      free_slots({kE, kA, kAlpha});
      form.in_d = false;
      break;
    case FitForm::power_law_d:
      free_slots({kE, kB, kBeta});
      form.in_n = false;
      break;
  }
  if (q.form == FitForm::chinchilla_tied) {
    form.owner[kBeta] = form.owner[kAlpha];
    --form.free;
  }
  if (q.floor && form.floor) {
    form.floor = *q.floor > 0;
    if (form.floor) form.fixed[kE] = std::log(*q.floor);
    for (int& owner : form.owner) {
      if (owner != Form::kFixed) --owner;  // E was the first; it becomes kFixed
    }
    --form.free;
  }
  return form;
}

double compute_of(const Run& run) { return 6 * run.parameters * run.tokens; }

template <class ValueOf>
std::size_t distinct(const std::vector<Run>& runs, ValueOf value_of) {
  std::vector<double> values;
  values.reserve(runs.size());
  for (const Run& run : runs) values.push_back(value_of(run));
  std::sort(values.begin(), values.end());
  std::size_t count = 0;
  double last = 0;
  for (double v : values) {
    if (count > 0 && v <= last * (1 + 1e-9)) continue;  // written with nine digits or more, they are the same
    ++count;
    last = v;
  }
  return count;
}

/// Fewer distinct values than this, and infinitely many constants fit the runs equally well.
void check_spread(const LawFitQuestion& q, const Form& form, Problems& problems) {
  const auto need = [&](const char* field, std::size_t has, std::size_t least) {
    if (has < least) problems.push_back({field, Code::too_few, static_cast<double>(least)});
  };
  const std::size_t losses = distinct(q.runs, [](const Run& r) { return r.loss; });
  if (form.in_n && form.in_d) {
    const std::size_t n = distinct(q.runs, [](const Run& r) { return r.parameters; });
    const std::size_t d = distinct(q.runs, [](const Run& r) { return r.tokens; });
    // n sizes and d token counts give (n - 1) + (d - 1) differences and one level of the loss. A, alpha need
    // two differences along N, and B, beta two along D, unless the exponents are tied or the level is not
    // needed for E.
    const bool spare = q.form == FitForm::chinchilla_tied || !form.frees(kE);
    const std::size_t least = spare ? 2 : 3;
    need("runs.parameters", n, std::max(least, spare && d == 2 ? std::size_t{3} : least));
    need("runs.tokens", d, least);
  } else {
    const std::size_t least = form.frees(kE) ? 3 : 2;
    if (q.form == FitForm::power_law_n) {
      need("runs.parameters", distinct(q.runs, [](const Run& r) { return r.parameters; }), least);
    } else if (q.form == FitForm::power_law_d) {
      need("runs.tokens", distinct(q.runs, [](const Run& r) { return r.tokens; }), least);
    } else {
      need("runs.compute", distinct(q.runs, compute_of), least);
    }
  }
  need("runs.loss", losses, form.frees(kE) ? 3 : 2);
}

void check(const LawFitQuestion& q, const Form& form, Problems& problems) {
  const auto add = [&](std::string field, Code code, double limit = 0, std::string nearest = {}) {
    problems.push_back({std::move(field), code, limit, std::move(nearest)});
  };
  if (q.form == FitForm::chinchilla_fixed_e && !q.floor) add("floor", Code::missing);
  if (q.form == FitForm::kaplan_joint && q.floor) add("floor", Code::contradicts, 0, "form");
  if (q.runs.size() > kMaxRuns) add("runs", Code::too_large, static_cast<double>(kMaxRuns));
  for (std::size_t i = 0; i < q.runs.size() && problems.size() < 20; ++i) {
    const std::array<double, 3> row{q.runs[i].parameters, q.runs[i].tokens, q.runs[i].loss};
    for (std::size_t j = 0; j < 3; ++j) {
      const std::string field = element_of(element_of("runs", i), j);
      check_number(field, row[j], positive, problems);
      if (j == 2 && q.floor && row[j] <= *q.floor) add(field, Code::below_floor, *q.floor);
    }
  }
  if (!problems.empty()) return;
  if (q.runs.size() < form.free + 1) return add("runs", Code::too_few, static_cast<double>(form.free + 1));
  check_spread(q, form, problems);
}

Columns columns_of(const LawFitQuestion& q) {
  Columns data;
  data.resize(q.runs.size());
  const double rows = static_cast<double>(q.runs.size());
  const auto n_of = [&](const Run& r) {
    return std::log(q.form == FitForm::power_law_c ? compute_of(r) : r.parameters);
  };
  for (const Run& run : q.runs) {
    data.mean_n += n_of(run) / rows;
    data.mean_d += std::log(run.tokens) / rows;
  }
  for (std::size_t i = 0; i < q.runs.size(); ++i) {
    data.n[i] = n_of(q.runs[i]) - data.mean_n;
    data.d[i] = std::log(q.runs[i].tokens) - data.mean_d;
    data.log_loss[i] = std::log(q.runs[i].loss);
    data.inverse_loss[i] = 1 / q.runs[i].loss;
    data.weight[i] = 1;
  }
  return data;
}

}  // namespace

LawFitJob begin_law_fit(const LawFitQuestion& question, Problems& problems) {
  LawFitJob fit;
  fit.question = question;
  Job& job = fit.job;
  job.form = form_of(question);
  check(question, job.form, problems);
  fit.question.runs.clear();
  if (!problems.empty()) return fit;

  job.data = columns_of(question);
  job.options.delta = question.huber_delta;
  job.options.least_absolute = question.criterion == FitCriterion::least_absolute;
  job.groups = start_grid(job.form);
  job.bootstraps = static_cast<std::size_t>(question.bootstraps);
  job.random.seed(static_cast<std::uint32_t>(question.seed));
  job.work.resize(job.data.padded);
  job.refits.reserve(job.bootstraps);
  return fit;
}

bool step_law_fit(LawFitJob& fit, std::size_t units) {
  for (std::size_t i = 0; i < units && !fit.job.finished(); ++i) solve_next(fit.job);
  return fit.job.finished();
}

FitProgress progress_of(const LawFitJob& fit) {
  const Job& job = fit.job;
  FitProgress p;
  for (std::size_t i = 0; i < job.groups.size(); ++i) {
    p.starts += static_cast<double>(job.groups[i].starts);
    if (i < job.groups_done) p.starts_done += static_cast<double>(job.groups[i].starts);
  }
  p.bootstraps = static_cast<double>(job.bootstraps);
  p.bootstraps_done = static_cast<double>(job.refits.size());
  p.finished = job.finished();
  if (job.groups_done > 0) {
    p.objective = job.best.objective;
    p.constants = constants_of(fit.question.form, job, job.best.x);
  }
  return p;
}

LawFitAnswer answer(const LawFitQuestion& question, Problems& problems) {
  LawFitJob job = begin_law_fit(question, problems);
  if (!problems.empty()) return {};
  while (!step_law_fit(job, 1000)) {
  }
  return answer_of(job);
}

}  // namespace slide_rule
