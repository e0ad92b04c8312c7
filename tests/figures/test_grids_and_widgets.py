"""What lesson 02 shows besides numbers: the walking window, the letters, the cat, the timings."""

import numpy as np
import pytest

from utils import timing
from utils.datasets import images, letters
from utils.figures import style, widgets


@pytest.fixture
def shown(monkeypatch):
    """The texts of the figures that were shown."""
    texts = []
    monkeypatch.setattr(style, "display", lambda data, raw: texts.append(data["text/plain"]))
    monkeypatch.setenv("COURSE_FIGURES", "off")
    monkeypatch.setenv("COURSE_WIDGETS", "off")
    return texts


def test_without_widgets_the_window_stands_still_at_its_place(shown):
    image = np.arange(12).reshape(3, 4)
    widgets.walk(image, np.array([[1, 0], [0, -1]]), [[-5, -5, -5], [-5, -5, -5]], place=(1, 2))
    assert "window of 2×2 pixels framed on the image at row 1, column 2" in shown[0]
    assert "the sum −5 is framed" in shown[0]


def test_the_window_reaches_every_place(monkeypatch):
    boxes = []
    monkeypatch.delenv("COURSE_WIDGETS", raising=False)
    monkeypatch.setenv("COURSE_FIGURES", "off")
    monkeypatch.setattr(widgets, "display", boxes.append)
    widgets.walk(np.ones((4, 6)), np.ones((2, 3)), np.ones((3, 4)))
    row, column = boxes[-1].children[0].children
    assert (row.max, column.max) == (2, 3)


def test_letters_are_of_ink_and_paper_and_all_different():
    drawn = [letters.letter(name) for name in letters.names()]
    assert all(letter.shape == (9, 9) and set(np.unique(letter)) == {-1, 1} for letter in drawn)
    assert len({letter.tobytes() for letter in drawn}) == len(drawn) == 8
    with pytest.raises(KeyError):
        letters.letter("Z")


def test_the_upright_x_is_the_x_turned_by_45_degrees_and_an_o_is_empty_inside():
    x, upright, o = (letters.letter(name) for name in ("X", "upright X", "O"))
    assert [x[k, k] for k in range(1, 8)] == [1] * 7 == list(upright[4, 1:8]) == list(upright[1:8, 4])
    assert o[4, 4] == -1 and np.array_equal(o, o.T)


def test_shifted_letters_stand_at_nine_places_and_lose_no_ink():
    image = letters.letter("tilted X")
    nine = letters.shifted(image)
    assert nine.shape == (9, 9, 9) and len({one.tobytes() for one in nine}) == 9
    assert np.array_equal(nine[4], image) and np.array_equal(nine[5][:, 1:], image[:, :-1])
    assert {int(one.sum()) for one in nine} == {int(image.sum())}


def test_the_cat_is_a_colour_photograph_from_0_to_1():
    cat = images.cat()
    assert (cat.shape, cat.dtype) == ((130, 170, 3), np.float32)
    assert 0 <= cat.min() < 0.1 and 0.8 < cat.max() <= 1
    assert cat[..., 0].mean() > cat[..., 2].mean()  # more red than blue


def test_timings_are_measured_side_by_side(monkeypatch):
    monkeypatch.delenv("COURSE_TIMINGS", raising=False)
    monkeypatch.setattr(timing, "TURN", 0.001)
    calls = []
    times = timing.side_by_side({"slow": lambda: sum(range(100_000)), "fast": lambda: calls.append(1)})
    assert times["slow"] > 10 * times["fast"] > 0
    assert len(calls) > timing.ROUNDS


def test_timings_can_be_switched_off(monkeypatch):
    monkeypatch.setenv("COURSE_TIMINGS", "off")
    assert np.isnan(timing.side_by_side({"a": lambda: pytest.fail("was run")})["a"])


def test_without_widgets_the_figure_stands_still_at_the_start(monkeypatch):
    monkeypatch.setenv("COURSE_WIDGETS", "off")
    calls = []
    widgets.by_sliders(lambda **places: calls.append(places), row=(0, 9, 1, 4), size=(8, 96, 4, 40))
    assert calls == [{"row": 4, "size": 40}]


def test_the_sliders_reach_every_place_and_draw_what_they_say(monkeypatch):
    boxes, calls = [], []
    monkeypatch.delenv("COURSE_WIDGETS", raising=False)
    monkeypatch.setattr(widgets, "display", boxes.append)
    widgets.by_sliders(lambda **places: calls.append(places), row=(0, 9, 1, 4), box_size=(8, 96, 4, 40))
    row, size = boxes[-1].children[0].children
    assert (row.min, row.max, size.step, size.description) == (0, 9, 4, "box size")
    row.value = 7
    assert calls[-1] == {"row": 7, "box_size": 40}


@pytest.fixture
def asked(monkeypatch):
    """What `predict` has displayed."""
    displayed = []
    monkeypatch.delenv("COURSE_WIDGETS", raising=False)
    monkeypatch.setattr(widgets, "display", displayed.append)
    return displayed


def test_a_prediction_is_written_once_and_stands(asked):
    widgets.predict()
    (line, button), answer = asked[0].children[0].children, asked[0].children[1]
    button.click()
    assert answer.value == "" and not line.disabled
    line.value = "4 <b>of</b> 5"
    button.click()
    assert "You predict: <b>4 &lt;b&gt;of&lt;/b&gt; 5</b>" in answer.value
    assert line.disabled and button.disabled


def test_a_prediction_is_chosen(asked):
    widgets.predict("half", "nine tenths")
    buttons, answer = asked[0].children[0].children, asked[0].children[1]
    assert [button.description for button in buttons] == ["half", "nine tenths"]
    buttons[1].click()
    assert "nine tenths" in answer.value and all(button.disabled for button in buttons)


def test_without_widgets_a_line_asks_for_it(monkeypatch):
    displayed = []
    monkeypatch.setenv("COURSE_WIDGETS", "off")
    monkeypatch.setattr(widgets, "display", lambda data, raw: displayed.append(data["text/plain"]))
    widgets.predict()
    widgets.predict("yes", "no")
    assert displayed == ["Your prediction, before you go on", "Your prediction, before you go on: yes · no"]
