from django.db import migrations

CREATE = """
CREATE FUNCTION trail_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The trail is append-only: % refused', TG_OP;
END $$;
CREATE TRIGGER trail_append_only BEFORE UPDATE OR DELETE ON trail_entry
    FOR EACH ROW EXECUTE FUNCTION trail_refuse_change();
"""
DROP = """
DROP TRIGGER trail_append_only ON trail_entry;
DROP FUNCTION trail_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("trail", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
