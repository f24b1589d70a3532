"""The core of Inkling: everything that works without a window."""

VERSION = "0.1.0"
