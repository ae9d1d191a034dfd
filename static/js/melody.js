// The melody on a drill's page, to be heard.

import { bindHearing } from "./melody/tone.js";

const MIDDLE_HZ = 160; // between most voices
const root = document.querySelector("[data-melody]");
const { phrases } = JSON.parse(document.getElementById("melody-model").textContent);
let context = null;

bindHearing(
  root.querySelector("[data-melody-hear]"),
  { hear: root.dataset.textHear, stop: root.dataset.textStop },
  () => (context ??= new AudioContext()),
  () => phrases,
  () => MIDDLE_HZ,
);
