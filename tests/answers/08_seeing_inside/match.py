# Exercise 2: score, cosine and the best patch of a given length.

# %% idea
# Both are rows of numbers, whatever their shape. Compute their two lengths once, since the cosine and the best patch
# need them, and ask what happens where one is 0. The best patch takes its direction from one of the two and its length
# from the other.

# %% draw
def pair(d, kinds=("eighths",)):
    shape = d.one_of(((2, 3), (3, 2), (4,), (1, 4), (2, 2, 3), (3, 1, 2)))
    return d.array(*shape, kinds=kinds), d.array(*shape, kinds=kinds)

def test_match_score(d):
    return pair(d)

test_match_cosine = test_match_best = test_match_score

def test_match_kept(d):
    shape = tuple(d.whole(1, 3) for _ in range(d.whole(1, 3)))
    if d.chance(0.35):  # numbers whose products do not fit into their type
        kinds = (d.one_of(("grey", "deep grey")),)
        return d.array(*shape, kinds=kinds), d.array(*shape, kinds=kinds)
    kinds = ("whole", "eighths", "single", "small", "tiny", "positive")
    weights, patch = d.array(*shape, kinds=kinds), d.array(*shape, kinds=kinds)
    if weights.dtype.kind == "f" and d.chance(0.2):
        weights = d.laid_out(weights * weights.dtype.type(0.5**40))
    if weights.size > 1 and d.chance(0.2):                  # at right angles: the score is 0, and neither is
        first = np.arange(weights.size).reshape(shape) % 2 == 0
        return d.laid_out(np.where(first, weights, 0)), d.laid_out(np.where(first, 0, patch))
    zero = d.whole(0, 5)
    return (d.laid_out(np.zeros_like(weights)) if zero in (0, 2) else weights), (d.laid_out(np.zeros_like(patch)) if zero in (1, 2) else patch)

# %% wrong: the cosine without the patch's length | 2 of 4
# the cosine is divided by the length of the weights only: the patch has a length, too
def match(weights, patch):
    score, long, wide = np.sum(weights * patch), np.sqrt(np.sum(weights ** 2)), np.sqrt(np.sum(patch ** 2))
    return score, score / long if long * wide > 0 else 0.0, weights * (wide / long if long > 0 else 0.0)

# %% wrong: the cosine without the weights' length | 2 of 4
# the cosine is divided by the length of the patch only: the weights have a length, too
def match(weights, patch):
    score, long, wide = np.sum(weights * patch), np.sqrt(np.sum(weights ** 2)), np.sqrt(np.sum(patch ** 2))
    return score, score / wide if long * wide > 0 else 0.0, weights * (wide / long if long > 0 else 0.0)

# %% wrong: squares without the root | 1 of 4
# a length is the root of the sum of squares; the root is missing
def match(weights, patch):
    score, long, wide = np.sum(weights * patch), np.sum(weights ** 2), np.sum(patch ** 2)
    return score, score / (long * wide) if long * wide > 0 else 0.0, weights * (wide / long if long > 0 else 0.0)

# %% wrong: lengths as sums of sizes | 1 of 4
# these lengths are sums of sizes, Σ|x|: a length is the root of the sum of squares
def match(weights, patch):
    score, long, wide = np.sum(weights * patch), np.sum(np.abs(weights)), np.sum(np.abs(patch))
    return score, score / (long * wide) if long * wide > 0 else 0.0, weights * (wide / long if long > 0 else 0.0)

# %% wrong: the angle | 2 of 4
# this is the angle θ itself, in radians; its cosine is asked for
def match(weights, patch):
    score, long, wide = np.sum(weights * patch), np.sqrt(np.sum(weights ** 2)), np.sqrt(np.sum(patch ** 2))
    cosine = np.arccos(np.clip(score / (long * wide), -1, 1)) if long * wide > 0 else 0.0
    return score, cosine, weights * (wide / long if long > 0 else 0.0)

# %% wrong: the cosine without its sign | 2 of 4
# the cosine has lost its sign: a patch that is the opposite of the weights has −1
def match(weights, patch):
    score, long, wide = np.sum(weights * patch), np.sqrt(np.sum(weights ** 2)), np.sqrt(np.sum(patch ** 2))
    return score, abs(score) / (long * wide) if long * wide > 0 else 0.0, weights * (wide / long if long > 0 else 0.0)

# %% wrong: w / ‖w‖ as the best patch | 2 of 4
# the best patch has length 1 here: it is to be as long as `patch`
def match(weights, patch):
    score, long, wide = np.sum(weights * patch), np.sqrt(np.sum(weights ** 2)), np.sqrt(np.sum(patch ** 2))
    return score, score / (long * wide) if long * wide > 0 else 0.0, weights / (long or 1)

# %% wrong: the weights as the best patch | 2 of 4
# these are the weights themselves: the best patch points the same way, but is as long as `patch`
def match(weights, patch):
    score, long, wide = np.sum(weights * patch), np.sqrt(np.sum(weights ** 2)), np.sqrt(np.sum(patch ** 2))
    return score, score / (long * wide) if long * wide > 0 else 0.0, np.array(weights)

# %% wrong: the projection of the patch | 2 of 4
# this is the part of the patch that lies along the weights: it is shorter than the patch
def match(weights, patch):
    score, long, wide = np.sum(weights * patch), np.sqrt(np.sum(weights ** 2)), np.sqrt(np.sum(patch ** 2))
    return score, score / (long * wide) if long * wide > 0 else 0.0, weights * (score / long ** 2 if long > 0 else 0.0)

