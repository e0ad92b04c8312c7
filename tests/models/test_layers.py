from utils.models.layers import conv, dense, pool


def test_a_layer_is_plain_data_with_all_that_describes_it():
    assert conv("c", 8, 3, stride=2, groups=4, bias=False) == {
        "kind": "conv",
        "name": "c",
        "channels": 8,
        "kernel": 3,
        "stride": 2,
        "padding": 0,
        "groups": 4,
        "bias": False,
    }
    assert pool("p", 3, 2) == {"kind": "pool", "name": "p", "kernel": 3, "stride": 2, "padding": 0}
    assert dense("d", 10) == {"kind": "dense", "name": "d", "channels": 10, "bias": True}
