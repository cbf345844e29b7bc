-- A partitioned copy of the fact tables and of the verdicts, beside the portal's own; see docs/scale.md.
--   psql "$DATABASE_URL" -f docs/partitions.sql
-- One partition a province, for a county's code begins with its province's.
\set ON_ERROR_STOP on
\timing on
BEGIN;
DROP SCHEMA IF EXISTS partitioned CASCADE;
CREATE SCHEMA partitioned;

-- The code is the path: ranges of codes are subtrees, and the primary key needs no other column.
CREATE TABLE partitioned.area (LIKE public.areas_area INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE (code);
ALTER TABLE partitioned.area ADD PRIMARY KEY (code);
CREATE INDEX ON partitioned.area (county, kind);

-- Everything else carries its county; unique keys must name it.
CREATE TABLE partitioned.site (LIKE public.areas_site INCLUDING DEFAULTS INCLUDING GENERATED) PARTITION BY RANGE (county);
ALTER TABLE partitioned.site ADD PRIMARY KEY (county, id), ADD UNIQUE (county, site_id);
CREATE INDEX ON partitioned.site (area_id);

CREATE TABLE partitioned.return_line (LIKE public.returns_returnline INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
    PARTITION BY RANGE (county);
ALTER TABLE partitioned.return_line ADD PRIMARY KEY (county, id), ADD UNIQUE (county, owner_id, area_id);
CREATE UNIQUE INDEX ON partitioned.return_line (county, area_id, period) WHERE status = 'approved';
CREATE INDEX ON partitioned.return_line (county, period, status);

CREATE TABLE partitioned.verdict (LIKE public.acceptance_verdict INCLUDING DEFAULTS) PARTITION BY RANGE (county);
ALTER TABLE partitioned.verdict ADD PRIMARY KEY (county, id);
CREATE UNIQUE INDEX ON partitioned.verdict (county, area_id, period, basis) WHERE superseded_at IS NULL;

-- One county a partition: for the few that are big enough, or for a province that keeps each county on its own.
CREATE TABLE partitioned.service_order (LIKE public.areas_serviceorder INCLUDING DEFAULTS) PARTITION BY LIST (county);
ALTER TABLE partitioned.service_order ADD PRIMARY KEY (county, id), ADD UNIQUE (county, order_id);

-- Reach knows no border: access points by latitude, in which the cells of the grid run. A generated column cannot be a
-- partition key, so the latitude is, and a query names it beside the cells.
CREATE TABLE partitioned.access_point (LIKE public.areas_accesspoint INCLUDING DEFAULTS INCLUDING GENERATED)
    PARTITION BY RANGE (lat);
CREATE INDEX ON partitioned.access_point (tile);
CREATE TABLE partitioned.access_point_nowhere PARTITION OF partitioned.access_point DEFAULT;

DO $$
DECLARE part text; degree integer;
BEGIN
    FOR part IN SELECT DISTINCT left(county, 2) FROM public.areas_area ORDER BY 1 LOOP
        EXECUTE format('CREATE TABLE partitioned.area_%1$s PARTITION OF partitioned.area FOR VALUES FROM (%1$L) TO (%2$L)',
            part, lpad((part::integer + 1)::text, 2, '0'));
        EXECUTE format('CREATE TABLE partitioned.site_%1$s PARTITION OF partitioned.site FOR VALUES FROM (%1$L) TO (%2$L)',
            part, lpad((part::integer + 1)::text, 2, '0'));
        EXECUTE format('CREATE TABLE partitioned.return_line_%1$s PARTITION OF partitioned.return_line FOR VALUES FROM (%1$L) TO (%2$L)',
            part, lpad((part::integer + 1)::text, 2, '0'));
        EXECUTE format('CREATE TABLE partitioned.verdict_%1$s PARTITION OF partitioned.verdict FOR VALUES FROM (%1$L) TO (%2$L)',
            part, lpad((part::integer + 1)::text, 2, '0'));
    END LOOP;
    FOR part IN SELECT DISTINCT county FROM public.areas_area ORDER BY 1 LOOP
        EXECUTE format('CREATE TABLE partitioned.service_order_%1$s PARTITION OF partitioned.service_order FOR VALUES IN (%1$L)', part);
    END LOOP;
    FOR degree IN 18..53 LOOP
        EXECUTE format('CREATE TABLE partitioned.access_point_%1$s PARTITION OF partitioned.access_point FOR VALUES FROM (%1$s) TO (%2$s)',
            degree, degree + 1);
    END LOOP;
END $$;

-- Generated columns make themselves; the others are named.
CREATE FUNCTION partitioned.fill(source regclass, target regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE columns text;
BEGIN
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns
    FROM pg_attribute WHERE attrelid = source AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
    EXECUTE format('INSERT INTO %s (%s) SELECT %s FROM %s', target, columns, columns, source);
END $$;
SELECT partitioned.fill('areas_area', 'partitioned.area');
SELECT partitioned.fill('areas_site', 'partitioned.site');
SELECT partitioned.fill('returns_returnline', 'partitioned.return_line');
SELECT partitioned.fill('acceptance_verdict', 'partitioned.verdict');
SELECT partitioned.fill('areas_serviceorder', 'partitioned.service_order');
SELECT partitioned.fill('areas_accesspoint', 'partitioned.access_point');

-- Foreign keys stay within a county, apart from those to operators.
ALTER TABLE partitioned.area ADD FOREIGN KEY (parent_id) REFERENCES partitioned.area;
ALTER TABLE partitioned.site ADD FOREIGN KEY (area_id) REFERENCES partitioned.area;
ALTER TABLE partitioned.verdict ADD FOREIGN KEY (area_id) REFERENCES partitioned.area;
COMMIT;
ANALYZE partitioned.area, partitioned.site, partitioned.return_line, partitioned.service_order, partitioned.access_point;

\timing off
\echo A county: one partition of each table.
EXPLAIN (COSTS OFF) SELECT * FROM partitioned.site WHERE county = '110101';
EXPLAIN (COSTS OFF) SELECT * FROM partitioned.service_order WHERE county = '110101';
\echo A subtree, here a township: a range of codes.
EXPLAIN (COSTS OFF) SELECT * FROM partitioned.area WHERE code >= '110101001' AND code < '110101002';
\echo A site with its area: both sides know the county, and only its partitions are read.
EXPLAIN (COSTS OFF) SELECT count(*) FROM partitioned.site s JOIN partitioned.area a ON a.code = s.area_id
WHERE s.county = '110101' AND a.code >= '110101' AND a.code < '110102';
\echo A box across a border: the bands of latitude that it touches.
EXPLAIN (COSTS OFF) SELECT * FROM partitioned.access_point
WHERE lat BETWEEN 18.9 AND 18.95 AND tile BETWEEN 189007380 AND 189007480;
