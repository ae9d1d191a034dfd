"""The voice."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from analysis.catalogue.entry import Entry, bands

_VOICE: tuple[Entry, ...] = (
    Entry(
        "prosody.pitch.median_hz", _("Pitch"), _("Hz"),
        what=_("How high your voice lies: half of your voiced speech is higher, half is lower."),
        how=_("Praat follows the vibration of the voice every 10 ms, during speech only."),
        why=_("Your own habitual pitch is the ground that melody is measured from."),
        sure="high",
        not_said=_("No pitch is better than another. It mostly tells the length of vocal folds."),
        says=bands((None, _("Your voice lies around %(value)s Hz."))),
    ),
    Entry(
        "prosody.pitch.range_semitones", _("Pitch range"), _("semitones"),
        what=_("The distance between the low and the high end of your melody."),
        how=_("From the 5 % to the 95 % point of your pitch, in semitones, so that high and low "
              "voices compare."),
        why=_("A voice that moves keeps listeners and shows what matters."),
        sure="medium",
        not_said=_("Not whether the melody fits the words. Creaky voice and noise can widen it."),
        says=bands(
            (5, _("Your pitch spans %(value)s semitones: narrow, close to one note.")),
            (8, _("Your pitch spans %(value)s semitones: on the quiet side.")),
            (14, _("Your pitch spans %(value)s semitones: lively.")),
            (None, _("Your pitch spans %(value)s semitones: very wide.")),
        ),
        digits=1,
    ),
    Entry(
        "prosody.pitch.sd_semitones", _("Pitch variation"), _("semitones"),
        what=_("How far your pitch usually strays from your own middle."),
        how=_("Standard deviation of your pitch in semitones about its median."),
        why=_("Listeners hear larger variation as livelier (Traunmüller & Eriksson 1995)."),
        sure="medium",
        not_said=_("Not whether the stress falls on the right words."),
        says=bands(
            (1.5, _("Your melody varies by %(value)s semitones: flat.")),
            (2.2, _("Your melody varies by %(value)s semitones: a little even.")),
            (4.5, _("Your melody varies by %(value)s semitones: alive.")),
            (None, _("Your melody varies by %(value)s semitones: very lively.")),
        ),
        digits=1,
    ),
    Entry(
        "prosody.pitch.voiced_ratio", _("Voiced share"), "%",
        what=_("The share of your speech in which the vocal folds vibrate."),
        how=_("Time with a pitch over time in which voice activity hears speech."),
        why=_("It shows how much of the speech the pitch figures rest on."),
        sure="high",
        not_said=_("Nothing about quality: whispering and noise lower it."),
        says=bands(
            (0.3, _("Only %(value)s %% of the speech is voiced: much is whispered or noisy.")),
            (None, _("%(value)s %% of the speech is voiced.")),
        ),
        is_share=True,
    ),
    Entry(
        "prosody.loudness.integrated_lufs", _("Loudness"), "LUFS",
        what=_("How loud the recording is as a whole."),
        how=_("EBU R128 (ITU-R BS.1770), silence left out."),
        why=_("A recording under −35 LUFS is hard to hear and to measure."),
        sure="low",
        not_said=_("It mostly measures the microphone and its distance. It is never scored."),
        says=bands(
            (-35, _("The recording is very quiet at %(value)s LUFS: move closer to the "
                    "microphone.")),
            (-14, _("The recording has a good level of %(value)s LUFS.")),
            (None, _("The recording is very loud at %(value)s LUFS: it may be clipped.")),
        ),
        digits=1,
    ),
    Entry(
        "prosody.loudness.range_lu", _("Loudness range"), "LU",
        what=_("The distance between the quiet and the loud passages."),
        how=_("EBU Tech 3342: from the 10 % to the 95 % point of the loudness over 3 s."),
        why=_("Loud and quiet passages give a talk its shape."),
        sure="low",
        not_said=_("Automatic gain control in browsers and calls flattens it."),
        says=bands((None, _("Passages differ by %(value)s LU in loudness."))),
        digits=1,
    ),
    Entry(
        "prosody.loudness.variation_db", _("Loudness variation"), "dB",
        what=_("How much your loudness moves about your own middle while you speak."),
        how=_("Standard deviation of the loudness over 0.4 s about its median, during speech."),
        why=_("Stress and emphasis live in it. The microphone's gain cancels out."),
        sure="medium",
        not_said=_("Automatic gain control flattens it, and then it counts for less."),
        says=bands(
            (3, _("Your loudness varies by %(value)s dB: level, with little emphasis.")),
            (8, _("Your loudness varies by %(value)s dB: natural emphasis.")),
            (None, _("Your loudness varies by %(value)s dB: strong contrasts.")),
        ),
        digits=1,
    ),
    Entry(
        "prosody.loudness.drift_db", _("Loudness from start to end"), "dB",
        what=_("How much louder or quieter your voice grows from your first to your last words."),
        how=_("The typical slope between any two stretches of 3 s of speech (Theil–Sen), times the "
              "length. From 30 s of speech."),
        why=_("Many voices sink as breath and courage go, and the end is what people remember."),
        sure="medium",
        not_said=_("Moving towards or away from the microphone counts as well, and automatic gain "
                   "control hides it."),
        says=bands(
            (-4, _("From start to end your voice moves by %(value)s dB: it sinks away.")),
            (-2, _("From start to end your voice moves by %(value)s dB: it sinks a little.")),
            (2, _("From start to end your voice moves by %(value)s dB: it holds its level.")),
            (4, _("From start to end your voice moves by %(value)s dB: it grows a little.")),
            (None, _("From start to end your voice moves by %(value)s dB: it grows stronger.")),
        ),
        digits=1,
    ),
    Entry(
        "prosody.voice.jitter", _("Jitter"), "%",
        what=_("Unevenness of the voice's vibration from one period to the next."),
        how=_("Praat's local jitter, median over samples of 2 s."),
        why=_("Shown for those who know their usual value."),
        sure="low",
        not_said=_("No diagnosis. Codec and microphone change it. It is never scored."),
        says=bands((None, _("Periods of the voice differ by %(value)s %%."))),
        digits=2, is_share=True,
    ),
    Entry(
        "prosody.voice.shimmer", _("Shimmer"), "%",
        what=_("Unevenness of the voice's strength from one period to the next."),
        how=_("Praat's local shimmer, median over samples of 2 s."),
        why=_("Shown for those who know their usual value."),
        sure="low",
        not_said=_("No diagnosis. Codec and microphone change it. It is never scored."),
        says=bands((None, _("Periods of the voice differ in strength by %(value)s %%."))),
        digits=1, is_share=True,
    ),
    Entry(
        "prosody.voice.hnr_db", _("Harmonics to noise"), "dB",
        what=_("How much of the voice is tone rather than breath and noise."),
        how=_("Praat's harmonicity (cross-correlation), median over samples of 2 s."),
        why=_("A clear voice in a quiet room has 12 to 20 dB."),
        sure="low",
        not_said=_("Room and microphone count as much as the voice. It is never scored."),
        says=bands((None, _("Tone lies %(value)s dB above breath and noise."))),
        digits=1,
    ),
    Entry(
        "prosody.signal_to_noise_db", _("Voice above the noise"), "dB",
        what=_("How far your voice stands out from the room."),
        how=_("Mean power of speech, less the noise in it, over the power where nobody speaks."),
        why=_("Listeners follow easily from 15 dB; every other measure is surer above 20 dB."),
        sure="medium",
        not_said=_("Noise suppression in browsers raises it."),
        says=bands(
            (3, _("Your voice hardly stands out of what else is heard: find a quieter place, or"
                  " turn the microphone down where it distorts.")),
            (10, _("Your voice is only %(value)s dB above the noise: find a quieter place.")),
            (20, _("Your voice is %(value)s dB above the noise: understandable.")),
            (None, _("Your voice is %(value)s dB above the noise: clear.")),
        ),
    ),
    Entry(
        "prosody.reverberation_s", _("Echo of the room"), "s",
        what=_("How long a sound hangs in the room until it has fallen by 60 decibels."),
        how=_("From how fast the sound dies away after your phrases, in nine frequency bands."),
        why=_("Above 0.6 s words run into each other, for listeners and for recognisers."),
        sure="medium",
        not_said=_("Close to a microphone even a large hall hardly disturbs."),
        says=bands(
            (0.35, _("The room rings for %(value)s s: dry, like a furnished room.")),
            (0.6, _("The room rings for %(value)s s: a little live.")),
            (None, _("The room rings for %(value)s s: it echoes; move closer to the microphone.")),
        ),
        digits=2,
    ),
    Entry(
        "prosody.clarity.muffled_ratio", _("Muffled"), "%",
        what=_("The share of the recording in which the upper bands of your voice are missing, as "
               "behind a cloth or a hand."),
        how=_("A small model of ours hears eight seconds at a time."),
        why=_("Consonants live in the upper bands: without them words sound alike."),
        sure="low",
        not_said=_("The model learned from made speech, and only what it is sure of counts: most "
                   "muffled recordings go unnoticed. Whether the microphone or the voice is "
                   "muffled it cannot tell."),
        says=bands(
            (0.2, _("Little or none of it is surely muffled.")),
            (None, _("Your voice sounds muffled %(value)s %% of the time: free the microphone, or "
                     "turn towards it.")),
        ),
        is_share=True,
    ),
)  # fmt: skip

_SAID: tuple[Entry, ...] = (
    Entry(
        "fluency.emphasis.per_100_words", _("Emphasis"), _("per 100 words"),
        what=_("How often you lean on a word: higher, louder or longer than you usually say such "
               "a word in such a place."),
        how=_("Pitch, loudness and length of each word against a line through all of yours; two of "
              "the three must stand out. From 30 words."),
        why=_("Stress tells listeners which word carries the thought."),
        sure="low",
        not_said=_("Not whether it was the right word."),
        says=bands(
            (2, _("You lean on %(value)s of 100 words: hardly any stands out.")),
            (9, _("You lean on %(value)s of 100 words: clear accents.")),
            (None, _("You lean on %(value)s of 100 words: so many that they compete.")),
        ),
        digits=1,
    ),
    Entry(
        "fluency.emphasis.count", _("Emphasised words"), "",
        what=_("How many words stand out by your voice."),
        how=_("By pitch, loudness and length against your own usual."),
        why=_("Each can be played."),
        sure="low",
        not_said=_("Not whether it was the right word."),
        says=bands((None, ngettext_lazy("%(value)s word stands out by your voice.",
                                        "%(value)s words stand out by your voice.", "count"))),
    ),
    Entry(
        "fluency.trailing_off.ratio", _("Fading sentence ends"), "%",
        what=_("The share of sentences whose last word sinks away."),
        how=_("The end of the last word lies 6.5 dB or more below the usual word of its sentence, "
              "both by their loudest 50 ms; sentences of four words or more, from three of them."),
        why=_("The weight of an English sentence stands at its end; lost there, it is lost."),
        sure="medium",
        not_said=_("Every sentence sinks a little. Gain control and echo hide it."),
        says=bands(
            (0.1, _("%(value)s %% of your sentences fade at the end: you carry them through.")),
            (0.3, _("%(value)s %% of your sentences fade at the end.")),
            (None, _("%(value)s %% of your sentences fade at the end: keep breath for the last "
                     "word.")),
        ),
        is_share=True,
    ),
    Entry(
        "fluency.trailing_off.count", _("Fading sentence ends"), "",
        what=_("How many sentences end with a word that sinks away."),
        how=_("By the loudness of the last word against the sentence."),
        why=_("Each can be played."),
        sure="medium",
        not_said=_("See the share for comparison."),
        says=bands((None, ngettext_lazy("%(value)s sentence fades at its end.",
                                        "%(value)s sentences fade at their end.", "count"))),
    ),
)  # fmt: skip

ENTRIES: tuple[Entry, ...] = (*_VOICE, *_SAID)
