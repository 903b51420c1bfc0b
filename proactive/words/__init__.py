"""A business's own words: a whitelisted grammar over Jinja's syntax, its names, and the checks that keep it true.

What others use:

- `content`: `Wording(greeting, suggestion, closing, question)`, `Template(source)`; `Content` is either,
  `content_of(kind, wording, source)` makes one of a row.
- `occasion`: `Occasion(facts, owner, business, held_back=0)`: what a text is written about and for.
- `fault`: `Fault(code, words, line, node, field, fact_set, hint)`; `words` are Portuguese, for the page; a `hint` never
  refuses.
- `registry`: `VOCABULARIES[type_name]`; `.palette()` are its names with kind, meaning, example, fields and whether they
  are figures; `.fields` are a wording's fields with what the house says there; `.house_source` is the house's text in the
  grammar.
- `saving`: `faults_at_saving(type_name, content) -> list[Fault]`: grammar, names, kinds, literal text, sizes.
- `writing`: `write(type_name, content, occasion) -> WrittenText(text, shown, client_text)`, raises `Unwritable`.
- `checks`: `check(type_name, content, occasion) -> list[Fault]`: everything but the time, on these facts.
- `fact_sets`: `fact_sets(type_name) -> tuple[FactSet(key, label, occasion)]`, 24 a type.
- `publishing`: `faults_at_publishing(type_name, content, own_occasion) -> list[Fault]`: all sets, own facts, the time.
- `sending`: `own_text(type_name, published, occasion)`: the text or why the house's goes out.
"""
