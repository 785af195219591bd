from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtdetect.text import Document, language
from mtdetect.text.language import english_share, not_english
from mtdetect.text.normalise import straighten
from mtdetect.text.words import find_words

FOREIGN = {
    "Spanish": (
        "El gobierno anunció ayer que las escuelas del sur del país volverán a abrir sus "
        "puertas la próxima semana, después de que el ministro se reuniera con los "
        "alcaldes y les prometiera más dinero para los autobuses, la comida de los niños "
        "y la reparación de los techos que dañó la tormenta de enero."
    ),
    "Portuguese": (
        "O governo anunciou ontem que as escolas do sul do país vão reabrir na próxima "
        "semana, depois de o ministro se ter reunido com os presidentes das câmaras e "
        "lhes ter prometido mais dinheiro para os autocarros, a comida das crianças e a "
        "reparação dos telhados que a tempestade estragou em janeiro."
    ),
    "French": (
        "Le gouvernement a annoncé hier que les écoles du sud du pays rouvriront leurs "
        "portes la semaine prochaine, après que le ministre a rencontré les maires et "
        "leur a promis davantage d'argent pour les bus, les repas des enfants et la "
        "réparation des toits que la tempête de janvier avait abîmés."
    ),
    "Italian": (
        "Il governo ha annunciato ieri che le scuole del sud del paese riapriranno la "
        "prossima settimana, dopo che il ministro ha incontrato i sindaci e ha promesso "
        "loro più soldi per gli autobus, i pasti dei bambini e la riparazione dei tetti "
        "che la tempesta di gennaio aveva danneggiato."
    ),
    "German": (
        "Die Regierung hat gestern angekündigt, dass die Schulen im Süden des Landes "
        "nächste Woche wieder öffnen, nachdem der Minister sich mit den Bürgermeistern "
        "getroffen und ihnen mehr Geld für die Busse, das Essen der Kinder und die "
        "Reparatur der Dächer versprochen hatte, die der Sturm im Januar beschädigt hat."
    ),
    "Dutch": (
        "De regering heeft gisteren aangekondigd dat de scholen in het zuiden van het "
        "land volgende week weer opengaan, nadat de minister met de burgemeesters had "
        "gesproken en hun meer geld had beloofd voor de bussen, het eten van de kinderen "
        "en het herstel van de daken die door de storm in januari waren beschadigd."
    ),
    "Indonesian or Malay": (
        "Pemerintah mengumumkan kemarin bahwa sekolah di bagian selatan negara itu akan "
        "dibuka kembali minggu depan, setelah menteri bertemu dengan para wali kota dan "
        "menjanjikan lebih banyak uang untuk bus, makanan anak dan perbaikan atap yang "
        "rusak karena badai pada bulan Januari yang lalu di daerah tersebut."
    ),
    "Turkish": (
        "Hükümet dün ülkenin güneyindeki okulların gelecek hafta yeniden açılacağını "
        "duyurdu; bakan belediye başkanları ile görüştü ve otobüsler, çocukların "
        "yemekleri ve ocak ayındaki fırtınada zarar gören çatıların onarımı için daha çok"
        " para sözü verdi, ama bu karar için henüz bir tarih olarak gün söylemedi ve çok "
        "kişi bekliyor."
    ),
    "Polish": (
        "Rząd ogłosił wczoraj, że szkoły na południu kraju zostaną ponownie otwarte w "
        "przyszłym tygodniu, po tym jak minister spotkał się z burmistrzami i obiecał im "
        "więcej pieniędzy na autobusy, posiłki dla dzieci i naprawę dachów, które zostały"
        " uszkodzone przez burzę w styczniu, ale nie podał dokładnej daty."
    ),
    "Swedish": (
        "Regeringen meddelade i går att skolorna i södra delen av landet ska öppna igen "
        "nästa vecka, efter att ministern hade träffat borgmästarna och lovat dem mer "
        "pengar till bussarna, barnens mat och lagningen av de tak som stormen i januari "
        "hade skadat, men han sa inte när det kan börja."
    ),
    "Finnish": (
        "Hallitus ilmoitti eilen, että maan eteläosan koulut avataan uudelleen ensi "
        "viikolla sen jälkeen, kun ministeri oli tavannut kaupunginjohtajat ja luvannut "
        "heille lisää rahaa linja-autoihin, lasten ruokaan ja kattojen korjaamiseen, "
        "jotka tammikuun myrsky oli vaurioittanut, mutta hän ei kertonut, koska se alkaa "
        "ja kuka sen maksaa."
    ),
    "Hungarian": (
        "A kormány tegnap bejelentette, hogy az ország déli részén lévő iskolák a jövő "
        "héten újra kinyitnak, miután a miniszter találkozott a polgármesterekkel, és "
        "több pénzt ígért nekik a buszokra, a gyerekek étkezésére és a tetők javítására, "
        "amelyeket a januári vihar megrongált, de még nem mondta meg, hogy mikor."
    ),
    "Romanian": (
        "Guvernul a anunțat ieri că școlile din sudul țării se vor redeschide săptămâna "
        "viitoare, după ce ministrul s-a întâlnit cu primarii și le-a promis mai mulți "
        "bani pentru autobuze, mâncarea copiilor și repararea acoperișurilor pe care "
        "furtuna din ianuarie le-a stricat, dar nu a spus când va începe."
    ),
    "Vietnamese": (
        "Chính phủ đã thông báo hôm qua rằng các trường học ở miền nam của đất nước sẽ mở"
        " cửa trở lại vào tuần tới, sau khi bộ trưởng gặp các thị trưởng và hứa cho họ "
        "nhiều tiền hơn để trả cho xe buýt, bữa ăn của trẻ em và việc sửa chữa những mái "
        "nhà bị hư hại."
    ),
    "Czech or Slovak": (
        "Vláda včera oznámila, že školy na jihu země se příští týden znovu otevřou poté, "
        "co se ministr sešel se starosty a slíbil jim více peněz na autobusy, jídlo pro "
        "děti a opravu střech, které poškodila lednová bouře, ale neřekl, kdy to bude a "
        "kdo to za ně zaplatí, protože to není jisté."
    ),
    "Croatian or Slovene": (
        "Vlada je jučer objavila da će škole na jugu zemlje ponovo biti otvorene sljedeći"
        " tjedan, nakon što se ministar sastao s gradonačelnicima i obećao im više novca "
        "za autobuse, hranu za djecu i popravak krovova koje je oštetila oluja u "
        "siječnju, ali nije rekao kada će to biti."
    ),
    "Norwegian or Danish": (
        "Regeringen meddelte i går, at skolerne i den sydlige del af landet åbner igen i "
        "næste uge, efter at ministeren havde mødt borgmestrene og lovet dem flere penge "
        "til busserne, børnenes mad og reparationen af de tage, som stormen i januar "
        "havde ødelagt, men han sagde ikke hvornår det sker."
    ),
    "Filipino": (
        "Inanunsyo ng gobyerno kahapon na muling magbubukas ang mga paaralan sa timog ng "
        "bansa sa susunod na linggo, matapos makipagkita ang kalihim sa mga alkalde at "
        "nangako siya sa kanila ng mas maraming pera para sa mga bus, pagkain ng mga bata"
        " at pag-aayos ng mga bubong na nasira ng bagyo noong Enero."
    ),
    "Swahili": (
        "Serikali ilitangaza jana kwamba shule za kusini mwa nchi zitafunguliwa tena wiki"
        " ijayo, baada ya waziri kukutana na mameya na kuwaahidi pesa zaidi kwa ajili ya "
        "mabasi, chakula cha watoto na ukarabati wa mapaa ambayo yaliharibiwa na dhoruba "
        "ya Januari, lakini hakusema ni lini kazi hiyo itaanza katika mji huo."
    ),
}

