# Exercise 10: max, average and sum pooling, with partial windows at the edge if they are wanted.

# %% idea
# Keep two questions apart: which windows are there, and what is done with the values in one of them? Settle the second
# one once, by `kind`; for the first, remember where window number 0, 1 and 2 begin.

# %% draw
def even(d, kinds=KINDS):
    size = d.whole(2, 3)
    return d.image(size * d.whole(1, 3), size * d.whole(1, 3), kinds=kinds), size, size

def test_pool_max(d):
    return even(d, ("grey", *KINDS))

def test_pool_kinds(d):
    return *even(d), d.one_of(("average", "sum"))

def test_pool_stride(d):
    size = d.whole(1, 3)
    return d.image(d.whole(3, 7), d.whole(3, 7)), size, d.whole(1, size), d.one_of(("max", "average", "sum"))

def test_pool_partial(d):
    size = d.whole(2, 3)
    return d.image(d.whole(3, 7), d.whole(3, 7)), size, d.whole(1, size), d.one_of(("max", "average", "sum")), d.chance(0.8)

# %% wrong: always takes the maximum | 1 of 4
# `kind` was not used: both are the largest value
def pool2d(image, size, stride, kind="max", partial=False):
    m, n = [(side - size) // stride + 1 + int(partial and (side - size) % stride > 0) for side in image.shape]
    return np.array([[np.max(image[i * stride:i * stride + size, j * stride:j * stride + size]) for j in range(n)] for i in range(m)])

# %% wrong: windows side by side, whatever the stride | 2 of 4
# the windows stand side by side: they move by the stride, not by their size
def pool2d(image, size, stride, kind="max", partial=False):
    reduce = {"max": np.max, "average": np.mean, "sum": np.sum}[kind]
    m, n = [side // size + int(partial and side % size > 0) for side in image.shape]
    return np.array([[reduce(image[i * size:(i + 1) * size, j * size:(j + 1) * size]) for j in range(n)] for i in range(m)])

# %% wrong: moves by one, whatever the stride | 0 of 4
# the window moves by 1, not by the stride
def pool2d(image, size, stride, kind="max", partial=False):
    reduce = {"max": np.max, "average": np.mean, "sum": np.sum}[kind]
    m, n = [side - size + 1 for side in image.shape]
    return np.array([[reduce(image[i:i + size, j:j + size]) for j in range(n)] for i in range(m)])

# %% wrong: compares with a maximum that begins at 0 | 1 of 4
# all these values are negative, so 0 is not the largest: start from the first value of the window
def pool2d(image, size, stride, kind="max", partial=False):
    def largest(window):
        best = 0
        for value in window.ravel():
            if value > best:
                best = value
        return best
    reduce = {"max": largest, "average": np.mean, "sum": np.sum}[kind]
    m, n = [(side - size) // stride + 1 + int(partial and (side - size) % stride > 0) for side in image.shape]
    return np.array([[reduce(image[i * stride:i * stride + size, j * stride:j * stride + size]) for j in range(n)] for i in range(m)])

# %% wrong: ignores `partial` | 3 of 4
# the partial windows are missing
def pool2d(image, size, stride, kind="max", partial=False):
    reduce = {"max": np.max, "average": np.mean, "sum": np.sum}[kind]
    m, n = [(side - size) // stride + 1 for side in image.shape]
    return np.array([[reduce(image[i * stride:i * stride + size, j * stride:j * stride + size]) for j in range(n)] for i in range(m)])

# %% wrong: always makes partial windows | 2 of 4
# partial windows at the edge are only wanted with `partial=True`
def pool2d(image, size, stride, kind="max", partial=False):
    reduce = {"max": np.max, "average": np.mean, "sum": np.sum}[kind]
    m, n = [-(-(side - size) // stride) + 1 for side in image.shape]
    return np.array([[reduce(image[i * stride:i * stride + size, j * stride:j * stride + size]) for j in range(n)] for i in range(m)])

# %% wrong: fills partial windows up with zeros | 3 of 4
# a border of zeros is larger than these negative values: a partial window holds only what is there
def pool2d(image, size, stride, kind="max", partial=False):
    reduce = {"max": np.max, "average": np.mean, "sum": np.sum}[kind]
    m, n = [(side - size) // stride + 1 + int(partial and (side - size) % stride > 0) for side in image.shape]
    filled = np.zeros(((m - 1) * stride + size, (n - 1) * stride + size))
    filled[:image.shape[0], :image.shape[1]] = image[:filled.shape[0], :filled.shape[1]]
    return np.array([[reduce(filled[i * stride:i * stride + size, j * stride:j * stride + size]) for j in range(n)] for i in range(m)])

# %% wrong: divides the average of a partial window by the full size | 3 of 4
# a partial window's average is divided by the number of values that are in it
def pool2d(image, size, stride, kind="max", partial=False):
    def average(window):
        return np.sum(window) / size ** 2
    reduce = {"max": np.max, "average": average, "sum": np.sum}[kind]
    m, n = [(side - size) // stride + 1 + int(partial and (side - size) % stride > 0) for side in image.shape]
    return np.array([[reduce(image[i * stride:i * stride + size, j * stride:j * stride + size]) for j in range(n)] for i in range(m)])

# %% wrong: a partial window also where nothing is left over | 3 of 4
# the last window reaches the right edge already; there is no column left over
def pool2d(image, size, stride, kind="max", partial=False):
    reduce = {"max": np.max, "average": np.mean, "sum": np.sum}[kind]
    m, n = [(side - size) // stride + 1 for side in image.shape]
    if partial:
        m, n = (image.shape[0] - size) // stride + 1 + (image.shape[0] % size > 0), -(-image.shape[1] // stride)
    return np.array([[reduce(image[i * stride:i * stride + size, j * stride:j * stride + size]) for j in range(n)] for i in range(m)])

# %% wrong: divides by the side of the window instead of the number of values | 1 of 4
# the average is the sum divided by all values of the window, 3·3 here, not by 3
def pool2d(image, size, stride, kind="max", partial=False):
    reduce = {"max": np.max, "average": lambda window: np.sum(window) / len(window), "sum": np.sum}[kind]
    m, n = [(side - size) // stride + 1 + int(partial and (side - size) % stride > 0) for side in image.shape]
    return np.array([[reduce(image[i * stride:i * stride + size, j * stride:j * stride + size]) for j in range(n)] for i in range(m)])

# %% wrong: whole-number division for the average | 1 of 4
# the average was cut off to a whole number
def pool2d(image, size, stride, kind="max", partial=False):
    reduce = {"max": np.max, "average": lambda window: np.sum(window) // window.size, "sum": np.sum}[kind]
    m, n = [(side - size) // stride + 1 + int(partial and (side - size) % stride > 0) for side in image.shape]
    return np.array([[reduce(image[i * stride:i * stride + size, j * stride:j * stride + size]) for j in range(n)] for i in range(m)])

# %% wrong: takes the smallest value | 1 of 4
# this is the smallest value of each window
def pool2d(image, size, stride, kind="max", partial=False):
    reduce = {"max": np.min, "average": np.mean, "sum": np.sum}[kind]
    m, n = [(side - size) // stride + 1 + int(partial and (side - size) % stride > 0) for side in image.shape]
    return np.array([[reduce(image[i * stride:i * stride + size, j * stride:j * stride + size]) for j in range(n)] for i in range(m)])

# %% wrong: partial windows at the right only | 3 of 4
# partial windows at the right are there, those at the bottom are missing
def pool2d(image, size, stride, kind="max", partial=False):
    reduce = {"max": np.max, "average": np.mean, "sum": np.sum}[kind]
    m, n = [(side - size) // stride + 1 for side in image.shape]
    if partial and (image.shape[1] - size) % stride:
        n += 1
    return np.array([[reduce(image[i * stride:i * stride + size, j * stride:j * stride + size]) for j in range(n)] for i in range(m)])

# %% wrong: pools the rows and forgets the columns | 0 of 4
# this should have shape (2, 3), yours has shape (2, 6)
def pool2d(image, size, stride, kind="max", partial=False):
    reduce = {"max": np.max, "average": np.mean, "sum": np.sum}[kind]
    m = (image.shape[0] - size) // stride + 1 + int(partial and (image.shape[0] - size) % stride > 0)
    return np.array([reduce(image[i * stride:i * stride + size], axis=0) for i in range(m)])

# %% wrong: PyTorch does the work | 0 of 4
# `pool2d` is to be written by hand, and your code uses `torch`: write out what it does
def pool2d(image, size, stride, kind="max", partial=False):
    import torch
    x = torch.tensor(np.asarray(image, float))[None, None]
    if kind == "max":
        return torch.nn.functional.max_pool2d(x, size, stride, ceil_mode=partial)[0, 0].numpy()
    pooled = torch.nn.functional.avg_pool2d(x, size, stride, ceil_mode=partial)[0, 0].numpy()
    return pooled * size ** 2 if kind == "sum" else pooled

# %% wrong: as many windows as the stride gives, but side by side | 2 of 4
# the windows stand side by side: they move by the stride, not by their size
def pool2d(image, size, stride, kind="max", partial=False):
    reduce = {"max": np.max, "average": np.mean, "sum": np.sum}[kind]
    m, n = [(side - size) // stride + 1 + int(partial and (side - size) % stride > 0) for side in image.shape]
    return np.array([[reduce(image[i * size:(i + 1) * size, j * size:(j + 1) * size]) for j in range(n)] for i in range(m)])

# %% right: two loops into an array of zeros
def pool2d(image, size, stride, kind="max", partial=False):
    rows, columns = image.shape
    m, n = output_size(rows, size, stride), output_size(columns, size, stride)
    if partial and (m - 1) * stride + size < rows:
        m += 1
    if partial and (n - 1) * stride + size < columns:
        n += 1
    result = np.zeros((m, n))
    for i in range(m):
        for j in range(n):
            window = image[i * stride:i * stride + size, j * stride:j * stride + size]
            if kind == "max":
                result[i, j] = window.max()
            elif kind == "average":
                result[i, j] = window.sum() / window.size
            else:
                result[i, j] = window.sum()
    return result

# %% right: pure Python, the places collected first
def pool2d(image, size, stride, kind="max", partial=False):
    def places(side):
        starts = list(range(0, side - size + 1, stride))
        if partial and starts[-1] + size < side:
            starts.append(starts[-1] + stride)
        return starts
    table = np.asarray(image).tolist()
    result = []
    for top in places(len(table)):
        line = []
        for left in places(len(table[0])):
            values = [v for row in table[top:top + size] for v in row[left:left + size]]
            line.append({"max": max(values), "sum": sum(values), "average": sum(values) / len(values)}[kind])
        result.append(line)
    return result

# %% right: filled up with nan, which the nan functions ignore
def pool2d(image, size, stride, kind="max", partial=False):
    image = np.asarray(image, dtype=float)
    sides = [-(-(s - size) // stride) * stride + size if partial else s for s in image.shape]
    filled = np.full(sides, np.nan)
    filled[:image.shape[0], :image.shape[1]] = image
    every = np.lib.stride_tricks.sliding_window_view(filled, (size, size))[::stride, ::stride]
    return {"max": np.nanmax, "average": np.nanmean, "sum": np.nansum}[kind](every, axis=(2, 3))

# %% right: a table of NumPy's functions, average among them
def pool2d(image, size, stride, kind="max", partial=False):
    def starts(n):
        places = list(range(0, n - size + 1, stride))
        return [*places, places[-1] + stride] if partial and places[-1] + size < n else places

    combine = {"max": np.amax, "average": np.average, "sum": np.sum}[kind]
    rows, columns = image.shape
    return np.array([[combine(image[i:i + size, j:j + size]) for j in starts(columns)] for i in starts(rows)])
