"""Every address of the portal: how it is called, and what each role is answered."""

from dataclasses import dataclass

from tests.access_forms import TRAILED, TRAILS

ROLES = ("anonymous", "stranger", "neighbour", "viewer", "coordinator", "officer", "administrator")
EVERYBODY = (200,) * 7
WHO_SIGNED_IN = (302, 200, 200, 200, 200, 200, 200)
NOTHING_THERE = (302, 404, 404, 404, 404, 404, 404)
WHO_DID_NOT = (200, 302, 302, 302, 302, 302, 302)
# Only a token opens the API, whoever is signed in: tests/test_api.py.
TOKEN_ONLY = (401,) * 7
ALWAYS_ELSEWHERE = (302,) * 7
REFUSED = (302, 403, 403, 403, 403, 403, 403)
MEMBERS = (302, 404, 404, 200, 200, 200, 200)
MEMBERS_DONE = (302, 404, 404, 302, 302, 302, 302)
WRITERS = (302, 404, 404, 403, 200, 200, 200)
WRITERS_DONE = (302, 404, 404, 403, 302, 302, 302)
OFFICERS = (302, 404, 404, 403, 403, 200, 200)
OFFICERS_DONE = (302, 404, 404, 403, 403, 302, 302)
# No record is named: a writer of any partnership may begin, and is told that this one is not theirs.
ANY_WRITER = (302, 403, 200, 403, 200, 200, 200)
ANY_WRITER_DONE = (302, 403, 200, 403, 302, 302, 302)


@dataclass(frozen=True)
class Address:
    """How an address is called, with which arguments, and what each of ROLES is answered."""

    expected: tuple[int, ...]
    arguments: str = ""
    method: str = "get"
    data: str = ""


