"""E-mail addresses become keyed hashes at the boundary; no address in the clear is ever written.

The hash is HMAC-SHA256 of the normalised address, so that the same buyer has the same hash on every order, and nobody
without the key can try out addresses. The key comes from the environment, else from a 0600 file made on the first run.
Beside the hash stands the kind of an address that many people use (`pipelines.extraction.shared_addresses`).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from pipelines import contract
from pipelines.errors import HomeError
from pipelines.extraction.shared_addresses import SharedAddresses
from pipelines.settings.identity import Identity

if TYPE_CHECKING:
    import pyarrow as pa

    from pipelines.settings import Settings

# Loose on purpose: it finds addresses inside free text, where a missed one would be stored in the clear.
_ADDRESS = re.compile(r"[^\s@<>\"',;:()\[\]]+@[^\s@<>\"',;:()\[\]]+\.[^\s@<>\"',;:()\[\]]+")

# Characters that nobody sees, and that copying an address from a web page or a mail brings along.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))


def normalise_email(text: str | None) -> str | None:
    """Drop invisible characters, trim, Unicode NFC, lower-case, domain to ASCII; None if it is not an address.

    Dots and "+tag" stay: only some providers ignore them, and two people must never become one.
    """
    if text is None:
        return None
    address = unicodedata.normalize("NFC", text.translate(_INVISIBLE).strip()).lower()
    if not _ADDRESS.fullmatch(address):
        return None
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return None


class EmailHasher:
    """Turns addresses into keyed hashes: 32 hexadecimal digits, the first half of the HMAC."""

    def __init__(self, key: bytes, identity: Identity | None = None) -> None:
        self._key = key
        self._shared = SharedAddresses(identity or Identity())
        # The hash of an address and its kind, by the text as the shop has it.
        self._landed = lru_cache(maxsize=100_000)(self._judge)

    def hash(self, text: str | None) -> str | None:
        """The hash of an address; None if the text is none."""
        return self._landed(text)[0]

    def _judge(self, text: str | None) -> tuple[str | None, str | None]:
        address = normalise_email(text)
        if address is None:
            return None, None
        # 128 bits: two addresses of one shop never meet by chance, and ids stay readable.
        return self._hash_raw(address), self._shared.kind(address)

    def pseudonymise(self, table: contract.Table, rows: pa.Table) -> pa.Table:
        """Hash the address columns, and any address inside another text (an id, a reason, a title)."""
        import pyarrow as pa
        import pyarrow.compute as pc

        names: list[str] = []
        columns = {column.name: column for column in table.columns}
        arrays: list[pa.Array | pa.ChunkedArray] = []
        for position, name in enumerate(rows.column_names):
            values = rows.column(position)
            column = columns.get(name)
            if column is not None and column.is_email:
                landed = [self._landed(value) for value in values.to_pylist()]
                names += [name for name, _ in column.landed_columns]
                arrays += [pa.array([pair[part] for pair in landed], pa.string()) for part in (0, 1)]
                continue
            if pa.types.is_string(values.type) and pc.any(pc.match_substring(values, "@")).as_py():
                values = pa.array([self._scrub(value) for value in values.to_pylist()], pa.string())
            names.append(name)
            arrays.append(values)
        return pa.table(arrays, names=names)

    def _scrub(self, text: str | None) -> str | None:
        if text is None or "@" not in text:
            return text
        return _ADDRESS.sub(lambda match: f"email-{self.hash(match[0]) or self._hash_raw(match[0])}", text)

    def _hash_raw(self, text: str) -> str:
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()[:32]


def open_hasher(settings: Settings) -> EmailHasher:
    """The hasher with the shop's key: from the environment, else from the home folder, else newly made there."""
    if settings.email_key is not None:
        return EmailHasher(settings.email_key.encode(), settings.identity)
    path = settings.home / "email.key"
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            try:
                with os.fdopen(descriptor, "w") as file:
                    file.write(secrets.token_hex(32))
            except OSError:
                # Half a key would be taken for a key by the next run.
                path.unlink()
                raise
        key = path.read_text().strip()
    except OSError as error:
        raise HomeError(
            f"{path}: the key for e-mail hashes cannot be read or made: {error.strerror}. Free disk space or correct "
            "the folder's permissions, then run again."
        ) from None
    if not key:
        raise HomeError(
            f"{path}: the key for e-mail hashes is empty. Restore it from a backup, or delete the file and "
            f"{settings.landing_path}: a new key gives every buyer a new hash, so all days must be read again."
        )
    return EmailHasher(key.encode(), settings.identity)
