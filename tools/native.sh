#!/usr/bin/env bash
# Builds the compiled transport from native/ and installs it into .venv, where a Rust compiler is at hand.
# Nothing else needs it: without it grpc.aio serves. VEXIL_NATIVE=skip leaves it out. The compiler's messages go to
# .cache/native/build.log.
set -euo pipefail
cd "$(dirname "$0")/.."
export UV_PROJECT_ENVIRONMENT=.venv

readonly MINIMUM=1.88
readonly wheels=.cache/native

leave_out() {
  echo "The compiled transport is left out: $1. Everything works without it, with grpc.aio instead."
  .tools/bin/uv pip uninstall --quiet --python .venv/bin/python vexil-native 2>/dev/null || true
  exit 0
}

# What the wheel is made of: where none of it has changed, the wheel from last time is still right.
fingerprint() {
  { cargo --version; cat tools/native.sh native/Cargo.lock native/*.toml native/*.pyi native/src/*.rs; } | sha256sum | cut -d' ' -f1
}

# One line that says how far the compiler is, where somebody looks; nothing where nobody does.
show_progress() {
  local crates built=0 line
  crates=$(grep -c '^name = ' native/Cargo.lock)
  while read -r line; do
    case $line in
      *Compiling*) built=$((built + 1)) ;;
      *) continue ;;
    esac
    if [ -t 1 ]; then printf '\r\033[K  compiling %d of at most %d: %s' "$built" "$crates" "${line##*Compiling }"; fi
  done
  if [ -t 1 ]; then printf '\r\033[K'; fi
}

older() { [ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" != "$2" ]; }

[ "${VEXIL_NATIVE:-}" != skip ] || leave_out "VEXIL_NATIVE=skip says so"
command -v cargo > /dev/null || leave_out "cargo is not installed (https://rustup.rs)"
version=$(cargo --version | cut -d' ' -f2)
! older "$version" "$MINIMUM" || leave_out "it needs Rust $MINIMUM or newer, and this is $version"

made=$(fingerprint)
if [ "$(cat "$wheels/made-of" 2>/dev/null)" != "$made" ]; then
  echo "The compiled transport: built with cargo $version (about a minute the first time)"
  rm -rf "$wheels"
  mkdir -p "$wheels"
  start=$SECONDS
  if ! .tools/bin/uv build --wheel --color never --python .venv/bin/python --out-dir "$wheels" native 2>&1 \
      | tee "$wheels/build.log" | show_progress; then
    grep -E '^ *(error|warning|× |├─▶|╰─▶)' "$wheels/build.log" | head -n 5 || true
    leave_out "it could not be built; $wheels/build.log says why"
  fi
  echo "$made" > "$wheels/made-of"
  echo "built $(basename "$wheels"/*.whl), $(($(stat -c %s "$wheels"/*.whl) / 1024)) KiB, in $((SECONDS - start)) s"
fi
.tools/bin/uv pip install --quiet --no-deps --python .venv/bin/python "$wheels"/*.whl
