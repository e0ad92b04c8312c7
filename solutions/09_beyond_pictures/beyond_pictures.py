# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 9 · Beyond pictures
#
# **You will be able to** turn a sound into a spectrogram, a text into columns and two cameras into depth, write the
# convolutions that read them by hand, and measure where convolution is the wrong tool.
#
# **You need** lesson 02 (convolution) and lesson 04 (training). **About 7 hours**, in two parts of equal length. The
# place to stop is marked. A few cells take up to half a minute on two cores.
#
# **The short way** takes about 3 hours: *A sound becomes a picture* · *Limits, measured* · *Where to go from here*.
# Come back for the rest when you want to know more.
#
# A convolution knows nothing of cats. It rests on one assumption: **things closer together are more closely related
# than things far away**. Where else does that hold? Sounds, heartbeats, texts, depth. And where does it not hold, and
# what happens then?

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
import numpy as np
import torch
from IPython.display import Audio, display
from scipy import signal as scipy_signal
from torch import nn

from utils import checks, device, training
from utils.datasets import languages, sounds, stereo
from utils.datasets.digits import rotated
from utils.datasets.mnist import mnist_split
from utils.datasets.sounds import RATE
from utils.figures import grids, learning, signals
from utils.figures.widgets import predict
from utils.statistics import confidence_interval

device.use()
import keras

device.one_core()                           # networks as small as ours are fastest so
cases = checks.Cases("09_beyond_pictures")

# %% [markdown]
# ## A sound becomes a picture
#
# A sound is a row of numbers: the air pressure at a microphone, here 8,000 times per second. That number is the
# **sampling rate**. Play these three: a glide that rises from 300 to 2,500 hertz, and two vowels of one voice. (They
# are computed. A vowel is made as a voice makes it: short pulses of air pass through the mouth, whose shape lets some
# frequencies through.)

# %% tags=["nbval-ignore-output"]
glide = sounds.chirp(300, 2500, 0.5)
vowel_a, vowel_i = sounds.vowel("a", 120, 0.5), sounds.vowel("i", 120, 0.5)
for name, sound in [("glide", glide), ("vowel a", vowel_a), ("vowel i", vowel_i)]:
    print(f"{name}: {len(sound):,} samples, {len(sound) / RATE} seconds")
    display(Audio(sound, rate=RATE))

# %%
part = slice(1600, 1920)
signals.waves({name: (np.arange(320) / RATE * 1000, sound[part]) for name, sound in [("glide", glide), ("vowel a", vowel_a), ("vowel i", vowel_i)]},
              title="40 milliseconds of each sound", xlabel="time, ms",
              alt="Three curves over 40 milliseconds. The glide is an even wave of about forty periods. Both vowels repeat every 8.3 milliseconds; within "
                  "a period a swings quickly and dies away, i is one slow wave with fine ripples.")

# %% [markdown]
# The ear hears **which frequencies** a sound has, and when. The numbers above do not show that directly. So we draw
# another picture: time to the right, frequencies upwards, and in each field the intensity of that frequency at that
# time. This is called a **spectrogram**. It takes four steps:
#
# 1. **Cut** the sound into short frames. The next frame begins a **hop** later. Only whole frames count.
# 2. **Window**: multiply each frame by weights that fade out at both ends, so that the cut makes no click.
# 3. **Compare with waves**: for $k = 0, 1, \dots, \lfloor N/2 \rfloor$ take the wave with $k$ periods in the $N$
#    samples of a frame, once as cosine and once as sine, and add up the products:
#
# $$c_k = \sum_{n=0}^{N-1} x_n \cos\frac{2\pi k n}{N} \qquad s_k = \sum_{n=0}^{N-1} x_n \sin\frac{2\pi k n}{N} \qquad \text{magnitude} = \sqrt{c_k^2 + s_k^2}$$
#
# 4. **Decibels**: $20 \log_{10}$ of the magnitude, since the ear hears ratios. Ten times as large is 20 dB more. The
#    logarithm of 0 is $-\infty$, so magnitudes below $10^{-5}$ are raised to $10^{-5}$, which is −100 dB.
#
# Step 3 is a **discrete Fourier transform**. Look at it with the eyes of lesson 02: each wave is a kernel, and the hop
# is the stride. Frequency $k$ is $k \cdot \text{rate} / N$ hertz.
#
# > **Predict.** A frame has 128 samples at 8,000 per second. How many frequencies are there, and how far apart?

# %%
predict()

# %% [markdown]
# ### Exercise 1 · `spectrogram`
# By hand, with NumPy's sums, cosines and sines. (Loops over frames and frequencies are fine; with a third one over the
# samples of a frame some cells below take minutes. `np.fft` comes after the exercise.)

