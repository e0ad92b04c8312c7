# Exercise 6: the way back through dropout.

# %% idea
# On the way forward, each value was multiplied by a number that does not depend on the value. The slope of such a
# product is that number, so find it again for every place.

# %% draw
def random_numbers(d, shape, rate):
    """Numbers from 0 to 1, some of them equal to the rate."""
    numbers = d.random.integers(0, 100, shape) / 100
    numbers.ravel()[d.random.integers(0, numbers.size)] = rate
    return d.laid_out(numbers)

def test_backward_training(d):
    shape, rate = (d.whole(2, 3), d.whole(4, 5)), d.one_of((0.25, 0.5, 0.2, 0.75))
    return d.array(*shape, kinds=("eighths",)), d.laid_out(d.random.integers(-2, 3, shape)), rate, random_numbers(d, shape, rate)

def test_backward_any(d):
    shape, rate = tuple(d.whole(1, 3) for _ in range(d.whole(1, 4))), d.one_of((0.25, 0.5, 0.0, 0.9))
    kinds = ("whole", "eighths", "single", "small")
    return d.array(*shape, kinds=kinds), d.array(*shape, kinds=kinds), rate, random_numbers(d, shape, rate), d.chance(0.5)

# %% wrong: no scaling on the way back | 0 of 2
# the factor 1 / (1 − rate) is missing: the way forward had it, so the slope has it too
def dropout_backward(gradient, batch, rate, drawn, training=True):
    return gradient * (drawn >= rate) if training else np.array(gradient)

# %% wrong: the gradient goes through untouched | 0 of 2
# a value that was dropped had no say in the loss: its gradient is 0
def dropout_backward(gradient, batch, rate, drawn, training=True):
    return np.array(gradient)

# %% wrong: scaled, not masked | 0 of 2
# all gradients were scaled, those of dropped values too: they are 0
def dropout_backward(gradient, batch, rate, drawn, training=True):
    return gradient / (1 - rate) if training else np.array(gradient)

# %% wrong: the mask from the output | 0 of 2
# a value of 0 that was kept counts as dropped in your function: the mask comes from `drawn`, not from the output
def dropout_backward(gradient, batch, rate, drawn, training=True):
    if not training:
        return np.array(gradient)
    output = batch * (drawn >= rate)
    return gradient * (output != 0) / (1 - rate)

# %% wrong: multiplied by what went in | 0 of 2
# the gradient was multiplied by what went in; the slope of dropout is 0 or 1 / (1 − rate), whatever the value
def dropout_backward(gradient, batch, rate, drawn, training=True):
    return gradient * batch * (drawn >= rate) / (1 - rate) if training else np.array(gradient)

# %% wrong: a new mask | 0 of 2
# the mask is another one than on the way forward: did you draw anew?
def dropout_backward(gradient, batch, rate, drawn, training=True):
    return gradient * (np.random.default_rng(1).random(gradient.shape) >= rate) / (1 - rate) if training else np.array(gradient)

# %% wrong: the mask the other way round | 0 of 2
# the dropped values got the gradient, and the kept ones none: the other way round
def dropout_backward(gradient, batch, rate, drawn, training=True):
    return gradient * (drawn < rate) / (1 - rate) if training else np.array(gradient)

# %% wrong: multiplied by 1 − rate | 0 of 2
# on the way back it was scaled down: the factor is 1 / (1 − rate), as forward
def dropout_backward(gradient, batch, rate, drawn, training=True):
    return gradient * (drawn >= rate) * (1 - rate) if training else np.array(gradient)

# %% wrong: masks in use as well | 1 of 2
# `training` was not looked at: in use dropout does nothing, so the gradient passes as it is
def dropout_backward(gradient, batch, rate, drawn, training=True):
    return gradient * (drawn >= rate) / (1 - rate)

# %% wrong: the number that is the rate itself | 0 of 2
# a value whose number is exactly `rate` was kept on the way forward
def dropout_backward(gradient, batch, rate, drawn, training=True):
    return gradient * (drawn > rate) / (1 - rate) if training else np.array(gradient)

# %% wrong: the output instead of the gradient | 0 of 2
# this is dropout of the values, the way forward: the gradient has to go through the mask
def dropout_backward(gradient, batch, rate, drawn, training=True):
    return batch * (drawn >= rate) / (1 - rate) if training else np.array(batch)

# %% wrong: in place | 1 of 2
# your function changed the array `gradient` that it was given; work on a copy (`gradient.copy()`), because the caller still needs the old one
def dropout_backward(gradient, batch, rate, drawn, training=True):
    if not training:
        return gradient
    if gradient.flags.writeable:
        gradient[drawn < rate] = 0
    return gradient * (drawn >= rate) / (1 - rate)

# %% wrong: the scaling in use as well | 1 of 2
# in use nothing is scaled, on the way back either
def dropout_backward(gradient, batch, rate, drawn, training=True):
    return gradient * (drawn >= rate) / (1 - rate) if training else gradient / (1 - rate)

# %% wrong: PyTorch's autograd does it | 0 of 2
# `dropout_backward` is to be written by hand, and your code uses `torch.tensor`: write out what it does
def dropout_backward(gradient, batch, rate, drawn, training=True):
    x = torch.tensor(np.array(batch, float), requires_grad=True)
    y = x * torch.tensor(drawn >= rate) / (1 - rate) if training else x * 1
    y.backward(torch.tensor(np.array(gradient, float)))
    return x.grad.numpy()

# %% wrong: the result has the type of the gradient | 1 of 2
# with gradients that are whole numbers yours are cut to whole numbers: the result needs fractions
def dropout_backward(gradient, batch, rate, drawn, training=True):
    passed = np.zeros_like(gradient)
    for place in np.ndindex(*gradient.shape):
        if not training:
            passed[place] = gradient[place]
        elif drawn[place] >= rate:
            passed[place] = gradient[place] / (1 - rate)
    return passed

# %% right: it is dropout of the gradient
def dropout_backward(gradient, batch, rate, drawn, training=True):
    return dropout(gradient, rate, drawn, training)

# %% right: value by value
def dropout_backward(gradient, batch, rate, drawn, training=True):
    passed_on = np.array(gradient, dtype=float)
    if training:
        for place in np.ndindex(passed_on.shape):
            passed_on[place] *= 0 if drawn[place] < rate else 1 / (1 - rate)
    return passed_on

# %% right: np.where
def dropout_backward(gradient, batch, rate, drawn, training=True):
    slope = np.where(drawn < rate, 0, 1 / (1 - rate)) if training else 1
    return slope * gradient
