# Exercise 5: the gradients of a dense layer.

# %% idea
# Let the shapes lead you: each result is as large as what it belongs to, and there is only one product of two matrices
# that fits. Then check with the formula that what the product sums over is right: outputs, or pictures.

# %% draw
def layer(d, n, kinds):
    inputs, outputs = d.whole(1, 4), d.whole(1, 4)
    return d.array(n, outputs, kinds=kinds), d.array(n, inputs, kinds=kinds), d.array(outputs, inputs, kinds=kinds)

def test_dense_weights(d):
    return layer(d, d.whole(1, 4), ("whole",))

test_dense_bias = test_dense_batch = test_dense_weights

def test_dense_kept(d):
    return layer(d, d.whole(1, 3), ("whole", "eighths", "single"))

# %% wrong: the gradient of the weights is transposed | 2 of 4
# the gradient is transposed: it has the shape of the weights, (outputs, inputs)
def dense_backward(gradient, batch, weights):
    return gradient @ weights, batch.T @ gradient, gradient.sum(axis=0)

# %% wrong: means over the batch | 1 of 4
# divide by nothing here: the mean over the pictures was taken in the loss
def dense_backward(gradient, batch, weights):
    n = len(batch)
    return gradient @ weights, gradient.T @ batch / n, gradient.mean(axis=0)

# %% wrong: the bias adds up over the outputs | 2 of 4
# this adds up over the outputs; each output has its own bias, add up over the pictures
def dense_backward(gradient, batch, weights):
    return gradient @ weights, gradient.T @ batch, gradient.sum(axis=1)

# %% wrong: one number for all biases | 2 of 4
# one number for all biases is too few: each output has its own
def dense_backward(gradient, batch, weights):
    return gradient @ weights, gradient.T @ batch, gradient.sum()

# %% wrong: the weights lie transposed | 2 of 4
# the weights lie transposed: (outputs, inputs)
def dense_backward(gradient, batch, weights):
    if gradient.shape[1] == weights.shape[1]:
        weights = weights.T
    return gradient @ weights, gradient.T @ batch, gradient.sum(axis=0)

# %% wrong: multiplies the input in | 2 of 4
# the input was multiplied in: the slope of w·x with x is w
def dense_backward(gradient, batch, weights):
    return (gradient @ weights) * batch, gradient.T @ batch, gradient.sum(axis=0)

# %% wrong: only the last picture's weights, `=` instead of `+=` | 2 of 4
# only the last picture was used: add up over the batch
def dense_backward(gradient, batch, weights):
    for g, x in zip(gradient, batch):
        weights_gradient = np.outer(g, x)
    return gradient @ weights, weights_gradient, gradient.sum(axis=0)

# %% wrong: turns the sign for the step | 0 of 4
# the sign is the wrong way round: going downhill is the step's business
def dense_backward(gradient, batch, weights):
    return -(gradient @ weights), -(gradient.T @ batch), -gradient.sum(axis=0)

# %% wrong: adds up before multiplying | 2 of 4
# gradients and inputs were added up before they were multiplied
def dense_backward(gradient, batch, weights):
    return gradient @ weights, np.outer(gradient.sum(axis=0), batch.sum(axis=0)), gradient.sum(axis=0)

# %% wrong: keeps the axis of the batch in the bias | 2 of 4
# the axis of the batch is still there: the shape is (outputs,)
def dense_backward(gradient, batch, weights):
    return gradient @ weights, gradient.T @ batch, gradient.sum(axis=0, keepdims=True)

# %% wrong: only the first output goes back | 2 of 4
# only the first output was used: every output adds its part
def dense_backward(gradient, batch, weights):
    return np.outer(gradient[:, 0], weights[0]), gradient.T @ batch, gradient.sum(axis=0)

# %% wrong: forgets the bias | 0 of 4
# return 3 things, `batch_gradient, weights_gradient, bias_gradient`; yours returned a tuple of 2
def dense_backward(gradient, batch, weights):
    return gradient @ weights, gradient.T @ batch

# %% wrong: autograd does it | 0 of 4
# `dense_backward` is to be written by hand, and your code uses `torch.tensor`: write out what it does
def dense_backward(gradient, batch, weights):
    x, w = [torch.tensor(np.asarray(a, float), requires_grad=True) for a in (batch, weights)]
    b = torch.zeros(len(w), dtype=torch.float64, requires_grad=True)
    torch.nn.functional.linear(x, w, b).backward(torch.tensor(np.asarray(gradient, float)))
    return x.grad.numpy(), w.grad.numpy(), b.grad.numpy()

# %% wrong: the three in the order of the layer's weights, biases, batch | 0 of 4
# the three are in another order: return them in the order batch, weights, bias
def dense_backward(gradient, batch, weights):
    return gradient.T @ batch, gradient.sum(axis=0), gradient @ weights

# %% wrong: batch and weights in the other order | 1 of 4
# batch and weights are swapped: return the three in the order batch, weights, bias
def dense_backward(gradient, batch, weights):
    return gradient.T @ batch, gradient @ weights, gradient.sum(axis=0)

# %% wrong: a ReLU's mask in it | 2 of 4
# a ReLU's mask is in it: whether the input is positive plays no part in a dense layer
def dense_backward(gradient, batch, weights):
    return (gradient @ weights) * (batch > 0), gradient.T @ batch, gradient.sum(axis=0)

# %% wrong: weights the wrong way round for the multiplication | 0 of 4
# the weights were transposed; as they are, (outputs, inputs), they fit
def dense_backward(gradient, batch, weights):
    return gradient @ weights.T, gradient.T @ batch, gradient.sum(axis=0)

# %% right: einsum
def dense_backward(gradient, batch, weights):
    return (np.einsum("no,oi->ni", gradient, weights), np.einsum("no,ni->oi", gradient, batch),
            np.einsum("no->o", gradient))

# %% right: loops, picture by picture
def dense_backward(gradient, batch, weights):
    to_batch, to_weights, to_bias = [], np.zeros(np.shape(weights)), np.zeros(len(weights))
    for g, x in zip(gradient, batch):
        for o in range(len(weights)):
            to_bias[o] += g[o]
            for i in range(len(x)):
                to_weights[o, i] += g[o] * x[i]
        to_batch.append([sum(g[o] * weights[o][i] for o in range(len(weights))) for i in range(len(x))])
    return np.array(to_batch), to_weights, to_bias
