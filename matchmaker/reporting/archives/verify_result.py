#!/usr/bin/env python3
"""独立核验一次年度评选的归档包；Check the archive of a selection round, alone and from scratch.

用法 / Usage:

    python3 verify_result.py ARCHIVE.zip [--expect SHA256]… [--json]

也可以对解压后的文件夹使用；不给路径时核验本文件所在的文件夹。
A folder into which the archive was unpacked may be given too; without a path: this file's own.

只用 Python 标准库，不引用平台的任何代码。它做的事，任何人都可以照着手工再做一遍：
Standard library only, nothing of the platform is imported. What it does:

1. 压缩包的每一个字节都与规定的写法一致。 Every byte of the zip is as the format says.
2. 清单列出的每个文件，校验值和长度一致，没有多余或缺少的文件；清单自身的校验值一致。
   Each file has the hash and size of the manifest, none is missing or added.
3. 公示时印出的校验值（--expect）就是包里评分快照或清单的校验值：能发现“改了分再重新打包”。
   The hash that the public notice printed is the snapshot's: finds a re-packed, changed score.
4. 评分表、现场核查与评分快照一致；按通知的规则用分数（不用小数）重新排序，逐行一致。
   Sheets and inspections give the snapshot; the ranking is computed again in exact fractions.
5. 公示名单、命名名单、结果公布三者一致，不超过名额，公布时没有未答复的异议。
   Notice, designations and announcement agree, within the quota, no objection left open.
6. 奖励按“比例×审定投入、不超过上限、舍去不足一分”重算，再按“从优就高不重复”得应付金额。
   Awards again: rate × verified base, at most the cap, rounded down; then the overlap rule.

全部一致时退出状态为 0，否则为 1，并指出哪里不符。 Exit status 0 when all agrees, else 1.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

FORMAT = "matchmaker-archive/1"
MANIFEST, SEAL = "manifest.json", "manifest.sha256"
CHUNK = 1 << 20
#: 达到这个有效分数，才去掉一个最高分和一个最低分。 From here on one highest and lowest are dropped.
TRIM_FROM = 5
Reader = Callable[[], Iterable[bytes]]


class Mismatch(Exception):
    """第一处不符。 The first thing that does not agree."""


def check(agrees: bool, message: str) -> None:
    """不一致就停下并说明。 Stop with the message unless it agrees."""
    if not agrees:
        raise Mismatch(message)


# ---------------------------------------------------------------- 一、压缩包和清单 container


def iter_zip(members: Iterable[tuple[str, int, int, Reader]]) -> Iterator[bytes]:
    """规定的压缩包写法：按名称排序、不压缩、时间固定；同样的内容总得到同样的字节。

    The one way in which an archive is written: sorted, stored, fixed times. A member is (name,
    size, CRC-32, reader of its chunks).
    """
    offset, directory = 0, b""
    count = 0
    for name, size, crc, read in sorted(members, key=lambda member: member[0]):
        raw = name.encode("utf-8")
        common = struct.pack("<4H3L2H", 0x0800, 0, 0, 0x21, crc, size, size, len(raw), 0)
        yield struct.pack("<4sH", b"PK\x03\x04", 20) + common + raw
        yield from read()
        head = struct.pack("<4s2H", b"PK\x01\x02", 0x0314, 20)
        tail = struct.pack("<3H2L", 0, 0, 0, 0o100644 << 16, offset)
        directory += head + common + tail + raw
        offset += 30 + len(raw) + size
        count += 1
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory), offset, 0)
    yield directory + end


def read_chunks(stream: Any) -> Iterator[bytes]:
    """一块一块地读。 Chunk by chunk."""
    while chunk := stream.read(CHUNK):
        yield chunk


class Bundle:
    """归档包：压缩包或文件夹。 The archive, packed or unpacked; the small files are kept."""

    def __init__(self, path: Path) -> None:
        self.zip = None if path.is_dir() else zipfile.ZipFile(path)
        self.path = path
        self.facts: dict[str, tuple[str, int, int]] = {}
        self.small: dict[str, bytes] = {}
        for name in self._names():
            check(name not in self.facts, f"文件重复：{name}")
            self._look_at(name)

    def _names(self) -> list[str]:
        if self.zip is not None:
            return [item.filename for item in self.zip.infolist()]
        files = (item for item in self.path.rglob("*") if item.is_file())
        skipped = ("__pycache__",)
        return [
            item.relative_to(self.path).as_posix()
            for item in files
            if not set(skipped) & set(item.parts)
        ]

    def read(self, name: str) -> Iterator[bytes]:
        """一个文件的内容。 The content of one file."""
        opened = self.zip.open(name) if self.zip is not None else (self.path / name).open("rb")
        with opened as stream:
            yield from read_chunks(stream)

    def _look_at(self, name: str) -> None:
        digest, size, crc, kept = hashlib.sha256(), 0, 0, []
        for chunk in self.read(name):
            digest.update(chunk)
            size, crc = size + len(chunk), zlib.crc32(chunk, crc)
            if name.endswith((".json", ".sha256")):
                kept.append(chunk)
        self.facts[name] = (digest.hexdigest(), size, crc)
        self.small[name] = b"".join(kept)

    def check_container(self) -> None:
        """压缩包的每个字节都符合规定的写法。 Every byte of the zip is as the format says."""
        if self.zip is None:
            return
        members = [
            (name, size, crc, lambda name=name: self.read(name))
            for name, (_, size, crc) in self.facts.items()
        ]
        with self.path.open("rb") as stream:
            for chunk in iter_zip(members):
                check(stream.read(len(chunk)) == chunk, "压缩包的结构被改动过")
            check(not stream.read(1), "压缩包末尾有多余的内容")

    def check_manifest(self) -> dict[str, Any]:
        """清单与文件逐一对上。 The manifest and the files agree, one by one."""
        check(MANIFEST in self.facts and SEAL in self.facts, "缺少清单")
        seal = f"{self.facts[MANIFEST][0]}  {MANIFEST}\n".encode()
        check(self.small[SEAL] == seal, "清单自身的校验值不符")
        manifest: dict[str, Any] = self.json(MANIFEST)
        check(manifest["format"] == FORMAT, "归档格式版本不认识")
        listed = {item["path"]: (item["sha256"], item["size"]) for item in manifest["files"]}
        found = {name: fact[:2] for name, fact in self.facts.items()}
        del found[MANIFEST], found[SEAL]
        for name in sorted(listed.keys() | found.keys()):
            check(name in found, f"缺少文件：{name}")
            check(name in listed, f"多出文件：{name}")
            check(listed[name] == found[name], f"文件内容与清单不符：{name}")
        return manifest

    def json(self, name: str) -> Any:
        """一个 JSON 文件。 One JSON file."""
        check(name in self.small, f"缺少文件：{name}")
        return json.loads(self.small[name].decode("utf-8"))

    def list_json(self, folder: str) -> list[tuple[str, Any]]:
        """一个文件夹下的全部 JSON 文件。 All JSON files below a folder, by name."""
        names = [n for n in self.facts if n.startswith(folder) and n.endswith(".json")]
        return [(name, self.json(name)) for name in sorted(names)]


def canonical(value: Any) -> bytes:
    """规范的 JSON：键排序、无空格。 JSON with sorted keys and no spaces."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def sha256(content: bytes) -> str:
    """十六进制的 SHA-256。 In hexadecimal."""
    return hashlib.sha256(content).hexdigest()


