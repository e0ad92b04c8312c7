# Exercise 7: the mean over all pictures of (score − target)².

# %% idea
# Go from pictures to scores, and from scores to distances from the targets. Each distance is squared by itself, before
# the mean is taken.

# %% draw
def test_squared_error_slashes(d):
    while True:
        weights, pictures = d.kernel(2, 2, kinds=("whole",)), d.array(2, 2, 2, kinds=("whole", "positive"))
        targets = d.one_of(([1, -1], [-1, 1], [d.whole(-9, 9), d.whole(-9, 9)]))
        if squared_error(weights, pictures, targets) % 1 == 0:
            return weights, pictures, targets

def test_squared_error_any(d):
    n, rows, columns = d.whole(1, 4), d.whole(1, 3), d.whole(1, 3)
    weights = d.array(rows, columns, kinds=("whole", "eighths", "single", "unit"))
    targets = d.array(n, kinds=("whole", "eighths"))
    return weights, d.array(n, rows, columns), targets.tolist() if d.chance(0.4) else targets

# %% wrong: prints the error instead of returning it | 0 of 2
# your function returned nothing (None): `print` shows a value, `return` hands it back
def squared_error(weights, pictures, targets):
    total = 0
    for picture, target in zip(pictures, targets):
        total += (score(weights, picture) - target) ** 2
    print(total / len(pictures))

# %% wrong: forgets the square, and takes the size of the differences | 0 of 2
# the differences are there, but not their squares
def squared_error(weights, pictures, targets):
    return np.mean([abs(score(weights, p) - t) for p, t in zip(pictures, targets)])

# %% wrong: forgets to divide by the number of pictures | 0 of 2
# this is the sum over the pictures; divide by their number
def squared_error(weights, pictures, targets):
    total = 0
    for picture, target in zip(pictures, targets):
        total += (score(weights, picture) - target) ** 2
    return total

# %% wrong: squares the scores and forgets the targets | 0 of 2
# this is the mean of the squared scores: the targets were not used
def squared_error(weights, pictures, targets):
    return np.mean([score(weights, picture) ** 2 for picture in pictures])

# %% wrong: squares the mean instead of taking the mean of the squares | 0 of 2
# the differences cancel before they are squared: this is the square of the mean
def squared_error(weights, pictures, targets):
    off = [score(weights, picture) - target for picture, target in zip(pictures, targets)]
    return np.mean(off) ** 2

# %% wrong: adds the target | 0 of 2
# score plus target was squared; take score minus target
def squared_error(weights, pictures, targets):
    return np.mean([(score(weights, p) + t) ** 2 for p, t in zip(pictures, targets)])

# %% wrong: squares score and target on their own | 0 of 2
# square the difference, (s − t)², not score and target on their own, s² − t²
def squared_error(weights, pictures, targets):
    return np.mean([score(weights, p) ** 2 - t ** 2 for p, t in zip(pictures, targets)])

# %% wrong: the ½ of other books | 0 of 2
# half the square is used in some books; our E has no ½
def squared_error(weights, pictures, targets):
    return np.mean([0.5 * (score(weights, p) - t) ** 2 for p, t in zip(pictures, targets)])

# %% wrong: takes the root at the end | 0 of 2
# this is the root of the error; leave out the square root
def squared_error(weights, pictures, targets):
    scores = np.array([score(weights, p) for p in pictures])
    return np.sqrt(np.mean((scores - targets) ** 2))

# %% wrong: divides by the number of pixels | 0 of 2
# you divided by the number of pixels; divide by the number of pictures
def squared_error(weights, pictures, targets):
    total = 0
    for picture, target in zip(pictures, targets):
        total += (score(weights, picture) - target) ** 2
    return total / weights.size

# %% wrong: divides by 2, as in the example with two slashes | 1 of 2
# you divided by 2; divide by the number of pictures
def squared_error(weights, pictures, targets):
    total = 0
    for picture, target in zip(pictures, targets):
        total += (score(weights, picture) - target) ** 2
    return total / 2

# %% wrong: `return` inside the loop, and already divided | 0 of 2
# only the first picture was added: is the `return` inside the loop?
def squared_error(weights, pictures, targets):
    total = 0
    for picture, target in zip(pictures, targets):
        total += (score(weights, picture) - target) ** 2
        return total / len(pictures)

