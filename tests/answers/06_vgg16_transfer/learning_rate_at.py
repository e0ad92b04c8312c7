# Exercise 11: a warm-up, and half a wave of the cosine down to 0.

# %% idea
# There are two formulas, and one question that decides which of them counts. Try the ends by hand: what is the rate at
# the first step, at the last one of the warm-up, and at the one after it?

# %% draw
def test_warm_up(d):
    warm_up = d.one_of((1, d.whole(2, 8), d.whole(2, 8), 150))
    return d.whole(0, warm_up - 1), warm_up + d.whole(3, 30), warm_up, d.one_of((1.0, 0.1, 0.02, 3, 1e-6))

def test_schedule_falls(d):
    warm_up = d.one_of((0, 1, 3, 5, 8))
    steps = warm_up + d.one_of((d.whole(2, 30), d.whole(2, 30), d.whole(200, 900)))
    given = steps - 1 if d.chance(0.3) else d.whole(warm_up, steps - 1), steps, warm_up, d.one_of((1.0, 0.1, 0.02, 3, 1e-6))
    return given[:3] if d.chance(0.3) else given

# %% wrong: the warm-up begins at 0 | 1 of 2
# the first step has rate 0 and is lost: the warm-up begins with `peak / warm_up`
def learning_rate_at(step, steps, warm_up, peak=1.0):
    if step < warm_up:
        return peak * step / warm_up
    return peak * (1 + np.cos(np.pi * (step - warm_up) / (steps - warm_up))) / 2

# %% wrong: half of a whole peak rounded down | 1 of 2
# half of a peak that is a whole number was rounded down: divide with `/`
def learning_rate_at(step, steps, warm_up, peak=1.0):
    if step < warm_up:
        return peak * (step + 1) / warm_up
    half = peak // 2 if isinstance(peak, int) else peak / 2
    return half * (1 + np.cos(np.pi * (step - warm_up) / (steps - warm_up)))

# %% wrong: no warm-up | 0 of 2
# the wave of the cosine begins at step 0: it begins where the warm-up ends
def learning_rate_at(step, steps, warm_up, peak=1.0):
    return peak * (1 + np.cos(np.pi * step / steps)) / 2

# %% wrong: the wave begins at step 0 | 1 of 2
# the wave of the cosine begins at step 0: it begins where the warm-up ends
def learning_rate_at(step, steps, warm_up, peak=1.0):
    if step < warm_up:
        return peak * (step + 1) / warm_up
    return peak * (1 + np.cos(np.pi * step / steps)) / 2

# %% wrong: the wave as long as all steps | 1 of 2
# the rate does not come down to 0: the wave has only the steps that are left after the warm-up
def learning_rate_at(step, steps, warm_up, peak=1.0):
    if step < warm_up:
        return peak * (step + 1) / warm_up
    return peak * (1 + np.cos(np.pi * (step - warm_up) / steps)) / 2

# %% wrong: a straight line down | 1 of 2
# the rate falls on a straight line; it is half a wave of the cosine
def learning_rate_at(step, steps, warm_up, peak=1.0):
    if step < warm_up:
        return peak * (step + 1) / warm_up
    return peak * (1 - (step - warm_up) / (steps - warm_up))

# %% wrong: the peak forgotten | 0 of 2
# `peak` was not used: yours is always 1
def learning_rate_at(step, steps, warm_up, peak=1.0):
    if step < warm_up:
        return (step + 1) / warm_up
    return (1 + np.cos(np.pi * (step - warm_up) / (steps - warm_up))) / 2

# %% wrong: a whole wave | 1 of 2
# the rate falls and rises again: this is a whole wave, and half of one is wanted
def learning_rate_at(step, steps, warm_up, peak=1.0):
    if step < warm_up:
        return peak * (step + 1) / warm_up
    return peak * (1 + np.cos(2 * np.pi * (step - warm_up) / (steps - warm_up))) / 2

# %% wrong: a cosine below 0 | 1 of 2
# the rate gets negative: the cosine goes from 1 to −1, so add 1 and halve it
def learning_rate_at(step, steps, warm_up, peak=1.0):
    if step < warm_up:
        return peak * (step + 1) / warm_up
    return peak * np.cos(np.pi * (step - warm_up) / (steps - warm_up))

