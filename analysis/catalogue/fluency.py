"""Rates, pauses, fillers and the words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from analysis.catalogue.entry import Bands, Entry, Sure, bands

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
            (4, _("%(value)s pauses a minute: very few.")),
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


def _habit(
    name: str, label: Promise, what: Promise, how: Promise, why: Promise,
    says: Bands, *, sure: Sure = "medium",
) -> tuple[Entry, Entry]:  # fmt: skip
    """The count of a habit of words, and its rate."""
    return (
        Entry(
            f"fluency.{name}.count", label, "",
            what=what, how=how, why=why, sure=sure, not_said=_HABIT_NOT_SAID,
            says=bands((None, _("%(value)s in all."))),
        ),
        Entry(
            f"fluency.{name}.per_100_words", label, _("per 100 words"),
            what=what, how=how, why=why, sure=sure, not_said=_HABIT_NOT_SAID, says=says, digits=1,
        ),
    )  # fmt: skip


_HABIT_NOT_SAID = _("Rules read words, not intentions: look at the moments before you judge.")

_WORDS: tuple[Entry, ...] = (
    *_habit(
        "repetitions", _("Repetitions"),
        _("Words said twice in a row without meaning to."),
        _("One to four words again at once; doubled on purpose (“very very”) does not count."),
        _("They show where the next words were not ready."),
        bands((0.5, _("%(value)s repetitions in 100 words: hardly any.")),
              (2, _("%(value)s repetitions in 100 words: some.")),
              (None, _("%(value)s repetitions in 100 words: many."))),
    ),
    *_habit(
        "repairs", _("Repairs"),
        _("Places where you went back and said it differently."),
        _("Words broken off, “sorry” or “no wait” inside a sentence, starts taken again."),
        _("One is honest; many make listeners work."),
        bands((0.5, _("%(value)s repairs in 100 words: hardly any.")),
              (2, _("%(value)s repairs in 100 words: some.")),
              (None, _("%(value)s repairs in 100 words: many."))),
        sure="low",
    ),
    *_habit(
        "hedges", _("Hedges"),
        _("Words that take back what you say: I think, maybe, a little bit."),
        _("Patterns of words; “I think about” and the like do not count."),
        _("Where you are sure, hedges sound unsure."),
        bands((1, _("%(value)s hedges in 100 words: you commit to what you say.")),
              (3, _("%(value)s hedges in 100 words: careful.")),
              (None, _("%(value)s hedges in 100 words: you take much of it back."))),
    ),
    *_habit(
        "weak_words", _("Weak words"),
        _("Words that say little: very, really, definitely, stuff, things, a lot."),
        _("A list with its exceptions."),
        _("A concrete word in their place is remembered."),
        bands((1.5, _("%(value)s weak words in 100: concrete.")),
              (4, _("%(value)s weak words in 100: some to replace.")),
              (None, _("%(value)s weak words in 100: many to replace."))),
    ),
    *_habit(
        "absolutes", _("Absolutes"),
        _("Words without exception: always, never, everyone."),
        _("A list with its exceptions (“almost always”); what happened (“nobody came”) does not "
          "count."),
        _("Listeners look for the exception."),
        bands((1, _("%(value)s absolutes in 100 words: measured.")),
              (None, _("%(value)s absolutes in 100 words: easy to contradict."))),
    ),
    *_habit(
        "non_inclusive", _("Words that may leave somebody out"),
        _("Words in which some of your listeners may not hear themselves, such as “salesman” or "
          "“crazy”; each comes with another."),
        _("A list written for this product, with exceptions for what only looks alike. It is a "
          "suggestion and lowers no score."),
        _("A word that fits everybody in the room keeps everybody listening."),
        bands((0.001, _("No such word was found.")),
              (None, _("%(value)s such words in 100: see what could stand in their place."))),
    ),
    *_habit(
        "long_sentences", _("Long sentences"),
        _("Sentences of more than 30 words."),
        _("By the transcript's sentences; withheld where it does not mark them."),
        _("By ear, 30 words are hard to hold."),
        bands((0.3, _("%(value)s long sentences in 100 words: easy to hold.")),
              (None, _("%(value)s long sentences in 100 words: hard to hold."))),
    ),
    *_habit(
        "run_ons", _("Run-on sentences"),
        _("Sentences that go on: over 35 words, three times “and we …”, “so they …”."),
        _("By the transcript's sentences; withheld where it does not mark them."),
        _("A full stop lets a thought land."),
        bands((0.1, _("%(value)s run-ons in 100 words: thoughts end.")),
              (None, _("%(value)s run-ons in 100 words: thoughts run into each other."))),
    ),
    *_habit(
        "questions", _("Questions"),
        _("Questions you asked."),
        _("By the question mark, or by words in the order of a question."),
        _("A question wakes an audience."),
        bands((None, _("%(value)s questions in 100 words."))),
    ),
    *_habit(
        "overused", _("Overused phrases"),
        _("Phrases said three times or more, and content words that crowd the text."),
        _("Phrases of two to four words; content words over four times and 2.5 % of all."),
        _("The third time, listeners hear the phrase and not the thought."),
        bands((None, _("%(value)s overused phrases in 100 words."))),
        sure="low",
    ),
    *_habit(
        "profanity", _("Swear words"),
        _("Words that many people do not want to hear at work, strong and mild."),
        _("A list written for this product, whole words only, with what merely looks alike left "
          "out. It lowers no score."),
        _("You know your audience. Who you share a transcript with sees them masked, unless you "
          "choose otherwise; the recording keeps them."),
        bands((0.001, _("No swear word was found.")),
              (None, _("%(value)s swear words in 100 words."))),
    ),
    *_habit(
        "grammar", _("Grammar"),
        _("Places where the grammar is another one than most listeners expect."),
        _("Harper, a checker that works offline, and patterns of our own read your sentences "
          "without fillers and words said twice. Spelling and commas are the transcript's, so they "
          "do not count; names, quotations and words the recogniser was unsure of are left alone."),
        _("One slip passes; the same slip again and again is heard."),
        bands((0.3, _("%(value)s slips in 100 words: hardly any.")),
              (1.5, _("%(value)s slips in 100 words: some.")),
              (None, _("%(value)s slips in 100 words: worth a look at what comes back."))),
    ),
    Entry(
        "fluency.vocabulary.mtld", _("Vocabulary"), "MTLD",
        what=_("How varied your words are."),
        how=_("MTLD (McCarthy & Jarvis 2010): how many words you can go before you repeat yourself "
              "too much. From 100 words."),
        why=_("Varied words keep interest; a technical talk repeats its terms by need."),
        sure="medium",
        not_said=_("Not whether the words are the right ones."),
        says=bands(
            (40, _("Vocabulary %(value)s: words repeat often.")),
            (80, _("Vocabulary %(value)s: usual for speech.")),
            (None, _("Vocabulary %(value)s: rich.")),
        ),
    ),
    Entry(
        "fluency.vocabulary.types", _("Different words"), "",
        what=_("How many different words you used."),
        how=_("Distinct spellings, without um and uh."),
        why=_("Vocabulary rests on it."),
        sure="high",
        not_said=_("It grows with length: compare MTLD instead."),
        says=bands((None, ngettext_lazy("%(value)s different word.",
                                        "%(value)s different words.", "count"))),
    ),
    Entry(
        "fluency.readability.flesch_reading_ease", _("Ease of listening"), _("of 100"),
        what=_("How easy the text is to take in."),
        how=_("Flesch reading ease: short sentences and short words score high. From 100 words."),
        why=_("Listeners cannot read a sentence twice."),
        sure="low",
        not_said=_("It was made for print, and depends on where sentences are cut."),
        says=bands(
            (50, _("Ease of listening %(value)s: demanding.")),
            (70, _("Ease of listening %(value)s: fine for most.")),
            (None, _("Ease of listening %(value)s: easy.")),
        ),
    ),
    Entry(
        "fluency.readability.flesch_kincaid_grade", _("School grade"), _("grade"),
        what=_("The school year that could follow the text."),
        how=_("Flesch–Kincaid grade (Kincaid et al. 1975). From 100 words."),
        why=_("Most talks sit well between 6 and 10."),
        sure="low",
        not_said=_("It was made for print, and depends on where sentences are cut."),
        says=bands((None, _("The text asks for school grade %(value)s."))),
        digits=1,
    ),
    Entry(
        "fluency.uptalk.ratio", _("Rising statements"), "%",
        what=_("The share of statements whose voice rises at the end like a question."),
        how=_("A rise of two and a half semitones or more within the last 0.6 s, over statements "
              "with a voiced end; from three statements."),
        why=_("Rising ends can make a statement sound like asking for permission."),
        sure="medium",
        not_said=_("In many varieties of English rising ends are simply normal."),
        says=bands(
            (0.15, _("%(value)s %% of your statements rise at the end: settled.")),
            (0.4, _("%(value)s %% of your statements rise at the end.")),
            (None, _("%(value)s %% of your statements rise at the end: many sound like "
                     "questions.")),
        ),
        is_share=True,
    ),
    Entry(
        "fluency.uptalk.count", _("Rising statements"), "",
        what=_("How many statements rise at the end."),
        how=_("By the pitch of their last 0.6 s."),
        why=_("Each can be played."),
        sure="medium",
        not_said=_("See the share for comparison."),
        says=bands((None, ngettext_lazy("%(value)s statement rises at the end.",
                                        "%(value)s statements rise at the end.", "count"))),
    ),
)  # fmt: skip

ENTRIES: tuple[Entry, ...] = (*_RATES, *_PAUSES, *_FILLERS, *_WORDS)
