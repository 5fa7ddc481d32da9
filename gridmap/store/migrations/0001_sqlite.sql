CREATE TABLE areas (
  row_id INTEGER NOT NULL,
  area_id TEXT NOT NULL,
  name TEXT NOT NULL,
  name_en TEXT,
  branch_id TEXT NOT NULL,
  parent_id TEXT,
  level TEXT,
  population BIGINT,
  geometry TEXT,
  row_hash BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  recorded_from BIGINT NOT NULL,
  recorded_to BIGINT NOT NULL,
  import_id BIGINT NOT NULL,
  CONSTRAINT pk_areas PRIMARY KEY (row_id),
  CONSTRAINT ck_areas_area_id_length CHECK (length(area_id) <= 200),
  CONSTRAINT ck_areas_name_length CHECK (length(name) <= 200),
  CONSTRAINT ck_areas_name_en_length CHECK (length(name_en) <= 200),
  CONSTRAINT ck_areas_branch_id_length CHECK (length(branch_id) <= 200),
  CONSTRAINT ck_areas_parent_id_length CHECK (length(parent_id) <= 200),
  CONSTRAINT ck_areas_level_choice CHECK (level = 'province' OR level = 'city' OR level = 'county' OR level = 'town' OR level = 'village'),
  CONSTRAINT ck_areas_population_range CHECK (population >= 0),
  CONSTRAINT ck_areas_valid CHECK (0 <= valid_from AND valid_from < valid_to),
  CONSTRAINT ck_areas_recorded CHECK (recorded_from < recorded_to)
);

CREATE UNIQUE INDEX ux_areas_current ON areas (branch_id, area_id) WHERE recorded_to = 9223372036854775807 AND valid_to = 9223372036854775807;

CREATE UNIQUE INDEX ux_areas_earlier ON areas (branch_id, area_id, valid_from) WHERE recorded_to = 9223372036854775807 AND valid_to < 9223372036854775807;

CREATE TABLE bases (
  row_id INTEGER NOT NULL,
  base TEXT NOT NULL,
  org_id TEXT NOT NULL,
  branch_id TEXT NOT NULL,
  members BIGINT,
  revenue DOUBLE,
  row_hash BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  recorded_from BIGINT NOT NULL,
  recorded_to BIGINT NOT NULL,
  import_id BIGINT NOT NULL,
  CONSTRAINT pk_bases PRIMARY KEY (row_id),
  CONSTRAINT ck_bases_base_length CHECK (length(base) <= 200),
  CONSTRAINT ck_bases_org_id_length CHECK (length(org_id) <= 200),
  CONSTRAINT ck_bases_branch_id_length CHECK (length(branch_id) <= 200),
  CONSTRAINT ck_bases_members_range CHECK (members >= 0),
  CONSTRAINT ck_bases_valid CHECK (0 <= valid_from AND valid_from < valid_to),
  CONSTRAINT ck_bases_recorded CHECK (recorded_from < recorded_to)
);

CREATE UNIQUE INDEX ux_bases_current ON bases (branch_id, base, org_id) WHERE recorded_to = 9223372036854775807 AND valid_to = 9223372036854775807;

CREATE UNIQUE INDEX ux_bases_earlier ON bases (branch_id, base, org_id, valid_from) WHERE recorded_to = 9223372036854775807 AND valid_to < 9223372036854775807;

CREATE TABLE branches (
  row_id INTEGER NOT NULL,
  branch_id TEXT NOT NULL,
  name TEXT NOT NULL,
  name_en TEXT,
  parent_id TEXT,
  level TEXT,
  grid_kind TEXT,
  grid_resolution BIGINT,
  time_zone TEXT,
  boundary TEXT,
  row_hash BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  recorded_from BIGINT NOT NULL,
  recorded_to BIGINT NOT NULL,
  import_id BIGINT NOT NULL,
  CONSTRAINT pk_branches PRIMARY KEY (row_id),
  CONSTRAINT ck_branches_branch_id_length CHECK (length(branch_id) <= 200),
  CONSTRAINT ck_branches_name_length CHECK (length(name) <= 200),
  CONSTRAINT ck_branches_name_en_length CHECK (length(name_en) <= 200),
  CONSTRAINT ck_branches_parent_id_length CHECK (length(parent_id) <= 200),
  CONSTRAINT ck_branches_level_choice CHECK (level = 'company' OR level = 'province' OR level = 'city' OR level = 'county'),
  CONSTRAINT ck_branches_grid_kind_choice CHECK (grid_kind = 'h3' OR grid_kind = 'areas'),
  CONSTRAINT ck_branches_grid_resolution_range CHECK (grid_resolution >= 0 AND grid_resolution <= 15),
  CONSTRAINT ck_branches_time_zone_length CHECK (length(time_zone) <= 200),
  CONSTRAINT ck_branches_valid CHECK (0 <= valid_from AND valid_from < valid_to),
  CONSTRAINT ck_branches_recorded CHECK (recorded_from < recorded_to)
);

CREATE UNIQUE INDEX ux_branches_current ON branches (branch_id) WHERE recorded_to = 9223372036854775807 AND valid_to = 9223372036854775807;

CREATE UNIQUE INDEX ux_branches_earlier ON branches (branch_id, valid_from) WHERE recorded_to = 9223372036854775807 AND valid_to < 9223372036854775807;

CREATE TABLE buildings (
  row_id INTEGER NOT NULL,
  building_id TEXT NOT NULL,
  name TEXT NOT NULL,
  name_en TEXT,
  branch_id TEXT NOT NULL,
  kind TEXT,
  floors BIGINT,
  status TEXT,
  access TEXT,
  lat DOUBLE NOT NULL,
  lon DOUBLE NOT NULL,
  row_hash BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  recorded_from BIGINT NOT NULL,
  recorded_to BIGINT NOT NULL,
  import_id BIGINT NOT NULL,
  CONSTRAINT pk_buildings PRIMARY KEY (row_id),
  CONSTRAINT ck_buildings_building_id_length CHECK (length(building_id) <= 200),
  CONSTRAINT ck_buildings_name_length CHECK (length(name) <= 200),
  CONSTRAINT ck_buildings_name_en_length CHECK (length(name_en) <= 200),
  CONSTRAINT ck_buildings_branch_id_length CHECK (length(branch_id) <= 200),
  CONSTRAINT ck_buildings_kind_length CHECK (length(kind) <= 200),
  CONSTRAINT ck_buildings_floors_range CHECK (floors >= 0 AND floors <= 200),
  CONSTRAINT ck_buildings_status_choice CHECK (status = 'planned' OR status = 'built'),
  CONSTRAINT ck_buildings_access_choice CHECK (access = 'covered' OR access = 'extendable' OR access = 'none'),
  CONSTRAINT ck_buildings_lat_range CHECK (lat >= -90 AND lat <= 90),
  CONSTRAINT ck_buildings_lon_range CHECK (lon >= -180 AND lon <= 180),
  CONSTRAINT ck_buildings_valid CHECK (0 <= valid_from AND valid_from < valid_to),
  CONSTRAINT ck_buildings_recorded CHECK (recorded_from < recorded_to)
);

CREATE UNIQUE INDEX ux_buildings_current ON buildings (branch_id, building_id) WHERE recorded_to = 9223372036854775807 AND valid_to = 9223372036854775807;

CREATE UNIQUE INDEX ux_buildings_earlier ON buildings (branch_id, building_id, valid_from) WHERE recorded_to = 9223372036854775807 AND valid_to < 9223372036854775807;

