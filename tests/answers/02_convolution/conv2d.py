# Exercise 6: the feature map with stride and padding.

# %% wrong: ignores the stride | points 1 of 3 | "the stride was not used"
def conv2d(image, kernel, stride=1, padding=0):
    return correlate2d(pad(image, padding), kernel)

# %% wrong: ignores the padding | points 1 of 3 | "the padding was not used"
def conv2d(image, kernel, stride=1, padding=0):
    return correlate2d(image, kernel)[::stride, ::stride]

# %% wrong: strides to the right only | points 1 of 3 | "the window moves by the stride to the right only"
def conv2d(image, kernel, stride=1, padding=0):
    return correlate2d(pad(image, padding), kernel)[:, ::stride]

# %% wrong: strides down only | points 1 of 3 | "the window moves by the stride down only"
def conv2d(image, kernel, stride=1, padding=0):
    return correlate2d(pad(image, padding), kernel)[::stride]

# %% wrong: a smaller map, but the window moves by 1 | points 1 of 3 | "the map was made smaller, but the window moved by 1"
def conv2d(image, kernel, stride=1, padding=0):
    image = pad(image, padding)
    f, g = kernel.shape
    m, n = output_size(image.shape[0], f, stride), output_size(image.shape[1], g, stride)
    return np.array([[window_product(image, kernel, i, j) for j in range(n)] for i in range(m)])

# %% wrong: thins out the image before it slides | points 1 of 3 | "stride moves the window, it does not thin the picture"
def conv2d(image, kernel, stride=1, padding=0):
    return correlate2d(pad(image, padding)[::stride, ::stride], kernel)

# %% wrong: puts the border around the feature map | points 1 of 3 | "the border was put around the feature map"
def conv2d(image, kernel, stride=1, padding=0):
    return pad(np.asarray(correlate2d(image, kernel))[::stride, ::stride], padding)

# %% wrong: rotates the kernel | points 0 of 3 | "this is true convolution"
def conv2d(image, kernel, stride=1, padding=0):
    return convolve2d(pad(image, padding), kernel)[::stride, ::stride]

# %% wrong: takes stride and padding in the other order | points 0 of 3 | "stride and padding are swapped"
def conv2d(image, kernel, padding=0, stride=1):
    return correlate2d(pad(image, padding), kernel)[::stride, ::stride]

# %% wrong: one place too few | points 0 of 3 | "the last place to the right is missing"
def conv2d(image, kernel, stride=1, padding=0):
    image = pad(image, padding)
    f, g = kernel.shape
    m, n = output_size(image.shape[0], f, stride), output_size(image.shape[1], g, stride)
    return np.array([[window_product(image, kernel, i * stride, j * stride) for j in range(n - 1)] for i in range(m)])

# %% wrong: begins at row `padding` instead of in the corner of the border | points 2 of 3 | "the first window does not begin in the corner of the border"
def conv2d(image, kernel, stride=1, padding=0):
    whole = np.asarray(correlate2d(pad(image, padding), kernel))
    if stride == 1:
        return whole
    return whole[padding::stride, padding::stride]

# %% wrong: stride is always 2 | points 0 of 3 | "the stride is always 2 for you"
def conv2d(image, kernel, stride=1, padding=0):
    return correlate2d(pad(image, padding), kernel)[::2, ::2]

# %% wrong: PyTorch does the work | points 2 of 3 | "your code uses `torch"
def conv2d(image, kernel, stride=1, padding=0):
    import torch
    image, kernel = torch.tensor(np.asarray(image, float)), torch.tensor(np.asarray(kernel, float))
    return torch.nn.functional.conv2d(image[None, None], kernel[None, None], stride=stride, padding=padding)[0, 0].numpy()

# %% right: places from a range, window by window
def conv2d(image, kernel, stride=1, padding=0):
    image = pad(image, padding)
    rows, columns = image.shape
    f, g = kernel.shape
    return [[window_product(image, kernel, i, j) for j in range(0, columns - g + 1, stride)]
            for i in range(0, rows - f + 1, stride)]

# %% right: six lines of index arithmetic, without a padded copy
def conv2d(image, kernel, stride=1, padding=0):
    (rows, columns), (f, g) = image.shape, kernel.shape
    result = np.zeros((output_size(rows, f, stride, padding), output_size(columns, g, stride, padding)))
    for i, j, a, b in np.ndindex(*result.shape, f, g):
        row, column = i * stride + a - padding, j * stride + b - padding
        if 0 <= row < rows and 0 <= column < columns:
            result[i, j] += image[row, column] * kernel[a, b]
    return result

# %% right: all windows at once in float32
def conv2d(image, kernel, stride=1, padding=0):
    padded = np.asarray(pad(image, padding), dtype=np.float32)
    every = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape)[::stride, ::stride]
    return np.tensordot(every, kernel.astype(np.float32), axes=2)
