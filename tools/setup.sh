#!/usr/bin/env bash
# Makes .tools (uv, pinned by hash) and .venv (what uv.lock says, and the compiled transport where Rust is at hand).
# `make` calls it when one of them is out of date.
# PYTHON=… chooses the interpreter; otherwise the first suitable one on the path is taken.
set -euo pipefail
cd "$(dirname "$0")/.."
unset VIRTUAL_ENV
export UV_PROJECT_ENVIRONMENT=.venv PIP_DISABLE_PIP_VERSION_CHECK=1

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

# Is $1 a Python from 3.11 up to 3.$2?
suits() {
  "$1" -c "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, $2))" 2>/dev/null
}

# The interpreter itself: behind a shim, such as pyenv's, or an environment that is active, uv would take each
# for another one and make .venv anew.
itself() { "$1" -c 'import sys; print(sys._base_executable)'; }

find_python() {
  local candidate
  # Up to 3.13 every dependency comes as a wheel; a newer Python compiles some and needs a C++ compiler.
  for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    if suits "$candidate" 13; then itself "$candidate" && return; fi
  done
  for candidate in ${PYTHON:-python3 python3.14}; do
    if suits "$candidate" 99; then itself "$candidate" && return; fi
  done
  fail "Vexil needs Python 3.11 or newer. Found: $("${PYTHON:-python3}" --version 2>/dev/null || echo "no ${PYTHON:-python3}")." \
    "Install one (https://www.python.org/downloads/, or your system's package python3.11 or newer)" \
    "and say which: make PYTHON=/path/to/python3.11 TARGET"
}

python=$(find_python)
"$python" -c 'import venv, ensurepip' 2>/dev/null || fail "$python cannot make virtual environments: its module venv or ensurepip is missing." \
  "On Debian and Ubuntu: sudo apt install python3-venv"

# Both directories hold absolute paths, so a tree that was moved needs new ones.
if [ -f .venv/.ready ] && [ "$(cat .venv/.ready)" != "$PWD" ]; then
  rm -rf .tools .venv
fi

if ! cmp -s tools/uv-requirements.txt .tools/.ready; then
  echo "Set-up 1 of 3: uv, the package manager, into .tools with $("$python" --version) (about 15 seconds)"
  "$python" -m venv --clear .tools
  .tools/bin/python -m pip install --require-hashes -r tools/uv-requirements.txt
  cp tools/uv-requirements.txt .tools/.ready
fi
echo "Set-up 2 of 3: Vexil and its dependencies, as uv.lock says, into .venv (about 20 seconds the first time)"
.tools/bin/uv sync --locked --all-packages --all-groups --python "$python"
echo "Set-up 3 of 3: the compiled transport"
bash tools/native.sh
echo "$PWD" > .venv/.ready
