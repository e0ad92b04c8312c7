# Exercise 10: gradient ascent to a picture.

# %% idea
# Go step by step, on a copy that can hold fractions. In each step ask for the slope where you stand now, bring it to
# the length that a step should have, and keep to the order of the text: shrink, add, cut. A slope of zeros has no
# length to divide by.

# %% draw
def quarters(d, shape, most=3):
    return d.laid_out(d.random.integers(-most, most + 1, shape) / 4)

def shape_of(d):
    return d.one_of(((4,), (2, 3), (1, 2, 3)))

def test_climb_step(d):
    shape = shape_of(d)
    return quarters(d, shape, 2), quarters(d, shape, 8), d.one_of((0.0, 0.5, -0.5)), 1, d.one_of((0.25, 0.5, 0.125))

def test_climb_steps(d):
    shape = shape_of(d)
    return quarters(d, shape, 2), quarters(d, shape, 8), d.one_of((0.0, 1.0, -0.5, 2.0)), d.whole(2, 5), d.one_of((0.5, 0.75, 1.0, 1.5))

def test_climb_decay(d):
    shape = shape_of(d)
    towards, pull = (quarters(d, shape, 8), d.one_of((0.0, 1.0, -1.0))) if d.chance(0.75) else (np.zeros(shape), 0.0)
    if d.chance(0.35):  # a gradient from 1e-9 to 1e-13; by powers of 2, so that nothing is rounded
        small = 0.5 ** d.whole(32, 43)
        towards, pull = d.laid_out(towards * small), pull * small
    start = d.array(*shape, kinds=("unit", "single", "small")) if d.chance(0.6) else d.laid_out(d.random.integers(-1, 2, shape))
    return start, towards, pull, d.whole(0, 4), *d.one_of(((0.5, 0.25), (0.75, 0.5), (1.0, 0.125), (), (0.25,)))

# %% wrong: downhill | 0 of 3
# this goes down: add the step, since the score is to rise
def climb(slope, start, steps, rate=1.0, decay=0.0):
    picture = np.array(start, float)
    for _ in range(steps):
        g = slope(picture)
        length = np.sqrt(np.sum(g ** 2))
        picture = np.clip((1 - decay) * picture - (g * rate / length if length > 0 else 0), -1, 1)
    return picture

# %% wrong: the gradient as it is | 0 of 3
# the gradient was not made as long as 1: then a step is as long as the gradient happens to be
def climb(slope, start, steps, rate=1.0, decay=0.0):
    picture = np.array(start, float)
    for _ in range(steps):
        picture = np.clip((1 - decay) * picture + rate * slope(picture), -1, 1)
    return picture

# %% wrong: divided by the largest size | 0 of 3
# the gradient was divided by its largest size; its length is the root of the sum of squares
def climb(slope, start, steps, rate=1.0, decay=0.0):
    picture = np.array(start, float)
    for _ in range(steps):
        g = slope(picture)
        picture = np.clip((1 - decay) * picture + rate * g / (np.max(np.abs(g)) or 1), -1, 1)
    return picture

# %% wrong: divided by the root of the mean of squares | 0 of 3
# the gradient was divided by the root of the mean of squares: take the sum, then the step is as long as `rate`
def climb(slope, start, steps, rate=1.0, decay=0.0):
    picture = np.array(start, float)
    for _ in range(steps):
        g = slope(picture)
        picture = np.clip((1 - decay) * picture + rate * g / (np.sqrt(np.mean(g ** 2)) or 1), -1, 1)
    return picture

# %% wrong: the sign of the gradient | 0 of 3
# every pixel moves by the same amount here: only the length of the whole gradient is made 1
def climb(slope, start, steps, rate=1.0, decay=0.0):
    picture = np.array(start, float)
    for _ in range(steps):
        picture = np.clip((1 - decay) * picture + rate * np.sign(slope(picture)), -1, 1)
    return picture

# %% wrong: the gradient of the start | 1 of 3
# the gradient was asked for only once: it changes with the picture
def climb(slope, start, steps, rate=1.0, decay=0.0):
    picture = np.array(start, float)
    g = slope(picture)
    length = np.sqrt(np.sum(g ** 2))
    for _ in range(steps):
        picture = np.clip((1 - decay) * picture + (g * rate / length if length > 0 else 0), -1, 1)
    return picture

# %% wrong: no decay | 2 of 3
# `decay` was not used
def climb(slope, start, steps, rate=1.0, decay=0.0):
    picture = np.array(start, float)
    for _ in range(steps):
        g = slope(picture)
        length = np.sqrt(np.sum(g ** 2))
        picture = np.clip(picture + (g * rate / length if length > 0 else 0), -1, 1)
    return picture

# %% wrong: the decay after the step | 2 of 3
# the decay was taken off after the step, and from the step, too: take it off first
def climb(slope, start, steps, rate=1.0, decay=0.0):
    picture = np.array(start, float)
    for _ in range(steps):
        g = slope(picture)
        length = np.sqrt(np.sum(g ** 2))
        picture = np.clip((1 - decay) * (picture + (g * rate / length if length > 0 else 0)), -1, 1)
    return picture

# %% wrong: the decay before the gradient | 2 of 3
# the gradient was asked for after the decay: it is the one at the picture
def climb(slope, start, steps, rate=1.0, decay=0.0):
    picture = np.array(start, float)
    for _ in range(steps):
        picture = (1 - decay) * picture
        g = slope(picture)
        length = np.sqrt(np.sum(g ** 2))
        picture = np.clip(picture + (g * rate / length if length > 0 else 0), -1, 1)
    return picture

