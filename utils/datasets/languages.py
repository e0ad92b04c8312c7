"""Names of countries and languages in six languages, from the Unicode CLDR that comes with the package Babel.

A name is a short text; which language it is written in has to be read from its letters. Names that two of the six
languages share (Peru, Malta) are left out. Training and test names are of different countries and languages.
"""

import numpy as np

LANGUAGES = {"fi": "Finnish", "it": "Italian", "pl": "Polish", "sw": "Swahili", "tr": "Turkish", "cy": "Welsh"}
NAMES = tuple(LANGUAGES.values())


def names_split(seed: int = 0) -> tuple[list[str], np.ndarray, list[str], np.ndarray]:
    """`train_texts, train_labels, test_texts, test_labels`: names in small letters, and places in `NAMES`.

    A quarter of the countries and languages is for testing; another seed puts others aside. The order is shuffled.
    """
    from babel import Locale

    tables = [{**Locale(code).territories, **Locale(code).languages} for code in LANGUAGES]
    things = sorted(set.intersection(*[{key for key in table if key.isalpha()} for table in tables]))
    random = np.random.default_rng(seed)
    aside = set(random.permutation(things)[: len(things) // 4].tolist())
    spoken = [{table[thing].lower() for thing in things} for table in tables]  # the names of each language
    pairs: dict[bool, dict[str, int]] = {True: {}, False: {}}
    for thing in things:
        for label, table in enumerate(tables):
            text = table[thing].lower()  # German and Germany can have one name: it stays on one side
            if sum(text in names for names in spoken) == 1 and text not in pairs[thing not in aside]:
                pairs[thing in aside][text] = label
    found: list = []
    for test in (False, True):
        texts = [str(text) for text in random.permutation(list(pairs[test]))]
        found += [texts, np.array([pairs[test][text] for text in texts])]
    return found[0], found[1], found[2], found[3]
