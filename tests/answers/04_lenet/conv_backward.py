# Exercise 8: the three gradients of a convolutional layer.

# %% idea
# Take one single number of the gradient. It came from one window and one kernel. So it adds to that kernel's gradient
# the window, and to that window's gradient the kernel, each scaled by the number itself.

# %% draw
def layer(d, n, channels, kernels, kinds=("whole",), square=False):
    f, rows, columns = d.whole(1, 3), d.whole(1, 3), d.whole(1, 3)
    g = f if square else d.whole(1, 3)
    return (d.batch(n, kernels, rows, columns, kinds=kinds), d.batch(n, channels, rows + f - 1, columns + g - 1, kinds=kinds),
            d.batch(kernels, channels, f, g, kinds=kinds))

def test_conv_weights(d):
    return layer(d, 1, 1, 1, square=True)

test_conv_batch = test_conv_weights

def test_conv_bias(d):
    return layer(d, d.whole(1, 3), 1, d.whole(1, 3), square=True)

def test_conv_channels(d):
    return layer(d, d.whole(1, 3), d.whole(1, 3), d.whole(1, 3))

def test_conv_kept(d):
    return layer(d, 1, 1, d.whole(1, 2), ("whole", "eighths", "single"))

# %% wrong: means over the batch for weights and biases | 3 of 5
# this is the mean over the pictures; add them up, the mean was taken in the loss
def conv_backward(gradient, batch, weights):
    n, _, rows, columns = gradient.shape
    to_x, to_w = np.zeros(batch.shape), np.zeros(weights.shape)
    for a in range(weights.shape[2]):
        for b in range(weights.shape[3]):
            to_w[:, :, a, b] = np.einsum("nkij,ncij->kc", gradient, batch[:, :, a:a + rows, b:b + columns]) / n
            to_x[:, :, a:a + rows, b:b + columns] += np.einsum("nkij,kc->ncij", gradient, weights[:, :, a, b])
    return to_x, to_w, gradient.sum(axis=(2, 3)).mean(axis=0)

# %% wrong: overlapping windows overwrite each other | 2 of 5
# where the windows overlap only the last one is left: add them up with `+=`
def conv_backward(gradient, batch, weights):
    n, k, rows, columns = gradient.shape
    f, g = weights.shape[2:]
    to_x, to_w = np.zeros(batch.shape), np.zeros(weights.shape)
    for i in range(rows):
        for j in range(columns):
            to_x[:, :, i:i + f, j:j + g] = np.einsum("nk,kcab->ncab", gradient[:, :, i, j], weights)
            to_w += np.einsum("nk,ncab->kcab", gradient[:, :, i, j], batch[:, :, i:i + f, j:j + g])
    return to_x, to_w, gradient.sum(axis=(0, 2, 3))

# %% wrong: the kernel's gradient keeps the last place only | 2 of 5
# only the last place is left: does `=` stand where `+=` belongs?
def conv_backward(gradient, batch, weights):
    n, k, rows, columns = gradient.shape
    f, g = weights.shape[2:]
    to_x = np.zeros(batch.shape)
    for i in range(rows):
        for j in range(columns):
            to_x[:, :, i:i + f, j:j + g] += np.einsum("nk,kcab->ncab", gradient[:, :, i, j], weights)
            to_w = np.einsum("nk,ncab->kcab", gradient[:, :, i, j], batch[:, :, i:i + f, j:j + g])
    return to_x, to_w, gradient.sum(axis=(0, 2, 3))

# %% wrong: slides the padded gradient under the kernel as it stands | 2 of 5
# the kernel is laid back as it stands, or the padded gradient is slid under the kernel rotated by 180°: yours has one rotation too many or too few
def conv_backward(gradient, batch, weights):
    n, k, rows, columns = gradient.shape
    f, g = weights.shape[2:]
    framed = np.zeros((n, k, rows + 2 * (f - 1), columns + 2 * (g - 1)))
    framed[:, :, f - 1:f - 1 + rows, g - 1:g - 1 + columns] = gradient
    to_x, to_w = np.zeros(batch.shape), np.zeros(weights.shape)
    for a in range(f):
        for b in range(g):
            to_w[:, :, a, b] = np.einsum("nkij,ncij->kc", gradient, batch[:, :, a:a + rows, b:b + columns])
            part = framed[:, :, a:a + rows + f - 1, b:b + columns + g - 1]
            to_x += np.einsum("nkij,kc->ncij", part, weights[:, :, a, b])
    return to_x, to_w, gradient.sum(axis=(0, 2, 3))

