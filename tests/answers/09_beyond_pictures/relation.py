# Exercise 8: how closely columns at a distance are related.

# %% idea
# Bring every column to mean 0 and length 1: then a correlation is a sum of products. Lay the table beside itself, moved
# by the distance, so that each column meets its partner; and mind where the sign is dropped, before the mean or after
# it.

# %% draw
def test_relation_neighbours(d):
    return (d.array(d.whole(3, 6), d.whole(3, 5), kinds=("eighths",), ties=False),)

def test_relation_any(d):
    columns = d.whole(3, 6)
    if d.chance(0.2):                                       # large numbers that differ little, such as times
        return d.laid_out(2.0**23 + d.array(d.whole(3, 6), columns, kinds=("eighths",), ties=False)), d.whole(1, columns - 1)
    kinds = ("eighths", "whole", "positive", "single", "tiny", "large")
    return d.array(d.whole(3, 6), columns, kinds=kinds, ties=False), d.whole(1, columns - 1)

# %% wrong: the sign is kept | 0 of 2
# opposite signs cancel each other: take the absolute value of each r
def relation(table, distance):
    centred = table - np.mean(table, axis=0)
    scaled = centred / np.sqrt(np.sum(centred ** 2, axis=0))
    return np.mean(np.sum(scaled[:, :-distance] * scaled[:, distance:], axis=0))

# %% wrong: the absolute value of the mean | 0 of 2
# the absolute value was taken of the mean; take it of each r, before the mean
def relation(table, distance):
    centred = table - np.mean(table, axis=0)
    scaled = centred / np.sqrt(np.sum(centred ** 2, axis=0))
    return np.abs(np.mean(np.sum(scaled[:, :-distance] * scaled[:, distance:], axis=0)))

# %% wrong: squares | 0 of 2
# this is the mean of r²; take |r|
def relation(table, distance):
    centred = table - np.mean(table, axis=0)
    scaled = centred / np.sqrt(np.sum(centred ** 2, axis=0))
    return np.mean(np.sum(scaled[:, :-distance] * scaled[:, distance:], axis=0) ** 2)

# %% wrong: covariances | 0 of 2
# these are covariances: divide by the root of the two sums of squares
def relation(table, distance):
    centred = table - np.mean(table, axis=0)
    return np.mean(np.abs(np.mean(centred[:, :-distance] * centred[:, distance:], axis=0)))

# %% wrong: no root | 0 of 2
# the square root in the denominator is missing
def relation(table, distance):
    centred = table - np.mean(table, axis=0)
    squares = np.sum(centred ** 2, axis=0)
    return np.mean(np.abs(np.sum(centred[:, :-distance] * centred[:, distance:], axis=0) / (squares[:-distance] * squares[distance:])))

# %% wrong: not centred | 0 of 2
# the means were not subtracted from the columns
def relation(table, distance):
    table = np.asarray(table, float)
    scaled = table / np.sqrt(np.sum(table ** 2, axis=0))
    return np.mean(np.abs(np.sum(scaled[:, :-distance] * scaled[:, distance:], axis=0)))

# %% wrong: mean of products minus product of means | 1 of 2
# large numbers that differ little cancel: subtract the means before you multiply
def relation(table, distance):
    table, found = np.asarray(table, dtype=float), []
    for one, other in zip(table.T[:-distance], table.T[distance:]):
        together = np.mean(one * other) - one.mean() * other.mean()
        spread = abs((np.mean(one**2) - one.mean() ** 2) * (np.mean(other**2) - other.mean() ** 2))
        found.append(abs(together) / np.sqrt(spread) if spread else 0.0)
    return float(np.mean(found))

# %% wrong: one mean for the whole table | 0 of 2
# one mean was subtracted from the whole table; each column has a mean of its own
def relation(table, distance):
    centred = table - np.mean(table)
    scaled = centred / np.sqrt(np.sum(centred ** 2, axis=0))
    return np.mean(np.abs(np.sum(scaled[:, :-distance] * scaled[:, distance:], axis=0)))

# %% wrong: n and n − 1 mixed | 0 of 2
# every r is too large or too small by the same factor: `np.std` divides by n, so the sum of products has to be divided by n as well
def relation(table, distance):
    centred = table - np.mean(table, axis=0)
    scaled = centred / np.std(table, axis=0)
    return np.mean(np.abs(np.sum(scaled[:, :-distance] * scaled[:, distance:], axis=0) / (len(table) - 1)))

# %% wrong: always direct neighbours | 1 of 2
# `distance` was not used: these are direct neighbours
def relation(table, distance):
    centred = table - np.mean(table, axis=0)
    scaled = centred / np.sqrt(np.sum(centred ** 2, axis=0))
    return np.mean(np.abs(np.sum(scaled[:, :-1] * scaled[:, 1:], axis=0)))

