# Exercise 4: the part of a picture that one value sees.

# %% idea
# Follow both ends of the box, the first row that is seen and the last one, and do the same for columns. Both go through
# the layers from the last to the first. Only at the picture is anything cut off; and mind that a slice ends one behind
# its last row.

# %% draw
def layer(d, paddings):
    kernel = d.whole(2, 5)
    return conv("c", 4, kernel, d.whole(1, 3), d.one_of(paddings)) if d.chance(0.7) else pool("p", d.whole(2, 3), d.whole(2, 3))

def test_box_plain(d):
    layers = [layer(d, (0,)) for _ in range(d.whole(1, 3))]
    return layers, d.whole(1, 4), d.whole(5, 7), (400, 500)

def test_box_padding(d):
    layers = [conv("c", 4, d.whole(2, 5), d.whole(1, 2), d.whole(1, 2)), *(layer(d, (0, 1, 2)) for _ in range(d.whole(1, 2)))]
    row, column = d.whole(0, 3), d.whole(4, 6)
    return layers, row, column, tuple(end_of(layers, place) + d.one_of((-2, -1, 1, 9, 20)) for place in (row, column))


def end_of(layers, place):
    """Where the field of the value at a place ends, in a picture without an end; at least 9."""
    for one in reversed(layers):
        place = place * one["stride"] - one["padding"] + one["kernel"] - 1
    return max(place + 1, 9)

# %% wrong: from the picture to the value | 0 of 3
# the layers were walked from the picture on: go backwards, from the last one
def unit_box(layers, row, column, sides):
    first, last = [row, column], [row, column]
    for layer in layers:
        first = [place * layer["stride"] - layer["padding"] for place in first]
        last = [place * layer["stride"] - layer["padding"] + layer["kernel"] - 1 for place in last]
    return max(first[0], 0), max(first[1], 0), min(last[0] + 1, sides[0]), min(last[1] + 1, sides[1])

# %% wrong: without padding | 1 of 3
# the padding was not used: it moves the box up and to the left
def unit_box(layers, row, column, sides):
    first, last = [row, column], [row, column]
    for layer in reversed(layers):
        first = [place * layer["stride"] for place in first]
        last = [place * layer["stride"] + layer["kernel"] - 1 for place in last]
    return max(first[0], 0), max(first[1], 0), min(last[0] + 1, sides[0]), min(last[1] + 1, sides[1])

# %% wrong: the padding added | 1 of 3
# the padding was added; row 0 of the output begins at row −p of what went in
def unit_box(layers, row, column, sides):
    first, last = [row, column], [row, column]
    for layer in reversed(layers):
        first = [place * layer["stride"] + layer["padding"] for place in first]
        last = [place * layer["stride"] + layer["padding"] + layer["kernel"] - 1 for place in last]
    return max(first[0], 0), max(first[1], 0), min(last[0] + 1, sides[0]), min(last[1] + 1, sides[1])

# %% wrong: what lies outside is left in | 1 of 3
# part of the box lies outside of the picture: cut it off
def unit_box(layers, row, column, sides):
    first, last = [row, column], [row, column]
    for layer in reversed(layers):
        first = [place * layer["stride"] - layer["padding"] for place in first]
        last = [place * layer["stride"] - layer["padding"] + layer["kernel"] - 1 for place in last]
    return first[0], first[1], last[0] + 1, last[1] + 1

# %% wrong: the box is moved into the picture | 1 of 3
# the box was moved into the picture; what lies outside is cut off, and the box becomes smaller
def unit_box(layers, row, column, sides):
    first, last = [row, column], [row, column]
    for layer in reversed(layers):
        first = [place * layer["stride"] - layer["padding"] for place in first]
        last = [place * layer["stride"] - layer["padding"] + layer["kernel"] - 1 for place in last]
    ends = []
    for low, high, side in zip(first, last, sides):
        length = high + 1 - low
        low = max(min(low, side - length), 0)
        ends.append((low, min(low + length, side)))
    return ends[0][0], ends[1][0], ends[0][1], ends[1][1]

# %% wrong: cut off above and on the left only | 1 of 3
# the box reaches over the lower or right border: cut off what lies there, too
def unit_box(layers, row, column, sides):
    first, last = [row, column], [row, column]
    for layer in reversed(layers):
        first = [place * layer["stride"] - layer["padding"] for place in first]
        last = [place * layer["stride"] - layer["padding"] + layer["kernel"] - 1 for place in last]
    return max(first[0], 0), max(first[1], 0), last[0] + 1, last[1] + 1

# %% wrong: the last row and column as ends | 0 of 3
# the ends are those of a slice: one more than the last row and column
def unit_box(layers, row, column, sides):
    first, last = [row, column], [row, column]
    for layer in reversed(layers):
        first = [place * layer["stride"] - layer["padding"] for place in first]
        last = [place * layer["stride"] - layer["padding"] + layer["kernel"] - 1 for place in last]
    return max(first[0], 0), max(first[1], 0), min(last[0], sides[0] - 1), min(last[1], sides[1] - 1)

# %% wrong: one row too many at every layer | 0 of 3
# the box grows by one too many at every layer: a kernel of f rows that begins at row a ends at a + f − 1
def unit_box(layers, row, column, sides):
    first, last = [row, column], [row, column]
    for layer in reversed(layers):
        first = [place * layer["stride"] - layer["padding"] for place in first]
        last = [place * layer["stride"] - layer["padding"] + layer["kernel"] for place in last]
    return max(first[0], 0), max(first[1], 0), min(last[0] + 1, sides[0]), min(last[1] + 1, sides[1])

