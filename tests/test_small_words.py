"""Small words that turn a sentence round: "all", "most", "against", "since", "must", "once", "but", and who says what."""

from __future__ import annotations

import pytest

from summarizer.grounding.facts import ArticleFacts
from summarizer.grounding.judging import judge
from summarizer.grounding.quantifiers import quantifiers
from summarizer.grounding.words import Passage
from tests.articles import article_of

VOTE = "Only members who have paid their fees may vote at the meeting in June."
SCHOOLS = "Fewer than half of the schools have reopened."
MOST = "Most of the farmers sold their herds in autumn."
STRIKE = "Nearly 200 of the 250 workers voted for the strike."
SUSPECTS = "Two of the three suspects were released without charge; the third remains in custody."
SHARE = "Kell Motors bought a third of Dantor Steel for 90 million crowns."
CALM = "The protest ended on Sunday evening without any arrests."
DRUG = "Doctors advised against the use of the drug in children."
RAIN = "Despite heavy rain, some 4,000 people attended the concert."
TITLE = "It was the club's first title since 2011."
REPLY = "The committee must reply by Friday."
ONCE = "He was once the richest man in the country."
BLAME = "The operator blamed the delay on the weather."
TOWN = "Rebels seized the town of Marle from government troops on Tuesday."
FIRE = "The fire destroyed the school but spared the church."
TOLL = "The army said it had killed 12 militants; residents said they were farmers."
WARD = "The hospital treated 40 people, 6 of them children."
LOAN = "The bank lent the city 30 million crowns."
TAX = "Unlike her predecessor, Governor Aneth supports the tax."
REPORT = "The company neither confirmed nor denied the report."
COACH = "The coach praised the keeper and criticised the forwards."
PILL = "The pill halves the risk of stroke but raises the risk of bleeding."
JUDGES = "Only two of the nine judges dissented."
MUSEUM = "The museum will stay closed unless the walkout is called off."
BILL = "The bill now goes to the senate, where its passage is far from certain."
PEAK = "The peak was first climbed in 1953 by two brothers from Ferro."
PILOT = "Contrary to earlier reports, the pilot survived."
KOSS = "Before joining the board in 2015, Adra Koss taught law in Tessin."
FLIGHTS = "Flights will resume on Monday if both airports agree."
TALKS = "If talks fail, the union will call a strike at the port in May, its leader said."
RATION = "Unless it rains within two weeks, the region must ration water, officials warned on Friday."
RULING = "It is unclear whether the firm will appeal the ruling."
HARBOUR = "The council voted on Monday by 14 votes to 9 to close the old harbour."
TICKETS = "Tickets cost 12 crowns for adults and 5 crowns for students."
RENTS = "Rents rose by 4 percent in Marle and by 9 percent in Zelt."
OPERA = "The state gave 3 million crowns to the opera and 1 million to the library in 2019."
BAKERY = "Her three brothers run the bakery that their father left them in 1998."
ROAD = "The road was never safe; the county will rebuild it next year."
CUTS = "The firm cut 300 jobs in spring, and saved 12 million crowns by doing so."
EVIDENCE = [value for name, value in vars().copy().items() if name.isupper()]
FACTS = ArticleFacts(article_of(*EVIDENCE))

