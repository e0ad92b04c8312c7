# Exercise 1: the layers of LeNet-5, put together from given functions.

# %% idea
# Give the ten arrays names, in pairs, and follow one batch through: what comes out of one line goes into the next. Note
# the shapes beside it; there is only one place where you have to reshape, between the maps and the dense layers.

# %% draw
def network(d, channels, pictures, rows, columns, kernels, windows, units):
    """Pictures, and parameters for two convolutions and three dense layers; f × g are the windows."""
    shapes, inputs = [], channels
    for k, (f, g) in zip(kernels, windows):
        shapes, inputs = [*shapes, (k, inputs, f, g)], k
    (f, g), (f2, g2) = windows
    left = ((rows - f + 1) // 2 - f2 + 1) // 2 * (((columns - g + 1) // 2 - g2 + 1) // 2)
    inputs *= left
    for u in units:
        shapes, inputs = [*shapes, (u, inputs)], u
    arrays = []
    for shape in shapes:
        weights, bias = d.random.normal(0, 1.5 / np.sqrt(np.prod(shape[1:])), shape), d.random.normal(0, 0.4, shape[0])
        arrays += [sixteenths(weights), sixteenths(bias)]
    size = d.one_of((1, 1, 30))
    return d.laid_out(sixteenths(d.random.normal(0, size, (pictures, channels, rows, columns)))), arrays

def sixteenths(array):
    """float32 numbers that take little room in a file."""
    return (np.round(16 * array) / 16).astype(np.float32)

def thin(d):
    """LeNet-5 with few kernels and units, so that a case stays small: 400 values are left after the second pooling."""
    kernels, units = (d.whole(1, 3), 16), (d.whole(3, 5), d.whole(3, 5), d.whole(2, 6))
    return network(d, 1, d.whole(1, 3), 32, 32, kernels, ((5, 5), (5, 5)), units)

test_forward_shape = test_forward_layers = test_forward_kept = thin

def test_forward_sizes(d):
    windows = [(d.whole(1, 3), d.whole(1, 3)) for _ in range(2)]
    (f, g), (f2, g2) = windows
    rows, columns = 2 * (2 * d.whole(1, 2) + f2 - 1) + f - 1, 2 * (2 * d.whole(1, 2) + g2 - 1) + g - 1
    units = (d.whole(3, 5), d.whole(3, 5), d.whole(2, 6))
    return network(d, d.whole(2, 3), d.whole(1, 3), rows, columns, (d.whole(1, 3), d.whole(1, 4)), windows, units)

# %% wrong: no ReLU anywhere | 2 of 5
# no ReLU was applied: four of the five layers need one
def lenet_forward(images, parameters):
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = parameters
    maps = max_pool(conv(max_pool(conv(images, w1, b1)), w2, b2))
    return dense(dense(dense(maps.reshape(len(maps), -1), w3, b3), w4, b4), w5, b5)

# %% wrong: a ReLU after the last layer too | 2 of 5
# the logits went through a ReLU: the last layer has none
def lenet_forward(images, parameters):
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = parameters
    maps = max_pool(relu(conv(images, w1, b1)))
    maps = max_pool(relu(conv(maps, w2, b2)))
    values = relu(dense(maps.reshape(len(maps), -1), w3, b3))
    return relu(dense(relu(dense(values, w4, b4)), w5, b5))

# %% wrong: probabilities instead of logits | 2 of 5
# the logits went through a softmax: return the bare numbers
def lenet_forward(images, parameters):
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = parameters
    maps = max_pool(relu(conv(images, w1, b1)))
    maps = max_pool(relu(conv(maps, w2, b2)))
    values = relu(dense(maps.reshape(len(maps), -1), w3, b3))
    logits = dense(relu(dense(values, w4, b4)), w5, b5)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)

# %% wrong: ReLU between the dense layers only | 2 of 5
# the ReLU after the convolutions is missing
def lenet_forward(images, parameters):
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = parameters
    maps = max_pool(conv(images, w1, b1))
    maps = max_pool(conv(maps, w2, b2))
    values = relu(dense(maps.reshape(len(maps), -1), w3, b3))
    return dense(relu(dense(values, w4, b4)), w5, b5)

# %% wrong: ReLU after the convolutions only | 2 of 5
# the ReLU after the two dense layers in the middle is missing
def lenet_forward(images, parameters):
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = parameters
    maps = max_pool(relu(conv(images, w1, b1)))
    maps = max_pool(relu(conv(maps, w2, b2)))
    return dense(dense(dense(maps.reshape(len(maps), -1), w3, b3), w4, b4), w5, b5)

