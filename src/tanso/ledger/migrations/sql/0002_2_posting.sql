-- Posting: one function moves units, for one person's act and for ten thousand at a time.
--
-- What is moved and who may do so is checked by the rulebook before; here stands what is true in every scheme. Further
-- codes: LG016 a batch that is not well formed, LG017 a posting that cannot be reversed.

-- `front` with `back` behind it; where the one continues the other, the two ranges become one.
CREATE FUNCTION ledger_join(front bigint[], back bigint[]) RETURNS bigint[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $function$
    SELECT CASE WHEN front[cardinality(front)] = back[1] THEN front[: cardinality(front) - 1] || back[2 :]
                ELSE front || back END
$function$;


-- Keep the statuses of these accounts as they are until the transaction ends. A few accounts have a lock each; more take
-- the one lock of all, because the server's table of locks is finite. A change of status holds both kinds alone.
CREATE FUNCTION ledger_hold_statuses(accounts bigint[]) RETURNS void
LANGUAGE plpgsql
AS $function$
DECLARE
    account bigint;
    ignored text;  -- an assignment costs a tenth of PERFORM
BEGIN
    IF cardinality(accounts) <= 16 THEN
        FOREACH account IN ARRAY accounts LOOP
            ignored := pg_advisory_xact_lock_shared(ledger_status_lock_key(account));
        END LOOP;
    ELSE
        ignored := pg_advisory_xact_lock_shared(ledger_all_statuses_lock_key());
    END IF;
END
$function$;

CREATE FUNCTION ledger_all_statuses_lock_key() RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $function$ SELECT (-9223372036854775807)::bigint $function$;


-- Lock holdings in the order of account and class, so that no two postings wait for each other in a ring. Before any is
-- locked, those that are not there yet are made, in the same order: whoever waits for a new row holds no other but new
-- ones before it. Only then is every row there to be locked, also one that somebody else made meanwhile; a holding that
-- was read without its lock would lose what others post into it. A statement of its own: what it waited for is read by
-- the next one.
CREATE FUNCTION ledger_lock_holdings(accounts bigint[], classes bigint[]) RETURNS void
LANGUAGE plpgsql
AS $function$
BEGIN
    IF (SELECT count(*) FROM unnest(accounts, classes) AS key (account_id, class_id)
          JOIN ledger_holding AS held ON held.account_id = key.account_id AND held.unit_class_id = key.class_id)
       < cardinality(accounts)
    THEN
        INSERT INTO ledger_holding (account_id, unit_class_id, quantity, head, tail, first_segment, next_segment)
        SELECT account.id, class.id, 0, '{}', '{}', 0, 0
          FROM unnest(accounts, classes) AS key (account_id, class_id)
          JOIN ledger_account AS account ON account.id = key.account_id AND account.role <> 'issuance'
          JOIN ledger_unit_class AS class ON class.id = key.class_id
         ORDER BY account.id, class.id
            ON CONFLICT DO NOTHING;
    END IF;
    PERFORM FROM unnest(accounts, classes) AS key (account_id, class_id)
            JOIN ledger_holding AS held ON held.account_id = key.account_id AND held.unit_class_id = key.class_id
           ORDER BY held.account_id, held.unit_class_id
             FOR UPDATE OF held;
END
$function$;


-- Put what waits behind a long queue into segments of 64 ranges, as far as it fills them; what is left over.
CREATE FUNCTION ledger_push_segments(
    account bigint, unit_class bigint, INOUT next_segment bigint, INOUT waiting bigint[]
)
LANGUAGE plpgsql
AS $function$
DECLARE
    full_segments bigint := cardinality(waiting) / 128;
BEGIN
    INSERT INTO ledger_segment (account_id, unit_class_id, number, serials)
    SELECT account, unit_class, next_segment + place, waiting[128 * place + 1 : 128 * (place + 1)]
      FROM generate_series(0, full_segments - 1) AS place;
    next_segment := next_segment + full_segments;
    waiting := waiting[128 * full_segments + 1 :];
END
$function$;


-- Take the first segment of a queue out of the middle, for a head that is used up.
CREATE FUNCTION ledger_next_segment(account bigint, unit_class bigint, wanted bigint) RETURNS bigint[]
LANGUAGE plpgsql
AS $function$
DECLARE
    taken bigint[];
BEGIN
    DELETE FROM ledger_segment AS part
     WHERE part.account_id = account AND part.unit_class_id = unit_class AND part.number = wanted
    RETURNING part.serials INTO taken;
    RETURN taken;
END
$function$;


-- Put the serials that `chosen` names in front of a queue, in the queue's order; what stays keeps its order behind them.
CREATE FUNCTION ledger_bring_forward(account bigint, unit_class bigint, quantity bigint, chosen bigint[]) RETURNS void
LANGUAGE plpgsql
AS $function$
#variable_conflict use_variable
DECLARE
    queue bigint[];
    named int8multirange;
    missing int8multirange;
BEGIN
    IF ledger_count(chosen) IS NOT DISTINCT FROM quantity THEN
        SELECT range_agg(int8range(chosen[place], chosen[place + 1])) INTO named
          FROM generate_series(1, cardinality(chosen), 2) AS place;
    END IF;
    -- Fewer in the set than in the list: a serial was named twice.
    IF (quantity = (SELECT sum(upper(part) - lower(part)) FROM unnest(named) AS part)) IS NOT TRUE THEN
        RAISE EXCEPTION 'the named serials are not % units', quantity
            USING ERRCODE = 'LG008', DETAIL = json_build_object('serials', chosen)::text;
    END IF;
    SELECT held.head || coalesce((SELECT array_agg(edge ORDER BY part.number, place)
                                    FROM ledger_segment AS part
                                   CROSS JOIN LATERAL unnest(part.serials) WITH ORDINALITY AS edges (edge, place)
                                   WHERE part.account_id = account AND part.unit_class_id = unit_class), '{}')
                     || held.tail
      INTO queue
      FROM ledger_holding AS held WHERE held.account_id = account AND held.unit_class_id = unit_class;
    WITH pieces AS (
        SELECT place, piece, wanted
          FROM generate_series(1, cardinality(queue), 2) AS place
         CROSS JOIN LATERAL (VALUES (int8multirange(int8range(queue[place], queue[place + 1])))) AS held (serials)
         CROSS JOIN LATERAL (SELECT true, unnest(serials * named) UNION ALL SELECT false, unnest(serials - named))
                         AS parts (wanted, piece)
    )
    SELECT named - coalesce(range_agg(piece) FILTER (WHERE wanted), '{}'),
           ledger_flat(array_agg(piece ORDER BY NOT wanted, place, piece))
      INTO missing, queue
      FROM pieces;
    IF NOT isempty(missing) THEN
        RAISE EXCEPTION 'account % does not hold all of the named serials', account
            USING ERRCODE = 'LG007',
                  DETAIL = json_build_object(
                      'account', (SELECT known.number FROM ledger_account AS known WHERE known.id = account),
                      'serials', missing)::text;
    END IF;
    DELETE FROM ledger_segment AS part WHERE part.account_id = account AND part.unit_class_id = unit_class;
    INSERT INTO ledger_segment (account_id, unit_class_id, number, serials)
    SELECT account, unit_class, number, queue[128 * (number + 1) + 1 : 128 * (number + 2)]
      FROM generate_series(0, (cardinality(queue) + 127) / 128 - 2) AS part (number);
    UPDATE ledger_holding AS held
       SET head = queue[1 : 128], tail = '{}',
           first_segment = 0, next_segment = greatest((cardinality(queue) + 127) / 128 - 1, 0)
     WHERE held.account_id = account AND held.unit_class_id = unit_class;
END
$function$;


-- What a refusal of the posting function is about, as JSON.
CREATE FUNCTION ledger_refusal_facts(
    code text, from_account bigint, to_account bigint, unit_class bigint, quantity bigint, held bigint
) RETURNS text
LANGUAGE plpgsql STABLE
AS $function$
DECLARE
    source ledger_account;
    target ledger_account;
    troubled ledger_account;
BEGIN
    SELECT * INTO source FROM ledger_account WHERE id = from_account;
    SELECT * INTO target FROM ledger_account WHERE id = to_account;
    troubled := CASE WHEN code = 'LG013' OR code = 'LG004' AND source.status = 'open' THEN target ELSE source END;
    RETURN CASE code
        WHEN 'LG001' THEN json_build_object('quantity_t', quantity)
        WHEN 'LG003' THEN json_build_object('account', CASE WHEN source.id IS NULL THEN from_account ELSE to_account END::text)
        WHEN 'LG004' THEN json_build_object('account', troubled.number, 'status', troubled.status)
        WHEN 'LG005' THEN json_build_object('unit_class', unit_class::text)
        WHEN 'LG006' THEN json_build_object('account', source.number, 'held_t', held, 'quantity_t', quantity)
        ELSE json_build_object('account', troubled.number)
    END::text;
END
$function$;


-- Move units, item by item in the order given, each seeing what those before it did; a refused item leaves the rest alone.
--
-- The caller lists every holding that the items touch once (account and class; ordered, for speed) and names source and
-- target by their place in that list. Out of an account of role "issuance" come new units with the next serial numbers
-- of the class; out of any other the units that it acquired first, or those that `chosen` names (for one item only).
-- Returns the ids of the journal's new rows in the order of the items that were not refused, and by place the others
-- with code and facts; and what the last item moved. Refusals in this order:
-- LG001, LG002, LG003, LG004, LG013, LG005, LG006, LG008, LG007.
--
-- Locks, in this order: statuses (shared), holdings, classes where units are new.
--
-- PL/pgSQL writes an array's element in place only if the array is not read in the same assignment: hence `amount` and
-- `part` below. 2.6 µs an item for the loop, of which the two joins are a third.
CREATE FUNCTION ledger_move(
    accounts bigint[], classes bigint[],
    acts uuid[], sources integer[], targets integer[], quantities bigint[], days date[],
    chosen bigint[], reverses bigint,
    OUT postings bigint[], OUT refused integer[], OUT codes text[], OUT facts text[], OUT moved bigint[]
)
LANGUAGE plpgsql
AS $function$
DECLARE
    troubles text[];
    issues boolean[];
    held bigint[];
    heads ledger_serials[];    -- what is taken from now: the stored head, later what followed it
    tails ledger_serials[];
    firsts bigint[];
    nexts bigint[];
    places integer[] := array_fill(1, ARRAY[cardinality(accounts)]);  -- where in its head each holding stands
    starts bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(accounts)]);  -- of a range that is partly gone
    sent ledger_serials[] := array_fill(NULL::ledger_serials, ARRAY[cardinality(accounts)]);  -- out of the head
    added ledger_serials[] := sent;
    pieces ledger_serials[] := array_fill(NULL::ledger_serials, ARRAY[cardinality(acts)]);
    issued_classes bigint[];
    next_serials bigint[];
    piece bigint[];  -- what the item moves
    taken bigint[];  -- what of it came out of the present head
    part bigint[];
    s integer;
    t integer;
    place integer;
    quantity bigint;
    missing bigint;
    amount bigint;
    start bigint;
    stop bigint;
    code text;
