"""A zip file that somebody else has made, read without trusting what it says about itself."""

import re
import stat
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from utils.errors import CourseError
from utils.printable import printable

MOST_FILES, MOST_BYTES = 20_000, 4 * 2**30  # in the whole zip file
MOST_IN_FILE = 20 * 2**20  # bytes of one file in it
SUSPICIOUS, RATIO = 2**28, 200  # bytes from which on a zip file may not have grown by more than so many times
UTF8_NAME = 0x800  # the flag of a file whose name is in UTF-8
LONGEST = 120  # characters of a name that is written or shown
LEFT_OUT = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|\._)")  # what systems put in by themselves


@dataclass(frozen=True)
class Archive:
    """An open zip file.  names: of its files, with / between folders."""

    path: Path
    names: tuple[str, ...]
    _file: zipfile.ZipFile
    _infos: dict[str, list[zipfile.ZipInfo]]

    def read(self, name: str) -> bytes:
        """The content of a file; of several of that name, that of the last one. Raises CourseError."""
        info = self._infos[name][-1]
        try:
            with self._file.open(info) as file:
                content = file.read(MOST_IN_FILE + 1)
        except Exception as problem:  # each way of packing has errors of its own
            raise CourseError(
                f"{self.path.name} is damaged: {printable(name, LONGEST)} cannot be read ({problem})"
            ) from problem
        if len(content) > MOST_IN_FILE:
            raise CourseError(f"{self.path.name}: {printable(name, LONGEST)} is larger than it says")
        return content

    def time(self, name: str) -> datetime | None:
        """When the file was changed last, as the zip file says; None where it names no day that there is."""
        *until_minutes, seconds = self._infos[name][-1].date_time
        try:
            return datetime(*until_minutes, min(seconds, 59))  # type: ignore[arg-type, call-arg]  # five
        except ValueError:
            return None


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open a zip file. Raises CourseError, in one line, for one that is none or that is dangerous."""
    with ExitStack() as stack:
        try:
            archive = _archive(path, stack.enter_context(zipfile.ZipFile(path)))
        except CourseError:
            raise
        except FileNotFoundError:
            raise CourseError(f"{path} is not there: name the zip file that was downloaded") from None
        except Exception as problem:  # whatever it was that was stumbled over
            raise CourseError(f"{path.name} is no zip file that can be read ({problem})") from problem
        yield archive


def _archive(path: Path, file: zipfile.ZipFile) -> Archive:
    infos = [info for info in file.infolist() if info.filename and not info.is_dir()]
    by_name: dict[str, list[zipfile.ZipInfo]] = {}
    for info in infos:
        by_name.setdefault(_checked(path, info), []).append(info)
    _check_size(path, infos)
    names = tuple(name for name in by_name if not LEFT_OUT.search(name))
    return Archive(path, names, file, by_name)


def _checked(path: Path, info: zipfile.ZipInfo) -> str:
    """The name of a file in a zip file, if it may be written and read."""
    name = _decoded(info).replace("\\", "/")
    where = f"{path.name} is refused, since it holds"
    kind = stat.S_IFMT(info.external_attr >> 16)
    if name.startswith("/") or re.match("[A-Za-z]:", name) or ".." in PurePosixPath(name).parts:
        raise CourseError(f"{where} a file that would be written elsewhere: {printable(name, LONGEST)}")
    if kind not in (0, stat.S_IFREG):
        raise CourseError(f"{where} what is no ordinary file (a link, say): {printable(name, LONGEST)}")
    if info.flag_bits & 1:
        raise CourseError(f"{where} a file with a password: {printable(name, LONGEST)}")
    return name


def _decoded(info: zipfile.ZipInfo) -> str:
    """A file's name. One that is not marked as UTF-8 often is UTF-8 all the same, as from a Mac."""
    if info.flag_bits & UTF8_NAME:
        return info.filename
    try:
        return info.filename.encode("cp437").decode()
    except UnicodeError:
        return info.filename


def _check_size(path: Path, infos: list[zipfile.ZipInfo]) -> None:
    large = next((info for info in infos if info.file_size > MOST_IN_FILE), None)
    total, packed = sum(info.file_size for info in infos), path.stat().st_size
    if large is not None:
        size = f"{large.file_size / 2**20:.3g} MB, at most {MOST_IN_FILE / 2**20:g}"
        raise CourseError(f"{path.name} is refused: {printable(large.filename, LONGEST)} would have {size} are taken")
    if len(infos) > MOST_FILES or total > MOST_BYTES or (total > SUSPICIOUS and total > RATIO * packed):
        raise CourseError(f"{path.name} is refused: {len(infos)} files of {total / 2**20:.0f} MB would come out of it")


def writable_name(name: str) -> str:
    """The path of a file that can be written in a folder, as much like `name` as can be."""
    parts = [_writable_part(part) for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..")]
    return "/".join(parts[-4:]) or "file"


def _writable_part(part: str) -> str:
    clean = "".join(character if character.isprintable() else "_" for character in part)
    while len(clean.encode(errors="replace")) > 2 * LONGEST:
        stem, dot, suffix = clean.rpartition(".")
        clean = f"{stem[: len(stem) // 2]}{dot}{suffix[:20]}" if dot else clean[: len(clean) // 2]
    return clean or "_"
