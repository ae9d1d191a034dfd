// Takes and their bytes in IndexedDB, one database for each person of this browser.

const VERSION = 1;

const wait = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});

const settled = (work) => new Promise((done, failed) => {
  work.oncomplete = () => done();
  // not `onerror`: an abort follows, and only then is it known why
  work.onabort = () => failed(work.error ?? new DOMException("aborted", "AbortError"));
});

export class Store {
  #base;

  constructor(base) { this.#base = base; }

  static async open(user) {
    const asked = indexedDB.open(`rostrum-studio-${user}`, VERSION);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("takes", { keyPath: "session" });
      asked.result.createObjectStore("pieces", { keyPath: ["session", "role", "start"] });
    };
    return new Store(await wait(asked));
  }

  async take(session) {
    return (await wait(this.#in("takes", "readonly").get(session))) ?? null;
  }

  async takes() {
    return wait(this.#in("takes", "readonly").getAll());
  }

  async save(take) {
    await this.#change("takes", (takes) => takes.put(take));
  }

  /** On the disk before it resolves. Rejects with QuotaExceededError where there is no room. */
  async add(session, role, start, blob) {
    const piece = { session, role, start, size: blob.size };
    const put = (held) => this.#change("pieces", (pieces) => pieces.add({ ...piece, blob: held }));
    try {
      await put(blob);
    } catch (error) {
      if (error.name === "QuotaExceededError") throw error;
      await put(await blob.arrayBuffer()); // a private window of Safari keeps bytes, and no Blob
    }
  }

  /** [{start, size, blob}] in order; the browser reads a blob's bytes only when they are used. */
  async pieces(session, role) {
    return wait(this.#in("pieces", "readonly").getAll(this.#of(session, role)));
  }

  async blob(session, role, start) {
    const found = await wait(this.#in("pieces", "readonly").get([session, role, start]));
    return found ? new Blob([found.blob]) : null;
  }

  async evict(session, role, starts) {
    await this.#change("pieces", (pieces) => {
      for (const start of starts) pieces.delete([session, role, start]);
    });
  }

  async remove(session) {
    const work = this.#base.transaction(["takes", "pieces"], "readwrite");
    work.objectStore("takes").delete(session);
    work.objectStore("pieces").delete(IDBKeyRange.bound([session], [session, []]));
    await settled(work);
  }

  #of(session, role) {
    return IDBKeyRange.bound([session, role], [session, role, []]);
  }

  #in(name, mode) {
    return this.#base.transaction(name, mode).objectStore(name);
  }

  async #change(name, act) {
    const work = this.#base.transaction(name, "readwrite", { durability: "strict" });
    act(work.objectStore(name));
    await settled(work);
  }
}
