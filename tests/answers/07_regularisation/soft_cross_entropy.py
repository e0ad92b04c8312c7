# Exercise 9: cross-entropy with soft labels, and label smoothing.

# %% idea
# Soften the labels first; nothing after that needs to know about smoothing. The rest is the loss of lesson 04, with a
# sum over all classes instead of picking one, and a gradient that compares two rows of shares.

# %% draw
def soft(d, n, classes):
    """Rows of shares that add up to 1; some are of one class alone."""
    rows = []
    for _ in range(n):
        parts = d.random.multinomial(8, np.ones(classes) / classes) if d.chance(0.7) else 8 * np.eye(classes, dtype=int)[d.whole(0, classes - 1)]
        rows.append(parts / 8)
    return np.array(rows)

def test_soft_loss(d):
    n, classes = d.one_of(((2, 3), (3, 4), (1, 3), (3, 2)))
    return d.array(n, classes, kinds=("eighths",)), d.laid_out(soft(d, n, classes))

test_soft_slope = test_soft_loss

def test_soft_smoothing(d):
    return *test_soft_loss(d), d.one_of((0.25, 0.5, 0.125, 1.0))

def test_soft_kept(d):
    n, classes = d.one_of(((2, 3), (3, 4), (3, 2)))
    logits = d.array(n, classes, kinds=d.one_of((("whole", "single", "eighths"), ("positive",)))) * d.one_of((1, 100, 100))
    if d.chance(0.3):                                       # one picture's logits are far above those of the others
        logits[0] = logits[0] + 1000
    targets = soft(d, n, classes).astype(d.one_of((float, np.float32)))
    if d.chance(0.4):
        targets = np.eye(classes, dtype=int)[d.random.integers(0, classes, n)]
    return d.laid_out(logits), d.laid_out(targets), d.one_of((0.0, 0.25))

# %% wrong: the largest share as the one right class | 1 of 4
# only the class with the largest share counts in your function; all count, each with its share
def soft_cross_entropy(logits, targets, smoothing=0.0):
    n, classes = logits.shape
    hot = np.eye(classes)[np.argmax(targets, axis=1)]
    hot = (1 - smoothing) * hot + smoothing / classes
    z = logits - logits.max(axis=1, keepdims=True)
    logs = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -np.sum(hot * logs) / n, (np.exp(logs) - (hot if smoothing else targets)) / n

# %% wrong: no care for large logits | 3 of 4
# the exponential of a large logit is infinite: subtract each picture's largest logit first
def soft_cross_entropy(logits, targets, smoothing=0.0):
    n, classes = logits.shape
    t = (1 - smoothing) * targets + smoothing / classes
    e = np.exp(np.array(logits, float))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.sum(t * np.log(p)) / n, (p - t) / n

# %% wrong: one maximum for all pictures | 3 of 4
# the largest logit of all pictures was taken off: subtract each picture's own, or all powers of a picture may become 0
def soft_cross_entropy(logits, targets, smoothing=0.0):
    targets = (1 - smoothing) * np.asarray(targets, float) + smoothing / np.shape(logits)[1]
    z = np.asarray(logits, float) - np.max(logits)
    sums = np.exp(z).sum(axis=1, keepdims=True)
    loss = -np.sum(targets * (z - np.log(sums))) / len(z)
    return loss, (np.exp(z) / sums - targets) / len(z)

# %% wrong: the logarithm of a probability that has become 0 | 3 of 4
# a probability has become 0, and 0 has no logarithm: ln p = z − ln Σ eᶻ needs no p
def soft_cross_entropy(logits, targets, smoothing=0.0):
    n, classes = logits.shape
    t = (1 - smoothing) * targets + smoothing / classes
    e = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.sum(t * np.log(p)) / n, (p - t) / n

# %% wrong: a small number in the logarithm | 3 of 4
# a small number was added to the probability, and so the loss of very unlikely classes stays small: ln p = z − ln Σ eᶻ needs none
def soft_cross_entropy(logits, targets, smoothing=0.0):
    n, classes = logits.shape
    t = (1 - smoothing) * targets + smoothing / classes
    e = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.sum(t * np.log(p + 1e-12)) / n, (p - t) / n

