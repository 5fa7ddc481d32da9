"""A guard against folium's second template pass, which would run a data string as code on the server."""

from typing import Any

from branca.element import Element

# branca renders an element's script and wraps the result in Element(<text>), which compiles that text as a template
# again: a prospect *named* "{{...}}" would run. A plain Element made from text is text, so it is rendered as it stands.
_original = Element.__init__


class _Literal:
    """What stands where a template would: the text itself."""

    class module:  # noqa: N801 - branca looks for this name
        pass

    def __init__(self, text: str) -> None:
        self._text = text

    def render(self, *_args: object, **_kwargs: object) -> str:
        return self._text


def _init(self: Element, template: str | None = None, template_name: str | None = None) -> None:
    if type(self) is not Element or template is None:
        _original(self, template, template_name)
        return
    _original(self)
    self._template_str = None
    self._template = _Literal(template)  # type: ignore[assignment]


def install() -> None:
    """Put the guard in; doing it again changes nothing."""
    Element.__init__ = _init  # type: ignore[method-assign]


def installed() -> bool:
    """Say whether the guard is in."""
    return Element.__init__ is _init


def literal(element: Any) -> bool:
    """Say whether an element renders its text as it stands."""
    return isinstance(element._template, _Literal)  # noqa: SLF001 - branca has no public name for it
