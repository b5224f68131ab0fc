"""What each field of each model may tell of a person, in one table; tests/test_data_classes.py keeps it whole.

A field that is added stands in no class until somebody has thought about it, and a test says so. A text in several
languages has the class of its first.
"""

from __future__ import annotations

from django.db import models

# Tells nothing of a person.
NONE = "none"
# Of somebody who works with the portal or for the partnership, or what a free text may say of anybody.
PERSONAL = "personal"
# Of learners and of people of vulnerable groups: their being in it tells of violence, health or hardship (article 9
# of the General Data Protection Regulation); pictures of people; and the trail, which holds what the others held.
SPECIAL = "special"
# What only few may read, or what would let somebody in or a hidden place be found.
CONFIDENTIAL = "confidential"

# Names that mean the same in every model, and tell nothing of a person in any.
EVERYWHERE = [
    "activity",
    "added_at",
    "amount",
    "came_from",
    "content_type",
    "corrects",
    "course",
    "decided_on",
    "ends_on",
    "ends_precision",
    "findings",
    "form",
    "happened_on",
    "heading",
    "indicator",
    "is_demonstration",
    "kind",
    "level",
    "log_entry",
    "max_age",
    "min_age",
    "municipality",
    "organisation",
    "phase",
    "photos",
    "place",
    "position",
    "precision",
    "programme",
    "question",
    "scale",
    "sent_at",
    "size",
    "source",
    "starts_on",
    "starts_precision",
    "title",
    "value",
    "version",
    "withdrawn_at",
    "written_at",
    "year",
]

# Models of which each row is about one person: there a name that is harmless elsewhere tells who was where, so that
# each of their fields has its own class.
OF_ONE_PERSON = {
    "beneficiaries.Answer",
    "beneficiaries.AnswerCode",
    "beneficiaries.AnswerSheet",
    "beneficiaries.Attendance",
    "beneficiaries.Coaching",
    "beneficiaries.ConfidentialNote",
    "beneficiaries.Enrolment",
    "beneficiaries.ErasedCode",
    "beneficiaries.ExamResult",
    "beneficiaries.FollowUp",
    "beneficiaries.Learner",
}
BOOKKEEPING = ["is_demonstration", "version"]

