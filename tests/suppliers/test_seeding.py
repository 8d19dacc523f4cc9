"""The compiled market: loaded once, never touched again, found and filtered."""

from __future__ import annotations

from datetime import date

from flask import Flask
from sqlalchemy import func, select

from matchmaker.actor import VISITOR
from matchmaker.catalogue.concepts import ProductClass
from matchmaker.db import read_tx, write_tx
from matchmaker.suppliers import browsing, queries
from matchmaker.suppliers.browsing import ProductFilter, SupplierFilter
from matchmaker.suppliers.exchange import as_supply_row, write_supply_list
from matchmaker.suppliers.models import Capability, Price, Product, Supplier
from matchmaker.suppliers.profiles import list_profiles
from matchmaker.suppliers.rules import Evidence
from matchmaker.suppliers.seeding import seed_suppliers


def test_seventy_firms_and_their_products(seeded_app: Flask) -> None:
    with seeded_app.app_context(), read_tx() as session:
        assert session.scalar(select(func.count(Supplier.id))) == 70
        assert queries.count_visible_products(VISITOR) == 122
        demo = session.scalars(
            select(Supplier.code).where(Supplier.organisation_id.is_not(None))
        ).all()
        assert sorted(demo) == ["S002", "S006"]
        assert session.scalar(select(func.count(Price.id))) == 13
        profile = next(p for p in list_profiles(VISITOR) if p.id == "unitree-g1")
        figures = {fact.attribute: fact for fact in profile.capabilities}
        assert str(figures["price_yuan"].value) == "99000"
        assert figures["price_yuan"].evidence is Evidence.CLAIMED
        assert figures["endurance_h"].evidence is Evidence.UNVERIFIED
        assert figures["endurance_h"].sources == ()
        assert figures["speed_mps"].sources


def test_seeding_again_changes_nothing(seeded_app: Flask) -> None:
    settings = seeded_app.extensions["settings"]
    with seeded_app.app_context(), write_tx() as session:
        row = session.scalar(select(Product).where(Product.code == "unitree-g1"))
        assert row is not None
        row.description = "企业自己改过的说明"
        session.execute(Capability.__table__.delete().where(Capability.product_id == row.id))
    with seeded_app.app_context():
        assert seed_suppliers(settings) == {"企业": 70, "产品": 122}
    with seeded_app.app_context(), read_tx() as session:
        row = session.scalar(select(Product).where(Product.code == "unitree-g1"))
        assert row is not None
        assert (row.description, row.capabilities) == ("企业自己改过的说明", [])


def list_codes(wanted: ProductFilter) -> set[str]:
    rows, total = browsing.list_products(wanted, order="model", page=1, per_page=200)
    assert total == len(rows)
    return {row.code for row in rows}


def test_each_filter_narrows_to_what_it_says(seeded_app: Flask) -> None:
    with seeded_app.app_context(), read_tx():
        profiles = {profile.id: profile for profile in list_profiles(VISITOR)}
        assert list_codes(ProductFilter(sector="logistics")) == {
            code for code, item in profiles.items() if "logistics" in item.sectors
        }
        assert list_codes(ProductFilter(task="inspection-round")) == {
            code for code, item in profiles.items() if "inspection-round" in item.tasks
        }
        assert list_codes(ProductFilter(mode="raas")) == {
            code for code, item in profiles.items() if "raas" in {m.mode for m in item.modes}
        }
        assert list_codes(ProductFilter(form="quadruped", city="hangzhou")) == {
            code
            for code, item in profiles.items()
            if item.form == "quadruped" and item.city == "hangzhou"
        }
        assert list_codes(ProductFilter(district="binjiang")) == {
            code for code, item in profiles.items() if item.district == "binjiang"
        }
        assert list_codes(ProductFilter(question="G1")) >= {"unitree-g1"}
        assert list_codes(ProductFilter(question="IP67")) >= {"deep-x30"}
        assert list_codes(ProductFilter(question="没有的词汇")) == set()


def test_facets_count_what_the_list_would_show(seeded_app: Flask) -> None:
    with seeded_app.app_context(), read_tx():
        wanted = ProductFilter(mode="raas", sector="logistics")
        facets = browsing.count_product_facets(wanted)
        for name, choices in facets.items():
            for choice, count in choices.items():
                value = ProductClass(choice) if name == "kind" else choice
                changed = ProductFilter(
                    **{"mode": "raas", "sector": "logistics", name: value}  # type: ignore[arg-type]
                )
                assert len(list_codes(changed)) == count, (name, choice)


def test_firms_are_filtered_by_what_they_and_their_products_are(seeded_app: Flask) -> None:
    with seeded_app.app_context(), read_tx():
        rows, total = browsing.list_suppliers(
            SupplierFilter(kind=ProductClass.COMPONENT, city="hangzhou"),
            order="code",
            page=1,
            per_page=100,
        )
        assert total == len(rows) > 0
        assert all((r.kind, r.city) == (ProductClass.COMPONENT, "hangzhou") for r in rows)
        assert [r.code for r in rows] == sorted(r.code for r in rows)
        named, _ = browsing.list_suppliers(
            SupplierFilter(question="宇树"), order="code", page=1, per_page=10
        )
        assert [r.code for r in named] == ["S001"]
        counts = browsing.count_products_of(named)
        assert counts == {named[0].id: 10}


def test_pages_cut_the_list_without_gaps(seeded_app: Flask) -> None:
    with seeded_app.app_context(), read_tx():
        seen: list[str] = []
        for page in range(1, 8):
            rows, total = browsing.list_products(
                ProductFilter(), order="-published", page=page, per_page=20
            )
            assert total == 122
            seen += [row.code for row in rows]
        assert len(seen) == len(set(seen)) == 122


def test_the_list_of_supply_leaves_out_what_nobody_read(seeded_app: Flask) -> None:
    with seeded_app.app_context(), read_tx():
        (profile,) = list_profiles(VISITOR, ["deep-x30"])
        row = as_supply_row(profile, date(2026, 11, 20))
        assert "载荷 20 kg" in row.figures
        assert "IP67" not in row.figures
        assert row.firm == "杭州云深处科技股份有限公司"
        assert write_supply_list(date(2026, 11, 20)).startswith(b"PK")
