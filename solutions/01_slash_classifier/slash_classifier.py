# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 1 · The slash classifier
#
# **You will be able to** turn a picture into numbers, tell two pictures apart with one weighted sum, say how sure that
# sum is, and let a machine find the weights: first by trying everything, then by small changes, then by following a
# gradient.
#
# **You need** Python functions, a little NumPy (`array`, `shape`, `sum`) and, for the second half, what a derivative
# is. **About 3½ hours**; a good place for a break is marked.
#
# **The short way** takes about 2 hours: *A screen with four pixels* · *One number out of four* · *Signs make the
# difference* · *Trying every pattern* · *Weights that can change a little* · *Which way is down?* · *Gradient descent*.
# Come back for the rest when you want to know more.
#
# The way a large network learns is already here in its smallest form: a picture, some weights, a score, an error, and a
# way to make the error smaller. The picture has four pixels, so you can check every step by hand.
#
# Run the cells from the top with <kbd>Shift</kbd>+<kbd>Enter</kbd>. Where you see **Exercise**, put your code in place
# of the line under `# YOUR CODE HERE`, run the cell, then run the tests below it. Each shows an example, and then tries
# your function on other inputs of many kinds: ✓ means right, ✗ tells you what to look at. If several tests show ✗,
# begin with the first. Where you are stuck, run `%hint pixel_sum` in a cell of your own, with the exercise's name: each
# time the hint says more. `%points` counts the points that you have.
#
# Code that only draws a figure is folded away: run the cell like any other, and click its three dots if you want to see
# how the figure is made. Where you see **Predict**, decide first and then go on.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
import numpy as np

from utils import checks
from utils.datasets.images import BACKSLASH, SLASH, on_screen, slashes, with_one_wrong_pixel
from utils.figures import charts, grids
from utils.figures.widgets import predict, slash_playground
from utils.runtime import training_shortened
from utils.statistics import confidence_interval

cases = checks.Cases("01_slash_classifier")

# %% [markdown]
# ## A screen with four pixels
#
# Imagine a very poor computer. Its screen is 2×2 pixels, its keyboard has two keys, and each key draws one picture.

# %%
grids.pixels([BACKSLASH, SLASH], ["the key \\", "the key /"], values=False, title="Two keys, two pictures",
             alt="Two pictures of 2×2 pixels. The backslash has ink at top left and bottom right, "
                 "the slash at top right and bottom left.")

# %% [markdown]
# We see a stroke. The computer has four numbers: $+1$ where there is ink and $-1$ where there is paper.

# %%
grids.pixels([BACKSLASH, SLASH], ["backslash", "slash"], title="What the computer has",
             alt="The same two pictures with +1 written on each inked pixel and −1 on each blank one.")

# %% [markdown]
# In NumPy a picture is an array of shape `(rows, columns)`. The pixel in row $i$ and column $j$ is `image[i, j]`, and
# counting starts at 0 in the top left corner.

# %%
print(BACKSLASH)
print("shape:", BACKSLASH.shape, "· top right pixel:", BACKSLASH[0, 1])

# %% [markdown]
# ## One number out of four
#
# A program that tells the two keys apart has to boil four numbers down to one answer. The simplest way to boil numbers
# down is to add them up.
#
# ### Exercise 1 · `pixel_sum`
# Add up all the pixels of a picture. The screen may have any number of rows and columns.

# %% nbgrader={"grade": false, "grade_id": "pixel_sum", "locked": false, "schema_version": 3, "solution": true, "task": false}
def pixel_sum(image):
    """The sum of all pixels.

    image: (rows, columns) numbers, int64 or float64.  Returns one number.
    """
    ### BEGIN SOLUTION
    total = 0
    for row in image:
        for pixel in row:
            total += pixel
    return total
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_pixel_sum_small", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(pixel_sum, "2×2 pictures without negative pixels"):
    checks.close(pixel_sum(np.array([[3, 11], [2, 7]])), 23)

# %% nbgrader={"grade": true, "grade_id": "test_pixel_sum_any_shape", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(pixel_sum, "pictures of any size, with pixels of every kind"):
    checks.close(pixel_sum(np.array([[1, -2, 0.5]])), -0.5)

# %% [markdown]
# > **Predict.** What is the sum of the backslash? What is the sum of the slash?

# %%
predict()

# %%
print("backslash:", pixel_sum(BACKSLASH), "· slash:", pixel_sum(SLASH))

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# Both are $0$: each picture has two inked pixels and two blank ones, and a sum forgets **where** they are.
#
# </details>
#
# Would it help to multiply the pixels instead of adding them up?

# %%
print("backslash:", np.prod(BACKSLASH), "· slash:", np.prod(SLASH))

# %% [markdown]
# ## Signs make the difference
#
# So let the place count. Put a sign on every place: $+$ where the backslash has ink, $-$ where it has paper. These
# signs are our first **weights**.

# %%
PATTERN = np.array([[1, -1],
                    [-1, 1]])

# %%
grids.pixels([PATTERN], values="signs", title="A pattern of signs", cell=0.6,
             alt="A 2×2 pattern with plus at top left and bottom right, minus at the other two places.")

# %% [markdown]
# Now multiply each pixel by the sign at its place, and add up the four products. For the backslash:
#
# $$(+1)(+1) + (-1)(-1) + (-1)(-1) + (+1)(+1) = 4$$
#
# and for the slash:
#
# $$(-1)(+1) + (+1)(-1) + (+1)(-1) + (-1)(+1) = -4$$
#
# The two pictures are now as far apart as they can be. This sum of products is the **score** of image $x$ under weights
# $w$:
#
# $$s = \sum_{i,j} x_{ij}\, w_{ij}$$
#
# ### Exercise 2 · `score`
# Compute it for a picture of any size. Weights of another shape than the picture make no sense, and NumPy would
# sometimes stretch them silently to fit, so refuse them.

# %% nbgrader={"grade": false, "grade_id": "score", "locked": false, "schema_version": 3, "solution": true, "task": false}
def score(weights, image):
    """How well `image` agrees with `weights`: the sum of the products, place by place.

    weights, image: (rows, columns) numbers.  Returns one number.
    Raises ValueError when the two shapes differ.
    """
    ### BEGIN SOLUTION
    image, weights = np.asarray(image), np.asarray(weights)
    if image.shape != weights.shape:
        raise ValueError(f"a picture of shape {image.shape} needs weights of that shape, not {weights.shape}")
    return np.sum(image * weights)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_score_slashes", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(score, "2×2 pictures and weights, of whole numbers"):
    checks.close([score(PATTERN, BACKSLASH), score(PATTERN, SLASH)], [4, -4])

# %% nbgrader={"grade": true, "grade_id": "test_score_any_weights", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(score, "screens of any size, with weights that are not ±1"):
    checks.close(score(np.array([[0.5, 9, 1], [9, 2, 9]]), np.array([[1, 0, 2], [0, 3, 0]])), 8.5)

