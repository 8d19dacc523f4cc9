"""The hearing of a demonstration round: begun, with questions and answers for its first scenes."""

from __future__ import annotations

from matchmaker.actor import COMMAND_LINE
from matchmaker.selection.hearings import agenda, queries, recording
from matchmaker.selection.hearings.recording import EntryDraft
from matchmaker.selection.rounds.models import SelectionRound

#: How many scenes of the agenda show a record.
_HEARD = 3
_ASKED = (
    (
        "人工接管的频次和主要原因是什么？",
        "（演示）试运行前两个月平均每班接管三次，多因通道临时堆物；加装提示标线后降到每班不足一次。",
    ),
    (
        "设备停机时，生产或服务怎样保证不中断？",
        "（演示）保留人工班组作为备用，切换时间不超过十分钟，每季度演练一次。",
    ),
)


def hold_hearing(round_: SelectionRound) -> None:
    """Begin the hearing and note what was asked about its first scenes."""
    agenda.begin_hearing(COMMAND_LINE, round_)
    for line in queries.list_agenda(round_.id)[:_HEARD]:
        for question, answer in _ASKED:
            recording.add_entry(COMMAND_LINE, line.application, EntryDraft(question, answer))


def correct_record(round_: SelectionRound) -> None:
    """After the lock of the scores: an answer that was noted with a wrong number."""
    first = queries.list_agenda(round_.id)[0].application
    entry = queries.list_record(COMMAND_LINE, first.id)[0].entry
    draft = EntryDraft(entry.question, entry.answer.replace("三次", "两次"))
    recording.correct_entry(COMMAND_LINE, entry, draft, "（演示）核对录音，次数记录有误。")
