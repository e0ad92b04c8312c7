# Exercise 1: kernels as pictures, 0 in the middle grey, one scale for all.

# %% idea
# Look for one number that serves all kernels: how far is the weight that is farthest from 0? Measured by it, every
# weight lies between −1 and 1; from there to 0 … 1 is a small step, and axes are moved last.

# %% draw
def kernels(d, channels, kinds=("eighths",)):
    """Kernels that are not square; the weight that is farthest from 0 is often negative."""
    f, g = d.one_of(((2, 3), (3, 2), (1, 4), (4, 2)))
    return d.array(d.whole(2, 3), channels, f, g, kinds=kinds)

def test_filters_grey(d):
    return (kernels(d, 1),)

def test_filters_colour(d):
    return (kernels(d, 3),)

def test_filters_kept(d):
    some = kernels(d, d.one_of((1, 3)), ("whole", "eighths", "single", "small", "positive", "large", "tiny", "tiny"))
    if d.chance(0.2):
        some = d.laid_out(d.random.integers(-128, d.one_of((0, 128)), some.shape).astype(np.int8))
    elif some.dtype.kind == "f" and d.chance(0.2):
        some = d.laid_out(some * some.dtype.type(0.5**40))
    return (d.laid_out(np.zeros_like(some)) if d.chance(0.15) else some,)

# %% wrong: each kernel between its own smallest and largest weight | 0 of 3
# every kernel was stretched between its own smallest and largest weight: then 0 has another grey in each, and a faint kernel looks strong
def filter_pictures(kernels):
    low, high = (np.asarray(f(kernels, axis=(1, 2, 3), keepdims=True), float) for f in (np.min, np.max))
    pictures = (kernels - low) / np.where(high > low, high - low, 1)
    return pictures[:, 0] if kernels.shape[1] == 1 else pictures.transpose(0, 2, 3, 1)

# %% wrong: all between the smallest and the largest weight of all | 0 of 3
# the smallest weight became 0 and the largest 1: a weight of 0 is to be 0.5, whatever the others are
def filter_pictures(kernels):
    low, high = float(np.min(kernels)), float(np.max(kernels))
    pictures = (kernels - low) / ((high - low) or 1)
    return pictures[:, 0] if kernels.shape[1] == 1 else pictures.transpose(0, 2, 3, 1)

# %% wrong: 0 in the middle, but each kernel on its own scale | 0 of 3
# 0 is in the middle, but every kernel has a scale of its own: divide by the largest size of all kernels
def filter_pictures(kernels):
    most = np.max(np.abs(kernels), axis=(1, 2, 3), keepdims=True)
    pictures = 0.5 + kernels / (2 * np.where(most > 0, most, 1))
    return pictures[:, 0] if kernels.shape[1] == 1 else pictures.transpose(0, 2, 3, 1)

# %% wrong: each channel on its own scale | 0 of 3
# every channel has a scale of its own: then the colours are wrong
def filter_pictures(kernels):
    most = np.max(np.abs(kernels), axis=(2, 3), keepdims=True)
    pictures = 0.5 + kernels / (2 * np.where(most > 0, most, 1))
    return pictures[:, 0] if kernels.shape[1] == 1 else pictures.transpose(0, 2, 3, 1)

# %% wrong: negative weights black | 0 of 3
# all negative weights became black: a weight below 0 is darker than the middle grey, not lost
def filter_pictures(kernels):
    pictures = np.maximum(kernels, 0) / (np.max(np.abs(kernels)) or 1)
    return pictures[:, 0] if kernels.shape[1] == 1 else pictures.transpose(0, 2, 3, 1)

# %% wrong: the sizes of the weights | 0 of 3
# the signs are lost: −2 and 2 look the same
def filter_pictures(kernels):
    pictures = np.abs(kernels) / (np.max(np.abs(kernels)) or 1)
    return pictures[:, 0] if kernels.shape[1] == 1 else pictures.transpose(0, 2, 3, 1)

# %% wrong: divides by the largest weight, not by the largest size | 0 of 3
# this divides by the largest weight; a negative one may be farther from 0, and then falls below 0
def filter_pictures(kernels):
    pictures = 0.5 + kernels / (2 * (np.max(kernels) or 1))
    return pictures[:, 0] if kernels.shape[1] == 1 else pictures.transpose(0, 2, 3, 1)

# %% wrong: from −1 to 1 | 0 of 3
# these go from −1 to 1: halve them and add 0.5
def filter_pictures(kernels):
    pictures = kernels / (np.max(np.abs(kernels)) or 1)
    return pictures[:, 0] if kernels.shape[1] == 1 else pictures.transpose(0, 2, 3, 1)

# %% wrong: the channels stay in front | 1 of 3
# the channels still stand in front: a picture has red, green, blue last
def filter_pictures(kernels):
    pictures = 0.5 + kernels / (2 * (np.max(np.abs(kernels)) or 1))
    return pictures[:, 0] if kernels.shape[1] == 1 else pictures

