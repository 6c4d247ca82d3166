"""How the wallet speaks to who handles requests of citizens; nothing is decided here."""

from dataclasses import dataclass

from chassis.outbound import Answer, Outbound
from openid4vc.jose import strict_json
from wallet.domain.peer import PeerSilent, RegisterAnswer
from wallet.peers.door import JSON, ask, host_of, media_type, read


@dataclass(frozen=True, slots=True)
class RightsPeer:
    """The methods raise PeerSilent or PeerNonsense of wallet.domain.peer."""

    outbound: Outbound

    def erasure(self, uri: str, statement: str) -> RegisterAnswer:
        """Hand in a signed request for erasure (TS7)."""
        return _told(
            uri, ask(uri, lambda: self.outbound.post_form(uri, {"statement": statement}, accept=JSON))
        )

    def report(self, uri: str, body: bytes) -> RegisterAnswer:
        """Hand in a report (TS8)."""
        headers = {"Accept": JSON}
        return _told(uri, ask(uri, lambda: self.outbound.post(uri, body, content_type=JSON, headers=headers)))

    def status(self, uri: str) -> RegisterAnswer:
        """Ask how far it is."""
        return _told(uri, ask(uri, lambda: self.outbound.get(uri, accept=JSON)))


def _told(uri: str, answer: Answer) -> RegisterAnswer:
    """JSON of any kind is an answer; everything else is as good as none."""
    if answer.status >= 500 or not media_type(answer).endswith("json"):
        raise PeerSilent(host_of(uri), sent=True)
    return RegisterAnswer(answer.status, read(uri, strict_json.loads_object, answer.body))
