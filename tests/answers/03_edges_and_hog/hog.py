# Exercise 9: the whole descriptor.

# %% idea
# Go from the inside out: the changes of the whole picture first, then a histogram for every whole cell, kept in a table
# of cells. Blocks are windows that slide over this table by one cell; each is normalised by itself, and at the end
# everything is laid out in one row.

# %% draw
def texture(d, rows, columns, kinds):
    return d.image(rows, columns, kinds=kinds, ties=False)

def test_hog_length(d):
    cell, block = (d.whole(2, 4), d.whole(2, 4)), (d.whole(1, 3), d.whole(1, 2))
    rows = cell[0] * (block[0] + d.whole(0, 2)) + d.whole(0, cell[0] - 1)
    columns = cell[1] * (block[1] + d.whole(0, 2)) + d.whole(0, cell[1] - 1)
    return texture(d, max(rows, 3), max(columns, 3), ("whole", "positive")), d.one_of((3, 5, 9)), cell, block

def square(d, kinds):
    side = d.one_of((3, 4))
    if d.chance(0.15):                              # black, or so weak that epsilon counts
        return texture(d, 2 * side, 2 * side, ("eighths",)) * d.one_of((0, 2**-14, 2**-20)), 9, (side, side), (2, 2)
    if d.chance(0.3):
        return (texture(d, 8 * d.one_of((2, 3)), 16, kinds),)
    cells = d.whole(2, 3)
    return texture(d, side * cells, side * cells, kinds), 9, (side, side), (2, 2)

def test_hog_blocks(d):
    return square(d, ("whole", "positive"))

def test_hog_not_square(d):
    cell, block = d.one_of(((3, 4), (4, 3), (5, 4), (3, 5))), d.one_of(((2, 1), (1, 2), (3, 2), (1, 1)))
    rows = cell[0] * (block[0] + d.whole(0, 1)) + d.whole(0, cell[0] - 1)
    columns = cell[1] * (block[1] + d.whole(0, 2)) + d.whole(0, cell[1] - 1)
    return texture(d, max(rows, 3), max(columns, 3), ("whole", "eighths")), d.one_of((3, 5, 7)), cell, block

def test_hog_bytes(d):
    return square(d, ("grey", "grey", "deep", "eighths", "unit", "single"))

# %% wrong: blocks side by side | 0 of 4
# blocks stand side by side for you; they overlap, and begin at every cell
def hog(image, bins=9, cell=(8, 8), block=(2, 2)):
    m, d = magnitude_direction(*gradients(image))
    rows, columns = m.shape[0] // cell[0], m.shape[1] // cell[1]
    h = np.array([[cell_histogram(m[i * cell[0]:(i + 1) * cell[0], j * cell[1]:(j + 1) * cell[1]],
                                  d[i * cell[0]:(i + 1) * cell[0], j * cell[1]:(j + 1) * cell[1]], bins) for j in range(columns)] for i in range(rows)])
    return np.concatenate([normalize_block(h[i:i + block[0], j:j + block[1]]).ravel()
                           for i in range(0, rows - block[0] + 1, block[0]) for j in range(0, columns - block[1] + 1, block[1])])

# %% wrong: no blocks at all | 0 of 4
# these are the cells' histograms without blocks
def hog(image, bins=9, cell=(8, 8), block=(2, 2)):
    m, d = magnitude_direction(*gradients(image))
    rows, columns = m.shape[0] // cell[0], m.shape[1] // cell[1]
    return np.array([[cell_histogram(m[i * cell[0]:(i + 1) * cell[0], j * cell[1]:(j + 1) * cell[1]],
                                     d[i * cell[0]:(i + 1) * cell[0], j * cell[1]:(j + 1) * cell[1]], bins) for j in range(columns)] for i in range(rows)]).ravel()

# %% wrong: does not normalise the blocks | 1 of 4
# the blocks have not been normalised: hand each of them to `normalize_block`
def hog(image, bins=9, cell=(8, 8), block=(2, 2)):
    m, d = magnitude_direction(*gradients(image))
    rows, columns = m.shape[0] // cell[0], m.shape[1] // cell[1]
    h = np.array([[cell_histogram(m[i * cell[0]:(i + 1) * cell[0], j * cell[1]:(j + 1) * cell[1]],
                                  d[i * cell[0]:(i + 1) * cell[0], j * cell[1]:(j + 1) * cell[1]], bins) for j in range(columns)] for i in range(rows)])
    return np.concatenate([h[i:i + block[0], j:j + block[1]].ravel()
                           for i in range(rows - block[0] + 1) for j in range(columns - block[1] + 1)])

