"""Questions by a language model, where an operator named one and the learner allowed it: for a
preparation, and as follow-ups in an interview.

Optional; the question bank does without it and fills what does not hold. What is sent, what may
come back and what of it is shown is here; who calls is `analysis.services.coach_calls` and
`workers`. docs/coach.md tells the whole of it.
"""
