"""What can keep a bench from measuring."""

from __future__ import annotations

from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text


def no_pgbench(folder: str) -> TansoError:
    return TansoError(
        code="bench.no_pgbench",
        message=Text(
            ja="比較に使う pgbench が {folder} にありません。", en="There is no pgbench to compare with in {folder}."
        ).filled({"folder": folder}),
        next_step=Text(
            ja="`make setup` をやり直すか、pgbench を含む PostgreSQL（Debian では postgresql パッケージ）を入れ、"
            "その bin フォルダーを TANSO_POSTGRES_BIN に指定してください。",
            en="Run `make setup` again, or install a PostgreSQL that has it (Debian's package postgresql) and name "
            "its bin folder in TANSO_POSTGRES_BIN.",
        ),
        facts={"folder": folder},
    )


def failed(who: str, words: str) -> TansoError:
    facts: dict[str, object] = {"who": who, "words": words.strip() or "-"}
    return TansoError(
        code="bench.failed",
        message=Text(ja="計測中に {who} が失敗しました：{words}", en="{who} failed while measuring: {words}").filled(
            facts
        ),
        next_step=Text(ja="原因を除いてから、もう一度計測してください。", en="Remove the cause and measure again."),
        facts=facts,
    )


def not_linux() -> TansoError:
    return TansoError(
        code="bench.not_linux",
        message=Text(
            ja="終わったプロセスの CPU 時間を読めるのは Linux だけです。",
            en="Only Linux tells the CPU time of processes that have ended.",
        ),
        next_step=Text(ja="Linux の機械で計測してください。", en="Measure on a machine with Linux."),
    )
