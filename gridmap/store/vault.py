"""What proves the audit chain is kept beside the database, never in it: the key that seals, and how far each chain had come."""

import hashlib
import json
import os
import secrets
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from gridmap.errors import N_, StoreError, say

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

KEY_BYTES = 32
_PATIENCE = 40  # a key that another process is just writing is complete within this many short waits
_WAIT_S = 0.05


class Head(NamedTuple):
    """The last entry of a chain: its number and its seal; 0 and nothing for a chain that has none yet."""

    seq: int = 0
    mac: str = ""


@dataclass(frozen=True)
class Kept:
    """The heads that were written down: of which store, and per branch."""

    store_id: str
    heads: Mapping[str, Head] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Vault:
    """Where a store's key and heads are.

    `given` is a key that is in no file: derived from the operator's secret, or the random one of a store in memory. `key_path` and
    `head_path` are None for a store in memory, which outlives nobody who could have changed it.
    """

    key_path: Path | None
    head_path: Path | None
    given: bytes = field(default=b"", repr=False)

    def key(self) -> bytes:
        """Return the key that seals, making one where the store has none yet.

        Raises
        ------
        StoreError
            When the key can neither be read nor made.
        """
        if self.given:
            return self.given
        if self.key_path is None:
            raise ValueError("a vault without a key")
        return _read_key(self.key_path) or _make_key(self.key_path)

    def known_keys(self) -> tuple[bytes, ...]:
        """Return every key an entry may have been sealed with: the operator's, and the one in the file; makes none."""
        held = _read_key(self.key_path) if self.key_path is not None else b""
        return tuple(key for key in (self.given, held) if key)


def audit_key_from(secret: str) -> bytes:
    """Derive the key of the audit chain from an operator's secret; other keys derived from it are others."""
    return hashlib.sha256(b"gridmap audit\x1f" + secret.encode()).digest()


def memory_vault(secret: str) -> Vault:
    """Return the vault of a store in memory."""
    return Vault(None, None, audit_key_from(secret) if secret else secrets.token_bytes(KEY_BYTES))


def _read_key(path: Path) -> bytes:
    """Read a key, waiting for whoever is just writing it; empty where there is none."""
    for _ in range(_PATIENCE):
        try:
            key = path.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise _no_key(path, error) from error
        if len(key) == KEY_BYTES:
            return key
        time.sleep(_WAIT_S)
    raise StoreError(
        say(N_("The key of the audit chain is damaged.")),
        where=str(path),
        remedy=say(N_("Put it back from a backup. Only if nothing was ever recorded with it, delete it and a new one is made.")),
    )


def _make_key(path: Path) -> bytes:
    key = secrets.token_bytes(KEY_BYTES)
    try:
        number = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
    except FileExistsError:
        return _read_key(path)
    except OSError as error:
        raise _no_key(path, error) from error
    with os.fdopen(number, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    _sync_folder(path.parent)
    return key


def _no_key(path: Path, error: OSError) -> StoreError:
    return StoreError(
        say(N_("The key of the audit chain cannot be read or made: {reason}."), reason=str(error.strerror or error)),
        where=str(path),
        remedy=say(N_("Nothing was changed. Let whoever runs gridmap read and write this file, or set GRIDMAP_SECRET.")),
    )


def read_heads(path: Path) -> Kept | None:
    """Read the kept heads; None where there is no such file.

    Raises
    ------
    StoreError
        When the file holds something else.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
        heads = {str(name): Head(int(each["seq"]), str(each["mac"])) for name, each in found["branches"].items()}
        return Kept(str(found["store"]), heads)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(
            say(N_("The kept ends of the audit chains cannot be read: {reason}."), reason=str(error)),
            where=str(path),
            remedy=say(N_("Put the file back from a backup, or keep the present ends anew with gridmap audit keep.")),
        ) from error


def begin_heads(path: Path, store_id: str) -> None:
    """Write an empty file of heads where there is none, before the first entry of a store; OSError where it cannot be."""
    with locked(path):
        if not path.exists():
            _write(path, Kept(store_id))


def keep_heads(path: Path, store_id: str, moved: Mapping[str, tuple[Head, Head]], holds: Callable[[str, Head], bool]) -> None:
    """Move kept heads on to where a transaction that has just ended left its chains.

    Writers reach this in any order, so a head never goes back. Nor does it leave a chain that does not hold the entry kept last: that is
    left for the verification to find, as is a file that somebody took away, exchanged or spoiled.

    Parameters
    ----------
    moved
        Per branch the head before the transaction, and after it.
    holds
        Says whether a branch's chain holds an entry now; asked only where another writer came between.

    Raises
    ------
    OSError
        When the file cannot be written.
    """
    with locked(path):
        try:
            kept = read_heads(path)
        except StoreError:
            return
        if kept is None or kept.store_id != store_id:
            return
        heads = dict(kept.heads)
        for branch_id, (before, after) in moved.items():
            head = heads.get(branch_id, Head())
            if head.seq < after.seq and (head in (before, Head()) or holds(branch_id, head)):
                heads[branch_id] = after
        if heads != kept.heads:
            _write(path, Kept(store_id, heads))


def put_head(path: Path, store_id: str, branch_id: str, head: Head) -> None:
    """Write down a head whatever was kept of the branch before; OSError where it cannot be written."""
    with locked(path):
        try:
            kept = read_heads(path)
        except StoreError:
            kept = None
        heads = kept.heads if kept is not None and kept.store_id == store_id else {}
        _write(path, Kept(store_id, {**heads, branch_id: head}))


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other threads and processes out of a file, by a lock on `<file>.lock`."""
    with path.with_name(f"{path.name}.lock").open("ab") as file:
        if sys.platform == "win32":
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield  # closing the file lets it go


def _write(path: Path, kept: Kept) -> None:
    branches = {name: {"seq": head.seq, "mac": head.mac} for name, head in sorted(kept.heads.items())}
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump({"store": kept.store_id, "branches": branches}, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":  # a folder cannot be opened there
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
