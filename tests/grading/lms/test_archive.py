"""A zip file that is none, or that is dangerous, gives one line and writes nothing."""

import stat
import zipfile

import pytest

from utils.errors import CourseError
from utils.grading.lms.archive import MOST_FILES, MOST_IN_FILE, opened, writable_name


def zipped(path, files, change=lambda info: None):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            change(info)
            archive.writestr(info, content)
    return path


def link(info):
    info.external_attr = (stat.S_IFLNK | 0o777) << 16


def pipe(info):
    info.external_attr = (stat.S_IFIFO | 0o666) << 16


def damaged(path):
    data = bytearray(zipped(path, {"a.ipynb": b"{}" * 1000}).read_bytes())
    data[40:50] = b"\xff" * 10
    path.write_bytes(data)


def encrypted(path):
    data = bytearray(zipped(path, {"a.ipynb": b"{}"}).read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)


def cut(path):
    path.write_bytes(zipped(path, {"a.ipynb": b"{}" * 1000}).read_bytes()[:-30])


BAD = {
    "no zip": (lambda p: p.write_text("hello"), "is no zip file"),
    "empty": (lambda p: p.write_bytes(b""), "is no zip file"),
    "cut": (cut, "is no zip file"),
    "a folder": (lambda p: p.mkdir(), "is no zip file"),
    "missing": (lambda p: None, "is not there"),
    "upwards": (lambda p: zipped(p, {"../../evil.ipynb": "{}"}), "would be written elsewhere: ../../evil.ipynb"),
    "upwards inside": (lambda p: zipped(p, {"ada/../../evil": "{}"}), "would be written elsewhere"),
    "absolute": (lambda p: zipped(p, {"/etc/passwd": "x"}), "would be written elsewhere"),
    "drive": (lambda p: zipped(p, {"C:\\evil": "x"}), "would be written elsewhere"),
    "backslashes": (lambda p: zipped(p, {"..\\..\\evil": "x"}), "would be written elsewhere"),
    "link": (lambda p: zipped(p, {"ada/small.ipynb": "/etc/passwd"}, link), "no ordinary file"),
    "pipe": (lambda p: zipped(p, {"ada/small.ipynb": ""}, pipe), "no ordinary file"),
    "password": (encrypted, "with a password"),
    "a large file": (lambda p: zipped(p, {"a": bytes(MOST_IN_FILE + 1)}), "20 MB"),
    "a bomb": (lambda p: zipped(p, dict.fromkeys(map(str, range(20)), bytes(MOST_IN_FILE))), "400 MB would come out"),
    "many files": (lambda p: zipped(p, dict.fromkeys(map(str, range(MOST_FILES + 1)), b"")), "20001 files"),
}


@pytest.mark.parametrize(("make", "said"), BAD.values(), ids=BAD)
def test_what_is_refused(tmp_path, make, said):
    make(tmp_path / "x.zip")
    with pytest.raises(CourseError) as refused, opened(tmp_path / "x.zip"):
        pass
    assert said in str(refused.value) and "\n" not in str(refused.value)


def test_what_is_damaged_is_named(tmp_path):
    damaged(tmp_path / "x.zip")
    with pytest.raises(CourseError, match=r"x.zip is damaged: a.ipynb"), opened(tmp_path / "x.zip") as archive:
        archive.read("a.ipynb")


def test_a_file_without_a_name_is_left_out(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as made:
        made.writestr("a", "a")
        made.writestr("b", "b")
        made.infolist()[0].filename = ""
    with opened(tmp_path / "x.zip") as archive:
        assert archive.names == ("b",)


@pytest.mark.parametrize("kind", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_way_of_packing_can_be_damaged(tmp_path, kind):
    with zipfile.ZipFile(tmp_path / "x.zip", "w", kind) as made:
        made.writestr("a", bytes(range(256)) * 40)
    content = bytearray((tmp_path / "x.zip").read_bytes())
    content[35:90] = b"\xff" * 55
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(CourseError, match=r"x.zip is damaged: a"), opened(tmp_path / "x.zip") as archive:
        archive.read("a")


def test_an_error_of_whoever_reads_it_is_not_the_zip_files(tmp_path):
    with pytest.raises(ValueError, match="mine"), opened(zipped(tmp_path / "x.zip", {"a": "a"})):
        raise ValueError("mine")


def test_what_systems_put_in_is_left_out(tmp_path):
    names = ["a.ipynb", "__MACOSX/a.ipynb", "b/._a.ipynb", ".DS_Store", "b/.DS_Store", "ä/b.ipynb"]
    zipped(tmp_path / "x.zip", dict.fromkeys(names, b"{}"))
    with opened(tmp_path / "x.zip") as archive:
        assert archive.names == ("a.ipynb", "ä/b.ipynb") and archive.read("ä/b.ipynb") == b"{}"


def test_a_name_in_utf_8_that_is_not_marked_so(tmp_path):
    zipped(tmp_path / "x.zip", {"ZoXX/small.ipynb": b"{}", "a.ipynb": b"{}"})
    (tmp_path / "x.zip").write_bytes((tmp_path / "x.zip").read_bytes().replace(b"ZoXX", "Zoë".encode()))
    with opened(tmp_path / "x.zip") as archive:
        assert archive.names == ("Zoë/small.ipynb", "a.ipynb") and archive.read("Zoë/small.ipynb") == b"{}"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("small.ipynb", "small.ipynb"),
        ("a/b/small.ipynb", "a/b/small.ipynb"),
        ("/a/../small.ipynb", "a/small.ipynb"),
        ("a\x1b[2Jb\n.ipynb", "a_[2Jb_.ipynb"),
        ("", "file"),
    ],
)
def test_names_that_are_written(name, written):
    assert writable_name(name) == written


def test_long_names_are_cut_and_keep_their_ending():
    short = writable_name("x" * 3000 + ".ipynb")
    assert short.endswith(".ipynb") and len(short) < 250
