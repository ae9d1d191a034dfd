"""Patterns of words that take back, say little, or allow no exception.

Over spaCy tokens: LOWER is the word, TAG its most likely part of speech (workers/engines/lexis.py).
Each list has what counts, what counts before a word that is only looked at (`..._BEFORE`), and what
only looks like it (`NOT_...`).
"""

from __future__ import annotations

from typing import Any

Pattern = list[dict[str, Any]]


def _lower(text: str) -> dict[str, Any]:
    return {"LOWER": {"IN": text.split()}}


def _tag(*tags: str, unless: str = "") -> dict[str, Any]:
    return {"TAG": {"IN": list(tags)}, "LOWER": {"NOT_IN": unless.split()}}


def _maybe(text: str) -> dict[str, Any]:
    return {"LOWER": {"IN": text.split()}, "OP": "?"}


def phrases(text: str) -> list[Pattern]:
    """Word-for-word patterns from phrases separated by |."""
    return [[{"LOWER": word} for word in phrase.split()] for phrase in text.split("|")]


_DETERMINING = "this his its yours ours theirs hers"
_PAST = {
    "LOWER": {
        "REGEX": r"^(had|did|was|were|came|went|thought|said|got|left|knew|took|\w{2,}[^e]ed)$"
    }
}
HEDGES: list[Pattern] = [
    [_lower("i we"), _maybe("just really kinda do would"),
     _lower("think guess suppose assume imagine presume reckon suspect doubt believe")],
    [_lower("i"), _maybe("just really kinda do"), _lower("feel"), _lower("like that as")],
    [_lower("i'm we're am was"), _lower("not"), _maybe("really entirely totally quite so too"),
     _lower("sure certain")],
    [_lower("it that this"), _lower("seems seemed")],
    [_lower("it that this"), _lower("seems seemed"), _lower("to"), _lower("me us")],
    [_lower("seem seems seemed appear appears tend tends tended"), _lower("to")],
    [_lower("may"), _maybe("just also not even still well"), _lower("be have")],
    [_lower("could"), _maybe("also maybe even"), _lower("be")],
    *phrases(
        "might|maybe|perhaps|probably|possibly|presumably|hopefully|apparently|arguably|somewhat"
        "|seemingly|supposedly|potentially|more or less|in a way|to some extent|to some degree"
        "|to a certain extent|to a certain degree|a little bit|a bit|or something"
        "|or something like that|or whatever|or anything|and stuff like that|as far as i know"
        "|as far as i can tell|if i remember correctly|if i remember right|if i recall correctly"
        "|if i'm not mistaken|correct me if i'm wrong|i could be wrong|i may be wrong"
        "|i might be wrong|if that makes sense|does that make sense|i'm no expert"
        "|i'm not an expert|i would say|i'd say|i don't know if|i don't know whether"
        "|for what it's worth|or so|in my opinion|in my humble opinion|to be honest"
        "|to be perfectly honest|just my opinion|my guess is|i'd like to think|i'm afraid"
        "|i want to say|i was wondering|i wonder|sort of|kind of|some kind of|some sort of"
        "|it could be argued|rather"
    ),
]  # fmt: skip
HEDGES_BEFORE: list[Pattern] = [[_lower("fairly relatively"), _tag("J", "R")]]
NOT_HEDGES: list[Pattern] = [
    [_lower("i we"), _maybe("just really do would"), _lower("think believe"),
     _lower("about of through over back ahead in twice")],
    [_lower("i"), _maybe("just really do"), _lower("feel"), _lower("like"), _lower("a an")],
    [_lower("i"), _maybe("just really do"), _lower("feel"), _lower("like"), _tag("VG")],
    [_lower("i"), _lower("feel"), _lower("as"), _lower("well good bad")],
    [_lower("i we"), _lower("believe"), _lower("you him her them me us")],
    [_lower("i"), _lower("assume"), _lower("responsibility control command office")],
    [_lower("his her their its all my your our with of the"), _lower("might")],
    [_lower("in"), _lower("a"), _lower("way"), _lower("that which i we you he she they")],
    [_lower("a"), _lower("bit little"), _lower("of")],
    [_lower("a"), _lower("little"), _lower("bit"), _lower("of")],
    [_lower("would i'd we'd he'd she'd they'd you'd"), _lower("rather")],
    [_lower("rather"), _lower("than")],
    [_lower("or"), _lower("rather")],
    [_lower("i'd would"), _lower("say"), _lower("yes no to hello")],
    [_lower("i'd would"), _lower("say"), _lower("it that this"), _lower("to again out")],
    [_lower("i"), _lower("want"), _lower("to"), _lower("say"),
     _lower("thank thanks that this something sorry a how hello")],
    [_lower("what this that any all every the same new other which"), _lower("kind sort"),
     _lower("of")],
    [_lower("a"), _lower("kind sort"), _lower("of")],
    *phrases("or so did|or so does|never more or less|i don't know if he|how i think|when i think"
             "|i think highly|i can't believe|i couldn't believe|if i think|whether or so"),
]  # fmt: skip
WEAK: list[Pattern] = [
    [_lower("very really extremely incredibly super awfully terribly hugely insanely truly utterly"
            " seriously massively enormously immensely genuinely exceptionally ridiculously")],
    [_lower("quite")],
    [_lower("obviously clearly honestly frankly definitely totally")],
    [_lower("just")],
    [_lower("thing things stuff somehow nice good great amazing awesome cool fantastic wonderful"
            " brilliant interesting various")],
    [_lower("lots"), _lower("of")],
    [_lower("a"), _lower("lot")],
    [_lower("a"), _lower("lot"), _lower("of")],
    [_lower("try tried trying tries"), _lower("to")],
    [_lower("etcetera etc")],
    *phrases("and so on|and so forth|and stuff|a whole lot|a bunch of|tons of|loads of|a ton of"
             "|a load of|heaps of|plenty of|a number of|all sorts of|all kinds of|and everything"
             "|that kind of thing|that sort of thing|those kinds of things|and all that|way too"),
]  # fmt: skip
WEAK_BEFORE: list[Pattern] = [
    [_lower("simply"), _tag("V", "VZ", "J", "N")],
    [_lower("so"), _tag("J", unless="far long many much few little old")],
    [_lower("highly"), _tag("J", "VG")],
    [_lower("pretty"), _tag("J", "R")],
    [_lower("pretty"), _lower("much well")],
]
NOT_WEAK: list[Pattern] = [
    *phrases(
        "good at|good morning|good afternoon|good evening|good night|good for|for good|good luck"
        "|the good news|a good deal|a great deal|common good|great britain|good and bad"
        "|good enough|the thing with|the thing about|how good|as good as"
    ),
    *phrases(
        "just in time|just as|only just|just now|just cause|not just|the very|of nice|nice to meet"
        "|not quite|quite a few|quite some|one thing|first thing|last thing|the only thing"
        "|the same thing|the thing is|a just|just and|just like|just before|just after|just about"
        "|very first|very last|your things|my things|his things|her things|their things|our things"
        "|really true|old stuff|a lot next|a lot on|parking lot|a lot number|the lot|in nice"
        "|internet of things|other things being equal|things like that|is it really"
        "|seriously ill|seriously injured|seriously hurt|cool down|cool off|cool it|cool head"
        "|cool water|cool place|cool and dry|cool air|cool box|and everything that"
        "|and everything we|and everything i|and everything else|and all that we|and all that i"
    ),
    [_lower("so"), _tag("J"), _lower("that")],
    [_lower("take takes took taken taking"), {"OP": "?"}, {"OP": "?"}, _lower("seriously")],
    [_lower("have has had i've we've they've i'd we'd he's she's you've hadn't hasn't"),
     _lower("just")],
    [_tag("V", "VD", "VZ", "VG", unless="is are was were be been"), _lower("clearly")],
    [_lower("see saw hear heard speak spoke say said write wrote explain explained show think"),
     _lower("very so more quite"), _lower("clearly")],
    [_lower("simply"), _tag("VD")],
    [_lower("is are was were do does did have has"), _lower("the it he she they you this that"),
     _lower("really")],
    [_lower("buy bought sell sold rent rented own owned"), _lower("a"), _lower("lot")],
]  # fmt: skip
ABSOLUTES: list[Pattern] = [
    [_lower("always never everyone everybody nobody everything nothing completely absolutely "
            "entirely impossible guaranteed guarantee guarantees undoubtedly "
            "perfectly forever everywhere nowhere unquestionably invariably")],
    *phrases(
        "no one|none of|all the time|every single|every time|all of them|without exception"
        "|without a doubt|without any doubt|hundred percent|one hundred percent"
        "|a hundred percent|100 percent|100%|no way|of all time|the only way|the best ever"
        "|the worst ever|in the world|at all times|no matter what|under no circumstances"
        "|zero chance|no exceptions|beyond any doubt"
    ),
]  # fmt: skip
ABSOLUTES_BEFORE: list[Pattern] = [[_lower("all"), _tag("NS", unless=_DETERMINING)]]
NOT_ABSOLUTES: list[Pattern] = [
    # what happened, or did not, is no claim about the world
    [_lower("nobody everyone everybody forever"), _PAST],
    [_lower("no"), _lower("one"), _PAST],
    [{"LOWER": {"NOT_IN": ["i", "we", "i've", "we've", "has", "have"]}}, _lower("never"), _PAST],
    [_lower("has have had"), _lower("never"), _lower("been")],
    [_lower("not almost nearly hardly practically virtually if wasn't isn't don't doesn't didn't "
            "can't won't aren't haven't hasn't weren't hadn't couldn't barely rarely"),
     _maybe("have be been quite"),
     _lower("always never everyone everybody everything completely absolutely all "
            "entirely impossible guaranteed totally perfectly nobody nothing definitely")],
    [_lower("hello hi hey morning afternoon evening welcome thanks night"),
     _lower("everyone everybody")],
    [_lower("thank"), _lower("you"), _lower("everyone everybody")],
    [_lower("everyone everybody everything nothing nobody"), _lower("else in on from at")],
    [_lower("there"), _lower("is was are were isn't wasn't"), _lower("nothing nobody")],
    [_lower("there's"), _lower("nothing nobody")],
    [_lower("no"), _lower("way"), _lower("of to out around back")],
    *phrases("never mind|nothing but|above everything|all things considered|all kinds of"
             "|all sorts of|was one hundred percent|hardly ever|next to nothing|for nothing"
             "|all hands|all sides|all day|all night|all week"),
]  # fmt: skip