# %% wrong: the field without its place | 0 of 3
# this box lies in the corner of the picture: the place of the value was not used
def unit_box(layers, row, column, sides):
    first, last = [0, 0], [0, 0]
    for layer in reversed(layers):
        first = [place * layer["stride"] - layer["padding"] for place in first]
        last = [place * layer["stride"] - layer["padding"] + layer["kernel"] - 1 for place in last]
    return max(first[0], 0), max(first[1], 0), min(last[0] + 1, sides[0]), min(last[1] + 1, sides[1])

# %% wrong: rows and columns swapped | 0 of 3
# rows and columns are swapped: the order is top, left, bottom, right
def unit_box(layers, row, column, sides):
    first, last = [row, column], [row, column]
    for layer in reversed(layers):
        first = [place * layer["stride"] - layer["padding"] for place in first]
        last = [place * layer["stride"] - layer["padding"] + layer["kernel"] - 1 for place in last]
    return max(first[1], 0), max(first[0], 0), min(last[1] + 1, sides[1]), min(last[0] + 1, sides[0])

# %% wrong: top, bottom, left, right | 0 of 3
# the order is top, left, bottom, right; yours is top, bottom, left, right
def unit_box(layers, row, column, sides):
    first, last = [row, column], [row, column]
    for layer in reversed(layers):
        first = [place * layer["stride"] - layer["padding"] for place in first]
        last = [place * layer["stride"] - layer["padding"] + layer["kernel"] - 1 for place in last]
    return max(first[0], 0), min(last[0] + 1, sides[0]), max(first[1], 0), min(last[1] + 1, sides[1])

# %% wrong: top, left, right, bottom | 0 of 3
# the order is top, left, bottom, right; yours is top, left, right, bottom
def unit_box(layers, row, column, sides):
    first, last = [row, column], [row, column]
    for layer in reversed(layers):
        first = [place * layer["stride"] - layer["padding"] for place in first]
        last = [place * layer["stride"] - layer["padding"] + layer["kernel"] - 1 for place in last]
    return max(first[0], 0), max(first[1], 0), min(last[1] + 1, sides[1]), min(last[0] + 1, sides[0])

# %% wrong: height and width as ends | 0 of 3
# the last two are height and width here: ends are asked for
def unit_box(layers, row, column, sides):
    first, last = [row, column], [row, column]
    for layer in reversed(layers):
        first = [place * layer["stride"] - layer["padding"] for place in first]
        last = [place * layer["stride"] - layer["padding"] + layer["kernel"] - 1 for place in last]
    top, left, bottom, right = max(first[0], 0), max(first[1], 0), min(last[0] + 1, sides[0]), min(last[1] + 1, sides[1])
    return top, left, bottom - top, right - left

# %% wrong: the strides ignored | 0 of 3
# the strides were not used: neighbours in the output are `stride` apart in what went in
def unit_box(layers, row, column, sides):
    first, last = [row, column], [row, column]
    for layer in reversed(layers):
        first = [place - layer["padding"] for place in first]
        last = [place - layer["padding"] + layer["kernel"] - 1 for place in last]
    return max(first[0], 0), max(first[1], 0), min(last[0] + 1, sides[0]), min(last[1] + 1, sides[1])

# %% wrong: the padding before the stride | 1 of 3
# the padding was taken off before the stride: i · s − p, not (i − p) · s
def unit_box(layers, row, column, sides):
    first, last = [row, column], [row, column]
    for layer in reversed(layers):
        first = [(place - layer["padding"]) * layer["stride"] for place in first]
        last = [(place - layer["padding"]) * layer["stride"] + layer["kernel"] - 1 for place in last]
    return max(first[0], 0), max(first[1], 0), min(last[0] + 1, sides[0]), min(last[1] + 1, sides[1])

# %% wrong: the sides swapped | 1 of 3
# `sides` are rows and columns, in this order
def unit_box(layers, row, column, sides):
    first, last = [row, column], [row, column]
    for layer in reversed(layers):
        first = [place * layer["stride"] - layer["padding"] for place in first]
        last = [place * layer["stride"] - layer["padding"] + layer["kernel"] - 1 for place in last]
    return max(first[0], 0), max(first[1], 0), min(last[0] + 1, sides[1]), min(last[1] + 1, sides[0])

# %% right: size, jump and start, from the picture on
def unit_box(layers, row, column, sides):
    size, jump, start = 1, 1, 0
    for layer in layers:
        start -= layer["padding"] * jump
        size += (layer["kernel"] - 1) * jump
        jump *= layer["stride"]
    top, left = start + row * jump, start + column * jump
    return max(0, top), max(0, left), min(sides[0], top + size), min(sides[1], left + size)

# %% right: recursion, and sets of rows
def unit_box(layers, row, column, sides):
    def seen(number, places):
        if number < 0:
            return places
        layer = layers[number]
        return seen(number - 1, {place * layer["stride"] - layer["padding"] + k for place in places for k in range(layer["kernel"])})

    rows = [place for place in seen(len(layers) - 1, {row}) if 0 <= place < sides[0]]
    columns = [place for place in seen(len(layers) - 1, {column}) if 0 <= place < sides[1]]
    return [min(rows), min(columns), max(rows) + 1, max(columns) + 1]

# %% equivalent
# `max(place, 0)` → `max(0, place)`: the larger of two numbers is the same in either order
# `min(place + 1, side)` → `min(side, place + 1)`: the smaller of two numbers is the same in either order