# ---------------------------------------------------------------- 二、排序 ranking


def mean(values: Iterable[Fraction]) -> Fraction | None:
    """精确平均数。 The exact mean; None of nothing."""
    listed = list(values)
    return sum(listed, Fraction(0)) / len(listed) if listed else None


class Table:
    """评分快照里的分数。 The scores of a snapshot."""

    def __init__(self, snapshot: dict[str, Any]) -> None:
        rows = snapshot["scores"]
        self.weights = {c["criterion"]: Fraction(c["weight"]) for c in snapshot["criteria"]}
        self.scenes = sorted({row["scene"] for row in rows})
        self.judges = sorted({row["judge"] for row in rows})
        self.totals: dict[str, dict[str, Fraction]] = {scene: {} for scene in self.scenes}
        self.parts: dict[str, dict[str, list[Fraction]]] = {scene: {} for scene in self.scenes}
        for row in rows:
            if row["score"] is None:  # 回避：空，不是 0 分。 Recused: empty, never 0.
                continue
            scene, judge, score = row["scene"], row["judge"], Fraction(row["score"])
            share = self.weights[row["criterion"]] / 100 if "criterion" in row else Fraction(1)
            self.totals[scene][judge] = self.totals[scene].get(judge, Fraction(0)) + share * score
            self.parts[scene].setdefault(row.get("criterion", ""), []).append(score)

    def official(self, scene: str, rule: str) -> Fraction | None:
        """综合得分：去掉一个最高分和一个最低分（够 5 个时）后平均。 The official score."""
        ordered = sorted(self.totals[scene].values())
        if rule == "trimmed" and len(ordered) >= TRIM_FROM:
            ordered = ordered[1:-1]
        return mean(ordered)

    def items(self, scene: str, joined: dict[str, str]) -> dict[str, Fraction]:
        """各指标得分；现场核查的部分并入所属指标。 Means by item, parts joined by weight."""
        weight: dict[str, Fraction] = {}
        points: dict[str, Fraction] = {}
        for name, value in self.weights.items():
            item = joined.get(name, name)
            weight[item] = weight.get(item, Fraction(0)) + value
            points[item] = points.get(item, Fraction(0)) + value * (
                mean(self.parts[scene].get(name, ())) or Fraction(0)
            )
        return {item: points[item] / weight[item] for item in weight if weight[item]}

    def leading(self, joined: dict[str, str]) -> list[str]:
        """权重最大的指标（可能不止一个）。 The item or items of greatest weight."""
        weight: dict[str, Fraction] = {}
        for name, value in self.weights.items():
            item = joined.get(name, name)
            weight[item] = weight.get(item, Fraction(0)) + value
        return [item for item in weight if weight[item] == max(weight.values())]

    def wins(self, scene: str, tied: Iterable[str]) -> Fraction:
        """同分者中，被过半数共同评委排在后面的有几个。 Head to head within the tied group."""
        count = 0
        for other in tied:
            both = self.totals[scene].keys() & self.totals[other].keys()
            higher = sum(self.totals[scene][j] > self.totals[other][j] for j in both)
            count += other != scene and 2 * higher > len(both)
        return Fraction(count)