CLASSES: dict[str, dict[str, str]] = {
    "account.EmailAddress": {NONE: "verified primary", PERSONAL: "user email"},
    "account.EmailConfirmation": {NONE: "email_address created sent", CONFIDENTIAL: "key"},
    "activities.Activity": {
        NONE: (
            "slug partnership summary side status initiated_by is_recurring is_flagship part_of "
            "host_event evaluation_form outcome themes target_groups organisations observed_outcomes"
        ),
        PERSONAL: "status_note",
    },
    "activities.ActivityOrganisation": {NONE: "role"},
    "activities.BudgetAmendment": {
        NONE: "line number amount_before amount_after agreed_on at",
        PERSONAL: "reason actor",
    },
    "activities.BudgetLine": {NONE: "outcome", PERSONAL: "description"},
    "activities.CoFunding": {NONE: "share"},
    "activities.CountingRule": {NONE: "what side sex is_counted_only target_groups themes"},
    "activities.Delay": {
        NONE: ("number planned_on planned_precision revised_on revised_precision is_over ended_on ended_precision"),
        PERSONAL: "reason",
    },
    "activities.Document": {NONE: "sha256", PERSONAL: "file original_name title"},
    "activities.Drawdown": {NONE: "expenditure transfer"},
    "activities.Expenditure": {
        NONE: "spent_on original_amount original_currency rate decision",
        PERSONAL: "description spent_by rule_reason decision_reason decided_by",
    },
    "activities.LogEntry": {
        NONE: "language created_at unique_counting",
        PERSONAL: "text difficulties next_step author",
        SPECIAL: "unique_people",
    },
    "activities.Participation": {NONE: "counting", SPECIAL: "target_group sex age_band count"},
    "activities.Photo": {
        NONE: "width height approved_at",
        PERSONAL: "original_name sha256 consent consented_on consent_withdrawn_on added_by approved_by",
        SPECIAL: "file thumbnail caption",
    },
    "activities.Product": {NONE: "slug partnership finished_on", PERSONAL: "text"},
    "activities.PublicText": {
        NONE: "number slug seals state origin proposed_at released_at",
        PERSONAL: "text proposed_by released_by reason writers",
    },
    "activities.SheetColumn": {NONE: "partnership number field"},
    "activities.SheetImport": {
        NONE: (
            "partnership state sha256 headings columns constants rows new changed unchanged refused "
            "fingerprint asked_at"
        ),
        PERSONAL: "actor file verdicts name samples note",
    },
    "activities.Showing": {NONE: "product number side shown_on venue host_event"},
    "activities.Theme": {NONE: "slug name"},
    "activities.Voucher": {
        NONE: "sha256 expenditure number dated_on total",
        PERSONAL: "original_name file supplier",
    },
    "admin.LogEntry": {NONE: "action_time object_id action_flag", PERSONAL: "user object_repr change_message"},
    "auth.Group": {NONE: "name permissions"},
    "auth.Permission": {NONE: "name codename"},
    "beneficiaries.AgeBand": {NONE: "slug is_common"},
    "beneficiaries.Answer": {SPECIAL: "id sheet question choice number text"},
    "beneficiaries.AnswerCode": {SPECIAL: "form digest state"},
    "beneficiaries.AnswerSheet": {NONE: "way language", SPECIAL: "id form key received_on typed_by"},
    "beneficiaries.Attendance": {SPECIAL: "cohort session enrolment state"},
    "beneficiaries.Coaching": {SPECIAL: "enrolment held_on topic"},
    "beneficiaries.Cohort": {NONE: "slug name centre trained_by timetable seats", PERSONAL: "trainer"},
    "beneficiaries.ConfidentialNote": {
        NONE: "language",
        PERSONAL: "author",
        CONFIDENTIAL: "partnership side cohort learner noted_on written_at settled_on sealed",
    },
    "beneficiaries.Course": {
        NONE: ("slug partnership part_of target_group run_by follows_needs leads_to_diploma outcomes needs changed_by"),
        PERSONAL: "text",
    },
    "beneficiaries.Enrolment": {
        SPECIAL: "cohort learner enrolled_on commitments_on withdrawn_on withdrawal_reason",
    },
    "beneficiaries.ErasedCode": {SPECIAL: "partnership digest year"},
    "beneficiaries.EvaluationForm": {
        NONE: (
            "slug partnership target_group cohort subject introduction sent_on opens_on closes_on "
            "needs_code link copied_from decisions"
        ),
    },
    "beneficiaries.Exam": {NONE: "slug authority held_on content changed_by"},
    "beneficiaries.ExamResult": {SPECIAL: "exam enrolment result has_diploma diploma_on diploma_number"},
    "beneficiaries.FollowUp": {
        SPECIAL: "enrolment months asked_on outcome consented_on consent_withdrawn_on is_erased"
    },
    "beneficiaries.FollowUpOutcome": {NONE: "slug name"},
    "beneficiaries.IndicatorPart": {SPECIAL: "sex age_band target_group number"},
    "beneficiaries.Learner": {
        SPECIAL: "partnership code birth_year sex consented_on consent_withdrawn_on guardian_consented_on erased_on",
    },
    "beneficiaries.Question": {NONE: "text is_required steps low high lowest highest"},
    "beneficiaries.QuestionChoice": {NONE: "label"},
    "beneficiaries.Session": {NONE: "cohort held_on starts_at"},
    "beneficiaries.SheetLink": {NONE: "cohort made_at", PERSONAL: "made_by", CONFIDENTIAL: "seed"},
    "beneficiaries.Suggestion": {
        NONE: "partnership theme made_on cohort centre language state reply_language replied_on",
        PERSONAL: "text answer reply replied_by",
    },
    "beneficiaries.TargetGroup": {NONE: "slug name is_vulnerable is_sensitive age_bands partnerships"},
    "contenttypes.ContentType": {NONE: "app_label model"},
    "django_tasks_database.DBTaskResult": {
        NONE: (
            "id status enqueued_at started_at finished_at priority task_path worker_ids queue_name "
            "backend_name run_after exception_class_path"
        ),
        PERSONAL: "args_kwargs return_value traceback",
    },
    "mfa.Authenticator": {NONE: "type created_at last_used_at", PERSONAL: "user", CONFIDENTIAL: "data"},
    "partnerships.Appointment": {NONE: "partnership function", PERSONAL: "person"},
    "partnerships.Call": {NONE: "slug partnership submitted chosen", PERSONAL: "text"},
    "partnerships.ClosingBalance": {NONE: "closure granted received spent", PERSONAL: "note"},
    "partnerships.Closure": {NONE: "slug partnership closed_on", PERSONAL: "reason"},
    "partnerships.CostHeading": {NONE: "slug parent name nature is_direct"},
    "partnerships.Decision": {NONE: "slug partnership follow_up consulted", PERSONAL: "text"},
    "partnerships.DecisionStep": {NONE: "decision number milestone observed_outcome", PERSONAL: "text"},
    "partnerships.Deliverable": {NONE: "slug number due_on is_delivered delivered_on", PERSONAL: "text"},
    "partnerships.Finding": {NONE: "slug partnership found_on", PERSONAL: "text"},
    "partnerships.FundingRequest": {
        NONE: "slug partnership side purpose state submitted_on state_on",
        PERSONAL: "decision_note",
    },
    "partnerships.FundingRule": {
        NONE: (
            "slug legal_source effect side_allowed percent first_percent first_day last_day "
            "deadline_for month day warn_days headings"
        ),
    },
    "partnerships.FundingSource": {NONE: "slug name abbreviation voucher_order"},
    "partnerships.FundingSourceAlias": {NONE: "name"},
    "partnerships.Grant": {NONE: "request reference granted_on accepted_budget"},
    "partnerships.HostEvent": {NONE: "slug name is_recurring"},
    "partnerships.Indicator": {
        NONE: (
            "slug outcome number verification measure unit whom is_ascending accumulation adds_periods "
            "adds_parts by_sex by_age by_group baseline baseline_level baseline_year baseline_note"
        ),
        PERSONAL: "text owner",
    },
    "partnerships.IndicatorCorrection": {NONE: "recorded_on language state", PERSONAL: "reason author"},
    "partnerships.IndicatorTarget": {PERSONAL: "note"},
    "partnerships.IndicatorValue": {
        NONE: "sha256 is_counted language state",
        PERSONAL: "original_name file comment author validated_by",
    },
    "partnerships.Gain": {NONE: "slug partnership gained_by gained_on origin is_public", PERSONAL: "text"},
    "partnerships.Lesson": {NONE: "slug partnership outcome learned_on", PERSONAL: "text"},
    "partnerships.Membership": {NONE: "partnership", PERSONAL: "user side role reads_notes"},
    "partnerships.Milestone": {NONE: "slug partnership from_side", PERSONAL: "text"},
    "partnerships.Municipality": {NONE: "slug name country latitude longitude iati_identifier"},
    "partnerships.NarrativeSection": {
        NONE: "outcome language is_nothing_to_tell state translation_of translated_edition edition",
        PERSONAL: "text owner",
    },
    "partnerships.ObservedOutcome": {NONE: "slug partnership outcome actor observed_on", PERSONAL: "text"},
    "partnerships.Organisation": {NONE: "slug name website is_public"},
    "partnerships.OrganisationAlias": {NONE: "name"},
    "partnerships.OrganisationRole": {NONE: "partnership role side"},
    "partnerships.Outcome": {NONE: "slug partnership parent number assumptions iati_identifier", PERSONAL: "text"},
    "partnerships.Partnership": {NONE: "slug name theme objective summary is_public municipalities"},
    "partnerships.PartnershipFunding": {NONE: "partnership purpose"},
    "partnerships.PartnershipMunicipality": {NONE: "partnership side"},
    "partnerships.PartnershipPeriod": {NONE: "partnership number state months", PERSONAL: "reason"},
    "partnerships.PerformanceScore": {NONE: "outcome criterion language", PERSONAL: "justification author"},
    "partnerships.Phase": {NONE: "slug partnership number", PERSONAL: "text"},
    "partnerships.Place": {
        NONE: "is_confidential is_public",
        CONFIDENTIAL: "slug name district address latitude longitude",
    },
    "partnerships.Post": {NONE: "slug partnership side paid_by taken_over_by taken_over_on", PERSONAL: "text"},
    "partnerships.Programme": {NONE: "slug partnership name focus state prepared_by"},
    "partnerships.ProgrammeCode": {NONE: "code significance", PERSONAL: "reason"},
    "partnerships.ProgrammeYear": {NONE: "state"},
    "partnerships.ReportWindow": {NONE: "slug partnership name"},
    "partnerships.ReportingCode": {NONE: "code name highest"},
    "partnerships.ReviewRemark": {NONE: "section language", PERSONAL: "text author"},
    "partnerships.Risk": {
        NONE: (
            "slug partnership state side period cause effect response appraisal likelihood gravity "
            "review_on organisations"
        ),
        PERSONAL: "owner",
    },
    "partnerships.RiskStep": {NONE: "risk number likelihood gravity state", PERSONAL: "text"},
    "partnerships.Scale": {NONE: "slug name"},
    "partnerships.ScaleLevel": {NONE: "label"},
    "partnerships.ScoreCriterion": {NONE: "slug name"},
    "partnerships.SectionHeading": {NONE: "slug guidance is_per_outcome is_required languages"},
    "partnerships.SubGrant": {NONE: "call number state", PERSONAL: "reason"},
    "partnerships.Tranche": {NONE: "grant claimed_amount claimed_on received_amount received_on"},
    "partnerships.Transfer": {NONE: "reference sent_on sent_amount bank_costs received_on received_amount"},
    "partnerships.WorkingPrinciple": {NONE: "slug partnership", PERSONAL: "text"},
    "portal.AccessToken": {
        NONE: "scope made_at last_used_on",
        PERSONAL: "user label",
        CONFIDENTIAL: "secret_sha256",
    },
    "portal.AuditEntry": {
        NONE: "at emptied_at verb target_type parent_type",
        PERSONAL: "actor target_id parent_id",
        SPECIAL: "target_text changes reason",
    },
    "portal.Letter": {NONE: "key attempts try_again_at", PERSONAL: "recipient subject text failure"},
    "portal.Submission": {NONE: "key target_type target_id", PERSONAL: "user"},
    "portal.User": {
        PERSONAL: (
            "last_login is_superuser username first_name last_name email is_staff is_active "
            "date_joined language reminder_days start_page news_read_at has_first_steps groups user_permissions "
            "erased_on"
        ),
        CONFIDENTIAL: "password",
    },
    "roof.Erasure": {NONE: "cause months records entries erased_at", PERSONAL: "erased_by"},
    "roof.PublishedReport": {NONE: "job published_at", PERSONAL: "published_by withdrawn_by"},
    "roof.ReportForm": {NONE: "slug name scope has_lists"},
    "roof.ReportJob": {
        NONE: (
            "partnership snapshot asked key state step page chapter percent asked_at heard_at made_at ascii_name sha256"
        ),
        PERSONAL: "file name note askers",
    },
    "roof.ReportSection": {NONE: "is_on leaves_out_empty"},
    "roof.RetentionRule": {NONE: "months is_on basis"},
    "roof.Snapshot": {NONE: "number sha256 taken_on taken_at", PERSONAL: "data taken_by"},
    "roof.SnapshotWithdrawal": {NONE: "snapshot places sha256 taken_back_at", PERSONAL: "taken_back_by"},
    "sessions.Session": {NONE: "expire_date", CONFIDENTIAL: "session_key session_data"},
}


def class_of(field: models.Field) -> str | None:
    """Return the class of a field; None where nobody has thought about it."""
    name = base_name(field)
    of_model = CLASSES.get(field.model._meta.label, {})
    found = [kind for kind, names in of_model.items() if name in names.split()]
    if found:
        return found[0]
    harmless = BOOKKEEPING if field.model._meta.label in OF_ONE_PERSON else EVERYWHERE
    return NONE if name in harmless else None


def base_name(field: models.Field) -> str:
    """Return the name of a field, without the language of a translated text."""
    return getattr(field, "translated_field", field).name


def fields_of(model: type[models.Model]) -> list[models.Field]:
    """Return the fields of a model that hold something, but for the numbers that the database gives."""
    return [field for field in model._meta.get_fields() if field.concrete and not field.auto_created]
