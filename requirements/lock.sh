#!/bin/sh
# Write the locks: run (the program), build (what pip needs to install it), dev (run, extras and tests), docs.
# Hashes pin what is installed; no registry is named, so that any mirror serves. Needs uv on PATH.
set -eu
cd "$(dirname "$0")/.."

compile() {
    name=$1
    shift
    uv pip compile --quiet --upgrade --python-version 3.11 --generate-hashes --no-annotate --no-header \
        --no-emit-index-url --no-emit-find-links --output-file "requirements/$name.lock" "$@"
}

compile run pyproject.toml
printf 'hatchling>=1.26\n' | compile build - --constraint requirements/run.lock
compile dev pyproject.toml --extra s3 --extra dev --constraint requirements/run.lock --constraint requirements/build.lock
compile docs pyproject.toml --extra docs --constraint requirements/dev.lock
