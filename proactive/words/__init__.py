"""A business's own words: a whitelisted grammar over Jinja's syntax, its names, and the checks that keep it true.

What others use:

- `content`: `Wording(greeting, suggestion, closing, question)`, `Template(source)`; `Content` is either,
  `content_of(kind, wording, source)` makes one of a row.
- `occasion`: `Occasion(facts, owner, business, held_back=0)`: what a text is written about and for.
- `fault`: `WordsFault(code, words, line, node, field, fact_set, hint)`; `words` are Portuguese, for the page; a `hint`
  never refuses.
- `registry`: `VOCABULARIES[type_name]`; `.palette()` are its names with kind, meaning, example, fields and whether they
  are figures; `.wording` are a wording's fields with what the house says there; `.house_source` is the house's text in
  the grammar, `.seen` and `.values` what its names say of an occasion.
- `saving`: `faults_at_saving(type_name, content) -> list[WordsFault]`: grammar, names, kinds, literal text, sizes.
- `writing`: `write(vocabulary, content, occasion) -> WrittenText(text, shown, client_text, rendering)`, raises
  `Unwritable(faults)`. `client_text` is what a yes sends where the text for clients is the business's own.
- `checks`: `check(vocabulary, content, occasion) -> list[WordsFault]`: everything but the time, on these facts.
- `fact_sets`: `fact_sets(type_name) -> tuple[FactSet(key, label, occasion)]`, 24 a type.
- `publishing`: `faults_at_publishing(type_name, content, own_occasion) -> list[WordsFault]`: all sets, own facts, the
  time.
- `sending`: `own_text(type_name, published, occasion)`: the text or why the house's goes out.
"""
