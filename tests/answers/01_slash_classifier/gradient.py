# Exercise 8: the gradient of the squared error, the mean over the pictures of 2 (score − target) · picture.

# %% idea
# Every picture pushes each weight by its own pixel, and how hard it pushes is one number for the whole picture: how far
# off its score is. So add up whole pictures, each scaled by that number, and take the mean at the end.

# %% draw
def test_gradient_slashes(d):
    weights, pictures = d.kernel(2, 2, kinds=("whole",)), d.array(3, 2, 2, kinds=("whole", "positive"))
    return weights, pictures, d.one_of(([1, -1, 1], [-1, 1, -1], [d.whole(-9, 9) for _ in range(3)]))

def test_gradient_any(d):
    n, rows, columns = d.whole(1, 4), d.whole(1, 3), d.whole(1, 3)
    weights = d.array(rows, columns, kinds=("whole", "eighths", "single", "unit"))
    targets = d.array(n, kinds=("whole", "eighths"))
    return weights, d.array(n, rows, columns), targets.tolist() if d.chance(0.4) else targets

# %% wrong: prints the gradient instead of returning it | 0 of 2
# your function returned nothing (None): `print` shows a value, `return` hands it back
def gradient(weights, pictures, targets):
    total = np.zeros(weights.shape)
    for picture, target in zip(pictures, targets):
        total += 2 * (score(weights, picture) - target) * picture
    print(total / len(pictures))

# %% wrong: forgets the 2 that comes from the square | 0 of 2
# the 2 that comes from the square is missing
def gradient(weights, pictures, targets):
    total = np.zeros(weights.shape)
    for picture, target in zip(pictures, targets):
        total += (score(weights, picture) - target) * picture
    return total / len(pictures)

# %% wrong: forgets to divide by the number of pictures | 0 of 2
# this is the sum over the pictures; divide by their number
def gradient(weights, pictures, targets):
    total = np.zeros(weights.shape)
    for picture, target in zip(pictures, targets):
        total += 2 * (score(weights, picture) - target) * picture
    return total

# %% wrong: target minus score, which points downhill | 0 of 2
# this points downhill: it is (t − s), the gradient has (s − t)
def gradient(weights, pictures, targets):
    total = np.zeros(weights.shape)
    for picture, target in zip(pictures, targets):
        total += 2 * (target - score(weights, picture)) * picture
    return total / len(pictures)

# %% wrong: `return` inside the loop | 0 of 2
# only the first picture was added; is the `return` inside the loop?
def gradient(weights, pictures, targets):
    total = np.zeros(weights.shape)
    for picture, target in zip(pictures, targets):
        total += 2 * (score(weights, picture) - target) * picture
        return total / len(pictures)

# %% wrong: `=` where `+=` belongs, so only the last picture is left | 0 of 2
# only the last picture is left: does each one overwrite the one before?
def gradient(weights, pictures, targets):
    for picture, target in zip(pictures, targets):
        total = 2 * (score(weights, picture) - target) * picture
    return total / len(pictures)

# %% wrong: forgets the inner derivative, the pixels | 0 of 2
# the pixels are missing: each picture's part is 2(s − t) times its pixels
def gradient(weights, pictures, targets):
    total = np.zeros(weights.shape)
    for picture, target in zip(pictures, targets):
        total += 2 * (score(weights, picture) - target)
    return total / len(pictures)

# %% wrong: multiplies by the weights instead of the pixels | 0 of 2
# the weights stand where the pixels belong: a weight's blame is its pixel
def gradient(weights, pictures, targets):
    total = np.zeros(weights.shape)
    for picture, target in zip(pictures, targets):
        total += 2 * (score(weights, picture) - target) * weights
    return total / len(pictures)

# %% wrong: forgets the targets | 0 of 2
# the targets are missing: this is the gradient of the mean of s²
def gradient(weights, pictures, targets):
    total = np.zeros(weights.shape)
    for picture in pictures:
        total += 2 * score(weights, picture) * picture
    return total / len(pictures)

# %% wrong: keeps the square in the derivative | 0 of 2
# the difference was squared: the derivative of (s − t)² has 2(s − t), without a square
def gradient(weights, pictures, targets):
    total = np.zeros(weights.shape)
    for picture, target in zip(pictures, targets):
        total += 2 * (score(weights, picture) - target) ** 2 * picture
    return total / len(pictures)

# %% wrong: uses only whether the score is too high or too low | 0 of 2
# only the sign of the difference was used; its size counts
def gradient(weights, pictures, targets):
    total = np.zeros(weights.shape)
    for picture, target in zip(pictures, targets):
        total += 2 * np.sign(score(weights, picture) - target) * picture
    return total / len(pictures)

# %% wrong: averages differences and pictures separately, then multiplies the averages | 0 of 2
# the mean over the pictures comes last: (s − t) and pixels of one picture belong together
def gradient(weights, pictures, targets):
    scores = np.array([score(weights, picture) for picture in pictures])
    return 2 * np.mean(scores - targets) * np.mean(pictures, axis=0)

# %% wrong: divides by the number of pixels | 0 of 2
# you divided by the number of pixels; divide by the number of pictures
def gradient(weights, pictures, targets):
    total = np.zeros(weights.shape)
    for picture, target in zip(pictures, targets):
        total += 2 * (score(weights, picture) - target) * picture
    return total / weights.size

