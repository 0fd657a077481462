"""The stores that channels lie in, each imported when the first of its channels is asked for."""

from dataclasses import dataclass

from conda_sluice.errors import UsageError
from conda_sluice.model.stores import StoreOptions
from conda_sluice.ports import Store
from conda_sluice.stores.stores import Stores
from conda_sluice.wiring.workspace import cache_folder


def open_stores(options: StoreOptions) -> Stores:
    """Return all stores as one; it pickles, and opens them anew where it comes to."""
    return Stores(StoreOpener(options), cache_folder() / "copy", options.jobs)


@dataclass(frozen=True, slots=True)
class StoreOpener:
    """Opens the store of a scheme."""

    options: StoreOptions

    def __call__(self, scheme: str) -> Store:
        """Return the store that looks after channels whose place has the scheme."""
        match scheme:
            case "file":
                from conda_sluice.stores.directory.store import DirectoryStore

                return DirectoryStore()
            case "http" | "https":
                from conda_sluice.stores.http.store import HttpStore

                return HttpStore(
                    cache_folder() / "http",
                    mirrors=self.options.mirrors,
                    jobs=self.options.jobs,
                )
            case "s3":
                from conda_sluice.stores.s3.store import S3Store

                return S3Store(self.options.s3, jobs=self.options.jobs)
            case "anaconda":
                from conda_sluice.stores.anaconda.store import AnacondaStore

                return AnacondaStore(self.options.anaconda, jobs=self.options.jobs)
            case "quetz+https" | "quetz+http":
                from conda_sluice.stores.quetz.store import QuetzStore

                return QuetzStore(jobs=self.options.jobs)
            case _:
                raise UsageError(f"sluice knows no store for {scheme}:// channels")
