"""The panel that `%desk` shows: choose an exercise, ask for a hint, see the points so far, begin again."""

import re
from collections.abc import Callable
from html import escape

import ipywidgets as widgets
from IPython.display import display

from utils.errors import CourseError
from utils.own_work import NOT_ALL, Points, begin_again, of, points_so_far, together
from utils.printable import printable
from utils.this_notebook import RELOAD, ThisNotebook

RUNNING = "The notebook runs from the top, as you saved it. This may take some minutes …"


class Desk:
    """The panel's controls; `box` is what is shown."""

    def __init__(self, notebook: ThisNotebook) -> None:
        self._notebook = notebook
        self.exercise = widgets.Dropdown(options=list(notebook.hints()), description="Exercise")
        self.hint = self._button("Hint", "A hint for this exercise; each further one says more", self._hint)
        self.points = self._button("Show what I have", "Run the saved notebook, and list its points", self._points)
        self.again = self._button("Begin again …", "This exercise's cell as it was at first", self._ask)
        self.yes = self._button("Yes, begin again", "What you wrote is kept in a file", self._begin_again)
        self.no = self._button("No, leave it", "Nothing is changed", self._leave)
        self.question = widgets.HBox([self.yes, self.no], layout={"display": "none"})
        self.said = widgets.HTML()
        row = widgets.HBox([self.exercise, self.hint, self.points, self.again], layout={"flex_flow": "row wrap"})
        self.box = widgets.VBox([row, self.said, self.question])

    def _button(self, label: str, tooltip: str, act: Callable[[], None]) -> widgets.Button:
        button = widgets.Button(description=label, tooltip=tooltip, layout={"width": "auto"})
        button.on_click(lambda _: self._do(act))
        return button

    def _do(self, act: Callable[[], None]) -> None:
        """What a button does; what is wrong is said in the panel."""
        self.question.layout.display = "none"
        try:
            act()
        except CourseError as error:
            said = printable(error)
            self._say(as_html(said[:1].upper() + said[1:] + "."))

    def _say(self, *paragraphs: str) -> None:
        text = "".join(f'<p style="margin: 0.4em 0; line-height: 1.4">{each}</p>' for each in paragraphs)
        self.said.value = f'<div role="status" style="max-width: 50em">{text}</div>'

    def _hint(self) -> None:
        self._say(*map(as_html, self._notebook.next_hint(self.exercise.value)))

    def _points(self) -> None:
        path = self._notebook.saved("points NOTEBOOK")
        self._say(RUNNING)
        self.points.disabled = True
        try:
            rows = points_so_far(path)
        finally:
            self.points.disabled = False
        self.said.value = f'<div role="status">{table(rows)}<p>{NOT_ALL}</p></div>'

    def _ask(self) -> None:
        self._say(
            as_html(f"Shall `{self.exercise.value}` be as it was at first? What you wrote is kept in a file."),
            "Save the notebook before you answer (Ctrl+S, on a Mac ⌘S).",
        )
        self.question.layout.display = "flex"

    def _begin_again(self) -> None:
        exercise = self.exercise.value
        done = begin_again(self._notebook.saved(f"revert NOTEBOOK {exercise}"), exercise)
        self._say(as_html(done), as_html(RELOAD))

    def _leave(self) -> None:
        self._say("Nothing was changed.")


def show(notebook: ThisNotebook) -> None:
    """Show the panel below the cell. Raises CourseError where nothing says which lesson this is."""
    display(Desk(notebook).box)


def as_html(text: str) -> str:
    """Words of a hint or a message for a page: what stands between backticks is code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def table(rows: list[Points]) -> str:
    """The points as a table of a page."""
    head = "".join(f'<th scope="col">{name}</th>' for name in ("exercise", "points", "the first test that fails says"))
    lines = [(f"<code>{escape(row.exercise)}</code>", of(row.got, row.most), as_html(row.said)) for row in rows]
    cells = "".join(
        f'<tr><th scope="row">{name}</th><td>{points}</td><td style="text-align: left">{said}</td></tr>'
        for name, points, said in [*lines, ("together", together(rows), "")]
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{cells}</tbody></table>"
