"""The sweep on a phone: a link for each manager as text and QR code, its end, its revocation, and the day pack."""

import io
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import segno
import streamlit as st

from gridmap.store import issue_phone_link, phone_links, revoke_phone_link
from pages.parts import findings, formats, session
from pages.parts.session import _
from pages.parts.sweeping.sweep import Sweep
from pages.shared import app
from pages.web import phone_files
from pages.web.phone_pack import make_pack, pack_name

GIVEN = "sweep_phone_given"


def show(sweep: Sweep, days: tuple[int, ...]) -> None:  # noqa: ARG001 - a link is for all days of a manager
    """Show what the person may hand out, and what was handed out before."""
    if not app.settings().phone.url:
        st.warning(
            _(
                "Phones cannot reach this server: no address for them is set (phone.url). "
                "Links open on this computer only; give phones the day pack."
            ),
            icon=":material/mobile_off:",
        )
    managers = [one for one in sweep.record.managers if sweep.mine or one == sweep.branch.who.manager_id]
    for manager in managers:
        _of_manager(sweep, manager)
    _issued(sweep)


def _of_manager(sweep: Sweep, manager: str) -> None:
    """Make a link for one manager; it is given once, and shown as long as the page is open."""
    token = given(sweep).get(manager)
    with st.container(border=True, key=f"sweep_phone_{manager}"):
        name, until, button = st.columns([4, 3, 3], vertical_alignment="bottom")
        name.text(sweep.manager(manager))
        last = sweep.record.last_on + timedelta(days=1)
        end = until.date_input(
            _("Opens until"), value=max(last, _today(sweep)), min_value=_today(sweep), key=f"sweep_phone_until_{manager}"
        )
        words = _("Make a phone link") if token is None else _("Make another link")
        if button.button(
            words, key=f"sweep_phone_go_{manager}", icon=":material/qr_code:", type="primary" if token is None else "secondary"
        ):
            with findings.guard():
                _issue(sweep, manager, end if isinstance(end, date) else last)
                session.again()
        if token is not None:
            _hand_out(token)
        _offer_pack(sweep, manager, end if isinstance(end, date) else last)


def given(sweep: Sweep) -> dict[str, str]:
    """Return the tokens that were made while this page was open, by manager."""
    tokens = {manager: session.held(f"{GIVEN}_{sweep.sweep_id}_{manager}") for manager in sweep.record.managers}
    return {manager: str(token) for manager, token in tokens.items() if token}


def _issue(sweep: Sweep, manager: str, end: date) -> None:
    known = {"expires_us": _end_us(sweep, end), "now_us": app.store().clock()}
    _link, token = issue_phone_link(app.store(), sweep.branch.who, sweep.branch_id, sweep.sweep_id, manager, **known)
    session.hold(f"{GIVEN}_{sweep.sweep_id}_{manager}", token)


def _end_us(sweep: Sweep, end: date) -> int:
    zone = ZoneInfo(sweep.branch.market.branch.time_zone)
    return int(datetime.combine(end + timedelta(days=1), time(), tzinfo=zone).timestamp() * 1_000_000)


def _hand_out(token: str) -> None:
    picture, words = st.columns([2, 5])
    address = address_of(token)
    picture.image(qr_code(address), width=168)
    with words:
        st.code(address, language=None, wrap_lines=True)
        st.caption(_("Point the phone's camera at the picture, or send the link. It is shown only now; make another one if it is lost."))


def _offer_pack(sweep: Sweep, manager: str, end: date) -> None:
    """Offer the day pack, made when it is asked for: each has a link of its own, which is listed and can be revoked."""

    def made() -> bytes:
        known = {"expires_us": _end_us(sweep, end), "now_us": app.store().clock()}
        return make_pack(app.store(), sweep.branch.who, sweep.branch_id, sweep.sweep_id, manager, **known).content

    st.download_button(
        _("Day pack (one file, needs no server)"),
        data=made,
        file_name=pack_name(sweep.sweep_id, manager),
        mime="text/html",
        icon=":material/download:",
        key=f"sweep_pack_{manager}",
        on_click="ignore",
    )


def address_of(token: str) -> str:
    """Return the address that a token opens: where phones reach the server, else this computer. No server ever sees what stands after #."""
    base = app.settings().phone.url.rstrip("/") or _here()
    return f"{base}/{phone_files.HOME}/#{token}"


def _here() -> str:
    return session.link().split("?")[0].rsplit("/", 1)[0]


def qr_code(address: str) -> bytes:
    """Draw an address as a QR code, a PNG."""
    made = io.BytesIO()
    segno.make(address, error="m").save(made, kind="png", scale=6, border=3)
    return made.getvalue()


def _issued(sweep: Sweep) -> None:
    """List the links with a way to revoke each that still opens."""
    listed = phone_links(app.store(), sweep.branch.who, sweep.branch_id, sweep.sweep_id)
    if listed.empty:
        return
    now_us = app.store().clock()
    live = listed["revoked_us"].isna() & listed["expires_us"].gt(now_us)
    states = [
        _("open until {when}").format(when=sweep.when(row.expires_us))
        if opens
        else _("revoked")
        if pd.notna(row.revoked_us)
        else _("ended")
        for row, opens in zip(listed.itertuples(), live, strict=True)
    ]
    frame = pd.DataFrame(
        {
            _("For"): [sweep.manager(one) for one in listed["manager_id"]],
            _("Made by"): listed["who"].to_numpy(),
            _("Made"): [sweep.when(at) for at in listed["issued_us"]],
            _("State"): states,
        }
    )
    st.dataframe(frame, hide_index=True, key="sweep_links", height="content")
    open_ones = {
        str(row.link_id): _("{manager}, made {when}").format(manager=sweep.manager(row.manager_id), when=sweep.when(row.issued_us))
        for row, opens in zip(listed.itertuples(), live, strict=True)
        if opens
    }
    if open_ones:
        _revoke(sweep, formats.distinct(open_ones))


def _revoke(sweep: Sweep, words: dict[str, str]) -> None:
    with st.popover(_("Revoke a link"), icon=":material/link_off:", key="sweep_revoke"):
        chosen = st.selectbox(_("Link"), list(words), format_func=words.__getitem__, key="sweep_revoke_link")
        st.caption(_("What was recorded with it before is still taken, and looked at first."))
        if st.button(_("Revoke"), key="sweep_revoke_go", type="primary") and chosen:
            with findings.guard():
                revoke_phone_link(app.store(), sweep.branch.who, sweep.branch_id, chosen, now_us=app.store().clock())
                session.again()


def _today(sweep: Sweep) -> date:
    return datetime.fromtimestamp(app.store().clock() / 1_000_000, tz=ZoneInfo(sweep.branch.market.branch.time_zone)).date()
