"""What other practices left on a device."""

from __future__ import annotations

from tests.node import reckon

CODE = """
globalThis.window = { location: "http://localhost/" };
const [now, day] = [Date.now(), 24 * 3600 * 1000];
const left = async (take, answer) => {
  globalThis.fetch = async () => {
    if (!answer) throw new TypeError("no network");
    return answer;
  };
  const kept = new Map([[take.session, take]]);
  await clearLeftovers({
    takes: async () => [...kept.values()],
    remove: async (session) => kept.delete(session),
    save: async (take) => kept.set(take.session, take),
  }, "here", "/sessions/here/studio/");
  return kept.get(take.session) ?? null;
};
const old = { session: "there", state: "recorded", started: new Date(now - 9 * day).toISOString() };
const gone = { status: 404, redirected: false };
const seen = (take) => take && [Boolean(take.gone)];
"""


def leftovers(code: str) -> object:
    return reckon(CODE + code, {"studio/leftovers.js": "clearLeftovers"})


def test_it_works():
    """A take is left out once its recording was sent."""
    found = leftovers("""
        const url = "http://localhost/sessions/there/";
        return left({ ...old, state: "sending" }, { status: 200, redirected: true, url });""")
    assert found is None


def test_a_deleted_practice_keeps_its_take_for_as_long_as_it_may_be_restored():
    """However long ago it was recorded: what counts is when it was found to be gone."""
    first, again, later = leftovers("""return [
        seen(await left(old, gone)),
        seen(await left({ ...old, gone: now - day / 2 }, gone)),
        await left({ ...old, gone: now - 2 * day }, gone),
      ];""")
    assert (first, again, later) == ([True], [True], None)


def test_a_restored_practice_counts_anew_and_no_network_says_nothing():
    restored, offline = leftovers("""const taken = { ...old, gone: now - 2 * day };
      return [
        seen(await left(taken, { status: 200, redirected: false })), seen(await left(taken, null)),
      ];""")
    assert (restored, offline) == ([False], [True])
