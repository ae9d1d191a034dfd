// A melody as a tone: its pitch moves as the model's does, its words swell and fade. No voice.

const SOFT = 0.16;
const FADE_S = 0.04;
const REST_S = 0.5;
const LEAD_S = 0.1;

/** Plays `phrases` about `hz`; resolves when all is over. `stop()` ends it at once. */
export function play(context, phrases, hz) {
  const tone = new OscillatorNode(context, { type: "triangle", frequency: hz });
  const swell = new GainNode(context, { gain: 0 });
  tone.connect(swell).connect(context.destination);
  const start = context.currentTime + LEAD_S;
  let at = start;
  for (const phrase of phrases) {
    const pitch = ([time, semitones]) => [at + time, hz * 2 ** (semitones / 12)];
    const [first, ...others] = phrase.targets.map(pitch);
    tone.frequency.setValueAtTime(first[1], at);
    tone.frequency.setValueAtTime(first[1], first[0]);
    for (const [time, height] of others) tone.frequency.exponentialRampToValueAtTime(height, time);
    for (const [from, to] of phrase.words) {
      swell.gain.setValueAtTime(0, at + from);
      swell.gain.linearRampToValueAtTime(SOFT, at + from + FADE_S);
      swell.gain.setValueAtTime(SOFT, at + to - FADE_S);
      swell.gain.linearRampToValueAtTime(0, at + to);
    }
    at += phrase.length + REST_S;
  }
  tone.start(start);
  tone.stop(at);
  const over = new Promise((done) => { tone.onended = done; });
  return { over, stop: () => tone.stop() };
}

/** A button that plays `phrases()` and, pressed again, stops. */
export function bindHearing(button, texts, context, phrases, hz) {
  let playing = null;
  const label = button.querySelector("span");
  const show = () => { label.textContent = playing ? texts.stop : texts.hear; };
  const stop = () => playing?.stop();
  button.addEventListener("click", async () => {
    if (playing) return stop();
    const sounding = context();
    await sounding.resume();
    playing = play(sounding, phrases(), hz());
    show();
    await playing.over;
    playing = null;
    show();
  });
  return stop;
}
