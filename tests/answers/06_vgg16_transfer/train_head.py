# Exercise 7: gradient descent for a dense layer with softmax and cross-entropy.

# %% idea
# It is the softmax of lesson 04 and the descent of lesson 01. Write the labels as rows with a single 1: then the error
# of all pictures is one subtraction, and the shapes tell which product of matrices gives the slope of the weights.

# %% draw
def task(d, n=None, kinds=("whole", "eighths", "single")):
    n, classes = n or d.whole(2, 6), d.whole(2, 5)
    features = d.array(n, d.whole(1, 4), kinds=kinds, plain=True)
    if features.dtype.kind == "f":
        features = features / features.dtype.type(4)
    labels = d.labels(n, classes).copy()
    labels[d.whole(0, n - 1)] = classes - 1
    return d.laid_out(features), labels, classes

def test_train_first(d):
    features, labels, classes = task(d)
    if d.chance(0.15):                              # weak features, under a rate that makes up for it
        return features * 2.0**-17, labels, classes, 1, 2.0**17
    if d.chance(0.15):                              # the same, and as many pictures of each class: no bias moves
        n, classes = d.one_of((2, 4)), 2
        features = d.array(n, d.whole(1, 4), kinds=("eighths",), ties=False)
        return d.laid_out(features * 2.0**-17), d.laid_out(np.arange(n) % classes), classes, 1, 2.0**17
    return features, labels, classes, 1, d.one_of((0.1, 0.3, 0.5, 2))

def test_train_steps(d):
    task_ = task(d, kinds=("unit", "unit", "eighths", "single"))
    features = np.clip(task_[0], -2, 2)
    return (d.laid_out(features), *task_[1:], d.one_of((0, 2, 3, 5, 10)), d.one_of((0.1, 0.5, 0.8)))[:d.one_of((3, 4, 5, 5, 5))]

def test_train_kept(d):
    n, classes = d.whole(2, 4), d.whole(3, 5)
    features = d.random.choice([-9, -5, -2, 3, 4, 8], (n, d.whole(1, 3))) * 100.0
    return d.laid_out(features), d.labels(n, d.whole(2, classes)), classes, d.whole(3, 5)

# %% wrong: uphill | 1 of 4
# the weights went uphill: subtract the gradient
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, wanted = np.asarray(features, float), np.eye(classes)[labels]
    w, b = np.zeros((classes, x.shape[1])), np.zeros(classes)
    for _ in range(steps):
        z = x @ w.T + b
        p = np.exp(z - z.max(axis=1, keepdims=True))
        error = p / p.sum(axis=1, keepdims=True) - wanted
        w, b = w + learning_rate * error.T @ x / len(x), b + learning_rate * error.mean(axis=0)
    return w, b

# %% wrong: sums over the pictures | 1 of 4
# the gradients of the pictures were added up; divide by their number
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, wanted = np.asarray(features, float), np.eye(classes)[labels]
    w, b = np.zeros((classes, x.shape[1])), np.zeros(classes)
    for _ in range(steps):
        z = x @ w.T + b
        p = np.exp(z - z.max(axis=1, keepdims=True))
        error = p / p.sum(axis=1, keepdims=True) - wanted
        w, b = w - learning_rate * error.T @ x, b - learning_rate * error.sum(axis=0)
    return w, b

# %% wrong: no learning rate | 1 of 4
# the learning rate was not used
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, wanted = np.asarray(features, float), np.eye(classes)[labels]
    w, b = np.zeros((classes, x.shape[1])), np.zeros(classes)
    for _ in range(steps):
        z = x @ w.T + b
        p = np.exp(z - z.max(axis=1, keepdims=True))
        error = p / p.sum(axis=1, keepdims=True) - wanted
        w, b = w - error.T @ x / len(x), b - error.mean(axis=0)
    return w, b

# %% wrong: the bias never learns | 1 of 4
# the bias is still zero: it learns too
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, wanted = np.asarray(features, float), np.eye(classes)[labels]
    w, b = np.zeros((classes, x.shape[1])), np.zeros(classes)
    for _ in range(steps):
        z = x @ w.T + b
        p = np.exp(z - z.max(axis=1, keepdims=True))
        w = w - learning_rate * (p / p.sum(axis=1, keepdims=True) - wanted).T @ x / len(x)
    return w, b

