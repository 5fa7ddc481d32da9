"""The groups of the layer picker, in order; the first ones are the families of the metrics."""

from gridmap.errors import N_

GROUPS = (
    ("filing", N_("Filing")),
    ("coverage", N_("Coverage")),
    ("competition", N_("Competition")),
    ("retention", N_("Retention")),
    ("revenue", N_("Revenue")),
    ("load", N_("Load")),
    ("field_work", N_("Field work")),
    ("ownership", N_("Ownership")),
    ("places", N_("Places")),
)
