"""The `course` command and `course doctor`."""

import errno
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError

import pytest
from support.course import ROOT

sys.path.insert(0, str(ROOT))
import start
from utils import cli, doctor
from utils.errors import CourseError
from utils.grading.sandbox import bubblewrap
from utils.isolation import bubblewrap_probe, control_group


def test_every_command_has_a_line_of_help(run):
    done = run(ROOT, "course", "--help")
    assert done.returncode == 0
    commands = (
        "bank",
        "build",
        "bundle",
        "doctor",
        "extend",
        "feedback",
        "forgive",
        "grade",
        "hint",
        "import",
        "ledger",
        "points",
        "revert",
        "roster",
        "site",
    )
    for command in (*commands, "sample-class"):
        line = next(line for line in done.stdout.splitlines() if f" {command} " in line)
        assert len(line.split()) > 4, line


def test_doctor_lists_what_is_installed(run):
    done = run(ROOT, "course", "doctor")
    assert done.returncode == 0, done.stderr
    for word in ("Python", "tensorflow", "torch", "device", "DejaVu Sans", "bubblewrap", "Chromium"):
        assert word in done.stdout


def test_doctor_fails_when_something_needed_is_missing(monkeypatch, capsys):
    def version(name):
        if name == "numpy":
            raise PackageNotFoundError(name)
        return "0"

    monkeypatch.setattr(doctor, "version", version)
    with pytest.raises(doctor.CourseError, match="numpy"):
        doctor.doctor()
    assert "run make lab" in capsys.readouterr().out


def test_a_mac_with_an_intel_processor_is_told(monkeypatch):
    assert doctor.python().remedy == ""
    monkeypatch.setattr(doctor.platform, "system", lambda: "Darwin")
    monkeypatch.setattr(doctor.platform, "machine", lambda: "x86_64")
    assert "no packages for Intel Macs" in doctor.python().remedy


def test_doctor_start_py_and_pyproject_agree_about_python(monkeypatch):
    monkeypatch.setattr(doctor.platform, "system", lambda: "Linux")
    oldest, newest = start.pythons()
    for minor in range(oldest - 1, newest + 2):
        monkeypatch.setattr(doctor.sys, "version_info", (3, minor, 0))
        assert (doctor.python().remedy == "") == (oldest <= minor <= newest)
    assert f"Python 3.{oldest} to 3.{newest} is needed" in (ROOT / "setup.mk").read_text()
    assert f"Python 3.{oldest} to 3.{newest}" in (ROOT / "README.md").read_text()


def test_another_version_than_the_pinned_one_is_said_but_lessons_may_run(monkeypatch):
    monkeypatch.setattr(doctor, "version", lambda name: "0.0.1")
    findings = list(doctor.packages(ROOT / "requirements.txt"))
    assert all("tested with" in finding.remedy and not finding.needed for finding in findings)


def test_a_local_build_counts_as_its_version(monkeypatch):
    monkeypatch.setattr(doctor, "version", lambda name: "2.13.0+cpu")
    torch = next(f for f in doctor.packages(ROOT / "requirements-networks.txt") if f.what == "torch")
    assert torch.remedy == ""


def test_a_refused_device_is_said(monkeypatch):
    monkeypatch.setenv("COURSE_DEVICE", "gpu")
    assert "one of auto, cpu, cuda, mps" in doctor.processor().remedy


def test_a_missing_tool_has_a_remedy():
    finding = doctor.tool("it", ["no-such-program"], "does nothing", "install it")
    assert (finding.remedy, finding.needed) == ("install it", False)


@pytest.mark.parametrize(("script", "said"), [("exit 0", ""), ("echo no permission >&2; exit 1", "no permission")])
def test_a_sandbox_that_is_installed_but_refused_is_told_apart(tmp_path, monkeypatch, script, said):
    fake = tmp_path / "bwrap"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o755)
    remedy = doctor.sandbox(str(fake))
    assert (said in remedy) and bool(remedy) == bool(said)


