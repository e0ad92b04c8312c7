# Exercise 7: the feature map with stride and padding.

# %% idea
# A window that moves in larger steps sees nothing new: it leaves out places that a window with stride 1 visits. So you
# have nearly all of it already, if the border comes first.

# %% draw
def test_conv2d_stride(d):
    return d.image(), d.kernel(), d.whole(1, 3)

def test_conv2d_padding(d):
    return d.image(), d.kernel(), 1, d.whole(0, 2)

def test_conv2d_both(d):
    padding = d.whole(0, 2)
    image, kernel = d.image(d.whole(3, 7), d.whole(2, 6), kinds=("grey", *KINDS)), d.kernel(d.whole(1, 3), d.whole(1, 2))
    return (image, kernel, d.whole(1, 3), padding)[:d.one_of((2, 3, 4, 4, 4))]

# %% wrong: ignores the stride | 1 of 3
# the stride was not used
def conv2d(image, kernel, stride=1, padding=0):
    return correlate2d(pad(image, padding), kernel)

# %% wrong: ignores the padding | 1 of 3
# the padding was not used
def conv2d(image, kernel, stride=1, padding=0):
    return correlate2d(image, kernel)[::stride, ::stride]

# %% wrong: strides to the right only | 1 of 3
# the window moves by the stride to the right only; down it moves by 1
def conv2d(image, kernel, stride=1, padding=0):
    return correlate2d(pad(image, padding), kernel)[:, ::stride]

# %% wrong: strides down only | 1 of 3
# the window moves by the stride down only; to the right it moves by 1
def conv2d(image, kernel, stride=1, padding=0):
    return correlate2d(pad(image, padding), kernel)[::stride]

# %% wrong: a smaller map, but the window moves by 1 | 1 of 3
# the map was made smaller, but the window moved by 1: multiply the place by the stride
def conv2d(image, kernel, stride=1, padding=0):
    image = pad(image, padding)
    f, g = kernel.shape
    m, n = output_size(image.shape[0], f, stride), output_size(image.shape[1], g, stride)
    return np.array([[window_product(image, kernel, i, j) for j in range(n)] for i in range(m)])

# %% wrong: thins out the image before it slides | 1 of 3
# the pixels between the windows were dropped before the kernel saw them: stride moves the window, it does not thin the picture
def conv2d(image, kernel, stride=1, padding=0):
    return correlate2d(pad(image, padding)[::stride, ::stride], kernel)

# %% wrong: puts the border around the feature map | 1 of 3
# the border was put around the feature map; it belongs around the picture
def conv2d(image, kernel, stride=1, padding=0):
    return pad(np.asarray(correlate2d(image, kernel))[::stride, ::stride], padding)

# %% wrong: rotates the kernel | 0 of 3
# this is true convolution: the kernel was rotated by 180°; a CNN layer does not rotate it
def conv2d(image, kernel, stride=1, padding=0):
    return convolve2d(pad(image, padding), kernel)[::stride, ::stride]

# %% wrong: takes stride and padding in the other order | 0 of 3
# stride and padding are swapped: their order is `stride, padding`
def conv2d(image, kernel, padding=0, stride=1):
    return correlate2d(pad(image, padding), kernel)[::stride, ::stride]

# %% wrong: one place too few | 0 of 3
# the last place to the right is missing, although the window fits there
def conv2d(image, kernel, stride=1, padding=0):
    image = pad(image, padding)
    f, g = kernel.shape
    m, n = output_size(image.shape[0], f, stride), output_size(image.shape[1], g, stride)
    return np.array([[window_product(image, kernel, i * stride, j * stride) for j in range(n - 1)] for i in range(m)])

# %% wrong: begins at row `padding` instead of in the corner of the border | 2 of 3
# the first window does not begin in the corner of the border
def conv2d(image, kernel, stride=1, padding=0):
    whole = np.asarray(correlate2d(pad(image, padding), kernel))
    if stride == 1:
        return whole
    return whole[padding::stride, padding::stride]

# %% wrong: stride is always 2 | 0 of 3
# the stride is always 2 for you
def conv2d(image, kernel, stride=1, padding=0):
    return correlate2d(pad(image, padding), kernel)[::2, ::2]

# %% wrong: PyTorch does the work | 0 of 3
# `conv2d` is to be written by hand, and your code uses `torch`: write out what it does
def conv2d(image, kernel, stride=1, padding=0):
    import torch
    image, kernel = torch.tensor(np.asarray(image, float)), torch.tensor(np.asarray(kernel, float))
    return torch.nn.functional.conv2d(image[None, None], kernel[None, None], stride=stride, padding=padding)[0, 0].numpy()

# %% wrong: a smaller map, but the window moves by 1 to the right | 1 of 3
# the window moves by the stride down only; to the right it moves by 1
def conv2d(image, kernel, stride=1, padding=0):
    image = pad(image, padding)
    f, g = kernel.shape
    m, n = output_size(image.shape[0], f, stride), output_size(image.shape[1], g, stride)
    return np.array([[window_product(image, kernel, i * stride, j) for j in range(n)] for i in range(m)])

# %% wrong: counts the padding twice | 1 of 3
# the padding was counted twice: the picture that you measure is padded already
def conv2d(image, kernel, stride=1, padding=0):
    image = pad(image, padding)
    f, g = kernel.shape
    m, n = output_size(image.shape[0], f, stride, padding), output_size(image.shape[1], g, stride, padding)
    return np.array([[window_product(image, kernel, i * stride, j * stride) for j in range(n)] for i in range(m)])

# %% right: np.pad, which was written by hand before
def conv2d(image, kernel, stride=1, padding=0):
    padded = np.pad(image, padding)
    f, g = kernel.shape
    rows, columns = (padded.shape[0] - f) // stride + 1, (padded.shape[1] - g) // stride + 1
    return np.array([[np.sum(padded[i * stride:i * stride + f, j * stride:j * stride + g] * kernel) for j in range(columns)]
                     for i in range(rows)])

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
