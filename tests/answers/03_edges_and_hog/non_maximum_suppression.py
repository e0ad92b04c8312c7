# Exercise 5: only the ridges of the magnitude are kept.

# %% idea
# For one pixel, decide first which of the two changes is larger: that says which straight neighbour lies on the way,
# and the diagonal one is on the same side. Ahead is a mixture of these two, behind is the same thing mirrored, and the
# pixel stays if neither is stronger.

# %% draw
MAGNITUDES = ("positive", "deep", "eighths", "single")


def magnitudes(d):
    return np.abs(d.image(d.whole(3, 5), d.whole(3, 6), kinds=MAGNITUDES, plain=True, ties=False))


def arrows(d, shape, straight):
    """Two arrays of changes: never both 0, and one of them always where they are to be straight."""
    type_ = d.one_of((np.int64, np.int16, np.float64, np.float32))
    sizes = np.array([-4, -2, -1, 1, 2, 4])
    g_x, g_y = d.random.choice(sizes, shape), d.random.choice(sizes, shape)
    if straight:
        flat = d.random.random(shape) < 0.5
        g_x, g_y = np.where(flat, g_x, 0), np.where(flat, 0, g_y)
    return g_x.astype(type_), g_y.astype(type_)


def sides(magnitude, g_x, g_y):
    """What lies ahead and behind of each inner pixel, to see whether anything is too close to call."""
    found = []
    for i in range(1, magnitude.shape[0] - 1):
        for j in range(1, magnitude.shape[1] - 1):
            x, y = float(g_x[i, j]), float(g_y[i, j])
            right, down = int(np.sign(x)), int(np.sign(y))
            share = min(abs(x), abs(y)) / max(abs(x), abs(y), 1e-9)
            a, b = (0, right) if abs(x) >= abs(y) else (down, 0)
            for sign in (1, -1):
                side = (1 - share) * float(magnitude[i + sign * a, j + sign * b]) + share * float(
                    magnitude[i + sign * down, j + sign * right]
                )
                found.append((float(magnitude[i, j]), side, share))
    return found


def told_apart(magnitude, g_x, g_y):
    return all(abs(middle - side) > 1e-3 * max(middle, 1) for middle, side, _ in sides(magnitude, g_x, g_y))


def ridge(d, straight):
    """Magnitudes with a few large ones, so that some pixels are kept and some are not."""
    while True:
        magnitude = magnitudes(d)
        g_x, g_y = arrows(d, magnitude.shape, straight)
        found = sides(magnitude, g_x, g_y)
        kept = sum(all(middle >= side for middle, side, _ in found[k : k + 2]) for k in range(0, len(found), 2))
        if told_apart(magnitude, g_x, g_y) and 0 < kept < len(found) // 2:
            if d.chance(0.25):                      # of a picture from 0 to 1, with faint edges
                magnitude = magnitude / 4096
            return d.laid_out(magnitude), d.laid_out(g_x), d.laid_out(g_y)


def test_suppression_straight(d):
    return ridge(d, straight=True)


def test_suppression_slanted(d):
    magnitude, g_x, g_y = ridge(d, straight=False)
    if d.chance(0.25):                              # of a picture with next to no contrast
        return magnitude, d.laid_out(g_x * 1e-9), d.laid_out(g_y * 1e-9)
    return magnitude, g_x, g_y


def test_suppression_level(d):
    """Straight gradients, neighbours that are equal, and pixels without any gradient."""
    shape = d.whole(3, 4), d.whole(3, 5)
    type_ = d.one_of((np.float64, np.float32, np.uint8, np.int64))
    magnitude = d.random.choice([2, 2, 2, 5, 5, 9], shape)
    g_x, g_y = arrows(d, shape, straight=True)
    nothing = d.random.random(shape) < 0.25
    magnitude, g_x, g_y = (np.where(nothing, 0, array) for array in (magnitude, g_x, g_y))
    return d.laid_out(magnitude.astype(type_)), d.laid_out(g_x), d.laid_out(g_y)


