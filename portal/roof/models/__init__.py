"""What the roof keeps: the frozen data of reports, the reports made and published, and the editions that there are."""

from portal.roof.models.published_report import PublishedReport
from portal.roof.models.report_form import ReportForm, ReportSection
from portal.roof.models.report_job import ReportJob
from portal.roof.models.retention import Erasure, RetentionRule
from portal.roof.models.snapshot import Snapshot
from portal.roof.models.withdrawal import SnapshotWithdrawal

__all__ = [
    "Erasure",
    "PublishedReport",
    "ReportForm",
    "ReportJob",
    "ReportSection",
    "RetentionRule",
    "Snapshot",
    "SnapshotWithdrawal",
]
