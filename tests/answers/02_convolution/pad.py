# Exercise 5: a border of zeros around an image.

# %% wrong: pads at the bottom and the right only | points 0 of 3 | "the border is only on one side"
def pad(image, padding):
    rows, columns = image.shape
    padded = np.zeros((rows + padding, columns + padding))
    padded[:rows, :columns] = image
    return padded

# %% wrong: leaves the picture in the corner | points 0 of 3 | "the picture is in the corner"
def pad(image, padding):
    rows, columns = image.shape
    padded = np.zeros((rows + 2 * padding, columns + 2 * padding))
    padded[:rows, :columns] = image
    return padded

# %% wrong: forgets to copy the picture | points 0 of 3 | "these are only zeros"
def pad(image, padding):
    rows, columns = image.shape
    return np.zeros((rows + 2 * padding, columns + 2 * padding))

# %% wrong: always pads by one | points 1 of 3 | "the border is always one pixel wide for you"
def pad(image, padding):
    rows, columns = image.shape
    padded = np.zeros((rows + 2, columns + 2))
    padded[1:rows + 1, 1:columns + 1] = image
    return padded

# %% wrong: a slice that ends at −padding, which is empty for 0 | points 2 of 3 | "could not broadcast input array"
def pad(image, padding):
    rows, columns = image.shape
    padded = np.zeros((rows + 2 * padding, columns + 2 * padding))
    padded[padding:-padding, padding:-padding] = image
    return padded

# %% wrong: an array of whole numbers | points 2 of 3 | "the fractions were lost"
def pad(image, padding):
    rows, columns = image.shape
    padded = np.zeros((rows + 2 * padding, columns + 2 * padding), dtype=int)
    padded[padding:padding + rows, padding:padding + columns] = image
    return padded

# %% wrong: the right size, but the picture begins at row 1 and column 1 | points 1 of 3 | "the picture begins at row and column 1"
def pad(image, padding):
    rows, columns = image.shape
    padded = np.zeros((rows + 2 * padding, columns + 2 * padding))
    begin = min(padding, 1)
    padded[begin:begin + rows, begin:begin + columns] = image
    return padded

# %% wrong: a border of ones | points 0 of 3 | "the border should be zeros; yours are ones"
def pad(image, padding):
    rows, columns = image.shape
    padded = np.ones((rows + 2 * padding, columns + 2 * padding))
    padded[padding:padding + rows, padding:padding + columns] = image
    return padded

# %% wrong: rows above and below only | points 0 of 3 | "the border is only above and below"
def pad(image, padding):
    rows, columns = image.shape
    zeros = np.zeros((padding, columns))
    return np.concatenate([zeros, image, zeros])

# %% wrong: repeats the edge of the picture | points 0 of 3 | "yours repeats the picture's edge"
def pad(image, padding):
    rows, columns = image.shape
    down = np.clip(np.arange(-padding, rows + padding), 0, rows - 1)
    across = np.clip(np.arange(-padding, columns + padding), 0, columns - 1)
    return image[down][:, across]

# %% wrong: swaps rows and columns of the new array | points 0 of 3 | "rows and columns are swapped"
def pad(image, padding):
    rows, columns = image.shape
    padded = np.zeros((columns + 2 * padding, rows + 2 * padding))
    padded[padding:padding + rows, padding:padding + columns] = image
    return padded

# %% wrong: prints the array | points 0 of 3 | "your function returned nothing (None)"
def pad(image, padding):
    rows, columns = image.shape
    padded = np.zeros((rows + 2 * padding, columns + 2 * padding))
    padded[padding:padding + rows, padding:padding + columns] = image
    print(padded)

# %% wrong: np.pad does the work | points 2 of 3 | "your code uses `numpy.pad`"
def pad(image, padding):
    return np.pad(image, padding)

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
