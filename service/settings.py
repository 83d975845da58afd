"""Where things are: settings from the environment, and the paths under the home folder."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr, StringConstraints, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from matcher.types import Side
from service.errors import HomeError, SettingsError

PREFIX = "DUIJIE_"

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class Settings(BaseSettings):
    """Settings of one call, each read from `DUIJIE_<NAME>`; build them with `load_settings`.

    Attributes:
        home: Folder that holds everything of one installation.
        encoder: Registry name of the encoder, or a model folder; empty for the default one.
        log_level: How much the log file tells.
        database: Address of a PostgreSQL database; empty for the SQLite file in the home.
        calls_per_minute: How often one caller may ask the API.
        milvus: Address of a Milvus server that holds the vectors; empty for files in the home.
        milvus_token: `user:password` or an API key of it.
        milvus_replicas: Copies of each index in its query nodes.
        milvus_index: How it searches: `hnsw` in memory, `diskann` on disk, `flat` exactly.
        milvus_partition: Text column whose values share partitions, as `province`.
        webhook_private: Whether webhooks may go to addresses of the own network.
        public_url: Where browsers find the server; empty for what each request says.
        oidc_issuer: Identity provider through which people may sign in; empty for none. It and
            the other `oidc_` settings are read by `service.access.oidc_way`.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    home: Path = Field(default_factory=lambda: user_data_path("duijie", appauthor=False))
    encoder: Annotated[str, StringConstraints(strip_whitespace=True)] = ""
    log_level: LogLevel = "INFO"
    database: Annotated[str, StringConstraints(strip_whitespace=True)] = ""
    milvus: Annotated[str, StringConstraints(strip_whitespace=True)] = ""
    milvus_token: SecretStr = SecretStr("")
    milvus_replicas: Annotated[int, Field(ge=1)] = 1
    milvus_index: Literal["hnsw", "diskann", "flat"] = "hnsw"
    milvus_partition: Annotated[str, StringConstraints(strip_whitespace=True)] = ""
    calls_per_minute: Annotated[int, Field(ge=1)] = 1200
    webhook_private: bool = False
    public_url: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_claim: str = "email"
    oidc_domains: str = ""
    oidc_organisations: str = ""
    oidc_organisation_claim: str = ""
    oidc_name: str = ""


def load_settings(**overrides: Any) -> Settings:
    """Read the environment; overrides that are not None win over it.

    Raises:
        SettingsError: a value cannot be used; all of them are named at once.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        settings = Settings(**given)
    except ValidationError as error:
        raise SettingsError(
            f"{PREFIX}{str(problem['loc'][0]).upper()} 的值 {problem['input']!r} 不能用"
            for problem in error.errors()
        ) from error
    if not str(given.get("home", settings.home)) or settings.home == Path():
        raise SettingsError([f"{PREFIX}HOME 或 --home 是空的"])
    return settings.model_copy(update={"home": settings.home.expanduser().absolute()})


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one installation and what lies in it."""

    root: Path

    @property
    def database(self) -> Path:
        """The records."""
        return self.root / "duijie.db"

    @property
    def rejects(self) -> Path:
        """Files that list rejected rows."""
        return self.root / "rejects"

    @property
    def reports(self) -> Path:
        """Quality reports of imports."""
        return self.root / "reports"

    @property
    def uploads(self) -> Path:
        """Files that were uploaded, until they are imported."""
        return self.root / "uploads"

    @property
    def backups(self) -> Path:
        """Backups that were asked for on the pages."""
        return self.root / "backups"

    @property
    def logs(self) -> Path:
        """Log files."""
        return self.root / "logs"

    @property
    def lock(self) -> Path:
        """Held while something is written."""
        return self.root / "duijie.lock"

    @property
    def serving(self) -> Path:
        """Held by the one server that works for the home."""
        return self.root / "serving.lock"

    def index(self, side: Side) -> Path:
        """The folder of one side's index."""
        return self.root / "index" / f"{side}s"

    def prepare(self) -> None:
        """Make the home folder.

        Raises:
            HomeError: it cannot be made, or something else stands in its place.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise HomeError(self.root, error.strerror or str(error)) from error
