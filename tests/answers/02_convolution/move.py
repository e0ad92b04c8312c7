# Exercise 3: a picture moved down and to the right; what leaves is lost, what becomes free gets the value `fill`.

# %% idea
# Begin with a picture that holds nothing but the fill value. Then ask of each old pixel where it goes, and whether that
# place is still on the picture.

# %% draw
def picture(d, kinds=KINDS):
    return d.image(d.whole(1, 5), d.whole(2, 5), kinds=kinds)

def test_move_forward(d):
    image = picture(d)
    down = d.whole(0, len(image) - 1)
    return image, down, d.whole(0 if down else 1, image.shape[1] - 1)

def test_move_back(d):
    image = picture(d)
    return image, d.whole(1 - len(image), len(image) - 1), d.whole(1 - image.shape[1], image.shape[1] - 1)

def test_move_fill(d):
    image = picture(d, ("grey", *KINDS))
    down, right = d.whole(1 - len(image), len(image) - 1), d.whole(1 - image.shape[1], image.shape[1] - 1)
    return image, down, right, d.one_of((-1, 0, 0.5, 7))

# %% wrong: what leaves comes back at the other side | 0 of 3
# what left at one edge came back at the opposite one: the pixels that become free get the value `fill`
def move(image, down, right, fill=0):
    return np.roll(image, (down, right), (0, 1))

# %% wrong: swaps down and right | 0 of 3
# down and right are swapped: rows come first
def move(image, down, right, fill=0):
    rows, columns = image.shape
    moved = np.full((rows, columns), fill, dtype=float)
    for i in range(rows):
        for j in range(columns):
            if 0 <= i + right < rows and 0 <= j + down < columns:
                moved[i + right, j + down] = image[i, j]
    return moved

# %% wrong: moves the other way | 0 of 3
# the picture moved up and to the left: positive numbers move it down and to the right
def move(image, down, right, fill=0):
    rows, columns = image.shape
    moved = np.full((rows, columns), fill, dtype=float)
    for i in range(rows):
        for j in range(columns):
            if 0 <= i - down < rows and 0 <= j - right < columns:
                moved[i - down, j - right] = image[i, j]
    return moved

# %% wrong: moves down only | 0 of 3
# the picture moved down, and not to the right: use `right`, too
def move(image, down, right, fill=0):
    rows, columns = image.shape
    moved = np.full((rows, columns), fill, dtype=float)
    for i in range(rows):
        if 0 <= i + down < rows:
            moved[i + down] = image[i]
    return moved

# %% wrong: moves to the right only | 0 of 3
# the picture moved to the right, and not down: use `down`, too
def move(image, down, right, fill=0):
    rows, columns = image.shape
    moved = np.full((rows, columns), fill, dtype=float)
    for j in range(columns):
        if 0 <= j + right < columns:
            moved[:, j + right] = image[:, j]
    return moved

# %% wrong: a negative index, which counts from the end | 1 of 3
# moved up or to the left, what leaves came back at the other side: a negative index counts from the end
def move(image, down, right, fill=0):
    rows, columns = image.shape
    moved = np.full((rows, columns), fill, dtype=float)
    for i in range(rows):
        for j in range(columns):
            if i + down < rows and j + right < columns:
                moved[i + down, j + right] = image[i, j]
    return moved

# %% wrong: does not move for negative numbers | 1 of 3
# a negative number moves the picture up or to the left; yours stayed where it was
def move(image, down, right, fill=0):
    rows, columns = image.shape
    down, right = max(down, 0), max(right, 0)
    moved = np.full((rows, columns), fill, dtype=float)
    moved[down:, right:] = image[:rows - down, :columns - right]
    return moved

# %% wrong: takes the size of a negative number | 1 of 3
# a negative number moves the picture up or to the left; yours moved down or to the right
def move(image, down, right, fill=0):
    rows, columns = image.shape
    down, right = abs(down), abs(right)
    moved = np.full((rows, columns), fill, dtype=float)
    moved[down:, right:] = image[:rows - down, :columns - right]
    return moved

# %% wrong: always fills with 0 | 2 of 3
# the free pixels got 0: they should get the value `fill`
def move(image, down, right, fill=0):
    rows, columns = image.shape
    moved = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            if 0 <= i + down < rows and 0 <= j + right < columns:
                moved[i + down, j + right] = image[i, j]
    return moved

# %% wrong: leaves the old picture where nothing came | 0 of 3
# where pixels became free the old picture is still there: they should get the value `fill`
def move(image, down, right, fill=0):
    rows, columns = image.shape
    moved = np.array(image, dtype=float)
    for i in range(rows):
        for j in range(columns):
            if 0 <= i + down < rows and 0 <= j + right < columns:
                moved[i + down, j + right] = image[i, j]
    return moved

