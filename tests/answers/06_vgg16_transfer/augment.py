# Exercise 8: pictures that are mirrored and moved.

# %% idea
# Treat one picture at a time: mirror it first, then move it. For a move that does not go round, imagine the picture in
# the middle of a large field of zeros, and a frame that cuts out what is seen. What happens when a move is wider than
# the picture?

# %% draw
def moves(d, n, most=2):
    return [d.laid_out(d.random.integers(-most, most + 1, n)) for _ in range(2)]

def test_augment_shift(d):
    n = d.whole(1, 3)
    batch = d.batch(n, d.whole(1, 2), d.whole(3, 5), d.one_of((3, 4, 5, 8)), kinds=("whole", "positive", "eighths"))
    return batch, moves(d, n)[0], moves(d, n, batch.shape[3] - 1)[1], np.zeros(n, bool)

def test_augment_mirror(d):
    n = d.whole(1, 3)
    batch = d.batch(n, d.whole(1, 3), d.whole(3, 5), d.whole(3, 5), kinds=("whole", "positive", "eighths"))
    return batch, *moves(d, n), d.random.random(n) < 0.6

def test_augment_kept(d):
    n = d.whole(1, 3)
    kinds = ("grey", "whole", "positive", *FRACTIONS)
    return d.batch(n, 1, d.whole(1, 4), d.whole(1, 4), kinds=kinds), *moves(d, n, 6), d.random.random(n) < 0.4

# %% wrong: goes round the edge | 0 of 4
# what leaves on one side comes back on the other: `np.roll` goes round; put zeros there
def augment(batch, down, right, mirror):
    return np.stack([np.roll(picture[:, :, ::-1] if flip else picture, (d, r), (1, 2))
                     for picture, d, r, flip in zip(np.asarray(batch), down, right, mirror)])

# %% wrong: up and left | 0 of 4
# the pictures went the other way: positive is down and right
def augment(batch, down, right, mirror):
    batch = np.asarray(batch)
    rows, columns = batch.shape[2:]
    moved = np.zeros_like(batch)
    for k in range(len(batch)):
        d, r = -down[k], -right[k]
        picture = batch[k, :, :, ::-1] if mirror[k] else batch[k]
        if abs(d) < rows and abs(r) < columns:
            moved[k, :, max(d, 0):rows + min(d, 0), max(r, 0):columns + min(r, 0)] = picture[:, max(-d, 0):rows + min(-d, 0), max(-r, 0):columns + min(-r, 0)]
    return moved

# %% wrong: rows and columns swapped | 0 of 4
# rows and columns are swapped: `down` moves rows
def augment(batch, down, right, mirror):
    batch = np.asarray(batch)
    rows, columns = batch.shape[2:]
    moved = np.zeros_like(batch)
    for k in range(len(batch)):
        d, r = right[k], down[k]
        picture = batch[k, :, :, ::-1] if mirror[k] else batch[k]
        if abs(d) < rows and abs(r) < columns:
            moved[k, :, max(d, 0):rows + min(d, 0), max(r, 0):columns + min(r, 0)] = picture[:, max(-d, 0):rows + min(-d, 0), max(-r, 0):columns + min(-r, 0)]
    return moved

# %% wrong: moves first, mirrors after | 2 of 4
# the pictures were moved first and then mirrored; mirror first
def augment(batch, down, right, mirror):
    batch = np.asarray(batch)
    rows, columns = batch.shape[2:]
    moved = np.zeros_like(batch)
    for k, (d, r) in enumerate(zip(down, right)):
        if abs(d) < rows and abs(r) < columns:
            moved[k, :, max(d, 0):rows + min(d, 0), max(r, 0):columns + min(r, 0)] = batch[k, :, max(-d, 0):rows + min(-d, 0), max(-r, 0):columns + min(-r, 0)]
        if mirror[k]:
            moved[k] = moved[k, :, :, ::-1].copy()
    return moved