def group(scenes: Iterable[str], value: Callable[[str], Fraction]) -> list[list[str]]:
    """同值的放在一起，值大的在前。 Equal values together, the greatest first."""
    groups: dict[Fraction, list[str]] = {}
    for scene in scenes:
        groups.setdefault(value(scene), []).append(scene)
    return [groups[key] for key in sorted(groups, reverse=True)]


def tie_value(table: Table, rule: dict[str, Any], step: str, tied: list[str]) -> Callable:
    """同分处理的一步比什么。 What a step of the tie chain compares."""
    joined = rule["items"]
    if step == "criterion":
        leading = table.leading(joined)
        return lambda s: sum((table.items(s, joined)[name] for name in leading), Fraction(0))
    if step == "untrimmed_mean":
        return lambda s: mean(table.totals[s].values()) or Fraction(0)
    if step == "head_to_head":
        return lambda s: table.wins(s, tied)
    check(step == "ballot", f"同分处理的步骤不认识：{step}")
    return lambda s: Fraction(rule["ballots"].get(s, 0))


def split_places(table: Table, rule: dict[str, Any], ranked: list[str]) -> list[tuple]:
    """名次：先比综合得分，同分的按通知的顺序处理。 Places, ties split along the chain."""
    scores = {scene: table.official(scene, rule["rule"]) for scene in ranked}
    places = [(g, None) for g in group(ranked, lambda s: scores[s] or Fraction(0))]
    for step in rule["tie_chain"]:
        split: list[tuple] = []
        for scenes, why in places:
            parts = group(scenes, tie_value(table, rule, step, scenes))
            split += [(part, step) for part in parts] if len(parts) > 1 else [(scenes, why)]
        places = split
    return places


