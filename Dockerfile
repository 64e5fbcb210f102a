# Dagster's UI, daemon and nightly schedule of one shop. How to build and run it: docs/deployment.md.
# Everything is installed and parsed here; nothing is downloaded when it runs.
FROM python:3.13-slim-bookworm AS build
ENV UV_LINK_MODE=copy \
    UV_PYTHON_DOWNLOADS=never \
    UV_PROJECT_ENVIRONMENT=/opt/klantwaarde/.venv
RUN pip install --no-cache-dir --disable-pip-version-check uv==0.13.9
WORKDIR /opt/klantwaarde
# Before the code, so that a change of the code does not install everything anew.
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-group dev --no-install-project --compile-bytecode --no-cache
COPY workspace.yaml LICENSE README.md ./
COPY pipelines pipelines
COPY dbt_project dbt_project
COPY shops shops
# The project itself, which is the command `klantwaarde`.
RUN uv sync --frozen --no-group dev --no-cache \
    && .venv/bin/python -m compileall -q pipelines \
    && .venv/bin/python -c "from pipelines.warehouse.dbt_project import ensure_manifest; ensure_manifest()"

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --user-group --create-home --home-dir /var/lib/klantwaarde klantwaarde
COPY --from=build /opt/klantwaarde /opt/klantwaarde
# All that is written outside the home: what dbt has parsed.
RUN chown -R klantwaarde:klantwaarde /opt/klantwaarde/dbt_project/target
ENV PATH=/opt/klantwaarde/.venv/bin:$PATH \
    HOME=/var/lib/klantwaarde \
    KLANTWAARDE_HOME=/var/lib/klantwaarde/shop \
    KLANTWAARDE_UI_HOST=0.0.0.0 \
    PORT=3000 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /opt/klantwaarde
# By number, so that a platform that allows no root user can see that it is none.
USER 10001:10001
VOLUME /var/lib/klantwaarde
EXPOSE 3000
HEALTHCHECK --start-period=120s --interval=60s --timeout=10s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:3000/server_info', timeout=8)"]
CMD ["python", "-m", "pipelines.run.ui"]
