#!/bin/sh
# Makes the virtual environment .venv with the first Python on this machine that is new enough.
set -eu

new_enough='import sys; sys.exit(sys.version_info < (3, 11))'
has_venv='import ensurepip, venv'

python=
for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$candidate" > /dev/null && "$candidate" -c "$new_enough"; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "Inkling needs Python 3.11 or newer, and this machine has none." >&2
    exit 1
fi
if ! "$python" -c "$has_venv" 2> /dev/null; then
    packaging/apt.sh "$python-venv"
fi
echo "Making .venv with $("$python" --version)"
"$python" -m venv .venv
