# Exercise 7: gradient descent for a dense layer with softmax and cross-entropy.

# %% wrong: uphill | points 0 of 4 | "the weights went uphill"
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, wanted = np.asarray(features, float), np.eye(classes)[labels]
    w, b = np.zeros((classes, x.shape[1])), np.zeros(classes)
    for _ in range(steps):
        z = x @ w.T + b
        p = np.exp(z - z.max(axis=1, keepdims=True))
        error = p / p.sum(axis=1, keepdims=True) - wanted
        w, b = w + learning_rate * error.T @ x / len(x), b + learning_rate * error.mean(axis=0)
    return w, b

# %% wrong: sums over the pictures | points 1 of 4 | "the gradients of the pictures were added up"
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, wanted = np.asarray(features, float), np.eye(classes)[labels]
    w, b = np.zeros((classes, x.shape[1])), np.zeros(classes)
    for _ in range(steps):
        z = x @ w.T + b
        p = np.exp(z - z.max(axis=1, keepdims=True))
        error = p / p.sum(axis=1, keepdims=True) - wanted
        w, b = w - learning_rate * error.T @ x, b - learning_rate * error.sum(axis=0)
    return w, b

# %% wrong: no learning rate | points 1 of 4 | "the learning rate was not used"
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, wanted = np.asarray(features, float), np.eye(classes)[labels]
    w, b = np.zeros((classes, x.shape[1])), np.zeros(classes)
    for _ in range(steps):
        z = x @ w.T + b
        p = np.exp(z - z.max(axis=1, keepdims=True))
        error = p / p.sum(axis=1, keepdims=True) - wanted
        w, b = w - error.T @ x / len(x), b - error.mean(axis=0)
    return w, b

# %% wrong: the bias never learns | points 1 of 4 | "the bias is still zero after thirty steps"
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, wanted = np.asarray(features, float), np.eye(classes)[labels]
    w, b = np.zeros((classes, x.shape[1])), np.zeros(classes)
    for _ in range(steps):
        z = x @ w.T + b
        p = np.exp(z - z.max(axis=1, keepdims=True))
        w = w - learning_rate * (p / p.sum(axis=1, keepdims=True) - wanted).T @ x / len(x)
    return w, b

# %% wrong: the bias plays no part in the scores | points 3 of 4 | "the bias plays no part in the scores"
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, wanted = np.asarray(features, float), np.eye(classes)[labels]
    w, b = np.zeros((classes, x.shape[1])), np.zeros(classes)
    for _ in range(steps):
        z = x @ w.T
        p = np.exp(z - z.max(axis=1, keepdims=True))
        error = p / p.sum(axis=1, keepdims=True) - wanted
        w, b = w - learning_rate * error.T @ x / len(x), b - learning_rate * error.mean(axis=0)
    return w, b

# %% wrong: the return inside the loop | points 3 of 4 | "only one step was taken"
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, wanted = np.asarray(features, float), np.eye(classes)[labels]
    w, b = np.zeros((classes, x.shape[1])), np.zeros(classes)
    for _ in range(steps):
        z = x @ w.T + b
        p = np.exp(z - z.max(axis=1, keepdims=True))
        error = p / p.sum(axis=1, keepdims=True) - wanted
        w, b = w - learning_rate * error.T @ x / len(x), b - learning_rate * error.mean(axis=0)
        return w, b

# %% wrong: the probabilities of the first step for ever | points 3 of 4 | "the probabilities are always those of the first step"
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, wanted = np.asarray(features, float), np.eye(classes)[labels]
    w, b = np.zeros((classes, x.shape[1])), np.zeros(classes)
    z = x @ w.T + b
    p = np.exp(z - z.max(axis=1, keepdims=True))
    error = p / p.sum(axis=1, keepdims=True) - wanted
    for _ in range(steps):
        w, b = w - learning_rate * error.T @ x / len(x), b - learning_rate * error.mean(axis=0)
    return w, b

# %% wrong: the largest score not taken off | points 3 of 4 | "the powers of e of large scores are inf"
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, wanted = np.asarray(features, float), np.eye(classes)[labels]
    w, b = np.zeros((classes, x.shape[1])), np.zeros(classes)
    for _ in range(steps):
        p = np.exp(x @ w.T + b)
        error = p / p.sum(axis=1, keepdims=True) - wanted
        w, b = w - learning_rate * error.T @ x / len(x), b - learning_rate * error.mean(axis=0)
    return w, b

# %% wrong: weights turned | points 0 of 4 | "the weights are turned"
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, wanted = np.asarray(features, float), np.eye(classes)[labels]
    w, b = np.zeros((x.shape[1], classes)), np.zeros(classes)
    for _ in range(steps):
        z = x @ w + b
        p = np.exp(z - z.max(axis=1, keepdims=True))
        error = p / p.sum(axis=1, keepdims=True) - wanted
        w, b = w - learning_rate * x.T @ error / len(x), b - learning_rate * error.mean(axis=0)
    return w, b

# %% wrong: standardises the caller's features in place | points 3 of 4 | "your function changed the array `features`"
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

# %% wrong: a sigmoid for each class | points 1 of 4 | "each class got a sigmoid of its own"
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, wanted = np.asarray(features, float), np.eye(classes)[labels]
    w, b = np.zeros((classes, x.shape[1])), np.zeros(classes)
    for _ in range(steps):
        error = 1 / (1 + np.exp(-np.clip(x @ w.T + b, -500, 500))) - wanted
        w, b = w - learning_rate * error.T @ x / len(x), b - learning_rate * error.mean(axis=0)
    return w, b

# %% wrong: only the weights are returned | points 0 of 4 | "return 2 things"
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    x, wanted = np.asarray(features, float), np.eye(classes)[labels]
    w, b = np.zeros((classes, x.shape[1])), np.zeros(classes)
    for _ in range(steps):
        z = x @ w.T + b
        p = np.exp(z - z.max(axis=1, keepdims=True))
        error = p / p.sum(axis=1, keepdims=True) - wanted
        w, b = w - learning_rate * error.T @ x / len(x), b - learning_rate * error.mean(axis=0)
    return w

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
