"""Verbs that change a partnership's records: each is authorised, atomic and audited."""

from partnerships.services.checks import check_stage, partnership_of
from partnerships.services.closures import Left, close, programmes_to_close, refuse_after_closure
from partnerships.services.cycle import (
    MissingSectionsError,
    Remark,
    lock_year,
    reopen_year,
    return_year,
    submit_year,
    validate_year,
)
from partnerships.services.freezers import add_freezer
from partnerships.services.grants import create_grant, create_transfer, save_tranche, update_grant, update_transfer
from partnerships.services.guards import add_adviser, add_guard, ask_guards
from partnerships.services.money import hold_money
from partnerships.services.places import locate_place
from partnerships.services.pointing import add_watcher, pointing_figures
from partnerships.services.programmes import check_programme
from partnerships.services.removal import check_removal
from partnerships.services.requests import (
    create_request,
    grant_request,
    hold_request,
    next_states,
    refuse_request,
    submit_request,
    update_request,
)
from partnerships.services.scores import Judgement, StaleScores, save_scores
from partnerships.services.sections import confirm_translation, hold_report, save_section
from partnerships.services.targets import set_targets
from partnerships.services.trails import create_record, review_risk, update_record
from partnerships.services.values import (
    add_value,
    change_value,
    check_correction,
    correct_value,
    hold_value,
    is_locked,
    take_back_validation,
    validate_correction,
    validate_value,
)
from partnerships.services.years import hold_all_years, hold_years_open, locked_because

__all__ = [
    "Judgement",
    "Left",
    "MissingSectionsError",
    "Remark",
    "StaleScores",
    "add_adviser",
    "add_freezer",
    "add_guard",
    "add_value",
    "add_watcher",
    "ask_guards",
    "change_value",
    "check_correction",
    "check_programme",
    "check_removal",
    "check_stage",
    "close",
    "confirm_translation",
    "correct_value",
    "create_grant",
    "create_record",
    "create_request",
    "create_transfer",
    "grant_request",
    "hold_all_years",
    "hold_money",
    "hold_report",
    "hold_request",
    "hold_value",
    "hold_years_open",
    "is_locked",
    "locate_place",
    "lock_year",
    "locked_because",
    "next_states",
    "partnership_of",
    "pointing_figures",
    "programmes_to_close",
    "refuse_after_closure",
    "refuse_request",
    "reopen_year",
    "return_year",
    "review_risk",
    "save_scores",
    "save_section",
    "save_tranche",
    "set_targets",
    "submit_request",
    "submit_year",
    "take_back_validation",
    "update_grant",
    "update_record",
    "update_request",
    "update_transfer",
    "validate_correction",
    "validate_value",
    "validate_year",
]
