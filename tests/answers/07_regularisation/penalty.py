# Exercise 1: the price on weights, L1 and L2, and its gradient.

# %% idea
# Go through the arrays one by one, and decide for each whether it is a bias. Cost and gradient both have two parts, one
# for L1 and one for L2; in the gradient, L1 knows only a weight's sign.

# %% draw
def weights(d, kinds=("whole", "eighths", "single")):
    """One or two arrays of weights, no biases."""
    shapes = d.one_of((((2, 3),), ((3, 2), (2, 4)), ((2, 3, 1, 2),), ((4, 1), (2, 2, 2, 1)), ((2, 1, 3),)))
    return [d.array(*shape, kinds=kinds) for shape in shapes]

def strengths(d):
    return d.one_of((0.5, 0.25, 2.0, 0.0)), d.one_of((0.25, 0.125, 1.5, 0.0))

def test_penalty_cost(d):
    return weights(d), *strengths(d)

test_penalty_slope = test_penalty_cost

def test_penalty_biases(d):
    kinds = d.one_of((("whole", "eighths", "single"), ("small",), ("tiny",)))
    arrays = []
    for array in weights(d, kinds):
        arrays += [array, d.array(len(array), kinds=kinds)]
    if d.chance(0.3):                                       # weights and biases in any order
        arrays = [arrays[place] for place in d.random.permutation(len(arrays))]
    return arrays, *strengths(d)[:d.one_of((2, 2, 1, 0))]

# %% wrong: biases cost as well | 2 of 3
# the biases, arrays of one axis, are to cost nothing
def penalty(arrays, l1=0.0, l2=0.0):
    cost = sum(l1 * np.sum(np.abs(w)) + l2 * np.sum(w ** 2) for w in arrays)
    return cost, [l1 * np.sign(w) + 2 * l2 * w for w in arrays]

# %% wrong: biases cost nothing, and have no place in the list of gradients | 2 of 3
# the gradients of the biases are missing: an array of zeros stands for each of them
def penalty(arrays, l1=0.0, l2=0.0):
    arrays = [w for w in arrays if w.ndim > 1]
    cost = sum(l1 * np.sum(np.abs(w)) + l2 * np.sum(w ** 2) for w in arrays)
    return cost, [l1 * np.sign(w) + 2 * l2 * w for w in arrays]

# %% wrong: biases cost nothing, but have a gradient | 2 of 3
# the biases cost nothing, so their gradient is 0
def penalty(arrays, l1=0.0, l2=0.0):
    cost = sum(l1 * np.sum(np.abs(w)) + l2 * np.sum(w ** 2) for w in arrays if w.ndim > 1)
    return cost, [l1 * np.sign(w) + 2 * l2 * w for w in arrays]

# %% wrong: the slope of the square without its 2 | 1 of 3
# the slope of w² is 2w: the 2 is missing
def penalty(arrays, l1=0.0, l2=0.0):
    cost, slopes = 0.0, []
    for w in arrays:
        if w.ndim > 1:
            cost += l1 * np.sum(np.abs(w)) + l2 * np.sum(w ** 2)
            slopes.append(l1 * np.sign(w) + l2 * w)
        else:
            slopes.append(np.zeros(w.shape))
    return cost, slopes

# %% wrong: half of the squares, as some books have it | 1 of 3
# the price was halved, as some books do; here it is λ₂ · Σw² without a half
def penalty(arrays, l1=0.0, l2=0.0):
    cost, slopes = 0.0, []
    for w in arrays:
        if w.ndim > 1:
            cost += l1 * np.sum(np.abs(w)) + l2 / 2 * np.sum(w ** 2)
            slopes.append(l1 * np.sign(w) + 2 * l2 * w)
        else:
            slopes.append(np.zeros(w.shape))
    return cost, slopes

# %% wrong: L1 and L2 swapped | 0 of 3
# the two strengths are swapped: `l1` goes with |w|, `l2` with w²
def penalty(arrays, l1=0.0, l2=0.0):
    cost, slopes = 0.0, []
    for w in arrays:
        if w.ndim > 1:
            cost += l2 * np.sum(np.abs(w)) + l1 * np.sum(w ** 2)
            slopes.append(l2 * np.sign(w) + 2 * l1 * w)
        else:
            slopes.append(np.zeros(w.shape))
    return cost, slopes

