-- A provider that fails before its first byte is followed by another: the open hold of the call is then redirected. Who called, when, and
-- by which key never change, and an ended hold not at all.
CREATE FUNCTION refuse_change_of_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE'
    AND (NEW.id, NEW.user_id, NEW.api_key_id, NEW.limit_day, NEW.created_at)
      IS NOT DISTINCT FROM (OLD.id, OLD.user_id, OLD.api_key_id, OLD.limit_day, OLD.created_at)
    AND EXISTS (SELECT 1 FROM hold_progress WHERE hold_id = OLD.id)
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'holds is append-only, but for whom an open hold goes to';
END $$;

DROP TRIGGER holds_append_only ON holds;
CREATE TRIGGER holds_append_only BEFORE UPDATE OR DELETE ON holds FOR EACH ROW EXECUTE FUNCTION refuse_change_of_hold();
