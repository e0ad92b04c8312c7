# Exercise 5: the share of pictures that `classify` reads as their label, from 0 to 1; "?" is never right.

# %% wrong: prints the accuracy instead of returning it | points 0 of 2 | "your function returned nothing (None)"
def accuracy(weights, pictures, labels):
    right = 0
    for picture, label in zip(pictures, labels):
        if classify(picture, weights) == label:
            right += 1
    print(right / len(pictures))

# %% wrong: returns the number of right answers, not their share | points 0 of 2 | "this is the number of right answers"
def accuracy(weights, pictures, labels):
    right = 0
    for picture, label in zip(pictures, labels):
        if classify(picture, weights) == label:
            right += 1
    return right

# %% wrong: returns the share of wrong answers | points 0 of 2 | "this is the share of wrong answers"
def accuracy(weights, pictures, labels):
    return np.mean([classify(picture, weights) != label for picture, label in zip(pictures, labels)])

# %% wrong: returns a percentage | points 0 of 2 | "this is a percentage"
def accuracy(weights, pictures, labels):
    right = [classify(picture, weights) == label for picture, label in zip(pictures, labels)]
    return 100 * sum(right) / len(right)

# %% wrong: divides by the number of rows of the weights | points 0 of 2 | "you divided by 2"
def accuracy(weights, pictures, labels):
    right = 0
    for picture, label in zip(pictures, labels):
        if classify(picture, weights) == label:
            right += 1
    return right / len(weights)

# %% wrong: whole-number division | points 0 of 2 | "`//` cuts off the fraction: divide with `/`"
def accuracy(weights, pictures, labels):
    right = 0
    for picture, label in zip(pictures, labels):
        if classify(picture, weights) == label:
            right += 1
    return right // len(pictures)

# %% wrong: compares the score, a number, with the label, a text | points 0 of 2 | "compare what `classify` says about each with its label"
def accuracy(weights, pictures, labels):
    right = 0
    for picture, label in zip(pictures, labels):
        if score(picture, weights) == label:
            right += 1
    return right / len(pictures)

# %% wrong: `return` inside the loop | points 0 of 2 | "only one picture was counted: is the `return` inside the loop?"
def accuracy(weights, pictures, labels):
    right = 0
    for picture, label in zip(pictures, labels):
        if classify(picture, weights) == label:
            right += 1
        return right / len(pictures)

# %% wrong: takes "?" for right, since it is not the opposite answer | points 1 of 2 | "an undecided answer is not a right one"
def accuracy(weights, pictures, labels):
    opposite = {"\\": "/", "/": "\\"}
    wrong = 0
    for picture, label in zip(pictures, labels):
        if classify(picture, weights) == opposite[label]:
            wrong += 1
    return 1 - wrong / len(pictures)

# %% wrong: leaves undecided pictures out of the total | points 1 of 2 | "an undecided picture still counts as one of the pictures"
def accuracy(weights, pictures, labels):
    right, wrong = 0, 0
    for picture, label in zip(pictures, labels):
        answer = classify(picture, weights)
        if answer == label:
            right += 1
        elif answer != "?":
            wrong += 1
    return right / (right + wrong)

# %% wrong: half a point for an undecided picture | points 1 of 2 | "half a point for an undecided answer"
def accuracy(weights, pictures, labels):
    points = 0
    for picture, label in zip(pictures, labels):
        answer = classify(picture, weights)
        if answer == label:
            points += 1
        elif answer == "?":
            points += 0.5
    return points / len(pictures)

# %% wrong: uses the ten pictures of the lesson, not the ones it is given | points 0 of 2 | "yours is the accuracy on other pictures"
def accuracy(weights, some_pictures, some_labels):
    right = [classify(picture, weights) == label for picture, label in zip(pictures, labels)]
    return np.mean(right)

# %% wrong: always uses PATTERN, and ignores the weights it is given | points 0 of 2 | "use the weights that the function is given"
def accuracy(weights, pictures, labels):
    right = [classify(picture, PATTERN) == label for picture, label in zip(pictures, labels)]
    return np.mean(right)

# %% wrong: gives all pictures to `classify` at once | points 0 of 2 | "ValueError: a picture of shape (2, 2, 2)"
def accuracy(weights, pictures, labels):
    return np.mean(classify(pictures, weights) == labels)

# %% wrong: asks whether all answers are right | points 0 of 2 | "yours is True or False"
def accuracy(weights, pictures, labels):
    answers = [classify(picture, weights) for picture in pictures]
    return answers == labels

# %% wrong: returns which answers are right, without their mean | points 0 of 2 | "yours holds 7 times True or False"
def accuracy(weights, pictures, labels):
    return [classify(picture, weights) == label for picture, label in zip(pictures, labels)]

# %% wrong: counts the backslashes that are read right, and no slashes | points 0 of 2 | "the right slashes were left out"
def accuracy(weights, pictures, labels):
    right = 0
    for picture, label in zip(pictures, labels):
        if label == "\\" and classify(picture, weights) == "\\":
            right += 1
    return right / len(pictures)

# %% wrong: the loop stops one too early | points 0 of 2 | "the last picture was left out"
def accuracy(weights, pictures, labels):
    right = 0
    for k in range(len(pictures) - 1):
        if classify(pictures[k], weights) == labels[k]:
            right += 1
    return right / len(pictures)

# %% right: counts in a loop, and divides
def accuracy(weights, pictures, labels):
    right = 0
    for k in range(len(labels)):
        if classify(pictures[k], weights) == labels[k]:
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
    return float(Fraction(sum(classify(p, weights) == t for p, t in zip(pictures, labels)), len(labels)))

# %% right: recursion, in float32
def accuracy(weights, pictures, labels):
    def right(k):
        return 0 if k == len(labels) else (classify(pictures[k], weights) == labels[k]) + right(k + 1)
    return np.float32(right(0) / len(labels))

# %% right: takes the wrong answers away from 1
def accuracy(weights, pictures, labels):
    wrong = [1 for picture, label in zip(pictures, labels) if classify(picture, weights) != label]
    return 1 - len(wrong) / len(pictures)
