"""Languages by family, so that 59 of them make a table one can look at."""

from __future__ import annotations

FAMILIES = {
    "Germanic": "af da de is nb nl sv",
    "Romance": "ca es fr gl it pt ro",
    "Slavic": "be bg bs cs hr pl ru sk sl sr uk",
    "Baltic & Uralic": "et fi hu lt lv",
    "Indo-Iranian & Dravidian": "bn fa gu hi kn ml mr ta te",
    "East & South-East Asian": "id ja ko ms my th tl vi zh",
    "Semitic": "am ar he mt",
    "Turkic": "az tr",
    "others": "cy el ha hy ig",
}
"""ISO 639-1 codes; "others" are Welsh, Greek, Hausa, Armenian and Igbo."""

FAMILY_OF = {code: family for family, codes in FAMILIES.items() for code in codes.split()}
