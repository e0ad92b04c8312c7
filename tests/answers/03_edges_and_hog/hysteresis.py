# Exercise 6: two thresholds, and what hangs together.

# %% idea
# Keep two maps: what may become an edge, and what is one already. Let the second one grow by a pixel in all eight
# directions, but only where the first allows it, until a round adds nothing.

# %% draw
TYPES = (np.float64, np.float64, np.float32, np.int64, np.uint8)


def drawn(d, shape, weak, strong, limits=False):
    """Magnitudes, and two thresholds.  weak, strong: shares of pixels.  limits: values may lie on the thresholds."""
    low, high = d.one_of(((4, 8), (3, 9), (5, 7)))
    chosen = d.random.random(shape)
    found = d.random.integers(0, low, shape)
    found = np.where(chosen < weak + strong, d.random.integers(low if limits else low + 1, high, shape), found)
    found = np.where(chosen < strong, d.random.integers(high if limits else high + 1, 14, shape), found)
    type_, scale = d.one_of(TYPES), d.one_of((1, 1, 0.125))
    if scale != 1:
        type_ = np.float64
    return d.laid_out((found * scale).astype(type_)), low * scale, high * scale


def edges_of(magnitude, low, high):
    weak, edges = magnitude >= low, magnitude >= high
    for _ in range(magnitude.size):
        wide = np.pad(edges, 1)
        near = [wide[a : a + edges.shape[0], b : b + edges.shape[1]] for a in range(3) for b in range(3)]
        edges = weak & np.any(near, axis=0)
    return edges


def test_hysteresis_line(d):
    """A single row or column, in which some weak pixels are connected and some are not."""
    while True:
        n = d.whole(6, 9)
        magnitude, low, high = drawn(d, d.one_of(((1, n), (n, 1))), 0.55, 0.15)
        edges = edges_of(magnitude, low, high)
        if (magnitude >= high).sum() < edges.sum() < (magnitude >= low).sum():
            return magnitude, low, high


def winding(d):
    """A weak chain that goes to and fro through a picture, longer than both sides; some of it is cut off."""
    rows, columns, (low, high) = d.one_of((5, 7, 11, 23)), d.whole(4, 8), d.one_of(((4, 8), (3, 9)))
    magnitude = d.random.integers(0, low, (rows, columns))
    magnitude[::2] = low + 1
    for turn, row in enumerate(range(1, rows, 2)):
        magnitude[row, -1 if turn % 2 == 0 else 0] = low + 1
    magnitude[0, 0] = high + 1
    magnitude = magnitude[:, ::-1] if d.chance(0.5) else magnitude
    return d.laid_out(magnitude.T if d.chance(0.5) else magnitude), low, high


def test_hysteresis_curves(d):
    """Curves that turn, in pictures of which some have a long way to go."""
    if d.chance(0.1):  # as many pixels as no function can go through that calls itself for each of them
        magnitude = np.full((d.whole(36, 40), 36), 5)
        magnitude[0, 0] = 9
        return d.laid_out(magnitude), 4, 8
    if d.chance(0.2):
        return winding(d)
    while True:
        magnitude, low, high = drawn(d, (d.whole(3, 6), d.whole(4, 7)), 0.42, 0.06)
        edges, weak = edges_of(magnitude, low, high), magnitude >= low
        if edges.any() and edges.sum() >= (magnitude >= high).sum() + 3 and edges.sum() < weak.sum():
            return magnitude, low, high


def test_hysteresis_limits(d):
    if d.chance(0.25):
        magnitude, low, high = drawn(d, (d.whole(2, 4), d.whole(2, 4)), *d.one_of(((0.4, 0.2), (0, 0))))
        return magnitude, high, low
    magnitude, low, high = drawn(d, (d.whole(2, 4), d.whole(2, 5)), 0.5, d.one_of((0, 0.15, 0.15)), limits=True)
    return magnitude, low, d.one_of((high, high, low))


# %% wrong: the strong pixels only | 0 of 3
# these are the strong pixels only; a weak one that is connected to a strong one is an edge, too
def hysteresis(magnitude, low, high):
    if low > high:
        raise ValueError("low is above high")
    return np.asarray(magnitude) >= high


