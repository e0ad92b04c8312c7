# Exercise 7: disparity by block matching.

# %% idea
# Choose one d and make its whole map of costs at once: both pictures lose columns, but not on the same side. Then add
# up windows in each map, and ask at each place which map is lowest. Bytes cannot be negative, so change their type
# first.

# %% draw
def pair(d, size, kinds, most=3):
    """A left and a right picture, some parts of them shifted against each other, and the largest disparity."""
    largest = d.whole(1, most)
    rows, columns = d.whole(size, size + 2), d.whole(largest + size, largest + size + 3)
    left = np.array(d.array(rows, columns, kinds=kinds))
    right = np.array(d.array(rows, columns, kinds=kinds)).astype(left.dtype) if d.chance(0.5) else np.roll(left, -d.whole(0, largest), axis=1)
    if d.chance(0.4):                                       # few values: costs that are equal
        left, right = left % 3, right % 3
    return d.laid_out(left), d.laid_out(right), largest

def test_disparity_pixels(d):
    return pair(d, 1, ("whole", "positive"))

def test_disparity_blocks(d):
    size = d.one_of((2, 3))
    return *pair(d, size, ("whole", "positive")), size

def test_disparity_grey(d):
    size = d.one_of((1, 2, 2))
    if d.chance(0.3):                                       # photographs from 0 to 1
        left, right, largest = pair(d, size, ("positive",), 2)
        return d.laid_out(left % 8 / 8), d.laid_out(right % 8 / 8), largest, size
    return *pair(d, size, ("grey", "grey", "deep grey", "whole", "deep"), 2), *d.one_of(((size,), (size,), () if size == 1 else (size,)))

# %% wrong: shifted the other way | 0 of 3
# the right picture was shifted the other way: what the left camera sees at x, the right one sees at x − d
def disparity(left, right, largest, size=1):
    left, right = np.asarray(left, float), np.asarray(right, float)
    columns = left.shape[1] - largest
    costs = np.array([np.abs(left[:, :columns] - right[:, d:d + columns]) for d in range(largest + 1)])
    rows, columns = costs.shape[1] - size + 1, costs.shape[2] - size + 1
    return np.argmin(sum(costs[:, i:i + rows, j:j + columns] for i in range(size) for j in range(size)), axis=0)

# %% wrong: left and right swapped | 0 of 3
# the two pictures are swapped: the places are those of `left`
def disparity(left, right, largest, size=1):
    right, left = np.asarray(left, float), np.asarray(right, float)
    columns = left.shape[1]
    costs = np.array([np.abs(left[:, largest:] - right[:, largest - d:columns - d]) for d in range(largest + 1)])
    rows, columns = costs.shape[1] - size + 1, costs.shape[2] - size + 1
    return np.argmin(sum(costs[:, i:i + rows, j:j + columns] for i in range(size) for j in range(size)), axis=0)

# %% wrong: differences of uint8 | 2 of 3
# differences of `uint8` cannot be negative, 3 − 5 is 254: turn the pictures into fractions first
def disparity(left, right, largest, size=1):
    columns = left.shape[1]
    costs = np.array([np.abs(left[:, largest:] - right[:, largest - d:columns - d]) for d in range(largest + 1)]).astype(float)
    rows, columns = costs.shape[1] - size + 1, costs.shape[2] - size + 1
    return np.argmin(sum(costs[:, i:i + rows, j:j + columns] for i in range(size) for j in range(size)), axis=0)

# %% wrong: fractions are cut off | 2 of 3
# pictures may have values from 0 to 1: `int` makes all of them 0
def disparity(left, right, largest, size=1):
    left, right = np.asarray(left).astype(int), np.asarray(right).astype(int)
    columns = left.shape[1]
    costs = np.array([np.abs(left[:, largest:] - right[:, largest - d:columns - d]) for d in range(largest + 1)])
    windows = np.lib.stride_tricks.sliding_window_view(costs, (size, size), axis=(1, 2))
    return windows.sum(axis=(3, 4)).argmin(axis=0)

# %% wrong: signed differences | 0 of 3
# the sign of the differences was kept: take their absolute values
def disparity(left, right, largest, size=1):
    left, right = np.asarray(left, float), np.asarray(right, float)
    columns = left.shape[1]
    costs = np.array([left[:, largest:] - right[:, largest - d:columns - d] for d in range(largest + 1)])
    rows, columns = costs.shape[1] - size + 1, costs.shape[2] - size + 1
    return np.argmin(sum(costs[:, i:i + rows, j:j + columns] for i in range(size) for j in range(size)), axis=0)

