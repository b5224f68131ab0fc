"""What the report of a year still lacks, who has it, and until when: the board, the overview and the reminders."""

from portal.roof.overviews.readiness.board import Board, Due, GapGroup, MyGaps, board_of, my_gaps
from portal.roof.overviews.readiness.deadlines import deadlines_of
from portal.roof.overviews.readiness.gaps import Gap, Kind

__all__ = ["Board", "Due", "Gap", "GapGroup", "Kind", "MyGaps", "board_of", "deadlines_of", "my_gaps"]
