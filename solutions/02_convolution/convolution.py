# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 2 · Convolution by hand
#
# **You will be able to** slide a small pattern over a picture and write down every number that comes out, say how large
# the result is before you compute it, build a whole convolutional layer with stride, padding, channels and biases, pool
# its output, and show that PyTorch and Keras compute exactly what you do.
#
# **You need** lesson 01 and NumPy slices (`image[2:5, 0:3]`). **About 5 hours**, in two parts of equal length. The place
# to stop is marked.
#
# Lesson 01 ended with a small pattern that was never wrong about the pixels under it, and a hope: slide it over the whole
# picture. Here you build that sliding, from one window to a layer of a network.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
import numpy as np

from utils import checks, timing
from utils.datasets.images import cat
from utils.datasets.letters import letter, names, shifted
from utils.figures import charts, grids, networks, widgets

cases = checks.Cases("02_convolution")

# %% [markdown]
# ## One window, one number
#
# Here is a picture of 6×6 pixels. The numbers are grey values from 0 (black) to 255 (white). Beside it lies a pattern of
# 3×3 weights. In a convolutional network such a pattern is called a **kernel** or a **filter**. (In all figures of numbers a
# lighter square holds a larger number.)

# %%
IMAGE = np.array([[18, 54, 51, 239, 244, 188],
                  [55, 121, 75, 78, 95, 88],
                  [35, 24, 204, 113, 109, 221],
                  [3, 154, 104, 235, 25, 130],
                  [15, 253, 225, 159, 78, 233],
                  [68, 85, 180, 214, 245, 0]])
KERNEL = np.array([[1, 0, 1],
                   [0, 1, 0],
                   [1, 0, 1]])
grids.numbers([IMAGE, KERNEL], ["image, 6×6", "kernel, 3×3"], title="A picture and a kernel",
              windows={0: [(0, 0, 3, 3)]},
              alt="A 6×6 array of grey values whose top left 3×3 window is framed, and a 3×3 kernel with ones at the "
                  "corners and in the centre and zeros elsewhere.")

# %% [markdown]
# Lay the kernel on the framed window. Multiply each pixel by the weight on top of it, and add up the nine products. This
# is the **score** of lesson 01, computed on a window instead of the whole picture:
#
# $$18 \cdot 1 + 54 \cdot 0 + 51 \cdot 1 + 55 \cdot 0 + 121 \cdot 1 + 75 \cdot 0 + 35 \cdot 1 + 24 \cdot 0 + 204 \cdot 1 = 429$$
#
# For a window whose top left pixel is in row $i$ and column $j$, with weights $k_{ab}$ and pixels $x_{ij}$:
#
# $$y_{ij} = \sum_{a} \sum_{b} x_{i+a,\; j+b}\; k_{ab}$$
#
# ### Exercise 1 · `window_product`
# Compute this one number. The kernel may have any number of rows and columns, and the window may stand anywhere that it
# fits.

# %% nbgrader={"grade": false, "grade_id": "window_product", "locked": false, "schema_version": 3, "solution": true, "task": false}
def window_product(image, kernel, row, column):
    """The sum of the products of `kernel` and the window of `image` under it.

    image: (rows, columns) numbers.  kernel: (f, g) numbers, int64 or floats.
    row, column: where the top left pixel of the window is.  Returns one number.
    """
    ### BEGIN SOLUTION
    f, g = np.shape(kernel)
    window = np.asarray(image)[row:row + f, column:column + g]
    return np.sum(window * kernel)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_window_product_first", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(window_product, "the first window of a picture"):
    checks.by_hand("window_product")
    checks.close(window_product(IMAGE, KERNEL, 0, 0), 429)

# %% nbgrader={"grade": true, "grade_id": "test_window_product_place", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(window_product, "windows of any size, anywhere in a picture"):
    checks.by_hand("window_product")
    checks.close(window_product(IMAGE, np.array([[1, 2, 3], [4, 5, 6]]), 3, 1), 4158)

# %% [markdown]
# Now move the window one pixel to the right, and again, until it touches the right edge. Then one row down, from the left.
# Wherever the window stands, one number comes out, and we write it at the window's row and column. The array of all these
# numbers is the **feature map**.
#
# > **Predict.** How many rows and columns has the feature map of a 6×6 picture under a 3×3 kernel?
#
# A window of 3 columns can begin in columns 0, 1, 2 and 3. If it began in column 4 it would stick out. So there are four
# places in each direction, and the feature map is 4×4.
#
# ### Exercise 2 · `correlate2d`
# Compute the whole feature map. (The name is explained in the next section.) Do the sliding yourself: `np.convolve`,
# SciPy or PyTorch would hide what you are here to see.

# %% nbgrader={"grade": false, "grade_id": "correlate2d", "locked": false, "schema_version": 3, "solution": true, "task": false}
def correlate2d(image, kernel):
    """Slide `kernel` over `image`, and note the sum of the products at every place where it fits.

    image: (rows, columns) numbers.  kernel: (f, g) numbers, int64 or floats.  Both are left as they are.
    Returns (rows − f + 1, columns − g + 1) numbers.
    """
    ### BEGIN SOLUTION
    image, kernel = np.asarray(image), np.asarray(kernel)
    (rows, columns), (f, g) = image.shape, kernel.shape
    feature_map = np.zeros((rows - f + 1, columns - g + 1))
    for i in range(rows - f + 1):
        for j in range(columns - g + 1):
            feature_map[i, j] = window_product(image, kernel, i, j)
    return feature_map
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_correlate_size", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(correlate2d, "square pictures under kernels that look the same from all sides"):
    checks.by_hand("correlate2d")
    checks.close(correlate2d(IMAGE, KERNEL),
                 [[429, 505, 686, 856], [261, 792, 412, 640], [633, 653, 851, 751], [608, 913, 713, 657]])

