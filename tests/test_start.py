"""start.py sets the course up with nothing but Python."""

import os
import shutil
import subprocess
import sys
import types
from pathlib import Path

import pytest
from support.course import ROOT

sys.path.insert(0, str(ROOT))
import start
from utils import on_demand


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A student's folder with empty requirements, in which `start` works."""
    for name in ("requirements.txt", "requirements-networks.txt", "constraints.txt"):
        (tmp_path / name).write_text("")
    shutil.copy(ROOT / "jupyterlab_overrides.json", tmp_path)
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "a-copy"\nversion = "1"\nrequires-python = ">=3.11,<3.15"\n'
    )
    for name, path in {"ROOT": "", "VENV": ".venv", "READY": ".venv/.ready", "LOG": ".venv.log"}.items():
        monkeypatch.setattr(start, name, tmp_path / path)
    return tmp_path


def test_an_older_python_is_told_before_anything_is_made(folder, monkeypatch, capsys):
    monkeypatch.setattr(start.sys, "version_info", (3, 10, 0))
    assert start.main(["setup"]) == 1
    assert "Python 3.11 to 3.14 is needed" in capsys.readouterr().out
    assert not (folder / ".venv").exists()


def test_so_is_a_mac_with_an_intel_processor(folder, monkeypatch, capsys):
    monkeypatch.setattr(start.platform, "system", lambda: "Darwin")
    monkeypatch.setattr(start.platform, "machine", lambda: "x86_64")
    assert start.main(["setup"]) == 1
    assert "no packages for Macs with Intel processors" in capsys.readouterr().out
    assert not (folder / ".venv").exists()


def test_an_unknown_command_shows_what_there_is(capsys):
    assert start.main(["stert"]) == 2
    assert "python start.py setup" in capsys.readouterr().out


@pytest.mark.processes
def test_it_is_set_up_once_and_again_when_the_folder_was_moved_or_the_requirements_change(folder, capsys, monkeypatch):
    shutil.copytree(ROOT / "student", folder, dirs_exist_ok=True)
    assert start.main(["setup"]) == 0, (folder / ".venv.log").read_text()
    assert "Setting up .venv, once" in capsys.readouterr().out
    assert (folder / ".venv/share/jupyter/lab/settings/overrides.json").is_file()
    loaded = (folder / ".venv/etc/ipython/ipython_kernel_config.py").read_text()
    assert "utils.on_demand" in loaded and "utils.magics" in loaded
    assert start.main(["setup"]) == 0 and capsys.readouterr().out == ""
    moved = folder.rename(folder.with_name("moved"))
    for name, path in {"ROOT": "", "VENV": ".venv", "READY": ".venv/.ready", "LOG": ".venv.log"}.items():
        monkeypatch.setattr(start, name, moved / path)
    assert not start.works_here() and start.main(["setup"]) == 0
    assert "it is made anew" in capsys.readouterr().out and start.works_here()
    subprocess.run([moved / ".venv/bin/pip", "--version"], check=True, capture_output=True)
    (moved / "requirements.txt").write_text("no-such-package-anywhere==1\n")
    assert start.main(["setup"]) == 1
    assert "check the network and try again" in capsys.readouterr().out
    assert not start.is_ready(start.requirements(everything=False))


def test_what_is_installed_grows_with_the_folder(folder):
    names = [path.name for path in start.requirements(everything=False)]
    assert names == ["requirements.txt"]
    assert [path.name for path in start.requirements(everything=True)] == [*names, "requirements-networks.txt"]
    (folder / "requirements-dev.txt").write_text("")
    assert start.requirements(everything=False)[-1].name == "requirements-dev.txt"


def test_it_can_be_read_by_an_old_python():
    compile((ROOT / "start.py").read_text(), "start.py", "exec", dont_inherit=True, flags=0)
    assert "from __future__ import annotations" in (ROOT / "start.py").read_text()
    for name in ("python3.9", "python3.8", "python3.7"):
        python = shutil.which(name)
        if python and subprocess.run([python, "-V"], capture_output=True).returncode == 0:
            done = subprocess.run([python, ROOT / "start.py", "setup"], capture_output=True, text=True)
            assert done.returncode == 1 and "Python 3.11 to 3.14 is needed" in done.stdout, done.stderr


def cell(code):
    return types.SimpleNamespace(raw_cell=code)


@pytest.mark.parametrize(
    "code", ["import torch", "x = 1\nfrom keras import layers", "if True:\n    import tensorflow as tf"]
)
def test_a_cell_that_imports_what_is_missing_installs_it_first(monkeypatch, capsys, code):
    done = []
    monkeypatch.setattr(on_demand, "find_spec", lambda name: None)
    monkeypatch.setattr(on_demand, "install", lambda: done.append(1) or len(done) > 1)
    on_demand._before(cell(code))
    assert "This lesson needs PyTorch" in (said := capsys.readouterr().out) and "could not be installed" in said
    on_demand._before(cell(code))
    assert "They are installed." in capsys.readouterr().out


