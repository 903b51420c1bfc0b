"""What a text states, and what it must not: figures with their words, other numbers, denials."""

from __future__ import annotations

from itertools import combinations

import pytest

from proactive.words.content import Template
from proactive.words.publishing import faults_at_publishing
from proactive.words.registry import VOCABULARIES
from tests.support.examples import Examples
from tests.support.own_words import FIGURES, faults, framed, house, refusals, true_and

OF_A_DAY = FIGURES["daily_summary"]
#: Ways to say the day's figures.
SAYINGS = [
    OF_A_DAY,
    "{{ agendamentos }} agendamentos, {{ novos_clientes }} clientes novos, {{ pendentes }} pendentes e {{ receita }}!",
    "{{ agendamentos|plural('agendamento', 'agendamentos') }}\nFaturamento: {{ receita }}\n"
    "{{ novos_clientes|plural('novo cliente', 'novos clientes') }}\n{{ pendentes }} agendamentos pendentes",
    "Agendamentos\n{{ agendamentos }}\nReceita\n{{ receita }}\nClientes novos\n{{ novos_clientes }}\nPendentes\n"
    "{{ pendentes }}",
    "*Agendamentos:* {{ agendamentos }}\n_Receita_: *{{ receita }}*\nNovos clientes → {{ novos_clientes }}\n"
    "Pendências = {{ pendentes }}",
    "• {{ agendamentos }} agendamentos\n• {{ receita }}\n• {{ novos_clientes }} novos clientes\n"
    "• {{ pendentes }} pendentes",
    "A receita dos {{ agendamentos }} agendamentos foi {{ receita }}.\nNovos clientes: {{ novos_clientes }}\n"
    "Pendentes: {{ pendentes }}",
    "Agendamentos {{ agendamentos }}, receita {{ receita }}, novos clientes {{ novos_clientes }}, "
    "pendentes {{ pendentes }}",
    "Pendentes: {{ pendentes }}\nAgendamentos: {{ agendamentos }}\nNovos clientes: {{ novos_clientes }}\n"
    "Receita: {{ receita }}",
    "{% if agendamentos == 0 %}Nenhum agendamento{% elif agendamentos == 1 %}Um agendamento{% else %}"
    "{{ agendamentos }} agendamentos{% endif +%}\nReceita: {{ receita }}\nNovos clientes: {{ novos_clientes }}\n"
    "{% if pendentes %}{{ pendentes }} pendentes{% else %}Sem pendências{% endif %}",
]


def swapped(text: str, one: str, other: str) -> str:
    """A text with the values of two names exchanged."""
    for old, new in ((one, "@"), (other, one), ("@", other)):
        text = text.replace(f"{{{{ {old}", f"{{{{ {new}")
    return text


@pytest.mark.parametrize("saying", SAYINGS)
def test_figures_stand_with_their_words_in_any_order_and_case(saying: str) -> None:
    assert refusals("daily_summary", framed("daily_summary", saying)) == set()


@pytest.mark.parametrize("type_", VOCABULARIES)
def test_the_shortest_true_text_of_a_type_stands(type_: str) -> None:
    assert refusals(type_, framed(type_, FIGURES[type_])) == set()


@pytest.mark.parametrize("saying", SAYINGS)
@pytest.mark.parametrize(
    "pair", list(combinations(("agendamentos", "receita", "novos_clientes", "pendentes"), 2)), ids="-".join
)
def test_two_swapped_figures_of_a_day_are_refused_however_they_are_said(saying: str, pair: tuple[str, str]) -> None:
    lying = swapped(saying, *pair)
    facts = Examples.daily_summary()
    assert lying != saying
    assert faults("daily_summary", framed("daily_summary", lying), facts)


def pairs() -> list[tuple[str, str, str]]:
    """Each pair of figures of each type that are names."""
    return [
        (type_, *pair)
        for type_, vocabulary in VOCABULARIES.items()
        for pair in combinations([name.name for name in vocabulary.names if name.figure], 2)
    ]


