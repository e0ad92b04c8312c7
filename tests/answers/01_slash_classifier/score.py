# Exercise 2: multiply each pixel by the weight at its place and add up the products; refuse weights of another shape.

# %% idea
# First compare the two shapes, and refuse before anything is computed. Then pixel and weight at the same place make one
# product, and all products together make one number.

# %% draw
def test_score_slashes(d):
    return d.kernel(2, 2, kinds=("whole",)), d.image(2, 2, kinds=("whole", "positive"))

def test_score_any_weights(d):
    rows, columns = d.whole(1, 4), d.whole(1, 4)
    image = d.image(rows, columns, kinds=WHOLE + ("eighths", "single"))
    return d.kernel(rows, columns), image / d.one_of((1, 64)) if d.chance(0.6) else image

def test_score_shapes(d):
    if d.chance(0.3):  # what is right only for square screens has been tried before
        return d.kernel(2, 2, kinds=("whole",)), d.image(2, 2, kinds=("whole",))
    rows, columns = d.one_of(((1, 2), (1, 3), (2, 3), (3, 2), (4, 2), (4, 3)))
    others = (rows, 1), (1, columns), (columns, rows), (rows + 1, columns), (1, rows * columns)
    other = d.one_of([shape for shape in others if shape != (rows, columns)])
    pair = [d.image(rows, columns, kinds=("whole",)), d.image(*other, kinds=("whole", "eighths"))]
    return tuple(reversed(pair) if d.chance(0.7) else pair)

# %% wrong: prints the score instead of returning it | 0 of 3
# your function returned nothing (None): `print` shows a value, `return` hands it back
def score(weights, image):
    image, weights = np.asarray(image), np.asarray(weights)
    if image.shape != weights.shape:
        raise ValueError("the shapes differ")
    print(np.sum(image * weights))

# %% wrong: forgets to compare the shapes | 2 of 3
# weights of a single row or column are stretched silently over the picture: compare the two shapes first
def score(weights, image):
    return np.sum(image * weights)

# %% wrong: compares the number of pixels instead of the shapes | 2 of 3
# equally many numbers can stand at different places: compare the shapes, not the number of pixels
def score(weights, image):
    if image.size != weights.size:
        raise ValueError("picture and weights differ in size")
    return np.sum(image.flatten() * weights.flatten())

# %% wrong: compares the number of rows only | 2 of 3
# the number of columns has to be the same too: compare the whole shapes
def score(weights, image):
    if len(image) != len(weights):
        raise ValueError("picture and weights differ in size")
    return np.sum(image * weights)

# %% wrong: returns a text for wrong shapes instead of raising an error | 2 of 3
# you returned a text, and whoever called goes on as if all were well: `raise` a ValueError
def score(weights, image):
    if image.shape != weights.shape:
        return "ValueError: the shapes differ"
    return np.sum(image * weights)

# %% wrong: prints a warning for wrong shapes and returns nothing | 2 of 3
# you printed a warning, and whoever called goes on as if all were well: `raise` a ValueError
def score(weights, image):
    if image.shape == weights.shape:
        return np.sum(image * weights)
    print("the shapes differ")

# %% wrong: uses `assert`, which raises another error than the one asked for | 2 of 3
# raise a ValueError for it; yours stopped with
def score(weights, image):
    assert image.shape == weights.shape, "the shapes differ"
    return np.sum(image * weights)

# %% wrong: adds up the pixels and ignores the weights | 1 of 3
# the weights were not used: this is the sum of the pixels
def score(weights, image):
    if image.shape != weights.shape:
        raise ValueError("the shapes differ")
    total = 0
    for row in image:
        for pixel in row:
            total += pixel
    return total

# %% wrong: adds pixels and weights instead of multiplying them | 1 of 3
# you added pixels and weights; multiply them, place by place
def score(weights, image):
    if image.shape != weights.shape:
        raise ValueError("the shapes differ")
    return np.sum(image + weights)

# %% wrong: takes the matrix product | 1 of 3
# `@` is the matrix product, which pairs rows with columns; here pixel and weight of one place belong together
def score(weights, image):
    if image.shape != weights.shape:
        raise ValueError("the shapes differ")
    return np.sum(image @ weights)

# %% wrong: the weights' rows and columns are swapped | 1 of 3
# pixel and weight do not stand at the same place: are rows and columns of one of them swapped?
def score(weights, image):
    rows, columns = image.shape
    if weights.shape != (rows, columns):
        raise ValueError("the shapes differ")
    total = 0
    for i in range(rows):
        for j in range(columns):
            total += image[i, j] * weights[j, i]
    return total