# %% wrong: the sum over the pictures | 1 of 4
# this is the sum over the pictures; take the mean
def soft_cross_entropy(logits, targets, smoothing=0.0):
    n, classes = logits.shape
    t = (1 - smoothing) * targets + smoothing / classes
    z = logits - logits.max(axis=1, keepdims=True)
    logs = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -np.sum(t * logs), (np.exp(logs) - t) / n

# %% wrong: the mean over the whole table | 1 of 4
# this was divided by the number of all logits; divide by the number of pictures
def soft_cross_entropy(logits, targets, smoothing=0.0):
    n, classes = logits.shape
    t = (1 - smoothing) * targets + smoothing / classes
    z = logits - logits.max(axis=1, keepdims=True)
    logs = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -np.mean(t * logs), (np.exp(logs) - t) / n

# %% wrong: the gradient is not divided by the number of pictures | 1 of 4
# divide the gradient by the number of pictures: the loss is a mean
def soft_cross_entropy(logits, targets, smoothing=0.0):
    n, classes = logits.shape
    t = (1 - smoothing) * targets + smoothing / classes
    z = logits - logits.max(axis=1, keepdims=True)
    logs = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -np.sum(t * logs) / n, np.exp(logs) - t

# %% wrong: target minus probability | 1 of 4
# the sign of the gradient is the wrong way round: probability minus share
def soft_cross_entropy(logits, targets, smoothing=0.0):
    n, classes = logits.shape
    t = (1 - smoothing) * targets + smoothing / classes
    z = logits - logits.max(axis=1, keepdims=True)
    logs = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -np.sum(t * logs) / n, (t - np.exp(logs)) / n

# %% wrong: smooths over the other classes only | 2 of 4
# the share was spread over the other classes only; the right one gets its part as well: ε / K for all K
def soft_cross_entropy(logits, targets, smoothing=0.0):
    n, classes = logits.shape
    t = (1 - smoothing) * targets + smoothing * (1 - targets) / (classes - 1)
    z = logits - logits.max(axis=1, keepdims=True)
    logs = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -np.sum(t * logs) / n, (np.exp(logs) - t) / n

# %% wrong: spreads and takes nothing away | 2 of 4
# the share was spread, but not taken away from the label: the row must still add up to 1
def soft_cross_entropy(logits, targets, smoothing=0.0):
    n, classes = logits.shape
    t = targets + smoothing / classes
    z = logits - logits.max(axis=1, keepdims=True)
    logs = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -np.sum(t * logs) / n, (np.exp(logs) - t) / n

# %% wrong: takes away and spreads nothing | 2 of 4
# the share was taken away from the label, and given to nobody
def soft_cross_entropy(logits, targets, smoothing=0.0):
    n, classes = logits.shape
    t = (1 - smoothing) * targets
    z = logits - logits.max(axis=1, keepdims=True)
    logs = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -np.sum(t * logs) / n, (np.exp(logs) - t) / n

# %% wrong: the whole share to every class | 2 of 4
# every class got all of ε; divide it by the number of classes
def soft_cross_entropy(logits, targets, smoothing=0.0):
    n, classes = logits.shape
    t = (1 - smoothing) * targets + smoothing
    z = logits - logits.max(axis=1, keepdims=True)
    logs = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -np.sum(t * logs) / n, (np.exp(logs) - t) / n

# %% wrong: no smoothing | 2 of 4
# `smoothing` was not used
def soft_cross_entropy(logits, targets, smoothing=0.0):
    z = logits - logits.max(axis=1, keepdims=True)
    logs = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -np.sum(targets * logs) / len(z), (np.exp(logs) - targets) / len(z)

# %% wrong: smooths the loss, not its gradient | 2 of 4
# the gradient was computed with labels that are not smoothed
def soft_cross_entropy(logits, targets, smoothing=0.0):
    n, classes = logits.shape
    t = (1 - smoothing) * targets + smoothing / classes
    z = logits - logits.max(axis=1, keepdims=True)
    logs = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -np.sum(t * logs) / n, (np.exp(logs) - targets) / n

