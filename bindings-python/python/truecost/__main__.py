"""The `truecost` command."""

import signal
import sys

from truecost import _native


def main() -> int:
    """Runs the command of this process and gives its exit code."""
    # The engine does not return to the interpreter before it is done: Ctrl-C ends the process, as in any command.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _native.main(["truecost", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
