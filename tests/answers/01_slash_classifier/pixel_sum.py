# Exercise 1: add up all pixels of a picture with any number of rows and columns, and return the sum.

# %% idea
# Keep a running total. It begins at nothing, and every pixel of every row is added to it exactly once; hand it back
# only when the last row is done.

# %% draw
def test_pixel_sum_small(d):
    image = d.image(2, 2, kinds=("positive",))
    return (d.laid_out(image.astype(d.one_of((int, np.uint16)))),)

def test_pixel_sum_any_shape(d):  # no bytes: a loop over them wraps round, and how to help it is no matter of this lesson
    return (d.image(d.whole(1, 5), d.whole(1, 5), kinds=[kind for kind in KINDS if kind != "deep"]),)

# %% wrong: prints the sum instead of returning it | 0 of 2
# your function returned nothing (None): `print` shows a value, `return` hands it back
def pixel_sum(image):
    total = 0
    for row in image:
        for pixel in row:
            total += pixel
    print(total)

# %% wrong: `return` inside the outer loop, so it ends after the first row | 0 of 2
# this is the first row alone: is the `return` inside the outer loop?
def pixel_sum(image):
    total = 0
    for row in image:
        for pixel in row:
            total += pixel
        return total

# %% wrong: `return` inside both loops, so it ends after the first pixel | 0 of 2
# this is the first pixel alone: is the `return` inside the inner loop?
def pixel_sum(image):
    total = 0
    for row in image:
        for pixel in row:
            total += pixel
            return total

# %% wrong: sets the total back to 0 for every row | 0 of 2
# you added the last row only: is the total set back to 0 for every row?
def pixel_sum(image):
    for row in image:
        total = 0
        for pixel in row:
            total += pixel
    return total

# %% wrong: `=` where `+=` belongs, so only the last pixel is left | 0 of 2
# this is the last pixel alone: `=` overwrites the total, `+=` adds to it
def pixel_sum(image):
    total = 0
    for row in image:
        for pixel in row:
            total = pixel
    return total

# %% wrong: never gives the total a first value | 0 of 2
# give it a first value before you use or change it
def pixel_sum(image):
    for row in image:
        for pixel in row:
            total += pixel
    return total

# %% wrong: Python's `sum` adds the rows, and the columns' sums are left | 0 of 2
# these are the sums of the columns: is something still to be added up?
def pixel_sum(image):
    return sum(image)

# %% wrong: takes the average | 0 of 2
# this is the average; leave out the division
def pixel_sum(image):
    return np.mean(image)

# %% wrong: multiplies the pixels | 0 of 2
# this is the product; add the pixels instead of multiplying them
def pixel_sum(image):
    total = 1
    for row in image:
        for pixel in row:
            total *= pixel
    return total

# %% wrong: takes the first pixel of each row only | 0 of 2
# you added the first column only; a row has more than one pixel
def pixel_sum(image):
    total = 0
    for row in image:
        total += row[0]
    return total

# %% wrong: adds the four corners of the 2×2 screen by hand | 1 of 2
# you added the top left 2×2 pixels only; go over every row and every column
def pixel_sum(image):
    return image[0, 0] + image[0, 1] + image[1, 0] + image[1, 1]

# %% wrong: the loop over the columns takes the number of rows | 1 of 2
# you took as many columns as there are rows: a picture need not be square
def pixel_sum(image):
    n = len(image)
    total = 0
    for i in range(n):
        for j in range(n):
            total += image[i, j]
    return total

# %% wrong: the loop over the rows takes the number of columns | 1 of 2
# you took as many rows as there are columns: a picture need not be square
def pixel_sum(image):
    n = len(image[0])
    total = 0
    for i in range(n):
        for j in range(n):
            total += image[i, j]
    return total

# %% wrong: both loops stop one too early, for fear of running off the end | 0 of 2
# the last row and the last column are missing: do both loops stop one too early?
def pixel_sum(image):
    rows, columns = image.shape
    total = 0
    for i in range(rows - 1):
        for j in range(columns - 1):
            total += image[i, j]
    return total

# %% wrong: drops the minus signs with `abs` | 1 of 2
# the minus signs are lost: a negative pixel makes the sum smaller
def pixel_sum(image):
    total = 0
    for row in image:
        for pixel in row:
            total += abs(pixel)
    return total

# %% wrong: adds the inked pixels only, and leaves out blank ones | 1 of 2
# you added the inked pixels only; negative ones count too, they are not left out
def pixel_sum(image):
    total = 0
    for row in image:
        for pixel in row:
            if pixel > 0:
                total += pixel
    return total

# %% wrong: counts the pixels instead of adding their values | 0 of 2
# you counted the pixels; add up the numbers that are in them
def pixel_sum(image):
    total = 0
    for row in image:
        for pixel in row:
            total += 1
    return total

# %% wrong: adds up the backslash, whatever picture it is given | 0 of 2
# this is the sum of another picture: use the one that the function is given
def pixel_sum(image):
    total = 0
    for row in BACKSLASH:
        for pixel in row:
            total += pixel
    return total

# %% wrong: keeps the total as a whole number | 1 of 2
# the fractions of the pixels were cut off: leave out `int`
def pixel_sum(image):
    total = 0
    for row in image:
        for pixel in row:
            total += int(pixel)
    return total

# %% wrong: cuts the sum down to a whole number | 1 of 2
# the fraction of the sum was cut off: leave out `int`
def pixel_sum(image):
    return int(np.sum(image))

# %% right: NumPy's sum
def pixel_sum(image):
    return np.sum(image)

# %% right: pure Python on nested lists, with `sum` twice
def pixel_sum(image):
    return float(sum(sum(row) for row in np.asarray(image).tolist()))

# %% right: recursion over rows, then over pixels
def pixel_sum(image):
    if np.ndim(image) == 0:
        return image
    if len(image) == 0:
        return 0
    return pixel_sum(image[0]) + pixel_sum(image[1:])

# %% right: a product with ones, as an array of no dimensions
def pixel_sum(image):
    rows, columns = np.shape(image)
    return np.asarray(np.ones(rows) @ image @ np.ones(columns))

# %% right: indices and a while loop
def pixel_sum(image):
    rows, columns = image.shape
    total, place = 0, 0
    while place < rows * columns:
        total += image[place // columns, place % columns]
        place += 1
    return total

# %% right: in float32, from a list of rows
def pixel_sum(image):
    return np.float32(sum([float(np.sum(np.asarray(row, dtype=float))) for row in list(image)]))
