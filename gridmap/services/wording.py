"""The answers of the Overview in sentences: the same words on the page, in a report and in a group chat."""

from collections.abc import Mapping, Sequence

from gridmap.facts import UNASSIGNED
from gridmap.metrics import FEW, NO_DATA, UNKNOWN, Metric
from gridmap.reports.writer import UNCHANGED, Writer
from gridmap.services.overview import Reading, Score, Step, Worse


def verdict(scores: Sequence[Score], writer: Writer) -> str:
    """Say in one sentence how many targets are met, and which is furthest away."""
    _ = writer.translate
    judged = [(score, score.gap) for score in scores if score.gap is not None]
    if not judged:
        return _("No targets are set for what is shown here.")
    behind = sorted((gap / (abs(score.target or 1) or 1), score.metric.key, score) for score, gap in judged if gap < 0)
    if not behind:
        return _("All {count} targets are met.").format(count=len(judged))
    worst = behind[0][2]
    return _("{behind} of {count} targets are missed; furthest from its target: {title}, {value} against {target}.").format(
        behind=len(behind),
        count=len(judged),
        title=_(worst.metric.title),
        value=writer.amount(worst.now.value, worst.metric.unit),
        target=writer.goal(worst.target or 0.0, worst.metric.unit),
    )


def fraction(metric: Metric, reading: Reading, writer: Writer) -> str:
    """Write numerator and denominator: 433 of 473; empty for a plain count, which is its own numerator."""
    _ = writer.translate
    if not metric.denominator:
        return ""
    if metric.denominator == ("area_km2",):
        return _("{count} on {area} km²").format(count=writer.count(reading.numerator), area=writer.decimal(reading.denominator))
    return _("{numerator} of {denominator}").format(
        numerator=writer.count(reading.numerator), denominator=writer.count(reading.denominator)
    )


def evidence(score: Score, writer: Writer) -> str:
    """Write numerator and denominator, each with its change since the day before: 215 (+9) of 331 (+4)."""
    _ = writer.translate
    metric, now, before = score.metric, score.now, score.before
    if not metric.denominator:
        return ""
    if metric.denominator == ("area_km2",):  # the ground does not change from one day to another
        return fraction(metric, now, writer)
    written = [
        _with_change(new, new - old, writer) for new, old in ((now.numerator, before.numerator), (now.denominator, before.denominator))
    ]
    return _("{numerator} of {denominator}").format(numerator=written[0], denominator=written[1])


def visible_change(score: Score, writer: Writer) -> float:
    """Return the change of a score, 0 where it is too small to be written: what reads as unchanged is neither good nor bad."""
    return 0.0 if writer.change(score.change, score.metric.unit).startswith(UNCHANGED) else score.change


def good_change(score: Score, writer: Writer) -> float:
    """Return the change of a score, positive for the better; 0 where it is neither."""
    change = visible_change(score, writer)
    return change if score.metric.better == "higher" else -change if score.metric.better == "lower" else 0.0


def state_name(state: int, writer: Writer) -> str:
    """Say why a value is not to be read as it is; empty where it is."""
    _ = writer.translate
    return {FEW: _("too few to judge"), NO_DATA: _("no data"), UNKNOWN: _("unknown")}.get(state, "")


def moved(score: Score, writer: Writer) -> str:
    """Say which of numerator and denominator moved since the day before."""
    _ = writer.translate
    now, before = score.now, score.before
    numerator, denominator = (
        writer.change(now.numerator - before.numerator, "count"),
        writer.change(now.denominator - before.denominator, "count"),
    )
    if not score.metric.denominator:
        return ""
    return {
        "": _("unchanged"),
        "numerator": _("numerator {numerator}"),
        "denominator": _("denominator {denominator}"),
        "both": _("numerator {numerator}, denominator {denominator}"),
    }[score.moved].format(numerator=numerator, denominator=denominator)


def target_words(score: Score, writer: Writer) -> str:
    """Say a target and how far it is; for a score that has one."""
    _ = writer.translate
    unit, gap = score.metric.unit, score.gap
    target = writer.goal(score.target or 0.0, unit)
    if gap is None:
        return _("target {target}").format(target=target)
    if not score.metric.target_key or unit != "share":  # how far from a limit on a count is no lead
        return (_("within {target}") if gap >= 0 else _("over {target}")).format(target=target)
    text = _("target {target} met, {gap}") if gap >= 0 else _("target {target}, {gap}")
    return text.format(target=target, gap=writer.change(gap, unit))


def worse_sentence(worse: Worse, towns: Mapping[str, str], managers: Mapping[str, str], writer: Writer) -> str:
    """Write one change for the worse as a sentence with both readings; plain text, since it holds names."""
    _ = writer.translate
    metric, now, before = worse.score.metric, worse.score.now, worse.score.before
    names = towns if worse.level == "town" else {**managers, UNASSIGNED: _("Unassigned cells")}
    if metric.denominator:
        text = _("{where}: {title} went from {before} ({before_count}) to {now} ({now_count}).")
    else:
        text = _("{where}: {title} went from {before} to {now}.")
    return text.format(
        where=names.get(worse.key, worse.key),
        title=_(metric.title),
        before=writer.amount(before.value, metric.unit),
        before_count=fraction(metric, before, writer),
        now=writer.amount(now.value, metric.unit),
        now_count=fraction(metric, now, writer),
    )


def step_sentence(step: Step, towns: Mapping[str, str], managers: Mapping[str, str], writer: Writer) -> str:
    """Write what to do first as a sentence; plain text, since it holds names."""
    _, ngettext = writer.translate, writer.ngettext
    first, second = writer.count(step.first), writer.count(step.second)
    if step.kind == "unassigned":
        cells = ngettext("{count} cell", "{count} cells", int(step.first), count=first)
        inside = ngettext("{count} organisation", "{count} organisations", int(step.second), count=second)
        return _("Nobody owns {cells} with {organisations}.").format(cells=cells, organisations=inside)
    name = managers.get(step.key, step.key)
    if step.kind == "overworked":
        return _("The organisations of {name} ask for {asked} hours a month; there are {had}.").format(name=name, asked=first, had=second)
    if step.kind == "overloaded":
        return _("{name} holds {accounts} filed organisations, of at most {capacity}.").format(name=name, accounts=first, capacity=second)
    town = towns.get(step.key, step.key)
    return ngettext(
        "{town} lacks {count} tier C file to its target; the branch lacks {all}.",
        "{town} lacks {count} tier C files to its target; the branch lacks {all}.",
        int(step.first),
        town=town,
        count=first,
        all=second,
    )


def _with_change(value: float, change: float, writer: Writer) -> str:
    moved = writer.change(change, "count")
    return f"{writer.count(value)} ({moved})" if moved and not moved.startswith(UNCHANGED) else writer.count(value)
