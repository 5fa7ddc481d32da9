from gridmap.kernels.chance import chance_of, draw, pick
from gridmap.kernels.compiled import _fingerprint


def test_the_same_state_draws_the_same_numbers():
    one, other = chance_of(7), chance_of(7)
    assert [draw(one) for _ in range(5)] == [draw(other) for _ in range(5)]
    assert all(0 <= draw(one) < 1 and 0 <= pick(one, 6) < 6 for _ in range(200))


def test_machine_code_is_known_by_all_sources_of_its_folder(tmp_path):
    (tmp_path / "one.py").write_text("a = 1\n", "utf-8")
    first = _fingerprint(tmp_path)
    _fingerprint.cache_clear()
    (tmp_path / "one.py").write_text("a = 2\n", "utf-8")
    assert _fingerprint(tmp_path) != first
    _fingerprint.cache_clear()
