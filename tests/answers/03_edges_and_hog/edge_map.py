# Exercise 4: which pixels lie on an edge.

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

# %% wrong: numbers instead of True and False | 2 of 3
# these are whole numbers 0 and 1; return True and False
def edge_map(magnitude, share):
    return ((magnitude >= share * np.max(magnitude)) & (magnitude > 0)).astype(int)

# %% wrong: an even picture is all edge | 2 of 3
# a picture of one even grey has no edges, but all its pixels are edges for you: 0 ≥ 0 is true
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

# %% wrong: changes the magnitudes it was given | 2 of 3
# your function changed the array `magnitude` that it was given; work on a copy (`magnitude.copy()`), because the caller still needs the old one
def edge_map(magnitude, share):
    limit = share * np.max(magnitude)
    magnitude[magnitude < limit] = 0
    return magnitude > 0

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