# %% wrong: the slope of |w| is |w| | 1 of 3
# the slope of |w| is +1 or −1, whatever the size of w: take the sign
def penalty(arrays, l1=0.0, l2=0.0):
    cost, slopes = 0.0, []
    for w in arrays:
        if w.ndim > 1:
            cost += l1 * np.sum(np.abs(w)) + l2 * np.sum(w ** 2)
            slopes.append(l1 * np.abs(w) + 2 * l2 * w)
        else:
            slopes.append(np.zeros(w.shape))
    return cost, slopes

# %% wrong: the slope of |w| is 1 for negative weights too | 1 of 3
# the slope of |w| is −1 for a negative weight; yours is +1 for all
def penalty(arrays, l1=0.0, l2=0.0):
    cost, slopes = 0.0, []
    for w in arrays:
        if w.ndim > 1:
            cost += l1 * np.sum(np.abs(w)) + l2 * np.sum(w ** 2)
            slopes.append(l1 * (w != 0) + 2 * l2 * w)
        else:
            slopes.append(np.zeros(w.shape))
    return cost, slopes

# %% wrong: a slope of 1 at 0 | 1 of 3
# at a weight of exactly 0 the slope of |w| is taken as 0; yours is 1 or −1 there
def penalty(arrays, l1=0.0, l2=0.0):
    cost, slopes = 0.0, []
    for w in arrays:
        if w.ndim > 1:
            cost += l1 * np.sum(np.abs(w)) + l2 * np.sum(w ** 2)
            slopes.append(l1 * np.where(w >= 0, 1, -1) + 2 * l2 * w)
        else:
            slopes.append(np.zeros(w.shape))
    return cost, slopes

# %% wrong: signs cancel in the L1 price | 1 of 3
# positive and negative weights cancel each other in your sum: the price of L1 is a sum of sizes, |w|
def penalty(arrays, l1=0.0, l2=0.0):
    cost, slopes = 0.0, []
    for w in arrays:
        if w.ndim > 1:
            cost += l1 * np.abs(np.sum(w)) + l2 * np.sum(w ** 2)
            slopes.append(l1 * np.sign(w) + 2 * l2 * w)
        else:
            slopes.append(np.zeros(w.shape))
    return cost, slopes

# %% wrong: the mean in place of the sum | 0 of 3
# these are means over the weights; the price is a sum
def penalty(arrays, l1=0.0, l2=0.0):
    cost, slopes = 0.0, []
    for w in arrays:
        if w.ndim > 1:
            cost += l1 * np.mean(np.abs(w)) + l2 * np.mean(w ** 2)
            slopes.append((l1 * np.sign(w) + 2 * l2 * w) / w.size)
        else:
            slopes.append(np.zeros(w.shape))
    return cost, slopes

# %% wrong: the length of the weights, not its square | 1 of 3
# this is the length of the weights, √Σw²: L2's price is the square of that
def penalty(arrays, l1=0.0, l2=0.0):
    cost, slopes = 0.0, []
    for w in arrays:
        if w.ndim > 1:
            cost += l1 * np.sum(np.abs(w)) + l2 * np.sqrt(np.sum(w ** 2))
            slopes.append(l1 * np.sign(w) + 2 * l2 * w)
        else:
            slopes.append(np.zeros(w.shape))
    return cost, slopes

# %% wrong: the cost of the last array only | 1 of 3
# the cost of the last array came back: is it set back to 0 for each array?
def penalty(arrays, l1=0.0, l2=0.0):
    slopes = []
    for w in arrays:
        cost = 0.0
        if w.ndim > 1:
            cost += l1 * np.sum(np.abs(w)) + l2 * np.sum(w ** 2)
            slopes.append(l1 * np.sign(w) + 2 * l2 * w)
        else:
            slopes.append(np.zeros(w.shape))
    return cost, slopes

