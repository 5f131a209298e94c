"""Textbook ratings and what was printed of them, typed in from the sources named."""

from __future__ import annotations

# Gwet, Handbook of Inter-Rater Reliability, 4th ed., 2014, table 2.11; also Krippendorff, Computing Krippendorff's
# Alpha-Reliability, 2011, data C. Twelve units, four observers, a dot where there is no rating.
FOUR_RATERS = """
11.1 2232 3333 3333 2222 1234 4444 1121 2222 .555 ..11 ..3.
"""

# Gwet 2014, in R's irrCAC as raw5obser: fifteen units, five observers.
FIVE_OBSERVERS = """
112.2 1101. 2333. .00.0 000.0 000.0 102.1 1.20. 222.2 2111. .100. 0000. 1222. 33223 111.1
"""

# Gwet 2014, in R's irrCAC as raw.g1g2, raw.gender and the units of Ben and Gerry.
TWO_GROUPS = """
aa.a bbcb cccc cccc bbbb abcd dddd aaba bbbb .eee ..aa ..c. bbcb bacb
"""
BY_GENDER = """
aaac aabc aabc aacc abaa baaa bbbb bcbb cccc aaac aabc aabc aacc abaa baaa
"""
BEN_AND_GERRY = """
ab aa bb bb db cc cc cc ee d. dd ad
"""

# Fleiss, Psychological Bulletin 76 (1971), table 1: how many of six psychiatrists gave each of thirty patients
# depression, personality disorder, schizophrenia, neurosis or another diagnosis.
DIAGNOSES = """
00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031
00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006
"""

# Gwet 2014, in R's irrCAC as distrib.6raters: the first fifteen of them.
SIX_RATERS = " ".join(DIAGNOSES.split()[:15])

# Gwet 2014, in R's irrCAC as cont3x3abstractors: a hundred charts, two abstractors.
ABSTRACTORS = ((13, 0, 0), (0, 20, 7), (0, 4, 56))

# Cohen, Psychological Bulletin 70 (1968), table 1: two judges, two hundred patients.
JUDGES = ((88, 14, 18), (10, 40, 10), (2, 6, 12))


def ratings(text: str) -> list[list[str]]:
    """Rows of answers, a word an item and a letter a rater; "" where there is no rating."""
    return [["" if letter == "." else letter for letter in word] for word in text.split()]


def counted(text: str) -> list[list[str]]:
    """Rows of answers from counts of them, a word an item: who gave which is not known, and does not matter."""
    return [
        [str(place) for place, number in enumerate(word) for _ in range(int(number))] for word in text.split()
    ]
