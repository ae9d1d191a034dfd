// One tab has the studio of a practice at a time.

/** Whether this tab has it. Where another has, `freed` is called once that one is closed. */
export async function alone(session, freed) {
  if (!navigator.locks) return true; // an old browser: the server still takes one writer at a time
  const hold = (options) => new Promise((said) => {
    navigator.locks.request(`rostrum-studio-${session}`, options, (lock) => {
      said(Boolean(lock));
      return lock && new Promise(() => {}); // until the page goes
    });
  });
  if (await hold({ ifAvailable: true })) return true;
  hold({}).then(freed);
  return false;
}
