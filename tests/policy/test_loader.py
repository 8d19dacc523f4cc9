"""The loader: a good file is read whole, every flaw is refused with file and line."""

from __future__ import annotations

import hashlib
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from matchmaker import paths
from matchmaker.policy.instrument import (
    Condition,
    FactKind,
    FactSpec,
    Fixed,
    FixedByWord,
    InKind,
    Instrument,
    Measure,
    Share,
    Test,
)
from matchmaker.policy.law import (
    Clause,
    DatedValue,
    DocumentStatus,
    Parameter,
    PolicyDocument,
    Question,
    Unit,
)
from matchmaker.policy.loader import load_law, read_document, read_law
from matchmaker.policy.strict_yaml import LawDataError, parse_iso_date

GOOD = """\
document:
  id: T1
  title: 试行办法
  number: 试〔2025〕1号
  issuer: 试验局
  issued_on: "2024-12-01"
  status: in_force
  in_force_from: "2025-01-01"
  in_force_to: "2025-12-31"
  period_clause: 一
  source: 公报
  notes:
    - 一条说明
clauses:
  - id: 一
    number: "一、"
    heading: 目的
    text: 给予不高于投资的50%、最高3元的补助,赠送2.5年,第1名
parameters:
  - id: T1.rate
    label: 比例
    unit: percent
    clause: 一
    values:
      - from: "2025-01-01"
        value: "50"
      - from: "2025-06-01"
        value: "12.5"
    question:
      asks: 何时
      default: 当日
      because: 简便
  - {id: T1.cap, label: 上限, unit: yuan, clause: 一, values: [{from: "2025-01-01", value: "3"}]}
  - {id: T1.count, label: 个数, unit: count, clause: 一, values: [{from: "2025-01-01", value: "1"}]}
  - {id: T1.years, label: 年, unit: years, clause: 一, values: [{from: "2025-01-01", value: "2.5"}]}
  - id: T1.tax
    label: 税
    unit: choice
    clause: 一
    values:
      - from: "2025-01-01"
        value: out
instruments:
  - id: T1-1
    title: 补助
    clause: 一
    quote: 给予不高于投资的50%、最高3元的补助
    recipient: 企业
    work: scene
    facts:
      - {name: paid_yuan, kind: yuan, label: 投入}
      - {name: less_yuan, kind: yuan, label: 扣除, default: "0"}
      - {name: prices_yuan, kind: yuan_list, label: 价格}
      - {name: term, kind: decimal, label: 年}
      - {name: units, kind: whole, label: 台}
      - {name: won, kind: flag, label: 获奖}
      - {name: level, kind: word, label: 级别, words: [high, low]}
    measures:
      - label: 净额
        name: net_yuan
        source: paid_yuan
        less: [less_yuan]
      - name: dear_yuan
        label: 最贵
        source: prices_yuan
        dearest: T1.count
      - {name: long_yuan, label: 乘积, source: paid_yuan, times: term}
    conditions:
      - code: lost
        subject: won
        test: is
        value: "true"
        requires: 须获奖。
        otherwise: 未获奖。
      - {code: low, subject: level, test: is, value: high, requires: 高。, otherwise: 低。}
      - {code: none, subject: paid_yuan, test: positive, requires: 有。, otherwise: "{value}"}
      - code: few
        subject: units
        test: above
        parameter: T1.count
        requires: "{limit}"
        otherwise: 少
      - code: poor
        subject: net_yuan
        test: at_least
        parameter: T1.cap
        requires: 多
        otherwise: 少
    calculation:
      share:
        base: net_yuan
        rate: T1.rate
        cap: T1.cap
        used: less_yuan
    ceiling_words: [不高于, 最高]
"""


def write(folder: Path, text: str, *, name: str = "2025-01-01.yaml", document: str = "T1") -> Path:
    """A document folder with its source; returns the data file."""
    home = folder / document
    home.mkdir(exist_ok=True)
    (home / "source.txt").write_text("原文", encoding="utf-8")
    path = home / name
    path.write_text(text, encoding="utf-8")
    return path


def refused(tmp_path: Path, text: str) -> LawDataError:
    path = write(tmp_path, text)
    with pytest.raises(LawDataError) as error:
        read_document(path)
    assert error.value.code == "law_data_invalid"
    assert error.value.fields["file"] == "T1/2025-01-01.yaml"
    assert error.value.text.startswith(
        f"政策数据 T1/2025-01-01.yaml 第 {error.value.fields['line']} 行："
    )
    return error.value