# The arguments are names in `Scene.words`.
ADDRESSES = {
    "dashboard": Address(WHO_SIGNED_IN),
    "reminders": Address(WHO_SIGNED_IN),
    # The letter's link carries its own permission; a forged one leads nowhere.
    "stop_reminders": Address((404,) * 7, "language"),
    "tokens": Address(WHO_SIGNED_IN),
    "token_withdraw": Address(NOTHING_THERE, "nothing"),
    "api:expenses": Address(TOKEN_ONLY),
    "api:expense": Address(TOKEN_ONLY, "expense"),
    "api:expense_check": Address(TOKEN_ONLY, method="post"),
    "health": Address(EVERYBODY),
    "set_language": Address(ALWAYS_ELSEWHERE, method="post"),
    "partnerships:list": Address(WHO_SIGNED_IN),
    "partnerships:detail": Address(MEMBERS, "partnership"),
    "partnerships:programme_detail": Address(MEMBERS, "programme"),
    "partnerships:year_detail": Address(MEMBERS, "programme year"),
    "partnerships:year_readiness": Address(MEMBERS, "programme year"),
    "partnerships:year_submit": Address(WRITERS_DONE, "programme year", "post"),
    "partnerships:year_return": Address(OFFICERS, "programme submitted"),
    "partnerships:year_validate": Address(OFFICERS_DONE, "programme submitted", "post"),
    "partnerships:year_lock": Address(OFFICERS_DONE, "programme validated", "post"),
    "partnerships:year_reopen": Address(OFFICERS, "programme validated"),
    "partnerships:year_section": Address(MEMBERS, "programme year heading whole language"),
    "partnerships:section_confirm": Address(WRITERS_DONE, "section", "post"),
    "partnerships:year_scores": Address(MEMBERS, "programme year"),
    "partnerships:scores_edit": Address(WRITERS, "programme year whole"),
    "partnerships:scores_export": Address(MEMBERS, "programme year", "post"),
    "partnerships:money_path": Address(MEMBERS, "programme"),
    # Who has one partnership is led straight to it.
    "partnerships:money_overview": Address((302, 200, 302, 200, 302, 200, 200)),
    "partnerships:money": Address(MEMBERS, "partnership"),
    "partnerships:programme_money": Address(MEMBERS, "programme"),
    "partnerships:programme_money_export": Address(MEMBERS, "programme", "post"),
    "partnerships:request_create": Address(OFFICERS, "partnership"),
    "partnerships:request_edit": Address(OFFICERS, "request"),
    "partnerships:request_move": Address(OFFICERS, "request"),
    "partnerships:grant_create": Address(OFFICERS, "programme"),
    "partnerships:grant_edit": Address(OFFICERS, "grant"),
    "partnerships:tranche_edit": Address(OFFICERS, "grant tranche"),
    "partnerships:transfer_create": Address(OFFICERS, "programme"),
    "partnerships:transfer_edit": Address(OFFICERS, "transfer"),
    "partnerships:logframe": Address(MEMBERS, "programme"),
    "partnerships:logframe_export": Address(MEMBERS, "programme", "post"),
    "partnerships:indicator": Address(MEMBERS, "indicator"),
    "partnerships:targets_edit": Address(OFFICERS, "indicator"),
    "partnerships:value_create": Address(WRITERS, "indicator"),
    "partnerships:value_edit": Address(WRITERS, "value"),
    "partnerships:value_validate": Address(OFFICERS_DONE, "value", "post"),
    "partnerships:value_take_back": Address(OFFICERS, "value"),
    "partnerships:value_correct": Address(WRITERS, "value"),
    "partnerships:value_file": Address(MEMBERS, "value"),
    "partnerships:correction_validate": Address(OFFICERS_DONE, "correction", "post"),
    **{f"partnerships:{name}_create": Address(WRITERS, "partnership") for name in TRAILED},
    **{f"partnerships:{name}_edit": Address(WRITERS, name) for name in (*TRAILED, "step")},
    "partnerships:step_create": Address(WRITERS, "decision"),
    "partnerships:risk_review": Address(WRITERS, "risk"),
    "partnerships:programme_close": Address(OFFICERS, "programme"),
    "partnerships:close": Address(OFFICERS, "partnership"),
    "partnerships:organisation_list": Address(WHO_SIGNED_IN),
    "partnerships:organisation_detail": Address(MEMBERS, "organisation"),
    "activities:list": Address(WHO_SIGNED_IN),
    "activities:create": Address(ANY_WRITER),
    "activities:detail": Address(MEMBERS, "activity"),
    "activities:edit": Address(WRITERS, "activity"),
    "activities:status": Address(WRITERS, "activity", "post"),
    "activities:delay_create": Address(WRITERS, "activity"),
    "activities:delay_edit": Address(WRITERS, "delay"),
    "activities:log_create": Address(ANY_WRITER),
    "activities:log_edit": Address(WRITERS, "entry"),
    "activities:log_withdraw": Address(WRITERS, "entry"),
    "activities:log_restore": Address(WRITERS_DONE, "entry", "post"),
    "activities:log_row": Address((302, 404, 200, 404, 200, 200, 200), "kind", data="index=1"),
    "activities:expense_list": Address(WHO_SIGNED_IN),
    "activities:expense_export": Address(WHO_SIGNED_IN, method="post"),
    "activities:expense_create": Address(ANY_WRITER),
    "activities:expense_check": Address(WHO_SIGNED_IN),
    "activities:expense_detail": Address(MEMBERS, "expense"),
    "activities:expense_edit": Address(WRITERS_DONE, "expense"),
    "activities:expense_correct": Address(WRITERS, "expense"),
    "activities:expense_remove": Address(WRITERS_DONE, "expense"),
    "activities:expense_judge": Address(OFFICERS_DONE, "expense"),
    "activities:expenses_judge": Address(ALWAYS_ELSEWHERE),
    "activities:budget": Address(MEMBERS, "programme"),
    "activities:budget_create": Address(OFFICERS, "programme"),
    "activities:budget_export": Address(MEMBERS, "programme", "post"),
    "activities:budget_history": Address(MEMBERS, "line"),
    "activities:budget_amend": Address(OFFICERS, "line"),
    "activities:co_funding": Address(MEMBERS, "activity"),
    "activities:import": Address(ANY_WRITER),
    # A spreadsheet on its way in is its sender's alone: tests/test_sheet_jobs.py.
    "activities:import_detail": Address(NOTHING_THERE, "nothing"),
    "activities:import_progress": Address(NOTHING_THERE, "nothing"),
    "activities:import_verdicts": Address(NOTHING_THERE, "nothing kind"),
    "activities:photo": Address(MEMBERS, "photo"),
    "activities:photo_thumbnail": Address(MEMBERS, "photo"),
    "activities:document": Address(MEMBERS, "document"),
    "activities:voucher": Address(MEMBERS, "voucher"),
    # Only who is named for notes sees any: tests/test_notes.py.
    "notes:list": Address(REFUSED),
    "notes:create": Address(REFUSED),
    "notes:read": Address(NOTHING_THERE, "nothing", "post"),
    "notes:settle": Address(NOTHING_THERE, "nothing", "post"),
    "reports:window": Address(MEMBERS, "partnership"),
    "reports:export": Address(MEMBERS, "partnership", "post"),
    "reports:job": Address(MEMBERS, "partnership job"),
    "reports:job_bar": Address((302, 404, 404, 204, 204, 204, 204), "partnership job"),
    "reports:job_download": Address(MEMBERS_DONE, "partnership job", "post"),
    "reports:register": Address(MEMBERS, "partnership"),
    "reports:changes": Address(MEMBERS, "partnership snapshot"),
    "reports:snapshot_export": Address(MEMBERS, "partnership snapshot", "post"),
    "reports:data_export": Address(OFFICERS, "partnership snapshot", "post"),
    "reports:vouchers": Address(MEMBERS, "partnership"),
    "reports:vouchers_export": Address(MEMBERS, "partnership", "post"),
    "account_login": Address(WHO_DID_NOT),
    "account_logout": Address((302, 200, 200, 200, 200, 200, 200)),
    "account_inactive": Address(EVERYBODY),
    "account_signup": Address(WHO_DID_NOT),
    "account_reauthenticate": Address(WHO_SIGNED_IN),
    "account_email": Address(WHO_SIGNED_IN),
    "account_email_verification_sent": Address(EVERYBODY),
    "account_confirm_email": Address(EVERYBODY, "nonsense"),
    "account_change_password": Address(WHO_SIGNED_IN),
    "account_set_password": Address(ALWAYS_ELSEWHERE),
    "account_reset_password": Address(EVERYBODY),
    "account_reset_password_done": Address(EVERYBODY),
    "account_reset_password_from_key": Address(EVERYBODY, "nonsense nonsense"),
    "account_reset_password_from_key_done": Address(EVERYBODY),
    "account_confirm_login_code": Address(ALWAYS_ELSEWHERE),
    # To change a factor one signs in again first; without a factor there is nothing to take away.
    "mfa_index": Address(WHO_SIGNED_IN),
    "mfa_authenticate": Address(ALWAYS_ELSEWHERE),
    "mfa_reauthenticate": Address(ALWAYS_ELSEWHERE),
    "mfa_activate_totp": Address(ALWAYS_ELSEWHERE),
    "mfa_deactivate_totp": Address(NOTHING_THERE),
    "mfa_view_recovery_codes": Address(NOTHING_THERE),
    "mfa_generate_recovery_codes": Address(ALWAYS_ELSEWHERE),
    "mfa_download_recovery_codes": Address(NOTHING_THERE),
    "mfa_list_webauthn": Address(WHO_SIGNED_IN),
    "mfa_add_webauthn": Address(ALWAYS_ELSEWHERE),
    "mfa_reauthenticate_webauthn": Address(ALWAYS_ELSEWHERE),
    "mfa_remove_webauthn": Address(ALWAYS_ELSEWHERE, "nothing"),
    "mfa_edit_webauthn": Address(ALWAYS_ELSEWHERE, "nothing"),
    "mfa_login_webauthn": Address(ALWAYS_ELSEWHERE),
}
# Each of ROLES sends a form in order; what is asked of the report is refused, for a PDF takes long.
WRITES = {
    "partnerships:year_submit": WRITERS_DONE,
    "partnerships:year_return": OFFICERS_DONE,
    "partnerships:year_validate": OFFICERS_DONE,
    **dict.fromkeys(TRAILS, WRITERS_DONE),
    # The first form shows what is left on that day; the second, which says so, closes: tests/test_closing.py.
    "partnerships:programme_close": OFFICERS,
    "partnerships:close": OFFICERS,
    "partnerships:year_lock": OFFICERS_DONE,
    "partnerships:year_reopen": OFFICERS_DONE,
    "partnerships:year_section": WRITERS_DONE,
    "partnerships:section_confirm": WRITERS_DONE,
    "partnerships:scores_edit": WRITERS_DONE,
    "partnerships:scores_export": MEMBERS,
    "partnerships:request_create": OFFICERS_DONE,
    "partnerships:request_edit": OFFICERS_DONE,
    "partnerships:request_move": OFFICERS_DONE,
    "partnerships:grant_create": OFFICERS_DONE,
    "partnerships:grant_edit": OFFICERS_DONE,
    "partnerships:tranche_edit": OFFICERS_DONE,
    "partnerships:transfer_create": OFFICERS_DONE,
    "partnerships:transfer_edit": OFFICERS_DONE,
    "partnerships:logframe_export": MEMBERS,
    "partnerships:targets_edit": OFFICERS_DONE,
    "partnerships:value_create": WRITERS_DONE,
    "partnerships:value_edit": WRITERS_DONE,
    "partnerships:value_validate": OFFICERS_DONE,
    # It has a correction, so its first figure stays as it was.
    "partnerships:value_take_back": OFFICERS,
    # The year of the value is open: who may correct it is told to change the value itself.
    "partnerships:value_correct": WRITERS,
    "partnerships:correction_validate": OFFICERS_DONE,
    "activities:create": ANY_WRITER_DONE,
    "activities:edit": WRITERS_DONE,
    "activities:status": WRITERS_DONE,
    "activities:log_create": ANY_WRITER_DONE,
    "activities:log_edit": WRITERS_DONE,
    "activities:log_withdraw": WRITERS_DONE,
    "activities:log_restore": WRITERS_DONE,
    "activities:expense_create": ANY_WRITER_DONE,
    "activities:expense_edit": WRITERS_DONE,
    "activities:expense_correct": WRITERS_DONE,
    "activities:expense_remove": WRITERS_DONE,
    "activities:expenses_judge": ALWAYS_ELSEWHERE,
    "activities:expense_export": WHO_SIGNED_IN,
    "activities:expense_judge": OFFICERS_DONE,
    "activities:budget_create": OFFICERS_DONE,
    "activities:budget_amend": OFFICERS_DONE,
    "activities:budget_export": MEMBERS,
    # The form does not say which shares its sender saw: it is shown beside those that are there now.
    "activities:co_funding": (302, 404, 404, 403, 403, 409, 409),
    "activities:import": ANY_WRITER,
    "activities:import_detail": NOTHING_THERE,
    "reports:export": MEMBERS,
    "partnerships:programme_money_export": MEMBERS,
    "notes:create": REFUSED,
    "notes:read": NOTHING_THERE,
    "notes:settle": NOTHING_THERE,
    "reports:job": MEMBERS_DONE,
    "reports:job_download": MEMBERS_DONE,
    "reports:snapshot_export": MEMBERS,
    "reports:data_export": OFFICERS,
    "reports:vouchers_export": MEMBERS,
}
