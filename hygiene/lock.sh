#!/usr/bin/env bash
# `make lock`: the exact packages, with the hashes of all their files, from pyproject.toml.
# What is locked already stays as it is if it still fits; UPGRADE=1 takes the newest of everything.
set -euo pipefail
cd "$(dirname "$0")/.."
RESOLVER=uv==0.13.9

tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT
"${PYTHON:-python3.11}" -m venv "$tool/venv"
"$tool/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$RESOLVER"

# Universal: one file for Linux and macOS, Python 3.11 and 3.12. No address: mirrors have their own.
compile=("$tool/venv/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes
    --no-strip-extras --no-annotate --no-header --no-emit-index-url --system-certs
    --cache-dir "$tool/cache" ${UPGRADE:+--upgrade})
"${compile[@]}" pyproject.toml --extra demo --extra dev --output-file requirements.lock
"${compile[@]}" --group pyproject.toml:test-data --no-deps --output-file requirements-data.lock
