# Exercise 1: how much a picture changes at each pixel, to the right and downwards.

# %% idea
# Lay the picture beside a copy of itself that is moved by two pixels, and subtract. The result is two pixels short, so
# it belongs in the middle of a field of zeros. And bytes cannot be negative: change the type before you subtract.

# %% draw
def test_gradients_x(d):
    return (d.image(kinds=("whole", "positive")),)

def test_gradients_y(d):
    return (d.image(kinds=("whole", "positive", "eighths")),)

def test_gradients_bytes(d):
    return (d.image(d.whole(2, 5), d.whole(2, 5), kinds=("grey", "grey", "deep", "deep grey", "deep signed", *FRACTIONS)),)

# %% wrong: returns the two in the wrong order | 0 of 3
# `g_x` and `g_y` are in the wrong order: the change to the right is returned first
def gradients(image):
    image = np.asarray(image, dtype=float)
    g_x, g_y = np.zeros(image.shape), np.zeros(image.shape)
    g_x[:, 1:-1] = image[:, 2:] - image[:, :-2]
    g_y[1:-1] = image[2:] - image[:-2]
    return g_y, g_x

# %% wrong: left minus right | 1 of 3
# this is left minus right; it should be right minus left
def gradients(image):
    image = np.asarray(image, dtype=float)
    g_x, g_y = np.zeros(image.shape), np.zeros(image.shape)
    g_x[:, 1:-1] = image[:, :-2] - image[:, 2:]
    g_y[1:-1] = image[2:] - image[:-2]
    return g_x, g_y

# %% wrong: upper minus lower, as the slide does | 2 of 3
# this is the upper minus the lower neighbour; rows count downwards, so take the lower minus the upper one
def gradients(image):
    image = np.asarray(image, dtype=float)
    g_x, g_y = np.zeros(image.shape), np.zeros(image.shape)
    g_x[:, 1:-1] = image[:, 2:] - image[:, :-2]
    g_y[1:-1] = image[:-2] - image[2:]
    return g_x, g_y

# %% wrong: the next pixel minus this one | 0 of 3
# this is the next pixel minus the pixel itself; take the neighbour on the other side instead of the pixel
def gradients(image):
    image = np.asarray(image, dtype=float)
    g_x, g_y = np.zeros(image.shape), np.zeros(image.shape)
    g_x[:, :-1] = image[:, 1:] - image[:, :-1]
    g_y[:-1] = image[1:] - image[:-1]
    return g_x, g_y

# %% wrong: halves the differences, as the slope per pixel | 0 of 3
# these are halves: leave out the division by 2
def gradients(image):
    image = np.asarray(image, dtype=float)
    g_x, g_y = np.zeros(image.shape), np.zeros(image.shape)
    g_x[:, 1:-1] = (image[:, 2:] - image[:, :-2]) / 2
    g_y[1:-1] = (image[2:] - image[:-2]) / 2
    return g_x, g_y

# %% wrong: repeats the edge, so that the border changes | 0 of 3
# the middle is right, but the border is not: where a neighbour is missing, the change is 0
def gradients(image):
    image = np.asarray(image, dtype=float)
    rows, columns = image.shape
    g_x, g_y = np.zeros(image.shape), np.zeros(image.shape)
    for i in range(rows):
        for j in range(columns):
            g_x[i, j] = image[i, min(j + 1, columns - 1)] - image[i, max(j - 1, 0)]
            g_y[i, j] = image[min(i + 1, rows - 1), j] - image[max(i - 1, 0), j]
    return g_x, g_y

# %% wrong: negative indices reach round to the other end | 0 of 3
# at the border the neighbour was taken from the other end of the picture; write 0 where it is missing
def gradients(image):
    image = np.asarray(image, dtype=float)
    g_x = np.roll(image, -1, axis=1) - np.roll(image, 1, axis=1)
    g_y = np.roll(image, -1, axis=0) - np.roll(image, 1, axis=0)
    return g_x, g_y

# %% wrong: subtracts bytes | 2 of 3
# negative changes became large numbers: types without a sign, such as uint8, cannot be negative. Make the picture `float` first
def gradients(image):
    g_x, g_y = np.zeros(image.shape), np.zeros(image.shape)
    g_x[:, 1:-1] = image[:, 2:] - image[:, :-2]
    g_y[1:-1] = image[2:] - image[:-2]
    return g_x, g_y

# %% wrong: keeps only the middle | 0 of 3
# the border is missing on all four sides: the result is as large as the picture
def gradients(image):
    image = np.asarray(image, dtype=float)
    return (image[:, 2:] - image[:, :-2])[1:-1], (image[2:] - image[:-2])[:, 1:-1]