CREATE TABLE contacts (
  row_id INTEGER NOT NULL,
  contact_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  branch_id TEXT NOT NULL,
  role TEXT,
  name TEXT NOT NULL,
  phone TEXT,
  row_hash BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  recorded_from BIGINT NOT NULL,
  recorded_to BIGINT NOT NULL,
  import_id BIGINT NOT NULL,
  CONSTRAINT pk_contacts PRIMARY KEY (row_id),
  CONSTRAINT ck_contacts_contact_id_length CHECK (length(contact_id) <= 200),
  CONSTRAINT ck_contacts_org_id_length CHECK (length(org_id) <= 200),
  CONSTRAINT ck_contacts_branch_id_length CHECK (length(branch_id) <= 200),
  CONSTRAINT ck_contacts_role_choice CHECK (role = 'decision_maker' OR role = 'contact' OR role = 'finance' OR role = 'technical' OR role = 'other'),
  CONSTRAINT ck_contacts_name_length CHECK (length(name) <= 200),
  CONSTRAINT ck_contacts_phone_length CHECK (length(phone) <= 30),
  CONSTRAINT ck_contacts_valid CHECK (0 <= valid_from AND valid_from < valid_to),
  CONSTRAINT ck_contacts_recorded CHECK (recorded_from < recorded_to)
);

CREATE UNIQUE INDEX ux_contacts_current ON contacts (branch_id, contact_id) WHERE recorded_to = 9223372036854775807 AND valid_to = 9223372036854775807;

CREATE UNIQUE INDEX ux_contacts_earlier ON contacts (branch_id, contact_id, valid_from) WHERE recorded_to = 9223372036854775807 AND valid_to < 9223372036854775807;

CREATE TABLE imports (
  import_id INTEGER NOT NULL,
  branch_id TEXT NOT NULL,
  table_name TEXT NOT NULL,
  person_id TEXT NOT NULL,
  who TEXT NOT NULL,
  recorded_us BIGINT NOT NULL,
  as_of DATE,
  file_name TEXT NOT NULL,
  file_sha256 TEXT NOT NULL,
  system TEXT NOT NULL,
  source TEXT NOT NULL,
  mapping TEXT NOT NULL,
  findings TEXT NOT NULL,
  new_rows BIGINT NOT NULL,
  changed_rows BIGINT NOT NULL,
  unchanged_rows BIGINT NOT NULL,
  new_version BOOLEAN NOT NULL,
  CONSTRAINT pk_imports PRIMARY KEY (import_id),
  CONSTRAINT ck_imports_new_version_boolean CHECK (new_version IN (0, 1))
);

CREATE INDEX ix_imports_branch_id_table_name_file_sha256 ON imports (branch_id, table_name, file_sha256);

CREATE TABLE managers (
  row_id INTEGER NOT NULL,
  manager_id TEXT NOT NULL,
  name TEXT NOT NULL,
  name_en TEXT,
  branch_id TEXT NOT NULL,
  role TEXT NOT NULL,
  lat DOUBLE,
  lon DOUBLE,
  capacity_accounts BIGINT,
  fte DOUBLE,
  hours_per_day DOUBLE,
  other_hours_per_week DOUBLE,
  working_days TEXT,
  active_from DATE,
  active_to DATE,
  row_hash BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  recorded_from BIGINT NOT NULL,
  recorded_to BIGINT NOT NULL,
  import_id BIGINT NOT NULL,
  CONSTRAINT pk_managers PRIMARY KEY (row_id),
  CONSTRAINT ck_managers_manager_id_length CHECK (length(manager_id) <= 200),
  CONSTRAINT ck_managers_name_length CHECK (length(name) <= 200),
  CONSTRAINT ck_managers_name_en_length CHECK (length(name_en) <= 200),
  CONSTRAINT ck_managers_branch_id_length CHECK (length(branch_id) <= 200),
  CONSTRAINT ck_managers_role_choice CHECK (role = 'account' OR role = 'community' OR role = 'chief' OR role = 'leader'),
  CONSTRAINT ck_managers_lat_range CHECK (lat >= -90 AND lat <= 90),
  CONSTRAINT ck_managers_lon_range CHECK (lon >= -180 AND lon <= 180),
  CONSTRAINT ck_managers_capacity_accounts_range CHECK (capacity_accounts >= 0),
  CONSTRAINT ck_managers_fte_range CHECK (fte >= 0 AND fte <= 1),
  CONSTRAINT ck_managers_hours_per_day_range CHECK (hours_per_day >= 0 AND hours_per_day <= 24),
  CONSTRAINT ck_managers_other_hours_per_week_range CHECK (other_hours_per_week >= 0 AND other_hours_per_week <= 100),
  CONSTRAINT ck_managers_working_days_length CHECK (length(working_days) <= 7),
  CONSTRAINT ck_managers_valid CHECK (0 <= valid_from AND valid_from < valid_to),
  CONSTRAINT ck_managers_recorded CHECK (recorded_from < recorded_to)
);

CREATE UNIQUE INDEX ux_managers_current ON managers (branch_id, manager_id) WHERE recorded_to = 9223372036854775807 AND valid_to = 9223372036854775807;

CREATE UNIQUE INDEX ux_managers_earlier ON managers (branch_id, manager_id, valid_from) WHERE recorded_to = 9223372036854775807 AND valid_to < 9223372036854775807;

CREATE TABLE mappings (
  table_name TEXT NOT NULL,
  source TEXT NOT NULL,
  mapping TEXT NOT NULL,
  who TEXT NOT NULL,
  recorded_us BIGINT NOT NULL,
  CONSTRAINT pk_mappings PRIMARY KEY (table_name, source)
);

CREATE TABLE org_months (
  row_id INTEGER NOT NULL,
  org_id TEXT NOT NULL,
  branch_id TEXT NOT NULL,
  month TEXT NOT NULL,
  members BIGINT,
  revenue DOUBLE,
  information_revenue DOUBLE,
  arrears DOUBLE,
  row_hash BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  recorded_from BIGINT NOT NULL,
  recorded_to BIGINT NOT NULL,
  import_id BIGINT NOT NULL,
  CONSTRAINT pk_org_months PRIMARY KEY (row_id),
  CONSTRAINT ck_org_months_org_id_length CHECK (length(org_id) <= 200),
  CONSTRAINT ck_org_months_branch_id_length CHECK (length(branch_id) <= 200),
  CONSTRAINT ck_org_months_month_month CHECK (length(month) = 7),
  CONSTRAINT ck_org_months_members_range CHECK (members >= 0),
  CONSTRAINT ck_org_months_valid CHECK (0 <= valid_from AND valid_from < valid_to),
  CONSTRAINT ck_org_months_recorded CHECK (recorded_from < recorded_to)
);

CREATE UNIQUE INDEX ux_org_months_current ON org_months (branch_id, org_id, month) WHERE recorded_to = 9223372036854775807 AND valid_to = 9223372036854775807;

CREATE UNIQUE INDEX ux_org_months_earlier ON org_months (branch_id, org_id, month, valid_from) WHERE recorded_to = 9223372036854775807 AND valid_to < 9223372036854775807;

