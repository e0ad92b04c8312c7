# Exercise 4: the mean cross-entropy of a batch, and its gradient.

# %% idea
# Compute the logarithms of the probabilities first, from logits whose largest one is 0 in every row. Both results come
# from these: the loss looks at one of each row, and the gradient compares the probabilities with what they should be.

# %% draw
def batch(d, n, kinds=("eighths",), times=1):
    classes = d.whole(2, 5)
    return d.laid_out(d.array(n, classes, kinds=kinds, plain=True) * times), d.labels(n, classes)

def test_loss_one(d):
    return batch(d, 1)

def test_loss_batch(d):
    return batch(d, d.whole(2, 4))

def test_loss_large(d):
    n = d.one_of((1, 1, 3))
    logits, labels = batch(d, n, times=d.one_of((400, 400, 1)))
    return (logits + d.random.choice([0, 1000, -1000], (n, 1)) if n > 1 else logits), labels

def test_loss_gradient(d):
    return batch(d, d.whole(1, 4), ("eighths", "single", "whole"))

# %% wrong: no care for large logits | 4 of 5
# the exponential of a large logit is infinite: subtract each picture's largest logit first
def softmax_cross_entropy(logits, labels):
    p = np.exp(logits) / np.sum(np.exp(logits), axis=1, keepdims=True)
    loss = -np.mean(np.log(p[np.arange(len(labels)), labels]))
    gradient = p - np.eye(logits.shape[1])[labels]
    return loss, gradient / len(labels)

# %% wrong: the sum as the loss, with the gradient of the mean | 3 of 5
# this is the sum over the pictures; take the mean
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(labels))
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    gradient = np.exp(logs)
    gradient[rows, labels] -= 1
    return -np.sum(logs[rows, labels]), gradient / len(labels)

# %% wrong: the gradient is not divided by the number of pictures | 3 of 5
# divide by the number of pictures: the loss is a mean
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(labels))
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    gradient = np.exp(logs)
    gradient[rows, labels] -= 1
    return -np.mean(logs[rows, labels]), gradient

# %% wrong: forgets the minus of the loss | 2 of 5
# the sign is wrong: the logarithm of a probability is negative, the loss is not
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(labels))
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    gradient = np.exp(logs)
    gradient[rows, labels] -= 1
    return np.mean(logs[rows, labels]), gradient / len(labels)

# %% wrong: target minus probability in the gradient | 3 of 5
# the sign is the wrong way round: probabilities minus 1 at the right digit
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(labels))
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    hot = np.zeros(logits.shape)
    hot[rows, labels] = 1
    return -np.mean(logs[rows, labels]), (hot - np.exp(logs)) / len(labels)

# %% wrong: softmax down the batch | 0 of 5
# the softmax ran down the batch; each picture has its own sum, `axis=1`
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(labels))
    shifted = logits - logits.max(axis=0)
    p = np.exp(shifted) / np.exp(shifted).sum(axis=0)
    gradient = p.copy()
    gradient[rows, labels] -= 1
    return -np.mean(np.log(p[rows, labels])), gradient / len(labels)

# %% wrong: 1 minus the probability as the loss | 2 of 5
# this is 1 minus the probability: take minus the logarithm of the probability
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(labels))
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    p = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    gradient = p.copy()
    gradient[rows, labels] -= 1
    return np.mean(1 - p[rows, labels]), gradient / len(labels)

# %% wrong: logarithm to base 2 | 2 of 5
# this is a logarithm to base 2; use `np.log`
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(labels))
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    gradient = np.exp(logs)
    gradient[rows, labels] -= 1
    return -np.mean(np.log2(np.exp(logs[rows, labels]))), gradient / len(labels)

# %% wrong: adds up the loss of all digits | 2 of 5
# this adds up the loss of all digits; only the right one counts
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(labels))
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    gradient = np.exp(logs)
    gradient[rows, labels] -= 1
    return -np.mean(logs.sum(axis=1)), gradient / len(labels)

# %% wrong: returns the losses one by one | 2 of 5
# these are the losses of the pictures one by one; take their mean
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(labels))
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    gradient = np.exp(logs)
    gradient[rows, labels] -= 1
    return -logs[rows, labels], gradient / len(labels)

# %% wrong: subtracts the label's 1 in whole columns | 3 of 5
# 1 was subtracted in all columns that are some picture's label
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(labels))
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    gradient = np.exp(logs)
    gradient[:, labels] -= 1
    return -np.mean(logs[rows, labels]), gradient / len(labels)

# %% wrong: the gradient is the probabilities | 3 of 5
# these are the probabilities: subtract 1 at the right digit
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(labels))
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    p = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -np.mean(logs[rows, labels]), p / len(labels)

# %% wrong: shifts the logits that it was given | 3 of 5
# your function changed the array `logits` that it was given; work on a copy (`logits.copy()`), because the caller still needs the old one
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(labels))
    logits -= logits.max(axis=1, keepdims=True)
    logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    gradient = np.exp(logs)
    gradient[rows, labels] -= 1
    return -np.mean(logs[rows, labels]), gradient / len(labels)

