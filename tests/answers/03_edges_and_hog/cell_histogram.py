# Exercise 5: how much of each direction there is in a cell.

# %% wrong: counts the pixels | points 0 of 4 | "each pixel counts as 1 for you"
def cell_histogram(magnitude, direction, bins=9):
    chosen = np.asarray(direction) % 180 // (180 / bins)
    return np.array([np.sum(chosen == k) for k in range(bins)]) / np.size(magnitude)

# %% wrong: does not divide by the number of pixels | points 0 of 4 | "the sums are right; divide them by the number of pixels in the cell"
def cell_histogram(magnitude, direction, bins=9):
    chosen = np.asarray(direction) % 180 // (180 / bins)
    return np.array([np.sum(np.asarray(magnitude)[chosen == k]) for k in range(bins)])

# %% wrong: divides by the sum of the votes | points 0 of 4 | "the votes were divided by their sum"
def cell_histogram(magnitude, direction, bins=9):
    chosen = np.asarray(direction) % 180 // (180 / bins)
    votes = np.array([np.sum(np.asarray(magnitude)[chosen == k]) for k in range(bins)])
    return votes / votes.sum()

# %% wrong: overwrites the votes of a bin | points 0 of 4 | "each bin holds its last vote only"
def cell_histogram(magnitude, direction, bins=9):
    votes = np.zeros(bins)
    for m, d in zip(np.ravel(magnitude), np.ravel(direction)):
        votes[int(d % 180 // (180 / bins))] = m
    return votes / np.size(magnitude)

# %% wrong: nine bins for the whole circle | points 0 of 4 | "nine of them share 180 degrees, not 360"
def cell_histogram(magnitude, direction, bins=9):
    votes = np.zeros(bins)
    for m, d in zip(np.ravel(magnitude), np.ravel(direction)):
        votes[int(d // (360 / bins))] += m
    return votes / np.size(magnitude)

# %% wrong: leaves out angles above 180 | points 1 of 4 | "angles above 180 were left out"
def cell_histogram(magnitude, direction, bins=9):
    votes = np.zeros(bins)
    for m, d in zip(np.ravel(magnitude), np.ravel(direction)):
        if d <= 180:
            votes[int(d % 180 // (180 / bins))] += m
    return votes / np.size(magnitude)

# %% wrong: mirrors angles above 180 | points 1 of 4 | "angles were mirrored, not turned"
def cell_histogram(magnitude, direction, bins=9):
    votes = np.zeros(bins)
    for m, d in zip(np.ravel(magnitude), np.ravel(direction)):
        folded = 360 - d if d > 180 else d % 180
        votes[min(int(folded // (180 / bins)), bins - 1)] += m
    return votes / np.size(magnitude)

# %% wrong: 180° goes into the last bin | points 3 of 4 | "180° counts as 0°, so it belongs to the first bin"
def cell_histogram(magnitude, direction, bins=9):
    votes = np.zeros(bins)
    for m, d in zip(np.ravel(magnitude), np.ravel(direction)):
        if d > 180:
            d = d - 180
        votes[min(int(d // (180 / bins)), bins - 1)] += m
    return votes / np.size(magnitude)

# %% wrong: rounds to the nearest multiple of 20 | points 0 of 4 | "each vote went to the nearest multiple of 20 degrees"
def cell_histogram(magnitude, direction, bins=9):
    votes = np.zeros(bins)
    for m, d in zip(np.ravel(magnitude), np.ravel(direction)):
        votes[int(np.floor((d % 180) / (180 / bins) + 0.5)) % bins] += m
    return votes / np.size(magnitude)

# %% wrong: bins of 20 degrees, however many there are | points 3 of 4 | "the bins are always 20 degrees wide for you: their width is 180 / bins"
def cell_histogram(magnitude, direction, bins=9):
    votes = np.zeros(bins)
    for m, d in zip(np.ravel(magnitude), np.ravel(direction)):
        k = int(d % 180 // 20)
        if k < bins:
            votes[k] += m
    return votes / np.size(magnitude)

# %% wrong: nine bins always | points 3 of 4 | "the number of bins is always 9 for you"
def cell_histogram(magnitude, direction, bins=9):
    votes = np.zeros(9)
    for m, d in zip(np.ravel(magnitude), np.ravel(direction)):
        votes[int(d % 180 // 20)] += m
    return votes / np.size(magnitude)

# %% wrong: divides by the number of bins | points 0 of 4 | "the votes were divided by the number of bins"
def cell_histogram(magnitude, direction, bins=9):
    votes = np.zeros(bins)
    for m, d in zip(np.ravel(magnitude), np.ravel(direction)):
        votes[int(d % 180 // (180 / bins))] += m
    return votes / bins

# %% wrong: folds the directions in the array it was given | points 3 of 4 | "your function changed the array `direction`"
def cell_histogram(magnitude, direction, bins=9):
    direction %= 180
    votes = np.zeros(bins)
    for m, d in zip(np.ravel(magnitude), np.ravel(direction)):
        votes[int(d // (180 / bins))] += m
    return votes / np.size(magnitude)

# %% wrong: the limit of a bin belongs to the bin before | points 3 of 4 | "an angle on a limit belongs to the bin that begins there"
def cell_histogram(magnitude, direction, bins=9):
    votes = np.zeros(bins)
    for m, d in zip(np.ravel(magnitude), np.ravel(direction)):
        votes[max(0, int(np.ceil(d % 180 / (180 / bins))) - 1)] += m
    return votes / np.size(magnitude)

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
