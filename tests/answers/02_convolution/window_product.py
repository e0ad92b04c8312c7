# Exercise 1: the sum of the products of the kernel and the window whose top left pixel is at (row, column).

# %% idea
# Cut out the part of the picture that lies under the kernel; how large it is, the kernel says. Once both have the same
# shape, this is the score of lesson 01.

# %% draw
def test_window_product_first(d):
    side = d.whole(2, 3)
    return d.image(kinds=("grey", *KINDS)), d.kernel(side, side), 0, 0

def test_window_product_place(d):
    image, kernel = d.image(kinds=("grey", *KINDS)), d.kernel()
    return image, kernel, d.whole(0, len(image) - len(kernel)), d.whole(0, image.shape[1] - kernel.shape[1])

# %% wrong: always takes the window in the top left corner | 1 of 2
# the place was not used: this is the window in the top left corner
def window_product(image, kernel, row, column):
    f, g = kernel.shape
    return np.sum(image[:f, :g] * kernel)

# %% wrong: forgets the kernel and adds up the pixels | 0 of 2
# the kernel was not used: this is the sum of the pixels
def window_product(image, kernel, row, column):
    f, g = kernel.shape
    return np.sum(image[row:row + f, column:column + g])

# %% wrong: rotates the kernel, as a mathematician's convolution does | 0 of 2
# the kernel lies upside down and mirrored on the window; take it as it stands
def window_product(image, kernel, row, column):
    f, g = kernel.shape
    total = 0
    for a in range(f):
        for b in range(g):
            total += image[row + a, column + b] * kernel[f - 1 - a, g - 1 - b]
    return total

# %% wrong: swaps row and column of the place | 1 of 2
# row and column of the place are swapped
def window_product(image, kernel, row, column):
    f, g = kernel.shape
    return np.sum(image[column:column + f, row:row + g] * kernel)

# %% wrong: the matrix product `@` instead of products place by place | 0 of 2
# `@` and `dot` are matrix products; multiply the pixel and the weight of one place
def window_product(image, kernel, row, column):
    f, g = kernel.shape
    return np.sum(image[row:row + f, column:column + g] @ kernel)

# %% wrong: takes every kernel for 3×3 | 0 of 2
# the window was taken as 3×3: take as many rows and columns as the kernel has
def window_product(image, kernel, row, column):
    return np.sum(image[row:row + 3, column:column + 3] * kernel)

# %% wrong: returns the nine products and does not add them up | 0 of 2
# this should be one number, yours has shape (3, 3): is something still to be added up?
def window_product(image, kernel, row, column):
    f, g = kernel.shape
    return image[row:row + f, column:column + g] * kernel

# %% wrong: takes the average of the products | 0 of 2
# this is the average of the products; leave out the division
def window_product(image, kernel, row, column):
    f, g = kernel.shape
    return np.mean(image[row:row + f, column:column + g] * kernel)

# %% wrong: stops one too early in both loops | 0 of 2
# the last row and the last column of the window are missing: the end of a slice is not part of it
def window_product(image, kernel, row, column):
    f, g = kernel.shape
    total = 0
    for a in range(f - 1):
        for b in range(g - 1):
            total += image[row + a, column + b] * kernel[a, b]
    return total

# %% wrong: adds pixels and weights | 0 of 2
# you added the weights to the pixels; multiply them
def window_product(image, kernel, row, column):
    f, g = kernel.shape
    return np.sum(image[row:row + f, column:column + g] + kernel)

# %% wrong: swaps rows and columns of the kernel | 0 of 2
# rows and columns of the kernel or of the window are swapped
def window_product(image, kernel, row, column):
    f, g = kernel.shape
    total = 0
    for a in range(f):
        for b in range(g):
            total += image[row + a, column + b] * kernel[b % f, a % g]
    return total

# %% wrong: takes the place for the window's centre | 1 of 2
# `row` and `column` say where the window begins, not where its centre is
def window_product(image, kernel, row, column):
    f, g = kernel.shape
    top, left = max(row - f // 2, 0), max(column - g // 2, 0)
    return np.sum(image[top:top + f, left:left + g] * kernel)

# %% wrong: makes the weights whole numbers | 0 of 2
# the fractions of the weights were cut off
def window_product(image, kernel, row, column):
    f, g = kernel.shape
    total = 0
    for a in range(f):
        for b in range(g):
            total += image[row + a, column + b] * int(kernel[a, b])
    return total

# %% wrong: prints the number | 0 of 2
# your function returned nothing (None): `print` shows a value, `return` hands it back
def window_product(image, kernel, row, column):
    f, g = kernel.shape
    print(np.sum(image[row:row + f, column:column + g] * kernel))

# %% right: two loops
def window_product(image, kernel, row, column):
    f, g = kernel.shape
    total = 0
    for a in range(f):
        for b in range(g):
            total += image[row + a, column + b] * kernel[a, b]
    return total

# %% right: a dot product of two flattened arrays
def window_product(image, kernel, row, column):
    kernel = np.asarray(kernel)
    window = np.asarray(image)[row:row + len(kernel), column:column + len(kernel[0])]
    return window.ravel().dot(kernel.ravel())

# %% right: pure Python, row by row
def window_product(image, kernel, row, column):
    kernel = np.asarray(kernel).tolist()
    total = 0
    for pixels, weights in zip(image[row:row + len(kernel)], kernel):
        for pixel, weight in zip(pixels[column:].tolist(), weights):
            total += pixel * weight
    return total
