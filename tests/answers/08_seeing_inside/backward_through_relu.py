# Exercise 7: three ways back through a ReLU.

# %% idea
# There are two conditions: one about what went in, one about what comes back. Each rule asks for one of them, or for
# both; and a rule that nobody knows is to be refused, not taken for one of the three.

# %% draw
def signed(d, *shape):
    """Numbers of either sign, zeros among them."""
    return d.laid_out(d.random.integers(-3, 4, shape) / d.one_of((1, 2, 8)))

def test_back_gradient(d):
    shape = d.one_of(((7,), (2, 4), (3, 3)))
    return signed(d, *shape), signed(d, *shape)

test_back_deconvnet = test_back_guided = test_back_gradient

def test_back_any(d):
    shape = d.whole(2, 3), *(d.whole(1, 3) for _ in range(d.whole(0, 3)))
    kinds = ("whole", "eighths", "single", "small", "tiny")
    right, others = ("gradient", "deconvnet", "guided"), ("saliency", "Gradient", "Guided", "DECONVNET", "", "guide", "grad", "deconv", "net", "guided ", "guided backpropagation")
    return d.array(*shape, kinds=kinds), d.array(*shape, kinds=kinds), d.one_of(right if d.chance(0.55) else others)

# %% wrong: deconvnet and guided swapped | 1 of 4
# the rules of the deconvnet and of guided backpropagation are swapped
def backward_through_relu(gradient, given, rule="gradient"):
    if rule not in ("gradient", "deconvnet", "guided"):
        raise ValueError(rule)
    back = gradient if rule == "gradient" else np.maximum(gradient, 0)
    return back * (given > 0) if rule != "guided" else back

# %% wrong: the gradient cut at 0, too | 2 of 4
# by the rule of the gradient, negative values pass as well, where what went in was above 0
def backward_through_relu(gradient, given, rule="gradient"):
    if rule not in ("gradient", "deconvnet", "guided"):
        raise ValueError(rule)
    return np.maximum(gradient, 0) * (given > 0 if rule != "deconvnet" else 1)

# %% wrong: guided as the plain gradient | 2 of 4
# guided backpropagation also stops negative values on the way back
def backward_through_relu(gradient, given, rule="gradient"):
    if rule not in ("gradient", "deconvnet", "guided"):
        raise ValueError(rule)
    return np.maximum(gradient, 0) if rule == "deconvnet" else gradient * (given > 0)

# %% wrong: the deconvnet looks at what went in | 2 of 4
# the deconvnet looks only at what comes back, not at what went in
def backward_through_relu(gradient, given, rule="gradient"):
    if rule not in ("gradient", "deconvnet", "guided"):
        raise ValueError(rule)
    return (gradient if rule == "gradient" else np.maximum(gradient, 0)) * (given > 0)

# %% wrong: sizes instead of a ReLU | 1 of 4
# the signs were taken off: negative values that come back do not pass
def backward_through_relu(gradient, given, rule="gradient"):
    if rule not in ("gradient", "deconvnet", "guided"):
        raise ValueError(rule)
    if rule == "gradient":
        return gradient * (given > 0)
    return np.abs(gradient) * (1 if rule == "deconvnet" else given > 0)

# %% wrong: multiplied by what went in | 1 of 4
# what comes back was multiplied by what went in: it passes as it is, or not at all
def backward_through_relu(gradient, given, rule="gradient"):
    if rule not in ("gradient", "deconvnet", "guided"):
        raise ValueError(rule)
    if rule == "deconvnet":
        return np.maximum(gradient, 0)
    return (gradient if rule == "gradient" else np.maximum(gradient, 0)) * np.maximum(given, 0)

# %% wrong: passes where 0 went in | 1 of 4
# where exactly 0 went in, nothing passes
def backward_through_relu(gradient, given, rule="gradient"):
    if rule not in ("gradient", "deconvnet", "guided"):
        raise ValueError(rule)
    if rule == "deconvnet":
        return np.maximum(gradient, 0)
    return (gradient if rule == "gradient" else np.maximum(gradient, 0)) * (given >= 0)

# %% wrong: the slope alone | 0 of 4
# this is where values pass, not what passes: multiply by what comes back
def backward_through_relu(gradient, given, rule="gradient"):
    if rule not in ("gradient", "deconvnet", "guided"):
        raise ValueError(rule)
    back, went = 1.0 * (gradient > 0), 1.0 * (given > 0)
    return {"gradient": went, "deconvnet": back, "guided": back * went}[rule]

# %% wrong: the ReLU of what went in | 0 of 4
# this is the ReLU on the way forward: something has to come back
def backward_through_relu(gradient, given, rule="gradient"):
    if rule not in ("gradient", "deconvnet", "guided"):
        raise ValueError(rule)
    return np.maximum(given, 0)

# %% wrong: passes where both signs agree | 2 of 4
# two negative values are not two positive ones: their product is positive, too
def backward_through_relu(gradient, given, rule="gradient"):
    if rule not in ("gradient", "deconvnet", "guided"):
        raise ValueError(rule)
    if rule == "guided":
        return gradient * (gradient * given > 0)
    return gradient * (given > 0) if rule == "gradient" else np.maximum(gradient, 0)

# %% wrong: either is enough | 2 of 4
# for guided backpropagation both have to be above 0; here one was enough
def backward_through_relu(gradient, given, rule="gradient"):
    if rule not in ("gradient", "deconvnet", "guided"):
        raise ValueError(rule)
    if rule == "guided":
        return gradient * ((gradient > 0) | (given > 0))
    return gradient * (given > 0) if rule == "gradient" else np.maximum(gradient, 0)

