# Exercise 7: the gradient goes to the place of the largest value of each window.

# %% idea
# Each number of the gradient belongs to one window, and in this window one value has won. Begin with zeros, and let
# every number go to its winner.

# %% draw
def pooled(d, n, channels, kinds, slopes=("whole",), **how):
    rows, columns = d.whole(1, 3), d.whole(1, 3)
    batch = d.batch(n, channels, 2 * rows, 2 * columns, kinds=kinds, **how)
    return d.batch(n, channels, rows, columns, kinds=slopes), batch

def test_maxpool_one(d):
    return pooled(d, 1, 1, ("positive",), ties=False)

def test_maxpool_batch(d):
    return pooled(d, d.whole(1, 3), d.whole(1, 3), ("whole",), ties=False)

def test_maxpool_ties(d):
    gradient, batch = pooled(d, 1, 1, ("whole",))
    nearly = 2e-6 * d.array(*np.shape(batch), kinds=("whole",), plain=True) if d.chance(0.4) else 0
    if d.chance(0.3):                               # as after a ReLU: windows in which all is 0
        return gradient, d.laid_out(np.maximum(batch, 0) * (np.arange(batch.shape[-1]) < 2))
    return gradient, d.laid_out(np.sign(batch) * d.one_of((1, 2)) + nearly)

def test_maxpool_kept(d):
    return pooled(d, 1, 1, ("whole", "positive", "eighths", "single", "large", "tiny", "grey"), ("eighths", "single"), ties=False)

# %% wrong: all four places get the gradient | 0 of 4
# the gradient was given to all four places; only the largest value gets it
def maxpool_backward(gradient, batch):
    return np.repeat(np.repeat(gradient, 2, axis=2), 2, axis=3)

# %% wrong: shares the gradient out, as average pooling does | 0 of 4
# the gradient was shared out among the four places (so average pooling does it)
def maxpool_backward(gradient, batch):
    return np.repeat(np.repeat(gradient, 2, axis=2), 2, axis=3) / 4

# %% wrong: every equally large value gets it | 3 of 4
# every place that is equally large got the whole gradient; only the first one should
def maxpool_backward(gradient, batch):
    largest = np.repeat(np.repeat(max_pool(batch), 2, axis=2), 2, axis=3)
    return np.repeat(np.repeat(gradient, 2, axis=2), 2, axis=3) * (batch == largest)

# %% wrong: nearly equal values count as equal | 2 of 4
# values that differ by less than 0.00001 were taken for equal; the larger one gets the gradient
def maxpool_backward(gradient, batch):
    result = np.zeros(np.shape(batch))
    for n, c, i, j in np.ndindex(np.shape(gradient)):
        window = batch[n, c, 2 * i:2 * i + 2, 2 * j:2 * j + 2]
        row, column = np.argwhere(np.isclose(window, window.max()))[0]
        result[n, c, 2 * i + row, 2 * j + column] = gradient[n, c, i, j]
    return result

# %% wrong: equally large values share it | 3 of 4
# the gradient was shared among the equally large values; the first one gets all of it
def maxpool_backward(gradient, batch):
    result = np.zeros(np.shape(batch))
    for n, c, i, j in np.ndindex(np.shape(gradient)):
        window = batch[n, c, 2 * i:2 * i + 2, 2 * j:2 * j + 2]
        mask = window == window.max()
        result[n, c, 2 * i:2 * i + 2, 2 * j:2 * j + 2] = gradient[n, c, i, j] * mask / mask.sum()
    return result

# %% wrong: the last of equally large values gets it | 3 of 4
# the last of the equally large values got the gradient; it should be the first
def maxpool_backward(gradient, batch):
    result = np.zeros(np.shape(batch))
    for n, c, i, j in np.ndindex(np.shape(gradient)):
        best = batch[n, c, 2 * i, 2 * j]
        where_best = (0, 0)
        for a in range(2):
            for b in range(2):
                if batch[n, c, 2 * i + a, 2 * j + b] >= best:
                    best, where_best = batch[n, c, 2 * i + a, 2 * j + b], (a, b)
        result[n, c, 2 * i + where_best[0], 2 * j + where_best[1]] = gradient[n, c, i, j]
    return result

# %% wrong: looks for a maximum that begins at 0 | 1 of 4
# where all values are negative the first place got the gradient: is 0 taken for the largest value? Begin with the first of the window
def maxpool_backward(gradient, batch):
    result = np.zeros(np.shape(batch))
    for n, c, i, j in np.ndindex(np.shape(gradient)):
        best, place = 0, (2 * i, 2 * j)
        for a in range(2):
            for b in range(2):
                if batch[n, c, 2 * i + a, 2 * j + b] > best:
                    best, place = batch[n, c, 2 * i + a, 2 * j + b], (2 * i + a, 2 * j + b)
        result[n, c, place[0], place[1]] = gradient[n, c, i, j]
    return result

