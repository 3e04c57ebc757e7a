from __future__ import annotations

from warehouse.query.labels import LANGUAGES, code_words
from warehouse.schema import full_columns, load_tables


def test_no_two_codes_of_a_column_have_the_same_words() -> None:
    for table in load_tables().values():
        for column in full_columns(table):
            for language in LANGUAGES:
                words = [code_words(language, table.name, column.name, code) for code in column.values]
                assert len(set(words)) == len(words), (table.name, column.name)
