# Exercise 5: how many times a window fits into a padded row of pixels.

# %% idea
# Ask how far the window can travel in the padded row, from its first place to its last one. If it cannot even stand,
# refuse; else count the whole steps on that way, and do not forget the place where it began.

# %% draw
def test_output_size_plain(d):
    f = d.whole(1, 7)
    return f + d.whole(0, 30), f

def test_output_size_stride(d):
    f = d.whole(1, 7)
    return f + d.whole(0, 30), f, d.whole(1, 5)

def test_output_size_padding(d):
    f, padding = d.whole(1, 7), d.whole(0, 3)
    return max(1, f - 2 * padding) + d.whole(0, 30), f, d.whole(1, 5), padding

def test_output_size_refuses(d):
    return d.whole(1, 6), d.whole(1, 9), d.whole(1, 4), d.whole(0, 2)

# %% wrong: forgets the + 1 | 0 of 4
# this is where the last window begins; counting from 0 that makes one place more
def output_size(n, f, stride=1, padding=0):
    if f > n + 2 * padding:
        raise ValueError("does not fit")
    return (n + 2 * padding - f) // stride

# %% wrong: divides the + 1 by the stride as well | 1 of 4
# divide first and then add 1: the first place is not divided by the stride
def output_size(n, f, stride=1, padding=0):
    if f > n + 2 * padding:
        raise ValueError("does not fit")
    return max(1, (n + 2 * padding - f + 1) // stride) if padding == 0 else (n + 2 * padding - f) // stride + 1

# %% wrong: cuts off towards 0 and looks at the result | 3 of 4
# a window that is larger than the row fits nowhere, even if less than one stride is missing: compare the sizes first
def output_size(n, f, stride=1, padding=0):
    size = int((n + 2 * padding - f) / stride) + 1
    if size < 1:
        raise ValueError("does not fit")
    return size

# %% wrong: rounds up | 1 of 4
# the size was rounded up: a window that does not fit does not count
def output_size(n, f, stride=1, padding=0):
    if f > n + 2 * padding:
        raise ValueError("does not fit")
    return -(-(n + 2 * padding - f) // stride) + 1

# %% wrong: returns a fraction | 0 of 4
# `/` gives a float, even where the division has no remainder (4.0): `//` divides and rounds down
def output_size(n, f, stride=1, padding=0):
    if f > n + 2 * padding:
        raise ValueError("does not fit")
    return (n + 2 * padding - f) / stride + 1

# %% wrong: ignores the stride | 1 of 4
# the stride was not used
def output_size(n, f, stride=1, padding=0):
    if f > n + 2 * padding:
        raise ValueError("does not fit")
    return n + 2 * padding - f + 1

# %% wrong: pads at one end only | 2 of 4
# padding adds pixels at both ends: 2 · padding
def output_size(n, f, stride=1, padding=0):
    if f > n + padding:
        raise ValueError("does not fit")
    return (n + padding - f) // stride + 1

# %% wrong: ignores the padding | 2 of 4
# the padding was not used
def output_size(n, f, stride=1, padding=0):
    if f > n:
        raise ValueError("does not fit")
    return (n - f) // stride + 1

# %% wrong: subtracts the padding | 2 of 4
# padding makes the picture larger, not smaller
def output_size(n, f, stride=1, padding=0):
    if f > n - 2 * padding:
        raise ValueError("does not fit")
    return (n - 2 * padding - f) // stride + 1

# %% wrong: takes stride and padding in the other order | 1 of 4
# stride and padding are swapped: their order is `stride, padding`
def output_size(n, f, padding=0, stride=1):
    if f > n + 2 * padding:
        raise ValueError("does not fit")
    return (n + 2 * padding - f) // stride + 1

# %% wrong: does not refuse a window that does not fit | 3 of 4
# a window of 5 does not fit into 4 pixels: raise a ValueError for it; yours returned a result
def output_size(n, f, stride=1, padding=0):
    return (n + 2 * padding - f) // stride + 1

# %% wrong: one place too many | 0 of 4
# this is one place too many: the last window would stick out
def output_size(n, f, stride=1, padding=0):
    if f > n + 2 * padding:
        raise ValueError("does not fit")
    return (n + 2 * padding - f) // stride + 2

# %% wrong: adds the padding to the result | 2 of 4
# the padding is added to the picture before the division, not to the result
def output_size(n, f, stride=1, padding=0):
    if f > n + 2 * padding:
        raise ValueError("does not fit")
    if n < f:
        return 1
    return (n - f) // stride + 1 + 2 * padding

# %% wrong: rounds to the nearest | 1 of 4
# the size was rounded to the nearest whole number: round down, with `//`
def output_size(n, f, stride=1, padding=0):
    if f > n + 2 * padding:
        raise ValueError("the window does not fit")
    return round((n + 2 * padding - f) / stride) + 1

# %% wrong: pads at one end only, except when it refuses | 2 of 4
# padding adds pixels at both ends: 2 · padding
def output_size(n, f, stride=1, padding=0):
    if f > n + 2 * padding:
        raise ValueError("does not fit")
    return (n + padding - f) // stride + 1

# %% wrong: adds 1 and then rounds to the nearest | 1 of 4
# the size was rounded to the nearest whole number: round down, with `//`
def output_size(n, f, stride=1, padding=0):
    if f > n + 2 * padding:
        raise ValueError("the window does not fit")
    return round((n + 2 * padding - f) / stride + 1)

# %% right: counts the places in a loop
def output_size(n, f, stride=1, padding=0):
    count, left = 0, 0
    while left + f <= n + 2 * padding:
        count, left = count + 1, left + stride
    if count == 0:
        raise ValueError("no window fits")
    return count

# %% right: the length of a range
def output_size(n, f, stride=1, padding=0):
    places = range(-padding, n + padding - f + 1, stride)
    if not places:
        raise ValueError(f"{f} is too wide")
    return len(places)

# %% right: floor of a fraction
def output_size(n, f, stride=1, padding=0):
    if n + 2 * padding < f:
        raise ValueError("too wide")
    return int(np.floor((n + 2 * padding - f) / stride)) + 1
