# Exercise 5: the share of pictures that `classify` reads as their label, from 0 to 1; "?" is never right.

# %% idea
# Ask about one picture at a time: is what `classify` says the label? Count how often the answer is yes, and compare
# that with how many pictures there are.

# %% draw
def labels_for(d, answers):
    share = d.one_of((0.6, 0.6, 1))
    return [answer if answer != "?" and d.chance(share) else d.one_of(("\\", "/")) for answer in answers]

def test_accuracy_slashes(d):
    while True:
        weights = d.kernel(2, 2)
        pictures = d.array(d.whole(3, 7), 2, 2, kinds=("whole", "positive", "eighths", "single"))
        answers = [classify(weights, picture) for picture in pictures]
        if "?" not in answers:
            return weights, pictures, labels_for(d, answers)

def test_accuracy_undecided(d):
    n, rows, columns = d.whole(2, 6), d.whole(1, 3), d.whole(1, 3)
    while True:
        weights, pictures = d.random.integers(-2, 3, (rows, columns)) / 2, d.random.integers(-2, 3, (n, rows, columns))
        answers = [classify(weights, picture) for picture in pictures]
        if "?" in answers and set(answers) != {"?"}:
            return d.laid_out(weights), d.laid_out(pictures), labels_for(d, answers)

# %% wrong: prints the accuracy instead of returning it | 0 of 2
# your function returned nothing (None): `print` shows a value, `return` hands it back
def accuracy(weights, pictures, labels):
    right = 0
    for picture, label in zip(pictures, labels):
        if classify(weights, picture) == label:
            right += 1
    print(right / len(pictures))

# %% wrong: returns the number of right answers, not their share | 0 of 2
# this is the number of right answers; divide it by the number of pictures
def accuracy(weights, pictures, labels):
    right = 0
    for picture, label in zip(pictures, labels):
        if classify(weights, picture) == label:
            right += 1
    return right

# %% wrong: returns the share of wrong answers | 0 of 2
# this is the share of wrong answers
def accuracy(weights, pictures, labels):
    return np.mean([classify(weights, picture) != label for picture, label in zip(pictures, labels)])

# %% wrong: returns a percentage | 0 of 2
# this is a percentage; the share is between 0 and 1
def accuracy(weights, pictures, labels):
    right = [classify(weights, picture) == label for picture, label in zip(pictures, labels)]
    return 100 * sum(right) / len(right)

# %% wrong: divides by the number of rows of the weights | 0 of 2
# you divided by the number of rows; divide by the number of pictures
def accuracy(weights, pictures, labels):
    right = 0
    for picture, label in zip(pictures, labels):
        if classify(weights, picture) == label:
            right += 1
    return right / len(weights)

# %% wrong: whole-number division | 0 of 2
# `//` cuts off the fraction: divide with `/`
def accuracy(weights, pictures, labels):
    right = 0
    for picture, label in zip(pictures, labels):
        if classify(weights, picture) == label:
            right += 1
    return right // len(pictures)

# %% wrong: compares the score, a number, with the label, a text | 0 of 2
# no picture counts as right: compare what `classify` says about each with its label
def accuracy(weights, pictures, labels):
    right = 0
    for picture, label in zip(pictures, labels):
        if score(weights, picture) == label:
            right += 1
    return right / len(pictures)

# %% wrong: `return` inside the loop | 0 of 2
# only one picture was counted: is the `return` inside the loop?
def accuracy(weights, pictures, labels):
    right = 0
    for picture, label in zip(pictures, labels):
        if classify(weights, picture) == label:
            right += 1
        return right / len(pictures)

# %% wrong: takes "?" for right, since it is not the opposite answer | 1 of 2
# an undecided answer is not a right one
def accuracy(weights, pictures, labels):
    opposite = {"\\": "/", "/": "\\"}
    wrong = 0
    for picture, label in zip(pictures, labels):
        if classify(weights, picture) == opposite[label]:
            wrong += 1
    return 1 - wrong / len(pictures)

# %% wrong: leaves undecided pictures out of the total | 1 of 2
# an undecided picture still counts as one of the pictures
def accuracy(weights, pictures, labels):
    right, wrong = 0, 0
    for picture, label in zip(pictures, labels):
        answer = classify(weights, picture)
        if answer == label:
            right += 1
        elif answer != "?":
            wrong += 1
    return right / (right + wrong)

