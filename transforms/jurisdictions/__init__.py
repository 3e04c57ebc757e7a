"""Administrative divisions, and the bodies that report for them."""