# %% nbgrader={"grade": false, "grade_id": "spectrogram", "locked": false, "schema_version": 3, "solution": true, "task": false}
def spectrogram(sound, window, hop):
    """The spectrogram of a sound in decibels, not below −100.

    sound: (samples,).  window: (N,), the weights of a frame. Both may be whole numbers.  hop: samples from one frame's beginning to the next's.
    Returns (N // 2 + 1, frames): a row for each frequency, a column for each whole frame. Nothing that was given is changed.
    """
    ### BEGIN SOLUTION
    size, sound = len(window), np.asarray(sound, float)
    frames = np.array([sound[start:start + size] * window for start in range(0, len(sound) - size + 1, hop)])
    turns = 2 * np.pi * np.outer(np.arange(size // 2 + 1), np.arange(size)) / size
    magnitudes = np.sqrt((np.cos(turns) @ frames.T) ** 2 + (np.sin(turns) @ frames.T) ** 2)
    return 20 * np.log10(np.maximum(magnitudes, 1e-5))
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_spectrogram_one", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda sound, window: spectrogram(np.copy(sound), np.copy(window), len(window)), "frames side by side"):
    checks.by_hand("spectrogram")
    checks.close(spectrogram(np.array([1.0, 0.0, -1.0, 0.0, 3.0, 3.0, 3.0, 3.0]), np.ones(4), 4),
                 [[-100, 20 * np.log10(12)], [20 * np.log10(2), -100], [-100, -100]])

# %% nbgrader={"grade": true, "grade_id": "test_spectrogram_hop", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda sound, window, hop: spectrogram(np.copy(sound), np.copy(window), hop), "frames that overlap, or leave something out"):
    checks.by_hand("spectrogram")
    checks.close(spectrogram(np.array([0.0, 10.0, 0.0, 0.0, 0.0]), np.array([0.5, 1.0]), 1), [[20, 20 * np.log10(5), -100, -100]] * 2)

# %% nbgrader={"grade": true, "grade_id": "test_spectrogram_any", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(spectrogram, "sounds of every type and windows of every length; both stay as they are"):
    checks.by_hand("spectrogram")
    checks.close(spectrogram(np.array([0, 0, 10]), np.array([1, 1, 1]), 2), [[20], [20]])

# %% [markdown]
# SciPy has it as well, and so has `np.fft.rfft`, the **fast Fourier transform**: the same numbers, with about
# $N \log_2 N$ multiplications per frame in place of $N^2$.

# %%
WINDOW, HOP = scipy_signal.get_window("hann", 128), 64


def quick_spectrogram(many):
    """The same as `spectrogram` for many sounds at once, (n, samples), by SciPy. Returns (n, frequencies, frames) float32."""
    _, _, sizes = scipy_signal.spectrogram(np.asarray(many, float), window=WINDOW, noverlap=len(WINDOW) - HOP, detrend=False,
                                           scaling="spectrum", mode="magnitude")
    return (20 * np.log10(np.maximum(sizes * WINDOW.sum(), 1e-5))).astype(np.float32)


yours = spectrogram(vowel_a, WINDOW, HOP)
print("as SciPy has it:", np.allclose(yours, quick_spectrogram(vowel_a[None])[0], atol=1e-2), "· shape", yours.shape)
print(f"65 frequencies, {RATE / 128} hertz apart; a frame of {1000 * 128 / RATE:.0f} ms every {1000 * HOP / RATE:.0f} ms")

# %%
signals.maps([quick_spectrogram(sound[None])[0] for sound in (glide, vowel_a, vowel_i)], ["glide", "vowel a", "vowel i"], scale="dB",
             extent=(0, 0.5, 0, 4000), xlabel="time, s", ylabel="frequency, Hz", title="Three sounds as pictures", limits=(-40, 32),
             alt="Three spectrograms, time to the right, frequency upwards. The glide is a straight line that rises from 300 to 2,500 hertz. "
                 "The vowels are level stripes: a is dark near 700 and 1,100 hertz, i near 270 and again above 2,200.")

# %% [markdown]
# Move the window over a sound that glides, and watch its spectrum. (Click the slider; the arrow keys move it.)

# %%
signals.listen_through(glide[:1600], spectrogram(glide[:1600], WINDOW, HOP), RATE, WINDOW, HOP, frame=9)

# %% [markdown]
# How long should a window be? Here are two tones that are close together, 1,000 and 1,150 hertz, and a click, under a
# short and under a long window.
#
# > **Predict.** Which window tells the two tones apart, and which says exactly when the click was?

# %%
predict()

# %%
close_tones = sounds.tone(1000, 0.5) + sounds.tone(1150, 0.5)
close_tones[2000] += 20
by_length = {size: spectrogram(close_tones, scipy_signal.get_window("hann", size), 16) for size in (64, 512)}

# %%
signals.maps([(array - array.max())[:size // 4] for size, array in by_length.items()], [f"{size} samples, {1000 * size // RATE} ms" for size in by_length],
             title="The same sound under two windows", scale="dB below the maximum", limits=(-60, 0), extent=(0, 0.5, 0, 2000), columns=2,
             xlabel="time, s", ylabel="frequency, Hz", width=3.2,
             alt="Two spectrograms of two tones and a click. Under the short window there is one broad stripe near 1,000 hertz that flickers, and the click is a "
                 "thin upright line at a quarter of a second. Under the long window there are two thin stripes, and the click is smeared over a "
                 "fifteenth of a second.")

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# A long window is sharp in frequency and blurred in time; a short one is the other way round. Neither is wrong: the
# window's length is a hyperparameter.
#
# </details>
#
# ### Which vowel is it?
#
# Each of these vowels is spoken by a different speaker, with a different pitch (90 to 260 hertz), mouth and loudness,
# in noise. A network learns from 40 of them and is asked about 500 others. There are three ways to give it a sound:
#
# - the **samples**, one row of 2,000: a 1-D convolution over time;
# - the spectrogram as a **picture**: a 2-D convolution over frequency and time;
# - the spectrogram as **65 channels** over time: a 1-D convolution whose kernels reach over all frequencies at once.

# %% tags=["nbval-ignore-output"]
some, some_labels = sounds.vowels(5, seed=3)
for label, sound in sorted(zip(some_labels.tolist(), some.tolist())):
    print(sounds.VOWELS[label])
    display(Audio(np.array(sound), rate=RATE))

# %%
def learn(net, inputs, labels, seed, steps=200, batch=32, rate=0.003):
    """Train a network with Adam on random batches. Inputs (n, …) and labels (n,) are arrays. Returns it in evaluation mode."""
    random = np.random.default_rng(seed)
    inputs, labels = torch.as_tensor(np.asarray(inputs, np.float32)), torch.as_tensor(labels)
    net.to(memory_format=torch.channels_last)       # the channels of a place lie side by side: faster, and so is `fused`
    optimizer = torch.optim.Adam(net.parameters(), rate, fused=True)
    for _ in range(training.epochs(steps)):
        chosen = random.integers(0, len(inputs), batch)
        loss = nn.functional.cross_entropy(net(inputs[chosen]), labels[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return net.eval()


def read_right(net, inputs, labels):
    """The share of inputs that a network reads right."""
    with torch.no_grad():
        return float(np.mean(net(torch.as_tensor(np.asarray(inputs, np.float32))).argmax(1).numpy() == labels))


SEEDS = range(5)[training.fewer(2)]


def part_of(data, seed, of_seed):
    """Inputs and labels. data: the two, or a function that gives them for a seed.  of_seed: called as `of_seed(seed, inputs)`, it may change the inputs."""
    inputs, labels = data(seed) if callable(data) else data
    return of_seed(seed, inputs), labels


def taught(make_net, train, of_seed=lambda seed, inputs: inputs, seeds=SEEDS, **how):
    """A trained network for each seed, several at a time: one on each core. train, of_seed: see `part_of`."""
    def one(seed):
        known, labels = part_of(train, seed, of_seed)
        device.fix_seeds(seed)
        return learn(make_net(), known, labels, seed, **how)

    return training.in_parallel(one, seeds)


def measured(make_net, train, test, of_seed=lambda seed, inputs: inputs, seeds=SEEDS, **how):
    """The share of test inputs read right after training, for each seed. train, test, of_seed: see `part_of`."""
    nets = taught(make_net, train, of_seed, seeds, **how)
    return np.array([read_right(net, *part_of(test, seed, of_seed)) for seed, net in zip(seeds, nets)])


def told(shares):
    """Mean and 95 % interval in percent, in words: of other seeds, that is of other first weights and batches, and of what else the seed draws."""
    return "{:5.1f} ± {:.1f} %".format(*confidence_interval(100 * np.asarray(shares)))


# %%
class MeanOverTime(nn.Module):
    """The mean along the last axis."""

    def forward(self, maps):
        return maps.mean(-1)


def sample_net():
    return nn.Sequential(nn.Conv1d(1, 16, 64, stride=8), nn.ReLU(), nn.Conv1d(16, 16, 8, stride=4), nn.ReLU(), MeanOverTime(), nn.Linear(16, 5))


def picture_net():
    return nn.Sequential(nn.Conv2d(1, 8, 5, stride=2), nn.ReLU(), nn.Conv2d(8, 16, 5, stride=2), nn.ReLU(), MeanOverTime(), nn.Flatten(),
                         nn.Linear(16 * 14, 5))


def band_net():
    return nn.Sequential(nn.Conv1d(65, 16, 5), nn.ReLU(), MeanOverTime(), nn.Linear(16, 5))


def as_input(spectra):
    """Decibels, (n, 65, frames), brought to numbers of about −2 to 2."""
    return (spectra + 10) / 20


spoken, spoken_labels = sounds.vowels(40, seed=1)
others, other_labels = sounds.vowels(500, seed=2)
spoken_bands, other_bands = as_input(quick_spectrogram(spoken)), as_input(quick_spectrogram(others))

# %% [markdown]
# > **Predict.** Which of the three reads best? (Five seeds each, and each draws 40 other vowels to learn from; chance
# > is 20 %.)

# %%
predict()

# %% tags=["nbval-ignore-output"]
FORTY = {seed: sounds.vowels(40, seed=10 + seed) for seed in SEEDS}


def forty(prepare):
    """A function that gives the 40 vowels of a seed and their labels, each prepared in this way."""
    return lambda seed: (prepare(FORTY[seed][0]), FORTY[seed][1])


vowel_ways = {"samples, 1-D": (sample_net, lambda waves: waves[:, None]), "spectrogram, 2-D": (picture_net, lambda waves: as_input(quick_spectrogram(waves))[:, None]),
              "65 channels, 1-D": (band_net, lambda waves: as_input(quick_spectrogram(waves)))}
by_way = {way: measured(net, forty(prepare), (prepare(others), other_labels)) for way, (net, prepare) in vowel_ways.items()}
for way, shares in by_way.items():
    parameters = sum(p.numel() for p in vowel_ways[way][0]().parameters())
    print(f"{way:17} {told(shares)} · {parameters:,} parameters")
print("2-D against 65 channels: {:+.1f} ± {:.1f} points".format(*confidence_interval(100 * (by_way["spectrogram, 2-D"] - by_way["65 channels, 1-D"]))))

# %%
signals.compared(by_way, title="Which vowel is it?", xlabel="vowels of 500 other speakers read right, %", chance=1 / 5,
                 alt="Means with intervals for three networks. The one for samples reads clearly fewer vowels than the two for spectrograms, "
                      "which lie close together above 90 %.")

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# With so few examples the spectrogram is worth a lot: somebody knew that frequencies matter, and put it in. The network
# for samples has to find its own waves. (Networks that have learned from many hours of speech do find them: Sainath and
# others, 2015, *Learning the speech front-end with raw waveform CLDNNs*.) The two for spectrograms are about a point
# apart.
#
# </details>
#
# The two spectrogram networks differ in what they share. A 2-D kernel looks for the same pattern at every frequency.
# The kernel over 65 channels knows which frequency is which.

# %% [markdown]
# ## Signals: one axis, time
#
# ### Exercise 2 · `conv1d`
# The 1-D convolution layer, with two knobs that signals need:
#
# - **Dilation** $d$: the kernel's weights stand $d$ samples apart. $d = 1$ is the usual convolution; with $d = 4$ a
#   kernel of 3 covers 9 samples, at the price of 3.
# - **Causal**: a value at time $t$ may depend on samples up to $t$, since later ones do not exist yet. So zeros are put
#   **before** the beginning, just enough for the output to be as long as the signal. Nothing is put behind.
#
# As in lesson 02, a layer does not flip its kernels, and each kernel extends over all channels. By hand.

# %% nbgrader={"grade": false, "grade_id": "conv1d", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv1d(signal, kernels, biases, dilation=1, causal=False):
    """A 1-D convolution layer with a stride of 1.

    signal: (channels, steps) numbers of any type, and so are kernels, (number, channels, size), and biases, (number,).
    dilation: a whole number from 1.
    causal: False uses no padding; True puts zeros before the beginning, so that there are as many values as steps.
    Returns (number, steps − (size − 1) · dilation) or, causal, (number, steps). Nothing that was given is changed.
    """
    ### BEGIN SOLUTION
    reach = (kernels.shape[2] - 1) * dilation
    signal = np.asarray(signal, float)
    if causal:
        signal = np.concatenate([np.zeros((len(signal), reach)), signal], axis=1)
    steps = signal.shape[1] - reach
    total = np.zeros((len(kernels), steps)) + np.asarray(biases, float)[:, None]
    for k in range(kernels.shape[2]):
        total += kernels[:, :, k] @ signal[:, k * dilation:k * dilation + steps]
    return total
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_conv1d_plain", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda signal, kernels, biases: conv1d(np.copy(signal), np.copy(kernels), np.copy(biases)), "kernels over all channels"):
    checks.by_hand("conv1d")
    checks.close(conv1d(np.array([[1.0, 2.0, 4.0, 8.0], [0.0, 1.0, 0.0, 1.0]]), np.array([[[1.0, -1.0], [0.0, 10.0]]]), np.array([0.5])), [[9.5, -1.5, 6.5]])

# %% nbgrader={"grade": true, "grade_id": "test_conv1d_dilated", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda signal, kernels, biases, dilation: conv1d(np.copy(signal), np.copy(kernels), np.copy(biases), dilation), "kernels with dilation"):
    checks.by_hand("conv1d")
    checks.close(conv1d(np.array([[1.0, 2.0, 4.0, 8.0, 16.0]]), np.array([[[1.0, 10.0]]]), np.array([0.0]), 3), [[81, 162]])

# %% nbgrader={"grade": true, "grade_id": "test_conv1d_causal", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda signal, kernels, biases, dilation: conv1d(np.copy(signal), np.copy(kernels), np.copy(biases), dilation, True), "causal kernels"):
    checks.by_hand("conv1d")
    checks.close(conv1d(np.array([[1.0, 2.0, 4.0]]), np.array([[[10.0, 1.0]]]), np.array([0.0]), 1, True), [[1, 12, 24]])

# %% nbgrader={"grade": true, "grade_id": "test_conv1d_any", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(conv1d, "signals and kernels of every type, which stay as they are"):
    checks.by_hand("conv1d")
    checks.close(conv1d(np.array([[1, 2, 4]]), np.array([[[1, 1]]]), np.array([1.25])), [[4.25, 7.25]])

# %% [markdown]
# PyTorch and Keras, with the same weights. Keras has `padding="causal"`; PyTorch pads both sides or none, so the zeros
# are put there first. (Keras's layout is channels last: (steps, channels), kernels (size, channels, number).)

# %%
random = np.random.default_rng(0)
x, kernels, biases = random.normal(size=(3, 40)), random.normal(size=(4, 3, 5)), random.normal(size=4)
for dilation in (1, 2, 4):
    in_torch = nn.functional.conv1d(nn.functional.pad(torch.tensor(x), (4 * dilation, 0)), torch.tensor(kernels), torch.tensor(biases), dilation=dilation)
    layer = keras.layers.Conv1D(4, 5, padding="causal", dilation_rate=dilation)
    layer.build((None, 40, 3))
    layer.set_weights([kernels.transpose(2, 1, 0), biases])
    in_keras = keras.ops.convert_to_numpy(layer(x.T[None].astype(np.float32)))[0].T
    own = conv1d(x, kernels, biases, dilation, causal=True)
    print(f"dilation {dilation}: as PyTorch {np.allclose(own, in_torch)} · as Keras {np.allclose(own, in_keras, atol=1e-5)}")

# %% [markdown]
# And the promise of exercise 1: a spectrogram is a convolution whose kernels are windowed waves, with the hop as
# stride. (On the first 512 samples of the vowel, so that loops over single samples, which are right, take seconds.)

# %%
turns = 2 * np.pi * np.outer(np.arange(65), np.arange(128)) / 128
wave_kernels = np.concatenate([np.cos(turns), np.sin(turns)])[:, None] * WINDOW
start = vowel_a[None, :512]
answers = conv1d(start, wave_kernels, np.zeros(130))[:, ::HOP]                           # every 64th value: a stride of 64
by_convolution = 20 * np.log10(np.maximum(np.sqrt(answers[:65] ** 2 + answers[65:] ** 2), 1e-5))
print("the same spectrogram:", np.allclose(by_convolution, quick_spectrogram(start)[0], atol=1e-2))

# %% [markdown]
# ### A heartbeat
#
# Here is a real signal, an electrocardiogram of three heartbeats that the package PyWavelets ships. It does not say how
# many samples were taken per second; 360 is usual for the collection that such examples come from, and gives a likely
# pulse. Treat it as an assumption. Two kernels by hand: a mean over 25 samples, and the difference of two neighbours,
# at a dilation of 4.

# %%
beat, BEAT_RATE = sounds.heartbeat(), 360
smooth = conv1d(beat[None], np.full((1, 1, 25), 1 / 25), np.zeros(1), causal=True)[0]
rise = conv1d(beat[None], np.array([[[-1.0, 1.0]]]), np.zeros(1), dilation=4, causal=True)[0]
rise[:4] = 0                                                                             # here a padded zero is one of the two
beats, _ = scipy_signal.find_peaks(rise, height=0.5, distance=100)
seconds = np.arange(len(beat)) / BEAT_RATE

# %%
signals.waves({"electrocardiogram": (seconds, beat), "mean of 25 samples": (seconds, smooth), "difference over 4 samples": (seconds, rise)},
              marks={"electrocardiogram": [place / BEAT_RATE for place in beats]}, title="Three heartbeats and two kernels",
              xlabel="time, s (assuming 360 samples per second)",
              alt="An electrocardiogram with three sharp spikes, each marked by a dashed line; its mean over 25 samples, where the spikes are low and late; and the "
                  "difference of neighbours, near 0 except for a spike up and down at each beat.")

# %%
apart = np.diff(beats)
print(f"beats at samples {', '.join(map(str, beats[:-1]))} and {beats[-1]}: {apart.mean():.0f} samples apart on average, {60 * BEAT_RATE / apart.mean():.0f} beats per minute")

# %% [markdown]
# The middle of the mean's 25 samples lies 12 samples in the past, and its highest value comes 16 to 19 samples after
# the beat: a causal kernel cannot know the future. (The marks stand at the steepest rise, just before the peak, and a
# beat is not the same before and after its peak: that is the rest. And the mean begins near 0, since zeros stand before
# it.)
#
# To see a whole beat, about 330 samples, with ordinary kernels of 3 takes more than 160 layers. With a dilation that
# doubles from layer to layer it takes eight.

# %%
signals.dilated({"kernels of 2, no dilation": [1, 1, 1, 1], "kernels of 2, dilation 1, 2, 4, 8": [1, 2, 4, 8]}, title="What the last value sees",
                alt="Two stacks of four causal layers with kernels of 2 over 18 samples. Without dilation the last value is computed from the last five samples. "
                    "With dilations of 1, 2, 4 and 8 the lines form a binary tree, and it sees the last sixteen.")

# %% [markdown]
# The **receptive field** of a value (for pictures: lessons 02 and 05) is the stretch of signal that it is computed
# from. For signals it is best given in seconds: what matters is whether it holds a heartbeat, a syllable, a bar of
# music. Two rules give it in samples:
#
# - One layer with a kernel of $f$ and a dilation of $d$ adds $(f - 1) \cdot d$ **steps of its input** to a receptive
#   field that starts at 1 sample.
# - A stride makes the steps of all **later** layers larger: after strides of 2 and 4, neighbours are 8 samples apart.
#
# $n$ samples are $n / \text{rate}$ seconds.
#
# ### Exercise 3 · `receptive_field`

# %% nbgrader={"grade": false, "grade_id": "receptive_field", "locked": false, "schema_version": 3, "solution": true, "task": false}
def receptive_field(layers, rate):
    """How many seconds of the signal one value of the last layer is computed from.

    layers: a list of (size, stride, dilation), the first layer first; it may be empty.  rate: samples per second.
    """
    ### BEGIN SOLUTION
    samples, apart = 1, 1
    for size, stride, dilation in layers:
        samples += (size - 1) * dilation * apart
        apart *= stride
    return samples / rate
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_field_dilated", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(receptive_field, "layers with dilation"):
    checks.close(receptive_field([(2, 1, 1), (2, 1, 2), (2, 1, 4), (2, 1, 8)], 8), 2.0)

# %% nbgrader={"grade": true, "grade_id": "test_field_strided", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(receptive_field, "layers with strides"):
    checks.close(receptive_field([(64, 8, 1), (8, 4, 1)], 8000), 0.015)

# %%
stacks = {"8 layers of 3, dilation doubled": [(3, 1, 2 ** k) for k in range(8)], "8 layers of 3": [(3, 1, 1)] * 8,
          "10 layers of 2, dilation doubled": [(2, 1, 2 ** k) for k in range(10)]}
for name, layers in stacks.items():
    weights = sum(size for size, _, _ in layers)
    print(f"{name:33} {weights:2} weights per channel · {receptive_field(layers, BEAT_RATE):.2f} s at 360 Hz · {1000 * receptive_field(layers, 16000):.1f} ms at 16 kHz")

# %% [markdown]
# Ten layers of 2 with doubled dilation see 1,024 samples. That stack is the heart of **WaveNet** (van den Oord and
# others, 2016), which spoke sample by sample at 16,000 per second: 64 ms per stack, and it used several.

# %% [markdown]
# ## Text: letters in a row
#
# In a text too, neighbours belong together: *sch*, *ään*, *ll*. But a letter is no number. $b$ is not twice $a$. So
# each letter of an alphabet gets a row of its own, and each character of the text becomes a column with a single 1, in
# the row of its letter. This is a **one-hot** encoding; the letters are the channels, and time runs along the text. A
# character that is not in the alphabet becomes a column of zeros.
#
# ### Exercise 4 · `one_hot`

# %% nbgrader={"grade": false, "grade_id": "one_hot", "locked": false, "schema_version": 3, "solution": true, "task": false}
def one_hot(text, alphabet):
    """The columns of a text: 1 in the row of each character's place in the alphabet, else 0.

    text, alphabet: strings; no letter stands twice in the alphabet.  Returns an array (len(alphabet), len(text)) of 0.0 and 1.0.
    """
    ### BEGIN SOLUTION
    columns = np.zeros((len(alphabet), len(text)))
    for place, character in enumerate(text):
        if character in alphabet:
            columns[alphabet.index(character), place] = 1
    return columns
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_one_hot_known", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(one_hot, "texts of letters from the alphabet"):
    checks.close(one_hot("abba", "abc"), [[1, 0, 0, 1], [0, 1, 1, 0], [0, 0, 0, 0]])

# %% nbgrader={"grade": true, "grade_id": "test_one_hot_unknown", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(one_hot, "texts with other characters, and empty ones"):
    checks.close(one_hot("a!B", "bca"), [[0, 0, 0], [0, 0, 0], [1, 0, 0]])

# %%
train_names, train_languages, test_names, test_languages = languages.names_split()
ALPHABET = "".join(sorted(set("".join(train_names))))

# %%
signals.text_columns(one_hot("etelä-afrikka", ALPHABET), "etelä-afrikka", ALPHABET, title="South Africa, in Finnish",
                     alt="A grid with the thirteen characters of etelä-afrikka along the bottom and ten letters up the side; each column has one dark field, "
                         "in the row of its character.")

# %% [markdown]
# The texts are names of countries and languages in six languages: Finnish, Italian, Polish, Swahili, Turkish and Welsh.
# They are from the tables that computers use to show dates and places (Unicode CLDR, in the package Babel). A country
# or language whose name is in the training, in any of the six, is not in the test. Here are ten names of the test.

# %%
for k in range(6, 96, 9):
    print(test_names[k])
print(f"\n{len(train_names):,} names to learn from, {len(test_names)} to test with, {len(ALPHABET)} characters")

# %% [markdown]
# > **Predict.** Which language is each, and by what do you know?

# %%
predict()

# %%
for k in range(6, 96, 9):
    print(f"{test_names[k]:32} {languages.NAMES[test_languages[k]]}")

# %% [markdown]
# Names have different lengths, and a linear layer wants a fixed number of values. The remedy is **max over time**
# (Collobert and Weston, 2008): a convolution runs over the text, a ReLU sets negative answers to 0, and of each
# kernel's answers only the **largest** is kept. It says whether the pattern occurred, not where or how often. Five
# characters or five thousand, the result has one number for each kernel.
#
# A text may be shorter than the kernel. Then columns of zeros are added **behind** it, until the kernel just fits.
#
# ### Exercise 5 · `max_over_time`
# By hand. Your `conv1d` may be used.

# %% nbgrader={"grade": false, "grade_id": "max_over_time", "locked": false, "schema_version": 3, "solution": true, "task": false}
def max_over_time(columns, kernels, biases):
    """The largest answer of each kernel along a text of any length, after a ReLU.

    columns: (letters, characters).  kernels: (number, letters, size).  biases: (number,).
    A text shorter than the kernels gets columns of zeros at its end, until it has their size.  Returns (number,).
    """
    ### BEGIN SOLUTION
    missing = max(0, kernels.shape[2] - columns.shape[1])
    columns = np.concatenate([columns, np.zeros((len(columns), missing))], axis=1)
    places = columns.shape[1] - kernels.shape[2] + 1
    answers = [np.tensordot(kernels, columns[:, place:place + kernels.shape[2]], 2) for place in range(places)]
    return np.maximum(np.max(answers, axis=0) + biases, 0)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_max_long", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda columns, kernels, biases: max_over_time(np.copy(columns), np.copy(kernels), np.copy(biases)), "texts that are long enough"):
    checks.by_hand("max_over_time")
    found = max_over_time(np.array([[1.0, 0.0, 0.0, 1.0], [0.0, 1.0, 1.0, 0.0]]), np.array([[[2.0, 0.0], [0.0, 3.0]], [[-1.0, -1.0], [-1.0, -1.0]]]), np.array([0.5, 0.0]))
    checks.close(found, [5.5, 0])

# %% nbgrader={"grade": true, "grade_id": "test_max_short", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(max_over_time, "texts of any length, which stay as they are"):
    checks.by_hand("max_over_time")
    checks.close(max_over_time(np.array([[1.0], [0.0]]), np.array([[[2.0, 5.0, 5.0], [7.0, 5.0, 5.0]]]), np.array([-0.5])), [1.5])

# %% [markdown]
# A network of 48 such kernels and one dense layer learns the six languages. (For speed all names are filled up with
# zeros to 40 characters here. A column of zeros answers with the bias; that is a small difference to exercise 5.) How
# many letters should a kernel see at once? And does the **order** of the letters matter at all? For comparison the
# letters of every name are shuffled, each name on its own. (All five seeds divide and shuffle the names in the same
# way: the intervals are of first weights and batches alone.)

# %% tags=["nbval-ignore-output"]
def filled(texts, length=40):
    """One-hot columns of many texts, cut or filled up to one length: (n, letters, length)."""
    return np.array([np.pad(one_hot(text[:length], ALPHABET), ((0, 0), (0, length - len(text[:length])))) for text in texts], np.float32)


def text_net(size):
    return nn.Sequential(nn.Conv1d(len(ALPHABET), 48, size), nn.ReLU(), nn.AdaptiveMaxPool1d(1), nn.Flatten(), nn.Linear(48, 6))


mixer = np.random.default_rng(5)
train_columns, test_columns = filled(train_names), filled(test_names)
mixed = [filled(["".join(mixer.permutation(list(name))) for name in names]) for names in (train_names, test_names)]
by_size = {f"kernels of {size}": measured(lambda size=size: text_net(size), (train_columns, train_languages), (test_columns, test_languages),
                                          steps=200, batch=64, rate=0.01) for size in (1, 2, 3, 5)}
by_size["kernels of 3, letters shuffled"] = measured(lambda: text_net(3), (mixed[0], train_languages), (mixed[1], test_languages), steps=200, batch=64, rate=0.01)
for name, shares in by_size.items():
    print(f"{name:31} {told(shares)}")

# %%
signals.compared(by_size, title="Which language is this?", chance=1 / 6,
                 xlabel="names of other countries and languages read right, %",
                 alt="Means with intervals. Kernels of one letter read about 63 %, of two 76 %, of three and of five 78 %. With shuffled letters "
                      "kernels of three fall to below 60 %. Chance is 17 %.")

# %% [markdown]
# One letter alone says something (*ł*, *ş*, *ä*), two say more. Beyond three nothing more can be seen here. With
# shuffled letters a kernel of 3 is worse than a kernel of 1: it can only learn orders that came about by accident, and
# has three times the weights to learn them. What has a kernel learned? For each language we take the four kernels that
# speak for it most, and among its own names the piece of text where each answers most.

# %% tags=["nbval-ignore-output"]
device.fix_seeds(0)
reader = learn(text_net(3), train_columns, train_languages, 0, steps=200, batch=64, rate=0.01)
with torch.no_grad():
    answers = reader[0](torch.as_tensor(train_columns))                                  # (n, 48, places)
votes = reader[4].weight.detach().numpy()                                                # (6, 48)
for language, name in enumerate(languages.NAMES):
    pieces = []
    for kernel in np.argsort(-votes[language])[:4]:
        own = np.flatnonzero(train_languages == language)
        text, place = np.unravel_index(int(answers[own, kernel].argmax()), answers[own, kernel].shape)
        pieces.append(train_names[own[text]][place:place + 3].replace(" ", "␣"))
    print(f"{name:8} {'  '.join(pieces)}")

# %% [markdown]
# *(End of part 1. A good place for a break.)*

# %% [markdown]
# ## Depth
#
# A **depth camera** gives a fourth number for each pixel: how far away it is. The picture becomes 224×224×4, and the
# kernel of the first layer 7×7×**4**. It still slides along two axes only, and still gives one number per place:
# $(224-7)/1+1=218$, so a map of 218×218. Two grey cameras side by side make a picture of 224×224×2. Depth, colour,
# cameras: they are all **channels**, and a kernel extends over all of them.

# %%
for name, channels, size in [("colours and depth", 4, 7), ("two cameras", 2, 5)]:
    layer = nn.Conv2d(channels, 1, size)
    print(f"{name}: {tuple(layer(torch.zeros(1, channels, 224, 224)).shape)}, {sum(p.numel() for p in layer.parameters())} parameters for a kernel of {size}×{size}×{channels}")

# %% [markdown]
# Lesson 06 took a network that knows photographs. Its kernels have three channels. Must it be thrown away when a fourth
# channel comes? There are two ways to keep what it knows:
#
# - **quiet**: the weights for depth are 0. At the beginning the network gives exactly the answers that it gave before.
# - **mean**: the weights for depth are the mean of the three others, and then all four are multiplied by $\frac{3}{4}$.
#   A picture that is the same in all channels then gets the same answers as before.
#
# Which of the two is better for a task is not said by this: one has to try both, and measure.
#
# ### Exercise 6 · `fourth_channel`
# By hand. The layout is PyTorch's.

# %% nbgrader={"grade": false, "grade_id": "fourth_channel", "locked": false, "schema_version": 3, "solution": true, "task": false}
def fourth_channel(kernels, quiet=True):
    """Kernels for colours and depth, made of kernels for colours.

    kernels: (number, 3, rows, columns), left as they are.
    quiet: True gives the fourth channel weights of 0; False gives it the mean of the three, and takes 3/4 of all.
    Returns an array (number, 4, rows, columns).
    """
    ### BEGIN SOLUTION
    if quiet:
        return np.concatenate([kernels, np.zeros_like(kernels[:, :1])], axis=1)
    return 0.75 * np.concatenate([kernels, np.mean(kernels, axis=1, keepdims=True)], axis=1)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_fourth_quiet", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda kernels: fourth_channel(np.copy(kernels)), "a fourth channel that is quiet"):
    checks.by_hand("fourth_channel")
    checks.close(fourth_channel(np.array([[[[1.0, 2.0]], [[3.0, 4.0]], [[5.0, 9.0]]]])), [[[[1, 2]], [[3, 4]], [[5, 9]], [[0, 0]]]])

# %% nbgrader={"grade": true, "grade_id": "test_fourth_mean", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(fourth_channel, "a fourth channel of either kind; the kernels stay as they are"):
    checks.by_hand("fourth_channel")
    checks.close(fourth_channel(np.array([[[[4.0, 8.0]], [[0.0, 4.0]], [[8.0, 0.0]]]]), False), [[[[3, 6]], [[0, 3]], [[6, 0]], [[3, 3]]]])

# %%
random = np.random.default_rng(1)
old, photo = random.normal(size=(8, 3, 7, 7)), random.random((1, 3, 40, 50))
same = np.repeat(photo[:, :1], 4, axis=1)


def answers_of(kernels, pictures):
    return nn.functional.conv2d(torch.tensor(pictures), torch.tensor(kernels)).numpy()


any_depth = np.concatenate([photo, random.random((1, 1, 40, 50))], axis=1)
print("quiet, whatever the depth:      ", np.allclose(answers_of(old, photo), answers_of(fourth_channel(old), any_depth)))
print("mean, all four channels the same:", np.allclose(answers_of(old, same[:, :3]), answers_of(fourth_channel(old, False), same)))

# %% [markdown]
# ### Two cameras
#
# Depth can also be **seen**, as people see it: with two eyes. Hold up a finger and close one eye, then the other. The
# finger jumps; the wall behind hardly moves. What the left camera sees at column $x$, the right one sees at column
# $x-d$. $d$ is called the **disparity**; it is large for what is near. Find $d$ for each pixel, and you have depth.
#
# **Block matching** tries all of them:
#
# 1. For each $d = 0, 1, \dots, D$, shift the right picture by $d$ columns and take the absolute difference to the left
#    one, pixel by pixel: $|\,L[y, x] - R[y, x - d]\,|$. The $D + 1$ maps are the channels of the **cost volume**.
#    Columns $x < D$ have no partner for every $d$, and are left out.
# 2. A single pixel fits in many places, so add up the costs over a **window** of $s \times s$ pixels: a convolution of
#    each map with a kernel of ones, without padding.
# 3. In each place take the $d$ of the lowest cost; if several are equally low, the smallest $d$.
#
# ### Exercise 7 · `disparity`
# By hand. (Photographs are often `uint8`, where 3 − 5 is 254.)

# %% nbgrader={"grade": false, "grade_id": "disparity", "locked": false, "schema_version": 3, "solution": true, "task": false}
def disparity(left, right, largest, size=1):
    """How many columns further to the left the right camera sees each block of pixels.

    left, right: (rows, columns), one grey picture of each camera.  largest: D.  size: s, the side of the window.
    Returns whole numbers from 0 to D, (rows − s + 1, columns − D − s + 1): the upper left block begins at row 0, column D of `left`.
    """
    ### BEGIN SOLUTION
    left, right = np.asarray(left, float), np.asarray(right, float)
    columns = left.shape[1]
    costs = np.array([np.abs(left[:, largest:] - right[:, largest - d:columns - d]) for d in range(largest + 1)])
    rows, columns = costs.shape[1] - size + 1, costs.shape[2] - size + 1
    sums = sum(costs[:, i:i + rows, j:j + columns] for i in range(size) for j in range(size))
    return np.argmin(sums, axis=0)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_disparity_pixels", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda left, right, largest: disparity(np.copy(left), np.copy(right), largest), "disparities of single pixels"):
    checks.by_hand("disparity")
    checks.equal(disparity(np.array([[7, 1, 5, 9, 2]]), np.array([[5, 3, 9, 2, 0]]), 2), [[2, 1, 1]])

# %% nbgrader={"grade": true, "grade_id": "test_disparity_blocks", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda left, right, largest, size: disparity(np.copy(left), np.copy(right), largest, size), "disparities of blocks"):
    checks.by_hand("disparity")
    checks.equal(disparity(np.array([[4, 1, 8, 3, 6], [0, 9, 2, 7, 5]]), np.array([[1, 8, 3, 6, 0], [9, 2, 7, 5, 0]]), 1, 2), [[1, 1, 1]])

# %% nbgrader={"grade": true, "grade_id": "test_disparity_grey", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(disparity, "photographs of every type, which stay as they are"):
    checks.by_hand("disparity")
    checks.equal(disparity(np.array([[5, 200, 3]], np.uint8), np.array([[5, 201, 9]], np.uint8), 1), [[0, 0]])

# %% [markdown]
# First a **random-dot stereogram** (Julesz, 1960). Each picture alone is noise. Look at the two; can you see what is in
# them?

# %%
rows, columns = np.mgrid[:60, :80]
hidden = (np.abs(rows - 30) < 18) & (np.abs(columns - 46) < 18) & ~((np.abs(rows - 30) < 7) & (np.abs(columns - 46) < 7))
left_dots, right_dots = stereo.random_dots(hidden, 5, 1, np.random.default_rng(2))

# %%
signals.maps([left_dots, right_dots], ["left camera", "right camera"], title="Two pictures of noise", scale="", columns=2, height=2.6,
             alt="Two pictures of random dark and white dots. No shape can be seen in either.")

# %%
signals.maps([disparity(left_dots, right_dots, 7, size) for size in (1, 3, 7)], [f"window of {size}×{size}" for size in (1, 3, 7)],
             title="What the two cameras see together", scale="disparity, pixels",
             alt="Three disparity maps. With a window of one pixel it is noise with a trace of a frame. With 3×3 a dark square frame stands out, speckled. With 7×7 the frame is clean "
                 "and its corners are a little rounded.")

# %% [markdown]
# A square frame that floats in front. Neither picture contains it; only their **relation** does. And a window trades as
# the one for sounds did: a large one is sure and blunt, a small one is sharp and noisy.
#
# Now a real pair: a motorcycle in a garage (Middlebury, 2014), with the disparity that was measured with structured
# light. (If your `disparity` loops over every single pixel in Python, the next cell takes minutes; with whole pictures
# for each $d$, a second.)

# %%
left_photo, right_photo, true_disparity = stereo.motorcycle()
D = 21
found = {size: disparity(left_photo, right_photo, D, size) for size in (1, 5, 11)}


def errors(map_, size):
    """The share of blocks that are off by more than one pixel, among those whose middle was measured."""
    edge = size // 2
    truth = true_disparity[edge:edge + map_.shape[0], D + edge:D + edge + map_.shape[1]]
    known = np.isfinite(truth)
    return np.mean(np.abs(map_ - truth)[known] > 1)


for size, map_ in found.items():
    print(f"window of {size:2}×{size:<2}: {errors(map_, size):.1%} of the pixels are off by more than 1")

# %%
signals.maps([D * (1 - left_photo[:, D:]), true_disparity[:, D:], *found.values()],
             ["left picture: no depth", "measured (tinted: unknown)",
              *[f"yours, window of {size}×{size}" for size in found]],
             title="A motorcycle in depth", scale="disparity, pixels: dark is near", columns=3, height=1.95,
             alt="A motorcycle in a garage in grey; its measured disparity, dark for the front wheel and the handlebar, light for the wall; and three computed maps. "
                 "With a window of one pixel almost all is noise; with 5×5 the motorcycle is visible among speckles; with 11×11 the map is close to the measured "
                 "one, with blunt edges.")

# %% [markdown]
# Networks for stereo still are built like this: a convolutional network makes features of both pictures, a cost volume
# compares them, and convolutions over the volume clean it up.
#
# **What do two cameras give to a network?** In each of these pairs there is a disc, a square or a cross of random dots
# in front of random dots. The network sees one camera, and learns from 1,500 pairs; or both as two channels, after 300
# pairs and after 1,500, each in 350 steps; or one camera and your `disparity` as a channel for depth, after 300, in 200
# steps; or that depth alone.
#
# > **Predict.** Which percentage of 200 new pairs is read right in each of the five cases? Chance is a third.

# %%
predict()

# %% tags=["nbval-ignore-output"]
def shapes_in_dots(number, seed, side=24):
    """Random-dot pairs (number, 2, side, side) of −½ and ½ with a disc, a square or a cross in front; labels (number,)."""
    random = np.random.default_rng(seed)
    labels, pairs = random.permutation(np.arange(number) % 3), []
    rows, columns = np.mgrid[:side, :side]
    for label in labels:
        middle, radius = random.uniform((10, 12), (14, 15)), random.uniform(6, 8)
        down, across = np.abs(rows - middle[0]), np.abs(columns - middle[1])
        inside = [down ** 2 + across ** 2 < radius ** 2, np.maximum(down, across) < 0.89 * radius,
                  (np.minimum(down, across) < 0.35 * radius) & (np.maximum(down, across) < 1.1 * radius)][label]
        pairs.append(stereo.random_dots(inside, 4, 0, random))
    return np.array(pairs, np.float32) - 0.5, labels


def shape_net(channels, rows=24, columns=24):
    net = nn.Sequential(nn.Conv2d(channels, 16, 5), nn.ReLU(), nn.Conv2d(16, 16, 5, stride=2), nn.ReLU(), nn.Conv2d(16, 16, 3, stride=2), nn.ReLU(), nn.Flatten())
    return nn.Sequential(net, nn.Linear(net(torch.zeros(1, channels, rows, columns)).shape[1], 3))


def with_depth(pairs):
    """The left picture and its disparity, (n, 2, 22, 17): what has no disparity is cut off."""
    depth = np.array([disparity(left, right, 5, 3) for left, right in pairs], np.float32) / 5
    return np.stack([pairs[:, 0, 1:-1, 6:-1], depth], axis=1)


pairs, shapes = shapes_in_dots(300, 1)
new_pairs, new_shapes = shapes_in_dots(200, 2)
depth_pairs, new_depth_pairs = with_depth(pairs), with_depth(new_pairs)
many_pairs, many_shapes = shapes_in_dots(1500, 3)
by_cameras = {"one camera, 1,500": measured(lambda: shape_net(1), (many_pairs[:, :1], many_shapes), (new_pairs[:, :1], new_shapes), steps=350),
              "two cameras, 300": measured(lambda: shape_net(2), (pairs, shapes), (new_pairs, new_shapes), steps=350),
              "two cameras, 1,500": measured(lambda: shape_net(2), (many_pairs, many_shapes), (new_pairs, new_shapes), steps=350),
              "camera and depth, 300": measured(lambda: shape_net(2, 22, 17), (depth_pairs, shapes), (new_depth_pairs, new_shapes)),
              "depth alone, 300": measured(lambda: shape_net(1, 22, 17), (depth_pairs[:, 1:], shapes), (new_depth_pairs[:, 1:], new_shapes))}
for name, shares in by_cameras.items():
    print(f"{name:22} {told(shares)}")

# %%
signals.compared(by_cameras, title="A shape that no single camera sees", xlabel="shapes in 200 new pairs read right, %", chance=1 / 3,
                 alt="Means with intervals. One camera stays at chance, one third, and so do two cameras after 300 pairs. After 1,500 pairs two cameras read about 70 %. "
                      "One camera and a depth channel read nearly 90 % after 300 pairs, and the depth alone as much.")

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# One camera knows nothing, as it must be. Two channels hold the answer, and the network finds out by itself that it has
# to compare them. But that takes pairs: after 300 it is still at chance. With depth as a channel 300 are enough, and
# depth alone does as well: the camera adds nothing that can be seen. Somebody has put knowledge in, as with the
# spectrogram.
#
# </details>

# %% [markdown]
# ## Limits, measured
#
# The rule: things closer together are more closely related. Where it does not hold, a convolution is of little use. Can
# that be **measured** before training? Take a table: rows are samples, columns are pixels in a line, frequency bands,
# or anything else. How closely are two columns related? Their **correlation** says it:
#
# $$r = \frac{\sum_i (a_i - \bar a)(b_i - \bar b)}{\sqrt{\sum_i (a_i - \bar a)^2 \;\sum_i (b_i - \bar b)^2}}$$
#
# It is 1 or −1 if one column follows from the other along a straight line, and near 0 if they have nothing to do with
# each other. Which sign it has is of no interest here, so take $|r|$, averaged over all pairs of columns that are
# `distance` apart: columns 0 and 3, 1 and 4, 2 and 5, … for a distance of 3.
#
# ### Exercise 8 · `relation`
# By hand.

# %% nbgrader={"grade": false, "grade_id": "relation", "locked": false, "schema_version": 3, "solution": true, "task": false}
def relation(table, distance):
    """How closely columns that are `distance` apart are related: the mean of |r| over all such pairs, one number.

    table: (samples, columns), left as it is; no column is constant.  distance: a whole number from 1, less than the number of columns.
    """
    ### BEGIN SOLUTION
    centred = table - np.mean(table, axis=0)
    scaled = centred / np.sqrt(np.sum(centred ** 2, axis=0))
    return np.mean(np.abs(np.sum(scaled[:, :-distance] * scaled[:, distance:], axis=0)))
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_relation_neighbours", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda table: relation(np.copy(table), 1), "neighbouring columns"):
    checks.by_hand("relation", without=["numpy.corrcoef", "numpy.cov"])
    checks.close(relation(np.array([[1.0, 2.0], [2.0, 0.0], [3.0, 1.0]]), 1), 0.5)

# %% nbgrader={"grade": true, "grade_id": "test_relation_any", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(relation, "columns at any distance, of tables that stay as they are"):
    checks.by_hand("relation", without=["numpy.corrcoef", "numpy.cov"])
    checks.close(relation(np.array([[1, 0, 5, 1], [2, 4, 3, 0], [3, 0, 1, 1]]), 2), 1)

# %% [markdown]
# Six tables: a line of a photograph's pixels, every fourth (every row is a sample); the bands of the vowels'
# spectrograms; characters as they follow each other (is it a vowel or not?); those pixels of digits that hold ink, row
# by row and in a random order; and 178 bottles of wine with 13 measured properties each. (That is a table as a shop has
# it of its customers: one line for each, and columns that somebody put in some order.)

# %%
from skimage.data import camera
from sklearn.datasets import load_wine

train_digits, train_digit_labels, digits, digit_labels, _, _ = mnist_split()
flat_train, flat_digits = train_digits.reshape(-1, 784), digits.reshape(-1, 784)
inked = flat_train[:1000, flat_train[:1000].std(axis=0) > 0.1]
wine = load_wine()
sound_frames = quick_spectrogram(others[:200]).transpose(0, 2, 1).reshape(-1, 65)
long_names = [name for name in train_names if len(name) >= 12]
is_vowel = np.array([[letter in "aeiouyäöüıąęóâêîôûŵŷàéèù" for letter in name[:12]] for name in long_names], float)
tables = {"photograph, pixels": camera()[:, ::4].astype(float), "vowels, bands": sound_frames, "text, characters": is_vowel,
          "digits, pixels": inked, "digits, shuffled pixels": inked[:, np.random.default_rng(0).permutation(inked.shape[1])], "wine, properties": wine.data}
curves = {name: (np.arange(1, min(table.shape[1] - 1, 41)), [relation(table, d) for d in range(1, min(table.shape[1] - 1, 41))])
          for name, table in tables.items()}
for name, (_, values) in curves.items():
    print(f"{name:24} at distance 1: {values[0]:.2f} · at distance 8: {values[7]:.2f}")
random = np.random.default_rng(0)
by_accident = np.array([relation(wine.data[:, random.permutation(13)], 1) for _ in range(500)])
print(f"wine's columns in 500 random orders, at distance 1: {by_accident.mean():.2f}, nine of ten between {np.quantile(by_accident, 0.05):.2f} and {np.quantile(by_accident, 0.95):.2f}")

# %%
signals.relations(curves, title="Are columns that are closer together more closely related?", xlabel="distance", ylabel="mean |r|",
                  alt="Six curves of relation against distance. For a photograph it starts near 0.85 and falls evenly; for frequency bands it falls from 0.5 to 0.1 within "
                      "ten bands. For text it is 0.4 for direct neighbours and small from there on. For digits' pixels row by row it falls from 0.7 to 0.1 and has a hump at 20, where the next row stands; shuffled it is level at 0.1. For wine it goes up and down between 0.4 and 0.1, and falls a little.")

# %% [markdown]
# Where the curve falls, a window has something to hold on to. Where it is level, the neighbour is a column like any
# other. Note that wine's columns **are** related, and their curve seems to fall a little. But there are few pairs, and
# a random order would often show as much: at distance 1 the given one lies inside of what nine of ten random orders
# give. To shuffle and look again is how one finds out whether an order says anything.
#
# ### Exercise 9 · `permuted`
# If the order says nothing, another one is as good. So shuffle: the **same** new order of pixels for all pictures. By
# hand.

# %% nbgrader={"grade": false, "grade_id": "permuted", "locked": false, "schema_version": 3, "solution": true, "task": false}
def permuted(images, order):
    """The pixels of every picture in a new order, the same for all.

    images: (n, rows, columns), left as they are.
    order: (rows · columns,) whole numbers, each once. Pixels are counted row by row; the new pixel number k is the old one number order[k].
    Returns an array of the shape of `images`.
    """
    ### BEGIN SOLUTION
    return images.reshape(len(images), -1)[:, order].reshape(images.shape)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_permuted_values", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda images, order: permuted(np.copy(images), np.copy(order)), "pixels in a new order"):
    checks.by_hand("permuted")
    checks.close(permuted(np.array([[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [10, 11, 12]]]), np.array([5, 0, 1, 3, 2, 4])),
                 [[[6, 1, 2], [4, 3, 5]], [[12, 7, 8], [10, 9, 11]]])

# %% nbgrader={"grade": true, "grade_id": "test_permuted_any", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(permuted, "pictures of every type, which stay as they are"):
    checks.by_hand("permuted")
    checks.close(permuted(np.array([[[3], [1], [2]]]), np.array([2, 0, 1])), [[[2], [3], [1]]])

# %%
order = np.random.default_rng(0).permutation(784)
grids.pictures([*digits[:6], *permuted(digits[:6], order)], [f"{label}" for label in digit_labels[:6]] + [f"{label}, shuffled" for label in digit_labels[:6]], columns=6,
               title="Six digits, and the same digits in another order of pixels",
               alt="Six handwritten digits above, and below them the same pixels in a new order, which look like scattered dust.")

# %% [markdown]
# Three networks learn from 1,000 digits in 300 steps each: two convolutional ones and a dense one, once from digits as
# they are and once from shuffled ones, another order for each seed. The second convolutional network ends with a mean
# over all places, as modern ones do; the first keeps the places apart.
#
# > **Predict.** How much does each lose?

# %%
predict()

# %% tags=["nbval-ignore-output"]
def digit_net():
    return nn.Sequential(nn.Conv2d(1, 8, 5, stride=2), nn.ReLU(), nn.Conv2d(8, 16, 5, stride=2), nn.ReLU(), nn.Flatten(), nn.Linear(256, 10))


def pooled_net():
    return nn.Sequential(nn.Conv2d(1, 16, 5, stride=2), nn.ReLU(), nn.Conv2d(16, 32, 5, stride=2), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10))


def dense_net():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10))


def shuffled_pixels(seed, images):
    """Pictures (n, 1, 28, 28) with their pixels in this seed's order."""
    return permuted(images[:, 0], np.random.default_rng(seed).permutation(784))[:, None]


learned, asked = (train_digits[:1000, None], train_digit_labels[:1000]), (digits[:, None], digit_labels)
nets = {"convolutional": (digit_net, 0.003), "convolutional, mean": (pooled_net, 0.01), "dense": (dense_net, 0.003)}
upright = {name: taught(net, learned, steps=300, rate=rate) for name, (net, rate) in nets.items()}
as_is = {name: np.array([read_right(one, *asked) for one in upright[name]]) for name in nets}
in_disorder = {name: measured(net, learned, asked, shuffled_pixels, steps=300, rate=rate) for name, (net, rate) in nets.items()}
for name in nets:
    lost, half = confidence_interval(100 * (in_disorder[name] - as_is[name]))
    print(f"{name:20} {told(as_is[name])} · shuffled {told(in_disorder[name])} · difference {lost:+.1f} ± {half:.1f}")

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# The dense network loses nothing that we can see. It cannot: its weights are numbered, and never knew which pixels are
# neighbours. The convolutional one with a dense end was better than the dense one, and that lead is gone. The one with
# the mean loses, too; whether it loses more cannot be said, since it is also wider and learns at another rate. Note
# what did **not** happen: nobody fell to chance. Even of shuffled digits a window of 5×5 holds some 25 pixels of the
# digit, only not those that belong together.
#
# </details>
#
# The same with sounds. Is a glide **rising, falling or level**? A 2-D network sees it at any pitch. Then the 65
# frequency bands are shuffled, the same way in all sounds.

# %% tags=["nbval-ignore-output"]
def glides(number, seed):
    """Spectrograms of rising, falling and level glides at any pitch, in noise, (number, 1, 65, frames), and labels."""
    random = np.random.default_rng(seed)
    labels = random.permutation(np.arange(number) % 3)
    made = []
    for label in labels:
        middle, span = random.uniform(800, 3200), random.uniform(150, 500) * (1, -1, 0)[label]
        made.append(random.uniform(0.4, 1) * sounds.chirp(middle - span, middle + span, 0.25) + random.normal(0, 0.3, 2000))
    return as_input(quick_spectrogram(made))[:, None], labels


def glide_net():
    return nn.Sequential(nn.Conv2d(1, 8, 5, stride=2), nn.ReLU(), nn.Conv2d(8, 16, 5, stride=2), nn.ReLU(), nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(16, 3))


def dense_vowel_net():
    return nn.Sequential(nn.Flatten(), nn.Linear(spoken_bands[0].size, 32), nn.ReLU(), nn.Linear(32, 5))


def shuffled_bands(seed, spectra):
    """Spectrograms (n, 1, 65, frames) with their bands in this seed's order."""
    return spectra[:, :, np.random.default_rng(seed).permutation(65)]


heard, unheard = glides(100, 1), glides(300, 2)
spoken_pictures, other_pictures = (spoken_bands[:, None], spoken_labels), (other_bands[:, None], other_labels)
bands = {"glides, convolutional": (glide_net, heard, unheard, {"steps": 200, "rate": 0.01}),
         "vowels, convolutional": (picture_net, spoken_pictures, other_pictures, {}),
         "vowels, dense": (dense_vowel_net, spoken_pictures, other_pictures, {}),
         "glides, ends exchanged": (lambda: nn.Sequential(*picture_net()[:-1], nn.Linear(16 * 14, 3)), heard, unheard, {}),
         "vowels, ends exchanged": (lambda: nn.Sequential(*glide_net()[:-1], nn.Linear(16, 5)), spoken_pictures, other_pictures,
                                    {"steps": 200, "rate": 0.01})}
losses = {}
for name, (net, train, test, how) in bands.items():
    known = measured(net, train, test, **how)
    unordered = measured(net, train, test, shuffled_bands, **how)
    losses[f"bands: {name}"] = 100 * (unordered - known)
    lost, half = confidence_interval(losses[f"bands: {name}"])
    print(f"{name:22} {told(known)} · bands shuffled {told(unordered)} · difference {lost:+.1f} ± {half:.1f}")

# %% [markdown]
# A surprise: vowels hardly mind. A vowel is told by **which** bands are loud, and that can be seen in any order. A
# glide is told by a **shape** in the picture, at any height, and with shuffled bands that shape is torn apart. (A dense
# network for glides is left out: it reads hardly more than chance, so it has nothing to lose.) But the two networks end
# differently, too: the one for vowels knows at which height something is, the one for glides takes the maximum over all
# places and does not. So the last two rows exchange the ends, and with them the learning rates. Glides lose again.
# Vowels do not: with the maximum they even **gain**, from two thirds to more than nine tenths. (Perhaps a kernel that
# slides over the bands does not know its height, and in a shuffled order the neighbours tell it. That is a guess;
# nothing here tests it.) The same axis, then, may matter for one task and not for another: the rule is about the task
# as well as about the data.
#
# Last, the table. 178 bottles of wine of three kinds, half of them to learn from, twenty times another half. The
# convolutional network slides a kernel of 3 over the 13 columns, which makes it rest on their order. The columns are
# then shuffled.

# %% tags=["nbval-ignore-output"]
def wine_conv_net():
    return nn.Sequential(nn.Conv1d(1, 16, 3), nn.ReLU(), nn.Conv1d(16, 16, 3), nn.ReLU(), nn.AdaptiveMaxPool1d(1), nn.Flatten(), nn.Linear(16, 3))


def wine_dense_net():
    return nn.Sequential(nn.Flatten(), nn.Linear(13, 16), nn.ReLU(), nn.Linear(16, 3))


def shuffled_columns(seed, table):
    """A table (n, 1, 13) with its columns in this seed's order."""
    return table[:, :, np.random.default_rng(seed).permutation(13)]


def bottles(first):
    """A function that gives one half of the bottles for a seed, (89, 1, 13), and their kinds: each seed divides them in another way."""
    def half(seed):
        order = np.random.default_rng(seed).permutation(178)
        known, part = wine.data[order[:89]], order[:89] if first else order[89:]
        return ((wine.data[part] - known.mean(axis=0)) / known.std(axis=0))[:, None], wine.target[part]
    return half


MANY = range(20)[training.fewer(2)]
for name, net in [("convolutional", wine_conv_net), ("dense", wine_dense_net)]:
    in_order, out_of_order = (measured(net, bottles(True), bottles(False), of_seed, seeds=MANY, rate=0.01) for of_seed in (lambda _, table: table, shuffled_columns))
    losses[f"columns: wine, {name}"] = 100 * (out_of_order - in_order)
    print(f"wine, {name:13} {told(in_order)} · columns shuffled {told(out_of_order)}")

# %%
losses = {**{f"pixels: digits, {name}": 100 * (in_disorder[name] - as_is[name]) for name in nets}, **losses}
learning.gains(losses, title="What shuffling costs", xlabel="read right after shuffling, in percentage points against the order as it is",
               breaks=("bands: glides, convolutional", "columns: wine, convolutional"),
               alt="Ten means with intervals around a line of no difference. Convolutional networks lose five to nine points "
                   "with shuffled pixels, and about twenty with shuffled bands for glides, with either end; for vowels they lose a point, "
                   "and with the end of the glides' network they gain some 25. Dense networks lie on the line. "
                   "The convolutional network for wine has an interval across it.")

# %% [markdown]
# For the table no effect can be seen over twenty divisions of the bottles, −0.8 ± 2.5 points. (With a single division
# and five seeds it may look like four points, or like none: the bottles that one happens to learn from are a part of
# the chance.) And in whatever order the columns stand, the dense network reads eight points more: to look at three
# neighbours at a time is of no use here. Use a dense network, or trees.
#
# ### Exercise 10 · `keeps_its_meaning`
# A rule of thumb: **if your data are just as useful after swapping columns, a convolution is the wrong tool**, at least
# along that axis. One set of data can have both kinds of axes. For each of these, say whether the data are **just as
# useful** if somebody shuffles that axis, in the same way in all samples, and trains the network again. Say True only
# if **no** usual task loses anything (for bands, think of the glides): that is so for channels, for samples, and for
# columns that nobody has ordered. Where the axis is the samples themselves, they are shuffled together with their
# labels.
#
# | data | axes |
# | --- | --- |
# | `"photograph"` | `"rows"`, `"columns"`, `"colours"` |
# | `"sound"` | `"samples"` |
# | `"spectrogram"` | `"bands"`, `"frames"` |
# | `"text"` (one-hot) | `"letters"` of the alphabet, `"characters"` of the text |
# | `"stereo"` | `"cameras"`, `"rows"`, `"columns"` |
# | `"customers"` (age, income, town, …) | `"customers"`, `"columns"` |
# | `"sales"` (of many shops) | `"shops"`, `"months"` |
# | `"batch"` (of photographs) | `"pictures"`, `"rows"` |

# %% nbgrader={"grade": false, "grade_id": "keeps_its_meaning", "locked": false, "schema_version": 3, "solution": true, "task": false}
def keeps_its_meaning(data, axis):
    """True if data are just as useful after that axis was shuffled in the same way in all samples, else False.

    data, axis: names from the table above.
    """
    ### BEGIN SOLUTION
    return (data, axis) in {("photograph", "colours"), ("text", "letters"), ("stereo", "cameras"), ("customers", "customers"),
                            ("customers", "columns"), ("sales", "shops"), ("batch", "pictures")}
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_meaning_order", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(keeps_its_meaning, "axes of pictures, sounds and texts"):
    checks.equal(keeps_its_meaning("photograph", "columns"), False)

# %% nbgrader={"grade": true, "grade_id": "test_meaning_tables", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(keeps_its_meaning, "axes of tables, channels and batches"):
    checks.equal(keeps_its_meaning("customers", "columns"), True)

# %% [markdown]
# ### Turned and scaled
#
# A convolution is made for **shifts**. A picture may also be turned, or be larger or smaller. What becomes of these
# two? The digit networks from above learned upright digits of one size. They are asked about turned ones, and about
# larger and smaller ones.
#
# > **Predict.** From which angle on does a network read fewer than half of the digits? Does convolution help against
# > rotation?

# %%
predict()

# %% tags=["nbval-ignore-output"]
from skimage.transform import AffineTransform, warp


def resized(images, factor):
    """Pictures (n, 28, 28), each larger or smaller by a factor about its middle."""
    change = AffineTransform(translation=(-13.5, -13.5)) + AffineTransform(scale=factor) + AffineTransform(translation=(13.5, 13.5))
    return np.array([warp(image, change.inverse) for image in images], np.float32)


ANGLES, FACTORS = [0, 15, 30, 45, 60, 90, 180], [0.5, 0.7, 0.85, 1, 1.15, 1.3]
some_digits, their_labels = digits[:200], digit_labels[:200]
turned = {angle: rotated(some_digits, angle)[:, None] for angle in ANGLES}
scales = {factor: resized(some_digits, factor)[:, None] for factor in FACTORS}
by_angle, by_factor = {}, {}
for name in ("convolutional", "dense"):                   # the networks of above, that have learned the digits as they are
    by_angle[name] = (ANGLES, [[read_right(one, turned[angle], their_labels) for one in upright[name]] for angle in ANGLES])
    by_factor[name] = (FACTORS, [[read_right(one, scales[factor], their_labels) for one in upright[name]] for factor in FACTORS])
    print(f"{name:13} turned by 30°: {told(by_angle[name][1][2])} · by 45°: {told(by_angle[name][1][3])} · half as large: {told(by_factor[name][1][0])}")
for what, found, unit in (("turned by", by_angle, "°"), ("size", by_factor, "")):
    ahead = [confidence_interval(100 * np.subtract(*pair)) for pair in zip(found["convolutional"][1], found["dense"][1])]
    print(f"the convolutional network is ahead, {what}", " · ".join(f"{at}{unit}: {mean:+.1f} ± {half:.1f}" for at, (mean, half) in zip(found["dense"][0], ahead)))

# %%
learning.repeated(by_angle, title="Networks that learned upright digits", xlabel="turned by, degrees", ylabel="digits read right, %",
                  chance=0.1,
                  alt="Accuracy against angle for a convolutional and a dense network. Both are near 90 % upright, lose some ten points up to 15 degrees, are near a half at "
                      "30 degrees and near chance, 10 %, at 90 and 180 degrees. The convolutional one is ahead, "
                      "most of all at 30 and 45 degrees.")

# %%
learning.repeated(by_factor, title="… and digits of one size", xlabel="size, against that learned", ylabel="digits read right, %",
                  chance=0.1,
                  alt="Accuracy against size for both networks, highest at 1, falling to both sides, to about 20 % "
                      "at half the size. The convolutional one is ahead, most of all at 0.7, but not at half the size.")

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# A little beyond or below 30 degrees: there the convolutional network still reads about 54 %, the dense one 47 %.
# Convolution helps somewhat: the convolutional network is a few points ahead upright, and more where digits are turned
# by 30 or 45 degrees or are somewhat smaller. It does not solve it: at 45 degrees two of three digits are misread. A
# convolution is made for shifts; nothing in it turns or stretches a kernel. What helps is augmentation (lesson 07), or
# a network whose kernels come in all orientations (group-equivariant networks, Cohen and Welling, 2016).
#
# </details>

# %% [markdown]
# ## Where to go from here
#
# - **Detection**: what is where, as boxes. A network like lesson 06's gives a map of features; at each place of it,
#   small convolutions predict boxes and classes. Read *Faster R-CNN* (arXiv 1506.01497) and *YOLO* (arXiv 1506.02640);
#   torchvision has trained ones.
# - **Segmentation**: a class for each pixel. The maps shrink, as in lesson 04, and are enlarged again with transposed
#   convolutions and shortcuts from early layers: *U-Net* (arXiv 1505.04597), drawn for microscope images with few
#   examples.
# - **Captioning** ("man in black shirt is playing guitar"): features of a picture go into a network that writes one
#   word after another. *Show and Tell* (arXiv 1411.4555).
# - **Style**: correlations of feature maps, your `relation` of channels in place of columns, describe brush strokes.
#   Gatys and others (arXiv 1508.06576) paint a photograph in the style of another picture by gradient descent on its
#   pixels.
# - **Attention**: each place looks at all others, near or far, and learns which ones matter. That gives up the
#   assumption of this lesson, and wants more data in return. *Attention is all you need* (arXiv 1706.03762) for text,
#   *ViT* (arXiv 2010.11929) for pictures.
#
# ### Other kinds of deep networks
#
# | kind | its idea | used for |
# | --- | --- | --- |
# | recurrent network, LSTM | a sequence is read item by item, and a memory is carried along | speech, text, handwriting; today mostly replaced by transformers |
# | autoencoder, variational autoencoder | what matters fits into a few numbers, from which the input is built again | compressing, removing noise, finding what is unusual |
# | generative adversarial network (GAN) | one network makes pictures, a second one tells them from real ones | pictures that nobody has taken |
# | diffusion model | noise is removed step by step, often by a U-Net of convolutions | pictures and videos from a description |
# | transformer | attention | translation, questions and answers, opinions in texts; by now pictures, too |
#
# Other uses, seen with this lesson's eyes: **medicine** classifies and segments scans, and a **self-driving car**
# detects and measures depth: both are made for convolutions. A **recommender system** rests on a table of customers and
# things, whose rows and columns have no order: nothing there for a window to slide over.
#
# Four difficulties stay with all of them. They need much data (lesson 06 borrows from others) and much computing
# (lesson 05 counts it), they overfit (lesson 07), and they give no reasons (lesson 08).

# %% [markdown] nbgrader={"grade": false, "grade_id": "which_axes", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": true}
# ## In your own words
#
# ### Question · Is a convolution the right tool?
# In about ten sentences: (a) A factory records six sensors of a machine, 100 times per second, for ten minutes before
# each failure. A colleague wants a 2-D convolution over the table of sensors × time. Along which axis would you slide a
# window, along which not, and why? What would you do with the other axis? (b) The machine must be stopped **before** it
# fails, and the warning sign takes about five seconds. Which padding do you choose, and which stack of layers sees five
# seconds? Give numbers. (c) The colleague says: "I shuffled the sensors and retrained once; the accuracy went from 91
# to 90 %. So their order matters." What do you answer, and what would you measure? (d) Give an example from this lesson
# where somebody's knowledge, put into the input, replaced training data, and say what was put in.
#
# ### BEGIN MARK SCHEME
# One point each.
#
# - (a) Along time: neighbouring moments belong together, and the same pattern may occur at any time. Not along the
#   sensors: their order is arbitrary (it keeps its meaning when shuffled), so the six are channels of a 1-D
#   convolution, whose kernels extend over all six. Half a point without what becomes of the other axis.
# - (b) Causal padding (zeros before the beginning), since later samples do not exist. A stack with a receptive field of
#   at least 500 samples: for instance kernels of 2 with dilations 1, 2, 4 … 256 (nine layers, 512 samples), or of 3
#   with 1 … 128 (eight layers, 511), or strides. Half a point each.
# - (c) One run each shows nothing; a percentage point is within what another seed does. Several seeds, another order
#   for each, the differences and their interval; and the same for a network that cannot know the order. Agree if the
#   interval leaves out 0.
# - (d) One of: the spectrogram for vowels (frequencies), disparity as a depth channel for random dots (compare shifted
#   pictures), max over time (where it stands does not matter), one-hot letters; with what was put in. Half a point for
#   the example alone.
#
# Language is not marked.
# ### END MARK SCHEME

# %% [markdown]
# *Write your answer here.*

# %% [markdown]
# ## Summary
#
# - A convolution suits an axis along which **things closer together are more closely related**, and the same pattern
#   may stand anywhere: time, frequency, a line of text, rows and columns. Everything else goes into channels, over
#   which a kernel extends whole: colours, letters, depth, cameras, sensors.
# - A spectrogram is a convolution with waves. Dilation makes a receptive field grow fast, causal padding keeps to the
#   past, max over time makes any length one size. Two cameras become depth through a cost volume.
# - Shuffle the axis, the same way in all samples, and train again, with several seeds: a network that rests on
#   neighbours falls, a dense one does not care. If neither does, then this task, with this network and so many seeds,
#   shows no use of the order. Rotation and scale are no shifts: a convolution helps a little against them, and does not
#   solve them.
#
# **Read on:** Müller, *Fundamentals of Music Processing*, chapter 2 (spectrograms). van den Oord and others, *WaveNet*
# (arXiv 1609.03499). Kim, *Convolutional neural networks for sentence classification* (arXiv 1408.5882): max over time.
# Scharstein and Szeliski, *A taxonomy of dense two-frame stereo* (*IJCV* 47, 2002). Bai, Kolter and Koltun (arXiv
# 1803.01271): convolutions against recurrent networks for sequences.

# %% [markdown]
# ## Find the error
#
# Slides on this subject say the following. Each line holds an error: find it before you go on.
#
# 1. A picture of 224×224×4 under 7×7×4 gives 218×218. Two grey cameras, 224×224×2, give 220×220. (No other kernel is
#    named.)
# 2. "ConvNets only capture local 'spatial' patterns in data."
# 3. "If the data can't be made to look like an image, ConvNets are less useful."
#
# > **Predict.** What is wrong in each, and what would be right?

# %%
predict()

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# 1. 220 needs a kernel of 5×5; under 7×7 the cameras give 218×218, too. How many channels there are does not change the
#    size of a map.
# 2. One layer does. Ten layers with doubled dilation see 1,024 samples: what the last one finds need not be local.
# 3. A text or a heartbeat need not look like an image: one axis along which neighbours belong together is enough. And a
#    spectrogram is an image, yet shuffled bands did the vowels little harm.
#
# </details>

# %%
print("two cameras under 5×5 and 7×7:", (224 - 5) // 1 + 1, (224 - 7) // 1 + 1, "· ten doubled layers of 2 see", 1 + sum(2 ** k for k in range(10)), "samples")
