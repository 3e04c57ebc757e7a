"""The bundled sample portal: a government website of an invented city, as static pages with a server for them.

Every place, office and sentence is made up. `make sample` renders `pages/` and `pages.csv` again from the generator in
`tests/support/sample_portal`.
"""
