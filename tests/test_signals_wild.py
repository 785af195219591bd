# ruff: noqa: E501 - a case reads best on one line
"""Damaged pages in the manner of the real thing, their clean counterparts, and variants of each damage.

All texts are invented.
"""

from __future__ import annotations

import pytest
from conftest import place

from mtdetect.signals import catalogue
from mtdetect.signals.writers import careless
from mtdetect.text import Document

CATALOGUE = catalogue()
DAMAGE = {name for name, s in CATALOGUE.items() if s.family not in ("human", "lexis")}


def found(name, text):
    return [evidence.span.of(text) for evidence in CATALOGUE[name](Document(text)).evidence]


PAGE = """1681234567 Mayor Tells Union That The Port Will Not Close

Mayor Ann Lund and senior members of her staff, trying to calm the dock workers after a week of \
strikes, told the union that the town will not close the port before the summer. According to two \
officials close to the talks.

in Discussion with union leader Tom Reed Late Thursday, Lund tried to present the truce as a success, \
while he repeated that The proposal of the owners was unacceptable.

“This was a great night for the harbour, and it shows that the town and the union can talk,” Lund \
told Radio North's Ida Holm. Voice of the Coast.”

See also  Storm on the lakes: What we know about the missing ferry | Weather

The owners called the blockade of the gate “a disgrace” and spoke of “a threat to \
every family on the coast and to its peace.” ”

He added: “With this strike, the union wants to break the town. “This must not go on,” the \
owners' statement said.

The Lund senior administration said on Friday that a new offer “does not change the main questions.”

Reed warned on Friday that the dispute with the owners continues “We are not done yet.” A new meeting \
is expected next week.

The workers want an extra $ 340 a month and a week of 37,5 hours, the union said . The owners would pay \
more than half of it.

He was told about the dismissal by Lundannounced measures and a letter to the 52yearold. . Nobody had \
signed it.

Radio North's Ida Holm and Katrin Berg She contributed to this report.
"""

EXPECTED = {
    "unix_time_title": ["1681234567"],
    "detached_attribution": ["According to two officials close to the talks."],
    "lowercase_paragraph": ["in"],
    "link_capital": ["Discussion", "Late", "The"],
    "cut_fragment": ["told Radio North's Ida Holm. Voice of the Coast.”"],
    "unopened_quote": ["Coast.”"],
    "see_also_line": [
        "See also  Storm on the lakes: What we know about the missing ferry | Weather"
    ],
    "doubled_quote": ["peace.” ”"],
    "reopened_quote": ["“This must not go on"],
    "title_order": ["The Lund senior administration"],
    "swallowed_subject": ["continues “We are not done yet.”"],
    "spaced_currency": ["$ 340"],
    "decimal_comma": ["37,5"],
    "spaced_stop": ["said ."],
    "glued_words": ["Lundannounced"],
    "missing_hyphen": ["52yearold"],
    "stray_stop": ["52yearold. ."],
    "byline_pronoun": ["She contributed"],
}

CLEAN = (
    PAGE.replace("1681234567 Mayor Tells Union That The Port", "Mayor tells union that the port")
    .replace("before the summer. According to", "before the summer, according to")
    .replace("in Discussion with union leader Tom Reed Late", "In talks with Tom Reed late")
    .replace("repeated that The", "repeated that the")
    .replace(
        "told Radio North's Ida Holm. Voice of the Coast.”",
        "told Radio North's Ida Holm on “Voice.”",
    )
    .replace("See also  Storm on the lakes: What we know about the missing ferry | Weather\n\n", "")
    .replace("peace.” ”", "peace.”")
    .replace("break the town. “This must", "break the town. This must")
    .replace("The Lund senior administration said", "A senior aide to Lund said")
    .replace("continues “We are not done yet.”", "continues. “We are not done yet,” he said.")
    .replace("$ 340", "$340")
    .replace("37,5", "37.5")
    .replace("said . The", "said. The")
    .replace("by Lundannounced measures", "in March")
    .replace("52yearold. . Nobody", "52-year-old. Nobody")
    .replace("Berg She contributed", "Berg contributed")
)


