# Exercise 8: pictures and labels mixed in the same shares.

# %% idea
# Picture and partner meet in a sum with two shares, and their labels meet in the same one. Every picture has its own
# share, so give the shares as many axes as that which they are multiplied with.

# %% draw
def given(d, kinds=("eighths",)):
    n, channels, classes = d.whole(3, 4), d.whole(1, 2), d.whole(3, 5)
    batch = d.batch(n, channels, *d.one_of(((2, 3), (1, 4), (3, 2), (1, n), (2, n))), kinds=kinds)
    hot = np.eye(classes)[d.random.integers(0, classes, n)]
    if d.chance(0.4):
        hot = np.roll(hot, 1, axis=1) * 0.25 + hot * 0.75
    order = d.random.permutation(n) if d.chance(0.8) else d.random.integers(0, n, n)
    return batch, d.laid_out(hot), d.laid_out(order), d.laid_out(d.random.permutation(np.arange(9))[:n] / 8)

def test_mixup_pictures(d):
    return given(d)

test_mixup_targets = test_mixup_pictures

def test_mixup_kept(d):
    batch, targets, order, shares = given(d, ("whole", "positive", "grey", "single", "small"))
    return batch, d.laid_out(np.round(targets).astype(d.one_of((int, float, np.float32)))), order, shares

# %% wrong: the labels as they were | 1 of 3
# the labels were not mixed: a mixed picture has a mixed label
def mixup(batch, targets, order, shares):
    share = shares[:, None, None, None]
    return share * batch + (1 - share) * batch[order], np.array(targets)

# %% wrong: the labels with the shares swapped | 1 of 3
# the shares of the labels are swapped: they are those of the pictures
def mixup(batch, targets, order, shares):
    share, label = shares[:, None, None, None], shares[:, None]
    return share * batch + (1 - share) * batch[order], (1 - label) * targets + label * targets[order]

# %% wrong: all shares swapped | 0 of 3
# `shares` is the part of picture k itself; yours is the part of the other one
def mixup(batch, targets, order, shares):
    share, label = shares[:, None, None, None], shares[:, None]
    return (1 - share) * batch + share * batch[order], (1 - label) * targets + label * targets[order]

# %% wrong: the first share for all | 0 of 3
# all pictures were mixed with the first one's share; each has its own
def mixup(batch, targets, order, shares):
    share = shares[0]
    return share * batch + (1 - share) * batch[order], share * targets + (1 - share) * targets[order]

# %% wrong: with the next picture, whatever the order | 0 of 3
# `order` was not used: picture k is mixed with picture order[k]
def mixup(batch, targets, order, shares):
    share, label = shares[:, None, None, None], shares[:, None]
    return share * batch + (1 - share) * np.roll(batch, -1, axis=0), label * targets + (1 - label) * np.roll(targets, -1, axis=0)

# %% wrong: the labels of the wrong partners | 1 of 3
# the labels were mixed with their neighbours, the pictures by `order`: a label goes with its picture
def mixup(batch, targets, order, shares):
    share, label = shares[:, None, None, None], shares[:, None]
    return share * batch + (1 - share) * batch[order], label * targets + (1 - label) * targets[::-1]

# %% wrong: adds the other picture as a whole | 0 of 3
# the other picture was added as a whole: its share is 1 − shares
def mixup(batch, targets, order, shares):
    share, label = shares[:, None, None, None], shares[:, None]
    return share * batch + batch[order], label * targets + targets[order]

# %% wrong: the average of both | 0 of 3
# this is half of each; use `shares`
def mixup(batch, targets, order, shares):
    return (batch / 2 + batch[order] / 2), (targets / 2 + targets[order] / 2)

# %% wrong: the label of the larger share | 1 of 3
# the label of the larger share was taken alone; both count, each with its share
def mixup(batch, targets, order, shares):
    share = shares[:, None, None, None]
    return share * batch + (1 - share) * batch[order], np.where(shares[:, None] >= 0.5, targets, targets[order])

