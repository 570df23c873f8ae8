#!/usr/bin/env python3
"""Makes the `.venv` of the repository and installs into it what `requirements-dev.txt` pins. Standard library only."""

import hashlib
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE.parent / ".venv"
REQUIREMENTS = HERE / "requirements-dev.txt"
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
#: Says for which requirements and which Python the environment was made.
STAMP = VENV / "requirements.sha256"


def wanted() -> str:
    return hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()


def main() -> int:
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text() == wanted():
        print(f"{VENV} has what {REQUIREMENTS.name} pins")
        return 0
    if not fits():
        code = make()
        if code:
            return code
    install = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS]
    code = subprocess.run(install).returncode
    if code == 0:
        STAMP.write_text(wanted())
        print(f"{VENV} is ready")
    return code


def fits() -> bool:
    """Is there an environment of this Python?"""
    if not PYTHON.exists():
        return False
    command = [PYTHON, "-c", "import pip, sys; print(sys.version)"]
    return subprocess.run(command, capture_output=True, text=True).stdout == sys.version + "\n"


def make() -> int:
    """Makes an empty environment, in the place of one of another Python."""
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        print("This Python cannot make environments: its modules `venv` and `ensurepip` are missing.", file=sys.stderr)
        print(f"On Debian and Ubuntu: apt install python3-venv (or python{version}-venv)", file=sys.stderr)
        return 2
    venv.EnvBuilder(with_pip=True, clear=True).create(VENV)
    return 0


if __name__ == "__main__":
    sys.exit(main())