# %% wrong: moves in place, over pixels that are still needed | 0 of 3
# your function changed the array `image` that it was given
def move(image, down, right, fill=0):
    rows, columns = image.shape
    for i in range(rows):
        for j in range(columns):
            inside = 0 <= i - down < rows and 0 <= j - right < columns
            image[i, j] = image[i - down, j - right] if inside else fill
    return image

# %% wrong: lets the picture grow | 0 of 3
# should have shape
def move(image, down, right, fill=0):
    return np.pad(image, ((max(down, 0), max(-down, 0)), (max(right, 0), max(-right, 0))), constant_values=fill)

# %% wrong: cuts off what leaves, and fills nothing | 0 of 3
# should have shape
def move(image, down, right, fill=0):
    rows, columns = image.shape
    return image[max(-down, 0):rows - max(down, 0), max(-right, 0):columns - max(right, 0)]

# %% wrong: an array of whole numbers | 0 of 3
# the fractions were lost: is the new array one of whole numbers?
def move(image, down, right, fill=0):
    rows, columns = image.shape
    moved = np.full((rows, columns), int(fill))
    for i in range(rows):
        for j in range(columns):
            if 0 <= i + down < rows and 0 <= j + right < columns:
                moved[i + down, j + right] = image[i, j]
    return moved

# %% wrong: repeats the edge | 0 of 3
# the free pixels repeat the picture's edge: they should get the value `fill`
def move(image, down, right, fill=0):
    rows, columns = image.shape
    down_to = np.clip(np.arange(rows) - down, 0, rows - 1)
    right_to = np.clip(np.arange(columns) - right, 0, columns - 1)
    return np.asarray(image)[np.ix_(down_to, right_to)]

# %% wrong: prints the picture | 0 of 3
# your function returned nothing (None): `print` shows a value, `return` hands it back
def move(image, down, right, fill=0):
    rows, columns = image.shape
    moved = np.full((rows, columns), fill, dtype=float)
    for i in range(rows):
        for j in range(columns):
            if 0 <= i + down < rows and 0 <= j + right < columns:
                moved[i + down, j + right] = image[i, j]
    print(moved)

# %% wrong: an array of the picture's type | 2 of 3
# the new array has the picture's type, which cannot hold every `fill`: make it one of floats, as with `dtype=float`
def move(image, down, right, fill=0):
    (rows, columns), moved = image.shape, np.full_like(image, fill)
    for i in range(rows):
        for j in range(columns):
            if 0 <= i + down < rows and 0 <= j + right < columns:
                moved[i + down, j + right] = image[i, j]
    return moved

# %% wrong: an array of the type of `fill` | 0 of 3
# the fractions were lost: is the new array one of whole numbers?
def move(image, down, right, fill=0):
    rows, columns = image.shape
    moved = np.full((rows, columns), fill)
    for i in range(rows):
        for j in range(columns):
            if 0 <= i + down < rows and 0 <= j + right < columns:
                moved[i + down, j + right] = image[i, j]
    return moved

# %% wrong: rolls the other way | 0 of 3
# the picture moved up and to the left: positive numbers move it down and to the right
def move(image, down, right, fill=0):
    moved = np.roll(np.asarray(image, float), (-down, -right), (0, 1))
    if down > 0:
        moved[:down] = fill
    if down < 0:
        moved[down:] = fill
    if right > 0:
        moved[:, :right] = fill
    if right < 0:
        moved[:, right:] = fill
    return moved

# %% wrong: rolls down by `right` and to the right by `down` | 0 of 3
# down and right are swapped: rows come first
def move(image, down, right, fill=0):
    moved = np.roll(np.asarray(image, float), (right, down), (0, 1))
    if down > 0:
        moved[:down] = fill
    if down < 0:
        moved[down:] = fill
    if right > 0:
        moved[:, :right] = fill
    if right < 0:
        moved[:, right:] = fill
    return moved

# %% right: two loops over the new places
def move(image, down, right, fill=0):
    rows, columns = image.shape
    return np.array([[image[i - down, j - right] if 0 <= i - down < rows and 0 <= j - right < columns else fill
                      for j in range(columns)] for i in range(rows)], dtype=float)

# %% right: a wide border, and a window cut out of it
def move(image, down, right, fill=0):
    rows, columns = image.shape
    wide = np.pad(np.asarray(image, float), ((rows, rows), (columns, columns)), constant_values=fill)
    return wide[rows - down:2 * rows - down, columns - right:2 * columns - right]

# %% right: rolled, and then the free rows and columns filled
def move(image, down, right, fill=0):
    moved = np.roll(np.asarray(image, float), (down, right), (0, 1))
    if down > 0:
        moved[:down] = fill
    elif down < 0:
        moved[down:] = fill
    if right > 0:
        moved[:, :right] = fill
    elif right < 0:
        moved[:, right:] = fill
    return moved
