"""Tables of reports for 2008 to 2018 that a province or county designed, and variants of the national one of 2014."""