CREATE TABLE organisations (
  row_id INTEGER NOT NULL,
  org_id TEXT NOT NULL,
  name TEXT NOT NULL,
  name_en TEXT,
  credit_code TEXT,
  branch_id TEXT NOT NULL,
  parent_id TEXT,
  stage TEXT,
  opened_on DATE,
  joined_on DATE,
  filed_on DATE,
  lost_on DATE,
  closed_on DATE,
  verified_on DATE,
  tier TEXT,
  tier_reason TEXT,
  trade TEXT,
  lat DOUBLE,
  lon DOUBLE,
  precision TEXT,
  address TEXT,
  street TEXT,
  building TEXT,
  floor TEXT,
  room TEXT,
  opening_hours TEXT,
  employees BIGINT,
  lines_known BIGINT,
  surveyed_on DATE,
  our_lines BIGINT,
  licence_until DATE,
  agreement TEXT,
  roster_members BIGINT,
  roster_checked BIGINT,
  roster_passed BIGINT,
  decision_maker BOOLEAN,
  key_contact BOOLEAN,
  services BIGINT,
  contract_end DATE,
  unified_payment BOOLEAN,
  prepaid_until DATE,
  relationship BIGINT,
  core BOOLEAN,
  source TEXT,
  row_hash BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  recorded_from BIGINT NOT NULL,
  recorded_to BIGINT NOT NULL,
  import_id BIGINT NOT NULL,
  CONSTRAINT pk_organisations PRIMARY KEY (row_id),
  CONSTRAINT ck_organisations_org_id_length CHECK (length(org_id) <= 200),
  CONSTRAINT ck_organisations_name_length CHECK (length(name) <= 200),
  CONSTRAINT ck_organisations_name_en_length CHECK (length(name_en) <= 200),
  CONSTRAINT ck_organisations_credit_code_length CHECK (length(credit_code) <= 18),
  CONSTRAINT ck_organisations_branch_id_length CHECK (length(branch_id) <= 200),
  CONSTRAINT ck_organisations_parent_id_length CHECK (length(parent_id) <= 200),
  CONSTRAINT ck_organisations_stage_choice CHECK (stage = 'prospect' OR stage = 'account' OR stage = 'lost' OR stage = 'closed'),
  CONSTRAINT ck_organisations_tier_choice CHECK (tier = 'A' OR tier = 'B' OR tier = 'C' OR tier = 'M'),
  CONSTRAINT ck_organisations_tier_reason_choice CHECK (tier_reason = 'lines' OR tier_reason = 'spend' OR tier_reason = 'trade' OR tier_reason = 'named'),
  CONSTRAINT ck_organisations_trade_choice CHECK (trade = 'government' OR trade = 'education' OR trade = 'health' OR trade = 'finance' OR trade = 'media' OR trade = 'manufacturing' OR trade = 'kitchenware' OR trade = 'feed' OR trade = 'preserved_fruit' OR trade = 'hardware' OR trade = 'construction' OR trade = 'logistics' OR trade = 'wholesale' OR trade = 'retail' OR trade = 'catering' OR trade = 'hotel' OR trade = 'tourism' OR trade = 'services' OR trade = 'agriculture' OR trade = 'other'),
  CONSTRAINT ck_organisations_lat_range CHECK (lat >= -90 AND lat <= 90),
  CONSTRAINT ck_organisations_lon_range CHECK (lon >= -180 AND lon <= 180),
  CONSTRAINT ck_organisations_precision_choice CHECK (precision = 'door' OR precision = 'building' OR precision = 'street' OR precision = 'village' OR precision = 'town'),
  CONSTRAINT ck_organisations_address_length CHECK (length(address) <= 400),
  CONSTRAINT ck_organisations_street_length CHECK (length(street) <= 200),
  CONSTRAINT ck_organisations_building_length CHECK (length(building) <= 200),
  CONSTRAINT ck_organisations_floor_length CHECK (length(floor) <= 20),
  CONSTRAINT ck_organisations_room_length CHECK (length(room) <= 40),
  CONSTRAINT ck_organisations_opening_hours_length CHECK (length(opening_hours) <= 200),
  CONSTRAINT ck_organisations_employees_range CHECK (employees >= 0 AND employees <= 2e+06),
  CONSTRAINT ck_organisations_lines_known_range CHECK (lines_known >= 0 AND lines_known <= 2e+06),
  CONSTRAINT ck_organisations_our_lines_range CHECK (our_lines >= 0 AND our_lines <= 2e+06),
  CONSTRAINT ck_organisations_agreement_choice CHECK (agreement = 'none' OR agreement = 'expired' OR agreement = 'expiring' OR agreement = 'signed'),
  CONSTRAINT ck_organisations_roster_members_range CHECK (roster_members >= 0),
  CONSTRAINT ck_organisations_roster_checked_range CHECK (roster_checked >= 0),
  CONSTRAINT ck_organisations_roster_passed_range CHECK (roster_passed >= 0),
  CONSTRAINT ck_organisations_services_range CHECK (services >= 0 AND services <= 99),
  CONSTRAINT ck_organisations_relationship_range CHECK (relationship >= 0 AND relationship <= 3),
  CONSTRAINT ck_organisations_source_length CHECK (length(source) <= 200),
  CONSTRAINT ck_organisations_valid CHECK (0 <= valid_from AND valid_from < valid_to),
  CONSTRAINT ck_organisations_recorded CHECK (recorded_from < recorded_to),
  CONSTRAINT ck_organisations_decision_maker_boolean CHECK (decision_maker IN (0, 1)),
  CONSTRAINT ck_organisations_key_contact_boolean CHECK (key_contact IN (0, 1)),
  CONSTRAINT ck_organisations_unified_payment_boolean CHECK (unified_payment IN (0, 1)),
  CONSTRAINT ck_organisations_core_boolean CHECK (core IN (0, 1))
);

CREATE UNIQUE INDEX ux_organisations_current ON organisations (branch_id, org_id) WHERE recorded_to = 9223372036854775807 AND valid_to = 9223372036854775807;

CREATE UNIQUE INDEX ux_organisations_earlier ON organisations (branch_id, org_id, valid_from) WHERE recorded_to = 9223372036854775807 AND valid_to < 9223372036854775807;

CREATE TABLE parks (
  row_id INTEGER NOT NULL,
  park_id TEXT NOT NULL,
  name TEXT NOT NULL,
  name_en TEXT,
  branch_id TEXT NOT NULL,
  kind TEXT,
  status TEXT,
  access TEXT,
  geometry TEXT NOT NULL,
  row_hash BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  recorded_from BIGINT NOT NULL,
  recorded_to BIGINT NOT NULL,
  import_id BIGINT NOT NULL,
  CONSTRAINT pk_parks PRIMARY KEY (row_id),
  CONSTRAINT ck_parks_park_id_length CHECK (length(park_id) <= 200),
  CONSTRAINT ck_parks_name_length CHECK (length(name) <= 200),
  CONSTRAINT ck_parks_name_en_length CHECK (length(name_en) <= 200),
  CONSTRAINT ck_parks_branch_id_length CHECK (length(branch_id) <= 200),
  CONSTRAINT ck_parks_kind_choice CHECK (kind = 'industrial' OR kind = 'logistics' OR kind = 'science' OR kind = 'market' OR kind = 'tourism' OR kind = 'other'),
  CONSTRAINT ck_parks_status_choice CHECK (status = 'planned' OR status = 'built'),
  CONSTRAINT ck_parks_access_choice CHECK (access = 'covered' OR access = 'extendable' OR access = 'none'),
  CONSTRAINT ck_parks_valid CHECK (0 <= valid_from AND valid_from < valid_to),
  CONSTRAINT ck_parks_recorded CHECK (recorded_from < recorded_to)
);

CREATE UNIQUE INDEX ux_parks_current ON parks (branch_id, park_id) WHERE recorded_to = 9223372036854775807 AND valid_to = 9223372036854775807;

CREATE UNIQUE INDEX ux_parks_earlier ON parks (branch_id, park_id, valid_from) WHERE recorded_to = 9223372036854775807 AND valid_to < 9223372036854775807;

CREATE TABLE people (
  row_id INTEGER NOT NULL,
  person_id TEXT NOT NULL,
  login TEXT NOT NULL,
  name TEXT NOT NULL,
  name_en TEXT,
  role TEXT NOT NULL,
  branches TEXT NOT NULL,
  branch_id TEXT NOT NULL,
  manager_id TEXT,
  language TEXT,
  row_hash BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  recorded_from BIGINT NOT NULL,
  recorded_to BIGINT NOT NULL,
  import_id BIGINT NOT NULL,
  CONSTRAINT pk_people PRIMARY KEY (row_id),
  CONSTRAINT ck_people_person_id_length CHECK (length(person_id) <= 200),
  CONSTRAINT ck_people_login_length CHECK (length(login) <= 200),
  CONSTRAINT ck_people_name_length CHECK (length(name) <= 200),
  CONSTRAINT ck_people_name_en_length CHECK (length(name_en) <= 200),
  CONSTRAINT ck_people_role_choice CHECK (role = 'executive' OR role = 'branch_manager' OR role = 'account_manager' OR role = 'community_manager' OR role = 'chief' OR role = 'planner' OR role = 'administrator'),
  CONSTRAINT ck_people_branches_length CHECK (length(branches) <= 200),
  CONSTRAINT ck_people_branch_id_length CHECK (length(branch_id) <= 200),
  CONSTRAINT ck_people_manager_id_length CHECK (length(manager_id) <= 200),
  CONSTRAINT ck_people_language_choice CHECK (language = 'en' OR language = 'zh_CN'),
  CONSTRAINT ck_people_valid CHECK (0 <= valid_from AND valid_from < valid_to),
  CONSTRAINT ck_people_recorded CHECK (recorded_from < recorded_to)
);