# %% wrong: writes the value instead of the gradient | 0 of 4
# the largest values themselves stand there: pass the gradient on
def maxpool_backward(gradient, batch):
    result = np.zeros(np.shape(batch))
    for n, c, i, j in np.ndindex(np.shape(gradient)):
        window = batch[n, c, 2 * i:2 * i + 2, 2 * j:2 * j + 2]
        a, b = np.unravel_index(window.argmax(), (2, 2))
        result[n, c, 2 * i + a, 2 * j + b] = window.max()
    return result

# %% wrong: a mask without the gradient | 0 of 4
# a 1 stands at the largest value: multiply by the gradient
def maxpool_backward(gradient, batch):
    result = np.zeros(np.shape(batch))
    for n, c, i, j in np.ndindex(np.shape(gradient)):
        a, b = np.unravel_index(batch[n, c, 2 * i:2 * i + 2, 2 * j:2 * j + 2].argmax(), (2, 2))
        result[n, c, 2 * i + a, 2 * j + b] = 1
    return result

# %% wrong: always the top left place | 0 of 4
# the gradient went to the first place of each window, whatever the values
def maxpool_backward(gradient, batch):
    result = np.zeros(np.shape(batch))
    result[:, :, ::2, ::2] = gradient
    return result

# %% wrong: the smallest value | 0 of 4
# the gradient went to the smallest value
def maxpool_backward(gradient, batch):
    result = np.zeros(np.shape(batch))
    for n, c, i, j in np.ndindex(np.shape(gradient)):
        a, b = np.unravel_index(batch[n, c, 2 * i:2 * i + 2, 2 * j:2 * j + 2].argmin(), (2, 2))
        result[n, c, 2 * i + a, 2 * j + b] = gradient[n, c, i, j]
    return result

# %% wrong: only the first picture | 3 of 4
# only the first picture got its gradient
def maxpool_backward(gradient, batch):
    result = np.zeros(np.shape(batch))
    for c, i, j in np.ndindex(np.shape(gradient)[1:]):
        a, b = np.unravel_index(batch[0, c, 2 * i:2 * i + 2, 2 * j:2 * j + 2].argmax(), (2, 2))
        result[0, c, 2 * i + a, 2 * j + b] = gradient[0, c, i, j]
    return result

# %% wrong: the result has the type of the pixels | 3 of 4
# the fractions were cut off: is the result an array of whole numbers?
def maxpool_backward(gradient, batch):
    result = np.zeros_like(batch)
    for n, c, i, j in np.ndindex(np.shape(gradient)):
        a, b = np.unravel_index(batch[n, c, 2 * i:2 * i + 2, 2 * j:2 * j + 2].argmax(), (2, 2))
        result[n, c, 2 * i + a, 2 * j + b] = gradient[n, c, i, j]
    return result

# %% wrong: multiplies by the value | 0 of 4
# the gradient was multiplied by the value: its slope is 1
def maxpool_backward(gradient, batch):
    largest = np.repeat(np.repeat(max_pool(batch), 2, axis=2), 2, axis=3)
    return np.repeat(np.repeat(gradient, 2, axis=2), 2, axis=3) * (batch == largest) * batch

# %% wrong: autograd does it | 0 of 4
# `maxpool_backward` is to be written by hand, and your code uses `torch.tensor`: write out what it does
def maxpool_backward(gradient, batch):
    x = torch.tensor(np.asarray(batch, float), requires_grad=True)
    torch.nn.functional.max_pool2d(x, 2).backward(torch.tensor(np.asarray(gradient, float)))
    return x.grad.numpy()

# %% wrong: row and column inside the window swapped | 0 of 4
# row and column inside of a window are swapped
def maxpool_backward(gradient, batch):
    out = np.zeros(batch.shape)
    n, c, rows, columns = gradient.shape
    for i, k, r, s in np.ndindex(n, c, rows, columns):
        a, b = divmod(int(np.argmax(batch[i, k, 2 * r:2 * r + 2, 2 * s:2 * s + 2])), 2)
        out[i, k, 2 * r + b, 2 * s + a] = gradient[i, k, r, s]
    return out