# %% wrong: half a point for an undecided picture | 1 of 2
# half a point for an undecided answer is generous, but the accuracy counts right answers only
def accuracy(weights, pictures, labels):
    points = 0
    for picture, label in zip(pictures, labels):
        answer = classify(weights, picture)
        if answer == label:
            points += 1
        elif answer == "?":
            points += 0.5
    return points / len(pictures)

# %% wrong: uses the ten pictures of the lesson, not the ones it is given | 0 of 2
# yours is the accuracy on the lesson's pictures: use the ones that the function is given
def accuracy(weights, some_pictures, some_labels):
    right = [classify(weights, picture) == label for picture, label in zip(pictures, labels)]
    return np.mean(right)

# %% wrong: always uses PATTERN, and ignores the weights it is given | 0 of 2
# yours is the accuracy of the lesson's pattern: use the weights that the function is given
def accuracy(weights, pictures, labels):
    right = [classify(PATTERN, picture) == label for picture, label in zip(pictures, labels)]
    return np.mean(right)

# %% wrong: gives all pictures to `classify` at once | 0 of 2
# ValueError: a picture of shape
def accuracy(weights, pictures, labels):
    return np.mean(classify(weights, pictures) == labels)

# %% wrong: asks whether all answers are right | 0 of 2
# this says whether all answers are right: count those that are, and divide
def accuracy(weights, pictures, labels):
    answers = [classify(weights, picture) for picture in pictures]
    return answers == labels

# %% wrong: returns which answers are right, without their mean | 0 of 2
# this says of each picture whether it is read right: take the share of those that are
def accuracy(weights, pictures, labels):
    return [classify(weights, picture) == label for picture, label in zip(pictures, labels)]

# %% wrong: counts the backslashes that are read right, and no slashes | 0 of 2
# the right slashes were left out: count both kinds of picture
def accuracy(weights, pictures, labels):
    right = 0
    for picture, label in zip(pictures, labels):
        if label == "\\" and classify(weights, picture) == "\\":
            right += 1
    return right / len(pictures)

# %% wrong: the loop stops one too early | 0 of 2
# the last picture was left out: does your loop stop one too early?
def accuracy(weights, pictures, labels):
    right = 0
    for k in range(len(pictures) - 1):
        if classify(weights, pictures[k]) == labels[k]:
            right += 1
    return right / len(pictures)

# %% wrong: divides by ten | 0 of 2
# you divided by 10; divide by the number of pictures that you were given
def accuracy(weights, pictures, labels):
    return sum(classify(weights, picture) == label for picture, label in zip(pictures, labels)) / 10

# %% wrong: compares every answer with the slash | 0 of 2
# this is the share of slashes among the answers; compare each answer with its own label
def accuracy(weights, pictures, labels):
    return sum(classify(weights, picture) == "/" for picture in pictures) / len(pictures)

# %% wrong: counts the answers that are no slash | 0 of 2
# this is the share of answers that are no slash; compare each answer with its own label
def accuracy(weights, pictures, labels):
    return np.mean([classify(weights, picture) != "/" for picture, label in zip(pictures, labels)])

# %% right: counts in a loop, and divides
def accuracy(weights, pictures, labels):
    right = 0
    for k in range(len(labels)):
        if classify(weights, pictures[k]) == labels[k]:
            right = right + 1
    return right / len(labels)

# %% right: all scores at once, compared with labels turned into signs
def accuracy(weights, pictures, labels):
    scores = np.tensordot(pictures, weights, axes=2)
    wanted = np.array([1 if label == "\\" else -1 for label in labels])
    return np.mean(np.sign(scores) == wanted)

# %% right: an exact fraction, turned into a number
def accuracy(weights, pictures, labels):
    from fractions import Fraction
    return float(Fraction(sum(classify(weights, p) == t for p, t in zip(pictures, labels)), len(labels)))

# %% right: recursion, in float32
def accuracy(weights, pictures, labels):
    def right(k):
        return 0 if k == len(labels) else (classify(weights, pictures[k]) == labels[k]) + right(k + 1)
    return np.float32(right(0) / len(labels))

# %% right: takes the wrong answers away from 1
def accuracy(weights, pictures, labels):
    wrong = [1 for picture, label in zip(pictures, labels) if classify(weights, picture) != label]
    return 1 - len(wrong) / len(pictures)

# %% right: a set of numbers of the pictures that are read right
def accuracy(weights, pictures, labels):
    right = {k for k, label in enumerate(list(labels)) if classify(weights, np.array(pictures[k])) == str(label)}
    return len(right) / len(labels)

# %% equivalent
# `classify(weights, picture)` → `classify(picture, weights)`: a product is the same in either order