# %% wrong: the shares along the classes | 1 of 3
# in the labels the shares lie along the classes: a picture's share is for its whole row
def mixup(batch, targets, order, shares):
    share = shares[:, None, None, None]
    label = np.resize(shares, targets.shape[1])
    return share * batch + (1 - share) * batch[order], label * targets + (1 - label) * targets[order]

# %% wrong: the shares along the columns of the pictures | 1 of 3
# in the pictures the shares lie along the columns: a share is for a whole picture
def mixup(batch, targets, order, shares):
    share = np.resize(shares, batch.shape[3])
    return share * batch + (1 - share) * batch[order], shares[:, None] * targets + (1 - shares[:, None]) * targets[order]

# %% wrong: in place, and later pictures are mixed with mixtures | 0 of 3
# later pictures were mixed with mixtures: the other one has to be as it was before
def mixup(batch, targets, order, shares):
    pictures, labels = np.array(batch, float), np.array(targets, float)
    for k in range(len(pictures)):
        pictures[k] = shares[k] * pictures[k] + (1 - shares[k]) * pictures[order[k]]
        labels[k] = shares[k] * labels[k] + (1 - shares[k]) * labels[order[k]]
    return pictures, labels

# %% wrong: whole numbers stay whole | 2 of 3
# whole numbers only: the fraction was lost; `//` and `int` cut it off
def mixup(batch, targets, order, shares):
    share, label = shares[:, None, None, None], shares[:, None]
    return (share * batch + (1 - share) * batch[order]).astype(batch.dtype), (label * targets + (1 - label) * targets[order]).astype(targets.dtype)

# %% wrong: the batch is changed | 2 of 3
# your function changed the array `batch` that it was given; work on a copy (`batch.copy()`), because the caller still needs the old one
def mixup(batch, targets, order, shares):
    share, label = shares[:, None, None, None], shares[:, None]
    pictures, labels = share * batch + (1 - share) * batch[order], label * targets + (1 - label) * targets[order]
    if batch.flags.writeable:
        batch[...] = pictures.astype(batch.dtype)
    return pictures, labels

# %% wrong: the pictures alone | 0 of 3
# return 2 things, `pictures, targets`; yours returned one
def mixup(batch, targets, order, shares):
    share = shares[:, None, None, None]
    return share * batch + (1 - share) * batch[order]

# %% wrong: the inverse order | 0 of 3
# the order is the other way round: picture order[k] was mixed with picture k
def mixup(batch, targets, order, shares):
    back = np.argsort(order, kind="stable")
    share, label = shares[:, None, None, None], shares[:, None]
    return share * batch + (1 - share) * batch[back], label * targets + (1 - label) * targets[back]

# %% right: picture by picture
def mixup(batch, targets, order, shares):
    pictures, labels = [], []
    for k, other in enumerate(order):
        a = float(shares[k])
        pictures.append(a * batch[k] + (1 - a) * batch[other])
        labels.append(a * targets[k] + (1 - a) * targets[other])
    return np.array(pictures), np.array(labels)

# %% right: as a matrix product
def mixup(batch, targets, order, shares):
    n = len(batch)
    mix = np.zeros((n, n))
    mix[np.arange(n), np.arange(n)] += shares
    mix[np.arange(n), order] += 1 - shares
    return (mix @ np.asarray(batch, float).reshape(n, -1)).reshape(batch.shape), mix @ targets

# %% right: the difference
def mixup(batch, targets, order, shares):
    rest = 1 - shares
    x, t = np.asarray(batch, dtype=float), np.asarray(targets, dtype=float)
    return x + rest.reshape(-1, 1, 1, 1) * (x[order] - x), t + rest.reshape(-1, 1) * (t[order] - t)

# %% right: pair by pair, with np.add
def mixup(batch, targets, order, shares):
    pictures, soft = [], []
    for share, own, other, target, its in zip(shares, batch, batch[order], targets, targets[order]):
        pictures.append(np.add(share * own, (1 - share) * other))
        soft.append(np.add(share * target, (1 - share) * its))
    return np.array(pictures), np.array(soft)