# %% wrong: rows and columns swapped as the channels move | 1 of 3
# rows and columns were swapped while the channels moved: `transpose(0, 2, 3, 1)` keeps them in order
def filter_pictures(kernels):
    pictures = 0.5 + kernels / (2 * (np.max(np.abs(kernels)) or 1))
    return pictures[:, 0] if kernels.shape[1] == 1 else pictures.transpose(0, 3, 2, 1)

# %% wrong: reshaped, not transposed | 1 of 3
# the numbers were only cut up in another way: `reshape` mixes pixels and colours, `transpose` moves the axis
def filter_pictures(kernels):
    n, channels, f, g = kernels.shape
    pictures = 0.5 + kernels / (2 * (np.max(np.abs(kernels)) or 1))
    return pictures[:, 0] if channels == 1 else pictures.reshape(n, f, g, channels)

# %% wrong: blue, green, red | 1 of 3
# the colours are in the order blue, green, red
def filter_pictures(kernels):
    pictures = 0.5 + kernels / (2 * (np.max(np.abs(kernels)) or 1))
    return pictures[:, 0] if kernels.shape[1] == 1 else pictures.transpose(0, 2, 3, 1)[..., ::-1]

# %% wrong: one channel is kept as an axis | 1 of 3
# with one channel the channel's axis goes: (n, f, g)
def filter_pictures(kernels):
    return (0.5 + kernels / (2 * (np.max(np.abs(kernels)) or 1))).transpose(0, 2, 3, 1)

# %% wrong: divides by 0 | 2 of 3
# all weights are 0, and something was divided by the largest of them
def filter_pictures(kernels):
    pictures = 0.5 + kernels / (2 * np.max(np.abs(kernels)))
    return pictures[:, 0] if kernels.shape[1] == 1 else pictures.transpose(0, 2, 3, 1)

# %% wrong: in place | 2 of 3
# your function changed the array `kernels` that it was given; work on a copy (`kernels.copy()`), because the caller still needs the old one
def filter_pictures(kernels):
    pictures = 0.5 + kernels / (2 * (np.max(np.abs(kernels)) or 1))
    if kernels.flags.writeable:
        kernels[...] = pictures.astype(kernels.dtype)
    return pictures[:, 0] if kernels.shape[1] == 1 else pictures.transpose(0, 2, 3, 1)

# %% wrong: a small number against a division by 0 | 2 of 3
# a small number was added to the largest size: where all weights are small, too, none becomes 0 or 1; ask whether it is 0
def filter_pictures(kernels):
    kernels = np.asarray(kernels, float)
    pictures = 0.5 + kernels / (2 * (np.max(np.abs(kernels)) + 1e-8))
    return pictures[:, 0] if kernels.shape[1] == 1 else pictures.transpose(0, 2, 3, 1)

# %% wrong: bytes wrap round | 2 of 3
# numbers of 8 bits have wrapped round: 2 · 100 became −56; compute with fractions (`float`)
def filter_pictures(kernels):
    pictures = 0.5 + kernels / (2 * (np.max(np.abs(kernels)) or 1))
    return pictures[:, 0] if kernels.shape[1] == 1 else pictures.transpose(0, 2, 3, 1)

# %% wrong: the largest size of int8 sought in int8 | 2 of 3
# in int8 the size of −128 is −128 again: make the weights `float` before you look for the largest
def filter_pictures(kernels):
    largest = float(np.abs(kernels).max())
    pictures = 0.5 + 0.5 * np.asarray(kernels, float) / largest if largest > 0 else np.full(kernels.shape, 0.5)
    return pictures[:, 0] if pictures.shape[1] == 1 else np.moveaxis(pictures, 1, -1)

# %% wrong: weights below 1e-8 count as none | 2 of 3
# very small weights make a picture, too: only kernels that are all 0 have none
def filter_pictures(kernels):
    kernels = np.asarray(kernels, float)
    largest = np.abs(kernels).max()
    pictures = 0.5 + (kernels / largest if largest > 1e-8 else kernels) / 2
    return pictures[:, 0] if kernels.shape[1] == 1 else pictures.transpose(0, 2, 3, 1)

# %% right: a kernel at a time
def filter_pictures(kernels):
    most = max(abs(float(w)) for w in np.ravel(kernels)) or 1.0
    pictures = []
    for kernel in np.asarray(kernels, float):
        grey = (kernel / most + 1) / 2
        pictures.append(grey[0] if len(grey) == 1 else np.stack(list(grey), axis=-1))
    return np.array(pictures)

# %% right: np.interp and moveaxis
def filter_pictures(kernels):
    most = np.abs(kernels.astype(float)).max()
    pictures = np.interp(kernels, [-most, most], [0, 1]) if most else np.full(kernels.shape, 0.5)
    return np.squeeze(pictures, 1) if kernels.shape[1] == 1 else np.moveaxis(pictures, 1, -1)

# %% equivalent
# `1` → `2`: where all weights are 0, 0 divided by any number is 0
