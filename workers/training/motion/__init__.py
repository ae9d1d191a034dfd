"""Speakers who never lived: bodies that stand, turn and gesture with everything about them known.

`speaker` builds the body and its camera, `moves` what it does, `seen` what MediaPipe would make of
it. For the evaluation of the body measures and for training the models of posture and gestures.
"""
