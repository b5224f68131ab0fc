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
    models.ReportingCode: ["name"],
    models.ProgrammeCode: ["reason"],
    models.Phase: ["title", "text"],
    models.Deliverable: ["title", "text"],
    models.Outcome: ["title", "text", "assumptions"],
    models.Scale: ["name"],
    models.ScaleLevel: ["label"],
    models.Indicator: ["title", "text", "verification", "unit", "baseline_note"],
    models.IndicatorTarget: ["note"],
    models.ScoreCriterion: ["name", "question"],
    models.SectionHeading: ["title", "guidance"],
    models.ObservedOutcome: ["title", "text"],
    models.Risk: ["title", "cause", "effect", "response", "appraisal"],
    models.RiskStep: ["text"],
    models.Lesson: ["title", "text"],
    models.Gain: ["title", "text", "origin"],
    models.Finding: ["title", "text"],
    models.Decision: ["title", "text", "follow_up"],
    models.DecisionStep: ["title", "text"],
    models.WorkingPrinciple: ["title", "text"],
    models.Post: ["title", "text"],
    models.Call: ["title", "text"],
    models.SubGrant: ["title", "reason"],
    models.Closure: ["reason"],
    models.ClosingBalance: ["note"],
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
