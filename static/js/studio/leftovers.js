// What other practices left on this device and nobody needs: sent meanwhile, or deleted for good.

const DAY_MS = 24 * 3600 * 1000;

/** Never takes away what could still be sent: a deleted practice may be restored for a while, so
 *  its take goes a day after it was first found gone. */
export async function clearLeftovers(store, session, address) {
  for (const take of await store.takes()) {
    if (take.session === session) continue;
    const url = address.replace(session, take.session);
    const answer = await fetch(url, { method: "HEAD" }).catch(() => null);
    // to the practice's own page, that is, and not to where one signs in
    const page = new URL("..", new URL(url, window.location)).pathname;
    const there = answer?.redirected && new URL(answer.url).pathname === page;
    const sent = there && take.state === "sending";
    const gone = answer?.status === 404 ? take.gone ?? Date.now() : null;
    if (sent || (gone && Date.now() - gone > DAY_MS)) await store.remove(take.session);
    else if (answer && gone !== (take.gone ?? null)) await store.save({ ...take, gone });
  }
}