BEGIN
    -- In a longer snapshot what is read below could be an old state.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'a posting needs a READ COMMITTED transaction' USING ERRCODE = 'LG012', DETAIL = '{}';
    END IF;
    PERFORM ledger_hold_statuses(accounts);
    PERFORM ledger_lock_holdings(accounts, classes);
    SELECT array_agg(listed.trouble), array_agg(listed.is_issuance), array_agg(coalesce(listed.quantity, 0)),
           array_agg(ROW(coalesce(listed.head, '{}'))::ledger_serials),
           array_agg(ROW(coalesce(listed.tail, '{}'))::ledger_serials),
           array_agg(listed.first_segment), array_agg(listed.next_segment)
      INTO troubles, issues, held, heads, tails, firsts, nexts
      FROM (SELECT CASE WHEN account.id IS NULL THEN 'LG003' WHEN account.status <> 'open' THEN 'LG004' END AS trouble,
                   account.role = 'issuance' AS is_issuance, holding.*
              FROM unnest(accounts, classes) WITH ORDINALITY AS key (account_id, class_id, place)
              LEFT JOIN ledger_account AS account ON account.id = key.account_id
              LEFT JOIN ledger_holding AS holding
                     ON holding.account_id = key.account_id AND holding.unit_class_id = key.class_id
             ORDER BY key.place) AS listed;
    IF true = ANY (issues) THEN
        SELECT array_agg(class.id), array_agg(class.next_serial) INTO issued_classes, next_serials
          FROM (SELECT known.id, known.next_serial FROM ledger_unit_class AS known
                 WHERE known.id = ANY (classes) ORDER BY known.id FOR UPDATE) AS class;
    END IF;

    FOR item IN 1 .. cardinality(acts) LOOP
        s := sources[item];
        t := targets[item];
        quantity := quantities[item];
        IF (classes[s] = classes[t]) IS NOT TRUE THEN
            RAISE EXCEPTION 'item % names no two holdings of one class', item
                USING ERRCODE = 'LG016', DETAIL = json_build_object('item', item)::text;
        END IF;
        code := CASE WHEN (quantity >= 1) IS NOT TRUE THEN 'LG001'
                     WHEN s = t THEN 'LG002'
                     WHEN least(troubles[s], troubles[t]) IS NOT NULL THEN least(troubles[s], troubles[t])
                     WHEN issues[t] THEN 'LG013'
                     WHEN issues[s] AND chosen IS NOT NULL THEN 'LG008'
                     WHEN issues[s] THEN CASE WHEN classes[s] = ANY (issued_classes) THEN NULL ELSE 'LG005' END
                     WHEN held[s] < quantity THEN 'LG006' END;
        IF code IS NOT NULL THEN
            -- Not above: with a query in it the expression would be run as one, at a quarter of all the time.
            IF code = 'LG006' AND NOT EXISTS (SELECT FROM ledger_unit_class WHERE id = classes[s]) THEN
                code := 'LG005';
            END IF;
            refused := refused || item;
            codes := codes || code;
            facts := facts || ledger_refusal_facts(code, accounts[s], accounts[t], classes[s], quantity, held[s]);
            CONTINUE;
        END IF;

        IF issues[s] THEN
            place := array_position(issued_classes, classes[s]);
            start := next_serials[place];
            next_serials[place] := start + quantity;
            piece := ARRAY[start, start + quantity];
        ELSE
            IF chosen IS NOT NULL THEN
                PERFORM ledger_bring_forward(accounts[s], classes[s], quantity, chosen);
                SELECT holding.head, holding.next_segment INTO part, amount FROM ledger_holding AS holding
                 WHERE holding.account_id = accounts[s] AND holding.unit_class_id = classes[s];
                heads[s] := ROW(part)::ledger_serials;
                tails[s] := ROW('{}'::bigint[])::ledger_serials;
                firsts[s] := 0;
                nexts[s] := amount;
            END IF;
            missing := quantity;
            piece := NULL;
            taken := NULL;
            place := places[s];
            start := starts[s];
            LOOP
                start := coalesce(start, (heads[s]).serials[place]);
                IF start IS NULL THEN
                    -- The head is used up: what follows it takes its place.
                    IF ledger_join((sent[s]).serials, taken) <> (heads[s]).serials THEN
                        amount := ledger_lost(accounts[s]);
                    END IF;
                    sent[s] := NULL;
                    piece := ledger_join(piece, taken);
                    taken := NULL;
                    IF firsts[s] < nexts[s] THEN
                        amount := firsts[s];
                        part := ledger_next_segment(accounts[s], classes[s], amount);
                        firsts[s] := amount + 1;
                    ELSIF (tails[s]).serials <> '{}' THEN
                        part := (tails[s]).serials;
                        tails[s] := ROW('{}'::bigint[])::ledger_serials;
                    ELSE
                        part := (added[s]).serials;
                        added[s] := NULL;
                    END IF;
                    IF (cardinality(part) > 0) IS NOT TRUE THEN
                        amount := ledger_lost(accounts[s]);  -- fewer serials than the quantity says
                    END IF;
                    heads[s] := ROW(part)::ledger_serials;
                    place := 1;
                    CONTINUE;
                END IF;
                stop := (heads[s]).serials[place + 1];
                IF stop - start > missing THEN
                    part := ARRAY[start, start + missing];
                    taken := ledger_join(taken, part);
                    start := start + missing;
                    EXIT;
                END IF;
                part := ARRAY[start, stop];
                taken := ledger_join(taken, part);
                missing := missing - (stop - start);
                place := place + 2;
                start := NULL;
                EXIT WHEN missing = 0;
            END LOOP;
            places[s] := place;
            starts[s] := start;
            amount := held[s];
            held[s] := amount - quantity;
            piece := ledger_join(piece, taken);
            part := (sent[s]).serials;
            part := ledger_join(part, taken);
            sent[s] := ROW(part)::ledger_serials;
        END IF;
        pieces[item] := ROW(piece)::ledger_serials;
        moved := piece;
        amount := held[t];
        held[t] := amount + quantity;
        part := (added[t]).serials;
        part := ledger_join(part, piece);
        IF cardinality(part) + cardinality((tails[t]).serials) > 128 THEN
            amount := nexts[t];
            part := ledger_join((tails[t]).serials, part);
            SELECT pushed.next_segment, pushed.waiting INTO amount, part
              FROM ledger_push_segments(accounts[t], classes[t], amount, part) AS pushed;
            nexts[t] := amount;
            tails[t] := ROW('{}'::bigint[])::ledger_serials;
        END IF;
        added[t] := ROW(part)::ledger_serials;
    END LOOP;

    IF issued_classes IS NOT NULL THEN
        UPDATE ledger_unit_class AS class SET next_serial = new.serial
          FROM unnest(issued_classes, next_serials) AS new (id, serial)
         WHERE class.id = new.id AND class.next_serial <> new.serial;
    END IF;
    WITH written AS (
        INSERT INTO ledger_journal
               (act_id, from_account_id, to_account_id, unit_class_id, quantity, serials, valid_day, reverses_id)
        SELECT item.act, accounts[item.s], accounts[item.t], classes[item.s], item.quantity, item.serials, item.day,
               reverses
          FROM unnest(acts, sources, targets, quantities, days, pieces)
            AS item (act, s, t, quantity, day, serials)
         WHERE item.serials IS NOT NULL
        RETURNING id
    )
    SELECT coalesce(array_agg(id), '{}') INTO postings FROM written;
    PERFORM ledger_settle(accounts, classes, held, heads, places, starts, tails, added, sent, firsts, nexts);
