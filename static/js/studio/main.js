// The studio's page: one Studio, and what the modules add to it.

import { attach as attachCaptions } from "./captions.js";
import { attach as attachInterview } from "./interview.js";
import { bindKeys } from "./keys.js";
import { attach as attachMetronome } from "./metronome.js";
import { attach as attachPrompter } from "./prompter.js";
import { attach as attachRoom } from "./room/main.js";
import { attach as attachScreen } from "./screen/main.js";
import { Studio } from "./studio.js";
import { attach as attachTour } from "./tour.js";
import { attach as attachVision } from "./vision/main.js";

const MODULES = [
  attachRoom, attachVision, attachScreen, attachPrompter, attachInterview, attachCaptions,
  attachMetronome, attachTour,
];

const studio = new Studio(document.querySelector("[data-studio]"));
for (const attach of MODULES) {
  // one that fails must not take the recording with it
  try {
    attach(studio);
  } catch (error) {
    console.error(error);
  }
}
bindKeys(studio);
studio.enter();