# %% wrong: the kernel's gradient is rotated | 2 of 5
# the result was rotated by 180°: the weight in row 0 and column 0 meets the first pixels
def conv_backward(gradient, batch, weights):
    n, _, rows, columns = gradient.shape
    to_x, to_w = np.zeros(batch.shape), np.zeros(weights.shape)
    for a in range(weights.shape[2]):
        for b in range(weights.shape[3]):
            to_w[:, :, a, b] = np.einsum("nkij,ncij->kc", gradient, batch[:, :, a:a + rows, b:b + columns])
            to_x[:, :, a:a + rows, b:b + columns] += np.einsum("nkij,kc->ncij", gradient, weights[:, :, a, b])
    return to_x, to_w[:, :, ::-1, ::-1], gradient.sum(axis=(0, 2, 3))

# %% wrong: biases place by place | 2 of 5
# the places were kept apart: one bias serves a whole map
def conv_backward(gradient, batch, weights):
    n, _, rows, columns = gradient.shape
    to_x, to_w = np.zeros(batch.shape), np.zeros(weights.shape)
    for a in range(weights.shape[2]):
        for b in range(weights.shape[3]):
            to_w[:, :, a, b] = np.einsum("nkij,ncij->kc", gradient, batch[:, :, a:a + rows, b:b + columns])
            to_x[:, :, a:a + rows, b:b + columns] += np.einsum("nkij,kc->ncij", gradient, weights[:, :, a, b])
    return to_x, to_w, gradient.sum(axis=0) if gradient[0, 0].size > 1 else gradient.ravel()

# %% wrong: one number for all biases | 2 of 5
# one number for all biases is too few: each kernel has its own
def conv_backward(gradient, batch, weights):
    n, _, rows, columns = gradient.shape
    to_x, to_w = np.zeros(batch.shape), np.zeros(weights.shape)
    for a in range(weights.shape[2]):
        for b in range(weights.shape[3]):
            to_w[:, :, a, b] = np.einsum("nkij,ncij->kc", gradient, batch[:, :, a:a + rows, b:b + columns])
            to_x[:, :, a:a + rows, b:b + columns] += np.einsum("nkij,kc->ncij", gradient, weights[:, :, a, b])
    return to_x, to_w, gradient.sum()

# %% wrong: the picture's gradient without the kernel | 2 of 5
# the kernel was not used: every place lays the kernel back
def conv_backward(gradient, batch, weights):
    n, _, rows, columns = gradient.shape
    to_x, to_w = np.zeros(batch.shape), np.zeros(weights.shape)
    for a in range(weights.shape[2]):
        for b in range(weights.shape[3]):
            to_w[:, :, a, b] = np.einsum("nkij,ncij->kc", gradient, batch[:, :, a:a + rows, b:b + columns])
            to_x[:, :, a:a + rows, b:b + columns] += gradient.sum(axis=1, keepdims=True)
    return to_x, to_w, gradient.sum(axis=(0, 2, 3))

# %% wrong: every channel of the picture gets the same | 4 of 5
# every channel of the picture got the same gradient: each meets its own weights
def conv_backward(gradient, batch, weights):
    n, _, rows, columns = gradient.shape
    to_x, to_w = np.zeros(batch.shape), np.zeros(weights.shape)
    for a in range(weights.shape[2]):
        for b in range(weights.shape[3]):
            to_w[:, :, a, b] = np.einsum("nkij,ncij->kc", gradient, batch[:, :, a:a + rows, b:b + columns])
            to_x[:, :, a:a + rows, b:b + columns] += np.einsum("nkij,kc->nij", gradient, weights[:, :, a, b])[:, None]
    return to_x, to_w, gradient.sum(axis=(0, 2, 3))

# %% wrong: the first picture of the batch only, for the weights | 4 of 5
# the gradient of the weights comes from the first picture alone: add up over the batch
def conv_backward(gradient, batch, weights):
    n, _, rows, columns = gradient.shape
    to_x, to_w = np.zeros(batch.shape), np.zeros(weights.shape)
    for a in range(weights.shape[2]):
        for b in range(weights.shape[3]):
            to_w[:, :, a, b] = np.einsum("kij,cij->kc", gradient[0], batch[0, :, a:a + rows, b:b + columns])
            to_x[:, :, a:a + rows, b:b + columns] += np.einsum("nkij,kc->ncij", gradient, weights[:, :, a, b])
    return to_x, to_w, gradient.sum(axis=(0, 2, 3))