END
$function$;


-- Write the new state of the holdings that changed, after looking whether anything was lost or doubled in one of them:
-- old queue + received = sent + new queue. What was received stands behind both sides and is left out, and so does what
-- follows the head; what is compared is the very numbers, in their order (and as often as a head is used up).
CREATE FUNCTION ledger_settle(
    accounts bigint[], classes bigint[], held bigint[], heads ledger_serials[], places integer[], starts bigint[],
    tails ledger_serials[], added ledger_serials[], sent ledger_serials[],
    firsts bigint[], nexts bigint[]
) RETURNS void
LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
BEGIN
    UPDATE ledger_holding AS holding
       SET quantity = CASE WHEN new.sent IS NULL OR new.head = ledger_join(new.sent, new.rest) THEN new.quantity
                           ELSE ledger_lost(new.account_id) END,
           head = CASE WHEN new.is_long OR new.added IS NULL THEN new.rest ELSE ledger_join(new.rest, new.added) END,
           tail = CASE WHEN NOT new.is_long THEN '{}' WHEN new.added IS NULL THEN new.tail
                       ELSE ledger_join(new.tail, new.added) END,
           first_segment = new.first_segment, next_segment = new.next_segment
      FROM (SELECT reckoned.*, first_segment < next_segment OR tail <> '{}'
                               OR cardinality(rest) + cardinality(added) > 128 AS is_long
              FROM (SELECT key.*, CASE WHEN start IS NULL THEN head[place :] ELSE start || head[place + 1 :] END AS rest
                      FROM unnest(accounts, classes, held, heads, places, starts, tails, added, sent, firsts, nexts)
                        AS key (account_id, unit_class_id, quantity, head, place, start, tail, added, sent,
                                first_segment, next_segment)
                     WHERE sent IS NOT NULL OR added IS NOT NULL
                    OFFSET 0) AS reckoned
            OFFSET 0) AS new
     WHERE holding.account_id = new.account_id AND holding.unit_class_id = new.unit_class_id;
