"""The names, titles and public texts that exist in nl, fr, en and ar."""

from modeltranslation.translator import TranslationOptions, translator

from partnerships import models

TRANSLATED = {
    models.Municipality: ["name"],
    models.Partnership: ["name", "theme", "objective", "summary"],
    models.PartnershipPeriod: ["reason"],
    models.Milestone: ["title", "text"],
    models.Programme: ["name", "focus"],
    models.ReportWindow: ["name"],
    models.Phase: ["title", "text"],
    models.Outcome: ["title", "text"],
    models.ObservedOutcome: ["title", "text"],
    models.Risk: ["title", "cause", "effect", "response", "appraisal"],
    models.Decision: ["title", "text", "follow_up"],
    models.WorkingPrinciple: ["title", "text"],
    models.Organisation: ["name"],
    models.Place: ["name"],
    models.HostEvent: ["name"],
    models.FundingSource: ["name", "abbreviation"],
    models.CostHeading: ["name"],
    models.FundingRule: ["title"],
    models.FundingRequest: ["purpose"],
}

for model, fields in TRANSLATED.items():
    options = type(f"{model.__name__}Translation", (TranslationOptions,), {"fields": fields})
    translator.register(model, options)
