-- Opening and changing accounts, and defining unit classes: small functions of the owner, so that the application's
-- role needs no right to write.

-- A closing account and a posting must not pass each other unseen. A posting holds this lock shared (memory only, no
-- row is written), a change of status holds it alone. The key space is its own, apart from the locks that the door takes.
CREATE FUNCTION ledger_status_lock_key(account bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $function$ SELECT -account $function$;


-- Open an account and return its id. Without a number the next of the format's series is allotted: "{n}" in the format
-- is replaced; numbers of one format only grow, and one that is taken already is passed over. The series' row stays
-- locked until the transaction ends, so that no two openings get the same number.
CREATE FUNCTION ledger_open_account(
    act uuid, account_scheme text, account_number text, format text, first_number bigint,
    account_kind text, account_role text, holder_key text, opening_day date
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    allotted text := account_number;
    opened bigint;
    holder bigint;
BEGIN
    IF allotted IS NULL THEN
        IF position('{n}' IN coalesce(format, '')) = 0 THEN
            RAISE EXCEPTION 'an account number format needs {n}: %', format
                USING ERRCODE = 'LG015', DETAIL = json_build_object('account', format)::text;
        END IF;
        INSERT INTO ledger_number_series (number_format, next_number) VALUES (format, first_number)
            ON CONFLICT DO NOTHING;
        LOOP
            UPDATE ledger_number_series AS series SET next_number = series.next_number + 1
             WHERE series.number_format = format
            RETURNING replace(format, '{n}', (series.next_number - 1)::text) INTO allotted;
            EXIT WHEN NOT EXISTS (SELECT FROM ledger_account WHERE number = allotted);
        END LOOP;
    END IF;

    IF holder_key IS NOT NULL THEN
        INSERT INTO ledger_holder (external_key) VALUES (holder_key) ON CONFLICT DO NOTHING;
        SELECT id INTO STRICT holder FROM ledger_holder WHERE external_key = holder_key;
    END IF;
    INSERT INTO ledger_account (number, scheme, kind, role, holder_id, opened_on, status)
    VALUES (allotted, account_scheme, account_kind, account_role, holder, opening_day, 'open')
    ON CONFLICT (number) DO NOTHING
    RETURNING id INTO opened;
    IF opened IS NULL THEN
        RAISE EXCEPTION 'account number % is taken', allotted
            USING ERRCODE = 'LG015', DETAIL = json_build_object('account', allotted)::text;
    END IF;
    INSERT INTO ledger_account_event (account_id, day, kind, status, act_id)
    VALUES (opened, opening_day, account_kind, 'open', act);
    RETURN opened;
END
$function$;


-- Give an account another kind, another status, or both, from a day on. Events of one account are in order of day.
CREATE FUNCTION ledger_change_account(
    act uuid, account bigint, new_kind text, new_status text, from_day date
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    known ledger_account;
    latest date;
BEGIN
    IF new_status IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(ledger_status_lock_key(account));
    END IF;
    SELECT * INTO known FROM ledger_account WHERE id = account FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'account % is unknown', account
            USING ERRCODE = 'LG003', DETAIL = json_build_object('account', account::text)::text;
    END IF;
    SELECT max(day) INTO latest FROM ledger_account_event WHERE account_id = account;
    IF from_day < latest
        OR (coalesce(new_kind, known.kind) = known.kind AND coalesce(new_status, known.status) = known.status)
    THEN
        RAISE EXCEPTION 'account % changed last on %; a change needs that day or a later one, and something new',
            known.number, latest
            USING ERRCODE = 'LG014',
                  DETAIL = json_build_object('account', known.number, 'latest', latest, 'day', from_day,
                                             'kind', known.kind, 'status', known.status)::text;
    END IF;
    UPDATE ledger_account
       SET kind = coalesce(new_kind, known.kind), status = coalesce(new_status, known.status)
     WHERE id = account;
    INSERT INTO ledger_account_event (account_id, day, kind, status, act_id)
    VALUES (account, from_day, coalesce(new_kind, known.kind), coalesce(new_status, known.status), act);
END
$function$;


-- The id of a unit class, defined now if it is new. Serial numbers start at 1.
CREATE FUNCTION ledger_define_unit_class(
    class_scheme text, class_type text, class_phase integer, class_origin text
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    found_id bigint;
BEGIN
    LOOP
        SELECT id INTO found_id FROM ledger_unit_class
         WHERE scheme = class_scheme AND unit_type = class_type
           AND phase IS NOT DISTINCT FROM class_phase AND origin = class_origin;
        EXIT WHEN FOUND;
        -- DO NOTHING where another transaction was faster; the next turn of the loop reads what it wrote.
        INSERT INTO ledger_unit_class (scheme, unit_type, phase, origin)
        VALUES (class_scheme, class_type, class_phase, class_origin)
        ON CONFLICT DO NOTHING;
    END LOOP;
    RETURN found_id;
END
$function$;
