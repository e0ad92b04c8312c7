# Exercise 8: a block brought to length 1, with no number above the limit, and to length 1 again.

# %% idea
# The same step is taken twice, so write it once, as a small function of your own. Between the two, numbers that are too
# large are cut, and only those.

# %% draw
def shape(d):
    return d.one_of(((2, 2, 3), (2, 2, 4), (3, 1, 5), (3, 5), (4, 3), (13,)))

def test_normalize_even(d):
    if d.chance(0.3):                               # 36 numbers, none of which is above 0.2 of the length
        return d.laid_out(d.random.integers(80, 90, (2, 2, 9))), 0.2, 1e-9
    return d.laid_out(d.random.integers(16, 25, shape(d))), d.one_of((0.5, 0.6, 0.75)), 1e-9

def test_normalize_clipped(d):
    block = d.random.integers(0, 24, shape(d))
    for _ in range(d.whole(1, 2)):
        block.flat[d.whole(0, block.size - 1)] = d.whole(50, 150)
    return d.laid_out(block), d.one_of((0.1, 0.2, 0.25, 0.3, 0.4)), 1e-9

def test_normalize_nothing(d):
    block = np.abs(d.array(*shape(d), kinds=("positive", "deep", "eighths", "unit"), plain=True))
    how = d.one_of(("nothing", "weak", "weak", "as it is"))
    if how == "nothing":
        block = np.zeros_like(block)
    if how == "weak":
        block = block * d.one_of((1e-5, 1e-6)) / block.max()
    return (d.laid_out(block), 0.2, d.one_of((1e-5, 1e-3, 0.5, 2)))[:d.one_of((1, 2, 3, 3, 3))]

# %% wrong: divides by the sum of the numbers | 0 of 3
# divide by the length, which is the root of the sum of the **squares**; this is the sum of the numbers
def normalize_block(block, limit=0.2, epsilon=1e-5):
    def bring(v):
        return v / (np.sum(v) + epsilon)
    return bring(np.minimum(bring(np.asarray(block, dtype=float)), limit))

# %% wrong: divides by the largest number | 0 of 3
# this was divided by the largest number; divide by the length
def normalize_block(block, limit=0.2, epsilon=1e-5):
    block = np.asarray(block, dtype=float)
    return block / (np.max(block) + epsilon ** 2)

# %% wrong: leaves out the cut | 1 of 3
# the cut at the limit is missing: the strong edge still outweighs the others
def normalize_block(block, limit=0.2, epsilon=1e-5):
    block = np.asarray(block, dtype=float)
    def bring(v):
        return v / np.sqrt(np.sum(v ** 2) + epsilon ** 2)
    return bring(bring(block))

# %% wrong: stops after the cut | 1 of 3
# the last step is missing: after the cut the block is shorter than 1
def normalize_block(block, limit=0.2, epsilon=1e-5):
    block = np.asarray(block, dtype=float)
    return np.minimum(block / np.sqrt(np.sum(block ** 2) + epsilon ** 2), limit)

# %% wrong: cuts before the block has length 1 | 0 of 3
# the numbers were cut at the limit before they had length 1
def normalize_block(block, limit=0.2, epsilon=1e-5):
    cut = np.minimum(np.asarray(block, dtype=float), limit)
    return cut / np.sqrt(np.sum(cut ** 2) + epsilon ** 2)

# %% wrong: numbers above the limit become 0 | 1 of 3
# numbers above the limit became 0; they should become the limit
def normalize_block(block, limit=0.2, epsilon=1e-5):
    def bring(v):
        return v / np.sqrt(np.sum(v ** 2) + epsilon ** 2)
    v = bring(np.asarray(block, dtype=float))
    return bring(np.where(v > limit, 0, v))

# %% wrong: each cell by itself | 0 of 3
# every cell has been brought to length 1 by itself; the block as a whole should be
def normalize_block(block, limit=0.2, epsilon=1e-5):
    def bring(v):
        return v / np.sqrt(np.sum(v ** 2, axis=-1, keepdims=True) + epsilon ** 2)
    v = bring(np.asarray(block, dtype=float))
    return bring(np.minimum(v, 0.5 + limit)) if np.ndim(block) == 3 else bring(np.minimum(v, limit))

# %% wrong: the limit is always 0.2 | 1 of 3
# the limit is always 0.2 for you: use `limit`
def normalize_block(block, limit=0.2, epsilon=1e-5):
    def bring(v):
        return v / np.sqrt(np.sum(v ** 2) + epsilon ** 2)
    v = bring(np.asarray(block, dtype=float))
    return bring(np.minimum(v, 0.2))

# %% wrong: leaves out epsilon | 2 of 3
# epsilon was left out: it keeps a block that is nearly even from being blown up to length 1
def normalize_block(block, limit=0.2, epsilon=1e-5):
    def bring(v):
        with np.errstate(all="ignore"):
            return v / np.sqrt(np.sum(v ** 2))
    return bring(np.minimum(bring(np.asarray(block, dtype=float)), limit))

