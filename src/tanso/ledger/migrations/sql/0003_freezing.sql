-- Freezing: an account as a whole (its status; then no posting touches it) or for single operations (which the rules
-- read), with a reason and, where it has one, the day on which it ends.

ALTER TABLE ledger_account
    ADD CONSTRAINT ledger_account_restricted_while_open CHECK (cardinality(restricted) = 0 OR status = 'open');
ALTER TABLE ledger_account_event
    ADD CONSTRAINT ledger_account_event_restricted_while_open CHECK (cardinality(restricted) = 0 OR status = 'open');

-- Give an account another kind, another status, other restrictions, or several of these, from a day on. Events of one
-- account are in order of day.
--
-- A status or restrictions set the reason and the end anew, also to none; another kind alone leaves them. Restrictions
-- that are not named end with any change of status.
DROP FUNCTION ledger_change_account(uuid, bigint, text, text, date);
CREATE FUNCTION ledger_change_account(
    act uuid, account bigint, new_kind text, new_status text, from_day date,
    new_restricted text[] DEFAULT NULL, new_reason text DEFAULT NULL, new_until date DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $function$
DECLARE
    known ledger_account;
    changed ledger_account;
    latest date;
BEGIN
    IF new_status IS NOT NULL THEN
        -- Alone against postings of many accounts, which hold the first lock, and of few, which hold the second.
        PERFORM pg_advisory_xact_lock(ledger_all_statuses_lock_key());
        PERFORM pg_advisory_xact_lock(ledger_status_lock_key(account));
    END IF;
    SELECT * INTO known FROM ledger_account WHERE id = account FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'account % is unknown', account
            USING ERRCODE = 'LG003', DETAIL = json_build_object('account', account::text)::text;
    END IF;
    changed := known;
    changed.kind := coalesce(new_kind, known.kind);
    IF new_status IS NOT NULL OR new_restricted IS NOT NULL THEN
        changed.status := coalesce(new_status, known.status);
        changed.restricted := coalesce(new_restricted, '{}');
        changed.reason := coalesce(new_reason, '');
        changed.until := new_until;
    END IF;
    SELECT max(day) INTO latest FROM ledger_account_event WHERE account_id = account;
    IF from_day < latest OR changed = known THEN
        RAISE EXCEPTION 'account % changed last on %; a change needs that day or a later one, and something new',
            known.number, latest
            USING ERRCODE = 'LG014',
                  DETAIL = json_build_object('account', known.number, 'latest', latest, 'day', from_day,
                                             'kind', known.kind, 'status', known.status)::text;
    END IF;
    UPDATE ledger_account
       SET kind = changed.kind, status = changed.status, restricted = changed.restricted,
           reason = changed.reason, until = changed.until
     WHERE id = account;
    INSERT INTO ledger_account_event (account_id, day, kind, status, restricted, reason, until, act_id)
    VALUES (account, from_day, changed.kind, changed.status, changed.restricted, changed.reason, changed.until, act);
END
$function$;

REVOKE ALL ON FUNCTION ledger_change_account FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_change_account TO {application_role};
