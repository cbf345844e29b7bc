"""Hostile and clumsy files at every entrance: none breaks anything, each is answered in 2 s and 300 MB, the child included.

``python benchmarks/hostile_files.py [--files 300]``; the kinds are those of ``tests/gate/hostile.py``, and so is the test that sends them.
Seconds are those of the processor, of the server and the child together.
"""

import argparse
import os
import subprocess
import sys

from measuring import ROOT


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=300, help="how many")
    given = parser.parse_args()
    command = [sys.executable, "-m", "pytest", "-q", "-s", "tests/gate/test_hostile_files.py"]
    return subprocess.run(command, cwd=ROOT, env=os.environ | {"QCF_HOSTILE_FILES": str(given.files)}).returncode


if __name__ == "__main__":
    sys.exit(main())