@pytest.mark.parametrize("name", sorted(DAMAGE))
def test_a_damaged_page_is_marked_where_it_is_damaged_and_nowhere_else(name):
    assert found(name, PAGE) == EXPECTED.get(name, [])


@pytest.mark.parametrize("name", sorted(DAMAGE))
def test_the_same_page_set_right_is_clean(name):
    assert found(name, CLEAN) == []


def test_the_page_does_not_depend_on_blank_lines():
    single = PAGE.replace("\n\n", "\n")
    for name in ("detached_attribution", "link_capital", "cut_fragment", "reopened_quote"):
        assert found(name, single) == EXPECTED[name]


VARIANTS = [
    # a trailing attribution that became a sentence
    ("detached_attribution", "The plant will shut. According to a person familiar with the plan.", "According to a person familiar with the plan."),
    ("detached_attribution", "Rates will rise in May. According to three central bankers in the room. Markets fell.", "According to three central bankers in the room."),
    ("detached_attribution", "The U.S. will join. According to U.S. officials who have seen the draft.", "According to U.S. officials who have seen the draft."),
    ("detached_attribution", "The bridge is safe. As reported by the daily Nordlys.", "As reported by the daily Nordlys."),
    ("detached_attribution", "He left the club in June. According to the club's own website. Nobody noticed.", "According to the club's own website."),
    # capitals where a link began
    ("link_capital", "The president called the chancellor Earlier Monday and asked for help with the gas.", "Earlier"),
    ("link_capital", "The singer was seen in Conversation with her manager in front of the house.", "Conversation"),
    ("link_capital", "In Response to the letter, the owners closed the gate for the whole week.", "Response"),
    ("link_capital", "She had announced that The festival would be held in the old mill again.", "The"),
    ("link_capital", "The union said On Facebook that the strike would go on until Easter.", "On"),
    ("link_capital", "The driver was arrested In a raid on the harbour early on Sunday.", "In"),
    ("link_capital", "The court heard about The accident at the gate and the crane.", "The"),
    ("link_capital", "She was asked whether The owners would come back to the table.", "The"),
    ("capital_pronoun", "The crew stayed on deck because They had seen the light on the rocks.", "They"),
    ("capital_pronoun", "According to the port authority She was the last ship of the night.", "She"),
    # a lower-case start
    ("lowercase_paragraph", "The gate was shut at noon.\n\nafter the meeting, the owners said that they would think it over again.", "after"),
    ("lowercase_paragraph", "The gate was shut at noon.\n\nthe Danish owner of the port has refused to speak to the press so far.", "the"),
    ("lowercase_sentence", "She published a best-selling memoir. daylight, and then moved to the coast.", "daylight"),
    ("lowercase_sentence", "It was confirmed by a senior official. administration, who would not say more.", "administration"),
    ("lowercase_sentence", "The winner missed the final. which was played in the rain and in the dark.", "which"),
    # a title cut off from the person who was told
    ("cut_fragment", "“We did our best,” the captain told Sky's Mary Holm. The Morning Hour.”", "told Sky's Mary Holm. The Morning Hour.”"),
    ("cut_fragment", '"It is over," she told the BBC\'s Tom Berg. Newsnight."', "told the BBC's Tom Berg. Newsnight.\""),
    ("cut_fragment", "“It is over,” she said in an interview with Ida Lund. Face of the Nation.”", "in an interview with Ida Lund. Face of the Nation.”"),
    ("cut_fragment", "“I slept well,” he told Radio One's Eva Moe. Breakfast Club.” He laughed.", "told Radio One's Eva Moe. Breakfast Club.”"),
    ("cut_fragment", "The coach told Channel Nine's Per Dahl. Sunday Sports. He denied the rumours.", "told Channel Nine's Per Dahl. Sunday Sports."),
    # quotations
    ("doubled_quote", "They promised “peace and a new road to the coast.” ” The talks go on.", "coast.” ”"),
    ("doubled_quote", "She spoke of “a wound that will never heal”” and left the stage.", "heal””"),
    ("doubled_quote", "The report calls it “the worst year yet,” ” the minister said.", "yet,” ”"),
    ("doubled_quote", 'The report calls it "the worst year yet." "', 'yet." "'),
    ("doubled_quote", "It was “hard,” and it was “unfair!” ”", "“unfair!” ”"),
    ("reopened_quote", "The note read: “We saw it coming. “Nobody did a thing,” the nurse said.", "“Nobody did a thing"),
    ("reopened_quote", "“I was afraid! “They were everywhere,” said the boy.", "“They were everywhere"),
    ("reopened_quote", "“Did we lose? “We all lost,” the captain said after the match.", "“We all lost"),
    ("reopened_quote", '"It was dark. I ran. "Then the roof fell in," the nurse said.', '"Then the roof fell in'),
    ("reopened_quote", "He wrote: “There is no plan… “There never was one,” and signed it.", "“There never was one"),
    ("swallowed_subject", "He said that the search for the boat would “It is not over.” The town waits.", "would “It is not over.”"),
    ("swallowed_subject", "She warned that the fire season remains “We are still at risk.” Rain is due.", "remains “We are still at risk.”"),
    ("swallowed_subject", 'The vote, he said, could "Everything is still open." He sat down.', 'could "Everything is still open."'),
    ("swallowed_subject", "Reed warned that the answer to it would “Not over by Friday.” She left.", "would “Not over by Friday.”"),
    ("swallowed_subject", "She said that the standoff with the harbour continues “It's far from done.” He left.", "continues “It's far from done.”"),
    ("link_capital", "On Monday, in Interview with President Ann Lund, he spoke of the harbour.", "Interview"),
    ("swallowed_subject", "The mood in the team tends “We can do it.” They train every day.", "tends “We can do it.”"),
    ("swallowed_subject", "The war of words continued “You have no shame!” Both were fined.", "continued “You have no shame!”"),
    # names
    ("title_order", "The Macron former adviser left the palace in silence.", "The Macron former adviser"),
    ("title_order", "The Trump deputy secretary spoke first, and nobody else did.", "The Trump deputy secretary"),
    ("title_order", "In the evening the Putin Russian president flew home.", "the Putin Russian president"),
    ("title_order", "Mr Berg was ill. The Berg senior official refused to comment.", "The Berg senior official"),
    ("title_order", "It was signed by Erdogan President in the capital.", "Erdogan President"),
    ("byline_pronoun", "The talks go on.\n\nEva Moe and Ida Lund They contributed to this article.", "They contributed"),
    ("byline_pronoun", "The talks go on.\n\nAdditional reporting: Omar Haddad He also contributed.", "He also contributed"),
    ("byline_pronoun", "The talks go on.\n\nOur reporter Lina Saleh She participated in this report.", "She participated"),
    ("byline_pronoun", "The talks go on.\n\nNews desk's Per Dahl He edited this story.", "He edited"),
    ("byline_pronoun", "The talks go on.\n\nCairo office and Mona Ali She reported from Luxor.", "She reported"),
    ("two_spellings", "The club of El-Mansura won in May. In June the coach of El-Mansora left.", "El-Mansora"),
    ("shouted_surname", "The road was opened by Pierre DUFOUR, who had come by train.", "Pierre DUFOUR"),
    # spaces, figures and dates
    ("spaced_quote", "The chapel is, as he said “, the heart of the valley and its people.", " “"),
    ("spaced_closing", "They promised “a road for every village ”. Nobody has seen one.", "village ”"),
    ("spaced_name", "The council of Pont-sur- Orne met in the school.", "Pont-sur- "),
    ("spaced_name", "It was Norway ‘s first ferry without a captain.", "Norway ‘s"),
    ("leaning_dashes", "The vote –they said in the evening– will be held again.", " –they said in the evening–"),
    ("foreign_figure", "The port cost 2 thousand 450 million euros in the end.", "2 thousand 450 million"),
    ("foreign_figure", "The pier costs 45 Mio, and breakfast is free.", "45 Mio"),
    ("foreign_date", "The doors open on 14. October and close a week later.", "14. October"),
    ("foreign_date", "The ferry leaves at 18 hours from the old pier.", "18 hours"),
    ("foreign_date", "The bridge was in use for a year, and in 2012 year it fell.", "2012 year"),
    # speech
    ("lost_subject", "The plan, the union said “will never be accepted by the crews,” is dead.", "said “will"),
    ("foreign_attribution", "“Nobody asked us,” deplores the owner of the mill.", "” deplores"),
    ("foreign_attribution", "“Nobody asked us,” Explain Agathe Morel, who owns the mill.", "” Explain Agathe"),
    # pronouns, mood and order
    ("wrong_gender", "The singer Rosa Lund spoke in Madrid. In the evening his new songs were played.", "his"),
    ("wrong_gender", "Theresa Berg resigned on Friday and announced his departure.", "his"),
    ("wrong_gender", "German President Otto Berg visited the port. She left at noon.", "She"),
    ("person_it", "The mayor revealed its plans for the harbour on Monday.", "its"),
    ("hearsay_conditional", "He would have hidden the boat, according to investigators.", "would have hidden"),
    ("source_order", "This Friday is a vote on the harbour, and everybody will come.", "is a vote"),
    ("source_order", "But they say from Oslo that the ferry will sail.", "they say from Oslo"),
    ("domain_template", "Grate the carrots and send to the oven for ten minutes.", "send to the oven for ten minutes"),
    ("wrong_sense", "The manifestation against the reform drew thousands to the square.", "manifestation against the reform"),
    ("untranslated_word", "He is the best known of the bücker in the valley.", "bücker"),
    ("foreign_credit", "The bridge was shut on Monday by the owners.\n\nSource: Helsingin Sanomat", "Source: Helsingin Sanomat"),
    ("translation_notice", "The bridge was shut.\n\nMachine translation from Polish", "Machine translation from Polish"),
    ("reminder_formula", "The bridge is shut. We recall that the mayor had opened it in May.", "We recall that "),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "expected"), VARIANTS)