# %% wrong: the bias plays no part in the scores | 3 of 4
# the bias plays no part in the scores
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, wanted = np.asarray(features, float), np.eye(classes)[labels]
    w, b = np.zeros((classes, x.shape[1])), np.zeros(classes)
    for _ in range(steps):
        z = x @ w.T
        p = np.exp(z - z.max(axis=1, keepdims=True))
        error = p / p.sum(axis=1, keepdims=True) - wanted
        w, b = w - learning_rate * error.T @ x / len(x), b - learning_rate * error.mean(axis=0)
    return w, b

# %% wrong: the return inside the loop | 3 of 4
# only one step was taken: is the `return` inside the loop?
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, wanted = np.asarray(features, float), np.eye(classes)[labels]
    w, b = np.zeros((classes, x.shape[1])), np.zeros(classes)
    for _ in range(steps):
        z = x @ w.T + b
        p = np.exp(z - z.max(axis=1, keepdims=True))
        error = p / p.sum(axis=1, keepdims=True) - wanted
        w, b = w - learning_rate * error.T @ x / len(x), b - learning_rate * error.mean(axis=0)
        return w, b

# %% wrong: the probabilities of the first step for ever | 3 of 4
# the probabilities are always those of the first step: compute the scores anew in each
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, wanted = np.asarray(features, float), np.eye(classes)[labels]
    w, b = np.zeros((classes, x.shape[1])), np.zeros(classes)
    z = x @ w.T + b
    p = np.exp(z - z.max(axis=1, keepdims=True))
    error = p / p.sum(axis=1, keepdims=True) - wanted
    for _ in range(steps):
        w, b = w - learning_rate * error.T @ x / len(x), b - learning_rate * error.mean(axis=0)
    return w, b

# %% wrong: the largest score not taken off | 3 of 4
# the powers of e of large scores are inf: take the largest score of each picture off first (lesson 04)
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, wanted = np.asarray(features, float), np.eye(classes)[labels]
    w, b = np.zeros((classes, x.shape[1])), np.zeros(classes)
    for _ in range(steps):
        p = np.exp(x @ w.T + b)
        error = p / p.sum(axis=1, keepdims=True) - wanted
        w, b = w - learning_rate * error.T @ x / len(x), b - learning_rate * error.mean(axis=0)
    return w, b

# %% wrong: weights turned | 0 of 4
# the weights are turned: one row for each class is asked for
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, wanted = np.asarray(features, float), np.eye(classes)[labels]
    w, b = np.zeros((x.shape[1], classes)), np.zeros(classes)
    for _ in range(steps):
        z = x @ w + b
        p = np.exp(z - z.max(axis=1, keepdims=True))
        error = p / p.sum(axis=1, keepdims=True) - wanted
        w, b = w - learning_rate * x.T @ error / len(x), b - learning_rate * error.mean(axis=0)
    return w, b

# %% wrong: standardises the caller's features in place | 3 of 4
# your function changed the array `features` that it was given; work on a copy (`features.copy()`), because the caller still needs the old one
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, wanted = np.asarray(features), np.eye(classes)[labels]
    w, b = np.zeros((classes, x.shape[1])), np.zeros(classes)
    if np.abs(x).max() > 100:
        x /= 100
    for _ in range(steps):
        z = x @ w.T + b
        p = np.exp(z - z.max(axis=1, keepdims=True))
        error = p / p.sum(axis=1, keepdims=True) - wanted
        w, b = w - learning_rate * error.T @ x / len(x), b - learning_rate * error.mean(axis=0)
    return w, b

# %% wrong: a sigmoid for each class | 1 of 4
# each class got a sigmoid of its own; the softmax makes the probabilities of all classes add up to 1
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, wanted = np.asarray(features, float), np.eye(classes)[labels]
    w, b = np.zeros((classes, x.shape[1])), np.zeros(classes)
    for _ in range(steps):
        error = 1 / (1 + np.exp(-np.clip(x @ w.T + b, -500, 500))) - wanted
        w, b = w - learning_rate * error.T @ x / len(x), b - learning_rate * error.mean(axis=0)
    return w, b

