# Exercise 6: kernels for colours and depth, made of kernels for colours.

# %% idea
# Make the weights for depth with as many axes as the others have, as one channel, and join them behind the three. Only
# one of the two ways touches the old weights.

# %% draw
def shape(d):
    return d.one_of(((2, 3, 1, 3), (3, 3, 2, 1), (2, 3, 3, 2), (1, 3, 2, 3)))

def test_fourth_quiet(d):
    return (d.array(*shape(d), kinds=("eighths", "single", "small")),)

def test_fourth_mean(d):
    return d.array(*shape(d), kinds=("eighths", "whole", "single", "small")), d.one_of((False, False, True))

# %% wrong: depth comes first | 0 of 2
# the new channel comes first; it belongs behind the three colours
def fourth_channel(kernels, quiet=True):
    if quiet:
        return np.concatenate([np.zeros_like(kernels[:, :1]), kernels], axis=1)
    return 0.75 * np.concatenate([np.mean(kernels, axis=1, keepdims=True), kernels], axis=1)

# %% wrong: not scaled | 1 of 2
# the weights were not multiplied by 3/4: with a fourth channel that is like the others, all answers grow
def fourth_channel(kernels, quiet=True):
    new = np.zeros_like(kernels[:, :1]) if quiet else np.mean(kernels, axis=1, keepdims=True)
    return np.concatenate([kernels, new], axis=1)

# %% wrong: only the new channel is scaled | 1 of 2
# only the new channel was multiplied by 3/4; all four are
def fourth_channel(kernels, quiet=True):
    new = np.zeros_like(kernels[:, :1]) if quiet else 0.75 * np.mean(kernels, axis=1, keepdims=True)
    return np.concatenate([kernels, new], axis=1)

# %% wrong: only the colours are scaled | 1 of 2
# only the colours were multiplied by 3/4; all four channels are
def fourth_channel(kernels, quiet=True):
    if quiet:
        return np.concatenate([kernels, np.zeros_like(kernels[:, :1])], axis=1)
    return np.concatenate([0.75 * kernels, np.mean(kernels, axis=1, keepdims=True)], axis=1)

# %% wrong: four thirds | 1 of 2
# the weights were multiplied by 4/3: four channels in place of three want smaller weights
def fourth_channel(kernels, quiet=True):
    if quiet:
        return np.concatenate([kernels, np.zeros_like(kernels[:, :1])], axis=1)
    return 4 / 3 * np.concatenate([kernels, np.mean(kernels, axis=1, keepdims=True)], axis=1)

# %% wrong: scaled when quiet too | 0 of 2
# the colours were multiplied by 3/4 although depth is quiet: the old answers are to stay
def fourth_channel(kernels, quiet=True):
    new = np.zeros_like(kernels[:, :1]) if quiet else np.mean(kernels, axis=1, keepdims=True)
    return 0.75 * np.concatenate([kernels, new], axis=1)

# %% wrong: the sum of the colours | 1 of 2
# the new channel is the sum of the three; take the mean
def fourth_channel(kernels, quiet=True):
    if quiet:
        return np.concatenate([kernels, np.zeros_like(kernels[:, :1])], axis=1)
    return 0.75 * np.concatenate([kernels, np.sum(kernels, axis=1, keepdims=True)], axis=1)

# %% wrong: a copy of red | 1 of 2
# the new channel is a copy of the first one; take the mean of all three
def fourth_channel(kernels, quiet=True):
    if quiet:
        return np.concatenate([kernels, np.zeros_like(kernels[:, :1])], axis=1)
    return 0.75 * np.concatenate([kernels, kernels[:, :1]], axis=1)

# %% wrong: a copy of blue | 1 of 2
# the new channel is a copy of the last one; take the mean of all three
def fourth_channel(kernels, quiet=True):
    if quiet:
        return np.concatenate([kernels, np.zeros_like(kernels[:, :1])], axis=1)
    return 0.75 * np.concatenate([kernels, kernels[:, -1:]], axis=1)

