"""The words of pages that are no content, by kind: bot walls, shells, logins, cookie walls, parked domains, 404s."""

from __future__ import annotations

import re
from dataclasses import dataclass

PAYWALL = "a paywall: only the beginning is shown"
LOGIN = "a login page answered instead of the page"
BOT_WALL = "a bot wall answered instead of the page"
SHELL = "the page is a shell that needs JavaScript"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of wall.

    ``title`` matches, in full, a title or heading that only such a page has; ``words`` what such a page says;
    ``most`` is how many words it may have besides headings, for what it says to count.
    """

    reason: str
    title: re.Pattern[str]
    words: re.Pattern[str]
    most: int


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE | re.DOTALL)


_NOT = r"(?:was |is |could |can ?|does ?|may )?(?:not|n.t)"
_PAGE = r"(?:page|file|post|article|content|site|story|url|document)"

KINDS = (
    Kind(
        BOT_WALL,
        _any(
            r"just a moment\W*|please wait\W*|one more step\W*|attention required!?|verifying.{0,30}",
            r"access (?:to this page has been )?denied|are you (?:a )?(?:robot|human)\W*|captcha|ddos-guard",
            r"(?:security|human|bot|browser) (?:check|verification)|pardon our interruption\W*",
        ),
        _any(
            r"checking (?:if the site connection is secure|your browser)|performing security verification",
            r"verif(?:y|ying|ies) (?:that )?you are (?:a |not a )?(?:human|robot|bot)|(?:are you|not) a robot\b",
            r"enable (?:javascript and )?cookies (?:and reload|to continue)|something about your browser made us think",
            r"unusual traffic from your|automated (?:access|requests)|complete the (?:security check|captcha)",
            r"ddos protection by|cloudflare ray id|press (?:and|&) hold|request (?:was |has been )?blocked",
        ),
        90,
    ),
    Kind(
        SHELL,
        _any(r"javascript (?:is )?(?:required|disabled)"),
        _any(
            r"(?:need|have|please|must|try) (?:to )?(?:enabl\w+|turn\w* on|activat\w+|allow) javascript",
            r"javascript (?:is (?:required|disabled|not enabled|turned off)|to be enabled|must be enabled)",
            r"requires javascript|enable javascript (?:to|in your|and)|^\W*loading\W*$",
            r"(?:doesn.t|does not|won.t|will not) work (?:properly )?without javascript",
        ),
        60,
    ),
    Kind(
        LOGIN,
        _any(
            r"(?:log|sign)(?:ged)?[ -]?(?:in|on|up|out)(?: (?:to|with|required|page|form).{0,40})?",
            r"login(?: page)?|authentication required",
        ),
        _any(
            r"(?:sign|log) in to (?:continue|view|see|read|access|your account)|please (?:log|sign) in",
            r"you must be (?:logged|signed) in|forgot (?:your )?password|don.t have an account\?",
            r"(?:sign|log) in with (?:google|github|email|sso|apple)",
        ),
        60,
    ),
    Kind(
        "a cookie wall answered instead of the page",
        _any(
            r"before you continue.{0,40}|(?:your )?privacy (?:choices|settings)",
            r"cookie (?:consent|settings|preferences|policy)",
        ),
        _any(
            r"we (?:and our (?:\d+ )?partners )?(?:use|value|store|care about).{0,40}(?:cookies|your privacy)"
            r".{0,1500}\b(?:accept|agree|consent|reject|manage)",
            r"(?:accept|reject) all(?: cookies)?\b.{0,200}(?:manage|settings|preferences|reject|options)",
            r"before you continue to |store and/or access information on a device",
        ),
        160,
    ),
    Kind(
        "the domain is parked",
        _any(
            r".{0,60}(?:domain )?(?:is|may be) for sale\W*|parked domain.{0,20}",
            r"domain (?:name )?(?:for sale|parking|expired)",
        ),
        _any(
            r"(?:web ?site|domain)(?: name)?(?: \S+)? (?:is|may be|has been) (?:for sale|parked|expired|registered)",
            r"buy this domain|domain parking|related searches:|inquire about this domain|domain (?:has )?expired",
        ),
        120,
    ),
    Kind(
        "the page says that it was not found",
        _any(
            r"(?:error |http |code )?40[34](?: error)?(?:[\s:.!,|–—-]*"
            r"(?:error|oops|the|this|page|file|post|not found|forbidden|is|was|cannot be found))*",
            rf"(?:sorry\W*|oops\W*|error\W*)?(?:the |this |that )?{_PAGE}?(?: you (?:requested|are looking for))? ?"
            rf"{_NOT}(?: be)? (?:found|exist|available)\W*",
            r"(?:sorry\W*|oops\W*)?(?:that |this |the )?page (?:does ?n.t|does not|no longer) exists?\W*",
            r"(?:nothing|no results?)(?: was)? found(?: here)?\W*|oops\W*|410 gone",
            r"(?:this |the )?(?:page|account|publication|repository|site) (?:is |has been )?"
            r"(?:unavailable|removed|deleted|suspended)\W*",
        ),
        _any(
            rf"\b404\b.{{0,40}}not found|page (?:you(?:.re| are) looking for|you requested|requested) {_NOT}",
            rf"{_PAGE} {_NOT}(?: be)? found|nothing (?:was |to see )?(?:found )?here",
            rf"{_PAGE} (?:does ?n.t|does not|no longer) exists?|no longer (?:available|exists|here)|410 gone",
            r"page (?:you(?:.re| are) looking for|you requested) (?:may )?(?:has|have|is|does)",
            r"out of nothing, something|there isn.t a github pages site here",
        ),
        45,
    ),
)
CHALLENGE = re.compile(
    r"/cdn-cgi/challenge-platform|cf[-_]chl|captcha-delivery|px-captcha|hcaptcha|recaptcha|_Incapsula_", re.IGNORECASE
)
# What a page says where the rest of it is for those who pay.
PAID = _any(
    r"this (?:post|article|story|content|episode|issue) is (?:only )?(?:for|available to) (?:(?:paid|paying|premium) )?"
    r"(?:subscribers|members)",
    r"subscribe to (?:continue|keep) reading|to (?:continue|keep) reading,? (?:this|subscribe|sign|become|join)",
    r"(?:read|access) the (?:full|whole|rest of (?:this|the)) (?:story|article|post)\b.{0,60}"
    r"(?:subscri|member|account)",
    r"(?:create an account|subscribe|sign up|become a member|upgrade(?: to paid)?) to "
    r"(?:read|unlock|get|see|view) (?:the (?:full|rest)|this|more)",
    r"already (?:a )?(?:paid )?(?:subscriber|member)\?|available to (?:medium )?members only|subscribers only",
    r"(?:this|the) (?:story|article|post|content) is (?:locked|exclusive to|reserved for)",
)
MEMBERS = re.compile(r"member-only (?:story|post)", re.IGNORECASE)
