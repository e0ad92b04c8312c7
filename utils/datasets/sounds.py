"""Sounds that are computed: tones, glides and vowels, and one real signal, a heartbeat.

All sounds are float32 from −1 to 1, `RATE` samples per second. A vowel is made as a voice makes it: pulses of the vocal
folds go through resonances of the mouth, the formants.
"""

import numpy as np

from utils.datasets import packaged

RATE = 8000  # samples per second
# The first three formants of each vowel in hertz: rounded means over speakers
FORMANTS = {
    "a": (730, 1090, 2440),
    "e": (530, 1840, 2480),
    "i": (270, 2290, 3010),
    "o": (570, 840, 2410),
    "u": (300, 870, 2240),
}
VOWELS = tuple(FORMANTS)
WIDTHS = (80, 100, 140)  # of the resonances, in hertz
PITCHES = (90, 260)  # of all speakers, lowest and highest, in hertz
MOUTHS = (0.9, 1.2)  # what a speaker's formants are multiplied by: short mouths resonate higher
ECG_SHA256 = "ea720476139341eabecf3e44cc602cd75576aff1e4156b1c069f7b33e86a9e6b"


def tone(frequency: float, seconds: float) -> np.ndarray:
    """A pure tone of this many hertz."""
    return np.sin(2 * np.pi * frequency * _times(seconds)).astype(np.float32)


def chirp(first: float, last: float, seconds: float) -> np.ndarray:
    """A tone that glides evenly from one frequency to another."""
    t = _times(seconds)
    return np.sin(2 * np.pi * (first * t + (last - first) * t**2 / (2 * seconds))).astype(np.float32)


def vowel(name: str, pitch: float, seconds: float, mouth: float = 1.0) -> np.ndarray:
    """A spoken vowel of `VOWELS`.  pitch: of the voice, in hertz.  mouth: what the formants are multiplied by."""
    from scipy.signal import lfilter

    turns = pitch * _times(seconds)
    sound = np.diff(np.floor(turns), prepend=0.0)  # one pulse each time that the vocal folds open
    sound = lfilter([1, -1], [1, -1.8, 0.81], sound)  # a voice is weaker at high frequencies, and has none at 0
    for formant, width in zip(FORMANTS[name], WIDTHS, strict=True):
        radius = np.exp(-np.pi * width / RATE)
        turn = 2 * np.pi * mouth * formant / RATE
        sound = lfilter([1 - radius], [1, -2 * radius * np.cos(turn), radius**2], sound)
    return (0.9 * sound / np.max(np.abs(sound))).astype(np.float32)


def vowels(number: int, seed: int, seconds: float = 0.25, noise: float = 0.05) -> tuple[np.ndarray, np.ndarray]:
    """Vowels of many speakers in noise: sounds (number, samples) float32, and labels (number,), places in `VOWELS`.

    Each has its own pitch, mouth and loudness. Another seed draws others.
    """
    random = np.random.default_rng(seed)
    labels = random.permutation(np.arange(number) % len(VOWELS))
    sounds = []
    for label in labels:
        pitch, mouth, loudness = random.uniform(*PITCHES), random.uniform(*MOUTHS), random.uniform(0.3, 1)
        sound = loudness * vowel(VOWELS[label], pitch, seconds, mouth)
        sounds.append(sound + random.normal(0, noise, len(sound)))
    return np.array(sounds, np.float32), labels


def heartbeat() -> np.ndarray:
    """A real electrocardiogram, (1024,) float32, from −0.45 to 1. It comes with the package PyWavelets.

    Raises DataUnavailable when the package is missing.
    """
    file = packaged.file_of("pywt", "data/ecg.npz", ECG_SHA256, "PyWavelets")
    with np.load(file) as stored:
        values = stored["data"].astype(np.float32)
    return values / values.max()


def _times(seconds: float) -> np.ndarray:
    return np.arange(round(seconds * RATE)) / RATE