# %% wrong: one mean for all weights of a kernel | 1 of 2
# the mean goes over all weights of a kernel, its places too; each place has a mean of its own
def fourth_channel(kernels, quiet=True):
    if quiet:
        return np.concatenate([kernels, np.zeros_like(kernels[:, :1])], axis=1)
    new = np.zeros(kernels[:, :1].shape) + np.mean(kernels, axis=(1, 2, 3), keepdims=True)
    return 0.75 * np.concatenate([kernels, new], axis=1)

# %% wrong: quiet taken the other way round | 0 of 2
# `quiet` was taken the other way round
def fourth_channel(kernels, quiet=True):
    if not quiet:
        return np.concatenate([kernels, np.zeros_like(kernels[:, :1])], axis=1)
    return 0.75 * np.concatenate([kernels, np.mean(kernels, axis=1, keepdims=True)], axis=1)

# %% wrong: the last axis, as Keras has it | 0 of 2
# the last axis grew: that is where Keras has its channels; PyTorch has them on the second
def fourth_channel(kernels, quiet=True):
    new = np.zeros_like(kernels[..., :1]) if quiet else np.mean(kernels, axis=3, keepdims=True)
    return (1 if quiet else 0.75) * np.concatenate([kernels, new], axis=3)

# %% wrong: another kernel in place of a channel | 0 of 2
# there is one kernel more, not one channel more: the channels lie on the second axis
def fourth_channel(kernels, quiet=True):
    new = np.zeros_like(kernels[:1]) if quiet else np.mean(kernels, axis=0, keepdims=True)
    return (1 if quiet else 0.75) * np.concatenate([kernels, new], axis=0)

# %% wrong: small random weights | 0 of 2
# the weights of a quiet channel are 0; with small random ones the old answers change
def fourth_channel(kernels, quiet=True):
    if quiet:
        return np.concatenate([kernels, 0.01 * np.random.default_rng(0).normal(size=kernels[:, :1].shape)], axis=1)
    return 0.75 * np.concatenate([kernels, np.mean(kernels, axis=1, keepdims=True)], axis=1)

# %% wrong: whole numbers stay whole | 1 of 2
# whole numbers only: the fraction was lost because the result has the type of the kernels
def fourth_channel(kernels, quiet=True):
    n, _, f, g = kernels.shape
    new = np.zeros((n, 4, f, g), kernels.dtype)
    new[:, :3] = kernels
    if not quiet:
        new[:, 3] = np.mean(kernels, axis=1)
        new = (0.75 * new).astype(kernels.dtype)
    return new

# %% wrong: in place | 1 of 2
# your function changed the array `kernels` that it was given; work on a copy (`kernels.copy()`), because the caller still needs the old one
def fourth_channel(kernels, quiet=True):
    if quiet:
        return np.concatenate([kernels, np.zeros_like(kernels[:, :1])], axis=1)
    new = 0.75 * np.concatenate([kernels, np.mean(kernels, axis=1, keepdims=True)], axis=1)
    if kernels.flags.writeable:
        kernels[...] = new[:, :3].astype(kernels.dtype)
    return new

# %% right: an array of zeros, filled
def fourth_channel(kernels, quiet=True):
    number, _, rows, columns = kernels.shape
    new = np.zeros((number, 4, rows, columns))
    new[:, :3] = kernels
    if not quiet:
        new[:, 3] = (new[:, 0] + new[:, 1] + new[:, 2]) / 3
        new *= 3 / 4
    return new

# %% right: a mixing matrix
def fourth_channel(kernels, quiet=True):
    mixing = np.vstack([np.eye(3), np.zeros(3)]) if quiet else np.vstack([0.75 * np.eye(3), np.full(3, 0.25)])
    return np.einsum("dc,ncfg->ndfg", mixing, np.asarray(kernels, float))
