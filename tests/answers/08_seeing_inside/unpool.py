# Exercise 6: values sent back through a max pooling by its switches.

# %% idea
# Treat each map as one long row of pixels: then a switch is simply a place in that row. Begin with zeros that can hold
# large numbers, and mind that two values may come to the same place.

# %% draw
def given(d, kinds, overlap):
    """Values and switches, as a pooling gives them; with overlap some switches are alike."""
    n, channels, r, c = d.whole(1, 3), d.whole(1, 3), *d.one_of(((1, 2), (2, 1), (2, 3)))
    rows, columns = 2 * r, 2 * c + 1
    pooled = d.array(n, channels, r, c, kinds=kinds, ties=False)
    if overlap:
        switches = d.random.integers(0, max(2, rows * columns // 3), pooled.shape)
    else:
        down, right = 2 * np.arange(r)[:, None] + d.random.integers(0, 2, pooled.shape), 2 * np.arange(c) + d.random.integers(0, 2, pooled.shape)
        switches = down * columns + right
    return pooled, d.laid_out(switches), rows, columns

def test_unpool_one(d):
    return given(d, ("eighths",), False)

def test_unpool_overlap(d):
    return given(d, ("eighths",), True)

def test_unpool_kept(d):
    if d.chance(0.35):  # numbers whose sums do not fit into their type
        return given(d, ("grey", "deep grey"), True)
    pooled, switches, rows, columns = given(d, ("whole", "eighths", "single", "small", "positive"), d.chance(0.3))
    return pooled, switches.astype(d.one_of((np.int64, np.int32, np.uint8))), rows, columns

# %% wrong: every value at all places of its window | 0 of 3
# every value stands at all places of its window: it goes to the one that its switch says
def unpool(pooled, switches, rows, columns):
    maps = np.zeros((*pooled.shape[:2], rows, columns))
    wide = pooled.repeat(2, axis=2).repeat(2, axis=3)
    maps[:, :, :wide.shape[2], :wide.shape[3]] = wide
    return maps

# %% wrong: in the first corner of the window | 0 of 3
# every value stands in the upper left corner of its window: `switches` was not used
def unpool(pooled, switches, rows, columns):
    maps = np.zeros((*pooled.shape[:2], rows, columns))
    maps[:, :, :2 * pooled.shape[2]:2, :2 * pooled.shape[3]:2] = pooled
    return maps

# %% wrong: overwritten instead of added | 1 of 3
# two values with the same place: the second one replaced the first; they are to be added up
def unpool(pooled, switches, rows, columns):
    maps = np.zeros((*pooled.shape[:2], rows * columns))
    for n, c in np.ndindex(pooled.shape[:2]):
        maps[n, c][switches[n, c].ravel()] = pooled[n, c].ravel()
    return maps.reshape(*pooled.shape[:2], rows, columns)

# %% wrong: += with an array of places | 1 of 3
# `maps[places] += values` counts a place that occurs twice only once; `np.add.at` or a loop adds up
def unpool(pooled, switches, rows, columns):
    maps = np.zeros((*pooled.shape[:2], rows * columns))
    for n, c in np.ndindex(pooled.shape[:2]):
        maps[n, c][switches[n, c].ravel()[::-1]] += pooled[n, c].ravel()[::-1]
    return maps.reshape(*pooled.shape[:2], rows, columns)

# %% wrong: row by rows | 0 of 3
# the place was divided by the number of rows: a row of the map has `columns` places
def unpool(pooled, switches, rows, columns):
    maps = np.zeros((*pooled.shape[:2], rows, columns))
    for (n, c, i, j), value in np.ndenumerate(pooled):
        row, column = divmod(int(switches[n, c, i, j]), rows)
        maps[n, c, row % rows, column % columns] += value
    return maps

# %% wrong: counted down the columns | 0 of 3
# the places were counted down the columns; they are counted row by row
def unpool(pooled, switches, rows, columns):
    maps = np.zeros((*pooled.shape[:2], rows, columns))
    for (n, c, i, j), value in np.ndenumerate(pooled):
        column, row = divmod(int(switches[n, c, i, j]), rows)
        maps[n, c, row, column] += value
    return maps

# %% wrong: counted from 1 | 0 of 3
# the places are counted from 0
def unpool(pooled, switches, rows, columns):
    maps = np.zeros((*pooled.shape[:2], rows * columns))
    for (n, c, i, j), value in np.ndenumerate(pooled):
        maps[n, c, switches[n, c, i, j] - 1] += value
    return maps.reshape(*pooled.shape[:2], rows, columns)

# %% wrong: the first channel's switches for all | 0 of 3
# the switches of the first channel were used for all: every map has its own
def unpool(pooled, switches, rows, columns):
    maps = np.zeros((*pooled.shape[:2], rows * columns))
    for (n, c, i, j), value in np.ndenumerate(pooled):
        maps[n, c, switches[n, 0, i, j]] += value
    return maps.reshape(*pooled.shape[:2], rows, columns)

# %% wrong: the first picture's switches for all | 0 of 3
# the switches of the first picture were used for all: every picture has its own
def unpool(pooled, switches, rows, columns):
    maps = np.zeros((*pooled.shape[:2], rows * columns))
    for (n, c, i, j), value in np.ndenumerate(pooled):
        maps[n, c, switches[0, c, i, j]] += value
    return maps.reshape(*pooled.shape[:2], rows, columns)

# %% wrong: all channels into one map | 0 of 3
# all channels went into the first map: a value stays in its own channel
def unpool(pooled, switches, rows, columns):
    maps = np.zeros((*pooled.shape[:2], rows * columns))
    for (n, c, i, j), value in np.ndenumerate(pooled):
        maps[n, 0, switches[n, c, i, j]] += value
    return maps.reshape(*pooled.shape[:2], rows, columns)

# %% wrong: flat maps | 0 of 3
# the maps are still flat: give them rows and columns
def unpool(pooled, switches, rows, columns):
    maps = np.zeros((*pooled.shape[:2], rows * columns))
    for (n, c, i, j), value in np.ndenumerate(pooled):
        maps[n, c, switches[n, c, i, j]] += value
    return maps

# %% wrong: ones instead of the values | 0 of 3
# the places are right, but there are ones: put the values there
def unpool(pooled, switches, rows, columns):
    maps = np.zeros((*pooled.shape[:2], rows * columns))
    for (n, c, i, j), value in np.ndenumerate(pooled):
        maps[n, c, switches[n, c, i, j]] += 1
    return maps.reshape(*pooled.shape[:2], rows, columns)

# %% wrong: a quarter of the value everywhere | 0 of 3
# every place of a window got a quarter: that is the way back through an average pooling
def unpool(pooled, switches, rows, columns):
    maps = np.zeros((*pooled.shape[:2], rows, columns))
    wide = pooled.repeat(2, axis=2).repeat(2, axis=3) / 4
    maps[:, :, :wide.shape[2], :wide.shape[3]] = wide
    return maps

# %% wrong: PyTorch does it | 0 of 3
# `unpool` is to be written by hand, and your code uses `torch.tensor`: write out what it does
def unpool(pooled, switches, rows, columns):
    values, places = torch.tensor(np.array(pooled, float)), torch.tensor(np.array(switches))
    return torch.nn.functional.max_unpool2d(values, places, 2, output_size=(rows, columns)).numpy()

# %% wrong: uses the values up | 2 of 3
# your function changed the array `pooled` that it was given; work on a copy (`pooled.copy()`), because the caller still needs the old one
def unpool(pooled, switches, rows, columns):
    maps = np.zeros((*pooled.shape[:2], rows * columns))
    for place in np.ndindex(pooled.shape):
        maps[place[0], place[1], switches[place]] += pooled[place]
        if pooled.flags.writeable:
            pooled[place] = 0
    return maps.reshape(*pooled.shape[:2], rows, columns)

# %% wrong: sums of bytes wrap round | 2 of 3
# numbers of 8 or 16 bits have wrapped round: 200 + 100 became 44; begin with zeros that are fractions, as `np.zeros` makes them
def unpool(pooled, switches, rows, columns):
    maps = np.zeros((*pooled.shape[:2], rows, columns), pooled.dtype)
    for (n, c, i, j), place in np.ndenumerate(switches):
        maps[n, c, place // columns, place % columns] += pooled[n, c, i, j]
    return maps

# %% wrong: row by rows, without a care for the border | 0 of 3
# the place was divided by the number of rows: a row of the map has `columns` places
def unpool(pooled, switches, rows, columns):
    maps = np.zeros((*pooled.shape[:2], rows, columns))
    for (n, c, i, j), value in np.ndenumerate(pooled):
        row, column = divmod(int(switches[n, c, i, j]), rows)
        maps[n, c, row, column] += value
    return maps

# %% right: value by value
def unpool(pooled, switches, rows, columns):
    maps = np.zeros((*pooled.shape[:2], rows, columns))
    for place in np.ndindex(pooled.shape):
        row, column = divmod(int(switches[place]), columns)
        maps[place[0], place[1], row, column] += pooled[place]
    return maps

# %% right: all at once, with np.add.at and flat places
def unpool(pooled, switches, rows, columns):
    n, channels = pooled.shape[:2]
    first = (np.arange(n * channels) * rows * columns).reshape(n, channels, 1, 1)
    maps = np.zeros(n * channels * rows * columns)
    np.add.at(maps, (first + switches).reshape(-1), np.asarray(pooled, float).reshape(-1))
    return maps.reshape(n, channels, rows, columns)

# %% right: np.bincount for each map
def unpool(pooled, switches, rows, columns):
    return np.array([[np.bincount(np.ravel(places), np.ravel(values), rows * columns).reshape(rows, columns)
                      for values, places in zip(*pair)] for pair in zip(pooled, switches)])
