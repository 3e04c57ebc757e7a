# What every container of compose.yaml runs. LibreOffice reads DOC, XLS and RTF; without it these go to quarantine.
FROM python:3.11-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libreoffice-writer-nogui libreoffice-calc-nogui \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /nianbao
COPY requirements.lock requirements-dev.lock pyproject.toml README.md LICENSE prefect.yaml ./
RUN pip install --no-cache-dir --require-hashes --no-deps -r requirements.lock
COPY nianbao.py ./
COPY extractors extractors
COPY transforms transforms
COPY warehouse warehouse
COPY flows flows
# The versions of the extras are those of the lock that the tests run with.
RUN grep -v '^ ' requirements-dev.lock | grep '==' | sed -E 's/\[[^]]*\]//; s/ .*//' > constraints.txt \
    && pip install --no-cache-dir --constraint constraints.txt --editable '.[ocr,s3,postgres,dask]'