CREATE UNIQUE INDEX ux_people_current ON people (person_id) WHERE recorded_to = 9223372036854775807 AND valid_to = 9223372036854775807;

CREATE UNIQUE INDEX ux_people_earlier ON people (person_id, valid_from) WHERE recorded_to = 9223372036854775807 AND valid_to < 9223372036854775807;

CREATE UNIQUE INDEX ux_people_login ON people (login) WHERE recorded_to = 9223372036854775807 AND valid_to = 9223372036854775807;

CREATE TABLE roads (
  row_id INTEGER NOT NULL,
  road_id TEXT NOT NULL,
  name TEXT NOT NULL,
  name_en TEXT,
  branch_id TEXT NOT NULL,
  kind TEXT,
  geometry TEXT NOT NULL,
  row_hash BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  recorded_from BIGINT NOT NULL,
  recorded_to BIGINT NOT NULL,
  import_id BIGINT NOT NULL,
  CONSTRAINT pk_roads PRIMARY KEY (row_id),
  CONSTRAINT ck_roads_road_id_length CHECK (length(road_id) <= 200),
  CONSTRAINT ck_roads_name_length CHECK (length(name) <= 200),
  CONSTRAINT ck_roads_name_en_length CHECK (length(name_en) <= 200),
  CONSTRAINT ck_roads_branch_id_length CHECK (length(branch_id) <= 200),
  CONSTRAINT ck_roads_kind_choice CHECK (kind = 'motorway' OR kind = 'trunk' OR kind = 'primary' OR kind = 'secondary' OR kind = 'street' OR kind = 'railway'),
  CONSTRAINT ck_roads_valid CHECK (0 <= valid_from AND valid_from < valid_to),
  CONSTRAINT ck_roads_recorded CHECK (recorded_from < recorded_to)
);

CREATE UNIQUE INDEX ux_roads_current ON roads (branch_id, road_id) WHERE recorded_to = 9223372036854775807 AND valid_to = 9223372036854775807;

CREATE UNIQUE INDEX ux_roads_earlier ON roads (branch_id, road_id, valid_from) WHERE recorded_to = 9223372036854775807 AND valid_to < 9223372036854775807;

CREATE TABLE store (
  store_id TEXT NOT NULL,
  created_us BIGINT NOT NULL,
  CONSTRAINT pk_store PRIMARY KEY (store_id)
);

CREATE TABLE surveys (
  row_id INTEGER NOT NULL,
  survey_id TEXT NOT NULL,
  branch_id TEXT NOT NULL,
  cell TEXT,
  park_id TEXT,
  surveyed_on DATE NOT NULL,
  manager_id TEXT,
  doors BIGINT,
  row_hash BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  recorded_from BIGINT NOT NULL,
  recorded_to BIGINT NOT NULL,
  import_id BIGINT NOT NULL,
  CONSTRAINT pk_surveys PRIMARY KEY (row_id),
  CONSTRAINT ck_surveys_survey_id_length CHECK (length(survey_id) <= 200),
  CONSTRAINT ck_surveys_branch_id_length CHECK (length(branch_id) <= 200),
  CONSTRAINT ck_surveys_cell_length CHECK (length(cell) <= 200),
  CONSTRAINT ck_surveys_park_id_length CHECK (length(park_id) <= 200),
  CONSTRAINT ck_surveys_manager_id_length CHECK (length(manager_id) <= 200),
  CONSTRAINT ck_surveys_doors_range CHECK (doors >= 0),
  CONSTRAINT ck_surveys_valid CHECK (0 <= valid_from AND valid_from < valid_to),
  CONSTRAINT ck_surveys_recorded CHECK (recorded_from < recorded_to)
);

CREATE UNIQUE INDEX ux_surveys_current ON surveys (branch_id, survey_id) WHERE recorded_to = 9223372036854775807 AND valid_to = 9223372036854775807;

CREATE UNIQUE INDEX ux_surveys_earlier ON surveys (branch_id, survey_id, valid_from) WHERE recorded_to = 9223372036854775807 AND valid_to < 9223372036854775807;

CREATE TABLE targets (
  row_id INTEGER NOT NULL,
  branch_id TEXT NOT NULL,
  level TEXT NOT NULL,
  subject TEXT NOT NULL,
  metric TEXT NOT NULL,
  tier TEXT NOT NULL,
  period TEXT NOT NULL,
  value DOUBLE NOT NULL,
  row_hash BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  recorded_from BIGINT NOT NULL,
  recorded_to BIGINT NOT NULL,
  import_id BIGINT NOT NULL,
  CONSTRAINT pk_targets PRIMARY KEY (row_id),
  CONSTRAINT ck_targets_branch_id_length CHECK (length(branch_id) <= 200),
  CONSTRAINT ck_targets_level_choice CHECK (level = 'branch' OR level = 'town' OR level = 'manager'),
  CONSTRAINT ck_targets_subject_length CHECK (length(subject) <= 200),
  CONSTRAINT ck_targets_metric_length CHECK (length(metric) <= 200),
  CONSTRAINT ck_targets_tier_choice CHECK (tier = 'A' OR tier = 'B' OR tier = 'C' OR tier = 'M' OR tier = ''),
  CONSTRAINT ck_targets_period_length CHECK (length(period) <= 200),
  CONSTRAINT ck_targets_valid CHECK (0 <= valid_from AND valid_from < valid_to),
  CONSTRAINT ck_targets_recorded CHECK (recorded_from < recorded_to)
);

CREATE UNIQUE INDEX ux_targets_current ON targets (branch_id, level, subject, metric, tier, period) WHERE recorded_to = 9223372036854775807 AND valid_to = 9223372036854775807;

CREATE UNIQUE INDEX ux_targets_earlier ON targets (branch_id, level, subject, metric, tier, period, valid_from) WHERE recorded_to = 9223372036854775807 AND valid_to < 9223372036854775807;

CREATE TABLE tasks (
  row_id INTEGER NOT NULL,
  task_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  branch_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  due_on DATE NOT NULL,
  assigned_to TEXT,
  state TEXT,
  done_on DATE,
  outcome TEXT,
  row_hash BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  recorded_from BIGINT NOT NULL,
  recorded_to BIGINT NOT NULL,
  import_id BIGINT NOT NULL,
  CONSTRAINT pk_tasks PRIMARY KEY (row_id),
  CONSTRAINT ck_tasks_task_id_length CHECK (length(task_id) <= 200),
  CONSTRAINT ck_tasks_org_id_length CHECK (length(org_id) <= 200),
  CONSTRAINT ck_tasks_branch_id_length CHECK (length(branch_id) <= 200),
  CONSTRAINT ck_tasks_kind_choice CHECK (kind = 'warning' OR kind = 'expiry' OR kind = 'call' OR kind = 'check' OR kind = 'follow_up' OR kind = 'supervised'),
  CONSTRAINT ck_tasks_assigned_to_length CHECK (length(assigned_to) <= 200),
  CONSTRAINT ck_tasks_state_choice CHECK (state = 'open' OR state = 'done' OR state = 'void'),
  CONSTRAINT ck_tasks_outcome_length CHECK (length(outcome) <= 200),
  CONSTRAINT ck_tasks_valid CHECK (0 <= valid_from AND valid_from < valid_to),
  CONSTRAINT ck_tasks_recorded CHECK (recorded_from < recorded_to)
);

CREATE UNIQUE INDEX ux_tasks_current ON tasks (branch_id, task_id) WHERE recorded_to = 9223372036854775807 AND valid_to = 9223372036854775807;

CREATE UNIQUE INDEX ux_tasks_earlier ON tasks (branch_id, task_id, valid_from) WHERE recorded_to = 9223372036854775807 AND valid_to < 9223372036854775807;

CREATE TABLE versions (
  branch_id TEXT NOT NULL,
  import_id BIGINT NOT NULL,
  change_id BIGINT NOT NULL,
  visit_no BIGINT NOT NULL,
  recorded_us BIGINT NOT NULL,
  CONSTRAINT pk_versions PRIMARY KEY (branch_id)
);

