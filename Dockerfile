# One image for web, worker and beat: they differ in their command only.
FROM python:3.12-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /srv/belonging
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --quiet -r requirements.txt
COPY . .
# The typeface and the static files are made here once; no database is needed for them.
RUN DJANGO_SETTINGS_MODULE=belonging.settings.types /venv/bin/python manage.py build_assets \
    && SECRET_KEY=only-to-collect-static-files-0123456789-0123456789-0123456789 ALLOWED_HOSTS=localhost \
       DATABASE_URL=postgres://nobody@127.0.0.1:1/none DJANGO_SETTINGS_MODULE=belonging.settings.production \
       /venv/bin/python manage.py collectstatic --noinput --verbosity 0

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /srv/belonging belonging
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=belonging.settings.production HOST=0.0.0.0 PORT=8000
WORKDIR /srv/belonging
COPY --from=build /venv /venv
COPY --from=build --chown=belonging:belonging /srv/belonging /srv/belonging
USER belonging
VOLUME ["/srv/belonging/.local/media", "/srv/belonging/.local/private"]
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=40s CMD ["python", "scripts/healthcheck.py"]
CMD ["gunicorn", "-c", "gunicorn.conf.py"]