# %% wrong: mirrors the channels | 2 of 4
# the channels were mirrored: left and right are the last axis
def augment(batch, down, right, mirror):
    batch = np.asarray(batch)
    rows, columns = batch.shape[2:]
    moved = np.zeros_like(batch)
    for k, (d, r) in enumerate(zip(down, right)):
        picture = batch[k, ::-1] if mirror[k] else batch[k]
        if abs(d) < rows and abs(r) < columns:
            moved[k, :, max(d, 0):rows + min(d, 0), max(r, 0):columns + min(r, 0)] = picture[:, max(-d, 0):rows + min(-d, 0), max(-r, 0):columns + min(-r, 0)]
    return moved

# %% wrong: mirrors nothing | 2 of 4
# `mirror` was not used
def augment(batch, down, right, mirror):
    batch = np.asarray(batch)
    rows, columns = batch.shape[2:]
    moved = np.zeros_like(batch)
    for k, (d, r) in enumerate(zip(down, right)):
        if abs(d) < rows and abs(r) < columns:
            moved[k, :, max(d, 0):rows + min(d, 0), max(r, 0):columns + min(r, 0)] = batch[k, :, max(-d, 0):rows + min(-d, 0), max(-r, 0):columns + min(-r, 0)]
    return moved

# %% wrong: every picture like the first | 0 of 4
# every picture was moved like the first one
def augment(batch, down, right, mirror):
    batch = np.asarray(batch)
    rows, columns = batch.shape[2:]
    moved, d, r = np.zeros_like(batch), down[0], right[0]
    if abs(d) < rows and abs(r) < columns:
        moved[:, :, max(d, 0):rows + min(d, 0), max(r, 0):columns + min(r, 0)] = batch[:, :, max(-d, 0):rows + min(-d, 0), max(-r, 0):columns + min(-r, 0)]
    return moved[:, :, :, ::-1] if mirror[0] and r == 0 else moved

# %% wrong: moves to the left and up left out | 0 of 4
# every move to the left or up was left out
def augment(batch, down, right, mirror):
    batch = np.asarray(batch)
    rows, columns = batch.shape[2:]
    moved = np.zeros_like(batch)
    for k in range(len(batch)):
        d, r = max(down[k], 0), max(right[k], 0)
        picture = batch[k, :, :, ::-1] if mirror[k] else batch[k]
        if abs(right[k]) < columns and d < rows:
            moved[k, :, d:, r:] = picture[:, :rows - d, :columns - r]
    return moved

# %% wrong: works in the caller's batch | 3 of 4
# your function changed the array `batch` that it was given; work on a copy (`batch.copy()`), because the caller still needs the old one
def augment(batch, down, right, mirror):
    batch = np.asarray(batch)
    rows, columns = batch.shape[2:]
    for k, (d, r) in enumerate(zip(down, right)):
        picture = (batch[k, :, :, ::-1] if mirror[k] else batch[k]).copy()
        batch[k] = 0
        if abs(d) < rows and abs(r) < columns:
            batch[k, :, max(d, 0):rows + min(d, 0), max(r, 0):columns + min(r, 0)] = picture[:, max(-d, 0):rows + min(-d, 0), max(-r, 0):columns + min(-r, 0)]
    return batch

# %% wrong: slices that end at −0 | 0 of 4
# a slice that ends at −0 is empty: a move by 0 leaves a picture where it is
def augment(batch, down, right, mirror):
    batch = np.asarray(batch)
    moved = np.zeros_like(batch)
    for k, (d, r) in enumerate(zip(down, right)):
        picture = batch[k, :, :, ::-1] if mirror[k] else batch[k]
        if abs(d) >= batch.shape[2] or abs(r) >= batch.shape[3]:
            continue
        if d == 0 and r == 0:
            moved[k] = picture
        elif d == 0:
            moved[k] = np.pad(picture, ((0, 0), (0, 0), (max(r, 0), max(-r, 0))))[:, :, max(-r, 0):picture.shape[2] + max(-r, 0)]
        else:
            moved[k, :, max(d, 0):min(d, 0), max(r, 0):] = picture[:, max(-d, 0):-d, :-r]
    return moved

