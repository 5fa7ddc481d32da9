"""The apostrophe that keeps a spreadsheet from taking text for a formula or a number: written before it, taken off when read."""

# Excel, LibreOffice and WPS also take the full-width signs for the start of a formula.
SIGNS = "=+-@\t\r\uff1d\uff0b\uff0d\uff20"
# A text that already begins with apostrophes before such a sign gets one more, so that reading gives it back exactly.
OPEN = f"^('*[{SIGNS.replace('-', chr(92) + '-')}])"
GUARDED, UNGUARDED = OPEN.replace("^(", "^'("), "\\1"
GUARD = "'\\1"
# Codes that a spreadsheet takes for a number or a day, and writes back as another: 007, 445321100201 (as 4.45321E+11), 8841e12, 3-5.
NUMBERLIKE = r"^('*(?:0\d+|\d{12,}|\d+[eE][+-]?\d+|\d{1,4}[-/]\d{1,2}(?:[-/]\d{1,4})?))$"
GUARDED_CODE = NUMBERLIKE.replace("^(", "^'(")
