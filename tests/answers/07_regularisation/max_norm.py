# Exercise 4: a limit to the length of every neuron's weights.

# %% idea
# Find the axes that belong to one neuron; the layout decides that. Then each neuron has one length, and a factor by
# which its weights are scaled: when is this factor less than 1?

# %% draw
def matrix(d, kinds=("eighths",)):
    rows, columns = d.one_of(((2, 4), (3, 2), (4, 3), (2, 3)))
    return d.array(rows, columns, kinds=kinds)

def test_norm_dense(d):
    return matrix(d), d.one_of((1.0, 2.5, 4.0))

test_norm_keras = test_norm_dense

def test_norm_kernels(d):
    return d.array(*d.one_of(((3, 2, 1, 2), (2, 3, 2, 1), (4, 1, 2, 3), (2, 2, 3))), kinds=("eighths",)), d.one_of((2.0, 4.0, 6.0)), d.one_of(("torch", "keras"))

def test_norm_kept(d):
    kinds = d.one_of((("whole", "single", "eighths", "positive"), ("small",), ("large",)))
    weights = d.array(*d.one_of(((3, 2), (2, 4), (2, 3, 1, 2))), kinds=kinds)
    if d.chance(0.3):                                       # one norm is just above the limit
        weights = d.laid_out(weights * (3.003 / np.sqrt(np.sum(np.square(weights[0])) or 1)))
    return (weights,)

# %% wrong: the axes of the other framework | 0 of 4
# the limit was put on the wrong axis: with "torch" a neuron is a place on the first axis, with "keras" on the last
def max_norm(weights, limit=3.0, layout="torch"):
    axes = tuple(range(1, weights.ndim)) if layout != "torch" else tuple(range(weights.ndim - 1))
    lengths = np.sqrt(np.sum(weights ** 2, axis=axes, keepdims=True))
    return weights * (limit / np.maximum(lengths, limit))

# %% wrong: layout not looked at | 2 of 4
# `layout` was not looked at: in Keras the neurons lie on the last axis
def max_norm(weights, limit=3.0, layout="torch"):
    lengths = np.sqrt(np.sum(weights ** 2, axis=tuple(range(1, weights.ndim)), keepdims=True))
    return weights * (limit / np.maximum(lengths, limit))

# %% wrong: everybody as long as the limit | 0 of 4
# all neurons were brought to the limit, the shorter ones too: those stay as they are
def max_norm(weights, limit=3.0, layout="torch"):
    axes = tuple(range(1, weights.ndim)) if layout == "torch" else tuple(range(weights.ndim - 1))
    lengths = np.sqrt(np.sum(weights ** 2, axis=axes, keepdims=True))
    return weights * limit / np.maximum(lengths, 1e-12)

# %% wrong: every weight by itself | 0 of 4
# every single weight was limited; the limit is for the length of all weights of a neuron together
def max_norm(weights, limit=3.0, layout="torch"):
    return np.clip(weights, -limit, limit)

# %% wrong: the length of the whole array | 0 of 4
# the whole array was taken for one vector; each neuron has a length of its own
def max_norm(weights, limit=3.0, layout="torch"):
    length = np.sqrt(np.sum(weights ** 2))
    return weights * (limit / max(length, limit))

# %% wrong: no square root | 0 of 4
# the square root is missing: a length is √Σw²
def max_norm(weights, limit=3.0, layout="torch"):
    axes = tuple(range(1, weights.ndim)) if layout == "torch" else tuple(range(weights.ndim - 1))
    lengths = np.sum(weights ** 2, axis=axes, keepdims=True)
    return weights * (limit / np.maximum(lengths, limit))

# %% wrong: the sum of the sizes | 0 of 4
# this is the sum of the sizes, Σ|w|: a length is √Σw²
def max_norm(weights, limit=3.0, layout="torch"):
    axes = tuple(range(1, weights.ndim)) if layout == "torch" else tuple(range(weights.ndim - 1))
    lengths = np.sum(np.abs(weights), axis=axes, keepdims=True)
    return weights * (limit / np.maximum(lengths, limit))

# %% wrong: one axis only, as Keras does by default | 2 of 4
# only one axis was added up: for kernels all axes but that of the neurons belong together
def max_norm(weights, limit=3.0, layout="torch"):
    lengths = np.sqrt(np.sum(weights ** 2, axis=1 if layout == "torch" else 0, keepdims=True))
    return weights * (limit / np.maximum(lengths, limit))

# %% wrong: the long ones to length 1 | 0 of 4
# the long ones were brought to length 1; bring them to `limit`
def max_norm(weights, limit=3.0, layout="torch"):
    axes = tuple(range(1, weights.ndim)) if layout == "torch" else tuple(range(weights.ndim - 1))
    lengths = np.sqrt(np.sum(weights ** 2, axis=axes, keepdims=True))
    return np.where(lengths > limit, weights / np.maximum(lengths, 1e-12), weights)