# %% wrong: cancels the 2 with the number of pictures, which is right for two only | 0 of 2
# you divided by 2; divide by the number of pictures
def gradient(weights, pictures, targets):
    total = np.zeros(weights.shape)
    for picture, target in zip(pictures, targets):
        total += (score(weights, picture) - target) * picture
    return total

# %% wrong: takes the mean over everything, and one number is left | 0 of 2
# one number is left of the gradient: take the mean over the pictures only
def gradient(weights, pictures, targets):
    parts = [2 * (score(weights, p) - t) * p for p, t in zip(pictures, targets)]
    return np.mean(parts)

# %% wrong: returns the part of each picture, without the mean over the pictures | 0 of 2
# these are the parts of all pictures: take their mean
def gradient(weights, pictures, targets):
    return np.array([2 * (score(weights, p) - t) * p for p, t in zip(pictures, targets)])

# %% wrong: returns the gradient as one long row | 0 of 2
# the gradient is one long row: give it the shape of the weights
def gradient(weights, pictures, targets):
    x = np.reshape(pictures, (len(pictures), -1))
    off = x @ np.ravel(weights) - targets
    return 2 * x.T @ off / len(off)

# %% wrong: fills rows with columns | 0 of 2
# rows and columns of the gradient are swapped
def gradient(weights, pictures, targets):
    rows, columns = weights.shape
    result = np.zeros((columns, rows))
    for i in range(rows):
        for j in range(columns):
            for picture, target in zip(pictures, targets):
                result[j, i] += 2 * (score(weights, picture) - target) * picture[i, j]
    return result / len(pictures)

# %% wrong: measures the slope with a step so large that the error's curve shows | 0 of 2
# a finite difference over 0.1 is too coarse, since E is curved: use the formula
def gradient(weights, pictures, targets):
    h = 0.1
    result = np.zeros(weights.shape)
    for place in np.ndindex(weights.shape):
        moved = np.array(weights, dtype=float)
        moved[place] += h
        result[place] = (squared_error(moved, pictures, targets) - squared_error(weights, pictures, targets)) / h
    return result

# %% wrong: multiplies into the pictures it was given | 0 of 2
# your function changed the array `pictures` that it was given; work on a copy (`pictures.copy()`), because the caller still needs the old one
def gradient(weights, pictures, targets):
    total = np.zeros(weights.shape)
    for picture, target in zip(pictures, targets):
        picture *= 2 * (score(weights, picture) - target)
        total += picture
    return total / len(pictures)

# %% wrong: collects in an array of whole numbers, since the weights are whole | 1 of 2
# an array of whole numbers takes no fractions
def gradient(weights, pictures, targets):
    total = np.zeros_like(weights)
    for picture, target in zip(pictures, targets):
        total += 2 * (score(weights, picture) - target) * picture
    return total / len(pictures)

# %% wrong: whole-number division at the end | 0 of 2
# the fractions of the gradient were cut off: divide with `/`
def gradient(weights, pictures, targets):
    total = np.zeros(weights.shape)
    for picture, target in zip(pictures, targets):
        total += 2 * (score(weights, picture) - target) * picture
    return total // len(pictures)

# %% wrong: multiplies columns by the differences of pictures | 0 of 2
# the difference of a picture was multiplied into a column of all of them; each belongs to its own picture: take them one by one
def gradient(weights, pictures, targets):
    differences = np.array([score(weights, picture) for picture in pictures]) - np.asarray(targets)
    return 2 * np.mean(differences * np.asarray(pictures), axis=0)

# %% wrong: a small step in each direction, to one side only | 0 of 2
# this is how much the error changes over a small step; compute the slope itself, by the formula
def gradient(weights, pictures, targets):
    step, result = 1e-3, np.zeros(weights.shape)
    def error(w):
        return np.mean([(score(w, p) - t) ** 2 for p, t in zip(pictures, targets)])
    for place in np.ndindex(weights.shape):
        moved = np.array(weights, dtype=float)
        moved[place] += step
        result[place] = (error(moved) - error(weights)) / step
    return result

# %% right: one tensor product
def gradient(weights, pictures, targets):
    off = np.tensordot(pictures, weights, axes=2) - np.asarray(targets)
    return 2 / len(off) * np.tensordot(off, pictures, axes=1)

# %% right: Einstein summation
def gradient(weights, pictures, targets):
    off = np.einsum("nij,ij->n", pictures, weights) - targets
    return np.einsum("n,nij->ij", 2 * off, pictures) / len(pictures)

# %% right: pure Python loops, one array at the end
def gradient(weights, pictures, targets):
    n = len(pictures)
    offs = [float(score(weights, p)) - float(t) for p, t in zip(pictures, targets)]
    rows, columns = len(weights), len(weights[0])
    return np.array([[sum(2 * off * float(p[i][j]) for off, p in zip(offs, pictures)) / n for j in range(columns)]
                     for i in range(rows)])

# %% right: central differences, which are exact for a square
def gradient(weights, pictures, targets):
    result = np.zeros(np.shape(weights))
    for place in np.ndindex(result.shape):
        step = np.zeros(result.shape)
        step[place] = 0.5
        result[place] = squared_error(weights + step, pictures, targets) - squared_error(weights - step, pictures, targets)
    return result

# %% right: each picture as a row of a matrix
def gradient(weights, pictures, targets):
    x = np.reshape(np.asarray(pictures, dtype=float), (len(pictures), -1))
    off = x @ np.ravel(weights) - targets
    return (2 * x.T @ off / len(off)).reshape(np.shape(weights))

# %% equivalent
# `score(weights, picture)` → `score(picture, weights)`: a product is the same in either order