# %% nbgrader={"grade": true, "grade_id": "test_score_shapes", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def number_or_text(weights, image):
    """What `score` gives. A number counts as "a result", whatever it is: here it matters what is refused."""
    answer = score(weights, image)
    return answer if answer is None or isinstance(answer, str) else "a result"


with cases.test(number_or_text, "weights that fit the picture, and weights that do not"):
    checks.raises(ValueError, score, np.ones((2, 2)), np.ones((3, 2)), because="3×2 pixels cannot take 2×2 weights")
    checks.raises(ValueError, score, np.ones((1, 2)), np.ones((3, 2)),
                  because="1×2 weights would be stretched silently over 3×2 pixels")

# %% [markdown]
# A positive score says backslash, a negative one says slash. At exactly $0$ the pattern has no opinion, and an honest
# classifier says so.
#
# ### Exercise 3 · `classify`
# Turn the score into an answer. In Python a backslash is written `"\\"`.

# %% nbgrader={"grade": false, "grade_id": "classify", "locked": false, "schema_version": 3, "solution": true, "task": false}
def classify(weights, image):
    r"""Read a picture: a positive score is "\\", a negative one "/", and 0 is "?" (undecided).

    weights, image: (rows, columns) numbers.  Returns a text of one character.
    """
    ### BEGIN SOLUTION
    s = score(weights, image)
    if s > 0:
        return "\\"
    if s < 0:
        return "/"
    return "?"
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_classify_slashes", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(classify, "pictures whose score is not 0"):
    four = [BACKSLASH, SLASH, with_one_wrong_pixel(BACKSLASH)[1], with_one_wrong_pixel(SLASH)[0]]
    checks.equal([classify(PATTERN, image) for image in four], ["\\", "/", "\\", "/"])

# %% nbgrader={"grade": true, "grade_id": "test_classify_undecided", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda weights, image: [classify(weights, image), classify(weights, image - weights) == "?"],
                "pictures whose score is 0, and beside each one whose score is not"):
    half = np.array([[1, 1], [-1, -1]])
    checks.equal(classify(PATTERN, half), "?")

# %% [markdown]
# ## Badly drawn slashes
#
# A pen runs dry, a hand slips: one pixel comes out wrong. Here are a backslash with too much ink and a slash with too
# little.

# %%
smudged = np.array([[1, 1],
                    [-1, 1]])
faded = np.array([[-1, -1],
                  [1, -1]])

# %%
grids.pixels([smudged, faded], ["smudged backslash", "faded slash"], title="One pixel is wrong in each",
             alt="A backslash with an extra inked pixel at top right, and a slash whose top right pixel is blank.")

# %% [markdown]
# > **Predict.** Does our pattern still read them right? Will the scores be as large as before?

# %%
predict()

# %%
for name, image in [("smudged", smudged), ("faded", faded)]:
    print(f"{name}: score {score(PATTERN, image):+.0f}, read as {classify(PATTERN, image)}")

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# Still right, but with $+2$ and $-2$ the answers are less sure. The distance from $0$ tells **how much may still go
# wrong**: with weights of $\pm 1$ each wrong pixel moves the score by $2$. Let us spoil a backslash pixel by pixel.
#
# </details>

# %%
spoiled, ladder = BACKSLASH.copy(), {}
for wrong, (i, j) in enumerate([(0, 0), (0, 1), (1, 0), (1, 1)]):
    ladder[str(wrong)] = int(score(PATTERN, spoiled))
    spoiled[i, j] *= -1
ladder["4"] = int(score(PATTERN, spoiled))

# %%
charts.bars(ladder, title="Each wrong pixel costs 2", xlabel="wrong pixels", ylabel="score",
            alt="Five bars: the score of a backslash falls from 4 through 2, 0 and −2 to −4 "
                "as zero to four of its pixels are wrong.")

# %% [markdown]
# One wrong pixel is forgiven. With two wrong pixels the score is $0$: nobody could say what it was. With three it looks
# more like a slash, and the classifier is right to say so.

# %% [markdown]
# ## Trying every pattern
#
# We chose the signs by looking. Could a machine find them? There are few enough to try them all: each of the four
# places is $+$ or $-$.
#
# > **Predict.** How many patterns is that: 4, 8, 16 or 24?

# %%
predict("4", "8", "16", "24")

# %% [markdown]
# ### Exercise 4 · `all_sign_patterns`
# Make all of them, for a screen of any size. (After `import itertools`, `itertools.product` helps; so do the binary
# digits of a counter.)

# %% nbgrader={"grade": false, "grade_id": "all_sign_patterns", "locked": false, "schema_version": 3, "solution": true, "task": false}
def all_sign_patterns(rows, columns):
    """Every pattern of +1 and −1 on a screen, each exactly once, in any order.

    Returns an array of shape (number of patterns, rows, columns).
    """
    ### BEGIN SOLUTION
    places = rows * columns
    patterns = []
    for number in range(2 ** places):
        digits = [(number >> place) & 1 for place in range(places)]
        patterns.append([1 - 2 * digit for digit in digits])
    return np.array(patterns).reshape(-1, rows, columns)
    ### END SOLUTION

# %%
def in_order(rows, columns):
    """For the tests: all patterns, sorted, since yours may come in any order."""
    found = all_sign_patterns(rows, columns)
    return np.array(sorted(np.asarray(found).tolist())) if isinstance(found, (np.ndarray, list, tuple)) else found


# %% nbgrader={"grade": true, "grade_id": "test_patterns_small", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(in_order, "all patterns on screens of two and of four pixels"):
    checks.same_members(all_sign_patterns(1, 2), [[[1, 1]], [[1, -1]], [[-1, 1]], [[-1, -1]]])

# %% nbgrader={"grade": true, "grade_id": "test_patterns_any_shape", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(in_order, "all patterns on screens of any size"):
    found = all_sign_patterns(2, 3)
    checks.count(found, 64)
    checks.close(np.shape(found), [64, 2, 3])

# %% [markdown]
# To compare patterns we need a mark for each. We let every pattern read the same ten pictures: both slashes drawn well,
# and each of them with one pixel wrong.

# %%
pictures, labels = slashes()

# %%
grids.pixels(pictures, ["backslash"] * 5 + ["slash"] * 5, columns=5, values=False, cell=0.36,
             title="Ten pictures and what they are",
             alt="Two rows of five pictures: a backslash and its four versions with one wrong pixel, "
                 "a slash and its four versions with one wrong pixel.")

# %% [markdown]
# ### Exercise 5 · `accuracy`
# The **accuracy** of a pattern is the share of pictures that it reads right. An undecided `"?"` is not right. (From
# here on the weights come first: they are what we vary.)

# %% nbgrader={"grade": false, "grade_id": "accuracy", "locked": false, "schema_version": 3, "solution": true, "task": false}
def accuracy(weights, pictures, labels):
    r"""The share of pictures that `classify` reads as their label, from 0 to 1.

    weights: (rows, columns).  pictures: (n, rows, columns).  labels: n texts, each "\\" or "/".
    """
    ### BEGIN SOLUTION
    right = [classify(weights, picture) == label for picture, label in zip(pictures, labels)]
    return np.mean(right)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_accuracy_slashes", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(accuracy, "2×2 pictures, none of them undecided"):
    four = np.array([BACKSLASH, SLASH, SLASH, BACKSLASH])
    checks.close(accuracy(PATTERN, four, ["\\", "/", "\\", "\\"]), 0.75)

