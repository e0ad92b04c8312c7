"""Text from others does nothing where it is shown."""

import pytest

from utils.printable import printable, printable_lines, table_cell


@pytest.mark.parametrize(("text", "shown"), [
    ("plain äöü 漢字 👩‍🔬", "plain äöü 漢字 👩‍🔬"),
    ("\x1b[2J", r"\x1b[2J"),
    ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
    ("\x9b31m", r"\x9b31m"),
    ("a\nb\tc\r", r"a\nb\tc\r"),
    ("\u202egnp.exe", r"\u202egnp.exe"),
    ("\u2066\u200b\ufeff", r"\u2066\u200b\ufeff"),
    (b"na\xefve".decode(errors="surrogateescape"), r"na\xefve"),
    ("\ud83d", r"\ud83d"),
    ("\x00\x7f", r"\x00\x7f"),
    ("[bold]name[/bold]", "[bold]name[/bold]"),
    ("al\u200dice \u200cx", r"al\u200dice \u200cx"),
    ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
])  # fmt: skip
def test_one_line_that_does_nothing(text, shown):
    assert printable(text) == shown


@pytest.mark.parametrize(
    "unseen", "\u00ad\u034f\u115f\u1160\u17b4\u180b\u180e\u2800\u3164\ufe0f\uffa0\U0001d173\U000e0100", ids=ascii
)
def test_what_shows_nothing_is_named(unseen):
    assert printable(f"al{unseen}ice") == f"al{ascii(unseen)[1:-1]}ice"


def test_a_long_text_is_cut():
    assert len(printable("x" * 10**6)) == 2001


@pytest.mark.parametrize(("text", "shown"), [
    ("a\n\tb", "a\n\tb"),
    ("\x1b[1;31mred\x1b[0m", "\x1b[1;31mred\x1b[0m"),
    ("\x1b[2J\x1b[Hx", "x"),
    ("\x1b]0;title\x07x\x1b]8;;http://x\x1b\\y", "xy"),
    ("\x1bc\x1b(0x", "x"),
    ("x\x07\x08", r"x\x07\x08"),
    ("\x1b", r"\x1b"),
    ("\u202ex", r"\u202ex"),
])  # fmt: skip
def test_lines_and_colours_are_kept_and_no_other_command(text, shown):
    assert printable_lines(text) == shown


@pytest.mark.parametrize("text", [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "=HYPERLINK(\"http://x\")",
    "\u00a0=1", "\r\n\r\n-1",
])  # fmt: skip
def test_no_cell_of_a_table_is_a_formula(text):
    assert table_cell(text).startswith("'")


@pytest.mark.parametrize(("text", "shown"), [
    ("x;=1+1", "x;'=1+1"), ("x; @a;=2", "x;' @a;'=2"), ("x\t=1", r"x\t=1"), ("x\n=1", r"x\n=1"), ("\xad=1", r"\xad=1"),
])  # fmt: skip
def test_nor_is_what_a_spreadsheet_takes_for_the_next_cell(text, shown):
    assert table_cell(text) == shown


@pytest.mark.parametrize("text", ["ada", "O'Brien", "3.5", "", "a=b", "x@y.org", "a; b", "a;b-c"])
def test_an_honest_cell_stays_as_it_is(text):
    assert table_cell(text) == text
