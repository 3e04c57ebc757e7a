"""A portal's file beside its site, as a person compares them."""
