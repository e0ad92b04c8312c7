# Exercise 11: a kernel learned by gradient descent from a picture and its feature map.

# %% idea
# A step has three parts: what the kernel gives now, how far that is from what is wanted at each place, and how much of
# that is each weight's doing. One weight meets its own shifted part of the picture, and all places together give one
# slope for it.

# %% draw
def task(d, kinds=("whole",)):
    f, g = d.whole(1, 3), d.whole(1, 3)
    m, n = d.whole(1, 3), d.whole(2, 4)
    def small(rows, columns):
        values = d.image(rows, columns, kinds=kinds, plain=True)
        return values % 7 - 3 if values.dtype.kind == "i" else values
    return d.laid_out(small(m + f - 1, n + g - 1)), d.laid_out(small(m, n))

def test_learn_first(d):
    image, target = task(d)
    return image * d.one_of((1, 1, 100)), target, d.one_of((0.125, 0.25, 0.5)), 1

def test_learn_steps(d):
    if d.chance(0.25):                              # pixels as a camera gives them
        image, target = task(d, ("grey",))
        return image, target, 2.0 ** -16, d.whole(2, 4)
    return *task(d, ("whole", "whole", "unit", "eighths")), d.one_of((0.01, 0.0625, 0.125)), d.one_of((0, 2, 3, 4, 5))

def test_learn_whole(d):
    """Pictures in which every weight is learned about as fast as every other."""
    while True:
        f, g, m, n = d.whole(1, 2), d.whole(1, 3), d.whole(2, 4), d.whole(3, 5)
        image = d.random.integers(-3, 4, (m + f - 1, n + g - 1))
        looks = np.lib.stride_tricks.sliding_window_view(image, (f, g)).reshape(m * n, f * g)
        slopes = np.linalg.eigvalsh(2 * looks.T @ looks / (m * n))
        if slopes[0] > slopes[-1] / 4:
            break
    kernel = d.kernel(f, g, kinds=("whole", "eighths"), ties=False, plain=True)
    rate = float(np.floor(1000 / slopes[-1]) / 1000)
    return d.laid_out(image), d.laid_out((looks @ kernel.ravel()).reshape(m, n)), rate, 200

# %% wrong: goes uphill | 0 of 3
# the step went uphill: subtract the gradient
def learn_kernel(image, target, rate, steps):
    image, target = np.asarray(image, dtype=float), np.asarray(target, dtype=float)
    v = np.lib.stride_tricks.sliding_window_view(image, tuple(np.subtract(image.shape, target.shape) + 1))
    kernel = np.zeros(v.shape[2:])
    for _ in range(min(steps, 20)):
        d = np.sum(v * kernel, axis=(2, 3)) - target
        kernel = kernel + rate * 2 * np.mean(d[..., None, None] * v, axis=(0, 1))
    return kernel

# %% wrong: forgets the factor 2 | 1 of 3
# the factor 2 is missing: the slope of a square is 2 times the difference
def learn_kernel(image, target, rate, steps):
    image, target = np.asarray(image, dtype=float), np.asarray(target, dtype=float)
    v = np.lib.stride_tricks.sliding_window_view(image, tuple(np.subtract(image.shape, target.shape) + 1))
    kernel = np.zeros(v.shape[2:])
    for _ in range(steps):
        d = np.sum(v * kernel, axis=(2, 3)) - target
        kernel = kernel - rate * np.mean(d[..., None, None] * v, axis=(0, 1))
    return kernel

# %% wrong: adds over the places instead of the mean | 0 of 3
# the error is the **mean** over all places: divide by their number
def learn_kernel(image, target, rate, steps):
    image, target = np.asarray(image, dtype=float), np.asarray(target, dtype=float)
    v = np.lib.stride_tricks.sliding_window_view(image, tuple(np.subtract(image.shape, target.shape) + 1))
    kernel = np.zeros(v.shape[2:])
    for _ in range(min(steps, 20)):
        d = np.sum(v * kernel, axis=(2, 3)) - target
        kernel = kernel - rate * 2 * np.sum(d[..., None, None] * v, axis=(0, 1))
    return kernel

# %% wrong: takes one step only | 1 of 3
# only one step was taken: is the `return` inside the loop?
def learn_kernel(image, target, rate, steps):
    image, target = np.asarray(image, dtype=float), np.asarray(target, dtype=float)
    v = np.lib.stride_tricks.sliding_window_view(image, tuple(np.subtract(image.shape, target.shape) + 1))
    kernel = np.zeros(v.shape[2:])
    for _ in range(steps):
        d = np.sum(v * kernel, axis=(2, 3)) - target
        kernel = kernel - rate * 2 * np.mean(d[..., None, None] * v, axis=(0, 1))
        return kernel
    return kernel

