"""The package itself: quick to import, typed, and its notebook runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent


def run(*arguments: str, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, **options
    )


def imported_in(module: str) -> float:
    """Seconds of work of the quickest of five imports of a module after numpy."""
    code = f"import time, numpy; t = time.process_time(); import {module}; print(time.process_time() - t)"
    return min(float(run("-c", code).stdout) for _ in range(5))


def test_the_import_is_quick():
    assert imported_in("trimtab") <= 0.1


def test_tables_are_imported_when_asked_for():
    code = "import sys, trimtab; print(sorted(m for m in ('pandas', 'ray', 'scipy', 'matplotlib') if m in sys.modules))"
    assert run("-c", code).stdout.strip() == "[]"


def test_types_are_sound():
    pytest.importorskip("mypy")
    made = run("-m", "mypy", "--config-file", "pyproject.toml", cwd=ROOT)
    assert made.returncode == 0, made.stdout
    made = run("-m", "mypy.stubtest", "trimtab._trimtab")
    assert made.returncode == 0, made.stdout


def test_everything_public_is_documented():
    import trimtab

    for name in trimtab.__all__:
        thing = getattr(trimtab, name)
        assert name.startswith("__") or getattr(thing, "__doc__", None), name


@pytest.mark.parametrize("notebook", sorted((ROOT.parent / "examples").glob("*.ipynb")), ids=lambda p: p.name)
def test_a_notebook_runs_from_top_to_bottom(notebook, tmp_path):
    nbformat = pytest.importorskip("nbformat")
    client = pytest.importorskip("nbclient")
    book = nbformat.read(notebook, as_version=4)
    client.NotebookClient(book, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    cells = [cell for cell in book.cells if cell.cell_type == "code"]
    assert cells and all(cell.execution_count for cell in cells)
