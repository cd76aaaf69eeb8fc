# Shared by the scripts: where the project is, what is installed, what must be. Sourced, never run.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache="$root/.cache"
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
node_wanted=20.19.0

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else
    fail "This needs root or sudo to install: $*"
  fi
}

# Installs the Debian packages that are missing; asks apt nothing where none is.
need_packages() {
  local missing=()
  for package in "$@"; do
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return
  say "Installing ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
    fail "apt-get could not install: ${missing[*]}"
}

version_at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

node_is_new() { command -v node >/dev/null && version_at_least "$node_wanted" "$(node --version | tr -d v)"; }

# Node 20.19 or newer: the one on the PATH; else the one fetched before; else, on Debian, npm fetches one.
need_node() {
  [ -x "$cache/node/node_modules/node/bin/node" ] && PATH="$cache/node/node_modules/node/bin:$PATH"
  node_is_new && command -v npm >/dev/null && return
  is_debian || fail "Node $node_wanted or newer is needed (found: $(node --version 2>/dev/null || echo none)); install it and run this again."
  command -v npm >/dev/null || need_packages nodejs npm
  if ! node_is_new; then
    say "Fetching Node 22 through npm (found: $(node --version))"
    mkdir -p "$cache/node"
    npm install --silent --no-audit --no-fund --prefix "$cache/node" node@22 >/dev/null ||
      fail "npm could not fetch Node 22; install Node $node_wanted or newer and run this again."
    PATH="$cache/node/node_modules/node/bin:$PATH"
  fi
}

is_debian() { command -v apt-get >/dev/null; }

# An emcc on the PATH (emsdk) is preferred; otherwise Debian's.
need_emcc() {
  if ! command -v emcc >/dev/null; then
    is_debian || fail "Emscripten is needed: install emsdk, or 'brew install emscripten', and run this again."
    need_packages emscripten
  fi
  local folder
  folder=$(dirname "$(readlink -f "$(command -v emcc)")")
  toolchain="$folder/cmake/Modules/Platform/Emscripten.cmake"
  # Homebrew keeps the real files in libexec beside the launcher.
  [ -f "$toolchain" ] || toolchain="$folder/../libexec/cmake/Modules/Platform/Emscripten.cmake"
  [ -f "$toolchain" ] || fail "Emscripten's CMake toolchain file was not found near $folder"
  # Debian's emcc finds acorn, which it needs at link time, only with this.
  [ -d /usr/share/nodejs ] && export NODE_PATH=/usr/share/nodejs
  # It is written for Debian's Python; one found before it on the PATH, through a version manager, may start three times slower.
  [ "$folder" = /usr/share/emscripten ] && export EMSDK_PYTHON="${EMSDK_PYTHON:-/usr/bin/python3}"
  return 0
}

need_tool() { # command, Debian package, Homebrew package
  command -v "$1" >/dev/null && return
  is_debian || fail "$1 is needed: 'brew install $3', and run this again."
  need_packages "$2"
}

# npm ci only where the lock file changed since the last time.
need_web_packages() {
  local stamp="$root/web/node_modules/.installed" lock="$root/web/package-lock.json"
  [ -f "$stamp" ] && cmp -s "$stamp" "$lock" && return
  say "Installing the web packages"
  (cd "$root/web" && npm ci --no-audit --no-fund --loglevel=error)
  cp "$lock" "$stamp"
}
