# Exercise 4: the true convolution, with the kernel rotated by 180°.

# %% idea
# Half a turn swaps top and bottom, and left and right as well. Turn the kernel, and leave the sliding to `correlate2d`.

# %% draw
def test_convolve_example(d):
    rows, side = d.whole(3, 5), d.whole(2, 3)
    kernel = d.kernel(side, side)
    if d.chance(0.2):                               # its own transpose, and yet another upside down
        kernel = d.laid_out(kernel + kernel.T)
    return d.image(rows, rows), kernel

def test_convolve_not_square(d):
    return d.image(kinds=("grey", *KINDS)), d.kernel()

# %% wrong: does not rotate the kernel | 0 of 2
# this is the cross-correlation: the kernel was not rotated
def convolve2d(image, kernel):
    return correlate2d(image, kernel)

# %% wrong: transposes the kernel | 0 of 2
# the kernel was transposed; a rotation by 180° turns it upside down and mirrors it
def convolve2d(image, kernel):
    return correlate2d(image, kernel.T)

# %% wrong: turns the kernel upside down only | 0 of 2
# the kernel was turned upside down only; mirror it too
def convolve2d(image, kernel):
    return correlate2d(image, kernel[::-1])

# %% wrong: mirrors the kernel only | 0 of 2
# the kernel was mirrored only; turn it upside down too
def convolve2d(image, kernel):
    return correlate2d(image, kernel[:, ::-1])

# %% wrong: rotates by 90° | 0 of 2
# the kernel was rotated by 90°, and it should be 180°
def convolve2d(image, kernel):
    return correlate2d(image, np.rot90(kernel))

# %% wrong: rotates by 90° the other way | 0 of 2
# the kernel was rotated by 270°, and it should be 180°
def convolve2d(image, kernel):
    return correlate2d(image, np.rot90(kernel, -1))

# %% wrong: rotates the feature map instead of the kernel | 0 of 2
# the feature map was rotated, not the kernel
def convolve2d(image, kernel):
    return np.asarray(correlate2d(image, kernel))[::-1, ::-1]

# %% wrong: rotates the image instead of the kernel | 0 of 2
# the picture was rotated, not the kernel
def convolve2d(image, kernel):
    return correlate2d(image[::-1, ::-1], kernel)

# %% wrong: changes the signs of the weights | 0 of 2
# the weights' signs were changed; a rotation moves the weights
def convolve2d(image, kernel):
    return correlate2d(image, -kernel)

# %% wrong: rotates the caller's kernel in place | 0 of 2
# your function changed the array `kernel` that it was given; work on a copy (`kernel.copy()`), because the caller still needs the old one
def convolve2d(image, kernel):
    kernel[:] = kernel[::-1, ::-1].copy()
    return correlate2d(image, kernel)

# %% wrong: prints the map | 0 of 2
# your function returned nothing (None): `print` shows a value, `return` hands it back
def convolve2d(image, kernel):
    print(correlate2d(image, kernel[::-1, ::-1]))

# %% wrong: SciPy does the work | 0 of 2
# `convolve2d` is to be written by hand, and your code uses `scipy`: write out what it does
def convolve2d(image, kernel):
    import scipy.signal
    return scipy.signal.convolve2d(image, kernel, mode="valid")

# %% right: two flips
def convolve2d(image, kernel):
    return correlate2d(image, np.flipud(np.fliplr(kernel)))

# %% right: the formula, with four loops and the weights read backwards
def convolve2d(image, kernel):
    f, g = kernel.shape
    m, n = image.shape[0] - f + 1, image.shape[1] - g + 1
    result = np.zeros((m, n))
    for i, j, a, b in np.ndindex(m, n, f, g):
        result[i, j] += image[i + a, j + b] * kernel[f - 1 - a, g - 1 - b]
    return result

# %% right: two turns by 90°
def convolve2d(image, kernel):
    return correlate2d(image, np.rot90(np.rot90(kernel)))