# %% wrong: squared differences | 1 of 3
# the differences were squared; add up their absolute values
def disparity(left, right, largest, size=1):
    left, right = np.asarray(left, float), np.asarray(right, float)
    columns = left.shape[1]
    costs = np.array([(left[:, largest:] - right[:, largest - d:columns - d]) ** 2 for d in range(largest + 1)])
    rows, columns = costs.shape[1] - size + 1, costs.shape[2] - size + 1
    return np.argmin(sum(costs[:, i:i + rows, j:j + columns] for i in range(size) for j in range(size)), axis=0)

# %% wrong: the size of the summed difference | 1 of 3
# the differences of a window were added before their absolute value was taken: they cancel each other
def disparity(left, right, largest, size=1):
    left, right = np.asarray(left, float), np.asarray(right, float)
    columns = left.shape[1]
    costs = np.array([left[:, largest:] - right[:, largest - d:columns - d] for d in range(largest + 1)])
    rows, columns = costs.shape[1] - size + 1, costs.shape[2] - size + 1
    return np.argmin(np.abs(sum(costs[:, i:i + rows, j:j + columns] for i in range(size) for j in range(size))), axis=0)

# %% wrong: no window | 1 of 3
# `size` was not used: add up the costs over a window
def disparity(left, right, largest, size=1):
    left, right = np.asarray(left, float), np.asarray(right, float)
    columns = left.shape[1]
    costs = np.array([np.abs(left[:, largest:] - right[:, largest - d:columns - d]) for d in range(largest + 1)])
    return np.argmin(costs, axis=0)[:costs.shape[1] - size + 1, :costs.shape[2] - size + 1]

# %% wrong: a window of one row | 1 of 3
# the window reaches over one row only; it is a square of `size` × `size`
def disparity(left, right, largest, size=1):
    left, right = np.asarray(left, float), np.asarray(right, float)
    columns = left.shape[1]
    costs = np.array([np.abs(left[:, largest:] - right[:, largest - d:columns - d]) for d in range(largest + 1)])
    rows, columns = costs.shape[1] - size + 1, costs.shape[2] - size + 1
    return np.argmin(sum(costs[:, :rows, j:j + columns] for j in range(size)), axis=0)

# %% wrong: disparities are averaged in place of costs | 1 of 3
# the best disparity of each pixel was found first, and then averaged over the window: add up the costs first
def disparity(left, right, largest, size=1):
    left, right = np.asarray(left, float), np.asarray(right, float)
    columns = left.shape[1]
    costs = np.array([np.abs(left[:, largest:] - right[:, largest - d:columns - d]) for d in range(largest + 1)])
    best = np.argmin(costs, axis=0)
    rows, columns = best.shape[0] - size + 1, best.shape[1] - size + 1
    return np.rint(sum(best[i:i + rows, j:j + columns] for i in range(size) for j in range(size)) / size ** 2).astype(int)

# %% wrong: zeros around the costs | 1 of 3
# the map is as large as without a window: windows that hang over the edge are to be left out
def disparity(left, right, largest, size=1):
    left, right = np.asarray(left, float), np.asarray(right, float)
    columns = left.shape[1]
    costs = np.array([np.abs(left[:, largest:] - right[:, largest - d:columns - d]) for d in range(largest + 1)])
    rows, columns = costs.shape[1:]
    wide = np.zeros((largest + 1, rows + size - 1, columns + size - 1))
    wide[:, :rows, :columns] = costs
    return np.argmin(sum(wide[:, i:i + rows, j:j + columns] for i in range(size) for j in range(size)), axis=0)

# %% wrong: of equal costs the last | 0 of 3
# of equally low costs the largest disparity was taken; take the smallest
def disparity(left, right, largest, size=1):
    left, right = np.asarray(left, float), np.asarray(right, float)
    columns = left.shape[1]
    costs = np.array([np.abs(left[:, largest:] - right[:, largest - d:columns - d]) for d in range(largest, -1, -1)])
    rows, columns = costs.shape[1] - size + 1, costs.shape[2] - size + 1
    return largest - np.argmin(sum(costs[:, i:i + rows, j:j + columns] for i in range(size) for j in range(size)), axis=0)

# %% wrong: the highest cost | 0 of 3
# this is the disparity of the highest cost, where the pictures fit worst
def disparity(left, right, largest, size=1):
    left, right = np.asarray(left, float), np.asarray(right, float)
    columns = left.shape[1]
    costs = np.array([np.abs(left[:, largest:] - right[:, largest - d:columns - d]) for d in range(largest + 1)])
    rows, columns = costs.shape[1] - size + 1, costs.shape[2] - size + 1
    return np.argmax(sum(costs[:, i:i + rows, j:j + columns] for i in range(size) for j in range(size)), axis=0)