def draw_lot(
    places: list[tuple], failed: dict[str, list[str]], rule: dict[str, Any], snapshot: str
) -> list[tuple]:
    """入选线上仍同分的，按公开抽签文字的 SHA-256 排。 The public lot, at the cut only."""
    drawn: list[tuple] = []
    taken = 0
    for scenes, why in places:
        free = sum(not failed[scene] for scene in scenes)
        if rule["lot"] and taken < rule["quota"] < taken + free:
            order = sorted(scenes, key=lambda s: sha256(f"{snapshot}|{rule['lot']}|{s}".encode()))
            drawn += [([scene], "lot") for scene in order]
        else:
            drawn.append((scenes, why))
        taken += free
    return drawn


def find_failed(table: Table, rule: dict[str, Any], scene: str) -> list[str]:
    """表决不列入名单，或没有达到合格线。 Withheld by vote, or a mark that is missed."""
    failed = ["withheld"] if scene in rule.get("withheld", ()) else []
    score = table.official(scene, rule["rule"])
    if rule["pass_mark"] is not None and score is not None and score < Fraction(rule["pass_mark"]):
        failed.append("pass_mark")
    if rule["item_floor"] is not None and score is not None:
        floor, items = Fraction(rule["item_floor"]), table.items(scene, rule["items"])
        failed += sorted(name for name, value in items.items() if value < floor)
    return failed


def show(score: Fraction | None) -> str | None:
    """两位小数，四舍五入。 Two decimals, halves up."""
    if score is None:
        return None
    hundredths = (score.numerator * 200 + score.denominator) // (score.denominator * 2)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def rank(table: Table, rule: dict[str, Any], snapshot: str) -> list[dict[str, Any]]:
    """按规则重新排序，逐行给出结论。 The ranking again, line by line."""
    quorum = rule["quorum"] or min(5, len(table.judges))
    failed = {scene: find_failed(table, rule, scene) for scene in table.scenes}
    ranked = [scene for scene in table.scenes if len(table.totals[scene]) >= quorum]
    places = draw_lot(split_places(table, rule, ranked), failed, rule, snapshot)
    lines, taken, number, quota = [], 0, 1, rule["quota"]
    for scenes, why in places:
        free = sum(not failed[scene] for scene in scenes)
        fits = True if taken + free <= quota else (None if taken < quota else False)
        for scene in sorted(scenes):
            barred = bool(failed[scene])
            line = describe(table, rule, scene, number, why)
            line["selected"] = False if barred else fits
            line["reserve"] = not barred and quota <= taken < 2 * quota
            line["failed"] = failed[scene]
            lines.append(line)
        taken, number = taken + free, number + len(scenes)
    return lines + [
        describe(table, rule, scene, None, None) for scene in table.scenes if scene not in ranked
    ]


def describe(
    table: Table, rule: dict[str, Any], scene: str, number: int | None, why: str | None
) -> dict[str, Any]:
    """结果的一行。 One line of a result."""
    score = table.official(scene, rule["rule"])
    return {
        "scene": scene,
        "rank": number,
        "official": show(score),
        "official_exact": None if score is None else str(score),
        "valid_scores": len(table.totals[scene]),
        "selected": False,
        "reserve": False,
        "tie_broken_by": why,
        "below_quorum": number is None,
        "failed": [],
    }


def check_rule(rule: dict[str, Any], stage: str) -> None:
    """排序用的规则就是申报开始时锁定的规则。 The applied rule is the frozen one."""
    settings, applied = rule["settings"], rule["applied"]
    check(sha256(canonical(settings)) == rule["settings_sha256"], "评选规则的校验值不符")
    final = stage == "final"
    floor = settings["item_pass_percent"] if final else 0
    wanted = {
        "quota": settings["quota" if final else "shortlist_size"],
        "rule": settings["rule"],
        "quorum": settings["quorum"]["final" if final else "preliminary"],
        "tie_chain": [step for step in settings["tie_chain"] if step != "lot"],
        "item_floor": str(floor) if floor else None,
        "items": settings.get("items", {}),
    }
    for name, value in wanted.items():
        check(applied[name] == value, f"排序所用规则与通知锁定的规则不同：{name}")
    mark = settings["pass_mark"] if final else None
    given = applied["pass_mark"]
    same = given is None if mark is None else given is not None and Fraction(given) * 100 == mark
    check(same, "排序所用规则与通知锁定的规则不同：pass_mark")


