"""The commands of ``python -m dixa_async``.

- `main`: parses the command line and runs a command.
- `demo`: shows what the package does.
- `fake`, `fake_server`: runs a fake Dixa for programs in any language.
- `jobs`: shows and exports the journals of bulk jobs.
- `inbox`: shows the inbox of a bot, and reruns parked events.
- `terminal`: makes any text safe to print.
"""
