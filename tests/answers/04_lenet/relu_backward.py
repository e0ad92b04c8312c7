# Exercise 6: ReLU lets the gradient pass where the input was positive.

# %% idea
# Ask of each place one thing only: did the ReLU let it pass? Where it did, the gradient comes through unchanged, and
# elsewhere nothing does.

# %% draw
def without_zeros(array):
    array = np.array(array)
    return np.where(array == 0, array.dtype.type(1), array)

def test_relu_values(d):
    shape = d.whole(1, 4), d.whole(2, 4)
    return d.array(*shape, kinds=("whole",)), d.laid_out(without_zeros(d.array(*shape, kinds=("whole",))))

def test_relu_zero(d):
    shape = d.one_of(((d.whole(1, 3),), (3, 2), (2, 2, 3, 2), (3, 2, 1, 2)))
    batch = np.array(d.array(*shape, kinds=("whole",)))
    batch[d.random.random(shape) < 0.4] = 0
    return d.array(*shape, kinds=("whole",)), d.laid_out(batch)

def test_relu_kept(d):
    shape = [d.whole(1, 3) for _ in range(d.whole(1, 3))]
    batch = d.array(*shape, kinds=("whole", "eighths", "unit", "small", "tiny", "single"))
    return d.array(*shape, kinds=("whole", "eighths", "single")), d.laid_out(without_zeros(batch))

# %% wrong: the mask from the gradient | 0 of 3
# the mask was made from the gradient: where the input was positive counts, not where the gradient is
def relu_backward(gradient, batch):
    return np.where(np.asarray(gradient) > 0, gradient, 0)

# %% wrong: ReLU of the input | 0 of 3
# this is the ReLU of the input; the gradient was not used
def relu_backward(gradient, batch):
    return np.maximum(batch, 0)

# %% wrong: the mask alone | 0 of 3
# this is the mask alone: multiply it by the gradient
def relu_backward(gradient, batch):
    return (np.asarray(batch) > 0) * 1.0

# %% wrong: the gradient passes at 0 | 2 of 3
# at 0 the gradient passes in yours; it should be 0 there (`>`, not `>=`)
def relu_backward(gradient, batch):
    return gradient * (np.asarray(batch) >= 0)

# %% wrong: passes everything | 0 of 3
# the gradient passed everywhere: the mask was not used
def relu_backward(gradient, batch):
    return gradient + 0

# %% wrong: multiplies by the input | 0 of 3
# the gradient was multiplied by the input: the slope of a ReLU is 1 or 0
def relu_backward(gradient, batch):
    return gradient * np.maximum(batch, 0)

# %% wrong: the mask the wrong way round | 0 of 3
# the mask is the wrong way round: positive inputs let the gradient pass
def relu_backward(gradient, batch):
    return gradient * (np.asarray(batch) < 0)

# %% wrong: sign instead of mask | 0 of 3
# the gradient's sign was turned where the input is negative: it is 0 there
def relu_backward(gradient, batch):
    return gradient * np.sign(batch)

# %% wrong: writes zeros into the gradient that it was given | 2 of 3
# your function changed the array `gradient` that it was given; work on a copy (`gradient.copy()`), because the caller still needs the old one
def relu_backward(gradient, batch):
    gradient[np.asarray(batch) <= 0] = 0
    return gradient

# %% wrong: whole numbers for the input | 2 of 3
# inputs between 0 and 1 are positive too: was the input cut off to a whole number?
def relu_backward(gradient, batch):
    return gradient * (np.asarray(batch).astype(int) > 0)

# %% wrong: negative gradients are dropped as well | 0 of 3
# negative gradients were set to 0 as well: only the input decides
def relu_backward(gradient, batch):
    return np.maximum(gradient, 0) * (np.asarray(batch) > 0)

# %% wrong: Keras does it | 0 of 3
# `relu_backward` is to be written by hand, and your code uses `keras.ops.convert_to_numpy`: write out what it does
def relu_backward(gradient, batch):
    return gradient * keras.ops.convert_to_numpy(keras.ops.relu(np.sign(np.asarray(batch, float))))

# %% wrong: picks the places out | 0 of 3
# only the places with positive input are left: keep the shape, with 0 at the others
def relu_backward(gradient, batch):
    return gradient[batch > 0]

# %% wrong: two loops, for two axes | 1 of 3
# the batch may have any number of axes: two loops go over two of them
def relu_backward(gradient, batch):
    out = np.zeros(gradient.shape)
    for i in range(gradient.shape[0]):
        for j in range(gradient.shape[1]):
            if batch[i, j] > 0:
                out[i, j] = gradient[i, j]
    return out

# %% wrong: an array of the batch's type | 2 of 3
# the fractions were cut off: is there an array of whole numbers?
def relu_backward(gradient, batch):
    out = np.zeros_like(batch)
    out[batch > 0] = gradient[batch > 0]
    return out

# %% right: where
def relu_backward(gradient, batch):
    return np.where(np.greater(batch, 0), gradient, 0)

# %% right: a loop over all places of a copy
def relu_backward(gradient, batch):
    shape = np.shape(batch)
    result = np.zeros(shape)
    for place in np.ndindex(shape):
        if batch[place] > 0:
            result[place] = gradient[place]
    return result
