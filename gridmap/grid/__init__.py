"""Points to cells, cells to outlines, neighbours and roll-up: H3 at one resolution, or one set of admin polygons."""

from gridmap.grid.borders import Borders
from gridmap.grid.corners import cell_vertices
from gridmap.grid.grid import Grid, areas_grid, cells_in, cells_touching, h3_grid, neighbour_pairs, place_on_cells, positions_of
from gridmap.grid.indexes import cell_index, parents, resolutions_of
from gridmap.grid.overlaps import expected_cells, overlaps
from gridmap.grid.polygons import points_in_polygons, polygon_area_km2, polygon_positions
from gridmap.grid.shapes import areas_km2, centres, outlines

__all__ = [
    "Borders",
    "Grid",
    "areas_grid",
    "areas_km2",
    "cell_index",
    "cell_vertices",
    "cells_in",
    "cells_touching",
    "centres",
    "expected_cells",
    "h3_grid",
    "neighbour_pairs",
    "outlines",
    "overlaps",
    "parents",
    "place_on_cells",
    "points_in_polygons",
    "polygon_area_km2",
    "polygon_positions",
    "positions_of",
    "resolutions_of",
]