# %% wrong: all weak pixels | 0 of 3
# these are all pixels from `low` on; a weak one counts only if it is connected to a strong one
def hysteresis(magnitude, low, high):
    if low > high:
        raise ValueError("low is above high")
    return np.asarray(magnitude) >= low


# %% wrong: one step from the strong pixels | 0 of 3
# you went one step from the strong pixels; go on from each weak pixel that has become an edge, until nothing is added
def hysteresis(magnitude, low, high):
    if low > high:
        raise ValueError("low is above high")
    m = np.asarray(magnitude)
    wide = np.pad(m >= high, 1)
    near = np.any([wide[a : a + m.shape[0], b : b + m.shape[1]] for a in range(3) for b in range(3)], axis=0)
    return near & (m >= low)


# %% wrong: one sweep in reading order | 0 of 3
# one sweep over the picture carries edges to the right and downwards only: repeat it until nothing is added
def hysteresis(magnitude, low, high):
    if low > high:
        raise ValueError("low is above high")
    m = np.asarray(magnitude)
    edges = m >= high
    for i in range(m.shape[0]):
        for j in range(m.shape[1]):
            if m[i, j] >= low and edges[max(i - 1, 0) : i + 2, max(j - 1, 0) : j + 2].any():
                edges[i, j] = True
    return edges


# %% wrong: as many steps as the longer side | 2 of 3
# a chain may wind, and be longer than the picture is wide: go on until nothing is added any more
def hysteresis(magnitude, low, high):
    if low > high:
        raise ValueError("low is above high")
    rows, columns = magnitude.shape
    weak, edges = magnitude >= low, magnitude >= high
    for _ in range(max(rows, columns)):
        wide = np.pad(edges, 1)
        edges = weak & np.any([wide[a:a + rows, b:b + columns] for a in range(3) for b in range(3)], axis=0)
    return edges


# %% wrong: four neighbours | 1 of 3
# you go up, down, left and right only; all eight neighbours count, the diagonal ones too
def hysteresis(magnitude, low, high):
    if low > high:
        raise ValueError("low is above high")
    m = np.asarray(magnitude)
    weak, edges = m >= low, m >= high
    for _ in range(m.size):
        wide = np.pad(edges, 1)
        edges = weak & (edges | wide[:-2, 1:-1] | wide[2:, 1:-1] | wide[1:-1, :-2] | wide[1:-1, 2:])
    return edges


# %% wrong: only above the thresholds | 2 of 3
# a magnitude that is exactly on a threshold counts, too: `>=`
def hysteresis(magnitude, low, high):
    if low > high:
        raise ValueError("low is above high")
    m = np.asarray(magnitude)
    weak, edges = m > low, m > high
    for _ in range(m.size):
        wide = np.pad(edges, 1)
        edges = weak & np.any(
            [wide[a : a + m.shape[0], b : b + m.shape[1]] for a in range(3) for b in range(3)], axis=0
        )
    return edges


# %% wrong: only above the lower threshold | 2 of 3
# a magnitude that is exactly `low` counts, too: `>=`
def hysteresis(magnitude, low, high):
    if low > high:
        raise ValueError("low is above high")
    weak, edges = magnitude > low, magnitude >= high
    for _ in range(magnitude.size):
        wide = np.pad(edges, 1)
        edges = edges | weak & np.any([wide[a:a + len(edges), b:b + edges.shape[1]] for a in range(3) for b in range(3)], axis=0)
    return edges

# %% wrong: strong only above the higher threshold | 2 of 3
# a magnitude that is exactly `high` is strong, too: `>=`
def hysteresis(magnitude, low, high):
    if low > high:
        raise ValueError("low is above high")
    weak, edges = magnitude >= low, magnitude > high
    for _ in range(magnitude.size):
        wide = np.pad(edges, 1)
        edges = weak & np.any([wide[a:a + len(edges), b:b + edges.shape[1]] for a in range(3) for b in range(3)], axis=0)
    return edges

