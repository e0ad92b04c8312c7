# Exercise 10: which point of one photograph is which of another.

# %% idea
# Take one point of the first photograph and look at its distances to all points of the second. Only the two smallest
# matter, and how they compare decides. Mind that bytes cannot be negative.

# %% draw
def gaps(first, second):
    """For each row of `first` its two smallest distances to rows of `second`."""
    a, b = np.asarray(first, float), np.asarray(second, float)
    distances = np.sort(np.sqrt(((a[:, None] - b[None]) ** 2).sum(-1)), axis=1)
    return distances[:, 0], distances[:, 1]


def clear(first, second, ratio):
    """Nothing is too close to call: no second best at 0, no quotient near the ratio."""
    best, second_best = gaps(first, second)
    if second_best.min(initial=1) < 1e-3:
        return False
    share = best / second_best
    return bool(np.all(np.abs(share - ratio) > 5e-3) and np.all(np.abs(share - ratio**2) > 1e-9))


def descriptors(d, n, size, top):
    return d.random.integers(0, top, (n, size))


def pair(d, ratio, ambiguous, type_=None, top=200):
    """Descriptors, and others of which some are nearly the same.  ambiguous: how often there is a second like the best."""
    while True:
        size = d.whole(2, 5)
        first = descriptors(d, d.whole(1, 4), size, top)
        second = []
        for one in first:
            if d.chance(0.8):
                second.append(one + d.random.integers(-9, 10, size))
            if d.chance(ambiguous):
                second.append(one + d.random.integers(-14, 15, size))
        second = np.array([*second, *descriptors(d, d.whole(1, 2), size, top)])
        second = np.clip(d.random.permutation(second), 0, 255)
        if len(second) < 2 or not clear(first, second, ratio):
            continue
        best, second_best = gaps(first, second)
        kept = np.sum(best < ratio * second_best)
        if kept and (not ambiguous or kept < len(first)):
            chosen = type_ or d.one_of((np.float64, np.float32, np.int64))
            scale = d.one_of((1, 1 / 256)) if chosen in (np.float64, np.float32) else 1
            return d.laid_out((first * scale).astype(chosen)), d.laid_out((second * scale).astype(chosen))


def test_match_nearest(d):
    """Each descriptor has a partner, by far the nearest."""
    while True:
        first, second = pair(d, 0.8, ambiguous=0)
        best, second_best = gaps(first, second)
        if np.all(best < 0.3 * second_best):
            return first, second, 0.8


def on_the_ratio(d):
    """The nearest of some is exactly half as far away as the second nearest."""
    first = np.array([[0, 0, 0], [100, 0, 0], [0, 100, 0]])[d.random.permutation(3)[: d.whole(2, 3)]]
    second = []
    for one in first:
        far = d.whole(2, 9)
        second += [one + [0, 0, far], one + [0, d.one_of((-2, 2)) * far if d.chance(0.6) else 5 * far, 0]]
    type_ = d.one_of((np.float64, np.float32, np.int64))
    return d.laid_out(first.astype(type_)), d.laid_out(d.random.permutation(second).astype(type_))


def twins(d):
    """The nearest of one descriptor is there twice, and all others are far away."""
    first = np.array([[0, 0, 0], [100, 0, 0], [0, 100, 0]])[d.random.permutation(3)[: d.whole(2, 3)]]
    second = [one + [0, 0, d.whole(2, 9)] for one in first]
    second = d.random.permutation([*second, second[0], first[0] + [0, 0, 90]])
    type_ = d.one_of((np.float64, np.float32, np.int64))
    return d.laid_out(first.astype(type_)), d.laid_out(second.astype(type_))


def test_match_ratio(d):
    if d.chance(0.25):
        return (*on_the_ratio(d), 0.5)
    if d.chance(0.2):
        return (*twins(d), d.one_of((0.6, 0.8)))
    ratio = d.one_of((0.5, 0.6, 0.7, 0.8, 0.9))
    return (*pair(d, ratio, ambiguous=0.5), ratio)


def test_match_bytes(d):
    if d.chance(0.2):
        return np.zeros((0, 3), np.uint8), descriptors(d, 4, 3, 250).astype(np.uint8)
    return pair(d, 0.8, ambiguous=0.4, type_=np.uint8, top=250)


# %% wrong: the nearest one, whatever the second nearest is | 1 of 3
# the ratio test is missing: keep a pair only if the nearest is clearly nearer than the second nearest
def match_descriptors(first, second, max_ratio=0.8):
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    return np.array([(i, np.argmin(np.sum((b - one) ** 2, axis=1))) for i, one in enumerate(a)]).reshape(-1, 2)


