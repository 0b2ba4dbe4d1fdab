"""Mails to the administrator about the installation itself. What they say is the engine's, not a scheme's."""

from __future__ import annotations

from tanso.acts.outbox import Message
from tanso.kernel.texts import Text
from tanso.ledger.events import LedgerDiffers
from tanso.notices.models import Mail
from tanso.parties.models import Login
from tanso.rulebook import Rulebook

_SUBJECT = Text(
    ja="【重要】台帳の検証で差異が見つかりました（{count}件）",
    en="Important: the check of the ledger found differences ({count})",
)
_BODY = Text(
    ja="台帳を仕訳帳から計算し直したところ、次の差異が見つかりました。{frozen}\n\n{sentences}\n\n"
    "`tanso ledger verify` で詳細を確認し、原因が分かるまで凍結を解除しないでください。",
    en="The ledger was recomputed from its journal and differs as follows. {frozen}\n\n{sentences}\n\n"
    "Look closer with `tanso ledger verify`, and lift no freeze before the cause is known.",
)
_FROZEN = Text(ja="該当する口座は凍結しました。", en="The accounts concerned are frozen.")
_NOT_FROZEN = Text(
    ja="該当する口座を凍結しましたが、次の口座は凍結できませんでした：{numbers}。",
    en="The accounts concerned are frozen, except these, which could not be: {numbers}.",
)
_MORE = Text(ja="ほか{count}件", en="and {count} more")


def wants(rulebook: Rulebook, event: str) -> bool:
    """What checks of the ledger found, whatever the scheme."""
    return event == LedgerDiffers.name


def write_alarms(messages: list[Message]) -> None:
    """Write to every active administrator what a check of the ledger found; a repeat writes nothing more."""
    alarms = [message for message in messages if message.event == LedgerDiffers.name]
    if not alarms:
        return
    administrators = list(Login.objects.filter(role="administrator", is_active=True).order_by("pk"))
    Mail.objects.bulk_create(
        [
            Mail(
                outbox_id=message.id,
                scheme=message.scheme,
                login=login.login,
                address=login.mail,
                event=message.event,
                subject=_SUBJECT.filled({"count": message.payload["count"]}).as_json(),
                body=_body(message).as_json(),
                day=message.day,
            )
            for message in alarms
            for login in administrators
        ],
        ignore_conflicts=True,
    )


def _body(message: Message) -> Text:
    found = [Text.from_json(difference["sentence"]) for difference in message.payload["differences"]]
    more = message.payload["count"] - len(found)
    if more > 0:
        found.append(_MORE.filled({"count": more}))
    numbers = message.payload["not_frozen"]
    frozen = _NOT_FROZEN.filled({"numbers": ", ".join(numbers)}) if numbers else _FROZEN
    return Text(
        ja=_BODY.ja.format(frozen=frozen.ja, sentences="\n".join(f"・{sentence.ja}" for sentence in found)),
        en=_BODY.en.format(frozen=frozen.en, sentences="\n".join(f"- {sentence.en}" for sentence in found)),
    )
