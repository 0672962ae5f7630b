"""Speed, as ratios within one run: ``nox -s bench``. Nothing here is a test: a busy machine must not fail a build.

- `measurements`: what is measured, against what, and the goal.
- `figures`: ratios with their spread, and results.
- `imports`, `first_calls`, `preloading`, `first_response`: the costs of a fresh process.
- `pages` makes the data, `peers` and `generated` what reads it elsewhere, `serialization` measures it.
- `calls`, `options`, `large_response`, `tokens`: a client that runs for long.
- `traffic`: how close to the rate limit it sends. `bulk_peers` is separate and makes the table of the bulk docs.
- `programs`: what runs in its own process; `fresh` starts these, and `canned_server` responds to them.
- `report`: the tables for the terminal and the docs.
"""
