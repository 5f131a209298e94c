#!/bin/sh
# Makes the lock files anew: ./run requirements/lock.sh [--upgrade | --upgrade-package NAME]
# Hashes come from the public package index alone: settings of this machine (mirrors, folders
# with wheels) are left out, and no address is written.
set -eu
cd -- "$(dirname -- "$0")/.."
unset PIP_FIND_LINKS UV_FIND_LINKS UV_INDEX UV_INDEX_URL UV_DEFAULT_INDEX UV_EXTRA_INDEX_URL

lock() { # $1 name of the lock; the rest: inputs and constraints
    name=$1
    shift
    uv pip compile --no-config --quiet --universal --generate-hashes --python-version 3.11 \
        --no-emit-index-url --custom-compile-command './run requirements/lock.sh' \
        --output-file "requirements/$name.txt" "$@" >/dev/null
    echo "requirements/$name.txt: $(grep -c '^[a-z]' "requirements/$name.txt") packages"
}

lock app pyproject.toml requirements/app.in "$@"
lock dev pyproject.toml --extra postgres requirements/app.in requirements/dev.in --constraint requirements/app.txt "$@"
lock spark requirements/spark.in --constraint requirements/dev.txt "$@"
lock node requirements/node.in "$@"
