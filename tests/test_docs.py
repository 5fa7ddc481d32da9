"""The tutorials: one in each language for each user, with pictures that are there, and every page named."""

import re
from pathlib import Path

import pytest

from gridmap.texts import translator

DOCS = Path(__file__).parents[1] / "docs"
USERS = ("executive", "branch-manager", "community-manager", "planner", "accounts")
FRAME = (DOCS.parent / "pages" / "frame.py").read_text("utf-8")  # running it opens a page
TITLES = re.findall(r'\("\w+\.py", N_\("([^"]+)"\)', FRAME)
PICTURE = re.compile(r"!\[[^\]]*\]\(([^)]+)\)")


def text(language, user):
    return (DOCS / ("start" if language == "en" else "zh") / f"{user}.md").read_text("utf-8")


@pytest.mark.parametrize("user", USERS)
def test_each_user_has_a_tutorial_in_both_languages_with_pictures_that_are_there(user):
    for language, folder in (("en", "start"), ("zh_CN", "zh")):
        told = text(language, user)
        assert PICTURE.findall(told), f"{language} {user} shows nothing"
        for picture in PICTURE.findall(told):
            assert (DOCS / folder / picture).resolve().is_file(), picture
        assert f"{'start' if language == 'en' else 'zh'}/{user}" in (DOCS / "index.md").read_text("utf-8")
    english, chinese = (text(language, user) for language in ("en", "zh_CN"))
    assert chinese.count("\n## ") == english.count("\n## "), "the two say the same, part by part"
    assert len(re.findall(r"[\u4e00-\u9fff]", chinese)) > len(english) / 7, "a Chinese text is shorter, not a fragment"


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_page_is_named_in_the_tutorials(language):
    told = "\n".join(path.read_text("utf-8") for path in (DOCS / ("start" if language == "en" else "zh")).glob("*.md"))
    assert len(TITLES) >= 8
    missing = [title for title in TITLES if translator(language)(title) not in told]
    assert missing == []