# %% wrong: the largest of all eight neighbours | 0 of 3
# you compare with all eight neighbours; only the two places across the edge count, ahead and behind along the gradient
def non_maximum_suppression(magnitude, g_x, g_y):
    thin = np.zeros(np.shape(magnitude))
    for i in range(1, thin.shape[0] - 1):
        for j in range(1, thin.shape[1] - 1):
            if magnitude[i, j] >= np.max(magnitude[i - 1 : i + 2, j - 1 : j + 2]):
                thin[i, j] = magnitude[i, j]
    return thin


# %% wrong: walks along the edge | 0 of 3
# you walk along the edge, at right angles to the gradient; walk along the gradient, which points across the edge
def non_maximum_suppression(magnitude, g_x, g_y):
    thin = np.zeros(np.shape(magnitude))
    for i in range(1, thin.shape[0] - 1):
        for j in range(1, thin.shape[1] - 1):
            x, y = -float(g_y[i, j]), float(g_x[i, j])
            right, down = int(np.sign(x)), int(np.sign(y))
            share = min(abs(x), abs(y)) / max(abs(x), abs(y), 1e-300)
            a, b = (0, right) if abs(x) >= abs(y) else (down, 0)
            ahead = (1 - share) * magnitude[i + a, j + b] + share * magnitude[i + down, j + right]
            behind = (1 - share) * magnitude[i - a, j - b] + share * magnitude[i - down, j - right]
            if magnitude[i, j] >= max(ahead, behind):
                thin[i, j] = magnitude[i, j]
    return thin


# %% wrong: rows for columns | 0 of 3
# `g_x` moves you down and `g_y` to the right: `g_x` belongs to the columns, the second index
def non_maximum_suppression(magnitude, g_x, g_y):
    thin = np.zeros(np.shape(magnitude))
    for i in range(1, thin.shape[0] - 1):
        for j in range(1, thin.shape[1] - 1):
            y, x = float(g_x[i, j]), float(g_y[i, j])
            right, down = int(np.sign(x)), int(np.sign(y))
            share = min(abs(x), abs(y)) / max(abs(x), abs(y), 1e-300)
            a, b = (0, right) if abs(x) >= abs(y) else (down, 0)
            ahead = (1 - share) * magnitude[i + a, j + b] + share * magnitude[i + down, j + right]
            behind = (1 - share) * magnitude[i - a, j - b] + share * magnitude[i - down, j - right]
            if magnitude[i, j] >= max(ahead, behind):
                thin[i, j] = magnitude[i, j]
    return thin


# %% wrong: looks ahead only | 0 of 3
# you look ahead only: the place behind has to be no larger either
def non_maximum_suppression(magnitude, g_x, g_y):
    thin = np.zeros(np.shape(magnitude))
    for i in range(1, thin.shape[0] - 1):
        for j in range(1, thin.shape[1] - 1):
            x, y = float(g_x[i, j]), float(g_y[i, j])
            right, down = int(np.sign(x)), int(np.sign(y))
            share = min(abs(x), abs(y)) / max(abs(x), abs(y), 1e-300)
            a, b = (0, right) if abs(x) >= abs(y) else (down, 0)
            if magnitude[i, j] >= (1 - share) * magnitude[i + a, j + b] + share * magnitude[i + down, j + right]:
                thin[i, j] = magnitude[i, j]
    return thin


