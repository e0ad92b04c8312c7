# Exercise 7: batch normalisation, forward, in both modes, with running statistics.

# %% idea
# Sort out which axes are averaged away: all but that of the channels. Then settle where mean and variance come from,
# this batch or the running ones, and which variance is kept. What there is one of for each channel needs a shape that
# fits the batch before the formula can be applied.

# %% draw
def of_channels(d, channels):
    """Scale, shift, running mean and running variance."""
    some = [d.laid_out(d.random.permutation(np.arange(-6, 7))[:channels] / 4) for _ in range(3)]
    return *some, d.laid_out(d.random.permutation(np.arange(1, 12))[:channels] / 4)

def test_norm_values(d):
    n, channels = d.one_of(((4, 2), (3, 2), (5, 3), (2, 3)))
    return d.array(n, channels, kinds=("eighths",)), *of_channels(d, channels)

def test_norm_maps(d):
    channels = d.whole(2, 3)
    return d.array(d.whole(2, 3), channels, *d.one_of(((2, 3), (3, 1), (1, 4))), kinds=("eighths",)), *of_channels(d, channels)

def test_norm_running(d):
    batch, *rest = d.one_of((test_norm_values, test_norm_maps))(d)
    return batch, *rest, True, d.one_of((0.1, 0.25, 0.5, 1.0, 0.0))

def test_norm_use(d):
    batch, *rest = d.one_of((test_norm_values, test_norm_maps))(d)
    return batch[:d.whole(1, 2)], *rest

def test_norm_same(d):
    channels = d.whole(1, 3)
    shape = d.one_of(((3, channels), (2, channels, 2, 3), (2, channels, 1, 1)))
    return d.array(*shape, kinds=("whole", "eighths", "single", "small", "deep")), *of_channels(d, channels), *(d.chance(0.6), d.one_of((0.1, 0.75)))[:d.one_of((2, 2, 1, 0))]

# %% wrong: over the whole batch, all channels together | 1 of 5
# one mean for all channels: every channel has its own
def batch_norm(batch, scale, shift, running_mean, running_var, training=True, momentum=0.1):
    form = (1, -1) + (1,) * (batch.ndim - 2)
    mean, var = running_mean, running_var
    if training:
        mean, var, n = np.full(len(scale), batch.mean()), np.full(len(scale), batch.var()), batch.size
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var * n / (n - 1)
    y = (batch - mean.reshape(form)) / np.sqrt(var.reshape(form) + 1e-5)
    return scale.reshape(form) * y + shift.reshape(form), running_mean, running_var

# %% wrong: each picture by itself, as layer normalisation does | 1 of 5
# each picture was normalised by itself: the mean of a channel is taken over all pictures of the batch
def batch_norm(batch, scale, shift, running_mean, running_var, training=True, momentum=0.1):
    form = (1, -1) + (1,) * (batch.ndim - 2)
    if not training:
        y = (batch - running_mean.reshape(form)) / np.sqrt(running_var.reshape(form) + 1e-5)
        return scale.reshape(form) * y + shift.reshape(form), running_mean, running_var
    axes = tuple(range(1, batch.ndim))
    y = (batch - batch.mean(axis=axes, keepdims=True)) / np.sqrt(batch.var(axis=axes, keepdims=True) + 1e-5)
    mean, var = np.full(len(scale), batch.mean()), np.full(len(scale), batch.var())
    return (scale.reshape(form) * y + shift.reshape(form), (1 - momentum) * running_mean + momentum * mean,
            (1 - momentum) * running_var + momentum * var)

