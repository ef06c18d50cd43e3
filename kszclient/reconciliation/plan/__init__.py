"""One lookup for each child, with what is needed to judge its answer."""
