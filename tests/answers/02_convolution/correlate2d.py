# Exercise 2: the feature map of an image under a kernel, by sliding.

# %% idea
# Find out first in how many rows and columns the window can begin, and make an empty map of that size. Then visit its
# places one by one: each holds one number that you can compute already.

# %% draw
def test_correlate_size(d):
    rows, side = d.whole(4, 6), d.whole(2, 3)
    corner = d.kernel(side, side, kinds=("whole",))
    return d.image(rows, rows, kinds=WHOLE), corner + corner.T + corner[::-1, ::-1] + corner.T[::-1, ::-1]

def test_correlate_kernel(d):
    rows, side = d.whole(4, 6), d.whole(2, 3)
    return d.image(rows, rows, kinds=WHOLE), d.kernel(side, side, kinds=("whole",))

def test_correlate_not_square(d):
    return d.image(kinds=WHOLE), d.kernel(kinds=("whole",))

def test_correlate_fractions(d):
    return d.image(kinds=("grey", "grey", *KINDS)), d.kernel(kinds=("whole", "eighths", "single", "small", "tiny"))

# %% wrong: rotates the kernel, which is the true convolution | 1 of 4
# this is true convolution: the kernel was rotated by 180°; here it is laid on as it stands
def correlate2d(image, kernel):
    rows, columns = image.shape
    f, g = kernel.shape
    turned = kernel[::-1, ::-1]
    feature_map = np.zeros((rows - f + 1, columns - g + 1))
    for i in range(rows - f + 1):
        for j in range(columns - g + 1):
            feature_map[i, j] = np.sum(image[i:i + f, j:j + g] * turned)
    return feature_map

# %% wrong: one place too few in both directions | 0 of 4
# there is one place more in each direction: rows − f + 1 of them down, columns − g + 1 to the right
def correlate2d(image, kernel):
    rows, columns = image.shape
    f, g = kernel.shape
    feature_map = np.zeros((rows - f, columns - g))
    for i in range(rows - f):
        for j in range(columns - g):
            feature_map[i, j] = np.sum(image[i:i + f, j:j + g] * kernel)
    return feature_map

# %% wrong: the feature map has the size of the image, and the edge stays 0 | 0 of 4
# the feature map is as large as the picture: the window only stands where it fits
def correlate2d(image, kernel):
    rows, columns = image.shape
    f, g = kernel.shape
    feature_map = np.zeros((rows, columns))
    for i in range(rows - f + 1):
        for j in range(columns - g + 1):
            feature_map[i, j] = np.sum(image[i:i + f, j:j + g] * kernel)
    return feature_map

# %% wrong: the loops stop one too early, so that the last row and column stay 0 | 0 of 4
# the last row and column are zeros: do both loops stop one too early?
def correlate2d(image, kernel):
    rows, columns = image.shape
    f, g = kernel.shape
    feature_map = np.zeros((rows - f + 1, columns - g + 1))
    for i in range(rows - f):
        for j in range(columns - g):
            feature_map[i, j] = np.sum(image[i:i + f, j:j + g] * kernel)
    return feature_map

# %% wrong: forgets the kernel | 0 of 4
# each value is the sum of the window's pixels: the kernel was not used
def correlate2d(image, kernel):
    rows, columns = image.shape
    f, g = kernel.shape
    return np.array([[np.sum(image[i:i + f, j:j + g]) for j in range(columns - g + 1)] for i in range(rows - f + 1)])

# %% wrong: the window does not move | 0 of 4
# every value is that of the first window: it has to move
def correlate2d(image, kernel):
    rows, columns = image.shape
    f, g = kernel.shape
    feature_map = np.zeros((rows - f + 1, columns - g + 1))
    for i in range(rows - f + 1):
        for j in range(columns - g + 1):
            for a in range(f):
                for b in range(g):
                    feature_map[i, j] += image[a, b] * kernel[a, b]
    return feature_map

# %% wrong: moves by the size of the kernel | 0 of 4
# the windows stand side by side: move by one pixel each time
def correlate2d(image, kernel):
    rows, columns = image.shape
    f, g = kernel.shape
    return np.array([[np.sum(image[i:i + f, j:j + g] * kernel) for j in range(0, columns - g + 1, g)]
                     for i in range(0, rows - f + 1, f)])

# %% wrong: keeps the sums in an array of whole numbers | 3 of 4
# whole numbers only: the fraction was lost; `//` and `int` cut it off
def correlate2d(image, kernel):
    rows, columns = image.shape
    f, g = kernel.shape
    feature_map = np.zeros((rows - f + 1, columns - g + 1), dtype=int)
    for i in range(rows - f + 1):
        for j in range(columns - g + 1):
            feature_map[i, j] = np.sum(image[i:i + f, j:j + g] * kernel)
    return feature_map