# %% wrong: the edge repeated | 0 of 4
# the edge of the picture was repeated; zeros come in
def augment(batch, down, right, mirror):
    batch = np.asarray(batch)
    rows, columns = batch.shape[2:]
    moved = np.zeros_like(batch)
    for k, (d, r) in enumerate(zip(down, right)):
        picture = batch[k, :, :, ::-1] if mirror[k] else batch[k]
        moved[k] = picture[:, np.clip(np.arange(rows) - d, 0, rows - 1)][:, :, np.clip(np.arange(columns) - r, 0, columns - 1)]
    return moved

# %% wrong: only the first channel is moved | 1 of 4
# only the first channel was moved; all of a picture's channels move together
def augment(batch, down, right, mirror):
    batch = np.array(batch)
    n, _, rows, columns = batch.shape
    moved = np.zeros_like(batch)
    for k in range(n):
        d, r = down[k], right[k]
        picture = batch[k, 0, :, ::-1] if mirror[k] else batch[k, 0]
        if abs(d) < rows and abs(r) < columns:
            moved[k, 0, max(d, 0):rows + min(d, 0), max(r, 0):columns + min(r, 0)] = picture[max(-d, 0):rows + min(-d, 0), max(-r, 0):columns + min(-r, 0)]
    return moved

# %% wrong: a whole-number array | 0 of 4
# whole numbers only: the fraction was lost; `//` and `int` cut it off
def augment(batch, down, right, mirror):
    batch = np.array(batch)
    n, c, rows, columns = batch.shape
    moved = np.zeros(batch.shape, int)
    for k in range(n):
        d, r = down[k], right[k]
        picture = batch[k, :, :, ::-1] if mirror[k] else batch[k]
        if abs(d) < rows and abs(r) < columns:
            moved[k, :, max(d, 0):rows + min(d, 0), max(r, 0):columns + min(r, 0)] = picture[:, max(-d, 0):rows + min(-d, 0), max(-r, 0):columns + min(-r, 0)]
    return moved

# %% wrong: a mirrored picture is not moved | 2 of 4
# a mirrored picture has to be moved as well
def augment(batch, down, right, mirror):
    batch = np.array(batch)
    moved = np.zeros_like(batch)
    n, c, rows, columns = batch.shape
    for k in range(n):
        d, r = down[k], right[k]
        if mirror[k]:
            moved[k] = batch[k, :, :, ::-1]
        elif abs(d) < rows and abs(r) < columns:
            moved[k, :, max(d, 0):rows + min(d, 0), max(r, 0):columns + min(r, 0)] = batch[k, :, max(-d, 0):rows + min(-d, 0), max(-r, 0):columns + min(-r, 0)]
    return moved

# %% wrong: moves out of the picture stop at its edge | 3 of 4
# a move farther than the picture is large stops at its edge; nothing of the picture should be left
def augment(batch, down, right, mirror):
    batch = np.array(batch)
    moved = np.zeros_like(batch)
    n, c, rows, columns = batch.shape
    for k in range(n):
        d, r = np.clip(down[k], 1 - rows, rows - 1), np.clip(right[k], 1 - columns, columns - 1)
        picture = batch[k, :, :, ::-1] if mirror[k] else batch[k]
        moved[k, :, max(d, 0):rows + min(d, 0), max(r, 0):columns + min(r, 0)] = picture[:, max(-d, 0):rows + min(-d, 0), max(-r, 0):columns + min(-r, 0)]
    return moved

# %% wrong: zeros only in the rows | 0 of 4
# zeros come in above and below only: what leaves at the side comes back on the other
def augment(batch, down, right, mirror):
    out = []
    for picture, d, r, flip in zip(np.array(batch), down, right, mirror):
        picture = picture[:, :, ::-1] if flip else picture
        picture = np.roll(picture, (d, r), (1, 2))
        if d > 0:
            picture[:, :d] = 0
        elif d < 0:
            picture[:, d:] = 0
        out.append(picture)
    return np.array(out)

