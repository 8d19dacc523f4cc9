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
3. 评分表、现场核查与评分快照一致；按通知的规则用分数（不用小数）重新排序，逐行一致。
   Sheets and inspections give the snapshot; the ranking is computed again in exact fractions.
4. 公示名单、命名名单、结果公布三者一致，单位与申报一致，不超过名额；公示满工作日，
   异议都在公布前办结。 Notice, designations and announcement agree, units too, within the quota;
   the period has its working days; every objection was decided before the announcement.
5. 奖励按“比例×审定投入、不超过上限、舍去不足一分”重算，再按“从优就高不重复”得应付金额；
   投入明细、收款单位、拨付各自合计一致；比例和上限与政策数据文件一致。
   Awards again: rate × verified base, at most the cap, rounded down; then the overlap rule; ledger,
   payees and payments add up; rates and caps are those of the law's data file.
6. 办理记录逐条相连，内部版逐条重算校验值，并与结果、公告、异议和奖励相对照。
   The trail's entries link up; in the internal edition each is hashed again and compared.

用 --expect 给出从别处得到的校验值（可给多个）。各校验值管什么：
Hashes from elsewhere are given by --expect, and each covers:

  清单校验值 manifest    全部文件：任何改动都会被发现。 Every file: no change passes.
  评分快照校验值 snapshot 只管每位评委的打分和现场核查得分。 The scores only.
  评选规则校验值 rule     只管名额、权重、合格线等规则。 Quota, weights, marks and the like only.

不给清单校验值时，只能说明包内各部分互相一致：把各部分都改得一致的伪造可能通过。
Without the manifest's hash the parts are shown to agree with each other, no more: a forgery that
changes all of them alike may pass.

全部一致时退出状态为 0，否则为 1，并指出哪里不符。 Exit status 0 when all agrees, else 1.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path
from typing import Any

FORMAT = "matchmaker-archive/2"
MANIFEST, SEAL = "manifest.json", "manifest.sha256"
CHUNK = 1 << 20
#: 达到这个有效分数，才去掉一个最高分和一个最低分。 From here on one highest and lowest are dropped.
TRIM_FROM = 5
CHINA = timezone(timedelta(hours=8))
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
            if name.endswith((".json", ".sha256", ".yaml")):
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


def check_weights(settings: dict[str, Any], stage: str, snapshot: dict[str, Any]) -> None:
    """快照的权重就是规则的权重，复评时分出现场核查。 Weights as the rule says."""
    wanted: dict[str, Fraction] = {}
    for item in settings["criteria"]:
        site = item["inspection_points"] if stage == "final" else 0
        wanted[item["key"]] = Fraction(item["weight"] - site)
        if site:
            wanted[item["key"] + "s"] = Fraction(site)
    given = {item["criterion"]: Fraction(item["weight"]) for item in snapshot["criteria"]}
    check(given == wanted, "评分快照的权重与评选规则不同")


def check_calculation(bundle: Bundle, folder: str) -> dict[str, Any]:
    """一次汇总：快照、规则、排序。 One calculation: snapshot, rule, ranking."""
    content = bundle.small[f"{folder}/snapshot.json"]
    result, rule = bundle.json(f"{folder}/result.json"), bundle.json(f"{folder}/rule.json")
    check(sha256(content) == result["snapshot_sha256"], f"评分快照的校验值不符：{folder}")
    check(canonical(json.loads(content)) == content, f"评分快照不是规范写法：{folder}")
    check(rule["settings_sha256"] == result["rule_sha256"], f"规则与结果不对应：{folder}")
    check_rule(rule, result["stage"])
    check(
        rule["settings"] == bundle.json("rules/round.json")["settings"], "排序的规则不是本次评选的"
    )
    check_weights(rule["settings"], result["stage"], json.loads(content))
    again = rank(Table(json.loads(content)), rule["applied"], result["snapshot_sha256"])
    check_resolutions(bundle, result, rule["applied"])
    check(len(again) == len(result["ranking"]), f"排序的行数不符：{folder}")
    for mine, theirs in zip(again, result["ranking"], strict=True):
        check(mine == theirs, f"重新排序的结果不同：{folder} 的 {theirs['scene']}")
    return {**result, "snapshot": json.loads(content), "settings": rule["settings"]}


