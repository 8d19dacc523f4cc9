"""The loader: a good file is read whole, every flaw is refused with file and line."""

from __future__ import annotations

import hashlib
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

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
  - {id: T1.tax, label: 税, unit: choice, clause: 一, values: [{from: "2025-01-01", value: out}]}
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
      - {name: net_yuan, label: 净额, source: paid_yuan, less: [less_yuan]}
      - {name: dear_yuan, label: 最贵, source: prices_yuan, dearest: T1.count}
      - {name: long_yuan, label: 乘积, source: paid_yuan, times: term}
    conditions:
      - {code: lost, subject: won, test: is, value: "true", requires: 须获奖。, otherwise: 未获奖。}
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
      share: {base: net_yuan, rate: T1.rate, cap: T1.cap, used: less_yuan}
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


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


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


SHARE = "share: {base: net_yuan, rate: T1.rate, cap: T1.cap, used: less_yuan}"


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
    # what is there, what it becomes, what the refusal says
    ("  title: 试行办法\n", "", "缺少“title”"),
    ("  issuer: 试验局\n", "", "缺少“issuer”"),
    ("  source: 公报\n", "", "缺少“source”"),
    ("  status: in_force\n", "  status: valid\n", "不在 in_force、draft、superseded 之内"),
    ("  status: in_force\n", "", "缺少“status”"),
    ("id: T1\n", "id: T2\n", "与所在文件夹“T1”不一致"),
    ("  title: 试行办法\n", "  title: 试行办法\n  colour: red\n", "不认识的键“colour”"),
    ("  title: 试行办法\n", "  title: 试行办法\n  title: 又名\n", "键“title”重复"),
    ("  title: 试行办法\n", "  title: 12\n", "“title”的值 12 须加引号"),
    ("  title: 试行办法\n", "  title: yes\n", "“title”的值 yes 须加引号"),
    ("  title: 试行办法\n", "  title: 0.5\n", "“title”是浮点数 0.5"),
    ("  title: 试行办法\n", "  title:\n", "“title”没有取值"),
    ("  title: 试行办法\n", "  title: [a]\n", "“title”须为文字"),
    ("  title: 试行办法\n", "  title: 试行办法\n  ? [a]\n  : b\n", "键必须是文字"),
    ('issued_on: "2024-12-01"', "issued_on: 2024-12-01", "“issued_on”的值 2024-12-01 须加引号"),
    ('issued_on: "2024-12-01"', 'issued_on: "2024-02-30"', "现为“2024-02-30”"),
    ('in_force_from: "2025-01-01"', 'in_force_from: "20250101"', "真实日期"),
    ('in_force_from: "2025-01-01"', 'in_force_from: "2025-01-02"', "与文件名“2025-01-01.yaml”"),
    ('in_force_to: "2025-12-31"', 'in_force_to: "2024-12-31"', "止日早于起日"),
    ("period_clause: 一", "period_clause: 九", "文件中没有条款“九”"),
    ("  notes:\n    - 一条说明", "  notes: 一条说明", "“notes”须为列表"),
    ("  notes:\n    - 一条说明", "  notes:\n    - 1.5", "“notes”是浮点数 1.5"),
    ('    number: "一、"\n', "", "缺少“number”"),
    ("    heading: 目的\n    text: ", '    heading: ""\n    text: ""\n    x: ', "条款没有文字"),
    ("    heading: 目的\n", "    heading: 目的\n    size: a\n", "不认识的键“size”"),
    ("parameters:", "  - {id: 一, number: a, heading: b, text: c}\nparameters:", "编号“一”重复"),
    ("parameters:", "  - 一\nparameters:", "“clauses”须为键值对"),
    ("    unit: percent\n", "", "缺少“unit”"),
    ("    unit: percent\n", "    unit: per mille\n", "不在 yuan、percent"),
    ("    unit: percent\n    clause: 一\n", "    unit: percent\n", "缺少“clause”"),
    ("    unit: percent\n    clause: 一\n", "    unit: percent\n    clause: 二\n", "没有条款“二”"),
    ('value: "50"', "value: 50", "“value”的值 50 须加引号"),
    ('value: "50"', "value: 0.5", "“value”是浮点数 0.5"),
    ('value: "50"', 'value: "5e1"', "“5e1”不是单位 percent 的数值"),
    ('value: "50"', 'value: "-50"', "不是单位 percent 的数值"),
    ('value: "1"}', 'value: "1.0"}', "不是单位 count 的数值"),
    ("value: out", 'value: ""', "选项不能为空"),
    ("value: out", "value: out, to: x", "不认识的键“to”"),
    ('from: "2025-06-01"', 'from: "2025-01-01"', "由早到晚且不重复"),
    ('from: "2025-06-01"', 'from: "2024-06-01"', "由早到晚且不重复"),
    ('from: "2025-06-01"', 'from: "2025-06-31"', "真实日期"),
    ('values: [{from: "2025-01-01", value: out}]', "values: []", "参数没有取值"),
    (", values: [{from: \"2025-01-01\", value: out}]", "", "参数没有取值"),
    ("      because: 简便\n", "", "缺少“because”"),
    ("      because: 简便\n", "      because: 简便\n      who: 谁\n", "不认识的键“who”"),
    ("id: T1.cap", "id: T1.rate", "编号“T1.rate”重复"),
    ("instruments:\n", "extra: a\ninstruments:\n", "不认识的键“extra”"),
    ("    clause: 一\n    quote", "    clause: 三\n    quote", "没有条款“三”"),
    ("quote: 给予不高于", "quote: 给予高于", "引文不在条款“一”的原文之内"),
    ("quote: 给予不高于投资的50%、最高3元的补助", 'quote: ""', "引文不在条款"),
    ("    recipient: 企业\n", "", "缺少“recipient”"),
    ("    work: scene\n", "", "缺少“work”"),
    ("    work: scene\n", "    work: scene\n    colour: red\n", "不认识的键“colour”"),
    ("kind: yuan, label: 投入", "kind: euro, label: 投入", "不在 yuan、yuan_list"),
    ("kind: yuan, label: 投入", "kind: yuan", "缺少“label”"),
    ("label: 投入}", "label: 投入, min: a}", "不认识的键“min”"),
    ("name: less_yuan, kind: yuan", "name: paid_yuan, kind: yuan", "事实名称重复"),
    ("label: 级别, words: [high, low]", "label: 级别", "只有取词类事实"),
    ("label: 获奖}", "label: 获奖, words: [a]}", "只有取词类事实"),
    ("less: [less_yuan]", "less: [lost_yuan]", "没有名为“lost_yuan”"),
    ("less: [less_yuan]", "less: [term]", "“term”的类型不能用在“less”"),
    ("less: [less_yuan]", "less: []", "恰好用一种"),
    ("less: [less_yuan]", "less: [less_yuan], times: term", "恰好用一种"),
    ("dearest: T1.count", "dearest: T1.cap", "参数“T1.cap”的单位不能用在“dearest”"),
    ("dearest: T1.count", "dearest: T1.none", "没有编号为“T1.none”的参数"),
    ("source: prices_yuan", "source: paid_yuan", "“paid_yuan”的类型不能用在“source”"),
    ("source: paid_yuan, less", "source: prices_yuan, less", "类型不能用在“source”"),
    ("times: term", "times: units", "类型不能用在“times”"),
    ("name: net_yuan", "name: paid_yuan", "名称“paid_yuan”重复"),
    ("times: term}", "times: term, half: a}", "不认识的键“half”"),
    ("test: positive", "test: negative", "不在 is、positive、above、at_least 之内"),
    ("subject: won", "subject: paid_yuan", "类型不能用在“subject”"),
    ("subject: units", "subject: won", "类型不能用在“subject”"),
    ('value: "true"', 'value: "yes"', "“won”没有“yes”这个取值"),
    ("value: high", "value: top", "“level”没有“top”这个取值"),
    ('subject: won, test: is, value: "true"', "subject: won, test: is", "缺少“value”"),
    ("parameter: T1.count", "parameter: T1.cap", "的单位不同"),
    ("parameter: T1.cap\n", "parameter: T1.count\n", "的单位不同"),
    ("parameter: T1.count", "parameter: T1.tax", "的单位不能用在“parameter”"),
    ("        parameter: T1.count\n", "", "缺少“parameter”"),
    ("requires: 有。", 'requires: "{base}"', "只能引用 value 和 limit"),
    ("requires: 有。", 'requires: ""', "须有文字"),
    ("code: none, ", "", "缺少“code”"),
    ("otherwise: 未获奖。}", "otherwise: 未获奖。, else: a}", "不认识的键“else”"),
    (SHARE, "gift: {base: net_yuan}", "计算方式须为"),
    (SHARE, SHARE + "\n      fixed: {amount: T1.cap}", "不认识的键“fixed”"),
    ("share: {base: net_yuan,", "share: {base: units,", "类型不能用在“base”"),
    (" cap: T1.cap, used", " used", "缺少“cap”"),
    ("cap: T1.cap, used", "cap: T1.rate, used", "单位不能用在“cap”"),
    ("rate: T1.rate,", "rate: T1.cap,", "单位不能用在“rate”"),
    ("used: less_yuan}", "used: won}", "类型不能用在“used”"),
    ("used: less_yuan}", "used: less_yuan, more: a}", "不认识的键“more”"),
    (SHARE, "fixed: {amount: T1.count}", "单位不能用在“amount”"),
    (SHARE, "fixed_by: {fact: won, amounts: {a: T1.cap}}", "类型不能用在“fact”"),
    (SHARE, "fixed_by: {fact: level, amounts: {high: T1.cap}}", "每个取值各列一项金额"),
    (SHARE, "fixed_by: {fact: level, amounts: {high: T1.cap, low: T1.rate}}", "单位不能用在“low”"),
    (SHARE, "in_kind: {}", "须列出限额"),
    (SHARE, "in_kind: {paid_yuan: T1.years}", "类型不能用在“paid_yuan”"),
    (SHARE, "in_kind: {term: T1.count}", "单位不能用在“term”"),
    ("ceiling_words: [不高于, 最高]", "ceiling_words: [不少于]", "引文中没有“不少于”"),
]  # fmt: skip


