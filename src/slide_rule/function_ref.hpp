#pragma once
// A function handed over without a template of everything that calls it: one search, one solver serves all.

namespace slide_rule {

/// A reference to something that maps a double to a Result; lives as long as what it refers to.
template <class Result>
class FunctionRef {
 public:
  template <class F>
  FunctionRef(const F& f)  // NOLINT: converts on purpose
      : object_(&f),
        call_([](const void* object, double x) -> Result { return (*static_cast<const F*>(object))(x); }) {}
  Result operator()(double x) const { return call_(object_, x); }

 private:
  const void* object_;
  Result (*call_)(const void*, double);
};

using RealFunction = FunctionRef<double>;
using Condition = FunctionRef<bool>;

}  // namespace slide_rule