# %% wrong: any other rule is guided | 3 of 4
# an unknown rule is to be refused with a ValueError; yours takes it for another one
def backward_through_relu(gradient, given, rule="gradient"):
    if rule == "gradient":
        return gradient * (given > 0)
    return np.maximum(gradient, 0) * (1 if rule == "deconvnet" else given > 0)

# %% wrong: in place | 3 of 4
# your function changed the array `gradient` that it was given; work on a copy (`gradient.copy()`), because the caller still needs the old one
def backward_through_relu(gradient, given, rule="gradient"):
    if rule not in ("gradient", "deconvnet", "guided"):
        raise ValueError(rule)
    back = np.array(gradient)
    if rule != "gradient":
        back[gradient < 0] = 0
    if rule != "deconvnet":
        back[given <= 0] = 0
    if gradient.flags.writeable:
        gradient[...] = back
    return back

# %% wrong: autograd does it | 0 of 4
# `backward_through_relu` is to be written by hand, and your code uses `torch.tensor`: write out what it does
def backward_through_relu(gradient, given, rule="gradient"):
    if rule not in ("gradient", "deconvnet", "guided"):
        raise ValueError(rule)
    if rule == "deconvnet":
        return np.maximum(gradient, 0)
    x = torch.tensor(np.array(given, float), requires_grad=True)
    x.relu().backward(torch.tensor(np.array(gradient, float)))
    return x.grad.numpy() if rule == "gradient" else np.maximum(x.grad.numpy(), 0)

# %% wrong: part of a rule's name is enough | 3 of 4
# `rule in ("guided")` is true of each part of the word, even of "": write `rule == "guided"`, or the comma of a tuple, `("guided",)`
def backward_through_relu(gradient, given, rule="gradient"):
    if rule in ("gradient"):
        return gradient * (given > 0)
    if rule in ("deconvnet"):
        return np.maximum(gradient, 0)
    if rule in ("guided"):
        return np.maximum(gradient, 0) * (given > 0)
    raise ValueError(rule)

# %% wrong: the first letters of a rule are enough | 3 of 4
# only the beginning of the rule's name was looked at: any other rule is to be refused with a ValueError
def backward_through_relu(gradient, given, rule="gradient"):
    for known in ("gradient", "deconvnet", "guided"):
        if rule.startswith(known[:4]):
            back = gradient if known == "gradient" else np.maximum(gradient, 0)
            return back if known == "deconvnet" else back * (given > 0)
    raise ValueError(rule)

# %% wrong: a threshold above 0 | 3 of 4
# small values that are above 0 did not pass: compare with 0 itself
def backward_through_relu(gradient, given, rule="gradient"):
    if rule not in ("gradient", "deconvnet", "guided"):
        raise ValueError(rule)
    back = gradient if rule == "gradient" else np.maximum(gradient, 0)
    return back if rule == "deconvnet" else back * (given > 1e-6)

# %% wrong: rules in capitals are let through | 3 of 4
# a name that is not exactly one of the three was let through: compare it as it is
def backward_through_relu(gradient, given, rule="gradient"):
    rule = rule.lower()
    if rule not in ("gradient", "deconvnet", "guided"):
        raise ValueError(f"no rule {rule!r}")
    kept = np.ones(np.shape(given), bool)
    if rule != "deconvnet":
        kept &= np.asarray(given) > 0
    if rule != "gradient":
        kept &= np.asarray(gradient) > 0
    return np.where(kept, gradient, 0)

# %% wrong: gradient and deconvnet swapped | 1 of 4
# the rules of the gradient and of the deconvnet are swapped
def backward_through_relu(gradient, given, rule="gradient"):
    if rule not in ("gradient", "deconvnet", "guided"):
        raise ValueError(rule)
    back = gradient if rule == "deconvnet" else np.maximum(gradient, 0)
    return back * (given > 0) if rule != "gradient" else back

# %% wrong: gradient and guided swapped | 1 of 4
# the rules of the gradient and of guided backpropagation are swapped
def backward_through_relu(gradient, given, rule="gradient"):
    if rule not in ("gradient", "deconvnet", "guided"):
        raise ValueError(rule)
    back = gradient if rule == "guided" else np.maximum(gradient, 0)
    return back * (given > 0) if rule != "deconvnet" else back

# %% wrong: the beginning of a rule is enough | 3 of 4
# only the whole name of a rule counts: raise ValueError for "deconv" and for "guide"
def backward_through_relu(gradient, given, rule="gradient"):
    names = [name for name in ("gradient", "deconvnet", "guided") if rule and name.startswith(rule)]
    if not names:
        raise ValueError(rule)
    kept = np.ones(np.shape(given), bool)
    if names[0] != "deconvnet":
        kept &= given > 0
    if names[0] != "gradient":
        kept &= gradient > 0
    return np.where(kept, gradient, 0)

# %% right: two masks
def backward_through_relu(gradient, given, rule="gradient"):
    masks = {"gradient": given > 0, "deconvnet": gradient > 0, "guided": (gradient > 0) & (given > 0)}
    if rule not in masks:
        raise ValueError("unknown rule")
    return np.where(masks[rule], gradient, 0)

# %% right: value by value
def backward_through_relu(gradient, given, rule="gradient"):
    if rule not in {"gradient", "deconvnet", "guided"}:
        raise ValueError(f"{rule}?")
    back = np.zeros(np.shape(gradient))
    for place, value in np.ndenumerate(gradient):
        stopped = rule != "gradient" and value < 0 or rule != "deconvnet" and given[place] <= 0
        back[place] = 0.0 if stopped else float(value)
    return back

# %% equivalent
# `np.maximum(gradient, 0)` → `np.maximum(0, gradient)`: the larger of two numbers is the same in either order
# `np.maximum(gradient, 0)` → `np.maximum(0, gradient)` (2): the larger of two numbers is the same in either order