CREATE TABLE visits (
  row_id INTEGER NOT NULL,
  visit_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  branch_id TEXT NOT NULL,
  manager_id TEXT NOT NULL,
  visited_at BIGINT NOT NULL,
  kind TEXT,
  outcome TEXT NOT NULL,
  note TEXT,
  lat DOUBLE,
  lon DOUBLE,
  next_due DATE,
  row_hash BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  recorded_from BIGINT NOT NULL,
  recorded_to BIGINT NOT NULL,
  import_id BIGINT NOT NULL,
  CONSTRAINT pk_visits PRIMARY KEY (row_id),
  CONSTRAINT ck_visits_visit_id_length CHECK (length(visit_id) <= 200),
  CONSTRAINT ck_visits_org_id_length CHECK (length(org_id) <= 200),
  CONSTRAINT ck_visits_branch_id_length CHECK (length(branch_id) <= 200),
  CONSTRAINT ck_visits_manager_id_length CHECK (length(manager_id) <= 200),
  CONSTRAINT ck_visits_kind_choice CHECK (kind = 'visit' OR kind = 'sweep' OR kind = 'on_site' OR kind = 'call'),
  CONSTRAINT ck_visits_outcome_choice CHECK (outcome = 'met' OR outcome = 'staff_only' OR outcome = 'not_in' OR outcome = 'refused' OR outcome = 'moved' OR outcome = 'closed' OR outcome = 'filed'),
  CONSTRAINT ck_visits_note_length CHECK (length(note) <= 2000),
  CONSTRAINT ck_visits_lat_range CHECK (lat >= -90 AND lat <= 90),
  CONSTRAINT ck_visits_lon_range CHECK (lon >= -180 AND lon <= 180),
  CONSTRAINT ck_visits_valid CHECK (0 <= valid_from AND valid_from < valid_to),
  CONSTRAINT ck_visits_recorded CHECK (recorded_from < recorded_to)
);

CREATE UNIQUE INDEX ux_visits_current ON visits (branch_id, visit_id) WHERE recorded_to = 9223372036854775807 AND valid_to = 9223372036854775807;

CREATE UNIQUE INDEX ux_visits_earlier ON visits (branch_id, visit_id, valid_from) WHERE recorded_to = 9223372036854775807 AND valid_to < 9223372036854775807;

CREATE TABLE waters (
  row_id INTEGER NOT NULL,
  water_id TEXT NOT NULL,
  name TEXT NOT NULL,
  name_en TEXT,
  branch_id TEXT NOT NULL,
  kind TEXT,
  geometry TEXT NOT NULL,
  row_hash BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  recorded_from BIGINT NOT NULL,
  recorded_to BIGINT NOT NULL,
  import_id BIGINT NOT NULL,
  CONSTRAINT pk_waters PRIMARY KEY (row_id),
  CONSTRAINT ck_waters_water_id_length CHECK (length(water_id) <= 200),
  CONSTRAINT ck_waters_name_length CHECK (length(name) <= 200),
  CONSTRAINT ck_waters_name_en_length CHECK (length(name_en) <= 200),
  CONSTRAINT ck_waters_branch_id_length CHECK (length(branch_id) <= 200),
  CONSTRAINT ck_waters_kind_choice CHECK (kind = 'river' OR kind = 'lake' OR kind = 'reservoir'),
  CONSTRAINT ck_waters_valid CHECK (0 <= valid_from AND valid_from < valid_to),
  CONSTRAINT ck_waters_recorded CHECK (recorded_from < recorded_to)
);

CREATE UNIQUE INDEX ux_waters_current ON waters (branch_id, water_id) WHERE recorded_to = 9223372036854775807 AND valid_to = 9223372036854775807;

CREATE UNIQUE INDEX ux_waters_earlier ON waters (branch_id, water_id, valid_from) WHERE recorded_to = 9223372036854775807 AND valid_to < 9223372036854775807;

CREATE TABLE wins (
  row_id INTEGER NOT NULL,
  win_id TEXT NOT NULL,
  org_id TEXT,
  branch_id TEXT NOT NULL,
  happened_on DATE NOT NULL,
  competitor TEXT NOT NULL,
  lines_lost BIGINT NOT NULL,
  our_number TEXT,
  step TEXT,
  reason TEXT,
  intent BOOLEAN,
  verified BOOLEAN,
  lat DOUBLE,
  lon DOUBLE,
  row_hash BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  recorded_from BIGINT NOT NULL,
  recorded_to BIGINT NOT NULL,
  import_id BIGINT NOT NULL,
  CONSTRAINT pk_wins PRIMARY KEY (row_id),
  CONSTRAINT ck_wins_win_id_length CHECK (length(win_id) <= 200),
  CONSTRAINT ck_wins_org_id_length CHECK (length(org_id) <= 200),
  CONSTRAINT ck_wins_branch_id_length CHECK (length(branch_id) <= 200),
  CONSTRAINT ck_wins_competitor_length CHECK (length(competitor) <= 200),
  CONSTRAINT ck_wins_lines_lost_range CHECK (lines_lost >= 0),
  CONSTRAINT ck_wins_our_number_choice CHECK (our_number = 'second_kept' OR our_number = 'given_up' OR our_number = 'ported' OR our_number = 'unknown'),
  CONSTRAINT ck_wins_step_choice CHECK (step = 'approached' OR step = 'offer' OR step = 'intent' OR step = 'lost'),
  CONSTRAINT ck_wins_reason_choice CHECK (reason = 'price' OR reason = 'one_bill' OR reason = 'bundle' OR reason = 'network' OR reason = 'service' OR reason = 'relationship' OR reason = 'other'),
  CONSTRAINT ck_wins_lat_range CHECK (lat >= -90 AND lat <= 90),
  CONSTRAINT ck_wins_lon_range CHECK (lon >= -180 AND lon <= 180),
  CONSTRAINT ck_wins_valid CHECK (0 <= valid_from AND valid_from < valid_to),
  CONSTRAINT ck_wins_recorded CHECK (recorded_from < recorded_to),
  CONSTRAINT ck_wins_intent_boolean CHECK (intent IN (0, 1)),
  CONSTRAINT ck_wins_verified_boolean CHECK (verified IN (0, 1))
);

CREATE UNIQUE INDEX ux_wins_current ON wins (branch_id, win_id) WHERE recorded_to = 9223372036854775807 AND valid_to = 9223372036854775807;

CREATE UNIQUE INDEX ux_wins_earlier ON wins (branch_id, win_id, valid_from) WHERE recorded_to = 9223372036854775807 AND valid_to < 9223372036854775807;

CREATE TABLE changes (
  change_id INTEGER NOT NULL,
  branch_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  person_id TEXT NOT NULL,
  who TEXT NOT NULL,
  why TEXT NOT NULL,
  recorded_us BIGINT NOT NULL,
  import_id BIGINT,
  CONSTRAINT pk_changes PRIMARY KEY (change_id),
  CONSTRAINT fk_changes_import_id FOREIGN KEY(import_id) REFERENCES imports (import_id)
);

CREATE UNIQUE INDEX ix_changes_branch_id_recorded_us ON changes (branch_id, recorded_us);

CREATE TABLE duplicates (
  row_id INTEGER NOT NULL,
  branch_id TEXT NOT NULL,
  org_id_a TEXT NOT NULL,
  org_id_b TEXT NOT NULL,
  decision TEXT NOT NULL,
  kept TEXT,
  person_id TEXT NOT NULL,
  who TEXT NOT NULL,
  why TEXT NOT NULL,
  recorded_from BIGINT NOT NULL,
  recorded_to BIGINT NOT NULL,
  import_id BIGINT NOT NULL,
  CONSTRAINT pk_duplicates PRIMARY KEY (row_id),
  CONSTRAINT ck_duplicates_recorded CHECK (recorded_from < recorded_to),
  CONSTRAINT ck_duplicates_ordered CHECK (org_id_a < org_id_b),
  CONSTRAINT ck_duplicates_decision_choice CHECK (decision = 'merge' OR decision = 'apart' OR decision = 'open'),
  CONSTRAINT ck_duplicates_kept_when_merged CHECK ((decision = 'merge') = (kept IS NOT NULL)),
  CONSTRAINT fk_duplicates_import_id FOREIGN KEY(import_id) REFERENCES imports (import_id)
);

