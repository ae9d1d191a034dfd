// How a person has set the studio, kept by this browser for that person. Nothing secret.

export class Settings {
  #key;

  constructor(user) { this.#key = `rostrum.studio.${user}`; }

  all() {
    try {
      return JSON.parse(localStorage.getItem(this.#key)) ?? {};
    } catch {
      return {};
    }
  }

  set(name, value) {
    try {
      localStorage.setItem(this.#key, JSON.stringify({ ...this.all(), [name]: value }));
    } catch {
      // a browser that keeps nothing forgets it with the page
    }
  }
}
