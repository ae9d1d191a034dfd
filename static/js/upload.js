// The upload panel: drop or choose a file, and it goes up by tus; pause, resume, and go on after a
// closed tab, a lost network or a restarted server. Texts come from data-text-* of the panel.

const CHUNK_BYTES = 32 * 1024 * 1024;
const RETRY_MS = [0, 1000, 3000, 5000, 10000, ...Array(20).fill(20000)];
const SPEED_WINDOW_MS = 5000;
const tusCame = import("../vendor/tus/tus.min.js").catch(() => null); // sets window.tus

const unit = (value, name, digits) =>
  new Intl.NumberFormat(document.documentElement.lang, {
    style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: digits,
  }).format(value);

function bytes(count) {
  if (count < 1e6) return unit(count / 1e3, "kilobyte", 0);
  return count < 1e9 ? unit(count / 1e6, "megabyte", 1) : unit(count / 1e9, "gigabyte", 2);
}

function time(seconds) {
  if (seconds < 60) return unit(Math.max(1, Math.round(seconds)), "second", 0);
  if (seconds < 3600) return unit(Math.round(seconds / 60), "minute", 0);
  return unit(seconds / 3600, "hour", 1);
}

/** Bytes a second over the last few seconds, so that a stall shows and a burst does not. */
class Speed {
  constructor() { this.marks = []; }

  note(sent) {
    const now = performance.now();
    this.marks.push({ now, sent });
    while (this.marks.length > 2 && now - this.marks[0].now > SPEED_WINDOW_MS) this.marks.shift();
  }

  get rate() {
    const [first, last] = [this.marks[0], this.marks.at(-1)];
    const passed = first && last ? last.now - first.now : 0;
    return passed > 200 ? ((last.sent - first.sent) * 1000) / passed : null;
  }
}

class Panel {
  constructor(root) {
    this.root = root;
    this.text = (name) => root.dataset[`text${name}`];
    this.part = (name) => root.querySelector(`[data-upload-${name}]`);
    this.input = root.querySelector("input[type=file]");
    this.upload = null;
    this.listen();
  }

