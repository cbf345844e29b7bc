"""Generated requests over all addresses, posts and methods, from one seed: none ends in a fault of ours, each within 2 s.

``python benchmarks/generated_requests.py [--requests 10000] [--seed 2018]``; the requests are those of ``tests/gate/generated.py``,
and so is the test that sends them. Seconds are those of the processor.
"""

import argparse
import os
import subprocess
import sys

from measuring import ROOT


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000, help="how many")
    parser.add_argument("--seed", type=int, default=2018, help="the same seed makes the same requests")
    given = parser.parse_args()
    command = [sys.executable, "-m", "pytest", "-q", "-s", "tests/gate/test_generated_requests.py"]
    more = {"QCF_GENERATED_REQUESTS": str(given.requests), "QCF_SEED": str(given.seed)}
    return subprocess.run(command, cwd=ROOT, env=os.environ | more).returncode


if __name__ == "__main__":
    sys.exit(main())
