"""Human names, in Dutch and English, for the codes and claim paths that this product knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from consent.plain_text import Lang
from openid4vc.dcql.path import ClaimPath

Words: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same words in Dutch and in English."""

    nl: str
    en: str

    def in_language(self, lang: str) -> str:
        """English when asked, Dutch otherwise."""
        return self.en if lang == "en" else self.nl


CLAIMS: Final[Mapping[ClaimPath, Words]] = {
    ("given_name",): ("voornamen", "given names"),
    ("family_name",): ("achternaam", "family name"),
    ("birthdate",): ("geboortedatum", "date of birth"),
    ("personal_administrative_number",): ("burgerservicenummer (BSN)", "citizen service number (BSN)"),
    ("address",): ("adres", "address"),
    ("address", "street_address"): ("straat", "street"),
    ("address", "house_number"): ("huisnummer", "house number"),
    ("address", "postal_code"): ("postcode", "postal code"),
    ("address", "locality"): ("woonplaats", "town"),
    ("address", "country"): ("land", "country"),
    ("nationalities",): ("nationaliteiten", "nationalities"),
    ("nationalities", None): ("elke nationaliteit", "each nationality"),
    ("issuing_authority",): ("organisatie die de kaart gaf", "organisation that gave the card"),
    ("issuing_country",): ("land dat de kaart gaf", "country that gave the card"),
    ("bsn",): ("burgerservicenummer (BSN) op de aanslag", "citizen service number (BSN) on the assessment"),
    ("jaar",): ("jaar", "year"),
    ("dagtekening",): ("datum van de aanslag", "date of the assessment"),
    ("aanslagstatus",): ("of de aanslag definitief is", "whether the assessment is final"),
    ("belastbaar_inkomen_werk_en_woning",): (
        "belastbaar inkomen uit werk en woning",
        "taxable income from work and home",
    ),
    ("inkomstenbelasting_box1",): ("inkomstenbelasting in box 1", "income tax in box 1"),
    ("premie_volksverzekeringen",): ("premie volksverzekeringen", "national-insurance premium"),
    ("tariefsaanpassing",): ("tariefsaanpassing", "rate adjustment"),
    ("binnenlands_belastingplichtig_heel_jaar",): (
        "of u het hele jaar in Nederland belasting betaalde",
        "whether you were taxed in the Netherlands all year",
    ),
    ("jaar_al_gebruikt_voor_middeling",): (
        "of u dit jaar al gebruikte voor middeling",
        "whether you already used this year for averaging",
    ),
    ("aow_cohort",): ("groep voor de AOW-leeftijd", "group for the state pension age"),
    ("heffingskortingen",): ("heffingskortingen", "tax credits"),
    ("verzamelinkomen",): ("verzamelinkomen", "total income"),
    ("iban",): ("rekeningnummer (IBAN)", "account number (IBAN)"),
    ("tenaamstelling",): ("naam op de rekening", "name on the account"),
    ("rekeningsoort",): ("soort rekening", "kind of account"),
    ("peildatum",): ("datum van het saldo", "date of the balance"),
    ("totaal_saldo",): ("totaal van uw saldo", "total of your balance"),
}
CARDS: Final[Mapping[str, Words]] = {
    "identity": ("Uit uw identiteitsgegevens", "From your identity data"),
    "account": ("Uit uw gegevens als rekeninghouder", "From your account holder data"),
    "balance": ("Uit uw saldo-overzicht", "From your balance statement"),
}
ACTIONS: Final[Mapping[str, Words]] = {
    "request": ("dit ene verzoek indienen", "make this one request"),
    "receive-decision": ("de beslissing ontvangen", "receive the decision"),
}
EXCLUSIONS: Final[Mapping[str, Words]] = {
    "objection": ("bezwaar maken zonder u", "object without you"),
    "change-account": ("uw rekeningnummer wijzigen", "change your bank account"),
    "tax-return": ("aangifte doen voor u", "file a tax return for you"),
    "other-years": ("iets aanvragen over andere jaren", "request anything about other years"),
    "other-requests": ("iets anders aanvragen", "request anything else"),
    "sub-delegation": ("iemand anders laten handelen", "let somebody else act"),
}
_MONTHS: Final[Mapping[Lang, str]] = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "en": "January February March April May June July August September October November December",
}


def path_name(path: ClaimPath) -> str:
    """A path as one word: names joined by dots, positions in brackets, `[]` for every element."""
    parts = ["[]" if part is None else f"[{part}]" if isinstance(part, int) else f".{part}" for part in path]
    return "".join(parts).removeprefix(".")


def claim_label(path: ClaimPath, lang: Lang) -> str:
    """The human name of a known claim; an unknown one as it is, between quotes."""
    return _known(CLAIMS.get(path), lang) or f"‘{path_name(path)}’"


def action_label(code: str, lang: Lang) -> str:
    """The human name of a known action; an unknown one as it is, between quotes."""
    return _known(ACTIONS.get(code), lang) or f"‘{code}’"


def exclusion_label(code: str, lang: Lang) -> str:
    """The human name of a known exclusion; an unknown one as it is, between quotes."""
    return _known(EXCLUSIONS.get(code), lang) or f"‘{code}’"


def listed(items: Sequence[object], lang: Lang) -> str:
    """`a, b en c`, or `a, b and c`."""
    words = [str(item) for item in items]
    last = " en " if lang == "nl" else " and "
    return ", ".join(words[:-1]) + last + words[-1] if len(words) > 1 else "".join(words)


def dutch_time(moment: datetime) -> datetime:
    """What a clock in the Netherlands shows, still marked as UTC: only for its day and hour.

    The last hour of the year 9999, which some write for never, stays as it is.
    """
    try:
        return moment.astimezone(UTC) + timedelta(hours=2 if _is_summer(moment) else 1)
    except OverflowError:
        return moment.astimezone(UTC)


def written_moment(moment: datetime, lang: Lang) -> str:
    """A moment in Dutch local time, written out; winter or summer time is named, so none is ambiguous."""
    summer = _is_summer(moment)
    local = dutch_time(moment)
    date = f"{local.day} {_MONTHS[lang].split()[local.month - 1]} {local.year}"
    separator = "." if lang == "nl" else ":"
    clock = local.strftime(f"%H{separator}%M" + (f"{separator}%S" if local.second else ""))
    if lang == "nl":
        return f"{date} om {clock} uur ({'zomertijd' if summer else 'wintertijd'})"
    return f"{date} at {clock} ({'summer time' if summer else 'winter time'})"


def _known(words: Words | None, lang: Lang) -> str | None:
    return None if words is None else words[0 if lang == "nl" else 1]


def _is_summer(moment: datetime) -> bool:
    """Directive 2000/84/EC: from the last Sunday of March to that of October, 01:00 UTC."""
    return _last_sunday(moment.year, 3) <= moment.astimezone(UTC) < _last_sunday(moment.year, 10)


def _last_sunday(year: int, month: int) -> datetime:
    last_day = datetime(year, month, 31, 1, tzinfo=UTC)
    return last_day - timedelta(days=(last_day.weekday() + 1) % 7)