@pytest.mark.parametrize(("type_", "one", "other"), pairs())
@pytest.mark.parametrize("whole", [True, False], ids=["house", "short"])
def test_two_swapped_figures_are_refused_before_they_are_published(
    type_: str, one: str, other: str, whole: bool
) -> None:
    source = house(type_).source if whole else framed(type_, FIGURES[type_]).source
    lying = swapped(source, one, other)
    assert lying != source
    assert refusals(type_, type(house(type_))(lying)) - {"slow"}


@pytest.mark.parametrize("name", ["confirmados", "horarios_vagos"])
def test_the_three_days_swapped_with_a_figure_are_refused(name: str) -> None:
    said = FIGURES["opportunities"]
    lying = said.replace(f"{{{{ {name} }}}}", "@").replace("3", f"{{{{ {name} }}}}").replace("@", "3")
    assert refusals("opportunities", framed("opportunities", lying)) >= {"figure_missing"}


@pytest.mark.parametrize(
    ("type_", "fragment"),
    [
        ("daily_summary", "Não esqueça de sorrir!"),
        ("daily_summary", "Que nunca falte alegria."),
        ("daily_summary", "{{ pendentes }} pendentes (não esqueça de confirmar!)"),
        ("daily_summary", "{{ pendentes }} pendentes, não se esqueça de confirmar"),
        ("daily_summary", "Não deixe passar: {{ pendentes }} pendentes"),
        ("inactive_clients", "Nunca desista!"),
        ("inactive_clients", "Hora de trazer de volta nossos amigos"),
        ("inactive_clients", "Um bom cliente vale ouro 💯"),
        ("daily_summary", "O Max e a Luna agradecem"),
        ("daily_summary", "Um bom dia para quem chega"),
        ("daily_summary", "Até amanhã, {{ dono }}!"),
        ("daily_summary", "Rua das Flores, 100\nDesde 1998"),
        ("daily_summary", "Mais um dia de sucesso!"),
        ("daily_summary", "Fechamos às 18h. Ligue 11 99999-8888"),
        ("daily_summary", "Uma boa noite, um abraço"),
        ("daily_summary", "Tivemos uma receita linda!"),
        ("daily_summary", "Dia {{ data }}, {{ dia_da_semana }}"),
        ("daily_summary", "Resumo de 2026"),
        ("daily_summary", "Vamos com tudo: meta de 20 banhos"),
        ("daily_summary", "{{ loja }} agradece!"),
        ("inactive_clients", "Banho a partir de R$ 50,00"),
        ("inactive_clients", "Ganhe 20% no banho"),
        ("inactive_clients", "Um dia especial para um recomeço"),
        ("inactive_clients", "Uma promoção para nossos clientes"),
        ("opportunities", "{% for item in fechados %}\n{{ item.dia }}: fechado ({{ item.motivo }})\n{% endfor %}"),
        ("opportunities", "Um dia de cada vez"),
        ("custom_campaign", "{{ vao_receber }} vão receber"),
        ("birthdays", "Desde 2010 fazendo festa"),
    ],
)
def test_what_says_nothing_of_a_figure_stands(type_: str, fragment: str) -> None:
    assert refusals(type_, true_and(type_, fragment)) == set()


