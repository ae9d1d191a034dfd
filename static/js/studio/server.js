// What the page asks Django besides the bytes.

export class Refusal extends Error {
  /** `status` 0: no answer; 401: signed out. `message` is for the learner, or empty. */
  constructor(status, message = "") {
    super(message);
    this.status = status;
  }
}

/** The cookie's, not the page's: signing in again in another tab makes a new one. */
function token() {
  const cookie = document.cookie.split("; ").find((pair) => pair.startsWith("csrftoken="));
  return cookie?.slice("csrftoken=".length)
    ?? JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
}

/** POST JSON, get JSON. Throws Refusal. */
export async function post(url, data) {
  let answer;
  try {
    answer = await fetch(url, {
      method: "POST",
      redirect: "manual", // to the page for signing in
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
      body: JSON.stringify(data),
    });
  } catch {
    throw new Refusal(0);
  }
  if (answer.type === "opaqueredirect" || answer.status === 403) throw new Refusal(401);
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refusal(answer.status, told.error ?? "");
  return told;
}