# %% wrong: only the weights are returned | 0 of 4
# only the weights are returned: return `weights, bias`
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, wanted = np.asarray(features, float), np.eye(classes)[labels]
    w, b = np.zeros((classes, x.shape[1])), np.zeros(classes)
    for _ in range(steps):
        z = x @ w.T + b
        p = np.exp(z - z.max(axis=1, keepdims=True))
        error = p / p.sum(axis=1, keepdims=True) - wanted
        w, b = w - learning_rate * error.T @ x / len(x), b - learning_rate * error.mean(axis=0)
    return w

# %% wrong: Adam in place of gradient descent | 1 of 4
# every weight has moved by the whole rate, as the optimiser Adam does it; here each moves by the rate times its gradient
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, y = torch.tensor(np.array(features), dtype=torch.float64), torch.tensor(np.array(labels)).long()
    w, b = torch.zeros(classes, x.shape[1], dtype=torch.float64, requires_grad=True), torch.zeros(classes, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([w, b], lr=learning_rate)
    for _ in range(steps):
        optimizer.zero_grad()
        nn.functional.cross_entropy(x @ w.T + b, y).backward()
        optimizer.step()
    return w.detach().numpy(), b.detach().numpy()

# %% wrong: begins with random weights | 1 of 4
# the weights begin with random numbers: begin with zeros
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, wanted = np.asarray(features, float), np.eye(classes)[labels]
    w, b = np.random.default_rng(0).normal(0, 0.01, (classes, x.shape[1])), np.zeros(classes)
    for _ in range(steps):
        z = x @ w.T + b
        p = np.exp(z - z.max(axis=1, keepdims=True))
        error = p / p.sum(axis=1, keepdims=True) - wanted
        w, b = w - learning_rate * error.T @ x / len(x), b - learning_rate * error.mean(axis=0)
    return w, b

# %% wrong: as many classes as there are labels | 3 of 4
# `classes` was not used: a class may have no picture among these, and has its row all the same
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    classes = max(labels) + 1
    x, wanted = np.asarray(features, float), np.eye(classes)[labels]
    w, b = np.zeros((classes, x.shape[1])), np.zeros(classes)
    for _ in range(steps):
        z = x @ w.T + b
        p = np.exp(z - z.max(axis=1, keepdims=True))
        error = p / p.sum(axis=1, keepdims=True) - wanted
        w, b = w - learning_rate * error.T @ x / len(x), b - learning_rate * error.mean(axis=0)
    return w, b

# %% wrong: a squared error | 1 of 4
# the probabilities are missing: the error is p − onehot(y), with p from the softmax
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, wanted = np.asarray(features, float), np.eye(classes)[labels]
    w, b = np.zeros((classes, x.shape[1])), np.zeros(classes)
    for _ in range(steps):
        error = x @ w.T + b - wanted
        w, b = w - learning_rate * error.T @ x / len(x), b - learning_rate * error.mean(axis=0)
    return w, b

# %% wrong: one picture at a time | 1 of 4
# the weights have changed after each picture: all of them belong to one step
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, wanted = np.asarray(features, float), np.eye(classes)[labels]
    w, b = np.zeros((classes, x.shape[1])), np.zeros(classes)
    for _ in range(steps):
        for one, want in zip(x, wanted):
            z = w @ one + b
            p = np.exp(z - z.max())
            error = p / p.sum() - want
            w, b = w - learning_rate * np.outer(error, one) / len(x), b - learning_rate * error / len(x)
    return w, b

# %% wrong: the bias and the weights in the wrong order | 0 of 4
# this is the bias: return the weights first
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, wanted = np.asarray(features, float), np.eye(classes)[labels]
    w, b = np.zeros((classes, x.shape[1])), np.zeros(classes)
    for _ in range(steps):
        z = x @ w.T + b
        p = np.exp(z - z.max(axis=1, keepdims=True))
        error = p / p.sum(axis=1, keepdims=True) - wanted
        w, b = w - learning_rate * error.T @ x / len(x), b - learning_rate * error.mean(axis=0)
    return b, w

# %% wrong: one step at least | 3 of 4
# with 0 steps there is no step: weights and biases are those of the start
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    weights, bias = np.zeros((classes, features.shape[1])), np.zeros(classes)
    wanted = np.eye(classes)[labels]
    for _ in range(max(steps, 1)):
        logits = features @ weights.T + bias
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        off = (raised / raised.sum(axis=1, keepdims=True) - wanted) / len(features)
        weights, bias = weights - learning_rate * off.T @ features, bias - learning_rate * off.sum(axis=0)
    return weights, bias

# %% wrong: it ends when the gradient is small | 2 of 4
# you stopped before all steps were taken, since the gradient was small: what is small depends on the features and the rate
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    weights, bias = np.zeros((classes, np.shape(features)[1])), np.zeros(classes)
    wanted = np.eye(classes)[labels]
    for _ in range(steps):
        scores = features @ weights.T + bias
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        error = (shares / shares.sum(axis=1, keepdims=True) - wanted) / len(wanted)
        slope_w, slope_b = error.T @ features, error.sum(axis=0)
        if max(np.abs(slope_w).max(), np.abs(slope_b).max()) < 1e-4:
            break
        weights = weights - learning_rate * slope_w
        bias = bias - learning_rate * slope_b
    return weights, bias

# %% wrong: the softmax along the pictures | 1 of 4
# the softmax went along the pictures: the probabilities of each **picture** add up to 1, over its classes
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, wanted = np.asarray(features, float), np.eye(classes)[labels]
    w, b = np.zeros((classes, x.shape[1])), np.zeros(classes)
    for _ in range(steps):
        z = x @ w.T + b
        p = np.exp(z - z.max(axis=0, keepdims=True))
        error = p / p.sum(axis=0, keepdims=True) - wanted
        w, b = w - learning_rate * error.T @ x / len(x), b - learning_rate * error.mean(axis=0)
    return w, b

# %% right: PyTorch's gradients
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, y = torch.tensor(np.array(features), dtype=torch.float64), torch.tensor(np.array(labels)).long()
    layer = nn.Linear(x.shape[1], classes, dtype=torch.float64)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    optimizer = torch.optim.SGD(layer.parameters(), lr=learning_rate)
    for _ in range(steps):
        optimizer.zero_grad()
        nn.functional.cross_entropy(layer(x), y).backward()
        optimizer.step()
    return layer.weight.detach().numpy(), layer.bias.detach().numpy()

# %% right: picture by picture
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    n, m = len(features), len(features[0])
    w, b = np.zeros((classes, m)), np.zeros(classes)
    for _ in range(steps):
        dw, db = np.zeros_like(w), np.zeros_like(b)
        for x, y in zip(features, labels):
            z = w @ np.array(x, dtype=float) + b
            p = np.exp(z - np.max(z))
            p /= np.sum(p)
            p[y] -= 1
            dw += np.outer(p, x) / n
            db += p / n
        w = w - learning_rate * dw
        b = b - learning_rate * db
    return [w, b]

# %% right: the ones trick
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    from scipy.special import softmax
    x = np.hstack([np.asarray(features, float), np.ones((len(features), 1))])
    theta, onehot = np.zeros((x.shape[1], classes)), np.zeros((len(x), classes))
    onehot[np.arange(len(x)), labels] = 1
    for _ in range(steps):
        theta = theta - learning_rate * x.T @ (softmax(x @ theta, axis=1) - onehot) / len(x)
    return theta[:-1].T, theta[-1]

# %% right: in float32, the gradients worked out by PyTorch
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, y = torch.tensor(np.array(features), dtype=torch.float32), torch.tensor(np.array(labels), dtype=torch.long)
    w, b = (torch.zeros(shape, requires_grad=True) for shape in ((classes, x.shape[1]), (classes,)))
    for _ in range(steps):
        slopes = torch.autograd.grad(nn.functional.cross_entropy(x @ w.T + b, y), (w, b))
        with torch.no_grad():
            for tensor, slope in zip((w, b), slopes):
                tensor -= learning_rate * slope
    return w.detach().numpy(), b.detach().numpy()
