"""The bytes of a recording on this device, over a disk that is slow or full."""

from __future__ import annotations

from typing import Any

from tests.node import reckon

DISK = """
class Disk {
  constructor(full = () => false) { [this.full, this.kept, this.writes] = [full, new Map(), []]; }
  add(session, role, start, blob) {
    return new Promise((done, failed) => this.writes.push(() => {
      if (this.full(start)) return failed(new DOMException("full", "QuotaExceededError"));
      this.kept.set(start, blob);
      done();
    }));
  }
  async blob(session, role, start) { return this.kept.get(start) ?? null; }
  async evict(session, role, starts) { for (const start of starts) this.kept.delete(start); }
  async write() {
    while (this.writes.length) {
      this.writes.shift()();
      await new Promise((go) => setTimeout(go));
    }
  }
}
const recorded = (disk, ...pieces) => {
  const reel = new Reel(disk, "session", "camera");
  for (const text of pieces) reel.add(new Blob([text]));
  return reel;
};
const text = async (reel) => (await reel.whole("video/webm"))?.text() ?? null;
"""


def reels(code: str) -> Any:
    return reckon(DISK + code, {"studio/reel.js": "Reel"})


def test_it_works():
    found = reels("""const disk = new Disk();
        const reel = recorded(disk, "one", "two");
        await new Promise((go) => setTimeout(go));
        await disk.write();
        return text(reel);""")
    assert found == "onetwo"


def test_a_server_quicker_than_the_disk_costs_nothing():
    """What was confirmed while it was still being written is on the disk all the same."""
    found = reels("""const disk = new Disk();
        const reel = recorded(disk, "one", "two");
        await new Promise((go) => setTimeout(go));
        reel.confirm(6);
        await disk.write();
        return text(reel);""")
    assert found == "onetwo"


def test_what_a_full_disk_did_not_take_leaves_memory_once_the_server_has_it():
    held, after, first = reels("""const disk = new Disk(() => true);
        const reel = recorded(disk, "one", "two");
        await new Promise((go) => setTimeout(go));
        await disk.write();
        const held = await text(reel);
        reel.confirm(3);
        return [held, await text(reel), reel.first];""")
    assert (held, after, first) == ("onetwo", None, 3)


def test_a_piece_the_disk_refuses_after_the_server_took_it_is_not_held():
    found = reels("""const disk = new Disk((start) => start === 0);
        const reel = recorded(disk, "one", "two");
        await new Promise((go) => setTimeout(go));
        reel.confirm(3);
        await disk.write();
        return [reel.first, disk.kept.size];""")
    assert found == [3, 1]
