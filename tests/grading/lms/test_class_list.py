"""Whose a file is: by Canvas's numbers and by names, never by guessing."""

import pytest

from utils.grading.lms.class_list import ClassList, Listed, without_group
from utils.grading.lms.names import described

LIST = ClassList(
    [
        Listed("ada", "Ada", "Lovelace", "ada@example.org"),
        Listed("zoe", "Zoë", "Müller", lms_id="777"),
        Listed("jean", "Jean", "d'Arc"),
        Listed("kim1", "Kim", "Lee", lms_id="1"),
        Listed("kim2", "Kim", "Lee", lms_id="2"),
        Listed("kim3", "Min", "Park"),
        Listed("kim4", "Min", "Park"),
        Listed("marie", "Marie", "Curie"),
    ]
)


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("lovelaceada_12345_67890_small.ipynb", "ada"),
        ("lovelaceada_LATE_12345_67890_small-1.ipynb", "ada"),
        ("submissions/lovelaceada_late_12345_67890_my_own_1_2_small.ipynb", "ada"),
        ("lovelaceada_12345_text.html", "ada"),
        ("mullerzoe_777_1_small.ipynb", "zoe"),
        ("somebody_777_1_small.ipynb", "zoe"),
        ("müllerzoë_777_1_small.ipynb", "zoe"),
        ("mu\u0308llerzoe\u0308_777_1_small.ipynb", "zoe"),
        ("darcjean_5_6_small (1).ipynb", "jean"),
        ("leekim_1_9_small.ipynb", "kim1"),
        ("leekim_2_9_small.ipynb", "kim2"),
        ("leekim_3_9_small.ipynb", ""),
        ("parkmin_3_9_small.ipynb", ""),
        ("mullerzoe_778_1_small.ipynb", ""),
        ("anon_91_2_small.ipynb", ""),
        ("Ada Lovelace_123456_assignsubmission_file_/small.ipynb", "ada"),
        ("Lovelace Ada_123456_assignsubmission_file_/01/small.ipynb", "ada"),
        ("CNN-01/Ada Lovelace_123456_assignsubmission_file_/small.ipynb", "ada"),
        ("Ada Lovelace_123456_assignsubmission_file_small.ipynb", "ada"),
        ("Ada Lovelace_123456_assignsubmission_onlinetext_/onlinetext.html", "ada"),
        ("Jean d'Arc_9_assignsubmission_file_/small.ipynb", "jean"),
        ("Kim Lee_1_assignsubmission_file_/small.ipynb", ""),
        ("Anne-Marie Curie_1_assignsubmission_file_/small.ipynb", ""),
        ("Participant 12_12_assignsubmission_file_/small.ipynb", ""),
        ("ada/small.ipynb", "ada"),
        ("all/ada/01_small/small.ipynb", "ada"),
        ("ada.ipynb", "ada"),
        ("zoe/ada.ipynb", "zoe"),
        ("adalove_" + "1" * 5000 + "_2_small.ipynb", ""),
        ("ada@example.org/small.ipynb", "ada"),
        ("small.ipynb", ""),
    ],
)
def test_whose_it_is(name, student):
    found, why = LIST.find(described(name))
    assert found == student and bool(why) == (not student)


def test_a_group_before_the_name():
    file = described("Monday-Ada Lovelace_1_assignsubmission_file_/small.ipynb")
    assert LIST.find(file)[0] == "" and LIST.find(without_group(file))[0] == "ada"


@pytest.mark.parametrize(
    ("name", "file", "place", "late"),
    [
        ("adalove_LATE_1_2_small-1.ipynb", "small-1.ipynb", "adalove_LATE_1_2_", True),
        ("x/adalove_1_2_a_b.ipynb", "a_b.ipynb", "adalove_1_2_", False),
        ("Ada_1_assignsubmission_file_/d/a.ipynb", "d/a.ipynb", "Ada_1_assignsubmission_file_/", False),
        ("Ada_1_assignsubmission_file_a_b.ipynb", "a_b.ipynb", "Ada_1_assignsubmission_file_", False),
    ],
)
def test_what_a_name_says(name, file, place, late):
    found = described(name)
    assert (found.file, found.place, found.late) == (file, place, late)
