# Exercise 7: the mean over all pictures of (score − target)².

# %% wrong: prints the error instead of returning it | points 0 of 2 | "your function returned nothing (None)"
def squared_error(weights, pictures, targets):
    total = 0
    for picture, target in zip(pictures, targets):
        total += (score(picture, weights) - target) ** 2
    print(total / len(pictures))

# %% wrong: forgets the square, and takes the size of the differences | points 0 of 2 | "the differences are there, but not their squares"
def squared_error(weights, pictures, targets):
    return np.mean([abs(score(p, weights) - t) for p, t in zip(pictures, targets)])

# %% wrong: forgets to divide by the number of pictures | points 0 of 2 | "this is the sum over the pictures"
def squared_error(weights, pictures, targets):
    total = 0
    for picture, target in zip(pictures, targets):
        total += (score(picture, weights) - target) ** 2
    return total

# %% wrong: squares the scores and forgets the targets | points 0 of 2 | "the targets were not used"
def squared_error(weights, pictures, targets):
    return np.mean([score(picture, weights) ** 2 for picture in pictures])

# %% wrong: squares the mean instead of taking the mean of the squares | points 0 of 2 | "the differences cancel before they are squared"
def squared_error(weights, pictures, targets):
    off = [score(picture, weights) - target for picture, target in zip(pictures, targets)]
    return np.mean(off) ** 2

# %% wrong: adds the target | points 0 of 2 | "score plus target was squared"
def squared_error(weights, pictures, targets):
    return np.mean([(score(p, weights) + t) ** 2 for p, t in zip(pictures, targets)])

# %% wrong: squares score and target on their own | points 0 of 2 | "not score and target on their own, s² − t²"
def squared_error(weights, pictures, targets):
    return np.mean([score(p, weights) ** 2 - t ** 2 for p, t in zip(pictures, targets)])

# %% wrong: the ½ of other books | points 0 of 2 | "half the square is used in some books"
def squared_error(weights, pictures, targets):
    return np.mean([0.5 * (score(p, weights) - t) ** 2 for p, t in zip(pictures, targets)])

# %% wrong: takes the root at the end | points 0 of 2 | "leave out the square root"
def squared_error(weights, pictures, targets):
    scores = np.array([score(p, weights) for p in pictures])
    return np.sqrt(np.mean((scores - targets) ** 2))

# %% wrong: divides by the number of pixels | points 0 of 2 | "you divided by the number of pixels"
def squared_error(weights, pictures, targets):
    total = 0
    for picture, target in zip(pictures, targets):
        total += (score(picture, weights) - target) ** 2
    return total / weights.size

# %% wrong: divides by 2, as in the example with two slashes | points 1 of 2 | "you divided by 2; there are more pictures here"
def squared_error(weights, pictures, targets):
    total = 0
    for picture, target in zip(pictures, targets):
        total += (score(picture, weights) - target) ** 2
    return total / 2

# %% wrong: `return` inside the loop, and already divided | points 0 of 2 | "only the first picture was added: is the `return` inside the loop?"
def squared_error(weights, pictures, targets):
    total = 0
    for picture, target in zip(pictures, targets):
        total += (score(picture, weights) - target) ** 2
        return total / len(pictures)

# %% wrong: `=` where `+=` belongs, so only the last picture is left | points 0 of 2 | "`=` overwrites the sum"
def squared_error(weights, pictures, targets):
    for picture, target in zip(pictures, targets):
        total = (score(picture, weights) - target) ** 2
    return total / len(pictures)

# %% wrong: the loop stops one too early | points 0 of 2 | "the last picture is missing: does your loop stop one too early?"
def squared_error(weights, pictures, targets):
    total = 0
    for k in range(len(pictures) - 1):
        total += (score(pictures[k], weights) - targets[k]) ** 2
    return total / len(pictures)

# %% wrong: compares each pixel's product with the target, without adding up the score | points 0 of 2 | "the target was taken away from every pixel"
def squared_error(weights, pictures, targets):
    errors = []
    for picture, target in zip(pictures, targets):
        errors.append((picture * weights - target) ** 2)
    return np.mean(errors)

# %% wrong: scores in a column and targets in a row make a table of all differences | points 0 of 2 | "every score was compared with every target, not with its own"
def squared_error(weights, pictures, targets):
    scores = np.array([[score(picture, weights)] for picture in pictures])
    return np.mean((scores - np.array(targets)) ** 2)

# %% wrong: rounds the score to the answer +1 or −1 | points 0 of 2 | "yours are rounded to +1 and −1"
def squared_error(weights, pictures, targets):
    return np.mean([(np.sign(score(p, weights)) - t) ** 2 for p, t in zip(pictures, targets)])

# %% wrong: returns the squared differences of all pictures, not their mean | points 0 of 2 | "this should be one number, yours has shape (2,)"
def squared_error(weights, pictures, targets):
    return [(score(p, weights) - t) ** 2 for p, t in zip(pictures, targets)]

# %% wrong: turns the error into a whole number | points 1 of 2 | "the fraction was lost"
def squared_error(weights, pictures, targets):
    total = 0
    for picture, target in zip(pictures, targets):
        total += (score(picture, weights) - target) ** 2
    return int(total / len(pictures))

# %% wrong: adds up the pixels instead of computing scores with the weights | points 0 of 2 | "the scores are not the sums of the pixels"
def squared_error(weights, pictures, targets):
    return np.mean([(pixel_sum(p) - t) ** 2 for p, t in zip(pictures, targets)])

# %% wrong: writes `^` for the square | points 0 of 2 | "`^` is not the power"
def squared_error(weights, pictures, targets):
    total = 0
    for picture, target in zip(pictures, targets):
        total += (score(picture, weights) - target) ^ 2
    return total / len(pictures)

# %% wrong: takes the largest squared difference | points 1 of 2 | "this is the largest squared difference"
def squared_error(weights, pictures, targets):
    return max((score(p, weights) - t) ** 2 for p, t in zip(pictures, targets))

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
    s, t = np.array([score(p, weights) for p in pictures]), np.array(targets)
    return np.mean(s * s) - 2 * np.mean(s * t) + np.mean(t * t)

# %% right: the standard library's mean
def squared_error(weights, pictures, targets):
    from statistics import fmean
    return fmean((score(p, weights) - t) ** 2 for p, t in zip(pictures, targets))
