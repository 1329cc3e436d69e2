"""What stops an erasure and a person can mend; each is one line without a value of anybody."""

from assets.enrich.identity.keys.ledger import LedgerError
from assets.privacy.erasure.build import CopyError
from assets.privacy.erasure.erase import RestoredError
from assets.privacy.erasure.erasing import RewriteError
from assets.privacy.erasure.unfinished import UnfinishedError
from assets.privacy.subject.live import NothingLiveError
from assets.privacy.subject.person import NobodyError
from assets.privacy.subject.request import RequestError
from assets.publish.switch import PublishError
from assets.raw.contract import ContractError
from assets.raw.errors import FileError
from assets.warehouse.project import ManifestMissingError
from pipelines.runtime.audit_log import AuditError
from pipelines.runtime.key_file import KeyFileError
from pipelines.runtime.modes import ModesError
from pipelines.runtime.writers import InstanceBusyError

MENDABLE = (
    AuditError,
    ContractError,
    CopyError,
    FileError,
    InstanceBusyError,
    KeyFileError,
    LedgerError,
    ManifestMissingError,
    ModesError,
    NobodyError,
    NothingLiveError,
    PublishError,
    RequestError,
    RestoredError,
    RewriteError,
    UnfinishedError,
)
