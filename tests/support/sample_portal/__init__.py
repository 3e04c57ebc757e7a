"""The generator of the sample portal: reports drawn from figures as web pages and PDF files.

`catalogue.truth` lists the reports with their figures, `server.SamplePortal` serves the portal to tests, and
`snapshot` writes the pages that the package ships.
"""
