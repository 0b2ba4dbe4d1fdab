-- Posting: the one function that writes journal and holdings.

-- `received` behind `queue`; a range that continues the last one is merged into it (as kernel.serials.append).
CREATE FUNCTION ledger_append(queue int8range[], received int8range[]) RETURNS int8range[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $function$
DECLARE
    serials int8range;
    tail integer := cardinality(queue);
BEGIN
    FOREACH serials IN ARRAY received LOOP
        IF tail > 0 AND upper(queue[tail]) = lower(serials) THEN
            queue[tail] := int8range(lower(queue[tail]), upper(serials));
        ELSE
            tail := tail + 1;
            queue[tail] := serials;
        END IF;
    END LOOP;
    RETURN queue;
END
$function$;


-- The first `quantity` serials of a queue that holds as many, and what stays (as kernel.serials.take).
CREATE FUNCTION ledger_take(queue int8range[], quantity bigint, OUT taken int8range[], OUT rest int8range[])
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $function$
DECLARE
    missing bigint := quantity;
    whole integer := 0;  -- so many ranges from the front go as they are
    middle bigint;
BEGIN
    WHILE whole < cardinality(queue) AND upper(queue[whole + 1]) - lower(queue[whole + 1]) <= missing LOOP
        whole := whole + 1;
        missing := missing - (upper(queue[whole]) - lower(queue[whole]));
    END LOOP;
    taken := queue[1:whole];
    rest := queue[whole + 1:];
    IF missing > 0 THEN
        middle := lower(rest[1]) + missing;
        taken := taken || int8range(lower(rest[1]), middle);
        rest[1] := int8range(middle, upper(rest[1]));
    END IF;
END
$function$;


-- The named serials out of a queue, in the queue's order, and what stays. The caller checks that they were there.
CREATE FUNCTION ledger_take_named(queue int8range[], named int8range[], OUT taken int8range[], OUT rest int8range[])
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $function$
    SELECT coalesce(array_agg(piece ORDER BY place, piece) FILTER (WHERE wanted), '{}'),
           coalesce(array_agg(piece ORDER BY place, piece) FILTER (WHERE NOT wanted), '{}')
      FROM unnest(queue) WITH ORDINALITY AS held (serials, place)
     CROSS JOIN LATERAL (
               SELECT true AS wanted, unnest(int8multirange(serials) * int8multirange(VARIADIC named)) AS piece
               UNION ALL
               SELECT false, unnest(int8multirange(serials) - int8multirange(VARIADIC named))
           ) AS pieces
$function$;


-- What a posting takes from a queue of `held` units: the first acquired, or those that `chosen` names.
CREATE FUNCTION ledger_pick(
    number text, held bigint, queue int8range[], quantity bigint, chosen int8range[],
    OUT taken int8range[], OUT rest int8range[]
)
LANGUAGE plpgsql STABLE
AS $function$
BEGIN
    IF coalesce(held, 0) < quantity THEN
        RAISE EXCEPTION 'account % holds % units, not %', number, coalesce(held, 0), quantity
            USING ERRCODE = 'LG006',
                  DETAIL = json_build_object('account', number, 'held_t', coalesce(held, 0),
                                             'quantity_t', quantity)::text;
    END IF;
    IF chosen IS NULL THEN
        SELECT picked.taken, picked.rest INTO taken, rest FROM ledger_take(queue, quantity) AS picked;
        RETURN;
    END IF;
    -- NULL, empty and open-ended ranges make the count NULL.
    IF ledger_count(chosen) IS DISTINCT FROM quantity THEN
        RAISE EXCEPTION 'the named serials are not % units', quantity
            USING ERRCODE = 'LG008', DETAIL = json_build_object('account', number, 'serials', chosen)::text;
    END IF;
    IF NOT int8multirange(VARIADIC chosen) <@ int8multirange(VARIADIC queue) THEN
        RAISE EXCEPTION 'account % does not hold all of the named serials', number
            USING ERRCODE = 'LG007',
                  DETAIL = json_build_object(
                      'account', number,
                      'serials', int8multirange(VARIADIC chosen) - int8multirange(VARIADIC queue))::text;
    END IF;
    SELECT picked.taken, picked.rest INTO taken, rest FROM ledger_take_named(queue, chosen) AS picked;
    -- Fewer than asked: a serial was named twice.
    IF ledger_count(taken) <> quantity THEN
        RAISE EXCEPTION 'a serial is named twice'
            USING ERRCODE = 'LG008', DETAIL = json_build_object('account', number, 'serials', chosen)::text;
    END IF;
END
$function$;


-- Whether nothing was lost or doubled in one holding: old queue + received = sent + new queue.
CREATE FUNCTION ledger_conserved(old int8range[], received int8range[], sent int8range[], new int8range[])
RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $function$
BEGIN
    RETURN ledger_count(old) + ledger_count(received) = ledger_count(sent) + ledger_count(new)
       AND NOT int8multirange(VARIADIC old) && int8multirange(VARIADIC received)
       AND NOT int8multirange(VARIADIC sent) && int8multirange(VARIADIC new)
       AND int8multirange(VARIADIC old) + int8multirange(VARIADIC received)
         = int8multirange(VARIADIC sent) + int8multirange(VARIADIC new);
END
$function$;


-- What must be so before anything is locked or moved. Returns the source account.
CREATE FUNCTION ledger_check_posting(
    from_account bigint, to_account bigint, quantity bigint, chosen int8range[]
) RETURNS ledger_account
LANGUAGE plpgsql
AS $function$
DECLARE
    source ledger_account;
    target ledger_account;
BEGIN
    -- In a longer snapshot the status read below could be an old one.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'a posting needs a READ COMMITTED transaction' USING ERRCODE = 'LG012', DETAIL = '{}';
    END IF;
    IF quantity IS NULL OR quantity < 1 THEN
        RAISE EXCEPTION 'a posting moves one unit at least, not %', quantity
            USING ERRCODE = 'LG001', DETAIL = json_build_object('quantity_t', quantity)::text;
    END IF;
    IF from_account = to_account THEN
        RAISE EXCEPTION 'a posting needs two accounts'
            USING ERRCODE = 'LG002', DETAIL = json_build_object('account', from_account::text)::text;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(ledger_status_lock_key(least(from_account, to_account))),
            pg_advisory_xact_lock_shared(ledger_status_lock_key(greatest(from_account, to_account)));
    SELECT * INTO source FROM ledger_account WHERE id = from_account;
    SELECT * INTO target FROM ledger_account WHERE id = to_account;
    IF source.id IS NULL OR target.id IS NULL THEN
        RAISE EXCEPTION 'unknown account among % and %', from_account, to_account
            USING ERRCODE = 'LG003',
                  DETAIL = json_build_object('account', CASE WHEN source.id IS NULL THEN from_account
                                                             ELSE to_account END::text)::text;
    END IF;
    IF target.role = 'issuance' THEN
        RAISE EXCEPTION 'units come out of issuance account % and never go back', target.number
            USING ERRCODE = 'LG013', DETAIL = json_build_object('account', target.number)::text;
    END IF;
    IF source.role = 'issuance' AND chosen IS NOT NULL THEN
        RAISE EXCEPTION 'new units get the next serial numbers; none can be named'
            USING ERRCODE = 'LG008',
                  DETAIL = json_build_object('account', source.number, 'serials', chosen)::text;
    END IF;
    -- Whether both are open is the journal's own trigger's to say (ledger_journal_needs_open_accounts).
    RETURN source;
END
$function$;


-- Move `quantity` units of a class from one account to another and write the journal.
--
-- Out of an account of role "issuance" come new units: the next serial numbers of the class. Out of any other go the
-- units that it acquired first, or the serials that `chosen` names. Returns the journal row's id and the serials moved.
--
-- Locks, in this order, so that no two postings wait for each other in a ring: status of both accounts (shared),
-- the class where units are new, the holdings by account id.
CREATE FUNCTION ledger_post(
    act uuid, from_account bigint, to_account bigint, unit_class bigint, quantity bigint, valid_day date,
    chosen int8range[] DEFAULT NULL,
    OUT posting bigint, OUT moved int8range[]
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $function$
-- Parameters and columns share names here: a bare name is the parameter, columns are written with their table.
#variable_conflict use_variable
DECLARE
    source ledger_account := ledger_check_posting(from_account, to_account, quantity, chosen);
    holding ledger_holding;
    source_holding ledger_holding;
    target_holding ledger_holding;
    source_rest int8range[];
    target_queue int8range[];
    first_serial bigint;
BEGIN
    IF source.role = 'issuance' THEN
        UPDATE ledger_unit_class AS class SET next_serial = class.next_serial + quantity
         WHERE class.id = unit_class
        RETURNING class.next_serial - quantity INTO first_serial;
    END IF;
    IF NOT EXISTS (SELECT FROM ledger_unit_class AS class WHERE class.id = unit_class) THEN
        RAISE EXCEPTION 'unknown unit class %', unit_class
            USING ERRCODE = 'LG005', DETAIL = json_build_object('unit_class', unit_class::text)::text;
    END IF;

    FOR holding IN
        SELECT held.* FROM ledger_holding AS held
         WHERE held.unit_class_id = unit_class AND held.account_id IN (from_account, to_account)
         ORDER BY held.account_id
           FOR UPDATE
    LOOP
        IF holding.account_id = from_account THEN
            source_holding := holding;
        ELSE
            target_holding := holding;
        END IF;
    END LOOP;

    IF source.role = 'issuance' THEN
        moved := ARRAY[int8range(first_serial, first_serial + quantity)];
    ELSE
        SELECT picked.taken, picked.rest INTO moved, source_rest
          FROM ledger_pick(source.number, source_holding.quantity, source_holding.queue, quantity, chosen) AS picked;
        IF NOT ledger_conserved(source_holding.queue, '{}', moved, source_rest) THEN
            RAISE EXCEPTION 'serials lost or doubled in account %', from_account
                USING ERRCODE = 'LG011', DETAIL = json_build_object('account', source.number)::text;
        END IF;
        UPDATE ledger_holding AS held SET quantity = held.quantity - quantity, queue = source_rest
         WHERE held.account_id = from_account AND held.unit_class_id = unit_class;
    END IF;

    IF target_holding.account_id IS NULL THEN
        -- DO UPDATE changes nothing: it locks and returns the row that another transaction made meanwhile.
        INSERT INTO ledger_holding AS held (account_id, unit_class_id, quantity, queue)
        VALUES (to_account, unit_class, 0, '{}')
        ON CONFLICT ON CONSTRAINT ledger_holding_pkey DO UPDATE SET quantity = held.quantity
        RETURNING held.* INTO target_holding;
    END IF;
    target_queue := ledger_append(target_holding.queue, moved);
    IF NOT ledger_conserved(target_holding.queue, moved, '{}', target_queue) THEN
        RAISE EXCEPTION 'serials lost or doubled in account %', to_account
            USING ERRCODE = 'LG011', DETAIL = json_build_object('account', to_account::text)::text;
    END IF;
    UPDATE ledger_holding AS held SET quantity = held.quantity + quantity, queue = target_queue
     WHERE held.account_id = to_account AND held.unit_class_id = unit_class;

    INSERT INTO ledger_journal AS row
        (act_id, from_account_id, to_account_id, unit_class_id, quantity, serials, valid_day)
    VALUES (act, from_account, to_account, unit_class, quantity, moved, valid_day)
    RETURNING row.id INTO posting;
END
$function$;
