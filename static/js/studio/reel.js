// The bytes of one recording in order: on the disk of this device, and read from there to be sent.
// Memory holds what the disk did not take, and that only until the server has it.

const MOST_HELD = 96 * 1024 * 1024;

/** Events: `full` (the device has no room: what the server has makes place, or memory holds it),
 *  `lost` (memory is full as well: nothing more can be kept). */
export class Reel extends EventTarget {
  #store;
  #pieces = [];
  #writing = Promise.resolve();
  #confirmed = 0;
  #waiting = [];
  #meet;

  constructor(store, session, role) {
    super();
    this.#store = store;
    this.session = session;
    this.role = role;
    this.size = 0;
    this.ended = false;
    /** Resolves once the server has said how much it has: it may be more than the disk here has. */
    this.met = new Promise((met) => { this.#meet = met; });
  }

  /** What an earlier visit left. What was evicted is missing: the server has it. */
  static async found(store, session, role) {
    const reel = new Reel(store, session, role);
    for (const { start, size } of await store.pieces(session, role)) {
      reel.#pieces.push({ start, size });
      reel.size = start + size;
    }
    return reel;
  }

  /** Where what is kept here begins. */
  get first() {
    return this.#pieces[0]?.start ?? this.size;
  }

  get confirmed() {
    return this.#confirmed;
  }

  /** Resolves once it is kept. Pieces keep the order they are added in. */
  add(blob) {
    const piece = { start: this.size, size: blob.size, blob };
    this.size += blob.size;
    this.#pieces.push(piece); // held until it is on the disk
    this.#wake();
    this.#writing = this.#writing.then(() => this.#write(piece));
    return this.#writing;
  }

  /** Resolves once all that was added is kept. */
  kept() {
    return this.#writing;
  }

  /** Nothing more comes. */
  end() {
    this.ended = true;
    this.#wake();
  }

  /** The server has everything before `offset`. */
  confirm(offset) {
    this.#confirmed = Math.max(this.#confirmed, offset);
    this.#release();
  }

  /** The server holds so much, and perhaps nothing is kept here. */
  static remote(session, role, size) {
    const reel = new Reel(null, session, role);
    reel.size = size;
    return reel;
  }

  /** Bytes from `from` (what lies before is confirmed by that), at most up to `to`; waits until
   *  there are some or nothing more comes. */
  async slice(from, to) {
    this.size = Math.max(this.size, from); // what memory alone held when the page was lost
    this.confirm(from);
    this.#meet();
    while (from >= this.size && !this.ended) await new Promise((go) => this.#waiting.push(go));
    const until = Math.min(to, this.size);
    return { value: await this.#read(from, until), done: this.ended && until === this.size };
  }

  /** Bytes from `from` up to `to` (all of it) as one Blob, which the browser reads from the disk;
   *  null where some is gone. */
  async whole(type, from = 0, to = this.size) {
    await this.#writing;
    return this.first <= from ? new Blob([await this.#read(from, to)], { type }) : null;
  }

  async #read(from, until) {
    const parts = [];
    for (const piece of this.#pieces) {
      const end = piece.start + piece.size;
      if (end <= from || piece.start >= until) continue;
      const blob = piece.blob ?? await this.#store.blob(this.session, this.role, piece.start);
      if (!blob) throw new DOMException("a piece is gone", "NotFoundError");
      parts.push(blob.slice(Math.max(0, from - piece.start), Math.min(piece.size, until - piece.start)));
    }
    const read = new Blob(parts);
    if (read.size !== until - from) throw new DOMException("a piece is gone", "NotFoundError");
    return read;
  }

  async #write(piece) {
    try {
      await this.#put(piece);
      delete piece.blob;
    } catch (error) {
      if (error.name !== "QuotaExceededError") console.warn(error);
      piece.refused = true;
      this.#release();
      this.dispatchEvent(new Event("full"));
      if (this.#held() > MOST_HELD) this.dispatchEvent(new Event("lost"));
    }
  }

  async #put(piece) {
    try {
      await this.#store.add(this.session, this.role, piece.start, piece.blob);
    } catch (error) {
      if (!await this.#makeRoom()) throw error;
      await this.#store.add(this.session, this.role, piece.start, piece.blob);
    }
  }

  /** Gives up, here, what the server has confirmed. Says whether that was anything. */
  async #makeRoom() {
    const safe = this.#pieces.filter((piece) => !piece.blob && this.#safe(piece));
    if (!safe.length) return false;
    await this.#store.evict(this.session, this.role, safe.map(({ start }) => start));
    this.#pieces = this.#pieces.filter((piece) => !safe.includes(piece));
    this.dispatchEvent(new Event("full"));
    return true;
  }

  /** Lets go of what the disk refused and the server has. What is still being written stays: the
   *  server is quicker than some disks. */
  #release() {
    this.#pieces = this.#pieces.filter((piece) => !(piece.refused && this.#safe(piece)));
  }

  #safe(piece) {
    return piece.start + piece.size <= this.#confirmed;
  }

  #held() {
    return this.#pieces.reduce((sum, { blob }) => sum + (blob?.size ?? 0), 0);
  }

  #wake() {
    for (const go of this.#waiting.splice(0)) go();
  }
}
