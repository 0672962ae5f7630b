"""Durations as text."""


def format_duration(seconds: float | None) -> str:
    """Hours, minutes and seconds as text, or a question mark."""
    if seconds is None:
        return "?"
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
