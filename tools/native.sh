#!/usr/bin/env bash
# Builds the compiled transport from native/ and installs it into .venv, where a Rust compiler is at hand.
# Nothing else needs it: without it grpc.aio serves. VEXIL_NATIVE=skip leaves it out.
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

older() { [ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" != "$2" ]; }

[ "${VEXIL_NATIVE:-}" != skip ] || leave_out "VEXIL_NATIVE=skip says so"
command -v cargo > /dev/null || leave_out "cargo is not installed (https://rustup.rs)"
version=$(cargo --version | cut -d' ' -f2)
! older "$version" "$MINIMUM" || leave_out "it needs Rust $MINIMUM or newer, and this is $version"

made=$(fingerprint)
if [ "$(cat "$wheels/made-of" 2>/dev/null)" != "$made" ]; then
  echo "The compiled transport: built with cargo $version (about a minute the first time)"
  rm -rf "$wheels"
  start=$SECONDS
  if ! .tools/bin/uv build --quiet --wheel --python .venv/bin/python --out-dir "$wheels" native; then
    leave_out "it could not be built; the compiler says why above"
  fi
  echo "$made" > "$wheels/made-of"
  echo "built $(basename "$wheels"/*.whl), $(($(stat -c %s "$wheels"/*.whl) / 1024)) KiB, in $((SECONDS - start)) s"
fi
.tools/bin/uv pip install --quiet --no-deps --python .venv/bin/python "$wheels"/*.whl
