# One image for every process; compose.yaml and docs/deploy.md say which command each of them is.
FROM python:3.13-slim AS built
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
COPY requirements.txt ./
RUN pip install --require-hashes -r requirements.txt
COPY setup.cfg setup.py pyproject.toml README.md LICENSE ./
COPY proactive proactive
RUN pip install --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin aurora
COPY --from=built /venv /venv
WORKDIR /app
COPY Procfile LICENSE ./
COPY scripts scripts
COPY supabase supabase
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 HOST=0.0.0.0
USER 10001
EXPOSE 8000
# the pages and the API; scheduler and workers have their own command
CMD ["python", "-m", "proactive.web"]