# %% wrong: the ratio of squared distances | 1 of 3
# you compare squared distances: take the root first, or square `max_ratio`
def match_descriptors(first, second, max_ratio=0.8):
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    pairs = []
    for i, one in enumerate(a):
        distances = np.sum((b - one) ** 2, axis=1)
        j, k = np.argsort(distances)[:2]
        if distances[j] < max_ratio * distances[k]:
            pairs.append((i, j))
    return np.array(pairs).reshape(-1, 2)


# %% wrong: subtracts bytes | 2 of 3
# SIFT's numbers are bytes (uint8), and differences below 0 wrap round to large ones: make them `float` first
def match_descriptors(first, second, max_ratio=0.8):
    pairs = []
    for i in range(len(first)):
        distances = np.sqrt(np.sum((second - first[i]) ** 2, axis=1))
        j, k = np.argsort(distances)[:2]
        if distances[j] < max_ratio * distances[k]:
            pairs.append((i, j))
    return np.array(pairs).reshape(-1, 2)


# %% wrong: the pairs the other way round | 0 of 3
# the places in a pair are the wrong way round: the place in `first` comes first
def match_descriptors(first, second, max_ratio=0.8):
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    pairs = []
    for i, one in enumerate(a):
        distances = np.sqrt(np.sum((b - one) ** 2, axis=1))
        j, k = np.argsort(distances)[:2]
        if distances[j] < max_ratio * distances[k]:
            pairs.append((j, i))
    return np.array(pairs).reshape(-1, 2)


# %% wrong: goes through the second photograph | 0 of 3
# you look for a partner of each descriptor in `second`; look for one of each in `first`
def match_descriptors(first, second, max_ratio=0.8):
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    pairs = []
    for i, one in enumerate(b):
        distances = np.sqrt(np.sum((a - one) ** 2, axis=1))
        order = np.argsort(distances)
        if len(order) > 1 and distances[order[0]] < max_ratio * distances[order[1]]:
            pairs.append((order[0], i))
    return np.array(sorted(pairs)).reshape(-1, 2)


# %% wrong: keeps the ambiguous ones | 0 of 3
# the comparison is the wrong way round: you keep the pairs that are ambiguous and drop the clear ones
def match_descriptors(first, second, max_ratio=0.8):
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    pairs = []
    for i, one in enumerate(a):
        distances = np.sqrt(np.sum((b - one) ** 2, axis=1))
        j, k = np.argsort(distances)[:2]
        if distances[j] >= max_ratio * distances[k]:
            pairs.append((i, j))
    return np.array(pairs).reshape(-1, 2)


# %% wrong: keeps what is exactly on the ratio | 2 of 3
# you keep a pair whose distance is exactly `max_ratio` times the second one; it has to be below: `<`
def match_descriptors(first, second, max_ratio=0.8):
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    pairs = []
    for i, one in enumerate(a):
        distances = np.sqrt(np.sum((b - one) ** 2, axis=1))
        j, k = np.argsort(distances)[:2]
        if distances[j] <= max_ratio * distances[k]:
            pairs.append((i, j))
    return np.array(pairs).reshape(-1, 2)


# %% wrong: the second nearest is the next larger distance | 1 of 3
# two that are equally near are ambiguous: the second of them is the second nearest
def match_descriptors(first, second, max_ratio=0.8):
    pairs = []
    for i, one in enumerate(np.asarray(first, dtype=float)):
        distances = np.sqrt(np.sum((np.asarray(second, dtype=float) - one) ** 2, axis=1))
        farther = distances[distances > distances.min()]
        if len(farther) and distances.min() < max_ratio * farther.min():
            pairs.append((i, int(np.argmin(distances))))
    return np.array(pairs, dtype=int).reshape(-1, 2)


# %% wrong: the most distant one | 0 of 3
# you pair each descriptor with the most distant one; the nearest has the smallest distance
def match_descriptors(first, second, max_ratio=0.8):
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    pairs = []
    for i, one in enumerate(a):
        distances = np.sqrt(np.sum((b - one) ** 2, axis=1))
        k, j = np.argsort(distances)[-2:]
        if distances[k] < max_ratio * distances[j]:
            pairs.append((i, j))
    return np.array(pairs).reshape(-1, 2)


# %% wrong: always 0.8 | 2 of 3
# the ratio is always 0.8 for you: use `max_ratio`
def match_descriptors(first, second, max_ratio=0.8):
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    pairs = []
    for i, one in enumerate(a):
        distances = np.sqrt(np.sum((b - one) ** 2, axis=1))
        j, k = np.argsort(distances)[:2]
        if distances[j] < 0.8 * distances[k]:
            pairs.append((i, j))
    return np.array(pairs).reshape(-1, 2)


# %% wrong: sums of absolute differences | 1 of 3
# you add up absolute differences; the distance is the root of the sum of the **squares**
def match_descriptors(first, second, max_ratio=0.8):
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    pairs = []
    for i, one in enumerate(a):
        distances = np.sum(np.abs(b - one), axis=1)
        j, k = np.argsort(distances)[:2]
        if distances[j] < max_ratio * distances[k]:
            pairs.append((i, j))
    return np.array(pairs).reshape(-1, 2)


