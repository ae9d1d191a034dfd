# Two images from one file: `--target web` (no torch) and `--target worker` (every engine).
#   docker build --target worker --build-arg TORCH="torch==2.13.0 --index-url ADDRESS" .
# TORCH is what pip installs for it, options allowed; by itself it takes the CUDA build.

FROM python:3.11-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/venv/bin:$PATH \
    ROSTRUM_ENV=production ROSTRUM_VAR=/var/lib/rostrum ROSTRUM_MODELS_DIR=/models
# Pango lays out sheets to print.
RUN apt-get update && apt-get install --yes --no-install-recommends \
       libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
# Its folders are there and its own, so that an empty volume mounted on one of them is too.
RUN useradd --uid 10001 --create-home --home-dir /var/lib/rostrum rostrum \
    && install --directory --owner rostrum --group rostrum /var/lib/rostrum/media /models
WORKDIR /app

# What the product runs on: the versions of the lock, less the tools of development in it.
FROM base AS chosen
COPY requirements requirements
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install --constraint requirements/lock.txt uv \
    && uv pip compile --quiet --no-header --no-annotate --python-version 3.11 \
       --constraint requirements/lock.txt --override requirements/overrides.txt \
       --output-file /chosen.txt requirements/base.in

# --no-deps: docs/development.md says why.
FROM base AS packages
RUN python -m venv /venv
COPY --from=chosen /chosen.txt /chosen.txt
RUN --mount=type=cache,target=/root/.cache/pip pip install --no-deps -r /chosen.txt

# torch on top, and the repair of torchaudio where torch has no CUDA (docs/development.md).
# Every engine is imported once: what is missing shows here, not at the first recording.
FROM packages AS engines
ARG TORCH="torch==2.13.0"
RUN --mount=type=cache,target=/root/.cache/pip pip install $TORCH \
    && { python -c "import sys, torch; sys.exit(torch.version.cuda is None)" \
         || find /venv -path "*/torchaudio/lib/*.so" -delete; }
COPY workers workers
COPY deploy deploy
RUN python -m deploy.local.prove && python -m workers.engines.embeddings /models

# Static files are made once, here; these values sign and serve nothing.
FROM packages AS static
COPY . .
RUN ROSTRUM_SECRET_KEY=only-to-collect-static-files-0123456789-abcdefghijklm \
    ROSTRUM_HOSTS=build.invalid ROSTRUM_URL=https://build.invalid \
    python manage.py collectstatic --no-input

FROM base AS web
COPY --from=packages /venv /venv
COPY --from=engines --chown=rostrum:rostrum /models /models
COPY --from=static --chown=rostrum:rostrum /var/lib/rostrum/static /var/lib/rostrum/static
COPY . .
USER rostrum
EXPOSE 8000
HEALTHCHECK --start-period=60s CMD ["python", "-m", "deploy.alive"]
# SIGTERM: requests in hand are finished, then it ends.
CMD ["uvicorn", "config.asgi:application", "--host", "0.0.0.0", "--port", "8000", \
     "--lifespan", "on", "--no-access-log", "--timeout-graceful-shutdown", "30", \
     "--ws-per-message-deflate", "false"]

FROM base AS worker
COPY --from=engines /venv /venv
COPY --from=engines --chown=rostrum:rostrum /models /models
COPY . .
USER rostrum
# SIGTERM: stages in hand are handed back, then it ends. QUEUES: io, cpu, gpu, captions, asking, by comma.
ENV QUEUES=io,cpu,gpu,captions,asking
CMD ["sh", "-c", "exec python -m workers.supervisor --queues \"$QUEUES\""]
