# Exercise 9: one step of gradient descent, with new arrays.

# %% idea
# Every array moves against its own gradient, by a small part of it. Make each result anew: an operation that writes
# into an array would change the one that you were given.

# %% draw
def lists(d, shapes, kinds, slopes=("eighths", "single")):
    parameters, gradients = [d.array(*shape, kinds=kinds) for shape in shapes], [d.array(*shape, kinds=slopes) for shape in shapes]
    return parameters, gradients, d.one_of((0.5, 0.25, 0.125, 2.0))

def test_sgd_values(d):
    return lists(d, [(d.whole(2, 3),), (d.whole(4, 5), d.whole(1, 3))], ("eighths",))

def test_sgd_new(d):
    parameters, gradients, learning_rate = test_sgd_values(d)
    if d.chance(0.4):                               # nothing to change, and a new array all the same
        k = d.whole(0, 1)
        gradients[k] = 0 * gradients[k]
    return parameters, gradients, learning_rate

def test_sgd_any(d):
    shapes = [[d.whole(1, 3) for _ in range(axes)] for axes in d.one_of(((1,), (4, 1), (2, 1, 2, 1), (4, 1, 2, 1, 2)))]
    return lists(d, shapes, ("whole", "eighths", "single"), ("whole", "eighths", "small", "large", "single"))

# %% wrong: uphill | 0 of 3
# this goes uphill: subtract the gradient
def sgd_step(parameters, gradients, learning_rate):
    return [p + learning_rate * g for p, g in zip(parameters, gradients)]

# %% wrong: changes the arrays in place | 1 of 3
# your function changed arrays in the list `parameters` that it was given; make new ones, because the caller still needs the old ones
def sgd_step(parameters, gradients, learning_rate):
    for p, g in zip(parameters, gradients):
        p -= learning_rate * g
    return parameters

# %% wrong: no learning rate | 0 of 3
# the learning rate was not used
def sgd_step(parameters, gradients, learning_rate):
    return [p - g for p, g in zip(parameters, gradients)]

# %% wrong: divides by the learning rate | 0 of 3
# the gradient was divided by the learning rate; multiply
def sgd_step(parameters, gradients, learning_rate):
    return [p - g / learning_rate for p, g in zip(parameters, gradients)]

# %% wrong: returns the steps | 0 of 3
# this is the step alone: subtract it from the parameter
def sgd_step(parameters, gradients, learning_rate):
    return [learning_rate * g for p, g in zip(parameters, gradients)]

# %% wrong: returns after the first array | 0 of 3
# only the first array came back: is the `return` inside the loop?
def sgd_step(parameters, gradients, learning_rate):
    new = []
    for p, g in zip(parameters, gradients):
        new.append(p - learning_rate * g)
        return new

# %% wrong: leaves the biases as they are | 0 of 3
# arrays of one axis were left as they were: biases learn too
def sgd_step(parameters, gradients, learning_rate):
    return [p - learning_rate * g if p.ndim > 1 else p for p, g in zip(parameters, gradients)]

# %% wrong: only the sign of the gradient | 0 of 3
# only the sign of the gradient was used; its size matters
def sgd_step(parameters, gradients, learning_rate):
    return [p - learning_rate * np.sign(g) for p, g in zip(parameters, gradients)]

# %% wrong: computes and does not keep | 0 of 3
# the parameters are as they were before
def sgd_step(parameters, gradients, learning_rate):
    new = list(parameters)
    for p, g in zip(new, gradients):
        p = p - learning_rate * g
    return new

# %% wrong: the type of the parameters is kept, also that of whole numbers | 2 of 3
# the result has the type of the whole numbers, and the fractions were cut off
def sgd_step(parameters, gradients, learning_rate):
    return [(p - learning_rate * g).astype(p.dtype) for p, g in zip(parameters, gradients)]

# %% wrong: the learning rate shrinks the parameters too | 0 of 3
# the learning rate was multiplied with the difference; only the gradient gets it
def sgd_step(parameters, gradients, learning_rate):
    return [learning_rate * (p - g) for p, g in zip(parameters, gradients)]

# %% wrong: PyTorch's optimiser does it | 0 of 3
# `sgd_step` is to be written by hand, and your code uses `torch.tensor`: write out what it does
def sgd_step(parameters, gradients, learning_rate):
    tensors = [torch.tensor(np.asarray(p, float)) for p in parameters]
    for tensor, g in zip(tensors, gradients):
        tensor.grad = torch.tensor(np.asarray(g, float))
    torch.optim.SGD(tensors, lr=learning_rate).step()
    return [tensor.numpy() for tensor in tensors]

# %% wrong: one array out of arrays of many shapes | 0 of 3
# arrays of different shapes do not fit into one array
def sgd_step(parameters, gradients, learning_rate):
    return np.array(parameters) - learning_rate * np.array(gradients)

# %% wrong: copies, and subtracts in place, which whole numbers refuse | 2 of 3
# in `sgd_step`, line 4
def sgd_step(parameters, gradients, learning_rate):
    new = [p.copy() for p in parameters]
    for p, g in zip(new, gradients):
        p -= learning_rate * g
    return new

# %% wrong: a generator, not a list | 0 of 3
# a generator hands out its values only when asked: return a list
def sgd_step(parameters, gradients, learning_rate):
    return (p - learning_rate * g for p, g in zip(parameters, gradients))

# %% wrong: scales every gradient to length 1 | 0 of 3
# the gradient was scaled to length 1; its size matters
def sgd_step(parameters, gradients, learning_rate):
    return [p - learning_rate * g / np.sqrt(np.sum(g ** 2)) for p, g in zip(parameters, gradients)]

# %% right: a loop over copies
def sgd_step(parameters, gradients, learning_rate):
    new = []
    for k in range(len(parameters)):
        array = np.array(parameters[k], dtype=float)
        array -= learning_rate * np.asarray(gradients[k])
        new.append(array)
    return new

# %% right: map and subtract, as a tuple of arrays
def sgd_step(parameters, gradients, learning_rate):
    return tuple(map(lambda p, g: np.subtract(p, np.multiply(learning_rate, g)), parameters, gradients))
