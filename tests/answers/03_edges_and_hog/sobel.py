# Exercise 2: Sobel's two masks at every place where they fit.

# %% idea
# It is the sliding window of lesson 02 with two masks, neither of them turned. Make the picture's numbers able to be
# negative before anything is multiplied.

# %% draw
def test_sobel_slide(d):
    row = d.array(d.whole(3, 6), kinds=("whole", "positive"))
    return (d.laid_out(np.tile(row, (d.whole(3, 6), 1))),)

def test_sobel_x(d):
    return (d.image(kinds=("whole", "positive")),)

def test_sobel_y(d):
    return (d.image(kinds=("whole", "positive")),)

def test_sobel_bytes(d):
    if d.chance(0.1):
        return (d.laid_out(d.image(kinds=("whole",), plain=True) > 0),)
    return (d.image(kinds=("grey", "grey", "deep", "deep grey", "deep grey", "deep grey", *FRACTIONS)),)

# %% wrong: returns g_y, g_x | 0 of 4
# `g_x` and `g_y` are in the wrong order
def sobel(image):
    image = np.asarray(image, dtype=float)
    v = np.lib.stride_tricks.sliding_window_view(image, (3, 3))
    return np.sum(v * SOBEL_Y, axis=(2, 3)), np.sum(v * SOBEL_X, axis=(2, 3))

# %% wrong: rotates the masks, a true convolution | 1 of 4
# the sign is the wrong way round: the mask was rotated or turned over; lay it on as it stands
def sobel(image):
    image = np.asarray(image, dtype=float)
    v = np.lib.stride_tricks.sliding_window_view(image, (3, 3))
    return np.sum(v * SOBEL_X[::-1, ::-1], axis=(2, 3)), np.sum(v * SOBEL_Y[::-1, ::-1], axis=(2, 3))

# %% wrong: three times the plain difference, weights 1 1 1 | 0 of 4
# the middle row or column of the mask has to count twice
def sobel(image):
    x = np.asarray(image, dtype=float)
    right, down = x[:, 2:] - x[:, :-2], x[2:] - x[:-2]
    return right[:-2] + right[1:-1] + right[2:], down[:, :-2] + down[:, 1:-1] + down[:, 2:]

# %% wrong: the difference without the average | 0 of 4
# this is the plain difference, without the average over three rows or columns
def sobel(image):
    x = np.asarray(image, dtype=float)
    return (x[:, 2:] - x[:, :-2])[1:-1], (x[2:] - x[:-2])[:, 1:-1]

# %% wrong: divides by 8 | 0 of 4
# these are eighths: leave out the division
def sobel(image):
    v = np.lib.stride_tricks.sliding_window_view(np.asarray(image, dtype=float), (3, 3))
    return np.sum(v * SOBEL_X, axis=(2, 3)) / 8, np.sum(v * SOBEL_Y, axis=(2, 3)) / 8

# %% wrong: uses the first mask twice | 1 of 4
# g_y is g_x once more: are both from the same mask?
def sobel(image):
    v = np.lib.stride_tricks.sliding_window_view(np.asarray(image, dtype=float), (3, 3))
    return np.sum(v * SOBEL_X, axis=(2, 3)), np.sum(v * SOBEL_X, axis=(2, 3))

# %% wrong: upper minus lower | 3 of 4
# this is the upper row minus the lower one; g_y is positive where it gets brighter downwards
def sobel(image):
    v = np.lib.stride_tricks.sliding_window_view(np.asarray(image, dtype=float), (3, 3))
    return np.sum(v * SOBEL_X, axis=(2, 3)), -np.sum(v * SOBEL_Y, axis=(2, 3))

# %% wrong: computes with bytes | 3 of 4
# large and negative values went wrong: uint8 holds 0 to 255, uint16 no negative numbers. Make the picture `float` first, and the result too
def sobel(image):
    rows, columns = image.shape[0] - 2, image.shape[1] - 2
    g_x, g_y = np.zeros((2, rows, columns), dtype=image.dtype)
    for i in range(rows):
        for j in range(columns):
            for a in range(3):
                for b in range(3):
                    g_x[i, j] += SOBEL_X[a, b].astype(image.dtype) * image[i + a, j + b]
                    g_y[i, j] += SOBEL_Y[a, b].astype(image.dtype) * image[i + a, j + b]
    return g_x, g_y

