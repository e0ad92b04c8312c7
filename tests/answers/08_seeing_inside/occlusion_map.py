# Exercise 8: how far a score drops when a window is covered.

# %% idea
# Count the places of the window as in lesson 02. At each of them cover a fresh copy of the picture, in all its
# channels, and compare its score with that of the whole picture.

# %% draw
def given(d, channels, kinds=("whole", "eighths")):
    size, stride = d.whole(2, 3), d.whole(1, 3)
    rows, columns = size + stride * d.whole(0, 2) + d.whole(0, stride - 1), size + stride * d.whole(1, 3) + d.whole(0, stride - 1)
    picture = d.array(channels, rows, columns, kinds=kinds)
    return picture, d.array(channels, rows, columns, kinds=("whole",), ties=False), size, stride

def test_drops_one(d):
    picture, weights, size, _ = given(d, 1)
    return picture, weights, size, 1

def test_drops_stride(d):
    return given(d, d.whole(2, 3))

def test_drops_fill(d):
    channels = d.whole(2, 3)
    fill = d.one_of((0.5, -1.0, tuple(d.number() for _ in range(channels)), d.laid_out(d.random.integers(-4, 5, channels) / 2)))
    return (*given(d, channels, ("whole", "eighths", "single", "positive", "grey")), fill)

# %% wrong: the other way round | 0 of 3
# this is the score of the covered picture minus that of the picture: a drop is the other way round
def occlusion_map(scores, picture, size, stride, fill=0.0):
    tops, lefts = range(0, picture.shape[1] - size + 1, stride), range(0, picture.shape[2] - size + 1, stride)
    found = np.zeros((len(tops), len(lefts)))
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            covered = np.array(picture, float)
            covered[:, top:top + size, left:left + size] = np.reshape(fill, (-1, 1, 1))
            found[i, j] = scores(covered[None])[0] - scores(picture[None])[0]
    return found

# %% wrong: the scores of the covered pictures | 0 of 3
# these are the scores of the covered pictures; how far they have dropped is asked for
def occlusion_map(scores, picture, size, stride, fill=0.0):
    tops, lefts = range(0, picture.shape[1] - size + 1, stride), range(0, picture.shape[2] - size + 1, stride)
    found = np.zeros((len(tops), len(lefts)))
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            covered = np.array(picture, float)
            covered[:, top:top + size, left:left + size] = np.reshape(fill, (-1, 1, 1))
            found[i, j] = scores(covered[None])[0]
    return found

# %% wrong: one copy for all places | 0 of 3
# the windows stay covered: begin with a new copy of the picture at every place
def occlusion_map(scores, picture, size, stride, fill=0.0):
    tops, lefts = range(0, picture.shape[1] - size + 1, stride), range(0, picture.shape[2] - size + 1, stride)
    found, covered = np.zeros((len(tops), len(lefts))), np.array(picture, float)
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            covered[:, top:top + size, left:left + size] = np.reshape(fill, (-1, 1, 1))
            found[i, j] = scores(picture[None])[0] - scores(covered[None])[0]
    return found

# %% wrong: covers everything else | 0 of 3
# everything but the window was covered
def occlusion_map(scores, picture, size, stride, fill=0.0):
    tops, lefts = range(0, picture.shape[1] - size + 1, stride), range(0, picture.shape[2] - size + 1, stride)
    found = np.zeros((len(tops), len(lefts)))
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            covered = np.ones(picture.shape) * np.reshape(fill, (-1, 1, 1))
            covered[:, top:top + size, left:left + size] = picture[:, top:top + size, left:left + size]
            found[i, j] = scores(picture[None])[0] - scores(covered[None])[0]
    return found

# %% wrong: always filled with 0 | 2 of 3
# `fill` was not used: the windows are filled with 0
def occlusion_map(scores, picture, size, stride, fill=0.0):
    tops, lefts = range(0, picture.shape[1] - size + 1, stride), range(0, picture.shape[2] - size + 1, stride)
    found = np.zeros((len(tops), len(lefts)))
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            covered = np.array(picture, float)
            covered[:, top:top + size, left:left + size] = 0
            found[i, j] = scores(picture[None])[0] - scores(covered[None])[0]
    return found