def check_resolutions(bundle: Bundle, result: dict[str, Any], applied: dict[str, Any]) -> None:
    """票数和不列入的场景都出自经确认的合议决议。 Ballots and withheld scenes were voted."""
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
    scenes = {item["code"]: item for _, item in bundle.list_json("applications/")}
    notices = {item["id"]: item for _, item in bundle.list_json("publicity/")}
    for result in (item for item in results if item["notice"] is not None):
        notice = notices[result["notice"]]
        listed = list_rows(result, scenes)
        check([row[1:] for row in notice["rows"]] == listed, "公示名单与排序结果或申报单位不同")
        check(notice["snapshot_sha256"] == result["snapshot_sha256"], "公示印的校验值不是快照的")
        check_period(bundle, result, notice)
    named = bundle.json("designations.json")
    confirmed = [r for r in results if r["stage"] == "final" and r["state"] == "confirmed"]
    check(bool(named) <= bool(confirmed), "没有公布的结果，却有命名")
    for result in confirmed:
        chosen = [line["scene"] for line in result["ranking"] if line["selected"]]
        check([item["scene"] for item in named] == chosen, "命名名单与公示结果不同")
        check(len(named) <= result["settings"]["quota"], "命名数量超过名额")
        announced = [n for n in notices.values() if n["kind"] == "result"]
        check(len(announced) == 1, "结果公布应有且只有一份")
        rows = [
            [item["number"], *row]
            for item, row in zip(named, list_rows(result, scenes), strict=True)
        ]
        check(announced[0]["rows"] == rows, "结果公布与命名名单不同")
        check_announced(result, announced[0], notices[result["notice"]], named)
    check_objections(bundle, results, notices, {item["scene"] for item in named})


def list_rows(result: dict[str, Any], scenes: dict[str, Any]) -> list[list[str]]:
    """名单应有的内容：名称、单位、得分。 What a list must show: title, units, score."""
    return [
        [scene["title"], name_units(scene["members"]), line["official"]]
        for line in result["ranking"]
        if line["selected"]
        for scene in [scenes[line["scene"]]]
    ]


def name_units(members: list[dict[str, Any]]) -> str:
    """联合体各单位，业主在前。 The consortium in one line, owners first."""
    return "、".join(m["name"] for m in sorted(members, key=lambda m: m["side"] != "owner"))