# %% wrong: computes the differences once, before the loop | 1 of 3
# the differences are those of the first step in every step: compute the feature map anew with the new kernel
def learn_kernel(image, target, rate, steps):
    image, target = np.asarray(image, dtype=float), np.asarray(target, dtype=float)
    v = np.lib.stride_tricks.sliding_window_view(image, tuple(np.subtract(image.shape, target.shape) + 1))
    kernel = np.zeros(v.shape[2:])
    d = np.sum(v * kernel, axis=(2, 3)) - target
    for _ in range(steps):
        kernel = kernel - rate * 2 * np.mean(d[..., None, None] * v, axis=(0, 1))
    return kernel

# %% wrong: learns the rotated kernel | 0 of 3
# the kernel is rotated by 180°: weight (a, b) lies on pixel (i + a, j + b)
def learn_kernel(image, target, rate, steps):
    image, target = np.asarray(image, dtype=float), np.asarray(target, dtype=float)
    v = np.lib.stride_tricks.sliding_window_view(image, tuple(np.subtract(image.shape, target.shape) + 1))[..., ::-1, ::-1]
    kernel = np.zeros(v.shape[2:])
    for _ in range(steps):
        d = np.sum(v * kernel, axis=(2, 3)) - target
        kernel = kernel - rate * 2 * np.mean(d[..., None, None] * v, axis=(0, 1))
    return kernel

# %% wrong: starts with ones | 1 of 3
# this kernel does not start with zeros, but with ones
def learn_kernel(image, target, rate, steps):
    image, target = np.asarray(image, dtype=float), np.asarray(target, dtype=float)
    v = np.lib.stride_tricks.sliding_window_view(image, tuple(np.subtract(image.shape, target.shape) + 1))
    kernel = np.ones(v.shape[2:])
    for _ in range(steps):
        d = np.sum(v * kernel, axis=(2, 3)) - target
        kernel = kernel - rate * 2 * np.mean(d[..., None, None] * v, axis=(0, 1))
    return kernel

# %% wrong: divides by the number of weights | 0 of 3
# the gradient was divided by the number of weights; divide by the number of places
def learn_kernel(image, target, rate, steps):
    image, target = np.asarray(image, dtype=float), np.asarray(target, dtype=float)
    v = np.lib.stride_tricks.sliding_window_view(image, tuple(np.subtract(image.shape, target.shape) + 1))
    kernel = np.zeros(v.shape[2:])
    for _ in range(min(steps, 20)):
        d = np.sum(v * kernel, axis=(2, 3)) - target
        kernel = kernel - rate * 2 * np.sum(d[..., None, None] * v, axis=(0, 1)) / kernel.size
    return kernel

# %% wrong: a 3×3 kernel always | 0 of 3
# the kernel has rows − m + 1 rows and columns − n + 1 columns; yours is always 3×3
def learn_kernel(image, target, rate, steps):
    image, target = np.asarray(image, dtype=float), np.asarray(target, dtype=float)
    kernel = np.zeros((3, 3))
    m, n = target.shape
    for _ in range(min(steps, 20)):
        slope = np.zeros((3, 3))
        for i in range(m):
            for j in range(n):
                window = np.zeros((3, 3))
                part = image[i:i + 3, j:j + 3]
                window[:part.shape[0], :part.shape[1]] = part
                slope += 2 * (np.sum(window * kernel) - target[i, j]) * window / (m * n)
        kernel -= rate * slope
    return kernel

# %% wrong: the signs of the differences instead of the differences | 0 of 3
# the differences' signs were used, not the differences: the error is their mean square
def learn_kernel(image, target, rate, steps):
    image, target = np.asarray(image, dtype=float), np.asarray(target, dtype=float)
    v = np.lib.stride_tricks.sliding_window_view(image, tuple(np.subtract(image.shape, target.shape) + 1))
    kernel = np.zeros(v.shape[2:])
    for _ in range(steps):
        d = np.sign(np.sum(v * kernel, axis=(2, 3)) - target)
        kernel = kernel - rate * 2 * np.mean(d[..., None, None] * v, axis=(0, 1))
    return kernel

# %% wrong: one step too many | 1 of 3
# one step too many was taken
def learn_kernel(image, target, rate, steps):
    image, target = np.asarray(image, dtype=float), np.asarray(target, dtype=float)
    v = np.lib.stride_tricks.sliding_window_view(image, tuple(np.subtract(image.shape, target.shape) + 1))
    kernel = np.zeros(v.shape[2:])
    for _ in range(steps + 1):
        d = np.sum(v * kernel, axis=(2, 3)) - target
        kernel = kernel - rate * 2 * np.mean(d[..., None, None] * v, axis=(0, 1))
    return kernel