# %% wrong: one of the two sides is enough | 0 of 3
# for you it is enough to be no weaker than one of the two sides; it takes both
def non_maximum_suppression(magnitude, g_x, g_y):
    thin = np.zeros(np.shape(magnitude))
    for i in range(1, thin.shape[0] - 1):
        for j in range(1, thin.shape[1] - 1):
            x, y = float(g_x[i, j]), float(g_y[i, j])
            right, down = int(np.sign(x)), int(np.sign(y))
            share = min(abs(x), abs(y)) / max(abs(x), abs(y), 1e-300)
            a, b = (0, right) if abs(x) >= abs(y) else (down, 0)
            ahead = (1 - share) * magnitude[i + a, j + b] + share * magnitude[i + down, j + right]
            behind = (1 - share) * magnitude[i - a, j - b] + share * magnitude[i - down, j - right]
            if magnitude[i, j] >= ahead or magnitude[i, j] >= behind:
                thin[i, j] = magnitude[i, j]
    return thin


# %% wrong: the nearest of the eight neighbours, no mean of two | 2 of 3
# you take the neighbour nearest to the end of the step; take the weighted mean of the two that it lies between
def non_maximum_suppression(magnitude, g_x, g_y):
    thin = np.zeros(np.shape(magnitude))
    for i in range(1, thin.shape[0] - 1):
        for j in range(1, thin.shape[1] - 1):
            x, y = float(g_x[i, j]), float(g_y[i, j])
            largest = max(abs(x), abs(y), 1e-300)
            b, a = round(x / largest), round(y / largest)
            if magnitude[i, j] >= max(magnitude[i + a, j + b], magnitude[i - a, j - b]):
                thin[i, j] = magnitude[i, j]
    return thin


# %% wrong: the weights of the two neighbours are swapped | 2 of 3
# the two weights are swapped: smaller / larger is the weight of the diagonal neighbour
def non_maximum_suppression(magnitude, g_x, g_y):
    thin = np.zeros(np.shape(magnitude))
    for i in range(1, thin.shape[0] - 1):
        for j in range(1, thin.shape[1] - 1):
            x, y = float(g_x[i, j]), float(g_y[i, j])
            right, down = int(np.sign(x)), int(np.sign(y))
            share = 1 - min(abs(x), abs(y)) / max(abs(x), abs(y), 1e-300)
            a, b = (0, right) if abs(x) >= abs(y) else (down, 0)
            ahead = (1 - share) * magnitude[i + a, j + b] + share * magnitude[i + down, j + right]
            behind = (1 - share) * magnitude[i - a, j - b] + share * magnitude[i - down, j - right]
            if magnitude[i, j] >= max(ahead, behind):
                thin[i, j] = magnitude[i, j]
    return thin


# %% wrong: always the two neighbours halfway | 2 of 3
# you take the plain mean of the two neighbours; their weights depend on the direction of the gradient
def non_maximum_suppression(magnitude, g_x, g_y):
    thin = np.zeros(np.shape(magnitude))
    for i in range(1, thin.shape[0] - 1):
        for j in range(1, thin.shape[1] - 1):
            x, y = float(g_x[i, j]), float(g_y[i, j])
            right, down = int(np.sign(x)), int(np.sign(y))
            share = 0.5 if right and down else 0
            a, b = (0, right) if abs(x) >= abs(y) else (down, 0)
            ahead = (1 - share) * magnitude[i + a, j + b] + share * magnitude[i + down, j + right]
            behind = (1 - share) * magnitude[i - a, j - b] + share * magnitude[i - down, j - right]
            if magnitude[i, j] >= max(ahead, behind):
                thin[i, j] = magnitude[i, j]
    return thin


# %% wrong: loses the signs of the gradient | 2 of 3
# you lose the signs of the gradient: with one positive and one negative, the step goes to the other diagonal
def non_maximum_suppression(magnitude, g_x, g_y):
    thin = np.zeros(np.shape(magnitude))
    for i in range(1, thin.shape[0] - 1):
        for j in range(1, thin.shape[1] - 1):
            x, y = abs(float(g_x[i, j])), abs(float(g_y[i, j]))
            right, down = int(np.sign(x)), int(np.sign(y))
            share = min(x, y) / max(x, y, 1e-300)
            a, b = (0, right) if x >= y else (down, 0)
            ahead = (1 - share) * magnitude[i + a, j + b] + share * magnitude[i + down, j + right]
            behind = (1 - share) * magnitude[i - a, j - b] + share * magnitude[i - down, j - right]
            if magnitude[i, j] >= max(ahead, behind):
                thin[i, j] = magnitude[i, j]
    return thin


