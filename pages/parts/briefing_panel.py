"""Take it to the meeting: the figures of the page as a file, made beside the page, and as text to be copied into a group chat."""

from dataclasses import dataclass

import streamlit as st

from gridmap.errors import N_
from gridmap.reports.briefing import FORMATS
from gridmap.reports.briefing.message import message_text
from gridmap.services import briefing as services
from gridmap.services.briefing_cards import write_cards
from gridmap.services.briefing_day import ReportDay
from pages.parts import findings, formats, session
from pages.parts.opened import Opened
from pages.parts.session import _
from pages.shared import app
from pages.shared.jobs import Job, Stop, Tell

ASKED, BUILT, CARDS = "briefing_asked", "briefing_built", "cards"
EVERY_S = 0.5
CHOICES = (*((each.key, each.title) for each in FORMATS), (CARDS, N_("Cards of cells, to be cut out")))
MEDIA = {**{each.key: each.media_type for each in FORMATS}, CARDS: "application/pdf"}


@dataclass(frozen=True)
class Built:
    """What was made: of which view, in which format, its name, the file, and the text for a chat."""

    view: tuple[str, ...]
    format: str
    name: str
    data: bytes
    text: str


@dataclass(frozen=True)
class Asked:
    """A file that is being made."""

    job: Job
    view: tuple[str, ...]
    format: str


def show(branch: Opened) -> None:
    """Offer what the page shows as a file; whoever may not take data away sees nothing of it."""
    if not branch.who.allows("export_data", branch.market.branch.branch_id):
        return
    st.header(_("Take it to the meeting"))
    st.caption(_("The figures of this page with their maps and tables: day, window and scope as above. The totals are those you see."))
    _panel(branch)


@st.fragment
def _panel(branch: Opened) -> None:
    """Choose, make and hand over; a choice reruns only this."""
    with findings.guard():
        _settle(branch)
        _offer(branch)
        built = _built(branch)
        if built is not None:
            _hand_over(built)


def _offer(branch: Opened) -> None:
    words = {key: _(title) for key, title in CHOICES}
    choose, act = st.columns([3, 2], vertical_alignment="bottom")
    with choose:
        chosen = session.pick(
            lambda options, **wiring: st.selectbox(_("As"), options, format_func=words.__getitem__, **wiring),
            "briefing_format",
            list(words),
            FORMATS[0].key,
        )
    asked: Asked | None = session.held(ASKED)
    if asked is not None:
        _progress()
        return
    wanted = chosen or FORMATS[0].key
    act.button(_("Make the file"), icon=":material/co_present:", key="briefing_make", on_click=_ask, args=(branch, wanted), width="stretch")


def _ask(branch: Opened, key: str) -> None:
    """Begin to make a file in place of the one under way."""
    before: Asked | None = session.held(ASKED)
    if before is not None:
        before.job.stop()
    day, language, address = _day(branch), session.language(), session.link().split("?")[0]
    view = _view(branch)

    def work(_stop: Stop, tell: Tell) -> Built:
        made = services.briefing_of(day, language=language)
        tell(0.3)
        if key == CARDS:
            return Built(view, key, f"{made.name}-{CARDS}.pdf", write_cards(day, language=language, address=address), message_text(made))
        written = services.write_briefing(made, [key], tell=lambda share: tell(0.3 + 0.7 * share))
        return Built(view, key, f"{made.name}.{key}", written[key], message_text(made))

    session.hold(BUILT, None)
    session.hold(ASKED, Asked(Job(work), view, key))


def _settle(branch: Opened) -> None:
    """Keep the file that was made meanwhile; one of another day or scope is let go of."""
    asked: Asked | None = session.held(ASKED)
    if asked is None:
        return
    if asked.view != _view(branch):
        asked.job.stop()
        session.hold(ASKED, None)
    elif not asked.job.running:
        session.hold(ASKED, None)
        session.hold(BUILT, asked.job.answer())


@st.fragment(run_every=EVERY_S)
def _progress() -> None:
    asked: Asked | None = session.held(ASKED)
    if asked is None:
        return
    if not asked.job.running:
        session.afresh()
    share = float(asked.job.best or 0.0)
    st.progress(share, text=_("Drawing, {seconds} s").format(seconds=formats.count(asked.job.seconds)))
    st.button(_("Cancel"), key="briefing_cancel", icon=":material/close:", on_click=_cancel)


def _cancel() -> None:
    asked: Asked | None = session.held(ASKED)
    if asked is not None:
        asked.job.stop()
    session.hold(ASKED, None)


def _built(branch: Opened) -> Built | None:
    built: Built | None = session.held(BUILT)
    return built if built is not None and built.view == _view(branch) else None


def _hand_over(built: Built) -> None:
    st.download_button(
        _("Download {name}").format(name=built.name),
        data=built.data,
        file_name=built.name,
        mime=MEDIA[built.format],
        icon=":material/download:",
        key="briefing_download",
        on_click="ignore",
        type="primary",
    )
    st.caption(_("Text for a group chat; the button at its corner copies it."))
    st.code(built.text, language=None, wrap_lines=True)


def _day(branch: Opened) -> ReportDay:
    """Return what the page shows as a report reads it."""
    who, day = branch.who, branch.now.as_of.isoformat()
    manager = who.manager_id if who.own_cells_only else ""
    return ReportDay(who, branch.market, branch.plan, branch.now, branch.before, branch.seen, app.settings().rules, day, manager)


def _view(branch: Opened) -> tuple[str, ...]:
    """Return what tells two states of the page apart."""
    who, now = branch.who, branch.now
    return (branch.market.fingerprint, branch.plan.fingerprint, now.fingerprint, who.person_id, who.role, session.language())
