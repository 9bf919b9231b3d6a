# The image of the API server. The databases are elsewhere: see docker-compose.yml.
# Python 3.11 because that is what the tests run on.
FROM python:3.11-slim-bookworm AS base
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore

# The pages. Node comes by hash from PyPI, as on every machine without npm.
FROM base AS pages
WORKDIR /src
COPY requirements/node.txt requirements/
COPY building/ building/
COPY playground/ playground/
RUN --mount=type=cache,target=/root/.cache/pip --mount=type=cache,target=/root/.npm \
    python building/pages.py graphiql
COPY dashboard/ dashboard/
COPY schema/schema.graphql schema/
RUN --mount=type=cache,target=/root/.npm \
    python building/pages.py dashboard

# The environment, with neither pip nor build tools nor the embedded databases in it.
FROM base AS build
WORKDIR /src
COPY requirements/build.txt requirements/image.txt requirements/
RUN --mount=type=cache,target=/root/.cache/pip \
    python -m venv /opt/build \
    && python -m venv --without-pip /opt/stockpulse \
    && pip --python /opt/build/bin/python install --require-hashes -r requirements/build.txt \
    && pip --python /opt/stockpulse/bin/python install --require-hashes -r requirements/image.txt
COPY pyproject.toml README.md ./
COPY app/ app/
COPY schema/ schema/
COPY resolvers/ resolvers/
COPY --from=pages /src/app/web/static/ app/web/static/
RUN /opt/build/bin/hatchling build --target wheel --directory /dist \
    && pip --python /opt/stockpulse/bin/python install --no-deps --no-index /dist/*.whl

FROM base
# A number, so that an orchestrator can see that it is not root.
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin stockpulse
COPY --from=build /opt/stockpulse /opt/stockpulse
ENV PATH=/opt/stockpulse/bin:$PATH PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /home/stockpulse
EXPOSE 8000
STOPSIGNAL SIGTERM
# Ready means that MongoDB answers; a proxy in the environment is not asked, unlike with urllib.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client, os, sys; server = http.client.HTTPConnection('127.0.0.1', int(os.environ.get('STOCKPULSE_PORT', 8000)), timeout=4); server.request('GET', '/readyz'); sys.exit(server.getresponse().status != 200)"]
ENTRYPOINT ["stockpulse"]
CMD ["serve", "--host", "0.0.0.0"]