# %% wrong: a border of zeros, so that the size stays | 0 of 4
# the masks only stand where they fit: the result has two rows and two columns less than the picture
def sobel(image):
    v = np.lib.stride_tricks.sliding_window_view(np.pad(np.asarray(image, dtype=float), 1), (3, 3))
    return np.sum(v * SOBEL_X, axis=(2, 3)), np.sum(v * SOBEL_Y, axis=(2, 3))

# %% wrong: one place too few in both directions | 0 of 4
# the last row and the last column are missing: there is one place more in each direction
def sobel(image):
    image = np.asarray(image, dtype=float)
    rows, columns = image.shape
    g_x, g_y = np.zeros((rows - 3, columns - 3)), np.zeros((rows - 3, columns - 3))
    for i in range(rows - 3):
        for j in range(columns - 3):
            g_x[i, j] = np.sum(image[i:i + 3, j:j + 3] * SOBEL_X)
            g_y[i, j] = np.sum(image[i:i + 3, j:j + 3] * SOBEL_Y)
    return g_x, g_y

# %% wrong: the size of the change without its sign | 1 of 4
# the sign is lost: keep it, it says whether it gets brighter or darker
def sobel(image):
    v = np.lib.stride_tricks.sliding_window_view(np.asarray(image, dtype=float), (3, 3))
    return np.abs(np.sum(v * SOBEL_X, axis=(2, 3))), np.abs(np.sum(v * SOBEL_Y, axis=(2, 3)))

# %% wrong: asks SciPy | 0 of 4
# `sobel` is to be written by hand, and your code uses `scipy.ndimage.sobel`: write out what it does
def sobel(image):
    image = np.asarray(image, dtype=float)
    return ndimage.sobel(image, axis=1)[1:-1, 1:-1], ndimage.sobel(image, axis=0)[1:-1, 1:-1]

# %% wrong: subtracts slices of bytes | 3 of 4
# large and negative values went wrong: uint8 holds 0 to 255, uint16 no negative numbers. Make the picture `float` first, and the result too
def sobel(image):
    right, down = image[:, 2:] - image[:, :-2], image[2:] - image[:-2]
    return right[:-2] + 2 * right[1:-1] + right[2:], down[:, :-2] + 2 * down[:, 1:-1] + down[:, 2:]

# %% right: four loops
def sobel(image):
    rows, columns = len(image) - 2, len(image[0]) - 2
    g_x, g_y = np.zeros((rows, columns)), np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            for a in range(3):
                for b in range(3):
                    g_x[i, j] += SOBEL_X[a, b] * float(image[i + a, j + b])
                    g_y[i, j] += SOBEL_Y[a, b] * float(image[i + a, j + b])
    return g_x, g_y

# %% right: first the average, then the difference
def sobel(image):
    x = np.asarray(image).astype(np.float32)
    tall = x[:-2] + 2 * x[1:-1] + x[2:]
    wide = x[:, :-2] + 2 * x[:, 1:-1] + x[:, 2:]
    return tall[:, 2:] - tall[:, :-2], wide[2:] - wide[:-2]

# %% right: correlate2d from lesson 02, copied, with masks of its own
def correlate2d(image, kernel):
    f, g = kernel.shape
    result = np.zeros((image.shape[0] - f + 1, image.shape[1] - g + 1))
    for i in range(result.shape[0]):
        for j in range(result.shape[1]):
            result[i, j] = np.sum(image[i:i + f, j:j + g] * kernel)
    return result

def sobel(image):
    image = np.array(image, dtype=float)
    kernel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    return correlate2d(image, kernel), correlate2d(image, kernel.T)

# %% right: the six differences of a window, in lists
def sobel(image):
    x = np.asarray(image).tolist()
    g_x, g_y = [], []
    for above, middle, below in zip(x, x[1:], x[2:]):
        places = range(1, len(middle) - 1)
        g_x.append([above[j + 1] - above[j - 1] + 2 * (middle[j + 1] - middle[j - 1]) + below[j + 1] - below[j - 1] for j in places])
        g_y.append([below[j - 1] + 2 * below[j] + below[j + 1] - above[j - 1] - 2 * above[j] - above[j + 1] for j in places])
    return [g_x, g_y]
