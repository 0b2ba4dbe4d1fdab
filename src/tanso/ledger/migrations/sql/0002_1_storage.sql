-- Serials as flat pairs, queues in segments.
--
-- One encoding of serials everywhere: bigint[] of start1, end1, start2, end2 …, half-open, in order of acquisition. It
-- takes half the room of int8range[], and a range that continues the one before joins it by dropping two equal
-- neighbours. A queue is head, then the segments by number, then tail: a posting touches head and tail only, however
-- long the queue is. A short queue is all head.

-- Ranges as a flat list, neighbours joined.
CREATE FUNCTION ledger_flat(ranges int8range[]) RETURNS bigint[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $function$
    SELECT coalesce(array_agg(edge ORDER BY place, edge) FILTER (WHERE edge IS DISTINCT FROM neighbour), '{}')
      FROM (SELECT place, lower(serials) AS start, upper(serials) AS stop,
                   lag(upper(serials)) OVER along AS before, lead(lower(serials)) OVER along AS after
              FROM unnest(ranges) WITH ORDINALITY AS part (serials, place)
            WINDOW along AS (ORDER BY place)) AS parts
     CROSS JOIN LATERAL (VALUES (start, before), (stop, after)) AS edges (edge, neighbour)
$function$;

-- The number of serials in a flat list; NULL where a number is missing or a range is empty or turned round.
CREATE FUNCTION ledger_count(serials bigint[]) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $function$
DECLARE
    total bigint := 0;
BEGIN
    FOR place IN 1 .. cardinality(serials) BY 2 LOOP
        IF (serials[place] < serials[place + 1]) IS NOT TRUE THEN
            RETURN NULL;
        END IF;
        total := total + serials[place + 1] - serials[place];
    END LOOP;
    RETURN total;
END
$function$;

ALTER TABLE ledger_journal DROP CONSTRAINT ledger_journal_serials_are_quantity;
ALTER TABLE ledger_journal ALTER COLUMN serials TYPE bigint[] USING ledger_flat(serials);
-- One range is most rows' case and needs no function.
ALTER TABLE ledger_journal ADD CONSTRAINT ledger_journal_serials_are_quantity CHECK (
    (CASE cardinality(serials) WHEN 2 THEN serials[2] - serials[1] ELSE ledger_count(serials) END = quantity) IS TRUE
);

ALTER TABLE ledger_journal ADD COLUMN reverses_id bigint;
CREATE UNIQUE INDEX ledger_journal_reversed_once ON ledger_journal (reverses_id) WHERE reverses_id IS NOT NULL;

-- The middle of long queues. What does not fit a head of 64 ranges goes here; the tail starts empty.
CREATE TABLE ledger_segment (
    account_id bigint NOT NULL,
    unit_class_id bigint NOT NULL,
    number bigint NOT NULL,
    serials bigint[] NOT NULL,
    CONSTRAINT ledger_segment_pkey PRIMARY KEY (account_id, unit_class_id, number)
);
INSERT INTO ledger_segment (account_id, unit_class_id, number, serials)
SELECT account_id, unit_class_id, number, (ledger_flat(queue))[128 * (number + 1) + 1 : 128 * (number + 2)]
  FROM ledger_holding
 CROSS JOIN LATERAL generate_series(0, (cardinality(queue) + 63) / 64 - 2) AS part (number);
ALTER TABLE ledger_holding DROP CONSTRAINT ledger_holding_queue_is_quantity;
ALTER TABLE ledger_holding
    ADD COLUMN tail bigint[] NOT NULL DEFAULT '{}',
    ADD COLUMN first_segment bigint NOT NULL DEFAULT 0,
    ADD COLUMN next_segment bigint NOT NULL DEFAULT 0;
ALTER TABLE ledger_holding
    ALTER COLUMN queue TYPE bigint[] USING (ledger_flat(queue))[1 : 128],
    ALTER COLUMN next_segment TYPE bigint USING greatest((cardinality(queue) + 63) / 64 - 1, 0);
ALTER TABLE ledger_holding RENAME COLUMN queue TO head;

-- Room for the next version of a row on its own page (a posting then touches no index), and no attempt to compress.
ALTER TABLE ledger_holding SET (fillfactor = 45);
ALTER TABLE ledger_holding ALTER COLUMN head SET STORAGE PLAIN, ALTER COLUMN tail SET STORAGE PLAIN;
ALTER TABLE ledger_segment ALTER COLUMN serials SET STORAGE PLAIN;
-- Nobody searches by serials, and what a batch changes is analysed often: statistics of these arrays took a tenth of all
-- the server's time.
ALTER TABLE ledger_journal ALTER COLUMN serials SET STATISTICS 0;
ALTER TABLE ledger_segment ALTER COLUMN serials SET STATISTICS 0;
ALTER TABLE ledger_holding ALTER COLUMN head SET STATISTICS 0, ALTER COLUMN tail SET STATISTICS 0;
CREATE TYPE ledger_serials AS (serials bigint[]);

-- Gone with the old encoding.
DROP FUNCTION ledger_post, ledger_check_posting, ledger_conserved, ledger_pick, ledger_take_named, ledger_take,
    ledger_append, ledger_count(int8range[]);