# %% wrong: flattens as Keras does | 2 of 5
# the maps were flattened pixel by pixel; NCHW goes channel by channel
def lenet_forward(images, parameters):
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = parameters
    maps = max_pool(relu(conv(images, w1, b1)))
    maps = max_pool(relu(conv(maps, w2, b2))).transpose(0, 2, 3, 1)
    values = relu(dense(maps.reshape(len(maps), -1), w3, b3))
    return dense(relu(dense(values, w4, b4)), w5, b5)

# %% wrong: returns the digit | 0 of 5
# only the digit with the largest logit was returned: return all ten
def lenet_forward(images, parameters):
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = parameters
    maps = max_pool(relu(conv(images, w1, b1)))
    maps = max_pool(relu(conv(maps, w2, b2)))
    values = relu(dense(maps.reshape(len(maps), -1), w3, b3))
    return np.argmax(dense(relu(dense(values, w4, b4)), w5, b5), axis=1)

# %% wrong: the first picture of the batch only | 0 of 5
# only one picture was used, or the pictures were mixed
def lenet_forward(images, parameters):
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = parameters
    maps = max_pool(relu(conv(images[:1], w1, b1)))
    maps = max_pool(relu(conv(maps, w2, b2)))
    values = relu(dense(maps.reshape(1, -1), w3, b3))
    return dense(relu(dense(values, w4, b4)), w5, b5)

# %% wrong: forgets the last layer | 0 of 5
# the last layer is missing
def lenet_forward(images, parameters):
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = parameters
    maps = max_pool(relu(conv(images, w1, b1)))
    maps = max_pool(relu(conv(maps, w2, b2)))
    values = relu(dense(maps.reshape(len(maps), -1), w3, b3))
    return relu(dense(values, w4, b4))

# %% wrong: 400 written where the size should come from the maps | 4 of 5
# 400 holds for one size of picture only: make a row of whatever each picture has, `reshape(len(maps), -1)`
def lenet_forward(images, parameters):
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = parameters
    maps = max_pool(relu(conv(images, w1, b1)))
    maps = max_pool(relu(conv(maps, w2, b2)))
    values = relu(dense(maps.reshape(-1, 400), w3, b3))
    return dense(relu(dense(values, w4, b4)), w5, b5)

# %% wrong: takes the parameters off the list and leaves it empty | 4 of 5
# your function took arrays off the list `parameters`; the caller still needs them
def lenet_forward(images, parameters):
    maps = max_pool(relu(conv(images, parameters.pop(0), parameters.pop(0))))
    maps = max_pool(relu(conv(maps, parameters.pop(0), parameters.pop(0))))
    values = relu(dense(maps.reshape(len(maps), -1), parameters.pop(0), parameters.pop(0)))
    values = relu(dense(values, parameters.pop(0), parameters.pop(0)))
    return dense(values, parameters.pop(0), parameters.pop(0))

# %% wrong: tanh, as in 1998 | 2 of 5
# tanh stands where ReLU should
def lenet_forward(images, parameters):
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = parameters
    maps = max_pool(np.tanh(conv(images, w1, b1)))
    maps = max_pool(np.tanh(conv(maps, w2, b2)))
    values = np.tanh(dense(maps.reshape(len(maps), -1), w3, b3))
    return dense(np.tanh(dense(values, w4, b4)), w5, b5)

# %% wrong: PyTorch does the convolutions | 0 of 5
# `lenet_forward` is to be written by hand, and your code uses `torch.nn.functional`: write out what it does
def lenet_forward(images, parameters):
    import torch.nn.functional as F
    tensors = [torch.as_tensor(np.asarray(array), dtype=torch.float64) for array in parameters]
    x = torch.as_tensor(np.asarray(images), dtype=torch.float64)
    x = F.max_pool2d(F.relu(F.conv2d(x, tensors[0], tensors[1])), 2)
    x = F.max_pool2d(F.relu(F.conv2d(x, tensors[2], tensors[3])), 2).flatten(1)
    x = F.relu(F.linear(F.relu(F.linear(x, tensors[4], tensors[5])), tensors[6], tensors[7]))
    return F.linear(x, tensors[8], tensors[9]).numpy()

# %% wrong: no ReLU after the second convolution | 2 of 5
# the ReLU after the second convolution is missing
def lenet_forward(images, parameters):
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = parameters
    maps = max_pool(relu(conv(images, w1, b1)))
    maps = max_pool(conv(maps, w2, b2))
    values = relu(dense(maps.reshape(len(maps), -1), w3, b3))
    return dense(relu(dense(values, w4, b4)), w5, b5)

