from django.db import migrations

CREATE = """
CREATE FUNCTION questionnaire_instrument_read_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A published instrument is read-only: % refused', TG_OP;
END $$;
CREATE TRIGGER read_only BEFORE UPDATE OR DELETE ON questionnaire_instrument
    FOR EACH ROW EXECUTE FUNCTION questionnaire_instrument_read_only();
"""
DROP = "DROP FUNCTION questionnaire_instrument_read_only() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("questionnaire", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
