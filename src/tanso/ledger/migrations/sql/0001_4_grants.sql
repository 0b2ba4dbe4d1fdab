-- The application's role reads the tables and calls the functions; everything else was taken away or never given.
-- (Default privileges of the database give it more on every new table; that is for the other rooms.)

REVOKE ALL ON
    ledger_holder, ledger_number_series, ledger_account, ledger_account_event, ledger_unit_class, ledger_journal,
    ledger_holding
FROM PUBLIC, {application_role};
GRANT SELECT ON
    ledger_holder, ledger_number_series, ledger_account, ledger_account_event, ledger_unit_class, ledger_journal,
    ledger_holding
TO {application_role};
REVOKE ALL ON SEQUENCE
    ledger_holder_id_seq, ledger_account_id_seq, ledger_account_event_id_seq, ledger_unit_class_id_seq,
    ledger_journal_id_seq
FROM PUBLIC, {application_role};

-- Every function may be executed by everyone unless that is taken away.
REVOKE ALL ON FUNCTION
    ledger_count, ledger_refuse_change, ledger_refuse_by_hand, ledger_refuse_unless_open, ledger_status_lock_key,
    ledger_open_account, ledger_change_account, ledger_define_unit_class, ledger_append, ledger_take,
    ledger_take_named, ledger_pick, ledger_conserved, ledger_check_posting, ledger_post
FROM PUBLIC, {application_role};
GRANT EXECUTE ON FUNCTION
    ledger_open_account, ledger_change_account, ledger_define_unit_class, ledger_post
TO {application_role};
