"""What every page of every service has."""

from __future__ import annotations

import re

import pytest

from tests.ui.conftest import gallery_app


def test_the_banner_says_on_every_page_that_nothing_is_real(gallery):
    page = gallery.get("/").text

    assert "Demonstratie - geen echte gegevens" in page


@pytest.mark.parametrize(
    ("role", "label"),
    [
        ("issuer", "Organisaties"),
        ("wallet", "Wallet"),
        ("verifier", "Loket en beslisser"),
        ("hub", "Demonstratie"),
    ],
)
def test_each_role_has_its_own_colour_and_its_name_in_words(tmp_path, role, label):
    page = gallery_app(tmp_path, role=role).test_client().get("/").text

    assert f'class="utrecht-root role-{role}"' in page
    assert f'<span class="brand__role">{label}</span>' in page


def test_a_role_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no such role"):
        gallery_app(tmp_path, role="bank")


def test_the_language_can_be_switched_without_losing_the_query(gallery):
    page = gallery.get("/?card=7&lang=en").text

    assert '<html lang="en"' in page
    assert 'href="/?card=7&amp;lang=nl"' in page
    assert "Skip to content" in page


def test_help_is_in_the_same_place_and_opens_at_the_role(gallery):
    page = gallery.get("/").text

    assert 'href="http://localhost:8000/help#wallet"' in page


def test_the_skip_link_comes_first_and_leads_to_the_content(gallery):
    body = gallery.get("/").text.partition("<body")[2]

    first = re.search(r'<a [^>]*href="([^"]+)"', body)

    assert first is not None
    assert first.group(1) == "#main"
    assert 'id="main"' in body


def test_nothing_is_inline(gallery):
    page = gallery.get("/").text

    assert not re.search(r'\sstyle="|<style|\son[a-z]+="|javascript:', page)
    assert re.findall(r"<script(?![^>]* src=)", page) == []


def test_style_sheets_carry_a_digest_so_that_no_old_one_is_shown(gallery):
    page = gallery.get("/").text

    assert re.search(r"/static/ui/app\.css\?v=[0-9a-f]{12}", page)
    assert re.search(r"/static/ui/app\.js\?v=[0-9a-f]{12}", page)


def test_a_page_that_does_not_exist_says_what_to_do_and_gives_a_reference(gallery):
    answer = gallery.get("/nowhere")

    assert answer.status_code == 404
    assert "Deze pagina bestaat niet" in answer.text
    assert "Controleer het adres" in answer.text
    assert answer.headers["X-Request-Id"] in answer.text
