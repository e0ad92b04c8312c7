# Exercise 3: one step of Adam, with L2 or with decoupled decay.

# %% idea
# Settle first where the decay goes: into the gradient, or onto the weights. From there on both kinds are alike: first
# the two running means, then their corrections, which are used for this step but not kept.

# %% draw
def given(d, n, step, kinds=("eighths",)):
    """Weights, a gradient, what Adam has kept, the step and a rate."""
    w, g = d.array(*n, kinds=kinds), d.array(*n, kinds=kinds)
    if step == 1:
        m, s = np.zeros(n), np.zeros(n)
    else:
        m, s = d.laid_out(d.random.integers(-8, 9, n) / 4), d.laid_out(d.random.integers(1, 17, n) / 4)
    return w, g, m, s, step, d.one_of((0.125, 0.5, 0.25))

def test_adam_kept(d):
    return given(d, (d.whole(2, 5),), d.one_of((1, 1, 2, 3, 7, 400)))

def test_adam_plain(d):
    return test_adam_kept(d)[:d.one_of((6, 6, 5))]

def test_adam_l2(d):
    return *given(d, (d.whole(2, 3), d.whole(4, 5)), d.one_of((1, 2, 5, 400))), d.one_of((0.5, 0.25, 1.5))

def test_adam_decoupled(d):
    kinds = d.one_of((("eighths", "whole", "single"), ("tiny",), ("small",)))
    return *given(d, tuple(d.whole(1, 3) for _ in range(d.whole(1, 4))), d.one_of((1, 2, 5)), kinds), d.one_of((0.5, 0.25, 1.5))

# %% wrong: L2 and decoupled decay swapped | 2 of 4
# L2 and decoupled decay are swapped: L2 is what goes into the gradient
def adam_step(weights, gradient, mean, square, step, rate=0.001, decay=0.0, decoupled=True):
    if decoupled:
        gradient = gradient + decay * weights
    else:
        weights = weights * (1 - rate * decay)
    mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient ** 2
    return weights - rate * mean / (1 - 0.9 ** step) / (np.sqrt(square / (1 - 0.999 ** step)) + 1e-8), mean, square

# %% wrong: L2 in any case | 3 of 4
# `decoupled` was not looked at: this is L2 in the gradient
def adam_step(weights, gradient, mean, square, step, rate=0.001, decay=0.0, decoupled=True):
    gradient = gradient + decay * weights
    mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient ** 2
    return weights - rate * mean / (1 - 0.9 ** step) / (np.sqrt(square / (1 - 0.999 ** step)) + 1e-8), mean, square

# %% wrong: both decays at once | 3 of 4
# with decoupled decay the gradient stays as it is; yours decays twice
def adam_step(weights, gradient, mean, square, step, rate=0.001, decay=0.0, decoupled=True):
    gradient = gradient + decay * weights
    if decoupled:
        weights = weights * (1 - rate * decay)
    mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient ** 2
    return weights - rate * mean / (1 - 0.9 ** step) / (np.sqrt(square / (1 - 0.999 ** step)) + 1e-8), mean, square

# %% wrong: decay without the rate | 3 of 4
# the learning rate is missing in the decay: the weights are multiplied by 1 − η λ
def adam_step(weights, gradient, mean, square, step, rate=0.001, decay=0.0, decoupled=True):
    if not decoupled:
        gradient = gradient + decay * weights
    else:
        weights = weights * (1 - decay)
    mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient ** 2
    return weights - rate * mean / (1 - 0.9 ** step) / (np.sqrt(square / (1 - 0.999 ** step)) + 1e-8), mean, square

# %% wrong: L2 with the slope 2 λ w | 3 of 4
# here λ · weights is added to the gradient, without a 2
def adam_step(weights, gradient, mean, square, step, rate=0.001, decay=0.0, decoupled=True):
    if not decoupled:
        gradient = gradient + 2 * decay * weights
    else:
        weights = weights * (1 - rate * decay)
    mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient ** 2
    return weights - rate * mean / (1 - 0.9 ** step) / (np.sqrt(square / (1 - 0.999 ** step)) + 1e-8), mean, square

# %% wrong: decays after the step | 3 of 4
# the decay was taken off after the step; it comes first, from the old weights
def adam_step(weights, gradient, mean, square, step, rate=0.001, decay=0.0, decoupled=True):
    if not decoupled:
        gradient = gradient + decay * weights
    mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient ** 2
    weights = weights - rate * mean / (1 - 0.9 ** step) / (np.sqrt(square / (1 - 0.999 ** step)) + 1e-8)
    return weights * (1 - rate * decay * decoupled), mean, square

