"""The skills that are trained one at a time: what each is, why it matters, what measures it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from drills.models import Drill, Question

S, K = Drill.Skill, Question.Kind


@dataclass(frozen=True)
class About:
    """`measure` is a path of the result document; `score` the score that the skill counts in;
    `moments` the kinds of evidence under it that show the skill (none: all)."""

    score: str
    measure: str
    what: str | Promise
    why: str | Promise
    moments: tuple[str, ...] = ()


ABOUT: Mapping[str, About] = {
    S.PACE: About(
        "pace", "fluency.words_per_minute",
        _("How fast your words come, and whether that suits what you say."),
        _("Too fast and listeners fall behind; too slow and they drift off. A change of pace tells "
          "them what matters."),
        ("fastest_pace", "slowest_pace"),
    ),
    S.PAUSES: About(
        "pauses", "fluency.pauses.per_minute",
        _("Where you fall silent, how often and for how long."),
        _("A pause after a thought lets it sink in; one in the middle of it breaks it."),
        ("long_pause", "pause_inside", "breathless"),
    ),
    S.FILLERS: About(
        "fluency", "fluency.fillers.per_minute",
        _("Um, uh, and words that only fill: like, you know, sort of."),
        _("A few are human. Many of them hide what you say, and silence does their work unheard."),
        ("filler", "repetition", "repair"),
    ),
    S.VOCAL_VARIETY: About(
        "vocal_variety", "prosody.pitch.sd_semitones",
        _("How much your voice rises and falls around its own level."),
        _("A lively voice is listened to longer, and says which word counts."),
        ("monotone", "emphasis"),
    ),
    S.LOUDNESS: About(
        "vocal_variety", "prosody.loudness.variation_db",
        _("How much louder and softer you get, and whether the ends of sentences can be heard."),
        _("Loudness carries weight. What is lost at the end of a sentence is often the point."),
        ("monotone",),
    ),
    S.ARTICULATION: About(
        "clarity", "fluency.articulation_rate_syllables_per_s",
        _("How clearly each syllable comes, apart from the pauses between."),
        _("Words that run into each other cost the listener work that belongs to your thought."),
        ("fastest_pace", "long_sentence"),
    ),
    S.POSTURE: About(
        "presence", "body.posture.score",
        _("How upright, level and open you sit or stand."),
        _("It is seen before the first word, and an open chest makes the voice stronger."),
        ("posture",),
    ),
    S.GESTURES: About(
        "presence", "body.gestures.per_minute",
        _("How often your hands say something, and where they rest."),
        _("Hands that go with the words help listeners follow; busy ones draw them away."),
        ("still_hands", "busy_hands", "hand_to_face"),
    ),
    S.EYE_CONTACT: About(
        "presence", "body.facing_camera_ratio",
        _("How much of the time you face the camera."),
        _("On a call, the lens is where the other person's eyes are."),
        ("away",),
    ),
    S.STRUCTURE: About(
        "structure", "content.opening.value",
        _("An opening that holds, signposts on the way, and an end on purpose."),
        _("Listeners cannot turn back a page: they need to know where they are."),
        ("opening", "close", "unmarked"),
    ),
    S.STORYTELLING: About(
        "structure", "content.star.completeness",
        _("Situation, task, action and result, told with numbers, names and places."),
        _("What happened is remembered longer than what is claimed."),
        ("opening", "action", "result"),
    ),
    S.CONCISENESS: About(
        "content", "content.conciseness.value",
        _("Saying it once, in as many words as it needs."),
        _("Every spare sentence hides one that counts."),
        ("vague",),
    ),
    S.CONFIDENCE: About(
        "content", "content.confidence.value",
        _("Owning what you did, without hedges and without absolutes."),
        _("People believe what the speaker seems to believe."),
        ("vague", "action"),
    ),
}  # fmt: skip

TRAINS: Mapping[str, tuple[str, ...]] = {
    S.STRUCTURE: (K.BEHAVIOURAL, K.SITUATIONAL),
    S.STORYTELLING: (K.BEHAVIOURAL,),
    S.CONCISENESS: (K.SCREENING, K.MOTIVATION),
    S.CONFIDENCE: (K.MOTIVATION, K.BEHAVIOURAL),
}
"""Kinds of questions that train a skill; the others are trained by any speaking at all."""


def of_score(score: str) -> list[str]:
    """The skills that count in a score of the result, in the library's order."""
    return [skill for skill in S.values if ABOUT[skill].score == score]