TRUE = [
    (VOTE, "Members may vote at the June meeting only if they have paid their fees."),
    (SCHOOLS, "Less than half of the schools have reopened."),
    (MOST, "In autumn most of the farmers sold their herds."),
    (STRIKE, "Almost 200 of 250 workers voted for the strike."),
    (SUSPECTS, "Two of the three suspects were released."),
    (SHARE, "A third of Dantor Steel was bought by Kell Motors."),
    (CALM, "There were no arrests at the protest, which ended on Sunday evening."),
    (DRUG, "Doctors advised that the drug should not be used in children."),
    (RAIN, "Some 4,000 people attended the concert despite heavy rain."),
    (TITLE, "The club had last won the title in 2011."),
    (REPLY, "The committee has until Friday to reply."),
    (ONCE, "He used to be the country's richest man."),
    (BLAME, "The delay was blamed on the weather by the operator."),
    (TOWN, "The town of Marle was seized by rebels on Tuesday."),
    (FIRE, "The church was spared by the fire."),
    (FIRE, "The fire destroyed the school."),
    (TOLL, "The army said it had killed 12 militants."),
    (TOLL, "Residents said they were farmers."),
    (WARD, "The hospital treated 40 people, including six children."),
    (LOAN, "The city borrowed 30 million crowns from the bank."),
    (TAX, "Governor Aneth supports the tax."),
    (REPORT, "The company did not confirm the report."),
    (COACH, "The forwards were criticised by the coach."),
    (PILL, "The pill raises the risk of bleeding."),
    (JUDGES, "Two of the nine judges dissented."),
    (MUSEUM, "The museum will stay closed if the walkout is not called off."),
    (PEAK, "The peak was first climbed by two brothers from Ferro."),
    (PILOT, "The pilot survived, contrary to earlier reports."),
    (KOSS, "Adra Koss taught law in Tessin before joining the board."),
    (FLIGHTS, "If both airports agree, flights will resume on Monday."),
    (FLIGHTS, "Flights may resume on Monday."),
    (FLIGHTS, "Flights will resume on Monday, provided both airports agree."),
    (TALKS, "The union will call a strike in May if talks fail."),
    (RATION, "Officials warned on Friday that the region may have to ration water."),
    (RULING, "It is unclear whether the firm will appeal."),
    (HARBOUR, "The council voted to close the old harbour by 14 votes to 9."),
    (TICKETS, "Tickets for students cost 5 crowns."),
    (TICKETS, "Adults pay 12 crowns for a ticket and students 5."),
    (RENTS, "In Marle rents rose by 4 percent."),
    (OPERA, "The opera got 3 million crowns from the state in 2019."),
    (BAKERY, "The bakery is run by her three brothers."),
    (ROAD, "The county will rebuild it next year."),
    (CUTS, "The firm saved 12 million crowns by cutting 300 jobs."),
]
FALSE = [
    (VOTE, "Everybody may vote at the meeting in June.", "quantifiers"),
    (VOTE, "All members may vote at the meeting in June.", "quantifiers"),
    (SCHOOLS, "Half of the schools have reopened.", "quantifiers"),
    (SCHOOLS, "Most of the schools have reopened.", "quantifiers"),
    (MOST, "Half of the farmers sold their herds in autumn.", "quantifiers"),
    (MOST, "All of the farmers sold their herds in autumn.", "quantifiers"),
    (STRIKE, "All of the 250 workers voted for the strike.", "quantifiers"),
    (STRIKE, "Nearly 200 of the 250 workers voted against the strike.", "opposites"),
    (SUSPECTS, "All three suspects were released without charge.", "quantifiers"),
    (SHARE, "Kell Motors bought Dantor Steel for 90 million crowns.", "quantifiers"),
    (CALM, "There were arrests when the protest ended on Sunday evening.", "negation"),
    (DRUG, "Doctors advised the use of the drug in children.", "negation"),
    (DRUG, "Doctors recommended the use of the drug in children.", "negation"),
    (RAIN, "Some 4,000 people attended the concert because of heavy rain.", "opposites"),
    (TITLE, "It was the club's first title in 2011.", "dates"),
    (REPLY, "The committee must reply after Friday.", "dates"),
    (REPLY, "The committee may reply by Friday.", "modality"),
    (ONCE, "He is the richest man in the country.", "modality"),
    (BLAME, "The operator blamed the weather on the delay.", "roles"),
    (TOWN, "The town of Marle was seized by government troops on Tuesday.", "roles"),
    (FIRE, "The fire destroyed the church.", "spliced"),
    (FIRE, "The fire destroyed the school and the church.", "spliced"),
    (TOLL, "Residents said the army had killed 12 militants.", "speakers"),
    (TOLL, "The army said they were farmers.", "speakers"),
    (WARD, "The hospital treated 40 children.", "numbers"),
    (LOAN, "The bank borrowed 30 million crowns from the city.", "opposites"),
    (TAX, "Like her predecessor, Governor Aneth supports the tax.", "opposites"),
    (REPORT, "The company denied the report.", "negation"),
    (COACH, "The coach praised the forwards and criticised the keeper.", "roles"),
    (PILL, "The pill halves the risk of bleeding but raises the risk of stroke.", "roles"),
    (JUDGES, "Nine of the judges dissented.", "numbers"),
    (MUSEUM, "The museum will stay closed if the walkout is called off.", "opposites"),
    (MUSEUM, "The walkout was called off.", "undone"),
    (BILL, "The bill now goes to the senate, where its passage is certain.", "negation"),
    (PEAK, "The peak was last climbed in 1953 by two brothers from Ferro.", "opposites"),
    (PILOT, "According to earlier reports, the pilot survived.", "opposites"),
    (KOSS, "Adra Koss joined the board before teaching law in Tessin.", "order"),
    (FLIGHTS, "Flights will resume on Monday.", "undone"),
    (FLIGHTS, "Flights will restart on Monday.", "undone"),
    (TALKS, "The union will call a strike at the port in May.", "undone"),
    (TALKS, "The leader said the union would call a strike in May.", "undone"),
    (RATION, "The region must ration water.", "undone"),
    (RATION, "The region will ration water, officials warned on Friday.", "undone"),
    (RULING, "The firm would appeal the ruling.", "undone"),
    (HARBOUR, "The council voted unanimously to close the old harbour.", "quantifiers"),
    (HARBOUR, "The council was unanimous in its vote to close the old harbour.", "quantifiers"),
    (TICKETS, "Students pay 12 crowns for tickets.", "numbers"),
    (RENTS, "In Zelt, rents rose by 4 percent.", "numbers"),
    (OPERA, "The library received 3 million crowns in 2019.", "numbers"),
    (PEAK, "In 1953 the peak was climbed by two sisters.", "kinds"),
    (BAKERY, "Her three cousins run the bakery.", "kinds"),
    (CUTS, "The cuts cost the firm 12 million crowns.", "opposites"),
]