# %% wrong: computes the gradients inside each cell | 1 of 4
# the gradients were computed inside each cell: compute them over the whole picture first
def hog(image, bins=9, cell=(8, 8), block=(2, 2)):
    rows, columns = image.shape[0] // cell[0], image.shape[1] // cell[1]
    h = np.array([[cell_histogram(*magnitude_direction(*gradients(image[i * cell[0]:(i + 1) * cell[0], j * cell[1]:(j + 1) * cell[1]])), bins)
                   for j in range(columns)] for i in range(rows)])
    return np.concatenate([normalize_block(h[i:i + block[0], j:j + block[1]]).ravel()
                           for i in range(rows - block[0] + 1) for j in range(columns - block[1] + 1)])

# %% wrong: swaps rows and columns of a cell | 2 of 4
# rows and columns of a cell are swapped
def hog(image, bins=9, cell=(8, 8), block=(2, 2)):
    m, d = magnitude_direction(*gradients(image))
    width, height = cell
    if width == height:
        rows, columns = m.shape[0] // height, m.shape[1] // width
    else:
        rows, columns = m.shape[0] // height, m.shape[1] // width
    h = np.array([[cell_histogram(m[i * height:(i + 1) * height, j * width:(j + 1) * width],
                                  d[i * height:(i + 1) * height, j * width:(j + 1) * width], bins) for j in range(columns)] for i in range(rows)])
    return np.concatenate([normalize_block(h[i:i + block[0], j:j + block[1]]).ravel()
                           for i in range(rows - block[0] + 1) for j in range(columns - block[1] + 1)])

# %% wrong: blocks are always 2×2 | 2 of 4
# blocks are always 2×2 for you: use `block`
def hog(image, bins=9, cell=(8, 8), block=(2, 2)):
    m, d = magnitude_direction(*gradients(image))
    rows, columns = m.shape[0] // cell[0], m.shape[1] // cell[1]
    h = np.array([[cell_histogram(m[i * cell[0]:(i + 1) * cell[0], j * cell[1]:(j + 1) * cell[1]],
                                  d[i * cell[0]:(i + 1) * cell[0], j * cell[1]:(j + 1) * cell[1]], bins) for j in range(columns)] for i in range(rows)])
    return np.concatenate([normalize_block(h[i:i + 2, j:j + 2]).ravel() for i in range(rows - 1) for j in range(columns - 1)])

# %% wrong: does not hand on the number of bins | 2 of 4
# there are always 9 bins for you: hand `bins` on
def hog(image, bins=9, cell=(8, 8), block=(2, 2)):
    m, d = magnitude_direction(*gradients(image))
    rows, columns = m.shape[0] // cell[0], m.shape[1] // cell[1]
    h = np.array([[cell_histogram(m[i * cell[0]:(i + 1) * cell[0], j * cell[1]:(j + 1) * cell[1]],
                                  d[i * cell[0]:(i + 1) * cell[0], j * cell[1]:(j + 1) * cell[1]]) for j in range(columns)] for i in range(rows)])
    return np.concatenate([normalize_block(h[i:i + block[0], j:j + block[1]]).ravel()
                           for i in range(rows - block[0] + 1) for j in range(columns - block[1] + 1)])

# %% wrong: cuts the picture to whole cells before the gradients | 3 of 4
# the pixels that fill no cell were cut off before the gradients; cut them off afterwards
def hog(image, bins=9, cell=(8, 8), block=(2, 2)):
    rows, columns = image.shape[0] // cell[0], image.shape[1] // cell[1]
    m, d = magnitude_direction(*gradients(image[:rows * cell[0], :columns * cell[1]]))
    h = np.array([[cell_histogram(m[i * cell[0]:(i + 1) * cell[0], j * cell[1]:(j + 1) * cell[1]],
                                  d[i * cell[0]:(i + 1) * cell[0], j * cell[1]:(j + 1) * cell[1]], bins) for j in range(columns)] for i in range(rows)])
    return np.concatenate([normalize_block(h[i:i + block[0], j:j + block[1]]).ravel()
                           for i in range(rows - block[0] + 1) for j in range(columns - block[1] + 1)])

# %% wrong: goes down the columns of blocks first | 1 of 4
# right, but the blocks follow each other down the columns; they should go in reading order
def hog(image, bins=9, cell=(8, 8), block=(2, 2)):
    m, d = magnitude_direction(*gradients(image))
    rows, columns = m.shape[0] // cell[0], m.shape[1] // cell[1]
    h = np.array([[cell_histogram(m[i * cell[0]:(i + 1) * cell[0], j * cell[1]:(j + 1) * cell[1]],
                                  d[i * cell[0]:(i + 1) * cell[0], j * cell[1]:(j + 1) * cell[1]], bins) for j in range(columns)] for i in range(rows)])
    return np.concatenate([normalize_block(h[i:i + block[0], j:j + block[1]]).ravel()
                           for j in range(columns - block[1] + 1) for i in range(rows - block[0] + 1)])

