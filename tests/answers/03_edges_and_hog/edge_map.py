# Exercise 4: which pixels lie on an edge.

# %% idea
# The threshold is not the share itself, but that part of the largest value in this picture. A pixel has to meet two
# conditions at once; the second one matters in a picture where nothing changes.

# %% draw
def magnitudes(d, kinds=("positive", "whole", "deep", "eighths", "single")):
    found = np.abs(d.image(d.whole(1, 4), d.whole(2, 4), kinds=kinds, plain=True))
    return found if found.any() else found + found.dtype.type(1)

def test_edge_map_share(d):
    found, share = magnitudes(d, ("positive", "whole")), d.whole(1, 8) / 8
    if d.chance(0.4):                                       # the largest is a multiple of 8, and one lies on the limit
        found.flat[np.argmax(found)] = 8 * (found.max() // 8 + 20)
        found.flat[d.one_of(np.flatnonzero(found < found.max()))] = found.max() * share
    return d.laid_out(found), share

def test_edge_map_kind(d):
    """No magnitude lies on the limit, and one is 0."""
    found = magnitudes(d)
    if found.dtype.kind == "f":
        found = found * found.dtype.type(d.one_of((1, 2**-6, 2**-30, 2**20)))
    found.flat[d.whole(0, found.size - 1)] = 0
    share = d.whole(1, 9) / 10
    while not found.any() or np.abs(found / found.max() - share).min() < 1e-3:
        found, share = found + found.dtype.type(not found.any()), d.whole(1, 99) / 100
    return d.laid_out(found), share

def test_edge_map_nothing(d):
    """Where there is an edge, it is a strong one."""
    shape = d.whole(2, 4), d.whole(2, 4)
    if d.chance(0.3):
        return np.zeros(shape, d.one_of((float, int))), d.one_of((0, 0.1, 0.5, 1))
    found = d.random.integers(20, 40, shape) / d.one_of((1, 8))
    found[d.random.random(shape) < 0.3] = 0
    found.flat[d.whole(0, found.size - 1)] = 0
    return found, d.one_of((0, 0, 0.1, 0.25))

# %% wrong: compares with the share itself | 1 of 3
# `share` was compared with the magnitudes as it is: multiply it by the largest magnitude
def edge_map(magnitude, share):
    return (magnitude >= share) & (magnitude > 0)

# %% wrong: only above the limit | 2 of 3
# exactly the share of the largest counts too: `>=`
def edge_map(magnitude, share):
    return magnitude > share * np.max(magnitude)

# %% wrong: the pixels that are no edges | 0 of 3
# these are the pixels that are no edges: is the comparison the wrong way round?
def edge_map(magnitude, share):
    return magnitude < share * np.max(magnitude)

# %% wrong: the strongest share of the pixels | 0 of 3
# the share of the strongest **pixels** was taken; take a share of the largest **magnitude**
def edge_map(magnitude, share):
    return (magnitude >= np.quantile(magnitude, 1 - share)) & (magnitude > 0)

# %% wrong: the limit between the smallest and the largest | 2 of 3
# the limit lies between the smallest and the largest magnitude; it should be a share of the largest
def edge_map(magnitude, share):
    low, high = np.min(magnitude), np.max(magnitude)
    return (magnitude >= low + share * (high - low)) & (magnitude > low)

# %% wrong: a share of the mean | 1 of 3
# the limit is a share of the mean; take the largest magnitude
def edge_map(magnitude, share):
    return (magnitude >= share * np.mean(magnitude)) & (magnitude > 0)

# %% wrong: each row by itself | 1 of 3
# every row has its own largest magnitude; take that of the whole picture
def edge_map(magnitude, share):
    return (magnitude >= share * np.max(magnitude, axis=1, keepdims=True)) & (magnitude > 0)

# %% wrong: numbers instead of True and False | 0 of 3
# these are numbers, 0 and 1; return True and False
def edge_map(magnitude, share):
    return ((magnitude >= share * np.max(magnitude)) & (magnitude > 0)).astype(int)

# %% wrong: an even picture is all edge | 2 of 3
# where a picture is even there is no edge, but these pixels are edges for you: 0 ≥ 0 is true
def edge_map(magnitude, share):
    return magnitude >= share * np.max(magnitude)

# %% wrong: the places of the edges | 0 of 3
# these are the places of the edges; return True or False for every pixel
def edge_map(magnitude, share):
    return np.argwhere((magnitude >= share * np.max(magnitude)) & (magnitude > 0))

# %% wrong: the opposite share | 0 of 3
# the limit is `1 − share` of the largest
def edge_map(magnitude, share):
    return (magnitude >= (1 - share) * np.max(magnitude)) & (magnitude > 0)

# %% wrong: changes the magnitudes it was given | 1 of 3
# your function changed the array `magnitude` that it was given; work on a copy (`magnitude.copy()`), because the caller still needs the old one
def edge_map(magnitude, share):
    limit = share * np.max(magnitude)
    magnitude[magnitude < limit] = 0
    return magnitude > 0

# %% wrong: the share in whole per cents | 2 of 3
# a share such as 0.125 lies between two per cents: do not round it
def edge_map(magnitude, share):
    per_cent = np.ceil(100 * share)
    return (100.0 * magnitude >= per_cent * magnitude.max()) & (magnitude > 0)

# %% wrong: the share of the pixels that are no edges | 0 of 3
# a share of the **pixels** lies below your limit; take a share of the largest **magnitude**
def edge_map(magnitude, share):
    return (magnitude >= np.quantile(magnitude, share)) & (magnitude > 0)

# %% right: divided by the largest first
def edge_map(magnitude, share):
    largest = np.max(magnitude)
    if largest == 0:
        return np.zeros(np.shape(magnitude), dtype=bool)
    relative = np.asarray(magnitude, dtype=float) / float(largest)
    return (relative >= share) & (relative > 0)

# %% right: pixel by pixel
def edge_map(magnitude, share):
    rows, columns = np.shape(magnitude)
    limit = share * max(float(value) for row in magnitude for value in row)
    return np.array([[bool(magnitude[i][j] >= limit and magnitude[i][j] > 0) for j in range(columns)] for i in range(rows)])

# %% right: lists of True and False
def edge_map(magnitude, share):
    rows = np.asarray(magnitude).tolist()
    limit = share * max(map(max, rows))
    return [[value >= limit and value > 0 for value in row] for row in rows]

# %% right: filled in where it is an edge
def edge_map(magnitude, share):
    edges = np.full(magnitude.shape, False)
    edges[magnitude >= magnitude.max() * share] = True
    edges[magnitude == 0] = False
    return edges