def check_calculation(bundle: Bundle, folder: str) -> dict[str, Any]:
    """一次汇总：快照、规则、排序。 One calculation: snapshot, rule, ranking."""
    content = bundle.small[f"{folder}/snapshot.json"]
    result, rule = bundle.json(f"{folder}/result.json"), bundle.json(f"{folder}/rule.json")
    check(sha256(content) == result["snapshot_sha256"], f"评分快照的校验值不符：{folder}")
    check(canonical(json.loads(content)) == content, f"评分快照不是规范写法：{folder}")
    check(rule["settings_sha256"] == result["rule_sha256"], f"规则与结果不对应：{folder}")
    check_rule(rule, result["stage"])
    again = rank(Table(json.loads(content)), rule["applied"], result["snapshot_sha256"])
    check_resolutions(bundle, result, rule["applied"])
    check(len(again) == len(result["ranking"]), f"排序的行数不符：{folder}")
    for mine, theirs in zip(again, result["ranking"], strict=True):
        check(mine == theirs, f"重新排序的结果不同：{folder} 的 {theirs['scene']}")
    return {**result, "snapshot": json.loads(content), "settings": rule["settings"]}


def check_resolutions(bundle: Bundle, result: dict[str, Any], applied: dict[str, Any]) -> None:
    """票数和不列入的场景都出自经确认的合议决议。 Ballots and withheld scenes were voted."""
    if "withheld" not in applied:  # 早先的归档没有合议决议。 Older archives hold none.
        return
    votes = {item["id"]: item for item in bundle.json("minutes/resolutions.json")}
    ballots: dict[str, int] = {}
    withheld = set()
    for number in result["resolutions"]:
        check(number in votes, f"缺少合议决议：{number}")
        vote = votes[number]
        check(vote["state"] == "confirmed" and vote["carried"], f"合议决议未经确认：{number}")
        cast = vote["votes_for"] + vote["votes_against"] + vote["votes_abstained"]
        cast += sum(vote["ballots"].values())
        check(cast <= vote["entitled"], f"合议决议的票数多于有权表决的评委：{number}")
        if vote["kind"] == "ballot":
            ballots = vote["ballots"]
        else:
            check(vote["kind"] == "withhold", f"合议决议的类别不认识：{number}")
            check(2 * vote["votes_for"] > cast, f"合议决议的同意票没有过半：{number}")
            withheld |= set(vote["scenes"])
    check(applied["ballots"] == ballots, "同分票数与合议决议不同")
    check(applied["withheld"] == sorted(withheld), "不列入名单的场景与合议决议不同")


def check_sheets(bundle: Bundle, result: dict[str, Any]) -> None:
    """快照里的每个分都来自一份评分表或现场核查。 Each score comes from a sheet or inspection."""
    stage = result["stage"]
    sheets = [sheet for _, sheet in bundle.list_json(f"scores/{stage}/")]
    by_pair = {(s["scene"], s["judge"]): s["scores"] for s in sheets if s["counted"]}
    visits = {
        item["code"]: item["inspection_score"] for _, item in bundle.list_json("applications/")
    }
    site = {c["key"] + "s": c["key"] for c in result["settings"]["criteria"]}
    seen = set()
    for row in result["snapshot"]["scores"]:
        if row["score"] is None:
            continue
        pair, key = (row["scene"], row["judge"]), row["criterion"]
        check(pair in by_pair, f"快照里的评分没有评分表：{pair}")
        given = visits[row["scene"]] if key in site else by_pair[pair][key]
        same = given is not None and Fraction(given) == Fraction(row["score"])
        check(same, f"评分表与快照不一致：{pair} {key}")
        seen.add(pair)
    scenes = {row["scene"] for row in result["snapshot"]["scores"]}
    left = sorted(pair for pair in by_pair if pair[0] in scenes and pair not in seen)
    check(not left, f"有效评分表没有进入快照：{left}")


# ---------------------------------------------------------------- 三、名单 lists


