-- Triggers name the functions that write now; rights for the new ones.

DROP TRIGGER ledger_journal_by_function ON ledger_journal;
CREATE TRIGGER ledger_journal_by_function
    BEFORE INSERT ON ledger_journal
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_by_hand('ledger_move');
DROP TRIGGER ledger_holding_by_function ON ledger_holding;
CREATE TRIGGER ledger_holding_by_function
    BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON ledger_holding
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_by_hand(
        'ledger_settle', 'ledger_lock_holdings', 'ledger_bring_forward');
CREATE TRIGGER ledger_segment_by_function
    BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON ledger_segment
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_by_hand(
        'ledger_push_segments', 'ledger_next_segment', 'ledger_bring_forward');
DROP TRIGGER ledger_unit_class_by_function ON ledger_unit_class;
CREATE TRIGGER ledger_unit_class_by_function
    BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON ledger_unit_class
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_by_hand('ledger_define_unit_class', 'ledger_move');
ALTER TABLE ledger_journal ENABLE ALWAYS TRIGGER ledger_journal_by_function;
ALTER TABLE ledger_holding ENABLE ALWAYS TRIGGER ledger_holding_by_function;
ALTER TABLE ledger_segment ENABLE ALWAYS TRIGGER ledger_segment_by_function;
ALTER TABLE ledger_unit_class ENABLE ALWAYS TRIGGER ledger_unit_class_by_function;

REVOKE ALL ON ledger_segment FROM PUBLIC, {application_role};
GRANT SELECT ON ledger_segment TO {application_role};
REVOKE ALL ON FUNCTION
    ledger_flat, ledger_count, ledger_join, ledger_hold_statuses, ledger_all_statuses_lock_key, ledger_lock_holdings,
    ledger_push_segments, ledger_next_segment, ledger_bring_forward, ledger_refusal_facts, ledger_move, ledger_settle,
    ledger_lost, ledger_post_one, ledger_post, ledger_post_batch, ledger_reverse
FROM PUBLIC, {application_role};
GRANT EXECUTE ON FUNCTION ledger_post, ledger_post_batch, ledger_reverse TO {application_role};