# %% wrong: only what is larger than both sides | 2 of 3
# a pixel that is as strong as a neighbour is kept, too: `>=`
def non_maximum_suppression(magnitude, g_x, g_y):
    thin = np.zeros(np.shape(magnitude))
    for i in range(1, thin.shape[0] - 1):
        for j in range(1, thin.shape[1] - 1):
            x, y = float(g_x[i, j]), float(g_y[i, j])
            right, down = int(np.sign(x)), int(np.sign(y))
            share = min(abs(x), abs(y)) / max(abs(x), abs(y), 1e-300)
            a, b = (0, right) if abs(x) >= abs(y) else (down, 0)
            ahead = (1 - share) * magnitude[i + a, j + b] + share * magnitude[i + down, j + right]
            behind = (1 - share) * magnitude[i - a, j - b] + share * magnitude[i - down, j - right]
            if magnitude[i, j] > max(ahead, behind):
                thin[i, j] = magnitude[i, j]
    return thin


# %% wrong: True and False instead of magnitudes | 0 of 3
# these are truth values, or 0 and 1; return the magnitude where a pixel is kept
def non_maximum_suppression(magnitude, g_x, g_y):
    thin = np.zeros(np.shape(magnitude), dtype=bool)
    for i in range(1, thin.shape[0] - 1):
        for j in range(1, thin.shape[1] - 1):
            x, y = float(g_x[i, j]), float(g_y[i, j])
            right, down = int(np.sign(x)), int(np.sign(y))
            share = min(abs(x), abs(y)) / max(abs(x), abs(y), 1e-300)
            a, b = (0, right) if abs(x) >= abs(y) else (down, 0)
            ahead = (1 - share) * magnitude[i + a, j + b] + share * magnitude[i + down, j + right]
            behind = (1 - share) * magnitude[i - a, j - b] + share * magnitude[i - down, j - right]
            thin[i, j] = magnitude[i, j] >= max(ahead, behind) and magnitude[i, j] > 0
    return thin


# %% wrong: compares with what is already thinned | 0 of 3
# you compare with values that you have already set to 0: read from `magnitude`, write into another array
def non_maximum_suppression(magnitude, g_x, g_y):
    thin = np.array(magnitude, dtype=float)
    for i in range(1, thin.shape[0] - 1):
        for j in range(1, thin.shape[1] - 1):
            x, y = float(g_x[i, j]), float(g_y[i, j])
            right, down = int(np.sign(x)), int(np.sign(y))
            share = min(abs(x), abs(y)) / max(abs(x), abs(y), 1e-300)
            a, b = (0, right) if abs(x) >= abs(y) else (down, 0)
            ahead = (1 - share) * thin[i + a, j + b] + share * thin[i + down, j + right]
            behind = (1 - share) * thin[i - a, j - b] + share * thin[i - down, j - right]
            if thin[i, j] < max(ahead, behind):
                thin[i, j] = 0
    thin[[0, -1]] = 0
    thin[:, [0, -1]] = 0
    return thin


# %% wrong: keeps the border | 0 of 3
# the border of the map has to be 0: its pixels lack a neighbour
def non_maximum_suppression(magnitude, g_x, g_y):
    thin = np.array(magnitude, dtype=float)
    for i in range(1, thin.shape[0] - 1):
        for j in range(1, thin.shape[1] - 1):
            x, y = float(g_x[i, j]), float(g_y[i, j])
            right, down = int(np.sign(x)), int(np.sign(y))
            share = min(abs(x), abs(y)) / max(abs(x), abs(y), 1e-300)
            a, b = (0, right) if abs(x) >= abs(y) else (down, 0)
            ahead = (1 - share) * magnitude[i + a, j + b] + share * magnitude[i + down, j + right]
            behind = (1 - share) * magnitude[i - a, j - b] + share * magnitude[i - down, j - right]
            if magnitude[i, j] < max(ahead, behind):
                thin[i, j] = 0
    return thin


