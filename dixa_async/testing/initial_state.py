"""What a server knows when it starts: the seed data, a company, a saved state, or nothing."""

import os
from datetime import datetime

from .company.sizes import CompanySize
from .state.seed_organization import seed_organization
from .state.seed_people import make_organization, seed_people
from .state.server_state import Clock, State


def make_state(
    *,
    clock: Clock,
    anonymization_polls: int,
    accept_duplicate_external_ids: bool,
    seed_data: bool,
    company: CompanySize | None,
    seed: int,
    until: datetime | None,
    load: "str | os.PathLike[str] | None",
) -> State:
    """Make the state of a new server; for the arguments see `FakeDixa`.

    Returns:
        The state.

    Raises:
        ValueError: the arguments contradict each other.
        StateFileError: the file does not hold a state that can be loaded.
        OSError: the file cannot be read.
    """
    if company is not None and load is not None:
        raise ValueError("a state that is loaded has its company already: pass either company or load")
    if until is not None and company is None:
        raise ValueError("until is the present of a company: pass company, too")
    state = State(
        clock=clock,
        organization=make_organization(),
        anonymization_polls=anonymization_polls,
        accept_duplicate_external_ids=accept_duplicate_external_ids,
    )
    if load is not None:
        from .saving.state_file import load_state  # not needed to start

        load_state(load, state)
    elif company is not None:
        from .company.build import add_company  # not needed to start

        add_company(state, company, seed=seed, until=until)
    elif seed_data:
        seed_people(state)
        seed_organization(state)
    return state