# %% nbgrader={"grade": true, "grade_id": "test_accuracy_undecided", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(accuracy, "pictures of any size, some of them undecided"):
    blank = -np.ones((2, 2))
    checks.close(accuracy(PATTERN, np.array([SLASH, blank, SLASH]), ["/", "\\", "\\"]), 1 / 3)

# %% [markdown]
# Now every pattern reads all ten pictures. (We sort the patterns: those that agree most with ours come first.)

# %%
patterns = np.array(all_sign_patterns(2, 2))
patterns = patterns[np.argsort([-score(p, PATTERN) for p in patterns], kind="stable")]
marks = [accuracy(p, pictures, labels) for p in patterns]

# %%
grids.pixels(patterns, [f"{mark:.0%}" for mark in marks], columns=8, values="signs", cell=0.4, highlight=[0, 15],
             title="All 16 patterns and their accuracy",
             alt="Sixteen sign patterns with their accuracies, ordered by how much they agree with plus minus, minus "
                 "plus. The first has 100%, the next ten 40%, the last five 0%. First and last are framed.")

# %% [markdown]
# Only the first pattern, ours, reads everything right. Five read nothing right, but not all are equally useless. The
# four before the last mostly answer `"?"`. The very last is wrong **every time**: it is ours times $-1$, so each score
# has the opposite sign. Swap its two answers and it is perfect.

# %%
print(patterns[0], patterns[-1], sep="\n\n")
for p in patterns[[-5, -1]]:
    print([classify(p, picture) for picture in pictures])

# %% [markdown]
# What about the others? Give the first five patterns only the two slashes that are drawn well:

# %%
clean, clean_labels = np.array([BACKSLASH, SLASH]), ["\\", "/"]
print("on the two clean slashes:", [float(accuracy(p, clean, clean_labels)) for p in patterns[:5]])
print("on all ten pictures:     ", [float(accuracy(p, pictures, labels)) for p in patterns[:5]])

# %% [markdown]
# On clean pictures five patterns look perfect. Only the badly drawn ones show which is **robust**: with one wrong sign
# there is no room left for a wrong pixel, and most answers become `"?"`. Test a classifier on pictures that resemble
# the ones it will meet.
#
# *(A good place for a break.)*

# %% [markdown]
# ## Why trying everything cannot last
#
# Sixteen patterns took no time. An $n \times n$ screen has $2^{n \cdot n}$ of them.
#
# > **Predict.** A computer tries a billion patterns each second. What is the smallest $n$ that keeps it busy for longer
# > than the universe is old: about 10, about 30 or about 100?

# %%
predict("about 10", "about 30", "about 100")

# %%
YEAR = 365.25 * 24 * 3600  # seconds
for n in (2, 3, 8, 9, 10, 28):
    print(f"{n:2} × {n:<2}  2^{n * n:<3} ≈ {2.0 ** (n * n):9.3g} patterns: {2.0 ** (n * n) / 1e9 / YEAR:8.2g} years")

# %%
sizes = np.arange(2, 29)
AGE_OF_THE_UNIVERSE = 13.8e9 * YEAR  # Planck 2018
charts.lines({"patterns to try": (sizes, 2.0 ** sizes ** 2)}, log=True,
             levels={"a billion a second, since the beginning of the universe": AGE_OF_THE_UNIVERSE * 1e9},
             title="Patterns on an n×n screen", xlabel="n (pixels on a side)", ylabel="number of patterns", ylim=(1, 1e240),
             alt="On a logarithmic axis the number of patterns climbs from 16 at n = 2 to 10 to the power 236 at "
                 "n = 28. It crosses the line for the age of the universe between n = 9 and n = 10.")

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# The curve crosses the line between $n = 9$ and $n = 10$. A handwritten digit is 28×28, a photograph has millions of
# pixels. And if a weight may be any real number, there is no list to go through at all. We need a way to **get better
# step by step**.
#
# </details>

# %% [markdown]
# ## One flip at a time
#
# Start with some pattern, good or bad. Flip one sign. If the accuracy rises, keep the flip, otherwise undo it. Go on
# until no single flip helps.
#
# ### Exercise 6 · `flip_search`
# In each round, try flipping every sign **on its own**, and keep the one flip that gives the highest accuracy, provided
# that it is higher than the present one. (If two flips are equally good, take the first in reading order.) Stop when no
# flip is better. Return the weights, and the accuracy at the start and after every flip that was kept. (A test whose
# code never ends is stopped after a minute: perhaps your search steps back and forth. Any other cell is stopped with ■
# in the toolbar.)

# %% nbgrader={"grade": false, "grade_id": "flip_search", "locked": false, "schema_version": 3, "solution": true, "task": false}
def flip_search(weights, pictures, labels):
    """Improve a pattern one sign at a time, until no single flip raises the accuracy.

    weights: (rows, columns) of +1 and −1, left as it is.  pictures: (n, rows, columns).  labels: n texts.
    Returns (weights, history): the final (rows, columns) pattern, and a list of accuracies that begins at the start.
    """
    ### BEGIN SOLUTION
    weights = np.array(weights)
    history = [accuracy(weights, pictures, labels)]
    while True:
        flipped = [with_sign_flipped(weights, place) for place in np.ndindex(weights.shape)]
        marks = [accuracy(w, pictures, labels) for w in flipped]
        if max(marks) <= history[-1]:
            return weights, history
        weights = flipped[np.argmax(marks)]
        history.append(max(marks))


def with_sign_flipped(weights, place):
    flipped = weights.copy()
    flipped[place] *= -1
    return flipped
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_flip_search_path", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda weights, pictures, labels: flip_search(np.copy(weights), pictures, labels),
                "searches in which one flip leads to the best of all patterns"):
    found, history = checks.parts(flip_search(np.array([[1, -1], [1, 1]]), *slashes()), "weights", "history")
    checks.close(history, [0.4, 1.0])
    checks.close(found, [[1, -1], [-1, 1]])

# %% nbgrader={"grade": true, "grade_id": "test_flip_search_stuck", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(flip_search, "searches in which no single flip helps, on a screen of 2×2"):
    found, history = checks.parts(flip_search(np.array([[-1, 1], [-1, 1]]), *slashes()), "weights", "history")
    checks.close(history, [0.4])
    checks.close(found, [[-1, 1], [-1, 1]])

# %% nbgrader={"grade": true, "grade_id": "test_flip_search_any", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(flip_search, "searches of several flips on any screen, which leave their start as it is",
                returns="weights, history", take="weights"):
    five = np.array([[[0, 0], [0, -1]], [[3, -1], [1, -1]], [[0, 3], [-2, 1]], [[-1, 1], [2, -1]], [[1, 1], [0, -3]]])
    start = np.array([[-1, 1], [1, -1]])
    found, _ = checks.parts(flip_search(start, five, ["/", "\\", "/", "/", "/"]), "weights", "history")
    checks.close(found, [[1, -1], [1, 1]])