CREATE UNIQUE INDEX ux_duplicates_pair ON duplicates (branch_id, org_id_a, org_id_b) WHERE recorded_to = 9223372036854775807;

CREATE TABLE ledger (
  row_id INTEGER NOT NULL,
  branch_id TEXT NOT NULL,
  layer TEXT NOT NULL,
  subject TEXT NOT NULL,
  owner TEXT,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  recorded_from BIGINT NOT NULL,
  recorded_to BIGINT NOT NULL,
  change_id BIGINT NOT NULL,
  CONSTRAINT pk_ledger PRIMARY KEY (row_id),
  CONSTRAINT ck_ledger_valid CHECK (0 <= valid_from AND valid_from < valid_to),
  CONSTRAINT ck_ledger_recorded CHECK (recorded_from < recorded_to),
  CONSTRAINT ck_ledger_layer_choice CHECK (layer = 'cell' OR layer = 'holder' OR layer = 'sponsor'),
  CONSTRAINT ck_ledger_named CHECK (subject <> '' AND owner <> ''),
  CONSTRAINT fk_ledger_change_id FOREIGN KEY(change_id) REFERENCES changes (change_id)
);

CREATE UNIQUE INDEX ix_ledger_branch_id_layer_subject_recorded_to_valid_from ON ledger (branch_id, layer, subject, recorded_to, valid_from);

CREATE INDEX ix_ledger_change_id ON ledger (change_id);

CREATE TABLE subject_versions (
  branch_id TEXT NOT NULL,
  layer TEXT NOT NULL,
  subject TEXT NOT NULL,
  version BIGINT NOT NULL,
  change_id BIGINT NOT NULL,
  CONSTRAINT pk_subject_versions PRIMARY KEY (branch_id, layer, subject),
  CONSTRAINT fk_subject_versions_change_id FOREIGN KEY(change_id) REFERENCES changes (change_id)
);

