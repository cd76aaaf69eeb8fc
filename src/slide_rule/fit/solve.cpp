#include "slide_rule/fit/solve.hpp"

namespace slide_rule {

MaxParametersAnswer answer(const MaxParametersQuestion& q, Problems& problems) {
  check(q.hardware, problems);
  check(q.choice, problems);
  if (!problems.empty()) return {};
  const double memory = total_bytes(q.hardware);
  MaxParametersAnswer a;
  a.available_bytes = memory * q.hardware.gpus;
  a.bytes_per_parameter = bytes_per_parameter(q.choice);
  a.parameters = a.available_bytes / a.bytes_per_parameter;
  a.workings = {
      "memoryBytes * gpus / bytesPerParameter",
      {{"memoryBytes", memory}, {"gpus", q.hardware.gpus}, {"bytesPerParameter", a.bytes_per_parameter}},
      q.choice.rule == Rule::article_2024 ? "article-2024" : "eleutherai-2023"};
  return a;
}

}  // namespace slide_rule
