"""Questions nobody may be asked in an interview, and orders in place of questions.

A list of patterns by ground, after what equal-treatment law in most countries forbids or advises
against (the grounds of Article 21 of the EU Charter and of the guidance of the U.S. EEOC on
pre-employment inquiries), plus what nobody should tell (secrets). They look for the person who is
asked ("how old are you"), so that questions about the work ("how do you assess a patient's health")
stay. A list catches what it names: it is the second guard beside the instructions, no proof.
"""

from __future__ import annotations

import re

_OWN = r"\byour (?:own |personal |current |exact )?"
_ARE = r"\b(?:are|were|have) you (?:\w+ ){0,2}?(?:been )?"
_HAVE = r"\b(?:do|did|will|would|have|are) you (?:\w+ ){0,3}?"
_KIN = (
    r"(?:husband|wife|spouse|girlfriend|boyfriend|fianc[eé]e?|child(?:ren)?|kids?|sons?|daughters?"
    r"|bab(?:y|ies)|parents|mother|father|family|life partner)\b"
)
GROUNDS: dict[str, tuple[str, ...]] = {
    "origin": (
        r"\bwhere (?:are|were|do|did) (?:you|your \w+) (?:\w+ )?(?:from|born|come from)\b",
        _OWN + r"(?:nationality|ethnic\w*|race|skin|origins?|national origin|birthplace|caste)\b",
        _OWN + r"(?:place of birth|native (?:language|tongue)|mother tongue|accent|ancestry)\b",
        _OWN + r"(?:heritage|citizenship|immigration status|passport)\b",
        _ARE + r"(?:black|white|asian|african|latin[oa]|foreign|a foreigner|an immigrant)\b",
        _ARE + r"(?:a )?(?:native speaker|us citizen|native citizen)\b",
        r"\bis \w+ your (?:first|native) language\b",
        r"\bwhat (?:race|ethnicity|nationality) are you\b",
    ),
    "age": (
        r"\bhow old (?:are|were) you\b",
        r"\byears? old are you\b",
        _OWN + r"(?:age|date of birth|birth ?(?:day|date)|year of birth)\b",
        r"\b(?:when|what year|in which year) were you born\b",
        r"\bare you (?:\w+ )?(?:too |over |under |about to |going to )(?:old|young|retir|\d\d)",
        r"\bwhen (?:do|will|are|would) you (?:\w+ ){0,3}?retir",
        r"\bclose to retirement\b",
        r"\bwhen did you (?:graduate from|leave|finish) (?:high )?school\b",
    ),
    "family": (
        _HAVE + r"(?:have|got|want|plan|expect\w*|raise|raising) (?:\w+ ){0,3}?" + _KIN,
        _OWN + _KIN,
        r"\bmaiden name\b",
        r"\byour (?:child ?care|(?:marital|family|relationship) (?:status|situation|plans?))\b",
        _ARE + r"(?:married|single|divorced|engaged to|widowed|pregnant|expecting a)\b",
        _ARE + r"(?:a )?(?:single |working )?(?:parent|mother|father|mum|mom|dad)\b",
        r"\bwho (?:do you live with|lives with you|looks after your)\b",
        r"\b(?:start|starting|have|having|raise|raising) (?:a family|children|kids|a baby)\b",
        r"\byou\b.*\b(?:maternity|paternity|parental) leave\b",
    ),
    "religion": (
        _OWN + r"(?:religio\w*|faith|church|mosque|temple|synagogue|belief in god|creed)\b",
        _ARE + r"(?:religious|christian|muslim|jewish|hindu|buddhist|catholic|an atheist)\b",
        r"\bdo you (?:\w+ )?(?:pray|believe in god|go to church|wear a (?:headscarf|hijab))",
        r"\bwhat (?:religion|religious holidays|faith|god)\b",
    ),
    "health": (
        _OWN + r"(?:physical |mental )?(?:health|disabilit\w*|medical \w+|illness\w*|diagnos\w+)",
        _OWN + r"(?:body weight|height|medication|sick (?:days|leave)|therap(?:y|ist)|blood)\b",
        _ARE + r"(?:disabled|ill|sick|healthy|handicapped|hiv|vaccinated|in therapy)\b",
        _HAVE + r"(?:have|had|suffer\w*|take|taken) (?:\w+ ){0,3}?(?:disabilit|illness|disease)",
        _HAVE + r"(?:have|had|suffer\w*|take|taken) (?:\w+ ){0,3}?(?:depression|cancer|addict)",
        _HAVE
        + r"(?:have|take|use) (?:any )?(?:medical condition|health condition|medication|drug)",
        r"\bhow (?:many|much) (?:\w+ )?(?:sick|were you (?:sick|ill)|you been (?:sick|ill))\b",
        r"\byou (?:ever )?suffer(?:ed)? from\b",
        r"\bdo you (?:smoke|drink)\b",
        r"\bhow (?:tall|heavy) are you\b|\bhow much do you weigh\b",
    ),
    "sex": (
        _OWN + r"(?:gender|sex|sexual\w*|pronouns)\b",
        _ARE + r"(?:gay|lesbian|straight|bisexual|transgender|queer|homosexual|heterosexual)\b",
        _ARE + r"(?:male|female|a (?:real )?(?:man|woman))\b",
        r"\b(?:as|being) a (?:woman|man|girl|mother|father)\b",
    ),
    "politics": (
        _OWN + r"(?:politic\w*|party membership|vote|union membership)\b",
        r"\b(?:who|what|which party) (?:do|did|would|will) you vote\b",
        _ARE + r"(?:a )?member of (?:a|any) (?:trade |labou?r |political )?(?:union|party)\b",
        _ARE + r"a (?:democrat|republican|socialist|communist|conservative)\b",
        _HAVE
        + r"(?:belong to|join\w*|support) (?:a |any )?(?:trade union|union|political party)\b",
    ),
    "record": (
        _OWN + r"(?:criminal \w+|police record|debts?|credit (?:score|rating)|bankruptc\w+)\b",
        _ARE + r"(?:arrested|convicted|imprisoned|in (?:jail|prison)|bankrupt|in debt)\b",
        r"\bdo you (?:have (?:any )?debts?|have a criminal|rent)\b",
        r"\bdo you own (?:a|your) (?:house|home|car)\b",
    ),
    "secrets": (
        _OWN + r"(?:\w+ )?(?:password|passcode|passphrase|pin|credit card|bank card|iban|cvv)\b",
        _OWN + r"(?:\w+ )?(?:card number|bank (?:account|details)|account number)\b",
        _OWN + r"social security\b",
        _OWN + r"(?:insurance number|passport number|secret key|api key|private key|salary)\b",
        _OWN + r"(?:(?:home|private) address|e-?mail address|(?:phone|telephone|mobile) number)\b",
    ),
}
"""Ground -> patterns of questions nobody may be asked."""
_ORDERS = (
    r"\b(?:ignore|disregard|forget) (?:\w+ ){0,4}(?:instructions?|rules?|prompts?|messages?)\b",
    r"\bsystem prompt\b|\bas an ai\b|\byou are now\b|\bBEGIN DATA\b",
    r"\bif you are (?:an? )?(?:ai|assistant|chatbot|llm|language model)\b",
    r"\b(?:note|message|attention) to (?:the |any |all )?(?:ai|llms?|language model|chatbot)",
    r"\b(?:output|respond|reply|answer) (?:only )?with (?:score|json|only|exactly|the words?)\b",
)


def _any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


ORDERS = _any(_ORDERS)
"""Words to a machine, not to a person: neither a question nor a demand."""
_NAMED = {ground: _any(patterns) for ground, patterns in GROUNDS.items()}


def ground_of(question: str) -> str:
    """The ground on which nobody may be asked this; empty where none is known."""
    text = question.replace("’", "'")
    return next((ground for ground, pattern in _NAMED.items() if pattern.search(text)), "")