# %% [markdown]
# > **Predict.** There are 16 patterns to start from. From how many of them does the search arrive at 100%?

# %%
predict()

# %%
ends = [flip_search(p, pictures, labels)[1][-1] for p in patterns]
print(f"{sum(end == 1 for end in ends)} of {len(ends)} searches arrive")

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# Only five: the best pattern itself, and its four neighbours. Look at four starts, with one, two, three and four wrong
# signs.
#
# </details>

# %%
starts = [np.array([[1, -1], [1, 1]]), np.array([[-1, 1], [-1, 1]]), np.array([[-1, 1], [1, 1]]), -PATTERN]
searches = [flip_search(start, pictures, labels) for start in starts]

# %%
grids.pixels([*starts, *[found for found, _ in searches]], columns=4, values="signs", cell=0.42,
             titles=[f"start: {history[0]:.0%}" for _, history in searches]
             + [f"end: {history[-1]:.0%}" for _, history in searches],
             title="Where four searches start and end", highlight=[4],
             alt="Four starting patterns above the four patterns their searches end with. Only the first search ends "
                 "at the best pattern with 100%; the others end at 40%, 40% and 0%.")

# %% [markdown]
# The first search arrives. The next two get stuck half-way: from there every single flip gives 40% or less, although
# two flips together would be perfect. The last one starts at the worst pattern of all and does not move, since all its
# neighbours are at 0% too.
#
# Could we allow flips that are merely as good? Then the search **wanders**: on level ground it may step back and forth
# for ever. One trouble is the mark. Accuracy is a staircase: flat, then a jump. On the flat parts it does not say which
# way is up.

# %% [markdown]
# ## Weights that can change a little
#
# Two changes get rid of the staircase. The weights may be **any real numbers**, so that they can change by a little.
# And instead of counting wrong answers we measure **how far off** each score is, so that a little change shows.
#
# We ask for a score $s$ of $t = +1$ for a backslash and $t = -1$ for a slash. The error of weights $w$ on $n$ pictures
# is the mean of the squared differences:
#
# $$E(w) = \frac{1}{n} \sum_{k=1}^{n} (s_k - t_k)^2$$
#
# Under our own pattern the two clean slashes score $\pm 4$: their error is 9, since it overshoots. Soon the sizes of
# the weights will adapt.
#
# ### Exercise 7 · `squared_error`
# Compute it.

# %% nbgrader={"grade": false, "grade_id": "squared_error", "locked": false, "schema_version": 3, "solution": true, "task": false}
def squared_error(weights, pictures, targets):
    """The mean over all pictures of (score − target)².

    weights: (rows, columns).  pictures: (n, rows, columns).  targets: n numbers, in a list or an array.
    Returns one number.
    """
    ### BEGIN SOLUTION
    scores = np.array([score(weights, picture) for picture in pictures])
    return np.mean((scores - np.asarray(targets)) ** 2)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_squared_error_slashes", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(squared_error, "two pictures of 2×2 whole numbers"):
    checks.close(squared_error(PATTERN, np.array([BACKSLASH, SLASH]), [1, -1]), 9)

# %% nbgrader={"grade": true, "grade_id": "test_squared_error_any", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(squared_error, "any number of pictures of any size"):
    checks.close(squared_error(np.ones((2, 3)), np.ones((3, 2, 3)), [6, 5, 4]), 5 / 3)

# %% [markdown]
# Watch the difference. Three weights stay at $0.375$, $-0.375$ and $0.375$ (the best sizes, as you will see); the top
# right one goes slowly from $-1.5$ to $+1.5$.

# %%
targets = np.array([1] * 5 + [-1] * 5)
turned = np.linspace(-1.5, 1.5, 601)
on_the_way = [np.array([[0.375, value], [-0.375, 0.375]]) for value in turned]

# %%
charts.lines({"share of pictures not read right": (turned, [1 - accuracy(w, pictures, labels) for w in on_the_way])},
             title="A staircase", xlabel="weight at top right", ylabel="share not read right",
             alt="As one weight goes from −1.5 to 1.5, the share of pictures not read right is flat at 0.2, 0, 0.6 and "
                 "0.8 with jumps between.")

# %%
charts.lines({"squared error E": (turned, [squared_error(w, pictures, targets) for w in on_the_way])},
             title="A slope", xlabel="weight at top right", ylabel="squared error E",
             alt="As the same weight goes from −1.5 to 1.5, the squared error is a smooth bowl with its lowest point at "
                 "−0.375.")

# %% [markdown]
# On a step of the staircase there is nothing to tell left from right. The squared error slopes at every point but the
# lowest, and the slope says which way is down.

# %% [markdown]
# ## Which way is down?
#
# Hold all weights but one still, and $E$ is an ordinary function of that one number, with an ordinary derivative.
# Written $\partial E / \partial w_{ij}$, it says how fast $E$ rises when $w_{ij}$ grows a little. The **gradient** is
# all four of them together.
#
# Begin with one picture. In $s = \sum x_{ij} w_{ij}$ the weight $w_{ij}$ is multiplied by its pixel, so $s$ grows
# $x_{ij}$ times as fast as $w_{ij}$. By the chain rule
#
# $$\frac{\partial}{\partial w_{ij}} (s - t)^2 = 2\,(s - t) \cdot \frac{\partial s}{\partial w_{ij}} = 2\,(s - t)\, x_{ij}$$
#
# and for $n$ pictures, where $x^{(k)}$ is picture number $k$, the mean of that:
#
# $$\frac{\partial E}{\partial w_{ij}} = \frac{1}{n} \sum_{k=1}^{n} 2\,(s_k - t_k)\; x^{(k)}_{ij}$$
#
# Read it aloud: *how far off, times the pixel*. A pixel shares the blame in proportion to its value.
#
# ### Exercise 8 · `gradient`
# Compute it by the formula. (Differences of errors come after it, as a check.) It has the shape of the weights.

# %% nbgrader={"grade": false, "grade_id": "gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gradient(weights, pictures, targets):
    """How fast the squared error rises with each weight.

    weights: (rows, columns).  pictures: (n, rows, columns).  targets: (n,) numbers.  Returns (rows, columns).
    """
    ### BEGIN SOLUTION
    total = np.zeros(np.shape(weights))
    for picture, target in zip(pictures, targets):
        total += 2 * (score(weights, picture) - target) * picture
    return total / len(pictures)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_gradient_slashes", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(gradient, "the gradient on three pictures of 2×2 whole numbers"):
    three = np.array([[[1, 1], [-1, 1]], [[-1, 1], [1, -1]], [[1, 2], [-1, 1]]])
    checks.close(gradient(np.array([[1, 2], [3, 4]]), three, [1, -1, 5]), [[2, 4], [-2, 2]])

