"""Organisations, their credential types and the configurations in which they offer them; read from data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from issuer.domain.look import Look
from issuer.domain.text import Text

ClaimPath = tuple[str | int | None, ...]

NEVER_DISCLOSABLE = frozenset(
    {"iss", "nbf", "exp", "iat", "cnf", "vct", "vct#integrity", "aka_vcts", "status", "_sd", "_sd_alg", "..."}
)


@dataclass(frozen=True, slots=True)
class ClaimName:
    """One claim of a credential type: where it is, how people call it, whether it can be left out."""

    path: tuple[str, ...]
    label: Text
    disclosable: bool

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "ClaimName":
        """A claim named like a registered one would forge the envelope, so the service refuses to start."""
        path = tuple(table["path"])
        if not path or NEVER_DISCLOSABLE & set(path):
            raise ValueError(f"{path} is not a claim that an organisation may define")
        return cls(path=path, label=Text.of(table["label"]), disclosable=table.get("disclosable", True))


@dataclass(frozen=True, slots=True)
class CredentialType:
    """What a vct stands for: names and claims, the same for every configuration of it."""

    name: str
    title: Text
    description: Text
    claims: tuple[ClaimName, ...]

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "CredentialType":
        """Two entries for one path would contradict each other (OpenID4VCI 1.0, appendix B)."""
        claims = tuple(ClaimName.of(claim) for claim in table["claims"])
        if len({claim.path for claim in claims}) != len(claims):
            raise ValueError(f"type {table['name']} names a claim twice")
        return cls(table["name"], Text.of(table["title"]), Text.of(table["description"]), claims)

    def disclosable(self) -> frozenset[ClaimPath]:
        """Paths that the holder can leave out, one by one."""
        return frozenset(claim.path for claim in self.claims if claim.disclosable)


@dataclass(frozen=True, slots=True)
class Configuration:
    """One entry of credential_configurations_supported: something a wallet can ask for by its id.

    `deferrable`: a clerk may have to look first, when the offer says so.
    """

    id: str
    scope: str
    title: Text
    type: CredentialType
    deferrable: bool = False

    @classmethod
    def of(cls, table: Mapping[str, Any], *, types: Mapping[str, CredentialType]) -> "Configuration":
        """A type that the organisation does not have is a KeyError at start."""
        title, kind = Text.of(table["title"]), types[table["type"]]
        return cls(table["id"], table["scope"], title, kind, table.get("deferrable", False))


@dataclass(frozen=True, slots=True)
class Organisation:
    """A tenant: one credential issuer with its own identifier, keys and lists."""

    path: str
    identifier: str
    name: Text
    about: Text
    look: Look
    types: tuple[CredentialType, ...]
    configurations: tuple[Configuration, ...]

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "Organisation":
        """Types first, since the configurations name them."""
        types = {each["name"]: CredentialType.of(each) for each in table["types"]}
        configurations = tuple(Configuration.of(each, types=types) for each in table["configurations"])
        return cls(
            path=table["path"],
            identifier=table["identifier"],
            name=Text.of(table["name"]),
            about=Text.of(table["about"]),
            look=Look.of(table["look"]),
            types=tuple(types.values()),
            configurations=configurations,
        )

    def configuration(self, configuration_id: str) -> Configuration | None:
        """None when this organisation offers no such thing."""
        return next((each for each in self.configurations if each.id == configuration_id), None)

    def title_of(self, configuration_id: str) -> Text:
        """What people call it; an id of somebody else is a KeyError."""
        return {each.id: each.title for each in self.configurations}[configuration_id]

    def type(self, name: str) -> CredentialType | None:
        """None when this organisation has no such type."""
        return next((each for each in self.types if each.name == name), None)


@dataclass(frozen=True, slots=True)
class Organisations:
    """All tenants of this service, in the order of the data file."""

    all: tuple[Organisation, ...]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Organisations":
        """Configuration ids are unique over all tenants, because a person's records are filed under them."""
        organisations = cls(tuple(Organisation.of(each) for each in document["organisations"]))
        ids = [each.id for organisation in organisations for each in organisation.configurations]
        if not ids or len(set(ids)) != len(ids):
            raise ValueError("configuration ids must be unique, and there must be at least one")
        return organisations

    def __iter__(self) -> Iterator[Organisation]:
        return iter(self.all)

    def get(self, path: str) -> Organisation | None:
        """None for a path that is no tenant."""
        return next((each for each in self.all if each.path == path), None)

    def offering(self, configuration_id: str) -> Organisation | None:
        """The one organisation that offers this configuration."""
        return next((each for each in self.all if each.configuration(configuration_id)), None)
