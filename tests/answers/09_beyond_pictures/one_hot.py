# Exercise 4: characters as one-hot columns.

# %% idea
# Begin with zeros of the right size, letters down and characters across. Then every character sets a single 1, if it
# has a place in the alphabet at all.

# %% draw
def alphabet(d):
    """A few letters in no order."""
    return "".join(d.random.permutation(list("abdeñøßłж 🙂"))[:d.whole(3, 5)].tolist())

def test_one_hot_known(d):
    letters = alphabet(d)
    return "".join(d.one_of(letters) for _ in range(d.whole(3, 6))), letters

def test_one_hot_unknown(d):
    letters = alphabet(d)
    others = [one for one in "xyz!A B C e".replace("e", "") if one not in letters]
    text = "".join(d.one_of(letters) if d.chance(0.6) else d.one_of([*others, letters[0].upper()]) for _ in range(d.whole(0, 6)))
    return text, letters

# %% wrong: a row for each character | 0 of 2
# rows and columns are swapped: a row is a letter of the alphabet, a column a character of the text
def one_hot(text, alphabet):
    rows = np.zeros((len(text), len(alphabet)))
    for place, character in enumerate(text):
        if character in alphabet:
            rows[place, alphabet.index(character)] = 1
    return rows

# %% wrong: places in the alphabet | 0 of 2
# these are places in the alphabet, numbers with an order; each letter is to have a row of its own
def one_hot(text, alphabet):
    return np.array([float(alphabet.find(character)) for character in text])

# %% wrong: the number of the letter in place of 1 | 0 of 2
# the letter's number stands where a 1 should stand
def one_hot(text, alphabet):
    columns = np.zeros((len(alphabet), len(text)))
    for place, character in enumerate(text):
        if character in alphabet:
            columns[alphabet.index(character), place] = alphabet.index(character) + 1
    return columns

# %% wrong: other characters stop it | 1 of 2
# with ValueError: substring not found
def one_hot(text, alphabet):
    columns = np.zeros((len(alphabet), len(text)))
    for place, character in enumerate(text):
        columns[alphabet.index(character), place] = 1
    return columns

# %% wrong: other characters in the last row | 1 of 2
# a character that is not in the alphabet got a 1 in the last row: `find` says −1 for it, and row −1 is the last one
def one_hot(text, alphabet):
    columns = np.zeros((len(alphabet), len(text)))
    for place, character in enumerate(text):
        columns[alphabet.find(character), place] = 1
    return columns

# %% wrong: other characters in the first row | 1 of 2
# a character that is not in the alphabet was taken for its first letter
def one_hot(text, alphabet):
    columns = np.zeros((len(alphabet), len(text)))
    for place, character in enumerate(text):
        columns[max(0, alphabet.find(character)), place] = 1
    return columns

# %% wrong: other characters left out | 1 of 2
# characters that are not in the alphabet have no column; each has one, of zeros
def one_hot(text, alphabet):
    text = [character for character in text if character in alphabet]
    columns = np.zeros((len(alphabet), len(text)))
    for place, character in enumerate(text):
        columns[alphabet.index(character), place] = 1
    return columns

# %% wrong: capitals made small | 1 of 2
# capital letters were made small: a character counts only as it stands
def one_hot(text, alphabet):
    columns = np.zeros((len(alphabet), len(text)))
    for place, character in enumerate(text):
        if character.lower() in alphabet:
            columns[alphabet.index(character.lower()), place] = 1
    return columns

# %% wrong: how often each letter occurs | 0 of 2
# these are counts of letters: where each one stands was lost
def one_hot(text, alphabet):
    return np.array([float(text.count(letter)) for letter in alphabet])

# %% wrong: each letter once | 0 of 2
# only the first place of each letter is marked
def one_hot(text, alphabet):
    columns = np.zeros((len(alphabet), len(text)))
    for row, letter in enumerate(alphabet):
        if letter in text:
            columns[row, text.index(letter)] = 1
    return columns

# %% wrong: the alphabet is sorted | 0 of 2
# the rows are in another order than the letters of `alphabet`
def one_hot(text, alphabet):
    letters = sorted(alphabet)
    columns = np.zeros((len(letters), len(text)))
    for place, character in enumerate(text):
        if character in letters:
            columns[letters.index(character), place] = 1
    return columns

# %% wrong: rows for the text's own letters | 0 of 2
# there are rows only for letters that occur in the text; each letter of the alphabet has one
def one_hot(text, alphabet):
    letters = [letter for letter in alphabet if letter in text]
    columns = np.zeros((len(letters), len(text)))
    for place, character in enumerate(text):
        if character in letters:
            columns[letters.index(character), place] = 1
    return columns

# %% wrong: it marks all that came so far | 0 of 2
# a letter's row stays 1 behind its place: mark the place alone
def one_hot(text, alphabet):
    columns = np.zeros((len(alphabet), len(text)))
    for place, character in enumerate(text):
        if character in alphabet:
            columns[alphabet.index(character), place:] = 1
    return columns

# %% wrong: a table for the first 256 characters | 0 of 2
# letters such as ł and ж have codes above 255: look for a character in the alphabet itself
def one_hot(text, alphabet):
    row = np.full(256, -1)
    for place, letter in enumerate(alphabet):
        row[ord(letter)] = place
    columns = np.zeros((len(alphabet), len(text)))
    for place, letter in enumerate(text):
        if row[ord(letter)] >= 0:
            columns[row[ord(letter)], place] = 1
    return columns

# %% right: a comparison of two lists
def one_hot(text, alphabet):
    return np.array([[float(letter == character) for character in text] for letter in alphabet]).reshape(len(alphabet), len(text))

# %% right: a table of the unit matrix's columns
def one_hot(text, alphabet):
    unit = np.eye(len(alphabet))
    table = {letter: unit[:, k] for k, letter in enumerate(alphabet)}
    columns = [table.get(character, np.zeros(len(alphabet))) for character in text]
    return np.stack(columns, axis=1) if columns else np.zeros((len(alphabet), 0))

# %% equivalent
# `np.zeros((len(alphabet), len(text)))` → `np.zeros((len(alphabet), len(text)), dtype=int)`: 0 and 1 are the same numbers as 0.0 and 1.0
