"""The words: habits, vocabulary, grammar, and how statements end."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from analysis.catalogue.entry import Bands, Entry, Sure, bands


def _habit(
    name: str, label: Promise, what: Promise, how: Promise, why: Promise,
    says: Bands, *, sure: Sure = "medium",
) -> tuple[Entry, Entry]:  # fmt: skip
    """The count of a habit of words, and its rate."""
    return (
        Entry(
            f"fluency.{name}.count", label, "",
            what=what, how=how, why=why, sure=sure, not_said=_HABIT_NOT_SAID,
            says=bands((None, _("%(value)s in all."))), none=_NONE,
        ),
        Entry(
            f"fluency.{name}.per_100_words", label, _("per 100 words"),
            what=what, how=how, why=why, sure=sure, not_said=_HABIT_NOT_SAID, says=says, digits=1,
            none=_NONE,
        ),
    )  # fmt: skip


_NONE = _("None were found.")
_HABIT_NOT_SAID = _("Rules read words, not intentions: look at the moments before you judge.")

ENTRIES: tuple[Entry, ...] = (
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
        how=_("A rise of 1.5 semitones or more within the last 0.6 s that ends above the usual "
              "pitch of the statement, over statements with a voiced end; from three statements."),
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