CREATE TRIGGER tr_ledger_only_close BEFORE UPDATE ON ledger
WHEN NOT (OLD.recorded_to = 9223372036854775807 AND NEW.recorded_to < 9223372036854775807 AND OLD.recorded_from < NEW.recorded_to) OR OLD.row_id IS NOT NEW.row_id OR OLD.branch_id IS NOT NEW.branch_id OR OLD.layer IS NOT NEW.layer OR OLD.subject IS NOT NEW.subject OR OLD.owner IS NOT NEW.owner OR OLD.valid_from IS NOT NEW.valid_from OR OLD.valid_to IS NOT NEW.valid_to OR OLD.recorded_from IS NOT NEW.recorded_from OR OLD.change_id IS NOT NEW.change_id
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_ledger_no_delete BEFORE DELETE ON ledger
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_duplicates_only_close BEFORE UPDATE ON duplicates
WHEN NOT (OLD.recorded_to = 9223372036854775807 AND NEW.recorded_to < 9223372036854775807 AND OLD.recorded_from < NEW.recorded_to) OR OLD.row_id IS NOT NEW.row_id OR OLD.branch_id IS NOT NEW.branch_id OR OLD.org_id_a IS NOT NEW.org_id_a OR OLD.org_id_b IS NOT NEW.org_id_b OR OLD.decision IS NOT NEW.decision OR OLD.kept IS NOT NEW.kept OR OLD.person_id IS NOT NEW.person_id OR OLD.who IS NOT NEW.who OR OLD.why IS NOT NEW.why OR OLD.recorded_from IS NOT NEW.recorded_from OR OLD.import_id IS NOT NEW.import_id
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_duplicates_no_delete BEFORE DELETE ON duplicates
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_branches_only_close BEFORE UPDATE ON branches
WHEN NOT (OLD.recorded_to = 9223372036854775807 AND NEW.recorded_to < 9223372036854775807 AND OLD.recorded_from < NEW.recorded_to) OR OLD.row_id IS NOT NEW.row_id OR OLD.branch_id IS NOT NEW.branch_id OR OLD.name IS NOT NEW.name OR OLD.name_en IS NOT NEW.name_en OR OLD.parent_id IS NOT NEW.parent_id OR OLD.level IS NOT NEW.level OR OLD.grid_kind IS NOT NEW.grid_kind OR OLD.grid_resolution IS NOT NEW.grid_resolution OR OLD.time_zone IS NOT NEW.time_zone OR OLD.boundary IS NOT NEW.boundary OR OLD.row_hash IS NOT NEW.row_hash OR OLD.valid_from IS NOT NEW.valid_from OR OLD.valid_to IS NOT NEW.valid_to OR OLD.recorded_from IS NOT NEW.recorded_from OR OLD.import_id IS NOT NEW.import_id
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_branches_no_delete BEFORE DELETE ON branches
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_areas_only_close BEFORE UPDATE ON areas
WHEN NOT (OLD.recorded_to = 9223372036854775807 AND NEW.recorded_to < 9223372036854775807 AND OLD.recorded_from < NEW.recorded_to) OR OLD.row_id IS NOT NEW.row_id OR OLD.area_id IS NOT NEW.area_id OR OLD.name IS NOT NEW.name OR OLD.name_en IS NOT NEW.name_en OR OLD.branch_id IS NOT NEW.branch_id OR OLD.parent_id IS NOT NEW.parent_id OR OLD.level IS NOT NEW.level OR OLD.population IS NOT NEW.population OR OLD.geometry IS NOT NEW.geometry OR OLD.row_hash IS NOT NEW.row_hash OR OLD.valid_from IS NOT NEW.valid_from OR OLD.valid_to IS NOT NEW.valid_to OR OLD.recorded_from IS NOT NEW.recorded_from OR OLD.import_id IS NOT NEW.import_id
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_areas_no_delete BEFORE DELETE ON areas
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_parks_only_close BEFORE UPDATE ON parks
WHEN NOT (OLD.recorded_to = 9223372036854775807 AND NEW.recorded_to < 9223372036854775807 AND OLD.recorded_from < NEW.recorded_to) OR OLD.row_id IS NOT NEW.row_id OR OLD.park_id IS NOT NEW.park_id OR OLD.name IS NOT NEW.name OR OLD.name_en IS NOT NEW.name_en OR OLD.branch_id IS NOT NEW.branch_id OR OLD.kind IS NOT NEW.kind OR OLD.status IS NOT NEW.status OR OLD.access IS NOT NEW.access OR OLD.geometry IS NOT NEW.geometry OR OLD.row_hash IS NOT NEW.row_hash OR OLD.valid_from IS NOT NEW.valid_from OR OLD.valid_to IS NOT NEW.valid_to OR OLD.recorded_from IS NOT NEW.recorded_from OR OLD.import_id IS NOT NEW.import_id
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_parks_no_delete BEFORE DELETE ON parks
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_buildings_only_close BEFORE UPDATE ON buildings
WHEN NOT (OLD.recorded_to = 9223372036854775807 AND NEW.recorded_to < 9223372036854775807 AND OLD.recorded_from < NEW.recorded_to) OR OLD.row_id IS NOT NEW.row_id OR OLD.building_id IS NOT NEW.building_id OR OLD.name IS NOT NEW.name OR OLD.name_en IS NOT NEW.name_en OR OLD.branch_id IS NOT NEW.branch_id OR OLD.kind IS NOT NEW.kind OR OLD.floors IS NOT NEW.floors OR OLD.status IS NOT NEW.status OR OLD.access IS NOT NEW.access OR OLD.lat IS NOT NEW.lat OR OLD.lon IS NOT NEW.lon OR OLD.row_hash IS NOT NEW.row_hash OR OLD.valid_from IS NOT NEW.valid_from OR OLD.valid_to IS NOT NEW.valid_to OR OLD.recorded_from IS NOT NEW.recorded_from OR OLD.import_id IS NOT NEW.import_id
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_buildings_no_delete BEFORE DELETE ON buildings
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_roads_only_close BEFORE UPDATE ON roads
WHEN NOT (OLD.recorded_to = 9223372036854775807 AND NEW.recorded_to < 9223372036854775807 AND OLD.recorded_from < NEW.recorded_to) OR OLD.row_id IS NOT NEW.row_id OR OLD.road_id IS NOT NEW.road_id OR OLD.name IS NOT NEW.name OR OLD.name_en IS NOT NEW.name_en OR OLD.branch_id IS NOT NEW.branch_id OR OLD.kind IS NOT NEW.kind OR OLD.geometry IS NOT NEW.geometry OR OLD.row_hash IS NOT NEW.row_hash OR OLD.valid_from IS NOT NEW.valid_from OR OLD.valid_to IS NOT NEW.valid_to OR OLD.recorded_from IS NOT NEW.recorded_from OR OLD.import_id IS NOT NEW.import_id
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_roads_no_delete BEFORE DELETE ON roads
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_waters_only_close BEFORE UPDATE ON waters
WHEN NOT (OLD.recorded_to = 9223372036854775807 AND NEW.recorded_to < 9223372036854775807 AND OLD.recorded_from < NEW.recorded_to) OR OLD.row_id IS NOT NEW.row_id OR OLD.water_id IS NOT NEW.water_id OR OLD.name IS NOT NEW.name OR OLD.name_en IS NOT NEW.name_en OR OLD.branch_id IS NOT NEW.branch_id OR OLD.kind IS NOT NEW.kind OR OLD.geometry IS NOT NEW.geometry OR OLD.row_hash IS NOT NEW.row_hash OR OLD.valid_from IS NOT NEW.valid_from OR OLD.valid_to IS NOT NEW.valid_to OR OLD.recorded_from IS NOT NEW.recorded_from OR OLD.import_id IS NOT NEW.import_id
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_waters_no_delete BEFORE DELETE ON waters
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_managers_only_close BEFORE UPDATE ON managers
WHEN NOT (OLD.recorded_to = 9223372036854775807 AND NEW.recorded_to < 9223372036854775807 AND OLD.recorded_from < NEW.recorded_to) OR OLD.row_id IS NOT NEW.row_id OR OLD.manager_id IS NOT NEW.manager_id OR OLD.name IS NOT NEW.name OR OLD.name_en IS NOT NEW.name_en OR OLD.branch_id IS NOT NEW.branch_id OR OLD.role IS NOT NEW.role OR OLD.lat IS NOT NEW.lat OR OLD.lon IS NOT NEW.lon OR OLD.capacity_accounts IS NOT NEW.capacity_accounts OR OLD.fte IS NOT NEW.fte OR OLD.hours_per_day IS NOT NEW.hours_per_day OR OLD.other_hours_per_week IS NOT NEW.other_hours_per_week OR OLD.working_days IS NOT NEW.working_days OR OLD.active_from IS NOT NEW.active_from OR OLD.active_to IS NOT NEW.active_to OR OLD.row_hash IS NOT NEW.row_hash OR OLD.valid_from IS NOT NEW.valid_from OR OLD.valid_to IS NOT NEW.valid_to OR OLD.recorded_from IS NOT NEW.recorded_from OR OLD.import_id IS NOT NEW.import_id
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_managers_no_delete BEFORE DELETE ON managers
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_targets_only_close BEFORE UPDATE ON targets
WHEN NOT (OLD.recorded_to = 9223372036854775807 AND NEW.recorded_to < 9223372036854775807 AND OLD.recorded_from < NEW.recorded_to) OR OLD.row_id IS NOT NEW.row_id OR OLD.branch_id IS NOT NEW.branch_id OR OLD.level IS NOT NEW.level OR OLD.subject IS NOT NEW.subject OR OLD.metric IS NOT NEW.metric OR OLD.tier IS NOT NEW.tier OR OLD.period IS NOT NEW.period OR OLD.value IS NOT NEW.value OR OLD.row_hash IS NOT NEW.row_hash OR OLD.valid_from IS NOT NEW.valid_from OR OLD.valid_to IS NOT NEW.valid_to OR OLD.recorded_from IS NOT NEW.recorded_from OR OLD.import_id IS NOT NEW.import_id
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_targets_no_delete BEFORE DELETE ON targets
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_organisations_only_close BEFORE UPDATE ON organisations
WHEN NOT (OLD.recorded_to = 9223372036854775807 AND NEW.recorded_to < 9223372036854775807 AND OLD.recorded_from < NEW.recorded_to) OR OLD.row_id IS NOT NEW.row_id OR OLD.org_id IS NOT NEW.org_id OR OLD.name IS NOT NEW.name OR OLD.name_en IS NOT NEW.name_en OR OLD.credit_code IS NOT NEW.credit_code OR OLD.branch_id IS NOT NEW.branch_id OR OLD.parent_id IS NOT NEW.parent_id OR OLD.stage IS NOT NEW.stage OR OLD.opened_on IS NOT NEW.opened_on OR OLD.joined_on IS NOT NEW.joined_on OR OLD.filed_on IS NOT NEW.filed_on OR OLD.lost_on IS NOT NEW.lost_on OR OLD.closed_on IS NOT NEW.closed_on OR OLD.verified_on IS NOT NEW.verified_on OR OLD.tier IS NOT NEW.tier OR OLD.tier_reason IS NOT NEW.tier_reason OR OLD.trade IS NOT NEW.trade OR OLD.lat IS NOT NEW.lat OR OLD.lon IS NOT NEW.lon OR OLD.precision IS NOT NEW.precision OR OLD.address IS NOT NEW.address OR OLD.street IS NOT NEW.street OR OLD.building IS NOT NEW.building OR OLD.floor IS NOT NEW.floor OR OLD.room IS NOT NEW.room OR OLD.opening_hours IS NOT NEW.opening_hours OR OLD.employees IS NOT NEW.employees OR OLD.lines_known IS NOT NEW.lines_known OR OLD.surveyed_on IS NOT NEW.surveyed_on OR OLD.our_lines IS NOT NEW.our_lines OR OLD.licence_until IS NOT NEW.licence_until OR OLD.agreement IS NOT NEW.agreement OR OLD.roster_members IS NOT NEW.roster_members OR OLD.roster_checked IS NOT NEW.roster_checked OR OLD.roster_passed IS NOT NEW.roster_passed OR OLD.decision_maker IS NOT NEW.decision_maker OR OLD.key_contact IS NOT NEW.key_contact OR OLD.services IS NOT NEW.services OR OLD.contract_end IS NOT NEW.contract_end OR OLD.unified_payment IS NOT NEW.unified_payment OR OLD.prepaid_until IS NOT NEW.prepaid_until OR OLD.relationship IS NOT NEW.relationship OR OLD.core IS NOT NEW.core OR OLD.source IS NOT NEW.source OR OLD.row_hash IS NOT NEW.row_hash OR OLD.valid_from IS NOT NEW.valid_from OR OLD.valid_to IS NOT NEW.valid_to OR OLD.recorded_from IS NOT NEW.recorded_from OR OLD.import_id IS NOT NEW.import_id
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_organisations_no_delete BEFORE DELETE ON organisations
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_org_months_only_close BEFORE UPDATE ON org_months
WHEN NOT (OLD.recorded_to = 9223372036854775807 AND NEW.recorded_to < 9223372036854775807 AND OLD.recorded_from < NEW.recorded_to) OR OLD.row_id IS NOT NEW.row_id OR OLD.org_id IS NOT NEW.org_id OR OLD.branch_id IS NOT NEW.branch_id OR OLD.month IS NOT NEW.month OR OLD.members IS NOT NEW.members OR OLD.revenue IS NOT NEW.revenue OR OLD.information_revenue IS NOT NEW.information_revenue OR OLD.arrears IS NOT NEW.arrears OR OLD.row_hash IS NOT NEW.row_hash OR OLD.valid_from IS NOT NEW.valid_from OR OLD.valid_to IS NOT NEW.valid_to OR OLD.recorded_from IS NOT NEW.recorded_from OR OLD.import_id IS NOT NEW.import_id
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_org_months_no_delete BEFORE DELETE ON org_months
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_bases_only_close BEFORE UPDATE ON bases
WHEN NOT (OLD.recorded_to = 9223372036854775807 AND NEW.recorded_to < 9223372036854775807 AND OLD.recorded_from < NEW.recorded_to) OR OLD.row_id IS NOT NEW.row_id OR OLD.base IS NOT NEW.base OR OLD.org_id IS NOT NEW.org_id OR OLD.branch_id IS NOT NEW.branch_id OR OLD.members IS NOT NEW.members OR OLD.revenue IS NOT NEW.revenue OR OLD.row_hash IS NOT NEW.row_hash OR OLD.valid_from IS NOT NEW.valid_from OR OLD.valid_to IS NOT NEW.valid_to OR OLD.recorded_from IS NOT NEW.recorded_from OR OLD.import_id IS NOT NEW.import_id
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_bases_no_delete BEFORE DELETE ON bases
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_visits_only_close BEFORE UPDATE ON visits
WHEN NOT (OLD.recorded_to = 9223372036854775807 AND NEW.recorded_to < 9223372036854775807 AND OLD.recorded_from < NEW.recorded_to) OR OLD.row_id IS NOT NEW.row_id OR OLD.visit_id IS NOT NEW.visit_id OR OLD.org_id IS NOT NEW.org_id OR OLD.branch_id IS NOT NEW.branch_id OR OLD.manager_id IS NOT NEW.manager_id OR OLD.visited_at IS NOT NEW.visited_at OR OLD.kind IS NOT NEW.kind OR OLD.outcome IS NOT NEW.outcome OR OLD.note IS NOT NEW.note OR OLD.lat IS NOT NEW.lat OR OLD.lon IS NOT NEW.lon OR OLD.next_due IS NOT NEW.next_due OR OLD.row_hash IS NOT NEW.row_hash OR OLD.valid_from IS NOT NEW.valid_from OR OLD.valid_to IS NOT NEW.valid_to OR OLD.recorded_from IS NOT NEW.recorded_from OR OLD.import_id IS NOT NEW.import_id
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_visits_no_delete BEFORE DELETE ON visits
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_wins_only_close BEFORE UPDATE ON wins
WHEN NOT (OLD.recorded_to = 9223372036854775807 AND NEW.recorded_to < 9223372036854775807 AND OLD.recorded_from < NEW.recorded_to) OR OLD.row_id IS NOT NEW.row_id OR OLD.win_id IS NOT NEW.win_id OR OLD.org_id IS NOT NEW.org_id OR OLD.branch_id IS NOT NEW.branch_id OR OLD.happened_on IS NOT NEW.happened_on OR OLD.competitor IS NOT NEW.competitor OR OLD.lines_lost IS NOT NEW.lines_lost OR OLD.our_number IS NOT NEW.our_number OR OLD.step IS NOT NEW.step OR OLD.reason IS NOT NEW.reason OR OLD.intent IS NOT NEW.intent OR OLD.verified IS NOT NEW.verified OR OLD.lat IS NOT NEW.lat OR OLD.lon IS NOT NEW.lon OR OLD.row_hash IS NOT NEW.row_hash OR OLD.valid_from IS NOT NEW.valid_from OR OLD.valid_to IS NOT NEW.valid_to OR OLD.recorded_from IS NOT NEW.recorded_from OR OLD.import_id IS NOT NEW.import_id
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_wins_no_delete BEFORE DELETE ON wins
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_tasks_only_close BEFORE UPDATE ON tasks
WHEN NOT (OLD.recorded_to = 9223372036854775807 AND NEW.recorded_to < 9223372036854775807 AND OLD.recorded_from < NEW.recorded_to) OR OLD.row_id IS NOT NEW.row_id OR OLD.task_id IS NOT NEW.task_id OR OLD.org_id IS NOT NEW.org_id OR OLD.branch_id IS NOT NEW.branch_id OR OLD.kind IS NOT NEW.kind OR OLD.due_on IS NOT NEW.due_on OR OLD.assigned_to IS NOT NEW.assigned_to OR OLD.state IS NOT NEW.state OR OLD.done_on IS NOT NEW.done_on OR OLD.outcome IS NOT NEW.outcome OR OLD.row_hash IS NOT NEW.row_hash OR OLD.valid_from IS NOT NEW.valid_from OR OLD.valid_to IS NOT NEW.valid_to OR OLD.recorded_from IS NOT NEW.recorded_from OR OLD.import_id IS NOT NEW.import_id
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_tasks_no_delete BEFORE DELETE ON tasks
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_surveys_only_close BEFORE UPDATE ON surveys
WHEN NOT (OLD.recorded_to = 9223372036854775807 AND NEW.recorded_to < 9223372036854775807 AND OLD.recorded_from < NEW.recorded_to) OR OLD.row_id IS NOT NEW.row_id OR OLD.survey_id IS NOT NEW.survey_id OR OLD.branch_id IS NOT NEW.branch_id OR OLD.cell IS NOT NEW.cell OR OLD.park_id IS NOT NEW.park_id OR OLD.surveyed_on IS NOT NEW.surveyed_on OR OLD.manager_id IS NOT NEW.manager_id OR OLD.doors IS NOT NEW.doors OR OLD.row_hash IS NOT NEW.row_hash OR OLD.valid_from IS NOT NEW.valid_from OR OLD.valid_to IS NOT NEW.valid_to OR OLD.recorded_from IS NOT NEW.recorded_from OR OLD.import_id IS NOT NEW.import_id
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_surveys_no_delete BEFORE DELETE ON surveys
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_changes_no_update BEFORE UPDATE ON changes
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_changes_no_delete BEFORE DELETE ON changes
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_imports_no_update BEFORE UPDATE ON imports
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_imports_no_delete BEFORE DELETE ON imports
WHEN 1
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_ledger_no_replace BEFORE INSERT ON ledger
WHEN EXISTS (SELECT 1 FROM ledger WHERE row_id = NEW.row_id)
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_changes_no_replace BEFORE INSERT ON changes
WHEN EXISTS (SELECT 1 FROM changes WHERE change_id = NEW.change_id)
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_imports_no_replace BEFORE INSERT ON imports
WHEN EXISTS (SELECT 1 FROM imports WHERE import_id = NEW.import_id)
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_duplicates_no_replace BEFORE INSERT ON duplicates
WHEN EXISTS (SELECT 1 FROM duplicates WHERE row_id = NEW.row_id)
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_changes_in_order BEFORE INSERT ON changes
WHEN EXISTS (SELECT 1 FROM changes WHERE branch_id = NEW.branch_id AND recorded_us >= NEW.recorded_us)
BEGIN
  SELECT RAISE(ABORT, 'history is only added to');
