# Exercise 12: every window of a volume as a column.

# %% idea
# There are two ways: window by window, each as a column, or row by row, where one row holds what one weight of the
# kernel meets at all places. Check the order with a small picture whose pixels are numbered.

# %% draw
def test_im2col_not_square(d):
    f, g = d.whole(1, 3), d.whole(1, 3)
    return d.array(d.whole(1, 3), f + d.whole(0, 2), g + d.whole(0, 3)), f, g

# %% wrong: each window is a row | 0 of 1
# each window is a row of yours; it should be a column
def im2col(image, f, g):
    channels, rows, columns = image.shape
    return np.array([image[:, i:i + f, j:j + g].ravel() for i in range(rows - f + 1) for j in range(columns - g + 1)])

# %% wrong: takes the first channel only | 0 of 1
# only the first channel was used
def im2col(image, f, g):
    channels, rows, columns = image.shape
    return np.array([image[0, i:i + f, j:j + g].ravel() for i in range(rows - f + 1) for j in range(columns - g + 1)]).T

# %% wrong: goes pixel by pixel through the channels | 0 of 1
# each window should go channel by channel; yours goes pixel by pixel
def im2col(image, f, g):
    channels, rows, columns = image.shape
    return np.array([image[:, i:i + f, j:j + g].transpose(1, 2, 0).ravel()
                     for i in range(rows - f + 1) for j in range(columns - g + 1)]).T

# %% wrong: the windows follow each other down the columns | 0 of 1
# the windows follow each other down the columns; they should go in reading order
def im2col(image, f, g):
    channels, rows, columns = image.shape
    return np.array([image[:, i:i + f, j:j + g].ravel() for j in range(columns - g + 1) for i in range(rows - f + 1)]).T

# %% wrong: writes each window column by column | 0 of 1
# the windows are columns, but written column by column; write them row by row
def im2col(image, f, g):
    channels, rows, columns = image.shape
    return np.array([image[:, i:i + f, j:j + g].transpose(0, 2, 1).ravel()
                     for i in range(rows - f + 1) for j in range(columns - g + 1)]).T

# %% wrong: windows that do not overlap | 0 of 1
# the windows do not overlap for you: move them by one pixel
def im2col(image, f, g):
    channels, rows, columns = image.shape
    return np.array([image[:, i:i + f, j:j + g].ravel()
                     for i in range(0, rows - f + 1, f) for j in range(0, columns - g + 1, g)]).T

# %% wrong: the last window is missing | 0 of 1
# the last window is missing
def im2col(image, f, g):
    channels, rows, columns = image.shape
    all_of_them = [image[:, i:i + f, j:j + g].ravel() for i in range(rows - f + 1) for j in range(columns - g + 1)]
    return np.array(all_of_them[:-1]).T

# %% wrong: takes the window for square | 0 of 1
# the window was taken for square, with f as its side
def im2col(image, f, g):
    channels, rows, columns = image.shape
    return np.array([image[:, i:i + f, j:j + f].ravel() for i in range(rows - f + 1) for j in range(columns - f + 1)]).T

# %% wrong: swaps rows and columns of the window | 0 of 1
# rows and columns of the window are swapped
def im2col(image, f, g):
    channels, rows, columns = image.shape
    f, g = g, f
    return np.array([image[:, i:i + f, j:j + g].ravel() for i in range(rows - f + 1) for j in range(columns - g + 1)]).T

# %% wrong: adds up the channels | 0 of 1
# the channels were added up
def im2col(image, f, g):
    flat = image.sum(axis=0)
    rows, columns = flat.shape
    return np.array([flat[i:i + f, j:j + g].ravel() for i in range(rows - f + 1) for j in range(columns - g + 1)]).T

# %% wrong: writes the windows into an array of whole numbers | 0 of 1
# the fractions were cut off
def im2col(image, f, g):
    channels, rows, columns = image.shape
    m, n = rows - f + 1, columns - g + 1
    matrix = np.zeros((channels * f * g, m * n), dtype=int)
    for i in range(m):
        for j in range(n):
            matrix[:, i * n + j] = image[:, i:i + f, j:j + g].ravel()
    return matrix

# %% wrong: puts the channels beside each other | 0 of 1
# the channels stand beside each other as further columns; a window goes through all channels
def im2col(image, f, g):
    channels, rows, columns = image.shape
    return np.array([image[c, i:i + f, j:j + g].ravel()
                     for c in range(channels) for i in range(rows - f + 1) for j in range(columns - g + 1)]).T

# %% wrong: PyTorch's unfold does the work | 0 of 1
# `im2col` is to be written by hand, and your code uses `torch`: write out what it does
def im2col(image, f, g):
    import torch
    return torch.nn.functional.unfold(torch.tensor(np.asarray(image, float))[None], (f, g))[0].numpy()

# %% right: window by window into an array
def im2col(image, f, g):
    channels, rows, columns = image.shape
    m, n = rows - f + 1, columns - g + 1
    matrix = np.zeros((channels * f * g, m * n))
    for i in range(m):
        for j in range(n):
            matrix[:, i * n + j] = image[:, i:i + f, j:j + g].ravel()
    return matrix

# %% right: all windows at once, axes moved
def im2col(image, f, g):
    every = np.lib.stride_tricks.sliding_window_view(image, (f, g), axis=(1, 2))
    return every.transpose(0, 3, 4, 1, 2).reshape(len(image) * f * g, -1)

# %% right: a list of windows, turned
def im2col(image, f, g):
    rows, columns = image.shape[1:]
    every = [image[:, i:i + f, j:j + g].flatten() for i in range(rows - f + 1) for j in range(columns - g + 1)]
    return np.stack(every, axis=1)

# %% right: columns appended one by one
def im2col(image, f, g):
    channels, rows, columns = image.shape
    found = np.empty((channels * f * g, 0))
    for i in range(rows - f + 1):
        for j in range(columns - g + 1):
            found = np.append(found, image[:, i:i + f, j:j + g].reshape(-1, 1), axis=1)
    return found
