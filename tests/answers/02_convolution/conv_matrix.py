# Exercise 11: the matrix that turns a flattened image into its flattened feature map.

# %% idea
# One row of the matrix is one place of the window. Draw that row as a picture first: zeros everywhere, and the kernel
# where it lies.

# %% draw
def test_matrix_not_square(d):
    kernel = d.kernel(d.whole(1, 3), d.whole(1, 2))
    return kernel, len(kernel) + d.whole(0, 2), kernel.shape[1] + d.whole(0, 3)

# %% wrong: transposed, one column for each place | 0 of 1
# the matrix is transposed: one row for each place, one column for each pixel
def conv_matrix(kernel, rows, columns):
    f, g = kernel.shape
    matrix = []
    for i in range(rows - f + 1):
        for j in range(columns - g + 1):
            picture = np.zeros((rows, columns))
            picture[i:i + f, j:j + g] = kernel
            matrix.append(picture.ravel())
    return np.array(matrix).T

# %% wrong: rotates the kernel | 0 of 1
# the kernel is rotated by 180°: that is the true convolution
def conv_matrix(kernel, rows, columns):
    f, g = kernel.shape
    matrix = []
    for i in range(rows - f + 1):
        for j in range(columns - g + 1):
            picture = np.zeros((rows, columns))
            picture[i:i + f, j:j + g] = kernel[::-1, ::-1]
            matrix.append(picture.ravel())
    return np.array(matrix)

# %% wrong: the kernel does not move | 0 of 1
# every row is that of the first place: the kernel has to move
def conv_matrix(kernel, rows, columns):
    f, g = kernel.shape
    picture = np.zeros((rows, columns))
    picture[:f, :g] = kernel
    return np.array([picture.ravel()] * ((rows - f + 1) * (columns - g + 1)))

# %% wrong: leaves the rows square | 0 of 1
# every row should be one long row of pixels: flatten it
def conv_matrix(kernel, rows, columns):
    f, g = kernel.shape
    matrix = []
    for i in range(rows - f + 1):
        for j in range(columns - g + 1):
            picture = np.zeros((rows, columns))
            picture[i:i + f, j:j + g] = kernel
            matrix.append(picture)
    return np.array(matrix)

# %% wrong: goes through the places column by column | 0 of 1
# the places go column by column; they should go row by row
def conv_matrix(kernel, rows, columns):
    f, g = kernel.shape
    matrix = []
    for j in range(columns - g + 1):
        for i in range(rows - f + 1):
            picture = np.zeros((rows, columns))
            picture[i:i + f, j:j + g] = kernel
            matrix.append(picture.ravel())
    return np.array(matrix)

# %% wrong: writes the weights side by side, without the rest of the picture's row between them | 0 of 1
# the weights lie side by side: the second row of the kernel belongs to the next row of pixels
def conv_matrix(kernel, rows, columns):
    f, g = kernel.shape
    places = (rows - f + 1) * (columns - g + 1)
    matrix = np.zeros((places, rows * columns))
    for k in range(places):
        matrix[k, k:k + f * g] = np.ravel(kernel)
    return matrix

# %% wrong: shifts by one at every place, over the end of a row too | 0 of 1
# at the end of a row of places the kernel goes on to the next row of pixels: it skips the columns where it does not fit
def conv_matrix(kernel, rows, columns):
    f, g = kernel.shape
    places = (rows - f + 1) * (columns - g + 1)
    picture = np.zeros((rows, columns))
    picture[:f, :g] = kernel
    return np.array([np.roll(picture.ravel(), k) for k in range(places)])

# %% wrong: never clears the picture, so earlier weights stay | 0 of 1
# the weights of earlier places are still there: begin with zeros for every row
def conv_matrix(kernel, rows, columns):
    f, g = kernel.shape
    picture = np.zeros((rows, columns))
    matrix = []
    for i in range(rows - f + 1):
        for j in range(columns - g + 1):
            picture[i:i + f, j:j + g] = kernel
            matrix.append(picture.flatten())
    return np.array(matrix)

# %% wrong: puts one and the same array into the list, so that all rows are the last one | 0 of 1
# all rows are those of the last place: is one array put into the list again and again? Put in a `.copy()`
def conv_matrix(kernel, rows, columns):
    f, g = kernel.shape
    row = np.zeros((rows, columns))
    matrix = []
    for i in range(rows - f + 1):
        for j in range(columns - g + 1):
            row[:] = 0
            row[i:i + f, j:j + g] = kernel
            matrix.append(row.reshape(-1))
    return np.array(matrix)

# %% wrong: a row for each pixel, as if the kernel fitted everywhere | 0 of 1
# there should be one row for each place where the kernel fits, not one for each pixel
def conv_matrix(kernel, rows, columns):
    f, g = kernel.shape
    matrix = np.zeros((rows * columns, rows * columns))
    for i in range(rows - f + 1):
        for j in range(columns - g + 1):
            picture = np.zeros((rows, columns))
            picture[i:i + f, j:j + g] = kernel
            matrix[i * columns + j] = picture.ravel()
    return matrix

# %% wrong: keeps whole numbers only | 0 of 1
# the fractions of the weights were cut off
def conv_matrix(kernel, rows, columns):
    f, g = kernel.shape
    matrix = []
    for i in range(rows - f + 1):
        for j in range(columns - g + 1):
            picture = np.zeros((rows, columns), dtype=int)
            picture[i:i + f, j:j + g] = kernel
            matrix.append(picture.ravel())
    return np.array(matrix)

# %% wrong: ones instead of the weights | 0 of 1
# there are only ones where the weights belong
def conv_matrix(kernel, rows, columns):
    f, g = kernel.shape
    matrix = []
    for i in range(rows - f + 1):
        for j in range(columns - g + 1):
            picture = np.zeros((rows, columns))
            picture[i:i + f, j:j + g] = 1
            matrix.append(picture.ravel())
    return np.array(matrix)

# %% wrong: SciPy does the work, on pictures with a single white pixel | 0 of 1
# `conv_matrix` is to be written by hand, and your code uses `scipy.signal`: write out what it does
def conv_matrix(kernel, rows, columns):
    from scipy.signal import correlate2d as ready
    single = np.eye(rows * columns).reshape(-1, rows, columns)
    return np.array([ready(picture, kernel, mode="valid").ravel() for picture in single]).T

# %% right: weight by weight, at the number of its pixel
def conv_matrix(kernel, rows, columns):
    f, g = kernel.shape
    m, n = rows - f + 1, columns - g + 1
    matrix = np.zeros((m * n, rows * columns))
    for i, j, a, b in np.ndindex(m, n, f, g):
        matrix[i * n + j, (i + a) * columns + j + b] = kernel[a, b]
    return matrix

# %% right: each column is the feature map of a picture with a single white pixel
def conv_matrix(kernel, rows, columns):
    single = np.eye(rows * columns).reshape(-1, rows, columns)
    return np.array([np.ravel(correlate2d(picture, kernel)) for picture in single]).T

# %% right: one axis for each row, column and place, then reshaped
def conv_matrix(kernel, rows, columns):
    f, g = kernel.shape
    m, n = rows - f + 1, columns - g + 1
    matrix = np.zeros((m, n, rows, columns), dtype=np.asarray(kernel).dtype)
    for i in range(m):
        for j in range(n):
            matrix[i, j, i:i + f, j:j + g] = kernel
    return matrix.reshape(m * n, -1)