# %% nbgrader={"grade": true, "grade_id": "test_gradient_any", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(gradient, "the gradient on any number of pictures of any size"):
    two = np.array([[[1, 0, 2], [0, 1, 3]], [[2, 1, 0], [1, 0, 0]]])
    checks.close(gradient(np.array([[1, 0, 1], [2, 0, 0]]), two, [1, 1]), [[8, 3, 4], [3, 2, 6]])

# %% [markdown]
# A formula derived by hand can be wrong, so check it against the definition. (Our $E$ is a sum of squares: here the two
# agree to the last decimal. With other errors they agree only nearly.) Move one weight up and down by a little $h$ and
# see how the error changes:
#
# $$\frac{\partial E}{\partial w_{ij}} \approx \frac{E(\ldots, w_{ij} + h, \ldots) - E(\ldots, w_{ij} - h, \ldots)}{2h}$$

# %%
four_numbers = np.array([[0.3, -0.8], [0.5, 0.1]])
h = 0.01
measured = np.zeros((2, 2))
for i, j in np.ndindex(2, 2):
    step = np.zeros((2, 2))
    step[i, j] = h
    measured[i, j] = (squared_error(four_numbers + step, pictures, targets)
                      - squared_error(four_numbers - step, pictures, targets)) / (2 * h)
print("by formula:\n", np.round(gradient(four_numbers, pictures, targets), 6))
print("by finite differences:\n", np.round(measured, 6))
assert np.allclose(gradient(four_numbers, pictures, targets), measured, atol=1e-4), "they differ: see Exercise 8 again"

# %% [markdown]
# ## Gradient descent
#
# The gradient points uphill, so we step the other way, by a small multiple of it, and repeat. The multiple is the
# **learning rate** $\eta$:
#
# $$w \;\leftarrow\; w - \eta\, \frac{\partial E}{\partial w}$$
#
# ### Exercise 9 · `gradient_descent`
# Take `steps` such steps. Return the final weights and the errors: one before the first step and one after each step.

# %% nbgrader={"grade": false, "grade_id": "gradient_descent", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gradient_descent(weights, pictures, targets, learning_rate, steps):
    """Walk downhill on the squared error.

    weights: (rows, columns) to start from, left as it is.  pictures: (n, rows, columns).  targets: (n,) numbers.
    Returns (weights, errors): (rows, columns) numbers, and a list of steps + 1 errors.
    """
    ### BEGIN SOLUTION
    weights = np.array(weights, dtype=float)
    errors = [squared_error(weights, pictures, targets)]
    for _ in range(steps):
        weights = weights - learning_rate * gradient(weights, pictures, targets)
        errors.append(squared_error(weights, pictures, targets))
    return weights, errors
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_descent_weights", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda weights, pictures, targets, learning_rate, steps:
                gradient_descent(np.copy(weights), pictures, targets, learning_rate, steps),
                "the weights after some steps down", returns="weights, errors", take="weights"):
    two = np.array([[[1, 1], [-1, 1]], [[-1, 1], [1, -1]]])
    found, _ = checks.parts(gradient_descent(np.zeros((2, 2)), two, [1, -1], 0.1, 2), "weights", "errors")
    checks.close(found, [[0.28, 0], [-0.28, 0.28]])

# %% nbgrader={"grade": true, "grade_id": "test_descent_errors", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda weights, pictures, targets, learning_rate, steps:
                gradient_descent(np.copy(weights), pictures, targets, learning_rate, steps),
                "the errors along walks from zeros, with a learning rate of 0.1", returns="weights, errors", take="errors"):
    two = np.array([[[1, 1], [-1, 1]], [[-1, 1], [1, -1]]])
    _, errors = checks.parts(gradient_descent(np.zeros((2, 2)), two, [1, -1], 0.1, 3), "weights", "errors")
    checks.close(errors, [1, 0.16, 0.0256, 0.004096])

# %% nbgrader={"grade": true, "grade_id": "test_descent_any", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(gradient_descent, "walks on any screen from weights of every kind, which leave them as they are",
                returns="weights, errors", take="weights"):
    found, _ = checks.parts(gradient_descent(np.array([[2, 1]]), np.array([[[1, 0]]]), [1], 0.25, 1), "weights", "errors")
    checks.close(found, [[1.5, 1]])

# %% [markdown]
# Four random numbers to start with, fifteen steps, and no search. (The accuracy is that on the ten pictures from which
# it learns.)

# %%
random_start = np.random.default_rng(1).normal(size=(2, 2))
learned, errors = gradient_descent(random_start, pictures, targets, learning_rate=0.3, steps=15)
print("start:  ", np.round(random_start, 3).tolist(), f" accuracy {accuracy(random_start, pictures, labels):.0%}")
print("learned:", np.round(learned, 3).tolist(), f" accuracy {accuracy(learned, pictures, labels):.0%}",
      f"· steepest slope there {np.abs(gradient(learned, pictures, targets)).max():.6f}")

# %% [markdown]
# The signs are those of our pattern, and nobody chose them. The sizes are all $0.375$: with them a clean backslash
# scores $1.5$ and a badly drawn one $0.75$, a compromise around the target $1$. It is the best one. With weights
# $\pm c$ two pictures score $4c$ and eight score $2c$ in size, so $E = \big[2(4c - 1)^2 + 8(2c - 1)^2\big] / 10$, whose
# derivative is $0$ at $c = 0.375$. There $E = 0.1$: the error cannot reach $0$ here, but it stops falling. (No other
# weights do better. The slope is 0 in all four directions, and this surface is a bowl with a single lowest point.)

# %%
charts.lines({"E − 0.1": (range(len(errors)), np.array(errors) - 0.1)}, title="The error falls with every step", xlabel="step",
             ylabel="E − 0.1, above the lowest (logarithmic)", log=True,
             alt="On a logarithmic axis what the error is above its lowest value, 0.1, falls with every step, from more than 1 to less than a millionth in fifteen steps.")

# %% [markdown]
# Which of the two changes has done it, the squared error or the real numbers? Let us take one at a time, from the same
# 16 patterns: the flips of Exercise 6, guided by the squared error in place of accuracy, with targets of $\pm 1$ and
# with targets of $\pm 4$.
#
# > **Predict.** From how many of the 16 does each arrive? (Accuracy: 5.)

# %%
predict()

# %%
def flip_by_error(weights, size):
    """Flip one sign at a time, the best one, as long as the squared error for targets of ±size falls."""
    while True:
        flips = [np.where(np.arange(4).reshape(2, 2) == k, -weights, weights) for k in range(4)]
        best = min(flips, key=lambda w: squared_error(w, pictures, size * targets))
        if squared_error(best, pictures, size * targets) >= squared_error(weights, pictures, size * targets):
            return weights
        weights = best


ends = {"flips, by accuracy": [flip_search(p, pictures, labels)[0] for p in patterns],
        "flips, by squared error, targets ±1": [flip_by_error(p, 1) for p in patterns],
        "flips, by squared error, targets ±4": [flip_by_error(p, 4) for p in patterns],
        "gradient descent, targets ±1": [gradient_descent(p, pictures, targets, 0.3, 15)[0] for p in patterns]}
