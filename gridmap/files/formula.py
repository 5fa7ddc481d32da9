"""The apostrophe that keeps a spreadsheet from taking text for a formula: written before it, taken off when read."""

# Excel, LibreOffice and WPS also take the full-width signs for the start of a formula.
SIGNS = "=+-@\t\r\uff1d\uff0b\uff0d\uff20"
# A text that already begins with apostrophes before such a sign gets one more, so that reading gives it back exactly.
OPEN = f"^('*[{SIGNS.replace('-', chr(92) + '-')}])"
GUARDED, UNGUARDED = OPEN.replace("^(", "^'("), "\\1"
GUARD = "'\\1"