# %% wrong: leaves the border out | 0 of 3
# the result is smaller than `magnitude`: keep its shape, with 0 on the border
def non_maximum_suppression(magnitude, g_x, g_y):
    thin = np.zeros(np.shape(magnitude))
    for i in range(1, thin.shape[0] - 1):
        for j in range(1, thin.shape[1] - 1):
            x, y = float(g_x[i, j]), float(g_y[i, j])
            right, down = int(np.sign(x)), int(np.sign(y))
            share = min(abs(x), abs(y)) / max(abs(x), abs(y), 1e-300)
            a, b = (0, right) if abs(x) >= abs(y) else (down, 0)
            ahead = (1 - share) * magnitude[i + a, j + b] + share * magnitude[i + down, j + right]
            behind = (1 - share) * magnitude[i - a, j - b] + share * magnitude[i - down, j - right]
            if magnitude[i, j] >= max(ahead, behind):
                thin[i, j] = magnitude[i, j]
    return thin[1:-1, 1:-1]


# %% wrong: computes the magnitude anew | 0 of 3
# you compute the magnitude from the gradients anew; compare and return the magnitudes that are given
def non_maximum_suppression(magnitude, g_x, g_y):
    magnitude = np.sqrt(np.square(g_x, dtype=float) + np.square(g_y, dtype=float))
    thin = np.zeros(np.shape(magnitude))
    for i in range(1, thin.shape[0] - 1):
        for j in range(1, thin.shape[1] - 1):
            x, y = float(g_x[i, j]), float(g_y[i, j])
            right, down = int(np.sign(x)), int(np.sign(y))
            share = min(abs(x), abs(y)) / max(abs(x), abs(y), 1e-300)
            a, b = (0, right) if abs(x) >= abs(y) else (down, 0)
            ahead = (1 - share) * magnitude[i + a, j + b] + share * magnitude[i + down, j + right]
            behind = (1 - share) * magnitude[i - a, j - b] + share * magnitude[i - down, j - right]
            if magnitude[i, j] >= max(ahead, behind):
                thin[i, j] = magnitude[i, j]
    return thin


# %% wrong: sets the magnitudes it was given to 0 | 0 of 3
# your function changed the array `magnitude` that it was given; work on a copy (`magnitude.copy()`), because the caller still needs the old one
def non_maximum_suppression(magnitude, g_x, g_y):
    before = np.array(magnitude, dtype=float)
    for i in range(1, before.shape[0] - 1):
        for j in range(1, before.shape[1] - 1):
            x, y = float(g_x[i, j]), float(g_y[i, j])
            right, down = int(np.sign(x)), int(np.sign(y))
            share = min(abs(x), abs(y)) / max(abs(x), abs(y), 1e-300)
            a, b = (0, right) if abs(x) >= abs(y) else (down, 0)
            ahead = (1 - share) * before[i + a, j + b] + share * before[i + down, j + right]
            behind = (1 - share) * before[i - a, j - b] + share * before[i - down, j - right]
            if before[i, j] < max(ahead, behind):
                magnitude[i, j] = 0
    magnitude[[0, -1]] = 0
    magnitude[:, [0, -1]] = 0
    return magnitude


