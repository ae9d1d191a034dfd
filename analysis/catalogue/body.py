"""The body."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from analysis.catalogue.entry import Entry, bands

_IN_FRAMES = _("On five pictures a second, by MediaPipe's landmarks, smoothed in time.")

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "body.facing_camera_ratio", _("Facing the camera"), "%",
        what=_("The share of the time in which your head points to the camera."),
        how=_("Head turned by less than 15 degrees to the side and up or down. A steady head a "
              "little off the camera counts as facing it."),
        why=_("On video, the camera is your listener."),
        sure="medium",
        not_said=_("Not where your eyes look: reading from a screen beside the camera passes."),
        says=bands(
            (0.4, _("You face the camera %(value)s %% of the time: mostly turned away.")),
            (0.7, _("You face the camera %(value)s %% of the time: on and off.")),
            (None, _("You face the camera %(value)s %% of the time: present.")),
        ),
        is_share=True,
    ),
    Entry(
        "body.face_visible_ratio", _("Face visible"), "%",
        what=_("The share of the pictures in which a face can be measured."),
        how=_IN_FRAMES,
        why=_("It shows how much the measures of the head rest on."),
        sure="high",
        not_said=_("A face in profile or in the dark may be missed."),
        says=bands((None, _("Your face can be seen %(value)s %% of the time."))),
        is_share=True,
    ),
    Entry(
        "body.upper_body_visible_ratio", _("Shoulders visible"), "%",
        what=_("The share of the pictures with both shoulders in them."),
        how=_IN_FRAMES,
        why=_("Posture and gestures are measured only there."),
        sure="high",
        not_said=_("Nothing about posture itself."),
        says=bands(
            (0.2, _("Shoulders are in view %(value)s %% of the time: step back to have posture "
                    "measured.")),
            (None, _("Shoulders are in view %(value)s %% of the time.")),
        ),
        is_share=True,
    ),
    Entry(
        "body.away.count", _("Turned away"), "",
        what=_("How often you turned away from the camera for two seconds or more."),
        how=_("From the direction of the head."),
        why=_("A long look away loses the listener; a short one to think does not."),
        sure="medium",
        not_said=_("Not what you looked at."),
        says=bands(
            (0.5, _("You never turned away for long.")),
            (None, ngettext_lazy("You turned away for two seconds or more %(value)s time.",
                                 "You turned away for two seconds or more %(value)s times.",
                                 "count")),
        ),
    ),
    Entry(
        "body.posture.score", _("Posture"), "/ 100",
        what=_("How upright, open and calm the upper body is, in one figure."),
        how=_("Shoulder tilt 30 %, lean 25 %, openness 20 %, sway 15 %, centring 10 %, each on a "
              "published curve."),
        why=_("An upright, open posture is read as confidence."),
        sure="medium",
        not_said=_("A camera that is not level tilts everybody. Different bodies sit differently."),
        says=bands(
            (50, _("Posture %(value)s of 100: something pulls you out of the upright.")),
            (75, _("Posture %(value)s of 100: good, with moments to straighten.")),
            (None, _("Posture %(value)s of 100: upright and open.")),
        ),
    ),
    Entry(
        "body.posture.shoulder_tilt_degrees", _("Shoulder tilt"), "°",
        what=_("How far the line of the shoulders is from level."),
        how=_("Median angle between both shoulders and the horizon of the picture."),
        why=_("Level shoulders look calm."),
        sure="medium",
        not_said=_("A tilted camera looks the same."),
        says=bands(
            (5, _("Your shoulders are level, within %(value)s degrees.")),
            (10, _("Your shoulders tilt by %(value)s degrees: a little.")),
            (None, _("Your shoulders tilt by %(value)s degrees: check chair and camera.")),
        ),
        digits=1,
    ),
    Entry(
        "body.posture.lean_degrees", _("Lean"), "°",
        what=_("How far the trunk leans to a side."),
        how=_("From hips to shoulders where hips are in view, else from shoulders to head."),
        why=_("A long lean looks tired or unsure."),
        sure="medium",
        not_said=_("Leaning forward or back cannot be seen from the front."),
        says=bands(
            (6, _("You sit or stand upright, within %(value)s degrees.")),
            (12, _("You lean by %(value)s degrees: a little.")),
            (None, _("You lean by %(value)s degrees to a side.")),
        ),
        digits=1,
    ),
    Entry(
        "body.posture.held.upright", _("Upright and open"), "%",
        what=_("The share of the time in which you neither lean nor slump nor cross your arms."),
        how=_("A small model of ours looks at two seconds of body points at a time. The moments "
              "slumped or closed stand on the timeline."),
        why=_("How you hold yourself is seen before you have said a word."),
        sure="low",
        not_said=_("The model learned from made bodies, and a low or high camera misleads it."),
        says=bands(
            (0.5, _("You hold yourself upright and open %(value)s %% of the time.")),
            (0.8, _("You hold yourself upright and open for %(value)s %%: mostly.")),
            (None, _("You hold yourself upright and open for %(value)s %% of the time.")),
        ),
        is_share=True,
    ),
    Entry(
        "body.posture.openness", _("Openness"), "%",
        what=_("Whether shoulders and arms are open to the listener."),
        how=_("Half for shoulders turned to the camera, half for arms that do not cross."),
        why=_("Crossed arms and a turned shoulder close you off."),
        sure="low",
        not_said=_("Cold rooms cross arms too."),
        says=bands(
            (0.6, _("Your posture is open %(value)s %%: arms or shoulders close it.")),
            (None, _("Your posture is open, %(value)s %%.")),
        ),
        is_share=True,
    ),
    Entry(
        "body.posture.centring", _("Centring"), "%",
        what=_("How near to the middle of the picture you are."),
        how=_("100 % in the middle, 0 % at the edge, by face or shoulders."),
        why=_("A speaker in the middle is easy to follow."),
        sure="high",
        not_said=_("Off-centre can be a choice of framing."),
        says=bands(
            (0.6, _("You are off the middle of the picture (%(value)s %%).")),
            (None, _("You are well centred (%(value)s %%).")),
        ),
        is_share=True,
    ),
    Entry(
        "body.gestures.per_minute", _("Gestures a minute"), _("per minute"),
        what=_("How often your hands move to go with the words."),
        how=_("From the hand's rest until it is back: movements faster than 0.7 shoulder widths a "
              "second, with short stays between; both hands at once are one gesture, a touch of "
              "the face is none. Counted over the time your shoulders are in view."),
        why=_("Hands that speak help listeners to follow and to remember."),
        sure="medium",
        not_said=_("Not what the gesture means, nor whether it fits the words."),
        says=bands(
            (3, _("%(value)s gestures a minute: hands mostly still.")),
            (20, _("%(value)s gestures a minute: natural.")),
            (None, _("%(value)s gestures a minute: very busy.")),
        ),
        digits=1,
    ),
    Entry(
        "body.gestures.space", _("Gesture space"), _("shoulder widths"),
        what=_("How far your hands reach when they move."),
        how=_("90 % point of the distance from the chest while a hand moves."),
        why=_("Wide gestures carry on a stage, small ones fit a small picture."),
        sure="low",
        not_said=_("Hands outside the picture are not seen."),
        says=bands((None, _("Your gestures reach %(value)s shoulder widths from the chest."))),
        digits=2,
    ),
    Entry(
        "body.gestures.hands_visible_ratio", _("Hands visible"), "%",
        what=_("The share of the pictures with at least one hand in view."),
        how=_IN_FRAMES,
        why=_("Gestures count only where they can be seen."),
        sure="high",
        not_said=_("Nothing about the gestures themselves."),
        says=bands((None, _("Hands are in view %(value)s %% of the time."))),
        is_share=True,
    ),
    Entry(
        "body.gestures.fidgeting_ratio", _("Fidgeting"), "%",
        what=_("The share of the time in which a hand makes small movements that are no gesture."),
        how=_("A wrist that moves by 0.2 shoulder widths a second or more for a second, outside "
              "gestures."),
        why=_("Restless hands draw the eye away from what you say."),
        sure="low",
        not_said=_("Fingers alone are too small to be seen."),
        says=bands(
            (0.05, _("Your hands rest between gestures: %(value)s %% of the time in small "
                     "movements.")),
            (0.2, _("Your hands are a little restless, %(value)s %% of the time.")),
            (None, _("Your hands are restless %(value)s %% of the time.")),
        ),
        is_share=True,
    ),
    Entry(
        "body.expression.smile_ratio", _("Smiling"), "%",
        what=_("The share of the time in which your mouth is clearly wider than when it is calm."),
        how=_("Width of the mouth over your own calm one, 12 % wider on average over a second."),
        why=_("A smile at the right moment warms what you say."),
        sure="low",
        not_said=_("Not what you feel. Who smiles all the time has no calm face to compare with."),
        says=bands((None, _("You smile %(value)s %% of the time your face is seen."))),
        is_share=True,
    ),
    Entry(
        "body.expression.brow_raises_per_minute", _("Raised brows"), _("per minute"),
        what=_("How often you raise your brows."),
        how=_("Brows a fifth higher over the eyes than usual for you, for 0.4 to 5 seconds."),
        why=_("Brows stress a word as the voice does."),
        sure="low",
        not_said=_("A fringe, glasses or a nod can look the same."),
        says=bands((None, _("You raise your brows %(value)s times a minute."))),
        digits=1,
    ),
    Entry(
        "body.expression.liveliness", _("Lively face"), "",
        what=_("How much mouth and brows move about their usual place."),
        how=_("Mean of the standard deviations of the mouth's width and the brows' height, each "
              "over its mean."),
        why=_("A lively face holds attention."),
        sure="low",
        not_said=_("Not whether the expression fits the words."),
        says=bands((None, _("Your face moves by %(value)s of its usual measure."))),
        digits=2,
    ),
    Entry(
        "body.hand_to_face.count", _("Hand to face"), "",
        what=_("How often a hand rested at the face for 0.6 seconds or more."),
        how=_("A hand within 0.45 shoulder widths of mouth and nose."),
        why=_("Touching the face looks nervous and muffles the voice."),
        sure="medium",
        not_said=_("A hand that holds a microphone counts too."),
        says=bands(
            (0.5, _("Your hands stayed away from your face.")),
            (None, ngettext_lazy("A hand was at your face %(value)s time.",
                                 "A hand was at your face %(value)s times.", "count")),
        ),
    ),
    Entry(
        "body.sway", _("Sway"), _("shoulder widths"),
        what=_("How much you rock from side to side."),
        how=_("Standard deviation of the shoulders' place about its mean over 10 s, so that "
              "walking does not count."),
        why=_("Rocking takes attention from the words."),
        sure="medium",
        not_said=_("A hand-held camera sways as well."),
        says=bands(
            (0.08, _("You stay calm: sway of %(value)s shoulder widths.")),
            (0.25, _("You rock a little: %(value)s shoulder widths.")),
            (None, _("You rock visibly: %(value)s shoulder widths.")),
        ),
        digits=2,
    ),
    Entry(
        "body.people", _("People in view"), "",
        what=_("Most faces seen at once."),
        how=_("Face detection once a second; most faces in at least a tenth of the looks."),
        why=_("Only one person is measured: the one whose face is seen longest and largest."),
        sure="medium",
        not_said=_("Not who they are. Faces are not recognised."),
        says=bands(
            (0.5, _("Nobody's face was seen.")),
            (1.5, _("One person is in view.")),
            (None, _("%(value)s people are in view. The one seen most is measured.")),
        ),
    ),
)  # fmt: skip
