#!/bin/sh
# Makes sure that there is a Chromium for the browser tests: the one on the machine, or the system's package.
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null && exit 0
fi
.venv/bin/python -m playwright install chromium && exit 0
echo "No Chromium found and none could be installed. Install the package 'chromium', then run 'make test' again." >&2
exit 1