@pytest.mark.parametrize("code", ["import numpy", "print('import torch')", "important = torch", "import torchlight"])
def test_other_cells_are_left_alone(monkeypatch, capsys, code):
    monkeypatch.setattr(on_demand, "find_spec", lambda name: None)
    monkeypatch.setattr(on_demand, "install", lambda: pytest.fail("nothing is to be installed"))
    on_demand._before(cell(code))
    assert capsys.readouterr().out == ""


def test_what_is_there_is_not_fetched(monkeypatch):
    monkeypatch.setattr(on_demand, "install", lambda: pytest.fail("it is there"))
    on_demand._before(cell("import torch"))


def test_the_kernel_loads_the_extension(tmp_path):
    events = types.SimpleNamespace(register=lambda name, function: heard.append((name, function)))
    heard = []
    on_demand.load_ipython_extension(types.SimpleNamespace(events=events))
    assert heard == [("pre_run_cell", on_demand._before)]
    assert Path(on_demand.REQUIREMENTS).is_file() and os.access(on_demand.COURSE / "constraints.txt", os.R_OK)


@pytest.mark.parametrize("chosen", ["", "--LabApp.default_url=/lab/tree/lessons/02_convolution/convolution.ipynb"])
def test_it_opens_one_lesson_the_first_or_another(monkeypatch, chosen):
    called = []
    monkeypatch.setattr(start, "works_here", lambda: True)
    monkeypatch.setattr(start.subprocess, "call", lambda command, **_: called.append(command) or 0)
    assert start.main(["open", *filter(None, [chosen]), "--no-browser"]) == 0
    opened = [option for option in called[0] if option.startswith("--LabApp.default_url=")]
    assert opened == [chosen or "--LabApp.default_url=/lab/tree/lessons/01_slash_classifier/slash_classifier.ipynb"]
    assert "--no-browser" in called[0]


def test_an_environment_whose_python_is_gone_is_made_anew(folder, monkeypatch, capsys):
    (folder / ".venv/bin").mkdir(parents=True)
    (folder / ".venv/bin/python").symlink_to("/nowhere/python3.11")
    (folder / ".venv/bin/pip").write_text(f"#!{folder}/.venv/bin/python\n")
    start.READY.write_text(start.fingerprint(start.requirements(everything=False)))
    done = []
    for name in ("make_environment", "install", "open_lab"):
        monkeypatch.setattr(start, name, lambda *_, name=name: done.append(name) or 0)
    assert start.main(["open"]) == 0 and done == ["make_environment", "install", "open_lab"]
    assert "it is made anew" in capsys.readouterr().out


def test_an_environment_that_a_link_leads_to_is_never_emptied(folder, monkeypatch, capsys):
    others = folder / "others"
    others.mkdir()
    (others / "kept").write_text("kept")
    (folder / ".venv").symlink_to(others)
    monkeypatch.setattr(start, "install", lambda wanted: pytest.fail("it is another's"))
    assert start.main(["setup"]) == 1 and "is a link to" in capsys.readouterr().out
    assert (others / "kept").read_text() == "kept" and len(list(others.iterdir())) == 1


@pytest.mark.processes
def test_an_environment_that_a_link_leads_to_is_used_as_it_is(folder, monkeypatch):
    (folder / "others/bin").mkdir(parents=True)
    (folder / "others/bin/python").symlink_to(sys.executable)
    (folder / "others/bin/pip").write_text(f"#!{folder.resolve()}/others/bin/python\n")
    (folder / ".venv").symlink_to(folder / "others")
    monkeypatch.setattr(start.subprocess, "check_call", lambda *_, **__: 0)
    assert start.works_here()


def test_what_a_lesson_has_fetched_is_no_reason_to_set_up_again_without_a_network(folder, monkeypatch, capsys):
    (folder / ".venv/lib/python3.11/site-packages/torch").mkdir(parents=True)
    start.READY.write_text(start.fingerprint(start.requirements(everything=False)))
    monkeypatch.setattr(start, "works_here", lambda: True)
    monkeypatch.setattr(start, "install", lambda wanted: pytest.fail("it is ready"))
    assert start.main(["setup"]) == 0 and capsys.readouterr().out == ""
    installed = []
    monkeypatch.setattr(start, "install", installed.extend)
    monkeypatch.setattr(start, "make_environment", lambda: None)
    (folder / "constraints.txt").write_text("torch==0\n")  # a new version of the course: networks are renewed, too
    assert start.main(["setup"]) == 0
    assert [path.name for path in installed] == ["requirements.txt", "requirements-networks.txt"]
    assert start.main(["all"]) == 0 and len(installed) == 2