# %% wrong: goes on through pixels below low | 0 of 3
# you go on through pixels that are below `low`: only from `low` on can a pixel become an edge
def hysteresis(magnitude, low, high):
    if low > high:
        raise ValueError("low is above high")
    m = np.asarray(magnitude)
    edges = m >= high
    reached = edges
    for _ in range(m.size):
        wide = np.pad(reached, 1)
        reached = np.any([wide[a : a + m.shape[0], b : b + m.shape[1]] for a in range(3) for b in range(3)], axis=0)
    return (reached & (m >= low)) | edges


# %% wrong: takes thresholds in the wrong order | 2 of 3
# `low` above `high` is to be refused with a ValueError; yours goes on
def hysteresis(magnitude, low, high):
    m = np.asarray(magnitude)
    weak, edges = m >= low, m >= high
    for _ in range(m.size):
        wide = np.pad(edges, 1)
        edges = weak & np.any(
            [wide[a : a + m.shape[0], b : b + m.shape[1]] for a in range(3) for b in range(3)], axis=0
        )
    return edges


# %% wrong: goes round the picture | 0 of 3
# you go over the border and come back on the other side, as `np.roll` does: pixels of opposite borders are no neighbours
def hysteresis(magnitude, low, high):
    if low > high:
        raise ValueError("low is above high")
    m = np.asarray(magnitude)
    weak, edges = m >= low, m >= high
    for _ in range(m.size):
        edges = weak & np.any([np.roll(edges, (a, b), axis=(0, 1)) for a in (-1, 0, 1) for b in (-1, 0, 1)], axis=0)
    return edges


# %% wrong: the magnitudes of the edges | 0 of 3
# these are the magnitudes of the edges; return True or False for every pixel
def hysteresis(magnitude, low, high):
    if low > high:
        raise ValueError("low is above high")
    m = np.asarray(magnitude)
    weak, edges = m >= low, m >= high
    for _ in range(m.size):
        wide = np.pad(edges, 1)
        edges = weak & np.any(
            [wide[a : a + m.shape[0], b : b + m.shape[1]] for a in range(3) for b in range(3)], axis=0
        )
    return np.where(edges, m, 0)


# %% wrong: numbers for none, weak and strong | 0 of 3
# these are classes, 0, 1 and 2; return True where a pixel is an edge in the end, and False elsewhere
def hysteresis(magnitude, low, high):
    if low > high:
        raise ValueError("low is above high")
    m = np.asarray(magnitude)
    return (m >= low).astype(int) + (m >= high)


# %% wrong: shares of the largest magnitude | 0 of 3
# you take the thresholds as shares of the largest magnitude; here they are magnitudes
def hysteresis(magnitude, low, high):
    if low > high:
        raise ValueError("low is above high")
    m = np.asarray(magnitude, dtype=float)
    weak, edges = m >= low * m.max(), m >= high * m.max()
    for _ in range(m.size):
        wide = np.pad(edges, 1)
        edges = weak & np.any(
            [wide[a : a + m.shape[0], b : b + m.shape[1]] for a in range(3) for b in range(3)], axis=0
        )
    return edges


# %% wrong: marks the edges in the magnitudes it was given | 0 of 3
# your function changed the array `magnitude` that it was given; work on a copy (`magnitude.copy()`), because the caller still needs the old one
def hysteresis(magnitude, low, high):
    if low > high:
        raise ValueError("low is above high")
    weak, edges = magnitude >= low, magnitude >= high
    for _ in range(magnitude.size):
        wide = np.pad(edges, 1)
        edges = weak & np.any(
            [wide[a : a + edges.shape[0], b : b + edges.shape[1]] for a in range(3) for b in range(3)], axis=0
        )
    magnitude[~edges] = 0
    return edges


# %% wrong: asks SciPy for the connected parts | 0 of 3
# `hysteresis` is to be written by hand, and your code uses `scipy.ndimage.label`: write out what it does
def hysteresis(magnitude, low, high):
    if low > high:
        raise ValueError("low is above high")
    m = np.asarray(magnitude)
    parts, _ = ndimage.label(m >= low, np.ones((3, 3)))
    return np.isin(parts, parts[m >= high])


