# Exercise 5: the strongest places of a unit, at most one of each photograph.

# %% idea
# Two steps: the best place of each photograph, and then the best of these. For ties, ask of each tool that you use
# which of two equal ones it takes first. And unsigned numbers have no minus.

# %% draw
def maps(d, kinds):
    some = d.array(d.whole(3, 5), *d.one_of(((2, 3), (3, 2), (1, 4), (2, 4))), kinds=kinds, plain=True)
    if d.chance(0.4):
        some.ravel()[d.random.integers(0, some.size, 3)] = some.max()
    return d.laid_out(some)

def test_patches_few(d):
    some = maps(d, ("whole", "eighths"))
    return some, d.whole(2, len(some) - 1)

def test_patches_kept(d):
    if d.chance(0.35):  # a unit that does not fire at all in some photographs
        some = np.array(maps(d, ("grey", "deep grey", "deep")))
        some[d.random.integers(0, len(some), d.whole(1, 2))] = 0
        return d.laid_out(some), d.whole(1, 7)
    if d.chance(0.2):  # signed bytes, whose smallest has no negative
        some = np.array(maps(d, ("whole",))).clip(-128, 127).astype(np.int8)
        some[d.whole(0, len(some) - 1)] = -128
        return d.laid_out(some), d.whole(1, 7)
    some = maps(d, ("whole", "eighths", "single", "small", "tiny", "large", "positive"))
    some = d.laid_out(-np.abs(some) - 1) if d.chance(0.3) else some
    return some, d.whole(1, 7)

# %% wrong: several of one photograph | 0 of 2
# several places are on the same photograph: take the strongest of each
def top_patches(maps, count):
    order = np.argsort(-np.asarray(maps, float), axis=None, kind="stable")[:min(count, len(maps))]
    return [tuple(int(k) for k in np.unravel_index(place, maps.shape)) for place in order]

# %% wrong: the weakest first | 0 of 2
# these are the photographs in which the unit fires least: sort from the largest down
def top_patches(maps, count):
    best = [(float(one.max()), k, *map(int, np.unravel_index(one.argmax(), one.shape))) for k, one in enumerate(maps)]
    return [place[1:] for place in sorted(best, key=lambda place: place[0])[:count]]

# %% wrong: the strongest ones, the weakest of them first | 0 of 2
# the right places, in the reverse order: the strongest comes first
def top_patches(maps, count):
    best = [(float(one.max()), k, *map(int, np.unravel_index(one.argmax(), one.shape))) for k, one in enumerate(maps)]
    return [place[1:] for place in sorted(best, key=lambda place: -place[0])[:count]][::-1]

# %% wrong: in the order of the photographs | 0 of 2
# these are in the order of the photographs: the strongest comes first
def top_patches(maps, count):
    return [(k, *map(int, np.unravel_index(one.argmax(), one.shape))) for k, one in enumerate(maps)][:count]

# %% wrong: ranks photographs by the mean of the map | 0 of 2
# the photographs are sorted by the mean of their maps: the strongest value counts
def top_patches(maps, count):
    best = [(float(one.mean()), k, *map(int, np.unravel_index(one.argmax(), one.shape))) for k, one in enumerate(maps)]
    return [place[1:] for place in sorted(best, key=lambda place: -place[0])[:count]]

# %% wrong: by size, whatever the sign | 0 of 2
# a large negative value was taken for a strong one: a unit that is far below 0 does not fire
def top_patches(maps, count):
    maps = np.abs(np.asarray(maps, float))
    best = [(float(one.max()), k, *map(int, np.unravel_index(one.argmax(), one.shape))) for k, one in enumerate(maps)]
    return [place[1:] for place in sorted(best, key=lambda place: -place[0])[:count]]

# %% wrong: column before row | 0 of 2
# row and column are swapped
def top_patches(maps, count):
    best = [(float(one.max()), k, *map(int, np.unravel_index(one.argmax(), one.shape)[::-1])) for k, one in enumerate(maps)]
    return [place[1:] for place in sorted(best, key=lambda place: -place[0])[:count]]

# %% wrong: divides the flat place by the number of rows | 0 of 2
# the place in reading order was divided by the number of rows; a row has as many places as there are columns
def top_patches(maps, count):
    best = [(float(one.max()), k, *divmod(int(one.argmax()), one.shape[0])) for k, one in enumerate(maps)]
    return [place[1:] for place in sorted(best, key=lambda place: -place[0])[:count]]

# %% wrong: the flat place | 0 of 2
# a place is a row and a column: `np.unravel_index` makes them of one number
def top_patches(maps, count):
    best = [(float(one.max()), k, int(one.argmax())) for k, one in enumerate(maps)]
    return [place[1:] for place in sorted(best, key=lambda place: -place[0])[:count]]

# %% wrong: with the values | 0 of 2
# the values came along: only photograph, row and column are asked for
def top_patches(maps, count):
    best = [(float(one.max()), k, *map(int, np.unravel_index(one.argmax(), one.shape))) for k, one in enumerate(maps)]
    return sorted(best, key=lambda place: -place[0])[:count]

