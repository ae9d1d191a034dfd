"""What was said."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from analysis.catalogue.entry import Entry, bands

_IN_WORDS = _("By rules over the words, as docs/metrics-content.md lists them.")
_BY_MEANING = _(
    "By comparing the meaning of sentences, with a small language model on this server."
)

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "content.relevance", _("Relevance to the question"), "%",
        what=_("How surely your answer belongs to the question it was given."),
        how=_BY_MEANING,
        why=_("A good answer to another question does not help you."),
        sure="medium",
        not_said=_("Not whether the answer is right or good."),
        says=bands(
            (0.35, _("Your answer is %(value)s %% relevant: it seems to answer something else.")),
            (0.65, _("Your answer is %(value)s %% relevant: partly to the point.")),
            (None, _("Your answer is %(value)s %% relevant: to the point.")),
        ),
        is_share=True,
    ),
    Entry(
        "content.star.completeness", _("Complete story"), "%",
        what=_("The share of situation, task, action and result that your story has."),
        how=_("Each sentence is labelled by its words, its tense, its place and its meaning."),
        why=_("Listeners remember a story that has all four."),
        sure="medium",
        not_said=_("Not how good the story is; an answer without a story has no value here."),
        says=bands(
            (0.6, _("Your story holds %(value)s %% of situation, task, action and result.")),
            (0.9, _("Your story holds %(value)s %% of its four elements: nearly there.")),
            (None, _("Your story has a situation, a task, an action and a result.")),
        ),
        is_share=True,
    ),
    Entry(
        "content.star.balance", _("Balance of the story"), "%",
        what=_("How near the elements' lengths come to a fifth of situation, a tenth of task, "
               "half of action and a fifth of result."),
        how=_("By the words of the sentences with each label."),
        why=_("What you did is what people ask about."),
        sure="medium",
        not_said=_("A story may well be told otherwise."),
        says=bands(
            (0.5, _("The elements of your story are %(value)s %% in balance: one takes it over.")),
            (0.75, _("The elements of your story are %(value)s %% in balance: fair.")),
            (None, _("The elements of your story are %(value)s %% in balance.")),
        ),
        is_share=True,
    ),
    Entry(
        "content.job_description.coverage", _("Job description covered"), "%",
        what=_("The share of the job description's key phrases that you touched on."),
        how=_("A phrase counts where a sentence holds its words or means nearly the same."),
        why=_("Interviewers listen for what they asked for."),
        sure="medium",
        not_said=_("Not whether you can do it; and no answer should name everything."),
        says=bands(
            (0.15, _("You touched on %(value)s %% of the job description: hardly.")),
            (0.4, _("You touched on %(value)s %% of the job description: in part.")),
            (None, _("You touched on %(value)s %% of the job description.")),
        ),
        is_share=True,
    ),
    Entry(
        "content.specificity.value", _("Specificity"), "%",
        what=_("How many numbers, names and things you named, less the vague words."),
        how=_IN_WORDS,
        why=_("Specifics are believed and remembered."),
        sure="medium",
        not_said=_("Not whether they are true. Names need a transcript with capitals."),
        says=bands(
            (0.2, _("Your words are specific at %(value)s %%: vague.")),
            (0.5, _("Your words are specific at %(value)s %%: fairly.")),
            (None, _("Your words are specific at %(value)s %%.")),
        ),
        is_share=True,
    ),
    Entry(
        "content.ownership.value", _("Ownership"), "%",
        what=_("How often I stands for the one who acted, rather than we or nobody."),
        how=_IN_WORDS,
        why=_("An interviewer wants to know what you did yourself."),
        sure="medium",
        not_said=_("Teams did achieve things together; saying so is no fault."),
        says=bands(
            (0.3, _("You said I in %(value)s %% of the deeds: mostly it was we.")),
            (0.5, _("You said I in %(value)s %% of the deeds.")),
            (None, _("You said I in %(value)s %% of the deeds: clearly yours.")),
        ),
        is_share=True,
    ),
    Entry(
        "content.confidence.value", _("How sure it sounds"), "%",
        what=_("A mean of five habits that listeners hear as unsure: hedges, fillers, pauses "
               "inside a thought, rising statements and weak words."),
        how=_("Each habit between a good and a poor value; the parts are shown."),
        why=_("Sure speakers are believed sooner."),
        sure="low",
        not_said=_("Not how you felt."),
        says=bands(
            (0.4, _("You sound sure at %(value)s %%: hesitant.")),
            (0.7, _("You sound sure at %(value)s %%: fairly.")),
            (None, _("You sound sure at %(value)s %%.")),
        ),
        is_share=True,
    ),
    Entry(
        "content.sentiment.value", _("Sentiment"), "",
        what=_("How positive or negative your words are, from −1 to 1; the question's own words "
               "are left out."),
        how=_("By VADER's published word list and its rules for negation and degree."),
        why=_("The mood of an answer stays with the listener."),
        sure="low",
        not_said=_("Not your mood, and no irony. It is never scored."),
        says=bands(
            (-0.049, _("Your words lean negative (%(value)s).")),
            (0.05, _("Your words are neutral (%(value)s).")),
            (None, _("Your words lean positive (%(value)s).")),
        ),
        digits=2,
    ),
    Entry(
        "content.opening.value", _("Opening"), "%",
        what=_("What your first two sentences give the listener to hold on to."),
        how=_IN_WORDS,
        why=_("The first seconds decide whether people listen."),
        sure="low",
        not_said=_("Not your first impression in the room."),
        says=bands(
            (0.4, _("Your opening gives little to hold on to.")),
            (0.8, _("Your opening is plain.")),
            (None, _("Your opening is strong.")),
        ),
        is_share=True,
    ),
    Entry(
        "content.close.value", _("Close"), "%",
        what=_("What your last two sentences leave behind."),
        how=_IN_WORDS,
        why=_("People remember the end best."),
        sure="low",
        not_said=_("Not whether you were cut off."),
        says=bands(
            (0.4, _("Your ending trails off.")),
            (0.8, _("Your ending is plain.")),
            (None, _("Your ending lands.")),
        ),
        is_share=True,
    ),
    Entry(
        "content.signposting.per_100_words", _("Signposts"), _("per 100 words"),
        what=_("Phrases that tell the listener where you are: first, for example, to sum up."),
        how=_IN_WORDS,
        why=_("They keep the thread in the listener's hand."),
        sure="high",
        not_said=_("Not whether the order makes sense."),
        says=bands(
            (0.5, _("%(value)s signposts in a hundred words: few.")),
            (5, _("%(value)s signposts in a hundred words: a good number.")),
            (None, _("%(value)s signposts in a hundred words: many.")),
        ),
        digits=1,
    ),
)  # fmt: skip