# %% wrong: `=` where `+=` belongs, so only the last picture is left | 0 of 2
# only the last picture is left: `=` overwrites the sum, `+=` adds to it
def squared_error(weights, pictures, targets):
    for picture, target in zip(pictures, targets):
        total = (score(weights, picture) - target) ** 2
    return total / len(pictures)

# %% wrong: the loop stops one too early | 0 of 2
# the last picture is missing: does your loop stop one too early?
def squared_error(weights, pictures, targets):
    total = 0
    for k in range(len(pictures) - 1):
        total += (score(weights, pictures[k]) - targets[k]) ** 2
    return total / len(pictures)

# %% wrong: compares each pixel's product with the target, without adding up the score | 0 of 2
# the target was taken away from every pixel: add up a picture's products first, that is its score
def squared_error(weights, pictures, targets):
    errors = []
    for picture, target in zip(pictures, targets):
        errors.append((picture * weights - target) ** 2)
    return np.mean(errors)

# %% wrong: scores in a column and targets in a row make a table of all differences | 0 of 2
# every score was compared with every target, not with its own
def squared_error(weights, pictures, targets):
    scores = np.array([[score(weights, picture)] for picture in pictures])
    return np.mean((scores - np.array(targets)) ** 2)

# %% wrong: rounds the score to the answer +1 or −1 | 0 of 2
# the sizes of the scores count, and yours are rounded to +1 and −1
def squared_error(weights, pictures, targets):
    return np.mean([(np.sign(score(weights, p)) - t) ** 2 for p, t in zip(pictures, targets)])

# %% wrong: returns the squared differences of all pictures, not their mean | 0 of 2
# these are the squared differences of all pictures: take their mean
def squared_error(weights, pictures, targets):
    return [(score(weights, p) - t) ** 2 for p, t in zip(pictures, targets)]

# %% wrong: turns the error into a whole number | 1 of 2
# the fraction of the error was cut off: leave out `int`
def squared_error(weights, pictures, targets):
    total = 0
    for picture, target in zip(pictures, targets):
        total += (score(weights, picture) - target) ** 2
    return int(total / len(pictures))

# %% wrong: adds up the pixels instead of computing scores with the weights | 0 of 2
# the weights were not used: the scores are not the sums of the pixels
def squared_error(weights, pictures, targets):
    return np.mean([(pixel_sum(p) - t) ** 2 for p, t in zip(pictures, targets)])

# %% wrong: writes `^` for the square | 0 of 2
# `^` is not the power: write `**`
def squared_error(weights, pictures, targets):
    total = 0
    for picture, target in zip(pictures, targets):
        total += (score(weights, picture) - target) ^ 2
    return total / len(pictures)

# %% wrong: takes the largest squared difference | 0 of 2
# this is the largest squared difference; take the mean
def squared_error(weights, pictures, targets):
    return max((score(weights, p) - t) ** 2 for p, t in zip(pictures, targets))

# %% right: a loop in pure Python
def squared_error(weights, pictures, targets):
    total = 0.0
    for picture, target in zip(pictures, targets):
        s = sum(x * w for xs, ws in zip(picture, weights) for x, w in zip(xs, ws))
        total += float(s - target) ** 2
    return total / len(targets)

# %% right: all scores in one tensor product
def squared_error(weights, pictures, targets):
    off = np.tensordot(pictures, weights, axes=2) - targets
    return off @ off / len(off)

# %% right: Einstein summation and a squared norm
def squared_error(weights, pictures, targets):
    s = np.einsum("nij,ij->n", pictures, weights)
    return np.linalg.norm(s - np.asarray(targets)) ** 2 / len(s)

# %% right: the square multiplied out, s² − 2st + t²
def squared_error(weights, pictures, targets):
    s, t = np.array([score(weights, p) for p in pictures]), np.array(targets)
    return np.mean(s * s) - 2 * np.mean(s * t) + np.mean(t * t)

# %% right: the standard library's mean
def squared_error(weights, pictures, targets):
    from statistics import fmean
    return fmean((score(weights, p) - t) ** 2 for p, t in zip(pictures, targets))

# %% equivalent
# `score(weights, picture)` → `score(picture, weights)`: a product is the same in either order
