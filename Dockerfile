# docker build -t foyer . && docker run --rm -v foyer:/data --read-only --tmpfs /tmp foyer demo
# The bot itself: see compose.yaml.

FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/foyer
ENV PATH=/opt/foyer/bin:$PATH
WORKDIR /src
COPY requirements.lock ./
RUN pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY cogs cogs
COPY db db
RUN pip install --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --uid 10001 --home-dir /data --create-home foyer
COPY --from=build /opt/foyer /opt/foyer
# The folder is mounted, never the database file alone: SQLite keeps two more files beside it.
ENV PATH=/opt/foyer/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    FOYER_STORE__URL=sqlite:////data/foyer.db \
    FOYER_HTTP__PORT=8080
USER foyer
WORKDIR /data
VOLUME /data
ENTRYPOINT ["foyer"]
CMD ["run"]
HEALTHCHECK --interval=60s --timeout=10s --start-period=60s --retries=3 CMD \
    ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8080/healthz', timeout=8)"]
