"""Which paragraphs are page furniture: links, bylines, captions, forms, buttons, datelines.

Scraped pages carry them, both sides of any comparison do, and they say nothing about who translated
the article. A paragraph is furniture only when it matches one of the patterns below from its first
character to its last and is short; where a pattern could also open a sentence ("See also how …",
"By Monday, the army …"), the pattern asks for more: a colon, a doubled space, names and nothing
else, no final stop. Whatever is left in doubt, such as a headline, a name or a sub-heading, stays
prose. A line that holds only a stop stays prose too: it is damage, and signals look for it.

Two rules look at the neighbours: the short line above an "In this photo, …" caption is its credit,
and the sentence below a credit line is its caption when it describes in the present tense.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mtdetect.text.search import rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mtdetect.text.span import Span

_LONGEST = 450  # characters; longer paragraphs are prose whatever they begin with

_NO_STOP = r"(?!.*[.!?][\"'”’)\]]*\Z)"
_AGENCY = (
    r"(?:the )?(?:AP|A\.P\.|Associated Press|AFP|Agence France-Presse|Reuters|UPI|CNN|CNN "
    r"(?:Business|Politics|Newsource|Español)|BBC(?: News)?|NBC(?: News)?|CBS(?: News)?|ABC(?: "
    r"News)?|Fox News|NPR|DPA|EFE|ANSA|EPA(?:-EFE)?|PA(?: Media| Wire)?|Press Association|AAP|ANI|"
    r"PTI|IANS|Xinhua|TASS|Interfax|Sputnik|Anadolu(?: Agency)?|Bloomberg|Kyodo(?: News)?|Yonhap|"
    r"Canadian Press)"
)
_PHOTO_SOURCE = (
    rf"(?:{_AGENCY}|AP Photo|Getty(?: Images)?|AFP/Getty(?: Images)?|Shutterstock|iStock|Alamy|"
    r"NurPhoto|Zuma(?: Press)?|SOPA(?: Images)?|Pool|Handout|Flickr|Wikimedia(?: Commons)?|"
    r"Unsplash|Pexels|Pixabay|Xinhua News Agency|New York Times|Washington Post|Wall Street "
    r"Journal|USA Today|Los Angeles Times|Rex(?: Features)?|MAGNUM|LightRocket|VCG|Twitter|X|"
    r"Facebook|Instagram|YouTube)"
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?\.?"
_TIME = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?: ?[ap]\.?m\.?)?(?: ?(?:[A-Z]{2,4}|\(?gmt[+-]?\d*\)?))?"
_DATE = (
    rf"(?:{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},? \d{{4}}"
    r"|\d{4}-\d{2}-\d{2}|\d{1,2}[/.]\d{1,2}[/.]\d{4})"
)
_STAMP = rf"(?:{_DAY},? )?(?:{_TIME},? )?(?:{_DAY},? )?{_DATE}(?:,? (?:at |- |\| )?{_TIME})?"
_BUTTON = (
    r"(?:facebook|twitter|x|whatsapp|whats app|telegram|linkedin|pinterest|reddit|e-?mail|print|"
    r"instagram|messenger|tumblr|copy link|viber|line|vk|more|share|tweet|pin|save|sms|youtube|"
    r"tiktok|threads|bluesky|flipboard|pocket|google news|google\+|rss)"
)
_NETWORK = (
    r"(?:facebook|twitter|x|whatsapp|telegram|linkedin|instagram|youtube|tiktok|threads|bluesky|"
    r"google news|our channel)"
)
_STORY = r"(?:story|article|report|post|piece|page|headline|live blog)"
_NAME = r"(?-i:[A-Z][\w'’.-]{0,25})"
_NO_NAME = (
    r"(?-i:(?!(?:The|Any|All|This|That|These|My|Our|Your|His|Her|An?|Then|Now|Land|Sea|Air|Night|"
    r"Day|Law|Far|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|"
    r"July|August|September|October|November|December)\b))"
)
_FULL_NAME = (
    rf"{_NO_NAME}{_NAME}(?: (?:(?-i:de|da|del|van|von|der|bin|al|el|la|le)|{_NAME})){{1,4}}"
)
_SOME_NAMES = rf"{_FULL_NAME}(?:(?:, | and |, and | & |; | in |; editing by ){_FULL_NAME}){{0,6}}"
_PICTURE = r"(?:photo|photograph|picture|image|illustration|graphic)s?"

# Patterns without regard to case, by what they recognise; each must match a whole paragraph.
_PHRASES = {
    "links to other pages": (
        r"(?:see also|also see|also read|read also|read more|read next|read this|see more|"
        r"learn more|find out more|more on this(?: story)?|more>+|continue reading)"
        r"(?:[\s:|»>→….-]*|(?: ?[:|»>→–—-]|[ \u00a0\t]{2,}|\u00a0).*"
        rf"|[ \n]{_NO_STOP}.{{1,160}})"
    ),
    "boxes of links": (
        r"(?:related|recommended|watch|listen|must read|trending|don['’]t miss|more|next|previous|"
        r"more from [\w ]{1,40}|you (?:may|might) (?:also |be )?\w{2,10}(?: in)?|"
        r"editors?['’]? picks?|(?:related|recommended|popular|latest|recent|top|most read|other|"
        r"more) (?:stories|articles|posts?|news|coverage|content|topics|links|videos?|reading|"
        r"headlines)(?: from [\w ]{1,40})?)"
        rf"(?:[\s:|»>→…]*| ?[:|»>→] ?{_NO_STOP}.{{1,160}})"
    ),
    "invitations to click": r"(?:click|tap) here (?:to|for) .{1,80}",
    "comment forms": (
        r"(?:leave a (?:reply|comment)|be the first to comment)(?: (?:to|on) .{1,80})?"
        r"(?: cancel reply)?[ .!:*]*|"
        r"(?:(?:post|add|write) a comment|cancel reply|join the conversation|comments are closed|"
        r"comment \*|name \*|e-?mail \*|website|your name|your e-?mail|submit|no comments(?: yet)?|"
        r"\d+ comments?|comments? ?\(?\d+\)?|view comments|show comments)[ .!:*]*|"
        r"(?:your e-?mail address will not be published|required fields are marked|"
        r"save my name, e-?mail|you must be logged in|notify me of (?:new|follow)|"
        r"please enter (?:your|an?) (?:valid )?(?:comment|name|e-?mail)|this site uses akismet|"
        r"log in to (?:comment|leave)).{0,200}"
    ),
    "buttons": (
        rf"{_BUTTON}(?:[\s|,/·•]+{_BUTTON}){{1,12}}|"
        r"share|tweet|print|e-?mail|copy link|link copied!?|save|bookmark|listen|play video|"
        r"share (?:this|via|on|with)\b(?: [\w:]+){0,4}|click to (?:share|print|e-?mail|tweet)\b"
        r".{0,60}|e-?mail this(?: [\w:]+){0,4}|\d+(?:[.,]\d+)?k? ?(?:shares?|views?|likes?)|"
        r"\d+[- ]min(?:ute)?s?[- ]read|reading time:? .{1,20}|"
        rf"(?:follow|like|join|find) (?:us|me|@\w+)(?: [\w ]{{1,30}})? (?:on|at|via) {_NETWORK}\b"
        rf"[^.!?]{{0,60}}[.!]?|join our (?:{_NETWORK} )?(?:channel|group)\b[^.!?]{{0,60}}[.!]?"
    ),
    "handles and addresses": (
        r"@\w{2,30}|(?:twitter|instagram|facebook|telegram|youtube|tiktok|x): ?@?[\w./]{2,60}|"
        r"(?:e-?mail: ?)?[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,63}){1,4}|"
        r"(?:https?://|www\.)\S{1,300}|\[photo\].{0,300}"
    ),
    "cookie notices": (
        r"(?:(?:we|we and our partners) use (?:(?:essential|necessary|functional|analytics|"
        r"third[- ]party|tracking) )?cookies|(?:this|our) (?:web)?site uses (?:[\w, ]{0,40} )?"
        r"cookies|by (?:continuing|clicking|using) .{0,120}\bcookies).{0,250}|"
        r"cookie (?:policy|notice|settings|preferences)|"
        r"(?:accept|reject|manage)(?: all| your| my)?(?: cookies)?"
    ),
    "newsletters and subscriptions": (
        r"(?:sign up|subscribe|register|signup)(?: (?:now|today|here|free))?(?: (?:for|to) .{0,120}"
        r"\b(?:newsletters?|inbox|updates|alerts|channel|e-?mails?|briefing|podcast)\b.{0,120})?"
        r"[.!]?|get (?:the latest|our|all the|daily|breaking) .{0,80}\b(?:in|to) your "
        r"(?:inbox|e-?mail)\b.{0,80}|(?:thank you|thanks) for (?:subscribing|signing up)\b.{0,80}|"
        r"enter your e-?mail\b.{0,80}|newsletters?|already a (?:subscriber|member)\b.{0,60}|"
        r"log ?in|sign in|to continue reading.{0,120}|this content is for subscribers.{0,120}"
    ),
    "advertisements and navigation": (
        r"[-—(\[ ]*(?:advertisements?|advertising|sponsored(?: content)?|promoted(?: content)?|ad|"
        r"ads by \w+|(?:story|article) continues (?:below|after)\b.{0,30}|scroll (?:down )?to "
        r"continue.{0,30}|loading ?[.…]*|skip to (?:main )?content|back to top|menu|search|home|"
        r"top stories|breaking news|latest news|video|gallery|(?:privacy policy|terms of "
        r"(?:use|service))(?: (?:and|\|) .{1,40})?)[-—)\] ]*"
    ),
    "rights": (
        r"(?:copyright\b(?= ?(?:©|\(c\)|\d{4}))|©|\(c\) ?\d{4}).{0,200}|"
        r"(?:proudly )?powered by \w+\b.{0,40}|"
        r"(?:this material|no part of this) .{0,60}\b(?:published|reproduced|rewritten|broadcast)"
        r"\b.{0,200}"
    ),
    "tags": (
        r"(?:tags?|categor(?:y|ies)|topics?|keywords?|filed under|posted in|labels?|hashtags?)"
        rf" ?: ?.{{0,250}}|(?:filed under|posted in|tagged(?: with)?) {_NO_STOP}.{{1,120}}|"
        r"#\w+(?:[\s,]+#\w+){0,20}"
    ),
    "notes of updates": (
        rf"this {_STORY}(?: and (?:its )?(?:headline|story))? (?:has|have) (?:since |also )?been "
        r"(?:updated|corrected|amended|republished|translated|edited)\b.{0,250}|"
        rf"this {_STORY} (?:was|is) (?:(?:first|originally|also|automatically|last) ){{1,2}}"
        r"(?:updated|published|translated|produced|posted)\b.{0,120}|"
        r"(?:this|the) story (?:will be updated|is developing|is breaking)\b.{0,80}|"
        r"this is a (?:developing|breaking(?: news)?) (?:news )?story\b.{0,120}|"
        r"more(?: details)? to follow\.?|check back for updates\.?"
    ),
    "time stamps": (
        r"(?:(?:first |last |originally )?(?:published|updated|posted|modified|created|edited)"
        rf"(?: ?:| on| at| date:?)?|date ?:|issued on:?)[\s|]*{_STAMP}[^.!?]{{0,40}}|"
        rf"{_STAMP}(?: ?[|·–-] ?.{{0,40}})?|(?:updated|published|posted) \d+ \w+ ago|"
        r"\d+ (?:minutes?|hours?|days?|weeks?|months?|years?) ago"
    ),
    "contributors": (
        r"\((?:(?:with|additional) (?:inputs?|contributions?|reporting|files|material) (?:from|by)|"
        r"(?:reporting|writing|compiled|translated|edited) by) .{2,200}\)?|"
        r"(?:with|additional) (?:inputs?|contributions?|reporting|files) (?:from|by) "
        r"(?:(?:the )?agenc(?:y|ies)|(?-i:(?:the )?[A-Z])[^,.]{1,60})\.?|"
        rf"(?:additional |further )?(?:reporting|writing|editing) by {_SOME_NAMES}\.?"
    ),
    "photo captions": (
        rf"(?:in|on) this (?:[\w.,-]+ ){{0,5}}(?:{_PICTURE}|frame ?grab|screen ?grab|screenshot),? "
        r"(?:(?:that was )?(?:posted|taken|released|provided|made|shot|dated|obtained|published|"
        r"distributed|supplied|shared|issued|grabbed|captured)\b|(?:from|by) .{0,60}, |"
        rf"{_DAY} |{_MONTH} ).{{2,400}}|"
        rf"\(?(?:an? )?file {_PICTURE}\b(?: ?[:.,)—–-].{{0,300}}| of .{{2,120}})?|"
        r"(?-i:FILE|File) ?[-–—] ?(?-i:[A-Z(]).{2,400}"
    ),
    "photo credits": (
        rf"(?:{_PICTURE}|pic|video|caption|pictured|(?:cover|featured|lead) image|"
        rf"(?:{_PICTURE}) (?:credit|courtesy|caption|source|copyright)|credits?) ?[:/|].{{1,300}}|"
        rf"{_PICTURE} (?:courtesy (?:of )?|by ){_NO_STOP}(?-i:[A-Z]).{{1,80}}|"
        rf"sources?: ?{_NO_STOP}.{{1,60}}"
    ),
    "rules and ornaments": r"[-–—_=*~#•·+|/\\<>^§¶\s]+|-30-",
}
_PHRASE = re.compile(
    "|".join(f"(?:{phrase})" for phrase in _PHRASES.values()), re.IGNORECASE | re.DOTALL
)

# Those that begin with anything are slow: each is tried where one of its words occurs.
_PHRASES_INSIDE = {
    ("all rights reserved",): r".{0,120}\ball rights reserved\b.{0,200}",
    ("contributed",): (
        rf".{{2,280}}\bcontributed\b(?: \w+){{0,3}} (?:to|from|for) this {_STORY}\b.{{0,60}}"
    ),
    ("photo", "picture", "image", "illustration", "graphic", "credit"): (
        rf".{{5,430}}(?:\((?:ap photo|file photo|(?:{_PICTURE}|credit|photo credit)"
        r"(?:[:/]| by | courtesy ))[^()]{0,80}\)|[.|] ?(?:photo|photograph|picture|image|credit|"
        r"image credit|photo credit): ?[^.:]{2,60})\.?"
    ),
}
_INSIDE = [
    (words, rule(phrase, re.IGNORECASE | re.DOTALL)) for words, phrase in _PHRASES_INSIDE.items()
]

# Patterns in which capitals carry the meaning.
_BYLINE = re.compile(
    r"(?:By|BY|by|(?:Written|Story|Text|Posted|Reported|Words) by|Author:|Reporter:|Editor:|"
    rf"Words:)[ :]\s*{_FULL_NAME}(?:(?:, | and | & |, and ){_FULL_NAME}){{0,4}}"
    r"(?:(?:,| in| for| \||\s[-–—])\s*[A-Z@(][^.!?]{0,80})?\.?"
)
_CREDIT = re.compile(
    rf"\(?(?:{_NAME}(?: (?:de|van|von|al|{_NAME})){{0,4}} ?(?:/|via|\|) ?)+"
    rf"{_PHOTO_SOURCE}(?:(?: via |/| - ){_PHOTO_SOURCE})?\)?|"
    rf"\(?(?:{_PHOTO_SOURCE}(?: via |/| \| ))+(?:{_PHOTO_SOURCE}|{_NAME}(?: {_NAME}){{0,3}})\)?|"
    r"(?:\w+/)?Getty Images|AP Photo|Shutterstock(?:\.com)?|iStock(?:photo)?",
)
_DATELINE = re.compile(
    rf"(?:[A-Z][\w.' ]{{1,25}}(?:, [A-Z][\w.' ]{{1,25}})? ?)?\({_AGENCY}\)(?: ?[—–-]{{1,2}})?|"
    rf"{_AGENCY}(?: ?[—–-]{{1,2}})?|"
    r"[A-Z]{3,15}(?: [A-Z]{3,15})?(?:, [A-Z][\w. ]{1,25})? ?[—–]"
)
_CAPTION_VERB = re.compile(
    r"(?<!who )(?<!which )(?<!that )\b(?:speaks?|walks?|looks? (?:on|at)|arrives?|attends?|poses?|"
    r"gestures?|stands?|sits?|holds?|meets?|waves?|addresses|delivers?|listens?|leaves?|smiles?|"
    r"reacts?|watch(?:es)?|shakes? hands|(?:is|are) (?:seen|pictured|shown)|pictured|boards?|"
    r"rides?|drives?|plays?|celebrates?|takes? part|stands? (?:guard|outside))\b"
)
_REPORTED = re.compile(r"\b(?:said|told|says|according to|has|have|had|will|was|were)\b")
_THIS_PHOTO = re.compile(
    r"(?:In|On) this (?:[\w.,-]+ ){0,5}(?:photo|photograph|picture|image|video)\b", re.IGNORECASE
)
_STOPPED = re.compile(r"[.!?:,;…][\"'”’)]*\Z")


def mark_furniture(text: str, spans: Sequence[Span]) -> list[bool]:
    """For each paragraph in ``spans``, in text order, whether it is page furniture."""
    marks = [end - start <= _LONGEST and is_furniture(text[start:end]) for start, end in spans]
    for index, marked in enumerate(marks):
        if not marked:
            continue
        paragraph = spans[index].of(text)
        if index and not marks[index - 1] and _THIS_PHOTO.match(paragraph):
            marks[index - 1] = _is_credit_above(spans[index - 1].of(text))
        elif index + 1 < len(marks) and _CREDIT.fullmatch(paragraph):
            marks[index + 1] = marks[index + 1] or _is_caption_below(spans[index + 1].of(text))
    return marks


def is_furniture(paragraph: str) -> bool:
    """Whether a paragraph, taken alone, is page furniture; it has no surrounding white space."""
    return (
        _PHRASE.fullmatch(paragraph) is not None
        or _is_phrase_inside(paragraph)
        or _BYLINE.fullmatch(paragraph) is not None
        or _CREDIT.fullmatch(paragraph) is not None
        or _DATELINE.fullmatch(paragraph) is not None
    )


def _is_phrase_inside(paragraph: str) -> bool:
    low = paragraph.lower()
    # Letters beyond ASCII may count as those of ASCII where case does not.
    return any(
        phrase.fullmatch(paragraph)
        for words, phrase in _INSIDE
        if any(word in low for word in words) or not low.isascii()
    )


def _is_credit_above(paragraph: str) -> bool:
    """A short line without a final stop, such as an office that handed out the photo."""
    return len(paragraph) <= 80 and len(paragraph.split()) <= 8 and not _STOPPED.search(paragraph)


def _is_caption_below(paragraph: str) -> bool:
    """One sentence in the present tense that says what is to be seen."""
    return (
        len(paragraph) <= 300
        and _CAPTION_VERB.search(paragraph, 0, 120) is not None
        and _REPORTED.search(paragraph) is None
        and not any(mark in paragraph for mark in '“”"?!')
    )
