// The functions of <cmath> that the core calls, taken from the browser: musl's own are 8 KB of tables that
// nothing compresses. (Emscripten's -sJS_MATH knows exp, log and pow only, and clashes with musl's others.)

#include <emscripten/em_math.h>

#include <cmath>

extern "C" {

double exp(double x) { return emscripten_math_exp(x); }
double exp2(double x) { return emscripten_math_pow(2, x); }
double expm1(double x) { return emscripten_math_expm1(x); }
double log(double x) { return emscripten_math_log(x); }
double log2(double x) { return emscripten_math_log2(x); }
double log10(double x) { return emscripten_math_log10(x); }
double log1p(double x) { return emscripten_math_log1p(x); }
double pow(double x, double y) { return emscripten_math_pow(x, y); }
double cbrt(double x) { return emscripten_math_cbrt(x); }
double fmod(double x, double y) { return emscripten_math_fmod(x, y); }

}  // extern "C"