END
$function$;

CREATE FUNCTION ledger_lost(account bigint) RETURNS bigint
LANGUAGE plpgsql
AS $function$
BEGIN
    RAISE EXCEPTION 'serials lost or doubled in account %', account
        USING ERRCODE = 'LG011',
              DETAIL = json_build_object(
                  'account', (SELECT known.number FROM ledger_account AS known WHERE known.id = account))::text;
END
$function$;


-- The doors of posting. They run with the owner's rights and with settings of their own: plans are made once for lists of
-- any length, and go by index, because how much a list holds is not known when the plan is made.

-- One posting; refusals are raised. `chosen` names the serials (flat, half-open), else the first acquired go.
CREATE FUNCTION ledger_post(
    act uuid, from_account bigint, to_account bigint, unit_class bigint, quantity bigint, valid_day date,
    chosen bigint[] DEFAULT NULL,
    OUT posting bigint, OUT moved bigint[]
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_hashjoin = off SET enable_mergejoin = off
AS $function$
BEGIN
    SELECT one.posting, one.moved INTO posting, moved
      FROM ledger_post_one(act, from_account, to_account, unit_class, quantity, valid_day, chosen, NULL) AS one;
END
$function$;

CREATE FUNCTION ledger_post_one(
    act uuid, from_account bigint, to_account bigint, unit_class bigint, quantity bigint, valid_day date,
    chosen bigint[], reverses bigint,
    OUT posting bigint, OUT moved bigint[]
)
LANGUAGE plpgsql
AS $function$
DECLARE
    is_same boolean := from_account = to_account;
    done record;
BEGIN
    done := ledger_move(
        CASE WHEN is_same THEN ARRAY[from_account]
             ELSE ARRAY[least(from_account, to_account), greatest(from_account, to_account)] END,
        CASE WHEN is_same THEN ARRAY[unit_class] ELSE ARRAY[unit_class, unit_class] END,
        ARRAY[act],
        ARRAY[CASE WHEN is_same OR from_account < to_account THEN 1 ELSE 2 END],
        ARRAY[CASE WHEN is_same OR to_account < from_account THEN 1 ELSE 2 END],
        ARRAY[quantity], ARRAY[valid_day], chosen, reverses);
    IF done.refused IS NOT NULL THEN
        RAISE EXCEPTION 'posting refused: %', done.facts[1] USING ERRCODE = done.codes[1], DETAIL = done.facts[1];
    END IF;
    posting := done.postings[1];
    moved := done.moved;
END
$function$;


-- Many postings; see ledger_move.
CREATE FUNCTION ledger_post_batch(
    accounts bigint[], classes bigint[],
    acts uuid[], sources integer[], targets integer[], quantities bigint[], days date[],
    OUT postings bigint[], OUT refused integer[], OUT codes text[], OUT facts text[]
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET work_mem = '64MB'
SET plan_cache_mode = force_generic_plan SET enable_hashjoin = off SET enable_mergejoin = off
AS $function$
BEGIN
    IF (cardinality(accounts) = cardinality(classes)
        AND cardinality(acts) = ALL (ARRAY[cardinality(sources), cardinality(targets), cardinality(quantities),
                                           cardinality(days)])
        AND array_position(acts, NULL) IS NULL AND array_position(days, NULL) IS NULL
        -- A holding that is listed twice would have two states.
        AND cardinality(accounts) = (SELECT count(*) FROM (SELECT DISTINCT listed.account, listed.class
                                      FROM unnest(accounts, classes) AS listed (account, class)) AS once)) IS NOT TRUE
    THEN
        RAISE EXCEPTION 'the lists of a batch do not fit together' USING ERRCODE = 'LG016', DETAIL = '{}';
    END IF;
    SELECT done.postings, done.refused, done.codes, done.facts INTO postings, refused, codes, facts
      FROM ledger_move(accounts, classes, acts, sources, targets, quantities, days, NULL, NULL) AS done;
END
$function$;


-- Take a posting back by a new one the other way, of the very same serials. The old one stays as it is; it can be taken
-- back once, and what brought new units into being cannot.
CREATE FUNCTION ledger_reverse(act uuid, reversed bigint, valid_day date, OUT posting bigint, OUT moved bigint[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_hashjoin = off SET enable_mergejoin = off
AS $function$
DECLARE
    old ledger_journal;
    reason text;
BEGIN
    SELECT * INTO old FROM ledger_journal AS row WHERE row.id = reversed;
    reason := CASE WHEN old.id IS NULL THEN 'unknown'
                   WHEN old.reverses_id IS NOT NULL THEN 'is_reversal'
                   WHEN EXISTS (SELECT FROM ledger_journal AS row WHERE row.reverses_id = reversed) THEN 'reversed'
                   WHEN valid_day < old.valid_day THEN 'before'
                   WHEN EXISTS (SELECT FROM ledger_account AS account
                                 WHERE account.id = old.from_account_id AND account.role = 'issuance') THEN 'issue' END;
    IF reason IS NULL THEN
        BEGIN
            SELECT one.posting, one.moved INTO posting, moved
              FROM ledger_post_one(act, old.to_account_id, old.from_account_id, old.unit_class_id, old.quantity,
                                   valid_day, old.serials, old.id) AS one;
            RETURN;
        EXCEPTION WHEN unique_violation THEN
            reason := 'reversed';  -- somebody else was faster
        END;
    END IF;
    RAISE EXCEPTION 'posting % cannot be reversed: %', reversed, reason
        USING ERRCODE = 'LG017', DETAIL = json_build_object('posting', reversed, 'reason', reason)::text;
END
$function$;
