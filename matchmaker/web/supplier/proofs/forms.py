"""The forms of certificates, tests and verification requests."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import MultipleFileField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.suppliers.models import Product
from matchmaker.suppliers.proofs.operations import CertificateFacts, TestFacts
from matchmaker.web.owner.demands.fields import LegalDayField
from matchmaker.web.supplier.fields import as_choices, choice_field, given


class CertificateForm(FlaskForm):
    """A certificate of the firm or of one of its products."""

    certificate = choice_field("证书种类", validators=[DataRequired("请选择证书种类。")])
    product = choice_field("所属产品")
    number = StringField("证书编号", [DataRequired("请填写证书编号。"), Length(max=80)])
    issuer = StringField("发证机构", [DataRequired("请填写发证机构。"), Length(max=120)])
    issued_on = LegalDayField("签发日期")
    valid_until = LegalDayField("有效期至")

    def as_facts(self) -> CertificateFacts:
        """The facts that a valid form holds."""
        return CertificateFacts(
            certificate=self.certificate.data,
            number=self.number.data or "",
            issuer=self.issuer.data or "",
            issued_on=self.issued_on.data,
            valid_until=self.valid_until.data,
        )


class TestForm(FlaskForm):
    """A test of a product in one of the five areas."""

    __test__ = False

    product = choice_field("产品", validators=[DataRequired("请选择产品。")])
    area = choice_field("测评能力", validators=[DataRequired("请选择测评能力。")])
    institution = StringField("检测机构", [DataRequired("请填写检测机构。"), Length(max=120)])
    report_number = StringField("报告编号", [DataRequired("请填写报告编号。"), Length(max=80)])
    tested_on = LegalDayField("检测日期", [DataRequired("请填写检测日期。")])
    valid_until = LegalDayField("有效期至")
    result = TextAreaField("检测结论", [DataRequired("请填写检测结论。"), Length(max=1000)])

    def as_facts(self) -> TestFacts:
        """The facts that a valid form holds."""
        return TestFacts(
            area=self.area.data,
            institution=self.institution.data or "",
            report_number=self.report_number.data or "",
            tested_on=given(self.tested_on.data),
            result=self.result.data or "",
            valid_until=self.valid_until.data,
        )


class VerificationForm(FlaskForm):
    """Evidence files and what they show."""

    statement = TextAreaField("材料说明", [Length(max=1000)])
    files = MultipleFileField("证明材料")


def make_certificate_form(products: Sequence[Product]) -> CertificateForm:
    """The form with the catalogue's certificates and the firm's products to choose from."""
    form = CertificateForm()
    form.certificate.choices = as_choices(
        [
            ("", "请选择"),
            *((c.id, c.zh) for c in load_vocabulary().certificates),
        ]
    )
    form.product.choices = as_choices(
        [
            ("", "企业证书（适用于全部产品）"),
            *((p.code, p.model) for p in products),
        ]
    )
    return form


def make_test_form(products: Sequence[Product]) -> TestForm:
    """The form with the five areas and the firm's products to choose from."""
    form = TestForm()
    form.product.choices = as_choices([("", "请选择"), *((p.code, p.model) for p in products)])
    form.area.choices = as_choices(
        [("", "请选择"), *((a.id, a.zh) for a in load_vocabulary().test_areas)]
    )
    return form