# %% wrong: normalises the whole descriptor once | 1 of 4
# the whole descriptor has been normalised once; each block has its own length
def hog(image, bins=9, cell=(8, 8), block=(2, 2)):
    m, d = magnitude_direction(*gradients(image))
    rows, columns = m.shape[0] // cell[0], m.shape[1] // cell[1]
    h = np.array([[cell_histogram(m[i * cell[0]:(i + 1) * cell[0], j * cell[1]:(j + 1) * cell[1]],
                                  d[i * cell[0]:(i + 1) * cell[0], j * cell[1]:(j + 1) * cell[1]], bins) for j in range(columns)] for i in range(rows)])
    long = np.concatenate([normalize_block(h[i:i + block[0], j:j + block[1]]).ravel()
                           for i in range(rows - block[0] + 1) for j in range(columns - block[1] + 1)])
    return long / np.sqrt(np.sum(long ** 2))

# %% wrong: keeps the axes of blocks and cells | 0 of 4
# write all numbers in one row: `ravel`
def hog(image, bins=9, cell=(8, 8), block=(2, 2)):
    m, d = magnitude_direction(*gradients(image))
    rows, columns = m.shape[0] // cell[0], m.shape[1] // cell[1]
    h = np.array([[cell_histogram(m[i * cell[0]:(i + 1) * cell[0], j * cell[1]:(j + 1) * cell[1]],
                                  d[i * cell[0]:(i + 1) * cell[0], j * cell[1]:(j + 1) * cell[1]], bins) for j in range(columns)] for i in range(rows)])
    return np.array([[normalize_block(h[i:i + block[0], j:j + block[1]]) for j in range(columns - block[1] + 1)] for i in range(rows - block[0] + 1)])

# %% wrong: asks scikit-image | 0 of 4
# `hog` is to be written by hand, and your code uses `skimage.feature.hog`: write out what it does
from skimage.feature import hog as library_hog
def hog(image, bins=9, cell=(8, 8), block=(2, 2)):
    return library_hog(image, bins, cell, block)

# %% wrong: puts blocks behind each other that still have axes | 0 of 4
# write all numbers in one row: `ravel`
def hog(image, bins=9, cell=(8, 8), block=(2, 2)):
    m, d = magnitude_direction(*gradients(image))
    rows, columns = m.shape[0] // cell[0], m.shape[1] // cell[1]
    h = np.array([[cell_histogram(m[i * cell[0]:(i + 1) * cell[0], j * cell[1]:(j + 1) * cell[1]],
                                  d[i * cell[0]:(i + 1) * cell[0], j * cell[1]:(j + 1) * cell[1]], bins) for j in range(columns)] for i in range(rows)])
    return np.concatenate([normalize_block(h[i:i + block[0], j:j + block[1]])
                           for i in range(rows - block[0] + 1) for j in range(columns - block[1] + 1)])

# %% wrong: one block too few in each direction | 0 of 4
# the last blocks are missing: there is one place more than n − b, as for a kernel
def hog(image, bins=9, cell=(8, 8), block=(2, 2)):
    m, d = magnitude_direction(*gradients(image))
    rows, columns = m.shape[0] // cell[0], m.shape[1] // cell[1]
    h = np.array([[cell_histogram(m[i * cell[0]:(i + 1) * cell[0], j * cell[1]:(j + 1) * cell[1]],
                                  d[i * cell[0]:(i + 1) * cell[0], j * cell[1]:(j + 1) * cell[1]], bins) for j in range(columns)] for i in range(rows)])
    row = []
    for i in range(rows - block[0]):
        for j in range(columns - block[1]):
            row.extend(np.ravel(normalize_block(h[i:i + block[0], j:j + block[1]])))
    return np.array(row)

# %% wrong: one block too few in each row of blocks | 0 of 4
# the last blocks are missing: there is one place more than n − b, as for a kernel
def hog(image, bins=9, cell=(8, 8), block=(2, 2)):
    m, d = magnitude_direction(*gradients(image))
    rows, columns = m.shape[0] // cell[0], m.shape[1] // cell[1]
    h = np.array([[cell_histogram(m[i * cell[0]:(i + 1) * cell[0], j * cell[1]:(j + 1) * cell[1]],
                                  d[i * cell[0]:(i + 1) * cell[0], j * cell[1]:(j + 1) * cell[1]], bins) for j in range(columns)] for i in range(rows)])
    return np.concatenate([normalize_block(h[i:i + block[0], j:j + block[1]]).ravel()
                           for i in range(rows - block[0] + 1) for j in range(columns - block[1])])