# %% wrong: returns the products without adding them up | 1 of 3
# these are the products: is something still to be added up?
def score(weights, image):
    if image.shape != weights.shape:
        raise ValueError("the shapes differ")
    return image * weights

# %% wrong: always uses the pattern + − / − + | 1 of 3
# you did not use the weights you were given, but always + − / − +
def score(weights, image):
    if image.shape != weights.shape:
        raise ValueError("the shapes differ")
    return np.sum(image * np.array([[1, -1], [-1, 1]]))

# %% wrong: reads the signs of the weights only | 1 of 3
# only the signs of the weights were used; their size counts too
def score(weights, image):
    if image.shape != weights.shape:
        raise ValueError("the shapes differ")
    total = 0
    for pixels, signs in zip(image, weights):
        for pixel, sign in zip(pixels, signs):
            if sign > 0:
                total += pixel
            else:
                total -= pixel
    return total

# %% wrong: takes the average of the products | 1 of 3
# this is the average of the products; leave out the division
def score(weights, image):
    if image.shape != weights.shape:
        raise ValueError("the shapes differ")
    return np.mean(image * weights)

# %% wrong: multiplies into the picture itself, and so spoils it | 0 of 3
# your function changed the array `image` that it was given; work on a copy (`image.copy()`), because the caller still needs the old one
def score(weights, image):
    if image.shape != weights.shape:
        raise ValueError("the shapes differ")
    image *= weights
    return image.sum()

# %% wrong: both loops run over the number of rows | 2 of 3
# you took as many columns as there are rows: take the number of columns from the shape
def score(weights, image):
    if image.shape != weights.shape:
        raise ValueError("the shapes differ")
    n = len(image)
    total = 0
    for i in range(n):
        for j in range(n):
            total += image[i, j] * weights[i, j]
    return total

# %% wrong: turns the weights into whole numbers | 2 of 3
# the fractions of the weights were cut off; keep them
def score(weights, image):
    if image.shape != weights.shape:
        raise ValueError("the shapes differ")
    return np.sum(image * weights.astype(int))

# %% wrong: drops the sign of the score with `abs` | 1 of 3
# the size is right, but the sign is lost: is there an `abs` or a square too many?
def score(weights, image):
    if image.shape != weights.shape:
        raise ValueError("the shapes differ")
    return abs(np.sum(image * weights))

# %% wrong: counts the places where pixel and sign are equal | 1 of 3
# only places where pixel and weight are equal were counted; multiply them at every place
def score(weights, image):
    if image.shape != weights.shape:
        raise ValueError("the shapes differ")
    return np.sum(image == weights)

# %% wrong: `return` inside the loop, so only the first row counts | 1 of 3
# you added the products of the first row only
def score(weights, image):
    if image.shape != weights.shape:
        raise ValueError("the shapes differ")
    total = 0
    for i in range(image.shape[0]):
        for j in range(image.shape[1]):
            total += image[i, j] * weights[i, j]
        return total

# %% wrong: multiplies the sum of the pixels by the sum of the weights | 1 of 3
# you multiplied the two sums; multiply at each place first, then add
def score(weights, image):
    if image.shape != weights.shape:
        raise ValueError("the shapes differ")
    return np.sum(image) * np.sum(weights)

# %% right: Einstein summation
def score(weights, image):
    if np.shape(image) != np.shape(weights):
        raise ValueError("the shapes differ")
    return np.einsum("ij,ij->", image, weights)

# %% right: pure Python on nested lists
def score(weights, image):
    image, weights = np.asarray(image).tolist(), np.asarray(weights).tolist()
    if [len(row) for row in image] != [len(row) for row in weights]:
        raise ValueError("the shapes differ")
    return sum(x * w for pixels, row in zip(image, weights) for x, w in zip(pixels, row))

# %% right: one dot product of the flattened arrays, in float32
def score(weights, image):
    x, w = np.array(image, dtype=np.float32), np.array(weights, dtype=np.float32)
    if x.ndim != w.ndim or any(a != b for a, b in zip(x.shape, w.shape)):
        raise ValueError(f"{x.shape} and {w.shape}")
    return float(x.ravel() @ w.ravel())

# %% right: the trace of a matrix product
def score(weights, image):
    image, weights = np.asarray(image), np.asarray(weights)
    if image.shape != weights.shape:
        raise ValueError("the shapes differ")
    return np.trace(image @ weights.T)

# %% right: recursion over the rows
def score(weights, image):
    if np.shape(image) != np.shape(weights):
        raise ValueError("the shapes differ")
    if np.ndim(image) == 0:
        return image * weights
    return sum(score(w, x) for x, w in zip(image, weights))
