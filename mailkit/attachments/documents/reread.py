"""A compound file that is damaged, as another reader sees it: olefile of the extra `attach`."""

from __future__ import annotations

import io
from functools import partial
from types import ModuleType
from typing import Any

from mailkit.attachments.documents.ole import Entry, Ole
from mailkit.attachments.extras import DAMAGED_OLE, ask, load
from mailkit.limits import MIB

_ENTRIES = 4_000


class Reread(Ole):
    """A compound file whose streams somebody else has read."""

    def __init__(self, streams: dict[tuple[str, ...], bytes], class_ids: dict[tuple[str, ...], str]) -> None:
        super().__init__(b"")
        self.damage = ""
        self._contents = [b"", *(b"" for _ in class_ids), *streams.values()]
        numbers = {(): 0, **{path: number for number, path in enumerate(class_ids, 1)}}
        self.entries = {0: Entry("Root Entry", (), -1, is_storage=True, class_id="", start=0, size=0)}
        for path, content in [*((path, None) for path in class_ids), *streams.items()]:
            number = len(self.entries)
            size, above = len(content or b""), numbers.get(path[:-1], 0)
            name, class_id = path[-1], class_ids.get(path, "")
            self.entries[number] = Entry(name, path[:-1], above, content is None, class_id, start=number, size=size)
        self.storages = {}
        for entry in self.entries.values():
            self.storages.setdefault(entry.parent, {})[entry.name.lower()] = entry

    def read(self, entry: Entry, most: int | None = None) -> bytes:
        return self._contents[entry.start][:most]


def reread(data: bytes) -> Reread | None:
    """Give a compound file as olefile reads it; None where it lacks or reads nothing."""
    module = load(DAMAGED_OLE)
    return None if module is None else ask(lambda: _read(module, data))


def _read(module: ModuleType, data: bytes) -> Reread | None:
    streams: dict[tuple[str, ...], bytes] = {}
    left = 4 * len(data) + MIB  # streams may share their sectors
    with module.OleFileIO(io.BytesIO(data)) as one:
        class_ids = {tuple(path): one.getclsid(path) for path in one.listdir(streams=False, storages=True)[:_ENTRIES]}
        for path in one.listdir()[:_ENTRIES]:
            size = one.get_size(path)
            content = ask(partial(_content, one, path)) if size <= left else None
            if content is not None:
                streams[tuple(path)] = content
                left -= size
    return Reread(streams, class_ids) if streams else None


def _content(one: Any, path: list[str]) -> bytes:  # noqa: ANN401 - of a package that may lack
    return bytes(one.openstream(path).read())