# %% wrong: no ReLU after the first convolution | 2 of 5
# the ReLU after the first convolution is missing
def lenet_forward(images, parameters):
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = parameters
    maps = max_pool(conv(images, w1, b1))
    maps = max_pool(relu(conv(maps, w2, b2)))
    values = relu(dense(maps.reshape(len(maps), -1), w3, b3))
    return dense(relu(dense(values, w4, b4)), w5, b5)

# %% wrong: no ReLU after the layer of 84 | 2 of 5
# the ReLU after the second of the three dense layers is missing
def lenet_forward(images, parameters):
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = parameters
    maps = max_pool(relu(conv(images, w1, b1)))
    maps = max_pool(relu(conv(maps, w2, b2)))
    values = relu(dense(maps.reshape(len(maps), -1), w3, b3))
    return dense(dense(values, w4, b4), w5, b5)

# %% wrong: no ReLU after the layer of 120 | 2 of 5
# the ReLU after the first of the three dense layers is missing
def lenet_forward(images, parameters):
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = parameters
    maps = max_pool(relu(conv(images, w1, b1)))
    maps = max_pool(relu(conv(maps, w2, b2)))
    values = dense(maps.reshape(len(maps), -1), w3, b3)
    return dense(relu(dense(values, w4, b4)), w5, b5)

# %% wrong: divides the pixels by 255 | 2 of 5
# the pixels were divided by 255: they go from 0 to 1 already
def lenet_forward(images, parameters):
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = parameters
    images = images / 255
    maps = max_pool(relu(conv(images, w1, b1)))
    maps = max_pool(relu(conv(maps, w2, b2)))
    values = relu(dense(maps.reshape(len(maps), -1), w3, b3))
    return dense(relu(dense(values, w4, b4)), w5, b5)

# %% wrong: flattens the whole batch | 0 of 5
# all pictures of the batch were put into one row: each picture needs a row of its own
def lenet_forward(images, parameters):
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = parameters
    maps = max_pool(relu(conv(images, w1, b1)))
    maps = max_pool(relu(conv(maps, w2, b2)))
    values = relu(dense(maps.flatten(), w3, b3))
    return dense(relu(dense(values, w4, b4)), w5, b5)

# %% wrong: sigmoid, as in older networks | 2 of 5
# sigmoid stands where ReLU should
def lenet_forward(images, parameters):
    def squash(z):
        return 1 / (1 + np.exp(-z))
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = parameters
    maps = max_pool(squash(conv(images, w1, b1)))
    maps = max_pool(squash(conv(maps, w2, b2)))
    values = squash(dense(maps.reshape(len(maps), -1), w3, b3))
    return dense(squash(dense(values, w4, b4)), w5, b5)

# %% right: two loops over pairs of arrays
def lenet_forward(images, parameters):
    pairs = list(zip(parameters[::2], parameters[1::2]))
    x = images
    for weights, bias in pairs[:2]:
        x = max_pool(relu(conv(x, weights, bias)))
    x = np.array([picture.ravel() for picture in x])
    for weights, bias in pairs[2:4]:
        x = relu(dense(x, weights, bias))
    return dense(x, *pairs[4])

# %% right: pools before the ReLU, which gives the same, one picture at a time
def lenet_forward(images, parameters):
    answers = []
    for image in images:
        shape = None
        x = image[None]
        for k in (0, 2):
            x = np.maximum(0, max_pool(conv(x, parameters[k], parameters[k + 1])))
            shape = x.shape
        x = x.reshape(1, shape[1] * shape[2] * shape[3])
        for k in (4, 6, 8):
            x = x @ parameters[k].T + parameters[k + 1]
            if k < 8:
                x[x < 0] = 0
        answers.append(x[0].tolist())
    return answers

# %% right: one array for each picture, stacked
def lenet_forward(images, parameters):
    def one(image):
        maps = image[None]
        for k in (0, 2):
            maps = max_pool(relu(conv(maps, parameters[k], parameters[k + 1])))
        values = maps.ravel()
        for k in (4, 6, 8):
            values = parameters[k] @ values + parameters[k + 1]
            if k < 8:
                values = np.where(values > 0, values, 0)
        return values
    return np.stack([one(image) for image in images])

# %% equivalent
# `1` → `2`: NumPy takes any negative length for the one to be found
