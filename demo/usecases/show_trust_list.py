"""Hand out the signed list of trusted entities."""

from chassis.refusals import DomainRefusal
from demo.ports import Ports


class NoTrustList(DomainRefusal):
    """This hub keeps no list."""

    code = "no_trust_list"
    status = 404


def show_trust_list(*, ports: Ports) -> str:
    """Return the newest issue as it was signed (ETSI TS 119 602)."""
    folder = ports.config.trust_dir
    if folder is None or not (folder / "issuers.jws").exists():
        raise NoTrustList(title="There is no list here", hint="Start the demonstration with 'make demo'.")
    return (folder / "issuers.jws").read_text(encoding="ascii").strip()