# %% wrong: the size of the change without its sign | 0 of 3
# the sign is lost: keep it, it says whether the picture gets brighter or darker
def gradients(image):
    image = np.asarray(image, dtype=float)
    g_x, g_y = np.zeros(image.shape), np.zeros(image.shape)
    g_x[:, 1:-1] = np.abs(image[:, 2:] - image[:, :-2])
    g_y[1:-1] = np.abs(image[2:] - image[:-2])
    return g_x, g_y

# %% wrong: leaves out the first and last row for both | 1 of 3
# the rows above and below the border are 0 for you; to the right there is a change in them too
def gradients(image):
    image = np.asarray(image, dtype=float)
    rows, columns = image.shape
    g_x, g_y = np.zeros(image.shape), np.zeros(image.shape)
    for i in range(1, rows - 1):
        for j in range(1, columns - 1):
            g_x[i, j] = image[i, j + 1] - image[i, j - 1]
    g_y[1:-1] = image[2:] - image[:-2]
    return g_x, g_y

# %% wrong: adds the neighbours | 1 of 3
# this is the sum of the two neighbours; take the difference
def gradients(image):
    image = np.asarray(image, dtype=float)
    g_x, g_y = np.zeros(image.shape), np.zeros(image.shape)
    g_x[:, 1:-1] = image[:, 2:] + image[:, :-2]
    g_y[1:-1] = image[2:] - image[:-2]
    return g_x, g_y

# %% wrong: asks NumPy | 0 of 3
# `gradients` is to be written by hand, and your code uses `numpy.gradient`: write out what it does
def gradients(image):
    g_y, g_x = np.gradient(np.asarray(image, dtype=float))
    g_x[:, [0, -1]] = 0
    g_y[[0, -1]] = 0
    return 2 * g_x, 2 * g_y

# %% wrong: the next pixel minus this one, with a border of 0 | 0 of 3
# this is the next pixel minus the pixel itself; take the neighbour on the other side instead of the pixel
def gradients(image):
    image = np.asarray(image, dtype=float)
    g_x, g_y = np.zeros(image.shape), np.zeros(image.shape)
    g_x[:, 1:-1] = image[:, 2:] - image[:, 1:-1]
    g_y[1:-1] = image[2:] - image[1:-1]
    return g_x, g_y

# %% wrong: makes room for bytes only | 2 of 3
# the differences of 16-bit numbers do not fit into 16 bits: compute in float
def gradients(image):
    pixels = np.asarray(image).astype(np.promote_types(np.asarray(image).dtype, np.int16))
    g_x, g_y = np.zeros_like(pixels), np.zeros_like(pixels)
    g_x[:, 1:-1] = pixels[:, 2:] - pixels[:, :-2]
    g_y[1:-1] = pixels[2:] - pixels[:-2]
    return g_x, g_y

# %% right: two loops over all pixels
def gradients(image):
    rows, columns = len(image), len(image[0])
    g_x = [[0.0] * columns for _ in range(rows)]
    g_y = [[0.0] * columns for _ in range(rows)]
    for i in range(rows):
        for j in range(columns):
            if 0 < j < columns - 1:
                g_x[i][j] = float(image[i][j + 1]) - float(image[i][j - 1])
            if 0 < i < rows - 1:
                g_y[i][j] = float(image[i + 1][j]) - float(image[i - 1][j])
    return np.array(g_x), np.array(g_y)

# %% right: a frame first, then the border set to 0
def gradients(image):
    framed = np.pad(np.asarray(image).astype(np.float32), 1)
    g_x = framed[1:-1, 2:] - framed[1:-1, :-2]
    g_y = framed[2:, 1:-1] - framed[:-2, 1:-1]
    g_x[:, 0] = g_x[:, -1] = 0
    g_y[0] = g_y[-1] = 0
    return g_x, g_y

# %% right: the change downwards is that of the transposed picture
def gradients(image):
    def along(x):
        change = np.zeros_like(x)
        change[:, 1:-1] = x[:, 2:] - x[:, :-2]
        return change
    image = np.array(image, dtype=np.float64)
    return along(image), along(image.T).T

# %% right: rows of lists
def gradients(image):
    def change(row):
        row = [float(value) for value in row]
        return [0.0, *[right - left for left, right in zip(row, row[2:])], 0.0]
    g_x = [change(row) for row in image]
    g_y = [list(row) for row in zip(*[change(column) for column in zip(*image)])]
    return g_x, g_y