# %% wrong: every place of the maps by itself | 2 of 5
# every pixel has a mean of its own in your function: a channel has one for all its places
def batch_norm(batch, scale, shift, running_mean, running_var, training=True, momentum=0.1):
    form = (1, -1) + (1,) * (batch.ndim - 2)
    others = (0, *range(2, batch.ndim))
    if not training:
        y = (batch - running_mean.reshape(form)) / np.sqrt(running_var.reshape(form) + 1e-5)
        return scale.reshape(form) * y + shift.reshape(form), running_mean, running_var
    y = (batch - batch.mean(axis=0)) / np.sqrt(batch.var(axis=0) + 1e-5)
    n = len(batch)
    mean, var = batch.mean(axis=others), batch.var(axis=0).reshape(len(scale), -1).mean(axis=1)
    return (scale.reshape(form) * y + shift.reshape(form), (1 - momentum) * running_mean + momentum * mean,
            (1 - momentum) * running_var + momentum * var * n / (n - 1))

# %% wrong: N − 1 in the output, too | 2 of 5
# the output is divided by the plain variance, with N: N − 1 is for the running one only
def batch_norm(batch, scale, shift, running_mean, running_var, training=True, momentum=0.1):
    form, others = (1, -1) + (1,) * (batch.ndim - 2), (0, *range(2, batch.ndim))
    mean, var = running_mean, running_var
    if training:
        mean, var = batch.mean(axis=others), batch.var(axis=others, ddof=1)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var
    y = (batch - mean.reshape(form)) / np.sqrt(var.reshape(form) + 1e-5)
    return scale.reshape(form) * y + shift.reshape(form), running_mean, running_var

# %% wrong: N in the running variance, as Keras has it | 3 of 5
# the running variance takes the estimate with N − 1; yours is the plain one, as in Keras
def batch_norm(batch, scale, shift, running_mean, running_var, training=True, momentum=0.1):
    form, others = (1, -1) + (1,) * (batch.ndim - 2), (0, *range(2, batch.ndim))
    mean, var = running_mean, running_var
    if training:
        mean, var = batch.mean(axis=others), batch.var(axis=others)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var
    y = (batch - mean.reshape(form)) / np.sqrt(var.reshape(form) + 1e-5)
    return scale.reshape(form) * y + shift.reshape(form), running_mean, running_var

# %% wrong: the momentum of Keras | 3 of 5
# the momentum is the share of the new value here; yours keeps that share of the old one, as Keras does
def batch_norm(batch, scale, shift, running_mean, running_var, training=True, momentum=0.1):
    form, others = (1, -1) + (1,) * (batch.ndim - 2), (0, *range(2, batch.ndim))
    mean, var = running_mean, running_var
    if training:
        mean, var = batch.mean(axis=others), batch.var(axis=others)
        n = batch.size // len(mean)
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * var * n / (n - 1)
    y = (batch - mean.reshape(form)) / np.sqrt(var.reshape(form) + 1e-5)
    return scale.reshape(form) * y + shift.reshape(form), running_mean, running_var

# %% wrong: divides by the variance | 1 of 5
# this was divided by the variance: take its square root
def batch_norm(batch, scale, shift, running_mean, running_var, training=True, momentum=0.1):
    form, others = (1, -1) + (1,) * (batch.ndim - 2), (0, *range(2, batch.ndim))
    mean, var = running_mean, running_var
    if training:
        mean, var = batch.mean(axis=others), batch.var(axis=others)
        n = batch.size // len(mean)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var * n / (n - 1)
    y = (batch - mean.reshape(form)) / (var.reshape(form) + 1e-5)
    return scale.reshape(form) * y + shift.reshape(form), running_mean, running_var

# %% wrong: the running statistics while learning | 2 of 5
# while learning the batch's own mean and variance are used, not the running ones
def batch_norm(batch, scale, shift, running_mean, running_var, training=True, momentum=0.1):
    form, others = (1, -1) + (1,) * (batch.ndim - 2), (0, *range(2, batch.ndim))
    if training:
        n = batch.size // batch.shape[1]
        running_mean = (1 - momentum) * running_mean + momentum * batch.mean(axis=others)
        running_var = (1 - momentum) * running_var + momentum * batch.var(axis=others) * n / (n - 1)
    y = (batch - running_mean.reshape(form)) / np.sqrt(running_var.reshape(form) + 1e-5)
    return scale.reshape(form) * y + shift.reshape(form), running_mean, running_var

