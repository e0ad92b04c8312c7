# Exercise 10: which axis of which data may be shuffled.

# %% idea
# Ask of each axis what its neighbours have to do with each other: is the next one nearer than the one behind it? What
# lies in space, in time or on a scale has an order; what is merely listed has none.

# %% draw
def test_meaning_order(d):
    return d.one_of((("photograph", "rows"), ("photograph", "columns"), ("photograph", "colours"), ("sound", "samples"), ("spectrogram", "bands"),
                     ("spectrogram", "frames"), ("text", "letters"), ("text", "characters")))

def test_meaning_tables(d):
    return d.one_of((("customers", "customers"), ("customers", "columns"), ("sales", "shops"), ("sales", "months"), ("stereo", "cameras"),
                     ("stereo", "rows"), ("stereo", "columns"), ("batch", "pictures"), ("batch", "rows")))

# %% wrong: always True | 0 of 2
# you say True of everything: would you recognise a photograph whose columns were shuffled?
def keeps_its_meaning(data, axis):
    return True

# %% wrong: always False | 0 of 2
# you say False of every axis here: which of them could be shuffled, the same way everywhere, and nothing would be lost?
def keeps_its_meaning(data, axis):
    return False

# %% wrong: the other way round | 0 of 2
# this is the other way round: True is for axes that may be shuffled
def keeps_its_meaning(data, axis):
    free = {("photograph", "colours"), ("text", "letters"), ("stereo", "cameras"), ("customers", "customers"), ("customers", "columns"),
            ("sales", "shops"), ("batch", "pictures")}
    return (data, axis) not in free

# %% wrong: words | 0 of 2
# return True or False, no words
def keeps_its_meaning(data, axis):
    free = {("photograph", "colours"), ("text", "letters"), ("stereo", "cameras"), ("customers", "customers"), ("customers", "columns"),
            ("sales", "shops"), ("batch", "pictures")}
    return "yes" if (data, axis) in free else "no"

# %% wrong: the order of colours matters | 1 of 2
# red, green and blue may be shuffled, in the same way in all pictures: a kernel extends over all channels, and no window slides along them
def keeps_its_meaning(data, axis):
    free = {("photograph", "colours"), ("text", "letters"), ("stereo", "cameras"), ("customers", "customers"), ("customers", "columns"),
            ("sales", "shops"), ("batch", "pictures")}
    return (data, axis) in free - {("photograph", "colours")}

# %% wrong: the order of the alphabet matters | 1 of 2
# the rows of a one-hot text are its channels: whether a stands above b tells nothing
def keeps_its_meaning(data, axis):
    free = {("photograph", "colours"), ("text", "letters"), ("stereo", "cameras"), ("customers", "customers"), ("customers", "columns"),
            ("sales", "shops"), ("batch", "pictures")}
    return (data, axis) in free - {("text", "letters")}

# %% wrong: the order of channels matters | 0 of 2
# channels may be shuffled in the same way everywhere (colours, letters, cameras): a kernel extends over all of them
def keeps_its_meaning(data, axis):
    free = {("photograph", "colours"), ("text", "letters"), ("stereo", "cameras"), ("customers", "customers"), ("customers", "columns"),
            ("sales", "shops"), ("batch", "pictures")}
    return (data, axis) in free - {("photograph", "colours"), ("text", "letters"), ("stereo", "cameras")}

# %% wrong: left has to be left | 1 of 2
# two cameras are two channels: as long as the same one always comes first, it does not matter which
def keeps_its_meaning(data, axis):
    free = {("photograph", "colours"), ("text", "letters"), ("stereo", "cameras"), ("customers", "customers"), ("customers", "columns"),
            ("sales", "shops"), ("batch", "pictures")}
    return (data, axis) in free - {("stereo", "cameras")}

# %% wrong: frequency bands are channels | 1 of 2
# a glide goes from one band to the next one: neighbouring bands belong together
def keeps_its_meaning(data, axis):
    free = {("photograph", "colours"), ("text", "letters"), ("stereo", "cameras"), ("customers", "customers"), ("customers", "columns"),
            ("sales", "shops"), ("batch", "pictures")}
    return (data, axis) in free | {("spectrogram", "bands")}