# %% wrong: the gradients in the place of the arrays | 2 of 3
# your function changed arrays in the list `arrays` that it was given
def penalty(arrays, l1=0.0, l2=0.0):
    cost = 0.0
    for k, w in enumerate(arrays):
        cost += (w.ndim > 1) * (l1 * np.sum(np.abs(w)) + l2 * np.sum(w ** 2))
        if w.flags.writeable and w.dtype.kind == "f":
            w[...] = (w.ndim > 1) * (l1 * np.sign(w) + 2 * l2 * w)
        else:
            arrays[k] = (w.ndim > 1) * (l1 * np.sign(w) + 2 * l2 * w)
    return cost, arrays

# %% wrong: the cost alone | 0 of 3
# return 2 things, `cost, gradients`; yours returned one
def penalty(arrays, l1=0.0, l2=0.0):
    return sum(l1 * np.sum(np.abs(w)) + l2 * np.sum(w ** 2) for w in arrays if w.ndim > 1)

# %% wrong: PyTorch finds the slopes | 0 of 3
# `penalty` is to be written by hand, and your code uses `torch.tensor`: write out what it does
def penalty(arrays, l1=0.0, l2=0.0):
    tensors = [torch.tensor(np.array(w, float), requires_grad=True) for w in arrays]
    cost = sum((w.ndim > 1) * (l1 * w.abs().sum() + l2 * (w ** 2).sum()) for w in tensors)
    cost.backward()
    return cost.item(), [w.grad.numpy() for w in tensors]

# %% wrong: only dense weights and kernels of pictures cost | 0 of 3
# weights with three axes, as of a convolution over time, cost as well: only biases, which have one axis, do not
def penalty(arrays, l1=0.0, l2=0.0):
    cost, gradients = 0.0, []
    for array in arrays:
        counts = array.ndim in (2, 4)
        cost += counts * (l1 * np.sum(np.abs(array)) + l2 * np.sum(np.square(array)))
        gradients.append(counts * (l1 * np.sign(array) + 2 * l2 * array))
    return cost, gradients

# %% wrong: every second array is a bias | 2 of 3
# weights and biases come in any order: a bias is known by its one axis
def penalty(arrays, l1=0.0, l2=0.0):
    cost, gradients = 0.0, []
    for place, array in enumerate(arrays):
        if place % 2 and array.ndim == 1:
            gradients.append(np.zeros(array.shape))
            continue
        cost += l1 * np.abs(array).sum() + l2 * np.square(array).sum()
        gradients.append(l1 * np.sign(array) + 2 * l2 * array)
    return cost, gradients

# %% wrong: biases cost as well, without a gradient | 2 of 3
# biases cost nothing, and yours are in the cost: arrays of one axis are left out there, too
def penalty(arrays, l1=0.0, l2=0.0):
    cost = sum(l1 * np.abs(array).sum() + l2 * np.square(array).sum() for array in arrays)
    slopes = [l1 * np.sign(array) + 2 * l2 * array if array.ndim > 1 else np.zeros(array.shape) for array in arrays]
    return cost, slopes

# %% right: plain Python, number by number
def penalty(arrays, l1=0.0, l2=0.0):
    cost, slopes = 0.0, []
    for array in arrays:
        slope = np.zeros(np.shape(array))
        if len(np.shape(array)) > 1:
            for place, w in np.ndenumerate(array):
                w = float(w)
                cost += l1 * abs(w) + l2 * w * w
                slope[place] = 2 * l2 * w + (l1 if w > 0 else -l1 if w < 0 else 0)
        slopes.append(slope)
    return cost, slopes

# %% right: two sums, and np.where
def penalty(arrays, l1=0.0, l2=0.0):
    real = [np.asarray(w, dtype=np.float64) for w in arrays]
    weights_only = [w for w in real if w.ndim != 1]
    cost = l1 * sum(np.abs(w).sum() for w in weights_only) + l2 * sum((w * w).sum() for w in weights_only)
    return cost, [np.where(w.ndim == 1, 0, l1 * np.sign(w) + 2 * l2 * w) for w in real]