# %% wrong: the first channel's fill for all | 2 of 3
# all channels were filled with the first one's colour: `fill` may have a number for each
def occlusion_map(scores, picture, size, stride, fill=0.0):
    tops, lefts = range(0, picture.shape[1] - size + 1, stride), range(0, picture.shape[2] - size + 1, stride)
    found = np.zeros((len(tops), len(lefts)))
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            covered = np.array(picture, float)
            covered[:, top:top + size, left:left + size] = np.ravel(fill)[0]
            found[i, j] = scores(picture[None])[0] - scores(covered[None])[0]
    return found

# %% wrong: the stride ignored | 1 of 3
# the window moved by one pixel: `stride` was not used
def occlusion_map(scores, picture, size, stride, fill=0.0):
    tops, lefts = range(picture.shape[1] - size + 1), range(picture.shape[2] - size + 1)
    found = np.zeros((len(tops), len(lefts)))
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            covered = np.array(picture, float)
            covered[:, top:top + size, left:left + size] = np.reshape(fill, (-1, 1, 1))
            found[i, j] = scores(picture[None])[0] - scores(covered[None])[0]
    return found

# %% wrong: the window moves by its size | 0 of 3
# the window moved by its own size: `stride` was not used
def occlusion_map(scores, picture, size, stride, fill=0.0):
    tops, lefts = range(0, picture.shape[1] - size + 1, size), range(0, picture.shape[2] - size + 1, size)
    found = np.zeros((len(tops), len(lefts)))
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            covered = np.array(picture, float)
            covered[:, top:top + size, left:left + size] = np.reshape(fill, (-1, 1, 1))
            found[i, j] = scores(picture[None])[0] - scores(covered[None])[0]
    return found

# %% wrong: the last place is missing | 0 of 3
# the last row and column of places are missing: the window may end at the border
def occlusion_map(scores, picture, size, stride, fill=0.0):
    tops, lefts = range(0, max(picture.shape[1] - size, 1), stride), range(0, max(picture.shape[2] - size, 1), stride)
    found = np.zeros((len(tops), len(lefts)))
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            covered = np.array(picture, float)
            covered[:, top:top + size, left:left + size] = np.reshape(fill, (-1, 1, 1))
            found[i, j] = scores(picture[None])[0] - scores(covered[None])[0]
    return found

# %% wrong: windows that reach over the border | 0 of 3
# there are too many places: the whole window has to lie in the picture
def occlusion_map(scores, picture, size, stride, fill=0.0):
    tops, lefts = range(0, picture.shape[1], stride), range(0, picture.shape[2], stride)
    found = np.zeros((len(tops), len(lefts)))
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            covered = np.array(picture, float)
            covered[:, top:top + size, left:left + size] = np.reshape(fill, (-1, 1, 1))
            found[i, j] = scores(picture[None])[0] - scores(covered[None])[0]
    return found

# %% wrong: covers the first channel only | 1 of 3
# only the first channel was covered: the window goes through all of them
def occlusion_map(scores, picture, size, stride, fill=0.0):
    tops, lefts = range(0, picture.shape[1] - size + 1, stride), range(0, picture.shape[2] - size + 1, stride)
    found = np.zeros((len(tops), len(lefts)))
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            covered = np.array(picture, float)
            covered[0, top:top + size, left:left + size] = np.ravel(fill)[0]
            found[i, j] = scores(picture[None])[0] - scores(covered[None])[0]
    return found

# %% wrong: across before down | 0 of 3
# rows and columns of the map are swapped: down comes first
def occlusion_map(scores, picture, size, stride, fill=0.0):
    tops, lefts = range(0, picture.shape[1] - size + 1, stride), range(0, picture.shape[2] - size + 1, stride)
    found = np.zeros((len(lefts), len(tops)))
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            covered = np.array(picture, float)
            covered[:, top:top + size, left:left + size] = np.reshape(fill, (-1, 1, 1))
            found[j, i] = scores(picture[None])[0] - scores(covered[None])[0]
    return found

# %% wrong: sizes of the drops | 0 of 3
# the signs are lost: where the score rises, the drop is negative
def occlusion_map(scores, picture, size, stride, fill=0.0):
    tops, lefts = range(0, picture.shape[1] - size + 1, stride), range(0, picture.shape[2] - size + 1, stride)
    found = np.zeros((len(tops), len(lefts)))
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            covered = np.array(picture, float)
            covered[:, top:top + size, left:left + size] = np.reshape(fill, (-1, 1, 1))
            found[i, j] = abs(scores(picture[None])[0] - scores(covered[None])[0])
    return found