# %% wrong: frames may be shuffled | 1 of 2
# what comes after what is the point of a sound: neither its samples nor its frames may be shuffled
def keeps_its_meaning(data, axis):
    free = {("photograph", "colours"), ("text", "letters"), ("stereo", "cameras"), ("customers", "customers"), ("customers", "columns"),
            ("sales", "shops"), ("batch", "pictures")}
    return (data, axis) in free | {("spectrogram", "frames"), ("sound", "samples")}

# %% wrong: a bag of letters | 1 of 2
# with its characters shuffled a text loses its words
def keeps_its_meaning(data, axis):
    free = {("photograph", "colours"), ("text", "letters"), ("stereo", "cameras"), ("customers", "customers"), ("customers", "columns"),
            ("sales", "shops"), ("batch", "pictures")}
    return (data, axis) in free | {("text", "characters")}

# %% wrong: only columns count in a photograph | 1 of 2
# rows of a photograph belong together as columns do
def keeps_its_meaning(data, axis):
    free = {("photograph", "colours"), ("text", "letters"), ("stereo", "cameras"), ("customers", "customers"), ("customers", "columns"),
            ("sales", "shops"), ("batch", "pictures")}
    return (data, axis) in free | {("photograph", "rows")}

# %% wrong: every axis of a table | 1 of 2
# months follow one another: a trend, a season. That is a table with an order along one axis
def keeps_its_meaning(data, axis):
    free = {("photograph", "colours"), ("text", "letters"), ("stereo", "cameras"), ("customers", "customers"), ("customers", "columns"),
            ("sales", "shops"), ("batch", "pictures")}
    return (data, axis) in free | {("sales", "months")}

# %% wrong: tables have an order | 1 of 2
# the columns of a table of customers, age, income, town, stand in the order in which somebody wrote them down
def keeps_its_meaning(data, axis):
    free = {("photograph", "colours"), ("text", "letters"), ("stereo", "cameras"), ("customers", "customers"), ("customers", "columns"),
            ("sales", "shops"), ("batch", "pictures")}
    return (data, axis) in free - {("customers", "columns")}

# %% wrong: the rows of tables have an order | 1 of 2
# customers, and shops, are independent samples: a list of them has no order
def keeps_its_meaning(data, axis):
    free = {("photograph", "colours"), ("text", "letters"), ("stereo", "cameras"), ("customers", "customers"), ("customers", "columns"),
            ("sales", "shops"), ("batch", "pictures")}
    return (data, axis) in free - {("customers", "customers"), ("sales", "shops")}

# %% wrong: pictures of a batch have an order | 1 of 2
# the pictures of a batch are independent of one another: they may come in any order
def keeps_its_meaning(data, axis):
    free = {("photograph", "colours"), ("text", "letters"), ("stereo", "cameras"), ("customers", "customers"), ("customers", "columns"),
            ("sales", "shops"), ("batch", "pictures")}
    return (data, axis) in free - {("batch", "pictures")}

# %% wrong: everything in a batch | 1 of 2
# a batch may be shuffled picture by picture, but the rows within its pictures belong together
def keeps_its_meaning(data, axis):
    free = {("photograph", "colours"), ("text", "letters"), ("stereo", "cameras"), ("customers", "customers"), ("customers", "columns"),
            ("sales", "shops"), ("batch", "pictures")}
    return (data, axis) in free | {("batch", "rows")}

# %% wrong: disparity needs no columns | 1 of 2
# disparity is a shift along the columns: shuffle them, and there is none
def keeps_its_meaning(data, axis):
    free = {("photograph", "colours"), ("text", "letters"), ("stereo", "cameras"), ("customers", "customers"), ("customers", "columns"),
            ("sales", "shops"), ("batch", "pictures")}
    return (data, axis) in free | {("stereo", "columns")}

# %% wrong: shops have an order | 1 of 2
# shops are the samples, one no neighbour of another: they may be shuffled
def keeps_its_meaning(data, axis):
    return (data, axis) in {("photograph", "colours"), ("text", "letters"), ("stereo", "cameras"), ("customers", "customers"),
                            ("customers", "columns"), ("batch", "pictures")}

# %% right: what has an order
def keeps_its_meaning(data, axis):
    ordered = {"photograph": "rows columns", "sound": "samples", "spectrogram": "bands frames", "text": "characters", "stereo": "rows columns",
               "customers": "", "sales": "months", "batch": "rows"}
    return axis not in ordered[data].split()

# %% right: case by case
def keeps_its_meaning(data, axis):
    if axis in ("colours", "letters", "cameras", "customers", "shops", "pictures"):
        return True
    return data == "customers"
