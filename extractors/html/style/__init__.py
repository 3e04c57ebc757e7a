"""What the style of a page does to its text: rules, selectors, colours, and what a person sees of it all."""
