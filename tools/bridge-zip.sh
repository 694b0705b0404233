#!/usr/bin/env bash
# Builds the Lambda function's archive: dist/vexil-bridge-ARCH-pyVERSION.zip, with vexil.bridge and what uv.lock says
# that it needs, for Linux and that Python, whatever this machine is.
#
#   tools/bridge-zip.sh [--arch x86_64|arm64] [--python 3.13] [--unpacked DIRECTORY]
#
# --unpacked leaves the files in that directory instead, such as for a container image. The same sources make the same
# archive, byte for byte.
set -euo pipefail
cd "$(dirname "$0")/.."

arch=x86_64 version=3.13 unpacked=
while [ $# -gt 0 ]; do
  case $1 in
    --arch) arch=$2; shift 2 ;;
    --python) version=$2; shift 2 ;;
    --unpacked) unpacked=$2; shift 2 ;;
    *) echo "unknown: $1; see the head of $0" >&2; exit 2 ;;
  esac
done
case $arch in
  x86_64) platform=x86_64-manylinux_2_28 ;;
  arm64) platform=aarch64-manylinux_2_28 ;;
  *) echo "--arch is x86_64 or arm64" >&2; exit 2 ;;
esac

uv=${UV:-$PWD/.tools/bin/uv}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
function=$scratch/function

for package in vexil-core vexil-bridge; do
  "$uv" build --quiet --wheel --package "$package" --out-dir "$scratch/wheels"
done
"$uv" export --quiet --frozen --no-dev --no-emit-workspace --package vexil-bridge --output-file "$scratch/needed.txt"
install=(pip install --quiet --target "$function" --python-platform "$platform" --python-version "$version")
"$uv" "${install[@]}" --only-binary :all: --require-hashes -r "$scratch/needed.txt"
"$uv" "${install[@]}" --no-index --no-deps "$scratch"/wheels/*.whl

# What only readers of manifests, type checkers and installers need, and what Python writes itself.
rm -rf "$function/vexil/files" "$function/bin" "$function/.lock"
find "$function" -path '*.dist-info/*' \( -name RECORD -o -name INSTALLER -o -name REQUESTED -o -name '*.json' \) -delete
find "$function" \( -name '*.pyi' -o -name 'py.typed' -o -name '*.pyx' -o -name '*.pxd' -o -name '*.proto' \) -delete
find "$function" -type d -name __pycache__ -prune -exec rm -rf {} +

# Lambda's file system is read-only: modules that are not compiled here are compiled by every cold start.
compiler=
for candidate in "python$version" .venv/bin/python python; do
  if "$candidate" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$version')" 2>/dev/null; then
    compiler=$candidate
    break
  fi
done
if [ -n "$compiler" ]; then
  "$compiler" -m compileall -q --invalidation-mode unchecked-hash -s "$function" -p /var/task "$function"
else
  echo "There is no python$version here to compile the modules with; cold starts will take longer." >&2
fi

if [ -n "$unpacked" ]; then
  mkdir -p "$unpacked"
  cp -R "$function/." "$unpacked/"
  exit
fi
archive=dist/vexil-bridge-$arch-py${version/./}.zip
mkdir -p dist
.venv/bin/python tools/archive.py "$function" "$archive"