# %% wrong: the batch's statistics in use | 3 of 5
# in use the running mean and variance are taken, and they stay as they are; yours are the batch's
def batch_norm(batch, scale, shift, running_mean, running_var, training=True, momentum=0.1):
    form, others = (1, -1) + (1,) * (batch.ndim - 2), (0, *range(2, batch.ndim))
    mean, var = batch.mean(axis=others), batch.var(axis=others)
    if training:
        n = batch.size // len(mean)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var * n / (n - 1)
    y = (batch - mean.reshape(form)) / np.sqrt(var.reshape(form) + 1e-5)
    return scale.reshape(form) * y + shift.reshape(form), running_mean, running_var

# %% wrong: running statistics move in use as well | 3 of 5
# in use the running mean and variance stay as they are
def batch_norm(batch, scale, shift, running_mean, running_var, training=True, momentum=0.1):
    form, others = (1, -1) + (1,) * (batch.ndim - 2), (0, *range(2, batch.ndim))
    mean, var = batch.mean(axis=others), batch.var(axis=others)
    n = batch.size // len(mean)
    new_mean = (1 - momentum) * running_mean + momentum * mean
    new_var = (1 - momentum) * running_var + momentum * var * n / max(n - 1, 1)
    if not training:
        mean, var = running_mean, running_var
    y = (batch - mean.reshape(form)) / np.sqrt(var.reshape(form) + 1e-5)
    return scale.reshape(form) * y + shift.reshape(form), new_mean, new_var

# %% wrong: no running statistics | 3 of 5
# the running mean and variance came back as they were: while learning they move
def batch_norm(batch, scale, shift, running_mean, running_var, training=True, momentum=0.1):
    form, others = (1, -1) + (1,) * (batch.ndim - 2), (0, *range(2, batch.ndim))
    mean, var = (batch.mean(axis=others), batch.var(axis=others)) if training else (running_mean, running_var)
    y = (batch - mean.reshape(form)) / np.sqrt(var.reshape(form) + 1e-5)
    return scale.reshape(form) * y + shift.reshape(form), running_mean, running_var

# %% wrong: scale and shift swapped | 1 of 5
# `scale` and `shift` are swapped: multiply by the scale, then add the shift
def batch_norm(batch, scale, shift, running_mean, running_var, training=True, momentum=0.1):
    form, others = (1, -1) + (1,) * (batch.ndim - 2), (0, *range(2, batch.ndim))
    mean, var = running_mean, running_var
    if training:
        mean, var = batch.mean(axis=others), batch.var(axis=others)
        n = batch.size // len(mean)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var * n / (n - 1)
    y = (batch - mean.reshape(form)) / np.sqrt(var.reshape(form) + 1e-5)
    return shift.reshape(form) * y + scale.reshape(form), running_mean, running_var

# %% wrong: no scale and no shift | 1 of 5
# scale and shift are missing
def batch_norm(batch, scale, shift, running_mean, running_var, training=True, momentum=0.1):
    form, others = (1, -1) + (1,) * (batch.ndim - 2), (0, *range(2, batch.ndim))
    mean, var = running_mean, running_var
    if training:
        mean, var = batch.mean(axis=others), batch.var(axis=others)
        n = batch.size // len(mean)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var * n / (n - 1)
    return (batch - mean.reshape(form)) / np.sqrt(var.reshape(form) + 1e-5), running_mean, running_var

