"""Look into zip archives without trusting a word they say; runs in the child process."""

import io
import zipfile
import zlib

from gridmap.errors import N_, FileError, say
from gridmap.files.parsed import Ask

_CHUNK = 2**20
# Below this much unpacked, a high ratio is an honest file of few words.
_SMALL = 8 * 2**20
_NESTED = (".zip", ".kmz", ".xlsx", ".jar", ".7z", ".rar", ".gz")


def open_archive(data: bytes, ask: Ask) -> zipfile.ZipFile:
    """Open an archive whose own statements are within the limits; members still have to be counted while they are read.

    Raises
    ------
    FileError
        When it is broken, encrypted, or claims too many members or bytes.
    """
    try:
        opened = zipfile.ZipFile(io.BytesIO(data))
        members = opened.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError) as error:
        raise FileError(say(N_("The archive is broken: {reason}"), reason=str(error)[:200])) from error
    if len(members) > ask.members:
        raise FileError(say(N_("The archive has {count} members; {limit} are allowed."), count=len(members), limit=ask.members))
    if any(member.flag_bits & 1 for member in members):
        raise FileError(say(N_("The archive is encrypted.")), remedy=say(N_("Save it without a password.")))
    unpacked = sum(member.file_size for member in members)
    _check_size(unpacked, len(data), ask)
    return opened


def read_member(opened: zipfile.ZipFile, name: str, ask: Ask, *, packed: int) -> bytes:
    """Unpack one member into memory, counting while it is read: what the directory says may be a lie.

    Raises
    ------
    FileError
        When it grows over the limits or is broken.
    """
    pieces, size = [], 0
    try:
        with opened.open(name) as member:
            while piece := member.read(_CHUNK):
                size += len(piece)
                _check_size(size, packed, ask)
                pieces.append(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise FileError(say(N_("The archive is broken: {reason}"), reason=str(error)[:200])) from error
    return b"".join(pieces)


def count_members(data: bytes, ask: Ask) -> zipfile.ZipFile:
    """Open an archive and count every byte of every member, so that a library may then read it."""
    opened = open_archive(data, ask)
    total = 0
    for member in opened.infolist():
        try:
            with opened.open(member) as stream:
                while piece := stream.read(_CHUNK):
                    total += len(piece)
                    _check_size(total, len(data), ask)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
            raise FileError(say(N_("The archive is broken: {reason}"), reason=str(error)[:200])) from error
    return opened


def recognise(data: bytes, ask: Ask) -> str:
    """Return the format an archive holds by its members' names; `zip` where it is one plain file."""
    names = [name.lower() for name in members(open_archive(data, ask))]
    if "[content_types].xml" in names:
        if "xl/workbook.xml" in names:
            return "xlsx"
        raise FileError(say(N_("This is an Office file, but not a workbook.")), remedy=say(N_("Save the table as .xlsx or CSV.")))
    if any(name.endswith(".shp") for name in names):
        return "shapefile"
    if any(name.endswith(".kml") for name in names):
        return "kml"
    return "zip"


def only_file(data: bytes, ask: Ask) -> tuple[str, bytes]:
    """Return the name and content of the one file in an archive.

    Raises
    ------
    FileError
        When it holds none, several, or another archive.
    """
    opened = open_archive(data, ask)
    names = members(opened)
    if len(names) != 1:
        raise FileError(
            say(N_("The archive holds {count} files, and none is a Shapefile or a KML."), count=len(names)),
            remedy=say(N_("Send one file at a time.")),
        )
    if names[0].lower().endswith(_NESTED):
        raise FileError(say(N_("The archive holds an archive ({name})."), name=names[0]), remedy=say(N_("Unpack it and send the files.")))
    return names[0], read_member(opened, names[0], ask, packed=len(data))


def members(opened: zipfile.ZipFile) -> list[str]:
    """Return the names of the files in an archive, without folders and what macOS adds."""
    return [
        member.filename
        for member in opened.infolist()
        if not member.is_dir() and "__macosx/" not in member.filename.lower() and not member.filename.endswith(".DS_Store")
    ]


def _check_size(unpacked: int, packed: int, ask: Ask) -> None:
    if unpacked > ask.unpacked_mb * 2**20:
        raise FileError(
            say(N_("Unpacked, the file is larger than {limit} MB."), limit=ask.unpacked_mb),
            remedy=say(N_("Save the table as CSV; for a workbook, keep only the sheet that is imported.")),
        )
    if unpacked > _SMALL and unpacked > packed * ask.ratio:
        raise FileError(
            say(N_("The archive unpacks to more than {limit} times its size."), limit=ask.ratio),
            remedy=say(N_("Save the table as CSV and send that.")),
        )
