import numpy as np

from utils import linear


def test_it_learns_what_a_line_can_part_and_always_the_same():
    random = np.random.RandomState(0)
    labels = np.arange(60) % 3
    features = np.array([[0, 3], [3, 0], [-3, -3]])[labels] + random.normal(0, 0.3, (60, 2))
    predict = linear.fit(features, labels, classes=3)
    assert np.array_equal(predict(features), labels)
    new = random.normal(0, 3, (40, 2)).astype(np.float32)
    assert np.array_equal(predict(new), linear.fit(features, labels, classes=3)(new))


def test_the_bias_is_learned_too():
    features, labels = np.array([[5.0], [6], [7], [8]]), np.array([0, 0, 1, 1])
    assert linear.fit(features, labels, classes=2)(features).tolist() == [0, 0, 1, 1]