# %% wrong: spreads as many times as the sides are long | 2 of 3
# a long winding curve is cut off: go on until nothing changes any more
def hysteresis(magnitude, low, high):
    if low > high:
        raise ValueError("low is above high")
    weak, edges = magnitude >= low, magnitude >= high
    rows, columns = edges.shape
    for _ in range(rows + columns):
        wide = np.pad(edges, 1)
        for a in range(3):
            for b in range(3):
                edges = edges | (wide[a:a + rows, b:b + columns] & weak)
    return edges

# %% wrong: calls itself for each pixel | 2 of 3
# your code stopped in `visit`, line 7
def hysteresis(magnitude, low, high):
    if high < low:
        raise ValueError
    m = np.asarray(magnitude).tolist()
    edges = [[False] * len(row) for row in m]

    def visit(i, j, limit):
        if not (0 <= i < len(m) and 0 <= j < len(m[0])) or edges[i][j] or m[i][j] < limit:
            return
        edges[i][j] = True
        for a in (-1, 0, 1):
            for b in (-1, 0, 1):
                visit(i + a, j + b, low)

    for i in range(len(m)):
        for j in range(len(m[0])):
            visit(i, j, high)
    return edges


# %% right: from each strong pixel on, with a list of those to visit
def hysteresis(magnitude, low, high):
    if low > high:
        raise ValueError("the lower threshold is above the higher one")
    rows, columns = magnitude.shape
    edges = np.zeros((rows, columns), dtype=bool)
    waiting = [(i, j) for i in range(rows) for j in range(columns) if magnitude[i, j] >= high]
    while waiting:
        i, j = waiting.pop()
        if edges[i, j]:
            continue
        edges[i, j] = True
        for a in range(max(i - 1, 0), min(i + 2, rows)):
            for b in range(max(j - 1, 0), min(j + 2, columns)):
                if magnitude[a, b] >= low and not edges[a, b]:
                    waiting.append((a, b))
    return edges


# %% right: sweeps until nothing changes
def hysteresis(magnitude, low, high):
    if low > high:
        raise ValueError("swap them")
    m = np.asarray(magnitude)
    edges, changed = m >= high, True
    while changed:
        changed = False
        for i in range(m.shape[0]):
            for j in range(m.shape[1]):
                if not edges[i, j] and m[i, j] >= low and edges[max(i - 1, 0) : i + 2, max(j - 1, 0) : j + 2].any():
                    edges[i, j] = changed = True
    return edges

# %% wrong: goes home before it has looked at the thresholds | 2 of 3
# thresholds in the wrong order are an error also where no pixel is strong: look at them first
def hysteresis(magnitude, low, high):
    magnitude = np.asarray(magnitude)
    edges = magnitude >= high
    if not edges.any():
        return edges
    if low > high:
        raise ValueError("low is above high")
    waiting = [tuple(place) for place in np.argwhere(edges)]
    while waiting:
        i, j = waiting.pop()
        for a in range(max(i - 1, 0), min(i + 2, magnitude.shape[0])):
            for b in range(max(j - 1, 0), min(j + 2, magnitude.shape[1])):
                if magnitude[a, b] >= low and not edges[a, b]:
                    edges[a, b] = True
                    waiting.append((a, b))
    return edges


# %% wrong: eight sweeps there and back | 2 of 3
# a chain that winds often enough is not followed to its end: go on until nothing is added any more
def hysteresis(magnitude, low, high):
    if low > high:
        raise ValueError("low is above high")
    magnitude = np.asarray(magnitude)
    edges = magnitude >= high
    places = [(i, j) for i in range(magnitude.shape[0]) for j in range(magnitude.shape[1])]
    for order in [places, places[::-1]] * 4:
        for i, j in order:
            if magnitude[i, j] >= low and edges[max(i - 1, 0) : i + 2, max(j - 1, 0) : j + 2].any():
                edges[i, j] = True
    return edges
