"""Text from others, made harmless for where it is shown: a terminal, a line of a log, a cell of a table.

Whatever a submission can choose (a file's name, an error's message, a student's id from a folder's name) passes one of
these functions on its way out.
"""

import re

# Control characters (ESC, BEL, carriage return …), halves of characters, what turns the direction of reading, and what
# shows nothing (Unicode's Default_Ignorable_Code_Point, and an empty pattern of Braille): of two names that look alike
# one would pass for the other. The two joiners are for scripts that join letters, and for emoji.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\u2800\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]|(?<![\u0600-\U0010ffff])[\u200c\u200d]"
)
_COLOUR = r"\x1b\[[0-9;]{0,30}m"
_SEQUENCE = re.compile(  # of a terminal: commands, texts for its title and the like, single letters
    rf"(?P<colour>{_COLOUR})|\x1b\[[0-?]*[ -/]*[@-~]"
    r"|\x1b[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)|\x1b[ -/]*[0-Z\\^-~]"
)
_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_FORMULA = re.compile(rf"\s*[{_SIGNS}\t\r]")
_NEXT_CELL = re.compile(rf";(?=\s*[{_SIGNS}])")  # in countries where files of this kind have semicolons
MOST = 2000  # characters of one text


def printable(text: object, most: int = MOST) -> str:
    r"""`text` as one line that does nothing but be read: an ESC is shown as `\x1b`, a line's end as `\n`."""
    shown = str(text)
    return _UNSEEN.sub(_escaped, shown if len(shown) <= most else f"{shown[:most]}…")


def printable_lines(text: str) -> str:
    """`text` with its lines, tabs and colours, as a notebook's page shows it, but no other command to a terminal."""
    parts, last = [], 0
    for found in _SEQUENCE.finditer(text):
        parts += [_plain(text[last : found.start()]), found["colour"] or ""]
        last = found.end()
    return "".join([*parts, _plain(text[last:])])


def table_cell(text: object) -> str:
    """`text` for a cell of a CSV file: a spreadsheet does not take it for a formula."""
    raw = str(text)
    shown = _NEXT_CELL.sub(";'", printable(raw))
    return f"'{shown}" if _FORMULA.match(raw) else shown


def counted(number: int, one: str, many: str = "") -> str:
    """A number of things: `1 student`, `2 students`.  many: where that is not `one` with an s."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def _plain(text: str) -> str:
    return _UNSEEN.sub(lambda found: found[0] if found[0] in "\n\t\r" else _escaped(found), text)


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    if "\udc80" <= character <= "\udcff":  # a byte of a file's name that is no text
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape", "surrogatepass").decode()