# %% wrong: all pairs up to the distance | 1 of 2
# pairs that are closer together were counted as well; take those that are exactly `distance` apart
def relation(table, distance):
    centred = table - np.mean(table, axis=0)
    scaled = centred / np.sqrt(np.sum(centred ** 2, axis=0))
    found = [np.abs(np.sum(scaled[:, :-d] * scaled[:, d:], axis=0)) for d in range(1, distance + 1)]
    return np.mean(np.concatenate(found))

# %% wrong: round the corner | 0 of 2
# the last columns were paired with the first ones: the table does not go round
def relation(table, distance):
    centred = table - np.mean(table, axis=0)
    scaled = centred / np.sqrt(np.sum(centred ** 2, axis=0))
    return np.mean(np.abs(np.sum(scaled * np.roll(scaled, -distance, axis=1), axis=0)))

# %% wrong: the first pair only | 0 of 2
# only the first pair of columns was looked at: take the mean over all pairs
def relation(table, distance):
    centred = table - np.mean(table, axis=0)
    scaled = centred / np.sqrt(np.sum(centred ** 2, axis=0))
    return np.abs(np.sum(scaled[:, 0] * scaled[:, distance]))

# %% wrong: every distance-th column | 1 of 2
# pairs were left out: 0 and d, d and 2d, …; but 1 and d + 1 are d apart as well
def relation(table, distance):
    centred = table - np.mean(table, axis=0)
    scaled = (centred / np.sqrt(np.sum(centred ** 2, axis=0)))[:, ::distance]
    return np.mean(np.abs(np.sum(scaled[:, :-1] * scaled[:, 1:], axis=0)))

# %% wrong: the sum over pairs | 0 of 2
# the |r| of all pairs were added up; take their mean
def relation(table, distance):
    centred = table - np.mean(table, axis=0)
    scaled = centred / np.sqrt(np.sum(centred ** 2, axis=0))
    return np.sum(np.abs(np.sum(scaled[:, :-distance] * scaled[:, distance:], axis=0)))

# %% wrong: one r for all pairs together | 0 of 2
# all pairs were thrown together into one r: each pair of columns has its own
def relation(table, distance):
    centred = table - np.mean(table, axis=0)
    a, b = centred[:, :-distance], centred[:, distance:]
    return np.abs(np.sum(a * b) / np.sqrt(np.sum(a ** 2) * np.sum(b ** 2)))

# %% wrong: in place | 1 of 2
# your function changed the array `table` that it was given; work on a copy (`table.copy()`), because the caller still needs the old one
def relation(table, distance):
    centred = table - np.mean(table, axis=0)
    if table.flags.writeable:
        table[...] = centred.astype(table.dtype)
    scaled = centred / np.sqrt(np.sum(centred ** 2, axis=0))
    return np.mean(np.abs(np.sum(scaled[:, :-distance] * scaled[:, distance:], axis=0)))

# %% wrong: NumPy's correlations | 0 of 2
# `relation` is to be written by hand, and your code uses `numpy.corrcoef`: write out what it does
def relation(table, distance):
    return np.mean(np.abs(np.diag(np.corrcoef(np.asarray(table, float).T), distance)))

# %% wrong: a small number under the root | 1 of 2
# a small number was added to what you divide by: columns of very small numbers then seem unrelated
def relation(table, distance):
    centred = np.asarray(table, float) - np.mean(table, axis=0)
    one, other = centred[:, :-distance], centred[:, distance:]
    sizes = np.sum(one ** 2, axis=0) * np.sum(other ** 2, axis=0)
    return np.mean(np.abs(np.sum(one * other, axis=0)) / np.sqrt(sizes + 1e-12))

# %% wrong: rows in place of columns | 0 of 2
# rows were compared; the columns are meant: their means are along `axis=0`
def relation(table, distance):
    centred = table - np.mean(table, axis=1, keepdims=True)
    scaled = centred / np.sqrt(np.sum(centred ** 2, axis=1, keepdims=True))
    return np.mean(np.abs(np.sum(scaled[:-distance] * scaled[distance:], axis=1)))

# %% right: pair by pair
def relation(table, distance):
    columns = [[float(value) for value in column] for column in table.T]
    found = []
    for a, b in zip(columns, columns[distance:]):
        mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
        top = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b))
        found.append(abs(top) / (sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b)) ** 0.5)
    return sum(found) / len(found)

# %% right: standard scores
def relation(table, distance):
    scores = (table - table.mean(axis=0)) / table.std(axis=0)
    products = [np.mean(scores[:, k] * scores[:, k + distance]) for k in range(table.shape[1] - distance)]
    return float(np.mean(np.abs(products)))