# %% wrong: the largest product | 0 of 3
# you take the largest product of two descriptors for the nearest; here the distance between them counts
def match_descriptors(first, second, max_ratio=0.8):
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    pairs = []
    for i, one in enumerate(a):
        products = b @ one
        k, j = np.argsort(products)[-2:]
        if products[k] < max_ratio * products[j]:
            pairs.append((i, j))
    return np.array(pairs).reshape(-1, 2)


# %% wrong: compares with the mean distance | 1 of 3
# you compare with the mean of all distances; compare with the second smallest
def match_descriptors(first, second, max_ratio=0.8):
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    pairs = []
    for i, one in enumerate(a):
        distances = np.sqrt(np.sum((b - one) ** 2, axis=1))
        if distances.min() < max_ratio * distances.mean():
            pairs.append((i, distances.argmin()))
    return np.array(pairs).reshape(-1, 2)


# %% wrong: the ratio taken for a distance | 0 of 3
# you compare the distance itself with `max_ratio`; compare it with `max_ratio` times the second smallest distance
def match_descriptors(first, second, max_ratio=0.8):
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    pairs = []
    for i, one in enumerate(a):
        distances = np.sqrt(np.sum((b - one) ** 2, axis=1))
        if distances.min() < max_ratio:
            pairs.append((i, distances.argmin()))
    return np.array(pairs).reshape(-1, 2)


# %% wrong: one place for each descriptor, no pairs | 0 of 3
# these are the partners only; return pairs, the place in `first` and the place in `second`
def match_descriptors(first, second, max_ratio=0.8):
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    partners = []
    for one in a:
        distances = np.sqrt(np.sum((b - one) ** 2, axis=1))
        j, k = np.argsort(distances)[:2]
        if distances[j] < max_ratio * distances[k]:
            partners.append(j)
    return np.array(partners)


# %% wrong: stops when nothing is given | 2 of 3
# ValueError: need at least one array to stack
def match_descriptors(first, second, max_ratio=0.8):
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    distances = np.stack([np.sqrt(np.sum((b - one) ** 2, axis=1)) for one in a])
    order = np.argsort(distances, axis=1)
    return np.array(
        [(i, order[i, 0]) for i in range(len(a)) if distances[i, order[i, 0]] < max_ratio * distances[i, order[i, 1]]]
    )


# %% wrong: asks scikit-image | 0 of 3
# `match_descriptors` is to be written by hand, and your code uses `skimage.feature.match_descriptors`: write out what it does
import skimage.feature


def match_descriptors(first, second, max_ratio=0.8):
    return skimage.feature.match_descriptors(
        np.asarray(first, dtype=float), np.asarray(second, dtype=float), max_ratio=max_ratio, cross_check=False
    )


# %% wrong: keeps what is above the ratio | 0 of 3
# the comparison is the wrong way round: you keep the pairs that are ambiguous and drop the clear ones
def match_descriptors(first, second, max_ratio=0.8):
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    pairs = []
    for i, one in enumerate(a):
        distances = np.sqrt(np.sum((b - one) ** 2, axis=1))
        j, k = np.argsort(distances)[:2]
        if distances[j] > max_ratio * distances[k]:
            pairs.append((i, j))
    return np.array(pairs).reshape(-1, 2)


# %% right: all distances in one array
def match_descriptors(first, second, max_ratio=0.8):
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    distances = np.sqrt(np.sum((a[:, None] - b[None]) ** 2, axis=-1))
    best = np.argmin(distances, axis=1)
    two = np.sort(distances, axis=1)
    kept = np.flatnonzero(two[:, 0] < max_ratio * two[:, 1])
    return np.stack([kept, best[kept]], axis=1)


# %% right: one by one, in lists, with squared distances
def match_descriptors(first, second, max_ratio=0.8):
    pairs = []
    for i, one in enumerate(np.asarray(first).tolist()):
        found = []
        for j, other in enumerate(np.asarray(second).tolist()):
            found.append((sum((x - y) ** 2 for x, y in zip(one, other)), j))
        found.sort()
        if found[0][0] < max_ratio**2 * found[1][0]:
            pairs.append([i, found[0][1]])
    return pairs


# %% right: the norm from NumPy, in single precision
def match_descriptors(first, second, max_ratio=0.8):
    result = []
    for i in range(len(first)):
        distances = np.linalg.norm(second.astype(np.float32) - first[i].astype(np.float32), axis=1)
        nearest = distances.argmin()
        others = np.delete(distances, nearest)
        if distances[nearest] / others.min() < max_ratio:
            result.append((i, int(nearest)))
    return result
