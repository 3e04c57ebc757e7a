"""The bundled sample portal: a government website of an invented city, generated from figures by code.

`server.SamplePortal` serves it on loopback for the demo and the tests; `catalogue.truth` says what lies on it.
Every place, office and sentence is made up. Must import nothing else of ours.
"""
