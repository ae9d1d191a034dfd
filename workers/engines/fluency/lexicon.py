"""Word lists of the rules, lower case, apostrophes straight."""

from __future__ import annotations


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(phrase.split()) for phrase in text.split("|"))


# --- grammar --------------------------------------------------------------------------------------

BE = _set("""
    am is are was were be been being i'm it's that's he's she's we're they're you're there's
    wasn't isn't weren't aren't
    """)
PRONOUNS = _set("""
    i you he she it we they i'm i've i'd i'll you're he's she's it's we're we've we'd we'll
    they're they've that's there's there
    """)
PEOPLE = _set(
    "i you he she we they i'm you're he's she's we're they're everyone everybody people who"
)
DETERMINERS = _set("""
    a an the this that these those my your his her its our their some any every each no another
    all
    """)
CONJUNCTIONS = _set("and but so because or then cause")
COORDINATORS = _set("and but so or then yet")
SUBORDINATORS = _set("""
    because although though while whereas if unless until when whenever since before after which
    who where once
    """)
PREPOSITIONS = _set("""
    of in on at to for with from by about into over after before between through under during
    without within against among towards
    """)
SUBJECTS = PRONOUNS | _set("""
    this that these those the a an my your his her our their you've what everyone people then
    """)
QUESTION_WORDS = _set("what who how where when why which whether if")
ASKING = _set("what who how where when why which whose whom")
AUXILIARIES = _set("""
    do does did is are was were am can could would will should shall have has had may might must
    don't doesn't didn't isn't aren't wasn't weren't can't couldn't wouldn't won't shouldn't
    haven't hasn't
    """)
DOING = _set("do does did can could would will should")
TAGGED = _set("i you he she it we they there")
ASKS_AS_SUBJECT = _set("""
    makes made happens happened causes caused comes came went goes surprised surprises motivates
    attracted attracts keeps kept brings brought drives drove interests changed matters worries
    """)
WHO_ASKS = _set("here else knows wants remembers thinks decides pays")
MEASURES = _set("many much long far often old big fast")
UNREAL = _set("would wouldn't i'd you'd he'd she'd we'd they'd could couldn't")
FUNCTION = _set("""
    i you he she it we they the a an my your his her our their this these those to of in for
    with at from and but because if when what how who is was are were be have has do did can
    could would will should i'm i've it's we're that's as or by on about which where there's
    they're you're not don't
    """)
STOP = _set("""
    a about above after again all also am an and any are aren't as at be because been before
    being both but by can can't could did didn't do does doesn't doing don't down each even
    every few for from get go going got had has have having he he's her here hers him his how i
    i'd i'll i'm i've if in into is isn't it it's its just let let's like made make many may me
    might mine more most much must my no not now of off on one only or other our ours out over
    own said same say see she she's should so some such than that that's the their them then
    there there's these they they're they've thing things think this those through to too under
    until up upon us very was wasn't we we'd we'll we're we've well went were weren't what
    what's when where which while who whom why will with won't would yeah yes yet you you'd
    you'll you're you've your yours really know mean want kind sort okay ok right actually
    basically lot way something someone anything
    """)

# --- discourse markers ----------------------------------------------------------------------------

INTENSIFIERS = _set("""
    really so super very totally pretty completely literally extremely kinda actually basically
    way too
    """)
QUANTITIES = _set("""
    two three four five six seven eight nine ten twelve fifteen twenty thirty forty fifty sixty
    seventy eighty ninety hundreds thousands millions half tons
    """)
SEEMING = _set("""
    feel feels felt feeling look looks looked looking sound sounds sounded seem seems seemed
    smell smells taste tastes act acts acted acting behave behaves behaved treat treated
    """)
SAYING = _set("said say mentioned mention told explained discussed see saw")
THINKING = _set("think thought like love really believe just feel guess")
LIKE_AMOUNT_BEFORE = _set("for had have took takes about in with got spent")
KNOWN_THINGS = _set("""
    it him her them me us about of exactly better more nothing everything something anything
    enough too already
    """)
