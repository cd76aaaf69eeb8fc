#include "slide_rule/fit/served_speed.hpp"

#include "slide_rule/fit/need.hpp"

namespace slide_rule {

DecodeSpeedAnswer answer(const ServedSpeedQuestion& q, Problems& problems) {
  const DecodeSpeedQuestion& s = q.speed;
  DecodeSpeedAnswer a = answer(s, problems);
  if (!problems.empty()) return a;
  const LayerTable table(s.model.model);
  InferencePlan plan = with_split(s.plan, s.model.model);
  plan.prompt_tokens = s.prompt_tokens;
  plan.context_tokens = s.context_tokens.value_or(s.prompt_tokens + s.output_tokens);
  const Need need = Needs(table, card_of({s.gpu, {}, {}, plan.gpus})).of(plan);
  if (!need.fits()) a.assumptions.push_back({"rate-without-room", need.bytes});
  return a;
}

}  // namespace slide_rule
