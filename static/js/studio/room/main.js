// The room: what is heard of the speaker, before the recording and while it runs.

import { Check } from "./check.js";
import { Coach } from "./coach.js";
import { Listening } from "./listening.js";
import { Melody } from "./melody.js";
import { Meter } from "./meter.js";

export function attach(studio) {
  const listening = new Listening(studio);
  const meter = studio.part("meter");
  if (meter) new Meter(meter, studio, listening);
  const room = studio.part("room");
  if (room) new Check(room, studio, listening);
  const coach = studio.part("coach");
  if (coach) new Coach(coach, studio, listening);
  const melody = studio.part("melody");
  if (melody) new Melody(melody, studio, listening);
}