# %% wrong: epsilon outside of the root | 2 of 3
# epsilon stands outside of the root; it belongs under it, squared
def normalize_block(block, limit=0.2, epsilon=1e-5):
    def bring(v):
        return v / (np.sqrt(np.sum(v ** 2)) + epsilon)
    return bring(np.minimum(bring(np.asarray(block, dtype=float)), limit))

# %% wrong: one long row | 0 of 3
# this is one long row: keep the shape of the block
def normalize_block(block, limit=0.2, epsilon=1e-5):
    def bring(v):
        return v / np.sqrt(np.sum(v ** 2) + epsilon ** 2)
    return bring(np.minimum(bring(np.ravel(block).astype(float)), limit))

# %% wrong: divides the block it was given | 2 of 3
# your function changed the array `block` that it was given; work on a copy (`block.copy()`), because the caller still needs the old one
def normalize_block(block, limit=0.2, epsilon=1e-5):
    if block.dtype.kind != "f":
        block = block.astype(float)
    block /= np.sqrt(np.sum(block ** 2) + epsilon ** 2)
    np.minimum(block, limit, out=block)
    block /= np.sqrt(np.sum(block ** 2) + epsilon ** 2)
    return block

# %% wrong: asks NumPy for the length | 0 of 3
# `normalize_block` is to be written by hand, and your code uses `numpy.linalg.norm`: write out what it does
def normalize_block(block, limit=0.2, epsilon=1e-5):
    def bring(v):
        return v / np.sqrt(np.linalg.norm(v) ** 2 + epsilon ** 2)
    return bring(np.minimum(bring(np.asarray(block, dtype=float)), limit))

# %% wrong: cuts once more at the end | 1 of 3
# the numbers were cut once more at the end: after the last step they may be above the limit
def normalize_block(block, limit=0.2, epsilon=1e-5):
    def bring(v):
        return v / np.sqrt(np.sum(v ** 2) + epsilon ** 2)
    return np.minimum(bring(np.minimum(bring(np.asarray(block, dtype=float)), limit)), limit)

# %% wrong: forgets the root | 0 of 3
# the length is the **root** of the sum of the squares
def normalize_block(block, limit=0.2, epsilon=1e-5):
    def bring(v):
        return v / (np.sum(v ** 2) + epsilon ** 2)
    return bring(np.minimum(bring(np.asarray(block, dtype=float)), limit))

# %% wrong: squares small whole numbers | 2 of 3
# the squares of whole numbers of a small type wrap round: make the block `float` first
def normalize_block(block, limit=0.2, epsilon=1e-5):
    def to_length_1(v):
        return v / np.sqrt(np.sum(v ** 2) + epsilon ** 2)
    return to_length_1(np.minimum(to_length_1(block), limit))

# %% wrong: epsilon without its square | 2 of 3
# `epsilon` stands under the root as it is; it has to be squared, too
def normalize_block(block, limit=0.2, epsilon=1e-5):
    def bring(v):
        return v / np.sqrt(np.sum(v ** 2) + epsilon)
    return bring(np.minimum(bring(np.asarray(block, dtype=float)), limit))

# %% wrong: along the last axis | 0 of 3
# every cell has been brought to length 1 by itself; the block as a whole should be
def normalize_block(block, limit=0.2, epsilon=1e-5):
    def bring(v):
        return v / np.sqrt(np.sum(v ** 2, axis=-1, keepdims=True) + epsilon ** 2)
    return bring(np.minimum(bring(np.asarray(block, dtype=float)), limit))

# %% right: step by step
def normalize_block(block, limit=0.2, epsilon=1e-5):
    v = np.array(block, dtype=float)
    v = v / np.sqrt(np.sum(v * v) + epsilon * epsilon)
    v[v > limit] = limit
    return v / np.sqrt(np.sum(v * v) + epsilon * epsilon)

# %% right: number by number
import math
def normalize_block(block, limit=0.2, epsilon=1e-5):
    numbers = [float(v) for v in np.ravel(block)]
    for largest in (limit, math.inf):
        length = math.sqrt(sum(v * v for v in numbers) + epsilon ** 2)
        numbers = [min(v / length, largest) for v in numbers]
    return np.reshape(numbers, np.shape(block))

# %% right: in float32, with clip
def normalize_block(block, limit=0.2, epsilon=1e-5):
    v = np.asarray(block).astype(np.float32)
    v = v / np.sqrt((v ** 2).sum() + epsilon ** 2)
    v = v.clip(0, limit)
    return v / np.sqrt((v ** 2).sum() + epsilon ** 2)

# %% equivalent
# `np.minimum(to_length_1(np.asarray(block)), limit)` → `np.minimum(limit, to_length_1(np.asarray(block)))`: the smaller of two numbers is the same in either order
