"""Who does what to whom: told in the active or in the passive it is the same, and the other way round it is not."""

from __future__ import annotations

import pytest

from summarizer import check_summary
from summarizer.grounding.voice import passives, sides
from summarizer.grounding.words import Passage

ARTICLE = """
    Cordia sued Velmora Steel in a court in Kelmaria on Monday. The dockers rejected the offer of Garrow Terminals.
    Norvania attacked Kelmaria in the spring. Mr Hale defeated Ms Orton in the final. Police arrested Otto Reyl after the march.
    Tessin Air will buy Brandt Freight for 40 million crowns. The Harbour Board was fined by the Court of Accounts.
    Ilsa Keller, the mayor, accused Maro Lind of fraud. The move comes after the Union of Ports sanctioned Zelt.
    He praised Marle. The firm that Quill had advised turned down the loan. Ferro met Dunmore in the town hall.
"""
SAME = [
    "Velmora Steel was sued by Cordia in Kelmaria.",
    "The offer of Garrow Terminals was rejected by the dockers.",
    "Kelmaria was attacked by Norvania in the spring.",
    "Ms Orton was beaten by Mr Hale in the final.",
    "Ms Orton was defeated by Mr Hale in the final.",
    "Otto Reyl was arrested by police after the march.",
    "Brandt Freight will be bought by Tessin Air for 40 million crowns.",
    "The Court of Accounts fined the Harbour Board.",
    "Maro Lind was accused of fraud by Ilsa Keller, the mayor.",
    "The move comes after Zelt was sanctioned by the Union of Ports.",
    "Marle was praised by him.",
    "Dunmore met Ferro in the town hall.",
]
OTHER_WAY_ROUND = [
    ("Cordia was sued by Velmora Steel in Kelmaria.", "sued"),
    ("The dockers were rejected by Garrow Terminals.", "rejected"),
    ("Norvania was attacked by Kelmaria in the spring.", "attacked"),
    ("Mr Hale was defeated by Ms Orton in the final.", "defeated"),
    ("Ms Orton beat Mr Hale in the final.", "beat"),
    ("Police were arrested by Otto Reyl after the march.", "arrested"),
    ("Tessin Air will be bought by Brandt Freight for 40 million crowns.", "bought"),
    ("The Harbour Board fined the Court of Accounts.", "fined"),
    ("Ilsa Keller, the mayor, was accused of fraud by Maro Lind.", "accused"),
    ("Maro Lind accused Ilsa Keller of fraud.", "accused"),
    ("The move comes after the Union of Ports was sanctioned by Zelt.", "sanctioned"),
    ("He was praised by Marle.", "praised"),
]


def _roles(text: str):
    (sentence,) = check_summary(text, ARTICLE).statements
    return sentence.verdict, [problem.found for problem in sentence.problems if problem.check == "roles"]


@pytest.mark.parametrize("text", SAME)
def test_what_is_only_told_in_the_other_voice_is_supported(text):
    assert _roles(text) == ("supported", [])


@pytest.mark.parametrize(("text", "verb"), OTHER_WAY_ROUND)
def test_who_does_what_is_done_to_him_is_unsupported_and_the_verb_is_named(text, verb):
    verdict, found = _roles(text)
    assert verdict == "unsupported"
    assert verb in found


def test_one_who_does_it_is_not_simply_said_to_have_it_done_to_him():
    assert _roles("Norvania was attacked in the spring.") == ("weak", ["attacked"])


def test_the_evidences_own_words_stand_in_the_problem():
    (sentence,) = check_summary("Norvania was attacked by Kelmaria in the spring.", ARTICLE).statements
    assert sentence.problems[0].message == 'the evidence has it the other way round ("Norvania attacked Kelmaria")'


@pytest.mark.parametrize(
    ("text", "verb", "agent", "patient"),
    [
        ("Cordia sued Velmora Steel in a court.", "sued", "Cordia", "Velmora Steel"),
        ("In Kelmaria the dockers of Garrow rejected it.", "rejected", "dockers Garrow", ""),
        ("The union in Kelmaria rejected the offer of the firm.", "rejected", "union", "offer firm"),
        ("Weaver, who was later arrested by police, left.", "arrested", "police", "Weaver"),
        ("Weaver, the baker, had not been arrested on Monday.", "arrested", "", "Weaver"),
        ("A man arrested by the police was named.", "arrested", "police", "man"),
        ("Sales were raised by 5 percent.", "raised", "", "sales"),
        ("The firm turned down the loan.", "turned", "firm", "loan"),
        ("Mr. Hale defeated Ms. Orton.", "defeated", "Hale", "Orton"),
        ("On Monday, when it rained, nobody won.", "won", "", ""),
    ],
)
def test_both_sides_of_a_verb_are_read_with_what_belongs_to_them(text, verb, agent, patient):
    passage = Passage(text)
    at = next(place for place, word in enumerate(passage.words) if word.text == verb)
    found = sides(passage, at)
    assert (set(found.agent.stems), set(found.patient.stems)) == (
        set(Passage(agent).content),
        set(Passage(patient).content),
    )
    assert found.is_passive == (at in passives(passage))