# %% wrong: no care for the first steps | 1 of 4
# the two divisions by 1 − βᵗ are missing
def adam_step(weights, gradient, mean, square, step, rate=0.001, decay=0.0, decoupled=True):
    if not decoupled:
        gradient = gradient + decay * weights
    else:
        weights = weights * (1 - rate * decay)
    mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient ** 2
    return weights - rate * mean / (np.sqrt(square) + 1e-8), mean, square

# %% wrong: keeps the corrected values | 1 of 4
# what is kept for the next step are m and s as they are before the divisions
def adam_step(weights, gradient, mean, square, step, rate=0.001, decay=0.0, decoupled=True):
    if not decoupled:
        gradient = gradient + decay * weights
    else:
        weights = weights * (1 - rate * decay)
    mean = (0.9 * mean + 0.1 * gradient) / (1 - 0.9 ** step)
    square = (0.999 * square + 0.001 * gradient ** 2) / (1 - 0.999 ** step)
    return weights - rate * mean / (np.sqrt(square) + 1e-8), mean, square

# %% wrong: no square root | 1 of 4
# the square root is missing under the gradient
def adam_step(weights, gradient, mean, square, step, rate=0.001, decay=0.0, decoupled=True):
    if not decoupled:
        gradient = gradient + decay * weights
    else:
        weights = weights * (1 - rate * decay)
    mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient ** 2
    return weights - rate * mean / (1 - 0.9 ** step) / (square / (1 - 0.999 ** step) + 1e-8), mean, square

# %% wrong: the two shares the wrong way round | 0 of 4
# the shares are the wrong way round: nine tenths of the old mean stay, and one tenth of the gradient comes in
def adam_step(weights, gradient, mean, square, step, rate=0.001, decay=0.0, decoupled=True):
    if not decoupled:
        gradient = gradient + decay * weights
    else:
        weights = weights * (1 - rate * decay)
    mean, square = 0.1 * mean + 0.9 * gradient, 0.001 * square + 0.999 * gradient ** 2
    return weights - rate * mean / (1 - 0.9 ** step) / (np.sqrt(square / (1 - 0.999 ** step)) + 1e-8), mean, square

# %% wrong: the small number under the root | 1 of 4
# ε is added to the root, not under it: that makes a difference where gradients are small
def adam_step(weights, gradient, mean, square, step, rate=0.001, decay=0.0, decoupled=True):
    if not decoupled:
        gradient = gradient + decay * weights
    else:
        weights = weights * (1 - rate * decay)
    mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient ** 2
    return weights - rate * mean / (1 - 0.9 ** step) / np.sqrt(square / (1 - 0.999 ** step) + 1e-8), mean, square

# %% wrong: uphill | 1 of 4
# this goes uphill: the step is subtracted
def adam_step(weights, gradient, mean, square, step, rate=0.001, decay=0.0, decoupled=True):
    if not decoupled:
        gradient = gradient + decay * weights
    else:
        weights = weights * (1 - rate * decay)
    mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient ** 2
    return weights + rate * mean / (1 - 0.9 ** step) / (np.sqrt(square / (1 - 0.999 ** step)) + 1e-8), mean, square

# %% wrong: the mean of the sizes in place of the mean square | 0 of 4
# s is the mean of the squares of the gradient; here the gradient was not squared
def adam_step(weights, gradient, mean, square, step, rate=0.001, decay=0.0, decoupled=True):
    if not decoupled:
        gradient = gradient + decay * weights
    else:
        weights = weights * (1 - rate * decay)
    mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * np.abs(gradient)
    return weights - rate * mean / (1 - 0.9 ** step) / (np.sqrt(square / (1 - 0.999 ** step)) + 1e-8), mean, square

# %% wrong: the gradient itself in the step, as RMSProp does | 1 of 4
# the step goes by the mean gradient m, not by the gradient itself
def adam_step(weights, gradient, mean, square, step, rate=0.001, decay=0.0, decoupled=True):
    if not decoupled:
        gradient = gradient + decay * weights
    else:
        weights = weights * (1 - rate * decay)
    mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient ** 2
    return weights - rate * gradient / (np.sqrt(square / (1 - 0.999 ** step)) + 1e-8), mean, square

