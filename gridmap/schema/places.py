"""Tables of where: branches, admin areas, parks, buildings, roads and waters."""

from gridmap.errors import N_
from gridmap.schema.column import BRANCH, Column, Table, named, point

ACCESS = ("covered", "extendable", "none")
PARK_KINDS = ("industrial", "logistics", "science", "market", "tourism", "other")

BRANCHES = Table(
    "branches",
    N_("Branches"),
    ("branch_id",),
    (
        Column("branch_id", "id", "Code of the branch.", required=True, headers=("id", "code", "分公司编码", "编码")),
        *named("branch"),
        Column("parent_id", "id", "Branch one level up.", headers=("parent", "上级")),
        Column("level", "choice", "Level in the company.", choices=("company", "province", "city", "county"), headers=("级别",)),
        Column("grid_kind", "choice", "What a cell is: an H3 hexagon or an admin polygon.", choices=("h3", "areas"), headers=("网格类型",)),
        Column("grid_resolution", "integer", "H3 resolution of the grid.", minimum=0, maximum=15, headers=("resolution", "分辨率")),
        Column("time_zone", "text", "IANA time zone; days are counted in it.", headers=("timezone", "tz", "时区")),
        Column("boundary", "geometry", "Outline of the branch.", headers=("geometry", "wkt", "边界")),
    ),
    shape="polygon",
)

AREAS = Table(
    "areas",
    N_("Towns and areas"),
    ("area_id",),
    (
        Column("area_id", "id", "Administrative code.", required=True, headers=("code", "adcode", "id", "ext_id", "区划代码", "编码")),
        *named("area"),
        BRANCH,
        Column("parent_id", "id", "Area one level up.", headers=("parent", "pid", "parent.adcode", "上级")),
        Column(
            "level", "choice", "Level of the area.", choices=("province", "city", "county", "town", "village"), headers=("级别", "deep")
        ),
        Column("population", "integer", "Residents.", minimum=0, unit="persons", headers=("人口",)),
        Column("geometry", "geometry", "Outline.", headers=("wkt", "boundary", "shape", "边界")),
    ),
    shape="polygon",
)

PARKS = Table(
    "parks",
    N_("Industrial parks"),
    ("park_id",),
    (
        Column("park_id", "id", "Code of the park.", required=True, headers=("id", "code", "园区编码", "comm_code")),
        *named("park"),
        BRANCH,
        Column("kind", "choice", "Kind of park.", choices=PARK_KINDS, headers=("类型", "class")),
        Column("status", "choice", "Planned or built.", choices=("planned", "built"), headers=("状态",)),
        Column("access", "choice", "Whether our network reaches it.", choices=ACCESS, headers=("接入", "资源覆盖")),
        Column("geometry", "geometry", "Outline.", required=True, headers=("wkt", "shape", "边界")),
    ),
    shape="polygon",
)

BUILDINGS = Table(
    "buildings",
    N_("Buildings"),
    ("building_id",),
    (
        Column("building_id", "id", "Code of the building.", required=True, headers=("id", "code", "楼宇编码")),
        *named("building"),
        BRANCH,
        Column("kind", "text", "Use of the building.", headers=("类型",)),
        Column("floors", "integer", "Floors above ground.", minimum=0, maximum=200, headers=("楼层数",)),
        Column("status", "choice", "Planned or built.", choices=("planned", "built"), headers=("状态",)),
        Column("access", "choice", "Whether our network reaches it.", choices=ACCESS, headers=("接入", "资源覆盖")),
        *point(required=True),
    ),
    shape="point",
    placed=True,
)

ROADS = Table(
    "roads",
    N_("Roads"),
    ("road_id",),
    (
        Column("road_id", "id", "Code of the road.", required=True, headers=("id", "code")),
        *named("road"),
        BRANCH,
        Column(
            "kind",
            "choice",
            "Class of the road.",
            choices=("motorway", "trunk", "primary", "secondary", "street", "railway"),
            headers=("等级",),
        ),
        Column("geometry", "geometry", "Course.", required=True, headers=("wkt", "shape")),
    ),
    shape="line",
)

WATERS = Table(
    "waters",
    N_("Rivers and lakes"),
    ("water_id",),
    (
        Column("water_id", "id", "Code of the water.", required=True, headers=("id", "code")),
        *named("water"),
        BRANCH,
        Column("kind", "choice", "River, lake or reservoir.", choices=("river", "lake", "reservoir"), headers=("类型",)),
        Column("geometry", "geometry", "Course or outline.", required=True, headers=("wkt", "shape")),
    ),
    shape="line",
)

TABLES = (BRANCHES, AREAS, PARKS, BUILDINGS, ROADS, WATERS)
