// The eye beside the page: loads the models, then answers each frame with what is to be seen in it.

import { Model } from "./model.js";
import { Sight } from "./sight.js";

let sight = null;

async function load({ urls }) {
  try {
    sight = new Sight(await Model.load(urls, (bytes) => postMessage({ kind: "progress", bytes })));
    postMessage({ kind: "ready" });
  } catch (error) {
    postMessage({ kind: "failed", error: String(error) });
  }
}

function look({ frame, t }) {
  try {
    postMessage({ kind: "seen", seen: sight.look(frame, t) });
  } catch (error) {
    postMessage({ kind: "failed", error: String(error) });
  }
}

const ANSWERS = { load, look };
addEventListener("message", ({ data }) => ANSWERS[data.kind](data));