# %% wrong: no gradient | 0 of 5
# return 2 things, `loss, gradient`; yours returned one
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(labels))
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -np.mean(logs[rows, labels])

# %% wrong: PyTorch does it | 0 of 5
# `softmax_cross_entropy` is to be written by hand, and your code uses `torch.tensor`: write out what it does
def softmax_cross_entropy(logits, labels):
    z = torch.tensor(np.asarray(logits), dtype=torch.float64, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(z, torch.tensor(labels))
    loss.backward()
    return loss.item(), z.grad.numpy()

# %% wrong: a small number keeps the logarithm alive | 4 of 5
# a probability of nearly 0 is cut off or has a small number added, and so the loss stays small: ln p = z − ln Σ eᶻ needs neither
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(labels))
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(p[rows, labels] + 1e-12))
    p[rows, labels] -= 1
    return loss, p / len(labels)

# %% wrong: the logarithm of a probability that has become 0 | 4 of 5
# the probability of the right digit has become 0, and 0 has no logarithm: ln p = z − ln Σ eᶻ needs no p
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(labels))
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(p[rows, labels]))
    p[rows, labels] -= 1
    return loss, p / len(labels)

# %% wrong: gradient and loss in the other order | 0 of 5
# the two are in the other order: return loss, gradient
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(labels))
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    logarithms = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    gradient = np.exp(logarithms)
    gradient[rows, labels] -= 1
    return gradient / len(labels), -np.mean(logarithms[rows, labels])

# %% wrong: binary cross-entropy for every digit | 2 of 5
# this adds 1 minus the probability of the other digits, as with one unit and a sigmoid; only the right one counts
def softmax_cross_entropy(logits, labels):
    n, classes = logits.shape
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    hot = np.eye(classes)[labels]
    loss = -np.mean(np.sum(hot * np.log(p) + (1 - hot) * np.log(1 - p), axis=1))
    return loss, (p - hot) / n

# %% wrong: the gradient is divided by all numbers of the table | 3 of 5
# this was divided by the number of all logits; divide by the number of pictures
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(labels))
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    logarithms = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    gradient = np.exp(logarithms)
    gradient[rows, labels] -= 1
    return -np.mean(logarithms[rows, labels]), gradient / gradient.size

# %% wrong: the squared error of the probabilities | 2 of 5
# this is a squared error; take minus the logarithm of the probability
def softmax_cross_entropy(logits, labels):
    n, classes = logits.shape
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    hot = np.eye(classes)[labels]
    return np.mean(np.sum((p - hot) ** 2, axis=1)), (p - hot) / n

# %% wrong: the labels of all pictures from every picture | 3 of 5
# `[:, labels]` takes from every picture the values at the labels of all; each picture has one label, its own
def softmax_cross_entropy(logits, labels):
    rows = np.arange(len(labels))
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    gradient = np.exp(logs)
    gradient[rows, labels] -= 1
    return -logs[:, labels].mean(), gradient / len(labels)

# %% right: loops over pictures and digits, in plain Python
def softmax_cross_entropy(logits, labels):
    import math
    table, total, slopes = np.asarray(logits).tolist(), 0.0, []
    for row, label in zip(table, labels):
        top = max(row)
        powers = [math.exp(value - top) for value in row]
        whole = sum(powers)
        total += math.log(whole) - (row[label] - top)
        slopes.append([(power / whole - (k == label)) / len(table) for k, power in enumerate(powers)])
    return total / len(table), slopes

# %% right: one-hot labels and log-sum-exp
def softmax_cross_entropy(logits, labels):
    z = np.array(logits, dtype=float)
    n, classes = z.shape
    hot = (np.asarray(labels)[:, None] == np.arange(classes)).astype(float)
    top = z.max(axis=1)
    log_sum = top + np.log(np.exp(z - top[:, None]).sum(axis=1))
    loss = np.mean(log_sum - (z * hot).sum(axis=1))
    return float(loss), (np.exp(z - log_sum[:, None]) - hot) / n

# %% right: np.logaddexp, and labels as a mask
def softmax_cross_entropy(logits, labels):
    z = np.asarray(logits, dtype=np.float64)
    log_p = z - np.logaddexp.reduce(z, axis=1)[:, None]
    right = np.arange(z.shape[1])[None, :] == np.asarray(labels)[:, None]
    return float(-log_p[right].mean()), (np.exp(log_p) - right) / len(z)

# %% right: losses gathered with np.append
def softmax_cross_entropy(logits, labels):
    losses, gradient = np.array([]), np.zeros(np.shape(logits))
    for k, (row, label) in enumerate(zip(logits, labels)):
        shifted = row - np.max(row)
        total = np.sum(np.exp(shifted))
        losses = np.append(losses, np.log(total) - shifted[label])
        gradient[k] = np.exp(shifted) / total
        gradient[k, label] -= 1
    return losses.mean(), gradient / len(losses)