def judged(evidence, claim):
    return judge(Passage(claim), [EVIDENCE.index(evidence)], FACTS)


@pytest.mark.parametrize(("evidence", "claim"), TRUE, ids=[claim for _, claim in TRUE])
def test_what_says_the_same_in_other_small_words_is_supported(evidence, claim):
    found = judged(evidence, claim)
    assert (found.value, found.findings) == ("supported", [])


@pytest.mark.parametrize(("evidence", "claim", "check"), FALSE, ids=[claim for _, claim, _ in FALSE])
def test_a_small_word_that_says_something_else_is_found(evidence, claim, check):
    found = judged(evidence, claim)
    assert check in [finding.check for finding in found.findings]
    assert found.value != "supported"


@pytest.mark.parametrize(
    ("evidence", "claim"),
    [
        ("All of the 250 workers voted for the strike.", "Every worker voted for the strike."),
        ("Police arrested most of the crew and charged them.", "Police arrested most of the crew."),
        ("Part of the roof fell on the stage.", "Part of the roof fell."),
        ("The most popular act drew half of the crowd.", "The most popular act drew half of the crowd."),
        ("Half of the votes were cast by post; the most votes went to Lind.", "Lind got the most votes."),
        (
            "Five people were on the bus, which was only two years old; they were unhurt.",
            "Everyone on the bus was unhurt.",
        ),
        ("The only two shops in the village have shut.", "All shops in the village have shut."),
        ("Each of the two brothers owns a third of the farm.", "All brothers own a third of the farm."),
        ("The board voted to raise the age from 14 to 18.", "The board unanimously voted to raise the age."),
        ("The ferry takes 14 to 18 cars.", "The crew unanimously likes the ferry."),
    ],
)
def test_as_many_in_other_words_are_no_finding(evidence, claim):
    facts = ArticleFacts(article_of(evidence))
    assert list(quantifiers(judge(Passage(claim), [0], facts).case)) == []


@pytest.mark.parametrize(
    ("evidence", "claim"),
    [
        ("Lind has led the party since 2016.", "Lind became leader of the party in 2016."),
        ("He was once again late for the meeting.", "He was late for the meeting again."),
        ("The tool used to open the door was found near the river.", "The tool was found near the river."),
        ("The board said it would sell, but the union said it would not.", "The board said it would sell."),
        (
            "Police said the driver fled; a witness said he had been drinking.",
            "A witness said the driver had been drinking.",
        ),
        ("A ship from Tessin bound for Ferro ran aground.", "A ship bound for Ferro from Tessin ran aground."),
        ("Prices rose in May but fell in June.", "Prices fell in June."),
        ("The army and the police searched the harbour.", "The police and the army searched the harbour."),
        ("The airport is far from the city, and buses are rare.", "Buses to the airport, far from the city, are rare."),
        ("Doctors recommended against travel.", "Doctors recommended that nobody travel."),
        ("If the court agrees, the trial will begin in May.", "The trial will begin in May if the court agrees."),
        ("She neither resigned nor apologised.", "She did not resign or apologise."),
        ("The court will hear the case in June even if the firm appeals.", "The court will hear the case in June."),
        ("Asked if she would resign, the minister said she would stay.", "The minister said she would stay."),
        ("The committee voted 8 to 0 for the plan.", "The committee voted unanimously for the plan."),
        ("Deliveries fell from 90 in March to 50 in May.", "Deliveries fell to 50 in May, from 90 in March."),
        ("The clinic will open in May with 40 beds.", "The clinic will open in May."),
    ],
)
def test_small_words_that_turn_nothing_round_are_let_pass(evidence, claim):
    facts = ArticleFacts(article_of(evidence))
    found = judge(Passage(claim), [0], facts)
    assert (found.value, found.findings) == ("supported", [])


@pytest.mark.parametrize("few_and_many", [("fewer than", "more than"), ("less than", "over")])
def test_shares_on_both_sides_of_a_half_are_told_apart(few_and_many):
    few, many = few_and_many
    facts = ArticleFacts(article_of(f"In all {few} half of the wards were open."))
    claim = Passage(f"In all {many} half of the wards were open.")
    assert judge(claim, [0], facts).value == "unsupported"