# %% wrong: the short ones are lengthened, the long ones left | 0 of 4
# the short ones were made longer and the long ones left as they are: it is a limit from above
def max_norm(weights, limit=3.0, layout="torch"):
    axes = tuple(range(1, weights.ndim)) if layout == "torch" else tuple(range(weights.ndim - 1))
    lengths = np.sqrt(np.sum(weights ** 2, axis=axes, keepdims=True))
    return weights * np.maximum(1, limit / np.maximum(lengths, 1e-12))

# %% wrong: the long ones to 0 | 0 of 4
# the weights of long neurons became 0; scale them back to the limit
def max_norm(weights, limit=3.0, layout="torch"):
    axes = tuple(range(1, weights.ndim)) if layout == "torch" else tuple(range(weights.ndim - 1))
    lengths = np.sqrt(np.sum(weights ** 2, axis=axes, keepdims=True))
    return np.where(lengths > limit, 0, weights)

# %% wrong: the longest decides for all | 0 of 4
# all neurons were scaled by the longest one's factor; each has its own
def max_norm(weights, limit=3.0, layout="torch"):
    axes = tuple(range(1, weights.ndim)) if layout == "torch" else tuple(range(weights.ndim - 1))
    lengths = np.sqrt(np.sum(weights ** 2, axis=axes, keepdims=True))
    return weights * (limit / max(lengths.max(), limit))

# %% wrong: in place | 3 of 4
# your function changed the array `weights` that it was given; work on a copy (`weights.copy()`), because the caller still needs the old one
def max_norm(weights, limit=3.0, layout="torch"):
    axes = tuple(range(1, weights.ndim)) if layout == "torch" else tuple(range(weights.ndim - 1))
    scaled = weights * (limit / np.maximum(np.sqrt(np.sum(weights ** 2, axis=axes, keepdims=True)), limit))
    if weights.flags.writeable:
        weights[...] = scaled.astype(weights.dtype)
    return scaled

# %% wrong: always the limit of 3 | 1 of 4
# the limit is always 3 in your function: use `limit`
def max_norm(weights, limit=3.0, layout="torch"):
    axes = tuple(range(1, weights.ndim)) if layout == "torch" else tuple(range(weights.ndim - 1))
    lengths = np.sqrt(np.sum(weights ** 2, axis=axes, keepdims=True))
    return weights * (3 / np.maximum(lengths, 3))

# %% wrong: whole numbers stay whole | 3 of 4
# whole numbers only: the fraction was lost; `//` and `int` cut it off
def max_norm(weights, limit=3.0, layout="torch"):
    axes = tuple(range(1, weights.ndim)) if layout == "torch" else tuple(range(weights.ndim - 1))
    lengths = np.sqrt(np.sum(weights ** 2, axis=axes, keepdims=True))
    return (weights * (limit / np.maximum(lengths, limit))).astype(weights.dtype)

# %% wrong: torch.renorm does it | 0 of 4
# `max_norm` is to be written by hand, and your code uses `torch.renorm`: write out what it does
def max_norm(weights, limit=3.0, layout="torch"):
    return torch.renorm(torch.as_tensor(np.array(weights, float)), 2, 0 if layout == "torch" else np.ndim(weights) - 1, limit).numpy()

# %% wrong: Keras's kernels along their first axis only | 3 of 4
# only one axis was added up: for kernels all axes but that of the neurons belong together
def max_norm(weights, limit=3.0, layout="torch"):
    axes = tuple(range(1, weights.ndim)) if layout == "torch" else 0
    lengths = np.sqrt(np.sum(np.asarray(weights, float) ** 2, axis=axes, keepdims=True))
    return weights * (limit / np.maximum(lengths, limit))

# %% right: neuron by neuron
def max_norm(weights, limit=3.0, layout="torch"):
    axis = 0 if layout == "torch" else weights.ndim - 1
    new = np.moveaxis(np.array(weights, dtype=float), axis, 0)
    for neuron in range(len(new)):
        length = np.sum(new[neuron] ** 2) ** 0.5
        if length > limit:
            new[neuron] = new[neuron] / length * limit
    return np.moveaxis(new, 0, axis)

# %% right: as a table of neurons
def max_norm(weights, limit=3.0, layout="torch"):
    w = np.asarray(weights, dtype=float)
    table = w.reshape(len(w), -1) if layout == "torch" else w.reshape(-1, w.shape[-1]).T
    lengths = np.array([sum(float(value) ** 2 for value in row) ** 0.5 for row in table])
    factors = np.where(lengths > limit, limit / np.where(lengths > 0, lengths, 1), 1)
    scaled = table * factors[:, None]
    return scaled.reshape(w.shape) if layout == "torch" else scaled.T.reshape(w.shape)

# %% equivalent
# `np.maximum(lengths, limit)` → `np.maximum(limit, lengths)`: the larger of two numbers is the same in either order

# %% right: the formula as it stands
def max_norm(weights, limit=3.0, layout="torch"):
    axes = tuple(range(1, weights.ndim)) if layout == "torch" else tuple(range(weights.ndim - 1))
    lengths = np.sqrt(np.sum(weights ** 2, axis=axes, keepdims=True).astype(float))
    return weights * np.where(lengths > limit, limit / np.where(lengths > 0, lengths, 1), 1)
