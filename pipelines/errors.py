"""What can go wrong, in words for a tired person at seven in the morning.

ShopError                  everything below; its text says what, where, and what to do next
├── SettingsError          the shop's TOML or an environment variable
├── SourceError            what the shop delivered cannot be read or breaks the contract
├── BatchRejected          the contract's batch rules failed; nothing was loaded
├── HomeError              the home folder is full, read-only or in use by another run
├── TransformError         a dbt model or test failed
└── PublishError           the marts could not be published
"""


class ShopError(Exception):
    """Base of every error that is the shop's, the file's or the machine's, not ours."""


class SettingsError(ShopError):
    """A setting is wrong, unknown or missing."""


class SourceError(ShopError):
    """The source cannot be read, or delivers something the contract does not allow."""


class BatchRejected(ShopError):
    """A batch broke a rule that forbids loading any of it."""


class HomeError(ShopError):
    """The home folder cannot be written, or another run is using it."""


class TransformError(ShopError):
    """A dbt model or test failed."""


class PublishError(ShopError):
    """The marts could not be published; the last good ones stay."""
