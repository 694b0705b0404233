#!/usr/bin/env bash
# Builds the distributions and installs each, alone, with plain pip in an environment of its own, then imports
# every module of it. What they depend on is installed from uv.lock first; so pip, which may fetch nothing, also
# proves that the requirements in the wheels agree with the lock.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=$PWD/.tools/bin/uv
pip=$PWD/.tools/bin/pip
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

import_all='
import importlib, pkgutil, sys
import vexil

for module in pkgutil.walk_packages(vexil.__path__, "vexil."):
    if module.name.endswith("__main__"):
        continue
    try:
        importlib.import_module(module.name)
    except ModuleNotFoundError as missing:
        if missing.name not in sys.argv[1:]:
            raise
'

# check DISTRIBUTION [WHAT COMES WITH ITS EXTRAS…]
check() {
  local name=$1 env=$scratch/$1
  shift
  "$uv" venv --quiet --python .venv/bin/python "$env"
  "$uv" export --quiet --locked --no-dev --no-emit-workspace --package "$name" --output-file "$scratch/$name.txt"
  "$uv" pip install --quiet --python "$env" --require-hashes -r "$scratch/$name.txt"
  "$pip" --python "$env/bin/python" install --quiet --no-index --find-links "$scratch/dist" "$name"
  "$pip" --python "$env/bin/python" check
  (cd "$scratch" && "$env/bin/python" -I -W error -c "$import_all" "$@")
  echo "$name: installed and imported"
}

"$uv" build --quiet --all-packages --out-dir "$scratch/dist"
check vexil-core yaml
check vexil yaml openfeature
check vexil-bridge yaml
check vexil-server boto3 botocore openfeature prometheus_client redis vexil_native
"$scratch/vexil-server/bin/vexil" --version