# %% wrong: constant after the warm-up | 1 of 2
# the rate stays at the peak: after the warm-up it falls
def learning_rate_at(step, steps, warm_up, peak=1.0):
    return peak * min(1, (step + 1) / max(warm_up, 1))

# %% wrong: both at once | 0 of 2
# the wave of the cosine begins at step 0: it begins where the warm-up ends
def learning_rate_at(step, steps, warm_up, peak=1.0):
    return peak * min(1, (step + 1) / max(warm_up, 1)) * (1 + np.cos(np.pi * step / steps)) / 2

# %% wrong: degrees | 1 of 2
# the angle is in degrees; `np.cos` wants radians, of which half a wave has π
def learning_rate_at(step, steps, warm_up, peak=1.0):
    if step < warm_up:
        return peak * (step + 1) / warm_up
    return peak * (1 + np.cos(180 * (step - warm_up) / (steps - warm_up))) / 2

# %% wrong: never below a fiftieth of the peak | 1 of 2
# the wave falls to almost 0; yours stops falling before
def learning_rate_at(step, steps, warm_up, peak=1.0):
    if step < warm_up:
        return peak * (step + 1) / warm_up
    share = (step - warm_up) / (steps - warm_up)
    return max(peak / 2 * (1 + np.cos(np.pi * share)), 0.02 * peak)

# %% wrong: π forgotten | 1 of 2
# half a wave goes from 0 to π: multiply the share by π
def learning_rate_at(step, steps, warm_up, peak=1.0):
    if step < warm_up:
        return peak * (step + 1) / warm_up
    return peak / 2 * (1 + np.cos((step - warm_up) / (steps - warm_up)))

# %% wrong: one step too many in the warm-up | 1 of 2
# the first step after the warm-up is larger than the peak: step `warm_up` belongs to the wave already, and its rate is the peak
def learning_rate_at(step, steps, warm_up, peak=1.0):
    if warm_up and step <= warm_up:
        return peak * (step + 1) / warm_up
    return peak * (1 + np.cos(np.pi * (step - warm_up) / (steps - warm_up))) / 2

# %% wrong: the last step has rate 0 | 1 of 2
# the wave is one step too short, so that the last step has rate 0 and is lost: divide by all steps after the warm-up
def learning_rate_at(step, steps, warm_up, peak=1.0):
    if step < warm_up:
        return peak * (step + 1) / warm_up
    return peak * (1 + np.cos(np.pi * (step - warm_up) / (steps - warm_up - 1))) / 2

# %% wrong: never below a millionth | 0 of 2
# small rates were raised: the formulas have no lowest rate
def learning_rate_at(step, steps, warm_up, peak=1.0):
    if step < warm_up:
        rate = peak * (step + 1) / warm_up
    else:
        rate = peak / 2 * (1 + np.cos(np.pi * (step - warm_up) / (steps - warm_up)))
    return max(float(rate), 1e-6)

# %% wrong: a warm-up of one step is none | 1 of 2
# with a warm-up of one step, step 0 has the whole peak, and the wave begins at step 1
def learning_rate_at(step, steps, warm_up, peak=1.0):
    if warm_up > 1 and step < warm_up:
        return peak * (step + 1) / warm_up
    return peak * (1 + np.cos(np.pi * (step - warm_up) / (steps - warm_up))) / 2

# %% right: with math, one expression
def learning_rate_at(step, steps, warm_up, peak=1.0):
    import math
    done = (step - warm_up) / (steps - warm_up)
    return peak * (step + 1) / warm_up if step < warm_up else peak * 0.5 * (1 + math.cos(math.pi * done))

# %% right: the square of a cosine, in PyTorch
def learning_rate_at(step, steps, warm_up, peak=1.0):
    if step < warm_up:
        return torch.tensor(peak * (step + 1) / warm_up, dtype=torch.float64)
    half = torch.tensor((step - warm_up) / (steps - warm_up) * torch.pi / 2, dtype=torch.float64)
    return peak * torch.cos(half) ** 2

# %% right: a table of all rates
def learning_rate_at(step, steps, warm_up, peak=1.0):
    rise = [(k + 1) / warm_up for k in range(warm_up)]
    fall = [0.5 + 0.5 * np.cos(np.pi * k / (steps - warm_up)) for k in range(steps - warm_up)]
    return peak * (rise + fall)[step]