@pytest.mark.parametrize(
    ("type_", "fragment"),
    [
        ("daily_summary", "99 agendamentos"),
        ("daily_summary", "Amanhã tem 5 agendamentos"),
        ("daily_summary", "Nenhum agendamento se perdeu"),
        ("daily_summary", "dez clientes novos"),
        ("daily_summary", "Receita: R$ 9.999,00"),
        ("daily_summary", "R$ 9.999,00"),
        ("daily_summary", "vinte e dois pendentes"),
        ("daily_summary", "um agendamento"),
        ("daily_summary", "uma pendência"),
        ("daily_summary", "sem pendências"),
        ("daily_summary", "sem nenhum agendamento"),
        ("daily_summary", "mil agendamentos"),
        ("daily_summary", "12 mil agendamentos"),
        ("daily_summary", "meia dúzia de agendamentos"),
        ("daily_summary", "uma dúzia de pendentes"),
        ("daily_summary", "XII agendamentos"),
        ("daily_summary", "100% dos agendamentos"),
        ("daily_summary", "metade dos agendamentos"),
        ("daily_summary", "💯 agendamentos"),
        ("daily_summary", "um cliente novo"),
        ("daily_summary", "um novo cliente"),
        ("inactive_clients", "uma cliente"),
        ("daily_summary", "zero pendentes"),
        ("daily_summary", "12/15 agendamentos"),
        ("daily_summary", "agendamentos:\n99"),
        ("daily_summary", "Agendamentos *99*"),
        ("daily_summary", "{{ agendamentos|plural('agendamento de 3 novos clientes', 'com 3 novos clientes') }}"),
        ("inactive_clients", "3 clientes"),
        ("inactive_clients", "um cliente"),
        ("inactive_clients", "sem clientes"),
        ("inactive_clients", "há mais de 60 dias"),
        ("birthdays", "dois aniversariantes"),
        ("opportunities", "7 dias"),
        ("opportunities", "5 horários livres"),
        ("opportunities", "2 slots"),
        ("low_occupancy", "três agendamentos"),
        ("custom_campaign", "500 clientes"),
    ],
)
def test_another_number_beside_a_figures_word_is_refused(type_: str, fragment: str) -> None:
    assert refusals(type_, true_and(type_, fragment)) == {"other_number"}


@pytest.mark.parametrize(
    "hedged",
    [
        "quase @", "cerca de @", "@ ou mais", "mais de @", "até @", "pelo menos @", "@ mais ou menos", "uns @",
        "aproximadamente @", "talvez @", "no máximo @", "por volta de @", "em torno de @", "acima de @", "o dobro de @",
        "@, no mínimo", "@ e poucos", "acho que @", "em média @", "devem ser @", "entre @ e 90",
        "menos de @", "perto de @", "Quase\n@",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["agendamentos", "receita", "pendentes"])
def test_a_hedge_beside_a_figure_is_refused(name: str, hedged: str) -> None:
    fragment = OF_A_DAY.replace(f"{{{{ {name} }}}}", hedged.replace("@", f"{{{{ {name} }}}}"))
    # a word more may also push the figure too far from its own, or be a number itself
    found = refusals("daily_summary", framed("daily_summary", fragment))
    assert found & {"figure_hedged", "figure_missing", "other_number"}


@pytest.mark.parametrize(
    ("type_", "said"),
    [
        ("inactive_clients", "Traga de volta {{ inativos }} clientes sumidos há mais de {{ dias }} dias"),
        ("inactive_clients", "{{ inativos }} clientes há mais de {{ dias }} dias, perto daqui"),
        ("low_occupancy", "Poucos agendamentos amanhã: {{ agendamentos }}\n{% if listados %}{{ listados }} clientes"
         "{% endif %}"),
        ("daily_summary", "Menos correria! Agendamentos: {{ agendamentos }}\nMais que isso não cabe.\n"
         "Receita: {{ receita }}\n{{ novos_clientes }} novos clientes\n{{ pendentes }} pendentes. Até amanhã!"),
    ],
)  # fmt: skip
def test_words_that_are_hedges_elsewhere_stand(type_: str, said: str) -> None:
    assert refusals(type_, framed(type_, said)) == set()


def test_more_than_is_right_for_the_days_alone_and_needed_there() -> None:
    assert refusals("inactive_clients", framed("inactive_clients", "{{ inativos }} clientes há {{ dias }} dias")) == {
        "figure_missing"
    }
    for text in (
        "{{ inativos }} clientes há quase {{ dias }} dias",
        "mais de {{ inativos }} clientes, {{ dias }} dias",
    ):
        assert "figure_hedged" in refusals("inactive_clients", framed("inactive_clients", text))
    first = "Há mais de {{ dias }} dias sem vir: {{ inativos }} clientes"
    assert refusals("inactive_clients", framed("inactive_clients", first)) == set()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{{ agendamentos }}", "1{{ agendamentos }}"),
        ("{{ agendamentos }}", "{{ agendamentos }}0"),
        ("{{ agendamentos }}", "{{ agendamentos }},5"),
        ("{{ agendamentos }}", "{{ agendamentos }} mil"),
        ("{{ agendamentos }}", "{{ agendamentos }}+"),
        ("{{ agendamentos }}", "{{ agendamentos }}%"),
        ("{{ agendamentos }}", "-{{ agendamentos }}"),
        ("{{ agendamentos }}", "> {{ agendamentos }}"),
        ("{{ agendamentos }}", "{{ listados }}{{ agendamentos }}"),
        ("{{ agendamentos }}", "{{ listados }}"),
        ("{{ agendamentos }}", "{{ ficaram_de_fora }}"),
        ("{{ agendamentos }}", "muitos"),
        ("{{ receita }}", "-{{ receita }}"),
        ("{{ receita }}", "{{ receita }} mil"),
        ("{{ receita }}", "boa"),
        ("Pendentes: {{ pendentes }}", ""),
        ("Pendentes", "A confirmar"),
        ("Novos clientes", "Novos"),
        ("Agendamentos: ", "Agendamentos que hoje foram feitos: "),
        ("Agendamentos: {{ agendamentos }}", "{% for item in lista %}\n{{ item.nome }} {{ agendamentos }} agendamentos"
         "\n{% endfor %}"),
    ],
)  # fmt: skip
def test_a_figure_that_is_not_stated_is_missed(old: str, new: str) -> None:
    assert "figure_missing" in refusals("daily_summary", framed("daily_summary", OF_A_DAY.replace(old, new)))