OTHER = {
    "cy": (
        "few English function words",
        (
            "Cyhoeddodd y llywodraeth ddoe y bydd ysgolion yn ne'r wlad yn ailagor yr wythnos"
            " nesaf, ar ôl i'r gweinidog gwrdd â'r meiri ac addo mwy o arian iddynt ar gyfer "
            "y bysiau, bwyd y plant ac atgyweirio'r toeau a gafodd eu difrodi gan storm mis "
            "Ionawr yn yr ardal honno."
        ),
    ),
    "eu": (
        "few English function words",
        (
            "Gobernuak atzo iragarri zuen herrialdearen hegoaldeko eskolak datorren astean "
            "berriro irekiko direla, ministroa alkateekin bildu ondoren eta autobusetarako, "
            "haurren janarirako eta urtarrileko ekaitzak kaltetutako teilatuak konpontzeko "
            "diru gehiago agindu ondoren, baina ez zuen esan noiz hasiko diren lanak eta nork"
            " ordainduko dituen."
        ),
    ),
    "ru": (
        "mostly non-Latin letters",
        (
            "Правительство вчера объявило, что школы на юге страны снова откроются на "
            "следующей неделе после того, как министр встретился с мэрами и пообещал им "
            "больше денег."
        ),
    ),
    "zh": (
        "mostly non-Latin letters",
        ("政府昨天宣布，该国南部的学校将于下周重新开放，此前部长会见了市长。"),
    ),
    "salad": (
        "few English function words",
        (
            "lamp river seven copper violet hammer north basket quiet lemon pillar storm "
            "wagon silver onion candle thread marble garden pepper window tulip anchor barrel"
            " ribbon saddle kettle meadow pigeon rocket walnut zebra button carpet dragon "
            "engine falcon gravel hollow island jacket"
        ),
    ),
}

