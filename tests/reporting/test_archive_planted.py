"""Changes packed again so that every hash in the zip agrees, and found all the same."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from matchmaker.reporting.archives import verify_result
from matchmaker.reporting.archives.verify_result import Mismatch, verify
from tests.reporting.bundles import Archives, repack

CALCULATION = "calculation/final-v1"
PAID, OWED = "awards/claims/JL2026-0001.json", "awards/claims/JL2026-0002.json"
OBJECTION, DESIGNATED = "objections/0001.json", "designations.json"


class Forger:
    """The members of an archive, to be changed by hand and packed again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.changes: dict[str, bytes | None] = {}
        with zipfile.ZipFile(path) as bundle:
            self.members = {name: bundle.read(name) for name in bundle.namelist()}

    def find(self, ending: str) -> str:
        return next(name for name in self.members if name.endswith(ending))

    def read(self, name: str) -> Any:
        return json.loads(self.changes.get(name) or self.members[name])

    def write(self, name: str, value: Any) -> None:
        self.changes[name] = json.dumps(value, ensure_ascii=False).encode()

    def put(self, name: str, *steps: Any) -> None:
        """Set the value at the end of a path of keys."""
        body = self.read(name)
        target = body
        for step in steps[:-2]:
            target = target[step]
        target[steps[-2]] = steps[-1]
        self.write(name, body)

    def pack(self, target: Path) -> Path:
        repack(self.path, target, self.changes)
        return target


def raise_award(forger: Forger) -> None:
    """Claim, receipt and ledger alike."""
    claim = forger.read(OWED)
    row = claim["determinations"][0]
    claim["verified_yuan"] = "4000000.00"
    claim["ledger"] = claim["ledger"][:1]
    claim["ledger"][0] |= {"verified_yuan": "4000000.00", "claimed_yuan": "4000000.00"}
    receipt = forger.members[row["receipt"]]
    receipt = receipt.replace(b"1480000.00", b"4000000.00").replace(b"740000.00", b"2000000.00")
    row |= {
        "receipt_sha256": hashlib.sha256(receipt).hexdigest(),
        "award_yuan": "2000000.00",
        "payable_yuan": "2000000.00",
    }
    for payee, share in zip(row["payees"], ("1400000.00", "600000.00"), strict=True):
        payee["share_yuan"] = share
    forger.changes[row["receipt"]] = receipt
    forger.write(OWED, claim)


def raise_pass_mark(forger: Forger) -> None:
    """70 becomes 81 in the rule, the ranking and every list: the fifth scene is out."""
    rule, result = (
        forger.read(f"{CALCULATION}/rule.json"),
        forger.read(f"{CALCULATION}/result.json"),
    )
    before = result["rule_sha256"]
    rule["settings"]["pass_mark"], rule["applied"]["pass_mark"] = 8100, "81"
    digest = hashlib.sha256(verify_result.canonical(rule["settings"])).hexdigest()
    rule["settings_sha256"] = result["rule_sha256"] = digest
    table = verify_result.Table(forger.read(f"{CALCULATION}/snapshot.json"))
    lines = verify_result.rank(table, rule["applied"], result["snapshot_sha256"])
    result["ranking"] = lines
    kept = [line["scene"] for line in lines if line["selected"]]
    forger.write(f"{CALCULATION}/rule.json", rule)
    forger.write(f"{CALCULATION}/result.json", result)
    forger.put("rules/round.json", "settings", rule["settings"])
    named = [item for item in forger.read(DESIGNATED) if item["scene"] in kept]
    forger.write(DESIGNATED, named)
    for ending in ("-publicity.json", "-result.json"):
        notice = forger.read(forger.find(ending))
        notice["rows"] = notice["rows"][: len(kept)]
        notice["body"] = notice["body"].replace(before, digest)
        forger.write(forger.find(ending), notice)
    for name in (n for n in forger.members if n.startswith("awards/claims/")):
        if forger.read(name)["scene"] not in kept:
            forger.changes[name] = None
    assert len(kept) == 4


def shorten_period(forger: Forger) -> None:
    """One working day instead of five, in the notice and in the result."""
    forger.put(forger.find("-publicity.json"), "ends_on", "2025-12-09")
    forger.put(f"{CALCULATION}/result.json", "publicity_to", "2025-12-09")


def put_in(ending: str, *steps: Any) -> Callable[[Forger], None]:
    return lambda forger: forger.put(forger.find(ending), *steps)


def raise_cap(forger: Forger) -> None:
    laws = forger.read("law/instruments.json")
    next(law for law in laws if law["id"] == "M66-6")["cap_yuan"] = "3000000.00"
    forger.write("law/instruments.json", laws)


def cut_entry(forger: Forger) -> None:
    forger.write("trail.json", [e for e in forger.read("trail.json") if e["seq"] % 50])