# %% nbgrader={"grade": true, "grade_id": "test_correlate_kernel", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(correlate2d, "a kernel that looks different upside down"):
    checks.by_hand("correlate2d")
    checks.close(correlate2d(np.array([[0, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]), np.array([[1, 2, 3], [4, 5, 6]])),
                 [[6, 5], [3, 2]])

# %% nbgrader={"grade": true, "grade_id": "test_correlate_not_square", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(correlate2d, "pictures and kernels that are not square"):
    checks.by_hand("correlate2d")
    checks.close(correlate2d(np.arange(12).reshape(3, 4), np.array([[1], [2]])), [[8, 11, 14, 17], [20, 23, 26, 29]])

# %% nbgrader={"grade": true, "grade_id": "test_correlate_fractions", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(correlate2d, "fractions, and numbers of every type"):
    checks.by_hand("correlate2d")
    picture = np.array([[4, 8, 2], [6, 1, 3]])
    checks.close(correlate2d(picture, np.array([[0.5, 0.25]])), [[4, 4.5], [3.25, 1.25]])

# %% [markdown]
# Walk the window over the picture yourself. (Where no sliders appear you see one place of it.)

# %%
widgets.walk(IMAGE, KERNEL, correlate2d(IMAGE, KERNEL), place=(1, 1))

# %% [markdown]
# The largest value, 913, stands in row 3 and column 1. Look at that window: of the five pixels under a one, four are bright. A
# kernel gives a large value where the picture is bright under its large weights, in short: where the picture **looks like the
# kernel**. (A window that is bright all over gives a large value too. Kernels with negative weights, which come later, are not
# fooled by that.) With pixels 0 and 1 it is easy to see, because the value simply counts the white pixels under the ones:

# %%
stripes = np.array([[1, 1, 1, 0, 0],
                    [0, 1, 1, 1, 0],
                    [0, 0, 1, 1, 1],
                    [0, 0, 1, 1, 0],
                    [0, 1, 1, 0, 0]])
grids.numbers([stripes, KERNEL, correlate2d(stripes, KERNEL)], ["image, 5×5", "kernel", "feature map, 3×3"],
              signs=["∗", "="], title="Counting white pixels under the ones",
              alt="A 5×5 picture of zeros and ones, the kernel with ones at the corners and the centre, and the 3×3 "
                  "feature map 4 3 4, 2 4 3, 2 3 4.")

# %% [markdown]
# Five ones in the kernel, so 5 would be a perfect match. The map reaches 4.
#
# A kernel of only two ones shows even more plainly what happens. Each value is the sum of two pixels, one at the top right
# of the window and one at its bottom left:

# %%
numbers = np.array([[22, 15, 1, 3, 60],
                    [42, 5, 38, 39, 7],
                    [28, 9, 4, 66, 79],
                    [0, 2, 25, 12, 17],
                    [9, 14, 2, 51, 3]])
two_corners = np.array([[0, 0, 1],
                        [0, 0, 0],
                        [1, 0, 0]])
grids.numbers([numbers, two_corners, correlate2d(numbers, two_corners)], ["image", "kernel", "feature map"],
              signs=["∗", "="], title="1 + 28 = 29", windows={0: [(0, 0, 3, 3)], 2: [(0, 0, 1, 1)]},
              alt="A 5×5 array of numbers with its first 3×3 window framed, a kernel with ones at top right and bottom "
                  "left, and the feature map 29 12 64, 38 41 32, 13 80 81 with the 29 framed.")

# %% [markdown]
# ### A happy face
#
# Seven by seven pixels are enough for two eyes, a nose and a mouth. Here is a kernel, and a feature map **as it stands in
# a slide deck**.

# %%
happy = np.array([[0, 0, 0, 0, 0, 0, 0],
                  [0, 1, 0, 0, 0, 1, 0],
                  [0, 0, 0, 0, 0, 0, 0],
                  [0, 0, 0, 1, 0, 0, 0],
                  [0, 1, 0, 0, 0, 1, 0],
                  [0, 0, 1, 1, 1, 0, 0],
                  [0, 0, 0, 0, 0, 0, 0]])
detector = np.array([[0, 0, 1],
                     [1, 0, 0],
                     [0, 1, 1]])
from_the_slide = np.array([[0, 1, 0, 0, 0],
                           [0, 1, 1, 1, 0],
                           [1, 0, 1, 2, 1],
                           [1, 4, 2, 1, 0],
                           [0, 0, 1, 2, 1]])
grids.numbers([happy, detector, from_the_slide], ["image, 7×7", "kernel", "feature map on the slide"], signs=["∗", "="],
              title="One of these 25 values is wrong",
              alt="The happy face as zeros and ones, a 3×3 kernel 0 0 1, 1 0 0, 0 1 1, and the slide's 5×5 feature map.")

# %% [markdown]
# > **Predict.** One value is wrong. Which? (Try the middle row first, with pencil and paper.)

# %%
face_map = np.asarray(correlate2d(happy, detector))
wrong_at = [tuple(map(int, place)) for place in np.argwhere(face_map != from_the_slide)]
print(face_map, "\nthe slide differs at (row, column):", wrong_at)

# %% [markdown]
# The middle row should read 1 0 **0** 2 1. Here is the window that gives its middle value, on the nose of the face:

# %%
grids.numbers([happy[2:5, 2:5], detector, happy[2:5, 2:5] * detector], ["window", "kernel", "products"],
              signs=["·", "="], title="Row 2, column 2: no white pixel lies under a one", cell=0.5,
              alt="The 3×3 window of the happy face has a single one, in its centre row and centre column; "
                  "the kernel has a zero there, and all nine products are zero.")

# %% [markdown]
# Its only white pixel is the nose, and the kernel has a 0 there.

# %% [markdown]
# ## Convolution or cross-correlation?
#
# In mathematics, in signal processing and in SciPy, **convolution** is something slightly different: the kernel is
# **rotated by 180°** before it is laid on the window.
#
# $$\text{cross-correlation:}\quad y_{ij} = \sum_{a, b} x_{i+a,\; j+b}\; k_{ab}
# \qquad\qquad
# \text{convolution:}\quad y_{ij} = \sum_{a, b} x_{i+a,\; j+b}\; k_{f-1-a,\; g-1-b}$$
#
# What slides in this lesson so far is therefore the **cross-correlation**. Networks use it too, and call it convolution
# all the same. Nothing is lost: a network **learns** its kernel, and it can just as well learn the rotated one.
#
# ### Exercise 3 · `convolve2d`
# Compute the true convolution. Your `correlate2d` does most of the work.

# %% nbgrader={"grade": false, "grade_id": "convolve2d", "locked": false, "schema_version": 3, "solution": true, "task": false}
def convolve2d(image, kernel):
    """The true convolution: as `correlate2d`, with the kernel rotated by 180°.

    image: (rows, columns) numbers.  kernel: (f, g) numbers, left as it is.
    Returns (rows − f + 1, columns − g + 1) numbers.
    """
    ### BEGIN SOLUTION
    return correlate2d(image, np.asarray(kernel)[::-1, ::-1])
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_convolve_example", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(convolve2d, "square kernels"):
    checks.by_hand("convolve2d")
    dot = np.zeros((5, 5), dtype=int)
    dot[2, 2] = 1
    checks.close(convolve2d(dot, np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]])), [[1, 2, 3], [4, 5, 6], [7, 8, 9]])

# %% nbgrader={"grade": true, "grade_id": "test_convolve_not_square", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(convolve2d, "kernels that are not square"):
    checks.by_hand("convolve2d")
    checks.close(convolve2d(np.array([[0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 2]]), np.array([[1, 2, 3], [4, 5, 6]])),
                 [[2, 3], [5, 8]])

# %% [markdown]
# > **Predict.** For which of these three kernels do convolution and cross-correlation give the same feature map: ones at
# > the corners and the centre, the two corners, the detector of the happy face?

# %%
for name, picture, weights in [("corners and centre", IMAGE, KERNEL), ("two corners", numbers, two_corners),
                               ("happy face", happy, detector)]:
    print(f"{name:20}", np.array_equal(correlate2d(picture, weights), convolve2d(picture, weights)))

# %% [markdown]
# The first two look the same after half a turn, so the rotation changes nothing. The third does not. SciPy has both
# operations, and agrees with yours; PyTorch's "convolution" is the cross-correlation:

# %%
import scipy.signal
import torch

tensor = torch.tensor(happy, dtype=torch.float32)[None, None]
weights = torch.tensor(detector, dtype=torch.float32)[None, None]
pytorch_says = torch.nn.functional.conv2d(tensor, weights)[0, 0].numpy()
assert np.array_equal(correlate2d(happy, detector), scipy.signal.correlate2d(happy, detector, mode="valid"))
assert np.array_equal(convolve2d(happy, detector), scipy.signal.convolve2d(happy, detector, mode="valid"))
print("PyTorch's conv2d is your correlate2d:", np.array_equal(pytorch_says, correlate2d(happy, detector)))
print("PyTorch's conv2d is your convolve2d: ", np.array_equal(pytorch_says, convolve2d(happy, detector)))

# %% [markdown]
# From here on "convolution" means what networks mean: no rotation.

# %% [markdown]
# ## How large is the output?
#
# Before you build a network you have to know the size of every feature map. One row of pixels tells the whole story,
# because rows and columns behave alike. Here are 7 pixels and a window of 3. The **stride** is how far the window moves
# each time.
#
# > **Predict.** How many places are there with stride 1, 2 and 3?

# %%
networks.strides(7, 3, [1, 2, 3], title="Seven pixels, a window of three",
                 alt="A row of pixels numbered 0 to 6. With stride 1 five windows fit, with stride 2 three, with stride 3 "
                     "two, and then pixel 6 is never seen.")

# %% [markdown]
# The last place where a window of $f$ fits into $n$ pixels begins at pixel $n - f$. From 0 to $n - f$ in steps of $s$
# there are $\lfloor (n - f) / s \rfloor$ steps, and one place more than steps, the first one:
#
# $$\text{output size} = \left\lfloor \frac{n - f}{s} \right\rfloor + 1$$
#
# The brackets $\lfloor\;\rfloor$ mean: round **down**. With stride 3 the division gives $4/3$. There is room for one step,
# and the last pixel is never seen.
#
# Often a border of $p$ zeros is put around the picture first. That is **padding**. It makes $n + 2p$ pixels out of $n$,
# since both ends get a border:
#
# $$\text{output size} = \left\lfloor \frac{n + 2p - f}{s} \right\rfloor + 1$$
#
# ### Exercise 4 · `output_size`
# Compute it. When not even one window fits, refuse.

# %% nbgrader={"grade": false, "grade_id": "output_size", "locked": false, "schema_version": 3, "solution": true, "task": false}
def output_size(n, f, stride=1, padding=0):
    """How many times a window of `f` pixels fits into `n` pixels with `padding` zeros at both ends.

    n, f, stride: whole numbers from 1.  padding: a whole number from 0.  Returns a whole number (int).
    Raises ValueError when the window is larger than the padded row.
    """
    ### BEGIN SOLUTION
    room = n + 2 * padding - f
    if room < 0:
        raise ValueError(f"a window of {f} does not fit into {n} + 2·{padding} pixels")
    return room // stride + 1
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_output_size_plain", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(output_size, "a window that moves one pixel at a time"):
    checks.equal([output_size(6, 3), output_size(7, 3), output_size(32, 5)], [4, 5, 28])

# %% nbgrader={"grade": true, "grade_id": "test_output_size_stride", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(output_size, "a window that moves by two, three or four pixels"):
    checks.equal([output_size(7, 3, 1), output_size(7, 3, 2), output_size(7, 3, 3), output_size(227, 11, 4)], [5, 3, 2, 55])

# %% nbgrader={"grade": true, "grade_id": "test_output_size_padding", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(output_size, "a padded picture"):
    checks.equal([output_size(32, 5, stride=1, padding=2), output_size(7, 3, stride=2, padding=1)], [32, 4])

# %% nbgrader={"grade": true, "grade_id": "test_output_size_refuses", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(output_size, "a window that does not fit, or just fits"):
    checks.raises(ValueError, output_size, 4, 5, because="a window of 5 does not fit into 4 pixels")
    checks.equal([output_size(3, 3), output_size(2, 4, 1, 1)], [1, 1])

# %% [markdown]
# Five questions that slide decks like to ask:

# %%
for question, (n, f, s, p) in {"7×7 image, 3×3 kernel, padding 1": (7, 3, 1, 1),
                               "7×7 image, 3×3 kernel, stride 2, padding 1": (7, 3, 2, 1),
                               "32×32 image, 5×5 kernel, padding 2": (32, 5, 1, 2),
                               "227×227 image, 11×11 kernel, stride 4": (227, 11, 4, 0),
                               "64×64 image, 3×3 kernel, no padding": (64, 3, 1, 0)}.items():
    print(f"{question:45} → {output_size(n, f, s, p)}")