for way, found in ends.items():
    print(f"{way:36} {sum(accuracy(w, pictures, labels) == 1 for w in found):2} of {len(found)} arrive")
print("squared error of our pattern, targets ±1:", squared_error(PATTERN, pictures, targets),
      "· of one with a wrong sign:", squared_error(np.array([[-1, -1], [-1, 1]]), pictures, targets))

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# With targets of $\pm 1$ only from one: signs are too large for them. Our pattern overshoots so much that a pattern
# with one wrong sign is as good. With targets of $\pm 4$, which fit the size of signs, from all 16. So the squared
# error does show the way where accuracy does not, **if the sizes fit**. Real numbers make them fit, whatever the
# targets: gradient descent arrives from all 16. And it needs no list of flips. The gradient says for all weights at
# once which way to go, for four of them or for millions.
#
# </details>

# %% [markdown]
# A picture of the walk itself needs a surface, and four weights are two too many. So keep opposite corners equal: $a$
# on the diagonal of the backslash, $b$ on the other. Every point of the map is a classifier, its darkness is the error.

# %%
def diagonal_weights(a, b):
    """The 2×2 weights with a on the backslash's diagonal and b on the other."""
    return np.array([[a, b], [b, a]])


def walk(a, b, learning_rate, steps):
    """The points (a, b) that gradient descent visits."""
    points = [(a, b)]
    for _ in range(steps):
        weights, _ = gradient_descent(diagonal_weights(*points[-1]), pictures, targets, learning_rate, 1)
        points.append(tuple(weights[0]))
    return np.array(points)


axis = np.linspace(-1.6, 1.6, 41)
height = [[squared_error(diagonal_weights(a, b), pictures, targets) for a in axis] for b in axis]

# %%
charts.surface(axis, axis, height, paths={"η = 0.3, 12 steps": walk(-1.2, -0.6, 0.3, 12)}, lowest=(0.375, -0.375),
               title="Down the error surface", xlabel="a (backslash diagonal)", ylabel="b (the other diagonal)",
               alt="A map of the error with elliptic contours around the lowest point at a = 0.375, b = −0.375. A path "
                   "of shrinking steps leads from the left edge first to the right, then up to it.")

# %% [markdown]
# Each step goes at right angles to the contour on which it begins, and is shorter where the surface is flatter. The
# contours are ellipses: the surface is steeper from top left to bottom right than from bottom left to top right. So the
# walk first goes down the steep way, and then along the flat one. (The contours are not at equal heights: see the
# numbers beside the map. Farther out each one is a larger step above the one before, so the surface is steeper there.)
#
# > **Predict.** What happens to the walk if the learning rate is thirty times smaller? And if it is about twice as
# > large?

# %%
predict()

# %%
rates = {"too small, η = 0.01": 0.01, "right, η = 0.3": 0.3, "too large, η = 0.65": 0.65}
runs = {name: gradient_descent(random_start, pictures, targets, rate, 30)[1] for name, rate in rates.items()}

# %%
charts.lines({name: (range(31), run) for name, run in runs.items()}, title="Three learning rates", xlabel="step",
             ylabel="squared error E (logarithmic)", log=True,
             alt="On a logarithmic axis: with the small rate the error is still falling after 30 steps, with the right "
                 "one it reaches its lowest value, 0.1, after about 5, with the large one it grows about eightyfold.")

# %%
charts.surface(axis, axis, height, lowest=(0.375, -0.375),
               paths={"η = 0.01, 30 steps": walk(-1.2, -0.6, 0.01, 30), "η = 0.3, 12 steps": walk(-1.2, -0.6, 0.3, 12),
                      "η = 0.65, 6 steps": walk(-1.2, -0.6, 0.65, 6)},
               title="Three walks with the same learning rates", xlabel="a (backslash diagonal)",
               ylabel="b (the other diagonal)",
               alt="The small rate creeps a short way, the right rate reaches the lowest point, the large rate jumps "
                   "from one side of the lowest point to the other, from the second jump on a little farther each time.")

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# Too small, and you pay for steps that hardly move. Too large, and sooner or later the steps lead farther and farther
# away. The border can be computed. Let the size of all four weights be off by $u$: put $c = 0.375 + u$ into the formula
# for $E$ above, and multiply out. What remains is $E = 0.1 + 6.4\,u^2$, whose derivative is $12.8\,u$. When all four
# sizes change together, $E$ changes by the sum of four equal partial derivatives, so each of them is
# $12.8\,u / 4 = 3.2\,u$. One step turns $u$ into $u - \eta \cdot 3.2\,u = (1 - 3.2\,\eta)\,u$. That shrinks as long as
# $\eta < 2 / 3.2 = 0.625$.
#
# </details>

# %%
for rate in (0.62, 0.63):
    _, errors = gradient_descent(random_start, pictures, targets, rate, 200)
    print(f"η = {rate}: error after 200 steps {errors[-1]:.3g}")

# %% [markdown]
# ## Try it
#
# Click the pixels, move the weights, and watch the score. First set the four weights that gradient descent found,
# $\pm 0.375$: what does a smudged backslash score? Then find weights that give a smudged backslash a **higher** score
# than a clean one.

# %%
slash_playground()

# %% [markdown]
# With a positive weight at top right the smudged backslash, whose top right pixel is ink, scores more than the clean
# one, by twice that weight. So a large score means "sure" only under the same weights: what a wrong pixel can cost is
# twice the size of its weight.
#
# ## The same code, on handwriting
#
# Nothing in your functions knows that a screen has four pixels. Here are 357 threes and eights that people have
# written, scanned to 8×8 pixels (from scikit-learn): ink is 1, paper is −1, and grey lies between. An eight plays the
# backslash, with the target 1, a three the slash, with −1. There are $2^{64}$ sign patterns now, and nobody will try
# them.
#
# Your `gradient_descent` learns from 20 of the digits, drawn at random, and then from 100. The others it never sees;
# they are the **test**. Each time with ten draws. And as a last question, the test digits once more, moved by one pixel
# to the right.
#
# > **Predict.** How many of a hundred are read right: of its own digits, of those that it has not seen, of those that
# > have moved?

# %%
predict()

# %%
from sklearn.datasets import load_digits

scans, digit = load_digits(return_X_y=True)
wanted_digits = np.isin(digit, (3, 8))
digits, is_eight = scans[wanted_digits].reshape(-1, 8, 8) / 8 - 1, digit[wanted_digits] == 8
digit_labels = np.where(is_eight, "\\", "/")


def learned_from(number, draw):
    """Weights that have learned from so many digits, the places of these digits, and the places of all others."""
    order = np.random.default_rng(draw).permutation(len(digits))
    own, unseen = order[:number], order[number:]
    found, _ = gradient_descent(np.zeros((8, 8)), digits[own], np.where(is_eight[own], 1, -1), 0.02, 50)
    return found, own, unseen