# %% wrong: collects the gradients in the arrays that it was given | 4 of 5
# your function changed the array `batch` that it was given; work on a copy (`batch.copy()`), because the caller still needs the old one
def conv_backward(gradient, batch, weights):
    n, _, rows, columns = gradient.shape
    x, to_x, to_w = np.array(batch), batch, np.zeros(weights.shape)
    to_x[:] = 0
    for a in range(weights.shape[2]):
        for b in range(weights.shape[3]):
            to_w[:, :, a, b] = np.einsum("nkij,ncij->kc", gradient, x[:, :, a:a + rows, b:b + columns])
            to_x[:, :, a:a + rows, b:b + columns] += np.einsum("nkij,kc->ncij", gradient, weights[:, :, a, b]).astype(to_x.dtype)
    return to_x, to_w, gradient.sum(axis=(0, 2, 3))

# %% wrong: the result has the type of the weights | 4 of 5
# the fractions of the weights' gradient were cut off: is it an array of whole numbers?
def conv_backward(gradient, batch, weights):
    n, _, rows, columns = gradient.shape
    to_x, to_w = np.zeros(batch.shape), np.zeros_like(weights)
    for a in range(weights.shape[2]):
        for b in range(weights.shape[3]):
            to_w[:, :, a, b] = np.einsum("nkij,ncij->kc", gradient, batch[:, :, a:a + rows, b:b + columns])
            to_x[:, :, a:a + rows, b:b + columns] += np.einsum("nkij,kc->ncij", gradient, weights[:, :, a, b])
    return to_x, to_w, gradient.sum(axis=(0, 2, 3))

# %% wrong: uphill and downhill mixed up | 0 of 5
# the sign is the wrong way round: going downhill is the step's business
def conv_backward(gradient, batch, weights):
    n, _, rows, columns = gradient.shape
    to_x, to_w = np.zeros(batch.shape), np.zeros(weights.shape)
    for a in range(weights.shape[2]):
        for b in range(weights.shape[3]):
            to_w[:, :, a, b] -= np.einsum("nkij,ncij->kc", gradient, batch[:, :, a:a + rows, b:b + columns])
            to_x[:, :, a:a + rows, b:b + columns] -= np.einsum("nkij,kc->ncij", gradient, weights[:, :, a, b])
    return to_x, to_w, -gradient.sum(axis=(0, 2, 3))

# %% wrong: autograd does it | 0 of 5
# `conv_backward` is to be written by hand, and your code uses `torch.tensor`: write out what it does
def conv_backward(gradient, batch, weights):
    x, w = [torch.tensor(np.asarray(a, float), requires_grad=True) for a in (batch, weights)]
    b = torch.zeros(len(w), dtype=torch.float64, requires_grad=True)
    torch.nn.functional.conv2d(x, w, b).backward(torch.tensor(np.asarray(gradient, float)))
    return x.grad.numpy(), w.grad.numpy(), b.grad.numpy()

# %% wrong: weights before the batch | 1 of 5
# batch and weights are swapped: return the three in the order batch, weights, bias
def conv_backward(gradient, batch, weights):
    _, _, rows, columns = gradient.shape
    batch_gradient, weights_gradient = np.zeros(batch.shape), np.zeros(weights.shape)
    for a, b in np.ndindex(weights.shape[2:]):
        here = np.s_[:, :, a:a + rows, b:b + columns]
        weights_gradient[:, :, a, b] = np.tensordot(gradient, batch[here], axes=((0, 2, 3), (0, 2, 3)))
        batch_gradient[here] += np.tensordot(gradient, weights[:, :, a, b], axes=(1, 0)).transpose(0, 3, 1, 2)
    return weights_gradient, batch_gradient, gradient.sum(axis=(0, 2, 3))

# %% wrong: takes the kernel for square | 3 of 5
# the kernel was taken for square: it may have more columns than rows
def conv_backward(gradient, batch, weights):
    _, _, rows, columns = gradient.shape
    f = weights.shape[2]
    batch_gradient, weights_gradient = np.zeros(batch.shape), np.zeros(weights.shape)
    for a in range(f):
        for b in range(f):
            here = np.s_[:, :, a:a + rows, b:b + columns]
            weights_gradient[:, :, a, b] = np.einsum("nkij,ncij->kc", gradient, batch[here])
            batch_gradient[here] += np.einsum("nkij,kc->ncij", gradient, weights[:, :, a, b])
    return batch_gradient, weights_gradient, gradient.sum(axis=(0, 2, 3))