GENTLER = {
    "always": "usually, nearly always", "never": "rarely, hardly ever", "everyone": "most people",
    "everybody": "most people", "nobody": "few people", "no one": "few people",
    "none of": "few of", "everything": "most of it", "nothing": "little, not much",
    "completely": "largely", "absolutely": "very much, leave it out", "entirely": "mostly",
    "impossible": "very hard", "guaranteed": "very likely",
    "guarantee": "expect, aim for", "guarantees": "makes it very likely",
    "undoubtedly": "very likely", "unquestionably": "very likely",
    "perfectly": "well", "forever": "for a long time", "everywhere": "in most places",
    "nowhere": "in few places", "invariably": "usually", "all the time": "often",
    "every single": "nearly every", "every time": "nearly every time", "all of them":
    "most of them", "all": "most, nearly all", "without exception": "with few exceptions",
    "no exceptions": "few exceptions", "the only way": "the best way I know",
    "of all time": "I have seen", "in the world": "I know of", "the best ever": "the best I know",
    "the worst ever": "the worst I know", "no way": "hardly", "at all times": "nearly always",
    "no matter what": "in most cases", "under no circumstances": "only in rare cases",
    "zero chance": "little chance",
}  # fmt: skip
"""What to say instead of an absolute, kindly; what is not listed is ALMOST."""
ALMOST = "almost, nearly, very likely"