# %% wrong: the running deviation in place of the variance | 3 of 5
# the running variance was mixed from a square root: it is a variance
def batch_norm(batch, scale, shift, running_mean, running_var, training=True, momentum=0.1):
    form, others = (1, -1) + (1,) * (batch.ndim - 2), (0, *range(2, batch.ndim))
    mean, var = running_mean, running_var
    if training:
        mean, var = batch.mean(axis=others), batch.var(axis=others)
        n = batch.size // len(mean)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * np.sqrt(var * n / (n - 1))
    y = (batch - mean.reshape(form)) / np.sqrt(var.reshape(form) + 1e-5)
    return scale.reshape(form) * y + shift.reshape(form), running_mean, running_var

# %% wrong: running statistics in place | 4 of 5
# your function changed the array `running_mean` that it was given; work on a copy (`running_mean.copy()`), because the caller still needs the old one
def batch_norm(batch, scale, shift, running_mean, running_var, training=True, momentum=0.1):
    form, others = (1, -1) + (1,) * (batch.ndim - 2), (0, *range(2, batch.ndim))
    mean, var = running_mean, running_var
    if training:
        mean, var = batch.mean(axis=others), batch.var(axis=others)
        n = batch.size // len(mean)
        new_mean = (1 - momentum) * running_mean + momentum * mean
        new_var = (1 - momentum) * running_var + momentum * var * n / (n - 1)
        for old, new in ((running_mean, new_mean), (running_var, new_var)):
            if old.flags.writeable:
                old[...] = new
        running_mean, running_var = new_mean, new_var
    y = (batch - mean.reshape(form)) / np.sqrt(var.reshape(form) + 1e-5)
    return scale.reshape(form) * y + shift.reshape(form), running_mean, running_var

# %% wrong: for maps only | 1 of 5
# there are no rows and columns in the values of a dense layer: (n, channels) has two axes
def batch_norm(batch, scale, shift, running_mean, running_var, training=True, momentum=0.1):
    form = (1, -1, 1, 1)
    mean, var = running_mean, running_var
    if training:
        mean, var = batch.mean(axis=(0, 2, 3)), batch.var(axis=(0, 2, 3))
        n = batch.size // len(mean)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var * n / (n - 1)
    y = (batch - mean.reshape(form)) / np.sqrt(var.reshape(form) + 1e-5)
    return scale.reshape(form) * y + shift.reshape(form), running_mean, running_var

# %% wrong: the output alone | 0 of 5
# return 3 things, `output, running_mean, running_var`; yours returned one
def batch_norm(batch, scale, shift, running_mean, running_var, training=True, momentum=0.1):
    form, others = (1, -1) + (1,) * (batch.ndim - 2), (0, *range(2, batch.ndim))
    mean, var = (batch.mean(axis=others), batch.var(axis=others)) if training else (running_mean, running_var)
    return scale.reshape(form) * (batch - mean.reshape(form)) / np.sqrt(var.reshape(form) + 1e-5) + shift.reshape(form)

# %% wrong: PyTorch does it | 0 of 5
# `batch_norm` is to be written by hand, and your code uses `torch.as_tensor`: write out what it does
def batch_norm(batch, scale, shift, running_mean, running_var, training=True, momentum=0.1):
    x, g, b, m, v = (torch.as_tensor(np.array(a, float)) for a in (batch, scale, shift, running_mean, running_var))
    y = torch.nn.functional.batch_norm(x, m, v, g, b, training, momentum)
    return y.numpy(), m.numpy(), v.numpy()

# %% wrong: no small number under the root | 1 of 5
# ε is missing under the root: where a channel's values are all alike, the variance is 0
def batch_norm(batch, scale, shift, running_mean, running_var, training=True, momentum=0.1):
    form, others = (1, -1) + (1,) * (batch.ndim - 2), (0, *range(2, batch.ndim))
    mean, var = running_mean, running_var
    if training:
        mean, var, n = batch.mean(axis=others), batch.var(axis=others), batch.size // len(scale)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var * n / (n - 1)
    y = (batch - mean.reshape(form)) / np.sqrt(var.reshape(form))
    return scale.reshape(form) * y + shift.reshape(form), running_mean, running_var