for number in (20, 100):
    shares = []
    for draw in range(1 if training_shortened() else 10):
        found, own, unseen = learned_from(number, draw)
        tests = [(digits[own], own), (digits[unseen], unseen), (np.roll(digits[unseen], 1, axis=2), unseen)]
        shares.append([100 * accuracy(found, images, list(digit_labels[places])) for images, places in tests])
    told = ["{:5.1f} ± {:.1f} %".format(*confidence_interval(column)) for column in np.transpose(shares)] if len(shares) > 1 else shares
    print(f"from {number:3} digits: its own, unseen ones, and these moved by a pixel:", *told)

# %%
found, own, unseen = learned_from(100, 0)
grids.photos([*((1 - digits[k]) / 2 for k in own[:5]), found], [*("eight" if is_eight[k] else "three" for k in own[:5]), "the 64 weights"],
             columns=6, maps=[5], title="Handwriting of 8×8 pixels, and weights that tell it apart",
             alt="Five handwritten digits, threes and eights. Beside them the 64 learned weights: positive, blue, on the left, where an eight closes "
                 "its loops and a three is open, and negative, orange, at places that a three inks more often.")

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# (Means of ten draws; behind ± stands half the width of their 95 % interval.) Its own digits it reads all, or nearly
# all. With 64 weights for 20 digits that could hardly be otherwise, so it proves little. Of those that it has **not
# seen** it reads 94 % after 20 digits and 98 % after 100. That is what counts, and what more examples are good for. The
# weights look where the two differ: at the left, where an eight closes its loops.
#
# And one pixel to the right it drops to some 70 %. Every weight belongs to **one place**. We will soon see why, on a
# small screen.
#
# </details>

# %% [markdown]
# ## A line that need not pass through the middle
#
# The threshold has been 0 all along. What does that cost? Take a picture of two pixels. It is a point in a plane: its
# first pixel says how far to the right, its second how far up. All pictures with a score of 0 lie on a line,
# $w_1 x_1 + w_2 x_2 = 0$. On one side of it scores are positive, on the other negative. And whatever the weights are,
# this line passes through the point $(0, 0)$.
#
# Paper is 0 here, and ink is 1. The picture with ink on both pixels is to score above 0, and the three others below.
#
# > **Predict.** Which weights $w_1$ and $w_2$ do that?

# %%
predict()

# %%
two_pixels = np.array([[[0, 0]], [[0, 1]], [[1, 0]], [[1, 1]]])                # four pictures of one row
both_inked = [-1, -1, -1, 1]
through_zero, _ = gradient_descent(np.zeros((1, 2)), two_pixels, both_inked, 0.1, 500)
print("scores without a bias:", [round(float(score(through_zero, image)), 2) + 0.0 for image in two_pixels])

with_a_one = np.concatenate([two_pixels, np.ones((4, 1, 1))], axis=2)          # a third pixel, which is always 1
with_bias, _ = gradient_descent(np.zeros((1, 3)), with_a_one, both_inked, 0.1, 500)
print("scores with a bias:   ", [round(float(score(with_bias, image)), 2) + 0.0 for image in with_a_one])
print("its weights and bias: ", np.round(with_bias, 2)[0])

# %%
charts.plane(two_pixels[:, 0], [wanted == 1 for wanted in both_inked], {"weights 1 and 1, no bias": (1, 1, 0), "learned, with a bias": with_bias[0]},
             title="Four pictures of two pixels, and the line where the score is 0",
             alt="Two planes with the four points (0, 0), (0, 1), (1, 0) and (1, 1); only the last should score above 0. On the left the line passes "
                 "through (0, 0), and three points lie above it. On the right it has moved up and passes between (1, 1) and the three others.")

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# None. The blank picture scores $0$ whatever the weights are. And if both single pixels score below 0, then $w_1$ and
# $w_2$ are negative, and their sum is, too. Gradient descent finds nothing better than weights of 0.
#
# </details>
#
# The remedy is one weight more, which is multiplied by nothing: the score is $w_1 x_1 + w_2 x_2 + b$. This $b$ is
# called the **bias**. It moves the line away from $(0, 0)$. Your functions can learn it as they are: give each picture
# a pixel that is always 1, and the weight of that pixel is the bias.
#
# Almost every layer of this course has a bias. Do the digits need one? Five draws of 100, with ink from 0 to 1. And all
# scores at once: where each picture is a row of a matrix $X$, they are the product `X @ w`.

# %%
rows_of_ink = (digits.reshape(len(digits), -1) + 1) / 2                        # X: a row of 64 pixels for each digit
with_ones = np.column_stack([rows_of_ink, np.ones(len(digits))])               # and 65 with the one that is always 1
right = []
for draw in range(1 if training_shortened() else 5):
    order = np.random.default_rng(draw).permutation(len(digits))
    known, others = order[:100], order[100:]
    for X in (rows_of_ink, with_ones):
        w, _ = gradient_descent(np.zeros((1, X.shape[1])), X[known][:, None], np.where(is_eight[known], 1, -1), 0.05, 50)
        right.append(100 * np.mean((X[others] @ w[0] > 0) == is_eight[others]))
without, with_it = np.reshape(right, (-1, 2)).T
if not training_shortened():
    for name, values in (("without a bias", without), ("with a bias", with_it), ("difference", with_it - without)):
        print("{:15} {:5.1f} ± {:.1f} %".format(name, *confidence_interval(values)))

# %% [markdown]
# They do not. The pixels at the top and at the bottom are inked in nearly every three and every eight, and their
# weights do what a bias would. So keep the bias, which costs one number, and do not expect wonders of it.

# %% [markdown]
# ## Where it fails
#
# Give the computer a better screen: 3×3 pixels. A slash still covers 2×2 of them, and now it can stand at four places.

# %%
places = [(0, 0), (0, 1), (1, 0), (1, 1)]
shifted = np.array([on_screen(stroke, 3, 3, *place) for stroke in (BACKSLASH, SLASH) for place in places])
shifted_labels = ["\\"] * 4 + ["/"] * 4

# %%
grids.pixels(shifted, ["backslash"] * 4 + ["slash"] * 4, values=False, cell=0.33,
             title="Eight pictures on a 3×3 screen",
             alt="Four backslashes and four slashes, each at the top left, top right, bottom left and bottom right of "
                 "a 3×3 screen.")

# %% [markdown]
# > **Predict.** Our pattern sits in the top left corner, with weight 0 elsewhere. How many of the eight does it read
# > right?

# %%
predict()

# %%
corner = np.zeros((3, 3))
corner[:2, :2] = PATTERN
for image, label in zip(shifted, shifted_labels):
    print(f"{label} scores {score(corner, image):+.0f}, read as {classify(corner, image)}")

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# Three right, four wrong, one undecided. At home it works; one pixel to the right, the backslash scores $-2$ and is
# read as a slash. Perhaps a cleverer pattern of nine signs? There are $2^9 = 512$; here is the best of them, and then
# the scores under the weights that gradient descent finds.
#
# </details>

