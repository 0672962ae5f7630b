"""A plausible company, made from a seed. Not public; `FakeDixa(company=…)` has one.

- `sizes`: how large it is.
- `chance`: what is up to chance, the same on every machine and Python.
- `names`, `topics`: what people are called, and what they write.
- `people`: agents, teams, queues, tags and end users.
- `channels`: conversations and messages in the form of each channel.
- `timeline`: what happens to one conversation, and when.
- `story`: what people do in a conversation.
- `build`: the whole company.
"""
