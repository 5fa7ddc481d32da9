"""Every rule the gate checks: what it says, and what to do about it."""

from dataclasses import dataclass

from gridmap.errors import N_, Severity


@dataclass(frozen=True)
class Rule:
    """One rule: templates with `{column}`, `{value}` and what the check adds; an error refuses the row, or the file."""

    key: str
    message: str
    remedy: str
    severity: Severity = "error"


RULES: tuple[Rule, ...] = (
    Rule(
        "ragged",
        N_("The row has {value} fields, the others have {width}."),
        N_("Look for a delimiter inside a text, and put the text in quotation marks."),
    ),
    Rule(
        "formula",
        N_("{column} is the formula {value}, and its result was not saved."),
        N_("Open the workbook, save it, or paste the values."),
    ),
    Rule("formula_error", N_("{column} holds the error {value}."), N_("Mend the formula, or write the value.")),
    Rule("not_geometry", N_("{column} is no geometry: {value}."), N_("Write it as WKT, longitude first: POINT (112.23 22.70).")),
    Rule("required", N_("{column} is empty."), N_("Fill it in.")),
    Rule("not_number", N_("{column} is no number: {value}."), N_("Write digits only, without units.")),
    Rule("not_integer", N_("{column} is no whole number: {value}."), N_("Write a whole number.")),
    Rule("out_of_range", N_("{column} is {value}, but must lie between {minimum} and {maximum}."), N_("Correct the number or its unit.")),
    Rule("not_date", N_("{column} is no date: {value}."), N_("Write it as 2026-10-31.")),
    Rule("ambiguous_date", N_("{column} can be read as day/month or month/day: {value}."), N_("Write it as 2026-10-31.")),
    Rule("not_month", N_("{column} is no month: {value}."), N_("Write it as 2026-10.")),
    Rule("in_future", N_("{column} lies in the future: {value}."), N_("Check the date."), "warning"),
    Rule("not_boolean", N_("{column} is neither yes nor no: {value}."), N_("Write yes or no.")),
    Rule("not_choice", N_("{column} is none of the choices: {value}."), N_("Write one of: {choices}.")),
    Rule("too_long", N_("{column} has {length} characters; {limit} are allowed."), N_("Shorten it.")),
    Rule("bad_character", N_("{column} holds a character that no text has."), N_("Export the file again.")),
    Rule("half_point", N_("{column} is empty, but the other half of the point is given."), N_("Give both halves or none.")),
    Rule(
        "zero_point",
        N_("The point is 0, 0, which lies in the sea; it is taken as missing."),
        N_("Leave the point empty where it is not known."),
        "warning",
    ),
    Rule("swapped", N_("Latitude and longitude are swapped: {value}."), N_("Put the latitude into the latitude column.")),
    Rule(
        "outside_branch",
        N_("The point {value} lies outside the branch."),
        N_("Check the point, its coordinate system, and whether the row belongs to another branch."),
    ),
    Rule("duplicate_key", N_("{column} {value} is already in row {first}, with other content."), N_("Keep one of the rows.")),
    Rule("repeat", N_("The row repeats row {first}."), N_("Take the repeat out.")),
    Rule("unknown_reference", N_("{column} {value} is not among the {table}."), N_("Import it first, or correct the code.")),
    # A file names people before they are imported; what they do is kept, and counts for them once they are known.
    Rule(
        "unknown_manager",
        N_("{column} {value} is not among the {table}."),
        N_("Import the managers too, or correct the code; until then it is shown by its code."),
        "warning",
    ),
    Rule("unknown_parent", N_("{column} {value} is not known."), N_("Import it too, or correct the code."), "warning"),
    Rule(
        "other_branch",
        N_("The row belongs to branch {value}, not to {branch}."),
        N_("Import it into its own branch, or leave the column out: --map branch_id=."),
    ),
    Rule("wrong_shape", N_("{column} is a {value}; a {shape} is needed."), N_("Choose the table that this file is for.")),
    Rule(
        "invalid_geometry",
        N_("{column} crosses itself or overlaps itself and was repaired: {value}."),
        N_("Compare the outline with its source."),
        "warning",
    ),
    Rule("empty_geometry", N_("{column} has no area or length left: {value}."), N_("Draw it again.")),
    # What concerns the whole file has no row.
    Rule("no_rows", N_("The file has no rows."), N_("Export it again, with its data.")),
    Rule(
        "missing_column",
        N_("There is no column for {column}."),
        N_("Say which column of the file it is (--map {column}=HEADER). The file has: {headers}."),
    ),
    Rule("unknown_header", N_("The file has no column {value}."), N_("The file has: {headers}.")),
    Rule("unknown_column", N_("The table has no column {value}."), N_("The table has: {columns}.")),
    Rule(
        "wrong_system",
        N_("This file looks {shift} m off, likely {likely}: {reason}"),
        N_("Choose {system} as the coordinate system of the file (--crs {system})."),
    ),
    Rule("mixed_systems", N_("The file mixes coordinate systems: {reason}"), N_("Split the file by where its points come from.")),
    Rule(
        "likely_system",
        N_("This file may be {shift} m off, perhaps {likely}: {reason}"),
        N_("If it is so, choose {system} as the coordinate system of the file (--crs {system})."),
        "warning",
    ),
    Rule(
        "swapped_columns", N_("Latitude and longitude are swapped in {count} rows."), N_("Import it with --map lat={lat} --map lon={lon}.")
    ),
    Rule("swapped_geometry", N_("The geometries have latitude first."), N_("Write longitude first: POINT (112.23 22.70).")),
    Rule("not_degrees", N_("{column} is not in degrees: {value}."), N_("Save it in WGS-84 (EPSG:4326), or leave it out.")),
    Rule("two_systems", N_("The file says {stated}, but {system} was asked for."), N_("Leave --crs out, or correct it.")),
    Rule(
        "unnamed",
        N_("{count} rows have no name; they were named after their code."),
        N_("Say which column of the file has the names (--map name=HEADER), or fill them in."),
        "warning",
    ),
    Rule(
        "made_codes",
        N_("{count} rows without {column} got one from their content."),
        N_("Give codes, so that later files can change these rows."),
        "warning",
    ),
    Rule(
        "other_choice",
        N_("{column}: {count} rows hold {kinds} texts that are none of the choices, such as {value}; they became other."),
        N_("Use one of: {choices}."),
        "warning",
    ),
    Rule("notice", N_("{value}"), N_("Nothing needs to be done if this is meant."), "warning"),
    Rule("more", N_("{count} more findings of this rule are in the reject file."), N_("Mend the first ones, then import again.")),
)


def rule(key: str) -> Rule:
    """Return the rule of that key; KeyError where there is none."""
    for each in RULES:
        if each.key == key:
            return each
    raise KeyError(key)
