"""A lesson in Colab or Kaggle installs what is not there, and leaves what is there as it is."""

import pytest
from IPython.core.interactiveshell import InteractiveShell
from support.course import ROOT

from utils import opened_alone
from utils.grading.python_code import imports


@pytest.fixture
def needing(tmp_path, monkeypatch):
    """A course whose requirements are these lines."""

    def _needing(*lines):
        (tmp_path / "requirements.txt").write_text("\n".join(lines))
        (tmp_path / "requirements-networks.txt").write_text("")
        monkeypatch.setattr(opened_alone, "COURSE", tmp_path)

    return _needing


def test_what_is_there_stays_whatever_its_version(needing):
    needing("# a remark", "numpy==0.1", "pillow==0.2  # why", "no-such-package==1.5  # for a lesson")
    assert list(opened_alone.missing_packages()) == ["no-such-package==1.5"]


def test_what_only_opens_lessons_is_not_installed(needing):
    needing("jupyterlab==0.1", "nbgrader==0.1")
    assert list(opened_alone.missing_packages()) == []


def test_where_all_is_there_pip_is_not_asked(monkeypatch):
    monkeypatch.setattr(opened_alone.subprocess, "run", lambda *_, **__: pytest.fail("pip was asked"))
    opened_alone.set_up()


def test_a_notebook_knows_the_courses_magics_afterwards(monkeypatch):
    shell = InteractiveShell()
    monkeypatch.setattr(opened_alone, "get_ipython", lambda: shell)
    opened_alone.set_up()
    assert {"hint", "points", "revert", "desk"} <= shell.magics_manager.magics["line"].keys()
    shell.history_manager.end_session()


def test_one_line_says_what_could_not_be_installed(needing, monkeypatch):
    needing("no-such-package==1.5")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(RuntimeError, match=r"pip could not install no-such-package==1\.5: see that .* network"):
        opened_alone.set_up()


def test_no_module_of_the_students_copy_imports_what_only_opens_lessons():
    """Else a lesson in Colab would miss it."""
    import ast

    kept = [
        path
        for path in (ROOT / "utils").rglob("*.py")
        if "grading" not in path.parts and path.stem not in ("exchange", "doctor", "own_work", "cli", "notebook_saving")
    ]
    found = {name.split(".")[0] for path in kept for name in imports([ast.parse(path.read_text())])}
    assert found & opened_alone.AROUND == set()
