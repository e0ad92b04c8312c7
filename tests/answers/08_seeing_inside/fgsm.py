# Exercise 11: one step of the fast gradient sign method.

# %% idea
# Of the slope, only the sign counts. One direction raises the loss and the opposite one lowers it; what is cut to the
# range is the new picture, not the step.

# %% draw
def given(d):
    shape = d.one_of(((2, 3), (3, 2), (5,), (2, 1, 3), (3, 2, 1, 2)))
    slope = d.laid_out(d.random.integers(-3, 4, shape) / d.one_of((1, 8, 1000)))
    return d.laid_out(d.random.integers(-6, 7, shape) / 8), slope, d.one_of((0.125, 0.0625, 0.25))

def test_fgsm_step(d):
    return given(d)

test_fgsm_towards = test_fgsm_step

def test_fgsm_range(d):
    picture, slope, epsilon = given(d)
    towards = d.chance(0.5)
    if d.chance(0.35):  # from 1e-9 to 1e-13
        slope = d.laid_out(slope * 0.5 ** d.whole(32, 43))
    if d.chance(0.15):
        return d.laid_out(d.random.integers(-1, 2, picture.shape)), slope, d.one_of((0.25, 0.75, 1.5)), towards, -2, 2
    if d.chance(0.5):
        return d.array(*picture.shape, kinds=("grey",)), slope, d.one_of((2, 8, 60, 0.5, 2.75)), towards, 0, 255
    if d.chance(0.5):
        return picture.astype(np.float32), slope, d.one_of((0.5, 1.5)), towards
    return d.laid_out(np.sign(picture)), slope, epsilon, towards, *d.one_of(((-0.5, 1.0), (0.0, 1.0), (-1.0, 0.75)))

# %% wrong: the gradient itself | 0 of 3
# the gradient itself was added: only its sign counts, so that every pixel moves by epsilon
def fgsm(picture, slope, epsilon, towards=False, low=-1.0, high=1.0):
    step = epsilon * slope
    return np.clip(picture - step if towards else picture + step, low, high)

# %% wrong: the gradient made as long as 1 | 0 of 3
# the gradient was divided by its length: take its sign, so that every pixel moves by epsilon
def fgsm(picture, slope, epsilon, towards=False, low=-1.0, high=1.0):
    step = epsilon * slope / (np.sqrt(np.sum(slope ** 2)) or 1)
    return np.clip(picture - step if towards else picture + step, low, high)

# %% wrong: divided by the largest size | 0 of 3
# the gradient was divided by its largest size: then only one pixel moves by epsilon
def fgsm(picture, slope, epsilon, towards=False, low=-1.0, high=1.0):
    step = epsilon * slope / (np.max(np.abs(slope)) or 1)
    return np.clip(picture - step if towards else picture + step, low, high)

# %% wrong: the directions swapped | 0 of 3
# the directions are swapped: adding the sign raises the loss, subtracting it lowers it
def fgsm(picture, slope, epsilon, towards=False, low=-1.0, high=1.0):
    step = epsilon * np.sign(slope)
    return np.clip(picture + step if towards else picture - step, low, high)

# %% wrong: towards ignored | 1 of 3
# `towards` was not used: then the loss has to fall
def fgsm(picture, slope, epsilon, towards=False, low=-1.0, high=1.0):
    return np.clip(picture + epsilon * np.sign(slope), low, high)

# %% wrong: a slope of 0 counts as positive | 0 of 3
# a pixel whose slope is 0 moved: it is to stay
def fgsm(picture, slope, epsilon, towards=False, low=-1.0, high=1.0):
    step = epsilon * np.where(slope >= 0, 1, -1)
    return np.clip(picture - step if towards else picture + step, low, high)

# %% wrong: only where the slope is positive | 0 of 3
# only pixels with a positive slope moved: the others move the other way
def fgsm(picture, slope, epsilon, towards=False, low=-1.0, high=1.0):
    step = epsilon * (slope > 0)
    return np.clip(picture - step if towards else picture + step, low, high)

# %% wrong: not cut | 2 of 3
# some pixels left the range: cut them to low … high
def fgsm(picture, slope, epsilon, towards=False, low=-1.0, high=1.0):
    step = epsilon * np.sign(slope)
    return picture - step if towards else picture + step

# %% wrong: always cut to −1 … 1 | 2 of 3
# `low` and `high` were not used
def fgsm(picture, slope, epsilon, towards=False, low=-1.0, high=1.0):
    step = epsilon * np.sign(slope)
    return np.clip(picture - step if towards else picture + step, -1, 1)

# %% wrong: cut before the step | 2 of 3
# the picture was cut before the step, not after it
def fgsm(picture, slope, epsilon, towards=False, low=-1.0, high=1.0):
    step = epsilon * np.sign(slope)
    picture = np.clip(picture, low, high)
    return picture - step if towards else picture + step

# %% wrong: only cut above | 2 of 3
# pixels below `low` were not cut
def fgsm(picture, slope, epsilon, towards=False, low=-1.0, high=1.0):
    step = epsilon * np.sign(slope)
    return np.minimum(picture - step if towards else picture + step, high)