# %% [markdown]
# In the first and third the picture keeps its size. With stride 1 that needs $p = (f - 1) / 2$, so the kernel has to have
# an odd number of rows. Frameworks call this choice **"same"**, and no padding at all **"valid"**.
#
# > **Predict.** A slide says about a Keras layer with 3×3 filters and no `padding` argument: "64×64 stays 64". Is that so?
#
# No: without an argument Keras does not pad. The last line above says 62, and in part 2 you will ask Keras itself.

# %% [markdown]
# ## Padding and stride
#
# ### Exercise 5 · `pad`
# Put `padding` rows and columns of zeros around a picture. Copy the pixels yourself, without `np.pad`.

# %% nbgrader={"grade": false, "grade_id": "pad", "locked": false, "schema_version": 3, "solution": true, "task": false}
def pad(image, padding):
    """`image` with a border of zeros, `padding` pixels wide on all four sides.

    image: (rows, columns) numbers, left as it is.  padding: a whole number from 0.
    Returns (rows + 2·padding, columns + 2·padding) numbers.
    """
    ### BEGIN SOLUTION
    rows, columns = np.shape(image)
    padded = np.zeros((rows + 2 * padding, columns + 2 * padding))
    padded[padding:padding + rows, padding:padding + columns] = image
    return padded
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_pad_one", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(pad, "a border of one pixel"):
    checks.by_hand("pad", without=("numpy.pad",))
    checks.close(pad(np.array([[1, 2, 3], [4, 5, 6]]), 1),
                 [[0, 0, 0, 0, 0], [0, 1, 2, 3, 0], [0, 4, 5, 6, 0], [0, 0, 0, 0, 0]])

# %% nbgrader={"grade": true, "grade_id": "test_pad_wider", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(pad, "a wider border, or none"):
    checks.by_hand("pad", without=("numpy.pad",))
    checks.close(pad(np.array([[7, 8]]), 2), [[0] * 6, [0] * 6, [0, 0, 7, 8, 0, 0], [0] * 6, [0] * 6])
    checks.close(pad(np.array([[1, 2, 3], [4, 5, 6]]), 0), [[1, 2, 3], [4, 5, 6]])

# %% nbgrader={"grade": true, "grade_id": "test_pad_kept", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(pad, "fractions, negative numbers, and the picture that was given"):
    checks.by_hand("pad", without=("numpy.pad",))
    given = np.array([[0.5, 1.5], [-2.5, 3.5], [4.5, 5.5]])
    checks.close(pad(given, 1), [[0, 0, 0, 0], [0, 0.5, 1.5, 0], [0, -2.5, 3.5, 0], [0, 4.5, 5.5, 0], [0, 0, 0, 0]])

# %% [markdown]
# Here 6×6 becomes 8×8, and the feature map keeps the size of the picture.

# %%
small = np.array([[3, 3, 4, 4, 7, 0],
                  [9, 7, 6, 5, 8, 2],
                  [6, 5, 5, 6, 9, 2],
                  [7, 1, 3, 2, 7, 8],
                  [0, 3, 7, 1, 8, 3],
                  [4, 0, 4, 3, 2, 2]])
vertical = np.array([[1, 0, -1],
                     [1, 0, -1],
                     [1, 0, -1]])
bordered = np.asarray(pad(small, 1))
padded_map = correlate2d(bordered, vertical)
grids.numbers([bordered, vertical, padded_map], ["padded image, 8×8", "kernel", "feature map, 6×6"], signs=["∗", "="],
              title="With a border of zeros the size stays the same", windows={0: [(0, 0, 3, 3)], 2: [(0, 0, 1, 1)]},
              alt="A 6×6 picture in a border of zeros, the kernel 1 0 −1 in each row, and the 6×6 feature map, which "
                  "begins −10 2 1 and −15 3 0.")

# %% [markdown]
# > **Predict.** In our copy of the slides the top left values of this map read −10, −13, 1 and, below, −9, 3, 0. Two of
# > these six cannot be right. Which?

# %%
print("row 0, column 1:", 0 + 3 + 9, "−", 0 + 4 + 6, "=", window_product(bordered, vertical, 0, 1))
print("row 1, column 0:", 0, "−", 3 + 7 + 5, "=", window_product(bordered, vertical, 1, 0))

# %% [markdown]
# The kernel takes the column on the left minus the column on the right. The slide's −13 should be 2, and its −9 should
# be −15. At the edge the values are large: the border of zeros looks to the kernel like a black frame.
#
# ### Exercise 6 · `conv2d`
# Now both at once: pad the picture, then move the window by `stride` pixels in both directions.

# %% nbgrader={"grade": false, "grade_id": "conv2d", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv2d(image, kernel, stride=1, padding=0):
    """Slide `kernel` over the padded `image`, moving `stride` pixels at a time, right and down.

    image: (rows, columns) numbers.  kernel: (f, g) numbers.  stride: from 1.  padding: from 0.
    Returns (output_size(rows, f, stride, padding), output_size(columns, g, stride, padding)) numbers.
    """
    ### BEGIN SOLUTION
    return np.asarray(correlate2d(pad(image, padding), kernel))[::stride, ::stride]
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_conv2d_stride", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(conv2d, "strides of one, two and three"):
    checks.by_hand("conv2d", without=("numpy.pad",))
    seven = np.array([[2, 3, 7, 4, 6, 2, 9], [6, 6, 9, 8, 7, 4, 3], [3, 4, 8, 3, 8, 9, 7], [7, 8, 3, 6, 6, 3, 4],
                      [4, 2, 1, 8, 3, 4, 6], [3, 2, 4, 1, 9, 8, 3], [0, 1, 3, 9, 2, 1, 4]])
    checks.close(conv2d(seven, np.array([[3, 4, 4], [1, 0, 2], [-1, 0, 3]]), stride=2),
                 [[91, 100, 88], [69, 91, 117], [44, 72, 74]])

# %% nbgrader={"grade": true, "grade_id": "test_conv2d_padding", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(conv2d, "padding, with stride 1"):
    checks.by_hand("conv2d", without=("numpy.pad",))
    checks.close(conv2d(np.array([[1, 2, 3], [4, 5, 6]]), np.array([[1, 0, -1]] * 3), padding=1), [[-7, -4, 7], [-7, -4, 7]])

# %% nbgrader={"grade": true, "grade_id": "test_conv2d_both", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(conv2d, "stride and padding together"):
    checks.by_hand("conv2d", without=("numpy.pad",))
    checks.close(conv2d(np.arange(1, 13).reshape(3, 4), np.array([[1, 2], [3, 4]]), stride=2, padding=1),
                 [[4, 18, 12], [46, 94, 44]])

# %% [markdown]
# The first test is an example from a slide deck, whose first row reads **91 100 83** there. Check its third value:

# %%
seven = np.array([[2, 3, 7, 4, 6, 2, 9],
                  [6, 6, 9, 8, 7, 4, 3],
                  [3, 4, 8, 3, 8, 9, 7],
                  [7, 8, 3, 6, 6, 3, 4],
                  [4, 2, 1, 8, 3, 4, 6],
                  [3, 2, 4, 1, 9, 8, 3],
                  [0, 1, 3, 9, 2, 1, 4]])
weights = np.array([[3, 4, 4],
                    [1, 0, 2],
                    [-1, 0, 3]])
grids.numbers([seven, weights, conv2d(seven, weights, stride=2)], ["image, 7×7", "kernel", "stride 2 → 3×3"],
              signs=["∗", "="], title="6·3 + 2·4 + 9·4 + 7·1 + 3·2 − 8·1 + 7·3 = 88",
              windows={0: [(0, 0, 3, 3), (0, 2, 3, 3), (0, 4, 3, 3)], 2: [(0, 2, 1, 1)]},
              alt="A 7×7 picture with three framed windows that begin in columns 0, 2 and 4 of row 0, a kernel, and the "
                  "feature map 91 100 88, 69 91 117, 44 72 74, with the 88 framed.")

# %% [markdown]
# One more. The picture counts 1 2 3 … in its first row and 11 12 13 … in its second. The kernel is all ones, so each value
# is a plain sum of nine neighbours. A slide shows the 2×2 map `108 126 / 288 306` for stride 2.
#
# > **Predict.** Is a 2×2 map the whole result for 8 rows and 7 columns?

# %%
counting = 10 * np.arange(8)[:, None] + np.arange(1, 8)
print(conv2d(counting, np.ones((3, 3)), stride=2))
print("rows:", output_size(8, 3, 2), "· columns:", output_size(7, 3, 2))

# %% [markdown]
# The four values are right, but there are nine: the slide shows the top left corner of the map. (And of 8 rows the last one
# is never seen.)

# %% [markdown]
# ## A gallery of kernels
#
# What can nine numbers do to a photograph? Begin with the smallest edge that there is: bright on the left, dark on the
# right.

# %%
edge = np.array([[10, 10, 10, 0, 0, 0]] * 6)
grids.numbers([edge, vertical, correlate2d(edge, vertical)], ["image", "kernel", "feature map"], signs=["∗", "="],
              title="A kernel that finds vertical edges",
              alt="A 6×6 picture, 10 in the left half and 0 in the right, the kernel 1 0 −1 in each row, and a 4×4 "
                  "feature map whose middle two columns are 30 and whose outer two are 0.")

# %% [markdown]
# Where the picture is even, left minus right is 0. Where it changes, the value is large. On pixels that are not so tidy the
# map has both signs: positive where it is brighter on the left, negative where it is brighter on the right.