def check_lists(bundle: Bundle, results: list[dict[str, Any]]) -> None:
    """公示、命名、公布三者一致。 Publicity, designations and announcement agree."""
    titles = {item["code"]: item["title"] for _, item in bundle.list_json("applications/")}
    notices = {item["id"]: item for _, item in bundle.list_json("publicity/")}
    for result in (item for item in results if item["notice"] is not None):
        notice = notices[result["notice"]]
        chosen = [line for line in result["ranking"] if line["selected"]]
        listed = [[titles[line["scene"]], line["official"]] for line in chosen]
        shown = [[row[1], row[3]] for row in notice["rows"]]
        check(shown == listed, "公示名单与排序结果不同")
        check(notice["snapshot_sha256"] == result["snapshot_sha256"], "公示印的校验值不是快照的")
    named = bundle.json("designations.json")
    confirmed = [r for r in results if r["stage"] == "final" and r["state"] == "confirmed"]
    check(bool(named) <= bool(confirmed), "没有公布的结果，却有命名")
    for result in confirmed:
        chosen = [line["scene"] for line in result["ranking"] if line["selected"]]
        check([item["scene"] for item in named] == chosen, "命名名单与公示结果不同")
        check(len(named) <= result["settings"]["quota"], "命名数量超过名额")
        announced = [n for n in notices.values() if n["kind"] == "result"]
        check(len(announced) == 1, "结果公布应有且只有一份")
        rows = [[item["number"], titles[item["scene"]]] for item in named]
        check([row[:2] for row in announced[0]["rows"]] == rows, "结果公布与命名名单不同")
        still_open = [o for _, o in bundle.list_json("objections/") if o["open"]]
        check(not still_open, "公布结果时还有异议没有答复")


# ---------------------------------------------------------------- 四、奖励 awards


def fen(text: str) -> Fraction:
    """元的文字换成分。 Yuan as text, in fen."""
    return Fraction(text) * 100


def compute_award(law: dict[str, Any], inputs: dict[str, str], on: str) -> int:
    """min(比例×基数, 上限)，舍去不足一分。 min(rate × base, cap), rounded down, in fen."""
    if not law["from"] <= on <= law["to"]:
        return 0
    for condition in law["conditions"]:
        check(condition["test"] == "is", "奖励条件本程序不认识")
        if inputs.get(condition["subject"]) != condition["value"]:
            return 0
    limit = fen(law["cap_yuan"]) - (fen(inputs[law["used"]]) if law["used"] else 0)
    value = Fraction(law["rate"]) * fen(inputs[law["base"]])
    return int(max(min(value, limit), Fraction(0)))  # 正数取整即舍去。 Truncation rounds down.


def compute_payable(
    receipt: dict[str, Any], own: int, binding: bool, laws: list[dict[str, Any]]
) -> int:
    """从优、就高、不重复：最高一项减已付。 The highest binding award less what was paid."""
    awards = [own] if binding else []
    adopted = {item["document"]: item["adopted_on"] for item in receipt["adoptions"]}
    for text in receipt["other_awards"]:
        name, _, amount = text.rpartition("=")
        if name.startswith("OTHER:") or binds(
            find_law(laws, name, receipt), adopted, receipt["on"]
        ):
            awards.append(int(fen(amount)))
    highest = max(awards, default=0)
    payable = max(highest - int(fen(receipt["paid_yuan"])), 0)
    return payable if binding and own == highest else 0


def find_law(laws: list[dict[str, Any]], name: str, receipt: dict[str, Any]) -> dict[str, Any]:
    """措施的数据，取回执所钉的那一版。 The instrument in the version that the receipt pins."""
    pinned = {item["id"]: item["sha256"] for item in receipt["documents"]}
    for law in laws:
        if law["id"] == name and pinned.get(law["document"]) == law["sha256"]:
            return law
    raise Mismatch(f"包里没有回执所用的政策数据：{name}")


def binds(law: dict[str, Any], adopted: dict[str, str], on: str) -> bool:
    """征求意见稿在正式印发前只作测算。 A draft binds from its adoption on only."""
    return law["status"] != "draft" or adopted.get(law["document"], "9999") <= on