# %% wrong: the cost, not its disparity | 0 of 3
# these are the lowest costs; return the disparity that has them
def disparity(left, right, largest, size=1):
    left, right = np.asarray(left, float), np.asarray(right, float)
    columns = left.shape[1]
    costs = np.array([np.abs(left[:, largest:] - right[:, largest - d:columns - d]) for d in range(largest + 1)])
    rows, columns = costs.shape[1] - size + 1, costs.shape[2] - size + 1
    return np.min(sum(costs[:, i:i + rows, j:j + columns] for i in range(size) for j in range(size)), axis=0).astype(int)

# %% wrong: the largest disparity is not tried | 0 of 3
# a disparity of `largest` was not tried: `range` stops one earlier
def disparity(left, right, largest, size=1):
    left, right = np.asarray(left, float), np.asarray(right, float)
    columns = left.shape[1]
    costs = np.array([np.abs(left[:, largest:] - right[:, largest - d:columns - d]) for d in range(largest)])
    rows, columns = costs.shape[1] - size + 1, costs.shape[2] - size + 1
    return np.argmin(sum(costs[:, i:i + rows, j:j + columns] for i in range(size) for j in range(size)), axis=0)

# %% wrong: disparities count from 1 | 0 of 3
# the disparities are 1 too large: the first that is tried is 0
def disparity(left, right, largest, size=1):
    left, right = np.asarray(left, float), np.asarray(right, float)
    columns = left.shape[1]
    costs = np.array([np.abs(left[:, largest:] - right[:, largest - d:columns - d]) for d in range(largest + 1)])
    rows, columns = costs.shape[1] - size + 1, costs.shape[2] - size + 1
    return 1 + np.argmin(sum(costs[:, i:i + rows, j:j + columns] for i in range(size) for j in range(size)), axis=0)

# %% wrong: columns without a partner are kept | 0 of 3
# there are too many columns: the first `largest` ones have no partner for every d, and are left out
def disparity(left, right, largest, size=1):
    left, right = np.asarray(left, float), np.asarray(right, float)
    costs = np.array([np.abs(left - np.roll(right, d, axis=1)) for d in range(largest + 1)])
    rows, columns = costs.shape[1] - size + 1, costs.shape[2] - size + 1
    return np.argmin(sum(costs[:, i:i + rows, j:j + columns] for i in range(size) for j in range(size)), axis=0)

# %% wrong: PyTorch adds up the window | 0 of 3
# `disparity` is to be written by hand, and your code uses `torch.tensor`: write out what it does
def disparity(left, right, largest, size=1):
    left, right = (torch.tensor(np.array(a, float)) for a in (left, right))
    columns = left.shape[1]
    costs = torch.stack([(left[:, largest:] - right[:, largest - d:columns - d]).abs() for d in range(largest + 1)])
    return nn.functional.avg_pool2d(costs[None], size, 1)[0].argmin(0).numpy()

# %% wrong: 16 bits with a sign for all whole numbers | 2 of 3
# differences of 16-bit pictures do not fit into 16 bits with a sign: compute in float
def disparity(left, right, largest, size=1):
    if left.dtype.kind in "ui":
        left, right = left.astype(np.int16), right.astype(np.int16)
    rows, columns = left.shape
    costs = []
    for d in range(largest + 1):
        cost = np.abs(left[:, largest:] - right[:, largest - d:columns - d]).astype(float)
        block = np.zeros((rows - size + 1, columns - largest - size + 1))
        for i in range(size):
            for j in range(size):
                block += cost[i:i + block.shape[0], j:j + block.shape[1]]
        costs.append(block)
    return np.argmin(costs, axis=0)

# %% right: block by block
def disparity(left, right, largest, size=1):
    rows, columns = left.shape[0] - size + 1, left.shape[1] - largest - size + 1
    found = np.zeros((rows, columns), int)
    for y in range(rows):
        for x in range(columns):
            block = np.array(left[y:y + size, x + largest:x + largest + size], dtype=float)
            costs = [np.sum(np.abs(block - right[y:y + size, x + largest - d:x + largest - d + size])) for d in range(largest + 1)]
            found[y, x] = costs.index(min(costs))
    return found

# %% right: the best so far, and sums by accumulation
def disparity(left, right, largest, size=1):
    left, right = np.array(left, np.float64), np.array(right, np.float64)
    best = found = None
    for d in range(largest + 1):
        cost = abs(left[:, largest:] - right[:, largest - d:right.shape[1] - d])
        total = np.zeros((cost.shape[0] + 1, cost.shape[1] + 1), np.float64)
        total[1:, 1:] = cost.cumsum(0).cumsum(1)
        window = total[size:, size:] - total[:-size, size:] - total[size:, :-size] + total[:-size, :-size]
        if best is None:
            best, found = window, np.zeros(window.shape, int)
        found[window < best] = d
        best = np.minimum(best, window)
    return found
