from django.db import migrations

# The model's own refusal answers people; this one also stops queryset.update(), bulk writes and psql.
CREATE = """
CREATE FUNCTION framework_refuse(version_id bigint, operation text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE found text;
BEGIN
    SELECT status INTO found FROM framework_framework WHERE id = version_id;
    IF found IS NOT NULL AND found <> 'draft' THEN
        RAISE EXCEPTION 'A % version of the framework is read-only: % refused', found, operation;
    END IF;
END $$;

CREATE FUNCTION framework_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'draft' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status = 'published' AND NEW.status = 'retired'
       AND to_jsonb(NEW) - 'status' - 'retired_on' = to_jsonb(OLD) - 'status' - 'retired_on' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Framework % is % and read-only: % refused', OLD.version, OLD.status, TG_OP;
END $$;

CREATE FUNCTION framework_part_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM framework_refuse(OLD.framework_id, TG_OP); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM framework_refuse(NEW.framework_id, TG_OP); RETURN NEW; END IF;
    RETURN OLD;
END $$;

CREATE FUNCTION framework_indicator_part_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE version_id bigint;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        SELECT framework_id INTO version_id FROM framework_indicator WHERE id = OLD.indicator_id;
        PERFORM framework_refuse(version_id, TG_OP);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        SELECT framework_id INTO version_id FROM framework_indicator WHERE id = NEW.indicator_id;
        PERFORM framework_refuse(version_id, TG_OP);
        RETURN NEW;
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER framework_read_only BEFORE UPDATE OR DELETE ON framework_framework
    FOR EACH ROW EXECUTE FUNCTION framework_version_guard();
"""
PARTS = ("layer", "strand", "indicator")
PARTS_OF_INDICATOR = ("level", "wording", "suggestedaction", "mapping")
GUARDS = "".join(
    f"CREATE TRIGGER framework_read_only BEFORE INSERT OR UPDATE OR DELETE ON framework_{table} "
    f"FOR EACH ROW EXECUTE FUNCTION {function}();\n"
    for tables, function in ((PARTS, "framework_part_guard"), (PARTS_OF_INDICATOR, "framework_indicator_part_guard"))
    for table in tables
)
DROP = """
DROP FUNCTION framework_indicator_part_guard() CASCADE;
DROP FUNCTION framework_part_guard() CASCADE;
DROP FUNCTION framework_version_guard() CASCADE;
DROP FUNCTION framework_refuse(bigint, text);
"""


class Migration(migrations.Migration):
    dependencies = [("framework", "0001_initial")]
    operations = [migrations.RunSQL(CREATE + GUARDS, DROP)]
