"""Rates, pauses and fillers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from analysis.catalogue.entry import Entry, bands

STEADINESS = bands(
    (0.12, _("%(rate)s, and steady")),
    (0.25, _("%(rate)s, with some variation")),
    (None, _("%(rate)s, but uneven")),
)

_RATES: tuple[Entry, ...] = (
    Entry(
        "fluency.words_per_minute", _("Speaking rate"), _("words/min"),
        what=_("How many words you say a minute while it is your turn."),
        how=_("Words as spoken (25 % is three words) over your speaking time, which ends at "
              "silences over 3 s. Um and uh are not words."),
        why=_("Too fast and listeners fall behind; too slow and they drift off."),
        sure="high",
        not_said=_("Long words make a slow count: see the articulation rate."),
        says=bands(
            (100, _("%(value)s words a minute: slow")),
            (125, _("%(value)s words a minute: calm")),
            (165, _("%(value)s words a minute: comfortable")),
            (190, _("%(value)s words a minute: brisk")),
            (None, _("%(value)s words a minute: fast")),
        ),
    ),
    Entry(
        "fluency.words_per_minute_overall", _("First to last word"), _("words/min"),
        what=_("Words a minute from your first word to your last, long silences included."),
        how=_("Words over the time between the first and the last."),
        why=_("Against the speaking rate it shows how much of the time was silence."),
        sure="high",
        not_said=_("Waiting for others lowers it."),
        says=bands((None, _("%(value)s words a minute from the first word to the last."))),
    ),
    Entry(
        "fluency.pace_variation", _("Pace variation"), "%",
        what=_("How much your pace changes along the recording."),
        how=_("Standard deviation of the rate in windows of 10 s over its mean."),
        why=_("A change of pace marks what matters; racing and stalling tire."),
        sure="medium",
        not_said=_("Not whether you slowed down in the right places."),
        says=bands(
            (0.12, _("Your pace varies by %(value)s %%: steady.")),
            (0.25, _("Your pace varies by %(value)s %%: some variation.")),
            (None, _("Your pace varies by %(value)s %%: uneven.")),
        ),
        is_share=True,
    ),
    Entry(
        "fluency.articulation_rate_syllables_per_s", _("Articulation rate"), _("syllables/s"),
        what=_("How fast you speak between the pauses."),
        how=_("Syllables over the time you make sound, both without um and uh. Syllables come from "
              "a pronouncing dictionary, or from the sound where the words are unsure."),
        why=_("Over six syllables a second sounds get swallowed."),
        sure="high",
        not_said=_("Not how clear each sound is."),
        says=bands(
            (3, _("%(value)s syllables a second: drawn out.")),
            (5.5, _("%(value)s syllables a second: easy to follow.")),
            (6.5, _("%(value)s syllables a second: brisk.")),
            (None, _("%(value)s syllables a second: hurried.")),
        ),
        digits=1,
    ),
    Entry(
        "fluency.words", _("Words"), "",
        what=_("How many words you said."),
        how=_("As spoken: numbers as words, repetitions and repairs included, um and uh not."),
        why=_("Rates and shares rest on it."),
        sure="high",
        not_said=_("Nothing by itself."),
        says=bands((None, ngettext_lazy("You said %(value)s word.", "You said %(value)s words.",
                                        "count"))),
    ),
    Entry(
        "fluency.speaking_s", _("Time spoken"), _("s"),
        what=_("How long it was your turn to speak."),
        how=_("From word to word; silences over 3 s and other speakers end it."),
        why=_("Rates need 10 seconds to mean anything."),
        sure="high",
        not_said=_("Short pauses are part of it."),
        says=bands((None, _("You spoke for %(value)s seconds."))),
    ),
    Entry(
        "fluency.phonation_s", _("Time in sound"), _("s"),
        what=_("How long you made sound that was words."),
        how=_("Speaking time less pauses and filled pauses."),
        why=_("The articulation rate rests on it."),
        sure="high",
        not_said=_("Nothing by itself."),
        says=bands((None, _("Your words sounded for %(value)s seconds."))),
    ),
)  # fmt: skip

_PAUSES: tuple[Entry, ...] = (
    Entry(
        "fluency.pauses.per_minute", _("Pauses a minute"), _("per minute"),
        what=_("How often you pause."),
        how=_("A pause is at least 250 ms of silence in the sound between words (De Jong & Bosker "
              "2013); the beginning and the end of the recording are none."),
        why=_("Pauses let listeners think along, and you breathe."),
        sure="high",
        not_said=_("Good and bad pauses count alike: see where they fall."),
        says=bands(
            (3, _("%(value)s pauses a minute: very few.")),
            (6, _("%(value)s pauses a minute: rather few.")),
            (25, _("%(value)s pauses a minute: a good number.")),
            (None, _("%(value)s pauses a minute: many.")),
        ),
        digits=1,
    ),
    Entry(
        "fluency.pauses.count", _("Pauses"), "",
        what=_("How many pauses there were."),
        how=_("Silences of 250 ms and more; um splits one into two."),
        why=_("Each can be played."),
        sure="high",
        not_said=_("See the rate for comparison."),
        says=bands((None, ngettext_lazy("%(value)s pause.", "%(value)s pauses.", "count"))),
    ),
    Entry(
        "fluency.pauses.long_count", _("Long pauses"), "",
        what=_("Pauses of a second or more."),
        how=_("From the silence in the sound."),
        why=_("One before a main point is strong; many inside sentences are searching."),
        sure="high",
        not_said=_("Not whether the pause was meant."),
        says=bands(
            (0.5, _("No pause lasted a second.")),
            (None, ngettext_lazy("%(value)s pause of a second or more.",
                                 "%(value)s pauses of a second or more.", "count")),
        ),
    ),
    Entry(
        "fluency.pauses.mean_s", _("Mean pause"), _("s"),
        what=_("How long your pauses are."),
        how=_("Mean length of the silences."),
        why=_("Half a second is enough to breathe and to be understood."),
        sure="high",
        not_said=_("A few long ones raise the mean."),
        says=bands((None, _("A pause lasts %(value)s seconds on average."))),
        digits=2,
    ),
    Entry(
        "fluency.pauses.at_boundary_ratio", _("Pauses between thoughts"), "%",
        what=_("The share of pauses that fall between clauses, not inside them."),
        how=_("After a mark of punctuation, at a sentence's end, or before a word that opens a "
              "clause."),
        why=_("Pauses between thoughts help; pauses inside a thought sound like searching."),
        sure="medium",
        not_said=_("Transcripts without punctuation hide some boundaries."),
        says=bands(
            (0.4, _("%(value)s %% of your pauses fall between thoughts: many break one.")),
            (0.7, _("%(value)s %% of your pauses fall between thoughts.")),
            (None, _("%(value)s %% of your pauses fall between thoughts: well placed.")),
        ),
        is_share=True,
    ),
    Entry(
        "fluency.pauses.hesitations", _("Hesitations"), "",
        what=_("Places where you paused; pause, um, pause is one."),
        how=_("Pauses with only a filler between them are joined."),
        why=_("It counts the places, not the pieces."),
        sure="high",
        not_said=_("Meant pauses are in it."),
        says=bands((None, ngettext_lazy("You paused in %(value)s place.",
                                        "You paused in %(value)s places.", "count"))),
    ),
)  # fmt: skip

_FILLERS: tuple[Entry, ...] = (
    Entry(
        "fluency.fillers.per_minute", _("Fillers a minute"), _("per minute"),
        what=_("How often you fill: um and uh, and words like “like” or “you know” where they mean "
               "nothing."),
        how=_("From the words, by rules and a small model that tell filling from meaning, and from "
              "the sound where the recogniser drops them."),
        why=_("A few are human; many take attention from what you say."),
        sure="medium",
        not_said=_("Words like “like” are told apart by their neighbours: about one in six of them "
                   "may have meant something."),
        says=bands(
            (1, _("%(value)s fillers a minute: hardly any.")),
            (4, _("%(value)s fillers a minute: few.")),
            (8, _("%(value)s fillers a minute: noticeable.")),
            (None, _("%(value)s fillers a minute: they take over.")),
        ),
        none=_("No fillers were heard."),
        digits=1,
    ),
    Entry(
        "fluency.fillers.count", _("Fillers"), "",
        what=_("How many fillers there were."),
        how=_("Filled pauses and discourse markers together; `basis` says whether words, sound or "
              "both were heard."),
        why=_("Each can be played."),
        sure="medium",
        not_said=_("See the rate for comparison."),
        says=bands((0.5, _("No filler was found.")),
                   (None, ngettext_lazy("%(value)s filler.", "%(value)s fillers.", "count"))),
    ),
)  # fmt: skip

ENTRIES: tuple[Entry, ...] = (*_RATES, *_PAUSES, *_FILLERS)
