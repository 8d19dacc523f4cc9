"""Receipts: the same bytes from the same inputs, and a refusal where the law is another."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from matchmaker import __version__
from matchmaker.errors import InvalidInput
from matchmaker.policy.law import Adoption, Law
from matchmaker.policy.loader import load_law
from matchmaker.policy.overlap import Award, resolve_overlap
from matchmaker.policy.receipt import Receipt, ReceiptError, make_receipt, recompute
from matchmaker.policy.reward import compute_reward

LAW = load_law()
DAY = date(2026, 5, 1)
SCENE = {"investment_yuan": "3000000", "designated": "true"}
OTHERS = ("OTHER:区级=5000", "M66-6=800000")


def draft_receipt(**changes: Any) -> Receipt:
    options: dict[str, Any] = {"other_awards": OTHERS, "paid_yuan": "10"} | changes
    return make_receipt(LAW, "A25-3.1", SCENE, DAY, **options)


def hashes(id_: str) -> dict[str, str]:
    document = LAW.document_on(id_, DAY)
    return {
        "id": id_,
        "version": document.in_force_from.isoformat(),
        "sha256": document.sha256,
        "source_sha256": document.source_sha256,
    }


def test_receipt_holds_everything_that_the_figure_rests_on() -> None:
    value = json.loads(draft_receipt().to_bytes())
    result = value.pop("result")
    assert value == {
        "format": 1,
        "instrument": "A25-3.1",
        "inputs": {"investment_yuan": "3000000.00", "designated": "true"},
        "on": "2026-05-01",
        "other_awards": ["M66-6=800000.00", "OTHER:区级=5000.00"],
        "paid_yuan": "10.00",
        "documents": [hashes("A25"), hashes("M66")],
        "adoptions": [],
        "package_version": __version__,
    }
    assert result["reward"] == compute_reward(LAW, "A25-3.1", SCENE, DAY).as_json()
    overlap = result["overlap"]
    assert (overlap["chosen"], overlap["payable_yuan"], overlap["provisional_yuan"]) == (
        "M66-6",
        "799990.00",
        "999990.00",
    )


def test_receipt_is_canonical_json() -> None:
    receipt = draft_receipt().to_bytes()
    text = receipt.decode("utf-8")
    assert "区级" in text
    assert "\n" not in text
    again = json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert again == text


def test_receipt_does_not_depend_on_spelling_or_order() -> None:
    spelled = make_receipt(
        LAW,
        "A25-3.1",
        {"designated": "true", "investment_yuan": "03000000.0"},
        DAY,
        other_awards=("M66-6=800000.00", "OTHER:区级=5000.0"),
        paid_yuan="10.00",
    )
    assert spelled.to_bytes() == draft_receipt().to_bytes()


def test_receipt_without_other_awards_pays_the_award() -> None:
    receipt = make_receipt(LAW, "M66-6", SCENE, DAY)
    assert receipt.overlap.payable_fen == receipt.reward.award_fen == 150_000_000
    assert receipt.overlap == resolve_overlap([_own(receipt)])
    assert [document.id for document in receipt.documents] == ["M66"]


def _own(receipt: Receipt) -> Any:
    return Award(receipt.instrument, receipt.reward.award_fen, receipt.reward.binding)


def test_recompute_gives_the_same_bytes() -> None:
    receipt = draft_receipt().to_bytes()
    assert recompute(LAW, receipt) == receipt


def test_recompute_keeps_the_version_that_decided() -> None:
    receipt = draft_receipt(package_version="0.0.9").to_bytes()
    assert b'"package_version":"0.0.9"' in receipt
    assert recompute(LAW, receipt) == receipt


def test_recompute_uses_the_law_of_the_receipt_not_a_later_one() -> None:
    receipt = make_receipt(LAW, "M66-6", SCENE, DAY).to_bytes()
    document = LAW.document_on("M66", DAY)
    later = replace(document, in_force_from=date(2026, 1, 1), sha256="0" * 64, parameters=())
    law = Law((later, *LAW.documents))
    assert recompute(law, receipt) == receipt


def test_recompute_uses_the_adoption_of_the_receipt() -> None:
    adopted = LAW.with_adoptions(Adoption("A25", "杭政办〔2026〕1号", date(2026, 3, 2)))
    receipt = make_receipt(adopted, "A25-3.1", SCENE, DAY)
    assert receipt.reward.binding is True
    written = json.loads(receipt.to_bytes())
    assert written["adoptions"] == [
        {"document": "A25", "number": "杭政办〔2026〕1号", "adopted_on": "2026-03-02"}
    ]
    assert recompute(LAW, receipt.to_bytes()) == receipt.to_bytes()
    before = draft_receipt().to_bytes()
    assert recompute(adopted, before) == before


def test_recompute_shows_a_changed_figure() -> None:
    receipt = make_receipt(LAW, "M66-6", SCENE, DAY).to_bytes()
    forged = receipt.replace(b"1500000.00", b"1600000.00")
    assert forged != receipt
    assert recompute(LAW, forged) != forged


@pytest.mark.parametrize("key", ["sha256", "source_sha256", "id"])
def test_recompute_refuses_when_the_law_is_not_at_hand(key: str) -> None:
    value = json.loads(draft_receipt().to_bytes())
    pinned = value["documents"][0]
    pinned[key] = "f" * 64
    with pytest.raises(ReceiptError) as refused:
        recompute(LAW, json.dumps(value).encode())
    assert refused.value.code == "law_version_missing"
    assert refused.value.text == (
        f"没有找到回执所用的政策数据 {pinned['id']}（2025-01-01 起，SHA-256 {pinned['sha256']}）；"
        "请取回当时的数据文件再复算。"
    )


@pytest.mark.parametrize(
    "key",
    [
        "instrument", "inputs", "on", "other_awards", "paid_yuan", "documents", "adoptions",
        "package_version", "format",
    ],
)  # fmt: skip
def test_recompute_refuses_an_incomplete_receipt(key: str) -> None:
    value = json.loads(draft_receipt().to_bytes())
    del value[key]
    with pytest.raises(ReceiptError) as refused:
        recompute(LAW, json.dumps(value).encode())
    assert refused.value.code == "receipt_unreadable"
    assert refused.value.text == "核定回执不完整或已损坏，不能复算；请核对原始文件。"


@pytest.mark.parametrize("receipt", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"1"])
def test_recompute_refuses_what_is_no_receipt(receipt: bytes) -> None:
    with pytest.raises(ReceiptError, match="receipt_unreadable"):
        recompute(LAW, receipt)


def test_recompute_refuses_another_format() -> None:
    value = json.loads(draft_receipt().to_bytes()) | {"format": 2}
    with pytest.raises(ReceiptError) as refused:
        recompute(LAW, json.dumps(value).encode())
    assert refused.value.code == "receipt_format_unknown"
    assert refused.value.text == "核定回执的格式版本为 2，本程序只认识 1，不能复算。"


def test_recompute_refuses_tampered_inputs() -> None:
    value = json.loads(draft_receipt().to_bytes())
    value["inputs"]["investment_yuan"] = "-1"
    with pytest.raises(InvalidInput, match="malformed_fact"):
        recompute(LAW, json.dumps(value).encode())


def test_receipt_refuses_bad_input() -> None:
    with pytest.raises(InvalidInput, match="“paid”（已付金额）"):
        draft_receipt(paid_yuan="-1")
    with pytest.raises(InvalidInput, match="unknown_instrument"):
        draft_receipt(other_awards=["M66-99=1"])
