# Exercise 5: dropout forward, with inverted scaling.

# %% idea
# The random numbers say who stays. What stays is scaled up, so that the mean remains what it was; and when the network
# is used, there is neither choice nor scale.

# %% draw
def random_numbers(d, shape, rate):
    """Numbers from 0 to 1, one of them equal to the rate."""
    numbers = d.random.integers(0, 1001, shape) / 1000
    if numbers.size > 2:                                    # one just below it
        numbers.ravel()[d.random.integers(0, numbers.size)] = max(rate - 0.001, 0)
    numbers.ravel()[d.random.integers(0, numbers.size)] = rate
    return d.laid_out(numbers)

def test_dropout_training(d):
    shape, rate = (d.whole(2, 3), d.whole(4, 5)), d.one_of((0.25, 0.5, 0.2, 0.75))
    return d.array(*shape, kinds=("eighths",)), rate, random_numbers(d, shape, rate)

test_dropout_use = test_dropout_training

def test_dropout_kept(d):
    shape, rate = tuple(d.whole(1, 3) for _ in range(d.whole(1, 4))), d.one_of((0.25, 0.5, 0.0, 0.95, 0.04))
    return d.array(*shape, kinds=("whole", "eighths", "single", "small")), rate, random_numbers(d, shape, rate), d.chance(0.6)

# %% wrong: no scaling | 1 of 3
# what is kept has to be scaled up, by 1 / (1 − rate), so that the mean stays as it is
def dropout(batch, rate, drawn, training=True):
    return batch * (drawn >= rate) if training else np.array(batch)

# %% wrong: scales when the network is used, as in the first paper | 0 of 3
# this scales when the network is used, as the first paper did: scale while it learns, and leave its use alone
def dropout(batch, rate, drawn, training=True):
    return batch * (drawn >= rate) if training else batch * (1 - rate)

# %% wrong: scales by 1 / rate | 1 of 3
# what is kept was divided by the rate: divide by 1 − rate, the share that is kept
def dropout(batch, rate, drawn, training=True):
    return batch * (drawn >= rate) / max(rate, 1e-9) if training else np.array(batch)

# %% wrong: multiplies by 1 − rate | 1 of 3
# what is kept was made smaller: divide by 1 − rate, do not multiply
def dropout(batch, rate, drawn, training=True):
    return batch * (drawn >= rate) * (1 - rate) if training else np.array(batch)

# %% wrong: keeps what is to be dropped | 1 of 3
# you kept what is to be dropped: a value is kept where its number is at least `rate`
def dropout(batch, rate, drawn, training=True):
    return batch * (drawn < rate) / (1 - rate) if training else np.array(batch)

# %% wrong: takes the rate for the share that is kept | 1 of 3
# `rate` is the share that is dropped, not the one that is kept
def dropout(batch, rate, drawn, training=True):
    return batch * (drawn < rate) / max(rate, 1e-9) if training else np.array(batch)

# %% wrong: drops where the number is the rate itself | 1 of 3
# a value whose number is exactly `rate` is kept: at least, not more than
def dropout(batch, rate, drawn, training=True):
    return batch * (drawn > rate) / (1 - rate) if training else np.array(batch)

# %% wrong: drops in use as well | 1 of 3
# `training` was not looked at: when the network is used nothing is dropped
def dropout(batch, rate, drawn, training=True):
    return batch * (drawn >= rate) / (1 - rate)

# %% wrong: the modes swapped | 0 of 3
# the two modes are swapped: values are dropped while the network learns
def dropout(batch, rate, drawn, training=True):
    return np.array(batch) if training else batch * (drawn >= rate) / (1 - rate)

# %% wrong: scales by what was really kept | 1 of 3
# this divides by the share that was kept this time; divide by 1 − rate, whatever was drawn
def dropout(batch, rate, drawn, training=True):
    kept = drawn >= rate
    return batch * kept / max(kept.mean(), 1e-9) if training else np.array(batch)

# %% wrong: random numbers of its own | 1 of 3
# the numbers in `drawn` were not used: did you draw others?
def dropout(batch, rate, drawn, training=True):
    return batch * (np.random.default_rng(0).random(batch.shape) >= rate) / (1 - rate) if training else np.array(batch)

# %% wrong: one mask for all pictures | 1 of 3
# all pictures got the mask of the first; each has numbers of its own
def dropout(batch, rate, drawn, training=True):
    return batch * (drawn[:1] >= rate) / (1 - rate) if training else np.array(batch)

# %% wrong: in place | 2 of 3
# your function changed the array `batch` that it was given; work on a copy (`batch.copy()`), because the caller still needs the old one
def dropout(batch, rate, drawn, training=True):
    if not training:
        return batch
    if batch.flags.writeable:
        batch[drawn < rate] = 0
    return batch * (drawn >= rate) / (1 - rate)

# %% wrong: whole numbers stay whole | 1 of 3
# whole numbers only: the fraction was lost; `//` and `int` cut it off
def dropout(batch, rate, drawn, training=True):
    out = np.array(batch)
    if training:
        out[...] = (batch * (drawn >= rate) / (1 - rate)).astype(batch.dtype)
    return out

# %% wrong: the mask alone | 0 of 3
# this is the mask: multiply the values by it
def dropout(batch, rate, drawn, training=True):
    return (drawn >= rate) / (1 - rate) if training else np.ones(np.shape(batch))

# %% wrong: PyTorch does it | 0 of 3
# `dropout` is to be written by hand, and your code uses `torch.nn.functional.dropout`: write out what it does
def dropout(batch, rate, drawn, training=True):
    return torch.nn.functional.dropout(torch.tensor(np.array(batch, float)), rate, training).numpy()

# %% wrong: small rates do nothing | 2 of 3
# a small rate drops values too, and scales those that stay
def dropout(batch, rate, drawn, training=True):
    if not training or rate < 0.05:
        return np.array(batch, dtype=float)
    return np.where(drawn >= rate, batch / (1 - rate), 0.0)

# %% right: value by value
def dropout(batch, rate, drawn, training=True):
    out = np.array(batch, dtype=float)
    if training:
        for place in np.ndindex(out.shape):
            out[place] = out[place] / (1 - rate) if drawn[place] >= rate else 0
    return out

# %% right: np.where
def dropout(batch, rate, drawn, training=True):
    return np.where(drawn < rate, 0, batch / (1.0 - rate)) if training else batch

# %% right: lists of a mask
def dropout(batch, rate, drawn, training=True):
    if training is False:
        return batch.copy()
    scaled_mask = np.zeros(batch.shape)
    scaled_mask[~(drawn < rate)] = 1 / (1 - rate)
    return np.multiply(scaled_mask, batch)