@pytest.mark.parametrize(
    "lie", ["{{ agendamentos }} pendentes", "{{ agendamentos }} agendamentos pendentes", "receita: {{ agendamentos }}"]
)
def test_a_figure_beside_anothers_word_is_refused_although_both_are_stated(lie: str) -> None:
    assert refusals("daily_summary", true_and("daily_summary", lie)) == {"figure_wrong"}


@pytest.mark.parametrize(
    "denial",
    [
        "Não foram {{ agendamentos }} agendamentos",
        "Não é verdade que foram {{ agendamentos }} agendamentos",
        "Nunca tivemos\n{{ agendamentos }} agendamentos",
        "Jamais, em tempo algum, {{ agendamentos }} agendamentos",
        "Nem {{ pendentes }} pendentes tampouco",
        "{{ agendamentos }} agendamentos, não foi assim",
        "Não esqueça os {{ agendamentos }} agendamentos",
    ],
)
def test_a_denial_in_a_clause_with_a_number_is_refused(denial: str) -> None:
    assert refusals("daily_summary", true_and("daily_summary", denial)) == {"denial"}


def test_quotation_marks_hide_nothing_where_no_text_for_clients_is_shown() -> None:
    assert refusals("daily_summary", true_and("daily_summary", '"99 agendamentos"')) == {"other_number"}
    said = house("inactive_clients").source.replace("{% else %}", '{% else %}\n"Temos 99 clientes conosco"')
    assert refusals("inactive_clients", Template(said)) == {"other_number"}


def test_a_denial_of_nothing_stands() -> None:
    said = (
        "{% if agendamentos %}\nAmanhã: {{ agendamentos }} agendamentos\n{% else %}\nAmanhã não temos nenhum "
        "agendamento\n{% endif %}\n{% if listados %}Chame {{ listados }} clientes{% endif %}"
    )
    assert refusals("low_occupancy", framed("low_occupancy", said)) == set()


def test_a_word_of_the_wrong_number_is_a_hint_and_no_refusal() -> None:
    found = faults_at_publishing("birthdays", framed("birthdays", "{{ aniversariantes }} aniversariantes"))
    assert {(fault.code, fault.hint, fault.fact_set) for fault in found} == {("plural", True, "one")}


def test_what_lies_only_for_facts_that_no_set_has_is_caught_on_those() -> None:
    lying = true_and("daily_summary", "{% if agendamentos == 777 %}99 pendentes{% endif %}")
    assert refusals("daily_summary", lying) == set()
    assert faults("daily_summary", lying, Examples.daily_summary()) == set()
    assert faults("daily_summary", lying, Examples.daily_summary().model_copy(update={"bookings": 777})) == {
        "other_number"
    }
