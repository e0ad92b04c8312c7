# Exercise 2: numbers moved towards 0, and no farther.

# %% idea
# Take a weight apart into its sign and its size. Only the size shrinks, and no further than to 0; then the sign comes
# back.

# %% draw
def test_shrink_values(d):
    return d.array(d.whole(2, 6), kinds=("eighths",)), d.one_of((0.25, 0.5, 1.0, 0.0))

def test_shrink_any(d):
    shape = [d.whole(1, 4) for _ in range(d.whole(1, 4))]
    kind = d.one_of(("whole", "eighths", "single", "small", "positive"))
    return d.array(*shape, kinds=(kind,)), d.one_of((0.002, 0.005)) if kind == "small" else d.one_of((1.5, 0.5, 3))

# %% wrong: passes 0 | 0 of 2
# some weights went past 0 to the other side: they are to stop at 0
def shrink(weights, amount):
    return weights - amount * np.sign(weights)

# %% wrong: small ones to 0, the others as they were | 0 of 2
# the small weights became 0, but the others were left as they were: they move by `amount` as well
def shrink(weights, amount):
    return np.where(np.abs(weights) <= amount, 0, weights)

# %% wrong: the negative ones to 0 | 0 of 2
# all negative weights became 0: they move up towards 0
def shrink(weights, amount):
    return np.maximum(weights - amount, 0)

# %% wrong: moves all down | 0 of 2
# every weight was moved down: towards 0 is up for a negative one
def shrink(weights, amount):
    return np.where(np.abs(weights) <= amount, 0, weights - amount)

# %% wrong: loses the signs | 0 of 2
# the signs are lost: these are the sizes of the moved weights
def shrink(weights, amount):
    return np.maximum(np.abs(weights) - amount, 0)

# %% wrong: away from 0 | 0 of 2
# the weights moved away from 0
def shrink(weights, amount):
    return weights + amount * np.sign(weights)

# %% wrong: what was taken off | 0 of 2
# this is what was taken off each weight; subtract it from the weight
def shrink(weights, amount):
    return np.clip(weights, -amount, amount)

# %% wrong: by a share | 0 of 2
# every weight was made smaller by a share of itself, as with L2; here all move by the same amount
def shrink(weights, amount):
    return weights * (1 - amount)

# %% wrong: in place | 1 of 2
# your function changed the array `weights` that it was given; work on a copy (`weights.copy()`), because the caller still needs the old one
def shrink(weights, amount):
    moved = np.sign(weights) * np.maximum(np.abs(weights) - amount, 0)
    if weights.flags.writeable:
        weights[...] = moved.astype(weights.dtype)
    return moved

# %% wrong: whole numbers stay whole | 1 of 2
# whole numbers only: the fraction was lost; `//` and `int` cut it off
def shrink(weights, amount):
    return (np.sign(weights) * np.maximum(np.abs(weights) - amount, 0)).astype(weights.dtype)

# %% wrong: stops at the amount | 0 of 2
# no weight became smaller than `amount`: is the smaller one of two taken in place of the larger?
def shrink(weights, amount):
    return np.sign(weights) * np.maximum(np.abs(weights) - amount, amount) * (weights != 0)

# %% wrong: nothing | 0 of 2
# your function returned nothing (None)
def shrink(weights, amount):
    np.sign(weights) * np.maximum(np.abs(weights) - amount, 0)

# %% wrong: small ones to 0 in a copy, the others as they were | 0 of 2
# the small weights became 0, but the others were left as they were: they move by `amount` as well
def shrink(weights, amount):
    kept = np.array(weights, float)
    kept[np.abs(kept) < amount] = 0
    return kept

# %% right: three cases
def shrink(weights, amount):
    return np.where(weights > amount, weights - amount, np.where(weights < -amount, weights + amount, 0))

# %% right: takes off what was clipped
def shrink(weights, amount):
    return weights - np.clip(weights, -amount, amount)

# %% right: number by number
def shrink(weights, amount):
    moved = np.zeros(np.shape(weights))
    for place, weight in np.ndenumerate(weights):
        size = abs(float(weight)) - amount
        if size > 0:
            moved[place] = size if weight > 0 else -size
    return moved

# %% equivalent
# `np.maximum(np.abs(weights) - amount, 0)` → `np.maximum(0, np.abs(weights) - amount)`: the larger of two numbers is the same in either order

# %% right: whole numbers made fractions after a look at their kind
def shrink(weights, amount):
    moved = np.array(weights)
    if moved.dtype.kind != "f":
        moved = moved.astype(float)
    near = np.abs(moved) <= amount
    moved = moved - np.sign(moved) * amount
    moved[near] = 0
    return moved

# %% right: the formula as it stands
def shrink(weights, amount):
    return np.sign(weights) * np.maximum(np.abs(weights) - amount, 0)
