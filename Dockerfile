# One image for all four services; which one runs is the command's choice.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY requirements.lock ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY openid4vc openid4vc
COPY consent consent
COPY schemes schemes
COPY chassis chassis
COPY issuer issuer
COPY wallet wallet
COPY verifier verifier
COPY demo demo
RUN /venv/bin/python -m chassis.catalogues compile && /venv/bin/python -m compileall -q .

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin eenmalig && install -d -o 10001 -m 0700 /state
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001
VOLUME /state
EXPOSE 8000 8001 8002 8003
CMD ["python", "-m", "demo", "--help"]
