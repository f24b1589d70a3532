#!/bin/sh
# Installs Debian packages: packaging/apt.sh PACKAGE... On other systems it only says what is needed.
set -eu

if ! command -v apt-get > /dev/null || ! command -v dpkg > /dev/null; then
    echo "Please install what other systems than Debian may call by another name: $*" >&2
    exit 1
fi
as_root=
if [ "$(id -u)" != 0 ]; then
    as_root=sudo
fi
echo "Installing $*"
$as_root apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends "$@" > /dev/null