# %% wrong: takes every kernel for square | 1 of 4
# the kernel was taken for square: its columns may be more or fewer than its rows
def correlate2d(image, kernel):
    rows, columns = image.shape
    n = len(kernel)
    return np.array([[np.sum(image[i:i + n, j:j + n] * kernel) for j in range(columns - n + 1)] for i in range(rows - n + 1)])

# %% wrong: never sets the total back to 0 | 0 of 4
# each value adds to the one before: set the total back to 0 at every place
def correlate2d(image, kernel):
    rows, columns = image.shape
    f, g = kernel.shape
    feature_map = np.zeros((rows - f + 1, columns - g + 1))
    total = 0
    for i in range(rows - f + 1):
        for j in range(columns - g + 1):
            total += np.sum(image[i:i + f, j:j + g] * kernel)
            feature_map[i, j] = total
    return feature_map

# %% wrong: swaps rows and columns of the kernel | 1 of 4
# the kernel was transposed: are its row and column swapped?
def correlate2d(image, kernel):
    rows, columns = image.shape
    kernel = kernel.T
    f, g = kernel.shape
    return np.array([[np.sum(image[i:i + f, j:j + g] * kernel) for j in range(columns - g + 1)] for i in range(rows - f + 1)])

# %% wrong: returns one long row | 0 of 4
# this is one long row: write each number at its row and column
def correlate2d(image, kernel):
    rows, columns = image.shape
    f, g = kernel.shape
    values = []
    for i in range(rows - f + 1):
        for j in range(columns - g + 1):
            values.append(np.sum(image[i:i + f, j:j + g] * kernel))
    return np.array(values)

# %% wrong: the feature map has as many columns as rows | 2 of 4
# the feature map has as many columns as rows: take each from its own side of the picture
def correlate2d(image, kernel):
    rows, columns = image.shape
    f, g = kernel.shape
    places = min(rows - f, columns - g) + 1
    return np.array([[np.sum(image[i:i + f, j:j + g] * kernel) for j in range(places)] for i in range(places)])

# %% wrong: sets negative sums to 0 | 0 of 4
# negative sums were set to 0: that is for later, keep them
def correlate2d(image, kernel):
    rows, columns = image.shape
    f, g = kernel.shape
    return np.array([[max(0, np.sum(image[i:i + f, j:j + g] * kernel)) for j in range(columns - g + 1)]
                     for i in range(rows - f + 1)])

# %% wrong: SciPy does the work | 0 of 4
# `correlate2d` is to be written by hand, and your code uses `scipy.signal`: write out what it does
def correlate2d(image, kernel):
    from scipy.signal import correlate2d as ready
    return ready(image, kernel, mode="valid")

# %% wrong: small weights count as 0 | 3 of 4
# small weights count too, however small they are
def correlate2d(image, kernel):
    rows, columns = image.shape
    f, g = kernel.shape
    strong = np.where(np.abs(kernel) > 1e-3, kernel, 0)
    feature_map = np.zeros((rows - f + 1, columns - g + 1))
    for i in range(rows - f + 1):
        for j in range(columns - g + 1):
            feature_map[i, j] = np.sum(image[i:i + f, j:j + g] * strong)
    return feature_map

# %% wrong: a feature map of the picture's type | 0 of 4
# the feature map has the picture's type, which cannot hold every sum (uint8 holds 0 to 255 only): make it one of floats
def correlate2d(image, kernel):
    rows, columns = image.shape
    f, g = kernel.shape
    feature_map = np.zeros((rows - f + 1, columns - g + 1), dtype=image.dtype)
    for i in range(rows - f + 1):
        for j in range(columns - g + 1):
            feature_map[i, j] = np.sum(image[i:i + f, j:j + g] * kernel)
    return feature_map

# %% right: four nested loops
def correlate2d(image, kernel):
    rows, columns = image.shape
    f, g = kernel.shape
    feature_map = np.zeros((rows - f + 1, columns - g + 1))
    for i in range(rows - f + 1):
        for j in range(columns - g + 1):
            for a in range(f):
                for b in range(g):
                    feature_map[i, j] += image[i + a, j + b] * kernel[a, b]
    return feature_map

# %% right: one shifted copy of the image for each weight
def correlate2d(image, kernel):
    image, kernel = np.asarray(image), np.asarray(kernel)
    rows, columns = image.shape
    f, g = kernel.shape
    feature_map = 0
    for a in range(f):
        for b in range(g):
            feature_map = feature_map + kernel[a, b] * image[a:rows - f + 1 + a, b:columns - g + 1 + b]
    return feature_map

# %% right: all windows at once, as nested lists
def correlate2d(image, kernel):
    all_windows = np.lib.stride_tricks.sliding_window_view(image, np.shape(kernel))
    return (all_windows * kernel).sum(axis=(2, 3)).tolist()