def day_of(moment: str) -> str:
    """时刻在北京时间的日期。 The day of a moment in China."""
    parsed = datetime.strptime(moment, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    return parsed.astimezone(CHINA).date().isoformat()


def check_period(bundle: Bundle, result: dict[str, Any], notice: dict[str, Any]) -> None:
    """公示日期与结果一致，满规定的工作日，更正只延长。 The period as decided, long enough."""
    check(day_of(notice["published_at"]) == result["publicity_from"], "公示的发布日期与结果不符")
    for column, label, key in (
        ("starts_on", "开始日期", "publicity_from"),
        ("ends_on", "截止日期", "publicity_to"),
    ):
        shown = result[key]
        for change in (row["changes"] for row in notice["corrections"]):
            if label in change:
                check(change[label][0] == shown, f"公示{label}的更正记录前后不接")
                check(column == "starts_on" or change[label][1] >= shown, "公示期被更正缩短")
                shown = change[label][1]
        check(notice[column] == shown, f"公示{label}与结果不符")
    days = bundle.json("rules/round.json")["publicity_days"]
    if not any("正文" in row["changes"] for row in notice["corrections"]):
        check(f"公示期为{days}个工作日" in notice["body"], "公示正文的工作日数与评选规则不同")
    calendar = bundle.json("rules/calendar.json")
    first, last = date.fromisoformat(notice["starts_on"]), date.fromisoformat(notice["ends_on"])
    found = sum(
        is_working_day(first + timedelta(n + 1), calendar) for n in range((last - first).days)
    )
    check(found >= days, f"公示期只有{found}个工作日，规定为{days}个")


def is_working_day(day: date, calendar: dict[str, list[str]]) -> bool:
    """工作日：平日除去放假，加上调休上班。 Weekdays but holidays, and make-up days."""
    text = day.isoformat()
    return text in calendar["workdays"] if day.weekday() > 4 else text not in calendar["holidays"]


def check_announced(
    result: dict[str, Any],
    announced: dict[str, Any],
    publicity: dict[str, Any],
    named: list[dict[str, Any]],
) -> None:
    """公布和命名在公示期满之后的同一天，印出规则的校验值。 After the period, on one day."""
    day = day_of(result["confirmed_at"])
    check(day > publicity["ends_on"], "公示期未满就公布了结果")
    check(day_of(announced["published_at"]) == day, "结果公布的日期与确认日期不同")
    check(all(item["designated_on"] == day for item in named), "命名日期与结果公布日期不同")
    check(announced["snapshot_sha256"] == result["snapshot_sha256"], "结果公布印的校验值不是快照的")
    if not any("正文" in row["changes"] for row in announced["corrections"]):
        check(result["rule_sha256"] in announced["body"], "结果公布印的规则校验值不符")


def check_objections(
    bundle: Bundle, results: list[dict[str, Any]], notices: dict[int, Any], named: set[str]
) -> None:
    """每件异议都在公示期内提出、公布前办结，件数与办理记录一致。 In time, decided, all there."""
    every = [item for _, item in bundle.list_json("objections/")]
    filed = [e for e in bundle.json("trail.json") if e["action"] == "selection.file_objection"]
    check(len(filed) == len(every), "异议件数与办理记录不符")
    periods = [
        (r["publicity_from"], notices[r["notice"]]["ends_on"]) for r in results if r["notice"]
    ]
    for item in every:
        day = day_of(item["filed_at"])
        check(any(a <= day <= b for a, b in periods), f"异议不在公示期内提出：{item['number']}")
        ended = {"declined": "handled_at", "upheld": "answered_at", "dismissed": "answered_at"}
        check(item["open"] == (item["state"] not in ended), f"异议状态不符：{item['number']}")
        for result in (r for r in results if r["state"] == "confirmed" and r["stage"] == "final"):
            check(not item["open"], "公布结果时还有异议没有答复")
            moment = item[ended[item["state"]]]
            in_time = moment is not None and moment <= result["confirmed_at"]
            check(in_time, f"异议在公布结果时还没有办结：{item['number']}")
            upheld = item["state"] == "upheld" and item["target"] in named
            check(not upheld, f"异议成立的场景仍被命名：{item['target']}")


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
    check(receipt["on"] == claim["designated_on"], f"计算奖励的日期不是命名日期：{name}")
    check_law(bundle, law)
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
    check_payees(row, name)


def check_payees(row: dict[str, Any], name: str) -> None:
    """收款单位合计等于应付，拨付逐笔可对。 Shares make the payable amount, payments are theirs."""
    shares: dict[str, Fraction] = {}
    for payee in row["payees"]:
        shares[payee["name"]] = shares.get(payee["name"], Fraction(0)) + fen(payee["share_yuan"])
    if shares:
        check(sum(shares.values()) == fen(row["payable_yuan"]), f"收款单位合计不等于应付：{name}")
    paid = dict.fromkeys(shares, Fraction(0))
    for payment in row["payments"]:
        check(payment["payee"] in paid, f"拨付对象不是收款单位：{name}")
        paid[payment["payee"]] += fen(payment["amount_yuan"])
    check(sum(paid.values()) == fen(row["paid_yuan"]), f"拨付合计与明细不符：{name}")
    check(all(paid[unit] <= shares[unit] for unit in paid), f"拨付超过收款单位应得：{name}")
    check(fen(row["returned_yuan"]) <= fen(row["paid_yuan"]), f"追回超过已拨付：{name}")


def check_ledger(claim: dict[str, Any]) -> None:
    """投入明细的审定数合计等于审定投入（公开版没有明细）。 The ledger adds up."""
    if claim["verified_yuan"] is None or "ledger" not in claim:
        return
    number, total = claim["number"], Fraction(0)
    for line in claim["ledger"]:
        if line["verified_yuan"] is not None:
            verified = fen(line["verified_yuan"])
            check(verified <= fen(line["claimed_yuan"]), f"审定数超过申报数：{number}")
            total += verified
    check(total == fen(claim["verified_yuan"]), f"投入明细的审定合计不符：{number}")


def read_blocks(text: str) -> dict[str, str]:
    """政策数据文件中以“- id:”开头的各段。 The entries of the law's data file by their id."""
    parts = re.split(r'(?m)^  - id: "?([^"\n]+?)"?$', text)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def read_value(blocks: dict[str, str], name: str, on: str) -> Fraction:
    """某日的参数值，百分数换成分数。 A parameter on a day; percent as a fraction."""
    values = re.findall(r'\{from: "([^"]+)", value: "([^"]+)"', blocks[name])
    newest = max(day for day, _ in values if day <= on)
    unit = re.search(r"(?m)^    unit: (\w+)$", blocks[name])
    check(unit is not None and unit[1] in ("percent", "yuan"), f"参数单位不认识：{name}")
    return Fraction(dict(values)[newest]) / (100 if unit and unit[1] == "percent" else 1)


def check_law(bundle: Bundle, law: dict[str, Any]) -> None:
    """比例、上限、条件和有效期与政策数据文件一致。 Figures as the law's data file says."""
    text = bundle.small[law["file"]].decode("utf-8")
    head = dict(re.findall(r'(?m)^  (status|in_force_from|in_force_to): "?([^"\n]+?)"?$', text))
    given = {k: law[v] for k, v in (("in_force_from", "from"), ("in_force_to", "to"))}
    check(
        head == {**given, "status": law["status"]}, f"有效期或效力与政策数据文件不同：{law['id']}"
    )
    blocks = read_blocks(text)
    found = re.search(r"share: \{([^}]*)\}", blocks[law["id"]])
    check(found is not None, f"政策数据文件中没有这项措施：{law['id']}")
    share = dict(item.split(": ") for item in found[1].split(", ")) if found else {}
    cap = read_value(blocks, share["cap"], law["from"])
    rate = read_value(blocks, share["rate"], law["from"]) if "rate" in share else Fraction(1)
    same = Fraction(law["cap_yuan"]) == cap and Fraction(law["rate"]) == rate
    check(same, f"比例或上限与政策数据文件不同：{law['id']}")
    same = (law["base"], law["used"]) == (share["base"], share.get("used"))
    check(same, f"计算基数与政策数据文件不同：{law['id']}")
    tests = re.findall(
        r'(?m)^        subject: (\S+)\n        test: (\S+)(?:\n        value: "([^"]*)")?',
        blocks[law["id"]],
    )
    listed = [(c["subject"], c["test"], c["value"] or "") for c in law["conditions"]]
    check(listed == tests, f"条件与政策数据文件不同：{law['id']}")


def check_awards(bundle: Bundle) -> int:
    """全部核定。 Every determination; returns how many."""
    laws, count = bundle.json("law/instruments.json"), 0
    numbers = {item["number"]: item for item in bundle.json("designations.json")}
    for _, claim in bundle.list_json("awards/claims/"):
        named = numbers.get(claim["designation"], {"scene": None})
        check(named["scene"] == claim["scene"], "申领的场景没有命名")
        claim["designated_on"] = named["designated_on"]
        check_ledger(claim)
        for row in claim["determinations"]:
            check_award(bundle, claim, row, laws)
            count += 1
    return count


# ---------------------------------------------------------------- 五、办理记录 trail

#: 进入校验值的各项。 What an entry's hash covers.
ENTRY = (
    *("seq", "at", "actor_kind", "actor_id", "actor_name", "action"),
    *("subject_type", "subject_id", "outcome", "data"),
)
#: 公告内容校验值所含的各项。 What the hash of a notice's content covers.
SHOWN = (
    *("kind", "title", "body", "issuer", "columns", "rows", "starts_on", "ends_on"),
    *("valid_until", "subject_type", "subject_id", "snapshot_sha256"),
)


def check_trail(bundle: Bundle, results: list[dict[str, Any]], edition: str) -> None:
    """办理记录按序相连，内部版逐条重算并与各部分对照。 Links, hashes, and what the entries say."""
    entries = bundle.json("trail.json")
    before: dict[str, Any] = {"seq": 0, "hash": "0" * 64}
    heads = {n["chain_seq"]: n["chain_hash"] for _, n in bundle.list_json("publicity/")}
    for entry in entries:
        seq = entry["seq"]
        check(seq > before["seq"], f"办理记录的次序不对：第 {seq} 条")
        linked = seq != before["seq"] + 1 or entry["prev_hash"] == before["hash"]
        check(linked, f"办理记录与上一条不相连：第 {seq} 条")
        check(
            heads.get(seq, entry["hash"]) == entry["hash"], f"办理记录与公告所印不符：第 {seq} 条"
        )
        if edition == "internal":
            body = canonical({name: entry[name] for name in ENTRY}).decode("utf-8")
            again = sha256(f"{entry['prev_hash']}\n{body}".encode())
            check(again == entry["hash"], f"办理记录被改动：第 {seq} 条")
        before = entry
    if edition == "internal":
        check_told(bundle, results, entries)
        check_told_notices(bundle, entries)
        check_told_awards(bundle, entries)


def find_data(entries: list[dict[str, Any]], action: str) -> list[dict[str, Any]]:
    """某类记录的内容。 The data of the entries of one kind."""
    return [entry["data"] for entry in entries if entry["action"] == action]


def check_told(
    bundle: Bundle, results: list[dict[str, Any]], entries: list[dict[str, Any]]
) -> None:
    """规则、汇总、公示、公布与办理记录一致。 Rule, ranking, publicity and list as recorded."""
    rules = [d["rule"] for d in find_data(entries, "selection.move_round") if "rule" in d]
    keys = ("stage", "version", "snapshot_sha256", "rule_sha256")
    told = [tuple(d[k] for k in keys) for d in find_data(entries, "selection.compute_result")]
    shown = {d["notice_id"]: d for d in find_data(entries, "selection.publish_result")}
    for result in results:
        check(result["settings"] in rules, "评选规则与办理记录不同")
        check(tuple(result[k] for k in keys) in told, "汇总结果与办理记录不同")
        if result["notice"] is not None:
            published = shown.get(result["notice"], {"publicity_to": None})
            same = published["publicity_to"] == result["publicity_to"]
            check(same, "公示截止日期与办理记录不同")
    numbers = [item["number"] for item in bundle.json("designations.json")]
    confirmed = [d["designated"] for d in find_data(entries, "selection.confirm_result")]
    check(confirmed == ([numbers] if confirmed or numbers else []), "命名名单与办理记录不同")


def check_told_notices(bundle: Bundle, entries: list[dict[str, Any]]) -> None:
    """公告内容与办理记录所留的校验值一致。 Notices as their entries hashed them."""
    hashes = {
        entry["subject_id"]: entry["data"]["content_sha256"]
        for entry in entries
        if entry["subject_type"] == "notice" and "content_sha256" in entry["data"]
    }
    for _, notice in bundle.list_json("publicity/"):
        shown = {name: notice[name] for name in SHOWN}
        text = json.dumps(shown, ensure_ascii=False, sort_keys=True)
        same = hashes.get(str(notice["id"])) == sha256(text.encode())
        check(same, f"公告内容与办理记录不同：{notice['id']}")


def check_told_awards(bundle: Bundle, entries: list[dict[str, Any]]) -> None:
    """每份核定的回执都在该申领的办理记录里。 Each receipt is in the entries of its claim."""
    claims = [entry for entry in entries if entry["subject_type"] == "claim"]
    made = [entry for entry in claims if entry["action"] == "rewards.create_claim"]
    numbers = {entry["subject_id"]: entry["data"]["number"] for entry in made}
    receipts = {
        (numbers.get(entry["subject_id"]), entry["data"]["sha256"])
        for entry in claims
        if "sha256" in entry["data"]
    }
    for _, claim in bundle.list_json("awards/claims/"):
        for row in claim["determinations"]:
            found = (claim["number"], row["receipt_sha256"]) in receipts
            check(found, f"核定与办理记录不同：{claim['number']}/{row['id']}")


# ---------------------------------------------------------------- 六、主程序 main


def verify(path: Path, expected: Iterable[str] = ()) -> dict[str, Any]:
    """核验一个归档包；不符时抛出 Mismatch。 Check an archive; raises Mismatch."""
    bundle = Bundle(path)
    bundle.check_container()
    manifest = bundle.check_manifest()
    folders = sorted({name.rsplit("/", 1)[0] for name in bundle.facts if "calculation/" in name})
    results = [check_calculation(bundle, folder) for folder in folders]
    current = [item for item in results if item["stage"] == "final" and item["current"]]
    known = {item[name] for item in current for name in ("snapshot_sha256", "rule_sha256")}
    known.add(bundle.facts[MANIFEST][0])
    given = {wanted.strip().lower() for wanted in expected}
    for wanted in sorted(given - known):
        check(False, f"与给出的校验值不符：{wanted}")
    shown = [item["snapshot_sha256"] for item in current]
    check(shown == [manifest["snapshot_sha256"]], "清单所列的评分快照不在包里")
    for result in (item for item in results if item["current"]):
        check_sheets(bundle, result)
    check_lists(bundle, results)
    check_trail(bundle, results, manifest["edition"])
    return {
        "ok": True,
        "round": manifest["round"],
        "edition": manifest["edition"],
        "files": len(bundle.facts),
        "rankings": len(results),
        "awards": check_awards(bundle),
        "snapshot_sha256": manifest["snapshot_sha256"],
        "rule_sha256": current[0]["rule_sha256"],
        "manifest_sha256": bundle.facts[MANIFEST][0],
        "whole": bundle.facts[MANIFEST][0] in given,
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
        for label, key in (("清单", "manifest"), ("评分快照", "snapshot"), ("评选规则", "rule")):
            print(f"{label}校验值：{report[key + '_sha256']}")
        if not report["whole"]:
            print("没有给出清单校验值：以上只说明包内各部分互相一致，不能排除各处一并改动。")
    else:
        print(f"不符：{report['message']}", file=sys.stderr)
    return 0 if report["ok"] else 1


if __name__ == "__main__":
    sys.exit(run())