# %% wrong: the signs of the weights, as long as the patch | 2 of 4
# each pixel has the sign of its weight and the same size: that is best where single pixels are limited, not where the length is
def match(weights, patch):
    score, long, wide = np.sum(weights * patch), np.sqrt(np.sum(weights ** 2)), np.sqrt(np.sum(patch ** 2))
    signs = np.sign(weights)
    return score, score / (long * wide) if long * wide > 0 else 0.0, signs * (wide / (np.sqrt(np.sum(signs ** 2)) or 1))

# %% wrong: the pixels in the order of the weights | 2 of 4
# the best patch need not have the pixels of this one: only its length is given
def match(weights, patch):
    score, long, wide = np.sum(weights * patch), np.sqrt(np.sum(weights ** 2)), np.sqrt(np.sum(patch ** 2))
    best = np.zeros(weights.size, patch.dtype)
    best[np.argsort(weights, axis=None, kind="stable")] = np.sort(patch, axis=None)
    return score, score / (long * wide) if long * wide > 0 else 0.0, best.reshape(weights.shape)

# %% wrong: the first row or channel only | 0 of 4
# only the first row or channel was looked at: all weights count
def match(weights, patch):
    score, long, wide = np.sum(weights[:1] * patch[:1]), np.sqrt(np.sum(weights[:1] ** 2)), np.sqrt(np.sum(patch[:1] ** 2))
    return score, score / (long * wide) if long * wide > 0 else 0.0, weights * (wide / long if long > 0 else 0.0)

# %% wrong: the products, not their sum | 2 of 4
# these are the products; the score is their sum, one number
def match(weights, patch):
    score, long, wide = np.sum(weights * patch), np.sqrt(np.sum(weights ** 2)), np.sqrt(np.sum(patch ** 2))
    return weights * patch, score / (long * wide) if long * wide > 0 else 0.0, weights * (wide / long if long > 0 else 0.0)

# %% wrong: divides by a length of 0 | 3 of 4
# something was divided by a length of 0
def match(weights, patch):
    score, long, wide = np.sum(weights * patch), np.sqrt(np.sum(weights ** 2)), np.sqrt(np.sum(patch ** 2))
    return score, score / (long * wide), weights * (wide / long)

# %% wrong: the score alone | 0 of 4
# return 3 things, `score, cosine, best`; yours returned one
def match(weights, patch):
    return np.sum(weights * patch)

# %% wrong: in place | 3 of 4
# your function changed the array `weights` that it was given; work on a copy (`weights.copy()`), because the caller still needs the old one
def match(weights, patch):
    score, long, wide = np.sum(weights * patch), np.sqrt(np.sum(weights ** 2)), np.sqrt(np.sum(patch ** 2))
    best = weights * (wide / long if long > 0 else 0.0)
    if weights.flags.writeable:
        weights[...] = best.astype(weights.dtype)
    return score, score / (long * wide) if long * wide > 0 else 0.0, best

# %% wrong: bytes wrap round | 3 of 4
# numbers of 8 or 16 bits have wrapped round: 20 · 20 became 144; compute with fractions (`float`)
def match(weights, patch):
    score, long, wide = np.sum(weights * patch), np.sqrt(np.sum(weights ** 2)), np.sqrt(np.sum(patch ** 2))
    return score, score / (long * wide) if long * wide > 0 else 0.0, weights * (wide / long if long > 0 else 0.0)

# %% wrong: the products of bytes wrap round | 3 of 4
# the lengths are right, but the products of numbers of 8 or 16 bits have wrapped round: 20 · 20 became 144; multiply fractions (`float`)
def match(weights, patch):
    score = float((weights * patch).sum())
    w, x = np.array(weights, float), np.array(patch, float)
    long, wide = np.sqrt(np.sum(w * w)), np.sqrt(np.sum(x * x))
    return score, score / (long * wide) if long and wide else 0.0, w * wide / long if long else w

# %% wrong: a small number against a division by 0 | 3 of 4
# a small number was added to the lengths: where the weights or the patch are small, too, the cosine is wrong; ask whether a length is 0
def match(weights, patch):
    w, x = np.asarray(weights, float), np.asarray(patch, float)
    long, wide = np.sqrt(np.sum(w ** 2)), np.sqrt(np.sum(x ** 2))
    return np.sum(w * x), np.sum(w * x) / (long * wide + 1e-12), w * (wide / long if long > 0 else 0.0)

# %% wrong: nothing fits best where the score is 0 | 3 of 4
# where the score is 0 your best patch is all zeros; it is so only where the weights are
def match(weights, patch):
    w, x = np.asarray(weights, float), np.asarray(patch, float)
    long, wide, score = np.sqrt(np.sum(w ** 2)), np.sqrt(np.sum(x ** 2)), np.sum(w * x)
    if score == 0:
        return 0.0, 0.0, np.zeros(w.shape)
    return score, score / (long * wide), w * (wide / long)

# %% right: vectors and np.dot
def match(weights, patch):
    w, x = np.ravel(weights).astype(float), np.ravel(patch).astype(float)
    long, wide = np.linalg.norm(w), np.linalg.norm(x)
    unit = w / long if long else w
    return float(w @ x), float(unit @ x) / wide if wide else 0.0, (wide * unit).reshape(np.shape(weights))

# %% right: number by number
def match(weights, patch):
    score = long = wide = 0.0
    for w, x in zip(np.ravel(weights).tolist(), np.ravel(patch).tolist()):
        score, long, wide = score + w * x, long + w * w, wide + x * x
    cosine = 0.0 if long == 0 or wide == 0 else score / (long * wide) ** 0.5
    best = np.zeros(np.shape(weights))
    for place, w in np.ndenumerate(weights):
        best[place] = float(w) * (wide / long) ** 0.5 if long else 0.0
    return score, cosine, best

# %% equivalent
# `0.0` → `1.0` (2): where all weights are 0, they are 0 times any number
