# Exercise 9: the same new order of pixels for all pictures.

# %% idea
# If each picture is one long row of pixels, the new order picks places from that row. Afterwards the row becomes a
# picture again. Check with a small one which of the two directions the order means.

# %% draw
def pictures(d, kinds):
    n, rows, columns = d.one_of(((2, 2, 3), (3, 3, 2), (2, 4, 2), (2, 1, 5), (3, 2, 3)))
    return d.array(n, rows, columns, kinds=kinds, ties=False), d.laid_out(d.random.permutation(rows * columns))

def test_permuted_values(d):
    return pictures(d, ("eighths", "whole"))

def test_permuted_any(d):
    return pictures(d, ("eighths", "whole", "grey", "single", "unit", "tiny"))

# %% wrong: the order turned round | 0 of 2
# this is the inverse: the old pixel number k went to place order[k]; the new number k is to be the old number order[k]
def permuted(images, order):
    new = np.empty((len(images), len(order)), images.dtype)
    new[:, order] = images.reshape(len(images), -1)
    return new.reshape(images.shape)

# %% wrong: another order for each picture | 0 of 2
# the pictures after the first have another order: use the same one for all
def permuted(images, order):
    return np.array([image.ravel()[np.roll(order, k)].reshape(image.shape) for k, image in enumerate(images)])

# %% wrong: only the first picture | 0 of 2
# only the first picture was changed: do the same with all of them
def permuted(images, order):
    new = np.array(images)
    new[0] = images[0].ravel()[order].reshape(images[0].shape)
    return new

# %% wrong: the first picture in place of all | 0 of 2
# all are the first picture now: are the places counted within each picture?
def permuted(images, order):
    return np.array([images.ravel()[order].reshape(images[0].shape) for _ in images])

# %% wrong: counted column by column | 0 of 2
# pixels were counted column by column; count them row by row
def permuted(images, order):
    flat = images.swapaxes(1, 2).reshape(len(images), -1)[:, order]
    return flat.reshape(len(images), images.shape[2], images.shape[1]).swapaxes(1, 2)

# %% wrong: counted as they lie in memory | 0 of 2
# pixels were counted as they lie in memory, which can be column by column (`order="K"`): count them row by row
def permuted(images, order):
    return np.array([image.ravel(order="K")[order].reshape(image.shape) for image in images])

# %% wrong: rows and columns swapped at the end | 0 of 2
# rows and columns are swapped in the result: it is to have the shape of `images`
def permuted(images, order):
    n, rows, columns = images.shape
    return images.reshape(n, -1)[:, order].reshape(n, columns, rows)

# %% wrong: flat pictures | 0 of 2
# the pictures are flat rows of pixels now: give them their shape again
def permuted(images, order):
    return images.reshape(len(images), -1)[:, order]

# %% wrong: an order of its own | 0 of 2
# this is another order than `order`: use the one that is given
def permuted(images, order):
    own = np.random.default_rng(0).permutation(len(order))
    return images.reshape(len(images), -1)[:, own].reshape(images.shape)

# %% wrong: backwards | 0 of 2
# the order was used backwards
def permuted(images, order):
    return images.reshape(len(images), -1)[:, order[::-1]].reshape(images.shape)

# %% wrong: twice | 0 of 2
# the pixels were put into the new order twice
def permuted(images, order):
    return images.reshape(len(images), -1)[:, order][:, order].reshape(images.shape)

# %% wrong: whole rows change places | 0 of 2
# whole rows changed places; each pixel is to move by itself
def permuted(images, order):
    rows = np.argsort(order[:images.shape[1]])
    return images[:, rows]

# %% wrong: nothing is moved | 0 of 2
# nothing was moved
def permuted(images, order):
    return np.array(images)

# %% wrong: in place | 1 of 2
# your function changed the array `images` that it was given; work on a copy (`images.copy()`), because the caller still needs the old one
def permuted(images, order):
    new = images.reshape(len(images), -1)[:, order].reshape(images.shape)
    if images.flags.writeable:
        images[...] = new
    return new

# %% right: pixel by pixel
def permuted(images, order):
    n, rows, columns = images.shape
    new = np.zeros_like(images)
    for k, old in enumerate(order):
        new[:, k // columns, k % columns] = images[:, old // columns, old % columns]
    return new

# %% right: rows and columns of the old places
def permuted(images, order):
    old = np.reshape(order, images.shape[1:])
    return images[:, old // images.shape[2], old % images.shape[2]]

# %% right: a list of rearranged pictures
def permuted(images, order):
    return np.stack([np.take(picture, order).reshape(picture.shape) for picture in images])

# %% equivalent
# `1` → `2`: NumPy takes every negative size, −2 too, for the one that it is to find out

# %% right: into an array of fractions
def permuted(images, order):
    result = np.zeros(images.shape)
    for number, image in enumerate(images):
        result[number] = image.ravel()[order].reshape(image.shape)
    return result
