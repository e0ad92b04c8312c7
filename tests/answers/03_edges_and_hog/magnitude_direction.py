# Exercise 3: the length of each gradient and where it points.

# %% idea
# These are two separate questions: the length is Pythagoras, and the direction needs a function that looks at both
# signs. What that function gives is in another unit and partly negative, so bring it to degrees of a full circle last.

# %% draw
TRIANGLES = [(3, 4), (4, 3), (5, 12), (8, 15), (7, 24), (20, 21), (9, 40), (60, 32), (60, 80), (66, 88), (100, 0), (0, 90)]

def pair(d, kinds):
    shape = d.one_of(((4,), (2, 3), (3, 2), (3, 3), (1, 3), (2, 1)))
    return d.array(*shape, kinds=kinds), d.array(*shape, kinds=kinds)

def test_magnitude(d):
    if d.chance(0.4):                               # whole numbers with little room, whose lengths are whole
        both = np.array([d.one_of(TRIANGLES) for _ in range(d.whole(2, 4))]).T
        right, down = both * d.random.choice([-1, 1], both.shape)
        type_ = d.one_of((np.int8, np.int8, np.int16))
        return d.laid_out(right.astype(type_)), d.laid_out(down.astype(type_))
    return pair(d, ("whole", "eighths", "single", "unit"))

def test_direction(d):
    right, down = (np.where(values == 0, values.dtype.type(1), values) for values in pair(d, ("whole", "eighths", "single", "tiny")))
    if d.chance(0.2):
        return float(right.flat[0]), float(down.flat[0])
    return d.laid_out(right), d.laid_out(down)

def test_direction_axes(d):
    n = d.whole(3, 6)
    size, towards = d.array(n, kinds=("positive", "eighths", "single"), ties=False), d.random.integers(0, 5, n)
    right, down = (size * np.array(signs, size.dtype)[towards] for signs in ([0, 1, 0, -1, 0], [0, 0, 1, 0, -1]))
    right, down = right + 0, down + 0               # no −0.0
    return d.laid_out(right), d.laid_out(down)

# %% wrong: adds the two changes | 2 of 3
# this is the sum of the two; Pythagoras adds their squares and takes the root
def magnitude_direction(g_x, g_y):
    return np.add(g_x, g_y, dtype=float), np.rad2deg(np.arctan2(g_y, g_x)) % 360

# %% wrong: forgets the root | 2 of 3
# the root is missing: these are the squares of the lengths
def magnitude_direction(g_x, g_y):
    return np.square(g_x, dtype=float) + np.square(g_y, dtype=float), np.rad2deg(np.arctan2(g_y, g_x)) % 360

# %% wrong: the arctangent of the quotient, as on the slide | 1 of 3
# `arctan` of the quotient knows half of the circle only, and adding a turn does not bring the other half back; use `np.arctan2`
def magnitude_direction(g_x, g_y):
    g_x, g_y = np.asarray(g_x, dtype=float), np.asarray(g_y, dtype=float)
    with np.errstate(all="ignore"):
        return np.hypot(g_x, g_y), np.rad2deg(np.arctan(g_y / g_x)) % 360

# %% wrong: leaves radians | 1 of 3
# these are radians; turn them into degrees
def magnitude_direction(g_x, g_y):
    return np.hypot(g_x, g_y), np.arctan2(g_y, g_x)

# %% wrong: leaves negative angles | 1 of 3
# negative angles are left: add 360 to them
def magnitude_direction(g_x, g_y):
    return np.hypot(g_x, g_y), np.rad2deg(np.arctan2(g_y, g_x))

# %% wrong: folds opposite directions together already | 1 of 3
# opposite directions became one: keep all 360 degrees, HOG will fold them later
def magnitude_direction(g_x, g_y):
    return np.hypot(g_x, g_y), np.rad2deg(np.arctan2(g_y, g_x)) % 180

# %% wrong: swaps the arguments of arctan2 | 1 of 3
# the arguments of `arctan2` are swapped: first g_y, then g_x
def magnitude_direction(g_x, g_y):
    return np.hypot(g_x, g_y), np.rad2deg(np.arctan2(g_x, g_y)) % 360

