"""Runs the test suite of empyrical-reloaded, unmodified, with `trimtab.empyrical` in its place.

Its source distribution, which holds the tests, is fetched by pip into the folder named on the command line.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

PACKAGE, VERSION, TESTS = "empyrical-reloaded", "0.5.12", 718


def fetched(folder: Path) -> Path:
    """The unpacked source distribution."""
    source = folder / f"empyrical_reloaded-{VERSION}"
    if not source.is_dir():
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        only = ["--no-deps", "--no-binary", PACKAGE, "--dest", str(folder), f"{PACKAGE}=={VERSION}"]
        subprocess.run([*pip, *only], check=True)
        with tarfile.open(folder / f"{source.name}.tar.gz") as archive:
            archive.extractall(folder, filter="data")
    return source


class Count:
    """Counts what passed."""

    passed = 0

    def pytest_runtest_logreport(self, report) -> None:
        self.passed += report.when == "call" and report.passed


def main() -> int:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    source = fetched(folder)

    import pytest

    import trimtab.empyrical

    trimtab.empyrical.install()
    count = Count()
    options = ["-q", "--no-header", "-p", "no:cacheprovider", f"--rootdir={source}"]
    code = pytest.main([*options, str(source / "tests")], plugins=[count])
    import empyrical

    print(f"{count.passed} of {TESTS} tests of {PACKAGE} {VERSION} pass with {empyrical.__name__}")
    return 1 if code != 0 or count.passed != TESTS or empyrical is not trimtab.empyrical else 0


if __name__ == "__main__":
    sys.exit(main())
