import pytest

from gridmap import tokens

KEY = b"k" * 32
PARTS = ("xinxing", "filing_rate", "3.5.0", "2026-06-30", 365, "")


def test_a_link_is_good_for_what_was_signed_until_it_ends():
    token = tokens.sign(KEY, 1000, *PARTS)
    assert tokens.valid(KEY, token, 999, *PARTS)
    assert not tokens.valid(KEY, token, 1000, *PARTS)


@pytest.mark.parametrize("place", range(len(PARTS)))
def test_every_part_is_inside_the_signature(place):
    token = tokens.sign(KEY, 1000, *PARTS)
    changed = [*PARTS]
    changed[place] = f"{changed[place]}x"
    assert not tokens.valid(KEY, token, 0, *changed)


@pytest.mark.parametrize(
    "token",
    [
        "",  # nothing
        "-",  # no expiry
        "99999999999999999999-abc",  # an expiry no clock reaches
        "²-abc",  # a digit that int() refuses
        "1000-\udcff",  # half a character
        "1000-ünïcode",  # compare_digest raises on such text
        "1000-" + "A" * 24,  # another mac
        "2000-" + tokens.sign(KEY, 1000, *PARTS).partition("-")[2],  # a longer life
    ],
)
def test_a_strangers_token_is_refused_without_an_error(token):
    assert not tokens.valid(KEY, token, 0, *PARTS)


def test_parts_cannot_run_into_each_other():
    assert tokens.sign(KEY, 1, "ab", "c") != tokens.sign(KEY, 1, "a", "bc")
    with pytest.raises(ValueError, match="separator"):
        tokens.sign(KEY, 1, "a\x1fb")
    assert not tokens.valid(KEY, tokens.sign(KEY, 1000, "a", "b"), 0, "a\x1fb")


def test_links_made_within_five_minutes_are_the_same_and_live_almost_an_hour():
    assert tokens.expiry(600.0) == tokens.expiry(899.9) == 600 + 3600
    assert tokens.expiry(900.0) == 900 + 3600


def test_keys():
    assert tokens.new_key() != tokens.new_key()
    assert tokens.key_from("a") == tokens.key_from("a") != tokens.key_from("b")