def test_variants_of_one_damage(name, text, expected):
    assert found(name, text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Then i went home to my family.", True),
        ("We met in the park,but nobody came.", True),
        ("We met on friday in the park.", True),
        ("It is a dissapointing answer.", True),
        ("Then I went home; we met on Friday, in the park. They paid 1,250 each.", False),
        (PAGE, False),
        ("", False),
    ],
)
def test_careless_writers_are_told_from_damaged_pages(text, expected):
    assert careless(Document(text)) is expected


HARMLESS = [
    ("detached_attribution", "The plant will shut. According to plan, it happens in May."),
    ("detached_attribution", "Some call it luck. According to Ann Reed, who runs the shop, it was work."),
    ("detached_attribution", "“It was late. According to my watch it was ten,” she said."),
    ("link_capital", "She sang at The Forum, read The Road and walked On the Waterfront."),
    ("link_capital", "The Ministry of Information and the Department of Justice shared a house."),
    ("link_capital", "He was the host of Late Night and later of the Tonight Show."),
    ("link_capital", "They flew to The Hague after a short stop in Los Angeles."),
    # A headline or a cross-head that was joined to the text, a stop that was never typed.
    ("link_capital", "New ferry for the northern islands The islands will get a second ferry in June."),
    ("link_capital", "It cost a lot. Talks broken off According to the owners, the offer was too low."),
    ("link_capital", "it was the longest walk of my life After that we all slept until it was noon."),
    ("capital_pronoun", "Bakers give up night work They have done it for two hundred years."),
    ("decimal_comma", "It rose by 0,4%, then by 1,2%, and it ended at 3.064 points, or 2,5% more."),
    ("lowercase_paragraph", "The gate was shut at noon.\n\nal-Hassan, who owned the port, had left the town by then."),
    ("lowercase_sentence", "It was a great day. everybody came and i met all of my friends there."),
    ("lowercase_sentence", "We had alot of fun. then the rain came and the party was over."),
    ("link_capital", "My parents taught me to be thankful For all that they have definately given."),
    ("spaced_bracket", "We never met again :( but she wrote a letter."),
    ("spaced_name", "The word ‘so’ and the letter ‘s’ stand on the Pont-Neuf in Paris."),
    ("leaning_dashes", "The north–south line, the east-west line and a -20 degree night."),
    ("foreign_figure", "The budget of $4,787 million and the 1,250 thousand dollars of 1946 were spent."),
    ("foreign_date", "It was the 24th of the month. The ferry sailed for 14 hours and came at 4 o'clock."),
    ("lost_subject", "The rules, which he said “are a joke”, and what she said “will not do”, went."),
    ("foreign_attribution", "“Nobody asked us,” said Ann Reed, the owner. “Thus,” he added."),
    ("wrong_gender", "Rosa Lund said that her brother had lost his boat."),
    ("wrong_gender", "His boat was gone. Rosa Lund had seen his car at the gate."),
    ("wrong_gender", "The woman who met Tom Lund in his house was not asked."),
    ("wrong_gender", "The one she met was a man"),  # and the text ends with that word
    ("person_it", "The club announced its plans; the woman saw the cat and its kittens."),
    ("hearsay_conditional", "According to the owners, the bridge would have fallen if nobody had come."),
    ("source_order", "In May the mayor held a meeting. Is he late? Then was he ill?"),
    ("untranslated_word", "They drank rosé in a café of the château and ate crème brûlée."),
    ("foreign_credit", "A reporter of Helsingin Sanomat, the largest daily, was the source of it."),
    ("translation_notice", "This page was translated by Ida Holm, who also wrote the notes."),
    ("reminder_formula", "Recall how it began. Remind me to call her. As I recall, it rained."),
    ("lowercase_sentence", "The rod was 5 ft. long, made by Holm et al. in the year before."),
    ("cut_fragment", "“We won,” she told Ann Reed. Ida Lund was not asked."),
    ("cut_fragment", "He told St. Olaf College. Then he told George W. Berg. It was late."),
    ("doubled_quote", "“She said: ‘I saw him.’” That was all that they had."),
    ("reopened_quote", "“I saw it,” she said. “It was red. It had wings.” He said: “No.”"),
    ("swallowed_subject", "It would “never be over.” He said “It is over.” She called it “The best day.”"),
    ("swallowed_subject", "The banner read “We are not done yet.” Its slogan was “It is time.”"),
    ("spaced_symbol", "They won 3:1 in a room of 90° and cut it by 50%."),
    ("glued_words", "McDonald bought an iPhone, a MacBook and two eReaders from LinkedIn."),
    ("stray_stop", "He waited . . . and waited... The firm (Lund & Co.). It rained."),
    ("title_order", "The French prime minister met a former Macron adviser and the Obama administration."),
    ("title_order", "Vice President Lund and Yale President Ann Reed met President Macron."),
    ("byline_pronoun", "Ida Holm is our reporter. She contributed to this article."),
    ("two_spellings", "Ann Hansen and Ann Jensen met Tom Hansson. Maria Petrov and her Petrovs came."),
    ("capital_pronoun", "Then he left. She said: We won. It was the film It that scared her."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), HARMLESS)
