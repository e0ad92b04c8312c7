# Exercise 7: how much of each direction there is in a cell.

# %% idea
# First make opposite directions the same, then find for each angle the number of its bin. A pixel gives its bin not one
# vote but its magnitude, and the number of pixels comes in last.

# %% draw
WEIGHTS = ("positive", "eighths", "unit", "single")  # no bytes: NumPy's own histogram counts them in bytes

def cell(d, kinds=WEIGHTS):
    return np.abs(d.image(d.whole(1, 4), d.whole(2, 4), kinds=kinds, plain=True))

def angles(d, shape, limits=False, circle=True, step=0.5):
    """Directions in steps of half a degree, or less.  limits: many on those of nine bins; else none.  circle: from 180 on too."""
    type_ = d.one_of((np.float64, np.float64, np.float32, np.int64, np.int16))
    found = d.random.integers(1, 20, shape) + 20 * d.random.integers(0, 18 if circle else 9, shape)
    if np.issubdtype(type_, np.floating):
        found = found + d.random.choice(np.arange(0, 1, step), shape)
    if limits:
        found = np.where(d.random.random(shape) < 0.7, found // 20 * 20, found)
    return found.astype(type_)

def test_histogram_votes(d):
    magnitude = cell(d, ("positive", "eighths"))
    return d.laid_out(magnitude), angles(d, magnitude.shape, circle=False)

def test_histogram_unsigned(d):
    magnitude = cell(d, ("positive", "eighths"))
    return d.laid_out(magnitude), angles(d, magnitude.shape)

def test_histogram_limits(d):
    magnitude = cell(d)
    return d.laid_out(magnitude), angles(d, magnitude.shape, limits=True, circle=d.chance(0.5))

def test_histogram_bins(d):
    magnitude, bins = cell(d), d.one_of((1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 18))
    found = angles(d, magnitude.shape, circle=False, step=0.125)
    while np.any(found % (180 / bins) == 0):
        found = angles(d, magnitude.shape, circle=False, step=0.125)
    if d.chance(0.4):                                       # close to the limits of the bins, on both sides
        sides = d.random.choice([-0.375, -0.125, 0.125, 0.375], magnitude.shape)
        found = (d.random.integers(0, bins, magnitude.shape) * (180 / bins) + sides) % 180
    return d.laid_out(magnitude), found, bins

# %% wrong: counts the pixels | 0 of 4
# each pixel counts as 1 for you; its vote is its magnitude
def cell_histogram(magnitude, direction, bins=9):
    chosen = np.asarray(direction) % 180 // (180 / bins)
    return np.array([np.sum(chosen == k) for k in range(bins)]) / np.size(magnitude)

# %% wrong: does not divide by the number of pixels | 0 of 4
# the sums are right; divide them by the number of pixels in the cell
def cell_histogram(magnitude, direction, bins=9):
    chosen = np.asarray(direction) % 180 // (180 / bins)
    return np.array([np.sum(np.asarray(magnitude)[chosen == k]) for k in range(bins)])

# %% wrong: divides by the sum of the votes | 0 of 4
# the votes were divided by their sum; divide by the number of pixels
def cell_histogram(magnitude, direction, bins=9):
    chosen = np.asarray(direction) % 180 // (180 / bins)
    votes = np.array([np.sum(np.asarray(magnitude)[chosen == k]) for k in range(bins)])
    return votes / votes.sum()

# %% wrong: overwrites the votes of a bin | 0 of 4
# each bin holds its last vote only: add them up with `+=`
def cell_histogram(magnitude, direction, bins=9):
    votes = np.zeros(bins)
    for m, d in zip(np.ravel(magnitude), np.ravel(direction)):
        votes[int(d % 180 // (180 / bins))] = m
    return votes / np.size(magnitude)

# %% wrong: nine bins for the whole circle | 0 of 4
# the bins are twice as wide as they should be: together they share 180 degrees, not 360
def cell_histogram(magnitude, direction, bins=9):
    votes = np.zeros(bins)
    for m, d in zip(np.ravel(magnitude), np.ravel(direction)):
        votes[int(d // (360 / bins))] += m
    return votes / np.size(magnitude)

# %% wrong: leaves out angles above 180 | 2 of 4
# angles above 180 were left out: 190° counts as 10°
def cell_histogram(magnitude, direction, bins=9):
    votes = np.zeros(bins)
    for m, d in zip(np.ravel(magnitude), np.ravel(direction)):
        if d <= 180:
            votes[int(d % 180 // (180 / bins))] += m
    return votes / np.size(magnitude)

# %% wrong: mirrors angles above 180 | 2 of 4
# angles were mirrored, not turned: 190° counts as 10°, not as 170°
def cell_histogram(magnitude, direction, bins=9):
    votes = np.zeros(bins)
    for m, d in zip(np.ravel(magnitude), np.ravel(direction)):
        folded = 360 - d if d > 180 else d % 180
        votes[min(int(folded // (180 / bins)), bins - 1)] += m
    return votes / np.size(magnitude)

# %% wrong: 180° goes into the last bin | 3 of 4
# 180° counts as 0°, so it belongs to the first bin
def cell_histogram(magnitude, direction, bins=9):
    votes = np.zeros(bins)
    for m, d in zip(np.ravel(magnitude), np.ravel(direction)):
        if d > 180:
            d = d - 180
        votes[min(int(d // (180 / bins)), bins - 1)] += m
    return votes / np.size(magnitude)

# %% wrong: rounds to the nearest multiple of 20 | 0 of 4
# each vote went to the nearest limit between two bins; a bin holds what lies between its own two limits
def cell_histogram(magnitude, direction, bins=9):
    votes = np.zeros(bins)
    for m, d in zip(np.ravel(magnitude), np.ravel(direction)):
        votes[int(np.floor((d % 180) / (180 / bins) + 0.5)) % bins] += m
    return votes / np.size(magnitude)

# %% wrong: bins of 20 degrees, however many there are | 3 of 4
# the bins are always 20 degrees wide for you: their width is 180 / bins
def cell_histogram(magnitude, direction, bins=9):
    votes = np.zeros(bins)
    for m, d in zip(np.ravel(magnitude), np.ravel(direction)):
        k = int(d % 180 // 20)
        if k < bins:
            votes[k] += m
    return votes / np.size(magnitude)

# %% wrong: nine bins always | 3 of 4
# the number of bins is always 9 for you
def cell_histogram(magnitude, direction, bins=9):
    votes = np.zeros(9)
    for m, d in zip(np.ravel(magnitude), np.ravel(direction)):
        votes[int(d % 180 // 20)] += m
    return votes / np.size(magnitude)

# %% wrong: divides by the number of bins | 0 of 4
# the votes were divided by the number of bins; divide by the number of pixels
def cell_histogram(magnitude, direction, bins=9):
    votes = np.zeros(bins)
    for m, d in zip(np.ravel(magnitude), np.ravel(direction)):
        votes[int(d % 180 // (180 / bins))] += m
    return votes / bins

# %% wrong: folds the directions in the array it was given | 2 of 4
# your function changed the array `direction` that it was given; work on a copy (`direction.copy()`), because the caller still needs the old one
def cell_histogram(magnitude, direction, bins=9):
    direction %= 180
    votes = np.zeros(bins)
    for m, d in zip(np.ravel(magnitude), np.ravel(direction)):
        votes[int(d // (180 / bins))] += m
    return votes / np.size(magnitude)

# %% wrong: the limit of a bin belongs to the bin before | 3 of 4
# an angle on a limit belongs to the bin that begins there, not to the one that ends there
def cell_histogram(magnitude, direction, bins=9):
    votes = np.zeros(bins)
    for m, d in zip(np.ravel(magnitude), np.ravel(direction)):
        votes[max(0, int(np.ceil(d % 180 / (180 / bins))) - 1)] += m
    return votes / np.size(magnitude)

# %% wrong: whole degrees | 3 of 4
# directions lie between whole degrees, and so do limits of bins: do not round them
def cell_histogram(magnitude, direction, bins=9):
    whole = np.asarray(direction).astype(int) % 180
    votes = np.zeros(bins)
    for size, angle in zip(np.ravel(magnitude), np.ravel(whole)):
        votes[int(angle / (180 / bins))] += size
    return votes / np.size(magnitude)

# %% wrong: bins between the smallest and the largest angle | 0 of 4
# the bins go from the smallest to the largest angle of the cell; they have to go from 0 to 180
def cell_histogram(magnitude, direction, bins=9):
    votes, _ = np.histogram(np.asarray(direction) % 180, bins=bins, weights=magnitude)
    return votes / np.size(magnitude)

# %% wrong: bins for the whole circle, and angles below 180 only | 0 of 4
# the bins are twice as wide as they should be: together they share 180 degrees, not 360
def cell_histogram(magnitude, direction, bins=9):
    votes, _ = np.histogram(np.asarray(direction) % 180, bins=bins, range=(0, 360), weights=magnitude)
    return votes / np.size(magnitude)

# %% wrong: leaves out angles above 180, which its bins do not reach | 2 of 4
# angles above 180 were left out: 190° counts as 10°
def cell_histogram(magnitude, direction, bins=9):
    votes, _ = np.histogram(direction, bins=bins, range=(0, 180), weights=magnitude)
    return votes / np.size(magnitude)

# %% wrong: divides by the number of rows | 0 of 4
# the votes were divided by the number of rows; divide by the number of pixels
def cell_histogram(magnitude, direction, bins=9):
    votes, _ = np.histogram(np.asarray(direction) % 180, bins=bins, range=(0, 180), weights=magnitude)
    return votes / len(magnitude)

# %% right: NumPy's own histogram with weights
def cell_histogram(magnitude, direction, bins=9):
    votes, _ = np.histogram(np.asarray(direction) % 180, bins=bins, range=(0, 180), weights=magnitude)
    return votes / np.size(magnitude)

# %% right: pixel by pixel
def cell_histogram(magnitude, direction, bins=9):
    rows, columns = np.shape(magnitude)
    width, votes = 180 / bins, [0.0] * bins
    for i in range(rows):
        for j in range(columns):
            angle = float(direction[i][j])
            if angle >= 180:
                angle -= 180
            votes[int(angle / width)] += float(magnitude[i][j])
    return np.array([vote / (rows * columns) for vote in votes])

# %% right: bincount
def cell_histogram(magnitude, direction, bins=9):
    k = (np.ravel(direction) % 180 / (180 / bins)).astype(int)
    return np.bincount(k, weights=np.ravel(magnitude), minlength=bins) / np.size(magnitude)

# %% right: looks the bin up among the limits
def cell_histogram(magnitude, direction, bins=9):
    limits = [180 * k / bins for k in range(1, bins)]
    votes = [0.0] * bins
    for sizes, angles in zip(magnitude, direction):
        for size, angle in zip(sizes, angles):
            votes[np.searchsorted(limits, angle % 180, side="right")] += float(size)
    return [vote / np.size(magnitude) for vote in votes]