# %%
best = np.array(max(all_sign_patterns(3, 3), key=lambda w: accuracy(w, shifted, shifted_labels)))
trained, _ = gradient_descent(np.zeros((3, 3)), shifted, [1] * 4 + [-1] * 4, 0.1, 500)
print("scores of the best of 512 sign patterns:", [int(score(best, image)) for image in shifted])
print("scores after gradient descent:          ", [round(float(score(trained, image)), 6) + 0.0 for image in shifted])

# %% [markdown]
# Neither reads all eight. The sign pattern reads seven, and one picture wrong. Gradient descent gives $\pm 1$ to four
# pictures, as asked, and $0$ to the other four: it cannot decide them. So it reads fewer. Has it failed at its own
# task?

# %%
wanted = [1] * 4 + [-1] * 4
rounded = np.round(trained, 6)          # what rounding has left of a score of 0 is no answer
for name, weights in {"best of 512 sign patterns": best, "the same, one seventh in size": best / 7, "gradient descent": rounded}.items():
    print(f"{name:30} squared error {squared_error(weights, shifted, wanted):.3f} · accuracy {accuracy(weights, shifted, shifted_labels):.1%}")

# %% [markdown]
# It has not. Its squared error is the smallest of all weights. (The sign pattern's is large: scores of size 3 are two
# away from their targets, and the picture that is read wrong is six away. Scaled down by seven, the best factor, its
# answers are the same, and its error is still larger.) **Squared error is not accuracy.** It is what we can walk down,
# and most of the time it leads to a good accuracy, but the smallest of the one need not be the largest of the other.
# From lesson 04 on we use another error, the cross-entropy. It often does better, since it leaves alone what is read
# right with a good margin. Here it would not help: under it, too, the four stay at 0.
#
# And no weights in the world read all eight. Look at the four that gradient descent left undecided, two backslashes and
# two slashes:

# %%
grids.pixels([shifted[1], shifted[2], shifted[4], shifted[7]], ["backslash", "backslash", "slash", "slash"], cell=0.36,
             title="Two pairs with the same ink", values=True,
             alt="A backslash at the top right and one at the bottom left; a slash at the top left and one at the "
                 "bottom right. Together each pair inks the same four pixels.")

# %%
assert np.array_equal(shifted[1] + shifted[2], shifted[4] + shifted[7])

# %% [markdown]
# Add the two backslashes, pixel by pixel, and you get exactly the sum of the two slashes. So whatever the weights, the
# two backslashes' scores **add up to the same total** as the two slashes' scores. They cannot both be positive while
# the other two are both negative. (A bias does not help: it is added to all four scores, and the sums stay equal.)
#
# But the little 2×2 pattern was never wrong about a slash that it was looking *at*. The way out is not a larger
# pattern. It is to **slide the small one over the screen**, look everywhere, and let the window with the largest score
# in size answer. Sliding a small pattern over a picture is called a **convolution**, and it is the next lesson. (With
# badly drawn slashes two windows tie, with opposite answers: in 28 of the 32 pictures with one wrong pixel of the
# slash. That lesson has to do better.)

# %%
for image, label in zip(shifted, shifted_labels):
    windows = [score(PATTERN, image[i:i + 2, j:j + 2]) for i, j in places]
    print(f"{label}: the four windows score {[int(s) for s in windows]}, the largest in size is {max(windows, key=abs):+.0f}")

# %% [markdown] nbgrader={"grade": false, "grade_id": "why_not_search", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": true}
# ## In your own words
#
# ### Question · Why not search?
# You have a 28×28 screen and two kinds of picture to tell apart. In about ten sentences: (a) why can you not try all
# sign patterns? (b) Why does flipping one sign at a time, guided by accuracy, get stuck? (c) Which two changes does
# gradient descent make, and what does each of them fix? (d) Name one thing that can still go wrong with gradient
# descent, and how you would notice it.
#
# ### BEGIN MARK SCHEME
# One point each.
#
# - (a) There are $2^{784}$ patterns, a number of 237 digits, or: the number grows exponentially with the number of
#   pixels; with a time or a size that shows what that means (a billion a second since the beginning of the universe
#   makes $4 \cdot 10^{26}$).
# - (b) Accuracy is a staircase: most single flips do not change it, so the search sees level ground and stops, even
#   where two flips together would help. "It finds a local maximum" alone is half a point.
# - (c) Real-valued weights can change by a little, and find the size that fits the targets; the squared error of the
#   scores answers to every little change, so that its gradient says which way each weight should go. Half a point for
#   one of the two.
# - (d) Any real failure together with a way to see it: too large a learning rate (the error grows), too small (it
#   hardly falls), a model that cannot do the task, as on the 3×3 screen (the error stops far from 0), training pictures
#   unlike the later ones (good in training, bad afterwards). Half a point for a failure without a way to see it.
#
# Language is not marked.
# ### END MARK SCHEME

# %% [markdown]
# *Write your answer here.*

# %% [markdown]
# ## Summary
#
# - A picture is an array of numbers; a classifier this simple is one weight for each pixel, a **score** $\sum x w$ and
#   a **threshold**, here 0; one number more, the **bias**, moves it. Under the same weights, the distance from the
#   threshold tells how sure it is.
# - The number of patterns grows as $2^{n \cdot n}$, so weights cannot be found by trying. A smooth **error** and its
#   **gradient** find them in a few steps, if the **learning rate** fits.
# - One weighted sum, tied to places, cannot read a picture that moves. A small pattern that slides over the screen can.
#
# **Read on:** Rosenblatt's perceptron (*Psychological Review* 65, 1958) learned such weights by correcting its wrong
# answers. Widrow and Hoff (*Adaptive switching circuits*, IRE WESCON, 1960) did what you did here: gradient descent on
# the squared error of a weighted sum of inputs $\pm 1$. Section 4.3 of Goodfellow, Bengio and Courville, *Deep
# Learning* (free online), treats gradient descent with more mathematics. Then open lesson 02.

# %% [markdown]
# ## Find the error
#
# Slides on this subject say the following. Each line holds an error: find it before you go on.
#
# 1. "Of the 16 patterns, two classify very well, others classify poorly." (By the rule that a positive score means
#    backslash.)
# 2. The smudged backslash has ink at top left, top right and bottom right. A slide gives its pixels as `1 −1 / −1 1`,
#    and colours the second one as ink.
#
# > **Predict.** What is wrong in each, and what would be right?

# %%
predict()

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# 1. Only **one** reads the pictures right. The other is its negative, which is always wrong until its answers are
#    swapped. And on the clean slashes alone four more patterns make no mistake: what tells them apart is the bad
#    drawings.
# 2. The colour is right and the number is not: it has to be $1$. With the grid's number the score would be $4$, as for
#    the clean backslash.
#
# </details>

# %%
print("smudged, by its pixels:", score(PATTERN, smudged), "· by the grid's numbers:", score(PATTERN, BACKSLASH))
print("one wrong sign, on clean slashes:", [float(accuracy(p, clean, clean_labels)) for p in patterns[1:5]])
