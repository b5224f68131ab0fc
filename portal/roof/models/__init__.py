"""What the roof keeps: the frozen data of reports, and the reports that were made."""

from portal.roof.models.report_job import ReportJob
from portal.roof.models.snapshot import Snapshot

__all__ = ["ReportJob", "Snapshot"]
