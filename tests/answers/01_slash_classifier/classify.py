# Exercise 3: turn the score into a character, "\\" for a positive one, "/" for a negative one, "?" for 0.

# %% idea
# Let `score` do the computing. What is left are three cases, above 0, below 0 and exactly 0, with one answer each.

# %% draw
EXACT = ("whole", "positive", "deep", "eighths", "single")

def test_classify_slashes(d):
    while True:
        rows, columns = d.one_of(((2, 2), (2, 2), (2, 3), (1, 2), (3, 2)))
        weights = d.kernel(rows, columns)
        image = d.laid_out(weights * d.one_of((1, -1))) if d.chance(0.2) else d.image(rows, columns, kinds=EXACT)
        image = image * d.one_of((1 / 64, 2**-40)) if d.chance(0.4) else image
        if score(weights, image) != 0:
            return weights, image

def test_classify_undecided(d):
    rows, columns = d.whole(1, 3), d.whole(2, 3)
    while True:
        image, weights = d.random.integers(-2, 3, (rows, columns)) / d.one_of((1, 1, 4)), d.kernel(rows, columns, kinds=("whole",))
        if score(weights, image) == 0 and np.any(image):
            return weights, d.laid_out(image)

# %% wrong: prints the answer instead of returning it | 0 of 2
# your function returned nothing (None): `print` shows a value, `return` hands it back
def classify(weights, image):
    s = score(weights, image)
    if s > 0:
        print("\\")
    elif s < 0:
        print("/")
    else:
        print("?")

# %% wrong: counts a score of 0 as positive | 1 of 2
# a score of 0 is not positive: the backslash needs `>`, not `>=`
def classify(weights, image):
    s = score(weights, image)
    if s >= 0:
        return "\\"
    elif s < 0:
        return "/"
    return "?"

# %% wrong: everything that is not positive is a slash | 1 of 2
# a score of 0 is not negative: check for it before you answer slash
def classify(weights, image):
    if score(weights, image) > 0:
        return "\\"
    else:
        return "/"

# %% wrong: no answer for a score of 0 | 1 of 2
# a score of 0 got no answer: return "?" for it
def classify(weights, image):
    s = score(weights, image)
    if s > 0:
        return "\\"
    if s < 0:
        return "/"

# %% wrong: a word where the character "?" was asked for | 1 of 2
# return the one character "?", not the word
def classify(weights, image):
    s = score(weights, image)
    if s > 0:
        return "\\"
    if s < 0:
        return "/"
    return "undecided"

# %% wrong: the two answers are swapped | 1 of 2
# the two answers are swapped: a positive score is a backslash
def classify(weights, image):
    s = score(weights, image)
    if s > 0:
        return "/"
    if s < 0:
        return "\\"
    return "?"

# %% wrong: returns the names of the characters | 1 of 2
# return the character itself, not its name
def classify(weights, image):
    s = score(weights, image)
    if s > 0:
        return "backslash"
    if s < 0:
        return "slash"
    return "?"

# %% wrong: returns the score | 0 of 2
# this is the score; turn it into a character
def classify(weights, image):
    return score(weights, image)

# %% wrong: returns True or False | 0 of 2
# True and False are not the answer; return the character
def classify(weights, image):
    return score(weights, image) > 0

# %% wrong: returns +1 and −1 | 1 of 2
# +1 and −1 are not the answer; return the character
def classify(weights, image):
    s = score(weights, image)
    if s > 0:
        return 1
    if s < 0:
        return -1
    return "?"

# %% wrong: four backslashes in the source, two in the answer | 1 of 2
# this is two backslashes: in Python one backslash is written "\\"
def classify(weights, image):
    s = score(weights, image)
    if s > 0:
        return "\\\\"
    if s < 0:
        return "/"
    return "?"

# %% wrong: puts a backslash before the slash as well | 1 of 2
# only the backslash is written twice; the slash is just "/"
def classify(weights, image):
    s = score(weights, image)
    if s > 0:
        return "\\"
    if s < 0:
        return "\\/"
    return "?"

# %% wrong: wants the picture to equal the pattern | 0 of 2
# a badly drawn slash need not equal the pattern; only the sign of the score counts
def classify(weights, image):
    if np.array_equal(image, weights):
        return "\\"
    if np.array_equal(image, -weights):
        return "/"
    return "?"

# %% wrong: a second `if` whose `else` overwrites the first answer | 1 of 2
# a backslash is found and then lost again: the second question needs `elif`, or its `else` overwrites the first
def classify(weights, image):
    s = score(weights, image)
    if s > 0:
        answer = "\\"
    if s < 0:
        answer = "/"
    else:
        answer = "?"
    return answer

# %% wrong: decides by the sum of the pixels, without weights | 0 of 2
# the pixels' sum was used instead of the score, which needs the weights
def classify(weights, image):
    s = pixel_sum(image)
    if s > 0:
        return "\\"
    if s < 0:
        return "/"
    return "?"

# %% wrong: always uses PATTERN, and ignores the weights it is given | 0 of 2
# the weights you were given were not used, but always + − / − +
def classify(weights, image):
    s = score(PATTERN, image)
    if s > 0:
        return "\\"
    if s < 0:
        return "/"
    return "?"

# %% wrong: wants a score of at least 1 for an answer | 1 of 2
# a score between −1 and 1 decides too: compare with 0, and keep the fraction
def classify(weights, image):
    s = score(weights, image)
    if s >= 1:
        return "\\"
    if s <= -1:
        return "/"
    return "?"

# %% wrong: `if s` asks whether the score differs from 0, not whether it is positive | 1 of 2
# everything is a backslash for you: a negative score is a slash
def classify(weights, image):
    s = score(weights, image)
    if s:
        return "\\"
    elif s < 0:
        return "/"
    return "?"

# %% wrong: compares the function `score` itself, without calling it | 0 of 2
# a function without its brackets
def classify(weights, image):
    s = score
    if s > 0:
        return "\\"
    if s < 0:
        return "/"
    return "?"

# %% wrong: very small scores count as 0 | 1 of 2
# a very small score is no 0: compare with 0 itself
def classify(weights, image):
    s = score(weights, image)
    if abs(s) < 1e-9:
        return "?"
    return "\\" if s > 0 else "/"

# %% right: one nested conditional expression
def classify(weights, image):
    return "\\" if score(weights, image) > 0 else "/" if score(weights, image) < 0 else "?"

# %% right: the sign picks a character from a text
def classify(weights, image):
    return "?\\/"[int(np.sign(score(weights, image)))]

# %% right: a dictionary, and the sum of products written out
def classify(weights, image):
    s = sum(x * w for x, w in zip(np.ravel(image), np.ravel(weights)))
    return {(True, False): chr(92), (False, True): chr(47), (False, False): chr(63)}[bool(s > 0), bool(s < 0)]

# %% right: NumPy's select, which gives a NumPy text
def classify(weights, image):
    s = np.vdot(image, weights)
    return np.select([s > 0, s < 0], ["\\", "/"], default="?")[()]

# %% right: compares the sum of the positive products with that of the negative ones, in float32
def classify(weights, image):
    products = (np.asarray(image) * np.asarray(weights)).astype(np.float32)
    for_it, against = products[products > 0].sum(), -products[products < 0].sum()
    if for_it == against:
        return "?"
    return "\\" if for_it > against else "/"

# %% equivalent
# `score(weights, image)` → `score(image, weights)`: a product is the same in either order
