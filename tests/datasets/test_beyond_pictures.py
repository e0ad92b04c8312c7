"""Sounds, names in six languages, and pairs of pictures from two cameras."""

import numpy as np
import pytest

from utils.datasets import languages, sounds, stereo


def test_a_tone_has_its_frequency_and_a_chirp_ends_at_its_last():
    size = np.abs(np.fft.rfft(sounds.tone(440, 0.5)))
    assert np.argmax(size) == 220 and len(sounds.tone(440, 0.5)) == 4000
    end = np.abs(np.fft.rfft(sounds.chirp(500, 1500, 0.5)[-400:] * np.hanning(400)))
    assert abs(np.argmax(end) * 20 - 1450) <= 40


@pytest.mark.parametrize("name", sounds.VOWELS)
def test_a_vowel_is_loud_at_its_first_formant(name):
    size = np.abs(np.fft.rfft(sounds.vowel(name, 100, 1.0)))  # one hertz each
    first = sounds.FORMANTS[name][0]
    assert abs(np.argmax(size) - first) <= 60


def test_vowels_are_balanced_and_another_seed_draws_others():
    some, labels = sounds.vowels(20, 1)
    assert some.shape == (20, 2000) and some.dtype == np.float32 and np.bincount(labels).tolist() == [4] * 5
    assert np.array_equal(some, sounds.vowels(20, 1)[0]) and not np.array_equal(some, sounds.vowels(20, 2)[0])


def test_the_heartbeat_is_the_packages():
    import pywt.data

    beat = sounds.heartbeat()
    assert beat.shape == (1024,) and np.allclose(beat, pywt.data.ecg() / 250)


def test_names_belong_to_one_language_and_test_names_are_new():
    texts, labels, test_texts, test_labels = languages.names_split()
    assert len(set(texts + test_texts)) == len(texts) + len(test_texts)
    assert set(labels) == set(test_labels) == set(range(6))
    assert dict(zip(texts + test_texts, [*labels, *test_labels], strict=True))["saksa"] == 0  # Germany in Finnish
    assert languages.names_split(1)[2] != test_texts


def test_a_near_square_is_shifted_further():
    mask = np.zeros((6, 12), bool)
    mask[2:4, 6:9] = True
    left, right = stereo.random_dots(mask, 3, 1, np.random.default_rng(0))
    assert np.array_equal(right[2:4, 3:6], left[2:4, 6:9])
    assert np.array_equal(right[0, :-1], left[0, 1:])


def test_the_motorcycles_disparity_fits_its_pictures():
    left, right, disparity = stereo.motorcycle()
    assert left.shape == right.shape == disparity.shape == (166, 247)
    rows, columns = np.nonzero(np.isfinite(disparity) & (disparity < 21))
    inside = columns >= 21
    rows, columns = rows[inside], columns[inside]
    moved = right[rows, columns - np.round(disparity[rows, columns]).astype(int)]
    unmoved = right[rows, columns]
    assert np.abs(left[rows, columns] - moved).mean() < 0.5 * np.abs(left[rows, columns] - unmoved).mean()