END;

CREATE TRIGGER tr_ledger_no_overlap BEFORE INSERT ON ledger
WHEN EXISTS (SELECT 1 FROM ledger AS other WHERE other.branch_id = NEW.branch_id AND other.layer = NEW.layer
  AND other.subject = NEW.subject AND other.valid_from < NEW.valid_to AND NEW.valid_from < other.valid_to
  AND other.recorded_from < NEW.recorded_to AND NEW.recorded_from < other.recorded_to)
BEGIN
  SELECT RAISE(ABORT, 'a subject has two owners at one instant');
END;

CREATE TRIGGER tr_ledger_dated BEFORE INSERT ON ledger
WHEN NEW.recorded_to <> 9223372036854775807 OR NEW.recorded_from IS NOT (SELECT max(recorded_us) FROM changes WHERE branch_id = NEW.branch_id) OR NEW.recorded_from IS NOT (SELECT recorded_us FROM changes WHERE change_id = NEW.change_id AND branch_id = NEW.branch_id)
BEGIN
  SELECT RAISE(ABORT, 'a ledger row is not recorded with its change');
END;

CREATE TRIGGER tr_ledger_closed_now BEFORE UPDATE ON ledger
WHEN NEW.recorded_to IS NOT (SELECT max(recorded_us) FROM changes WHERE branch_id = NEW.branch_id)
BEGIN
  SELECT RAISE(ABORT, 'a ledger row is not recorded with its change');
END;