@pytest.mark.parametrize(("there", "becomes", "says"), FLAWS)
def test_loader_refuses_a_flaw_and_says_where(
    tmp_path: Path, there: str, becomes: str, says: str
) -> None:
    assert there in GOOD
    error = refused(tmp_path, GOOD.replace(there, becomes, 1))
    assert says in error.text
    line = error.fields["line"]
    assert isinstance(line, int)
    assert 1 <= line <= GOOD.count("\n") + 2


@pytest.mark.parametrize(
    ("there", "becomes", "marker"),
    [
        ('value: "12.5"', "value: 12.5", "value: 12.5"),
        ("  source: 公报\n", "  source: 公报\n  colour: red\n", "colour: red"),
        ('from: "2025-06-01"', 'from: "2025-06-31"', "2025-06-31"),
        ("    unit: percent\n", "", "  - id: T1.rate"),
        ("id: T1.cap", "id: T1.rate", "{id: T1.rate"),
        ("quote: 给予不高于", "quote: 给予高于", "quote: 给予高于"),
        ("ceiling_words: [不高于, 最高]", "ceiling_words: [不少于]", "ceiling_words"),
        ("used: less_yuan}", "used: won}", "share: {"),
    ],
)
def test_loader_names_the_line_of_the_flaw(
    tmp_path: Path, there: str, becomes: str, marker: str
) -> None:
    text = GOOD.replace(there, becomes, 1)
    assert refused(tmp_path, text).fields["line"] == line_of(text, marker)