# %% wrong: equal photographs in the reverse order | 0 of 2
# of equally strong photographs the later one came first
def top_patches(maps, count):
    best = [(float(one.max()), k, *map(int, np.unravel_index(one.argmax(), one.shape))) for k, one in enumerate(maps)]
    return [place[1:] for place in sorted(best, key=lambda place: (place[0], place[1]), reverse=True)[:count]]

# %% wrong: of equal places the last one | 0 of 2
# of equally strong places in one photograph the last one was taken
def top_patches(maps, count):
    best = []
    for k, one in enumerate(maps):
        rows, columns = np.nonzero(one == one.max())
        best.append((float(one.max()), k, int(rows[-1]), int(columns[-1])))
    return [place[1:] for place in sorted(best, key=lambda place: -place[0])[:count]]

# %% wrong: begins the search with 0 | 1 of 2
# where all values are below 0 nothing was found: begin with the first value, not with 0
def top_patches(maps, count):
    best = []
    for k, one in enumerate(maps):
        most, place = 0, (0, 0)
        for row, column in np.ndindex(one.shape):
            if one[row, column] > most:
                most, place = float(one[row, column]), (row, column)
        best.append((most, k, *place))
    return [place[1:] for place in sorted(best, key=lambda place: -place[0])[:count]]

# %% wrong: one too many | 0 of 2
# one too many: `count` places are asked for
def top_patches(maps, count):
    best = [(float(one.max()), k, *map(int, np.unravel_index(one.argmax(), one.shape))) for k, one in enumerate(maps)]
    return [place[1:] for place in sorted(best, key=lambda place: -place[0])[:count + 1]]

# %% wrong: writes over what it has found | 1 of 2
# your function changed the array `maps` that it was given; work on a copy (`maps.copy()`), because the caller still needs the old one
def top_patches(maps, count):
    work, found = maps if maps.flags.writeable else maps.copy(), []
    low = work.min()
    for _ in range(min(count, len(maps))):
        k, row, column = (int(i) for i in np.unravel_index(work.argmax(), work.shape))
        while k in [place[0] for place in found]:
            work[k] = low - 1 if work.dtype.kind != "u" else 0
            rest = [n for n in range(len(work)) if n not in [place[0] for place in found]]
            k = max(rest, key=lambda n: (work[n].max(), -n))
            row, column = (int(i) for i in np.unravel_index(work[k].argmax(), work[k].shape))
        found.append((k, row, column))
        work[k] = low - 1
    return found

# %% wrong: the negative of unsigned numbers | 1 of 2
# photographs with 0 everywhere came first: of unsigned numbers, −5 is 251 and −0 the smallest; sort by the negative of fractions (`float`)
def top_patches(maps, count):
    peaks = np.max(maps, axis=(1, 2))
    found = []
    for k in np.argsort(-peaks, kind="stable")[:count]:
        row, column = divmod(int(np.argmax(maps[k])), maps.shape[2])
        found.append((int(k), row, column))
    return found

# %% wrong: nearly equal values as ties | 1 of 2
# values that differ by little were taken for equal: only equal ones are
def top_patches(maps, count):
    maps = np.round(np.asarray(maps, float), 6)
    places = [np.unravel_index(np.argmax(one), one.shape) for one in maps]
    order = sorted(range(len(maps)), key=lambda k: (-maps[k].max(), k))[:count]
    return [(k, int(places[k][0]), int(places[k][1])) for k in order]

# %% wrong: sorted by the negative of signed bytes | 1 of 2
# −128 has no negative among signed bytes: sort by numbers of a wider type
def top_patches(maps, count):
    wide = maps.astype(np.int64) if maps.dtype.kind == "u" else maps
    flat = wide.reshape(len(wide), -1)
    order = np.argsort(-flat.max(axis=1), kind="stable")[:count]
    return [(int(n), *(int(p) for p in np.unravel_index(flat[n].argmax(), maps.shape[1:]))) for n in order]

# %% right: all maxima at once
def top_patches(maps, count):
    flat = np.ascontiguousarray(maps).reshape(len(maps), -1)
    places = flat.argmax(axis=1)
    order = np.argsort(-flat.max(axis=1).astype(float), kind="stable")[:count]
    return [(int(k), int(places[k]) // maps.shape[2], int(places[k]) % maps.shape[2]) for k in order]

# %% right: all places sorted, and a photograph only once
def top_patches(maps, count):
    places = sorted(np.ndindex(maps.shape), key=lambda place: (-float(maps[place]), place))
    seen, found = set(), []
    for place in places:
        if place[0] not in seen and len(found) < count:
            seen.add(place[0])
            found.append(list(place))
    return found

# %% equivalent
# `int(row)` → `row`: a whole number of NumPy is a whole number, too
# `int(column)` → `column`: a whole number of NumPy is a whole number, too