# %% wrong: counts upwards, as in mathematics | 1 of 3
# up and down are exchanged: 90 is downwards, where g_y is positive
def magnitude_direction(g_x, g_y):
    return np.hypot(g_x, g_y), np.rad2deg(np.arctan2(np.negative(g_y), g_x)) % 360

# %% wrong: math.atan2, which takes single numbers only | 0 of 3
# functions of `math` take one number
import math
def magnitude_direction(g_x, g_y):
    return math.sqrt(g_x ** 2 + g_y ** 2), math.degrees(math.atan2(g_y, g_x)) % 360

# %% wrong: squares small whole numbers | 2 of 3
# whole numbers of a small type overflow when they are squared (100² has no room in a byte): make them `float` first
def magnitude_direction(g_x, g_y):
    return np.sqrt((g_x ** 2 + g_y ** 2) * 1.0), np.rad2deg(np.arctan2(g_y, g_x)) % 360

# %% wrong: the direction along the edge | 1 of 3
# the direction lies along the edge; it should lie across it
def magnitude_direction(g_x, g_y):
    return np.hypot(g_x, g_y), (np.rad2deg(np.arctan2(g_y, g_x)) + 90) % 360

# %% wrong: returns direction, magnitude | 0 of 3
# magnitude and direction are in the wrong order
def magnitude_direction(g_x, g_y):
    return np.rad2deg(np.arctan2(g_y, g_x)) % 360, np.hypot(g_x, g_y)

# %% wrong: squares small whole numbers with `**` | 2 of 3
# the squares of whole numbers of a small type wrap round: make `g_x` and `g_y` `float` first
def magnitude_direction(g_x, g_y):
    return np.sqrt(g_x ** 2 + g_y ** 2), np.rad2deg(np.arctan2(np.asarray(g_y, float), g_x)) % 360

# %% wrong: leaves radians, from 0 to 2π | 1 of 3
# these are radians; turn them into degrees
def magnitude_direction(g_x, g_y):
    return np.hypot(g_x, g_y), np.arctan2(g_y, g_x) % (2 * np.pi)

# %% wrong: adds the sizes of the two changes | 2 of 3
# this is the sum of the two without their signs; Pythagoras adds their squares and takes the root
def magnitude_direction(g_x, g_y):
    size = np.abs(np.asarray(g_x, dtype=float)) + np.abs(np.asarray(g_y, dtype=float))
    return size, np.rad2deg(np.arctan2(g_y, g_x)) % 360

# %% wrong: a small number against division by zero | 2 of 3
# the small number that you add turns weak gradients: `np.arctan2` divides by nothing, and needs none
def magnitude_direction(g_x, g_y):
    g_x, g_y = np.asarray(g_x, dtype=float), np.asarray(g_y, dtype=float)
    angle = np.degrees(np.arctan(g_y / (g_x + 1e-8 * np.where(g_x < 0, -1, 1))))
    angle = np.where(g_x < 0, angle + 180, angle)
    return np.hypot(g_x, g_y), np.where(angle < 0, angle + 360, angle)

# %% right: with hypot
def magnitude_direction(g_x, g_y):
    return np.hypot(g_x, g_y), np.degrees(np.arctan2(g_y, g_x)) % 360

# %% right: complex numbers
def magnitude_direction(g_x, g_y):
    arrow = np.asarray(g_x, dtype=float) + 1j * np.asarray(g_y, dtype=float)
    angle = np.angle(arrow, deg=True)
    return np.abs(arrow), np.where(angle < 0, angle + 360, angle)

# %% right: number by number
import math
def magnitude_direction(g_x, g_y):
    g_x, g_y = np.asarray(g_x, dtype=float), np.asarray(g_y, dtype=float)
    magnitude, direction = np.zeros(g_x.shape), np.zeros(g_x.shape)
    for place in np.ndindex(g_x.shape):
        magnitude[place] = math.sqrt(g_x[place] ** 2 + g_y[place] ** 2)
        direction[place] = (math.degrees(math.atan2(g_y[place], g_x[place])) + 360) % 360
    return magnitude, direction

# %% right: negative angles turned round
def magnitude_direction(g_x, g_y):
    g_x, g_y = np.float64(g_x), np.float64(g_y)
    direction = np.arctan2(g_y, g_x) * (180 / np.pi)
    return (g_x ** 2 + g_y ** 2) ** 0.5, np.where(direction < 0, direction + 360, direction)
