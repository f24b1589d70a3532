#!/bin/sh
# Installs what Inkling needs from a Linux system and does not find: the libraries of Qt's window platforms, or,
# called with "tests", the programs that the tests use.
set -eu

if [ "$(uname)" != Linux ]; then
    exit 0
fi

# Each line: how the library or program is found, and the Debian packages that have it.
libraries='
libEGL.so.1             libegl1
libGL.so.1              libgl1
libX11-xcb.so.1         libx11-xcb1
libdbus-1.so.3          libdbus-1-3
libfontconfig.so.1      libfontconfig1
libglib-2.0.so.0        libglib2.0-0
libxcb-cursor.so.0      libxcb-cursor0
libxcb-icccm.so.4       libxcb-icccm4
libxcb-image.so.0       libxcb-image0
libxcb-keysyms.so.1     libxcb-keysyms1
libxcb-randr.so.0       libxcb-randr0
libxcb-render-util.so.0 libxcb-render-util0
libxcb-shape.so.0       libxcb-shape0
libxcb-xkb.so.1         libxcb-xkb1
libxkbcommon-x11.so.0   libxkbcommon-x11-0
'
programs='
xvfb-run xvfb
xauth    xauth
strace   strace
xdotool  xdotool
setpriv  util-linux
cc       gcc libc6-dev
'

known=$(PATH="$PATH:/usr/sbin:/sbin" ldconfig -p 2> /dev/null || true)

has_library() {
    case "$known" in
        *"$1"*) return 0 ;;
        *) return 1 ;;
    esac
}

has_program() {
    command -v "$1" > /dev/null
}

missing() {
    while read -r name package; do
        if [ -n "$name" ] && ! "$1" "$name"; then
            echo "$package"
        fi
    done
}

if [ "${1:-}" = tests ]; then
    packages=$(echo "$programs" | missing has_program)
else
    packages=$(echo "$libraries" | missing has_library)
fi
if [ -n "$packages" ]; then
    # shellcheck disable=SC2086  # one argument for each package
    packaging/apt.sh $packages
fi
