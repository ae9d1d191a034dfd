// tus-js-client, loaded when it is first needed: a page that cannot have it still records.

let coming = null;

/** The library; rejects where it cannot be loaded, and tries again when asked again. */
export async function loadTus() {
  coming ??= import("../../vendor/tus/tus.min.js"); // sets window.tus
  try {
    await coming;
  } catch (error) {
    coming = null;
    throw error;
  }
  return window.tus;
}