# %% wrong: keeps mean and square in place | 3 of 4
# your function changed the array `mean` that it was given; work on a copy (`mean.copy()`), because the caller still needs the old one
def adam_step(weights, gradient, mean, square, step, rate=0.001, decay=0.0, decoupled=True):
    if not decoupled:
        gradient = gradient + decay * weights
    else:
        weights = weights * (1 - rate * decay)
    m, s = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient ** 2
    for old, new in ((mean, m), (square, s)):
        if old.flags.writeable:
            old[...] = new
    return weights - rate * m / (1 - 0.9 ** step) / (np.sqrt(s / (1 - 0.999 ** step)) + 1e-8), m, s

# %% wrong: the step does not count | 1 of 4
# every step was taken for the first one: β is to be raised to the power of `step`
def adam_step(weights, gradient, mean, square, step, rate=0.001, decay=0.0, decoupled=True):
    if not decoupled:
        gradient = gradient + decay * weights
    else:
        weights = weights * (1 - rate * decay)
    mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient ** 2
    return weights - rate * mean / (1 - 0.9) / (np.sqrt(square / (1 - 0.999)) + 1e-8), mean, square

# %% wrong: the weights alone | 0 of 4
# return 3 things, `weights, mean, square`; yours returned one
def adam_step(weights, gradient, mean, square, step, rate=0.001, decay=0.0, decoupled=True):
    if not decoupled:
        gradient = gradient + decay * weights
    else:
        weights = weights * (1 - rate * decay)
    mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient ** 2
    return weights - rate * mean / (1 - 0.9 ** step) / (np.sqrt(square / (1 - 0.999 ** step)) + 1e-8)

# %% wrong: PyTorch's optimiser does it | 0 of 4
# `adam_step` is to be written by hand, and your code uses `torch.tensor`: write out what it does
def adam_step(weights, gradient, mean, square, step, rate=0.001, decay=0.0, decoupled=True):
    w = torch.tensor(np.array(weights, float), requires_grad=True)
    w.grad = torch.tensor(np.array(gradient, float))
    optimizer = (torch.optim.AdamW if decoupled else torch.optim.Adam)([w], lr=rate, weight_decay=decay)
    optimizer.step()
    return w.detach().numpy(), mean, square

# %% right: number by number
def adam_step(weights, gradient, mean, square, step, rate=0.001, decay=0.0, decoupled=True):
    new_w, new_m, new_s = (np.zeros(np.shape(weights)) for _ in range(3))
    for at, w in np.ndenumerate(weights):
        w, g = float(w), float(gradient[at])
        g += 0 if decoupled else decay * w
        new_m[at] = 0.9 * mean[at] + 0.1 * g
        new_s[at] = 0.999 * square[at] + 0.001 * g * g
        length = (new_s[at] / (1 - 0.999 ** step)) ** 0.5 + 1e-8
        new_w[at] = w - (rate * decay * w if decoupled else 0) - rate * new_m[at] / (1 - 0.9 ** step) / length
    return new_w, new_m, new_s

# %% right: the corrections in the learning rate
def adam_step(weights, gradient, mean, square, step, rate=0.001, decay=0.0, decoupled=True):
    w = np.asarray(weights, float)
    g = np.asarray(gradient, float) + (not decoupled) * decay * w
    m = mean + 0.1 * (g - mean)
    s = square + 0.001 * (g * g - square)
    second = np.sqrt(1 - 0.999 ** step)
    eta = rate * second / (1 - 0.9 ** step)
    return w - decoupled * decay * rate * w - eta * m / (np.sqrt(s) + 1e-8 * second), m, s

# %% right: a class for the averages, and np.add
class Average:
    def __init__(self, kept, beta):
        self.kept, self.beta = np.asarray(kept, dtype=float), beta

    def moved(self, new):
        return Average(self.kept + (1 - self.beta) * (new - self.kept), self.beta)

    def unbiased(self, step):
        return self.kept / (1.0 - self.beta ** step)


def adam_step(weights, gradient, mean, square, step, rate=0.001, decay=0.0, decoupled=True):
    slope = np.add(gradient, np.multiply(0.0 if decoupled else decay, weights))
    first, second = Average(mean, 0.9).moved(slope), Average(square, 0.999).moved(slope * slope)
    pull = np.multiply(decay, weights) if decoupled else 0.0
    return weights - rate * (pull + first.unbiased(step) / (second.unbiased(step) ** 0.5 + 1e-8)), first.kept, second.kept