# %% wrong: only the first kernel goes back to the picture | 3 of 5
# only the first kernel was used: all kernels add their part
def conv_backward(gradient, batch, weights):
    _, _, rows, columns = gradient.shape
    batch_gradient, weights_gradient = np.zeros(batch.shape), np.zeros(weights.shape)
    for a, b in np.ndindex(weights.shape[2:]):
        here = np.s_[:, :, a:a + rows, b:b + columns]
        weights_gradient[:, :, a, b] = np.einsum("nkij,ncij->kc", gradient, batch[here])
        batch_gradient[here] += gradient[:, :1] * weights[0, :, a, b][None, :, None, None]
    return batch_gradient, weights_gradient, gradient.sum(axis=(0, 2, 3))

# %% wrong: the biases over channels and places | 2 of 5
# the sum ran over the channels instead of the pictures
def conv_backward(gradient, batch, weights):
    _, _, rows, columns = gradient.shape
    batch_gradient, weights_gradient = np.zeros(batch.shape), np.zeros(weights.shape)
    for a, b in np.ndindex(weights.shape[2:]):
        here = np.s_[:, :, a:a + rows, b:b + columns]
        weights_gradient[:, :, a, b] = np.einsum("nkij,ncij->kc", gradient, batch[here])
        batch_gradient[here] += np.einsum("nkij,kc->ncij", gradient, weights[:, :, a, b])
    return batch_gradient, weights_gradient, gradient.sum(axis=(1, 2, 3))

# %% wrong: loops over the places of the picture, one too many | 0 of 5
# the windows have fewer places than the picture has pixels: loop over the rows and columns of the gradient
def conv_backward(gradient, batch, weights):
    batch_gradient, weights_gradient = np.zeros(batch.shape), np.zeros(weights.shape)
    f, g = weights.shape[2:]
    for i in range(batch.shape[2]):
        for j in range(batch.shape[3]):
            window = batch[:, :, i:i + f, j:j + g]
            for n in range(len(batch)):
                for k in range(len(weights)):
                    weights_gradient[k] += gradient[n, k, i, j] * window[n]
                    batch_gradient[n, :, i:i + f, j:j + g] += gradient[n, k, i, j] * weights[k]
    return batch_gradient, weights_gradient, gradient.sum(axis=(0, 2, 3))

# %% right: place by place
def conv_backward(gradient, batch, weights):
    rows, columns = gradient.shape[2:]
    f, g = weights.shape[2:]
    to_x, to_w = np.zeros(np.shape(batch)), np.zeros(np.shape(weights))
    for i in range(rows):
        for j in range(columns):
            here = gradient[:, :, i, j]
            to_x[:, :, i:i + f, j:j + g] += np.einsum("nk,kcab->ncab", here, weights)
            to_w += np.einsum("nk,ncab->kcab", here, batch[:, :, i:i + f, j:j + g])
    return to_x, to_w, np.einsum("nkij->k", gradient)

# %% right: two convolutions, one with the gradient as kernel, one with the rotated kernels on the framed gradient
def conv_backward(gradient, batch, weights):
    n, k, rows, columns = gradient.shape
    f, g = weights.shape[2:]
    none, no_bias = np.zeros(gradient.shape[1]), np.zeros(batch.shape[1])
    to_w = conv(np.swapaxes(batch, 0, 1), np.swapaxes(gradient, 0, 1), none).swapaxes(0, 1)
    framed = np.zeros((n, k, rows + 2 * f - 2, columns + 2 * g - 2))
    framed[:, :, f - 1:f - 1 + rows, g - 1:g - 1 + columns] = gradient
    to_x = conv(framed, np.swapaxes(weights, 0, 1)[:, :, ::-1, ::-1], no_bias)
    return to_x, to_w, gradient.reshape(n, k, -1).sum(axis=2).sum(axis=0)

# %% right: windows seen as a matrix
def conv_backward(gradient, batch, weights):
    k, c, f, g = weights.shape
    n, _, rows, columns = gradient.shape
    windows_of = np.lib.stride_tricks.sliding_window_view(batch, (f, g), axis=(2, 3)).transpose(0, 2, 3, 1, 4, 5).reshape(-1, c * f * g)
    flat = gradient.transpose(0, 2, 3, 1).reshape(-1, k)
    spread = (flat @ weights.reshape(k, -1)).reshape(n, rows, columns, c, f, g)
    back = np.zeros(batch.shape)
    for i in range(rows):
        for j in range(columns):
            back[:, :, i:i + f, j:j + g] += spread[:, i, j]
    return back, (flat.T @ windows_of).reshape(weights.shape), flat.sum(axis=0)