PAYEE = ("determinations", 0, "payees", 0)
BOTH: dict[str, tuple[Callable[[Forger], None], str]] = {
    "a share of a payee": (put_in(PAID, *PAYEE, "share_yuan", "9.00"), "收款单位合计"),
    "a payment": (
        put_in(PAID, "determinations", 0, "payments", 0, "amount_yuan", "9.00"),
        "拨付合计",
    ),
    "the name of a paid payee": (put_in(PAID, *PAYEE, "name", "别人"), "拨付对象"),
    "an applicant in the publicity": (put_in("-publicity.json", "rows", 0, 2, "别人"), "申报单位"),
    "an applicant in the announcement": (put_in("-result.json", "rows", 0, 2, "别人"), "结果公布"),
    "a score in the announcement": (put_in("-result.json", "rows", 0, 3, "99.00"), "结果公布"),
    "the last day of the notice": (put_in("-publicity.json", "ends_on", "2025-12-09"), "截止日期"),
    "a shortened period": (shorten_period, "公示期只有1个工作日"),
    "an objection removed": (lambda f: f.changes.update({OBJECTION: None}), "异议件数"),
    "an objection answered late": (
        put_in(OBJECTION, "answered_at", "2025-12-20T00:00:00.000000Z"),
        "还没有办结",
    ),
    "an objection before the period": (
        put_in(OBJECTION, "filed_at", "2025-12-01T00:00:00.000000Z"),
        "不在公示期内",
    ),
    "an upheld objection": (put_in(OBJECTION, "state", "upheld"), "仍被命名"),
    "the day of a designation": (put_in(DESIGNATED, 0, "designated_on", "2024-01-01"), "命名日期"),
    "the cap of the law": (raise_cap, "比例或上限"),
    "a condition of the law": (
        lambda f: f.write(
            "law/instruments.json",
            [law | ({"conditions": []} if law["id"] == "M66-6" else {}) for law in law_of(f)],
        ),
        "条件",
    ),
    "a weight in the rule only": (
        put_in("rules/round.json", "settings", "criteria", 0, "weight", 16),
        "不是本次评选的",
    ),
    "the link of an entry": (put_in("trail.json", 1, "prev_hash", "0" * 64), "不相连"),
}
INTERNAL: dict[str, tuple[Callable[[Forger], None], str]] = {
    "an award, with receipt and ledger": (raise_award, "核定与办理记录不同"),
    "a line of the ledger": (put_in(PAID, "ledger", 1, "verified_yuan", "1.00"), "审定合计"),
    "a line of the ledger above its claim": (
        put_in(PAID, "ledger", 1, "verified_yuan", "9999999.00"),
        "超过申报数",
    ),
    "the pass mark, in every place": (raise_pass_mark, "评选规则与办理记录不同"),
    "an entry of the trail": (put_in("trail.json", 5, "actor_name", "别人"), "办理记录被改动"),
    "a sentence of a notice": (
        put_in("-call.json", "title", "关于开展另一评选的通知"),
        "公告内容与办理记录不同",
    ),
}


def law_of(forger: Forger) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = forger.read("law/instruments.json")
    return found


@pytest.mark.parametrize("edition", ["internal", "public"])
@pytest.mark.parametrize("what", BOTH)
def test_change_is_found_in_both_editions(
    archives: Archives, tmp_path: Path, edition: str, what: str
) -> None:
    change, found = BOTH[what]
    forger = Forger(getattr(archives, edition))
    change(forger)
    with pytest.raises(Mismatch, match=found):
        verify(forger.pack(tmp_path / "changed.zip"), [archives.snapshot])


@pytest.mark.parametrize("what", INTERNAL)
def test_change_is_found_by_what_the_internal_edition_holds(
    archives: Archives, tmp_path: Path, what: str
) -> None:
    change, found = INTERNAL[what]
    forger = Forger(archives.internal)
    change(forger)
    with pytest.raises(Mismatch, match=found):
        verify(forger.pack(tmp_path / "changed.zip"), [archives.snapshot])


def test_what_the_parts_cannot_tell_the_hash_of_the_manifest_does(
    archives: Archives, tmp_path: Path
) -> None:
    """The name of a payee who was not paid yet; a rule changed alike in the public edition."""
    name, mark = Forger(archives.internal), Forger(archives.public)
    name.put(OWED, *PAYEE, "name", "别人")
    raise_pass_mark(mark)
    for forger in (name, mark):
        manifest = verify(forger.path)["manifest_sha256"]
        changed = forger.pack(tmp_path / "changed.zip")
        report = verify(changed, [archives.snapshot])
        assert (report["ok"], report["whole"]) == (True, False)
        with pytest.raises(Mismatch, match="与给出的校验值不符"):
            verify(changed, [archives.snapshot, manifest])
    rule = verify(archives.public)["rule_sha256"]
    assert verify(archives.public, [rule])["ok"]
    with pytest.raises(Mismatch, match="与给出的校验值不符"):
        verify(changed, [rule])


def test_a_lost_neighbour_is_not_mistaken_for_a_broken_link(
    archives: Archives, tmp_path: Path
) -> None:
    """Only neighbours link: that others lie between them is how the trail of a round looks."""
    forger = Forger(archives.public)
    cut_entry(forger)
    changed = forger.pack(tmp_path / "changed.zip")
    assert verify(changed)["ok"]
    with pytest.raises(Mismatch):
        verify(changed, [verify(archives.public)["manifest_sha256"]])


@pytest.mark.parametrize("edition", ["internal", "public"])
def test_announcement_prints_the_hash_of_the_rule(archives: Archives, edition: str) -> None:
    forger = Forger(getattr(archives, edition))
    printed = forger.read(forger.find("-result.json"))["body"]
    assert verify(forger.path)["rule_sha256"] in printed
