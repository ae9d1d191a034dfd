# Two images from one file: `--target web` (no torch) and `--target worker` (every engine).
#   docker build --target worker --build-arg TORCH="torch==2.13.0 --index-url ADDRESS" .
# TORCH is what pip installs for it, options allowed; by itself it takes the CUDA build.

FROM python:3.11-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/venv/bin:$PATH \
    ROSTRUM_ENV=production ROSTRUM_VAR=/var/lib/rostrum ROSTRUM_MODELS_DIR=/models
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/rostrum rostrum
WORKDIR /app

# Everything from the lock. --no-deps: docs/development.md says why.
FROM base AS packages
RUN python -m venv /venv
COPY requirements/lock.txt requirements/lock.txt
RUN --mount=type=cache,target=/root/.cache/pip pip install --no-deps -r requirements/lock.txt

# torch on top, and the repair of torchaudio where torch has no CUDA (docs/development.md).
FROM packages AS engines
ARG TORCH="torch==2.13.0"
RUN --mount=type=cache,target=/root/.cache/pip pip install $TORCH \
    && { python -c "import sys, torch; sys.exit(torch.version.cuda is None)" \
         || find /venv -path "*/torchaudio/lib/*.so" -delete; }
COPY workers workers
RUN python -m workers.engines.embeddings /models

# Static files are made once, here; these values sign and serve nothing.
FROM packages AS static
COPY . .
RUN ROSTRUM_SECRET_KEY=only-to-collect-static-files-0123456789-abcdefghijklm \
    ROSTRUM_HOSTS=build.invalid ROSTRUM_URL=https://build.invalid \
    python manage.py collectstatic --no-input

FROM base AS web
COPY --from=packages /venv /venv
COPY --from=engines /models /models
COPY --from=static --chown=rostrum /var/lib/rostrum/static /var/lib/rostrum/static
COPY . .
USER rostrum
EXPOSE 8000
# SIGTERM: requests in hand are finished, then it ends.
CMD ["uvicorn", "config.asgi:application", "--host", "0.0.0.0", "--port", "8000", \
     "--lifespan", "on", "--no-access-log", "--timeout-graceful-shutdown", "30"]

FROM base AS worker
COPY --from=engines /venv /venv
COPY --from=engines /models /models
COPY . .
USER rostrum
# SIGTERM: stages in hand are handed back, then it ends. QUEUES: io, cpu, gpu, by comma.
ENV QUEUES=io,cpu,gpu
CMD ["sh", "-c", "exec python -m workers.supervisor --queues \"$QUEUES\""]
