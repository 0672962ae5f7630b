"""The commands of ``python -m dixa_async``.

- `main`: parses the command line, runs a command and prints what it yields.
- `commands`: the table of commands.
- `call`: makes one call, with JSON in and out.
- `doctor`: checks whether this machine can use the package, and the token.
- `demo`: shows what the package does.
- `fake`, `fake_server`: runs a fake Dixa for programs in any language.
- `export`: copies conversations and messages to a file, and keeps the copy in step.
- `jobs`: shows and exports the journals of bulk jobs.
- `inbox`: shows the inbox of a bot, and reruns parked events.
- `webhooks`: receives webhooks on a machine without a public address.
- `options`: checks options that several commands have.
- `terminal`: makes any text safe to print.
"""
