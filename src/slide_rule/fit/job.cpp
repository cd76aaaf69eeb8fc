#include "slide_rule/fit/job.hpp"

#include "slide_rule/ask.hpp"
#include "slide_rule/memory/inference.hpp"
#include "slide_rule/memory/training.hpp"

namespace slide_rule {
namespace {

static_assert(Names<AttentionKernel>::words == Names<ServingAttention>::words);

/// Words of served models for what training calls otherwise.
std::string_view training_word(std::string_view word) {
  if (word == "nf4-dq") return name_of(NumberFormat::nf4_double);
  if (word == "int8") return name_of(NumberFormat::bnb_int8);
  return word;
}

/// The first field of a plan that is not as in a new one; empty where all are.
template <class Plan>
std::string_view changed_field(const Plan& plan) {
  static const Plan fresh;
  const Fields& fields = *type_of<Plan>().fields;
  Writer given, preset;
  for (const Field& f : fields) {
    given.clear();
    preset.clear();
    write(*f.type, fields.in(&plan, f), given);
    write(*f.type, fields.in(&fresh, f), preset);
    if (given.bytes() != preset.bytes() || given.texts() != preset.texts()) return f.name;
  }
  return {};
}

class Settler {
 public:
  Settler(JobPlan& plan, Problems& problems, const std::string& path)
      : p_(plan), problems_(problems), path_(path) {}

  void training() {
    TrainingPlan& t = p_.training;
    if (!p_.sequence_tokens) problem("sequenceTokens", Code::missing);
    if (p_.context_tokens) of_other_task("contextTokens");
    of_other_task(changed_field(p_.serving));
    t.sequence_tokens = p_.sequence_tokens.value_or(1);
    t.gpus = p_.gpus;
    t.tensor_parallel = p_.tensor_parallel.value_or(1);
    if (p_.weight_format) format(t.weight_format, training_word(name_of(*p_.weight_format)));
    if (p_.attention) t.attention = *p_.attention;
    if (p_.lora_rank) t.lora_rank = *p_.lora_rank;
    if (t.lora_rank < 1) problem("loraRank", Code::below_minimum, 1);
    if (p_.software_year) t.software_year = *p_.software_year;
  }

  void inference() {
    InferencePlan& s = p_.serving;
    if (!p_.context_tokens) problem("contextTokens", Code::missing);
    if (p_.sequence_tokens) of_other_task("sequenceTokens");
    of_other_task(changed_field(p_.training));
    s.context_tokens = p_.context_tokens.value_or(1);
    s.gpus = p_.gpus;
    s.tensor_parallel = p_.tensor_parallel;
    if (p_.weight_format) {
      std::optional<WeightFormat> found;
      format(found, name_of(*p_.weight_format));
      s.weight_format = found.value_or(s.weight_format);
    }
    if (p_.attention) s.attention = static_cast<ServingAttention>(*p_.attention);
    s.lora_rank = p_.lora_rank.value_or(0);
    s.software_year = p_.software_year;
  }

 private:
  void problem(std::string_view field, Code code, double limit = 0, std::string_view nearest = {}) {
    add(problems_, path_ + std::string(field), code, limit, nearest);
  }
  void of_other_task(std::string_view field) {
    if (!field.empty()) problem(field, Code::contradicts, 0, "task");
  }
  template <class E>
  void format(std::optional<E>& out, std::string_view word) {
    out = value_of<E>(word);
    if (!out) problem("weightFormat", Code::unknown_choice, 0, nearest_word(word, Names<E>::words));
  }

  JobPlan& p_;
  Problems& problems_;
  const std::string& path_;
};

}  // namespace

void settle(JobPlan& plan, Problems& problems, const std::string& path) {
  Settler settler(plan, problems, path);
  plan.task == Task::training ? settler.training() : settler.inference();
}

void settle(Job& job, Problems& problems) {
  settle(job.plan, problems);
  check(job.hardware(), problems);
  if (job.draft_model && job.plan.task == Task::training) {
    add(problems, "draftModel", Code::contradicts, 0, "task");
  }
  if (!problems.empty()) return;
  if (job.plan.task == Task::training) {
    check(job.model.model, job.plan.training, problems);
  } else {
    check(job.model.model, job.plan.serving, problems);
  }
}

}  // namespace slide_rule
