"""The services over HTTP: one worker on one core, wrk on another, ratios within one run."""
