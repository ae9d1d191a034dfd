// A page with one player and moments that play: no timeline, no transcript.

import { Player, bindKeys, bindMoments } from "./workspace/player.js";

const player = new Player(document.querySelector("[data-player]"));
bindMoments(document, player);
bindKeys(() => player);
