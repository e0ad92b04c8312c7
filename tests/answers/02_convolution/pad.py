# Exercise 6: a border of zeros around an image.

# %% idea
# Think of the result first: how large is it, and what stands in it before the picture comes? Then find the place where
# the picture's top left pixel belongs.

# %% draw
def test_pad_one(d):
    return d.image(kinds=WHOLE), 1

def test_pad_wider(d):
    if d.chance(0.2):                               # more than 16 bits hold
        return d.laid_out(100_000 * d.image(kinds=("whole",))), d.whole(0, 3)
    return d.image(kinds=WHOLE), d.whole(0, 3)

def test_pad_kept(d):
    return d.image(d.whole(1, 5)), d.whole(0, 3)

# %% wrong: pads at the bottom and the right only | 0 of 3
# the border is only on one side: it belongs on all four
def pad(image, padding):
    rows, columns = image.shape
    padded = np.zeros((rows + padding, columns + padding))
    padded[:rows, :columns] = image
    return padded

# %% wrong: leaves the picture in the corner | 0 of 3
# the picture is in the corner; it begins at row `padding` and column `padding`
def pad(image, padding):
    rows, columns = image.shape
    padded = np.zeros((rows + 2 * padding, columns + 2 * padding))
    padded[:rows, :columns] = image
    return padded

# %% wrong: forgets to copy the picture | 0 of 3
# these are only zeros: put the picture into the middle
def pad(image, padding):
    rows, columns = image.shape
    return np.zeros((rows + 2 * padding, columns + 2 * padding))

# %% wrong: always pads by one | 1 of 3
# the border is always one pixel wide for you: use `padding`
def pad(image, padding):
    rows, columns = image.shape
    padded = np.zeros((rows + 2, columns + 2))
    padded[1:rows + 1, 1:columns + 1] = image
    return padded

# %% wrong: a slice that ends at −padding, which is empty for 0 | 1 of 3
# with padding 0 the slice `0:-0` is empty: write `padding:padding + rows`
def pad(image, padding):
    rows, columns = image.shape
    padded = np.zeros((rows + 2 * padding, columns + 2 * padding))
    padded[padding:-padding, padding:-padding] = image
    return padded

# %% wrong: an array of whole numbers | 2 of 3
# the fractions were lost: is the new array one of whole numbers?
def pad(image, padding):
    rows, columns = image.shape
    padded = np.zeros((rows + 2 * padding, columns + 2 * padding), dtype=int)
    padded[padding:padding + rows, padding:padding + columns] = image
    return padded

# %% wrong: the right size, but the picture begins at row 1 and column 1 | 1 of 3
# the picture begins at row and column 1; it should begin at `padding`
def pad(image, padding):
    rows, columns = image.shape
    padded = np.zeros((rows + 2 * padding, columns + 2 * padding))
    begin = min(padding, 1)
    padded[begin:begin + rows, begin:begin + columns] = image
    return padded

# %% wrong: a border of ones | 0 of 3
# the border should be zeros; yours are ones
def pad(image, padding):
    rows, columns = image.shape
    padded = np.ones((rows + 2 * padding, columns + 2 * padding))
    padded[padding:padding + rows, padding:padding + columns] = image
    return padded

# %% wrong: rows above and below only | 0 of 3
# the border is only above and below; it belongs on the left and on the right too
def pad(image, padding):
    rows, columns = image.shape
    zeros = np.zeros((padding, columns))
    return np.concatenate([zeros, image, zeros])

# %% wrong: repeats the edge of the picture | 0 of 3
# the border should be zeros; yours repeats the picture's edge
def pad(image, padding):
    rows, columns = image.shape
    down = np.clip(np.arange(-padding, rows + padding), 0, rows - 1)
    across = np.clip(np.arange(-padding, columns + padding), 0, columns - 1)
    return image[down][:, across]

# %% wrong: swaps rows and columns of the new array | 0 of 3
# rows and columns are swapped
def pad(image, padding):
    rows, columns = image.shape
    padded = np.zeros((columns + 2 * padding, rows + 2 * padding))
    padded[padding:padding + rows, padding:padding + columns] = image
    return padded

# %% wrong: prints the array | 0 of 3
# your function returned nothing (None): `print` shows a value, `return` hands it back
def pad(image, padding):
    rows, columns = image.shape
    padded = np.zeros((rows + 2 * padding, columns + 2 * padding))
    padded[padding:padding + rows, padding:padding + columns] = image
    print(padded)

# %% wrong: np.pad does the work | 0 of 3
# `pad` is to be written by hand, and your code uses `numpy.pad`: write out what it does
def pad(image, padding):
    return np.pad(image, padding)

# %% wrong: whole numbers in 16 bits | 2 of 3
# large pixels do not fit into your array: choose its type with care, 16 bits end at 32,767
def pad(image, padding):
    image = np.asarray(image)
    rows, columns = image.shape
    padded = np.zeros((rows + 2 * padding, columns + 2 * padding), dtype=float if image.dtype.kind == "f" else np.int16)
    padded[padding:padding + rows, padding:padding + columns] = image
    return padded

# %% right: pixel by pixel
def pad(image, padding):
    rows, columns = image.shape
    padded = np.zeros((rows + 2 * padding, columns + 2 * padding), dtype=image.dtype)
    for i in range(rows):
        for j in range(columns):
            padded[i + padding, j + padding] = image[i, j]
    return padded

# %% right: strips of zeros put together
def pad(image, padding):
    beside = np.zeros((len(image), padding))
    middle = np.hstack([beside, image, beside])
    above = np.zeros((padding, middle.shape[1]))
    return np.vstack([above, middle, above])

# %% right: nested lists
def pad(image, padding):
    width = len(image[0]) + 2 * padding
    side = [0] * padding
    middle = [side + list(row) + side for row in np.asarray(image).tolist()]
    return [[0] * width] * padding + middle + [[0] * width] * padding