def test_loader_refuses_what_is_no_yaml(tmp_path: Path) -> None:
    error = refused(tmp_path, "document:\n  id: [T1\nclauses: x\n")
    assert "YAML 写法有误" in error.text
    assert error.fields["line"] == 3


@pytest.mark.parametrize("text", ["", "- a\n", "a\n", "# nothing\n"])
def test_loader_refuses_another_top_than_a_mapping(tmp_path: Path, text: str) -> None:
    assert "最外层须为键值对" in refused(tmp_path, text).text


def test_loader_refuses_another_encoding(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    path.write_bytes(GOOD.encode("gbk"))
    with pytest.raises(LawDataError, match="不是 UTF-8 文本"):
        read_document(path)


def test_loader_refuses_control_characters(tmp_path: Path) -> None:
    assert "YAML 写法有误" in refused(tmp_path, GOOD.replace("试验局", "试\x07局")).text


def test_loader_refuses_a_document_without_its_text(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    (path.parent / "source.txt").unlink()
    with pytest.raises(LawDataError, match=r"T1/source\.txt 第 1 行：缺少原文文件"):
        read_document(path)


def test_read_law_refuses_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(LawDataError, match="没有找到任何政策文件"):
        read_law(tmp_path)


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
    with pytest.raises(LawDataError, match="措施编号“T1-1”已属于 T1"):
        read_law(tmp_path)


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