YOU_KNOW_REAL_BEFORE = _set("""
    do did don't didn't if as let would could should can will may might must to that what when
    once how who since before until because people things everything anything anyone someone all
    make makes sure hope think thought see wish where than
    """)
MEAN_BEFORE = _set("what if do did that when how know which say said by than")
MEAN_AFTER = _set("it that to this what by business well every exactly him her them no both only")
SO_REAL_AFTER = _set("that far many much few long as called what")
SO_REAL_BEFORE = _set("""
    do did does doing think thought hope believe even if or not say said says ever why just
    exactly how
    """)
WELL_AFTER = _set("""
    the this my our let let's yes no yeah actually basically what when if in so
    """)
WELL_BEFORE = _set("""
    as very so pretty quite really oh too went well works worked done did do doing how just
    equally
    """)
OKAY_BEFORE = _set("""
    an the seems looks feel felt feels doing said it be gave went was not totally perfectly
    quite
    """)
LITERAL_BEFORE = _set("quite taken take took translated means not it read both")
LITERAL_AFTER = _set("translated translates means meaning speaking true and")
SORTS = _set("""
    a an the this that these those what some any every all same other another one no each which
    my your their our his her different new certain special particular right wrong only first
    second best worst whatever similar of two three
    """)

# --- repetitions and repairs ----------------------------------------------------------------------

MEANT_TWICE = _set("""
    very really much many far long so no yes yeah had that never bye again too ha blah knock
    more over on by out up wow okay ok right please well one two three four five six seven eight
    nine zero now there little step day deep super bye thank thanks hello hey wait stop go come
    night half
    """)
"""Words people double on purpose or by grammar: "very very", "had had", "more and more"."""
CHANGED = (
    _set("i you he she it we they i'm i've you're he's she's it's we're we've they're they've there"
         " there's that's"),
    _set("a an the my your his her our their this that these those some one"),
    _set("is are was were am can could would will should has have had did do does may might must"),
    _set("in on at to for with from by of about into over after before between under"),
    _set("one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
         " fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy"
         " eighty ninety hundred thousand first second third fourth"),
    _set("because if when while since although whether once until"),
)  # fmt: skip
"""Words of like use, one of which may be taken back for another without a word that comes again."""
UNFINISHED = _set("""
    a an the my your our their to of is was are were i'm we're they're he's she's it's with for from
    and but because if could would should can
    """)
BEGINNING = _set("""
    i you he she it we they i'm i've i'd it's that's there's there we're we've they're he's she's
    what the this let's my so well
    """)
"""After one of the first nothing of the second follows where a sentence goes on as it began, or
seldom: the one was given up, perhaps."""
MENDING = frozenset(
    _phrases(
        "no|or|rather|sorry|i mean|i meant|actually|wait|instead|oops|make that|never mind"
        "|nevermind|scratch that|strike that|better yet|i'm sorry|i am sorry|excuse me|hang on"
        "|hold on|correction|let me rephrase|let me rephrase that|my bad|should i say|i should say"
        "|let me correct that|let me correct myself|what i meant was|what i mean is|wait a minute"
        "|wait a second|nope|forget that|let me start over|let me start again|not that|pardon"
        "|pardon me|i take that back|or better|whoops|disregard that|that should be|bah|ugh|neigh"
        "|more specifically|better|or maybe"
    )
)
"""Editing terms: after one of them something may be said instead of what was."""
MENDING_WITH = frozenset(
    _phrases(
        "oh|well|like|that|but|and|just|okay|ok|ugh|tell me|ask|let me ask|i guess|i want to know"
        "|i want to ask|give me|i meant to ask|i meant to say|i mean to say|i mean to ask"
        "|really|yeah|you know"
        "|that's not right|that's wrong|was it|the other one|it was|it's"
    )
)
"""They may stand beside an editing term and are none alone."""
