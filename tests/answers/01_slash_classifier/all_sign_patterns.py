# Exercise 4: make every pattern of +1 and −1 on a screen with `rows` rows and `columns` columns, each exactly once.

# %% idea
# Each place has two choices, so the number of patterns doubles with every place. Think of a pattern as one long row of
# signs, find a way to go through all rows without missing one, and give them the screen's shape at the end.

# %% draw
def test_patterns_small(d):
    return d.one_of(((1, 2), (2, 1), (2, 2), (1, 4), (4, 1)))

def test_patterns_any_shape(d):
    return d.one_of(((1, 1), (1, 3), (3, 1), (2, 3), (3, 2), (1, 5), (5, 1), (1, 4), (3, 3)))

# %% wrong: prints the patterns one by one and returns nothing | 0 of 2
# your function returned nothing (None): `print` shows a value, `return` hands it back
def all_sign_patterns(rows, columns):
    from itertools import product
    for signs in product([1, -1], repeat=rows * columns):
        print(np.array(signs).reshape(rows, columns))

# %% wrong: takes the binary digits 0 and 1 as the signs | 0 of 2
# the signs should be +1 and −1, yours are 1 and 0
def all_sign_patterns(rows, columns):
    from itertools import product
    return np.array(list(product([0, 1], repeat=rows * columns))).reshape(-1, rows, columns)

# %% wrong: always makes the patterns of the 2×2 screen | 0 of 2
# yours are as many as on a screen of 2×2: use `rows` and `columns`
def all_sign_patterns(rows, columns):
    from itertools import product
    return np.array(list(product([1, -1], repeat=4))).reshape(16, 2, 2)

# %% wrong: rows and columns are swapped in the shape | 0 of 2
# rows and columns of each pattern are swapped
def all_sign_patterns(rows, columns):
    from itertools import product
    return np.array(list(product([1, -1], repeat=rows * columns))).reshape(-1, columns, rows)

# %% wrong: leaves each pattern as one long row | 0 of 2
# each pattern still is one long row, so `reshape` it
def all_sign_patterns(rows, columns):
    from itertools import product
    return np.array(list(product([1, -1], repeat=rows * columns)))