# %% wrong: mirrored top to bottom | 2 of 4
# these are mirrored top to bottom; left and right are the last axis
def augment(batch, down, right, mirror):
    moved = np.zeros_like(batch)
    rows, columns = batch.shape[2:]
    for k, picture in enumerate(batch):
        picture = picture[:, ::-1] if mirror[k] else picture
        for i in range(rows):
            for j in range(columns):
                if 0 <= i - down[k] < rows and 0 <= j - right[k] < columns:
                    moved[k, :, i, j] = picture[:, i - down[k], j - right[k]]
    return moved

# %% wrong: right is left | 0 of 4
# the pictures went the other way along the columns: positive is to the right
def augment(batch, down, right, mirror):
    rows, columns = batch.shape[2:]
    moved = []
    for picture, d, r, flip in zip(batch, np.clip(down, -rows, rows), -np.clip(right, -columns, columns), mirror):
        wide = np.pad(picture[..., ::-1] if flip else picture, ((0, 0), (rows, rows), (columns, columns)))
        moved.append(wide[:, rows - d:2 * rows - d, columns - r:2 * columns - r])
    return np.stack(moved)

# %% wrong: mirrors all | 0 of 4
# all pictures were mirrored: only those are to be where `mirror` is True
def augment(batch, down, right, mirror):
    rows, columns = batch.shape[2:]
    moved = []
    for picture, d, r in zip(batch, np.clip(down, -rows, rows), np.clip(right, -columns, columns)):
        wide = np.pad(picture[..., ::-1], ((0, 0), (rows, rows), (columns, columns)))
        moved.append(wide[:, rows - d:2 * rows - d, columns - r:2 * columns - r])
    return np.stack(moved)

# %% right: slices into an array of zeros
def augment(batch, down, right, mirror):
    batch = np.asarray(batch)
    rows, columns = batch.shape[2:]
    moved = np.zeros_like(batch)
    for k, (d, r) in enumerate(zip(down, right)):
        picture = batch[k, :, :, ::-1] if mirror[k] else batch[k]
        if abs(d) < rows and abs(r) < columns:
            moved[k, :, max(d, 0):rows + min(d, 0), max(r, 0):columns + min(r, 0)] = \
                picture[:, max(-d, 0):rows + min(-d, 0), max(-r, 0):columns + min(-r, 0)]
    return moved

# %% right: pixel by pixel
def augment(batch, down, right, mirror):
    batch = np.array(batch)
    n, channels, rows, columns = batch.shape
    moved = np.zeros(batch.shape)
    for k in range(n):
        for i in range(rows):
            for j in range(columns):
                a, b = i - int(down[k]), j - int(right[k])
                if 0 <= a < rows and 0 <= b < columns:
                    moved[k, :, i, j] = batch[k, :, a, columns - 1 - b if mirror[k] else b]
    return moved

# %% right: roll and blank
def augment(batch, down, right, mirror):
    out = []
    for picture, d, r, flip in zip(np.array(batch), down, right, mirror):
        picture = np.roll(picture[:, :, ::-1] if flip else picture, (d, r), (1, 2))
        i, j = np.mgrid[:picture.shape[1], :picture.shape[2]]
        inside = (i - d >= 0) & (i - d < picture.shape[1]) & (j - r >= 0) & (j - r < picture.shape[2])
        out.append(picture * inside)
    return out

# %% right: tensors, padded
def augment(batch, down, right, mirror):
    given = torch.as_tensor(np.array(batch))
    out = torch.zeros_like(given)
    for k in range(len(given)):
        p = given[k].flip(-1) if bool(mirror[k]) else given[k]
        p = nn.functional.pad(p, (int(right[k]), -int(right[k]), int(down[k]), -int(down[k]))) if abs(int(down[k])) < p.shape[1] and abs(int(right[k])) < p.shape[2] else 0 * p
        out[k] = p
    return out

# %% equivalent
# `np.clip(down, -rows, rows)` → `np.clip(-rows, down, rows)`: the larger of two numbers is the same in either order
# `np.clip(right, -columns, columns)` → `np.clip(-columns, right, columns)`: the larger of two numbers is the same in either order
