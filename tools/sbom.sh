#!/usr/bin/env bash
# Writes what Vexil is made of, as the lock files say, in CycloneDX's JSON: dist/sbom/python.cdx.json for the Python
# distributions with all their extras, dist/sbom/native.cdx.json for the compiled transport. `make sbom` calls it.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly target=$PWD/dist/sbom
readonly generators=$PWD/.cache/cargo-cyclonedx
mkdir -p "$target"

.tools/bin/uv export --quiet --locked --no-dev --all-packages --all-extras --format cyclonedx1.5 \
  --preview-features sbom-export --output-file "$target/python.cdx.json"
made=("$target/python.cdx.json")

if command -v cargo > /dev/null; then
  cargo install --quiet --locked --root "$generators" cargo-cyclonedx@0.5.7
  "$generators/bin/cargo-cyclonedx" cyclonedx --quiet --manifest-path native/Cargo.toml --format json \
    --spec-version 1.5 --all-features --override-filename native.cdx
  mv native/native.cdx.json "$target/"
  made+=("$target/native.cdx.json")
else
  echo "The compiled transport is left out: cargo is not installed."
fi
.venv/bin/python tools/check_sbom.py "${made[@]}"