# %% wrong: rearranges a half-and-half pattern instead of choosing signs freely | 0 of 2
# only the patterns with as many + as − are there
def all_sign_patterns(rows, columns):
    from itertools import permutations
    places = rows * columns
    signs = [1] * (places // 2) + [-1] * (places - places // 2)
    return np.array(sorted(set(permutations(signs)))).reshape(-1, rows, columns)

# %% wrong: uses combinations, for which + − and − + are the same | 0 of 2
# + − and − + are two patterns: the order counts, and in yours every + stands before every −
def all_sign_patterns(rows, columns):
    from itertools import combinations_with_replacement
    signs = combinations_with_replacement([1, -1], rows * columns)
    return np.array(list(signs)).reshape(-1, rows, columns)

# %% wrong: the counter stops one too early | 0 of 2
# the pattern of all minus signs is missing: does your counter stop one too early?
def all_sign_patterns(rows, columns):
    places = rows * columns
    patterns = []
    for number in range(2 ** places - 1):
        patterns.append([-1 if number >> place & 1 else 1 for place in range(places)])
    return np.array(patterns).reshape(-1, rows, columns)

# %% wrong: thinks there are 2 · places patterns | 0 of 2
# the number of patterns doubles with every place: there are 2 ** places of them, not 2 * places
def all_sign_patterns(rows, columns):
    places = rows * columns
    patterns = []
    for number in range(2 * places):
        patterns.append([-1 if number >> place & 1 else 1 for place in range(places)])
    return np.array(patterns).reshape(-1, rows, columns)

# %% wrong: thinks there are places² patterns, which is right for 4 places only | 1 of 2
# each place has 2 signs: that gives 2 ** places patterns, not places ** 2
def all_sign_patterns(rows, columns):
    places = rows * columns
    patterns = []
    for number in range(places ** 2):
        patterns.append([-1 if number >> place & 1 else 1 for place in range(places)])
    return np.array(patterns).reshape(-1, rows, columns)

# %% wrong: adds rows and columns to count the places | 0 of 2
# yours are as many as 2 ** (rows + columns): how many places does a screen have?
def all_sign_patterns(rows, columns):
    patterns = []
    for number in range(2 ** (rows + columns)):
        digits = [number >> place & 1 for place in range(rows * columns)]
        patterns.append([1 - 2 * digit for digit in digits])
    return np.array(patterns).reshape(-1, rows, columns)

# %% wrong: puts the same array into the list again and again | 0 of 2
# all of yours are the same: is one array put into the list again and again? Put in a `.copy()`
def all_sign_patterns(rows, columns):
    places = rows * columns
    pattern = np.ones((rows, columns), dtype=int)
    patterns = []
    for number in range(2 ** places):
        for place in range(places):
            pattern[place // columns, place % columns] = 1 - 2 * (number >> place & 1)
        patterns.append(pattern)
    return np.array(patterns)

# %% wrong: draws patterns at random and hopes to meet all | 0 of 2
# of yours some appear more than once, and others are missing: do not draw them at random
def all_sign_patterns(rows, columns):
    rng = np.random.default_rng(0)
    return rng.choice([1, -1], size=(2 ** (rows * columns), rows, columns))

# %% wrong: flips one place at a time, and never two | 0 of 2
# only the patterns with one minus sign are there
def all_sign_patterns(rows, columns):
    patterns = []
    for i in range(rows):
        for j in range(columns):
            pattern = np.ones((rows, columns), dtype=int)
            pattern[i, j] = -1
            patterns.append(pattern)
    return np.array(patterns)

# %% wrong: computes with unsigned bits, in which 1 − 2 is 255 | 0 of 2
# numbers of type uint8 cannot be negative: 1 − 2 is 255
def all_sign_patterns(rows, columns):
    places = rows * columns
    numbers = np.arange(2 ** places)[:, None]
    bits = (numbers >> np.arange(places) & 1).astype(np.uint8)
    return (1 - 2 * bits).reshape(-1, rows, columns)

# %% wrong: returns the recipe of `itertools.product`, not the patterns | 0 of 2
# this is a `product`, which hands out its values only when asked: put `list(…)` around it
def all_sign_patterns(rows, columns):
    from itertools import product
    return product([1, -1], repeat=rows * columns)

# %% wrong: the first sign is always +, as if a pattern and its negative were one | 0 of 2
# only the patterns that start with + are there; the others are their negatives
def all_sign_patterns(rows, columns):
    from itertools import product
    patterns = [(1, *rest) for rest in product([1, -1], repeat=rows * columns - 1)]
    return np.array(patterns).reshape(-1, rows, columns)

# %% wrong: gives every row the same signs, since it chooses one row only | 0 of 2
# all rows of a pattern are the same: choose the signs of every place, not of one row
def all_sign_patterns(rows, columns):
    from itertools import product
    return np.array([[row] * rows for row in product([1, -1], repeat=columns)])

# %% right: itertools.product
def all_sign_patterns(rows, columns):
    from itertools import product
    return np.array(list(product((-1, 1), repeat=rows * columns))).reshape(-1, rows, columns)

# %% right: recursion, one place at a time
def all_sign_patterns(rows, columns):
    def strings(n):
        return [[]] if n == 0 else [[sign, *rest] for sign in (1, -1) for rest in strings(n - 1)]
    return np.array(strings(rows * columns)).reshape(2 ** (rows * columns), rows, columns)

# %% right: the bits of all counters at once, in small signed numbers
def all_sign_patterns(rows, columns):
    places = rows * columns
    bits = np.arange(2 ** places)[:, None] >> np.arange(places) & 1
    return (2 * bits - 1).astype(np.int8).reshape(-1, rows, columns)

# %% right: doubles a list of patterns for every place, in floats
def all_sign_patterns(rows, columns):
    patterns = [np.ones((rows, columns))]
    for i in range(rows):
        for j in range(columns):
            more = [p.copy() for p in patterns]
            for p in more:
                p[i, j] = -1
            patterns = patterns + more
    return np.array(patterns)

# %% right: every row of signs, in every arrangement of rows
def all_sign_patterns(rows, columns):
    from itertools import product
    one_row = list(product([1, -1], repeat=columns))
    return np.array(list(product(one_row, repeat=rows)))

# %% right: the characters of binary numbers
def all_sign_patterns(rows, columns):
    n = rows * columns
    texts = [format(k, f"0{n}b") for k in range(2 ** n)]
    return np.array([[1.0 if c == "1" else -1.0 for c in text] for text in texts]).reshape(-1, rows, columns)

# %% right: a list of nested lists, the columns' signs before the rows'
def all_sign_patterns(rows, columns):
    import itertools
    one_row = list(itertools.product((1, -1), repeat=columns))
    return [[list(row) for row in chosen] for chosen in itertools.product(one_row, repeat=rows)]

# %% wrong: counts in one byte | 1 of 2
# from nine pixels on, patterns come twice and others are missing: count in more than eight bits
def all_sign_patterns(rows, columns):
    count = np.arange(2 ** (rows * columns)).astype(np.uint8)
    bits = np.stack([count >> min(pixel, 7) & 1 for pixel in range(rows * columns)], axis=1)
    return (1 - 2 * bits.astype(int)).reshape(-1, rows, columns)

# %% equivalent
# `1` → `2`: NumPy takes any negative length for the one to be found
