# Exercise 1: the spectrogram of a sound, with waves as kernels.

# %% idea
# Cut the sound into frames first: where does each begin, and which is the last whole one? Then every frame is compared
# with one cosine and one sine for each frequency, and the two sums make a length by Pythagoras. Decibels, and the floor
# below which they do not go, come last.

# %% draw
def weights(d, size):
    """The weights of a window: fading out, or level, or neither."""
    return d.one_of((np.round(np.hanning(size + 2)[1:-1], 2), np.ones(size), d.array(size, kinds=("unit", "eighths"), ties=False)))

def samples(d, number, kinds=("eighths",)):
    sound = np.array(d.array(number, kinds=kinds))
    if d.chance(0.3):                                       # silence, at the beginning or at the end
        sound[slice(number // 2 + 1) if d.chance(0.5) else slice(number // 2, None)] = 0
    return d.laid_out(sound)

def test_spectrogram_one(d):
    size = d.one_of((3, 4, 5, 6))
    return samples(d, d.one_of((2 * size, 3 * size, 2 * size + 1, 3 * size - 1))), d.laid_out(weights(d, size))

def test_spectrogram_hop(d):
    size = d.one_of((3, 4, 5))
    return samples(d, d.whole(2 * size, 3 * size)), d.laid_out(weights(d, size)), d.one_of((1, 2, size - 1, size + 1, size + 2))

def test_spectrogram_any(d):
    size = d.one_of((1, 2, 3, 4))
    sound = samples(d, d.whole(size, 3 * size + 2), ("whole", "single", "eighths", "deep", "unit"))
    if d.chance(0.2):                                       # bytes, whose products do not fit into bytes
        sound = samples(d, len(sound), ("grey",))
    if d.chance(0.15):                                      # close to the least magnitude that counts
        sound = d.laid_out(np.round(d.random.uniform(-2e-5, 2e-5, d.whole(size, 3 * size)), 7))
    whole = d.random.integers(1, 4, size)
    return sound, d.laid_out(d.one_of((weights(d, size), whole, whole.astype(np.uint8)))), d.one_of((1, 2, 3, size, size + 1))

# %% wrong: the window is not used | 0 of 3
# the frames were not multiplied by `window`
def spectrogram(sound, window, hop):
    size = len(window)
    frames = np.array([sound[start:start + size] for start in range(0, len(sound) - size + 1, hop)])
    turns = 2 * np.pi * np.outer(np.arange(size // 2 + 1), np.arange(size)) / size
    magnitudes = np.sqrt((np.cos(turns) @ frames.T) ** 2 + (np.sin(turns) @ frames.T) ** 2)
    return 20 * np.log10(np.maximum(magnitudes, 1e-5))

# %% wrong: frames always side by side | 1 of 3
# the frames always stand side by side: the next one is to begin `hop` samples later
def spectrogram(sound, window, hop):
    size = len(window)
    frames = np.array([sound[start:start + size] * window for start in range(0, len(sound) - size + 1, size)])
    turns = 2 * np.pi * np.outer(np.arange(size // 2 + 1), np.arange(size)) / size
    magnitudes = np.sqrt((np.cos(turns) @ frames.T) ** 2 + (np.sin(turns) @ frames.T) ** 2)
    return 20 * np.log10(np.maximum(magnitudes, 1e-5))

# %% wrong: hop taken for the overlap | 0 of 3
# `hop` was taken for the overlap of two frames; it is the distance of their beginnings
def spectrogram(sound, window, hop):
    size = len(window)
    frames = np.array([sound[start:start + size] * window for start in range(0, len(sound) - size + 1, max(1, size - hop))])
    turns = 2 * np.pi * np.outer(np.arange(size // 2 + 1), np.arange(size)) / size
    magnitudes = np.sqrt((np.cos(turns) @ frames.T) ** 2 + (np.sin(turns) @ frames.T) ** 2)
    return 20 * np.log10(np.maximum(magnitudes, 1e-5))

# %% wrong: a last frame filled up with zeros | 0 of 3
# there are frames that are not whole: only frames that fit into the sound count
def spectrogram(sound, window, hop):
    size, frames = len(window), []
    for start in range(0, len(sound), hop):
        frame = np.zeros(size)
        frame[:len(sound) - start] = sound[start:start + size]
        frames.append(frame * window)
    turns = 2 * np.pi * np.outer(np.arange(size // 2 + 1), np.arange(size)) / size
    frames = np.array(frames)
    magnitudes = np.sqrt((np.cos(turns) @ frames.T) ** 2 + (np.sin(turns) @ frames.T) ** 2)
    return 20 * np.log10(np.maximum(magnitudes, 1e-5))

# %% wrong: a frame that just fits is left out | 0 of 3
# a last frame that just fits is missing: the last beginning is `len(sound) - len(window)`, and it counts
def spectrogram(sound, window, hop):
    size = len(window)
    frames = np.array([sound[start:start + size] * window for start in range(0, len(sound) - size, hop)]).reshape(-1, size)
    turns = 2 * np.pi * np.outer(np.arange(size // 2 + 1), np.arange(size)) / size
    magnitudes = np.sqrt((np.cos(turns) @ frames.T) ** 2 + (np.sin(turns) @ frames.T) ** 2)
    return 20 * np.log10(np.maximum(magnitudes, 1e-5))

# %% wrong: no square root | 0 of 3
# the square root is missing: these are the squares of the magnitudes in decibels
def spectrogram(sound, window, hop):
    size = len(window)
    frames = np.array([sound[start:start + size] * window for start in range(0, len(sound) - size + 1, hop)])
    turns = 2 * np.pi * np.outer(np.arange(size // 2 + 1), np.arange(size)) / size
    magnitudes = (np.cos(turns) @ frames.T) ** 2 + (np.sin(turns) @ frames.T) ** 2
    return 20 * np.log10(np.maximum(magnitudes, 1e-5))

# %% wrong: ten times the logarithm | 0 of 3
# decibels of a magnitude are 20 times the logarithm; 10 is for its square, the power
def spectrogram(sound, window, hop):
    size = len(window)
    frames = np.array([sound[start:start + size] * window for start in range(0, len(sound) - size + 1, hop)])
    turns = 2 * np.pi * np.outer(np.arange(size // 2 + 1), np.arange(size)) / size
    magnitudes = np.sqrt((np.cos(turns) @ frames.T) ** 2 + (np.sin(turns) @ frames.T) ** 2)
    return 10 * np.log10(np.maximum(magnitudes, 1e-5))

# %% wrong: the natural logarithm | 0 of 3
# this is the natural logarithm: decibels take that to base 10, `np.log10`
def spectrogram(sound, window, hop):
    size = len(window)
    frames = np.array([sound[start:start + size] * window for start in range(0, len(sound) - size + 1, hop)])
    turns = 2 * np.pi * np.outer(np.arange(size // 2 + 1), np.arange(size)) / size
    magnitudes = np.sqrt((np.cos(turns) @ frames.T) ** 2 + (np.sin(turns) @ frames.T) ** 2)
    return 20 * np.log(np.maximum(magnitudes, 1e-5))

# %% wrong: magnitudes, no decibels | 0 of 3
# these are magnitudes: the step to decibels is missing
def spectrogram(sound, window, hop):
    size = len(window)
    frames = np.array([sound[start:start + size] * window for start in range(0, len(sound) - size + 1, hop)])
    turns = 2 * np.pi * np.outer(np.arange(size // 2 + 1), np.arange(size)) / size
    return np.sqrt((np.cos(turns) @ frames.T) ** 2 + (np.sin(turns) @ frames.T) ** 2)

# %% wrong: a row for each frame | 0 of 3
# rows and columns are swapped: a row is a frequency, a column a frame
def spectrogram(sound, window, hop):
    size = len(window)
    frames = np.array([sound[start:start + size] * window for start in range(0, len(sound) - size + 1, hop)])
    turns = 2 * np.pi * np.outer(np.arange(size // 2 + 1), np.arange(size)) / size
    magnitudes = np.sqrt((np.cos(turns) @ frames.T) ** 2 + (np.sin(turns) @ frames.T) ** 2)
    return (20 * np.log10(np.maximum(magnitudes, 1e-5))).T

# %% wrong: cosines only | 0 of 3
# only cosines were used: a wave that begins elsewhere is found by the sines
def spectrogram(sound, window, hop):
    size = len(window)
    frames = np.array([sound[start:start + size] * window for start in range(0, len(sound) - size + 1, hop)])
    turns = 2 * np.pi * np.outer(np.arange(size // 2 + 1), np.arange(size)) / size
    return 20 * np.log10(np.maximum(np.abs(np.cos(turns) @ frames.T), 1e-5))

# %% wrong: the highest frequency is missing | 0 of 3
# the last frequency, k = N // 2, is missing
def spectrogram(sound, window, hop):
    size = len(window)
    frames = np.array([sound[start:start + size] * window for start in range(0, len(sound) - size + 1, hop)])
    turns = 2 * np.pi * np.outer(np.arange(size // 2), np.arange(size)) / size
    magnitudes = np.sqrt((np.cos(turns) @ frames.T) ** 2 + (np.sin(turns) @ frames.T) ** 2)
    return 20 * np.log10(np.maximum(magnitudes, 1e-5))

# %% wrong: as many frequencies as samples | 0 of 3
# there is a row for each of N frequencies; those above N // 2 are mirror images and are left out
def spectrogram(sound, window, hop):
    size = len(window)
    frames = np.array([sound[start:start + size] * window for start in range(0, len(sound) - size + 1, hop)])
    turns = 2 * np.pi * np.outer(np.arange(size), np.arange(size)) / size
    magnitudes = np.sqrt((np.cos(turns) @ frames.T) ** 2 + (np.sin(turns) @ frames.T) ** 2)
    return 20 * np.log10(np.maximum(magnitudes, 1e-5))

# %% wrong: the logarithm of 0 | 0 of 3
# magnitudes below 1e-5 are to be raised to 1e-5 before the logarithm
def spectrogram(sound, window, hop):
    size = len(window)
    frames = np.array([sound[start:start + size] * window for start in range(0, len(sound) - size + 1, hop)])
    turns = 2 * np.pi * np.outer(np.arange(size // 2 + 1), np.arange(size)) / size
    magnitudes = np.sqrt((np.cos(turns) @ frames.T) ** 2 + (np.sin(turns) @ frames.T) ** 2)
    with np.errstate(divide="ignore"):
        return 20 * np.log10(np.where(magnitudes < 1e-9, 0, magnitudes))

# %% wrong: the mean in place of the sum | 0 of 3
# the sums were divided by the length of the window
def spectrogram(sound, window, hop):
    size = len(window)
    frames = np.array([sound[start:start + size] * window for start in range(0, len(sound) - size + 1, hop)])
    turns = 2 * np.pi * np.outer(np.arange(size // 2 + 1), np.arange(size)) / size
    magnitudes = np.sqrt((np.cos(turns) @ frames.T) ** 2 + (np.sin(turns) @ frames.T) ** 2) / size
    return 20 * np.log10(np.maximum(magnitudes, 1e-5))

# %% wrong: NumPy's transform | 0 of 3
# `spectrogram` is to be written by hand, and your code uses `numpy.fft.rfft`: write out what it does
def spectrogram(sound, window, hop):
    frames = np.array([sound[start:start + len(window)] * window for start in range(0, len(sound) - len(window) + 1, hop)])
    return 20 * np.log10(np.maximum(np.abs(np.fft.rfft(frames, axis=1)), 1e-5)).T

# %% wrong: 1e-5 added to every magnitude | 0 of 3
# 1e-5 was added to every magnitude: raise only those below it, `np.maximum(magnitude, 1e-5)`
def spectrogram(sound, window, hop):
    size = len(window)
    frames = np.array([sound[start:start + size] * window for start in range(0, len(sound) - size + 1, hop)])
    turns = 2 * np.pi * np.outer(np.arange(size // 2 + 1), np.arange(size)) / size
    magnitudes = np.sqrt((np.cos(turns) @ frames.T) ** 2 + (np.sin(turns) @ frames.T) ** 2)
    return 20 * np.log10(magnitudes + 1e-5)

# %% wrong: samples times window in bytes | 2 of 3
# products of bytes do not fit into a byte: make floats of sound and window first, `np.asarray(sound, float)`
def spectrogram(sound, window, hop):
    size = len(window)
    starts = range(0, len(sound) - size + 1, hop)
    frames = np.array([sound[start:start + size] * window for start in starts]).astype(float)
    turns = 2 * np.pi * np.outer(np.arange(size // 2 + 1), np.arange(size)) / size
    magnitudes = np.hypot(np.cos(turns) @ frames.T, np.sin(turns) @ frames.T)
    return 20 * np.log10(np.maximum(magnitudes, 1e-5))

# %% wrong: each frame is multiplied in place | 1 of 3
# a frame is a part of `sound`, not a copy: `*=` changes `sound` itself, and the next frame reads what was changed
def spectrogram(sound, window, hop):
    size, sound = len(window), np.asarray(sound, float)
    turns = 2 * np.pi * np.outer(np.arange(size // 2 + 1), np.arange(size)) / size
    columns = []
    for start in range(0, len(sound) - size + 1, hop):
        frame = sound[start:start + size]
        frame *= window
        columns.append(20 * np.log10(np.maximum(np.hypot(np.cos(turns) @ frame, np.sin(turns) @ frame), 1e-5)))
    return np.array(columns).T

# %% wrong: each frame is multiplied in place, whatever its type | 1 of 3
# a frame is a part of `sound`, not a copy: `*=` changes `sound` itself, and the next frame reads what was changed
def spectrogram(sound, window, hop):
    size = len(window)
    turns = 2 * np.pi * np.outer(np.arange(size // 2 + 1), np.arange(size)) / size
    columns = []
    for start in range(0, len(sound) - size + 1, hop):
        frame = sound[start:start + size]
        frame *= window
        columns.append(20 * np.log10(np.maximum(np.hypot(np.cos(turns) @ frame, np.sin(turns) @ frame), 1e-5)))
    return np.array(columns).T

# %% right: complex waves
def spectrogram(sound, window, hop):
    N = len(window)
    waves = np.exp(-2j * np.pi * np.arange(N // 2 + 1)[:, None] * np.arange(N) / N)
    columns = [20 * np.log10(np.maximum(abs(waves @ (np.asarray(sound[t:t + N], float) * window)), 1e-5)) for t in range(0, len(sound) - N + 1, hop)]
    return np.stack(columns, axis=1)

# %% right: loops over frames, frequencies and samples
def spectrogram(sound, window, hop):
    N = len(window)
    frames = (len(sound) - N) // hop + 1
    result = np.zeros((N // 2 + 1, frames))
    for frame in range(frames):
        for k in range(N // 2 + 1):
            c = s = 0.0
            for n in range(N):
                x = float(sound[frame * hop + n]) * float(window[n])
                c += x * np.cos(2 * np.pi * k * n / N)
                s += x * np.sin(2 * np.pi * k * n / N)
            result[k, frame] = max(-100.0, 20 * np.log10(max((c * c + s * s) ** 0.5, 1e-12)))
    return result

# %% equivalent
# `np.maximum(magnitudes, 1e-05)` → `np.maximum(1e-05, magnitudes)`: the larger of two numbers is the same in either order
