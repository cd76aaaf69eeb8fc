#pragma once
// What a law fit says: its constants by name, their intervals, and what the data cannot tell.

#include "slide_rule/scaling/law_fit.hpp"
#include "slide_rule/scaling/law_fit/job.hpp"

namespace slide_rule::law_fit {

/// The constants by the names of the form, from the solver's own: A = e^(a + alpha mean(log N)) and so on.
PerConstant<double> constants_of(FitForm form, const Job& job, const Constants& x);

}  // namespace slide_rule::law_fit
