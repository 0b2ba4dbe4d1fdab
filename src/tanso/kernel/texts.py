"""A sentence in the two languages that everything visible is written in."""

from __future__ import annotations

from dataclasses import dataclass

LANGUAGES = ("ja", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or label in Japanese and English."""

    ja: str
    en: str

    def in_language(self, language: str) -> str:
        """The sentence in `language`; any tag that does not start with "ja" reads as English."""
        return self.ja if language.startswith("ja") else self.en

    def filled(self, facts: dict[str, object]) -> Text:
        """The sentence with its `{name}` places filled from `facts`; whole numbers get thousands separators."""
        shown = {
            name: f"{fact:,}" if isinstance(fact, int) and not isinstance(fact, bool) else fact
            for name, fact in facts.items()
        }
        return Text(ja=self.ja.format(**shown), en=self.en.format(**shown))

    def as_json(self) -> dict[str, str]:
        return {"ja": self.ja, "en": self.en}

    @classmethod
    def from_json(cls, value: dict[str, str]) -> Text:
        return cls(ja=value["ja"], en=value["en"])