# %% wrong: one pixel, not a window | 0 of 3
# only one pixel was covered at each place: `size` was not used
def occlusion_map(scores, picture, size, stride, fill=0.0):
    tops, lefts = range(0, picture.shape[1] - size + 1, stride), range(0, picture.shape[2] - size + 1, stride)
    found = np.zeros((len(tops), len(lefts)))
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            covered = np.array(picture, float)
            covered[:, top, left] = np.ravel(fill)
            found[i, j] = scores(picture[None])[0] - scores(covered[None])[0]
    return found

# %% wrong: the picture itself is covered | 2 of 3
# your function changed the array `picture` that it was given; work on a copy (`picture.copy()`), because the caller still needs the old one
def occlusion_map(scores, picture, size, stride, fill=0.0):
    tops, lefts = range(0, picture.shape[1] - size + 1, stride), range(0, picture.shape[2] - size + 1, stride)
    found, whole = np.zeros((len(tops), len(lefts))), scores(picture[None])[0]
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            covered = np.array(picture, float)
            covered[:, top:top + size, left:left + size] = np.reshape(fill, (-1, 1, 1))
            found[i, j] = whole - scores(covered[None])[0]
    if picture.flags.writeable:
        picture[...] = covered.astype(picture.dtype)
    return found

# %% wrong: whole numbers stay whole | 2 of 3
# the fill was cut to a whole number: the picture had whole numbers, so the copy has, too; make it one with fractions
def occlusion_map(scores, picture, size, stride, fill=0.0):
    tops, lefts = range(0, picture.shape[1] - size + 1, stride), range(0, picture.shape[2] - size + 1, stride)
    found = np.zeros((len(tops), len(lefts)))
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            covered = picture.copy()
            covered[:, top:top + size, left:left + size] = np.reshape(fill, (-1, 1, 1))
            found[i, j] = scores(picture[None])[0] - scores(covered[None])[0]
    return found

# %% wrong: as many places as the stride leaves, one pixel apart | 1 of 3
# the number of places is right, but they lie one pixel apart: place number k begins at pixel k · stride
def occlusion_map(scores, picture, size, stride, fill=0.0):
    down, across = ((length - size) // stride + 1 for length in picture.shape[1:])
    found = np.zeros((down, across))
    for top in range(down):
        for left in range(across):
            covered = np.array(picture, float)
            covered[:, top:top + size, left:left + size] = np.reshape(fill, (-1, 1, 1))
            found[top, left] = scores(picture[None])[0] - scores(covered[None])[0]
    return found

# %% right: place by place
def occlusion_map(scores, picture, size, stride, fill=0.0):
    down, across = (picture.shape[1] - size) // stride + 1, (picture.shape[2] - size) // stride + 1
    colours = np.broadcast_to(np.asarray(fill, float).ravel(), (len(picture),))
    whole, drops = float(scores(picture[None])[0]), np.empty((down, across))
    for i in range(down):
        for j in range(across):
            one = picture.astype(np.float64)
            for channel, colour in enumerate(colours):
                one[channel, i * stride:i * stride + size, j * stride:j * stride + size] = colour
            drops[i, j] = whole - float(scores(one[None])[0])
    return drops

# %% right: masks, a row of places at a time
def occlusion_map(scores, picture, size, stride, fill=0.0):
    rows, columns = np.arange(picture.shape[1])[:, None], np.arange(picture.shape[2])[None]
    colour, drops = np.reshape(np.asarray(fill, float), (-1, 1, 1)) * np.ones(picture.shape), []
    for top in range(0, picture.shape[1] - size + 1, stride):
        lefts = np.arange(0, picture.shape[2] - size + 1, stride)[:, None, None]
        mask = (rows >= top) & (rows < top + size) & (columns >= lefts) & (columns < lefts + size)
        covered = np.where(mask[:, None], colour, picture)
        drops.append(scores(picture[None]) - scores(covered))
    return np.array(drops)

# %% equivalent
# `1` → `2` (6): NumPy takes −2 as well as −1 for the length that is to be found
