"""What was said: structure, relevance, how concrete, how sure (docs/metrics-content.md)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from analysis.catalogue.entry import Entry, bands

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "content.relevance", _("Relevance to the question"), "%",
        what=_("How likely it is that what you said answers this question."),
        how=_("The meaning and the words of your sentences against the question's, read as a "
              "probability from labelled answers."),
        why=_("A good answer to another question is heard as no answer."),
        sure="medium",
        not_said=_("Not whether the answer is right."),
        says=bands(
            (0.35, _("Much of this answers another question.")),
            (0.65, _("It answers the question in part.")),
            (None, _("It answers the question that was asked.")),
        ),
        is_share=True,
    ),
    Entry(
        "content.star.completeness", _("Story complete"), "%",
        what=_("How many of situation, task, action and result your story has."),
        how=_("Each sentence is read as one of the four, or none; each of the four counts once."),
        why=_("Listeners remember a story that has an end."),
        sure="medium",
        not_said=_("Answers that need no story are not judged by it."),
        says=bands(
            (0.51, _("Half of the story is missing.")),
            (0.76, _("One of the four parts is missing.")),
            (None, _("Situation, task, action and result are all there.")),
        ),
        is_share=True,
    ),
    Entry(
        "content.star.balance", _("Story balance"), "%",
        what=_("How well the parts of your story share its length."),
        how=_("Your shares of words against 20 % situation, 10 % task, 50 % action, 20 % result."),
        why=_("What you did is what they came for; it should take the most room."),
        sure="medium",
        not_said=_("A short result can still be a strong one."),
        says=bands(
            (0.5, _("One part takes the room of the others.")),
            (0.75, _("The parts are somewhat uneven.")),
            (None, _("The parts share the time well.")),
        ),
        is_share=True,
    ),
    Entry(
        "content.job_description.coverage", _("Job description covered"), "%",
        what=_("How many key phrases of the job description you touched."),
        how=_(
            "Its twelve most telling phrases are looked for in your words, by wording and by"
            " meaning; one that you may have touched counts in part."
        ),
        why=_("Interviewers listen for the words of their own advert."),
        sure="medium",
        not_said=_("One answer need not cover them all."),
        says=bands(
            (0.15, _("It hardly touches the job description.")),
            (0.4, _("It touches some of the job description.")),
            (None, _("It speaks to the job description.")),
        ),
        is_share=True,
    ),
    Entry(
        "content.specificity.value", _("Specificity"), "%",
        what=_("How concrete your words are."),
        how=_("Numbers, names and concrete nouns, less vague words, in each 100 words."),
        why=_("A number or a name is believed; “a lot of things” is not."),
        sure="medium",
        not_said=_("Not whether the numbers are right."),
        says=bands(
            (0.3, _("Mostly general words: few numbers and names.")),
            (0.6, _("Some numbers and names.")),
            (None, _("Concrete: numbers, names and things.")),
        ),
        is_share=True,
    ),
    Entry(
        "content.ownership.value", _("Ownership"), "%",
        what=_("How often you say what you did, rather than what we did or what was done."),
        how=_("“I” against “we” and passives; “I think” and its like are not counted."),
        why=_("In an interview the team is not applying."),
        sure="medium",
        not_said=_("In a presentation for a team, “we” may be right."),
        says=bands(
            (0.4, _("Mostly “we”: your own part is hard to see.")),
            (0.7, _("Your part and the team's in turn.")),
            (None, _("Your own part is plain to see.")),
        ),
        is_share=True,
    ),
    Entry(
        "content.confidence.value", _("How sure it sounds"), "%",
        what=_("How much your words and breaks sound like somebody who is sure."),
        how=_("Hedges, fillers, pauses inside thoughts, rising statements, weak words."),
        why=_("The same fact is believed sooner without “I guess”."),
        sure="medium",
        not_said=_("Not how sure you are."),
        says=bands(
            (0.4, _("It sounds unsure.")),
            (0.7, _("It sounds fairly sure.")),
            (None, _("It sounds sure.")),
        ),
        is_share=True,
    ),
    Entry(
        "content.sentiment.value", _("Tone of the words"), _("from −1 to 1"),
        what=_("Whether your words lean to the positive or the negative."),
        how=_("The meaning of each sentence and a lexicon of words with negations and degrees "
              "(VADER), weighted by length."),
        why=_("A hard story may be negative; the way out of it should not be."),
        sure="low",
        not_said=_("It reads words, not irony."),
        says=bands(
            (-0.25, _("The words lean to the negative.")),
            (0.25, _("The words are neutral in tone.")),
            (None, _("The words lean to the positive.")),
        ),
        digits=2,
    ),
    Entry(
        "content.signposting.per_100_words", _("Signposts"), _("per 100 words"),
        what=_("How often you tell listeners where you are: first, next, to sum up."),
        how=_("Phrases that mark order, turn or summary, in each 100 words."),
        why=_("Nobody can leaf back in a talk."),
        sure="medium",
        not_said=_("A short answer needs none."),
        says=bands(
            (0.01, _("No signposts.")),
            (1.0, _("Few signposts.")),
            (None, _("The way is signposted.")),
        ),
        digits=1,
    ),
    Entry(
        "content.conciseness.value", _("Conciseness"), "%",
        what=_("How many of your words carry something."),
        how=_("Content words that stand in no empty phrase and were not said just before, "
              "among all words."),
        why=_("Every empty word takes attention from one that matters."),
        sure="medium",
        not_said=_("Speech needs small words: half would be dense, a third is wordy."),
        says=bands(
            (0.36, _("Many words carry little.")),
            (0.43, _("As concise as most speech.")),
            (None, _("Concise: most of it carries something.")),
        ),
        is_share=True,
    ),
)  # fmt: skip