# %% wrong: the largest value of every map only | 0 of 4
# only the largest place of the whole map got a gradient
def maxpool_backward(gradient, batch):
    out = np.zeros(batch.shape)
    n, c, rows, columns = gradient.shape
    for i in range(n):
        for k in range(c):
            a, b = np.unravel_index(np.argmax(batch[i, k]), batch[i, k].shape)
            out[i, k, a, b] = gradient[i, k, a // 2, b // 2]
    return out

# %% wrong: only the first channel | 3 of 4
# only the first channel got its gradient
def maxpool_backward(gradient, batch):
    out = np.zeros(batch.shape)
    n, c, rows, columns = gradient.shape
    for i, r, s in np.ndindex(n, rows, columns):
        a, b = divmod(int(np.argmax(batch[i, 0, 2 * r:2 * r + 2, 2 * s:2 * s + 2])), 2)
        out[i, 0, 2 * r + a, 2 * s + b] = gradient[i, 0, r, s]
    return out

# %% wrong: the places of the window, not of the picture | 0 of 4
# the windows stand side by side: the one in row r begins in row 2·r of the picture
def maxpool_backward(gradient, batch):
    out = np.zeros(batch.shape)
    n, c, rows, columns = gradient.shape
    for i, k, r, s in np.ndindex(n, c, rows, columns):
        a, b = divmod(int(np.argmax(batch[i, k, 2 * r:2 * r + 2, 2 * s:2 * s + 2])), 2)
        out[i, k, r + a, s + b] = gradient[i, k, r, s]
    return out

# %% wrong: pools once more | 0 of 4
# this has the size of what came out: the gradient is as large as what went in
def maxpool_backward(gradient, batch):
    return max_pool(batch) * gradient

# %% wrong: the smallest of the negatives, in the type of the pixels | 3 of 4
# bytes have no negatives: the largest value of each window gets the gradient
def maxpool_backward(gradient, batch):
    result = np.zeros(batch.shape)
    for picture, channel, i, j in np.ndindex(*gradient.shape):
        window = -batch[picture, channel, 2 * i:2 * i + 2, 2 * j:2 * j + 2]
        row, column = divmod(int(np.argmin(window)), 2)
        result[picture, channel, 2 * i + row, 2 * j + column] = gradient[picture, channel, i, j]
    return result

# %% wrong: the windows that are looked at overlap | 0 of 4
# the windows stand side by side: the one in row r begins in row 2·r of the picture
def maxpool_backward(gradient, batch):
    out = np.zeros(batch.shape)
    for n, c, i, j in np.ndindex(gradient.shape):
        a, b = divmod(int(batch[n, c, i:i + 2, j:j + 2].argmax()), 2)
        out[n, c, 2 * i + a, 2 * j + b] = gradient[n, c, i, j]
    return out

# %% wrong: overlapping windows, also where it writes | 0 of 4
# the windows stand side by side: the one in row r begins in row 2·r of the picture
def maxpool_backward(gradient, batch):
    out = np.zeros(batch.shape)
    for n, c, i, j in np.ndindex(gradient.shape):
        a, b = divmod(int(batch[n, c, i:i + 2, j:j + 2].argmax()), 2)
        out[n, c, i + a, j + b] = gradient[n, c, i, j]
    return out

# %% wrong: the first channel tells the places of all | 3 of 4
# the largest value was looked for in the first channel only: every channel has places of its own
def maxpool_backward(gradient, batch):
    out = np.zeros(batch.shape)
    for n, c, i, j in np.ndindex(gradient.shape):
        a, b = divmod(int(batch[n, 0, 2 * i:2 * i + 2, 2 * j:2 * j + 2].argmax()), 2)
        out[n, c, 2 * i + a, 2 * j + b] = gradient[n, c, i, j]
    return out

# %% wrong: a window without a value above 0 gets nothing | 3 of 4
# where all four are 0, as behind a ReLU, the gradient is lost: the first of them gets it
def maxpool_backward(gradient, batch):
    back = np.zeros(batch.shape)
    for n, channel, i, j in np.ndindex(gradient.shape):
        window = batch[n, channel, 2 * i:2 * i + 2, 2 * j:2 * j + 2]
        if window.any():
            row, column = divmod(int(window.argmax()), 2)
            back[n, channel, 2 * i + row, 2 * j + column] = gradient[n, channel, i, j]
    return back

# %% right: a loop over the windows
def maxpool_backward(gradient, batch):
    result = np.zeros(np.shape(batch))
    for n, c, i, j in np.ndindex(np.shape(gradient)):
        window = batch[n, c, 2 * i:2 * i + 2, 2 * j:2 * j + 2]
        a, b = divmod(int(np.argmax(window)), 2)
        result[n, c, 2 * i + a, 2 * j + b] = gradient[n, c, i, j]
    return result

# %% right: four slices, the first place that is as large as the maximum takes it
def maxpool_backward(gradient, batch):
    best, left = max_pool(batch), np.ones(np.shape(gradient), dtype=bool)
    result = np.zeros(batch.shape)
    for a in (0, 1):
        for b in (0, 1):
            mine = (batch[:, :, a::2, b::2] == best) & left
            result[:, :, a::2, b::2] = np.where(mine, gradient, 0)
            left &= ~mine
    return result

# %% equivalent
# `1` → `2` (2): NumPy takes any negative length for the one to be found
# `passed_on.reshape(n, channels, rows, columns, 2, 2)` → `passed_on.reshape(channels, n, rows, columns, 2, 2)`: pictures and channels are put in one row afterwards
# `np.asarray(batch).reshape(n, channels, rows, 2, columns, 2)` → `np.asarray(batch).reshape(channels, n, rows, 2, columns, 2)`: pictures and channels are put in one row afterwards
