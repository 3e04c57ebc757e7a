"""The steps from a portal's lists to published reports, in the order in which every flow takes them."""