# %%
uneven = np.array([[3, 0, 1, 2, 7, 4],
                   [1, 5, 8, 9, 3, 1],
                   [2, 7, 2, 5, 1, 3],
                   [0, 1, 3, 1, 7, 8],
                   [4, 2, 1, 6, 2, 8],
                   [2, 4, 5, 2, 3, 9]])
print(correlate2d(uneven, vertical))

# %% [markdown]
# Now a real picture: Chelsea the cat. It comes with scikit-image, so no network is needed. For the moment in grey, as the
# mean of red, green and blue, with values from 0 to 1.

# %%
colour = cat()
grey = colour.mean(axis=2)
print("colour:", colour.shape, "· grey:", grey.shape, f"· from {grey.min():.2f} to {grey.max():.2f}")

# %% [markdown]
# > **Predict.** On a part of the picture that has one even grey value $c$, a kernel gives $c$ times … what? So what happens
# > to that part under a kernel whose weights add up to 0, to 1, to more than 1?
#
# Every product is $c$ times a weight, so the value is $c$ times the **sum of the weights**. Sum 1 keeps the brightness, sum
# 0 makes even parts vanish and leaves only change, a sum above 1 brightens.

# %%
gallery = {"identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
           "edges 1": [[1, 0, -1], [0, 0, 0], [-1, 0, 1]],
           "edges 2": [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
           "edges 3": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
           "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
           "box blur": np.ones((3, 3)) / 9,
           "Gaussian blur": np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16,
           "vertical edges": vertical,
           "horizontal edges": vertical.T}
gallery = {name: np.array(weights, dtype=float) for name, weights in gallery.items()}
even = np.full((3, 3), 0.5)
for name, weights in gallery.items():
    print(f"{name:17} sum {weights.sum():4.1f}   an even grey of 0.5 becomes {correlate2d(even, weights)[0][0]:.2f}")

# %%
maps = [correlate2d(grey, weights) for weights in gallery.values()]
signed = [k for k, weights in enumerate(gallery.values()) if abs(weights.sum()) < 1e-9]
grids.photos(maps, [f"{name}\n(sum {weights.sum():.0f})" for name, weights in gallery.items()], columns=3, signed=signed,
             title="Nine kernels, one cat",
             alt="The cat under nine kernels. Identity leaves it as it is; sharpen makes fur and whiskers stand out; both "
                 "blurs soften it. Under the five kernels with sum 0 even parts are middle grey, and outlines of eyes, "
                 "nose and whiskers are light and dark.")

# %% [markdown]
# In the maps with sum 0 middle grey means 0, lighter is positive and darker is negative.
#
# - **Edges 2** and **3** compare a pixel with its neighbours on all sides, so they find outlines in every direction.
#   **Edges 1** compares one diagonal with the other: it answers to corners and slanting lines.
# - **Vertical edges** and **horizontal edges** are the same kernel and its transpose. Look for the whiskers: they run from left
#   to right, so the kernel for horizontal edges sees them and the one for vertical edges hardly does.
# - **Sharpen** is identity minus edges 2: what differs from its neighbours is made to differ more.
# - The **blurs** are averages of nine neighbours, a plain one and one that gives more weight to the centre.
#
# ### Nine ninths
#
# Another slide deck writes its kernels in whole numbers: 9 in the centre for "identity". Taken literally, that makes
# everything nine times as bright. The numbers are **ninths**: each is to be divided by 9.

# %%
ninths = {"identity": [[0, 0, 0], [0, 9, 0], [0, 0, 0]],
          "edges": [[0, 9, 0], [9, -36, 9], [0, 9, 0]],
          "blur": [[1, 1, 1], [1, 1, 1], [1, 1, 1]],
          "sharpen": [[0, -3, 0], [-3, 21, -3], [0, -3, 0]],
          "lighten": [[0, 0, 0], [0, 12, 0], [0, 0, 0]],
          "darken": [[0, 0, 0], [0, 6, 0], [0, 0, 0]],
          "random 1": [[-2, 2, 18], [-3, 0, 2], [-3, -3, -2]],
          "random 2": [[9, 6, 0], [6, 0, -6], [0, -6, -1]]}
ninths = {name: np.array(weights) / 9 for name, weights in ninths.items()}
maps = [correlate2d(grey, weights) for weights in ninths.values()]
grids.photos(maps, [f"{name}\n(sum {round(9 * weights.sum())}/9)" for name, weights in ninths.items()], signed=[1],
             title="Eight kernels in ninths",
             alt="The cat under eight kernels: unchanged, edges on middle grey, blurred, slightly sharper, brighter, "
                 "darker, and under two random kernels with light and dark outlines like a relief.")

# %% [markdown]
# The random kernels look like nothing on paper and still give a clear picture, like a relief lit from one side. Their
# sums are 9/9 and 8/9, so even parts keep nearly their brightness. Networks find such kernels too. Nobody draws them: they
# are learned.
#
# *(End of part 1. A good place for a break.)*

# %% [markdown]
# ## Volumes
#
# A colour picture has three numbers per pixel: red, green and blue. Each colour is a **channel**, a picture of its own. The
# whole is a volume of channels × rows × columns, and its kernel is a volume too, with **as many channels as the picture**.
# The window still moves only right and down. At each place all products of all channels are added up into **one** number:
#
# $$y_{ij} = \sum_{c} \sum_{a} \sum_{b} x_{c,\; i+a,\; j+b}\; k_{c,a,b}$$
#
# So a volume under one kernel gives one flat map. For a small example take two channels:

# %%
two_channels = np.array([[[1, 2, 0], [0, 1, 3], [2, 1, 1]],
                         [[4, 0, 1], [1, 1, 0], [0, 2, 5]]])
two_kernels = np.array([[[1, 0], [2, 1]],
                        [[0, 1], [1, -1]]])
parts = [np.asarray(correlate2d(channel, weights)) for channel, weights in zip(two_channels, two_kernels)]
grids.numbers([two_channels[0], two_kernels[0], parts[0], sum(parts), two_channels[1], two_kernels[1], parts[1]],
              ["channel 0", "its weights", "its map", "sum of both", "channel 1", "its weights", "its map"], title="Two channels, one kernel, one map",
              alt="Channel 0 under its 2×2 weights gives 2 7, 5 4; channel 1 under its own gives 0 2, −1 −3; "
                  "the sum of the two maps is 2 9, 4 1.")

# %% [markdown]
# Read the map on the right from the two maps beside it: $2 + 0 = 2$, $7 + 2 = 9$, $5 - 1 = 4$, $4 - 3 = 1$.
#
# > **Predict.** A depth camera gives red, green, blue and distance: 4 channels of 224×224. A kernel of 7×7×4 slides over
# > them. What comes out? And two grey cameras, one for each eye, give 2 channels of 224×224. The map is to be 220×220. What
# > size has the kernel?

# %%
print("7×7×4 on 224×224×4:", output_size(224, 7), "×", output_size(224, 7), ", one map")
print("two eyes, 220×220:  ", [f"{f}×{f}×2" for f in range(1, 12) if output_size(224, f) == 220])

# %% [markdown]
# A layer has **many kernels**. Each gives one map, and the maps are stacked: they are the channels of the next volume. Six
# kernels of 5×5×3 turn a 32×32 picture with 3 channels into 28×28 with 6 channels. To every value of a map its kernel's
# **bias** is added, one number per kernel. It shifts the threshold: a map with bias $-5$ is positive only where the sum is
# above 5.

# %%
networks.stacks([(3, 32, 32), (6, 28, 28)], ["six kernels\n5×5×3, six biases"], title="Many kernels, many maps",
                alt="A stack of 3 sheets of 32×32 and an arrow, six kernels of 5×5×3 with six biases, to a stack of 6 "
                    "sheets of 28×28.")

# %% [markdown]
# One more axis comes first: networks work on several pictures at a time, a **batch**. PyTorch orders the axes as batch,
# channels, rows, columns, in short **NCHW** (H is the height, W the width). We do the same.
#
# ### Exercise 7 · `conv_layer`
# Compute the whole layer. Use your `conv2d` for every channel, or begin anew.

# %% nbgrader={"grade": false, "grade_id": "conv_layer", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv_layer(batch, weights, bias, stride=1, padding=0):
    """A convolutional layer: every picture of the batch under every kernel, plus the kernel's bias.

    batch: (pictures, in_channels, rows, columns).  weights: (out_channels, in_channels, f, g).
    bias: (out_channels,).  stride, padding: as in `conv2d`.
    Returns (pictures, out_channels, output rows, output columns).
    """
    ### BEGIN SOLUTION
    maps = [[np.sum([conv2d(channel, kernel, stride, padding) for channel, kernel in zip(image, kernels)], axis=0) + b
             for kernels, b in zip(weights, bias)]
            for image in batch]
    return np.array(maps)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_layer_channels", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(conv_layer, "pictures of several channels under one kernel"):
    checks.by_hand("conv_layer", without=("numpy.pad",))
    checks.close(conv_layer(two_channels[None], two_kernels[None], np.array([0])), [[[[2, 9], [4, 1]]]])

# %% nbgrader={"grade": true, "grade_id": "test_layer_kernels", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(conv_layer, "one picture under several kernels"):
    checks.by_hand("conv_layer", without=("numpy.pad",))
    one = np.array([[[[1, 2], [3, 4]]]])
    checks.close(conv_layer(one, np.array([[[[1, 1]]], [[[1, -1]]], [[[0, 2]]]]), np.zeros(3)),
                 [[[[3], [7]], [[-1], [-1]], [[4], [8]]]])

# %% nbgrader={"grade": true, "grade_id": "test_layer_bias", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(conv_layer, "the biases"):
    checks.by_hand("conv_layer", without=("numpy.pad",))
    checks.close(conv_layer(np.array([[[[1, 2, 4]]]]), np.array([[[[1, 1]]], [[[2, 0]]]]), np.array([10, -5])),
                 [[[[13, 16]], [[-3, -1]]]])

# %% nbgrader={"grade": true, "grade_id": "test_layer_batch", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(conv_layer, "a batch of several pictures"):
    checks.by_hand("conv_layer", without=("numpy.pad",))
    checks.close(conv_layer(np.array([[[[1, 2]]], [[[3, 5]]]]), np.array([[[[1, 1]]], [[[1, -1]]], [[[2, 0]]]]), np.zeros(3)),
                 [[[[3]], [[-1]], [[2]]], [[[8]], [[-2]], [[6]]]])

# %% nbgrader={"grade": true, "grade_id": "test_layer_stride_padding", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(conv_layer, "a layer with stride and padding"):
    checks.by_hand("conv_layer", without=("numpy.pad",))
    checks.close(conv_layer(np.array([[[[1, 2, 3], [4, 5, 6]]]]), np.array([[[[1, 2]]]]), np.array([1]), stride=2, padding=1),
                 [[[[1, 1], [9, 18]]]])

# %% [markdown]
# Your layer and PyTorch's get the same numbers. Then the same for Keras. **Keras orders the axes differently**: batch, rows,
# columns, channels, in short **NHWC**, and its weights are rows, columns, in_channels, out_channels. So we move the axes on
# the way in and on the way out. The numbers do not change.

# %%
from utils import device

device.use()
import keras

generator = np.random.default_rng(2)
batch = generator.normal(size=(2, 3, 9, 8)).astype(np.float32)     # NCHW
weights = generator.normal(size=(4, 3, 3, 2)).astype(np.float32)   # out_channels, in_channels, rows, columns
bias = generator.normal(size=4).astype(np.float32)
yours = np.asarray(conv_layer(batch, weights, bias, stride=2, padding=1))

layer = torch.nn.functional.conv2d(torch.tensor(batch), torch.tensor(weights), torch.tensor(bias), stride=2, padding=1)
print("yours:", yours.shape, "· largest difference from PyTorch below 1e-5:", np.abs(yours - layer.numpy()).max() < 1e-5)

# %%
bordered = np.pad(batch, ((0, 0), (0, 0), (1, 1), (1, 1)))                  # Keras pads by name only, so pad before
bordered = bordered.transpose(0, 2, 3, 1)                                   # NCHW → NHWC
layer = keras.layers.Conv2D(4, (3, 2), strides=2)
layer.build(bordered.shape)
layer.set_weights([weights.transpose(2, 3, 1, 0), bias])
nhwc = keras.ops.convert_to_numpy(layer(bordered))
print("Keras:", nhwc.shape, "· largest difference from yours below 1e-5:",
      np.abs(nhwc.transpose(0, 3, 1, 2) - yours).max() < 1e-5)

# %% [markdown]
# And the question from part 1: what does Keras do with a 64×64 picture and 3×3 filters when nothing is said about padding?

# %%
picture = np.zeros((1, 64, 64, 3), dtype=np.float32)   # NHWC
print("no argument:   ", tuple(keras.layers.Conv2D(32, 3)(picture).shape))
print('padding="same":', tuple(keras.layers.Conv2D(32, 3, padding="same")(picture).shape))

# %% [markdown]
# ### How many numbers does a layer learn?
#
# Every kernel has in_channels · rows · columns weights and one bias. The size of the picture does not matter.
#
# ### Exercise 8 · `count_parameters`
# Count them.

# %% nbgrader={"grade": false, "grade_id": "count_parameters", "locked": false, "schema_version": 3, "solution": true, "task": false}
def count_parameters(in_channels, out_channels, kernel_size, bias=True):
    """How many numbers a convolutional layer learns.

    in_channels, out_channels: whole numbers.  kernel_size: (rows, columns).  bias: whether each kernel has one.
    Returns a whole number (int).
    """
    ### BEGIN SOLUTION
    rows, columns = kernel_size
    return out_channels * (in_channels * rows * columns + (1 if bias else 0))
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_parameters_square", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(count_parameters, "square kernels with biases"):
    checks.equal([count_parameters(3, 10, (5, 5)), count_parameters(3, 10, (3, 3))], [760, 280])

# %% nbgrader={"grade": true, "grade_id": "test_parameters_any", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(count_parameters, "kernels that are not square, and layers without biases"):
    checks.equal([count_parameters(2, 3, (1, 4)), count_parameters(2, 3, (1, 4), bias=False)], [27, 24])

# %%
for layer, (in_channels, out_channels, side) in {"32×32×3, ten 5×5 kernels, padding 2": (3, 10, 5),
                                                 "ten 3×3×3 kernels": (3, 10, 3),
                                                 "32×32×3, six 5×5 kernels": (3, 6, 5),
                                                 "Keras' conv2d_1: 32 kernels of 3×3×3": (3, 32, 3),
                                                 "Keras' conv2d_2: 32 kernels of 3×3×32": (32, 32, 3)}.items():
    print(f"{layer:38} {count_parameters(in_channels, out_channels, (side, side)):6,} parameters")

# %% [markdown]
# ### A kernel of one pixel
#
# > **Predict.** A 1×1 kernel sees a single pixel. What can it be good for?
#
# It sees one pixel **in all channels**. So it mixes channels, at each pixel in the same way. Three weights turn colours into
# grey; three others keep what is more red than green. It is a dense layer, applied to each pixel by itself.

# %%
mix = np.array([[0.299, 0.587, 0.114],   # how bright the three colours look to us
                [2.0, -2.0, 0.0]])       # red minus green, doubled
colour_nchw = colour.transpose(2, 0, 1)[None]                      # rows, columns, channels → NCHW
mixed = np.asarray(conv_layer(colour_nchw, mix[:, :, None, None], np.array([0.0, 0.0])))
per_pixel = colour.reshape(-1, 3) @ mix.T                          # the same, as a dense layer on every pixel
assert np.allclose(mixed[0].reshape(2, -1).T, per_pixel)
grids.photos([colour, mixed[0, 0], mixed[0, 1]], ["3 channels", "brightness", "more red than green"], columns=3, signed=[2],
             title="Two 1×1 kernels",
             alt="The cat in colour; in grey; and a map of redness in which the nose and the fur are light and the eyes "
                 "are dark.")

# %% [markdown]
# ## ReLU and pooling
#
# Two small steps follow a convolution in most networks. The first is **ReLU** (rectified linear unit): negative values
# become 0. "Where is it *not* like my kernel" is thrown away, "where is it like it" stays. Without such a step, two
# convolutions after each other could be replaced by a single larger one.

# %%
def relu(values):
    """Negative values become 0."""
    return np.maximum(values, 0)


relu(np.array([0.77, -0.11, 0.33, -0.33]))

# %% [markdown]
# The second is **pooling**: cut the map into small windows and keep one number of each, the largest (**max pooling**), the
# average, or the sum. The map gets smaller, the channels stay. Pooling learns nothing: it has no weights. On the feature
# map of our first example, with windows of 2×2 and stride 2:

# %%
first_map = correlate2d(IMAGE, KERNEL)
grids.numbers([first_map, [[792, 856], [913, 851]]], ["feature map, 4×4", "largest values"], signs=["→"],
              title="Max pooling, 2×2, stride 2",
              windows={0: [(0, 0, 2, 2), (0, 2, 2, 2), (2, 0, 2, 2), (2, 2, 2, 2)]},
              alt="The 4×4 feature map in four framed windows of 2×2, and the 2×2 result 792 856, 913 851.")

# %% [markdown]
# What if the windows do not fill the map? A 5×5 map has a fifth row and column. One can leave them out, as convolution does.
# Or one can keep a **partial window** at the edge, which holds fewer values:

# %%
grids.numbers([face_map], ["feature map, 5×5"], title="Nine windows, five of them partial", cell=0.5,
              windows={0: [(i, j, min(2, 5 - i), min(2, 5 - j)) for i in (0, 2, 4) for j in (0, 2, 4)]},
              alt="The 5×5 feature map of the happy face, divided into four windows of 2×2, two of 2×1 at the right edge, "
                  "two of 1×2 at the bottom, and one of 1×1 in the corner.")

# %% [markdown]
# ### Exercise 9 · `pool2d`
# Pool a map. `kind` is `"max"`, `"average"` or `"sum"`. With `partial=True` rows and columns that are left over get one more
# window, which sticks out of the map and holds only the values inside. An average divides by the number of values that are
# there. (The stride is never larger than `size`.)

# %% nbgrader={"grade": false, "grade_id": "pool2d", "locked": false, "schema_version": 3, "solution": true, "task": false}
def pool2d(image, size, stride, kind="max", partial=False):
    """One number for each window of `size` × `size` values.

    image: (rows, columns) numbers, left as it is.  size, stride: whole numbers, 1 ≤ stride ≤ size.
    kind: "max", "average" or "sum".
    partial: whether left-over rows and columns at the bottom and at the right get a window of their own.
    Returns (m, n) numbers, where m is output_size(rows, size, stride), plus 1 if a row is left over and partial is
    True; n likewise for columns.
    """
    ### BEGIN SOLUTION
    reduce = {"max": np.max, "average": np.mean, "sum": np.sum}[kind]
    m, n = [(side - size) // stride + 1 for side in image.shape]
    if partial:
        m, n = [-(-(side - size) // stride) + 1 for side in image.shape]
    return np.array([[reduce(image[i * stride:i * stride + size, j * stride:j * stride + size]) for j in range(n)]
                     for i in range(m)])
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_pool_max", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(pool2d, "the largest value of each window"):
    checks.by_hand("pool2d")
    checks.close(pool2d(np.array([[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]]), 2, 2), [[6, 8], [3, 4]])
    checks.close(pool2d(np.array([[12, 20, 30, 0], [8, 12, 2, 0], [34, 70, 37, 4], [112, 100, 25, 12]]), 2, 2),
                 [[20, 30], [112, 37]])

# %% nbgrader={"grade": true, "grade_id": "test_pool_kinds", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(pool2d, "average and sum"):
    checks.by_hand("pool2d")
    values = np.array([[1, 2, 3, 8], [0, 1, 4, 7]])
    checks.close(pool2d(values, 2, 2, "average"), [[1, 5.5]])
    checks.close(pool2d(values, 2, 2, "sum"), [[4, 22]])

# %% nbgrader={"grade": true, "grade_id": "test_pool_stride", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(pool2d, "windows that overlap, on a map that is not square"):
    checks.by_hand("pool2d")
    checks.close(pool2d(np.array([[1, 2, 3, 4, 5], [6, 7, 8, 9, 0], [5, 4, 3, 2, 1]]), 3, 1, "sum"), [[39, 42, 35]])

# %% nbgrader={"grade": true, "grade_id": "test_pool_partial", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(pool2d, "partial windows at the edge"):
    checks.by_hand("pool2d")
    checks.close(pool2d(np.array([[0, 1, 0, 0, 0], [0, 1, 1, 1, 0], [1, 0, 0, 2, 1], [1, 4, 2, 1, 0], [0, 0, 1, 2, 1]]), 2, 2,
                        partial=True), [[1, 1, 0], [4, 2, 1], [0, 2, 1]])
    checks.close(pool2d(np.array([[1, 2, 6]]*2), 2, 2, "average", partial=True), [[1.5, 6]])

# %% [markdown]
# The last test is the happy face once more: its 5×5 map becomes `1 1 0 / 4 2 1 / 0 2 1`. A slide shows the same nine numbers,
# although it pooled the map with the wrong value. The 1 that should be a 0 lies in a window with a 2, so the maximum does
# not notice.
#
# The slide goes on to say that Keras does this with `MaxPooling2D(pool_size=(2, 2))`.
#
# > **Predict.** Does it? How large is the result for a 5×5 map?

# %%
face_tensor = torch.tensor(face_map, dtype=torch.float32)[None, None]               # NCHW
face_nhwc = face_map.astype(np.float32)[None, :, :, None]                           # NHWC
torch_pool, keras_pool = torch.nn.functional.max_pool2d, keras.layers.MaxPooling2D
print("PyTorch:", torch_pool(face_tensor, 2)[0, 0].tolist())
print("PyTorch, ceil_mode=True:", torch_pool(face_tensor, 2, ceil_mode=True)[0, 0].tolist())
for name, layer in {"Keras:  ": keras_pool((2, 2)), 'Keras, padding="same":  ': keras_pool((2, 2), padding="same")}.items():
    print(name, keras.ops.convert_to_numpy(layer(face_nhwc))[0, :, :, 0].tolist())

# %% [markdown]
# Both frameworks leave the fifth row and column out, and give 2×2. For the slide's 3×3 one has to ask: PyTorch with
# `ceil_mode=True`, Keras with `padding="same"`. (For other sizes the two differ: `ceil_mode` lets windows stick out at the
# bottom and at the right, "same" shares the missing rows and columns between both sides.)

# %%
assert np.array_equal(pool2d(face_map, 2, 2), torch_pool(face_tensor, 2)[0, 0].numpy())
assert np.array_equal(pool2d(face_map, 2, 2, partial=True), torch_pool(face_tensor, 2, ceil_mode=True)[0, 0].numpy())
average = torch.nn.functional.avg_pool2d(face_tensor, 2, ceil_mode=True)[0, 0].numpy()
assert np.allclose(pool2d(face_map, 2, 2, "average", partial=True), average)
print(average)

# %% [markdown]
# At the end the maps are written into one long row, for a dense layer like lesson 01's. That is **flattening**:

# %%
np.ravel(pool2d(face_map, 2, 2, partial=True))

# %% [markdown]
# ## X or O
#
# Now everything together, and a question as in lesson 01: is this an X or an O? The screen has 9×9 pixels, $+1$ is ink and
# $-1$ is paper.

# %%
the_x, the_o = letter("X"), letter("O")
grids.pixels([the_x, the_o], ["X", "O"], values=False, cell=0.24, title="Two letters",
             alt="On 9×9 pixels: an X of two crossing diagonals, and a round O.")

# %% [markdown]
# What is an X made of? A stroke to the right and down, a stroke to the left and down, and a crossing. Those are three
# kernels. We divide by 9, so that a perfect match gives exactly 1.

# %%
falling = np.array([[1, -1, -1],
                    [-1, 1, -1],
                    [-1, -1, 1]])
crossing = np.array([[1, -1, 1],
                     [-1, 1, -1],
                     [1, -1, 1]])
rising = falling[:, ::-1]
features = np.array([falling, crossing, rising])[:, None] / 9       # out_channels, in_channels, rows, columns
grids.pixels([falling, crossing, rising], ["falling stroke", "crossing", "rising stroke"], values="signs", cell=0.42,
             title="Three features",
             alt="Three 3×3 patterns of plus and minus: a diagonal falling to the right, a crossing of both diagonals, "
                 "and a diagonal rising to the right.")

# %%
maps = conv_layer(the_x[None, None], features, np.zeros(3))[0]
grids.numbers(maps, ["falling stroke", "crossing", "rising stroke"], form=".2f", cell=0.34,
              title="Where in the X are the three features?",
              alt="Three 7×7 maps. The first has values near 1 along the falling diagonal, the second a single 1.00 in the "
                  "centre, the third values near 1 along the rising diagonal.")

# %% [markdown]
# > **Predict.** In our copy of a slide one value of such a map reads 1.05. Can that be?
#
# No. Nine products of $\pm 1$, divided by 9, lie between $-1$ and $1$, and they are multiples of $1/9$ at that. (The slides
# cut their decimals off: 5/9 stands there as 0.55 and 7/9 as 0.77. We round: 0.56 and 0.78.)
#
# ReLU removes the negative values, and max pooling with partial windows makes 4×4 out of 7×7. Small shifts of a stroke no
# longer matter much, since a window of four keeps its largest value wherever that stands.

# %%
def pooled_maps(maps):
    """Every map pooled, with partial windows: (channels, rows, columns) → (channels, about half, about half)."""
    return np.array([pool2d(feature_map, 2, 2, partial=True) for feature_map in maps])


once = pooled_maps(relu(maps))
twice = pooled_maps(once)
grids.numbers([*once, *twice], ["falling, 4×4", "crossing, 4×4", "rising, 4×4", "falling, 2×2", "crossing, 2×2", "rising, 2×2"],
              form=".2f", columns=3, cell=0.42, title="The X after one pooling and after two",
              alt="Three 4×4 maps of the X and, pooled again, three 2×2 maps: 1.00 0.56, 0.56 1.00; 1.00 0.56, 0.56 0.56; "
                  "and 0.56 1.00, 1.00 0.56.")

# %% [markdown]
# Layers can be stacked: what comes out of one goes into the next. After two poolings twelve numbers are left. That is all
# that our classifier gets to know about the picture.
#
# Deeper in a stack a value sees more of the picture. Under a 3×3 kernel it sees 3×3 pixels. After two such convolutions it
# sees 5×5, after three 7×7, since each adds one pixel on every side. This is its **receptive field**, and pooling makes it
# grow faster still.

# %%
def features_of(images):
    """The twelve numbers of each picture: convolution, ReLU, pooling, pooling.  (n, 9, 9) → (n, 12)."""
    maps = relu(conv_layer(np.asarray(images)[:, None], features, np.zeros(3)))
    return np.array([pooled_maps(pooled_maps(m)).ravel() for m in maps])


of_x, of_o = features_of([the_x, the_o])
print("X:", np.round(of_x, 2))
print("O:", np.round(of_o, 2))

# %% [markdown]
# Every value gets a vote. What is larger in the X votes for X, what is larger in the O votes for O, and the more they
# differ the more the vote counts. The bias puts the limit half-way. We scale so that the X gets $+1$ and the O gets $-1$.
#
# Then we try letters that are not drawn like these two:

# %%
grids.pixels([letter(name) for name in names()], names(), values=False, cell=0.15, title="Eight letters",
             alt="Eight letters on 9×9 pixels: X, O, a small X, a small O, an X that is tilted a little, an upright X that "
                 "looks like a plus sign, a thick X and a thick O.")

# %% [markdown]
# > **Predict.** Which of them will be read wrong?

# %%
votes = of_x - of_o
votes, bias = 2 * votes / (votes @ votes), -(of_x + of_o) @ votes / (votes @ votes)
result = {name: float(features_of([letter(name)])[0] @ votes + bias) for name in names()}
charts.bars({name.replace(" ", "\n"): round(value, 2) for name, value in result.items()}, title="Above 0 it says X, below 0 it says O",
            xlabel="picture (an O is hatched)", ylabel="sum of the votes", highlight=[name.replace(" ", "\n") for name in names() if "O" in name],
            alt="Bars of the votes for eight pictures. X and the small X have 1, O has −1, the small O −0.33, the tilted X "
                "0.44, the thick O −0.33: all on the right side of 0. The upright X has −0.33 and the thick X −0.11, both "
                "on the wrong side.")

# %% [markdown]
# Compare with lesson 01: one weight for each of the 81 pixels, $+$ where only the X has ink and $-$ where only the O has. Each
# letter is shown at nine places, moved by up to one pixel.

# %%
template = (the_x - the_o).ravel()
print(f"{'read right, of 9 places':24} {'81 pixels':>10} {'12 features':>12}")
for name in names():
    sign = 1 if "X" in name else -1
    pictures = shifted(letter(name))
    by_pixels = np.sum(np.sign(pictures.reshape(9, -1) @ template) == sign)
    by_features = np.sum(np.sign(features_of(pictures) @ votes + bias) == sign)
    print(f"{name:24} {by_pixels:10} {by_features:12}")

# %% [markdown]
# The features read X and O wherever they stand, small ones and tilted ones too. The pixels lose the O at four of its nine
# places and the small O at five. But the thick and the upright letters defeat the features, and there the pixels do better.
# Our kernels know thin slanting strokes, and nothing else.
#
# Pooling forgives a shift by a pixel or so, and that is all it forgives. You may read that convolutional networks are
# "invariant" to rotation. The upright X is an X rotated by 45°, and it is lost.
#
# ### What training would change
#
# A slide shows a network that answers 0.92 for an X, where 1 is right, and 0.51 for an O, where 0 is right. It says that the
# error is "right answer − actual answer", and it lists the errors 0.08 and 0.49, with a total of 0.57.
#
# > **Predict.** One of the two errors is wrong. Which, and what is the total?

# %%
right_answer, actual_answer = np.array([1, 0]), np.array([0.92, 0.51])
errors = right_answer - actual_answer
print("errors:", np.round(errors, 2), "· sizes added up:", round(float(np.abs(errors).sum()), 2))

# %% [markdown]
# The second is $0 - 0.51 = -0.51$. (0.49 is what is missing to 1, but 1 is not the right answer for an O.) The sizes add up to
# 0.59.
#
# Training makes such errors smaller, by gradient descent, as in lesson 01. First on the votes alone: twelve weights and a
# bias, 36 pictures (X and O, normal and small, at nine places), and the squared error. The kernels stay as they are.

# %%
training = ["X", "O", "small X", "small O"]
inputs = np.concatenate([features_of(shifted(letter(name))) for name in training])
inputs = np.column_stack([inputs, np.ones(len(inputs))])            # a column of ones: its weight is the bias
targets = np.repeat([1 if "X" in name else -1 for name in training], 9)
learned = np.append(votes, bias)
history = []
for _ in range(1000):
    off = inputs @ learned - targets
    history.append(np.mean(off ** 2))
    learned -= 0.1 * 2 * inputs.T @ off / len(off)
charts.lines({f"{len(inputs)} pictures": (range(1000), history)}, title="The votes learn", xlabel="step", ylabel="squared error (logarithmic)",
             log=True, alt="On a logarithmic axis the squared error falls steeply at first and then more and more slowly.")

# %%
for name in names():
    sign = 1 if "X" in name else -1
    scores = features_of(shifted(letter(name))) @ learned[:-1] + learned[-1]
    print(f"{name:10} {'(in training)' if name in training else '':14} read right: {np.sum(np.sign(scores) == sign)} of 9")

# %% [markdown]
# The thick O is read now, although no thick letter was in the training. The thick X is not. (Put "thick X" and "thick O" into
# `training` and run the two cells again: some thick X are still read wrong.) What tells the two apart is hardly to be found in
# the twelve numbers, whatever the votes. So a network trains its **kernels** too: the error travels back through votes,
# pooling and ReLU to the 27 weights of the three kernels. That is how lesson 04's network learns, and nobody has to think of a
# "crossing".

# %% [markdown]
# ## A sparse matrix with shared weights
#
# Lesson 01's classifier was a weighted sum of all pixels. A dense layer has many such sums: a **matrix** with one row for each
# output and one column for each pixel. Convolution is a weighted sum too, for each place of the window. So it must be a
# matrix as well. Which?
#
# Write the picture as one long row of pixels, `image.ravel()`. The value at one place multiplies $f \cdot g$ of the pixels by
# the weights of the kernel, and all other pixels by **0**.
#
# ### Exercise 10 · `conv_matrix`
# Build that matrix, so that `conv_matrix(kernel, rows, columns) @ image.ravel()` equals `correlate2d(image, kernel).ravel()`.

# %% nbgrader={"grade": false, "grade_id": "conv_matrix", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv_matrix(kernel, rows, columns):
    """The matrix that turns a flattened picture into its flattened feature map.

    kernel: (f, g) numbers.  rows, columns: of the picture.
    Returns ((rows − f + 1)·(columns − g + 1), rows·columns) numbers: one row for each place, in reading order.
    """
    ### BEGIN SOLUTION
    f, g = np.shape(kernel)
    matrix = []
    for i in range(rows - f + 1):
        for j in range(columns - g + 1):
            picture = np.zeros((rows, columns))
            picture[i:i + f, j:j + g] = kernel
            matrix.append(picture.ravel())
    return np.array(matrix)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_matrix_small", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(conv_matrix, "a square kernel on a square picture"):
    checks.by_hand("conv_matrix")
    found = conv_matrix(np.array([[1, 2], [3, 4]]), 3, 3)
    checks.close(np.shape(found), [4, 9])
    checks.close(found, [[1, 2, 0, 3, 4, 0, 0, 0, 0], [0, 1, 2, 0, 3, 4, 0, 0, 0],
                         [0, 0, 0, 1, 2, 0, 3, 4, 0], [0, 0, 0, 0, 1, 2, 0, 3, 4]])

# %% nbgrader={"grade": true, "grade_id": "test_matrix_not_square", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(conv_matrix, "a kernel and a picture that are not square"):
    checks.by_hand("conv_matrix")
    found = conv_matrix(np.array([[1, 2, 3]]), 2, 4)
    checks.close(np.shape(found), [4, 8])
    checks.close(found, [[1, 2, 3, 0, 0, 0, 0, 0], [0, 1, 2, 3, 0, 0, 0, 0],
                         [0, 0, 0, 0, 1, 2, 3, 0], [0, 0, 0, 0, 0, 1, 2, 3]])

# %% nbgrader={"grade": true, "grade_id": "test_matrix_product", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda kernel, image: np.asarray(conv_matrix(kernel, *image.shape)) @ image.ravel(),
                "the matrix times a picture is the feature map"):
    checks.by_hand("conv_matrix")
    matrix = np.asarray(conv_matrix(KERNEL, 6, 6))
    checks.close(np.shape(matrix), [16, 36])
    checks.close(matrix @ IMAGE.ravel(), [429, 505, 686, 856, 261, 792, 412, 640, 633, 653, 851, 751, 608, 913, 713, 657])

# %% [markdown]
# > **Predict.** The matrix of our 3×3 kernel on the 6×6 picture has 16 · 36 = 576 entries. How many of them belong to the
# > kernel, and how many **different** weights are there?

# %%
nine = np.arange(1, 10).reshape(3, 3)        # nine different weights, so that we can tell them apart
matrix = np.asarray(conv_matrix(nine, 6, 6))
grids.matrix(matrix, title="Convolution as a matrix (white is 0)", xlabel="pixel", ylabel="place",
             alt="A matrix of 16 rows and 36 columns, mostly white. Each row holds three short runs of three coloured "
                 "entries, and each row's runs lie farther to the right than those of the row above.")
print("entries:", matrix.size, "· zeros:", np.sum(matrix == 0), "· not zero:", np.sum(matrix != 0),
      "· different weights:", len(np.unique(matrix)) - 1)

# %% [markdown]
# Three quarters are zeros: each value looks at a small part of the picture (**sparse**, or local, connections). And the other
# 144 entries are 16 copies of the same nine weights (**shared** weights). A dense layer of that size would have to learn all
# 576.
#
# For a real layer the difference is enormous. A colour picture of a million pixels, and a dense layer of a thousand values:
# that is $3 \cdot 10^9$ weights. LeNet's first layer turns 32×32 pixels into six maps of 28×28, with 5×5 kernels:

# %%
shared = count_parameters(1, 6, (5, 5), bias=False)
dense = 32 * 32 * 28 * 28 * 6
print(f"convolution: {shared:,} weights (with biases {count_parameters(1, 6, (5, 5))}) · dense: {dense:,} · {dense / shared:,.0f} times as many")

# %% [markdown]
# ## The speed ladder
#
# Your `conv_layer` is right, and slow: Python takes every window by itself. Frameworks compute the same numbers thousands of
# times faster. How? One trick you can build yourself: **copy every window into a column of one large matrix**. Then the
# whole layer is a single matrix product, the operation that computers do best. The trick is called **im2col**, "image to
# columns".
#
# ### Exercise 11 · `im2col`
# Make that matrix for one picture with several channels. Each column is one window, written as one long column: channel by
# channel, row by row. The windows follow each other in reading order.

# %% nbgrader={"grade": false, "grade_id": "im2col", "locked": false, "schema_version": 3, "solution": true, "task": false}
def im2col(image, f, g):
    """Every window of f × g pixels through all channels, as a column.

    image: (channels, rows, columns) numbers.  f, g: rows and columns of the window.
    Returns (channels·f·g, places) numbers: places = (rows − f + 1)·(columns − g + 1), in reading order.
    """
    ### BEGIN SOLUTION
    channels, rows, columns = image.shape
    m, n = rows - f + 1, columns - g + 1
    matrix = [image[c, a:a + m, b:b + n].ravel() for c in range(channels) for a in range(f) for b in range(g)]
    return np.array(matrix)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_im2col_one_channel", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(im2col, "square windows on one channel"):
    checks.by_hand("im2col")
    found = im2col(np.array([[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]), 2, 2)
    checks.close(found, [[1, 2, 4, 5], [2, 3, 5, 6], [4, 5, 7, 8], [5, 6, 8, 9]])

# %% nbgrader={"grade": true, "grade_id": "test_im2col_channels", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(im2col, "windows through several channels"):
    checks.by_hand("im2col")
    checks.close(im2col(np.array([[[1, 2, 3]], [[4, 5, 6]]]), 1, 2), [[1, 2], [2, 3], [4, 5], [5, 6]])

# %% nbgrader={"grade": true, "grade_id": "test_im2col_not_square", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(im2col, "windows and pictures that are not square"):
    checks.by_hand("im2col")
    found = im2col(np.array([[[1, 2, 3, 4], [5, 6, 7, 8]]]), 2, 1)
    checks.close(found, [[1, 2, 3, 4], [5, 6, 7, 8]])

# %% [markdown]
# A kernel flattened in the same order is a row. All kernels together are a matrix of one row each, and
# `kernels @ im2col(image)` is the layer. Here are five ways to run the colour cat under four 3×3×3 kernels.

# %%
kernels = np.random.default_rng(4).normal(size=(4, 3, 3, 3)).astype(np.float32)
chelsea = np.ascontiguousarray(colour.transpose(2, 0, 1), dtype=np.float32)       # channels, rows, columns
height, width = chelsea.shape[1] - 2, chelsea.shape[2] - 2


def by_loops():
    return np.asarray(conv_layer(chelsea[None], kernels, np.zeros(4)))[0]


def by_windows():
    """NumPy shows all windows at once, without copying; einsum multiplies and adds."""
    views = np.lib.stride_tricks.sliding_window_view(chelsea, (3, 3), axis=(1, 2))
    return np.einsum("cijab,ocab->oij", views, kernels)


def by_im2col():
    return (kernels.reshape(4, -1) @ im2col(chelsea, 3, 3)).reshape(4, height, width)


# %%
torch_image, torch_kernels = torch.tensor(chelsea)[None], torch.tensor(kernels)                              # NCHW
keras_image = keras.ops.convert_to_tensor(chelsea.transpose(1, 2, 0)[None])                                  # NHWC
keras_kernels = keras.ops.convert_to_tensor(kernels.transpose(2, 3, 1, 0))


def by_pytorch():
    return torch.nn.functional.conv2d(torch_image, torch_kernels)[0].numpy()


def by_keras():
    return keras.ops.convert_to_numpy(keras.ops.conv(keras_image, keras_kernels))[0].transpose(2, 0, 1)


# %% [markdown]
# First the most important question: do all five give the same numbers?

# %%
ways = {"your conv_layer": by_loops, "windows and einsum": by_windows, "im2col and @": by_im2col,
        "PyTorch": by_pytorch, "Keras": by_keras}
results = {name: way() for name, way in ways.items()}
for name, result in results.items():
    difference = np.abs(result - results["your conv_layer"]).max()
    assert result.shape == (4, height, width) and difference < 1e-5, f"{name} differs by {difference}"
print("all five agree to 1e-5")

# %% [markdown]
# > **Predict.** How many times as fast as your loops is PyTorch: about 10, 100, 1,000 times or more?

# %%
charts.speedups(timing.side_by_side(ways), title="The same numbers, at very different speeds",
                alt="Five bars on a logarithmic axis. Your own conv_layer is 1; windows and einsum, im2col with a matrix "
                    "product, PyTorch and Keras are hundreds to thousands of times as fast, with the factor beside each bar.")

# %% [markdown]
# The work is the same: one multiplication and one addition for each weight at each place. What differs is who runs the loop.
# Python looks at every number anew and asks what it is; compiled code goes through a row of numbers of one type without
# asking. Which of the last three is fastest depends on the machine, on the settings and on the size of the layer.
#
# im2col pays for its speed with memory, because windows overlap and each pixel is copied up to nine times:

# %%
columns = np.asarray(im2col(chelsea, 3, 3))
print(f"picture: {chelsea.size:,} numbers · im2col: {columns.size:,} numbers, {columns.size / chelsea.size:.1f} times as many")

# %% [markdown] nbgrader={"grade": false, "grade_id": "kernels_and_layers", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": true}
# ## In your own words
#
# ### Question · Why convolution?
# You have photographs of 200×200 pixels in colour, and a layer that makes 16 maps of the same size with 3×3 kernels. In about
# ten sentences: (a) How much padding does it need with stride 1, and how many parameters has it? (b) How many weights would a
# dense layer between the same numbers have, and which **two** properties of convolution make the difference? (c) Which of
# these can your layer with max pooling forgive, and why: the object moved by one pixel, the object rotated by 45°? (d) A
# friend's layer gives the right values for the Gaussian kernel and wrong ones for the vertical edge kernel. What has
# probably gone wrong, and why did the Gaussian kernel not show it?
#
# ### BEGIN MARK SCHEME
# One point each.
#
# - (a) Padding 1, since (3 − 1)/2 = 1; 16 · (3 · 3 · 3 + 1) = 448 parameters. Half a point for one of the two, or for 432
#   (biases forgotten).
# - (b) 200·200·3 · 200·200·16 = 76.8 thousand million weights (7.68 · 10¹⁰). Sparse (local) connections, and shared weights.
#   Half a point for the number, half a point for both properties.
# - (c) The shift, mostly: the feature moves by one pixel in the map, and the window's maximum is often the same. Not the
#   rotation: the kernels look for strokes in other directions. Half a point for each with its reason.
# - (d) The kernel was rotated by 180° (true convolution) or mirrored. The Gaussian kernel is the same after that, the
#   vertical edge kernel changes its sign. "Transposed" with the reason that the Gaussian kernel is symmetric earns the point
#   too. Half a point without the reason.
#
# Language is not marked.
# ### END MARK SCHEME

# %% [markdown]
# *Write your answer here.*

# %% [markdown]
# ## Summary
#
# - A convolution slides a small kernel over a picture. At each place it adds up the products of pixels and weights. What
#   networks call convolution is the cross-correlation: the kernel is not rotated.
# - $\lfloor (n + 2p - f)/s \rfloor + 1$ is the size of the output. A layer of $k$ kernels of $f \times g \times c$ gives $k$
#   maps and learns $k\,(c f g + 1)$ numbers, whatever the size of the picture.
# - It is a dense layer most of whose weights are 0 and whose other weights are shared. ReLU drops what does not match,
#   pooling forgives small shifts, and both learn nothing.
#
# **Read on:** Dumoulin and Visin, *A guide to convolution arithmetic for deep learning* (arXiv 1603.07285), draws every case
# of stride and padding. Chapter 9 of Goodfellow, Bengio and Courville, *Deep Learning* (free online), says more about sparse
# connections and shared weights. LeCun, Bottou, Bengio and Haffner, *Gradient-based learning applied to document
# recognition* (*Proceedings of the IEEE* 86, 1998), is where lesson 04's network comes from.

# %% [markdown]
# ## When the slides are wrong
#
# You may have met these examples in slide decks. Try each claim yourself before you read our verdict.
#
# 1. "Output size = (N − F)/Stride + *bias*". What is added is 1, for the first place. A bias is another thing: a number
#    that is added to the values of a map.
# 2. "A filter of 5×5×3 with its bias is a dot product of dimension 76." There are 75 products; the bias is added afterwards.
#    The filter has 76 **parameters**.
# 3. "Pooling reduces the number of trainable parameters." Pooling has none, and the layer before it keeps all of its own. Only
#    a dense layer that comes after it gets smaller.
# 4. "Pooling 5×5 to 3×3 halves the map." Half would be 2.5; with `MaxPooling2D(pool_size=(2, 2))` it becomes 2×2.
# 5. "Max pooling is a convolution." A maximum is no sum of products: no kernel computes it.
# 6. The third filter of X or O is the mirrored first one, $-1$ $-1$ $1$ in its first row. In our copy of the slides it begins
#    $-1$ $1$ $1$, and its map is the first filter's. It should be that map mirrored.
# 7. The happy face's map, the strided 83, the padded −13 and −9, the 64×64 that stays 64, the 1.05, the error 0.49 and the
#    "invariance" to rotation you have found above.

# %%
print("5×5×3 weights:", 5 * 5 * 3, "· parameters of one such filter:", count_parameters(3, 1, (5, 5)))
print("(6 − 3)/1 + 1 =", output_size(6, 3), "· a dense layer of 128 on 28×28×6 has", f"{28 * 28 * 6 * 128:,}",
      "weights, after 2×2 pooling", f"{14 * 14 * 6 * 128:,}")