  listen() {
    this.input.addEventListener("change", () => this.take(this.input.files));
    this.part("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.take(this.input.files);
    });
    const drop = this.part("drop");
    const over = (event) => {
      event.preventDefault();
      drop.classList.add("upload__drop--over");
    };
    drop.addEventListener("dragenter", over);
    drop.addEventListener("dragover", over);
    drop.addEventListener("dragleave", (event) => {
      if (!drop.contains(event.relatedTarget)) drop.classList.remove("upload__drop--over");
    });
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.classList.remove("upload__drop--over");
      this.take(event.dataTransfer.files);
    });
    this.part("pause").addEventListener("click", () => this.pause());
    this.part("resume").addEventListener("click", () => this.resume());
    this.part("cancel").addEventListener("click", () => this.cancel());
    window.addEventListener("online", () => { if (this.stopped) this.resume(); });
    // chosen before this script came, or put back by the browser with the page
    this.take(this.input.files);
  }

  refusal(files) {
    if (files.length > 1) return this.text("Several");
    const [file] = files;
    const extension = `.${file.name.split(".").pop().toLowerCase()}`;
    const known = this.root.dataset.accept.split(",").includes(extension);
    if (!known && !/^(audio|video)\//.test(file.type)) return this.text("WrongType");
    if (file.size === 0) return this.text("Empty");
    return file.size > Number(this.root.dataset.maxBytes) ? this.text("TooLarge") : null;
  }

  async take(files) {
    if (!files.length || !this.part("progress").hidden) return;
    const refused = this.refusal(files);
    if (refused) {
      this.input.value = "";
      this.fail(refused);
      return;
    }
    const file = files[0];
    this.part("error").hidden = true;
    this.arrange("form", "progress", this.part("pause"));
    this.part("name").textContent = file.name;
    this.say(this.text("Uploading"));
    await tusCame;
    if (!window.tus) {
      this.reset();
      this.fail(this.text("Unloaded"));
      return;
    }
    const upload = new window.tus.Upload(file, this.options(file));
    const [before] = await upload.findPreviousUploads();
    if (before) {
      upload.resumeFromPreviousUpload(before);
      this.say(this.text("Resumed"));
    }
    if (this.part("progress").hidden) return; // cancelled meanwhile
    this.upload = upload;
    if (this.part("resume").hidden) this.start(); // unless paused meanwhile
  }

  options(file) {
    const { endpoint, session } = this.root.dataset;
    return {
      endpoint,
      chunkSize: CHUNK_BYTES,
      retryDelays: RETRY_MS,
      removeFingerprintOnSuccess: true,
      metadata: { filename: file.name, filetype: file.type, session },
      fingerprint: async () =>
        ["rostrum", session, file.name, file.size, file.lastModified].join("|"),
      onProgress: (sent, total) => this.show(sent, total),
      onShouldRetry: (error) => this.retries(error),
      onError: (error) => this.broke(error),
      onSuccess: () => window.location.assign(this.root.dataset.done),
    };
  }

  start() {
    this.speed = new Speed();
    this.stopped = false;
    this.upload.start();
    this.arrange("resume", "pause", this.part("pause"));
  }

  pause() {
    this.upload?.abort();
    this.idle(this.text("Paused"));
  }

  resume() {
    if (!this.upload) return;
    this.part("error").hidden = true;
    this.say(this.text("Uploading"));
    this.start();
  }

  async cancel() {
    const upload = this.upload;
    this.reset();
    try {
      await upload?.abort(true);
    } catch {
      // the server forgets it by itself when it expires
    }
  }

  /** What a lost connection or another tab leaves to be tried again, with a word about it. */
  retries(error) {
    const status = error.originalResponse?.getStatus() ?? 0;
    if (status === 423) this.say(this.text("Locked"));
    else if (status === 0) this.say(this.text("Offline"));
    return status === 0 || status === 409 || status === 423 || status >= 500;
  }

  broke(error) {
    const status = error.originalResponse?.getStatus() ?? 0;
    const said = error.originalResponse?.getBody?.() || "";
    if (status === 401 || status === 0 || status >= 500 || status === 423) {
      this.stopped = true;
      this.idle(this.text(status === 401 ? "SignedOut" : "Failed"));
      return;
    }
    this.reset();
    this.fail(said || this.text("Failed"));
  }

  idle(text) {
    this.say(text);
    this.arrange("pause", "resume", this.part("resume"));
  }

  reset() {
    this.upload = null;
    this.stopped = false;
    this.input.value = "";
    this.arrange("progress", "form", this.input);
    this.part("bar").value = 0;
    this.part("numbers").textContent = "";
  }

  /** One part takes another's place; the keys that were in it go on at `heir`. */
  arrange(hidden, shown, heir) {
    const held = this.root.contains(document.activeElement);
    this.part(hidden).hidden = true;
    this.part(shown).hidden = false;
    const now = document.activeElement;
    if (held && (now === document.body || !now.checkVisibility())) heir.focus();
  }

  show(sent, total) {
    this.speed.note(sent);
    this.part("bar").value = total ? (100 * sent) / total : 0;
    const { rate } = this.speed;
    const facts = [`${Math.floor((100 * sent) / total)} %`, `${bytes(sent)} / ${bytes(total)}`];
    if (rate) {
      facts.push(this.text("Speed").replace("%s", bytes(rate)));
      facts.push(this.text("Left").replace("%s", time((total - sent) / rate)));
    }
    this.part("numbers").textContent = facts.join(" · ");
    this.say(this.text(sent === total ? "Finishing" : "Uploading"));
  }

  say(text) {
    const status = this.part("status");
    if (status.textContent !== text) status.textContent = text;
  }

  fail(text) {
    this.part("error-text").textContent = text;
    this.part("error").hidden = false;
  }
}

function bind() {
  for (const root of document.querySelectorAll("[data-upload]:not([data-bound])")) {
    root.dataset.bound = "";
    new Panel(root);
  }
}

bind();
document.addEventListener("rostrum:page", bind);