# %% wrong: solves for the kernel instead of learning it | 0 of 3
# `learn_kernel` is to be written by hand, and your code uses `numpy.linalg.lstsq`: write out what it does
def learn_kernel(image, target, rate, steps):
    image, target = np.asarray(image, dtype=float), np.asarray(target, dtype=float)
    v = np.lib.stride_tricks.sliding_window_view(image, tuple(np.subtract(image.shape, target.shape) + 1))
    best = np.linalg.lstsq(v.reshape(target.size, -1), target.ravel(), rcond=None)[0]
    return best.reshape(v.shape[2:])

# %% wrong: rotates the kernel in the feature map | 1 of 3
# the feature map is that of the rotated kernel; lay the kernel on as it stands, weight (a, b) on pixel (i + a, j + b)
def learn_kernel(image, target, rate, steps):
    image, target = np.asarray(image, dtype=float), np.asarray(target, dtype=float)
    v = np.lib.stride_tricks.sliding_window_view(image, tuple(np.subtract(image.shape, target.shape) + 1))
    kernel = np.zeros(v.shape[2:])
    for _ in range(steps):
        d = np.sum(v * kernel[::-1, ::-1], axis=(2, 3)) - target
        kernel = kernel - rate * 2 * np.mean(d[..., None, None] * v, axis=(0, 1))
    return kernel

# %% wrong: adds the feature maps of all steps | 1 of 3
# the feature map of each step was added to those of the steps before: begin it anew, with zeros, in every step
def learn_kernel(image, target, rate, steps):
    image, target = np.asarray(image, dtype=float), np.asarray(target, dtype=float)
    v = np.lib.stride_tricks.sliding_window_view(image, tuple(np.subtract(image.shape, target.shape) + 1))
    kernel, found = np.zeros(v.shape[2:]), np.zeros(target.shape)
    for _ in range(steps):
        found = found + np.sum(v * kernel, axis=(2, 3))
        kernel = kernel - rate * 2 * np.mean((found - target)[..., None, None] * v, axis=(0, 1))
    return kernel

# %% right: loops over the places
def learn_kernel(image, target, rate, steps):
    m, n = len(target), len(target[0])
    f, g = len(image) - m + 1, len(image[0]) - n + 1
    kernel = np.zeros((f, g))
    for _ in range(steps):
        slope = np.zeros((f, g))
        for i in range(m):
            for j in range(n):
                window = image[i:i + f, j:j + g]
                slope += 2 * (np.sum(window * kernel) - target[i][j]) * window / (m * n)
        kernel -= rate * slope
    return kernel

# %% right: weight by weight, over shifted pictures
def learn_kernel(image, target, rate, steps):
    image, target = np.array(image, dtype=float), np.array(target, dtype=float)
    m, n = target.shape
    f, g = image.shape[0] - m + 1, image.shape[1] - n + 1
    kernel = [[0.0] * g for _ in range(f)]
    for _ in range(steps):
        error = -target
        for a in range(f):
            for b in range(g):
                error = error + kernel[a][b] * image[a:a + m, b:b + n]
        kernel = [[kernel[a][b] - rate * 2 * np.mean(error * image[a:a + m, b:b + n]) for b in range(g)] for a in range(f)]
    return np.array(kernel)

# %% right: one matrix of windows
def learn_kernel(image, target, rate, steps):
    image, target = np.asarray(image, float), np.asarray(target, float)
    f, g = image.shape[0] - target.shape[0] + 1, image.shape[1] - target.shape[1] + 1
    matrix = np.array([image[i:i + f, j:j + g].ravel() for i in range(target.shape[0]) for j in range(target.shape[1])])
    k = np.zeros(f * g)
    for _ in range(steps):
        k = k - rate * 2 / target.size * matrix.T @ (matrix @ k - target.ravel())
    return k.reshape(f, g)

# %% right: window by window, kept in a list
def learn_kernel(image, target, rate, steps):
    image, target = np.asarray(image).astype(float), np.asarray(target).astype(float)
    f, g = (np.array(image.shape) - target.shape + 1).tolist()
    windows = [(i, j, image[i:i + f, j:j + g]) for i in range(len(target)) for j in range(len(target[0]))]
    kernel = np.zeros((f, g))
    for _ in range(steps):
        slope = sum(2 * (np.sum(window * kernel) - target[i, j]) * window for i, j, window in windows) / len(windows)
        kernel = kernel - rate * slope
    return kernel