# %% wrong: Sobel's masks | 1 of 4
# these are the gradients of Sobel's masks; HOG takes the plain difference, `gradients`
def hog(image, bins=9, cell=(8, 8), block=(2, 2)):
    m, d = magnitude_direction(*sobel(np.pad(np.asarray(image, dtype=float), 1, mode="edge")))
    rows, columns = m.shape[0] // cell[0], m.shape[1] // cell[1]
    h = np.array([[cell_histogram(m[i * cell[0]:(i + 1) * cell[0], j * cell[1]:(j + 1) * cell[1]],
                                  d[i * cell[0]:(i + 1) * cell[0], j * cell[1]:(j + 1) * cell[1]], bins) for j in range(columns)] for i in range(rows)])
    return np.concatenate([normalize_block(h[i:i + block[0], j:j + block[1]]).ravel()
                           for i in range(rows - block[0] + 1) for j in range(columns - block[1] + 1)])

# %% right: the votes of all pixels at once
def hog(image, bins=9, cell=(8, 8), block=(2, 2)):
    m, d = magnitude_direction(*gradients(image))
    rows, columns = np.shape(m)[0] // cell[0], np.shape(m)[1] // cell[1]
    m, d = m[:rows * cell[0], :columns * cell[1]], d[:rows * cell[0], :columns * cell[1]]
    i, j = np.indices(m.shape)
    votes = np.zeros((rows, columns, bins))
    np.add.at(votes, (i // cell[0], j // cell[1], (d % 180 // (180 / bins)).astype(int)), m / (cell[0] * cell[1]))
    found = []
    for a in range(rows - block[0] + 1):
        for b in range(columns - block[1] + 1):
            found.extend(np.ravel(normalize_block(votes[a:a + block[0], b:b + block[1]])))
    return np.array(found)

# %% right: with a helper and lists, in float32 at the end
def cell_at(values, i, j, cell):
    return values[i * cell[0]:i * cell[0] + cell[0], j * cell[1]:j * cell[1] + cell[1]]

def hog(image, bins=9, cell=(8, 8), block=(2, 2)):
    image = np.array(image, dtype=float)
    magnitude, direction = magnitude_direction(*gradients(image))
    down, across = image.shape[0] // cell[0], image.shape[1] // cell[1]
    votes = {}
    for i in range(down):
        for j in range(across):
            votes[i, j] = cell_histogram(cell_at(magnitude, i, j, cell), cell_at(direction, i, j, cell), bins=bins)
    row = []
    for i in range(down - block[0] + 1):
        for j in range(across - block[1] + 1):
            one = np.array([[votes[i + a, j + b] for b in range(block[1])] for a in range(block[0])])
            row += list(normalize_block(one).flatten())
    return np.array(row, dtype=np.float32)

# %% right: cells cut with reshape
def hog(image, bins=9, cell=(8, 8), block=(2, 2)):
    found = []
    for values in magnitude_direction(*gradients(image)):
        rows, columns = values.shape[0] // cell[0], values.shape[1] // cell[1]
        whole = values[:rows * cell[0], :columns * cell[1]]
        found.append(whole.reshape(rows, cell[0], columns, cell[1]).swapaxes(1, 2))
    magnitude, direction = found
    votes = np.array([[cell_histogram(m, d, bins) for m, d in zip(*line)] for line in zip(magnitude, direction)])
    row = []
    for i in range(len(votes) - block[0] + 1):
        for j in range(len(votes[0]) - block[1] + 1):
            row.extend(np.asarray(normalize_block(votes[i:i + block[0], j:j + block[1]])).ravel().tolist())
    return row

# %% right: blocks put together with np.append
def hog(image, bins=9, cell=(8, 8), block=(2, 2)):
    size, towards = magnitude_direction(*gradients(image))
    rows, columns = image.shape[0] // cell[0], image.shape[1] // cell[1]
    votes = np.zeros((rows, columns, bins))
    for r in range(rows):
        for c in range(columns):
            part = slice(r * cell[0], (r + 1) * cell[0]), slice(c * cell[1], (c + 1) * cell[1])
            votes[r, c] = cell_histogram(size[part], towards[part], bins)
    found = np.array([])
    for r in range(rows - block[0] + 1):
        for c in range(columns - block[1] + 1):
            found = np.append(found, np.ravel(normalize_block(votes[r:r + block[0], c:c + block[1]])))
    return found