PYTHON = """\
def total(items):
    result = 0
    for item in items:
        if item.price is not None:
            result += item.price * item.count
    return result


class Basket:
    def __init__(self, owner):
        self.owner = owner
        self.items = []

    def add(self, item):
        self.items.append(item)
        return self
"""

SCRIPT = """\
function total(items) {
  let sum = 0;
  items.forEach((item) => {
    if (item.price != null) {
      sum += item.price * item.count;
    }
  });
  return sum;
}
const basket = new Basket('me');
basket.add({ price: 3, count: 2 });
console.log(total(basket.items));
"""


ENGLISH = {
    "news": (
        "The council voted on Monday to close the last bridge across the river after engineers "
        "told its members that the piers would not stand another flood, and that no money was "
        "left in the budget for the year to mend them."
    ),
    "recipe": (
        "2 cups minced celery, 1 cup diced onion, 3 tablespoons brown sugar, 1 teaspoon salt. "
        "Preheat oven. Grease baking dish. Add celery, onion, stirring frequently. Pour boiling "
        "water. Simmer twenty minutes, covered. Remove, drain, season. Serve chilled, garnished."
    ),
    "a team list": (
        "Team: J Marsh (Lune), S Pell (Oslo, capt), A Reyes (Porto), C Adler (Bonn), O Tan (Lyon), "
        "K Weiss (Graz), Z Lind (Umea), D Osei (Accra), M Duval (Metz), V Brandt (Kiel), I Ruiz "
        "(Cadiz), E Thorne (Bath), Y Okafor (Lagos), N Gray (Perth), R Hall (Cork), F Roth (Ulm)"
    ),
    "foreign names": (
        "Juan de la Cruz, María del Carmen Ortiz and Pedro de los Santos, all of the Partido de la "
        "Gente, met Jean-Luc de la Tour and Hans von der Heide in San José de las Flores to sign "
        "the accord on the Río de la Plata, which their governments had drafted in the spring."
    ),
    "a foreign quotation": (
        "The old woman looked at him for a while. “No hay mal que por bien no venga,” she said "
        "at last, and went back into the house. He did not know what the words meant, but he "
        "liked the sound of them, and he said them to himself on the way down to the river."
    ),
    "learner": (
        "Yesterday I am go to the market with my sister for buy vegetable and fruit. The market "
        "is very crowd because of is weekend and many people come from village. We buy potato, "
        "tomato and one big water melon. After that we eating noodle near of river and go home."
    ),
    "capitals": (
        "THE COUNCIL VOTED ON MONDAY TO CLOSE THE LAST BRIDGE ACROSS THE RIVER AFTER ENGINEERS "
        "TOLD ITS MEMBERS THAT THE PIERS WOULD NOT STAND ANOTHER FLOOD OF THE KIND SEEN IN MAY"
    ),
    "markup": (
        'The code is on <a href="https://example.org/x">this page</a>, and we would like you to '
        'read <a href="https://example.org/y">the notes</a> before you change any of it, for '
        "some of what it does is there for a reason that nobody has written down yet."
    ),
}


@pytest.mark.parametrize(("name", "text"), FOREIGN.items(), ids=FOREIGN)
def test_another_language_is_named(name, text):
    assert not_english(Document(text)) == f"not English: looks like {name}"


@pytest.mark.parametrize(("reason", "text"), OTHER.values(), ids=OTHER)
def test_what_is_not_english_is_said_to_be_so(reason, text):
    assert not_english(Document(text)) == f"not English: {reason}"


@pytest.mark.parametrize("text", ENGLISH.values(), ids=ENGLISH)
def test_english_is_never_rejected(text):
    assert not_english(Document(text)) is None


@pytest.mark.parametrize("code", [PYTHON, SCRIPT])
def test_program_code_is_not_english(code):
    assert not_english(Document(code)) == "not English: looks like program code"


def test_numbers_are_not_english():
    assert not_english(Document(" ".join(map(str, range(100, 160))))) == (
        "not English: mostly numbers"
    )


@pytest.mark.parametrize("text", ["", "...", "Envoy leaves", "Ann Pell, Omar Reyes"])
def test_little_text_is_short_rather_than_foreign(text):
    assert not_english(Document(text)) is None


def test_english_share():
    assert english_share([]) == 0
    assert english_share(["the", "cat", "and", "dog"]) == 0.5


@given(st.text(st.sampled_from("aB1 '’‘ʼ`_-.\n\u0301é٣£\ud800") | st.characters(), max_size=40))
def test_words_between_spaces_are_the_words_of_the_text(text):
    spaced = language._spaced(text)  # noqa: SLF001 - quicker than what it must agree with
    if spaced is not None:
        assert spaced.split() == [straighten(word) for word in find_words(text)]


@pytest.mark.parametrize("text", ["a\u0301 b", "''tis"])
def test_marks_and_rows_of_apostrophes_ask_for_the_pattern(text):
    assert language._spaced(text) is None  # noqa: SLF001 - as above
