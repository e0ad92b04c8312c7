"""Figures of signals: still forms, alternative texts, and a slider where there are widgets."""

import numpy as np
import pytest

from utils.figures import signals, style


@pytest.fixture
def outputs(monkeypatch):
    found = []
    monkeypatch.setattr(style, "display", lambda data, raw: found.append(data))
    monkeypatch.setenv("COURSE_FIGURES", "on")
    return found


def test_every_figure_is_a_picture_with_its_text(outputs):
    t = np.arange(20) / 10
    signals.waves({"one": (t, np.sin(t)), "two": (t, t)}, title="t", marks={"one": [0.5]}, alt="two waves")
    signals.maps([np.eye(3), np.full((3, 3), np.nan)], ["a", "b"], title="t", scale="s", limits=(0, 1), alt="maps")
    signals.maps([np.eye(3)], ["a"], title="t", scale="s", extent=(0, 1, 0, 4000), alt="a spectrogram")
    signals.text_columns(np.eye(2), "ab", "ab", title="t", alt="a text")
    signals.dilated({"plain": [1, 1], "dilated": [1, 2]}, title="t", alt="two trees")
    signals.relations({"a": ([1, 2], [0.5, 0.1])}, title="t", xlabel="x", ylabel="y", alt="a curve")
    signals.compared({"a": [0.5, 0.6], "b": [0.2, 0.2]}, title="t", xlabel="x", chance=0.2, alt="two rows")
    assert [data["text/plain"] for data in outputs] == [
        f"[figure: {alt}]"
        for alt in ("two waves", "maps", "a spectrogram", "a text", "two trees", "a curve", "two rows")
    ]
    assert all("data:image/png" in data["text/html"] for data in outputs)


def test_the_window_stands_still_without_widgets(outputs, monkeypatch):
    monkeypatch.setenv("COURSE_WIDGETS", "off")
    spectra = np.array([[0.0, 3.0], [9.0, 1.0], [2.0, 8.0]])
    signals.listen_through(np.arange(6.0), spectra, 100, np.ones(4), 2, frame=1)
    assert "is highest at 50 hertz" in outputs[0]["text/plain"] and "at 20 ms" in outputs[0]["text/plain"]