# %% wrong: asks SciPy for the values between pixels | 0 of 3
# `non_maximum_suppression` is to be written by hand, and your code uses `scipy.ndimage.map_coordinates`: write out what it does
def non_maximum_suppression(magnitude, g_x, g_y):
    largest = np.maximum(np.maximum(np.abs(g_x), np.abs(g_y)), 1e-300)
    places, step = np.indices(np.shape(magnitude)), np.array([g_y / largest, g_x / largest])
    strong = np.asarray(magnitude, dtype=float)
    ahead, behind = (ndimage.map_coordinates(strong, places + sign * step, order=1) for sign in (1, -1))
    thin = np.where((strong >= ahead) & (strong >= behind), strong, 0)
    thin[[0, -1]] = 0
    thin[:, [0, -1]] = 0
    return thin


# %% wrong: the straight neighbour is always to the right | 0 of 3
# the straight neighbour was always the one to the right or left: where |g_y| is larger, it is the one above or below
def non_maximum_suppression(magnitude, g_x, g_y):
    thin = np.zeros(np.shape(magnitude))
    for i in range(1, thin.shape[0] - 1):
        for j in range(1, thin.shape[1] - 1):
            x, y = g_x[i, j], g_y[i, j]
            if x == 0 and y == 0:
                continue
            right, down = int(np.sign(x)), int(np.sign(y))
            w = min(abs(x), abs(y)) / max(abs(x), abs(y))
            ahead = (1 - w) * magnitude[i, j + right] + w * magnitude[i + down, j + right]
            behind = (1 - w) * magnitude[i, j - right] + w * magnitude[i - down, j - right]
            if magnitude[i, j] >= max(ahead, behind):
                thin[i, j] = magnitude[i, j]
    return thin