def check_award(
    bundle: Bundle, claim: dict[str, Any], row: dict[str, Any], laws: list[dict[str, Any]]
) -> None:
    """一份核定：按回执重算。 One determination, computed again from its receipt."""
    content, name = bundle.small[row["receipt"]], f"{claim['number']}/{row['id']}"
    check(sha256(content) == row["receipt_sha256"], f"回执的校验值不符：{name}")
    receipt = json.loads(content)
    check(receipt["instrument"] == claim["instrument"], f"回执与申领不对应：{name}")
    law = find_law(laws, receipt["instrument"], receipt)
    check(bundle.facts[law["file"]][0] == law["sha256"], f"政策数据文件不符：{law['file']}")
    adopted = {item["document"]: item["adopted_on"] for item in receipt["adoptions"]}
    binding = binds(law, adopted, receipt["on"])
    own = compute_award(law, receipt["inputs"], receipt["on"])
    check(own == fen(row["award_yuan"]), f"重算的核定金额不同：{name}")
    check(binding == row["binding"], f"是否可以兑付的结论不同：{name}")
    payable = compute_payable(receipt, own, binding, laws)
    check(payable == fen(row["payable_yuan"]), f"重算的应付金额不同：{name}")
    check(fen(row["paid_yuan"]) <= payable, f"拨付超过应付：{name}")
    verified = claim["verified_yuan"]
    if row["newest"] and verified is not None and "investment_yuan" in receipt["inputs"]:
        same = fen(receipt["inputs"]["investment_yuan"]) == fen(verified)
        check(same, f"计算所用投入不是审定合计：{name}")


def check_awards(bundle: Bundle) -> int:
    """全部核定。 Every determination; returns how many."""
    laws, count = bundle.json("law/instruments.json"), 0
    numbers = {item["number"]: item["scene"] for item in bundle.json("designations.json")}
    for _, claim in bundle.list_json("awards/claims/"):
        check(numbers.get(claim["designation"]) == claim["scene"], "申领的场景没有命名")
        for row in claim["determinations"]:
            check_award(bundle, claim, row, laws)
            count += 1
    return count


# ---------------------------------------------------------------- 五、主程序 main


def verify(path: Path, expected: Iterable[str] = ()) -> dict[str, Any]:
    """核验一个归档包；不符时抛出 Mismatch。 Check an archive; raises Mismatch."""
    bundle = Bundle(path)
    bundle.check_container()
    manifest = bundle.check_manifest()
    folders = sorted({name.rsplit("/", 1)[0] for name in bundle.facts if "calculation/" in name})
    results = [check_calculation(bundle, folder) for folder in folders]
    snapshots = {item["snapshot_sha256"] for item in results}
    for wanted in expected:
        known = {manifest["snapshot_sha256"], bundle.facts[MANIFEST][0]}
        check(wanted.strip().lower() in known, f"与给出的校验值不符：{wanted}")
    check(manifest["snapshot_sha256"] in snapshots, "清单所列的评分快照不在包里")
    for result in (item for item in results if item["current"]):
        check_sheets(bundle, result)
    check_lists(bundle, results)
    return {
        "ok": True,
        "round": manifest["round"],
        "edition": manifest["edition"],
        "files": len(bundle.facts),
        "rankings": len(results),
        "awards": check_awards(bundle),
        "snapshot_sha256": manifest["snapshot_sha256"],
        "manifest_sha256": bundle.facts[MANIFEST][0],
    }


def run(arguments: list[str] | None = None) -> int:
    """命令行。 The command line."""
    parser = argparse.ArgumentParser(description="核验年度评选归档包")
    parser.add_argument("archive", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--expect", action="append", default=[], metavar="SHA256")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    try:
        report = verify(options.archive, options.expect)
    except Mismatch as error:
        report = {"ok": False, "message": str(error)}
    except Exception as error:  # 任何读不懂的内容都算不符。 What cannot be read does not agree.
        report = {"ok": False, "message": f"归档包无法读取：{type(error).__name__}: {error}"}
    if options.json:
        print(json.dumps(report, ensure_ascii=False))
    elif report["ok"]:
        print(f"核验通过：{report['round']}，{report['files']} 个文件，", end="")
        print(f"{report['rankings']} 次排序、{report['awards']} 份奖励核定重算一致。")
        print(f"评分快照校验值：{report['snapshot_sha256']}")
    else:
        print(f"不符：{report['message']}", file=sys.stderr)
    return 0 if report["ok"] else 1


if __name__ == "__main__":
    sys.exit(run())
