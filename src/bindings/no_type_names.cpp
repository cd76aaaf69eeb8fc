// Embind writes names of types that were not bound with sprintf, for which Emscripten has a second function
// where no number has a fraction. All that bindings/wasm.cpp hands over is numbers, so no name is ever asked
// for, and musl's printf need not travel with every page.

extern "C" {

int sprintf(char* out, const char*, ...) {
  *out = '\0';
  return 0;
}
int siprintf(char* out, const char*, ...) {
  *out = '\0';
  return 0;
}

}  // extern "C"