def test_loader_reads_a_document_whole(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    first = date(2025, 1, 1)

    def parameter(
        id_: str, label: str, unit: Unit, text: str, value: int | Fraction | str
    ) -> Parameter:
        return Parameter(id_, label, unit, "一", (DatedValue(first, value, text),))

    assert read_document(path) == PolicyDocument(
        id="T1",
        title="试行办法",
        number="试〔2025〕1号",
        issuer="试验局",
        issued_on=date(2024, 12, 1),
        status=DocumentStatus.IN_FORCE,
        in_force_from=first,
        in_force_to=date(2025, 12, 31),
        period_clause="一",
        source="公报",
        notes=("一条说明",),
        clauses=(
            Clause("一", "一、", "目的", "给予不高于投资的50%、最高3元的补助,赠送2.5年,第1名"),
        ),
        parameters=(
            Parameter(
                "T1.rate",
                "比例",
                Unit.PERCENT,
                "一",
                (
                    DatedValue(first, Fraction(1, 2), "50"),
                    DatedValue(date(2025, 6, 1), Fraction(1, 8), "12.5"),
                ),
                Question("何时", "当日", "简便"),
            ),
            parameter("T1.cap", "上限", Unit.YUAN, "3", 300),
            parameter("T1.count", "个数", Unit.COUNT, "1", 1),
            parameter("T1.years", "年", Unit.YEARS, "2.5", Fraction(5, 2)),
            parameter("T1.tax", "税", Unit.CHOICE, "out", "out"),
        ),
        instruments=(
            Instrument(
                id="T1-1",
                document_id="T1",
                title="补助",
                clause="一",
                quote="给予不高于投资的50%、最高3元的补助",
                recipient="企业",
                work="scene",
                facts=(
                    FactSpec("paid_yuan", FactKind.YUAN, "投入"),
                    FactSpec("less_yuan", FactKind.YUAN, "扣除", default="0"),
                    FactSpec("prices_yuan", FactKind.YUAN_LIST, "价格"),
                    FactSpec("term", FactKind.DECIMAL, "年"),
                    FactSpec("units", FactKind.WHOLE, "台"),
                    FactSpec("won", FactKind.FLAG, "获奖"),
                    FactSpec("level", FactKind.WORD, "级别", words=("high", "low")),
                ),
                measures=(
                    Measure("net_yuan", "净额", "paid_yuan", less=("less_yuan",)),
                    Measure("dear_yuan", "最贵", "prices_yuan", dearest="T1.count"),
                    Measure("long_yuan", "乘积", "paid_yuan", times="term"),
                ),
                conditions=(
                    Condition("lost", "won", Test.IS, "须获奖。", "未获奖。", value="true"),
                    Condition("low", "level", Test.IS, "高。", "低。", value="high"),
                    Condition("none", "paid_yuan", Test.POSITIVE, "有。", "{value}"),
                    Condition("few", "units", Test.ABOVE, "{limit}", "少", parameter="T1.count"),
                    Condition("poor", "net_yuan", Test.AT_LEAST, "多", "少", parameter="T1.cap"),
                ),
                calculation=Share("net_yuan", "T1.cap", "T1.rate", "less_yuan"),
                ceiling_words=("不高于", "最高"),
            ),
        ),
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        source_sha256=hashlib.sha256("原文".encode()).hexdigest(),
    )


SHARE = """\
share:
        base: net_yuan
        rate: T1.rate
        cap: T1.cap
        used: less_yuan"""


@pytest.mark.parametrize(
    ("written", "calculation"),
    [
        ("share: {base: net_yuan, cap: T1.cap}", Share("net_yuan", "T1.cap")),
        ("fixed: {amount: T1.cap}", Fixed("T1.cap")),
        (
            "fixed_by: {fact: level, amounts: {high: T1.cap, low: T1.cap}}",
            FixedByWord("level", (("high", "T1.cap"), ("low", "T1.cap"))),
        ),
        ("in_kind: {term: T1.years}", InKind((("term", "T1.years"),))),
    ],
)
def test_loader_reads_each_way_of_calculating(
    tmp_path: Path, written: str, calculation: object
) -> None:
    document = read_document(write(tmp_path, GOOD.replace(SHARE, written)))
    assert document.instruments[0].calculation == calculation


def test_loader_takes_a_period_of_one_day(tmp_path: Path) -> None:
    text = GOOD.replace('in_force_to: "2025-12-31"', 'in_force_to: "2025-01-01"')
    document = read_document(write(tmp_path, text))
    assert document.covers(date(2025, 1, 1))
    assert not document.covers(date(2025, 1, 2))


def test_loader_makes_no_floats(tmp_path: Path) -> None:
    document = read_document(write(tmp_path, GOOD))
    types = {p.id: {type(dated.value) for dated in p.values} for p in document.parameters}
    assert types == {
        "T1.rate": {Fraction},
        "T1.cap": {int},
        "T1.count": {int},
        "T1.years": {Fraction},
        "T1.tax": {str},
    }


def test_loader_a_flag_may_be_asked_to_be_false(tmp_path: Path) -> None:
    text = GOOD.replace('value: "true"', 'value: "false"')
    assert read_document(write(tmp_path, text)).instruments[0].conditions[0].value == "false"


def test_loader_optional_parts_may_be_absent(tmp_path: Path) -> None:
    text = GOOD[: GOOD.index("parameters:")]
    for line in (
        "  number: 试〔2025〕1号\n",
        '  issued_on: "2024-12-01"\n',
        "  notes:\n    - 一条说明\n",
    ):
        assert line in text
        text = text.replace(line, "")
    document = read_document(write(tmp_path, text))
    assert (document.number, document.issued_on, document.notes) == ("", None, ())
    assert (document.parameters, document.instruments) == ((), ())


FLAWS = [
    # what is there, what it becomes, the line refused, what is said of it
    ("  title: 试行办法\n", "", 2, "缺少“title”"),
    ("  issuer: 试验局\n", "", 2, "缺少“issuer”"),
    ("  source: 公报\n", "", 2, "缺少“source”"),
    ("  status: in_force\n", "  status: valid\n",
     7, "“status”的值“valid”不在 in_force、draft、superseded 之内"),
    ("  status: in_force\n", "", 2, "缺少“status”"),
    ("id: T1\n", "id: T2\n", 2, "文件编号“T2”与所在文件夹“T1”不一致"),
    ("  title: 试行办法\n", "  title: 试行办法\n  colour: red\n", 4, "不认识的键“colour”"),
    ("  title: 试行办法\n", "  title: 试行办法\n  title: 又名\n", 4, "键“title”重复"),
    ("  title: 试行办法\n", "  title: 12\n", 3, "“title”的值 12 须加引号"),
    ("  title: 试行办法\n", "  title: yes\n", 3, "“title”的值 yes 须加引号"),
    ("  title: 试行办法\n", "  title: 0.5\n", 3, "“title”是浮点数 0.5，须写成加引号的文字"),
    ("  title: 试行办法\n", "  title:\n", 3, "“title”没有取值"),
    ("  title: 试行办法\n", "  title: [a]\n", 3, "“title”须为文字"),
    ("  title: 试行办法\n", "  title: 试行办法\n  ? [a]\n  : b\n", 4, "键必须是文字"),
    ('issued_on: "2024-12-01"', "issued_on: 2024-12-01",
     6, "“issued_on”的值 2024-12-01 须加引号"),
    ('issued_on: "2024-12-01"', 'issued_on: "2024-02-30"',
     6, "“issued_on”须为加引号的真实日期（YYYY-MM-DD），现为“2024-02-30”"),
    ('in_force_from: "2025-01-01"', 'in_force_from: "20250101"',
     8, "“in_force_from”须为加引号的真实日期（YYYY-MM-DD），现为“20250101”"),
    ('in_force_from: "2025-01-01"', 'in_force_from: "2025-01-02"',
     8, "有效期起日与文件名“2025-01-01.yaml”不一致"),
    ('in_force_to: "2025-12-31"', 'in_force_to: "2024-12-31"', 9, "有效期的止日早于起日"),
    ("period_clause: 一", "period_clause: 九", 10, "文件中没有条款“九”"),
    ("  notes:\n    - 一条说明", "  notes: 一条说明", 12, "“notes”须为列表"),
    ("  notes:\n    - 一条说明", "  notes:\n    - 1.5",
     13, "“notes”是浮点数 1.5，须写成加引号的文字"),
    ('    number: "一、"\n', "", 15, "缺少“number”"),
    ("    heading: 目的\n    text: ", '    heading: ""\n    text: ""\n    x: ', 15, "条款没有文字"),
    ("    heading: 目的\n", "    heading: 目的\n    size: a\n", 18, "不认识的键“size”"),
    ("parameters:", "  - {id: 一, number: a, heading: b, text: c}\nparameters:",
     19, "编号“一”重复"),
    ("parameters:", "  - 一\nparameters:", 19, "“clauses”须为键值对"),
    ("    unit: percent\n", "", 20, "缺少“unit”"),
    ("    unit: percent\n", "    unit: per mille\n",
     22, "“unit”的值“per mille”不在 yuan、percent、count、years、m2、working_days、choice 之内"),
    ("    unit: percent\n    clause: 一\n", "    unit: percent\n", 20, "缺少“clause”"),
    ("    unit: percent\n    clause: 一\n", "    unit: percent\n    clause: 二\n",
     23, "文件中没有条款“二”"),
    ('value: "50"', "value: 50", 26, "“value”的值 50 须加引号"),
    ('value: "50"', "value: 0.5", 26, "“value”是浮点数 0.5，须写成加引号的文字"),
    ('value: "50"', 'value: "5e1"', 26, "“5e1”不是单位 percent 的数值"),
    ('value: "50"', 'value: "-50"', 26, "“-50”不是单位 percent 的数值"),
    ('value: "1"}', 'value: "1.0"}', 34, "“1.0”不是单位 count 的数值"),
    ("value: out", 'value: ""', 42, "选项不能为空"),
    ("value: out", "value: out\n        to: x", 43, "不认识的键“to”"),
    ('from: "2025-06-01"', 'from: "2025-01-01"', 25, "各取值的起始日期须由早到晚且不重复"),
    ('from: "2025-06-01"', 'from: "2024-06-01"', 25, "各取值的起始日期须由早到晚且不重复"),
    ('from: "2025-06-01"', 'from: "2025-06-31"',
     27, "“from”须为加引号的真实日期（YYYY-MM-DD），现为“2025-06-31”"),
    ('values:\n      - from: "2025-01-01"\n        value: out', "values: []",
     36, "参数没有取值（values）"),
    ('    values:\n      - from: "2025-01-01"\n        value: out\n', "",
     36, "参数没有取值（values）"),
    ("      because: 简便\n", "", 30, "缺少“because”"),
    ("      because: 简便\n", "      because: 简便\n      who: 谁\n", 33, "不认识的键“who”"),
    ("id: T1.cap", "id: T1.rate", 33, "编号“T1.rate”重复"),
    ("instruments:\n", "extra: a\ninstruments:\n", 43, "不认识的键“extra”"),
    ("    clause: 一\n    quote", "    clause: 三\n    quote", 46, "文件中没有条款“三”"),
    ("quote: 给予不高于", "quote: 给予高于", 47, "引文不在条款“一”的原文之内"),
    ("quote: 给予不高于投资的50%、最高3元的补助", 'quote: ""', 47, "引文不在条款“一”的原文之内"),
    ("    recipient: 企业\n", "", 44, "缺少“recipient”"),
    ("    work: scene\n", "", 44, "缺少“work”"),
    ("    work: scene\n", "    work: scene\n    colour: red\n", 50, "不认识的键“colour”"),
    ("kind: yuan, label: 投入", "kind: euro, label: 投入",
     51, "“kind”的值“euro”不在 yuan、yuan_list、decimal、whole、flag、word 之内"),
    ("kind: yuan, label: 投入", "kind: yuan", 51, "缺少“label”"),
    ("label: 投入}", "label: 投入, min: a}", 51, "不认识的键“min”"),
    ("name: less_yuan, kind: yuan", "name: paid_yuan, kind: yuan", 51, "事实名称重复"),
    ("label: 级别, words: [high, low]", "label: 级别", 57, "只有取词类事实须列出可用的词（words）"),
    ("label: 获奖}", "label: 获奖, words: [a]}", 56, "只有取词类事实须列出可用的词（words）"),
    ("less: [less_yuan]", "less: [lost_yuan]", 62, "没有名为“lost_yuan”的事实或中间量"),
    ("less: [less_yuan]", "less: [term]", 62, "“term”的类型不能用在“less”"),
    ("less: [less_yuan]", "less: []", 59, "中间量须在 less、times、dearest 中恰好用一种"),
    ("less: [less_yuan]", "less: [less_yuan]\n        times: term",
     59, "中间量须在 less、times、dearest 中恰好用一种"),
    ("dearest: T1.count", "dearest: T1.cap", 66, "参数“T1.cap”的单位不能用在“dearest”"),
    ("dearest: T1.count", "dearest: T1.none", 66, "没有编号为“T1.none”的参数"),
    ("source: prices_yuan", "source: paid_yuan", 65, "“paid_yuan”的类型不能用在“source”"),
    ("source: paid_yuan\n", "source: prices_yuan\n", 61, "“prices_yuan”的类型不能用在“source”"),
    ("times: term", "times: units", 67, "“units”的类型不能用在“times”"),
    ("name: net_yuan", "name: paid_yuan", 60, "名称“paid_yuan”重复"),
    ("times: term}", "times: term, half: a}", 67, "不认识的键“half”"),
    ("test: positive", "test: negative",
     76, "“test”的值“negative”不在 is、positive、above、at_least 之内"),
    ("subject: won", "subject: paid_yuan", 70, "“paid_yuan”的类型不能用在“subject”"),
    ("subject: units", "subject: won", 78, "“won”的类型不能用在“subject”"),
    ('value: "true"', 'value: "yes"', 72, "“won”没有“yes”这个取值"),
    ("value: high", "value: top", 75, "“level”没有“top”这个取值"),
    ('        value: "true"\n', "", 69, "缺少“value”"),
    ("parameter: T1.count", "parameter: T1.cap", 80, "“units”与参数“T1.cap”的单位不同"),
    ("parameter: T1.cap\n", "parameter: T1.count\n",
     86, "“net_yuan”与参数“T1.count”的单位不同"),
    ("parameter: T1.count", "parameter: T1.tax", 80, "参数“T1.tax”的单位不能用在“parameter”"),
    ("        parameter: T1.count\n", "", 77, "缺少“parameter”"),
    ("requires: 有。", 'requires: "{base}"', 76, "“requires”须有文字，且只能引用 value 和 limit"),
    ("requires: 有。", 'requires: ""', 76, "“requires”须有文字，且只能引用 value 和 limit"),
    ("code: none, ", "", 76, "缺少“code”"),
    ("otherwise: 未获奖。\n", "otherwise: 未获奖。\n        else: a\n", 75, "不认识的键“else”"),
    (SHARE, "gift: {base: net_yuan}", 90, "计算方式须为 share、fixed、fixed_by、in_kind 之一"),
    (SHARE, SHARE + "\n      fixed: {amount: T1.cap}", 95, "不认识的键“fixed”"),
    ("base: net_yuan", "base: units", 91, "“units”的类型不能用在“base”"),
    ("        cap: T1.cap\n        used", "        used", 91, "缺少“cap”"),
    ("cap: T1.cap\n        used", "cap: T1.rate\n        used",
     93, "参数“T1.rate”的单位不能用在“cap”"),
    ("rate: T1.rate\n", "rate: T1.cap\n", 92, "参数“T1.cap”的单位不能用在“rate”"),
    ("used: less_yuan", "used: won", 94, "“won”的类型不能用在“used”"),
    ("used: less_yuan", "used: less_yuan\n        more: a", 95, "不认识的键“more”"),
    (SHARE, "fixed: {amount: T1.count}", 90, "参数“T1.count”的单位不能用在“amount”"),
    (SHARE, "fixed_by: {fact: won, amounts: {a: T1.cap}}", 90, "“won”的类型不能用在“fact”"),
    (SHARE, "fixed_by: {fact: level, amounts: {high: T1.cap}}",
     90, "须为“level”的每个取值各列一项金额"),
    (SHARE, "fixed_by: {fact: level, amounts: {high: T1.cap, low: T1.rate}}",
     90, "参数“T1.rate”的单位不能用在“low”"),
    (SHARE, "in_kind: {}", 90, "实物支持须列出限额"),
    (SHARE, "in_kind: {paid_yuan: T1.years}", 90, "“paid_yuan”的类型不能用在“paid_yuan”"),
    (SHARE, "in_kind: {term: T1.count}", 90, "参数“T1.count”的单位不能用在“term”"),
    ("ceiling_words: [不高于, 最高]", "ceiling_words: [不少于]", 95, "引文中没有“不少于”"),
]  # fmt: skip


@pytest.mark.parametrize(("there", "becomes", "line", "problem"), FLAWS)
def test_loader_refuses_a_flaw_and_says_where(
    tmp_path: Path, there: str, becomes: str, line: int, problem: str
) -> None:
    assert there in GOOD
    error = refused(tmp_path, GOOD.replace(there, becomes, 1))
    assert (error.fields["line"], error.fields["problem"]) == (line, problem)


def test_loader_refuses_what_is_no_yaml(tmp_path: Path) -> None:
    error = refused(tmp_path, "document:\n  id: [T1\nclauses: x\n")
    assert "YAML 写法有误" in error.text
    assert error.fields["line"] == 3


@pytest.mark.parametrize("text", ["", "- a\n", "a\n", "# nothing\n"])
def test_loader_refuses_another_top_than_a_mapping(tmp_path: Path, text: str) -> None:
    error = refused(tmp_path, text)
    assert (error.fields["line"], error.fields["problem"]) == (1, "最外层须为键值对")


def test_loader_refuses_another_encoding(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    path.write_bytes(GOOD.encode("gbk"))
    with pytest.raises(LawDataError) as error:
        read_document(path)
    assert error.value.text == "政策数据 T1/2025-01-01.yaml 第 1 行：不是 UTF-8 文本。"


def test_loader_refuses_control_characters(tmp_path: Path) -> None:
    error = refused(tmp_path, GOOD.replace("试验局", "试\x07局"))
    assert str(error.fields["problem"]).startswith("YAML 写法有误（")
    assert error.fields["line"] == 1


def test_loader_refuses_a_document_without_its_text(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    (path.parent / "source.txt").unlink()
    with pytest.raises(LawDataError, match=r"T1/source\.txt 第 1 行：缺少原文文件"):
        read_document(path)


def test_read_law_refuses_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(LawDataError) as error:
        read_law(tmp_path)
    place = f"{tmp_path.name}/-"
    assert error.value.text == f"政策数据 {place} 第 1 行：没有找到任何政策文件。"


def test_read_law_takes_all_versions_and_leaves_cases_aside(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    second = GOOD.replace('in_force_from: "2025-01-01"', 'in_force_from: "2025-07-01"')
    path = write(tmp_path, second, name="2025-07-01.yaml")
    (path.parent / "cases").mkdir()
    (path.parent / "cases" / "T1-1.yaml").write_text("not: law", encoding="utf-8")
    law = read_law(tmp_path)
    assert [document.in_force_from.month for document in law.documents] == [1, 7]
    assert law.document_on("T1", date(2025, 6, 30)).in_force_from == date(2025, 1, 1)
    assert law.document_on("T1", date(2025, 7, 1)).in_force_from == date(2025, 7, 1)


def test_read_law_refuses_an_instrument_of_two_documents(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, GOOD.replace("id: T1\n", "id: T2\n"), document="T2")
    with pytest.raises(LawDataError, match=r"2025-01-01\.yaml 第 1 行：措施编号“T1-1”已属于 T1。"):
        read_law(tmp_path)


@pytest.mark.parametrize(
    ("part", "problem"),
    [("document:", "缺少“document”"), ("    calculation:", "缺少“calculation”")],
)
def test_loader_refuses_a_missing_part(tmp_path: Path, part: str, problem: str) -> None:
    text = GOOD.replace(part, part.replace(part.strip(), "other:"))
    assert refused(tmp_path, text).fields["problem"] == problem


def test_loader_refuses_a_part_of_the_wrong_kind(tmp_path: Path) -> None:
    text = "document: a\n" + GOOD[GOOD.index("clauses:") :]
    error = refused(tmp_path, text)
    assert (error.fields["line"], error.fields["problem"]) == (1, "“document”须为键值对")


def test_read_law_reads_the_seeds_again_alike() -> None:
    assert read_law(paths.SEEDS / "policies") == load_law()


def test_load_law_reads_once() -> None:
    assert load_law() is load_law()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-02-29", date(2024, 2, 29)),
        ("0001-01-01", date(1, 1, 1)),
        ("9999-12-31", date(9999, 12, 31)),
        ("2025-02-29", None),
        ("2025-00-10", None),
        ("0000-01-01", None),
        ("20250101", None),
        ("2025-1-1", None),
        ("２０２５-01-01", None),
        (" 2025-01-01", None),
        ("2025-01-01\n", None),
        ("", None),
    ],
)
def test_parse_iso_date(text: str, day: date | None) -> None:
    assert parse_iso_date(text) == day