# %% wrong: the angle rounded to one of eight neighbours | 2 of 3
# you take one neighbour, that of the rounded angle: take the weighted mean of the straight and the diagonal one
def non_maximum_suppression(magnitude, g_x, g_y):
    thin = np.zeros(np.shape(magnitude))
    angle = np.rad2deg(np.arctan2(np.asarray(g_y, float), np.asarray(g_x, float))) % 180
    for i in range(1, thin.shape[0] - 1):
        for j in range(1, thin.shape[1] - 1):
            if magnitude[i, j] == 0:
                continue
            a, b = [(0, 1), (1, 1), (1, 0), (1, -1)][int((angle[i, j] + 22.5) // 45) % 4]
            if magnitude[i, j] >= max(magnitude[i + a, j + b], magnitude[i - a, j - b]):
                thin[i, j] = magnitude[i, j]
    return thin

# %% wrong: a small number in the divisor | 2 of 3
# a small number was added to what you divide by: very small gradients get a wrong weight
def non_maximum_suppression(magnitude, g_x, g_y):
    thin = np.zeros(np.shape(magnitude))
    for i in range(1, thin.shape[0] - 1):
        for j in range(1, thin.shape[1] - 1):
            x, y = g_x[i, j], g_y[i, j]
            if x == 0 and y == 0:
                continue
            right, down = int(np.sign(x)), int(np.sign(y))
            w = min(abs(x), abs(y)) / (max(abs(x), abs(y)) + 1e-8)
            a, b = (0, right) if abs(x) > abs(y) else (down, 0)
            ahead = (1 - w) * magnitude[i + a, j + b] + w * magnitude[i + down, j + right]
            behind = (1 - w) * magnitude[i - a, j - b] + w * magnitude[i - down, j - right]
            if magnitude[i, j] >= max(ahead, behind):
                thin[i, j] = magnitude[i, j]
    return thin

# %% wrong: 1 where a pixel is kept | 0 of 3
# these are truth values, or 0 and 1; return the magnitude where a pixel is kept
def non_maximum_suppression(magnitude, g_x, g_y):
    thin = np.zeros(np.shape(magnitude))
    for i in range(1, thin.shape[0] - 1):
        for j in range(1, thin.shape[1] - 1):
            x, y = float(g_x[i, j]), float(g_y[i, j])
            if x == 0 and y == 0:
                continue
            right, down = int(np.sign(x)), int(np.sign(y))
            share = min(abs(x), abs(y)) / max(abs(x), abs(y))
            a, b = (0, right) if abs(x) >= abs(y) else (down, 0)
            ahead = (1 - share) * magnitude[i + a, j + b] + share * magnitude[i + down, j + right]
            behind = (1 - share) * magnitude[i - a, j - b] + share * magnitude[i - down, j - right]
            if magnitude[i, j] >= max(ahead, behind):
                thin[i, j] = 1
    return thin


# %% wrong: the straight neighbours only | 2 of 3
# you compare with the straight neighbours only; the step ends between a straight and a diagonal one, so both count
def non_maximum_suppression(magnitude, g_x, g_y):
    thin = np.zeros(np.shape(magnitude))
    for i in range(1, thin.shape[0] - 1):
        for j in range(1, thin.shape[1] - 1):
            x, y = float(g_x[i, j]), float(g_y[i, j])
            a, b = (0, int(np.sign(x))) if abs(x) >= abs(y) else (int(np.sign(y)), 0)
            if magnitude[i, j] >= max(magnitude[i + a, j + b], magnitude[i - a, j - b]):
                thin[i, j] = magnitude[i, j]
    return thin


# %% wrong: counts upwards | 2 of 3
# you go up where `g_y` is positive; rows count downwards, so it has to be down
def non_maximum_suppression(magnitude, g_x, g_y):
    thin = np.zeros(np.shape(magnitude))
    for i in range(1, thin.shape[0] - 1):
        for j in range(1, thin.shape[1] - 1):
            x, y = float(g_x[i, j]), -float(g_y[i, j])
            right, down = int(np.sign(x)), int(np.sign(y))
            share = min(abs(x), abs(y)) / max(abs(x), abs(y), 1e-300)
            a, b = (0, right) if abs(x) >= abs(y) else (down, 0)
            ahead = (1 - share) * magnitude[i + a, j + b] + share * magnitude[i + down, j + right]
            behind = (1 - share) * magnitude[i - a, j - b] + share * magnitude[i - down, j - right]
            if magnitude[i, j] >= max(ahead, behind):
                thin[i, j] = magnitude[i, j]
    return thin


# %% wrong: sets magnitudes to 0 while it reads them | 0 of 3
# you compare with values that you have already set to 0: read from `magnitude`, write into another array
def non_maximum_suppression(magnitude, g_x, g_y):
    thin = np.asarray(magnitude, dtype=float)
    for i in range(1, thin.shape[0] - 1):
        for j in range(1, thin.shape[1] - 1):
            x, y = float(g_x[i, j]), float(g_y[i, j])
            if x == 0 and y == 0:
                continue
            right, down = int(np.sign(x)), int(np.sign(y))
            share = min(abs(x), abs(y)) / max(abs(x), abs(y))
            a, b = (0, right) if abs(x) >= abs(y) else (down, 0)
            ahead = (1 - share) * thin[i + a, j + b] + share * thin[i + down, j + right]
            behind = (1 - share) * thin[i - a, j - b] + share * thin[i - down, j - right]
            if thin[i, j] < max(ahead, behind):
                thin[i, j] = 0
    return thin


# %% right: the whole map at once, from shifted copies
def non_maximum_suppression(magnitude, g_x, g_y):
    strong = np.asarray(magnitude, dtype=float)
    x, y = np.asarray(g_x, dtype=float), np.asarray(g_y, dtype=float)
    wide = np.pad(strong, 1)
    right, down = np.sign(x).astype(int), np.sign(y).astype(int)
    rows, columns = np.indices(strong.shape) + 1
    larger, smaller = np.maximum(np.abs(x), np.abs(y)), np.minimum(np.abs(x), np.abs(y))
    share = np.divide(smaller, larger, out=np.zeros_like(larger), where=larger > 0)
    level = np.abs(x) >= np.abs(y)
    kept = np.ones(strong.shape, dtype=bool)
    for sign in (1, -1):
        near = wide[rows + sign * np.where(level, 0, down), columns + sign * np.where(level, right, 0)]
        kept &= strong >= near + share * (wide[rows + sign * down, columns + sign * right] - near)
    kept[0] = kept[-1] = kept[:, 0] = kept[:, -1] = False
    return np.where(kept, strong, 0)


# %% right: pixel by pixel, the cases written out
def non_maximum_suppression(magnitude, g_x, g_y):
    m = np.asarray(magnitude).tolist()
    thin = [[0] * len(row) for row in m]
    for i in range(1, len(m) - 1):
        for j in range(1, len(m[0]) - 1):
            x, y = float(g_x[i][j]), float(g_y[i][j])
            if x == 0 and y == 0:
                continue
            b, a = (1 if x > 0 else -1), (1 if y > 0 else -1)
            if abs(x) > abs(y):
                w = abs(y / x)
                ahead = m[i][j + b] * (1 - w) + m[i + a][j + b] * w
                behind = m[i][j - b] * (1 - w) + m[i - a][j - b] * w
            else:
                w = abs(x / y)
                ahead = m[i + a][j] * (1 - w) + m[i + a][j + b] * w
                behind = m[i - a][j] * (1 - w) + m[i - a][j - b] * w
            if m[i][j] >= ahead and m[i][j] >= behind:
                thin[i][j] = m[i][j]
    return thin


# %% right: the value at a place that may lie between four pixels
def non_maximum_suppression(magnitude, g_x, g_y):
    def at(row, column):
        i, j = int(np.floor(row)), int(np.floor(column))
        total = 0.0
        for a in (0, 1):
            for b in (0, 1):
                weight = (1 - abs(row - (i + a))) * (1 - abs(column - (j + b)))
                if weight > 0:
                    total += weight * magnitude[i + a, j + b]
        return total

    thin = np.zeros(magnitude.shape)
    for i in range(1, magnitude.shape[0] - 1):
        for j in range(1, magnitude.shape[1] - 1):
            largest = max(abs(g_x[i, j]), abs(g_y[i, j]))
            if largest > 0:
                x, y = g_x[i, j] / largest, g_y[i, j] / largest
                if at(i + y, j + x) <= magnitude[i, j] >= at(i - y, j - x):
                    thin[i, j] = magnitude[i, j]
    return thin


# %% equivalent
# `min(abs(x), abs(y))` → `min(abs(y), abs(x))`: the smaller of two numbers is the same in either order
# `max(abs(x), abs(y))` → `max(abs(y), abs(x))`: the larger of two numbers is the same in either order
# `abs(x) > abs(y)` → `abs(x) >= abs(y)`: where the two are equal, the straight neighbour has the weight 0
# `max(ahead, behind)` → `max(behind, ahead)`: the larger of two numbers is the same in either order

# %% wrong: a tolerance of a thousandth | 1 of 3
# pixels are kept that are weaker than a neighbour by up to 0.001: in faint pictures that is a lot
def non_maximum_suppression(magnitude, g_x, g_y):
    m, g_x, g_y = (np.asarray(array, dtype=float) for array in (magnitude, g_x, g_y))
    kept = np.zeros(m.shape)
    for i in range(1, m.shape[0] - 1):
        for j in range(1, m.shape[1] - 1):
            x, y = g_x[i, j], g_y[i, j]
            if x == 0 and y == 0:
                continue
            share = min(abs(x), abs(y)) / max(abs(x), abs(y))
            right, down = int(np.sign(x)), int(np.sign(y))
            a, b = (0, right) if abs(x) >= abs(y) else (down, 0)
            ahead = (1 - share) * m[i + a, j + b] + share * m[i + down, j + right]
            behind = (1 - share) * m[i - a, j - b] + share * m[i - down, j - right]
            if m[i, j] >= ahead - 1e-3 and m[i, j] >= behind - 1e-3:
                kept[i, j] = m[i, j]
    return kept
