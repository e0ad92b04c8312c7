# Exercise 4: how many times a window fits into a padded row of pixels.

# %% wrong: forgets the + 1 | points 0 of 4 | "this is where the last window begins"
def output_size(n, f, stride=1, padding=0):
    if f > n + 2 * padding:
        raise ValueError("does not fit")
    return (n + 2 * padding - f) // stride

# %% wrong: divides the + 1 by the stride as well | points 3 of 4 | "the first place is not divided by the stride"
def output_size(n, f, stride=1, padding=0):
    if f > n + 2 * padding:
        raise ValueError("does not fit")
    return max(1, (n + 2 * padding - f + 1) // stride) if padding == 0 else (n + 2 * padding - f) // stride + 1

# %% wrong: rounds up | points 2 of 4 | "the size was rounded up"
def output_size(n, f, stride=1, padding=0):
    if f > n + 2 * padding:
        raise ValueError("does not fit")
    return -(-(n + 2 * padding - f) // stride) + 1

# %% wrong: returns a fraction | points 0 of 4 | "each entry should be a whole number, yours is a number"
def output_size(n, f, stride=1, padding=0):
    if f > n + 2 * padding:
        raise ValueError("does not fit")
    return (n + 2 * padding - f) / stride + 1

# %% wrong: ignores the stride | points 2 of 4 | "the stride was not used"
def output_size(n, f, stride=1, padding=0):
    if f > n + 2 * padding:
        raise ValueError("does not fit")
    return n + 2 * padding - f + 1

# %% wrong: pads at one end only | points 2 of 4 | "padding adds pixels at both ends"
def output_size(n, f, stride=1, padding=0):
    if f > n + padding:
        raise ValueError("does not fit")
    return (n + padding - f) // stride + 1

# %% wrong: ignores the padding | points 2 of 4 | "the padding was not used"
def output_size(n, f, stride=1, padding=0):
    if f > n:
        raise ValueError("does not fit")
    return (n - f) // stride + 1

# %% wrong: subtracts the padding | points 2 of 4 | "padding makes the picture larger, not smaller"
def output_size(n, f, stride=1, padding=0):
    if f > n - 2 * padding:
        raise ValueError("does not fit")
    return (n - 2 * padding - f) // stride + 1

# %% wrong: takes stride and padding in the other order | points 1 of 4 | "stride and padding are swapped"
def output_size(n, f, padding=0, stride=1):
    if f > n + 2 * padding:
        raise ValueError("does not fit")
    return (n + 2 * padding - f) // stride + 1

# %% wrong: does not refuse a window that does not fit | points 3 of 4 | "a window of 5 does not fit into 4 pixels: raise a ValueError"
def output_size(n, f, stride=1, padding=0):
    return (n + 2 * padding - f) // stride + 1

# %% wrong: one place too many | points 0 of 4 | "this is one place too many"
def output_size(n, f, stride=1, padding=0):
    if f > n + 2 * padding:
        raise ValueError("does not fit")
    return (n + 2 * padding - f) // stride + 2

# %% wrong: adds the padding to the result | points 3 of 4 | "the padding is added to the picture before the division"
def output_size(n, f, stride=1, padding=0):
    if f > n + 2 * padding:
        raise ValueError("does not fit")
    if n < f:
        return 1
    return (n - f) // stride + 1 + 2 * padding

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