# %% wrong: the small number behind the root | 1 of 5
# ε was added to the root: it belongs to the variance, under the root
def batch_norm(batch, scale, shift, running_mean, running_var, training=True, momentum=0.1):
    form, others = (1, -1) + (1,) * (batch.ndim - 2), (0, *range(2, batch.ndim))
    mean, var = running_mean, running_var
    if training:
        mean, var, n = batch.mean(axis=others), batch.var(axis=others), batch.size // len(scale)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var * n / (n - 1)
    y = (batch - mean.reshape(form)) / (np.sqrt(var.reshape(form)) + 1e-5)
    return scale.reshape(form) * y + shift.reshape(form), running_mean, running_var

# %% wrong: counts the pictures, not the values, in the running variance | 3 of 5
# N is the number of values of a channel, rows and columns of all pictures; yours is the number of pictures
def batch_norm(batch, scale, shift, running_mean, running_var, training=True, momentum=0.1):
    form, others = (1, -1) + (1,) * (batch.ndim - 2), (0, *range(2, batch.ndim))
    mean, var = running_mean, running_var
    if training:
        mean, var, n = batch.mean(axis=others), batch.var(axis=others), len(batch)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var * n / (n - 1)
    y = (batch - mean.reshape(form)) / np.sqrt(var.reshape(form) + 1e-5)
    return scale.reshape(form) * y + shift.reshape(form), running_mean, running_var

# %% wrong: a momentum of 0 taken for none | 4 of 5
# with a momentum of 0 nothing of this batch is taken over: `momentum or 0.1` makes 0.1 of it
def batch_norm(batch, scale, shift, running_mean, running_var, training=True, momentum=0.1):
    momentum = momentum or 0.1
    others = tuple(axis for axis in range(batch.ndim) if axis != 1)
    mean, var = running_mean, running_var
    if training:
        mean, var = np.mean(batch, axis=others), np.var(batch, axis=others)
        count = batch.size / batch.shape[1]
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var * count / (count - 1)
    form = (1, -1) + (1,) * (batch.ndim - 2)
    normal = (batch - mean.reshape(form)) / np.sqrt(var.reshape(form) + 1e-5)
    return normal * scale.reshape(form) + shift.reshape(form), np.array(running_mean), np.array(running_var)

# %% right: channel by channel
def batch_norm(batch, scale, shift, running_mean, running_var, training=True, momentum=0.1):
    out = np.zeros(batch.shape)
    new_mean, new_var = np.array(running_mean, float), np.array(running_var, float)
    for c in range(batch.shape[1]):
        values = np.asarray(batch[:, c], dtype=float)
        mean, var = running_mean[c], running_var[c]
        if training:
            mean = values.sum() / values.size
            var = ((values - mean) ** 2).sum() / values.size
            new_mean[c] += momentum * (mean - running_mean[c])
            new_var[c] += momentum * (((values - mean) ** 2).sum() / (values.size - 1) - running_var[c])
        out[:, c] = scale[c] * (values - mean) / (var + 1e-5) ** 0.5 + shift[c]
    return out, new_mean, new_var

# %% right: the channels last, as a table
def batch_norm(batch, scale, shift, running_mean, running_var, training=True, momentum=0.1):
    last = np.moveaxis(np.asarray(batch, dtype=np.float64), 1, -1)
    table = last.reshape(-1, last.shape[-1])
    if training:
        mean, var = table.mean(axis=0), table.var(axis=0)
        running_mean = running_mean + momentum * (mean - running_mean)
        running_var = running_var + momentum * (table.var(axis=0, ddof=1) - running_var)
    else:
        mean, var = running_mean, running_var
    factor = scale / np.sqrt(var + 1e-5)
    return np.moveaxis((last - mean) * factor + shift, -1, 1), running_mean, running_var

# %% equivalent
# `batch.size / batch.shape[1]` → `batch.size // batch.shape[1]`: a channel has a whole number of values