# %% wrong: softmax down the batch | 0 of 4
# the softmax ran down the batch; each picture has its own sum, `axis=1`
def soft_cross_entropy(logits, targets, smoothing=0.0):
    n, classes = logits.shape
    t = (1 - smoothing) * targets + smoothing / classes
    z = logits - logits.max(axis=0)
    logs = z - np.log(np.exp(z).sum(axis=0))
    return -np.sum(t * logs) / n, (np.exp(logs) - t) / n

# %% wrong: forgets the minus of the loss | 1 of 4
# the sign of the loss is wrong: the logarithm of a probability is negative, the loss is not
def soft_cross_entropy(logits, targets, smoothing=0.0):
    n, classes = logits.shape
    t = (1 - smoothing) * targets + smoothing / classes
    z = logits - logits.max(axis=1, keepdims=True)
    logs = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return np.sum(t * logs) / n, (np.exp(logs) - t) / n

# %% wrong: shifts the logits that it was given | 3 of 4
# your function changed the array `logits` that it was given; work on a copy (`logits.copy()`), because the caller still needs the old one
def soft_cross_entropy(logits, targets, smoothing=0.0):
    n, classes = logits.shape
    t = (1 - smoothing) * targets + smoothing / classes
    z = logits - logits.max(axis=1, keepdims=True)
    if logits.flags.writeable:
        logits[...] = z
    logs = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -np.sum(t * logs) / n, (np.exp(logs) - t) / n

# %% wrong: the loss alone | 0 of 4
# return 2 things, `loss, gradient`; yours returned one
def soft_cross_entropy(logits, targets, smoothing=0.0):
    n, classes = logits.shape
    t = (1 - smoothing) * targets + smoothing / classes
    z = logits - logits.max(axis=1, keepdims=True)
    return -np.sum(t * (z - np.log(np.exp(z).sum(axis=1, keepdims=True)))) / n

# %% wrong: PyTorch does it | 0 of 4
# `soft_cross_entropy` is to be written by hand, and your code uses `torch.tensor`: write out what it does
def soft_cross_entropy(logits, targets, smoothing=0.0):
    z = torch.tensor(np.array(logits, float), requires_grad=True)
    loss = torch.nn.functional.cross_entropy(z, torch.tensor(np.array(targets, float)), label_smoothing=smoothing)
    loss.backward()
    return loss.item(), z.grad.numpy()

# %% wrong: K − 1 parts for K classes | 2 of 4
# the share was divided by K − 1: it is spread over all K classes, ε / K for each
def soft_cross_entropy(logits, targets, smoothing=0.0):
    n, classes = logits.shape
    t = (1 - smoothing) * targets + smoothing / (classes - 1)
    z = logits - logits.max(axis=1, keepdims=True)
    logs = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -np.sum(t * logs) / n, (np.exp(logs) - t) / n

# %% right: np.logaddexp
def soft_cross_entropy(logits, targets, smoothing=0.0):
    z = np.asarray(logits, dtype=np.float64)
    t = targets + smoothing * (1 / z.shape[1] - targets)
    log_p = z - np.logaddexp.reduce(z, axis=1)[:, None]
    return float(-(t * log_p).sum(axis=1).mean()), (np.exp(log_p) - t) / len(z)

# %% right: plain Python
def soft_cross_entropy(logits, targets, smoothing=0.0):
    import math
    rows, total, slopes = np.asarray(logits, float).tolist(), 0.0, []
    for row, wanted in zip(rows, np.asarray(targets, float).tolist()):
        wanted = [(1 - smoothing) * share + smoothing / len(row) for share in wanted]
        top = max(row)
        log_sum = top + math.log(sum(math.exp(value - top) for value in row))
        total += sum(share * (log_sum - value) for share, value in zip(wanted, row)) / len(rows)
        slopes.append([(math.exp(value - log_sum) - share) / len(rows) for share, value in zip(wanted, row)])
    return total, slopes

# %% right: the formula as it stands
def soft_cross_entropy(logits, targets, smoothing=0.0):
    below = logits - logits.max(axis=1, keepdims=True)
    logs = below - np.log(np.exp(below.astype(float)).sum(axis=1, keepdims=True))
    wanted = targets * (1 - smoothing) + smoothing / targets.shape[1]
    return -(wanted * logs).sum() / len(wanted), (np.exp(logs) - wanted) / len(wanted)