@pytest.mark.parametrize("program", ["course doctor", f"{sys.executable} start.py help"])
def test_output_that_cannot_hold_every_letter_is_no_error(run, program):
    done = run(ROOT, *program.split(), PYTHONIOENCODING="ascii")
    assert "UnicodeEncodeError" not in done.stderr and done.stdout
    assert done.returncode == (2 if "help" in program else 0)


def test_a_full_disk_is_one_line(monkeypatch, capsys):
    def full(*wanted):
        raise OSError(errno.ENOSPC, "No space left on device", "report/01.html")

    monkeypatch.setattr(cli, "app", full)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    assert "course: report/01.html cannot be written or read (No space left on device): see" in capsys.readouterr().err


def test_an_unknown_command_is_refused(run):
    assert run(ROOT, "course", "bild").returncode != 0


@pytest.mark.processes
def test_lessons_never_import_the_instructors_side():
    files = sorted(path.relative_to(ROOT).with_suffix("") for path in (ROOT / "utils").rglob("*.py"))
    names = [".".join(path.parts) for path in files if "grading" not in path.parts and path.stem != "__init__"]
    code = "import sys, importlib\n" + "".join(f"importlib.import_module({name!r})\n" for name in names)
    code += "print([name for name in sys.modules if name.startswith('utils.grading')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "[]\n", done.stderr


def set_up(tmp_path, monkeypatch, root=False, container=False, **settings):
    """A machine with these settings of the kernel, as `bubblewrap_probe` sees it."""
    monkeypatch.setattr(bubblewrap_probe.os, "geteuid", lambda: 0 if root else 1000)
    monkeypatch.setattr(bubblewrap_probe, "container", lambda: container)
    monkeypatch.setattr(
        bubblewrap_probe, "_says", lambda setting, value: settings.get(setting.rpartition("/")[2], "1") == value
    )


@pytest.mark.parametrize(("machine", "said"), [
    ({"apparmor_restrict_unprivileged_userns": "1"}, "AppArmor"),
    ({"apparmor_restrict_unprivileged_userns": "0", "container": True}, "--security-opt seccomp=unconfined"),
    ({"root": True, "container": True}, "--cap-add SYS_ADMIN"),
    ({"apparmor_restrict_unprivileged_userns": "0", "max_user_namespaces": "0"}, "user.max_user_namespaces"),
    ({"apparmor_restrict_unprivileged_userns": "0", "unprivileged_userns_clone": "0"}, "unprivileged_userns_clone=1"),
    ({"apparmor_restrict_unprivileged_userns": "0"}, "ask whoever runs this machine"),
])  # fmt: skip
def test_each_kind_of_server_that_refuses_has_its_remedy(tmp_path, monkeypatch, machine, said):
    set_up(tmp_path, monkeypatch, **machine)
    assert said in bubblewrap_probe.remedy("no permission")


@pytest.mark.parametrize(
    ("mode", "safe"), [(0o700, True), (0o755, True), (0o1777, True), (0o777, False), (0o770, False)]
)
def test_a_folder_for_temporary_files_that_others_can_change_is_refused(tmp_path, monkeypatch, mode, safe):
    folder = tmp_path / "tmp"
    folder.mkdir()
    folder.chmod(mode)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    assert bool(bubblewrap_probe.unsafe_folder()) is not safe
    assert bool(doctor.temporary_folder().remedy) is not safe
    if not safe and shutil.which("bwrap"):
        with pytest.raises(CourseError, match=r"TMPDIR|not allowed"):
            bubblewrap.require()


def test_a_folder_of_somebody_else_is_refused(tmp_path, monkeypatch):
    if os.geteuid() == 0:
        os.chown(tmp_path, 65533, 65533)
    else:
        monkeypatch.setattr(bubblewrap_probe.os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    assert "belongs to another user" in bubblewrap_probe.unsafe_folder(str(tmp_path))


def test_control_groups_are_told(monkeypatch):
    monkeypatch.setattr(control_group, "available", lambda: None)
    assert "systemd-run" in doctor.control_groups().remedy
    monkeypatch.setattr(control_group, "available", lambda: control_group.Hierarchy(2, {}))
    assert not doctor.control_groups().remedy
