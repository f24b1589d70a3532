#!/bin/sh
# Installs Debian packages: packaging/apt.sh PACKAGE... Where it cannot, it only says what is needed.
set -eu

if ! command -v apt-get > /dev/null; then
    echo "Please install these, or what your system calls them: $*" >&2
    exit 1
fi
if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo > /dev/null; then
    as_root=sudo
else
    echo "Please run as root: apt-get install $*" >&2
    exit 1
fi
echo "Installing $*"
$as_root apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends "$@" > /dev/null