# %% wrong: the share that is left | 0 of 3
# `decay` is the share that is taken off; here it is what is left
def climb(slope, start, steps, rate=1.0, decay=0.0):
    picture = np.array(start, float)
    for _ in range(steps):
        g = slope(picture)
        length = np.sqrt(np.sum(g ** 2))
        picture = np.clip(decay * picture + (g * rate / length if length > 0 else 0), -1, 1)
    return picture

# %% wrong: never cut | 1 of 3
# pixels left the range from −1 to 1: cut them after each step
def climb(slope, start, steps, rate=1.0, decay=0.0):
    picture = np.array(start, float)
    for _ in range(steps):
        g = slope(picture)
        length = np.sqrt(np.sum(g ** 2))
        picture = (1 - decay) * picture + (g * rate / length if length > 0 else 0)
    return picture

# %% wrong: cut at the end only | 1 of 3
# the pixels were cut at the end only: after each step
def climb(slope, start, steps, rate=1.0, decay=0.0):
    picture = np.array(start, float)
    for _ in range(steps):
        g = slope(picture)
        length = np.sqrt(np.sum(g ** 2))
        picture = (1 - decay) * picture + (g * rate / length if length > 0 else 0)
    return np.clip(picture, -1, 1)

# %% wrong: cut to 0 … 1 | 0 of 3
# the pixels were cut to 0 … 1; here they go from −1 to 1
def climb(slope, start, steps, rate=1.0, decay=0.0):
    picture = np.array(start, float)
    for _ in range(steps):
        g = slope(picture)
        length = np.sqrt(np.sum(g ** 2))
        picture = np.clip((1 - decay) * picture + (g * rate / length if length > 0 else 0), 0, 1)
    return picture

# %% wrong: divides by a length of 0 | 2 of 3
# the gradient was 0, and something was divided by its length
def climb(slope, start, steps, rate=1.0, decay=0.0):
    picture = np.array(start, float)
    for _ in range(steps):
        g = slope(picture)
        picture = np.clip((1 - decay) * picture + rate * g / np.sqrt(np.sum(g ** 2)), -1, 1)
    return picture

# %% wrong: stops where the gradient is 0 | 2 of 3
# where the gradient is 0 the decay still acts
def climb(slope, start, steps, rate=1.0, decay=0.0):
    picture = np.array(start, float)
    for _ in range(steps):
        g = slope(picture)
        length = np.sqrt(np.sum(g ** 2))
        if length == 0:
            break
        picture = np.clip((1 - decay) * picture + g * rate / length, -1, 1)
    return picture

# %% wrong: one step too many | 0 of 3
# one step too many
def climb(slope, start, steps, rate=1.0, decay=0.0):
    picture = np.array(start, float)
    for _ in range(steps + 1):
        g = slope(picture)
        length = np.sqrt(np.sum(g ** 2))
        picture = np.clip((1 - decay) * picture + (g * rate / length if length > 0 else 0), -1, 1)
    return picture

# %% wrong: the start itself climbs | 2 of 3
# your function changed the array `start` that it was given; work on a copy (`start.copy()`), because the caller still needs the old one
def climb(slope, start, steps, rate=1.0, decay=0.0):
    picture = np.array(start, float)
    for _ in range(steps):
        g = slope(picture)
        length = np.sqrt(np.sum(g ** 2))
        picture = np.clip((1 - decay) * picture + (g * rate / length if length > 0 else 0), -1, 1)
    if start.flags.writeable:
        start[...] = picture.astype(start.dtype)
    return picture

# %% wrong: a small number against a division by 0 | 2 of 3
# a small number was added to the gradient's length: where the gradient is small, too, the step is too short; ask whether the length is 0
def climb(slope, start, steps, rate=1.0, decay=0.0):
    picture = np.array(start, float)
    for _ in range(steps):
        g = slope(picture)
        picture = np.clip((1 - decay) * picture + rate * g / (np.sqrt(np.sum(g ** 2)) + 1e-8), -1, 1)
    return picture

# %% wrong: a threshold above 0 | 2 of 3
# a small gradient was taken for 0: it is made as long as 1, too
def climb(slope, start, steps, rate=1.0, decay=0.0):
    picture = np.array(start, float)
    for _ in range(steps):
        g = slope(picture)
        length = np.sqrt(np.sum(g ** 2))
        picture = np.clip((1 - decay) * picture + (g * rate / length if length > 1e-8 else 0), -1, 1)
    return picture

# %% right: recursion
def climb(slope, start, steps, rate=1.0, decay=0.0):
    if steps == 0:
        return np.array(start, float)
    g = np.asarray(slope(start), float)
    length = np.linalg.norm(g.ravel())
    step = 0 * g if length == 0 else rate / length * g
    return climb(slope, np.minimum(np.maximum(start - decay * np.asarray(start, float) + step, -1), 1), steps - 1, rate, decay)

# %% right: in place, on a copy
def climb(slope, start, steps, rate=1.0, decay=0.0):
    picture = start.astype(np.float64)
    while steps > 0:
        gradient = np.array(slope(picture))
        picture *= 1 - decay
        size = float((gradient * gradient).sum()) ** 0.5
        if size:
            picture += rate * gradient / size
        picture.clip(-1, 1, out=picture)
        steps -= 1
    return picture

# %% equivalent
# `np.clip((1 - decay) * picture + step, -1, 1)` → `np.clip(-1, (1 - decay) * picture + step, 1)`: −1 raised to the picture and cut at 1 is the same
