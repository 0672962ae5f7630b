"""Speed, as ratios within one run: ``nox -s bench``. Nothing here is a test: a busy machine must not fail a change."""