def test_harmless_neighbours(name, text):
    assert found(name, text) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param(
            "detached_attribution",
            "Nobody was hurt. According to a police spokesman quoted by the paper, in Oslo.",
            marks=pytest.mark.xfail(reason="a place after the comma is taken for the clause"),
        ),
        pytest.param(
            "two_spellings",
            "Judge Mara Montemayor spoke. Later Montemore left the court.",
            marks=pytest.mark.xfail(reason="needs the surname alone and three edits"),
        ),
        pytest.param(
            "glued_words",
            "The fire spread across Norwaythe week before, said the fishingfirst mayor.",
            marks=pytest.mark.xfail(reason="glue without a capital needs a dictionary"),
        ),
    ],
)
def test_known_misses(name, text):
    assert found(name, text)


@pytest.mark.parametrize(
    ("link", "strength", "note"),
    [
        (None, 1.0, ""),
        ("Late Friday", 1.0, "at the edge of a link or an emphasis"),
        ("mayor", 1.0, "at the edge of a link or an emphasis"),
        ("band", 0.5, ""),
        ("Friday", 0.5, ""),
    ],
)
def test_a_capital_at_the_edge_of_a_known_link_says_more(link, strength, note):
    text = "The band met the mayor Late Friday and left again without a word to anybody."
    links = () if link is None else (place(text, link),)
    (found,) = catalogue()["link_capital"](Document(text, links)).evidence
    assert (found.strength, found.note) == (strength, note)