# %% wrong: the change alone | 0 of 3
# this is the change alone: add it to the picture
def fgsm(picture, slope, epsilon, towards=False, low=-1.0, high=1.0):
    return (-1 if towards else 1) * epsilon * np.sign(slope)

# %% wrong: the sign of the picture | 0 of 3
# the sign of the picture was taken: the slope's is asked for
def fgsm(picture, slope, epsilon, towards=False, low=-1.0, high=1.0):
    step = epsilon * np.sign(np.asarray(picture, float))
    return np.clip(picture - step if towards else picture + step, low, high)

# %% wrong: the sign of the whole gradient | 0 of 3
# all pixels moved the same way: every pixel has a sign of its own
def fgsm(picture, slope, epsilon, towards=False, low=-1.0, high=1.0):
    step = epsilon * np.sign(np.sum(slope))
    return np.clip(picture - step if towards else picture + step, low, high)

# %% wrong: bytes wrap round | 2 of 3
# numbers of 8 bits have wrapped round: 250 + 8 became 2; compute with fractions
def fgsm(picture, slope, epsilon, towards=False, low=-1.0, high=1.0):
    step = (epsilon * np.sign(slope)).astype(picture.dtype)
    return np.clip(picture - step if towards else picture + step, low, high)

# %% wrong: in place | 2 of 3
# your function changed the array `picture` that it was given; work on a copy (`picture.copy()`), because the caller still needs the old one
def fgsm(picture, slope, epsilon, towards=False, low=-1.0, high=1.0):
    step = epsilon * np.sign(slope)
    changed = np.clip(picture - step if towards else picture + step, low, high)
    if picture.flags.writeable:
        picture[...] = changed.astype(picture.dtype)
    return changed

# %% wrong: cast to the picture's type | 2 of 3
# the picture has whole numbers and epsilon is a fraction, which was cut off: return fractions, without `astype`
def fgsm(picture, slope, epsilon, towards=False, low=-1.0, high=1.0):
    step = epsilon * np.sign(slope)
    return np.clip(picture - step if towards else picture + step, low, high).astype(picture.dtype)

# %% wrong: rounded to the picture's type | 2 of 3
# the picture has whole numbers, and the result was rounded to such: return fractions
def fgsm(picture, slope, epsilon, towards=False, low=-1.0, high=1.0):
    step = epsilon * np.sign(slope)
    changed = np.clip(picture - step if towards else picture + step, low, high)
    return np.round(changed) if picture.dtype.kind in "iu" else changed

# %% wrong: a small number added to the slope's size | 2 of 3
# the slope was divided by its size plus a small number: where it is small, too, the pixel moves too little; take the sign
def fgsm(picture, slope, epsilon, towards=False, low=-1.0, high=1.0):
    step = epsilon * slope / (np.abs(slope) + 1e-12)
    return np.clip(picture - step if towards else picture + step, low, high)

# %% wrong: a threshold above 0 | 2 of 3
# a small slope was taken for 0: only where it is 0 a pixel stays
def fgsm(picture, slope, epsilon, towards=False, low=-1.0, high=1.0):
    step = epsilon * np.sign(slope) * (np.abs(slope) > 1e-8)
    return np.clip(picture - step if towards else picture + step, low, high)

# %% wrong: only the direction away is cut | 2 of 3
# some of yours are outside of the range: cut the pixels in both directions
def fgsm(picture, slope, epsilon, towards=False, low=-1.0, high=1.0):
    if towards:
        return picture - epsilon * np.sign(slope)
    return np.clip(picture + epsilon * np.sign(slope), low, high)

# %% wrong: a slope of 0 counts as negative | 0 of 3
# a pixel whose slope is 0 moved: it is to stay
def fgsm(picture, slope, epsilon, towards=False, low=-1.0, high=1.0):
    step = epsilon * np.where(slope > 0, 1, -1)
    return np.clip(picture - step if towards else picture + step, low, high)

# %% right: three cases
def fgsm(picture, slope, epsilon, towards=False, low=-1.0, high=1.0):
    way = -epsilon if towards else epsilon
    picture = np.asarray(picture, float)
    moved = np.where(slope > 0, picture + way, np.where(slope < 0, picture - way, picture))
    return np.minimum(np.maximum(moved, low), high)

# %% right: pixel by pixel
def fgsm(picture, slope, epsilon, towards=False, low=-1.0, high=1.0):
    changed = np.zeros(np.shape(picture))
    for place, pixel in np.ndenumerate(picture):
        up = (slope[place] > 0) != towards
        moved = float(pixel) if slope[place] == 0 else float(pixel) + (epsilon if up else -epsilon)
        changed[place] = max(low, min(high, moved))
    return changed

# %% equivalent
# `np.clip(picture - step if towards else picture + step, low, high)` → `np.clip(low, picture - step if towards else picture + step, high)`: low raised to the picture and cut at high is the same
