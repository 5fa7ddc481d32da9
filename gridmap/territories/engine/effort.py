"""How long is searched."""

from dataclasses import dataclass, replace

# Where nothing is said, up to this many units: proposals of all searches, and starts. Where one search of a small problem ends hangs on
# its beginning; large ones come to the same.
BY_SIZE = ((1_500, 12_000_000, 3), (15_000, 8_500_000, 1), (2**62, 18_000_000, 1))


@dataclass(frozen=True)
class Effort:
    """How long is searched; the answer depends on `proposals` and `starts` alone, never on the clock or on `workers`.

    `proposals`: of all searches together; 0: by the size. `starts`: 1 is one search all along; more: that many times six short ones
    first, and the better third of them on; 0: by the size where `proposals` is 0 too, else 1. `workers`: searches at the same time.
    `exact`: whether small problems are proved.
    """

    proposals: int = 0
    starts: int = 0
    workers: int = 1
    exact: bool = True

    def said(self, units: int) -> "Effort":
        """Return this effort for a problem of that size, with no number left open."""
        proposals, starts = next(each for most, *each in BY_SIZE if units <= most)
        return replace(self, proposals=self.proposals or proposals, starts=self.starts or (1 if self.proposals else starts))

    def part(self, units: int, share: int) -> "Effort":
        """Return a `share`-th of this effort, for a search that begins near its end: in one search, where no number of starts was given."""
        return replace(self, proposals=max(1, self.said(units).proposals // share), starts=self.starts or 1)
